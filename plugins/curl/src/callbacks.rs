//! What libcurl calls during a transfer. Each has the transfer as its data.

use crate::constants::id;
use crate::handle::{Callback, Easy};
use crate::output::Method;
use crate::sys;
use plugin_api::{Ctx, Str, Value};
use std::ffi::{CStr, c_char, c_double, c_int, c_void};

/// `CURLOPT_PROGRESSDATA`, `CURLOPT_XFERINFODATA`
pub const PROGRESS_DATA: i64 = 10057;
/// `CURLOPT_DEBUGDATA`
pub const DEBUG_DATA: i64 = 10095;
/// `CURLOPT_FNMATCH_DATA`
pub const MATCH_DATA: i64 = 10202;
/// `CURLOPT_PREREQDATA`
pub const BEFORE_DATA: i64 = 10313;
/// `CURLOPT_SSH_HOSTKEYDATA`
pub const HOST_KEY_DATA: i64 = 10317;

/// The transfer of a callback.
unsafe fn easy<'a>(data: *mut c_void) -> &'a Easy {
    // SAFETY: set together with the callback; the transfer outlives libcurl's handle.
    unsafe { &*data.cast::<Easy>() }
}

unsafe fn bytes<'a>(p: *const c_char, len: usize) -> &'a [u8] {
    // SAFETY: libcurl passes live bytes.
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(p.cast(), len) } }
}

/// Calls a callback with the transfer and more; `None` where there is none, or it threw.
fn call(ctx: &mut Ctx, e: &Easy, callback: &Callback, args: &[Value]) -> Option<Value> {
    let f = callback.borrow().clone()?;
    if ctx.pending().is_err() {
        return None;
    }
    let all: Vec<Value> = std::iter::once(e.object()).chain(args.iter().cloned()).collect();
    let before = e.calling.replace(true);
    let r = f.call(ctx, &all);
    e.calling.set(before);
    let r = r.ok()?;
    e.check_streams(ctx, true).ok()?;
    Some(r)
}

unsafe extern "C" fn write(p: *mut c_char, size: usize, n: usize, data: *mut c_void) -> usize {
    // SAFETY: libcurl's call.
    let (e, data) = unsafe { (easy(data), bytes(p, size * n)) };
    let done = Ctx::current(|ctx| match e.write.method.get() {
        Method::Standard => {
            // What was thrown shows when the transfer is over.
            let _ = ctx.write(data);
            data.len()
        }
        Method::File => e.write.to_stream(ctx, data),
        Method::Returned => {
            if !data.is_empty() {
                e.write.append(data);
            }
            data.len()
        }
        Method::User => {
            call(ctx, e, &e.write.callback, &[Value::str(data)]).map_or(data.len(), |r| r.to_int() as usize)
        }
        Method::Ignored => data.len(),
    });
    done.unwrap_or(data.len())
}

unsafe extern "C" fn header(p: *mut c_char, size: usize, n: usize, data: *mut c_void) -> usize {
    // SAFETY: libcurl's call.
    let (e, data) = unsafe { (easy(data), bytes(p, size * n)) };
    let done = Ctx::current(|ctx| match e.header.method.get() {
        Method::Standard if e.write.method.get() == Method::Returned && !data.is_empty() => {
            e.write.append(data);
            data.len()
        }
        Method::Standard => {
            // As above.
            let _ = ctx.write(data);
            data.len()
        }
        Method::File => e.header.to_stream(ctx, data),
        Method::User => {
            call(ctx, e, &e.header.callback, &[Value::str(data)]).map_or(data.len(), |r| r.to_int() as usize)
        }
        Method::Ignored | Method::Returned => data.len(),
    });
    done.unwrap_or(data.len())
}

unsafe extern "C" fn read(p: *mut c_char, size: usize, n: usize, data: *mut c_void) -> usize {
    // SAFETY: libcurl's call, with room for that many bytes.
    let (e, out) = unsafe { (easy(data), std::slice::from_raw_parts_mut(p.cast::<u8>(), size * n)) };
    let done = Ctx::current(|ctx| {
        if !e.read.user.get() {
            return e.read.read_stream(ctx, out);
        }
        let stream = e.read.stream.borrow().clone().unwrap_or(Value::NULL);
        let given = call(ctx, e, &e.read.callback, &[stream, Value::int(out.len() as i64)]);
        match given.as_ref().map(|v| (v.as_str(), v.as_int())) {
            Some((Some(s), _)) => {
                let n = s.len().min(out.len());
                out[..n].copy_from_slice(&s[..n]);
                n
            }
            Some((_, Some(n))) => n as c_int as usize,
            _ => 0,
        }
    });
    done.unwrap_or(0)
}

unsafe extern "C" fn progress(
    data: *mut c_void,
    down_all: c_double,
    down: c_double,
    up_all: c_double,
    up: c_double,
) -> c_int {
    // SAFETY: libcurl's call.
    let e = unsafe { easy(data) };
    let all = [down_all, down, up_all, up].map(|n| Value::int(Ctx::float_to_int(n)));
    let r = Ctx::current(|ctx| call(ctx, e, &e.progress, &all)).flatten();
    r.is_some_and(|r| r.to_int() != 0).into()
}

unsafe extern "C" fn transfer(data: *mut c_void, down_all: i64, down: i64, up_all: i64, up: i64) -> c_int {
    // SAFETY: libcurl's call.
    let e = unsafe { easy(data) };
    let all = [down_all, down, up_all, up].map(Value::int);
    let r = Ctx::current(|ctx| call(ctx, e, &e.transfer, &all)).flatten();
    r.is_some_and(|r| r.to_int() != 0).into()
}

unsafe extern "C" fn matches(data: *mut c_void, pattern: *const c_char, text: *const c_char) -> c_int {
    const FAILED: c_int = 2;
    // SAFETY: libcurl's call.
    let (e, all) = unsafe { (easy(data), [pattern, text].map(|p| Value::str(CStr::from_ptr(p).to_bytes()))) };
    Ctx::current(|ctx| call(ctx, e, &e.matcher, &all)).flatten().map_or(FAILED, |r| r.to_int() as c_int)
}

unsafe extern "C" fn debug(
    _: *mut sys::CURL,
    kind: c_int,
    p: *mut c_char,
    len: usize,
    data: *mut c_void,
) -> c_int {
    const HEADER_OUT: c_int = 2;
    // SAFETY: libcurl's call.
    let (e, data) = unsafe { (easy(data), bytes(p, len)) };
    if kind == HEADER_OUT {
        *e.request.borrow_mut() = Some(data.to_vec());
    }
    Ctx::current(|ctx| call(ctx, e, &e.debug, &[Value::int(kind.into()), Str::new(data).into()]));
    0
}

unsafe extern "C" fn before(
    data: *mut c_void,
    there: *mut c_char,
    here: *mut c_char,
    there_port: c_int,
    here_port: c_int,
) -> c_int {
    const WRONG: &str =
        "The CURLOPT_PREREQFUNCTION callback must return either CURL_PREREQFUNC_OK or CURL_PREREQFUNC_ABORT";
    // SAFETY: libcurl's call.
    let (e, ips) = unsafe { (easy(data), [there, here].map(|p| Value::str(CStr::from_ptr(p).to_bytes()))) };
    let [there, here] = ips;
    let all = [there, here, Value::int(there_port.into()), Value::int(here_port.into())];
    let r = Ctx::current(|ctx| {
        let r = call(ctx, e, &e.before, &all)?;
        match r.as_int() {
            Some(n @ 0..=1) => Some(n as c_int),
            // What is thrown shows when the transfer is over.
            Some(_) => {
                let _thrown = ctx.value_error(WRONG);
                None
            }
            None => {
                let _thrown = ctx.type_error(WRONG);
                None
            }
        }
    });
    r.flatten().unwrap_or(0)
}

unsafe extern "C" fn host_key(data: *mut c_void, kind: c_int, key: *const c_char, len: usize) -> c_int {
    const MISMATCH: c_int = 1;
    // SAFETY: libcurl's call.
    let (e, key) = unsafe { (easy(data), Value::str(bytes(key, len))) };
    let all = [Value::int(kind.into()), key, Value::int(len as i64)];
    let r = Ctx::current(|ctx| {
        let r = call(ctx, e, &e.host_key, &all)?;
        match r.as_int() {
            Some(n @ 0..=1) => Some(n as c_int),
            _ => {
                let _thrown = ctx.error(
                    "The CURLOPT_SSH_HOSTKEYFUNCTION callback must return either CURLKHMATCH_OK or CURLKHMATCH_MISMATCH",
                );
                None
            }
        }
    });
    r.flatten().unwrap_or(MISMATCH)
}

/// Has a transfer read and write through here.
pub fn install(e: &Easy) {
    e.set_pointer(id!(CURLOPT_WRITEFUNCTION), write as *const c_void);
    e.set_pointer(id!(CURLOPT_READFUNCTION), read as *const c_void);
    e.set_pointer(id!(CURLOPT_HEADERFUNCTION), header as *const c_void);
}

/// The callback that a transfer keeps for an option, what libcurl calls for it, and the option of its data.
pub fn of_option(e: &Easy, option: i64) -> Option<(&Callback, *const c_void, i64, &'static str)> {
    const PROGRESS: i64 = id!(CURLOPT_PROGRESSFUNCTION);
    const TRANSFER: i64 = id!(CURLOPT_XFERINFOFUNCTION);
    const MATCHER: i64 = id!(CURLOPT_FNMATCH_FUNCTION);
    const DEBUG: i64 = id!(CURLOPT_DEBUGFUNCTION);
    const BEFORE: i64 = id!(CURLOPT_PREREQFUNCTION);
    const HOST_KEY: i64 = id!(CURLOPT_SSH_HOSTKEYFUNCTION);
    Some(match option {
        PROGRESS => (&e.progress, progress as *const c_void, PROGRESS_DATA, "CURLOPT_PROGRESSFUNCTION"),
        TRANSFER => (&e.transfer, transfer as *const c_void, PROGRESS_DATA, "CURLOPT_XFERINFOFUNCTION"),
        MATCHER => (&e.matcher, matches as *const c_void, MATCH_DATA, "CURLOPT_FNMATCH_FUNCTION"),
        DEBUG => (&e.debug, debug as *const c_void, DEBUG_DATA, "CURLOPT_DEBUGFUNCTION"),
        BEFORE => (&e.before, before as *const c_void, BEFORE_DATA, "CURLOPT_PREREQFUNCTION"),
        HOST_KEY => (&e.host_key, host_key as *const c_void, HOST_KEY_DATA, "CURLOPT_SSH_HOSTKEYFUNCTION"),
        _ => return None,
    })
}

/// Has the request's head kept, or not.
pub fn keep_request(e: &Easy, on: bool) {
    if on {
        e.set_pointer(id!(CURLOPT_DEBUGFUNCTION), debug as *const c_void);
        e.set_pointer(DEBUG_DATA, e.me());
    } else {
        e.set_pointer::<c_void>(id!(CURLOPT_DEBUGFUNCTION), std::ptr::null());
        e.set_pointer::<c_void>(DEBUG_DATA, std::ptr::null());
    }
    e.set_long(id!(CURLOPT_VERBOSE), on.into());
}
