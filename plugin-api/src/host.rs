//! The engine's tables as this copy of the crate sees them.

use abi::{
    ArrTable, CallTable, ErrTable, HostApi, ModuleTable, ObjTable, ReflectTable, ResTable, SapiTable,
    StreamTable, ValTable,
};
use plugin_api_abi as abi;
use std::sync::atomic::{AtomicPtr, Ordering};

static API: AtomicPtr<HostApi> = AtomicPtr::new(core::ptr::null_mut());

/// The engine's tables were not handed over yet.
#[derive(Debug)]
pub struct HostUnavailable;

/// Takes the engine's tables; the first ones stay.
///
/// # Safety
/// `api` follows the ABI and lives as long as the process.
pub unsafe fn connect(api: *const HostApi) {
    let _ = API.compare_exchange(core::ptr::null_mut(), api.cast_mut(), Ordering::AcqRel, Ordering::Acquire);
}

/// Major and minor version of the engine's API.
///
/// # Errors
/// When no engine has loaded this plugin.
pub fn api_version() -> Result<(u16, u16), HostUnavailable> {
    let p = API.load(Ordering::Relaxed);
    // SAFETY: connected tables are valid for the life of the process.
    if p.is_null() { Err(HostUnavailable) } else { unsafe { Ok(((*p).major, (*p).minor)) } }
}

#[inline(always)]
fn api() -> &'static HostApi {
    let p = API.load(Ordering::Relaxed);
    debug_assert!(!p.is_null(), "no engine");
    // SAFETY: plugin code that makes or uses values runs only after the engine connected its tables.
    unsafe { &*p }
}

macro_rules! groups {
    ($($f:ident: $t:ty),*) => { $(
        #[inline(always)]
        pub(crate) fn $f() -> &'static $t {
            // SAFETY: the engine's tables are never null and live as long as the process.
            unsafe { &*api().$f }
        }
    )* };
}
groups!(val: ValTable, arr: ArrTable, obj: ObjTable, call: CallTable, err: ErrTable, res: ResTable, sapi: SapiTable, module: ModuleTable, reflect: ReflectTable, stream: StreamTable);
