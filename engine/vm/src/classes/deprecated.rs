//! `#[\\Deprecated]`: what uses of functions and class constants that carry it report.

use super::{class_text, name_text};
use crate::class::Class;
use crate::class::ClassConstant;
use crate::class::Sym;
use crate::errors::level;
use crate::frame::frame;
use crate::func::RtType;
use crate::rt::release;
use crate::script::{Script, Thunk};
use crate::vm::Vm;
use howdah_bytecode::{Attribute, Literal};
use howdah_runtime::{interner, value};
use plugin_api_abi::flags::DEPRECATED;
use plugin_api_abi::{STR, Status, StrHdr, Val, type_mask};

/// The text of a named argument in an attribute of a native declaration, `#[\\Deprecated(since: '8.1')]`.
fn attribute_argument<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = attributes.split_once(&format!("{name}: "))?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    value[1..].split(quote).next()
}

/// ` since …, message` as the attribute of a native declaration has it.
fn native_suffix(attributes: &str) -> String {
    let mut out = String::new();
    for (name, before) in [("since", " since "), ("message", ", ")] {
        if let Some(text) = attribute_argument(attributes, name) {
            out.push_str(before);
            out.push_str(text);
        }
    }
    out
}

impl Vm {
    /// ` since …, message` as the attribute has it.
    ///
    /// # Errors
    /// An argument's evaluation threw, or it is of the wrong type.
    unsafe fn deprecation_suffix(
        &mut self,
        list: &[Attribute],
        script: *const Script,
        scope: *mut Class,
    ) -> Result<Vec<u8>, Status> {
        let Some(a) = list.iter().find(|a| a.name.eq_ignore_ascii_case(b"Deprecated")) else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        for (name, at, before) in [("since", 1, &b" since "[..]), ("message", 0, b", ")] {
            let named = a.args.iter().find(|(k, _)| k.as_deref() == Some(name.as_bytes()));
            let Some((_, l)) = named.or_else(|| a.args.get(at).filter(|(k, _)| k.is_none())) else {
                continue;
            };
            // SAFETY: by the caller's promise.
            let mut v = match l {
                Literal::Thunk(index) => {
                    let mut v = Val::NULL;
                    match self.run_thunk(&Thunk { script, index: *index }, scope, &mut v) {
                        Status::Ok => v,
                        st => return Err(st),
                    }
                }
                l => crate::load::literal_val(l),
            };
            let ty = RtType::new(type_mask::STRING | type_mask::NULL, Box::default(), "?string".into());
            // SAFETY: a local value; scripts are kept until the request ends.
            unsafe {
                if !self.coerce(&ty, &raw mut v, core::ptr::null_mut(), (*script).unit.strict)? {
                    let msg = format!(
                        "Deprecated::__construct(): Argument #{} (${name}) must be of type ?string, {} given",
                        at + 1,
                        value::value_name(v)
                    );
                    release(v);
                    return Err(self.throw_type(&msg));
                }
                if v.tag() == STR {
                    out.extend_from_slice(before);
                    out.extend_from_slice(StrHdr::bytes(v.as_ptr()));
                }
                release(v);
            }
        }
        Ok(out)
    }

    /// Reports a call of the running function, which is deprecated, on behalf of its caller.
    ///
    /// # Safety
    /// The running frame is a user function's.
    pub(crate) unsafe fn deprecated_call(&mut self) -> Status {
        let fp = self.fp;
        // SAFETY: by the caller's promise.
        unsafe {
            let f = &*(*frame(fp)).func;
            self.fp = (*frame(fp)).prev;
            let st = match self.deprecation_suffix(&(*f.proto).attributes, f.script, f.scope) {
                Ok(suffix) => {
                    let word = if f.scope.is_null() { "Function" } else { "Method" };
                    let mut msg = format!("{word} {}() is deprecated", f.display()).into_bytes();
                    msg.extend(suffix);
                    self.raise(level::USER_DEPRECATED, &msg)
                }
                Err(st) => st,
            };
            self.fp = fp;
            st
        }
    }

    /// Reports the call of a native function that is deprecated, before it begins.
    ///
    /// # Safety
    /// `fp` is the complete frame of a native function.
    pub(crate) unsafe fn deprecated_native_call(&mut self, fp: *mut Val) -> Status {
        // SAFETY: by the caller's promise; descriptors are static.
        unsafe {
            let f = &*(*frame(fp)).func;
            let attributes = if f.desc.is_null() { &[][..] } else { (*f.desc).attributes.bytes() };
            let attributes = String::from_utf8_lossy(attributes);
            let word = if f.scope.is_null() { "Function" } else { "Method" };
            let msg = format!("{word} {}() is deprecated{}", f.display(), native_suffix(&attributes));
            self.fp = (*frame(fp)).prev;
            let st = self.raise(level::DEPRECATED, msg.as_bytes());
            self.fp = fp;
            st
        }
    }

    fn constant_deprecation(&self, name: &[u8]) -> Option<&str> {
        interner::lookup(name).and_then(|s| self.constants.get(&Sym(s)))?.deprecated.as_deref()
    }

    /// Whether every use of a global constant is to be reported.
    pub(crate) fn constant_is_deprecated(&self, name: &[u8]) -> bool {
        self.constant_deprecation(name).is_some()
    }

    /// Reports the use of a global constant, if it is deprecated.
    pub(crate) fn report_constant(&mut self, name: &[u8]) -> Status {
        match self.constant_deprecation(name) {
            None => Status::Ok,
            Some(reason) => {
                let msg = format!("Constant {} is deprecated{reason}", String::from_utf8_lossy(name));
                self.raise(level::DEPRECATED, msg.as_bytes())
            }
        }
    }

    /// Warns about a native class constant that is marked as deprecated.
    unsafe fn deprecated_native_const(
        &mut self,
        k: *mut ClassConstant,
        class: *mut Class,
        name: *mut StrHdr,
    ) -> Result<(), Status> {
        // SAFETY: a live constant; descriptors are static.
        unsafe {
            if (*k).flags & DEPRECATED == 0 || (*k).desc.is_null() {
                return Ok(());
            }
            let attributes = String::from_utf8_lossy((*(*k).desc).attributes.bytes());
            let suffix = native_suffix(&attributes);
            let msg = format!("Constant {}::{} is deprecated{suffix}", class_text(class), name_text(name));
            match self.raise(level::DEPRECATED, msg.as_bytes()) {
                Status::Ok => Ok(()),
                st => Err(st),
            }
        }
    }

    /// Warns about a class constant with `#[\\Deprecated]`.
    pub(super) unsafe fn deprecated_const(
        &mut self,
        k: *mut ClassConstant,
        class: *mut Class,
        name: *mut StrHdr,
    ) -> Result<(), Status> {
        // SAFETY: a live constant; scripts are kept until the request ends.
        unsafe {
            let Some((s, ci, i)) = (*k).decl else { return self.deprecated_native_const(k, class, name) };
            let decl = &(&(&(*s).unit.classes)[ci as usize].consts)[i as usize];
            let marked = decl.attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"Deprecated"));
            if !marked || self.cls.reporting.contains(&(k as usize)) {
                return Ok(());
            }
            self.cls.reporting.push(k as usize);
            let r = match self.deprecation_suffix(&decl.attributes, s, class) {
                Ok(suffix) => {
                    let word = if decl.is_case { "Enum case" } else { "Constant" };
                    let mut msg = format!("{word} {}::{} is deprecated", class_text(class), name_text(name))
                        .into_bytes();
                    msg.extend(suffix);
                    match self.raise(level::USER_DEPRECATED, &msg) {
                        Status::Ok => Ok(()),
                        st => Err(st),
                    }
                }
                Err(st) => Err(st),
            };
            self.cls.reporting.pop();
            r
        }
    }
}
