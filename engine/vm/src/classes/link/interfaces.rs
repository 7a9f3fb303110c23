//! Interfaces: which a class implements, what it takes from them, and who may implement the engine's own.

use super::{Linked, Linker};
use crate::class::{Class, class_flags};
use crate::classes::class_text;
use crate::classes::lookup::kind_word_uc;
use crate::errors::level;
use plugin_api_abi::flags::{ABSTRACT, ENUM, INTERFACE, TRAIT};
use plugin_api_abi::{ClassRaw, CtxRaw, Status, StrHdr};

impl Linker<'_> {
    /// Builds the list of interfaces: the parent's, the class's own, then what those extend. A class without any of its own
    /// has its parent's from the last to the first.
    pub(crate) fn collect_interfaces(&mut self, own: &[*mut Class]) -> Linked<()> {
        let c = self.class();
        // SAFETY: classes live as long as the VM's request.
        unsafe {
            if !c.parent.is_null() {
                c.interfaces = (*c.parent).interfaces.clone();
                if own.is_empty() {
                    c.interfaces.reverse();
                }
            }
            for &i in own {
                if (*i).flags & INTERFACE == 0 {
                    let msg = format!(
                        "{} cannot implement {} - it is not an interface",
                        class_text(c),
                        class_text(i)
                    );
                    return Err(self.fail_as(level::ERROR, &msg));
                }
                if self.direct.contains(&i) || self.repeated.contains(&i) {
                    let msg = format!(
                        "{} {} cannot implement previously implemented interface {}",
                        kind_word_uc(c.flags),
                        class_text(c),
                        class_text(i)
                    );
                    return Err(self.fail(&msg));
                }
                if c.interfaces.contains(&i) {
                    self.repeated.push(i);
                } else {
                    self.direct.push(i);
                    c.interfaces.push(i);
                }
            }
            for n in 0..self.direct.len() {
                for &j in &(*self.direct[n]).interfaces {
                    if !c.interfaces.contains(&j) {
                        c.interfaces.push(j);
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes constants, methods and properties of the interfaces over, and asks each whether it may be implemented.
    pub(crate) fn implement_interfaces(&mut self) -> Linked<()> {
        let c = self.class();
        for i in std::mem::take(&mut self.repeated) {
            // SAFETY: as above.
            for (k, konst) in unsafe { &(*i).consts } {
                self.check_const(*k, konst)?;
            }
        }
        let inherited = c.interfaces.len() - self.new_interfaces();
        for n in 0..inherited {
            self.may_implement(c.interfaces[n])?;
        }
        for i in std::mem::take(&mut self.direct) {
            self.implement(i)?;
        }
        Ok(())
    }

    fn new_interfaces(&self) -> usize {
        let c = self.class();
        // SAFETY: live parent.
        c.interfaces.len() - if c.parent.is_null() { 0 } else { unsafe { (*c.parent).interfaces.len() } }
    }

    fn implement(&mut self, i: *mut Class) -> Linked<()> {
        let c = self.class();
        // SAFETY: interfaces live as long as the VM's request and are not changed by who implements them.
        let iface: &'static Class = unsafe { &*i };
        for (k, konst) in &iface.consts {
            self.inherit_const(*k, konst, true)?;
        }
        for (k, &f) in &iface.methods {
            self.inherit_method(*k, f, true)?;
        }
        for (k, &p) in &iface.props {
            match c.props.get(k).copied() {
                // SAFETY: property infos live as long as their classes.
                Some(own) if own != p => self.check_prop(own, unsafe { &*p })?,
                Some(_) => {}
                None => {
                    c.props.insert(*k, p);
                    c.flags |= class_flags::HAS_HOOKS | if c.flags & INTERFACE == 0 { ABSTRACT } else { 0 };
                }
            }
        }
        self.may_implement(i)?;
        for n in 0..iface.interfaces.len() {
            self.may_implement(iface.interfaces[n])?;
        }
        Ok(())
    }

    /// A `__toString` that came from a trait makes the class Stringable.
    pub(crate) fn import_stringable(&mut self) -> Linked<()> {
        let c = self.class();
        let s = self.vm.ce.stringable;
        let has = c.methods.contains_key(&crate::class::Sym(self.vm.names.to_string));
        if !has || c.flags & (TRAIT | INTERFACE) != 0 || s.is_null() || c.interfaces.contains(&s) {
            return Ok(());
        }
        c.interfaces.push(s);
        self.implement(s)
    }

    /// The engine's rules about its own interfaces, and an extension's about its.
    fn may_implement(&mut self, i: *mut Class) -> Linked<()> {
        let c = self.class();
        if c.flags & INTERFACE != 0 {
            return Ok(());
        }
        let (cn, inn) = (class_text(c), class_text(i));
        let word = kind_word_uc(c.flags);
        let ce = self.vm.ce;
        if i == ce.traversable {
            let either = c.interfaces.contains(&ce.iterator) || c.interfaces.contains(&ce.iterator_aggregate);
            if !either && c.flags & (class_flags::EXPLICIT_ABSTRACT | class_flags::INTERNAL) == 0 {
                let msg = format!(
                    "{word} {cn} must implement interface Traversable as part of either Iterator or IteratorAggregate"
                );
                return Err(self.fail_as(level::CORE_ERROR, &msg));
            }
        } else if i == ce.iterator || i == ce.iterator_aggregate {
            if c.interfaces.contains(&ce.iterator) && c.interfaces.contains(&ce.iterator_aggregate) {
                let msg = format!(
                    "Class {cn} cannot implement both Iterator and IteratorAggregate at the same time"
                );
                return Err(self.fail_as(level::ERROR, &msg));
            }
        } else if i == ce.throwable {
            // SAFETY: the display's first class is the root ancestor.
            let root = unsafe { (*c.display[0]).name() };
            if root != b"Exception" && root != b"Error" {
                let tail = if c.flags & ENUM == 0 { ", extend Exception or Error instead" } else { "" };
                return Err(self
                    .fail_as(level::ERROR, &format!("{word} {cn} cannot implement interface {inn}{tail}")));
            }
        } else if i == ce.unit_enum || i == ce.backed_enum {
            if c.flags & ENUM == 0 {
                return Err(self.fail_as(
                    level::ERROR,
                    &format!("Non-enum class {cn} cannot implement interface {inn}"),
                ));
            }
            if i == ce.backed_enum && c.enum_backing == 0 {
                return Err(self.fail_as(
                    level::ERROR,
                    &format!("Non-backed enum {cn} cannot implement interface {inn}"),
                ));
            }
        } else if i == ce.serializable && c.flags & class_flags::INTERNAL == 0 {
            let m = |s: *mut StrHdr| c.methods.contains_key(&crate::class::Sym(s));
            let (a, b) = (self.vm.names.serialize, self.vm.names.unserialize);
            if c.flags & class_flags::EXPLICIT_ABSTRACT == 0 && !(m(a) && m(b)) {
                let msg = format!(
                    "{cn} implements the Serializable interface, which is deprecated. Implement __serialize() and __unserialize() instead (or in addition, if support for old PHP versions is necessary)"
                );
                // SAFETY: interned.
                let st = self.vm.raise_at(
                    level::DEPRECATED,
                    msg.as_bytes(),
                    unsafe { StrHdr::bytes(self.file) },
                    self.line,
                );
                if st != Status::Ok {
                    if self.vm.has_exception() {
                        let (file, line) = (self.file, self.line);
                        let msg = format!("During inheritance of {cn}, while implementing Serializable");
                        return Err(self.vm.fatal_uncaught(&msg, file, line));
                    }
                    return Err(st);
                }
            }
        }
        // SAFETY: descriptors are static; the callback follows the ABI.
        unsafe {
            let desc = (*i).desc;
            if !desc.is_null()
                && let Some(ask) = (*desc).interface_gets_implemented
            {
                let ctx: *mut crate::vm::Vm = self.vm;
                if ask(ctx.cast::<CtxRaw>(), self.c.cast::<ClassRaw>()) != Status::Ok {
                    let msg = if self.vm.has_exception() {
                        let e = std::mem::replace(&mut self.vm.exception, plugin_api_abi::Val::UNDEF);
                        let v = *howdah_runtime::layout::Obj::slot(e.as_ptr(), crate::errors::slots::MESSAGE);
                        let m = crate::rt::lossy(v.as_ptr());
                        crate::rt::release(e);
                        m
                    } else {
                        format!("{word} {cn} could not implement interface {inn}")
                    };
                    return Err(self.fail_as(level::ERROR, &msg));
                }
            }
        }
        Ok(())
    }
}
