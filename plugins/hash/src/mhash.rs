//! The functions of the mhash library, which numbers its algorithms.

use crate::algorithm::Algorithm;
use crate::hmac::Hmac;
use plugin_api::{Ctx, OrFalse, R, constants, php_function};

/// Names here and there by number; the missing ones were never there.
const NAMES: &[Option<(&str, &str)>] = &[
    Some(("CRC32", "crc32")),
    Some(("MD5", "md5")),
    Some(("SHA1", "sha1")),
    Some(("HAVAL256", "haval256,3")),
    None,
    Some(("RIPEMD160", "ripemd160")),
    None,
    Some(("TIGER", "tiger192,3")),
    Some(("GOST", "gost")),
    Some(("CRC32B", "crc32b")),
    Some(("HAVAL224", "haval224,3")),
    Some(("HAVAL192", "haval192,3")),
    Some(("HAVAL160", "haval160,3")),
    Some(("HAVAL128", "haval128,3")),
    Some(("TIGER128", "tiger128,3")),
    Some(("TIGER160", "tiger160,3")),
    Some(("MD4", "md4")),
    Some(("SHA256", "sha256")),
    Some(("ADLER32", "adler32")),
    Some(("SHA224", "sha224")),
    Some(("SHA512", "sha512")),
    Some(("SHA384", "sha384")),
    Some(("WHIRLPOOL", "whirlpool")),
    Some(("RIPEMD128", "ripemd128")),
    Some(("RIPEMD256", "ripemd256")),
    Some(("RIPEMD320", "ripemd320")),
    None,
    Some(("SNEFRU256", "snefru256")),
    Some(("MD2", "md2")),
    Some(("FNV132", "fnv132")),
    Some(("FNV1A32", "fnv1a32")),
    Some(("FNV164", "fnv164")),
    Some(("FNV1A64", "fnv1a64")),
    Some(("JOAAT", "joaat")),
    Some(("CRC32C", "crc32c")),
    Some(("MURMUR3A", "murmur3a")),
    Some(("MURMUR3C", "murmur3c")),
    Some(("MURMUR3F", "murmur3f")),
    Some(("XXH32", "xxh32")),
    Some(("XXH64", "xxh64")),
    Some(("XXH3", "xxh3")),
    Some(("XXH128", "xxh128")),
];

constants! {
    /// Numbers of the algorithms.
    pub CONSTANTS;
    int MHASH_CRC32 = 0;
    int MHASH_MD5 = 1;
    int MHASH_SHA1 = 2;
    int MHASH_HAVAL256 = 3;
    int MHASH_RIPEMD160 = 5;
    int MHASH_TIGER = 7;
    int MHASH_GOST = 8;
    int MHASH_CRC32B = 9;
    int MHASH_HAVAL224 = 10;
    int MHASH_HAVAL192 = 11;
    int MHASH_HAVAL160 = 12;
    int MHASH_HAVAL128 = 13;
    int MHASH_TIGER128 = 14;
    int MHASH_TIGER160 = 15;
    int MHASH_MD4 = 16;
    int MHASH_SHA256 = 17;
    int MHASH_ADLER32 = 18;
    int MHASH_SHA224 = 19;
    int MHASH_SHA512 = 20;
    int MHASH_SHA384 = 21;
    int MHASH_WHIRLPOOL = 22;
    int MHASH_RIPEMD128 = 23;
    int MHASH_RIPEMD256 = 24;
    int MHASH_RIPEMD320 = 25;
    int MHASH_SNEFRU256 = 27;
    int MHASH_MD2 = 28;
    int MHASH_FNV132 = 29;
    int MHASH_FNV1A32 = 30;
    int MHASH_FNV164 = 31;
    int MHASH_FNV1A64 = 32;
    int MHASH_JOAAT = 33;
    int MHASH_CRC32C = 34;
    int MHASH_MURMUR3A = 35;
    int MHASH_MURMUR3C = 36;
    int MHASH_MURMUR3F = 37;
    int MHASH_XXH32 = 38;
    int MHASH_XXH64 = 39;
    int MHASH_XXH3 = 40;
    int MHASH_XXH128 = 41;
}

fn names(number: i64) -> Option<(&'static str, &'static str)> {
    *NAMES.get(usize::try_from(number).ok()?)?
}
fn algorithm(number: i64) -> Option<&'static Algorithm> {
    names(number).and_then(|(_, name)| Algorithm::find(name.as_bytes()))
}

/// Bytes of a digest.
#[php_function("mhash_get_block_size(int $algo): int|false", deprecated = "#[\\Deprecated(since: '8.1')]")]
fn mhash_get_block_size(algo: i64) -> OrFalse<i64> {
    OrFalse(algorithm(algo).map(|a| a.digest as i64))
}

/// Name of an algorithm.
#[php_function("mhash_get_hash_name(int $algo): string|false", deprecated = "#[\\Deprecated(since: '8.1')]")]
fn mhash_get_hash_name(algo: i64) -> OrFalse<&'static str> {
    OrFalse(names(algo).map(|n| n.0))
}

/// Highest number of an algorithm.
#[php_function("mhash_count(): int", deprecated = "#[\\Deprecated(since: '8.1')]")]
fn mhash_count() -> i64 {
    NAMES.len() as i64 - 1
}

/// A key from a password: the salted S2K of RFC 2440.
#[php_function(
    "mhash_keygen_s2k(int $algo, string $password, string $salt, int $length): string|false",
    deprecated = "#[\\Deprecated(since: '8.1')]"
)]
fn mhash_keygen_s2k(
    ctx: &mut Ctx,
    algo: i64,
    password: &[u8],
    salt: &[u8],
    length: i64,
) -> R<OrFalse<Vec<u8>>> {
    let Ok(length @ 1..) = usize::try_from(length as i32) else {
        return Err(ctx.argument_value_error(4, "must be a greater than 0"));
    };
    let mut padded = salt[..salt.len().min(8)].to_vec();
    padded.resize(8, 0);
    let Some(algorithm) = algorithm(algo) else { return Ok(OrFalse::FALSE) };
    let mut key = Vec::new();
    for round in 0..length.div_ceil(algorithm.digest) {
        key.extend(algorithm.hash(ctx, &[&vec![0; round], &padded, password])?);
    }
    key.truncate(length);
    Ok(OrFalse(Some(key)))
}

/// Digest, with a key that of HMAC.
#[php_function(
    "mhash(int $algo, string $data, ?string $key = null): string|false",
    deprecated = "#[\\Deprecated(since: '8.1')]"
)]
fn mhash(ctx: &mut Ctx, algo: i64, data: &[u8], key: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    let Some(algorithm) = algorithm(algo) else { return Ok(OrFalse::FALSE) };
    let digest = match key {
        Some(key) => {
            crate::functions::crypto(ctx, algorithm.name.as_bytes())?;
            Hmac::new(ctx, algorithm, key)?.code(&[data])
        }
        None => algorithm.hash(ctx, &[data])?,
    };
    Ok(OrFalse(Some(digest)))
}
