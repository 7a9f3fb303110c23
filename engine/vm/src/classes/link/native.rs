//! Registering the classes of extensions, and the engine's own, from their descriptors.

use super::{Linker, NewProp, blank};
use crate::class::{Class, ClassConstant, Sym, class_flags};
use crate::classes::sym;
use crate::func::RT_CTOR;
use crate::vm::Vm;
use howdah_runtime::interner::{self, intern};
use howdah_runtime::string;
use plugin_api_abi::flags::{ABSTRACT, ENUM, FINAL, INTERFACE, NO_DYNAMIC, PUBLIC, STATIC, VIRTUAL};
use plugin_api_abi::{ClassDesc, ConstValue, HandlerTable, PTR, STR, StrHdr, Val};

/// A descriptor's value; an expression waits as a null pointer and is found through the descriptor again.
pub(crate) fn const_value(v: &ConstValue) -> Val {
    match v.val.tag() {
        // SAFETY: descriptors are static.
        STR => string::val(intern(unsafe { v.text.bytes() })),
        PTR => Val::ptr(core::ptr::null_mut::<u8>()),
        _ => v.val,
    }
}

/// A handler table of this engine's size: one of an extension that was built with a shorter one is copied into a table
/// without the entries that it does not know.
unsafe fn whole_table(t: *const HandlerTable) -> *const HandlerTable {
    // SAFETY: a table is readable for as many bytes as it says; its entries are nullable function pointers.
    unsafe {
        let size = (*t).size as usize;
        if size >= size_of::<HandlerTable>() {
            return t;
        }
        let mut whole = Box::new(super::STD_HANDLERS_VALUE);
        core::ptr::copy_nonoverlapping(t.cast::<u8>(), (&raw mut *whole).cast::<u8>(), size);
        // Registered once per VM, and kept as long as descriptors are.
        Box::leak(whole)
    }
}

impl Vm {
    /// Registers a native class, and links it. Parents and interfaces are registered before it.
    pub fn register_native(&mut self, desc: &'static ClassDesc, ext: u32) -> *mut Class {
        let c = self.declare_native(desc, ext);
        self.link_pending(c);
        c
    }

    /// Registers a native class, which is linked when it is first asked for if that can be done at any time.
    pub(crate) fn declare_native_class(&mut self, desc: &'static ClassDesc, ext: u32) {
        let c = self.declare_native(desc, ext);
        // Values that PHP code tells belong to the engine only if they are made before the first request.
        let is_text = |v: &ConstValue| v.val.tag() == PTR;
        // SAFETY: descriptors are static data.
        let waits = unsafe {
            desc.flags & ENUM == 0
                && !desc.consts.get().iter().any(|k| is_text(&k.value))
                && !desc.props.get().iter().any(|p| is_text(&p.default) || p.flags & STATIC != 0)
                && !crate::classes::builtin::has_role(desc.name.bytes())
        };
        if !waits {
            self.link_pending(c);
        }
    }

    fn declare_native(&mut self, desc: &'static ClassDesc, ext: u32) -> *mut Class {
        // SAFETY: descriptors are static data.
        unsafe {
            let name = intern(desc.name.bytes());
            let lc = Sym(interner::lower(StrHdr::bytes(name)));
            self.next_class_id += 1;
            let mut flags = desc.flags | class_flags::INTERNAL;
            if flags & ABSTRACT != 0 {
                flags |= class_flags::EXPLICIT_ABSTRACT;
            }
            if flags & ENUM != 0 {
                flags |= FINAL | NO_DYNAMIC;
            }
            let mut class = blank(name, lc.0, self.next_class_id, flags);
            class.desc = desc;
            class.ext = ext;
            let c = Box::into_raw(Box::new(class));
            self.enter_class(lc, c);
            c
        }
    }

    /// Links a native class that was declared.
    #[cold]
    pub(crate) fn link_pending(&mut self, c: *mut Class) {
        // SAFETY: descriptors are static data, and the class is in the table.
        unsafe {
            (*c).flags |= class_flags::LINKING;
            let desc: &'static ClassDesc = &*(*c).desc;
            let ext = (*c).ext;
            if !desc.parent.is_none() {
                (*c).parent = self.find_class(desc.parent.bytes()).unwrap_or(core::ptr::null_mut());
            }
            let mut interfaces: Vec<*mut Class> =
                desc.interfaces.get().iter().filter_map(|i| self.find_class(i.bytes())).collect();
            if desc.flags & ENUM != 0 {
                interfaces.push(self.ce.unit_enum);
                if desc.enum_backing != 0 {
                    interfaces.insert(interfaces.len() - 1, self.ce.backed_enum);
                }
            }
            let has_to_string =
                desc.methods.get().iter().any(|m| m.name.bytes().eq_ignore_ascii_case(b"__toString"));
            if has_to_string && !self.ce.stringable.is_null() && !interfaces.contains(&self.ce.stringable) {
                interfaces.insert(0, self.ce.stringable);
            }
            let mut l = Linker::new(self, c, intern(b"Unknown"), 0);
            // What an extension declares is not checked against the rules for PHP code, so nothing here fails.
            let _ = l.link_native(desc, ext, &interfaces);
            (*c).flags = (*c).flags & !class_flags::LINKING | class_flags::LINKED;
            crate::classes::builtin::assign_role(self, desc.name.bytes(), c);
        }
    }
}

/// The interfaces of a native class in PHP's order: `__toString()`'s, the parent's from the last to the first, then each of its
/// own with those that it brings, these from the last to the first.
unsafe fn native_order(desc: &'static ClassDesc, parent: *mut Class, own: &[*mut Class]) -> Vec<*mut Class> {
    let mut all: Vec<*mut Class> = Vec::new();
    let mut add = |i: *mut Class| {
        if !all.contains(&i) {
            all.push(i);
        }
    };
    // SAFETY: classes live as long as the VM's request; descriptors are static data.
    unsafe {
        if desc.methods.get().iter().any(|m| m.name.bytes().eq_ignore_ascii_case(b"__toString"))
            && let Some(&first) = own.iter().find(|&&i| (*i).name() == b"Stringable")
        {
            add(first);
        }
        if !parent.is_null() {
            let inherited = &(*parent).interfaces;
            inherited.iter().rev().for_each(|&i| add(i));
        }
        for &i in own {
            add(i);
            let brought = &(*i).interfaces;
            brought.iter().rev().for_each(|&j| add(j));
        }
    }
    all
}

impl Linker<'_> {
    unsafe fn link_native(
        &mut self,
        desc: &'static ClassDesc,
        ext: u32,
        interfaces: &[*mut Class],
    ) -> super::Linked<()> {
        // SAFETY: descriptors are static data.
        unsafe {
            self.take_parent()?;
            let c = self.class();
            if desc.native_size != 0 {
                c.head.native_size = desc.native_size;
            }
            if desc.free.is_some() {
                c.head.native_free = desc.free;
            }
            if !desc.handlers.is_null() {
                c.head.handlers = whole_table(desc.handlers);
            }
            if desc.native_size != 0 || desc.create.is_some() {
                c.native_base = desc;
            }
            c.head.own = desc;
            c.head.payload = if c.native_base.is_null() { desc } else { c.native_base };
            self.collect_interfaces(interfaces)?;
            for k in desc.consts.get() {
                let mut flags = k.flags;
                if flags & super::PPP == 0 {
                    flags |= PUBLIC;
                }
                let konst = ClassConstant {
                    value: const_value(&k.value),
                    flags,
                    ty: crate::load::native_type(&k.ty),
                    class: self.c,
                    is_case: k.is_case != 0,
                    evaluating: false,
                    decl: None,
                    desc: k,
                };
                c.consts.insert(sym(k.name.bytes()), konst);
            }
            for p in desc.props.get() {
                let ty = crate::load::native_type(&p.ty);
                let mut default = const_value(&p.default);
                if default.tag() == PTR {
                    default = Val::NULL;
                    let text = p.default.text.bytes().to_vec();
                    if let Ok(v) = self.vm.eval_text(&text, self.c) {
                        default = v;
                    }
                } else if default.is_undef() && ty.is_none() && p.flags & VIRTUAL == 0 {
                    default = Val::NULL;
                }
                let name = intern(p.name.bytes());
                let (get, set) = (core::ptr::null_mut(), core::ptr::null_mut());
                self.declare_prop(NewProp {
                    name,
                    flags: p.flags,
                    ty,
                    default,
                    get,
                    set,
                    decl: None,
                    desc: p,
                })?;
            }
            c.methods.reserve(desc.methods.get().len());
            for m in desc.methods.get() {
                let f = Box::into_raw(crate::load::native_box(m, self.c, ext));
                self.vm.native_methods.push(f);
                let lc = Sym(interner::lower(StrHdr::bytes((*f).name)));
                if (*f).flags & super::PPP == 0 {
                    (*f).flags |= PUBLIC;
                }
                if c.flags & INTERFACE != 0 {
                    (*f).flags |= ABSTRACT;
                }
                if lc.0 == self.vm.names.construct {
                    (*f).rt |= RT_CTOR;
                }
                c.methods.insert(lc, f);
            }
            if c.flags & ENUM != 0 {
                self.add_enum_members(desc.enum_backing as u8)?;
            }
            self.inherit_parent()?;
            // Natives declare their constants after they took their parent's over.
            if !c.parent.is_null() {
                let of_parent = &(*c.parent).consts;
                c.consts.sort_by_cached_key(|k, _| of_parent.get_index_of(k).unwrap_or(usize::MAX));
            }
            self.implement_interfaces()?;
            c.interfaces = native_order(desc, c.parent, interfaces);
            self.finish();
            Ok(())
        }
    }
}
