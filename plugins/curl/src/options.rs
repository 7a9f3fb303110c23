//! `curl_setopt()`.

use crate::callbacks;
use crate::constants::{ALL, id};
use crate::handle::{CurlHandle, Easy, of};
use crate::output::{CFile, Method, standard_error};
use crate::post;
use crate::share::CurlShareHandle;
use crate::sys;
use plugin_api::{Array, Callable, Ctx, Key, Kind, R, Str, Stream, This, Value, php_function};
use std::ffi::{CString, c_long, c_void};
use std::rc::Rc;

/// Options that are lists of texts.
const LISTS: [(i64, &str); 10] = [
    (id!(CURLOPT_HTTPHEADER), "CURLOPT_HTTPHEADER"),
    (id!(CURLOPT_QUOTE), "CURLOPT_QUOTE"),
    (id!(CURLOPT_HTTP200ALIASES), "CURLOPT_HTTP200ALIASES"),
    (id!(CURLOPT_POSTQUOTE), "CURLOPT_POSTQUOTE"),
    (id!(CURLOPT_PREQUOTE), "CURLOPT_PREQUOTE"),
    (id!(CURLOPT_TELNETOPTIONS), "CURLOPT_TELNETOPTIONS"),
    (id!(CURLOPT_MAIL_RCPT), "CURLOPT_MAIL_RCPT"),
    (id!(CURLOPT_RESOLVE), "CURLOPT_RESOLVE"),
    (id!(CURLOPT_PROXYHEADER), "CURLOPT_PROXYHEADER"),
    (id!(CURLOPT_CONNECT_TO), "CURLOPT_CONNECT_TO"),
];

/// Texts of which null takes the option back.
const NULLABLE: [i64; 17] = [
    id!(CURLOPT_CUSTOMREQUEST),
    id!(CURLOPT_FTPPORT),
    id!(CURLOPT_RANGE),
    id!(CURLOPT_FTP_ACCOUNT),
    id!(CURLOPT_RTSP_SESSION_ID),
    id!(CURLOPT_ACCEPT_ENCODING),
    id!(CURLOPT_DNS_INTERFACE),
    id!(CURLOPT_DNS_LOCAL_IP4),
    id!(CURLOPT_DNS_LOCAL_IP6),
    id!(CURLOPT_XOAUTH2_BEARER),
    id!(CURLOPT_UNIX_SOCKET_PATH),
    id!(CURLOPT_DOH_URL),
    id!(CURLOPT_HSTS),
    id!(CURLOPT_KRBLEVEL),
    id!(CURLOPT_USERPWD),
    id!(CURLOPT_USERNAME),
    id!(CURLOPT_PASSWORD),
];

/// Texts that are files' names.
const FILES: [i64; 10] = [
    id!(CURLOPT_COOKIEFILE),
    id!(CURLOPT_COOKIEJAR),
    id!(CURLOPT_RANDOM_FILE),
    id!(CURLOPT_SSLCERT),
    id!(CURLOPT_NETRC_FILE),
    id!(CURLOPT_SSH_PRIVATE_KEYFILE),
    id!(CURLOPT_SSH_PUBLIC_KEYFILE),
    id!(CURLOPT_CRLFILE),
    id!(CURLOPT_ISSUERCERT),
    id!(CURLOPT_SSH_KNOWNHOSTS),
];

/// `CURLPROTO_FILE`
const PROTOCOL_FILE: i64 = id!(CURLPROTO_FILE);

/// Whether PHP knows an option of that number.
fn is_known(option: i64) -> bool {
    ALL.iter().any(|(name, n)| *n == option && name.starts_with("CURLOPT_"))
}

fn is_restricted(ctx: &mut Ctx) -> bool {
    ctx.ini("open_basedir").is_some_and(|v| !v.is_empty())
}

/// Sets an option that is a text.
fn set_text(ctx: &mut Ctx, e: &Easy, option: i64, text: &[u8]) -> R<bool> {
    match CString::new(text) {
        Ok(t) => Ok(e.took(e.set_pointer(option, t.as_ptr()))),
        Err(_) => {
            let f = ctx.function_name();
            Err(ctx.value_error(format!("{f}(): cURL option must not contain any null bytes")))
        }
    }
}

/// Sets the URL.
pub fn set_url(ctx: &mut Ctx, e: &Easy, url: &[u8]) -> R<bool> {
    if is_restricted(ctx) {
        e.set_long(id!(CURLOPT_PROTOCOLS), id!(CURLPROTO_ALL) & !PROTOCOL_FILE);
    }
    set_text(ctx, e, id!(CURLOPT_URL), url)
}

/// The callback that a value is; null is none. An error tells `option`, which is in an array perhaps.
fn callback(ctx: &mut Ctx, v: &Value, option: &str, in_array: bool) -> R<Option<Rc<Callable>>> {
    if v.is_null() {
        return Ok(None);
    }
    if let Some(c) = Callable::new(ctx, v)? {
        return Ok(Some(Rc::new(c)));
    }
    let (_, _, why) = v.callable_info(ctx, false);
    ctx.pending()?;
    let why = why.as_str().map(|s| s.lossy().into_owned()).unwrap_or_default();
    let n = if in_array { 2 } else { 3 };
    Err(ctx.argument_type_error(n, format!("must be a valid callback for option {option}, {why}")))
}

/// Callbacks that take the place of streams.
fn set_place(ctx: &mut Ctx, e: &Easy, option: i64, v: &Value, in_array: bool) -> R<Option<bool>> {
    const WRITE: i64 = id!(CURLOPT_WRITEFUNCTION);
    const HEADER: i64 = id!(CURLOPT_HEADERFUNCTION);
    const READ: i64 = id!(CURLOPT_READFUNCTION);
    let (name, output, method) = match option {
        WRITE => ("CURLOPT_WRITEFUNCTION", &e.write, Method::Standard),
        HEADER => ("CURLOPT_HEADERFUNCTION", &e.header, Method::Ignored),
        READ => {
            drop(e.read.callback.take());
            e.read.user.set(false);
            let c = callback(ctx, v, "CURLOPT_READFUNCTION", in_array)?;
            e.read.user.set(c.is_some());
            *e.read.callback.borrow_mut() = c;
            return Ok(Some(true));
        }
        _ => return Ok(None),
    };
    drop(output.callback.take());
    output.method.set(method);
    let c = callback(ctx, v, name, in_array)?;
    if c.is_some() {
        output.method.set(Method::User);
    }
    *output.callback.borrow_mut() = c;
    Ok(Some(true))
}

/// The stream of an option, or `None` for null.
fn stream_of(ctx: &mut Ctx, v: &Value) -> R<Option<Value>> {
    if v.is_null() {
        return Ok(None);
    }
    if Stream::of(v).is_some() {
        return Ok(Some(v.dereferenced()));
    }
    let f = ctx.function_name();
    Err(match v.kind() {
        Kind::Resource(_) => {
            ctx.type_error(format!("{f}(): supplied resource is not a valid File-Handle resource"))
        }
        _ => ctx.type_error(format!("{f}(): supplied argument is not a valid File-Handle resource")),
    })
}

fn is_writable(ctx: &mut Ctx, v: &Value) -> R<bool> {
    let meta = ctx.call_function("stream_get_meta_data", std::slice::from_ref(v))?;
    let mode = meta
        .as_array()
        .and_then(|a| a.get("mode"))
        .and_then(|m| m.as_str().cloned())
        .unwrap_or_else(Str::empty);
    Ok(mode.first() != Some(&b'r') || mode.get(1) == Some(&b'+'))
}

/// Options that are streams.
fn set_stream(ctx: &mut Ctx, e: &Easy, option: i64, v: &Value) -> R<Option<bool>> {
    const FILE: i64 = id!(CURLOPT_FILE);
    const HEADER: i64 = id!(CURLOPT_WRITEHEADER);
    const INPUT: i64 = id!(CURLOPT_INFILE);
    const ERRORS: i64 = id!(CURLOPT_STDERR);
    if ![FILE, HEADER, INPUT, ERRORS].contains(&option) {
        return Ok(None);
    }
    let stream = stream_of(ctx, v)?;
    if let Some(s) = stream.as_ref().filter(|_| option != INPUT)
        && !is_writable(ctx, s)?
    {
        let f = ctx.function_name();
        return Err(ctx.value_error(format!("{f}(): The provided file handle must be writable")));
    }
    match option {
        FILE => e.write.set_stream(stream, Method::Standard),
        HEADER => e.header.set_stream(stream, Method::Ignored),
        INPUT => drop(e.read.stream.replace(stream)),
        _ => {
            let file = stream.clone().and_then(CFile::new).map(Rc::new);
            let code = e.set_pointer(ERRORS, file.as_ref().map_or_else(standard_error, |f| f.file()));
            drop(e.errors.replace(stream));
            drop(e.errors_file.replace(file));
            return Ok(Some(e.took(code)));
        }
    }
    Ok(Some(e.took(sys::CURLE_OK)))
}

/// Sets an option that is a list.
fn set_list(ctx: &mut Ctx, e: &Easy, option: i64, name: &str, v: &Value) -> R<bool> {
    let Some(items) = v.as_array().cloned() else {
        let f = ctx.function_name();
        return Err(ctx.type_error(format!("{f}(): The {name} option must have an array value")));
    };
    let mut list: *mut sys::curl_slist = std::ptr::null_mut();
    for item in items.values() {
        let text = match item.to_str(ctx) {
            Ok(t) => t,
            Err(thrown) => {
                // SAFETY: ours.
                unsafe { sys::curl_slist_free_all(list) };
                return Err(thrown);
            }
        };
        let end = text.iter().position(|c| *c == 0).unwrap_or(text.len());
        let text = CString::new(&text[..end]).unwrap_or_default();
        // SAFETY: a live list and text, which is copied.
        let more = unsafe { sys::curl_slist_append(list, text.as_ptr()) };
        if more.is_null() {
            // SAFETY: ours.
            unsafe { sys::curl_slist_free_all(list) };
            ctx.warning("Could not build curl_slist")?;
            return Ok(false);
        }
        list = more;
    }
    let code = e.set_pointer(option, list);
    if !list.is_null() {
        let alone = e.is_alone();
        e.kept().list(option, list, alone);
    }
    Ok(e.took(code))
}

/// Sets an option that is a number.
fn set_number(ctx: &mut Ctx, e: &Easy, option: i64, v: &Value) -> R<bool> {
    const VERIFY_HOST: i64 = id!(CURLOPT_SSL_VERIFYHOST);
    const FOLLOW: i64 = id!(CURLOPT_FOLLOWLOCATION);
    const POST_REDIRECT: i64 = id!(CURLOPT_POSTREDIR);
    const NAMES_CACHE: i64 = id!(CURLOPT_DNS_USE_GLOBAL_CACHE);
    let n = match option {
        NAMES_CACHE => return Ok(e.took(sys::CURLE_OK)),
        FOLLOW => v.to_bool().into(),
        POST_REDIRECT => v.to_int() & id!(CURL_REDIR_POST_ALL),
        _ => v.to_int(),
    };
    if option == VERIFY_HOST && n == 1 {
        ctx.notice("CURLOPT_SSL_VERIFYHOST no longer accepts the value 1, value 2 will be used instead")?;
        return Ok(e.took(e.set_long(option, 2)));
    }
    let protocols = option == id!(CURLOPT_PROTOCOLS) || option == id!(CURLOPT_REDIR_PROTOCOLS);
    if protocols && n & PROTOCOL_FILE != 0 && is_restricted(ctx) {
        ctx.warning("CURLPROTO_FILE cannot be activated when an open_basedir is set")?;
        return Ok(false);
    }
    Ok(e.took(e.set_long(option, n as c_long)))
}

/// Sets the form or body.
fn set_fields(ctx: &mut Ctx, e: &Easy, v: &Value) -> R<bool> {
    match v.as_array().cloned() {
        Some(a) if a.is_empty() => Ok(post::set_body(e, b"")),
        Some(a) => post::set_form(ctx, e, &a),
        None => {
            let body = v.to_str(ctx)?;
            Ok(post::set_body(e, &body))
        }
    }
}

/// Sets an option that is an object or bytes of libcurl's, or a text.
fn set_pointer(ctx: &mut Ctx, e: &Easy, option: i64, v: &Value) -> R<bool> {
    const BLOBS: i64 = 40_000;
    if let Some((_, name)) = LISTS.iter().find(|(o, _)| *o == option) {
        return set_list(ctx, e, option, name, v);
    }
    if option >= BLOBS {
        let data = v.to_str(ctx)?;
        let blob =
            sys::Blob { data: data.as_ptr().cast_mut().cast(), len: data.len(), flags: sys::BLOB_COPY };
        return Ok(e.took(e.set_pointer(option, &raw const blob)));
    }
    if v.is_null() && NULLABLE.contains(&option) {
        return Ok(e.took(e.set_pointer::<c_void>(option, std::ptr::null())));
    }
    let text = v.to_str(ctx)?;
    if FILES.contains(&option) && !text.is_empty() && !ctx.path_allowed(&text) {
        return Ok(false);
    }
    let protocols = option == id!(CURLOPT_PROTOCOLS_STR) || option == id!(CURLOPT_REDIR_PROTOCOLS_STR);
    if protocols && is_restricted(ctx) {
        let lower = text.to_ascii_lowercase();
        let has = |word: &[u8]| lower.windows(word.len()).any(|w| w == word);
        if has(b"file") || has(b"all") {
            ctx.warning("The FILE protocol cannot be activated when an open_basedir is set")?;
            return Ok(false);
        }
    }
    set_text(ctx, e, option, &text)
}

/// Sets an option; `in_array`: among others.
fn set(ctx: &mut Ctx, e: &Easy, option: i64, v: &Value, in_array: bool) -> R<bool> {
    const RETURN: i64 = id!(CURLOPT_RETURNTRANSFER);
    const BINARY: i64 = id!(CURLOPT_BINARYTRANSFER);
    const SAFE_UPLOAD: i64 = id!(CURLOPT_SAFE_UPLOAD);
    const HEADER_OUT: i64 = id!(CURLINFO_HEADER_OUT);
    const PRIVATE: i64 = id!(CURLOPT_PRIVATE);
    const URL: i64 = id!(CURLOPT_URL);
    const FIELDS: i64 = id!(CURLOPT_POSTFIELDS);
    const SHARE: i64 = id!(CURLOPT_SHARE);
    if let Some(done) = set_place(ctx, e, option, v, in_array)? {
        return Ok(done);
    }
    if let Some((slot, function, data, name)) = callbacks::of_option(e, option) {
        drop(slot.take());
        let c = callback(ctx, v, name, in_array)?;
        *slot.borrow_mut() = c;
        e.set_pointer(option, function);
        e.set_pointer(data, e.me());
        return Ok(e.took(sys::CURLE_OK));
    }
    if let Some(done) = set_stream(ctx, e, option, v)? {
        return Ok(done);
    }
    match option {
        RETURN => e.write.method.set(if v.to_bool() { Method::Returned } else { Method::Standard }),
        BINARY => {}
        SAFE_UPLOAD => {
            if !v.to_bool() {
                let f = ctx.function_name();
                return Err(ctx.value_error(format!("{f}(): Disabling safe uploads is no longer supported")));
            }
        }
        HEADER_OUT => {
            if e.debug.borrow().is_some() {
                return Err(ctx.value_error(
                    "CURLINFO_HEADER_OUT option must not be set when the CURLOPT_DEBUGFUNCTION option is set",
                ));
            }
            callbacks::keep_request(e, v.to_bool());
        }
        PRIVATE => {
            let old = e.private.replace(Some(v.dereferenced()));
            drop(old);
            return Ok(true);
        }
        URL => {
            let url = v.to_str(ctx)?;
            return set_url(ctx, e, &url);
        }
        FIELDS => return set_fields(ctx, e, v),
        SHARE => {
            let share = v.as_object().and_then(This::<CurlShareHandle>::of);
            let share = match share {
                Some(s) => s.borrow(ctx)?.0.clone(),
                None => None,
            };
            if let Some(share) = share {
                e.set_pointer(SHARE, share.curl());
                let old = e.share.replace(Some(share));
                drop(old);
            }
        }
        _ if !is_known(option) => {
            e.took(sys::CURLE_UNKNOWN_OPTION);
            let what =
                if in_array { "must contain only valid cURL options" } else { "is not a valid cURL option" };
            return Err(ctx.argument_value_error(2, what));
        }
        0..10_000 => return set_number(ctx, e, option, v),
        30_000..40_000 => return Ok(e.took(e.set_long(option, v.to_int()))),
        _ => return set_pointer(ctx, e, option, v),
    }
    Ok(e.took(sys::CURLE_OK))
}

/// Sets an option.
#[php_function("curl_setopt(CurlHandle $handle, int $option, mixed $value): bool")]
fn curl_setopt(ctx: &mut Ctx, handle: &This<CurlHandle>, option: i64, value: &Value) -> R<bool> {
    let e = of(ctx, handle)?;
    set(ctx, &e, option, value, false)
}

/// Sets options until one fails.
#[php_function("curl_setopt_array(CurlHandle $handle, array $options): bool")]
fn curl_setopt_array(ctx: &mut Ctx, handle: &This<CurlHandle>, options: &Array) -> R<bool> {
    let e = of(ctx, handle)?;
    for (key, v) in options {
        let Key::Int(option) = key else {
            return Err(ctx.argument_value_error(2, "contains an invalid cURL option"));
        };
        if !set(ctx, &e, option, v, true)? {
            return Ok(false);
        }
    }
    Ok(true)
}
