//! Putting extensions into a VM: functions, classes, constants, globals, and the request's hooks.

use crate::class::Sym;
use crate::classes::link::native::const_value;
use crate::func::Entry;
use crate::vm::{Constant, Extension, Vm};
use howdah_runtime::interner::{self, intern};
use plugin_api_abi::{
    ConstValue, CtxRaw, ExtDescriptor, FunctionDesc, PTR, ParamDesc, Status, StrHdr, StrSlice, flags,
    param_flags,
};

/// An extension's name.
pub fn name(desc: &'static ExtDescriptor) -> std::borrow::Cow<'static, str> {
    // SAFETY: descriptors are static.
    String::from_utf8_lossy(unsafe { desc.name.bytes() })
}

/// Whether an extension declares a function or constant of a name.
fn declares(d: &ExtDescriptor, name: &[u8]) -> bool {
    // SAFETY: descriptors are static.
    unsafe {
        d.functions.get().iter().any(|f| f.name.bytes().eq_ignore_ascii_case(name))
            || d.constants.get().iter().any(|l| l.get().iter().any(|c| c.name.bytes() == name))
    }
}

impl Vm {
    /// An extension's globals, null when it has none or is not registered.
    #[inline]
    pub fn globals_of(&mut self, ext: *const ExtDescriptor) -> *mut u8 {
        // Descriptors are larger than this and lie at some distance of each other.
        let slot = (ext as usize >> 6) % self.globals_seen.len();
        match self.globals_seen[slot] {
            (seen, globals) if core::ptr::eq(seen, ext) => globals,
            _ => self.find_globals(ext, slot),
        }
    }

    #[cold]
    fn find_globals(&mut self, ext: *const ExtDescriptor, slot: usize) -> *mut u8 {
        let Some(e) = self.extensions.iter().find(|e| core::ptr::eq(e.desc, ext)) else {
            return core::ptr::null_mut();
        };
        self.globals_seen[slot] = (ext, e.globals);
        e.globals
    }

    /// The name of the extension that a function or constant is counted to. What is the engine's own carries the number of the
    /// first one.
    pub fn home(&self, ext: u32, name: &[u8]) -> &'static [u8] {
        match self.extensions.get(ext as usize) {
            // SAFETY: descriptors are static.
            Some(e) if ext != 0 || declares(e.desc, name) => unsafe { e.desc.name.bytes() },
            _ => b"Core",
        }
    }
    /// Registers an extension. Its dependencies are registered before it.
    ///
    /// # Errors
    /// The name of a function that exists already; nothing of the extension is registered then.
    pub fn register_extension(&mut self, desc: &'static ExtDescriptor) -> Result<u32, String> {
        let index = self.extensions.len() as u32;
        // SAFETY: descriptors are static data.
        unsafe {
            let named = |f: &FunctionDesc| Sym(interner::lower(StrSlice::bytes(f.name)));
            for f in desc.functions.get() {
                if self.functions.contains_key(&named(f)) {
                    return Err(String::from_utf8_lossy(StrSlice::bytes(f.name)).into_owned());
                }
            }
            let globals = new_globals(desc);
            self.extensions.push(Extension { desc, globals });
            self.functions.reserve(desc.functions.get().len());
            for f in desc.functions.get() {
                self.add_native(f, index);
            }
            for c in desc.classes.get() {
                self.declare_native_class(c, index);
            }
            for a in ExtDescriptor::aliases_of(desc).get() {
                let known = self.classes.get(&Sym(interner::lower(a.class.bytes()))).copied();
                if let Some(c) = known {
                    self.classes.entry(Sym(interner::lower(a.alias.bytes()))).or_insert(c);
                }
            }
            for list in desc.constants.get() {
                for c in list.get() {
                    self.register_constant(c.name.bytes(), &c.value, c.flags & flags::DEPRECATED != 0, index);
                }
            }
        }
        Ok(index)
    }

    /// Adds a native function to the function table, and tells the compiler of it.
    pub(crate) fn add_native(&mut self, desc: &'static FunctionDesc, ext: u32) {
        // SAFETY: descriptors are static.
        let (name, params) = unsafe { (StrSlice::bytes(desc.name), desc.params.get()) };
        let is = |p: &ParamDesc, flags: u32| p.flags & flags != 0;
        let rest = params.last().is_some_and(|p| {
            is(p, param_flags::VARIADIC) && is(p, param_flags::BY_REF | param_flags::PREFER_REF)
        });
        let pure = desc.flags & flags::PURE != 0;
        self.add_function(name, crate::load::by_ref_params(params), rest, pure, Entry::native(desc, ext));
    }

    /// Adds an entry to the function table; `by_ref`, `rest` and `pure` as the compiler wants them.
    pub(crate) fn add_function(&mut self, name: &[u8], by_ref: u64, rest: bool, pure: bool, entry: Entry) {
        let name = interner::lower(name);
        // SAFETY: interned.
        self.host.declare_builtin(unsafe { StrHdr::bytes(name) }, by_ref, rest, pure);
        self.functions.insert(Sym(name), entry);
    }

    /// Registers a global constant of an extension; the first one of a name stays.
    pub fn register_constant(&mut self, name: &[u8], value: &ConstValue, deprecated: bool, ext: u32) {
        let mut v = const_value(value);
        if v.tag() == PTR {
            // SAFETY: static text.
            let text = unsafe { value.text.bytes() };
            match self.eval_text(text, core::ptr::null_mut()) {
                Ok(x) => v = x,
                Err(_) => return,
            }
        }
        let deprecated = deprecated.then(Box::default);
        self.constants.entry(Sym(intern(name))).or_insert(Constant { value: v, ext, deprecated });
    }

    /// Runs every extension's request startup. The name of the one that failed, else nothing.
    ///
    /// # Errors
    /// That name.
    pub fn startup_extensions(&mut self) -> Result<(), String> {
        for i in 0..self.extensions.len() {
            let (desc, g) = (self.extensions[i].desc, self.extensions[i].globals);
            if let Some(f) = desc.rinit {
                let ctx: *mut Vm = self;
                // SAFETY: the extension's hook with its own globals.
                if unsafe { f(ctx.cast::<CtxRaw>(), g) } != Status::Ok {
                    return Err(name(desc).into_owned());
                }
            }
        }
        howdah_runtime::gc::forget_roots();
        Ok(())
    }

    /// Runs every extension's request shutdown, last loaded first.
    pub fn shutdown_extensions(&mut self) {
        for i in (0..self.extensions.len()).rev() {
            let (desc, g) = (self.extensions[i].desc, self.extensions[i].globals);
            if let Some(f) = desc.rshutdown {
                let ctx: *mut Vm = self;
                // SAFETY: as above.
                let st = unsafe { f(ctx.cast::<CtxRaw>(), g) };
                if st == Status::Exception && self.has_exception() {
                    // Nothing can catch it any more. What a hook reports cannot stop the end of the request.
                    let _ = self.uncaught();
                }
            }
        }
    }

    /// Runs every extension's hook after the request's output is closed.
    pub fn deactivate_extensions(&mut self) {
        for i in (0..self.extensions.len()).rev() {
            let (desc, g) = (self.extensions[i].desc, self.extensions[i].globals);
            if let Some(f) = desc.post_deactivate {
                let ctx: *mut Vm = self;
                // SAFETY: as above.
                let _ = unsafe { f(ctx.cast::<CtxRaw>(), g) };
            }
        }
    }
}

/// An extension's globals for one VM, null when it has none.
fn new_globals(desc: &ExtDescriptor) -> *mut u8 {
    if desc.globals_size == 0 {
        return core::ptr::null_mut();
    }
    let align = (desc.globals_align as usize).max(1);
    let Ok(layout) = std::alloc::Layout::from_size_align(desc.globals_size as usize, align) else {
        return core::ptr::null_mut();
    };
    // SAFETY: not a zero size.
    let p = unsafe { std::alloc::alloc_zeroed(layout) };
    if p.is_null() {
        std::alloc::handle_alloc_error(layout);
    }
    if let Some(f) = desc.globals_ctor {
        // SAFETY: a fresh block of the extension's size.
        unsafe { f(p) }
    }
    p
}

impl Drop for Extension {
    fn drop(&mut self) {
        if self.globals.is_null() {
            return;
        }
        let align = (self.desc.globals_align as usize).max(1);
        // SAFETY: built by `new_globals`, dropped once.
        unsafe {
            if let Some(f) = self.desc.globals_dtor {
                f(self.globals);
            }
            if let Ok(layout) = std::alloc::Layout::from_size_align(self.desc.globals_size as usize, align) {
                std::alloc::dealloc(self.globals, layout);
            }
        }
    }
}
