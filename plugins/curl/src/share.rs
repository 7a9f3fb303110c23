//! What transfers share: cookies, names, sessions.

use crate::sys;
use plugin_api::{
    Comparison, Ctx, GcRoots, Handlers, Object, R, This, Value, php_class, php_function, php_methods,
};
use std::cell::Cell;
use std::ffi::{CStr, c_int, c_long};
use std::rc::Rc;

/// libcurl's handle.
pub struct Share {
    curl: *mut sys::CURLSH,
    error: Cell<i64>,
}

impl Share {
    /// libcurl's handle.
    pub fn curl(&self) -> *mut sys::CURLSH {
        self.curl
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // SAFETY: ours; transfers that use it hold a share.
        unsafe { sys::curl_share_cleanup(self.curl) };
    }
}

/// It, as an object.
#[derive(Default, GcRoots)]
#[php_class(
    "final class CurlShareHandle",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct CurlShareHandle(#[gc(skip)] pub Option<Rc<Share>>);

impl Handlers for CurlShareHandle {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct CurlShareHandle, use curl_share_init() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl CurlShareHandle {}

fn of(ctx: &mut Ctx, this: &This<CurlShareHandle>) -> R<Rc<Share>> {
    let found = this.borrow(ctx)?.0.clone();
    found.ok_or_else(|| ctx.error("CurlShareHandle is not initialized"))
}

/// Makes one.
#[php_function("curl_share_init(): CurlShareHandle")]
fn curl_share_init(ctx: &mut Ctx) -> R<Object> {
    // SAFETY: a fresh handle.
    let curl = unsafe { sys::curl_share_init() };
    if curl.is_null() {
        return Err(ctx.error("Could not initialize a new cURL share handle"));
    }
    This::<CurlShareHandle>::create(ctx, CurlShareHandle(Some(Rc::new(Share { curl, error: Cell::new(0) }))))
}

/// Does nothing: handles are freed with their objects.
#[php_function("curl_share_close(CurlShareHandle $share_handle): void")]
fn curl_share_close(share_handle: &This<CurlShareHandle>) {
    let _ = share_handle;
}

/// Sets what is shared.
#[php_function("curl_share_setopt(CurlShareHandle $share_handle, int $option, mixed $value): bool")]
fn curl_share_setopt(
    ctx: &mut Ctx,
    share_handle: &This<CurlShareHandle>,
    option: i64,
    value: &Value,
) -> R<bool> {
    let share = of(ctx, share_handle)?;
    // CURLSHOPT_SHARE, CURLSHOPT_UNSHARE
    if !matches!(option, 1 | 2) {
        share.error.set(1);
        return Err(ctx.argument_value_error(2, "is not a valid cURL share option"));
    }
    // SAFETY: a live handle; the option takes a number.
    let code =
        unsafe { sys::curl_share_setopt(share.curl, option as sys::CURLSHoption, value.to_int() as c_long) };
    share.error.set(code.into());
    Ok(code == 0)
}

/// The last error.
#[php_function("curl_share_errno(CurlShareHandle $share_handle): int")]
fn curl_share_errno(ctx: &mut Ctx, share_handle: &This<CurlShareHandle>) -> R<i64> {
    Ok(of(ctx, share_handle)?.error.get())
}

/// An error's words.
#[php_function("curl_share_strerror(int $error_code): ?string")]
fn curl_share_strerror(error_code: i64) -> Option<Vec<u8>> {
    // SAFETY: a static text.
    unsafe {
        let p = sys::curl_share_strerror(error_code as c_int as sys::CURLSHcode);
        (!p.is_null()).then(|| CStr::from_ptr(p).to_bytes().to_vec())
    }
}
