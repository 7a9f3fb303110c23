//! Tiger (Anderson and Biham, "Tiger: A Fast New Hash Function", 1996) with 3 or 4 passes.

use crate::algorithm::{Hasher, Options};
use crate::blocks::Blocks;
use crate::state::{Reader, Writer};
use crate::tiger_boxes::BOXES;
use plugin_api::{Ctx, R};

/// Fields of PHP's state.
pub const LAYOUT: &str = "q3qb64l";

const START: [u64; 3] = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0xf096_a5b4_c3b2_e187];

fn compress(state: &mut [u64; 3], block: &[u8; 64], passes: u32) {
    let mut x = [0; 8];
    for (x, b) in x.iter_mut().zip(block.as_chunks::<8>().0) {
        *x = u64::from_le_bytes(*b);
    }
    let [mut a, mut b, mut c] = *state;
    for pass in 0..passes {
        if pass > 0 {
            schedule(&mut x);
        }
        let times = [5, 7, 9][pass.min(2) as usize];
        for x in x {
            c ^= x;
            let t = c.to_le_bytes().map(usize::from);
            let even = BOXES[t[0]] ^ BOXES[256 + t[2]] ^ BOXES[512 + t[4]] ^ BOXES[768 + t[6]];
            let odd = BOXES[768 + t[1]] ^ BOXES[512 + t[3]] ^ BOXES[256 + t[5]] ^ BOXES[t[7]];
            a = a.wrapping_sub(even);
            b = b.wrapping_add(odd).wrapping_mul(times);
            // A pass has eight rounds, and begins with the registers where the one before left them.
            (a, b, c) = (b, c, a);
        }
    }
    state[0] ^= a;
    state[1] = b.wrapping_sub(state[1]);
    state[2] = state[2].wrapping_add(c);
}

fn schedule(x: &mut [u64; 8]) {
    x[0] = x[0].wrapping_sub(x[7] ^ 0xa5a5_a5a5_a5a5_a5a5);
    x[1] ^= x[0];
    x[2] = x[2].wrapping_add(x[1]);
    x[3] = x[3].wrapping_sub(x[2] ^ (!x[1] << 19));
    x[4] ^= x[3];
    x[5] = x[5].wrapping_add(x[4]);
    x[6] = x[6].wrapping_sub(x[5] ^ (!x[4] >> 23));
    x[7] ^= x[6];
    x[0] = x[0].wrapping_add(x[7]);
    x[1] = x[1].wrapping_sub(x[0] ^ (!x[7] << 19));
    x[2] ^= x[1];
    x[3] = x[3].wrapping_add(x[2]);
    x[4] = x[4].wrapping_sub(x[3] ^ (!x[2] >> 23));
    x[5] ^= x[4];
    x[6] = x[6].wrapping_add(x[5]);
    x[7] = x[7].wrapping_sub(x[6] ^ 0x0123_4567_89ab_cdef);
}

#[derive(Clone)]
struct Tiger<const PASSES: u32, const SIZE: usize> {
    state: [u64; 3],
    /// Bits in full blocks.
    bits: u64,
    blocks: Blocks<64>,
}

impl<const PASSES: u32, const SIZE: usize> Hasher for Tiger<PASSES, SIZE> {
    fn update(&mut self, data: &[u8]) {
        let Tiger { state, bits, blocks } = self;
        blocks.feed(data, |b| {
            compress(state, b, PASSES);
            *bits = bits.wrapping_add(512);
        });
    }
    fn finish(&mut self) -> Vec<u8> {
        let bits = self.bits.wrapping_add(8 * self.blocks.len as u64);
        let zeros = (55usize.wrapping_sub(self.blocks.len)) % 64;
        let mut end = vec![1];
        end.resize(1 + zeros, 0);
        end.extend(bits.to_le_bytes());
        self.update(&end);
        self.state.iter().flat_map(|w| w.to_le_bytes()).take(SIZE).collect()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.longs(&self.state)
            .longs(&[self.bits])
            .bytes(&self.blocks.data, 64)
            .words(&[self.blocks.len as u32]);
        w.0
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let mut r = Reader(state);
        self.state = [r.long(), r.long(), r.long()];
        self.bits = r.long();
        let data = r.bytes(64);
        Blocks::restored(data, r.word() as usize).map(|b| self.blocks = b).is_some()
    }
}

pub(crate) fn make<const PASSES: u32, const SIZE: usize>(_: &mut Ctx, _: Options<'_>) -> R<Box<dyn Hasher>> {
    Ok(Box::new(Tiger::<PASSES, SIZE> { state: START, bits: 0, blocks: Blocks::default() }))
}
