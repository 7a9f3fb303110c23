//! Data of an extension's own on objects of any class: what a subclass of another extension's class has beside its parent's
//! payload.

use crate::{Object, host};
use core::marker::PhantomData;

/// A key under which objects have a value. A static: its address tells it from others.
pub struct Attachment<T> {
    /// Statics without a size might share an address.
    _place: u8,
    value: PhantomData<fn() -> T>,
}

unsafe extern "C" fn copy<T: Clone + 'static>(data: *mut u8) -> *mut u8 {
    // SAFETY: made by `Attachment::set`, and not freed yet.
    let made = std::panic::catch_unwind(|| Box::into_raw(Box::new(unsafe { (*data.cast::<T>()).clone() })));
    made.map_or(core::ptr::null_mut(), <*mut T>::cast)
}

unsafe extern "C" fn free<T: 'static>(data: *mut u8) {
    let r = std::panic::catch_unwind(|| {
        // SAFETY: made by `Attachment::set` or `copy`, freed once.
        drop(unsafe { Box::from_raw(data.cast::<T>()) });
    });
    if r.is_err() {
        tracing::error!("panic while an object's data was dropped");
    }
}

impl<T: Clone + 'static> Attachment<T> {
    /// A key.
    #[expect(clippy::new_without_default, reason = "a key is a static, not a value")]
    pub const fn new() -> Attachment<T> {
        Attachment { _place: 0, value: PhantomData }
    }
    fn key(&'static self) -> *const u8 {
        core::ptr::from_ref(self).cast()
    }
    /// Gives an object a value in place of the one it had. It is dropped with the object, and cloned for the object's clones.
    pub fn set(&'static self, o: &Object, v: T) {
        let data = Box::into_raw(Box::new(v)).cast();
        // SAFETY: live object; the functions are those of this type of data.
        unsafe { (host::obj().attach)(o.0, self.key(), data, copy::<T>, free::<T>) }
    }
    /// A clone of an object's value.
    pub fn get(&'static self, o: &Object) -> Option<T> {
        // SAFETY: live object; what it has under this key is of this type. It is cloned at once.
        unsafe { (host::obj().attached)(o.0, self.key()).cast::<T>().as_ref().cloned() }
    }
    /// Takes an object's value away.
    pub fn remove(&'static self, o: &Object) {
        // SAFETY: live object.
        unsafe { (host::obj().detach)(o.0, self.key()) }
    }
}
