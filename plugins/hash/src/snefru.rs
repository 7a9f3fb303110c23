//! Snefru with 8 passes and 256 bits of output (Merkle, 1990).

use crate::algorithm::{Hasher, Options};
use crate::blocks::Blocks;
use crate::snefru_boxes::BOXES;
use crate::state::{Reader, Writer};
use plugin_api::{Ctx, R};

/// Fields of PHP's state.
pub const LAYOUT: &str = "l16l2bb32";

/// Mixes the 16 words and folds them into the first 8.
fn mix(state: &mut [u32; 16]) {
    let mut b = *state;
    for boxes in BOXES.chunks_exact(512) {
        for turn in [16, 8, 16, 24] {
            for i in 0..16 {
                let word = boxes[256 * (i / 2 % 2) + (b[i] & 255) as usize];
                b[(i + 1) % 16] ^= word;
                b[(i + 15) % 16] ^= word;
            }
            b.iter_mut().for_each(|w| *w = w.rotate_right(turn));
        }
    }
    for i in 0..8 {
        state[i] ^= b[15 - i];
    }
}

#[derive(Clone, Default)]
struct Snefru {
    state: [u32; 8],
    bits: u64,
    blocks: Blocks<32>,
}

fn compress(state: &mut [u32; 8], block: &[u8; 32]) {
    let mut all = [0; 16];
    all[..8].copy_from_slice(state);
    for (w, b) in all[8..].iter_mut().zip(block.as_chunks::<4>().0) {
        *w = u32::from_be_bytes(*b);
    }
    mix(&mut all);
    state.copy_from_slice(&all[..8]);
}

impl Hasher for Snefru {
    fn update(&mut self, data: &[u8]) {
        self.bits = self.bits.wrapping_add(8 * data.len() as u64);
        let Snefru { state, blocks, .. } = self;
        blocks.feed(data, |b| compress(state, b));
    }
    fn finish(&mut self) -> Vec<u8> {
        if self.blocks.len > 0 {
            compress(&mut self.state, &self.blocks.data);
        }
        let mut end = [0; 32];
        end[24..].copy_from_slice(&self.bits.to_be_bytes());
        compress(&mut self.state, &end);
        self.state.iter().flat_map(|w| w.to_be_bytes()).collect()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        let mut w = Writer::default();
        let bits = [(self.bits >> 32) as u32, self.bits as u32];
        w.words(&self.state).bytes(&[], 32).words(&bits);
        w.bytes(&[self.blocks.len as u8], 1).bytes(&self.blocks.data, 32);
        w.0
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let mut r = Reader(state);
        self.state = std::array::from_fn(|_| r.word());
        r.bytes(32);
        self.bits = u64::from(r.word()) << 32 | u64::from(r.word());
        let len = usize::from(r.bytes(1)[0]);
        Blocks::restored(r.bytes(32), len).map(|b| self.blocks = b).is_some()
    }
}

pub(crate) fn make(_: &mut Ctx, _: Options<'_>) -> R<Box<dyn Hasher>> {
    Ok(Box::new(Snefru::default()))
}
