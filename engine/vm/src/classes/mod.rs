//! Classes: linking, look-up, constants, objects, properties, and the classes that the engine itself defines.

pub mod builtin;
pub mod constants;
pub mod consts;
pub mod deprecated;
pub mod dims;
pub mod disabled;
pub mod lazy;
pub mod link;
pub mod lookup;
pub mod method_cache;
pub mod object;
pub mod prop_cache;
mod prop_isset;
mod prop_places;
pub mod props;
pub mod refs;
pub mod statics;
pub mod table;
pub mod weak;

use crate::class::{Class, ClassConstant, Sym, class_flags};
use crate::func::Func;
use crate::script::Script;
use crate::vm::Vm;
use howdah_runtime::layout::Obj;
use plugin_api_abi::StrHdr;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a VM keeps about its classes beside the class table.
#[derive(Default)]
pub struct State {
    /// Classes bound when their script was loaded, whose `DeclClass` has not run yet.
    pub(crate) early: FxHashSet<(usize, u32)>,
    /// The next declaration is one of early binding.
    pub(crate) binding_early: bool,
    /// Anonymous classes declared so far, by script and class index.
    pub(crate) anonymous: FxHashMap<(usize, u32), *mut Class>,
    /// Number for the next anonymous class's name.
    pub(crate) anonymous_count: u32,
    /// Every user class, in order of declaration.
    pub(crate) owned: Vec<*mut Class>,
    /// Variance checks that wait for classes.
    pub(crate) obligations: Vec<(*mut Class, link::variance::Obligation)>,
    /// Classes that waiting checks name, to be autoloaded once linking is through: name as written.
    pub(crate) delayed: Vec<*mut StrHdr>,
    /// How many times a class was put into the class table in this request: what was not there is still not there while this
    /// stays the same.
    pub(crate) declared: u64,
    /// Slots of properties that were read lately.
    pub(crate) reads: prop_cache::PropCache,
    /// Slots of properties that were written lately, with what they take.
    pub(crate) writes: prop_cache::PropCache,
    /// Classes whose objects were found to be of a property's type, by the type's address in place of a name.
    pub(crate) fits: prop_cache::PropCache,
    /// Methods that were called by names made at run time lately.
    pub(crate) methods: method_cache::MethodCache,
    /// Functions made of thunks, by script, function and scope.
    pub(crate) thunks: FxHashMap<(usize, u32, usize), *mut Func>,
    /// Deprecated constants whose use is being reported.
    pub(crate) reporting: Vec<usize>,
    /// Weak references and maps by the object they refer to.
    pub(crate) weak: weak::Registry,
    /// Constants of internal classes that this request evaluated.
    pub(crate) evaluated: Vec<*mut ClassConstant>,
    /// Objects that foreach stands in by reference or by value, and how often.
    pub(crate) iterated: FxHashMap<usize, u32>,
    /// Lazy objects' initializers and instances.
    pub(crate) lazy: FxHashMap<usize, lazy::Lazy>,
    /// The property (its prototype) and object that reflection accesses past hooks now.
    pub(crate) raw_access: Option<(*const crate::class::PropInfo, *mut Obj)>,
    /// Attributes of natives, compiled, by what carries them.
    pub(crate) native_attributes: FxHashMap<usize, std::sync::Arc<Script>>,
}

/// Text of a C string's worth of bytes: up to the first NUL, as PHP's `%s` prints names of anonymous classes.
pub(crate) fn text(b: &[u8]) -> String {
    let end = memchr::memchr(0, b).unwrap_or(b.len());
    String::from_utf8_lossy(&b[..end]).into_owned()
}

/// Text of an interned or live string.
pub(crate) fn name_text(s: *const StrHdr) -> String {
    // SAFETY: names are interned, other callers hold the string.
    text(unsafe { StrHdr::bytes(s) })
}

/// Name of a class for messages.
pub(crate) fn class_text(c: *const Class) -> String {
    // SAFETY: classes live as long as their VM's request.
    text(unsafe { (*c).name() })
}

/// The class of an object.
#[inline(always)]
pub(crate) fn class_of<'a>(o: *const Obj) -> &'a mut Class {
    // SAFETY: the class of a live object is the VM's `Class`, which outlives it.
    unsafe { &mut *(*o).class.cast::<Class>().cast_mut() }
}

/// `public`, `protected` or `private`.
pub(crate) fn visibility(flags: u32) -> &'static str {
    if flags & 4 != 0 {
        "private"
    } else if flags & 2 != 0 {
        "protected"
    } else {
        "public"
    }
}

impl Vm {
    /// Puts a class into the class table.
    pub(crate) fn enter_class(&mut self, lc: Sym, c: *mut Class) {
        self.cls.declared += 1;
        self.classes.insert(lc, c);
    }
}

impl State {
    /// Notes that a constant was evaluated: internal classes outlive the request, and the value does not.
    pub(crate) fn note_evaluated(&mut self, k: *mut ClassConstant, owner: *const Class) {
        // SAFETY: a live class.
        if unsafe { (*owner).flags } & class_flags::INTERNAL != 0 {
            self.evaluated.push(k);
        }
    }
}

/// A symbol for text.
pub(crate) fn sym(b: &[u8]) -> Sym {
    Sym(howdah_runtime::interner::intern(b))
}

/// Key of a class declaration.
pub(crate) fn decl_key(script: *const Script, index: u32) -> (usize, u32) {
    (script as usize, index)
}
