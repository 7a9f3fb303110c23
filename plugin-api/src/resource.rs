//! PHP resources.

use crate::value::handle;
use crate::{Ctx, host};
use core::marker::PhantomData;
use plugin_api_abi::{RES, StrSlice, Val};

/// A PHP resource.
#[repr(transparent)]
pub struct Resource(pub(crate) Val);
handle!(Resource, RES);

impl Resource {
    /// Its number.
    pub fn id(&self) -> i64 {
        // SAFETY: live resource.
        unsafe { (host::res().id)(self.0) }
    }
    /// Its type's name; `Unknown` when closed.
    pub fn type_name(&self) -> String {
        // SAFETY: live resource; names are interned.
        unsafe {
            let n = (host::res().type_name)((host::res().type_of)(self.0));
            if n.is_null() {
                "Unknown".into()
            } else {
                String::from_utf8_lossy(plugin_api_abi::StrHdr::bytes(n)).into_owned()
            }
        }
    }
    /// Closes it now.
    pub fn close(&self) {
        // SAFETY: live resource.
        unsafe { (host::res().close)(self.0) }
    }
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        // SAFETY: live resource.
        unsafe { (host::res().type_of)(self.0) >= 0 }
    }
}

/// A type of resource whose resources own a `T`.
pub struct ResourceType<T>(i32, PhantomData<fn() -> T>);

impl<T> Clone for ResourceType<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for ResourceType<T> {}

unsafe extern "C" fn drop_boxed<T>(p: *mut u8) {
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        // SAFETY: made by `ResourceType::create`, dropped once.
        unsafe { drop(Box::from_raw(p.cast::<core::cell::RefCell<T>>())) }
    }));
    if r.is_err() {
        tracing::error!("panic while a resource was closed");
    }
}

impl<T: 'static> ResourceType<T> {
    /// The type of that name; the same name always gives the same type, so one name stands for one `T`.
    pub fn new(name: &'static str) -> ResourceType<T> {
        // SAFETY: static name; the destructor matches what `create` boxes.
        ResourceType(
            unsafe { (host::res().register)(StrSlice::new(name), Some(drop_boxed::<T>)) },
            PhantomData,
        )
    }
    /// A fresh resource that owns `v`.
    pub fn create(self, ctx: &mut Ctx, v: T) -> Resource {
        let p = Box::into_raw(Box::new(core::cell::RefCell::new(v)));
        // SAFETY: our context; the box moves in.
        Resource(unsafe { (host::res().new)(ctx.raw(), self.0, p.cast()) })
    }
    /// What a resource of this type owns; `None` when it is of another type or closed.
    pub fn get(self, r: &Resource) -> Option<&core::cell::RefCell<T>> {
        // SAFETY: a resource of this type holds such a box until it is closed.
        let p = unsafe { (host::res().get)(r.0, self.0) };
        if p.is_null() { None } else { Some(unsafe { &*p.cast() }) }
    }
}
