//! The string hash: seeded per process (order never depends on it, PHP arrays are insertion-ordered), so crafted keys
//! cannot be prepared.

use std::sync::OnceLock;

fn seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    *SEED.get_or_init(|| {
        use std::hash::{BuildHasher, Hasher};
        std::collections::hash_map::RandomState::new().build_hasher().finish() | 1
    })
}

#[inline(always)]
fn mum(a: u64, b: u64) -> u64 {
    let r = a as u128 * b as u128;
    r as u64 ^ (r >> 64) as u64
}

/// The first `N` bytes from `at` on.
#[inline(always)]
fn bytes<const N: usize>(b: &[u8], at: usize) -> [u8; N] {
    *b[at..].first_chunk().expect("the caller has looked at the length")
}

#[inline(always)]
fn r8(b: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes(b, at))
}

#[inline(always)]
fn r4(b: &[u8], at: usize) -> u64 {
    u32::from_le_bytes(bytes(b, at)) as u64
}

/// Hash of a key's bytes, never 0. A multiply-fold hash in the manner of wyhash/foldhash of all bytes but the last, which is
/// added: keys that are counted up (`row_1`, `row_2`, …) get neighbouring places in the index of a hash, as integer keys do,
/// and are found in the same cache line.
pub fn hash_bytes(b: &[u8]) -> u64 {
    const K0: u64 = 0xa076_1d64_78bd_642f;
    const K1: u64 = 0xe703_7ed1_a0b4_28db;
    let mut h = seed() ^ (b.len() as u64).wrapping_mul(K1);
    let (mut rest, last) = match b.split_last() {
        Some((&last, rest)) => (rest, last),
        None => (b, 0),
    };
    while rest.len() > 16 {
        h = mum(r8(rest, 0) ^ K0 ^ h, r8(rest, 8) ^ K1);
        rest = &rest[16..];
    }
    let n = rest.len();
    let (x, y) = match n {
        8.. => (r8(rest, 0), r8(rest, n - 8)),
        4.. => (r4(rest, 0), r4(rest, n - 4)),
        1.. => ((rest[0] as u64) << 16 | (rest[n >> 1] as u64) << 8 | rest[n - 1] as u64, 0),
        0 => (0, 0),
    };
    // Room for the last byte, so that adding it never carries into the bit that is always set.
    (mum(x ^ K0 ^ h, y ^ K1 ^ h.rotate_left(32)) & ((1 << 62) - 1)).wrapping_add(last as u64) | 1 << 63
}
