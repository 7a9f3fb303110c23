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

#[inline(always)]
fn r8(b: &[u8], at: usize) -> u64 {
    let mut w = [0; 8];
    w.copy_from_slice(&b[at..at + 8]);
    u64::from_le_bytes(w)
}

/// Hash of a key's bytes, never 0. A multiply-fold hash in the manner of wyhash/foldhash.
pub fn hash_bytes(b: &[u8]) -> u64 {
    const K0: u64 = 0xa076_1d64_78bd_642f;
    const K1: u64 = 0xe703_7ed1_a0b4_28db;
    let mut h = seed() ^ (b.len() as u64).wrapping_mul(K1);
    let mut rest = b;
    while rest.len() > 16 {
        h = mum(r8(rest, 0) ^ K0 ^ h, r8(rest, 8) ^ K1);
        rest = &rest[16..];
    }
    let (x, y) = if rest.len() >= 8 {
        (r8(rest, 0), r8(rest, rest.len() - 8))
    } else {
        let mut w = [0; 8];
        w[..rest.len()].copy_from_slice(rest);
        (u64::from_le_bytes(w), 0)
    };
    mum(x ^ K0 ^ h, y ^ K1 ^ h.rotate_left(32)) | 1 << 63
}
