//! What a request came with and what it answers: the interface `engine.request/1`, which the engine itself offers, and
//! `upload.progress/1`, which an extension may offer to be told of uploads as they arrive.

use crate::error::check;
use crate::{Array, Ctx, R, Str, Value};
use plugin_api_abi::{CtxRaw, Status, StrSlice, Val};

/// Name of the interface.
pub const REQUEST: &str = "engine.request/1";

/// Where variables come from (PHP's `INPUT_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Source {
    /// The form.
    Post = 0,
    /// The query.
    Get = 1,
    /// The cookies.
    Cookie = 2,
    /// The environment.
    Env = 4,
    /// The server and the request.
    Server = 5,
}

/// The table of [`REQUEST`].
#[repr(C)]
pub struct RequestTable {
    /// `size_of::<RequestTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The variables of a [`Source`]: an array (owned), or UNDEF. Of the first three what the superglobal holds now, of the
    /// others what a fresh one would.
    pub variables: unsafe extern "C" fn(ctx: *mut CtxRaw, source: u32) -> Val,
    /// Replaces the superglobal of one of the first three; takes over the share.
    pub replace: unsafe extern "C" fn(ctx: *mut CtxRaw, source: u32, variables: Val),
    /// Sets a variable of the global scope in place of what it was; takes over the share. A REF value makes it a reference.
    pub set_global: unsafe extern "C" fn(ctx: *mut CtxRaw, name: StrSlice, v: Val),
    /// Sets a constant of the request, there or not; takes over the share. `deprecated` 1: the use of a new one is told.
    pub set_constant: unsafe extern "C" fn(ctx: *mut CtxRaw, name: StrSlice, v: Val, deprecated: u32),
    /// Whether headers were sent; `file` gets where output began (an owned string, or null) and `line` its line.
    pub headers_sent: unsafe extern "C" fn(ctx: *mut CtxRaw, file: *mut Val, line: *mut u32) -> u32,
    /// Adds a response header; `replace` 1: in place of those of its name. Nothing is raised.
    pub header: unsafe extern "C" fn(ctx: *mut CtxRaw, line: StrSlice, replace: u32),
    /// Removes the response headers whose lines begin with a text.
    pub remove_headers: unsafe extern "C" fn(ctx: *mut CtxRaw, start: StrSlice),
    /// The file of the request's script: an owned string, or null.
    pub script: unsafe extern "C" fn(ctx: *mut CtxRaw) -> Val,
    /// When the request began, in seconds.
    pub time: unsafe extern "C" fn(ctx: *mut CtxRaw) -> f64,
    /// Puts a variable into the URLs and forms that are printed from here on (`session.trans_sid_tags`,
    /// `session.trans_sid_hosts`). Fails where an exception is pending.
    pub add_rewrite: unsafe extern "C" fn(ctx: *mut CtxRaw, name: StrSlice, value: StrSlice) -> Status,
    /// Takes such a variable away; 0 when there are others but not this one.
    pub remove_rewrite: unsafe extern "C" fn(ctx: *mut CtxRaw, name: StrSlice) -> u32,
}

/// Name of the interface that an extension offers to be told of uploads: an [`UploadTable`].
pub const UPLOAD: &str = "upload.progress/1";

/// Moments of an upload ([`UploadEvent::kind`]).
pub mod upload {
    /// A form with files begins: `total` its bytes.
    pub const START: u32 = 0;
    /// A variable: `name` and `value`.
    pub const VARIABLE: u32 = 1;
    /// A file begins: `name` of its field and `value` its file's name.
    pub const FILE_START: u32 = 2;
    /// Part of a file: `offset` and `length`.
    pub const FILE_DATA: u32 = 3;
    /// A file ends: `value` its temporary file (NONE without one), `error` its error.
    pub const FILE_END: u32 = 4;
    /// The form ends.
    pub const END: u32 = 5;
}

/// What happens to an upload.
#[repr(C)]
pub struct UploadEvent {
    /// `size_of::<UploadEvent>()` of the engine.
    pub size: u32,
    /// One of [`upload`].
    pub kind: u32,
    /// Bytes of the request's body.
    pub total: i64,
    /// Bytes of them that were read.
    pub read: i64,
    /// Name of a field.
    pub name: StrSlice,
    /// See [`upload`].
    pub value: StrSlice,
    /// Where the part of a file begins.
    pub offset: i64,
    /// Bytes of the part.
    pub length: i64,
    /// `UPLOAD_ERR_*`
    pub error: i64,
}

/// The table of [`UPLOAD`].
#[repr(C)]
pub struct UploadTable {
    /// `size_of::<UploadTable>()` of the extension.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Told of each [`UploadEvent`]; 0 cancels the upload.
    pub event: unsafe extern "C" fn(ctx: *mut CtxRaw, event: *const UploadEvent) -> u32,
}

fn table(ctx: &mut Ctx) -> Option<&'static RequestTable> {
    // SAFETY: the interface's name stands for this table, which lives as long as the process.
    ctx.interface(REQUEST).map(|p| unsafe { &*p.cast::<RequestTable>() })
}

/// The variables of a source. Of query, form and cookies what the superglobal holds now, which at request startup is what the
/// client sent; of server and environment what a fresh superglobal would hold.
pub fn variables(ctx: &mut Ctx, source: Source) -> Option<Array> {
    let table = table(ctx)?;
    // SAFETY: our context; the share is ours.
    Array::try_from(unsafe { Value::from_raw((table.variables)(ctx.raw(), source as u32)) }).ok()
}

/// Replaces the superglobal of query, form or cookies, at request startup.
pub fn replace(ctx: &mut Ctx, source: Source, variables: Array) {
    if let Some(table) = table(ctx) {
        // SAFETY: our context; the share moves.
        unsafe { (table.replace)(ctx.raw(), source as u32, Value::from(variables).into_raw()) }
    }
}

/// The table of an engine that has all of it.
fn whole(ctx: &mut Ctx) -> Option<&'static RequestTable> {
    table(ctx).filter(|t| t.size as usize >= size_of::<RequestTable>())
}

impl Ctx {
    /// Sets a variable of the global scope in place of what it was; a PHP reference makes the variable that reference.
    pub fn set_global(&mut self, name: &str, v: Value) {
        if let Some(t) = whole(self) {
            // SAFETY: our context; the share moves.
            unsafe { (t.set_global)(self.raw(), StrSlice::of(name.as_bytes()), v.into_raw()) }
        }
    }
    /// Sets a constant of the request, there or not. The use of a new `deprecated` one is told.
    pub fn set_constant(&mut self, name: &str, v: Value, deprecated: bool) {
        if let Some(t) = whole(self) {
            let name = StrSlice::of(name.as_bytes());
            // SAFETY: our context; the share moves.
            unsafe { (t.set_constant)(self.raw(), name, v.into_raw(), deprecated.into()) }
        }
    }
    /// Whether headers were sent, and file and line of where output began, if PHP code began it.
    pub fn headers_sent(&mut self) -> Option<Option<(Str, u32)>> {
        let t = whole(self)?;
        let (mut file, mut line) = (Val::NULL, 0);
        // SAFETY: our context; the share is ours.
        let (sent, file) = unsafe {
            let sent = (t.headers_sent)(self.raw(), &mut file, &mut line);
            (sent, Value::from_raw(file))
        };
        (sent != 0).then(|| Str::try_from(file).ok().map(|f| (f, line)))
    }
    /// Adds a response header, in place of those of its name or beside them. Raises nothing.
    pub fn response_header(&mut self, line: &[u8], replace: bool) {
        if let Some(t) = whole(self) {
            // SAFETY: our context; a live text.
            unsafe { (t.header)(self.raw(), StrSlice::of(line), replace.into()) }
        }
    }
    /// Removes the response headers whose lines begin with a text.
    pub fn remove_response_headers(&mut self, start: &[u8]) {
        if let Some(t) = whole(self) {
            // SAFETY: our context; a live text.
            unsafe { (t.remove_headers)(self.raw(), StrSlice::of(start)) }
        }
    }
    /// The file of the request's script.
    pub fn script_file(&mut self) -> Option<Str> {
        let t = whole(self)?;
        // SAFETY: our context; the share is ours.
        Str::try_from(unsafe { Value::from_raw((t.script)(self.raw())) }).ok()
    }
    /// When the request began, in seconds.
    pub fn request_time(&mut self) -> f64 {
        // SAFETY: our context.
        whole(self).map_or(0.0, |t| unsafe { (t.time)(self.raw()) })
    }
    /// Puts a variable into the URLs and forms of the HTML that is printed from here on, in the tags that
    /// `session.trans_sid_tags` names and to the hosts that `session.trans_sid_hosts` does.
    pub fn add_rewrite_variable(&mut self, name: &[u8], value: &[u8]) -> R<()> {
        let Some(t) = whole(self) else { return Ok(()) };
        // SAFETY: our context; live texts.
        check(unsafe { (t.add_rewrite)(self.raw(), StrSlice::of(name), StrSlice::of(value)) })
    }
    /// Takes a variable of [`Ctx::add_rewrite_variable`] away. False when there are others but not this one.
    pub fn remove_rewrite_variable(&mut self, name: &[u8]) -> bool {
        // SAFETY: our context; a live text.
        whole(self).is_some_and(|t| unsafe { (t.remove_rewrite)(self.raw(), StrSlice::of(name)) != 0 })
    }
}
