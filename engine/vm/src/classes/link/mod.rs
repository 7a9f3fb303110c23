//! Linking: from a declaration to a class that objects can be made of. Behaviour follows php-src's zend_inheritance.c:
//! parent first, then traits, then interfaces, then what the whole must satisfy.

pub mod inherit;
pub mod interfaces;
pub mod native;
pub mod traits;
pub mod variance;
pub mod verify;

use super::lookup::{ClassWord, redeclaration};
use super::{class_text, decl_key, name_text, sym, text};
use crate::class::{Class, ClassConstant, Magic, PropInfo, SLOT_UNINIT, Sym, SymMap, class_flags};
use crate::errors::level;
use crate::func::{Func, RT_CTOR, Ret, RtType};
use crate::script::{Script, Thunk};
use crate::vm::{BailoutKind, Vm};
use howdah_bytecode::{ClassDecl, ClassKind, Literal, Unit};
use howdah_runtime::interner::intern;
use howdah_runtime::layout::{
    CLASS_ALLOW_DYNAMIC, CLASS_ENUM, CLASS_HAS_DTOR, CLASS_HAS_NATIVE, CLASS_NO_DYNAMIC, CLASS_TYPED_PROPS,
    ClassHead,
};
use plugin_api_abi::flags::{
    ABSTRACT, ALLOW_DYNAMIC, ENUM, FINAL, INTERFACE, NO_DYNAMIC, NOT_SERIALIZABLE, PRIVATE, PRIVATE_SET,
    PROTECTED, PROTECTED_SET, PUBLIC, READONLY, STATIC, TRAIT, VIRTUAL,
};
use plugin_api_abi::{HandlerTable, PTR, PropDesc, Status, StrHdr, UNDEF, Val};

/// Handlers of classes that have none of their own.
pub static STD_HANDLERS: HandlerTable = STD_HANDLERS_VALUE;

/// A table without entries, to fill in.
pub const STD_HANDLERS_VALUE: HandlerTable = HandlerTable {
    size: size_of::<HandlerTable>() as u32,
    reserved: 0,
    read_prop: None,
    write_prop: None,
    has_prop: None,
    unset_prop: None,
    read_dim: None,
    write_dim: None,
    has_dim: None,
    unset_dim: None,
    compare: None,
    cast: None,
    count: None,
    properties: None,
    do_operation: None,
    get_closure: None,
    clone: None,
    get_iterator: None,
    roots: None,
    get_constructor: None,
    get_method: None,
    store_dim: None,
};

/// Set visibilities.
pub(crate) const SET_MASK: u32 = PROTECTED_SET | PRIVATE_SET;
/// A compiled property's `public(set)`; gone once it is declared.
const PUBLIC_SET: u32 = 1 << 27;
/// Visibilities.
pub(crate) const PPP: u32 = PUBLIC | PROTECTED | PRIVATE;

/// What linking says: a pending exception or the end of the request.
pub(crate) type Linked<T> = Result<T, Status>;

/// A property about to be declared.
pub(crate) struct NewProp {
    pub name: *mut StrHdr,
    pub flags: u32,
    pub ty: Option<RtType>,
    /// UNDEF: uninitialized; tag PTR: a thunk.
    pub default: Val,
    pub get: *mut Func,
    pub set: *mut Func,
    pub decl: Option<(*const Script, u32, u32)>,
    pub desc: *const PropDesc,
}

/// A class being linked.
pub(crate) struct Linker<'v> {
    pub vm: &'v mut Vm,
    pub c: *mut Class,
    /// Where errors about the class as a whole are reported.
    pub file: *mut StrHdr,
    pub line: u32,
    /// Own methods with `#[\Override]` that have not met what they override.
    pub overrides: Vec<Sym>,
    /// Interfaces that the class names itself and its parent does not implement.
    pub direct: Vec<*mut Class>,
    /// Interfaces that it names although its parent implements them.
    pub repeated: Vec<*mut Class>,
}

impl<'v> Linker<'v> {
    pub(crate) fn new(vm: &'v mut Vm, c: *mut Class, file: *mut StrHdr, line: u32) -> Linker<'v> {
        Linker { vm, c, file, line, overrides: Vec::new(), direct: Vec::new(), repeated: Vec::new() }
    }
}

impl Linker<'_> {
    /// The class.
    pub(crate) fn class(&self) -> &'static mut Class {
        // SAFETY: as above; nothing else writes to a class that is being linked.
        unsafe { &mut *self.c }
    }

    /// `E_COMPILE_ERROR` at the class.
    pub(crate) fn fail(&mut self, msg: &str) -> Status {
        self.fail_as(level::COMPILE_ERROR, msg)
    }

    /// A fatal of any level at the class.
    pub(crate) fn fail_as(&mut self, lvl: u32, msg: &str) -> Status {
        let (file, line) = (self.file, self.line);
        fatal_at(self.vm, lvl, msg, file, line)
    }

    /// `E_COMPILE_ERROR` at a function.
    pub(crate) fn fail_at(&mut self, f: *const Func, msg: &str) -> Status {
        // SAFETY: functions live as long as the VM's request.
        let (file, line) = unsafe {
            if (*f).is_user() {
                ((*(*f).script).file, (*(*f).proto).start_line)
            } else {
                (self.file, self.line)
            }
        };
        fatal_at(self.vm, level::COMPILE_ERROR, msg, file, line)
    }
}

/// Ends the request with an error at a place.
pub(crate) fn fatal_at(vm: &mut Vm, lvl: u32, msg: &str, file: *mut StrHdr, line: u32) -> Status {
    // SAFETY: file names are interned.
    vm.raise_at(lvl, msg.as_bytes(), unsafe { StrHdr::bytes(file) }, line);
    vm.exit_status = 255;
    vm.bailout = Some(BailoutKind::Fatal);
    Status::Bailout
}

/// A literal default: a value, or a thunk to evaluate when it is needed.
pub(crate) fn default_value(script: *const Script, l: &Literal) -> Val {
    match l {
        Literal::Thunk(i) => Val::ptr(Box::into_raw(Box::new(Thunk { script, index: *i }))),
        l => crate::load::literal_val(l),
    }
}

/// A class with nothing in it yet.
pub(crate) fn blank(name: *mut StrHdr, lc: *mut StrHdr, id: u32, flags: u32) -> Class {
    Class {
        head: ClassHead {
            name,
            num_slots: 0,
            flags: 0,
            id,
            native_size: 0,
            handlers: &STD_HANDLERS,
            native_free: None,
            payload: core::ptr::null(),
            own: core::ptr::null(),
        },
        flags,
        depth: 0,
        parent: core::ptr::null_mut(),
        lc_name: lc,
        display: Vec::new(),
        interfaces: Vec::new(),
        traits: Vec::new(),
        consts: SymMap::default(),
        props: SymMap::default(),
        slot_infos: Vec::new(),
        default_slots: Vec::new(),
        static_slots: Vec::new(),
        methods: SymMap::default(),
        magic: Magic::NONE,
        enum_backing: 0,
        enum_table: None,
        decl: None,
        desc: core::ptr::null(),
        native_base: core::ptr::null(),
        ext: u32::MAX,
        updating: false,
        own_statics: Vec::new(),
        own_props: Vec::new(),
        asked: Default::default(),
    }
}

fn has_attribute(list: &[howdah_bytecode::Attribute], name: &[u8]) -> bool {
    list.iter().any(|a| a.name.eq_ignore_ascii_case(name))
}

impl Vm {
    /// Whether a top-level class can be bound when its script is loaded: nothing it needs is missing, and it is of the simple
    /// kind that PHP binds early (no interfaces, not even Stringable for its `__toString()`, and no traits).
    pub(crate) fn can_bind_early(&mut self, u: &Unit, d: &ClassDecl) -> bool {
        let is_stringable =
            d.methods.iter().any(|&m| u.functions[m as usize].name.eq_ignore_ascii_case(b"__tostring"));
        let simple =
            d.interfaces.is_empty() && d.traits.is_empty() && d.kind != ClassKind::Enum && !is_stringable;
        if !simple || self.find_any_class(&d.name).is_some() {
            return false;
        }
        let parent_there = match &d.parent {
            Some(p) => self.find_class(p).is_some(),
            None => true,
        };
        if parent_there {
            self.cls.binding_early = true;
        }
        parent_there
    }

    /// Declares class `index` of a script; of an anonymous one, only once.
    ///
    /// # Errors
    /// A parent or interface is missing (thrown), or the class is not valid (fatal).
    pub fn declare_class(
        &mut self,
        script: *const Script,
        index: u32,
        anonymous: bool,
    ) -> Result<*mut Class, Status> {
        let early = std::mem::take(&mut self.cls.binding_early);
        let key = decl_key(script, index);
        if let Some(&c) = self.cls.anonymous.get(&key) {
            return Ok(c);
        }
        // SAFETY: scripts are kept until the request ends.
        let (decl, file) = unsafe { (&(&(*script).unit.classes)[index as usize], (*script).file) };
        let name = if anonymous {
            let n = self.cls.anonymous_count;
            self.cls.anonymous_count += 1;
            // SAFETY: interned.
            let f = unsafe { StrHdr::bytes(file) };
            let tail = format!(":{}${n:x}", decl.start_line);
            intern(&[&decl.name[..], b"\0", f, tail.as_bytes()].concat())
        } else {
            intern(&decl.name)
        };
        // SAFETY: interned.
        let lc = sym(&unsafe { StrHdr::bytes(name) }.to_ascii_lowercase());
        if !anonymous
            && !early
            && self.cls.early.remove(&key)
            && let Some(&c) = self.classes.get(&lc)
        {
            return Ok(c);
        }
        let c = self.link_declaration(script, index, decl, name, lc, file)?;
        if early {
            self.cls.early.insert(key);
        }
        if anonymous {
            self.cls.anonymous.insert(key, c);
        }
        Ok(c)
    }

    fn link_declaration(
        &mut self,
        script: *const Script,
        index: u32,
        decl: &ClassDecl,
        name: *mut StrHdr,
        lc: Sym,
        file: *mut StrHdr,
    ) -> Linked<*mut Class> {
        let line = decl.start_line;
        if let Some(&old) = self.classes.get(&lc) {
            return Err(fatal_at(self, level::COMPILE_ERROR, &redeclaration(old), file, line));
        }
        let parent = match &decl.parent {
            Some(p) => self.class_as_or_throw(p, ClassWord::Class, true)?,
            None => core::ptr::null_mut(),
        };
        let mut traits = Vec::new();
        for t in &decl.traits {
            let Some(c) = self.load_class(t)? else {
                return Err(fatal_at(
                    self,
                    level::ERROR,
                    &format!("Trait \"{}\" not found", text(t)),
                    file,
                    line,
                ));
            };
            // SAFETY: live class.
            if unsafe { (*c).flags } & TRAIT == 0 {
                let msg = format!("{} cannot use {} - it is not a trait", name_text(name), class_text(c));
                return Err(fatal_at(self, level::ERROR, &msg, file, line));
            }
            if !traits.contains(&c) {
                traits.push(c);
            }
        }
        let mut interfaces = Vec::new();
        for i in &decl.interfaces {
            interfaces.push(self.class_as_or_throw(i, ClassWord::Interface, true)?);
        }
        if let Some(&old) = self.classes.get(&lc) {
            return Err(fatal_at(self, level::COMPILE_ERROR, &redeclaration(old), file, line));
        }
        let mut flags = decl.flags & (FINAL | ABSTRACT | READONLY);
        if flags & ABSTRACT != 0 {
            flags |= class_flags::EXPLICIT_ABSTRACT;
        }
        if decl.flags & ClassDecl::ANONYMOUS != 0 {
            flags |= class_flags::ANONYMOUS;
        }
        flags |= match decl.kind {
            ClassKind::Class => 0,
            ClassKind::Interface => INTERFACE,
            ClassKind::Trait => TRAIT,
            ClassKind::Enum => ENUM | FINAL | NO_DYNAMIC,
        };
        if flags & READONLY != 0 {
            flags |= NO_DYNAMIC;
        }
        if has_attribute(&decl.attributes, b"AllowDynamicProperties") {
            let what = match decl.kind {
                ClassKind::Trait => Some("trait"),
                ClassKind::Interface => Some("interface"),
                ClassKind::Enum => Some("enum"),
                ClassKind::Class if flags & READONLY != 0 => Some("readonly class"),
                ClassKind::Class => None,
            };
            if let Some(w) = what {
                let msg = format!("Cannot apply #[AllowDynamicProperties] to {w} {}", name_text(name));
                return Err(fatal_at(self, level::ERROR, &msg, file, line));
            }
            flags |= ALLOW_DYNAMIC;
        }
        self.next_class_id += 1;
        let mut class = blank(name, lc.0, self.next_class_id, flags);
        class.decl = Some((script, index));
        class.parent = parent;
        class.traits = traits;
        let c = Box::into_raw(Box::new(class));
        self.cls.owned.push(c);
        self.enter_class(lc, c);
        let mut l = Linker::new(self, c, file, line);
        let r = l.link_user(decl, script, index, &interfaces);
        if let Err(st) = r {
            self.classes.shift_remove(&lc);
            return Err(st);
        }
        self.settle(c, file, line)?;
        Ok(c)
    }

    /// Resolves waiting variance checks of a class that is otherwise complete, loading the classes they need.
    fn settle(&mut self, c: *mut Class, file: *mut StrHdr, line: u32) -> Linked<()> {
        // SAFETY: a live class.
        let class = unsafe { &mut *c };
        if !self.cls.obligations.iter().any(|(k, _)| *k == c) {
            class.flags |= class_flags::LINKED;
            class.flags &= !class_flags::LINKING;
            return Ok(());
        }
        class.flags |= class_flags::LINKING;
        while !self.cls.delayed.is_empty() {
            let name = self.cls.delayed.remove(0);
            // SAFETY: interned.
            let r = self.load_class_as(unsafe { StrHdr::bytes(name) }, true);
            if r.is_err() && self.has_exception() {
                let msg =
                    format!("During inheritance of {}, while autoloading {}", class_text(c), name_text(name));
                return Err(self.fatal_uncaught(&msg, file, line));
            }
            r?;
        }
        while let Some(at) = self.cls.obligations.iter().position(|(k, _)| *k == c) {
            let (_, o) = self.cls.obligations.remove(at);
            let mut l = Linker::new(self, c, file, line);
            l.resolve(o)?;
        }
        class.flags |= class_flags::LINKED;
        class.flags &= !class_flags::LINKING;
        Ok(())
    }

    /// An exception in a place that cannot let it pass: reported as PHP's zend_exception_uncaught_error does.
    pub(crate) fn fatal_uncaught(&mut self, prefix: &str, file: *mut StrHdr, line: u32) -> Status {
        let e = std::mem::replace(&mut self.exception, Val::UNDEF);
        let mut out = Val::NULL;
        let msg = match self.throwable_text(e, &mut out) {
            // SAFETY: the text is a live string.
            Status::Ok => format!(
                "{prefix}: Uncaught {}",
                String::from_utf8_lossy(unsafe { StrHdr::bytes(out.as_ptr()) })
            ),
            _ => prefix.to_owned(),
        };
        // SAFETY: both are ours.
        unsafe {
            howdah_runtime::memory::val_release(out);
            howdah_runtime::memory::val_release(e);
        }
        fatal_at(self, level::ERROR, &msg, file, line)
    }
}

impl Linker<'_> {
    fn link_user(
        &mut self,
        decl: &ClassDecl,
        script: *const Script,
        index: u32,
        interfaces: &[*mut Class],
    ) -> Linked<()> {
        self.take_parent()?;
        let mut direct = interfaces.to_vec();
        let has_to_string = decl.methods.iter().any(|&m| {
            // SAFETY: scripts are kept until the request ends.
            unsafe { (&(*script).unit.functions)[m as usize].name.eq_ignore_ascii_case(b"__tostring") }
        });
        let stringable = self.vm.ce.stringable;
        if has_to_string
            && decl.kind != ClassKind::Trait
            && !direct.contains(&stringable)
            && !stringable.is_null()
            && self.class().name() != b"Stringable"
        {
            direct.push(stringable);
        }
        if decl.kind == ClassKind::Enum {
            direct.push(self.vm.ce.unit_enum);
            if decl.backing.is_some() {
                direct.push(self.vm.ce.backed_enum);
            }
        }
        self.collect_interfaces(&direct)?;
        self.own_constants(decl, script, index)?;
        self.own_properties(decl, script, index)?;
        self.own_methods(decl, script);
        if decl.kind == ClassKind::Enum {
            self.enum_members(decl)?;
        }
        self.inherit_parent()?;
        if !self.class().traits.is_empty() {
            self.bind_traits(decl)?;
        }
        self.implement_interfaces()?;
        self.import_stringable()?;
        self.verify()?;
        self.finish();
        Ok(())
    }

    /// Checks that the parent may be one, and takes its slots and place in the hierarchy over.
    pub(crate) fn take_parent(&mut self) -> Linked<()> {
        let c = self.class();
        let p = c.parent;
        if p.is_null() {
            c.display = vec![self.c];
            return Ok(());
        }
        // SAFETY: parents are live classes.
        let p = unsafe { &*p };
        let (cn, pn) = (class_text(self.c), class_text(p));
        if p.flags & (INTERFACE | TRAIT | FINAL) != 0 {
            if p.flags & FINAL != 0 {
                return Err(self.fail(&format!("Class {cn} cannot extend final class {pn}")));
            }
            let what = if p.flags & INTERFACE != 0 { "interface" } else { "trait" };
            return Err(self.fail(&format!("Class {cn} cannot extend {what} {pn}")));
        }
        if (c.flags ^ p.flags) & READONLY != 0 {
            let (a, b) = if c.flags & READONLY != 0 {
                ("Readonly", "non-readonly")
            } else {
                ("Non-readonly", "readonly")
            };
            return Err(self.fail(&format!("{a} class {cn} cannot extend {b} class {pn}")));
        }
        c.depth = p.depth + 1;
        c.display = p.display.clone();
        c.display.push(self.c);
        c.default_slots = p.default_slots.iter().map(|v| copy_default(*v)).collect();
        c.slot_infos = p.slot_infos.clone();
        c.static_slots = p.static_slots.clone();
        c.head.native_size = p.head.native_size;
        c.head.native_free = p.head.native_free;
        c.head.payload = p.head.payload;
        c.head.handlers = p.head.handlers;
        c.native_base = p.native_base;
        c.flags |= p.flags
            & (NOT_SERIALIZABLE
                | ALLOW_DYNAMIC
                | plugin_api_abi::flags::UNCLONEABLE
                | class_flags::HAS_HOOKS
                | class_flags::HAS_READONLY);
        Ok(())
    }

    fn own_constants(&mut self, decl: &ClassDecl, script: *const Script, index: u32) -> Linked<()> {
        let c = self.class();
        for (i, k) in decl.consts.iter().enumerate() {
            let mut flags = k.flags;
            if flags & PPP == 0 {
                flags |= PUBLIC;
            }
            let konst = ClassConstant {
                value: default_value(script, &k.value),
                flags,
                ty: k.ty.as_ref().map(|t| crate::load::rt_type(t, self.c)),
                class: self.c,
                is_case: k.is_case,
                evaluating: false,
                decl: Some((script, index, i as u32)),
                desc: core::ptr::null(),
            };
            c.consts.insert(sym(&k.name), konst);
        }
        Ok(())
    }

    fn own_properties(&mut self, decl: &ClassDecl, script: *const Script, index: u32) -> Linked<()> {
        for (i, p) in decl.props.iter().enumerate() {
            let ty = p.ty.as_ref().map(|t| crate::load::rt_type(t, self.c));
            let default = match &p.default {
                Some(d) => default_value(script, &d.value),
                None if ty.is_some()
                    || p.flags & (VIRTUAL | ABSTRACT) != 0
                    || p.get.or(p.set).is_some() && p.flags & VIRTUAL != 0 =>
                {
                    Val::UNDEF
                }
                None => Val::NULL,
            };
            let hook = |f: Option<u32>| match f {
                // SAFETY: scripts are kept until the request ends.
                Some(f) => unsafe {
                    crate::load::func_of(
                        &(&(*script).unit.functions)[f as usize],
                        &(&(*script).literals)[f as usize],
                        script,
                        self.c,
                    )
                },
                None => core::ptr::null_mut(),
            };
            let (get, set) = (hook(p.get), hook(p.set));
            self.declare_prop(NewProp {
                name: intern(&p.name),
                flags: p.flags,
                ty,
                default,
                get,
                set,
                decl: Some((script, index, i as u32)),
                desc: core::ptr::null(),
            })?;
        }
        Ok(())
    }

    fn own_methods(&mut self, decl: &ClassDecl, script: *const Script) {
        let c = self.class();
        for &m in &decl.methods {
            // SAFETY: scripts are kept until the request ends.
            let (proto, lits) =
                unsafe { (&(&(*script).unit.functions)[m as usize], &(&(*script).literals)[m as usize]) };
            let f = crate::load::func_of(proto, lits, script, self.c);
            let lc = sym(&proto.name.to_ascii_lowercase());
            // SAFETY: fresh function.
            unsafe {
                if (*f).flags & PPP == 0 {
                    (*f).flags |= PUBLIC;
                }
                if lc.0 == self.vm.names.construct {
                    (*f).rt |= RT_CTOR;
                }
                if lc.0 == self.vm.names.to_string {
                    implicit_string(f);
                }
                if (*f).flags & ABSTRACT != 0 && c.flags & INTERFACE == 0 {
                    c.flags |= ABSTRACT;
                }
            }
            if has_attribute(&proto.attributes, b"Override") {
                self.overrides.push(lc);
            }
            c.methods.insert(lc, f);
        }
    }

    /// Declares a property: gives it a slot (its parent's where it redeclares one), and checks it against the parent's.
    pub(crate) fn declare_prop(&mut self, n: NewProp) -> Linked<*mut PropInfo> {
        let c = self.class();
        let cn = class_text(self.c);
        let pn = name_text(n.name);
        let mut flags = n.flags;
        if flags & PPP == 0 {
            flags |= PUBLIC;
        }
        if flags & READONLY != 0 {
            c.flags |= class_flags::HAS_READONLY;
            if flags & (SET_MASK | PUBLIC_SET | PRIVATE) == 0 {
                flags |= PROTECTED_SET;
            }
        }
        if flags & (SET_MASK | PUBLIC_SET) != 0 {
            if flags & STATIC != 0 {
                return Err(self.fail("Static property may not have asymmetric visibility"));
            }
            if n.ty.is_none() && c.flags & class_flags::INTERNAL == 0 {
                return Err(
                    self.fail(&format!("Property with asymmetric visibility {cn}::${pn} must have type"))
                );
            }
            let set = match flags & (SET_MASK | PUBLIC_SET) {
                PRIVATE_SET => PRIVATE,
                PROTECTED_SET => PROTECTED,
                _ => PUBLIC,
            };
            if flags & PPP > set {
                return Err(self.fail(&format!(
                    "Visibility of property {cn}::${pn} must not be weaker than set visibility"
                )));
            }
            flags &= !PUBLIC_SET;
            if flags & PPP == set {
                flags &= !SET_MASK;
            }
            if flags & PRIVATE_SET != 0 {
                flags |= FINAL;
            }
        }
        let hooked = !n.get.is_null() || !n.set.is_null();
        if hooked {
            c.flags |= class_flags::HAS_HOOKS;
        }
        // SAFETY: property infos live as long as their class.
        let above: Option<&PropInfo> = match c.parent.is_null() {
            true => None,
            // SAFETY: as above.
            false => unsafe { (*c.parent).props.get(&Sym(n.name)).map(|p| &**p) },
        };
        let above_slot =
            above.filter(|p| p.flags & (PRIVATE | STATIC) == 0 && p.slot != u32::MAX && flags & STATIC == 0);
        let mut slot = u32::MAX;
        if flags & STATIC != 0 {
            slot = c.static_slots.len() as u32;
            let cell = Box::into_raw(Box::new(n.default));
            c.static_slots.push(cell);
            c.own_statics.push(cell);
        } else if let Some(p) = above_slot {
            let no_hooks_above = p.get.is_null() && p.set.is_null();
            if no_hooks_above && hooked {
                // The child's slot is used, so that whoever knows the parent's slot finds it empty and asks.
                set_default(c, p.slot, Val::UNDEF);
                slot = new_slot(c, n.default);
            } else {
                slot = p.slot;
                set_default(c, slot, n.default);
            }
            flags &= !VIRTUAL;
        } else if flags & VIRTUAL == 0 {
            slot = new_slot(c, n.default);
        } else if !n.default.is_undef() {
            return Err(
                self.fail(&format!("Cannot specify default value for virtual hooked property {cn}::${pn}"))
            );
        }
        if slot != u32::MAX && flags & STATIC == 0 && n.ty.is_none() {
            let d = &mut c.default_slots[slot as usize];
            if d.is_undef() {
                *d = Val::NULL;
            }
        }
        let info = Box::into_raw(Box::new(PropInfo {
            name: n.name,
            key: std::cell::Cell::new(core::ptr::null_mut()),
            flags,
            slot,
            ty: n.ty,
            class: self.c,
            get: n.get,
            set: n.set,
            prototype: core::ptr::null(),
            decl: n.decl,
            desc: n.desc,
        }));
        c.own_props.push(info);
        c.props.insert(Sym(n.name), info);
        // SAFETY: fresh; hooks belong to it.
        unsafe {
            (*info).prototype = info;
            for h in [n.get, n.set] {
                if !h.is_null() {
                    (*h).prop = info;
                }
            }
        }
        if slot != u32::MAX && flags & STATIC == 0 {
            c.slot_infos[slot as usize] = info;
        }
        if let Some(p) = above {
            self.check_prop(info, p)?;
        }
        if hooked {
            self.verify_hooked(info)?;
        }
        Ok(info)
    }

    /// Fills what look-ups and the heap read: magic methods, flags, slot count.
    pub(crate) fn finish(&mut self) {
        let c = self.class();
        fill_magic(self.vm, c);
        let native = if c.head.native_size != 0 { CLASS_HAS_NATIVE } else { 0 };
        let mut f = native;
        if !c.magic.dtor.is_null() {
            f |= CLASS_HAS_DTOR;
        }
        if c.flags & ENUM != 0 {
            f |= CLASS_ENUM;
        }
        if c.flags & NO_DYNAMIC != 0 {
            f |= CLASS_NO_DYNAMIC;
        }
        if c.flags & ALLOW_DYNAMIC != 0 {
            f |= CLASS_ALLOW_DYNAMIC;
        }
        // SAFETY: property infos live as long as their class.
        if c.props
            .values()
            .chain(&c.slot_infos)
            .any(|p| unsafe { p.as_ref().is_some_and(|p| p.ty.is_some()) })
        {
            f |= CLASS_TYPED_PROPS;
        }
        c.head.flags = f;
        c.head.num_slots = c.default_slots.len() as u32;
        if !needs_update(c) {
            c.flags |= class_flags::CONSTANTS_UPDATED;
        }
    }
}

/// `__toString` without a return type returns string.
pub(crate) unsafe fn implicit_string(f: *mut Func) {
    // SAFETY: a live function that is being declared.
    unsafe {
        if (*f).ret.is_none() {
            let ty = RtType::new(plugin_api_abi::type_mask::STRING, Box::default(), "string".into());
            (*f).ret = Ret::new(Some(ty));
            (*f).flags |= howdah_bytecode::fn_flags::HAS_RETURN_TYPE;
        }
    }
}

/// Whether defaults or static properties wait for evaluation.
pub(crate) fn needs_update(c: &Class) -> bool {
    c.default_slots.iter().any(|v| v.tag() == PTR)
        || c.consts.values().any(|k| !k.is_case && k.value.tag() == PTR)
        // SAFETY: cells live as long as their class.
        || c.static_slots.iter().any(|p| unsafe { (**p).tag() == PTR })
}

/// A default of a parent for its child: thunks are evaluated for each class on its own.
fn copy_default(v: Val) -> Val {
    if v.tag() == PTR {
        // SAFETY: thunks of defaults live as long as their class.
        let t = unsafe { &*v.as_ptr::<Thunk>() };
        return Val::ptr(Box::into_raw(Box::new(Thunk { script: t.script, index: t.index })));
    }
    howdah_runtime::memory::val_addref(v);
    v
}

fn new_slot(c: &mut Class, default: Val) -> u32 {
    c.default_slots.push(with_word(default));
    c.slot_infos.push(core::ptr::null_mut());
    (c.default_slots.len() - 1) as u32
}

fn set_default(c: &mut Class, slot: u32, v: Val) {
    let old = std::mem::replace(&mut c.default_slots[slot as usize], with_word(v));
    release_default(old);
}

/// Gives a default back.
pub(crate) fn release_default(v: Val) {
    // SAFETY: defaults own their values and thunks.
    unsafe {
        if v.tag() == PTR {
            drop(Box::from_raw(v.as_ptr::<Thunk>()));
        } else {
            howdah_runtime::memory::val_release(v);
        }
    }
}

fn with_word(v: Val) -> Val {
    Val { aux: if v.tag() == UNDEF { SLOT_UNINIT } else { 0 }, ..v }
}

/// Looks the magic methods up in the method table.
pub(crate) fn fill_magic(vm: &Vm, c: &mut Class) {
    let n = &vm.names;
    let get = |s: *mut StrHdr| c.methods.get(&Sym(s)).copied().unwrap_or(core::ptr::null_mut());
    let mut m = Magic {
        ctor: get(n.construct),
        dtor: get(n.destruct),
        clone: get(n.clone),
        get: get(n.get),
        set: get(n.set),
        isset: get(n.isset),
        unset: get(n.unset),
        call: get(n.call),
        call_static: get(n.call_static),
        to_string: get(n.to_string),
        debug_info: get(n.debug_info),
        serialize: get(n.serialize),
        unserialize: get(n.unserialize),
        invoke: get(n.invoke),
        ..Magic::NONE
    };
    let implements = |i: *mut Class| !i.is_null() && c.interfaces.contains(&i);
    if implements(vm.ce.array_access) {
        m.offset_get = get(n.offset_get);
        m.offset_set = get(n.offset_set);
        m.offset_exists = get(n.offset_exists);
        m.offset_unset = get(n.offset_unset);
    }
    if implements(vm.ce.iterator) {
        m.it_current = get(n.current);
        m.it_key = get(n.key);
        m.it_next = get(n.next);
        m.it_rewind = get(n.rewind);
        m.it_valid = get(n.valid);
    }
    if implements(vm.ce.iterator_aggregate) {
        m.get_iterator = get(n.get_iterator);
    }
    if implements(vm.ce.countable) {
        m.count = get(n.count);
    }
    c.magic = m;
}
