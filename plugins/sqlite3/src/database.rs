//! Connections and statements of SQLite.
//!
//! A [`Database`] is shared by the object that opened it, its statements and its open blobs. SQLite calls back into PHP while
//! a statement runs; what would pull the statement from under it then (finalizing, resetting, stepping) is refused
//! ([`Statement::is_running`]).

use crate::callback::Callbacks;
use core::cell::{Cell, RefCell};
use libsqlite3_sys as sys;
use plugin_api::{Array, Ctx, Level, R, Str, Throw, Value};
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int};
use std::rc::{Rc, Weak};

/// `SQLITE_DBCONFIG_DEFENSIVE`, since 3.26; older libraries refuse it.
const DEFENSIVE: c_int = 1010;

/// A connection.
pub struct Database {
    raw: Cell<*mut sys::sqlite3>,
    /// Whether errors are exceptions; the object's, which outlives its connections.
    exceptions: Rc<Cell<bool>>,
    statements: RefCell<HashMap<usize, Weak<Statement>>>,
    /// What PHP code is called for.
    pub callbacks: Callbacks,
    /// The request ends: found out in a callback, which could not pass it up.
    ended: Cell<bool>,
    running: Cell<u32>,
}

/// A text for SQLite: up to its first NUL byte.
pub fn text(bytes: &[u8]) -> CString {
    let end = bytes.iter().position(|&c| c == 0).unwrap_or(bytes.len());
    CString::new(&bytes[..end]).unwrap_or_default()
}

/// The bytes of a text of SQLite; none for null.
///
/// # Safety
/// `t` is null or lives unchanged for `'a`.
pub unsafe fn borrowed<'a>(t: *const c_char) -> &'a [u8] {
    // SAFETY: by the caller's promise.
    if t.is_null() { b"" } else { unsafe { CStr::from_ptr(t) }.to_bytes() }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The last share: no statement or blob is left.
        let raw = self.raw.get();
        if !raw.is_null() {
            // SAFETY: ours, once.
            unsafe { sys::sqlite3_close(raw) };
        }
    }
}

impl Database {
    /// Opens a file, or `""` and `":memory:"`.
    ///
    /// # Errors
    /// Why it could not be opened.
    pub fn open(
        file: &[u8],
        flags: i64,
        defensive: bool,
        exceptions: Rc<Cell<bool>>,
    ) -> Result<Rc<Database>, Vec<u8>> {
        let name = text(file);
        let mut raw = core::ptr::null_mut();
        // SAFETY: a live text; what is opened is ours, also after an error.
        unsafe {
            let status = sys::sqlite3_open_v2(name.as_ptr(), &mut raw, flags as c_int, core::ptr::null());
            if status != sys::SQLITE_OK {
                let why = if raw.is_null() { sys::sqlite3_errstr(status) } else { sys::sqlite3_errmsg(raw) };
                let why = borrowed(why).to_vec();
                sys::sqlite3_close(raw);
                return Err(why);
            }
            let db = Rc::new(Database {
                raw: Cell::new(raw),
                exceptions,
                statements: RefCell::default(),
                callbacks: Callbacks::default(),
                ended: Cell::new(false),
                running: Cell::new(0),
            });
            // The connection is closed before the database goes.
            let context = Rc::as_ptr(&db).cast_mut().cast();
            sys::sqlite3_set_authorizer(raw, Some(crate::callback::authorize), context);
            if defensive {
                sys::sqlite3_db_config(raw, DEFENSIVE, 1 as c_int, core::ptr::null_mut::<c_int>());
            }
            Ok(db)
        }
    }
    /// The connection; null when it is closed.
    pub fn raw(&self) -> *mut sys::sqlite3 {
        self.raw.get()
    }
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        !self.raw.get().is_null()
    }
    /// Whether a statement runs: PHP code is called by SQLite.
    pub fn is_running(&self) -> bool {
        self.running.get() > 0
    }
    /// SQLite's number of the last error.
    pub fn code(&self) -> i64 {
        // SAFETY: a live connection, or null, of which SQLite says that memory is out.
        unsafe { sys::sqlite3_errcode(self.raw()) }.into()
    }
    /// SQLite's words for the last error.
    pub fn message(&self) -> Vec<u8> {
        // SAFETY: as above; the text is copied before anything else is asked.
        unsafe { borrowed(sys::sqlite3_errmsg(self.raw())).to_vec() }
    }
    /// Closes it; its statements are finalized in any case. The number and words of why it stays open.
    pub fn close(&self) -> Result<(), (i64, Vec<u8>)> {
        self.finalize_all();
        let raw = self.raw();
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: ours; after an error it is still open.
        match unsafe { sys::sqlite3_close(raw) } {
            sys::SQLITE_OK => {
                self.raw.set(core::ptr::null_mut());
                Ok(())
            }
            code => Err((code.into(), self.message())),
        }
    }
    fn finalize_all(&self) {
        let all = self.statements.take();
        for s in all.values().filter_map(Weak::upgrade) {
            s.finalize();
        }
    }
    /// Ends what the object that opened it had; blobs that are open keep the connection.
    pub fn abandon(&self) {
        let _ = self.close();
        if self.is_open() {
            // SAFETY: a live connection; nobody is asked any more.
            unsafe { sys::sqlite3_set_authorizer(self.raw(), None, core::ptr::null_mut()) };
        }
        self.callbacks.forget();
    }
    /// Whether callbacks may run: nothing is to be passed up.
    pub fn is_calm(&self, ctx: &mut Ctx) -> bool {
        !self.ended.get() && ctx.pending().is_ok()
    }
    /// Keeps what a callback cannot pass up.
    pub fn stopped(&self, t: Throw) {
        if t == Throw::Bailout {
            self.ended.set(true);
        }
    }
    /// Passes up what callbacks could not.
    pub fn settle(&self, ctx: &mut Ctx) -> R<()> {
        if self.ended.get() { Err(Throw::Bailout) } else { ctx.pending() }
    }
    /// Tells an error: an exception, or a warning.
    pub fn error(&self, ctx: &mut Ctx, code: i64, message: &[u8]) -> R<()> {
        if self.ended.get() {
            return Err(Throw::Bailout);
        }
        tell(ctx, self.exceptions.get(), code, message)
    }
    /// Tells SQLite's last error.
    pub fn last_error(&self, ctx: &mut Ctx, what: &str) -> R<()> {
        let message = [what.as_bytes(), &self.message()].concat();
        self.error(ctx, self.code(), &message)
    }
    fn run<T>(&self, f: impl FnOnce() -> T) -> T {
        self.running.set(self.running.get() + 1);
        let result = f();
        self.running.set(self.running.get() - 1);
        result
    }
    /// Runs statements without results; the number and words of the error.
    pub fn exec(&self, sql: &[u8]) -> Result<(), (i64, Vec<u8>)> {
        let sql = text(sql);
        let mut why = core::ptr::null_mut();
        // SAFETY: a live connection and text; the words are ours.
        unsafe {
            let null = core::ptr::null_mut();
            let code = self.run(|| sys::sqlite3_exec(self.raw(), sql.as_ptr(), None, null, &mut why));
            let words = borrowed(why).to_vec();
            sys::sqlite3_free(why.cast());
            if code == sys::SQLITE_OK { Ok(()) } else { Err((code.into(), words)) }
        }
    }
    /// Prepares the first statement of a text; `None` with a number when it cannot be.
    pub fn prepare(self: &Rc<Self>, sql: &[u8]) -> Result<Rc<Statement>, i64> {
        let mut raw = core::ptr::null_mut();
        let len = c_int::try_from(sql.len()).unwrap_or(c_int::MAX);
        // SAFETY: a live connection and text of that length.
        let code = self.run(|| unsafe {
            let none = core::ptr::null_mut();
            sys::sqlite3_prepare_v2(self.raw(), sql.as_ptr().cast(), len, &mut raw, none)
        });
        if code != sys::SQLITE_OK {
            return Err(code.into());
        }
        let s = Rc::new(Statement {
            db: self.clone(),
            raw: Cell::new(raw),
            finalized: Cell::new(false),
            running: Cell::new(false),
        });
        self.statements.borrow_mut().insert(Rc::as_ptr(&s) as usize, Rc::downgrade(&s));
        Ok(s)
    }
}

/// Tells an error: an exception, or a warning.
pub fn tell(ctx: &mut Ctx, exception: bool, code: i64, message: &[u8]) -> R<()> {
    if exception {
        return Err(ctx.throw_named("SQLite3Exception", String::from_utf8_lossy(message), code));
    }
    ctx.raise_bytes(Level::Warning as u32, message, true)
}

/// A prepared statement.
pub struct Statement {
    /// Its connection.
    pub db: Rc<Database>,
    /// Null for a text without a statement.
    raw: Cell<*mut sys::sqlite3_stmt>,
    finalized: Cell<bool>,
    running: Cell<bool>,
}

impl Drop for Statement {
    fn drop(&mut self) {
        self.finalize();
        let key = core::ptr::from_ref(self) as usize;
        self.db.statements.borrow_mut().remove(&key);
    }
}

/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A row.
    Row,
    /// The end.
    Done,
    /// An error, `true` for a plain `SQLITE_ERROR`.
    Error(bool),
}

impl Statement {
    /// SQLite's handle; null is a statement that does nothing, which its functions take.
    pub fn raw(&self) -> *mut sys::sqlite3_stmt {
        self.raw.get()
    }
    /// Whether it can be used.
    pub fn is_alive(&self) -> bool {
        !self.finalized.get()
    }
    /// Whether it runs, and calls PHP code.
    pub fn is_running(&self) -> bool {
        self.running.get()
    }
    /// Gives SQLite's handle back.
    pub fn finalize(&self) {
        if self.finalized.replace(true) {
            return;
        }
        // SAFETY: ours, once.
        unsafe { sys::sqlite3_finalize(self.raw.replace(core::ptr::null_mut())) };
    }
    /// To the next row.
    pub fn step(&self) -> Step {
        let before = self.running.replace(true);
        // SAFETY: a live statement.
        let code = self.db.run(|| unsafe { sys::sqlite3_step(self.raw()) });
        self.running.set(before);
        match code {
            sys::SQLITE_ROW => Step::Row,
            sys::SQLITE_DONE => Step::Done,
            code => Step::Error(code == sys::SQLITE_ERROR),
        }
    }
    /// Back to before the first row; whether its last run went well.
    pub fn reset(&self) -> bool {
        // SAFETY: a live statement.
        self.db.run(|| unsafe { sys::sqlite3_reset(self.raw()) }) == sys::SQLITE_OK
    }
    /// How many columns it has.
    pub fn columns(&self) -> i32 {
        // SAFETY: a live statement.
        unsafe { sys::sqlite3_column_count(self.raw()) }
    }
    /// How many columns the row has that it stands at.
    pub fn row_columns(&self) -> i32 {
        // SAFETY: a live statement.
        unsafe { sys::sqlite3_data_count(self.raw()) }
    }
    /// A column's name.
    pub fn column_name(&self, i: i32) -> Option<Str> {
        // SAFETY: a live statement; the text is copied at once.
        unsafe {
            let name = sys::sqlite3_column_name(self.raw(), i);
            (!name.is_null()).then(|| Str::new(borrowed(name)))
        }
    }
    /// The type of the value in a column of the row.
    pub fn column_type(&self, i: i32) -> i32 {
        // SAFETY: a live statement.
        unsafe { sys::sqlite3_column_type(self.raw(), i) }
    }
    /// The value in a column of the row.
    ///
    /// # Errors
    /// Memory is out.
    pub fn column(&self, ctx: &mut Ctx, i: i32) -> R<Value> {
        let raw = self.raw();
        // SAFETY: a live statement; texts are copied at once.
        let found = unsafe {
            match sys::sqlite3_column_type(raw, i) {
                sys::SQLITE_INTEGER => Some(Value::int(sys::sqlite3_column_int64(raw, i))),
                sys::SQLITE_FLOAT => Some(Value::float(sys::sqlite3_column_double(raw, i))),
                sys::SQLITE_NULL => Some(Value::NULL),
                sys::SQLITE_TEXT => {
                    let t = sys::sqlite3_column_text(raw, i);
                    (!t.is_null()).then(|| Value::str(borrowed(t.cast())))
                }
                _ => {
                    let blob = sys::sqlite3_column_blob(raw, i).cast::<u8>();
                    let len = usize::try_from(sys::sqlite3_column_bytes(raw, i)).unwrap_or(0);
                    match blob.is_null() {
                        false => Some(Value::str(core::slice::from_raw_parts(blob, len))),
                        true if self.db.code() == i64::from(sys::SQLITE_NOMEM) => None,
                        true => Some(Value::str("")),
                    }
                }
            }
        };
        if let Some(v) = found {
            return Ok(v);
        }
        let message = b"Failed to retrieve column value due to out of memory";
        self.db.error(ctx, sys::SQLITE_NOMEM.into(), message)?;
        Ok(Value::NULL)
    }
    /// The row by the names of its columns.
    pub fn named_row(&self, ctx: &mut Ctx) -> R<Array> {
        let mut row = Array::new();
        for i in 0..self.row_columns() {
            let v = self.column(ctx, i)?;
            row.set(&self.column_name(i).unwrap_or_else(Str::empty), v);
        }
        Ok(row)
    }
}
