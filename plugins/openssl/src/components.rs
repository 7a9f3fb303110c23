//! Keys of their components: numbers, points, raw bytes.

use crate::errors;
use crate::own::{Own, Pkey, bytes, c_text, raw};
use crate::sys as ffi;
use plugin_api::{Array, Ctx, R, Value};
use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr::{null, null_mut};

/// The kinds, by the names of their options.
pub const KINDS: [(&str, c_int); 8] = [
    ("rsa", ffi::EVP_PKEY_RSA),
    ("dsa", ffi::EVP_PKEY_DSA),
    ("dh", ffi::EVP_PKEY_DH),
    ("ec", ffi::EVP_PKEY_EC),
    ("x25519", ffi::EVP_PKEY_X25519),
    ("ed25519", ffi::EVP_PKEY_ED25519),
    ("x448", ffi::EVP_PKEY_X448),
    ("ed448", ffi::EVP_PKEY_ED448),
];

type Number = Own<ffi::BIGNUM>;

/// A number's bytes.
///
/// # Safety
/// A live number.
pub unsafe fn bytes_of(n: *const ffi::BIGNUM) -> Vec<u8> {
    // SAFETY: by the caller's promise; the buffer has the room that is asked for.
    unsafe {
        let mut out = vec![0; (ffi::BN_num_bits(n) as usize).div_ceil(8)];
        ffi::BN_bn2bin(n, out.as_mut_ptr());
        out
    }
}

/// A component that is a text which is not empty.
fn string<'a>(data: &'a Array, name: &str) -> Option<&'a [u8]> {
    data.get(name).and_then(Value::as_str).map(|s| s.as_bytes()).filter(|s| !s.is_empty())
}

/// A component that is a number.
fn number(data: &Array, name: &str) -> Option<Number> {
    let s = data.get(name)?.as_str()?;
    // SAFETY: live bytes; the number is ours.
    unsafe { Own::new(ffi::BN_bin2bn(s.as_ptr(), s.len() as c_int, null_mut())) }
}

/// The parameters that a key is built of. What is pushed lives until they are built.
struct Parameters {
    builder: Own<ffi::OSSL_PARAM_BLD>,
    numbers: Vec<Number>,
    octets: Vec<Vec<u8>>,
    texts: Vec<CString>,
    failed: bool,
}

impl Parameters {
    fn new() -> Option<Parameters> {
        // SAFETY: a fresh object.
        let builder = unsafe { Own::new(ffi::OSSL_PARAM_BLD_new()) }?;
        Some(Parameters {
            builder,
            numbers: Vec::new(),
            octets: Vec::new(),
            texts: Vec::new(),
            failed: false,
        })
    }
    fn number(&mut self, name: &CStr, n: Option<Number>) {
        let Some(n) = n else { return };
        // SAFETY: live objects.
        let ok = unsafe { ffi::OSSL_PARAM_BLD_push_BN(self.builder.ptr(), name.as_ptr(), n.ptr()) };
        self.failed |= ok == 0;
        self.numbers.push(n);
    }
    fn octets(&mut self, name: &CStr, b: &[u8]) {
        let kept = b.to_vec();
        // SAFETY: live objects; the copy lives as long as the builder.
        let ok = unsafe {
            let p = kept.as_ptr().cast::<c_void>();
            ffi::OSSL_PARAM_BLD_push_octet_string(self.builder.ptr(), name.as_ptr(), p, kept.len())
        };
        self.octets.push(kept);
        self.failed |= ok == 0;
    }
    fn text(&mut self, name: &CStr, t: &CStr) {
        let kept = t.to_owned();
        // SAFETY: as above.
        let ok = unsafe {
            let n = kept.as_bytes().len();
            ffi::OSSL_PARAM_BLD_push_utf8_string(self.builder.ptr(), name.as_ptr(), kept.as_ptr(), n)
        };
        self.texts.push(kept);
        self.failed |= ok == 0;
    }
    fn finish(&self) -> Option<Own<ffi::OSSL_PARAM>> {
        if self.failed {
            return None;
        }
        // SAFETY: a live builder; the parameters are ours.
        unsafe { Own::new(ffi::OSSL_PARAM_BLD_to_param(self.builder.ptr())) }
    }
}

fn key_context(kind: c_int) -> Option<Own<ffi::EVP_PKEY_CTX>> {
    // SAFETY: a fresh object.
    unsafe { Own::new(ffi::EVP_PKEY_CTX_new_id(kind, null_mut())) }
}

/// A key of its parameters.
fn from_data(context: &Own<ffi::EVP_PKEY_CTX>, params: &Own<ffi::OSSL_PARAM>) -> Option<Pkey> {
    let mut key = null_mut();
    // SAFETY: live objects and result slot; the key is ours.
    unsafe {
        let ok = ffi::EVP_PKEY_fromdata_init(context.ptr()) > 0
            && ffi::EVP_PKEY_fromdata(context.ptr(), &mut key, ffi::EVP_PKEY_KEYPAIR, params.ptr()) > 0;
        let key = Own::new(key);
        if ok { key } else { None }
    }
}

/// A new key with the parameters of one.
fn generated(of: &Pkey) -> Option<Pkey> {
    // SAFETY: live objects; the context is freed.
    unsafe { keygen(&Own::new(ffi::EVP_PKEY_CTX_new(of.ptr(), null_mut()))?) }
}

fn keygen(context: &Own<ffi::EVP_PKEY_CTX>) -> Option<Pkey> {
    let mut key = null_mut();
    // SAFETY: live object and result slot; the key is ours.
    unsafe {
        let ok =
            ffi::EVP_PKEY_keygen_init(context.ptr()) > 0 && ffi::EVP_PKEY_keygen(context.ptr(), &mut key) > 0;
        let key = Own::new(key);
        if ok { key } else { None }
    }
}

fn rsa(data: &Array) -> Option<(Pkey, bool)> {
    let context = key_context(ffi::EVP_PKEY_RSA)?;
    let mut p = Parameters::new()?;
    let (n, d) = (number(data, "n")?, number(data, "d")?);
    p.number(c"n", Some(n));
    p.number(c"d", Some(d));
    let others: [(&CStr, &str); 6] = [
        (c"e", "e"),
        (c"rsa-factor1", "p"),
        (c"rsa-factor2", "q"),
        (c"rsa-exponent1", "dmp1"),
        (c"rsa-exponent2", "dmq1"),
        (c"rsa-coefficient1", "iqmp"),
    ];
    for (param, name) in others {
        p.number(param, number(data, name));
    }
    Some((from_data(&context, &p.finish()?)?, true))
}

fn dsa(data: &Array) -> Option<(Pkey, bool)> {
    let context = key_context(ffi::EVP_PKEY_DSA)?;
    let mut params = Parameters::new()?;
    let (p, q, g) = (number(data, "p")?, number(data, "q")?, number(data, "g")?);
    params.number(c"p", Some(p));
    params.number(c"q", Some(q));
    params.number(c"g", Some(g));
    let public = number(data, "pub_key");
    // A private part without its public one is not used.
    let private = if public.is_some() { number(data, "priv_key") } else { None };
    let (has_public, has_private) = (public.is_some(), private.is_some());
    params.number(c"pub", public);
    params.number(c"priv", private);
    let key = from_data(&context, &params.finish()?)?;
    if has_public { Some((key, has_private)) } else { Some((generated(&key)?, true)) }
}

/// The public part of a Diffie-Hellman key: g to the power of the private part.
fn dh_public(private: &Number, g: &Number, p: &Number) -> Option<Number> {
    // SAFETY: fresh and live objects.
    unsafe {
        let (out, scratch) = (Own::new(ffi::BN_new())?, Own::new(ffi::BN_CTX_new())?);
        let ok = ffi::BN_mod_exp_mont_consttime(
            out.ptr(),
            g.ptr(),
            private.ptr(),
            p.ptr(),
            scratch.ptr(),
            null_mut(),
        );
        (ok != 0).then_some(out)
    }
}

fn dh(data: &Array) -> Option<(Pkey, bool)> {
    let context = key_context(ffi::EVP_PKEY_DH)?;
    let mut params = Parameters::new()?;
    let (p, g) = (number(data, "p")?, number(data, "g")?);
    let private = number(data, "priv_key");
    let mut public = number(data, "pub_key");
    if let (Some(private), None) = (&private, &public) {
        public = Some(dh_public(private, &g, &p)?);
    }
    params.number(c"p", Some(p));
    params.number(c"g", Some(g));
    params.number(c"q", number(data, "q"));
    let (has_public, has_private) = (public.is_some(), private.is_some());
    params.number(c"priv", private);
    params.number(c"pub", public);
    let key = from_data(&context, &params.finish()?)?;
    if has_public { Some((key, has_private)) } else { Some((generated(&key)?, true)) }
}

type Group = Own<ffi::EC_GROUP>;
type Point = Own<ffi::EC_POINT>;

/// A point's bytes, compressed.
fn point_bytes(group: &Group, point: &Point, scratch: &Own<ffi::BN_CTX>) -> Option<Vec<u8>> {
    let mut p = null_mut();
    // SAFETY: live objects; what is made for us is freed.
    unsafe {
        let form = ffi::point_conversion_form_t::POINT_CONVERSION_COMPRESSED;
        let n = ffi::EC_POINT_point2buf(group.ptr(), point.ptr(), form, &mut p, scratch.ptr());
        let out = bytes(p, n);
        crate::x509::free(p.cast());
        (n > 0).then_some(out)
    }
}

/// A point of its coordinates.
fn point(group: &Group, x: &Number, y: &Number, scratch: &Own<ffi::BN_CTX>) -> Option<Point> {
    // SAFETY: fresh and live objects.
    unsafe {
        let p = Own::new(ffi::EC_POINT_new(group.ptr()))?;
        let ok = ffi::EC_POINT_set_affine_coordinates(group.ptr(), p.ptr(), x.ptr(), y.ptr(), scratch.ptr());
        (ok != 0).then_some(p)
    }
}

/// The curve that the components name or describe. `None` after the warning, or where OpenSSL refuses it.
fn curve(
    ctx: &mut Ctx,
    data: &Array,
    params: &mut Parameters,
    scratch: &Own<ffi::BN_CTX>,
) -> R<Option<(Group, c_int)>> {
    if let Some(name) = string(data, "curve_name") {
        let name = c_text(name);
        // SAFETY: a live text; the group is ours.
        let (nid, group) = unsafe {
            let nid = ffi::OBJ_sn2nid(name.as_ptr());
            (nid, if nid == ffi::NID_undef { None } else { Own::new(ffi::EC_GROUP_new_by_curve_name(nid)) })
        };
        if nid == ffi::NID_undef {
            ctx.warning(format!("Unknown elliptic curve (short) name {}", name.to_string_lossy()))?;
        }
        if group.is_some() {
            params.text(c"group", &name);
        }
        return Ok(group.map(|g| (g, nid)));
    }
    let all = [number(data, "p"), number(data, "a"), number(data, "b"), number(data, "order")];
    if all.iter().all(Option::is_none) {
        ctx.warning("Missing params: curve_name")?;
        return Ok(None);
    }
    let [Some(p), Some(a), Some(b), Some(order)] = all else {
        ctx.warning("Missing params: curve_name or p, a, b, order")?;
        return Ok(None);
    };
    // SAFETY: live objects; the group is ours.
    let group = unsafe { Own::new(ffi::EC_GROUP_new_curve_GFp(p.ptr(), a.ptr(), b.ptr(), scratch.ptr())) };
    let Some(group) = group else { return Ok(None) };
    params.number(c"p", Some(p));
    params.number(c"a", Some(a));
    params.number(c"b", Some(b));
    params.text(c"field-type", c"prime-field");
    let generator = if let Some(bytes) = string(data, "generator") {
        params.octets(c"generator", bytes);
        // SAFETY: fresh and live objects, live bytes.
        unsafe {
            Own::new(ffi::EC_POINT_new(group.ptr())).filter(|g| {
                ffi::EC_POINT_oct2point(group.ptr(), g.ptr(), bytes.as_ptr(), bytes.len(), scratch.ptr()) != 0
            })
        }
    } else {
        let (Some(x), Some(y)) = (number(data, "g_x"), number(data, "g_y")) else {
            ctx.warning("Missing params: generator or g_x and g_y")?;
            return Ok(None);
        };
        let g = point(&group, &x, &y, scratch);
        if let Some(b) = g.as_ref().and_then(|g| point_bytes(&group, g, scratch)) {
            params.octets(c"generator", &b);
        }
        g
    };
    let Some(generator) = generator else { return Ok(None) };
    if let Some(seed) = string(data, "seed") {
        // SAFETY: live object and bytes.
        if unsafe { ffi::EC_GROUP_set_seed(group.ptr(), seed.as_ptr(), seed.len()) } == 0 {
            return Ok(None);
        }
        params.octets(c"seed", seed);
    }
    let cofactor = number(data, "cofactor");
    // SAFETY: live objects; a cofactor that is not told is computed.
    let nid = unsafe {
        let h = raw(cofactor.as_ref());
        if ffi::EC_GROUP_set_generator(group.ptr(), generator.ptr(), order.ptr(), h) == 0 {
            return Ok(None);
        }
        ffi::EC_GROUP_check_named_curve(group.ptr(), 0, scratch.ptr())
    };
    params.number(c"order", Some(order));
    params.number(c"cofactor", cofactor);
    Ok(Some((group, nid)))
}

fn ec(ctx: &mut Ctx, data: &Array) -> R<Option<(Pkey, bool)>> {
    let (context, params) = (key_context(ffi::EVP_PKEY_EC), Parameters::new());
    // SAFETY: a fresh object.
    let scratch = unsafe { Own::new(ffi::BN_CTX_new()) };
    let (Some(context), Some(mut params), Some(scratch)) = (context, params, scratch) else {
        return Ok(None);
    };
    let Some((group, nid)) = curve(ctx, data, &mut params, &scratch)? else { return Ok(None) };
    // The library has no keys of that curve from components.
    let from = |name: &str| if nid == ffi::NID_sm2 { None } else { number(data, name) };
    let (d, x, y) = (from("d"), from("x"), from("y"));
    let has_private = d.is_some();
    let known = has_private || x.is_some() && y.is_some();
    Ok(known_or_new(&context, params, &group, &scratch, (d, x, y), known)
        .map(|(k, new)| (k, new || has_private)))
}

/// The key that is described, or a new one on the same curve (the flag) where nothing more or nothing good is.
fn known_or_new(
    context: &Own<ffi::EVP_PKEY_CTX>,
    mut params: Parameters,
    group: &Group,
    scratch: &Own<ffi::BN_CTX>,
    (d, x, y): (Option<Number>, Option<Number>, Option<Number>),
    known: bool,
) -> Option<(Pkey, bool)> {
    let public = match (&d, &x, &y) {
        // SAFETY: fresh and live objects.
        (Some(d), ..) => unsafe {
            let q = Own::new(ffi::EC_POINT_new(group.ptr()))?;
            if ffi::EC_POINT_mul(group.ptr(), q.ptr(), d.ptr(), null(), null(), scratch.ptr()) == 0 {
                return None;
            }
            Some(q)
        },
        (None, Some(x), Some(y)) => Some(point(group, x, y, scratch)?),
        _ => None,
    };
    params.number(c"priv", d);
    let public = match &public {
        Some(q) => Some(point_bytes(group, q, scratch)?),
        None => None,
    };
    if let Some(b) = &public {
        params.octets(c"pub", b);
    }
    let data = params.finish()?;
    let described = if known { Some(from_data(context, &data)?) } else { None };
    // SAFETY: live objects; keys are ours.
    unsafe {
        let of = match &described {
            Some(k) => Some(Own::new(ffi::EVP_PKEY_CTX_new(k.ptr(), null_mut()))?),
            None => None,
        };
        let by = of.as_ref().unwrap_or(context);
        if ffi::EVP_PKEY_check(by.ptr()) != 0 || ffi::EVP_PKEY_public_check_quick(by.ptr()) != 0 {
            return described.map(|k| (k, false));
        }
        let mut key = null_mut();
        let ok = ffi::EVP_PKEY_keygen_init(by.ptr()) == 1
            && ffi::EVP_PKEY_CTX_set_params(by.ptr(), data.ptr()) == 1
            && ffi::EVP_PKEY_generate(by.ptr(), &mut key) == 1;
        let key = Own::new(key);
        if ok { key.map(|k| (k, true)) } else { None }
    }
}

/// Keys that are raw bytes.
fn raw_key(kind: c_int, data: &Array) -> Option<(Pkey, bool)> {
    let mut params = Parameters::new()?;
    if let Some(b) = string(data, "priv_key") {
        params.octets(c"priv", b);
    }
    if let Some(b) = string(data, "pub_key") {
        params.octets(c"pub", b);
    }
    let params = params.finish()?;
    let context = key_context(kind)?;
    let has = |name: &str| data.get(name).is_some();
    if has("priv_key") || has("pub_key") {
        return Some((from_data(&context, &params)?, has("priv_key")));
    }
    Some((keygen(&context)?, true))
}

/// A key of its components, and whether it is a private one. `None`: they make none.
pub fn build(ctx: &mut Ctx, kind: c_int, data: &Array) -> R<Option<(Pkey, bool)>> {
    let key = match kind {
        ffi::EVP_PKEY_RSA => rsa(data),
        ffi::EVP_PKEY_DSA => dsa(data),
        ffi::EVP_PKEY_DH => dh(data),
        ffi::EVP_PKEY_EC => ec(ctx, data)?,
        _ => raw_key(kind, data),
    };
    errors::store(ctx);
    Ok(key)
}

/// A peer with the parameters of a Diffie-Hellman key.
pub fn dh_peer(key: &Pkey, public: &[u8]) -> Option<Pkey> {
    // SAFETY: fresh and live objects, live bytes.
    unsafe {
        let peer = Own::new(ffi::EVP_PKEY_new())?;
        let ok = ffi::EVP_PKEY_copy_parameters(raw(Some(&peer)), key.ptr()) > 0
            && ffi::EVP_PKEY_set1_encoded_public_key(peer.ptr(), public.as_ptr(), public.len()) > 0;
        ok.then_some(peer)
    }
}
