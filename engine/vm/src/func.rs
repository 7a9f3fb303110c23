//! Functions as a VM runs them: what a frame needs in one block, next to what reflection needs by pointer.

use crate::class::Class;
use crate::script::Script;
use howdah_bytecode::{FnProto, Insn};
use howdah_runtime::layout::{ClassHead, Obj};
use plugin_api_abi::{FunctionDesc, NativeFn, OBJ, StrHdr, Val};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// [`Func::kind`]: bytecode.
pub const FUNC_USER: u8 = 1;
/// [`Func::kind`]: native code.
pub const FUNC_NATIVE: u8 = 2;

/// [`Func::rt`]: a copy made for one call of `__call`, `__callStatic` or a closure's `__invoke`; owned by that frame.
pub const RT_TRAMPOLINE: u32 = 1;
/// [`Func::rt`]: `static` and captured values belong to the closure object that holds this copy.
pub const RT_CLOSURE_COPY: u32 = 2;
/// [`Func::rt`]: never run by name (`disable_functions`).
pub const RT_DISABLED: u32 = 4;
/// [`Func::rt`]: a constructor.
pub const RT_CTOR: u32 = 8;
/// [`Func::rt`]: imported from a trait (its `scope` is the using class; `proto` is the trait's).
pub const RT_FROM_TRAIT: u32 = 16;

/// [`Func::rt`]: Generator's `send()` or `next()`, which calls by name run in the same run loop.
pub const RT_RESUMES: u32 = 64;
/// [`Func::rt`]: a native function whose arguments are checked by [`Func::takes`] when they need no conversion.
pub const RT_PLAIN_ARGS: u32 = 128;
/// Arguments that such a call has at most.
pub const MAX_PLAIN_ARGS: usize = 5;
/// In [`Func::takes`]: a closure is taken as it is.
pub const TAKES_CLOSURE: u32 = 1 << 31;
/// [`Func::rt`]: its inline caches are its own, not those of the function it is a copy of.
pub const RT_OWNS_IC: u32 = 32;

/// What the function table has under a name: a function of PHP code, or a native one, which is made when it is first asked
/// for (a program uses few of all that extensions bring).
pub struct Entry {
    func: Cell<*mut Func>,
    native: Option<Declared>,
    ext: u32,
}

/// How a native function is declared.
#[derive(Clone, Copy)]
enum Declared {
    Descriptor(&'static FunctionDesc),
    /// By its signature as PHP code writes it, and its code.
    Signature(&'static str, crate::native::Native),
}

impl Entry {
    /// A function of PHP code, which the request owns.
    pub fn user(f: *mut Func) -> Entry {
        Entry { func: Cell::new(f), native: None, ext: u32::MAX }
    }

    /// A native function of extension `ext`; the entry owns what is made of it.
    pub fn native(desc: &'static FunctionDesc, ext: u32) -> Entry {
        Entry { func: Cell::new(core::ptr::null_mut()), native: Some(Declared::Descriptor(desc)), ext }
    }

    /// One of the engine's own, by its signature.
    pub(crate) fn signature(text: &'static str, code: crate::native::Native) -> Entry {
        let native = Some(Declared::Signature(text, code));
        Entry { func: Cell::new(core::ptr::null_mut()), native, ext: 0 }
    }

    /// The function.
    #[inline]
    pub fn get(&self) -> *mut Func {
        let f = self.func.get();
        if f.is_null() { self.make() } else { f }
    }

    #[cold]
    fn make(&self) -> *mut Func {
        let desc = match self.native {
            Some(Declared::Descriptor(desc)) => Some(desc),
            Some(Declared::Signature(text, code)) => Some(crate::core_functions::descriptor(text, code)),
            None => None,
        };
        if let Some(desc) = desc {
            let f = crate::load::native_box(desc, core::ptr::null_mut(), self.ext);
            self.func.set(Box::into_raw(f));
        }
        self.func.get()
    }

    /// Whether it is a native function.
    pub fn is_native(&self) -> bool {
        self.native.is_some()
    }

    /// The extension that a native is counted to.
    pub fn ext(&self) -> u32 {
        self.ext
    }

    /// Counts a native to another extension.
    pub fn set_ext(&mut self, ext: u32) {
        self.ext = ext;
        let f = self.func.get();
        if self.is_native() && !f.is_null() {
            // SAFETY: made by this entry.
            unsafe { (*f).ext = ext };
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let f = self.func.get();
        if self.is_native() && !f.is_null() {
            // SAFETY: made by this entry, and the table that it was in goes away.
            drop(unsafe { Box::from_raw(f) });
        }
    }
}

/// A function's parameters. Those of natives are read out of their descriptors when they are first asked for: most functions
/// of most extensions never are, and start-up is quicker for it.
#[derive(Clone)]
pub struct Params {
    read: OnceCell<Rc<[RtParam]>>,
    desc: *const FunctionDesc,
}

impl Params {
    /// Parameters that are known.
    pub fn new(list: Box<[RtParam]>) -> Params {
        Params { read: OnceCell::from(Rc::from(list)), desc: core::ptr::null() }
    }

    /// Those of a native.
    pub fn native(desc: &'static FunctionDesc) -> Params {
        Params { read: OnceCell::new(), desc }
    }

    #[cold]
    fn of_descriptor(&self) -> &Rc<[RtParam]> {
        // SAFETY: what has no list yet has a descriptor, and descriptors are static.
        self.read.get_or_init(|| crate::load::native_params(unsafe { &*self.desc }))
    }
}

impl core::ops::Deref for Params {
    type Target = [RtParam];

    #[inline(always)]
    fn deref(&self) -> &[RtParam] {
        match self.read.get() {
            Some(list) => list,
            None => self.of_descriptor(),
        }
    }
}

/// A function's declared return type, if any; as with [`Params`], that of a native is read when it is asked for.
#[derive(Clone)]
pub struct Ret {
    read: OnceCell<Option<Rc<RtType>>>,
    desc: *const FunctionDesc,
}

impl Ret {
    /// A type that is known, or none.
    pub fn new(ty: Option<RtType>) -> Ret {
        Ret { read: OnceCell::from(ty.map(Rc::new)), desc: core::ptr::null() }
    }

    /// That of a native.
    pub fn native(desc: &'static FunctionDesc) -> Ret {
        Ret { read: OnceCell::new(), desc }
    }

    #[cold]
    fn of_descriptor(&self) -> &Option<Rc<RtType>> {
        // SAFETY: as for `Params`.
        self.read.get_or_init(|| crate::load::native_type(unsafe { &(*self.desc).ret }).map(Rc::new))
    }
}

impl core::ops::Deref for Ret {
    type Target = Option<Rc<RtType>>;

    #[inline(always)]
    fn deref(&self) -> &Option<Rc<RtType>> {
        match self.read.get() {
            Some(ty) => ty,
            None => self.of_descriptor(),
        }
    }
}

/// One inline-cache slot; what the words mean is up to the op.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Ic {
    /// Mostly the class pointer or id that the entry is for; 0 is empty.
    pub key: u64,
    /// Mostly the answer: function, property offset, constant.
    pub val: u64,
    /// Second answer.
    pub aux: u64,
}

impl Ic {
    /// An empty slot.
    pub const EMPTY: Ic = Ic { key: 0, val: 0, aux: 0 };
}

/// A declared type, ready to check: builtin mask, class alternatives, text for messages.
#[derive(Debug)]
pub struct RtType {
    /// Bits `1 << tag` and the special ones of the ABI's `type_mask`.
    pub mask: u32,
    /// Class alternatives: each an intersection (of one, mostly) of interned lower-cased names, with `self`/`parent`
    /// already resolved where the declaring class is known.
    pub classes: Box<[Box<[ClassName]>]>,
    /// As messages print it.
    pub text: Box<str>,
    /// The class whose objects were last found to be of this type, or null: whether a class suits a type never changes.
    pub seen: Cell<*const ClassHead>,
    /// A class or interface that the type names, once an object of it was found to be of this type, or null.
    pub named: Cell<*const Class>,
}

impl RtType {
    /// A type of builtin and class alternatives.
    pub fn new(mask: u32, classes: Box<[Box<[ClassName]>]>, text: Box<str>) -> RtType {
        RtType {
            mask,
            classes,
            text,
            seen: Cell::new(core::ptr::null()),
            named: Cell::new(core::ptr::null()),
        }
    }

    /// Whether a value is an object of this type, as far as this can be told without a call.
    ///
    /// # Safety
    /// `v` points to a live value.
    #[inline(always)]
    pub unsafe fn takes_object(&self, v: *const Val) -> bool {
        // SAFETY: by the caller's promise; classes outlive their objects.
        unsafe {
            if (*v).tag() != OBJ {
                return false;
            }
            let class = (*(*v).as_ptr::<Obj>()).class;
            let named = self.named.get();
            core::ptr::eq(class, self.seen.get()) || !named.is_null() && (*class.cast::<Class>()).is_a(named)
        }
    }
}

impl RtType {
    /// Makes an integer a float where the type takes floats and not integers; false: it was something else.
    ///
    /// # Safety
    /// `v` points to a live value that is not of this type as it stands.
    #[inline(always)]
    pub unsafe fn widen(&self, v: *mut Val) -> bool {
        // SAFETY: by the caller's promise.
        unsafe {
            if (*v).tag() != plugin_api_abi::INT || self.mask >> plugin_api_abi::DBL & 1 == 0 {
                return false;
            }
            (*v).payload = ((*v).as_int() as f64).to_bits();
            (*v).ty = plugin_api_abi::DBL as u32;
            true
        }
    }
}

impl Clone for RtType {
    fn clone(&self) -> RtType {
        // A copy may serve another class, whose `self` is another.
        RtType::new(self.mask, self.classes.clone(), self.text.clone())
    }
}

/// A class name within a type.
#[derive(Clone, Copy, Debug)]
pub struct ClassName {
    /// As written, interned.
    pub name: *mut StrHdr,
    /// Lower-cased, interned.
    pub lc: *mut StrHdr,
}

/// A parameter as calls need it.
#[derive(Clone, Debug)]
pub struct RtParam {
    /// Name without `$`, interned.
    pub name: *mut StrHdr,
    /// Declared type.
    pub ty: Option<RtType>,
    /// By reference.
    pub by_ref: bool,
    /// By reference where the argument can be.
    pub prefer_ref: bool,
    /// Variadic.
    pub variadic: bool,
    /// `#[\SensitiveParameter]`
    pub sensitive: bool,
}

/// A function, method, closure or hook of one VM.
#[repr(C)]
pub struct Func {
    /// The code (user functions).
    pub code: *const Insn,
    /// Where calls start in it.
    pub entry: *const Insn,
    /// Literals (user functions).
    pub k: *const Val,
    /// Inline caches (user functions), `proto.ic_slots` of them.
    pub ic: *mut Ic,
    /// [`FUNC_USER`] or [`FUNC_NATIVE`].
    pub kind: u8,
    /// Natives with [`RT_PLAIN_ARGS`]: most arguments that are looked at so.
    pub plain_max: u8,
    /// Reserved.
    pub _pad: [u8; 2],
    /// `RT_*` bits.
    pub rt: u32,
    /// Modifier bits and `fn_flags` of the proto; natives: the descriptor's flags, plus VARIADIC, HAS_TYPES, HAS_RETURN_TYPE.
    pub flags: u32,
    /// CVs.
    pub num_cvs: u32,
    /// All slots.
    pub num_slots: u32,
    /// Parameters without the variadic one.
    pub num_params: u32,
    /// Required ones.
    pub required: u32,
    /// Natives with [`RT_PLAIN_ARGS`]: which tags each argument may have to be taken as it is (bits `1 << tag`, and
    /// [`TAKES_CLOSURE`]); those of a variadic parameter have one each, too.
    pub takes: [u32; MAX_PLAIN_ARGS],
    /// Bit i: parameter i is by reference (or prefers it); bit 63 stands for all from 63 on and for a by-reference variadic's
    /// positions beyond `num_params` see [`Func::is_by_ref`].
    pub by_ref: u64,
    /// Declared name (methods: bare), interned.
    pub name: *mut StrHdr,
    /// Class it belongs to, or null.
    pub scope: *mut Class,
    /// Compiled form (user functions), else null.
    pub proto: *const FnProto,
    /// Script that holds `proto` (user functions), else null.
    pub script: *const Script,
    /// Native code.
    pub native: Option<NativeFn>,
    /// What the descriptor has the native code given with every call.
    pub data: *const core::ffi::c_void,
    /// Native descriptor, else null.
    pub desc: *const FunctionDesc,
    /// Static variables: references once bound, UNDEF before. Shared by frames, own per closure object.
    pub statics: Vec<Val>,
    /// Parameters, the variadic one last.
    pub params: Params,
    /// Declared return type.
    pub ret: Ret,
    /// The method that this one overrides or implements (`ReflectionMethod::getPrototype`), or null.
    pub prototype: *mut Func,
    /// The class whose hook table or trait it came from, for messages; null mostly.
    pub origin: *mut Class,
    /// Extension index for natives.
    pub ext: u32,
    /// Calls so far (tiering).
    pub calls: u32,
    /// The property that it is a hook of, or null.
    pub prop: *const crate::class::PropInfo,
}

impl Drop for Func {
    fn drop(&mut self) {
        if self.rt & RT_OWNS_IC != 0 && !self.ic.is_null() && !self.proto.is_null() {
            // SAFETY: made of a boxed slice of that many slots; copies that share it do not outlive the function.
            unsafe {
                let n = (*self.proto).ic_slots as usize;
                drop(Box::from_raw(core::ptr::slice_from_raw_parts_mut(self.ic, n)));
            }
        }
    }
}

impl Func {
    /// A native function without code or name: what the base frames of fibers run.
    pub(crate) fn native_stub(name: &[u8]) -> Func {
        Func {
            code: core::ptr::null(),
            entry: core::ptr::null(),
            k: core::ptr::null(),
            ic: core::ptr::null_mut(),
            kind: FUNC_NATIVE,
            plain_max: 0,
            _pad: [0; 2],
            rt: 0,
            flags: 0,
            num_cvs: 0,
            num_slots: 0,
            num_params: 0,
            required: 0,
            takes: [0; MAX_PLAIN_ARGS],
            by_ref: 0,
            name: howdah_runtime::interner::intern(name),
            scope: core::ptr::null_mut(),
            proto: core::ptr::null(),
            script: core::ptr::null(),
            native: None,
            data: core::ptr::null(),
            desc: core::ptr::null(),
            statics: Vec::new(),
            params: Params::new(Box::default()),
            ret: Ret::new(None),
            prototype: core::ptr::null_mut(),
            origin: core::ptr::null_mut(),
            ext: u32::MAX,
            calls: 0,
            prop: core::ptr::null(),
        }
    }

    /// Whether argument `i` (from 0) goes by reference; `prefer_ref` counts.
    #[inline(always)]
    pub fn is_by_ref(&self, i: u32) -> bool {
        if i < self.num_params && i < 63 {
            return self.by_ref >> i & 1 != 0;
        }
        self.by_ref != 0 && self.is_by_ref_slow(i)
    }

    #[cold]
    fn is_by_ref_slow(&self, i: u32) -> bool {
        let p = self.params.get(i as usize).or_else(|| self.params.last().filter(|p| p.variadic));
        p.is_some_and(|p| p.by_ref || p.prefer_ref)
    }

    /// Whether `n` arguments from native code need nothing but to be copied: bytecode, as many as it takes, none by reference.
    #[inline(always)]
    pub fn takes_plainly(&self, n: usize) -> bool {
        self.is_user()
            && self.by_ref == 0
            && n <= self.num_params as usize
            && n >= self.required as usize
            && self.rt & RT_TRAMPOLINE == 0
    }

    /// With how many arguments from native code it needs nothing but to be entered, those that it takes by reference being
    /// references: its frame ends with the call. `u32::MAX`: with no number of them.
    pub fn runs_plainly_from(&self) -> u32 {
        use howdah_bytecode::fn_flags::{GENERATOR, VARIADIC};
        if self.rt & RT_TRAMPOLINE != 0 {
            return u32::MAX;
        }
        // A native function looks at its arguments itself.
        match self.is_user() {
            false if self.by_ref != 0 => u32::MAX,
            false => 0,
            true if self.flags & (GENERATOR | VARIADIC) == 0 => self.required,
            true => u32::MAX,
        }
    }

    /// Whether it runs without `$this` when it is called on an object.
    #[inline]
    pub fn drops_this(&self) -> bool {
        use plugin_api_abi::flags::{EITHER, STATIC};
        self.flags & (STATIC | EITHER) == STATIC
    }

    /// Whether it is bytecode.
    #[inline(always)]
    pub fn is_user(&self) -> bool {
        self.kind == FUNC_USER
    }
}
