//! MurmurHash3 (Appleby, public domain): the 32-bit hash, and the 128-bit ones for 32-bit and 64-bit machines. PHP's states are
//! those of PMurHash: bytes that make no block yet are shifted into the words of a block from the top, and the lowest byte of
//! the last word counts them.

use crate::algorithm::{Hasher, Options};
use crate::blocks::Blocks;
use crate::state::{Reader, Writer};
use plugin_api::{Ctx, Kind, R, Value};

fn mix_32(mut h: u32) -> u32 {
    h = (h ^ h >> 16).wrapping_mul(0x85eb_ca6b);
    h = (h ^ h >> 13).wrapping_mul(0xc2b2_ae35);
    h ^ h >> 16
}
fn mix_64(mut k: u64) -> u64 {
    k = (k ^ k >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    k = (k ^ k >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    k ^ k >> 33
}

/// One of the three functions. `N` are the bytes of a block, `W` words of which make the state.
trait Variant<const N: usize>: Copy + 'static {
    /// Bytes of a word.
    const WORD: usize;
    fn block(&mut self, block: &[u8; N]);
    /// Mixes in what is left, and the length.
    fn last(&mut self, tail: &Blocks<N>, len: u32);
    /// The words, the lowest byte first.
    fn words(&self) -> Vec<u8>;
    fn set_words(&mut self, r: &mut Reader);
}

#[derive(Clone, Copy)]
struct A(u32);

impl A {
    fn scramble(k: u32) -> u32 {
        k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
    }
}
impl Variant<4> for A {
    const WORD: usize = 4;
    fn block(&mut self, block: &[u8; 4]) {
        let h = self.0 ^ A::scramble(u32::from_le_bytes(*block));
        self.0 = h.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    fn last(&mut self, tail: &Blocks<4>, len: u32) {
        self.0 ^= A::scramble(u32::from_le_bytes(tail.data));
        self.0 = mix_32(self.0 ^ len);
    }
    fn words(&self) -> Vec<u8> {
        self.0.to_le_bytes().to_vec()
    }
    fn set_words(&mut self, r: &mut Reader) {
        self.0 = r.word();
    }
}

#[derive(Clone, Copy)]
struct C([u32; 4]);

impl C {
    const TIMES: [u32; 4] = [0x239b_961b, 0xab0e_9789, 0x38b3_4ae5, 0xa1e3_8b93];
    const PLUS: [u32; 4] = [0x561c_cd1b, 0x0bca_a747, 0x96cd_1c35, 0x32ac_3b17];
    const TURN: [u32; 4] = [19, 17, 15, 13];
    fn scramble(i: usize, k: u32) -> u32 {
        k.wrapping_mul(C::TIMES[i]).rotate_left(15 + i as u32).wrapping_mul(C::TIMES[(i + 1) % 4])
    }
    fn key(block: &[u8; 16], i: usize) -> u32 {
        u32::from_le_bytes(block.as_chunks::<4>().0[i])
    }
    fn spread(&mut self) {
        let [h, rest @ ..] = &mut self.0;
        rest.iter().for_each(|r| *h = h.wrapping_add(*r));
        rest.iter_mut().for_each(|r| *r = r.wrapping_add(*h));
    }
}
impl Variant<16> for C {
    const WORD: usize = 4;
    fn block(&mut self, block: &[u8; 16]) {
        for i in 0..4 {
            let h = (self.0[i] ^ C::scramble(i, C::key(block, i))).rotate_left(C::TURN[i]);
            self.0[i] = h.wrapping_add(self.0[(i + 1) % 4]).wrapping_mul(5).wrapping_add(C::PLUS[i]);
        }
    }
    fn last(&mut self, tail: &Blocks<16>, len: u32) {
        for i in 0..4 {
            self.0[i] ^= C::scramble(i, C::key(&tail.data, i)) ^ len;
        }
        self.spread();
        self.0 = self.0.map(mix_32);
        self.spread();
    }
    fn words(&self) -> Vec<u8> {
        self.0.iter().flat_map(|w| w.to_le_bytes()).collect()
    }
    fn set_words(&mut self, r: &mut Reader) {
        self.0 = std::array::from_fn(|_| r.word());
    }
}

#[derive(Clone, Copy)]
struct F([u64; 2]);

impl F {
    const TIMES: [u64; 2] = [0x87c3_7b91_1142_53d5, 0x4cf5_ad43_2745_937f];
    fn scramble(i: usize, k: u64) -> u64 {
        k.wrapping_mul(F::TIMES[i]).rotate_left([31, 33][i]).wrapping_mul(F::TIMES[1 - i])
    }
    fn key(block: &[u8; 16], i: usize) -> u64 {
        u64::from_le_bytes(block.as_chunks::<8>().0[i])
    }
    fn spread(&mut self) {
        self.0[0] = self.0[0].wrapping_add(self.0[1]);
        self.0[1] = self.0[1].wrapping_add(self.0[0]);
    }
}
impl Variant<16> for F {
    const WORD: usize = 8;
    fn block(&mut self, block: &[u8; 16]) {
        for i in 0..2 {
            let h = (self.0[i] ^ F::scramble(i, F::key(block, i))).rotate_left([27, 31][i]);
            let plus = [0x52dc_e729, 0x3849_5ab5][i];
            self.0[i] = h.wrapping_add(self.0[1 - i]).wrapping_mul(5).wrapping_add(plus);
        }
    }
    fn last(&mut self, tail: &Blocks<16>, len: u32) {
        for i in 0..2 {
            self.0[i] ^= F::scramble(i, F::key(&tail.data, i)) ^ u64::from(len);
        }
        self.spread();
        self.0 = self.0.map(mix_64);
        self.spread();
    }
    fn words(&self) -> Vec<u8> {
        self.0.iter().flat_map(|w| w.to_le_bytes()).collect()
    }
    fn set_words(&mut self, r: &mut Reader) {
        self.0 = std::array::from_fn(|_| r.long());
    }
}

#[derive(Clone)]
struct Murmur<V, const N: usize> {
    state: V,
    blocks: Blocks<N>,
    len: u32,
}

impl<V: Variant<N>, const N: usize> Hasher for Murmur<V, N> {
    fn update(&mut self, data: &[u8]) {
        self.len = self.len.wrapping_add(data.len() as u32);
        let Murmur { state, blocks, .. } = self;
        blocks.feed(data, |b| state.block(b));
    }
    fn finish(&mut self) -> Vec<u8> {
        self.state.last(&self.blocks, self.len);
        self.state.words().chunks_exact(V::WORD).flat_map(|w| w.iter().rev().copied()).collect()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        let mut carry = self.blocks.data;
        let n = self.blocks.len;
        if !n.is_multiple_of(V::WORD) {
            // The word that is not full has its bytes at the top.
            let word = n / V::WORD * V::WORD;
            carry[word..word + V::WORD].rotate_left(n % V::WORD);
        }
        carry[N - V::WORD] = n as u8;
        let words = self.state.words();
        let mut w = Writer::default();
        w.bytes(&words, words.len()).bytes(&carry, N).words(&[self.len]);
        w.0
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let mut r = Reader(state);
        self.state.set_words(&mut r);
        let mut carry = r.bytes(N).to_vec();
        let n = usize::from(carry[N - V::WORD]) % N;
        if !n.is_multiple_of(V::WORD) {
            let word = n / V::WORD * V::WORD;
            carry[word..word + V::WORD].rotate_right(n % V::WORD);
        }
        self.len = r.word();
        Blocks::restored(&carry, n).map(|b| self.blocks = b).is_some()
    }
}

/// The seed among the options; anything but an int is deprecated and 0.
fn seed(ctx: &mut Ctx, options: Options<'_>) -> R<u64> {
    match options.and_then(|o| o.get("seed")).map(Value::kind) {
        Some(Kind::Int(i)) => Ok(i as u64),
        Some(_) => {
            ctx.deprecated(crate::xxhash::SEED_TYPE)?;
            Ok(0)
        }
        None => Ok(0),
    }
}

pub(crate) fn make_a(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    let state = A(seed(ctx, options)? as u32);
    Ok(Box::new(Murmur { state, blocks: Blocks::<4>::default(), len: 0 }))
}
pub(crate) fn make_c(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    let state = C([seed(ctx, options)? as u32; 4]);
    Ok(Box::new(Murmur { state, blocks: Blocks::<16>::default(), len: 0 }))
}
pub(crate) fn make_f(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    let state = F([seed(ctx, options)?; 2]);
    Ok(Box::new(Murmur { state, blocks: Blocks::<16>::default(), len: 0 }))
}
