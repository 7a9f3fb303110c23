//! Classes as a VM runs them. Linking (`link`) builds them; nothing else writes to them afterwards but static properties,
//! lazily evaluated constants and defaults.

use crate::func::{Func, RtType};
use crate::script::Script;
use howdah_runtime::layout::ClassHead;
use indexmap::IndexMap;
use plugin_api_abi::{ClassDesc, StrHdr, Val};
use rustc_hash::FxBuildHasher;

/// An interned string used as a key: equal bytes are equal pointers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sym(pub *mut StrHdr);

/// A table by interned name that keeps declaration order.
pub type SymMap<T> = IndexMap<Sym, T, FxBuildHasher>;

/// [`Class::flags`] beyond the modifier bits FINAL, ABSTRACT (explicit or implied by abstract methods), READONLY,
/// INTERFACE, TRAIT, ENUM, NO_DYNAMIC, NOT_SERIALIZABLE, ALLOW_DYNAMIC, UNCLONEABLE, NOT_INSTANTIABLE of the plugin ABI's `flags`.
pub mod class_flags {
    /// Parents and interfaces are in place.
    pub const LINKED: u32 = 1 << 31;
    /// All constants, static and default property values are evaluated.
    pub const CONSTANTS_UPDATED: u32 = 1 << 30;
    /// Anonymous.
    pub const ANONYMOUS: u32 = 1 << 29;
    /// ABSTRACT was written (as against implied by an abstract method).
    pub const EXPLICIT_ABSTRACT: u32 = 1 << 28;
    /// Defined by an extension or the engine.
    pub const INTERNAL: u32 = 1 << 27;
    /// Some property has hooks.
    pub const HAS_HOOKS: u32 = 1 << 15;
    /// Has readonly properties.
    pub const HAS_READONLY: u32 = 1 << 14;
    /// Linking is under way (variance checks may be deferred).
    pub const LINKING: u32 = 1 << 13;
}

/// [`PropInfo::flags`]: a private property of the same name exists further up (as PHP's ZEND_ACC_CHANGED): in that class's
/// scope the name means the private one.
pub const PROP_CHANGED: u32 = 8;

/// Word of an object slot (`Val::aux`): declared with a type and not initialized yet, so magic methods are bypassed.
pub const SLOT_UNINIT: u32 = 1;
/// Word of an object slot: a readonly property that `__clone` may set once more.
pub const SLOT_REINIT: u32 = 2;
/// Word of an object slot: touching it initializes the lazy object.
pub const SLOT_LAZY: u32 = 4;

/// A declared property.
pub struct PropInfo {
    /// Name, interned.
    pub name: *mut StrHdr,
    /// Key in arrays of properties, once it was asked for: see [`crate::classes::table::mangled`].
    pub key: std::cell::Cell<*mut StrHdr>,
    /// Modifier bits (PUBLIC PROTECTED PRIVATE STATIC READONLY VIRTUAL PROTECTED_SET PRIVATE_SET ABSTRACT FINAL of the ABI).
    pub flags: u32,
    /// Object slot, or index into [`Class::static_slots`]; `u32::MAX` for a virtual property.
    pub slot: u32,
    /// Declared type.
    pub ty: Option<RtType>,
    /// Class that declares it (of a trait's property: the using class).
    pub class: *mut Class,
    /// `get` hook.
    pub get: *mut Func,
    /// `set` hook.
    pub set: *mut Func,
    /// The property that it first overrides with another visibility… prototype for hook and scope checks; null when none.
    pub prototype: *const PropInfo,
    /// Where it is declared: script, class index, property index; `None` for natives.
    pub decl: Option<(*const Script, u32, u32)>,
    /// Native declaration.
    pub desc: *const plugin_api_abi::PropDesc,
}

/// A class constant or enum case.
pub struct ClassConstant {
    /// The value; tag PTR: payload is a [`crate::script::Thunk`] to evaluate on first use. Of a case: the case object once made.
    pub value: Val,
    /// Modifier bits.
    pub flags: u32,
    /// Declared type.
    pub ty: Option<RtType>,
    /// Class that declares it.
    pub class: *mut Class,
    /// An enum case.
    pub is_case: bool,
    /// Being evaluated: meeting it again is an error.
    pub evaluating: bool,
    /// Where it is declared: script, class index, constant index; `None` for natives.
    pub decl: Option<(*const Script, u32, u32)>,
    /// Native declaration, or null.
    pub desc: *const plugin_api_abi::ConstDesc,
}

/// Magic methods and the constructor, null when absent.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "each is the method of its name")]
pub struct Magic {
    pub ctor: *mut Func,
    pub dtor: *mut Func,
    pub clone: *mut Func,
    pub get: *mut Func,
    pub set: *mut Func,
    pub isset: *mut Func,
    pub unset: *mut Func,
    pub call: *mut Func,
    pub call_static: *mut Func,
    pub to_string: *mut Func,
    pub debug_info: *mut Func,
    pub serialize: *mut Func,
    pub unserialize: *mut Func,
    pub invoke: *mut Func,
    // ArrayAccess, Iterator, IteratorAggregate, Countable, for classes that implement them in PHP or natively
    pub offset_get: *mut Func,
    pub offset_set: *mut Func,
    pub offset_exists: *mut Func,
    pub offset_unset: *mut Func,
    pub it_current: *mut Func,
    pub it_key: *mut Func,
    pub it_next: *mut Func,
    pub it_rewind: *mut Func,
    pub it_valid: *mut Func,
    pub get_iterator: *mut Func,
    pub count: *mut Func,
}

impl Magic {
    /// None of them.
    // SAFETY: all fields are raw pointers, for which zero is null.
    pub const NONE: Magic = unsafe { core::mem::zeroed() };
}

/// A class, interface, trait or enum of one VM.
#[repr(C)]
pub struct Class {
    /// What the heap and conversions see.
    pub head: ClassHead,
    /// Modifier bits and [`class_flags`].
    pub flags: u32,
    /// Parents above it.
    pub depth: u32,
    /// Parent, or null.
    pub parent: *mut Class,
    /// Lower-cased name, interned.
    pub lc_name: *mut StrHdr,
    /// `display[d]` is the ancestor at depth d, itself last: instanceof a class is one compare.
    pub display: Vec<*mut Class>,
    /// All interfaces, inherited ones too, in PHP's order.
    pub interfaces: Vec<*mut Class>,
    /// Traits used directly.
    pub traits: Vec<*mut Class>,
    /// Constants, inherited ones too, by name.
    pub consts: SymMap<ClassConstant>,
    /// Properties, inherited ones too (private ones of parents stay reachable through the parent's table).
    pub props: SymMap<*mut PropInfo>,
    /// Object slot → its property.
    pub slot_infos: Vec<*mut PropInfo>,
    /// Object slots' defaults: UNDEF uninitialized; tag PTR: a thunk to evaluate before the first instance.
    pub default_slots: Vec<Val>,
    /// Static properties: each points to its cell (inherited ones to the parent's). A cell is a REF or plain value, UNDEF
    /// uninitialized, tag PTR a thunk.
    pub static_slots: Vec<*mut Val>,
    /// Methods by lower-cased name, inherited ones too.
    pub methods: SymMap<*mut Func>,
    /// Magic methods.
    pub magic: Magic,
    /// Enum: tag of the backing type, or 0.
    pub enum_backing: u8,
    /// Enum: backing value → case name, once built. Keys as array keys.
    pub enum_table: Option<std::collections::HashMap<EnumKey, *mut StrHdr>>,
    /// Declaring script and class index, for user classes.
    pub decl: Option<(*const Script, u32)>,
    /// Native descriptor of the class itself, or null.
    pub desc: *const ClassDesc,
    /// Nearest native ancestor that has a payload (or itself), or null: whose `create`/`free` run.
    pub native_base: *const ClassDesc,
    /// Extension index of internal classes.
    pub ext: u32,
    /// Guards: static-member initialization under way.
    pub updating: bool,
    /// Cells of the static properties that it declares itself; [`Class::static_slots`] points into them.
    pub own_statics: Vec<*mut Val>,
    /// Property infos that it owns.
    pub own_props: Vec<*mut PropInfo>,
    /// Of a native class: slots of properties that extensions asked for by name lately.
    pub asked: AskedSlots,
}

/// A few object slots by property name, looked for from places on that follow from where the names were told.
#[derive(Default)]
pub struct AskedSlots([std::cell::Cell<Option<(Sym, u32)>>; 8]);

impl AskedSlots {
    /// The places where a name may be, the first to look at first.
    #[inline]
    fn cells(&self, name: &[u8]) -> impl Iterator<Item = &std::cell::Cell<Option<(Sym, u32)>>> {
        let first = name.as_ptr().addr() >> 1 ^ name.len();
        (0..self.0.len()).map(move |i| &self.0[first.wrapping_add(i) % self.0.len()])
    }
    /// The slot of the property called so, if it is remembered.
    #[inline]
    pub fn get(&self, name: &[u8]) -> Option<u32> {
        for cell in self.cells(name) {
            let (known, slot) = cell.get()?;
            // SAFETY: the class's own key, which lives as long as it.
            if howdah_runtime::string::same(unsafe { StrHdr::bytes(known.0) }, name) {
                return Some(slot);
            }
        }
        None
    }
    /// Remembers a slot; `key` is the class's own. When there is no room left, another one is forgotten.
    pub fn set(&self, name: &[u8], key: Sym, slot: u32) {
        let mut cells = self.cells(name);
        let first = cells.next();
        let free = first.into_iter().chain(cells).find(|c| c.get().is_none());
        if let Some(cell) = free.or(first) {
            cell.set(Some((key, slot)));
        }
    }
}

impl Class {
    /// Whether it is an extension's class that has not been linked yet, because nobody has asked for it.
    #[inline]
    pub fn is_pending(&self) -> bool {
        self.flags & (class_flags::INTERNAL | class_flags::LINKED | class_flags::LINKING)
            == class_flags::INTERNAL
    }

    /// What is called so (lower-cased and interned) among it, its ancestors and its interfaces.
    pub fn named(&self, lc: *const StrHdr) -> Option<*const Class> {
        if core::ptr::eq(self.lc_name, lc) {
            return Some(self);
        }
        // SAFETY: classes live as long as their VM's request, and so do those above them.
        let called = |&&c: &&*mut Class| unsafe { core::ptr::eq((*c).lc_name, lc) };
        let mut above = self.display.iter().rev().chain(&self.interfaces);
        above.find(called).map(|c| c.cast_const())
    }

    /// Whether `self` is `other` or a descendant or implementor of it.
    #[inline(always)]
    pub fn is_a(&self, other: *const Class) -> bool {
        if core::ptr::eq(self, other) {
            return true;
        }
        // SAFETY: classes live as long as their VM's request, and pointers to them are only taken within it.
        let o = unsafe { &*other };
        if o.flags & plugin_api_abi::flags::INTERFACE != 0 {
            self.interfaces.iter().any(|&i| core::ptr::eq(i, other))
        } else {
            self.display.get(o.depth as usize).is_some_and(|&c| core::ptr::eq(c, other))
        }
    }

    /// The name's bytes.
    pub fn name(&self) -> &[u8] {
        // SAFETY: names are interned strings, which outlive every class.
        unsafe { StrHdr::bytes(self.head.name) }
    }
}

/// The backing value of an enum's case.
#[derive(PartialEq, Eq, Hash)]
pub enum EnumKey {
    /// Of an `int` enum.
    Int(i64),
    /// Of a `string` enum.
    Str(Box<[u8]>),
}
