//! Forms: fields, files and strings that are sent as files.

use crate::constants::id;
use crate::file::{CurlFile, CurlStringFile};
use crate::handle::Easy;
use crate::sys;
use plugin_api::wrapper::{Handle, stat_flags};
use plugin_api::{Array, Class, Ctx, Object, R, Stream, Value};
use std::cell::RefCell;
use std::ffi::{CString, c_char, c_int, c_void};
use std::rc::Rc;

/// `CURLOPT_MIMEPOST`
const FORM: i64 = 10269;
/// `STREAM_MUST_SEEK`
const MUST_SEEK: u32 = 0x10;

/// A file that is sent. It is opened again for each transfer after the first.
pub struct File {
    name: Vec<u8>,
    stream: RefCell<Option<Stream>>,
}

/// Opens a file without a word.
fn open(ctx: &mut Ctx, name: &[u8], options: u32) -> Option<Stream> {
    let v = Handle::open(ctx, name, b"rb", options).ok()?.resource(ctx);
    Stream::of(&v)
}

unsafe extern "C" fn read(buf: *mut c_char, size: usize, n: usize, arg: *mut c_void) -> usize {
    const ABORT: usize = 0x1000_0000;
    // SAFETY: the file that the form was given, which outlives it, and room for that many bytes.
    let (file, out) =
        unsafe { (&*arg.cast::<File>(), std::slice::from_raw_parts_mut(buf.cast::<u8>(), size * n)) };
    let done = Ctx::current(|ctx| {
        if file.stream.borrow().is_none() {
            let stream = open(ctx, &file.name, 0);
            *file.stream.borrow_mut() = stream;
        }
        let stream = file.stream.borrow().clone();
        match stream.map(|s| s.read(ctx, out.len())) {
            Some(Ok(Some(b))) => {
                let n = b.len().min(out.len());
                out[..n].copy_from_slice(&b[..n]);
                n
            }
            _ => {
                drop(file.stream.take());
                ABORT
            }
        }
    });
    done.unwrap_or(ABORT)
}

unsafe extern "C" fn seek(arg: *mut c_void, offset: i64, whence: c_int) -> c_int {
    const CANNOT: c_int = 2;
    // SAFETY: as above.
    let stream = unsafe { &*arg.cast::<File>() }.stream.borrow().clone();
    let done = stream.and_then(|s| Ctx::current(|ctx| s.seek(ctx, offset, whence.into())));
    if done == Some(true) { 0 } else { CANNOT }
}

unsafe extern "C" fn free(arg: *mut c_void) {
    // SAFETY: as above. The last share closes the stream.
    drop(unsafe { &*arg.cast::<File>() }.stream.take());
}

fn c_text(b: &[u8]) -> CString {
    let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
    CString::new(&b[..end]).unwrap_or_default()
}

/// The first error of several steps.
struct Steps(sys::CURLcode);

impl Steps {
    fn then(&mut self, step: impl FnOnce() -> sys::CURLcode) -> &mut Steps {
        if self.0 == sys::CURLE_OK {
            self.0 = step();
        }
        self
    }
}

/// A form that is being made; freed when it is given up.
struct Form(*mut sys::Mime);

impl Drop for Form {
    fn drop(&mut self) {
        // SAFETY: ours.
        unsafe { sys::curl_mime_free(self.0) };
    }
}

impl Form {
    fn part(&self) -> Option<*mut sys::MimePart> {
        // SAFETY: a live form.
        let part = unsafe { sys::curl_mime_addpart(self.0) };
        (!part.is_null()).then_some(part)
    }

    /// Adds a field.
    fn field(&self, ctx: &mut Ctx, name: &CString, v: &Value) -> R<sys::CURLcode> {
        let text = v.to_str(ctx)?;
        let Some(part) = self.part() else { return Ok(sys::CURLE_OUT_OF_MEMORY) };
        let mut steps = Steps(sys::CURLE_OK);
        // SAFETY: a live part and texts, which are copied.
        unsafe {
            steps
                .then(|| sys::curl_mime_name(part, name.as_ptr()))
                .then(|| sys::curl_mime_data(part, text.as_ptr().cast(), text.len()));
        }
        Ok(steps.0)
    }

    /// Adds a file. `None`: it may not be read.
    fn file(
        &self,
        ctx: &mut Ctx,
        e: &Easy,
        name: &CString,
        o: &Object,
        class: Class,
    ) -> R<Option<sys::CURLcode>> {
        let path = o.get(ctx, "name", Some(class))?;
        let Some(path) = path.as_str().cloned() else {
            ctx.warning(format!("Invalid filename for key {}", name.to_string_lossy()))?;
            return Ok(Some(sys::CURLE_OK));
        };
        if !ctx.path_allowed(&path) {
            return Ok(None);
        }
        let text = |v: Value| v.as_str().filter(|s| !s.is_empty()).map(|s| c_text(s));
        let kind =
            text(o.get(ctx, "mime", Some(class))?).unwrap_or_else(|| c"application/octet-stream".to_owned());
        let shown = text(o.get(ctx, "postname", Some(class))?).unwrap_or_else(|| c_text(&path));
        let stream = open(ctx, &path, MUST_SEEK);
        let size = ctx.stat(&path, stat_flags::QUIET).filter(|_| stream.is_some()).map_or(-1, |s| s.size);
        let Some(part) = self.part() else { return Ok(None) };
        let can_seek = stream.is_some();
        let file = Rc::new(File { name: path.to_vec(), stream: RefCell::new(stream) });
        let arg = Rc::as_ptr(&file).cast_mut().cast::<c_void>();
        e.kept().files.borrow_mut().push(file);
        let seek_fn: Option<sys::SeekFn> = if can_seek { Some(seek) } else { None };
        let mut steps = Steps(sys::CURLE_OK);
        // SAFETY: a live part and texts; the file outlives the form.
        unsafe {
            steps
                .then(|| sys::curl_mime_name(part, name.as_ptr()))
                .then(|| sys::curl_mime_data_cb(part, size, Some(read), seek_fn, Some(free), arg))
                .then(|| sys::curl_mime_filename(part, shown.as_ptr()))
                .then(|| sys::curl_mime_type(part, kind.as_ptr()));
        }
        Ok(Some(steps.0))
    }

    /// Adds a string as a file.
    fn string_file(
        &self,
        ctx: &mut Ctx,
        name: &CString,
        o: &Object,
        class: Class,
    ) -> R<Option<sys::CURLcode>> {
        let mut texts = Vec::new();
        for prop in ["postname", "mime", "data"] {
            let v = o.get(ctx, prop, Some(class))?;
            texts.push(v.to_str(ctx)?);
        }
        let (shown, kind, data) = (c_text(&texts[0]), c_text(&texts[1]), &texts[2]);
        let Some(part) = self.part() else { return Ok(None) };
        let mut steps = Steps(sys::CURLE_OK);
        // SAFETY: a live part and texts, which are copied.
        unsafe {
            steps
                .then(|| sys::curl_mime_name(part, name.as_ptr()))
                .then(|| sys::curl_mime_data(part, data.as_ptr().cast(), data.len()))
                .then(|| sys::curl_mime_filename(part, shown.as_ptr()))
                .then(|| sys::curl_mime_type(part, kind.as_ptr()));
        }
        Ok(Some(steps.0))
    }
}

/// Has a transfer send a form; whether it could be made.
pub fn set_form(ctx: &mut Ctx, e: &Easy, fields: &Array) -> R<bool> {
    // SAFETY: a live handle.
    let form = Form(unsafe { sys::curl_mime_init(e.curl()) });
    if form.0.is_null() {
        return Ok(false);
    }
    let (files, strings) = (Class::of::<CurlFile>(ctx)?, Class::of::<CurlStringFile>(ctx)?);
    let mut error = sys::CURLE_OK;
    let mut keeps = false;
    for (key, v) in fields {
        let name = c_text(&key.to_value().to_str(ctx)?);
        let added = match v.as_object() {
            Some(o) if o.instance_of(files) => {
                keeps = true;
                form.file(ctx, e, &name, o, files)?
            }
            Some(o) if o.instance_of(strings) => {
                keeps = true;
                form.string_file(ctx, &name, o, strings)?
            }
            _ => {
                let several = v.as_array().map(|a| a.values().cloned().collect::<Vec<_>>());
                for one in several.unwrap_or_else(|| vec![v.clone()]) {
                    form.field(ctx, &name, &one)?;
                }
                Some(sys::CURLE_OK)
            }
        };
        match added {
            None => return Ok(false),
            Some(sys::CURLE_OK) => {}
            Some(code) => error = code,
        }
    }
    if !e.took(error) {
        return Ok(false);
    }
    if keeps {
        // Copies of the transfer make the form again.
        let old = e.fields.replace(Some(fields.into()));
        drop(old);
    }
    let alone = e.is_alone();
    let raw = form.0;
    std::mem::forget(form);
    let code = e.set_pointer(FORM, raw);
    e.kept().form(raw, alone);
    Ok(e.took(code))
}

/// Has a transfer send bytes.
pub fn set_body(e: &Easy, body: &[u8]) -> bool {
    /// `CURLOPT_POSTFIELDSIZE`
    const SIZE: i64 = 60;
    /// `CURLOPT_COPYPOSTFIELDS`
    const COPY: i64 = 10165;
    e.set_long(SIZE, body.len() as i64);
    if body.is_empty() {
        return e.took(e.set_pointer(id!(CURLOPT_POSTFIELDS), c"".as_ptr()));
    }
    e.took(e.set_pointer(COPY, body.as_ptr()))
}
