//! What the `ssl` options of a context make of a connection: protocols, ciphers, certificates, whom to trust.

use crate::options::Options;
use crate::own::{Bio, Own, c_text};
use crate::path::{self, Place};
use crate::sys as ffi;
use crate::tls::{Tls, layer};
use crate::verify;
use crate::x509::text_ptr;
use plugin_api::wrapper::Handle;
use plugin_api::{Array, Ctx, Key, Kind, Level, R, Value};
use std::ffi::{CStr, CString, c_char, c_int, c_uchar, c_uint, c_void};
use std::ptr::null_mut;

type Context = Own<ffi::SSL_CTX>;

/// Bits of `STREAM_CRYPTO_METHOD_*`, from the oldest protocol to the newest.
const PROTOCOLS: [(u32, c_int); 4] = [
    (1 << 3, ffi::TLS1_VERSION),
    (1 << 4, ffi::TLS1_1_VERSION),
    (1 << 5, ffi::TLS1_2_VERSION),
    (1 << 6, ffi::TLS1_3_VERSION),
];

/// The oldest and the newest protocol of the method and the options that narrow it.
fn versions(options: &Options, method: u32) -> (c_int, c_int) {
    let newest = PROTOCOLS[PROTOCOLS.len() - 1].0;
    let set = |name: &str| options.int(name).map(|v| v as u32).filter(|v| *v != 0);
    let first = || PROTOCOLS.iter().map(|p| p.0).find(|p| method & p != 0).unwrap_or(newest);
    let last = || PROTOCOLS.iter().rev().map(|p| p.0).find(|p| method & p != 0).unwrap_or(newest);
    let min = set("min_proto_version").unwrap_or_else(first);
    let max = set("max_proto_version").unwrap_or_else(last);
    let mut between = PROTOCOLS.iter().filter(|p| (min..=max).contains(&p.0)).map(|p| p.1);
    match between.next() {
        Some(a) => (a, between.next_back().unwrap_or(a)),
        None => (ffi::TLS1_3_VERSION, ffi::TLS1_3_VERSION),
    }
}

/// Asked for each certificate of a chain.
extern "C" fn verified(good: c_int, store: *mut ffi::X509_STORE_CTX) -> c_int {
    // SAFETY: called by the library during an operation on an `SSL` of a layer.
    unsafe {
        let ssl = ffi::X509_STORE_CTX_get_ex_data(store, ffi::SSL_get_ex_data_X509_STORE_CTX_idx());
        let Some(tls) = layer(ssl.cast()) else { return good };
        let mut good = good;
        let own = ffi::X509_STORE_CTX_get_error(store) == ffi::X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
        if own && tls.allow_self_signed.get() {
            good = 1;
        }
        // A number below 0 is one that no chain reaches.
        let depth = ffi::X509_STORE_CTX_get_error_depth(store);
        if depth as u64 > tls.depth.get() as u64 {
            good = 0;
            ffi::X509_STORE_CTX_set_error(store, ffi::X509_V_ERR_CERT_CHAIN_TOO_LONG);
        }
        good
    }
}

/// Gives the passphrase of the private key.
unsafe extern "C" fn passphrase(buf: *mut c_char, size: c_int, _: c_int, data: *mut c_void) -> c_int {
    // SAFETY: `data` is the layer, which outlives its context; `buf` has room for `size` bytes.
    unsafe {
        let Some(tls) = data.cast::<Tls>().as_ref() else { return 0 };
        match tls.passphrase.borrow().as_deref() {
            Some(p) if (p.len() as i64) < i64::from(size) - 1 => {
                std::ptr::copy_nonoverlapping(p.as_ptr(), buf.cast(), p.len());
                *buf.add(p.len()) = 0;
                p.len() as c_int
            }
            _ => 0,
        }
    }
}

/// Whether a wrapper of a scheme reaches beyond this machine.
fn is_remote(url: &[u8]) -> bool {
    let remote: [&[u8]; 5] = [b"http://", b"https://", b"ftp://", b"ftps://", b"data:"];
    remote.iter().any(|s| url.get(..s.len()).is_some_and(|u| u.eq_ignore_ascii_case(s)))
}

/// Trusts the certificates in what a URL gives. False after the warning.
fn trust_stream(ctx: &mut Ctx, context: &Context, url: &[u8]) -> R<bool> {
    let shown = String::from_utf8_lossy(url).into_owned();
    let remote = is_remote(url);
    let mut text = Vec::new();
    let opened = if remote { Err(plugin_api::wrapper::Failed) } else { Handle::open(ctx, url, b"rb", 0) };
    match opened {
        _ if remote => {
            ctx.raise_plain(Level::Warning, "remote cafile streams are disabled for security purposes")?;
            return Ok(false);
        }
        Err(_) => {
            ctx.raise_plain(Level::Warning, format!("failed loading cafile stream: `{shown}'"))?;
            return Ok(false);
        }
        Ok(stream) => {
            let mut buf = vec![0u8; 8192];
            while let Ok(n @ 1..) = stream.read(ctx, &mut buf) {
                text.extend_from_slice(&buf[..n]);
            }
            stream.close(ctx);
        }
    }
    let mut added = 0;
    if let Some(source) = Bio::of(&text) {
        // SAFETY: live objects; certificates are ours until the store has taken a share.
        unsafe {
            let store = ffi::SSL_CTX_get_cert_store(context.ptr());
            while let Some(c) = Own::new(ffi::PEM_read_bio_X509(source.ptr(), null_mut(), None, null_mut())) {
                added += c_int::from(ffi::X509_STORE_add_cert(store, c.ptr()) != 0);
            }
            ffi::ERR_clear_error();
        }
    }
    if added == 0 {
        ctx.raise_plain(Level::Warning, format!("no valid certs found cafile stream: `{shown}'"))?;
    }
    Ok(added > 0)
}

/// Has the other end's certificate verified. False after what there was to say.
fn trust(ctx: &mut Ctx, tls: &Tls, context: &Context, options: &Options) -> R<bool> {
    let given = options.text(ctx, "cafile")?.map(|t| c_text(&t));
    let setting = |ctx: &mut Ctx, name: &str| ctx.ini(name).filter(|v| !v.is_empty()).map(|v| c_text(&v));
    let file = match given {
        None => setting(ctx, "openssl.cafile"),
        Some(f) => {
            if !tls.is_client() {
                // Servers tell whose certificates they take.
                // SAFETY: a live text; the list goes to the context.
                unsafe {
                    let names = ffi::SSL_load_client_CA_file(f.as_ptr());
                    if names.is_null() {
                        ctx.raise_plain(Level::Warning, "SSL: failed loading CA names from cafile")?;
                        return Ok(false);
                    }
                    ffi::SSL_CTX_set_client_CA_list(context.ptr(), names);
                }
            }
            Some(f)
        }
    };
    let folder = match options.text(ctx, "capath")? {
        Some(t) => Some(c_text(&t)),
        None => setting(ctx, "openssl.capath"),
    };
    if file.is_some() || folder.is_some() {
        // SAFETY: live object and texts.
        let loaded = unsafe {
            let (file, folder) = (text_ptr(file.as_deref()), text_ptr(folder.as_deref()));
            ffi::SSL_CTX_load_verify_locations(context.ptr(), file, folder)
        };
        if loaded == 0 {
            // SAFETY: the queue of this thread.
            unsafe { ffi::ERR_clear_error() };
            if let Some(f) = &file
                && !trust_stream(ctx, context, f.to_bytes())?
            {
                return Ok(false);
            }
        }
    // SAFETY: a live object.
    } else if tls.is_client() && unsafe { ffi::SSL_CTX_set_default_verify_paths(context.ptr()) } == 0 {
        ctx.warning("Unable to set default verify locations and no CA settings specified")?;
        return Ok(false);
    }
    // SAFETY: a live object; the callback finds the layer by the `SSL`.
    unsafe { ffi::SSL_CTX_set_verify(context.ptr(), ffi::SSL_VERIFY_PEER, Some(verified)) };
    Ok(true)
}

/// Sets this end's certificate and key.
fn own_certificate(ctx: &mut Ctx, context: &Context, options: &Options) -> R<bool> {
    let Some(file) = options.text(ctx, "local_cert")? else { return Ok(true) };
    let shown = c_text(&file).to_string_lossy().into_owned();
    let at = Place::option("local_cert in ssl stream context");
    let Some(mut path) = path::checked(ctx, &file, at)? else {
        ctx.warning(format!("Unable to get real path of certificate file `{shown}'"))?;
        return Ok(false);
    };
    // SAFETY: live object and text.
    if unsafe { ffi::SSL_CTX_use_certificate_chain_file(context.ptr(), path.as_ptr()) } != 1 {
        ctx.warning(format!(
            "Unable to set local cert chain file `{shown}'; Check that your cafile/capath settings include details of your certificate and its issuer"
        ))?;
        return Ok(false);
    }
    if let Some(key) = options.text(ctx, "local_pk")? {
        let at = Place::option("local_pk in ssl stream context");
        match path::checked(ctx, &key, at)? {
            Some(p) => path = p,
            None => {
                let key = c_text(&key).to_string_lossy().into_owned();
                ctx.warning(format!("Unable to get real path of private key file `{key}'"))?;
                return Ok(false);
            }
        }
    }
    // SAFETY: live object and text.
    unsafe {
        if ffi::SSL_CTX_use_PrivateKey_file(context.ptr(), path.as_ptr(), ffi::X509_FILETYPE_PEM) != 1 {
            ctx.warning(format!("Unable to set private key file `{}'", path.to_string_lossy()))?;
            return Ok(false);
        }
        if ffi::SSL_CTX_check_private_key(context.ptr()) == 0 {
            ctx.warning("Private key does not match certificate!")?;
        }
    }
    Ok(true)
}

/// Each of the names in a list with commas, with its length in front.
fn protocol_list(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for name in text.split(|c| *c == b',') {
        out.push(u8::try_from(name.len()).ok()?);
        out.extend_from_slice(name);
    }
    (out.len() <= usize::from(u16::MAX)).then_some(out)
}

/// Chooses a protocol of those that a client can talk.
unsafe extern "C" fn choose_protocol(
    ssl: *mut ffi::SSL,
    out: *mut *const c_uchar,
    out_len: *mut c_uchar,
    given: *const c_uchar,
    len: c_uint,
    _: *mut c_void,
) -> c_int {
    // SAFETY: called by the library during an operation on an `SSL` of a layer, whose list outlives it.
    unsafe {
        let Some(tls) = layer(ssl) else { return ffi::SSL_TLSEXT_ERR_NOACK };
        let own = tls.protocols.borrow();
        let found =
            ffi::SSL_select_next_proto(out.cast(), out_len, own.as_ptr(), own.len() as c_uint, given, len);
        if found == ffi::OPENSSL_NPN_NEGOTIATED { ffi::SSL_TLSEXT_ERR_OK } else { ffi::SSL_TLSEXT_ERR_NOACK }
    }
}

/// Options that only servers have.
fn serve(ctx: &mut Ctx, context: &Context, options: &Options) -> R<bool> {
    if options.get("rsa_key_size").is_some() {
        ctx.warning("rsa_key_size context option has been removed")?;
    }
    if let Some(file) = options.text(ctx, "dh_param")? {
        let Some(source) = Bio::file(&c_text(&file), c"rb") else {
            ctx.warning("Invalid dh_param")?;
            return Ok(false);
        };
        // SAFETY: live objects; the parameters go to the context when it takes them.
        unsafe {
            let Some(params) = Own::new(ffi::PEM_read_bio_Parameters(source.ptr(), null_mut())) else {
                ctx.warning("Failed reading DH params")?;
                return Ok(false);
            };
            if ffi::SSL_CTX_set0_tmp_dh_pkey(context.ptr(), params.ptr()) == 0 {
                ctx.warning("Failed assigning DH params")?;
                return Ok(false);
            }
            params.into_raw();
        }
    }
    let unless_off = |name: &str| options.get(name).is_none_or(|v| v.to_bool());
    let mut bits = 0;
    if unless_off("single_dh_use") {
        bits |= ffi::SSL_OP_SINGLE_DH_USE;
    }
    if unless_off("honor_cipher_order") {
        bits |= ffi::SSL_OP_CIPHER_SERVER_PREFERENCE;
    }
    // SAFETY: a live object.
    unsafe { ffi::SSL_CTX_set_options(context.ptr(), bits) };
    Ok(true)
}

/// Whether certificates are verified.
fn verifies(options: &Options) -> bool {
    options.get("verify_peer").is_none_or(|v| v.to_bool())
}

/// Makes a context by the options; `method` holds bits of `STREAM_CRYPTO_METHOD_*`. `None` after what there was to say.
pub fn build(ctx: &mut Ctx, tls: &Tls, options: &Options, method: u32) -> R<Option<Context>> {
    // SAFETY: a fresh object.
    let made = unsafe {
        Own::new(ffi::SSL_CTX_new(if tls.is_client() {
            ffi::TLS_client_method()
        } else {
            ffi::TLS_server_method()
        }))
    };
    let Some(context) = made else {
        ctx.warning("SSL context creation failure")?;
        return Ok(None);
    };
    tls.allow_self_signed.set(options.is("allow_self_signed"));
    tls.depth.set(options.int("verify_depth").unwrap_or(9));
    let mut bits =
        ffi::SSL_OP_ALL & !ffi::SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS | ffi::SSL_OP_IGNORE_UNEXPECTED_EOF;
    if options.is("no_ticket") {
        bits |= ffi::SSL_OP_NO_TICKET;
    }
    if options.get("disable_compression").is_none_or(|v| v.to_bool()) {
        bits |= ffi::SSL_OP_NO_COMPRESSION;
    }
    if !verifies(options) {
        // SAFETY: a live object.
        unsafe { ffi::SSL_CTX_set_verify(context.ptr(), ffi::SSL_VERIFY_NONE, None) };
    } else if !trust(ctx, tls, &context, options)? {
        return Ok(None);
    }
    if let Some(p) = options.text(ctx, "passphrase")? {
        *tls.passphrase.borrow_mut() = Some(p.to_vec());
        // SAFETY: a live object; the layer outlives it.
        unsafe {
            ffi::SSL_CTX_set_default_passwd_cb_userdata(
                context.ptr(),
                std::ptr::from_ref(tls).cast_mut().cast(),
            );
            ffi::SSL_CTX_set_default_passwd_cb(context.ptr(), Some(passphrase));
        }
    }
    let ciphers = options.text(ctx, "ciphers")?.map(|t| c_text(&t));
    let usual = || CString::new(crate::STREAM_CIPHERS).unwrap_or_default();
    // SAFETY: live object and text.
    if unsafe { ffi::SSL_CTX_set_cipher_list(context.ptr(), ciphers.unwrap_or_else(usual).as_ptr()) } != 1 {
        return Ok(None);
    }
    if let Some(level) = options.int("security_level") {
        if !(0..=5).contains(&level) {
            ctx.warning("Security level must be between 0 and 5")?;
        }
        // SAFETY: a live object.
        unsafe { ffi::SSL_CTX_set_security_level(context.ptr(), level as c_int) };
    }
    if let Some(text) = options.text(ctx, "alpn_protocols")? {
        let Some(list) = protocol_list(&text) else {
            ctx.warning("Failed parsing comma-separated TLS ALPN protocol string")?;
            return Ok(None);
        };
        // SAFETY: live object and bytes; a client's are copied, a server's are the layer's.
        unsafe {
            if tls.is_client() {
                ffi::SSL_CTX_set_alpn_protos(context.ptr(), list.as_ptr(), list.len() as c_uint);
            } else {
                *tls.protocols.borrow_mut() = list;
                ffi::SSL_CTX_set_alpn_select_cb__fixed_rust(context.ptr(), Some(choose_protocol), null_mut());
            }
        }
    }
    if !own_certificate(ctx, &context, options)? {
        return Ok(None);
    }
    let (min, max) = versions(options, method);
    // SAFETY: a live object.
    unsafe {
        ffi::SSL_CTX_set_options(context.ptr(), bits);
        ffi::SSL_CTX_set_min_proto_version(context.ptr(), min);
        ffi::SSL_CTX_set_max_proto_version(context.ptr(), max);
    }
    if !tls.is_client() && options.0.is_some() && !serve(ctx, &context, options)? {
        return Ok(None);
    }
    Ok(Some(context))
}

/// Chooses the certificate that a client asks for.
unsafe extern "C" fn choose_name(ssl: *mut ffi::SSL, _: *mut c_int, _: *mut c_void) -> c_int {
    // SAFETY: called by the library during an operation on an `SSL` of a layer.
    unsafe {
        let asked = ffi::SSL_get_servername(ssl, ffi::TLSEXT_NAMETYPE_host_name);
        if asked.is_null() {
            return ffi::SSL_TLSEXT_ERR_NOACK;
        }
        let asked = CStr::from_ptr(asked).to_bytes();
        let Some(tls) = layer(ssl) else { return ffi::SSL_TLSEXT_ERR_NOACK };
        match tls.by_name.borrow().iter().find(|(name, _)| verify::serves(asked, name)) {
            Some((_, c)) => {
                ffi::SSL_set_SSL_CTX(ssl, c.ptr());
                ffi::SSL_TLSEXT_ERR_OK
            }
            None => ffi::SSL_TLSEXT_ERR_NOACK,
        }
    }
}

/// A context with the certificate and key of one name.
fn for_name(ctx: &mut Ctx, cert: &CStr, key: &CStr) -> R<Option<Context>> {
    // SAFETY: a fresh object and live texts.
    unsafe {
        let Some(context) = Own::new(ffi::SSL_CTX_new(ffi::TLS_server_method())) else {
            ctx.warning("Failed to create the SSL context")?;
            return Ok(None);
        };
        if ffi::SSL_CTX_use_certificate_chain_file(context.ptr(), cert.as_ptr()) != 1 {
            let cert = cert.to_string_lossy();
            ctx.warning(format!(
                "Failed setting local cert chain file `{cert}'; check that your cafile/capath settings include details of your certificate and its issuer"
            ))?;
            return Ok(None);
        }
        if ffi::SSL_CTX_use_PrivateKey_file(context.ptr(), key.as_ptr(), ffi::X509_FILETYPE_PEM) != 1 {
            ctx.warning(format!("Failed setting private key from file `{}'", key.to_string_lossy()))?;
            return Ok(None);
        }
        Ok(Some(context))
    }
}

/// The file that an element of a name's array names; `refused` stands around it in the warning when it cannot be used.
fn named_file(
    ctx: &mut Ctx,
    files: &Array,
    element: &str,
    place: &str,
    refused: (&str, &str),
) -> R<Option<CString>> {
    let Some(v) = files.get(element).cloned() else {
        ctx.warning(format!("{element} not present in the array"))?;
        return Ok(None);
    };
    let file = v.to_str(ctx)?;
    let path = path::checked(ctx, &file, Place::option(place))?;
    if path.is_none() {
        let file = c_text(&file).to_string_lossy().into_owned();
        ctx.warning(format!("Failed setting local {} `{file}';{}", refused.0, refused.1))?;
    }
    Ok(path)
}

fn of_name(ctx: &mut Ctx, v: &Value) -> R<Option<Context>> {
    match v.kind() {
        Kind::Array(files) => {
            let place = "SNI_server_certs local_cert in ssl stream context";
            let said = ("cert chain file", " could not open file");
            let Some(cert) = named_file(ctx, files, "local_cert", place, said)? else { return Ok(None) };
            let place = "SNI_server_certs local_pk in ssl stream context";
            let said = ("private key file", "  could not open file");
            let Some(key) = named_file(ctx, files, "local_pk", place, said)? else { return Ok(None) };
            for_name(ctx, &cert, &key)
        }
        Kind::Str(file) => {
            let place = Place::option("SNI_server_certs in ssl stream context");
            match path::checked(ctx, file, place)? {
                Some(p) => for_name(ctx, &p, &p),
                None => {
                    let file = c_text(file).to_string_lossy().into_owned();
                    ctx.warning(format!("Failed setting local cert chain file `{file}'; file not found"))?;
                    Ok(None)
                }
            }
        }
        _ => {
            ctx.warning("SNI_server_certs options values must be of type array|string")?;
            Ok(None)
        }
    }
}

/// Has a server show other certificates to those who ask for other names. False after what there was to say.
pub fn by_names(ctx: &mut Ctx, tls: &Tls, context: &Context, options: &Options) -> R<bool> {
    if options.get("SNI_enabled").is_some_and(|v| !v.to_bool()) {
        return Ok(true);
    }
    let Some(all) = options.get("SNI_server_certs") else { return Ok(true) };
    let Some(all) = all.as_array() else {
        ctx.warning("SNI_server_certs requires an array mapping host names to cert paths")?;
        return Ok(false);
    };
    if all.is_empty() {
        ctx.warning("SNI_server_certs host cert array must not be empty")?;
        return Ok(false);
    }
    for (key, v) in all {
        let Key::Str(name) = key else {
            ctx.warning("SNI_server_certs array requires string host name keys")?;
            return Ok(false);
        };
        let Some(own) = of_name(ctx, v)? else { return Ok(false) };
        if !verifies(options) {
            // SAFETY: a live object.
            unsafe { ffi::SSL_CTX_set_verify(own.ptr(), ffi::SSL_VERIFY_NONE, None) };
        } else if !trust(ctx, tls, &own, options)? {
            return Ok(false);
        }
        tls.by_name.borrow_mut().push((name.to_vec(), own));
    }
    // SAFETY: a live object; the callback finds the layer by the `SSL`.
    unsafe {
        let f: unsafe extern "C" fn(*mut ffi::SSL, *mut c_int, *mut c_void) -> c_int = choose_name;
        let f: unsafe extern "C" fn() = std::mem::transmute(f);
        ffi::SSL_CTX_callback_ctrl__fixed_rust(
            context.ptr(),
            ffi::SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
            Some(f),
        );
    }
    Ok(true)
}
