//! Raising warnings, errors and exceptions; backtraces; the texts of what nobody caught.

use crate::class::Class;
use crate::frame::{FR_LEAVING, frame};
use crate::host::ErrorRecord;
use crate::vm::{BailoutKind, Vm};
use howdah_runtime::hooks::ErrorKind;
use howdah_runtime::layout::Obj;
use howdah_runtime::memory::{obj_val, val_addref, val_release};
use howdah_runtime::{array, string, value};
use plugin_api_abi::{OBJ, Status, StrHdr, Val};

/// `E_*` levels.
#[expect(missing_docs, reason = "each is the level of its name")]
pub mod level {
    pub const ERROR: u32 = 1;
    pub const WARNING: u32 = 2;
    pub const PARSE: u32 = 4;
    pub const NOTICE: u32 = 8;
    pub const CORE_ERROR: u32 = 16;
    pub const CORE_WARNING: u32 = 32;
    pub const COMPILE_ERROR: u32 = 64;
    pub const COMPILE_WARNING: u32 = 128;
    pub const USER_ERROR: u32 = 256;
    pub const USER_WARNING: u32 = 512;
    pub const USER_NOTICE: u32 = 1024;
    pub const RECOVERABLE_ERROR: u32 = 4096;
    pub const DEPRECATED: u32 = 8192;
    pub const USER_DEPRECATED: u32 = 16384;
    pub const ALL: u32 = 30719;
    /// Levels that end the request.
    pub const FATAL: u32 = ERROR | PARSE | CORE_ERROR | COMPILE_ERROR | USER_ERROR | RECOVERABLE_ERROR;
}

/// What error_get_last() tells.
pub struct LastError {
    /// `E_*`
    pub level: u32,
    /// Text.
    pub message: Vec<u8>,
    /// File.
    pub file: Vec<u8>,
    /// Line.
    pub line: u32,
}

/// Slots of Throwable's properties, the same in Exception and Error.
pub mod slots {
    #![expect(missing_docs, reason = "each is the property of its name")]
    pub const MESSAGE: usize = 0;
    pub const STRING: usize = 1;
    pub const CODE: usize = 2;
    pub const FILE: usize = 3;
    pub const LINE: usize = 4;
    pub const TRACE: usize = 5;
    pub const PREVIOUS: usize = 6;
}

impl Vm {
    /// Class of the running function, or null.
    pub fn scope(&self) -> *mut Class {
        if let Some(c) = self.fake_scope {
            return c;
        }
        let mut fp = self.fp;
        while !fp.is_null() {
            // SAFETY: frames on the stack are complete.
            let f = unsafe { &*(*frame(fp)).func };
            if f.is_user() || !f.scope.is_null() {
                return f.scope;
            }
            // A plain native function acts for its caller.
            // SAFETY: as above.
            fp = unsafe { (*frame(fp)).prev };
        }
        core::ptr::null_mut()
    }

    /// File and line of the innermost PHP code that runs; `None` outside any.
    pub fn position(&self) -> Option<(*mut StrHdr, u32)> {
        let mut fp = self.fp;
        while !fp.is_null() {
            // SAFETY: frames on the stack are complete.
            unsafe {
                if (*(*frame(fp)).func).is_user() && (*frame(fp)).flags & FR_LEAVING == 0 {
                    return Some((self.file_of(fp), self.line_of(fp)));
                }
                fp = (*frame(fp)).prev;
            }
        }
        None
    }

    /// File of a user frame.
    pub fn file_of(&self, fp: *mut Val) -> *mut StrHdr {
        // SAFETY: `fp` is a user function's frame.
        unsafe { (*(*(*frame(fp)).func).script).file }
    }

    /// Line at which a user frame stands.
    pub fn line_of(&self, fp: *mut Val) -> u32 {
        // SAFETY: `fp` is a user function's frame, whose pc lies in its code.
        unsafe {
            let fr = frame(fp);
            let f = &*(*fr).func;
            let at = (*fr).pc.offset_from(f.code) - 1;
            let lines = &(*f.proto).lines;
            lines.get(at.max(0) as usize).copied().unwrap_or((*f.proto).start_line)
        }
    }

    /// Raises an `E_*` message: the user's handler first, then the host. Not Ok when a handler threw.
    pub fn raise(&mut self, lvl: u32, msg: &[u8]) -> Status {
        let (file, line) = match self.position() {
            // SAFETY: file names are interned.
            Some((f, l)) => (unsafe { StrHdr::bytes(f) }, l),
            None => (&b"Unknown"[..], 0),
        };
        self.raise_at(lvl, msg, file, line)
    }

    /// As [`Vm::raise`] at a place.
    pub fn raise_at(&mut self, lvl: u32, msg: &[u8], file: &[u8], line: u32) -> Status {
        if self.evaluating {
            self.evaluation_failed = true;
            return Status::Exception;
        }
        let (handler, mask) = self.error_handler;
        if !handler.is_undef()
            && mask & lvl != 0
            && lvl & level::FATAL & !level::USER_ERROR & !level::RECOVERABLE_ERROR == 0
        {
            if self.has_exception() {
                // The handler cannot be called, and what it would have been told is told to nobody.
                return Status::Ok;
            }
            val_addref(handler);
            self.error_handler = (Val::UNDEF, 0);
            let args =
                [Val::int(lvl as i64), string::new_val(msg), string::new_val(file), Val::int(line as i64)];
            let mut out = Val::NULL;
            let st = self.call_callable(handler, &args, &mut out);
            // SAFETY: ours.
            unsafe {
                args.iter().for_each(|a| val_release(*a));
                val_release(out);
            }
            if self.error_handler.0.is_undef() {
                self.error_handler = (handler, mask);
            }
            // SAFETY: the share taken above.
            unsafe { val_release(handler) };
            if st != Status::Ok {
                return st;
            }
            if out.tag() != plugin_api_abi::FALSE {
                return Status::Ok;
            }
        }
        self.last_error = Some(LastError { level: lvl, message: msg.to_vec(), file: file.to_vec(), line });
        let silenced = self.error_reporting & lvl == 0;
        self.host.report(&ErrorRecord { level: lvl, message: msg, file, line, silenced });
        if lvl & level::FATAL & !level::RECOVERABLE_ERROR != 0 || lvl == level::RECOVERABLE_ERROR {
            self.exit_status = 255;
            self.bailout = Some(BailoutKind::Fatal);
            return Status::Bailout;
        }
        Status::Ok
    }

    /// `E_WARNING`
    pub fn warning(&mut self, msg: &str) -> Status {
        self.raise(level::WARNING, msg.as_bytes())
    }
    /// `E_NOTICE`
    pub fn notice(&mut self, msg: &str) -> Status {
        self.raise(level::NOTICE, msg.as_bytes())
    }
    /// `E_DEPRECATED`
    pub fn deprecated(&mut self, msg: &str) -> Status {
        self.raise(level::DEPRECATED, msg.as_bytes())
    }
    /// A fatal error at the current or the given line.
    pub fn fatal(&mut self, lvl: u32, msg: &str, line: Option<u32>) -> Status {
        match (self.position(), line) {
            (Some((f, _)), Some(line)) => {
                // SAFETY: interned.
                let file = unsafe { StrHdr::bytes(f) };
                self.raise_at(lvl, msg.as_bytes(), file, line);
            }
            _ => {
                self.raise(lvl, msg.as_bytes());
            }
        }
        self.exit_status = 255;
        self.bailout = Some(BailoutKind::Fatal);
        Status::Bailout
    }

    /// Makes a panic of the engine the request's fatal error.
    #[cold]
    pub fn panicked(&mut self, payload: &(dyn std::any::Any + Send)) -> Status {
        let text = payload
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "unknown".to_owned());
        self.fatal(level::ERROR, &format!("Internal error: {text}"), None)
    }

    /// Throws a fresh object of an engine class.
    pub fn throw_error(&mut self, class: *mut Class, msg: &str) -> Status {
        if self.bailout.is_some() {
            return Status::Bailout;
        }
        let mut o = Val::NULL;
        let st = self.instantiate(class, &mut o);
        if st != Status::Ok {
            return st;
        }
        // SAFETY: throwables have the slots of Throwable's properties first.
        unsafe {
            let p = Obj::slot(o.as_ptr(), slots::MESSAGE);
            val_release(*p);
            *p = string::new_val(msg.as_bytes());
        }
        self.throw_object(o)
    }

    /// Throws an Error.
    pub fn throw(&mut self, msg: &str) -> Status {
        self.throw_error(self.ce.error, msg)
    }
    /// Throws a TypeError.
    pub fn throw_type(&mut self, msg: &str) -> Status {
        self.throw_error(self.ce.type_error, msg)
    }
    /// Throws a ValueError.
    pub fn throw_value(&mut self, msg: &str) -> Status {
        self.throw_error(self.ce.value_error, msg)
    }
    /// Throws by the runtime's kind.
    pub fn throw_kind(&mut self, kind: ErrorKind, msg: &str) -> Status {
        let c = match kind {
            ErrorKind::Error => self.ce.error,
            ErrorKind::TypeError => self.ce.type_error,
            ErrorKind::ValueError => self.ce.value_error,
            ErrorKind::ArithmeticError => self.ce.arithmetic_error,
            ErrorKind::DivisionByZeroError => self.ce.division_by_zero_error,
        };
        self.throw_error(c, msg)
    }

    /// Makes an owned throwable the pending exception; one that is pending already becomes its previous one.
    pub fn throw_object(&mut self, o: Val) -> Status {
        if self.has_exception() {
            let old = std::mem::replace(&mut self.exception, Val::UNDEF);
            self.chain(o, old);
        }
        self.exception = o;
        Status::Exception
    }

    /// Hangs `old` (owned) below the last previous exception of `new`, unless that would make a ring.
    pub fn chain(&mut self, new: Val, old: Val) {
        // SAFETY: both are throwables.
        unsafe {
            let added = old.as_ptr::<Obj>();
            let mut at = new.as_ptr::<Obj>();
            while at != added {
                let mut ancestor = previous(added);
                while !ancestor.is_null() {
                    if ancestor == at {
                        val_release(old);
                        return;
                    }
                    ancestor = previous(ancestor);
                }
                let p = previous(at);
                if p.is_null() {
                    array::store(value::deref_ptr(Obj::slot(at, slots::PREVIOUS)), old);
                    return;
                }
                at = p;
            }
            val_release(old);
        }
    }

    /// Handles the exception that left the main script: the user's handler, or PHP's fatal text.
    pub fn uncaught(&mut self) -> Status {
        let e = std::mem::replace(&mut self.exception, Val::UNDEF);
        let h = self.exception_handler;
        if !h.is_undef() {
            self.exception_handler = Val::UNDEF;
            let mut out = Val::NULL;
            let st = self.call_callable(h, &[e], &mut out);
            // SAFETY: ours.
            unsafe {
                val_release(out);
                val_release(e);
                val_release(h);
            }
            return if st == Status::Exception { self.uncaught() } else { st };
        }
        // SAFETY: throwables have these slots.
        let (text, file, line) = unsafe {
            let o = e.as_ptr::<Obj>();
            let class = (*o).class.cast::<Class>();
            let file = value::deref(*Obj::slot(o, slots::FILE));
            let line = value::deref(*Obj::slot(o, slots::LINE)).as_int();
            let file = if file.tag() == plugin_api_abi::STR && (*file.as_ptr::<StrHdr>()).len > 0 {
                StrHdr::bytes(file.as_ptr()).to_vec()
            } else {
                b"Unknown".to_vec()
            };
            if (*class).is_a(self.ce.parse_error) || (*class).is_a(self.ce.compile_error) {
                let m = value::deref(*Obj::slot(o, slots::MESSAGE));
                let mut t = Val::NULL;
                let text = match crate::rt::to_str(m, &mut t) {
                    Status::Ok => StrHdr::bytes(t.as_ptr()).to_vec(),
                    _ => Vec::new(),
                };
                val_release(t);
                (text, file, line)
            } else {
                let mut t = Val::NULL;
                let st = self.throwable_text(e, &mut t);
                if st != Status::Ok {
                    // An exception from __toString: that one is reported instead.
                    val_release(e);
                    return if st == Status::Exception { self.uncaught() } else { st };
                }
                let mut text = b"Uncaught ".to_vec();
                text.extend_from_slice(StrHdr::bytes(t.as_ptr()));
                text.extend_from_slice(b"\n  thrown");
                val_release(t);
                (text, file, line)
            }
        };
        // SAFETY: as above.
        let lvl = unsafe {
            let class = (*e.as_ptr::<Obj>()).class.cast::<Class>();
            if (*class).is_a(self.ce.parse_error) { level::PARSE } else { level::ERROR }
        };
        self.raise_at(lvl, &text, &file, line as u32);
        self.exit_status = 255;
        // SAFETY: ours.
        unsafe { val_release(e) };
        Status::Bailout
    }

    /// `(string)$throwable`: the class's own __toString.
    pub fn throwable_text(&mut self, e: Val, out: &mut Val) -> Status {
        self.object_to_string(e.as_ptr(), out)
    }
}

/// The previous exception of a throwable, or null.
///
/// # Safety
/// `e` is a live throwable.
unsafe fn previous(e: *mut Obj) -> *mut Obj {
    // SAFETY: by the caller's promise.
    let p = value::deref(unsafe { *Obj::slot(e, slots::PREVIOUS) });
    if p.tag() == OBJ { p.as_ptr() } else { core::ptr::null_mut() }
}

/// An object as a value with a share of its own.
pub fn shared(o: *mut Obj) -> Val {
    let v = obj_val(o);
    val_addref(v);
    v
}
