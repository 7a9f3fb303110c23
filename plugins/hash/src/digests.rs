//! The algorithms that RustCrypto has, with their states translated between its layout and PHP's.

use crate::algorithm::{Hasher, Options};
use crate::state::{Reader, Writer};
use md5::Digest;
use md5::digest::common::hazmat::{SerializableState, SerializedState};
use plugin_api::{Ctx, R};

/// How a state is laid out: the crates' is the chaining value, what was counted, the place in the block, the block; PHP's
/// differs from family to family.
#[derive(Clone, Copy)]
enum Family {
    /// Chaining value, bits counted as two numbers of `width` bytes, block.
    Words { value: usize, width: usize, block: usize },
    /// Bytes counted, chaining value, block, and a decoded block.
    Md5,
    /// Chaining value, checksum, block, place.
    Md2,
    /// Chaining value with its bytes reversed, bits counted as 256-bit number, place, bits in the block, block.
    Whirlpool,
    /// The sponge with the block mixed in and some of its words as complements (see [`complement`]), place.
    Keccak { rate: usize },
    /// Chaining value, sum, bits counted, place, block.
    Gost,
}

struct Wrapped<D> {
    digest: D,
    family: Family,
}

/// The parts of a crate's state.
struct Parts {
    /// The chaining value, and what belongs to it.
    value: Vec<u8>,
    /// Blocks done (Gost: bits done).
    done: u128,
    /// Bytes of the block begun.
    begun: Vec<u8>,
}

impl Family {
    fn block(self) -> usize {
        match self {
            Family::Words { block, .. } => block,
            Family::Md5 | Family::Whirlpool => 64,
            Family::Md2 => 16,
            Family::Gost => 32,
            Family::Keccak { rate } => rate,
        }
    }
    /// Bytes of the chaining value and of the counter behind it.
    fn sizes(self) -> (usize, usize) {
        match self {
            Family::Words { value, width, .. } => (value, 2 * width),
            Family::Md5 => (16, 8),
            Family::Md2 => (64, 0),
            Family::Whirlpool => (64, 8),
            Family::Keccak { .. } => (200, 0),
            Family::Gost => (96, 0),
        }
    }

    fn split(self, state: &[u8]) -> Parts {
        let mut r = Reader(state);
        let (value, counter) = self.sizes();
        let mut value = r.bytes(value).to_vec();
        let counted = r.bytes(counter);
        let mut done = counted.iter().rev().fold(0u128, |n, b| n << 8 | u128::from(*b));
        if let Family::Gost = self {
            done = u128::from(Reader(&value[32..]).long());
            value.drain(32..64);
        }
        let place = usize::from(r.bytes(1)[0]);
        Parts { value, done, begun: r.bytes(place).to_vec() }
    }

    fn join(self, mut p: Parts) -> Vec<u8> {
        let (_, counter) = self.sizes();
        if let Family::Gost = self {
            let count: Vec<u8> = p.done.to_le_bytes().into_iter().chain([0; 16]).collect();
            p.value.splice(32..32, count);
        }
        let mut w = Writer(p.value);
        w.bytes(&p.done.to_le_bytes()[..counter], counter);
        w.bytes(&[p.begun.len() as u8], 1).bytes(&p.begun, self.block() - 1);
        w.0
    }

    /// PHP's state.
    fn save(self, p: &Parts) -> Vec<u8> {
        let block = self.block();
        let bytes = p.done * block as u128 + p.begun.len() as u128;
        let mut w = Writer::default();
        match self {
            Family::Words { width, .. } => {
                let bits = (bytes * 8).to_le_bytes();
                w.bytes(&p.value, p.value.len()).bytes(&bits[..2 * width], 2 * width).bytes(&p.begun, block);
            }
            Family::Md5 => {
                let (low, high) = (bytes as u32 & 0x1fff_ffff, (bytes >> 29) as u32);
                w.words(&[low, high]).bytes(&p.value, 16).bytes(&p.begun, 64).bytes(&[], 64);
            }
            Family::Md2 => {
                w.bytes(&p.value, 64).bytes(&p.begun, 16).bytes(&[p.begun.len() as u8], 1);
            }
            Family::Whirlpool => {
                for word in p.value.chunks_exact(8) {
                    word.iter().rev().for_each(|b| w.0.push(*b));
                }
                w.bytes(&[0; 16], 16).bytes(&(bytes * 8).to_be_bytes(), 16);
                w.words(&[p.begun.len() as u32, 8 * p.begun.len() as u32]).bytes(&p.begun, 64);
            }
            Family::Keccak { .. } => {
                let mut sponge = p.value.clone();
                sponge.iter_mut().zip(&p.begun).for_each(|(s, b)| *s ^= b);
                complement(&mut sponge);
                w.bytes(&sponge, 200).words(&[0, p.begun.len() as u32, 0, 0]).bytes(&[0], 1);
            }
            Family::Gost => {
                let bits = p.done as u64 + 8 * p.begun.len() as u64;
                w.bytes(&p.value, 64).longs(&[bits]).bytes(&[p.begun.len() as u8], 1).bytes(&p.begun, 32);
            }
        }
        w.0
    }

    /// The parts of PHP's state; `None` when the place is beyond the block.
    fn load(self, state: &[u8]) -> Option<Parts> {
        let block = self.block();
        let mut r = Reader(state);
        let counted = |bytes: u128| (bytes / block as u128, (bytes % block as u128) as usize);
        Some(match self {
            Family::Words { value, width, .. } => {
                let value = r.bytes(value).to_vec();
                let bits = r.bytes(2 * width).iter().rev().fold(0u128, |n, b| n << 8 | u128::from(*b));
                let (done, place) = counted(bits / 8);
                Parts { value, done, begun: r.bytes(block)[..place].to_vec() }
            }
            Family::Md5 => {
                let (low, high) = (r.word(), r.word());
                let (done, place) = counted(u128::from(high) << 29 | u128::from(low));
                Parts { value: r.bytes(16).to_vec(), done, begun: r.bytes(64)[..place].to_vec() }
            }
            Family::Md2 => {
                let (value, data) = (r.bytes(64).to_vec(), r.bytes(16));
                Parts { value, done: 0, begun: data.get(..usize::from(r.bytes(1)[0]))?.to_vec() }
            }
            Family::Whirlpool => {
                let value = r.bytes(64).chunks_exact(8).flat_map(|w| w.iter().rev().copied()).collect();
                let bits = r.bytes(32)[16..].iter().fold(0u128, |n, b| n << 8 | u128::from(*b));
                let (place, begun) = (r.word() as usize, r.word() as usize);
                let data = r.bytes(64);
                if place >= 64 || begun != 8 * place {
                    return None;
                }
                Parts { value, done: counted(bits / 8).0, begun: data[..place].to_vec() }
            }
            Family::Keccak { rate } => {
                let mut value = r.bytes(200).to_vec();
                complement(&mut value);
                r.word();
                let place = r.word() as usize;
                // What was mixed in already is begun again as zeros.
                Parts { value, done: 0, begun: (place < rate).then(|| vec![0; place])? }
            }
            Family::Gost => {
                let (value, bits) = (r.bytes(64).to_vec(), r.long());
                let (place, data) = (usize::from(r.bytes(1)[0]), r.bytes(32));
                let done = u128::from(bits.wrapping_sub(8 * place as u64));
                Parts { value, done, begun: (place < 32).then(|| data[..place].to_vec())? }
            }
        })
    }
}

/// Keccak's "lane complementing": the 64-bit implementation in PHP keeps these words as their complements, which saves it
/// instructions.
fn complement(sponge: &mut [u8]) {
    for word in [1, 2, 8, 12, 17, 20] {
        sponge[8 * word..8 * word + 8].iter_mut().for_each(|b| *b = !*b);
    }
}

impl<D: Digest + SerializableState + Clone + 'static> Hasher for Wrapped<D> {
    fn update(&mut self, data: &[u8]) {
        self.digest.update(data);
    }
    fn finish(&mut self) -> Vec<u8> {
        self.digest.clone().finalize().to_vec()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(Wrapped { digest: self.digest.clone(), family: self.family })
    }
    fn save(&self) -> Vec<u8> {
        self.family.save(&self.family.split(&self.digest.serialize()))
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let Some(parts) = self.family.load(state) else { return false };
        let state = self.family.join(parts);
        let state = SerializedState::<D>::try_from(&state[..]).ok();
        match state.and_then(|s| D::deserialize(&s).ok()) {
            Some(d) => {
                self.digest = d;
                true
            }
            None => false,
        }
    }
}

macro_rules! digests {
    ($($name:ident: $ty:ty, $family:expr;)*) => { $(
        pub(crate) fn $name(_: &mut Ctx, _: Options<'_>) -> R<Box<dyn Hasher>> {
            Ok(Box::new(Wrapped { digest: <$ty>::new(), family: $family }))
        }
    )* };
}

const fn words(value: usize) -> Family {
    Family::Words { value, width: 4, block: 64 }
}
const LONGS: Family = Family::Words { value: 64, width: 8, block: 128 };

digests! {
    md2: md2::Md2, Family::Md2;
    md4: md4::Md4, words(16);
    md5: md5::Md5, Family::Md5;
    sha1: sha1::Sha1, words(20);
    sha224: sha2::Sha224, words(32);
    sha256: sha2::Sha256, words(32);
    sha384: sha2::Sha384, LONGS;
    sha512: sha2::Sha512, LONGS;
    sha512_224: sha2::Sha512_224, LONGS;
    sha512_256: sha2::Sha512_256, LONGS;
    sha3_224: sha3::Sha3_224, Family::Keccak { rate: 144 };
    sha3_256: sha3::Sha3_256, Family::Keccak { rate: 136 };
    sha3_384: sha3::Sha3_384, Family::Keccak { rate: 104 };
    sha3_512: sha3::Sha3_512, Family::Keccak { rate: 72 };
    ripemd128: ripemd::Ripemd128, words(16);
    ripemd160: ripemd::Ripemd160, words(20);
    ripemd256: ripemd::Ripemd256, words(32);
    ripemd320: ripemd::Ripemd320, words(40);
    whirlpool: whirlpool::Whirlpool, Family::Whirlpool;
    gost: gost94::Gost94Test, Family::Gost;
    gost_crypto: gost94::Gost94CryptoPro, Family::Gost;
}
