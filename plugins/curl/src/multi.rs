//! Several transfers at once.

use crate::constants::id;
use crate::handle::{CurlHandle, Easy, object, of as transfer_of};
use crate::sys;
use plugin_api::{
    Array, Callable, Comparison, Ctx, GcRoots, Handlers, Object, OrFalse, R, Reference, This, Value, Visitor,
    php_class, php_function, php_methods, process,
};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int, c_long, c_void};
use std::rc::Rc;

/// libcurl's handle, and the transfers in it.
pub struct Multi {
    curl: *mut sys::CURLM,
    transfers: RefCell<Vec<Object>>,
    push: RefCell<Option<Rc<Callable>>>,
    error: Cell<i64>,
}

impl Multi {
    fn took(&self, code: sys::CURLMcode) -> i64 {
        self.error.set(code.into());
        code.into()
    }

    /// The transfers in it.
    fn all(&self, ctx: &mut Ctx) -> R<Vec<(Object, Rc<Easy>)>> {
        let objects = self.transfers.borrow().clone();
        let mut out = Vec::with_capacity(objects.len());
        for o in objects {
            if let Some(this) = This::<CurlHandle>::of(&o) {
                let easy = transfer_of(ctx, this)?;
                out.push((o, easy));
            }
        }
        Ok(out)
    }

    fn find(&self, ctx: &mut Ctx, curl: *mut sys::CURL) -> R<Option<(Object, Rc<Easy>)>> {
        Ok(self.all(ctx)?.into_iter().find(|(_, e)| e.curl() == curl))
    }
}

impl Drop for Multi {
    fn drop(&mut self) {
        // SAFETY: ours; the transfers are freed after it.
        unsafe { sys::curl_multi_cleanup(self.curl) };
    }
}

/// It, as an object.
#[derive(Default)]
#[php_class(
    "final class CurlMultiHandle",
    handlers(get_constructor, compare, cast),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct CurlMultiHandle(Option<Rc<Multi>>);

impl GcRoots for CurlMultiHandle {
    fn visit(&mut self, v: &mut Visitor) {
        let Some(m) = &self.0 else { return };
        if let Ok(mut all) = m.transfers.try_borrow_mut() {
            for o in all.iter_mut() {
                o.visit(v);
            }
        }
        if let Ok(mut c) = m.push.try_borrow_mut()
            && let Some(c) = c.as_mut().and_then(Rc::get_mut)
        {
            c.visit(v);
        }
    }
}

impl Handlers for CurlMultiHandle {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct CurlMultiHandle, use curl_multi_init() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
    fn cast(this: &This<Self>, _: &mut Ctx, to: u8) -> R<Option<Value>> {
        Ok((to == plugin_api::abi::INT).then(|| Value::int(this.object().id().into())))
    }
}

#[php_methods]
impl CurlMultiHandle {}

fn of(ctx: &mut Ctx, this: &This<CurlMultiHandle>) -> R<Rc<Multi>> {
    let found = this.borrow(ctx)?.0.clone();
    found.ok_or_else(|| ctx.error("CurlMultiHandle is not initialized"))
}

/// Makes one.
#[php_function("curl_multi_init(): CurlMultiHandle")]
fn curl_multi_init(ctx: &mut Ctx) -> R<Object> {
    // SAFETY: a fresh handle.
    let curl = unsafe { sys::curl_multi_init() };
    if curl.is_null() {
        let f = ctx.function_name();
        return Err(ctx.error(format!("{f}(): Could not initialize a new cURL multi handle")));
    }
    let (transfers, push, error) = Default::default();
    This::<CurlMultiHandle>::create(
        ctx,
        CurlMultiHandle(Some(Rc::new(Multi { curl, transfers, push, error }))),
    )
}

/// Adds a transfer.
#[php_function("curl_multi_add_handle(CurlMultiHandle $multi_handle, CurlHandle $handle): int")]
fn curl_multi_add_handle(
    ctx: &mut Ctx,
    multi_handle: &This<CurlMultiHandle>,
    handle: &This<CurlHandle>,
) -> R<i64> {
    let (m, e) = (of(ctx, multi_handle)?, transfer_of(ctx, handle)?);
    e.check_streams(ctx, true)?;
    e.clear();
    // SAFETY: live handles; the transfer is held while it is in there.
    let code = m.took(unsafe { sys::curl_multi_add_handle(m.curl, e.curl()) });
    if code == 0 {
        m.transfers.borrow_mut().push(handle.object().clone());
    }
    Ok(code)
}

/// Takes a transfer out.
#[php_function("curl_multi_remove_handle(CurlMultiHandle $multi_handle, CurlHandle $handle): int")]
fn curl_multi_remove_handle(
    ctx: &mut Ctx,
    multi_handle: &This<CurlMultiHandle>,
    handle: &This<CurlHandle>,
) -> R<i64> {
    let (m, e) = (of(ctx, multi_handle)?, transfer_of(ctx, handle)?);
    // SAFETY: live handles.
    let code = m.took(unsafe { sys::curl_multi_remove_handle(m.curl, e.curl()) });
    if code == 0 {
        let at = m.transfers.borrow().iter().position(|o| o.same(handle.object()));
        let gone = at.map(|i| m.transfers.borrow_mut().remove(i));
        drop(gone);
    }
    Ok(code)
}

/// Waits until something can be done.
#[php_function("curl_multi_select(CurlMultiHandle $multi_handle, float $timeout = 1.0): int")]
fn curl_multi_select(ctx: &mut Ctx, multi_handle: &This<CurlMultiHandle>, timeout: f64) -> R<i64> {
    const MOST: f64 = i32::MAX as f64 / 1000.0;
    let m = of(ctx, multi_handle)?;
    if !(0.0..=MOST).contains(&timeout) {
        return Err(ctx.argument_value_error(2, format!("must be between 0 and {}", MOST.ceil() as i64)));
    }
    let mut n = 0;
    process::release_output(ctx)?;
    // SAFETY: a live handle and result slot.
    let code =
        unsafe { sys::curl_multi_wait(m.curl, std::ptr::null_mut(), 0, (timeout * 1000.0) as c_int, &mut n) };
    if code != 0 {
        m.took(code);
        return Ok(-1);
    }
    Ok(n.into())
}

/// Does what can be done.
#[php_function("curl_multi_exec(CurlMultiHandle $multi_handle, &$still_running): int")]
fn curl_multi_exec(ctx: &mut Ctx, multi_handle: &This<CurlMultiHandle>, still_running: Reference) -> R<i64> {
    let m = of(ctx, multi_handle)?;
    for (_, e) in m.all(ctx)? {
        e.check_streams(ctx, true)?;
    }
    process::release_output(ctx)?;
    let mut running = still_running.get().to_int() as c_int;
    // SAFETY: a live handle and result slot; callbacks find their transfers, which are held.
    let code = unsafe { sys::curl_multi_perform(m.curl, &mut running) };
    let pending = ctx.pending();
    let code = m.took(code);
    pending?;
    still_running.set(ctx, i64::from(running))?;
    Ok(code)
}

/// What libcurl tells of a transfer that is over; it begins like this.
#[repr(C)]
struct Message {
    kind: c_int,
    easy: *mut sys::CURL,
    result: sys::CURLcode,
}

/// The next transfer that is over.
#[php_function("curl_multi_info_read(CurlMultiHandle $multi_handle, &$queued_messages = null): array|false")]
fn curl_multi_info_read(
    ctx: &mut Ctx,
    multi_handle: &This<CurlMultiHandle>,
    queued_messages: Option<Reference>,
) -> R<OrFalse<Array>> {
    let m = of(ctx, multi_handle)?;
    let mut left = 0;
    // SAFETY: a live handle and result slot; the message is read at once.
    let told = unsafe {
        let p = sys::curl_multi_info_read(m.curl, &mut left).cast::<Message>();
        p.as_ref().map(|t| (t.kind, t.easy, t.result))
    };
    let Some((kind, easy, result)) = told else { return Ok(OrFalse::FALSE) };
    if let Some(q) = queued_messages {
        q.set(ctx, i64::from(left))?;
    }
    let mut out = Array::new();
    out.set("msg", i64::from(kind));
    out.set("result", i64::from(result));
    if let Some((o, e)) = m.find(ctx, easy)? {
        e.took(result);
        out.set("handle", o);
    }
    Ok(OrFalse(Some(out)))
}

/// Takes all transfers out.
#[php_function("curl_multi_close(CurlMultiHandle $multi_handle): void")]
fn curl_multi_close(ctx: &mut Ctx, multi_handle: &This<CurlMultiHandle>) -> R<()> {
    let m = of(ctx, multi_handle)?;
    for (_, e) in m.all(ctx)? {
        e.check_streams(ctx, true)?;
        // SAFETY: live handles.
        unsafe { sys::curl_multi_remove_handle(m.curl, e.curl()) };
    }
    let gone = m.transfers.take();
    drop(gone);
    Ok(())
}

/// The last error.
#[php_function("curl_multi_errno(CurlMultiHandle $multi_handle): int")]
fn curl_multi_errno(ctx: &mut Ctx, multi_handle: &This<CurlMultiHandle>) -> R<i64> {
    Ok(of(ctx, multi_handle)?.error.get())
}

/// An error's words.
#[php_function("curl_multi_strerror(int $error_code): ?string")]
fn curl_multi_strerror(error_code: i64) -> Option<Vec<u8>> {
    // SAFETY: a static text.
    unsafe {
        let p = sys::curl_multi_strerror(error_code as c_int as sys::CURLMcode);
        (!p.is_null()).then(|| CStr::from_ptr(p).to_bytes().to_vec())
    }
}

/// Asked whether a server may push a transfer. libcurl frees the handle of one that it may not.
unsafe extern "C" fn pushed(
    parent: *mut sys::CURL,
    curl: *mut sys::CURL,
    count: usize,
    headers: *mut sys::PushHeaders,
    data: *mut c_void,
) -> c_int {
    const DENY: c_int = 1;
    // SAFETY: the handle that the option was set for, which is held while it runs.
    let m = unsafe { &*data.cast::<Multi>() };
    let allowed = Ctx::current(|ctx| -> R<bool> {
        ctx.pending()?;
        let Some((of, from)) = m.find(ctx, parent)? else { return Ok(false) };
        let Some(f) = m.push.borrow().clone() else { return Ok(false) };
        let easy = Easy::new(curl);
        easy.copy_from(&from);
        let o = object(ctx, easy.clone())?;
        // SAFETY: live texts of libcurl's.
        let lines: Array = (0..count)
            .map(|i| unsafe { CStr::from_ptr(sys::curl_pushheader_bynum(headers, i)).to_bytes() })
            .collect();
        let r = f.call(ctx, &[(&of).into(), (&o).into(), lines.into()]);
        match r {
            Ok(v) if v.to_int() != i64::from(DENY) => {
                m.transfers.borrow_mut().push(o);
                Ok(true)
            }
            r => {
                easy.forget();
                r.map(|_| false)
            }
        }
    });
    if matches!(allowed, Some(Ok(true))) { 0 } else { DENY }
}

/// Sets an option.
#[php_function("curl_multi_setopt(CurlMultiHandle $multi_handle, int $option, mixed $value): bool")]
fn curl_multi_setopt(
    ctx: &mut Ctx,
    multi_handle: &This<CurlMultiHandle>,
    option: i64,
    value: &Value,
) -> R<bool> {
    const PUSH: i64 = id!(CURLMOPT_PUSHFUNCTION);
    /// `CURLMOPT_PUSHDATA`
    const PUSH_DATA: i64 = 10015;
    /// `CURLM_UNKNOWN_OPTION`
    const UNKNOWN: sys::CURLMcode = 6;
    const NUMBERS: [i64; 8] = [
        id!(CURLMOPT_PIPELINING),
        id!(CURLMOPT_MAXCONNECTS),
        id!(CURLMOPT_CHUNK_LENGTH_PENALTY_SIZE),
        id!(CURLMOPT_CONTENT_LENGTH_PENALTY_SIZE),
        id!(CURLMOPT_MAX_HOST_CONNECTIONS),
        id!(CURLMOPT_MAX_PIPELINE_LENGTH),
        id!(CURLMOPT_MAX_TOTAL_CONNECTIONS),
        id!(CURLMOPT_MAX_CONCURRENT_STREAMS),
    ];
    let m = of(ctx, multi_handle)?;
    if NUMBERS.contains(&option) {
        let n = value.to_int();
        if option == id!(CURLMOPT_PIPELINING) && n & 1 != 0 {
            ctx.warning("CURLPIPE_HTTP1 is no longer supported")?;
        }
        // SAFETY: a live handle; the option takes a number.
        let code = unsafe { sys::curl_multi_setopt(m.curl, option as sys::CURLMoption, n as c_long) };
        return Ok(m.took(code) == 0);
    }
    if option != PUSH {
        m.took(UNKNOWN);
        return Err(ctx.argument_value_error(2, "is not a valid cURL multi option"));
    }
    drop(m.push.take());
    let Some(c) = Callable::new(ctx, value)? else {
        let (_, _, why) = value.callable_info(ctx, false);
        ctx.pending()?;
        let why = why.as_str().map(|s| s.lossy().into_owned()).unwrap_or_default();
        let said = format!("must be a valid callback for option CURLMOPT_PUSHFUNCTION, {why}");
        return Err(ctx.argument_type_error(2, said));
    };
    *m.push.borrow_mut() = Some(Rc::new(c));
    // SAFETY: a live handle; the data outlive its use.
    let code = unsafe {
        let f = pushed as *const c_void;
        match sys::curl_multi_setopt(m.curl, PUSH as sys::CURLMoption, f) {
            0 => {
                sys::curl_multi_setopt(m.curl, PUSH_DATA as sys::CURLMoption, Rc::as_ptr(&m).cast::<c_void>())
            }
            code => code,
        }
    };
    Ok(m.took(code) == 0)
}
