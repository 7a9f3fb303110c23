//! Putting extensions into a VM: functions, classes, constants, globals, and the request's hooks.

use crate::class::Sym;
use crate::classes::link::native::const_value;
use crate::vm::{Constant, Extension, Vm};
use howdah_runtime::interner::intern;
use plugin_api_abi::{ConstValue, CtxRaw, ExtDescriptor, PTR, Status, StrSlice, flags};

/// An extension's name.
pub fn name(desc: &'static ExtDescriptor) -> String {
    // SAFETY: descriptors are static.
    String::from_utf8_lossy(unsafe { desc.name.bytes() }).into_owned()
}

impl Vm {
    /// Registers an extension. Its dependencies are registered before it.
    ///
    /// # Errors
    /// The name of a function that exists already; nothing of the extension is registered then.
    pub fn register_extension(&mut self, desc: &'static ExtDescriptor) -> Result<u32, String> {
        let index = self.extensions.len() as u32;
        // SAFETY: descriptors are static data.
        unsafe {
            for f in desc.functions.get() {
                let n = StrSlice::bytes(f.name).to_ascii_lowercase();
                if self.functions.contains_key(&Sym(intern(&n))) {
                    return Err(String::from_utf8_lossy(StrSlice::bytes(f.name)).into_owned());
                }
            }
            let globals = new_globals(desc);
            self.extensions.push(Extension { desc, globals });
            for f in desc.functions.get() {
                let func = crate::load::native_func(f, core::ptr::null_mut(), index);
                let n = StrSlice::bytes(f.name).to_ascii_lowercase();
                let rest = (*func).params.last().is_some_and(|p| p.variadic && (p.by_ref || p.prefer_ref));
                self.host.declare_builtin(&n, (*func).by_ref, rest);
                self.functions.insert(Sym(intern(&n)), func);
            }
            for c in desc.classes.get() {
                self.register_native(c, index);
            }
            for list in desc.constants.get() {
                for c in list.get() {
                    self.register_constant(c.name.bytes(), &c.value, c.flags & flags::DEPRECATED != 0, index);
                }
            }
        }
        Ok(index)
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
                    return Err(name(desc));
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
                // SAFETY: as above. What a hook reports cannot stop the end of the request.
                let _ = unsafe { f(ctx.cast::<CtxRaw>(), g) };
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
