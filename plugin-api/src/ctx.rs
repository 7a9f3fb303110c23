//! The engine as a native function sees it during one call.

use crate::error::{check, thrown};
use crate::{Array, Callable, Class, Globals, Object, R, Str, Throw, Value, host};
use plugin_api_abi::{CtxRaw, StrSlice, Val, error_kind};

/// The engine's context. It comes with every call and is valid for that call only.
#[repr(transparent)]
pub struct Ctx(CtxRaw);

/// Levels of messages (`E_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Level {
    /// `E_ERROR`
    Error = 1,
    /// `E_WARNING`
    Warning = 2,
    /// `E_NOTICE`
    Notice = 8,
    /// `E_CORE_WARNING`
    CoreWarning = 32,
    /// `E_USER_ERROR`
    UserError = 256,
    /// `E_USER_WARNING`
    UserWarning = 512,
    /// `E_USER_NOTICE`
    UserNotice = 1024,
    /// `E_RECOVERABLE_ERROR`
    Recoverable = 4096,
    /// `E_DEPRECATED`
    Deprecated = 8192,
    /// `E_USER_DEPRECATED`
    UserDeprecated = 16384,
}

fn slice(s: &str) -> StrSlice {
    StrSlice::of(s.as_bytes())
}

impl Ctx {
    /// The context behind a raw pointer.
    ///
    /// # Safety
    /// `p` is the context the engine called with, and nothing else borrows it.
    #[inline(always)]
    pub unsafe fn from_raw<'a>(p: *mut CtxRaw) -> &'a mut Ctx {
        // SAFETY: transparent; by the caller's promise.
        unsafe { &mut *p.cast::<Ctx>() }
    }
    /// The raw pointer.
    #[inline(always)]
    pub fn raw(&mut self) -> *mut CtxRaw {
        core::ptr::from_mut(self).cast()
    }

    // ---- errors ----

    fn throw_kind(&mut self, kind: u32, msg: &str) -> Throw {
        // SAFETY: our context.
        thrown(unsafe { (host::err().throw_kind)(self.raw(), kind, slice(msg)) })
    }
    /// Throws an `Error`.
    pub fn error(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::ERROR, msg.as_ref())
    }
    /// Throws a `TypeError`.
    pub fn type_error(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::TYPE_ERROR, msg.as_ref())
    }
    /// Throws a `ValueError`.
    pub fn value_error(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::VALUE_ERROR, msg.as_ref())
    }
    /// Throws an `ArithmeticError`.
    pub fn arithmetic_error(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::ARITHMETIC_ERROR, msg.as_ref())
    }
    /// Throws a `DivisionByZeroError`.
    pub fn division_by_zero(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::DIVISION_BY_ZERO_ERROR, msg.as_ref())
    }
    /// Throws an `ArgumentCountError`.
    pub fn argument_count_error(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::ARGUMENT_COUNT_ERROR, msg.as_ref())
    }
    /// Throws an `Exception`.
    pub fn exception(&mut self, msg: impl AsRef<str>) -> Throw {
        self.throw_kind(error_kind::EXCEPTION, msg.as_ref())
    }
    /// Throws a fresh object of a class.
    pub fn throw(&mut self, class: Class, msg: impl AsRef<str>, code: i64) -> Throw {
        // SAFETY: our context and a live class.
        thrown(unsafe { (host::err().throw_class)(self.raw(), class.raw(), slice(msg.as_ref()), code) })
    }
    /// Throws a fresh object of the class of that name (one of the engine's or of a loaded extension).
    pub fn throw_named(&mut self, class: &str, msg: impl AsRef<str>, code: i64) -> Throw {
        match self.find_class(class, false) {
            Ok(Some(c)) => self.throw(c, msg, code),
            Ok(None) => self.error(msg),
            Err(t) => t,
        }
    }
    /// Throws an object.
    pub fn throw_object(&mut self, o: Object) -> Throw {
        // SAFETY: our context; the share moves in.
        thrown(unsafe { (host::err().throw_object)(self.raw(), Value::from(o).into_raw()) })
    }
    /// `F(): Argument #n ($name) MSG` as a `ValueError`; n counts from 1.
    pub fn argument_value_error(&mut self, n: u32, msg: impl AsRef<str>) -> Throw {
        // SAFETY: our context.
        thrown(unsafe { (host::err().argument)(self.raw(), error_kind::VALUE_ERROR, n, slice(msg.as_ref())) })
    }
    /// `F(): Argument #n ($name) MSG` as a `TypeError`; n counts from 1.
    pub fn argument_type_error(&mut self, n: u32, msg: impl AsRef<str>) -> Throw {
        // SAFETY: our context.
        thrown(unsafe { (host::err().argument)(self.raw(), error_kind::TYPE_ERROR, n, slice(msg.as_ref())) })
    }
    /// Raises a message with `F(): ` in front. `Err` when a handler threw.
    pub fn raise(&mut self, level: Level, msg: impl AsRef<str>) -> R<()> {
        // SAFETY: our context.
        check(unsafe { (host::err().raise)(self.raw(), level as u32, slice(msg.as_ref()), 1) })
    }
    /// Raises a message as it is.
    pub fn raise_plain(&mut self, level: Level, msg: impl AsRef<str>) -> R<()> {
        // SAFETY: our context.
        check(unsafe { (host::err().raise)(self.raw(), level as u32, slice(msg.as_ref()), 0) })
    }
    /// As [`Ctx::raise_plain`] with any bytes and any `E_*` number.
    pub fn raise_bytes(&mut self, level: u32, msg: &[u8], docref: bool) -> R<()> {
        // SAFETY: our context.
        check(unsafe { (host::err().raise)(self.raw(), level, StrSlice::of(msg), docref as u32) })
    }
    /// `E_WARNING` with `F(): ` in front.
    pub fn warning(&mut self, msg: impl AsRef<str>) -> R<()> {
        self.raise(Level::Warning, msg)
    }
    /// `E_NOTICE` with `F(): ` in front.
    pub fn notice(&mut self, msg: impl AsRef<str>) -> R<()> {
        self.raise(Level::Notice, msg)
    }
    /// `E_DEPRECATED` with `F(): ` in front.
    pub fn deprecated(&mut self, msg: impl AsRef<str>) -> R<()> {
        self.raise(Level::Deprecated, msg)
    }
    /// Ends the request with PHP's fatal error.
    pub fn fatal(&mut self, msg: impl AsRef<str>) -> Throw {
        // SAFETY: our context.
        thrown(unsafe { (host::err().fatal)(self.raw(), slice(msg.as_ref())) })
    }
    /// Ends the request as `exit($status)` does.
    pub fn exit(&mut self, status: i32) -> Throw {
        // SAFETY: our context.
        thrown(unsafe { (host::err().exit)(self.raw(), status) })
    }
    /// Passes a pending exception on: `Err` when there is one (comparisons and the like leave one without saying so).
    pub fn pending(&mut self) -> R<()> {
        // SAFETY: our context.
        if unsafe { (host::err().pending)(self.raw()) }.is_undef() { Ok(()) } else { Err(Throw::Exception) }
    }
    /// Takes the pending exception away.
    pub fn take_exception(&mut self) -> Option<Object> {
        // SAFETY: our context; the share is ours.
        let v = unsafe { Value((host::err().take)(self.raw())) };
        Object::try_from(v).ok()
    }
    /// error_reporting as it is now.
    pub fn error_reporting(&mut self) -> u32 {
        // SAFETY: our context.
        unsafe { (host::err().reporting)(self.raw(), 0, 0) }
    }
    /// Sets error_reporting; gives the old one.
    pub fn set_error_reporting(&mut self, level: u32) -> u32 {
        // SAFETY: our context.
        unsafe { (host::err().reporting)(self.raw(), 1, level) }
    }
    /// Runs `f` with raised warnings turned into exceptions of `class`.
    pub fn warnings_as<T>(&mut self, class: Class, f: impl FnOnce(&mut Ctx) -> R<T>) -> R<T> {
        // SAFETY: our context, live classes.
        unsafe {
            let old = (host::err().convert)(self.raw(), class.raw());
            let r = f(self);
            (host::err().convert)(self.raw(), old);
            r
        }
    }
    /// `error_get_last()`; `clear` forgets it.
    pub fn last_error(&mut self, clear: bool) -> Value {
        let mut out = Val::NULL;
        // SAFETY: our context.
        unsafe { (host::err().last)(self.raw(), clear as u32, &mut out) };
        Value(out.by_parts())
    }
    /// Writes to the error log.
    pub fn log(&mut self, msg: &[u8]) {
        // SAFETY: our context.
        unsafe { (host::err().log)(self.raw(), StrSlice::of(msg)) }
    }

    // ---- classes, functions, variables ----

    /// A class by name; `Err` when an autoloader threw.
    pub fn find_class(&mut self, name: impl AsRef<[u8]>, autoload: bool) -> R<Option<Class>> {
        let n = name.as_ref();
        // SAFETY: our context.
        let c = unsafe { (host::obj().find_class)(self.raw(), n.as_ptr(), n.len(), autoload as u32) };
        if c.is_null() {
            self.pending()?;
            return Ok(None);
        }
        // SAFETY: the engine gave a live class.
        Ok(Some(unsafe { Class::from_raw(c) }))
    }
    /// Calls a function by name.
    pub fn call_function(&mut self, name: &str, args: &[Value]) -> R<Value> {
        Value::str(name).call(self, args)
    }
    /// A resolved callable, or `None` when `v` is not callable.
    pub fn callable(&mut self, v: &Value) -> R<Option<Callable>> {
        Callable::new(self, v)
    }
    /// Name of the running native function.
    pub fn function_name(&mut self) -> String {
        // SAFETY: our context; names are interned.
        unsafe {
            let s = (host::call().function_name)(self.raw());
            if s.is_null() {
                String::new()
            } else {
                String::from_utf8_lossy(plugin_api_abi::StrHdr::bytes(s)).into_owned()
            }
        }
    }
    /// Class of the calling PHP code.
    pub fn scope(&mut self) -> Option<Class> {
        // SAFETY: our context.
        unsafe {
            let c = (host::call().scope)(self.raw());
            if c.is_null() { None } else { Some(Class::from_raw(c)) }
        }
    }
    /// `$this` of the calling PHP code.
    pub fn caller_this(&mut self) -> Value {
        // SAFETY: our context; the clone takes a share, the borrowed one gives none back.
        unsafe {
            let v = (host::call().caller_this)(self.raw());
            Value::borrow(&v).clone()
        }
    }
    /// File and line of the calling PHP code.
    pub fn position(&mut self) -> Option<(Vec<u8>, u32)> {
        let mut line = 0;
        // SAFETY: our context; the name is interned.
        unsafe {
            let f = (host::call().position)(self.raw(), &mut line);
            if f.is_null() { None } else { Some((plugin_api_abi::StrHdr::bytes(f).to_vec(), line)) }
        }
    }
    /// `debug_backtrace()`
    pub fn backtrace(&mut self, options: u32, limit: u32) -> Value {
        let mut out = Val::NULL;
        // SAFETY: our context.
        unsafe { (host::call().backtrace)(self.raw(), options, limit, &mut out) };
        Value(out.by_parts())
    }
    /// A variable of the calling PHP code.
    pub fn local(&mut self, name: &[u8]) -> Option<Value> {
        // SAFETY: our context; the address is read at once.
        unsafe {
            let p = (host::call().local)(self.raw(), StrSlice::of(name), 0);
            if p.is_null() || (*p).is_undef() { None } else { Some(Value::borrow(p).clone()) }
        }
    }
    /// As [`Ctx::local`], by a string; dereferenced.
    #[inline]
    pub fn local_named(&mut self, name: crate::KeyStr<'_>) -> Option<Value> {
        // SAFETY: our context; the address is read at once.
        unsafe {
            let p = (host::call().local_named)(self.raw(), name.hdr(), 0);
            if p.is_null() || (*p).is_undef() { None } else { Some(Value::borrow(p).dereferenced()) }
        }
    }
    /// Sets a variable of the calling PHP code (through a reference if it is one).
    pub fn set_local(&mut self, name: &[u8], v: Value) -> R<()> {
        // SAFETY: our context; the slot is live until PHP code runs.
        let p = unsafe { (host::call().local)(self.raw(), StrSlice::of(name), 1) };
        self.set_variable(p, v)
    }
    /// As [`Ctx::set_local`], by a string.
    pub fn set_local_named(&mut self, name: crate::KeyStr<'_>, v: Value) -> R<()> {
        // SAFETY: our context; the slot is live until PHP code runs.
        let p = unsafe { (host::call().local_named)(self.raw(), name.hdr(), 1) };
        self.set_variable(p, v)
    }
    fn set_variable(&mut self, p: *mut Val, v: Value) -> R<()> {
        // SAFETY: a live variable, or null.
        unsafe {
            if p.is_null() {
                return Ok(());
            }
            if (*p).tag() == plugin_api_abi::REF {
                return check((host::val().ref_assign)(self.raw(), *p, v.into_raw()));
            }
            crate::value::store(p, v);
            Ok(())
        }
    }
    /// Makes a variable of the calling PHP code a reference and gives a share of it (`extract(EXTR_REFS)`).
    pub fn local_reference(&mut self, name: &[u8]) -> Option<Value> {
        // SAFETY: our context; the slot is live.
        unsafe {
            let p = (host::call().local)(self.raw(), StrSlice::of(name), 1);
            if p.is_null() { None } else { Some(Value((host::arr().make_ref)(p))) }
        }
    }
    /// Binds a variable of the calling PHP code to a PHP reference.
    pub fn bind_local(&mut self, name: &[u8], reference: Value) {
        // SAFETY: our context; the slot is live.
        unsafe {
            let p = (host::call().local)(self.raw(), StrSlice::of(name), 1);
            if !p.is_null() {
                crate::value::store(p, reference);
            }
        }
    }
    /// All variables of the calling PHP code.
    pub fn locals(&mut self) -> Array {
        let mut out = Val::NULL;
        // SAFETY: our context; the result is an array.
        unsafe { (host::call().locals)(self.raw(), &mut out) };
        Array::try_from(Value(out.by_parts())).unwrap_or_default()
    }
    /// A global variable, if it is set.
    pub fn global(&mut self, name: &str) -> Option<Value> {
        // SAFETY: our context; the table is read at once.
        unsafe {
            let g = (host::call().globals)(self.raw());
            let p = (host::arr().find_exact)(g, name.as_ptr(), name.len());
            if p.is_null() { None } else { Some(Value::borrow(p).dereferenced()) }
        }
    }
    /// Value of a global constant.
    pub fn constant(&mut self, name: impl AsRef<[u8]>) -> Option<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        let found = unsafe { (host::call().constant)(self.raw(), StrSlice::of(name.as_ref()), &mut out) };
        let v = Value(out.by_parts());
        (found != 0).then_some(v)
    }
    /// Defines a constant of this request; false when it exists.
    pub fn define(&mut self, name: &[u8], v: Value) -> bool {
        // SAFETY: our context; the value is borrowed.
        unsafe { (host::call().define)(self.raw(), StrSlice::of(name), v.0) != 0 }
    }
    /// Whether a function of that name exists.
    pub fn function_exists(&mut self, name: &str) -> bool {
        let lc = name.to_ascii_lowercase();
        // SAFETY: our context.
        unsafe { (host::call().function_exists)(self.raw(), slice(&lc)) != 0 }
    }
    /// Evaluates a PHP constant expression.
    pub fn eval_const(&mut self, text: &str, scope: Option<Class>) -> R<Value> {
        let mut out = Val::NULL;
        let scope = scope.map_or(core::ptr::null_mut(), |c| c.raw());
        // SAFETY: our context.
        check(unsafe { (host::call().eval_const)(self.raw(), slice(text), scope, &mut out) })?;
        Ok(Value(out.by_parts()))
    }
    /// Keeps a callable for the request: 0 shutdown function, 1 tick function, 2 autoloader (`front`: before the others).
    pub fn register(&mut self, what: u32, f: &Value, args: &[Value], front: bool) -> bool {
        // SAFETY: our context; values are borrowed, Value is transparent over Val.
        unsafe {
            (host::call().register)(
                self.raw(),
                what,
                f.deref().0,
                args.as_ptr().cast(),
                args.len(),
                front as u32,
            ) != 0
        }
    }
    /// Removes a kept callable; whether it was there.
    pub fn unregister(&mut self, what: u32, f: &Value) -> bool {
        // SAFETY: our context.
        unsafe { (host::call().unregister)(self.raw(), what, f.deref().0) != 0 }
    }
    /// The kept callables.
    pub fn registered(&mut self, what: u32) -> Value {
        let mut out = Val::NULL;
        // SAFETY: our context.
        unsafe { (host::call().registered)(self.raw(), what, &mut out) };
        Value(out.by_parts())
    }
    /// Compiles and runs a file; its return value.
    pub fn include(&mut self, path: &[u8], once: bool) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe { (host::call().include)(self.raw(), StrSlice::of(path), once as u32, &mut out) })?;
        Ok(Value(out.by_parts()))
    }

    /// The open resources by number.
    pub fn resources(&mut self) -> Array {
        let mut out = Val::NULL;
        // SAFETY: our context; the result is an array.
        unsafe { (host::res().list)(self.raw(), -1, &mut out) };
        Array::try_from(Value(out.by_parts())).unwrap_or_default()
    }

    // ---- output, settings, request ----

    /// Writes output.
    pub fn write(&mut self, b: impl AsRef<[u8]>) -> R<()> {
        let b = b.as_ref();
        // SAFETY: our context.
        check(unsafe { (host::sapi().write)(self.raw(), b.as_ptr(), b.len()) })
    }
    /// Value of an ini entry; `None` when there is no such entry.
    pub fn ini(&mut self, name: &str) -> Option<Vec<u8>> {
        // SAFETY: our context; copied at once.
        unsafe {
            let s = (host::sapi().ini_get)(self.raw(), slice(name));
            if s.is_none() { None } else { Some(s.bytes().to_vec()) }
        }
    }
    /// What `f` makes of the text of an ini entry.
    pub fn ini_with<T>(&mut self, name: &str, f: impl FnOnce(&str) -> T) -> Option<T> {
        // SAFETY: our context; the text is not kept.
        unsafe {
            let s = (host::sapi().ini_get)(self.raw(), slice(name));
            if s.is_none() { None } else { Some(f(core::str::from_utf8(s.bytes()).unwrap_or_default())) }
        }
    }
    /// An ini entry as an int, with PHP's `K`, `M`, `G`; 0 when there is none.
    pub fn ini_int(&mut self, name: &str) -> i64 {
        self.ini(name).map_or(0, |v| crate::module::ini_quantity(&v))
    }
    /// An ini entry as a bool.
    pub fn ini_bool(&mut self, name: &str) -> bool {
        self.ini(name).is_some_and(|v| crate::module::ini_truth(&v))
    }
    /// How often ini entries may have changed so far: what was made of their values holds while this stays the same.
    #[inline]
    pub fn ini_changes(&mut self) -> u64 {
        // SAFETY: our context.
        unsafe { (host::sapi().ini_changes)(self.raw()) }
    }
    /// `ini_set()`; false when it was refused.
    pub fn set_ini(&mut self, name: &[u8], value: &[u8]) -> bool {
        // SAFETY: our context.
        unsafe { (host::sapi().ini_set)(self.raw(), StrSlice::of(name), StrSlice::of(value)) != 0 }
    }
    /// This VM's globals of the extension that declares them.
    #[inline]
    pub fn globals<G: Globals>(&mut self) -> &'static G {
        // SAFETY: the engine built the globals with the extension's own constructor; they live as long as the VM, which
        // does not leave its thread.
        unsafe { &*(host::module().globals)(self.raw(), G::extension()).cast::<G>() }
    }
    /// The table of a named interface that another extension offers (`pdo.driver/1`).
    pub fn interface(&mut self, name: &str) -> Option<*const u8> {
        // SAFETY: our context.
        let p = unsafe { (host::module().interface)(self.raw(), slice(name)) };
        (!p.is_null()).then_some(p)
    }
    /// The tables of output, settings and request, for what has no wrapper here.
    pub fn sapi(&mut self) -> (&'static plugin_api_abi::SapiTable, *mut CtxRaw) {
        (host::sapi(), self.raw())
    }
    /// The tables of objects and classes, for what has no wrapper here.
    pub fn objects(&mut self) -> (&'static plugin_api_abi::ObjTable, *mut CtxRaw) {
        (host::obj(), self.raw())
    }
    /// The tables of calls, for what has no wrapper here.
    pub fn calls(&mut self) -> (&'static plugin_api_abi::CallTable, *mut CtxRaw) {
        (host::call(), self.raw())
    }
    /// Request memory in use: 0 used, 1 real, 2 peak, 3 real peak, 4 limit.
    pub fn memory(&self, what: u32) -> usize {
        // SAFETY: plain number.
        unsafe { (host::val().memory)(what) }
    }
    /// Text of a float: -1 the shortest that reads back equal, else that many significant digits.
    pub fn format_float(d: f64, precision: i32) -> String {
        let mut buf = [0u8; 400];
        // SAFETY: the buffer has the room that the ABI asks for.
        let n = unsafe { (host::val().format_float)(d, precision, buf.as_mut_ptr()) };
        String::from_utf8_lossy(&buf[..n.min(400)]).into_owned()
    }
    /// A float to an int as `(int)` does it.
    pub fn float_to_int(d: f64) -> i64 {
        // SAFETY: plain number.
        unsafe { (host::val().dbl_to_int)(d) }
    }
    /// The pieces of a string argument as an owned handle.
    pub fn intern(&mut self, b: &[u8]) -> Str {
        Str::interned(b)
    }
}
