//! `disable_classes`: classes that are there by name alone. PHP empties them (`zend_disable_class()`): no member is left, and
//! whoever makes an object of one, or of a class below, is warned.
//!
//! What native code relies on stays: the slots and the native payload of objects, the parent, and what can be thrown.

use super::link::STD_HANDLERS_VALUE;
use crate::class::{Class, Magic, class_flags};
use crate::vm::Vm;
use plugin_api_abi::flags::{ABSTRACT, ENUM, FINAL, INTERFACE, NOT_INSTANTIABLE, TRAIT};
use plugin_api_abi::{ClassDesc, CtxRaw, Slice, Status, StrSlice, Val};

/// The descriptor that objects of a disabled class are made by.
#[repr(C)]
struct Disabled {
    desc: ClassDesc,
    /// What builds the native payload, if there is one.
    create: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, object: Val, payload: *mut u8) -> Status>,
}

/// Warns of an object of a disabled class, and builds its payload.
unsafe extern "C" fn create(ctx: *mut CtxRaw, object: Val, payload: *mut u8) -> Status {
    // SAFETY: the engine's context; a fresh object of a class whose native base is a `Disabled`.
    unsafe {
        let class = super::class_of(object.as_ptr());
        if let Some(build) = (*class.native_base.cast::<Disabled>()).create {
            crate::tri!(build(ctx, object, payload));
        }
        let name = String::from_utf8_lossy(class.name()).into_owned();
        crate::api::vm(ctx).warning(&format!("{name}() has been disabled for security reasons"))
    }
}

impl Vm {
    /// Empties a class of an extension or of the engine. Before the first request.
    pub fn disable_class(&mut self, name: &[u8]) {
        let Some(class) = self.find_class(name) else { return };
        // SAFETY: a live, linked class that nothing has objects of; descriptors are static data.
        unsafe {
            let c: &mut Class = &mut *class;
            if c.desc.is_null() || c.flags & (INTERFACE | TRAIT | ENUM) != 0 {
                return;
            }
            c.flags &= !(FINAL | ABSTRACT | NOT_INSTANTIABLE | class_flags::EXPLICIT_ABSTRACT);
            if self.ce.throwable.is_null() || !c.is_a(self.ce.throwable) {
                c.interfaces.clear();
            }
            c.methods.clear();
            c.props.clear();
            c.consts.clear();
            c.magic = Magic::NONE;
            let mut handlers = STD_HANDLERS_VALUE;
            handlers.clone = (*c.head.handlers).clone;
            handlers.roots = (*c.head.handlers).roots;
            let disabled = Disabled {
                desc: ClassDesc {
                    size: size_of::<ClassDesc>() as u32,
                    flags: 0,
                    name: (*c.desc).name,
                    parent: StrSlice::NONE,
                    interfaces: Slice::EMPTY,
                    methods: Slice::EMPTY,
                    props: Slice::EMPTY,
                    consts: Slice::EMPTY,
                    enum_backing: 0,
                    native_size: 0,
                    native_align: 1,
                    reserved: 0,
                    create: Some(create),
                    free: None,
                    handlers: core::ptr::null(),
                    interface_gets_implemented: None,
                    doc: StrSlice::NONE,
                    attributes: StrSlice::NONE,
                },
                create: c.native_base.as_ref().and_then(|d| d.create),
            };
            // Kept as long as the descriptors of extensions are; there is one a VM.
            c.head.handlers = Box::leak(Box::new(handlers));
            c.native_base = (&raw const *Box::leak(Box::new(disabled))).cast();
        }
    }
}
