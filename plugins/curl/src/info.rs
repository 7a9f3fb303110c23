//! `curl_getinfo()` and `curl_version()`.

use crate::constants::id;
use crate::handle::{CurlHandle, Easy, of};
use crate::sys;
use plugin_api::{Array, Ctx, Info, OrFalse, R, This, Value, php_function};
use std::ffi::{CStr, c_char, c_double, c_long, c_uint};
use std::ptr::null_mut;

fn text(p: *const c_char) -> Vec<u8> {
    // SAFETY: a live text of libcurl's, or null.
    if p.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(p) }.to_bytes().to_vec() }
}

/// Asks for something; `None` when libcurl does not have it.
fn ask<T>(e: &Easy, what: i64, none: T) -> Option<T> {
    let mut out = none;
    // SAFETY: a live handle; `T` is what that question is answered by.
    let code = unsafe { sys::curl_easy_getinfo(e.curl(), what as sys::CURLINFO, &raw mut out) };
    (code == sys::CURLE_OK).then_some(out)
}

fn ask_text(e: &Easy, what: i64) -> Option<Option<Vec<u8>>> {
    ask::<*const c_char>(e, what, std::ptr::null()).map(|p| (!p.is_null()).then(|| text(p)))
}

/// The texts of a list.
fn list(mut p: *const sys::curl_slist) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    // SAFETY: a live list, or null.
    while let Some(l) = unsafe { p.as_ref() } {
        out.push(text(l.data));
        p = l.next;
    }
    out
}

/// What libcurl tells of the other end's certificates; `None`: nothing.
fn certificates(ctx: &mut Ctx, e: &Easy) -> R<Option<Array>> {
    /// Bytes of a line that are looked through for the end of its name.
    const NAME: usize = 63;
    let Some(info) = ask::<*const sys::CertInfo>(e, id!(CURLINFO_CERTINFO), std::ptr::null()) else {
        return Ok(None);
    };
    let mut out = Array::new();
    // SAFETY: live lists of libcurl's.
    let lists: Vec<Vec<Vec<u8>>> = match unsafe { info.as_ref() } {
        Some(i) => (0..i.count.max(0) as usize).map(|n| list(unsafe { *i.lists.add(n) })).collect(),
        None => Vec::new(),
    };
    for lines in lists {
        let mut one = Array::new();
        for line in lines {
            match line.iter().take(NAME).position(|c| *c == b':') {
                Some(i) => one.set(String::from_utf8_lossy(&line[..i]).as_ref(), &line[i + 1..]),
                None => ctx.warning("Could not extract hash key from certificate info")?,
            }
        }
        out.push(one);
    }
    Ok(Some(out))
}

/// How an answer is given.
#[derive(Clone, Copy)]
enum As {
    Text,
    TextOrNull,
    Int,
    Float,
    Certificates,
    Request,
}

/// All that is told at once, in PHP's order.
const OVERVIEW: &[(&str, i64, As)] = &[
    ("url", id!(CURLINFO_EFFECTIVE_URL), As::Text),
    ("content_type", id!(CURLINFO_CONTENT_TYPE), As::TextOrNull),
    ("http_code", id!(CURLINFO_HTTP_CODE), As::Int),
    ("header_size", id!(CURLINFO_HEADER_SIZE), As::Int),
    ("request_size", id!(CURLINFO_REQUEST_SIZE), As::Int),
    ("filetime", id!(CURLINFO_FILETIME), As::Int),
    ("ssl_verify_result", id!(CURLINFO_SSL_VERIFYRESULT), As::Int),
    ("redirect_count", id!(CURLINFO_REDIRECT_COUNT), As::Int),
    ("total_time", id!(CURLINFO_TOTAL_TIME), As::Float),
    ("namelookup_time", id!(CURLINFO_NAMELOOKUP_TIME), As::Float),
    ("connect_time", id!(CURLINFO_CONNECT_TIME), As::Float),
    ("pretransfer_time", id!(CURLINFO_PRETRANSFER_TIME), As::Float),
    ("size_upload", id!(CURLINFO_SIZE_UPLOAD), As::Float),
    ("size_download", id!(CURLINFO_SIZE_DOWNLOAD), As::Float),
    ("speed_download", id!(CURLINFO_SPEED_DOWNLOAD), As::Float),
    ("speed_upload", id!(CURLINFO_SPEED_UPLOAD), As::Float),
    ("download_content_length", id!(CURLINFO_CONTENT_LENGTH_DOWNLOAD), As::Float),
    ("upload_content_length", id!(CURLINFO_CONTENT_LENGTH_UPLOAD), As::Float),
    ("starttransfer_time", id!(CURLINFO_STARTTRANSFER_TIME), As::Float),
    ("redirect_time", id!(CURLINFO_REDIRECT_TIME), As::Float),
    ("redirect_url", id!(CURLINFO_REDIRECT_URL), As::Text),
    ("primary_ip", id!(CURLINFO_PRIMARY_IP), As::Text),
    ("certinfo", id!(CURLINFO_CERTINFO), As::Certificates),
    ("primary_port", id!(CURLINFO_PRIMARY_PORT), As::Int),
    ("local_ip", id!(CURLINFO_LOCAL_IP), As::Text),
    ("local_port", id!(CURLINFO_LOCAL_PORT), As::Int),
    ("http_version", id!(CURLINFO_HTTP_VERSION), As::Int),
    ("protocol", id!(CURLINFO_PROTOCOL), As::Int),
    ("ssl_verifyresult", id!(CURLINFO_PROXY_SSL_VERIFYRESULT), As::Int),
    ("scheme", id!(CURLINFO_SCHEME), As::Text),
    ("appconnect_time_us", id!(CURLINFO_APPCONNECT_TIME_T), As::Int),
    ("connect_time_us", id!(CURLINFO_CONNECT_TIME_T), As::Int),
    ("namelookup_time_us", id!(CURLINFO_NAMELOOKUP_TIME_T), As::Int),
    ("pretransfer_time_us", id!(CURLINFO_PRETRANSFER_TIME_T), As::Int),
    ("redirect_time_us", id!(CURLINFO_REDIRECT_TIME_T), As::Int),
    ("starttransfer_time_us", id!(CURLINFO_STARTTRANSFER_TIME_T), As::Int),
    ("total_time_us", id!(CURLINFO_TOTAL_TIME_T), As::Int),
    ("request_header", 0, As::Request),
    ("effective_method", id!(CURLINFO_EFFECTIVE_METHOD), As::Text),
    ("capath", id!(CURLINFO_CAPATH), As::Text),
    ("cainfo", id!(CURLINFO_CAINFO), As::Text),
];

fn overview(ctx: &mut Ctx, e: &Easy) -> R<Array> {
    let mut out = Array::new();
    for &(name, what, how) in OVERVIEW {
        let v: Option<Value> = match how {
            As::Text => ask_text(e, what).map(|t| t.unwrap_or_default().into()),
            As::TextOrNull => ask_text(e, what).map(Into::into),
            As::Int => ask::<c_long>(e, what, 0).map(Value::int),
            As::Float => ask::<c_double>(e, what, 0.0).map(Value::float),
            As::Certificates => certificates(ctx, e)?.map(Into::into),
            As::Request => e.request.borrow().clone().map(Into::into),
        };
        if let Some(v) = v {
            out.set(name, v);
        }
    }
    Ok(out)
}

/// What is known of a transfer.
#[php_function("curl_getinfo(CurlHandle $handle, ?int $option = null): mixed")]
fn curl_getinfo(ctx: &mut Ctx, handle: &This<CurlHandle>, option: Option<i64>) -> R<OrFalse<Value>> {
    const HEADER_OUT: i64 = id!(CURLINFO_HEADER_OUT);
    const CERTIFICATES: i64 = id!(CURLINFO_CERTINFO);
    const PRIVATE: i64 = id!(CURLINFO_PRIVATE);
    let e = of(ctx, handle)?;
    let Some(option) = option else { return Ok(OrFalse(Some(overview(ctx, &e)?.into()))) };
    let found: Option<Value> = match option {
        HEADER_OUT => e.request.borrow().clone().map(Into::into),
        CERTIFICATES => certificates(ctx, &e)?.map(Into::into),
        PRIVATE => e.private.borrow().clone(),
        // The type of an answer is in the question.
        _ => match option & 0xf0_0000 {
            0x10_0000 => ask_text(&e, option).flatten().map(Into::into),
            0x20_0000 => ask::<c_long>(&e, option, 0).map(Value::int),
            0x30_0000 => ask::<c_double>(&e, option, 0.0).map(Value::float),
            0x40_0000 => ask::<*mut sys::curl_slist>(&e, option, null_mut()).map(|l| {
                let all = list(l);
                // SAFETY: the list is given to us.
                unsafe { sys::curl_slist_free_all(l) };
                all.into_iter().collect::<Array>().into()
            }),
            0x60_0000 => ask::<i64>(&e, option, 0).map(Value::int),
            _ => None,
        },
    };
    Ok(found.into())
}

/// Features by the bits of `CURL_VERSION_*`, in PHP's order.
const FEATURES: [(&str, u32); 29] = [
    ("AsynchDNS", 7),
    ("CharConv", 12),
    ("Debug", 6),
    ("GSS-Negotiate", 5),
    ("IDN", 10),
    ("IPv6", 0),
    ("krb4", 1),
    ("Largefile", 9),
    ("libz", 3),
    ("NTLM", 4),
    ("NTLMWB", 15),
    ("SPNEGO", 8),
    ("SSL", 2),
    ("SSPI", 11),
    ("TLS-SRP", 14),
    ("HTTP2", 16),
    ("GSSAPI", 17),
    ("KERBEROS5", 18),
    ("UNIX_SOCKETS", 19),
    ("PSL", 20),
    ("HTTPS_PROXY", 21),
    ("MULTI_SSL", 22),
    ("BROTLI", 23),
    ("ALTSVC", 24),
    ("HTTP3", 25),
    ("UNICODE", 27),
    ("ZSTD", 26),
    ("HSTS", 28),
    ("GSASL", 29),
];

/// What libcurl tells of itself.
fn version_info() -> Option<&'static sys::VersionInfo> {
    /// `CURLVERSION_NOW` of the header that the structure is of.
    const NOW: c_uint = 10;
    // SAFETY: a static structure that begins like ours; its age says how far it goes.
    unsafe { sys::curl_version_info(NOW as sys::CURLversion).cast::<sys::VersionInfo>().as_ref() }
}

/// The protocols that libcurl speaks.
fn protocols(i: &sys::VersionInfo) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut p = i.protocols;
    // SAFETY: static texts, ended by null.
    unsafe {
        while !p.is_null() && !(*p).is_null() {
            out.push(text(*p));
            p = p.add(1);
        }
    }
    out
}

/// What libcurl is and can do.
#[php_function("curl_version(): array|false")]
fn curl_version() -> OrFalse<Array> {
    let Some(i) = version_info() else { return OrFalse::FALSE };
    let mut out = Array::new();
    out.set("version_number", i64::from(i.version_num));
    out.set("age", i64::from(i.age));
    out.set("features", i64::from(i.features));
    let mut features = Array::new();
    for (name, bit) in FEATURES {
        features.set(name, i.features >> bit & 1 != 0);
    }
    out.set("feature_list", features);
    out.set("ssl_version_number", Value::int(i.ssl_version_num));
    out.set("version", text(i.version));
    out.set("host", text(i.host));
    out.set("ssl_version", text(i.ssl_version));
    out.set("libz_version", text(i.libz_version));
    out.set("protocols", protocols(i).into_iter().collect::<Array>());
    if i.age >= 1 {
        out.set("ares", text(i.ares));
        out.set("ares_num", i64::from(i.ares_num));
    }
    if i.age >= 2 {
        out.set("libidn", text(i.libidn));
    }
    if i.age >= 3 {
        out.set("iconv_ver_num", i64::from(i.iconv_ver_num));
        out.set("libssh_version", text(i.libssh_version));
    }
    if i.age >= 4 {
        out.set("brotli_ver_num", i64::from(i.brotli_ver_num));
        out.set("brotli_version", text(i.brotli_version));
    }
    OrFalse(Some(out))
}

/// What `phpinfo()` shows.
pub fn show(t: &mut Info) {
    let Some(i) = version_info() else { return };
    let shown = |p: *const c_char| String::from_utf8_lossy(&text(p)).into_owned();
    t.row("cURL support", "enabled");
    t.row("cURL Information", &shown(i.version));
    t.row("Age", &i.age.to_string());
    t.header(&["Features"]);
    for (name, bit) in FEATURES {
        t.row(name, if i.features >> bit & 1 != 0 { "Yes" } else { "No" });
    }
    let all: Vec<String> = protocols(i).iter().map(|p| String::from_utf8_lossy(p).into_owned()).collect();
    t.row("Protocols", &all.join(", "));
    t.row("Host", &shown(i.host));
    for (name, p) in [("SSL Version", i.ssl_version), ("ZLib Version", i.libz_version)] {
        if !p.is_null() {
            t.row(name, &shown(p));
        }
    }
    if i.age >= 1 && !i.ares.is_null() {
        t.row("ZLib Version", &shown(i.ares));
    }
    if i.age >= 2 && !i.libidn.is_null() {
        t.row("libIDN Version", &shown(i.libidn));
    }
    if i.age >= 3 && !i.libssh_version.is_null() {
        t.row("libSSH Version", &shown(i.libssh_version));
    }
    t.ini();
}
