//! The interface `spl.files/1`: what subclasses of other extensions ask of objects of these classes.

use super::info::Entry;
use plugin_api::abi::{ClassRaw, CtxRaw, Val};
use plugin_api::files::SplFilesTable;
use plugin_api::{Object, Value};

unsafe extern "C" fn info_class(_: *mut CtxRaw, o: Val) -> *mut ClassRaw {
    // SAFETY: a live value, borrowed for the call.
    let v = unsafe { Value::borrow(&o) };
    let class =
        v.as_object().and_then(|o: &Object| Entry::of(o)).and_then(|e| e.with(|p| p.info_class)).flatten();
    class.map_or(core::ptr::null_mut(), |c| c.raw())
}

/// The table.
pub static TABLE: SplFilesTable =
    SplFilesTable { size: size_of::<SplFilesTable>() as u32, reserved: 0, info_class };
