//! Checksums and hashes whose whole state is one number.

use crate::algorithm::{Hasher, Options};
use plugin_api::{Ctx, R};

/// A hash with a state of one number.
#[derive(Clone, Copy)]
struct Number {
    state: u64,
    /// Bytes of the state.
    size: usize,
    step: fn(u64, &[u8]) -> u64,
    /// The digest of a state, in its lower bytes, the highest first.
    last: fn(u64) -> u64,
}

impl Hasher for Number {
    fn update(&mut self, data: &[u8]) {
        self.state = (self.step)(self.state, data);
    }
    fn finish(&mut self) -> Vec<u8> {
        (self.last)(self.state).to_be_bytes()[8 - self.size..].to_vec()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(*self)
    }
    fn save(&self) -> Vec<u8> {
        self.state.to_le_bytes()[..self.size].to_vec()
    }
    fn load(&mut self, state: &[u8]) -> bool {
        self.state = state.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        true
    }
}

/// RFC 1950's sum.
fn adler(state: u64, data: &[u8]) -> u64 {
    let (mut a, mut b) = (state & 0xffff, state >> 16 & 0xffff);
    // The sums of so many bytes fit.
    for part in data.chunks(5552) {
        for c in part {
            a += u64::from(*c);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    b << 16 | a
}

/// The table of bzip2's CRC, whose polynomial is taken with the highest bit first.
const BZIP2: [u32; 256] = {
    let mut t = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut c = (i as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            c = if c >> 31 == 1 { c << 1 ^ 0x04c1_1db7 } else { c << 1 };
            bit += 1;
        }
        t[i] = c;
        i += 1;
    }
    t
};

fn crc_bzip2(state: u64, data: &[u8]) -> u64 {
    let step = |c: u32, b: &u8| c << 8 ^ BZIP2[usize::from((c >> 24) as u8 ^ b)];
    data.iter().fold(state as u32, step).into()
}
/// The crates keep the complement of the register.
fn crc_ieee(state: u64, data: &[u8]) -> u64 {
    let mut h = crc32fast::Hasher::new_with_initial(!(state as u32));
    h.update(data);
    (!h.finalize()).into()
}
fn crc_castagnoli(state: u64, data: &[u8]) -> u64 {
    (!crc32c::crc32c_append(!(state as u32), data)).into()
}
fn complement(state: u64) -> u64 {
    (!(state as u32)).into()
}

const PRIME_32: u32 = 0x0100_0193;
const PRIME_64: u64 = 0x0100_0000_01b3;

fn fnv_32(state: u64, data: &[u8]) -> u64 {
    data.iter().fold(state as u32, |h, b| h.wrapping_mul(PRIME_32) ^ u32::from(*b)).into()
}
fn fnv_a_32(state: u64, data: &[u8]) -> u64 {
    data.iter().fold(state as u32, |h, b| (h ^ u32::from(*b)).wrapping_mul(PRIME_32)).into()
}
fn fnv_64(state: u64, data: &[u8]) -> u64 {
    data.iter().fold(state, |h, b| h.wrapping_mul(PRIME_64) ^ u64::from(*b))
}
fn fnv_a_64(state: u64, data: &[u8]) -> u64 {
    data.iter().fold(state, |h, b| (h ^ u64::from(*b)).wrapping_mul(PRIME_64))
}

/// Bob Jenkins's one-at-a-time hash.
fn one_at_a_time(state: u64, data: &[u8]) -> u64 {
    let step = |h: u32, b: &u8| {
        let h = h.wrapping_add(u32::from(*b));
        let h = h.wrapping_add(h << 10);
        h ^ h >> 6
    };
    data.iter().fold(state as u32, step).into()
}
fn one_at_a_time_last(state: u64) -> u64 {
    let h = state as u32;
    let h = h.wrapping_add(h << 3);
    let h = h ^ h >> 11;
    h.wrapping_add(h << 15).into()
}

macro_rules! numbers {
    ($($name:ident: $state:expr, $size:expr, $step:expr, $last:expr;)*) => { $(
        pub(crate) fn $name(_: &mut Ctx, _: Options<'_>) -> R<Box<dyn Hasher>> {
            Ok(Box::new(Number { state: $state, size: $size, step: $step, last: $last }))
        }
    )* };
}
fn as_is(state: u64) -> u64 {
    state
}

numbers! {
    adler32: 1, 4, adler, as_is;
    crc32: 0xffff_ffff, 4, crc_bzip2, |s| (!(s as u32)).swap_bytes().into();
    crc32b: 0xffff_ffff, 4, crc_ieee, complement;
    crc32c: 0xffff_ffff, 4, crc_castagnoli, complement;
    fnv132: 0x811c_9dc5, 4, fnv_32, as_is;
    fnv1a32: 0x811c_9dc5, 4, fnv_a_32, as_is;
    fnv164: 0xcbf2_9ce4_8422_2325, 8, fnv_64, as_is;
    fnv1a64: 0xcbf2_9ce4_8422_2325, 8, fnv_a_64, as_is;
    joaat: 0, 4, one_at_a_time, one_at_a_time_last;
}
