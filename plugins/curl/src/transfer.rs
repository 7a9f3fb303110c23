//! Functions of one transfer.

use crate::handle::{CurlHandle, Easy, copied, object, of};
use crate::options::set_url;
use crate::output::Method;
use crate::sys;
use plugin_api::{Ctx, Object, OrFalse, R, Stream, This, Value, php_function, process};
use std::ffi::{CStr, c_int};
use std::rc::Rc;

/// Makes a transfer.
#[php_function("curl_init(?string $url = null): CurlHandle|false")]
fn curl_init(ctx: &mut Ctx, url: Option<&[u8]>) -> R<OrFalse<Object>> {
    // SAFETY: a fresh handle.
    let curl = unsafe { sys::curl_easy_init() };
    if curl.is_null() {
        ctx.warning("Could not initialize a new cURL handle")?;
        return Ok(OrFalse::FALSE);
    }
    let easy = Easy::new(curl);
    let o = object(ctx, easy.clone())?;
    easy.set_defaults(ctx);
    if let Some(url) = url
        && !set_url(ctx, &easy, url)?
    {
        return Ok(OrFalse::FALSE);
    }
    Ok(OrFalse(Some(o)))
}

/// Copies a transfer with its options.
#[php_function("curl_copy_handle(CurlHandle $handle): CurlHandle|false")]
fn curl_copy_handle(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<OrFalse<Object>> {
    let from = of(ctx, handle)?;
    let Some((easy, made)) = copied(ctx, &from)? else {
        ctx.warning("Cannot duplicate cURL handle")?;
        return Ok(OrFalse::FALSE);
    };
    if !made {
        ctx.warning("Cannot rebuild mime structure")?;
        return Ok(OrFalse::FALSE);
    }
    Ok(OrFalse(Some(object(ctx, easy)?)))
}

/// What a transfer that is over gives.
fn outcome(ctx: &mut Ctx, e: &Rc<Easy>) -> Value {
    let errors = e.errors.borrow().as_ref().and_then(Stream::of);
    if let Some(s) = errors {
        // A failure shows where the stream is used.
        let _ = s.flush(ctx);
    }
    if e.write.method.get() == Method::Returned {
        return Value::str(e.write.text.borrow().as_deref().unwrap_or_default());
    }
    e.write.flush(ctx);
    e.header.flush(ctx);
    Value::bool(true)
}

/// Runs a transfer.
#[php_function("curl_exec(CurlHandle $handle): string|bool")]
fn curl_exec(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<Value> {
    let e = of(ctx, handle)?;
    e.check_streams(ctx, true)?;
    e.clear();
    process::release_output(ctx)?;
    // SAFETY: a live handle; its callbacks find the transfer, which is held.
    let code = unsafe { sys::curl_easy_perform(e.curl()) };
    ctx.pending()?;
    if !e.took(code) {
        e.write.forget();
        return Ok(Value::bool(false));
    }
    Ok(outcome(ctx, &e))
}

/// The last error's words.
#[php_function("curl_error(CurlHandle $handle): string")]
fn curl_error(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<Vec<u8>> {
    let e = of(ctx, handle)?;
    if e.error() == 0 {
        return Ok(Vec::new());
    }
    let text = e.error_text();
    Ok(if text.is_empty() { words(e.error()).unwrap_or_default() } else { text })
}

/// The last error.
#[php_function("curl_errno(CurlHandle $handle): int")]
fn curl_errno(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<i64> {
    Ok(of(ctx, handle)?.error())
}

fn words(code: i64) -> Option<Vec<u8>> {
    // SAFETY: a static text.
    unsafe {
        let p = sys::curl_easy_strerror(code as c_int as sys::CURLcode);
        (!p.is_null()).then(|| CStr::from_ptr(p).to_bytes().to_vec())
    }
}

/// An error's words.
#[php_function("curl_strerror(int $error_code): ?string")]
fn curl_strerror(error_code: i64) -> Option<Vec<u8>> {
    words(error_code)
}

/// Does nothing: handles are freed with their objects.
#[php_function("curl_close(CurlHandle $handle): void")]
fn curl_close(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<()> {
    if of(ctx, handle)?.calling.get() {
        let f = ctx.function_name();
        return Err(ctx.error(format!("{f}(): Attempt to close cURL handle from a callback")));
    }
    Ok(())
}

/// Takes all options back.
#[php_function("curl_reset(CurlHandle $handle): void")]
fn curl_reset(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<()> {
    let e = of(ctx, handle)?;
    if e.calling.get() {
        let f = ctx.function_name();
        return Err(ctx.error(format!("{f}(): Attempt to reset cURL handle from a callback")));
    }
    // SAFETY: a live handle that runs nothing.
    unsafe { sys::curl_easy_reset(e.curl()) };
    e.reset();
    e.set_defaults(ctx);
    Ok(())
}

/// Encodes for a URL.
#[php_function("curl_escape(CurlHandle $handle, string $string): string|false")]
fn curl_escape(ctx: &mut Ctx, handle: &This<CurlHandle>, string: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let e = of(ctx, handle)?;
    let Ok(len) = c_int::try_from(string.len()) else { return Ok(OrFalse::FALSE) };
    // Of length 0 it would look for an end.
    if len == 0 {
        return Ok(OrFalse(Some(Vec::new())));
    }
    // SAFETY: a live handle and bytes; the text is ours and freed.
    unsafe {
        let p = sys::curl_easy_escape(e.curl(), string.as_ptr().cast(), len);
        let out = (!p.is_null()).then(|| CStr::from_ptr(p).to_bytes().to_vec());
        sys::curl_free(p.cast());
        Ok(out.into())
    }
}

/// Decodes what was encoded for a URL.
#[php_function("curl_unescape(CurlHandle $handle, string $string): string|false")]
fn curl_unescape(ctx: &mut Ctx, handle: &This<CurlHandle>, string: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let e = of(ctx, handle)?;
    let Ok(len) = c_int::try_from(string.len()) else { return Ok(OrFalse::FALSE) };
    if len == 0 {
        return Ok(OrFalse(Some(Vec::new())));
    }
    let mut n = 0;
    // SAFETY: a live handle, bytes and result slot; the text is ours and freed.
    unsafe {
        let p = sys::curl_easy_unescape(e.curl(), string.as_ptr().cast(), len, &mut n);
        let out =
            (!p.is_null()).then(|| std::slice::from_raw_parts(p.cast::<u8>(), n.max(0) as usize).to_vec());
        sys::curl_free(p.cast());
        Ok(out.into())
    }
}

/// Holds a transfer, or lets it go on.
#[php_function("curl_pause(CurlHandle $handle, int $flags): int")]
fn curl_pause(ctx: &mut Ctx, handle: &This<CurlHandle>, flags: i64) -> R<i64> {
    let e = of(ctx, handle)?;
    // SAFETY: a live handle; its callbacks find the transfer, which is held.
    let code = unsafe { sys::curl_easy_pause(e.curl(), flags as c_int) };
    ctx.pending()?;
    Ok(code.into())
}

/// Does what keeps connections alive.
#[php_function("curl_upkeep(CurlHandle $handle): bool")]
fn curl_upkeep(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<bool> {
    let e = of(ctx, handle)?;
    // SAFETY: a live handle.
    let code = unsafe { sys::curl_easy_upkeep(e.curl()) };
    Ok(e.took(code))
}

/// What came so far, where it is to be given back.
#[php_function("curl_multi_getcontent(CurlHandle $handle): ?string")]
fn curl_multi_getcontent(ctx: &mut Ctx, handle: &This<CurlHandle>) -> R<Option<Vec<u8>>> {
    let e = of(ctx, handle)?;
    let text = e.write.text.borrow().clone();
    Ok((e.write.method.get() == Method::Returned).then(|| text.unwrap_or_default()))
}
