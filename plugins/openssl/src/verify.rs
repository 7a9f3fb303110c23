//! Whether the other end of a connection is who it should be: its certificate against names and fingerprints.

use crate::options::Options;
use crate::own::{Cert, Stack, c_text};
use crate::sys as ffi;
use crate::x509::{asn1_bytes, fingerprint, hex, utf8};
use plugin_api::{Ctx, Key, Kind, R, Value};
use std::ffi::{CStr, c_char, c_int};
use std::net::Ipv6Addr;

/// Whether a name is the one of a certificate, which may have a `*` in its first label.
fn matches(name: &[u8], certified: &[u8]) -> bool {
    if name.eq_ignore_ascii_case(certified) {
        return true;
    }
    let Some(star) = certified.iter().position(|c| *c == b'*') else { return false };
    let (before, after) = (&certified[..star], &certified[star + 1..]);
    if before.contains(&b'.') || before.len() + after.len() > name.len() {
        return false;
    }
    let (head, rest) = name.split_at(before.len());
    let (middle, tail) = rest.split_at(rest.len() - after.len());
    head.eq_ignore_ascii_case(before) && tail.eq_ignore_ascii_case(after) && !middle.contains(&b'.')
}

/// Whether one of the names that a certificate lists is that one.
fn matches_listed(cert: &Cert, name: &[u8]) -> bool {
    // SAFETY: a live certificate; the names are ours.
    let all = unsafe {
        let p = ffi::X509_get_ext_d2i(
            cert.ptr(),
            ffi::NID_subject_alt_name,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        );
        Stack::<ffi::GENERAL_NAME>::new(p.cast::<ffi::OPENSSL_STACK>())
    };
    let text = String::from_utf8_lossy(name);
    let v6 = text.parse::<Ipv6Addr>().ok();
    all.is_some_and(|all| {
        all.items().any(|one| {
            // SAFETY: a live name, whose member is that of its type.
            unsafe {
                match (*one).type_ {
                    ffi::GEN_DNS => utf8((*one).d.cast()).is_some_and(|n| {
                        let n = n.strip_suffix(b".").unwrap_or(&n);
                        !n.contains(&0) && matches(name, n)
                    }),
                    ffi::GEN_IPADD => match asn1_bytes((*one).d.cast())[..] {
                        [a, b, c, d] => text == format!("{a}.{b}.{c}.{d}"),
                        ref ip => <[u8; 16]>::try_from(ip).is_ok_and(|ip| v6 == Some(Ipv6Addr::from(ip))),
                    },
                    _ => false,
                }
            }
        })
    })
}

/// Whether a certificate's own name is that one; warns when it is not.
fn matches_common(ctx: &mut Ctx, cert: &Cert, name: &[u8]) -> R<bool> {
    let mut buf = [0 as c_char; 1024];
    // SAFETY: a live certificate; the buffer has the room that is told.
    let (len, certified) = unsafe {
        let subject = ffi::X509_get_subject_name(cert.ptr());
        let n = ffi::X509_NAME_get_text_by_NID(
            subject,
            ffi::NID_commonName,
            buf.as_mut_ptr(),
            buf.len() as c_int,
        );
        (n, if n < 0 { &[][..] } else { CStr::from_ptr(buf.as_ptr()).to_bytes() })
    };
    let shown = String::from_utf8_lossy(certified);
    if len < 0 {
        ctx.warning("Unable to locate peer certificate CN")?;
    } else if certified.len() != len as usize {
        ctx.warning(format!("Peer certificate CN=`{shown}' is malformed"))?;
    } else if matches(name, certified) {
        return Ok(true);
    } else {
        let name = String::from_utf8_lossy(name);
        ctx.warning(format!("Peer certificate CN=`{shown}' did not match expected CN=`{name}'"))?;
    }
    Ok(false)
}

/// Whether a server name asks for the certificate of that name.
pub fn serves(asked: &[u8], certified: &[u8]) -> bool {
    matches(asked, certified)
}

fn has_fingerprint(ctx: &mut Ctx, cert: &Cert, algorithm: &[u8], expected: &[u8]) -> R<bool> {
    let found = fingerprint(ctx, cert.ptr(), algorithm)?;
    Ok(found.is_some_and(|f| hex(&f).eq_ignore_ascii_case(expected)))
}

/// Whether a certificate has the fingerprint, or all of them, that the option lists.
fn matches_fingerprint(ctx: &mut Ctx, cert: &Cert, expected: &Value) -> R<bool> {
    const FORM: &str = "Invalid peer_fingerprint array; [algo => fingerprint] form required";
    match expected.kind() {
        Kind::Str(s) => match s.len() {
            32 => has_fingerprint(ctx, cert, b"md5", s),
            40 => has_fingerprint(ctx, cert, b"sha1", s),
            _ => Ok(false),
        },
        Kind::Array(all) => {
            if all.is_empty() {
                ctx.warning(FORM)?;
                return Ok(false);
            }
            for (k, v) in all {
                let (Key::Str(algorithm), Some(s)) = (k, v.as_str()) else {
                    ctx.warning(FORM)?;
                    return Ok(false);
                };
                if !has_fingerprint(ctx, cert, &algorithm, s)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Applies the options to the certificate that the other end showed, and to what OpenSSL found of it.
pub fn peer(
    ctx: &mut Ctx,
    options: &Options,
    cert: Option<&Cert>,
    result: i64,
    client: bool,
    host: Option<&[u8]>,
) -> R<bool> {
    let must = |name: &str| options.get(name).map_or(client, |v| v.to_bool());
    let (must_verify, must_name) = (must("verify_peer"), must("verify_peer_name"));
    let expected = options.get("peer_fingerprint");
    if !must_verify && !must_name && expected.is_none() {
        return Ok(true);
    }
    let Some(cert) = cert else {
        ctx.warning("Could not get peer certificate")?;
        return Ok(false);
    };
    if must_verify {
        let own = i64::from(ffi::X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
        let fine = result == i64::from(ffi::X509_V_OK) || result == own && options.is("allow_self_signed");
        if !fine {
            // SAFETY: a static text.
            let why = unsafe { CStr::from_ptr(ffi::X509_verify_cert_error_string(result)) };
            ctx.warning(format!("Could not verify peer: code:{result} {}", why.to_string_lossy()))?;
            return Ok(false);
        }
    }
    if let Some(expected) = expected {
        if !matches!(expected.kind(), Kind::Str(_) | Kind::Array(_)) {
            ctx.warning("Expected peer fingerprint must be a string or an array")?;
            return Ok(false);
        }
        if !matches_fingerprint(ctx, cert, &expected)? {
            ctx.warning("peer_fingerprint match failure")?;
            return Ok(false);
        }
    }
    if must_name {
        let named = options.text(ctx, "peer_name")?.map(|t| c_text(&t).into_bytes());
        let name = named.or_else(|| host.filter(|_| client).map(<[u8]>::to_vec));
        let Some(name) = name else { return Ok(false) };
        return Ok(matches_listed(cert, &name) || matches_common(ctx, cert, &name)?);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_part_of_a_label() {
        assert!(matches(b"www.example.org", b"WWW.example.org"));
        assert!(matches(b"www.example.org", b"*.example.org"));
        assert!(matches(b"www1.example.org", b"w*1.example.org"));
        assert!(!matches(b"a.b.example.org", b"*.example.org"));
        assert!(!matches(b"www.example.org", b"www.*.org"));
        assert!(!matches(b"example.org", b"*.example.org"));
    }
}
