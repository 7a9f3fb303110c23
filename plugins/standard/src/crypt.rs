//! `crypt()` and `password_*()`.

use argon2::{Algorithm, Argon2, Params, Version};
use plugin_api::{Array, Ctx, Kind, R, Value, php_function};

/// `crypt(3)` in all its forms; `None` when the salt is of no form, or what it asks for is out of range.
fn hash(password: &[u8], salt: &[u8]) -> Option<String> {
    let salt = std::str::from_utf8(salt).ok()?;
    if salt.starts_with("*0") || salt.starts_with("*1") {
        return None;
    }
    for prefix in ["$5$rounds=", "$6$rounds="] {
        if let Some(rest) = salt.strip_prefix(prefix) {
            let (rounds, _) = rest.split_once('$')?;
            let rounds: u64 = rounds.parse().ok()?;
            if !(1000..=999_999_999).contains(&rounds) {
                return None;
            }
        }
    }
    // The library truncates at the first NUL byte for the forms that do; those of DES take eight characters.
    pwhash::unix::crypt(password, salt).ok()
}

#[php_function("crypt(#[\\SensitiveParameter] string $string, string $salt): string")]
fn crypt(string: &[u8], salt: &[u8]) -> String {
    let salt = &salt[..salt.len().min(123)];
    hash(string, salt).unwrap_or_else(|| if salt.starts_with(b"*0") { "*1".into() } else { "*0".into() })
}

/// How a password is hashed.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Algo {
    Bcrypt,
    Argon2i,
    Argon2id,
}

impl Algo {
    fn id(self) -> &'static str {
        match self {
            Algo::Bcrypt => "2y",
            Algo::Argon2i => "argon2i",
            Algo::Argon2id => "argon2id",
        }
    }
    fn name(self) -> &'static str {
        match self {
            Algo::Bcrypt => "bcrypt",
            a => a.id(),
        }
    }
    /// The algorithm that a hash was made with.
    fn of_hash(h: &[u8]) -> Option<Algo> {
        if h.starts_with(b"$argon2id$") {
            Some(Algo::Argon2id)
        } else if h.starts_with(b"$argon2i$") {
            Some(Algo::Argon2i)
        } else if h.len() == 60 && h.starts_with(b"$2y$") {
            Some(Algo::Bcrypt)
        } else {
            None
        }
    }
    /// The algorithm of an argument.
    fn of_value(v: Option<&Value>) -> Option<Algo> {
        match v.map(Value::kind) {
            None | Some(Kind::Null) => Some(Algo::Bcrypt),
            Some(Kind::Int(n)) => match n {
                0 | 1 => Some(Algo::Bcrypt),
                2 => Some(Algo::Argon2i),
                3 => Some(Algo::Argon2id),
                _ => None,
            },
            Some(Kind::Str(s)) => match &s[..] {
                b"2y" => Some(Algo::Bcrypt),
                b"argon2i" => Some(Algo::Argon2i),
                b"argon2id" => Some(Algo::Argon2id),
                _ => None,
            },
            _ => None,
        }
    }
}

const COST: i64 = 12;
/// Memory in KiB, passes, threads.
const ARGON2: [i64; 3] = [65536, 4, 1];
const ARGON2_NAMES: [&str; 3] = ["memory_cost", "time_cost", "threads"];

fn option(options: &Array, name: &str, default: i64) -> i64 {
    options.get(name).map_or(default, Value::to_int)
}

/// The options of a hash, by name.
fn options_of(h: &[u8]) -> Vec<(&'static str, i64)> {
    let text = String::from_utf8_lossy(h);
    match Algo::of_hash(h) {
        Some(Algo::Bcrypt) => {
            let cost = text.get(4..6).and_then(|c| c.parse().ok()).unwrap_or(COST);
            vec![("cost", cost)]
        }
        Some(_) => {
            let mut v = ARGON2;
            let params = text.split('$').find(|p| p.starts_with("m=")).unwrap_or("");
            for p in params.split(',') {
                for (slot, key) in v.iter_mut().zip(["m=", "t=", "p="]) {
                    if let Some(n) = p.strip_prefix(key).and_then(|n| n.parse().ok()) {
                        *slot = n;
                    }
                }
            }
            ARGON2_NAMES.into_iter().zip(v).collect()
        }
        None => Vec::new(),
    }
}

fn random(ctx: &mut Ctx, n: i64) -> R<Vec<u8>> {
    Ok(ctx.call_function("random_bytes", &[Value::int(n)])?.as_str().map_or_else(Vec::new, |s| s.to_vec()))
}

/// The alphabet of bcrypt's salts.
fn bcrypt_salt(bytes: &[u8]) -> String {
    use base64::Engine;
    let engine = base64::engine::GeneralPurpose::new(
        &base64::alphabet::BCRYPT,
        base64::engine::general_purpose::NO_PAD,
    );
    engine.encode(bytes)
}

fn argon2_params(ctx: &mut Ctx, options: &Array) -> R<Params> {
    let v: Vec<i64> = ARGON2_NAMES.into_iter().zip(ARGON2).map(|(n, d)| option(options, n, d)).collect();
    if !(8..=u32::MAX as i64).contains(&v[0]) {
        return Err(ctx.value_error("Memory cost is outside of allowed memory range"));
    }
    if !(1..=u32::MAX as i64).contains(&v[1]) {
        return Err(ctx.value_error("Time cost is outside of allowed time range"));
    }
    if !(1..=0xff_ffff).contains(&v[2]) {
        return Err(ctx.value_error("Invalid number of threads"));
    }
    Params::new(v[0] as u32, v[1] as u32, v[2] as u32, Some(32))
        .map_err(|_| ctx.value_error("Memory cost is outside of allowed memory range"))
}

#[php_function(
    "password_hash(#[\\SensitiveParameter] string $password, string|int|null $algo, array $options = []): string"
)]
fn password_hash(ctx: &mut Ctx, password: &[u8], algo: &Value, options: Option<&Array>) -> R<String> {
    let none = Array::new();
    let options = options.unwrap_or(&none);
    let Some(algo) = Algo::of_value(Some(algo)) else {
        return Err(ctx.argument_value_error(2, "must be a valid password hashing algorithm"));
    };
    if options.get("salt").is_some() {
        ctx.warning(
            "The \"salt\" option has been ignored, since providing a custom salt is no longer supported",
        )?;
    }
    if algo == Algo::Bcrypt {
        if password.contains(&0) {
            return Err(ctx.value_error("Bcrypt password must not contain null character"));
        }
        let cost = option(options, "cost", COST);
        if !(4..=31).contains(&cost) {
            return Err(ctx.value_error(format!("Invalid bcrypt cost parameter specified: {cost}")));
        }
        let salt = bcrypt_salt(&random(ctx, 16)?);
        return match hash(password, format!("$2y${cost:02}${salt}").as_bytes()) {
            Some(h) => Ok(h),
            None => Err(ctx.error("Password hashing failed for unknown reason")),
        };
    }
    let params = argon2_params(ctx, options)?;
    let salt = random(ctx, 16)?;
    let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
    let kind = if algo == Algo::Argon2i { Algorithm::Argon2i } else { Algorithm::Argon2id };
    let mut out = [0; 32];
    if Argon2::new(kind, Version::V0x13, params).hash_password_into(password, &salt, &mut out).is_err() {
        return Err(ctx.error("Password hashing failed for unknown reason"));
    }
    use base64::Engine;
    let b64 = base64::engine::general_purpose::STANDARD_NO_PAD;
    Ok(format!("${}$v=19$m={m},t={t},p={p}${}${}", algo.id(), b64.encode(salt), b64.encode(out)))
}

fn argon2_verify(password: &[u8], h: &str) -> Option<bool> {
    use base64::Engine;
    let b64 = base64::engine::general_purpose::STANDARD_NO_PAD;
    let parts: Vec<&str> = h.split('$').collect();
    let [_, kind, version, _, salt, want] = parts[..] else { return None };
    let kind = if kind == "argon2id" { Algorithm::Argon2id } else { Algorithm::Argon2i };
    let version = if version == "v=16" { Version::V0x10 } else { Version::V0x13 };
    let (salt, want) = (b64.decode(salt).ok()?, b64.decode(want).ok()?);
    let v: Vec<u32> = options_of(h.as_bytes()).into_iter().map(|(_, n)| n as u32).collect();
    let params = Params::new(v[0], v[1], v[2], Some(want.len())).ok()?;
    let mut out = vec![0; want.len()];
    Argon2::new(kind, version, params).hash_password_into(password, &salt, &mut out).ok()?;
    Some(same(&out, &want))
}

/// Compares in a time that does not tell where texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

#[php_function("password_verify(#[\\SensitiveParameter] string $password, string $hash): bool")]
fn password_verify(password: &[u8], hash_text: &[u8]) -> bool {
    match Algo::of_hash(hash_text) {
        Some(Algo::Argon2i | Algo::Argon2id) => {
            std::str::from_utf8(hash_text).ok().and_then(|h| argon2_verify(password, h)).unwrap_or(false)
        }
        _ => hash(password, hash_text).is_some_and(|h| h.len() >= 13 && same(h.as_bytes(), hash_text)),
    }
}

#[php_function("password_get_info(string $hash): array")]
fn password_get_info(hash: &[u8]) -> Array {
    let mut out = Array::new();
    let algo = Algo::of_hash(hash);
    out.set("algo", algo.map(|a| Value::str(a.id())));
    out.set("algoName", algo.map_or("unknown", Algo::name));
    let mut options = Array::new();
    for (n, v) in options_of(hash) {
        options.set(n, v);
    }
    out.set("options", options);
    out
}

#[php_function("password_needs_rehash(string $hash, string|int|null $algo, array $options = []): bool")]
fn password_needs_rehash(ctx: &mut Ctx, hash: &[u8], algo: &Value, options: Option<&Array>) -> R<bool> {
    let Some(algo) = Algo::of_value(Some(algo)) else {
        return Err(ctx.argument_value_error(2, "must be a valid password hashing algorithm"));
    };
    if Algo::of_hash(hash) != Some(algo) {
        return Ok(true);
    }
    let none = Array::new();
    let options = options.unwrap_or(&none);
    let defaults: Vec<(&str, i64)> = match algo {
        Algo::Bcrypt => vec![("cost", COST)],
        _ => ARGON2_NAMES.into_iter().zip(ARGON2).collect(),
    };
    let has = options_of(hash);
    Ok(defaults.into_iter().zip(has).any(|((n, d), (_, is))| option(options, n, d) != is))
}

#[php_function("password_algos(): array")]
fn password_algos() -> Array {
    [Algo::Bcrypt, Algo::Argon2i, Algo::Argon2id].into_iter().map(|a| Value::str(a.id())).collect()
}

plugin_api::constants! {
    /// Algorithms and what `crypt()` can do.
    pub CONSTANTS;
    string PASSWORD_DEFAULT = "2y";
    string PASSWORD_BCRYPT = "2y";
    string PASSWORD_ARGON2I = "argon2i";
    string PASSWORD_ARGON2ID = "argon2id";
    int PASSWORD_BCRYPT_DEFAULT_COST = 12;
    int PASSWORD_ARGON2_DEFAULT_MEMORY_COST = 65536;
    int PASSWORD_ARGON2_DEFAULT_TIME_COST = 4;
    int PASSWORD_ARGON2_DEFAULT_THREADS = 1;
    string PASSWORD_ARGON2_PROVIDER = "standard";
    int CRYPT_SALT_LENGTH = 123;
    int CRYPT_STD_DES = 1;
    int CRYPT_EXT_DES = 1;
    int CRYPT_MD5 = 1;
    int CRYPT_BLOWFISH = 1;
    int CRYPT_SHA256 = 1;
    int CRYPT_SHA512 = 1;
}
