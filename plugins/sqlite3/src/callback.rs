//! PHP code that SQLite calls: functions, aggregates, collations and the authorizer.

use crate::database::{Database, borrowed, text};
use core::cell::RefCell;
use libsqlite3_sys as sys;
use plugin_api::{Callable, Ctx, GcRoots, Kind, Value, Visitor};
use std::ffi::{c_char, c_int, c_void};
use std::rc::Rc;

/// What a connection calls, and has to keep while it is open.
#[derive(Default)]
pub struct Callbacks {
    authorizer: RefCell<Option<Rc<Callee>>>,
    /// Where SQLite points to, so that they stay where they are; what is replaced stays too, for it may be running.
    all: RefCell<Vec<Rc<Callee>>>,
}

/// The functions of PHP behind one name.
pub struct Callee {
    db: *const Database,
    step: RefCell<Callable>,
    end: RefCell<Option<Callable>>,
}

impl Callbacks {
    /// Shows the collector what is kept here.
    pub fn visit(&self, v: &mut Visitor) {
        let one = |c: &Callee, v: &mut Visitor| {
            if let (Ok(mut step), Ok(mut end)) = (c.step.try_borrow_mut(), c.end.try_borrow_mut()) {
                step.visit(v);
                end.visit(v);
            }
        };
        if let Some(c) = self.authorizer.borrow().as_deref() {
            one(c, v);
        }
        for c in self.all.borrow().iter() {
            one(c, v);
        }
    }
    /// Forgets all.
    pub fn forget(&self) {
        let before = (self.authorizer.take(), self.all.take());
        drop(before);
    }
    /// Says who is asked what statements may do.
    pub fn set_authorizer(&self, db: &Rc<Database>, f: Option<Callable>) {
        let callee = f.map(|f| Rc::new(Callee::new(db, f, None)));
        let before = self.authorizer.replace(callee);
        drop(before);
    }
}

impl Callee {
    fn new(db: &Rc<Database>, step: Callable, end: Option<Callable>) -> Callee {
        Callee { db: Rc::as_ptr(db), step: RefCell::new(step), end: RefCell::new(end) }
    }
    fn db(&self) -> &Database {
        // SAFETY: the connection is closed before its database goes, and calls nobody after that.
        unsafe { &*self.db }
    }
}

/// Calls a function while nothing is to be passed up; `None` when it gave nothing.
fn call(db: &Database, ctx: &mut Ctx, f: &RefCell<Callable>, args: &[Value]) -> Option<Value> {
    if !db.is_calm(ctx) {
        return None;
    }
    let result = f.borrow().call(ctx, args);
    result.map_err(|t| db.stopped(t)).ok()
}

/// Runs code that SQLite calls; a panic ends nothing but this call.
fn guarded<T>(otherwise: T, f: impl FnOnce(&mut Ctx) -> T) -> T {
    let run = std::panic::AssertUnwindSafe(|| Ctx::current(f));
    std::panic::catch_unwind(run).ok().flatten().unwrap_or(otherwise)
}

/// The arguments of a call, as PHP values.
unsafe fn arguments(argc: c_int, argv: *mut *mut sys::sqlite3_value, out: &mut Vec<Value>) {
    for i in 0..usize::try_from(argc).unwrap_or(0) {
        // SAFETY: SQLite passes that many live values; texts are copied at once.
        out.push(unsafe {
            let v = *argv.add(i);
            match sys::sqlite3_value_type(v) {
                sys::SQLITE_INTEGER => Value::int(sys::sqlite3_value_int64(v)),
                sys::SQLITE_FLOAT => Value::float(sys::sqlite3_value_double(v)),
                sys::SQLITE_NULL => Value::NULL,
                _ => {
                    let t = sys::sqlite3_value_text(v);
                    let len = usize::try_from(sys::sqlite3_value_bytes(v)).unwrap_or(0);
                    if t.is_null() { Value::str("") } else { Value::str(core::slice::from_raw_parts(t, len)) }
                }
            }
        });
    }
}

unsafe fn give(ctx: &mut Ctx, to: *mut sys::sqlite3_context, result: Option<Value>) {
    // SAFETY: the context of the running call; texts are copied by SQLite.
    unsafe {
        match result.as_ref().map(Value::kind) {
            None => sys::sqlite3_result_error(to, c"".as_ptr(), 0),
            Some(Kind::Int(i)) => sys::sqlite3_result_int64(to, i),
            Some(Kind::Null) => sys::sqlite3_result_null(to),
            Some(Kind::Float(d)) => sys::sqlite3_result_double(to, d),
            Some(_) => {
                if let Some(Ok(t)) = result.map(|r| r.to_str(ctx)) {
                    let len = c_int::try_from(t.len()).unwrap_or(c_int::MAX);
                    sys::sqlite3_result_text(to, t.as_ptr().cast(), len, sys::SQLITE_TRANSIENT());
                }
            }
        }
    }
}

unsafe extern "C" fn scalar(to: *mut sys::sqlite3_context, argc: c_int, argv: *mut *mut sys::sqlite3_value) {
    guarded((), |ctx| {
        // SAFETY: SQLite passes what the function was made with.
        let callee = unsafe { &*sys::sqlite3_user_data(to).cast::<Callee>() };
        let mut args = Vec::new();
        // SAFETY: as SQLite passes them.
        unsafe { arguments(argc, argv, &mut args) };
        let result = call(callee.db(), ctx, &callee.step, &args);
        // SAFETY: the running call's.
        unsafe { give(ctx, to, result) };
    });
}

/// What an aggregate keeps between rows; zeros at first.
struct Aggregate {
    value: *mut Value,
    rows: i64,
}

/// Takes what was kept.
unsafe fn kept(state: *mut Aggregate) -> Value {
    // SAFETY: a live state, whose value was boxed by `keep`.
    unsafe {
        let value = core::mem::replace(&mut (*state).value, core::ptr::null_mut());
        if value.is_null() { Value::NULL } else { *Box::from_raw(value) }
    }
}

unsafe fn state(to: *mut sys::sqlite3_context) -> *mut Aggregate {
    // SAFETY: the running call's; SQLite gives zeroed memory that is aligned for anything, or null.
    unsafe { sys::sqlite3_aggregate_context(to, size_of::<Aggregate>() as c_int).cast() }
}

unsafe extern "C" fn step(to: *mut sys::sqlite3_context, argc: c_int, argv: *mut *mut sys::sqlite3_value) {
    guarded((), |ctx| {
        // SAFETY: as in `scalar`.
        unsafe {
            let callee = &*sys::sqlite3_user_data(to).cast::<Callee>();
            let state = state(to);
            if state.is_null() {
                return sys::sqlite3_result_error_nomem(to);
            }
            (*state).rows += 1;
            let mut args = vec![kept(state), Value::int((*state).rows)];
            arguments(argc, argv, &mut args);
            if let Some(v) = call(callee.db(), ctx, &callee.step, &args) {
                (*state).value = Box::into_raw(Box::new(v));
            }
        }
    });
}

unsafe extern "C" fn end(to: *mut sys::sqlite3_context) {
    guarded((), |ctx| {
        // SAFETY: as in `scalar`.
        unsafe {
            let callee = &*sys::sqlite3_user_data(to).cast::<Callee>();
            let state = state(to);
            let value = if state.is_null() { Value::NULL } else { kept(state) };
            let f = callee.end.borrow();
            let Some(f) = f.as_ref() else { return };
            let db = callee.db();
            let mut result = None;
            if db.is_calm(ctx) {
                result = f.call(ctx, &[value, Value::int(0)]).map_err(|t| db.stopped(t)).ok();
            }
            give(ctx, to, result);
        }
    });
}

unsafe extern "C" fn collate(
    callee: *mut c_void,
    a_len: c_int,
    a: *const c_void,
    b_len: c_int,
    b: *const c_void,
) -> c_int {
    guarded(0, |ctx| {
        // SAFETY: SQLite passes what the collation was made with, and live texts.
        let (callee, a, b) = unsafe {
            let bytes = |p: *const c_void, len: c_int| match usize::try_from(len) {
                Ok(n) if n > 0 => core::slice::from_raw_parts(p.cast::<u8>(), n),
                _ => b"",
            };
            (&*callee.cast::<Callee>(), bytes(a, a_len), bytes(b, b_len))
        };
        let result = call(callee.db(), ctx, &callee.step, &[Value::str(a), Value::str(b)]);
        match result.map(|r| r.as_int()) {
            None => 0,
            Some(Some(i)) => i as c_int,
            Some(None) => {
                let message = "An error occurred while invoking the compare callback (invalid return type).  Collation behaviour is undefined.";
                let _ = ctx.warning(message);
                0
            }
        }
    })
}

/// Asked by SQLite what a statement may do.
pub unsafe extern "C" fn authorize(
    db: *mut c_void,
    action: c_int,
    a: *const c_char,
    b: *const c_char,
    c: *const c_char,
    d: *const c_char,
) -> c_int {
    guarded(sys::SQLITE_DENY, |ctx| {
        // SAFETY: the database that the connection is of, which outlives it.
        let db = unsafe { &*db.cast::<Database>() };
        // SAFETY: null or live texts.
        let texts = [a, b, c, d].map(|t| (!t.is_null()).then(|| unsafe { borrowed(t) }));
        if action == sys::SQLITE_ATTACH && !may_attach(ctx, texts[0]) {
            return sys::SQLITE_DENY;
        }
        let Some(callee) = db.callbacks.authorizer.borrow().clone() else { return sys::SQLITE_OK };
        let mut args = vec![Value::int(action.into())];
        args.extend(texts.iter().map(|t| t.map_or(Value::NULL, Value::str)));
        let answer = call(db, ctx, &callee.step, &args);
        let told = match answer.as_ref().map(|v| v.as_int()) {
            None => db.error(ctx, 0, b"An error occurred while invoking the authorizer callback"),
            Some(None) => {
                let message = b"The authorizer callback returned an invalid type: expected int";
                db.error(ctx, 0, message)
            }
            Some(Some(i)) => match i as c_int {
                i @ (sys::SQLITE_OK | sys::SQLITE_IGNORE | sys::SQLITE_DENY) => return i,
                i => {
                    let message = format!("The authorizer callback returned an invalid value: {i}");
                    db.error(ctx, 0, message.as_bytes())
                }
            },
        };
        if let Err(t) = told {
            db.stopped(t);
        }
        sys::SQLITE_DENY
    })
}

/// Whether `open_basedir` lets a database be attached.
fn may_attach(ctx: &mut Ctx, file: Option<&[u8]>) -> bool {
    if ctx.ini("open_basedir").is_none_or(|d| d.is_empty()) {
        return true;
    }
    match file {
        None => false,
        Some(b"" | b":memory:") => true,
        Some(f) => !f.starts_with(b"file:") && ctx.path_allowed(f),
    }
}

impl Database {
    fn keep(self: &Rc<Self>, step: Callable, end: Option<Callable>) -> *mut c_void {
        let callee = Rc::new(Callee::new(self, step, end));
        let raw = Rc::as_ptr(&callee).cast_mut().cast();
        self.callbacks.all.borrow_mut().push(callee);
        raw
    }
    fn taken(&self, code: c_int) -> bool {
        if code != sys::SQLITE_OK {
            let refused = self.callbacks.all.borrow_mut().pop();
            drop(refused);
        }
        code == sys::SQLITE_OK
    }
    /// A function of SQL; whether SQLite takes it.
    pub fn create_function(self: &Rc<Self>, name: &[u8], f: Callable, argc: i64, flags: i64) -> bool {
        let (name, data) = (text(name), self.keep(f, None));
        let flags = flags as c_int | sys::SQLITE_UTF8;
        // SAFETY: a live connection; the data stays where it is while the connection is open.
        self.taken(unsafe {
            let (raw, argc) = (self.raw(), argc as c_int);
            sys::sqlite3_create_function_v2(
                raw,
                name.as_ptr(),
                argc,
                flags,
                data,
                Some(scalar),
                None,
                None,
                None,
            )
        })
    }
    /// An aggregate of SQL; whether SQLite takes it.
    pub fn create_aggregate(self: &Rc<Self>, name: &[u8], each: Callable, last: Callable, argc: i64) -> bool {
        let (name, data) = (text(name), self.keep(each, Some(last)));
        let flags = sys::SQLITE_UTF8;
        // SAFETY: as above.
        self.taken(unsafe {
            let (raw, argc) = (self.raw(), argc as c_int);
            let (each, last) = (Some(step as _), Some(end as _));
            sys::sqlite3_create_function_v2(raw, name.as_ptr(), argc, flags, data, None, each, last, None)
        })
    }
    /// A collation of SQL; whether SQLite takes it.
    pub fn create_collation(self: &Rc<Self>, name: &[u8], f: Callable) -> bool {
        let (name, data) = (text(name), self.keep(f, None));
        // SAFETY: as above.
        self.taken(unsafe {
            let raw = self.raw();
            sys::sqlite3_create_collation_v2(raw, name.as_ptr(), sys::SQLITE_UTF8, data, Some(collate), None)
        })
    }
}
