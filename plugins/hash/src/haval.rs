//! HAVAL (Zheng, Pieprzyk and Seberry, "HAVAL: A One-Way Hashing Algorithm with Variable Length of Output", 1992) with 3, 4 or
//! 5 passes.

use crate::algorithm::{Hasher, Options};
use crate::blocks::Blocks;
use crate::state::{Reader, Writer};
use plugin_api::{Ctx, R};
use std::sync::LazyLock;

/// Fields of PHP's state.
pub const LAYOUT: &str = "l8l2b128";

/// The chaining value at the start (8 words) and the numbers of passes 2 to 5 (32 words each): the digits of pi behind the
/// point.
static PI: LazyLock<[u32; 136]> = LazyLock::new(|| {
    let mut sum = inverse_arctangent(5, 16);
    for (s, d) in sum.iter_mut().zip(inverse_arctangent(239, 4)).rev().scan(0, |borrow, (s, d)| {
        let (v, b) = s.overflowing_sub(d);
        let (v, c) = v.overflowing_sub(*borrow);
        *borrow = u32::from(b || c);
        Some((s, v))
    }) {
        *s = d;
    }
    std::array::from_fn(|i| sum[i + 1])
});

/// Words of a long number: one before the point, and some behind what is wanted.
const LONG: usize = 140;
type Long = [u32; LONG];

fn divide(n: &mut Long, by: u32) {
    let mut rest = 0u64;
    for w in n {
        let v = rest << 32 | u64::from(*w);
        *w = (v / u64::from(by)) as u32;
        rest = v % u64::from(by);
    }
}

/// `times` the arctangent of 1/`x` (Machin's series).
fn inverse_arctangent(x: u32, times: u32) -> Long {
    let mut power = [0; LONG];
    power[0] = times;
    divide(&mut power, x);
    let mut sum = power;
    for k in (3u32..).step_by(2) {
        divide(&mut power, x * x);
        if power.iter().all(|w| *w == 0) {
            break;
        }
        let mut term = power;
        divide(&mut term, k);
        let minus = k % 4 == 3;
        let mut carry = minus;
        for (s, t) in sum.iter_mut().zip(term).rev() {
            // Subtracting is adding the complement and one.
            let t = if minus { !t } else { t };
            let (v, a) = s.overflowing_add(t);
            let (v, b) = v.overflowing_add(carry.into());
            (*s, carry) = (v, a || b);
        }
    }
    sum
}

/// Which word of the block each step of passes 2 to 5 takes.
const ORDER: [[u8; 32]; 4] = [
    [
        5, 14, 26, 18, 11, 28, 7, 16, 0, 23, 20, 22, 1, 10, 4, 8, 30, 3, 21, 9, 17, 24, 29, 6, 19, 12, 15,
        13, 2, 25, 31, 27,
    ],
    [
        19, 9, 4, 20, 28, 17, 8, 22, 29, 14, 25, 12, 24, 30, 16, 26, 31, 15, 7, 3, 1, 0, 18, 27, 13, 6, 21,
        10, 23, 11, 5, 2,
    ],
    [
        24, 4, 0, 14, 2, 7, 28, 23, 26, 6, 30, 20, 18, 25, 19, 3, 22, 11, 31, 21, 8, 27, 12, 9, 1, 29, 5, 15,
        17, 10, 16, 13,
    ],
    [
        27, 3, 21, 26, 17, 11, 20, 29, 19, 0, 12, 7, 13, 8, 31, 10, 5, 9, 14, 30, 18, 6, 28, 24, 2, 23, 16,
        22, 4, 1, 25, 15,
    ],
];

/// Which register is which argument (x6 … x0) of the function of each pass, for 3, 4 and 5 passes.
const ARGUMENTS: [&[[u8; 7]]; 3] = [
    &[[1, 0, 3, 5, 6, 2, 4], [4, 2, 1, 0, 5, 3, 6], [6, 1, 2, 3, 4, 5, 0]],
    &[[2, 6, 1, 4, 5, 3, 0], [3, 5, 2, 0, 1, 6, 4], [1, 4, 3, 6, 0, 2, 5], [6, 4, 0, 5, 2, 1, 3]],
    &[
        [3, 4, 1, 0, 5, 2, 6],
        [6, 2, 1, 0, 3, 4, 5],
        [2, 6, 0, 4, 3, 1, 5],
        [1, 5, 3, 2, 0, 4, 6],
        [2, 5, 0, 6, 4, 3, 1],
    ],
];

/// The boolean function of a pass.
fn function(pass: usize, [x6, x5, x4, x3, x2, x1, x0]: [u32; 7]) -> u32 {
    match pass {
        0 => x1 & x4 ^ x2 & x5 ^ x3 & x6 ^ x0 & x1 ^ x0,
        1 => x1 & x2 & x3 ^ x2 & x4 & x5 ^ x1 & x2 ^ x1 & x4 ^ x2 & x6 ^ x3 & x5 ^ x4 & x5 ^ x0 & x2 ^ x0,
        2 => x1 & x2 & x3 ^ x1 & x4 ^ x2 & x5 ^ x3 & x6 ^ x0 & x3 ^ x0,
        3 => {
            let threes = x1 & x2 & x3 ^ x2 & x4 & x5 ^ x3 & x4 & x6;
            let twos = x1 & x4 ^ x2 & x6 ^ x3 & x4 ^ x3 & x5 ^ x3 & x6 ^ x4 & x5 ^ x4 & x6 ^ x0 & x4;
            threes ^ twos ^ x0
        }
        _ => x1 & x4 ^ x2 & x5 ^ x3 & x6 ^ x0 & x1 & x2 & x3 ^ x0 & x5 ^ x0,
    }
}

fn compress(state: &mut [u32; 8], block: &[u8; 128], passes: usize) {
    let mut x = [0; 32];
    for (x, b) in x.iter_mut().zip(block.as_chunks::<4>().0) {
        *x = u32::from_le_bytes(*b);
    }
    let numbers = &PI[8..];
    let mut e = *state;
    for (pass, arguments) in ARGUMENTS[passes - 3].iter().enumerate() {
        for i in 0..32 {
            // Register k of step i; the registers turn by one each step.
            let register = |k: u8| e[(usize::from(k) + 32 - i) % 8];
            let f = function(pass, arguments.map(register));
            let input = match pass {
                0 => x[i],
                p => x[usize::from(ORDER[p - 1][i])].wrapping_add(numbers[32 * (p - 1) + i]),
            };
            let v = f.rotate_right(7).wrapping_add(register(7).rotate_right(11)).wrapping_add(input);
            e[7 - i % 8] = v;
        }
    }
    state.iter_mut().zip(e).for_each(|(s, e)| *s = s.wrapping_add(e));
}

#[derive(Clone)]
struct Haval<const PASSES: usize, const SIZE: usize> {
    state: [u32; 8],
    bits: u64,
    blocks: Blocks<128>,
}

impl<const PASSES: usize, const SIZE: usize> Hasher for Haval<PASSES, SIZE> {
    fn update(&mut self, data: &[u8]) {
        self.bits = self.bits.wrapping_add(8 * data.len() as u64);
        let Haval { state, blocks, .. } = self;
        blocks.feed(data, |b| compress(state, b, PASSES));
    }
    fn finish(&mut self) -> Vec<u8> {
        let zeros = (117usize.wrapping_sub(self.blocks.len)) % 128;
        let mut end = vec![1];
        end.resize(1 + zeros, 0);
        // Version 1, passes and bits of output.
        let (version, passes, bits) = (1, PASSES as u16, 8 * SIZE as u16);
        end.extend((version | passes << 3 | bits << 6).to_le_bytes());
        end.extend(self.bits.to_le_bytes());
        self.update(&end);
        let mut s = self.state;
        fold(&mut s, SIZE);
        s.iter().flat_map(|w| w.to_le_bytes()).take(SIZE).collect()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.words(&self.state).longs(&[self.bits]).bytes(&self.blocks.data, 128);
        w.0
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let mut r = Reader(state);
        self.state = std::array::from_fn(|_| r.word());
        self.bits = r.long();
        let len = (self.bits >> 3 & 127) as usize;
        Blocks::restored(r.bytes(128), len).map(|b| self.blocks = b).is_some()
    }
}

/// Tailors the output: cuts the words that are too many into pieces and adds those to the words that stay.
fn fold(s: &mut [u32; 8], size: usize) {
    let widths: &[u32] = match size {
        16 => &[8, 8, 8, 8],
        20 => &[6, 6, 7, 6, 7],
        24 => &[5, 5, 6, 5, 5, 6],
        28 => &[4, 5, 4, 5, 4, 5, 5],
        _ => return,
    };
    let (stay, extra) = (widths.len(), 8 - widths.len());
    let start = |piece: usize| widths[..piece].iter().sum::<u32>();
    for i in 0..stay {
        if extra == 1 {
            let piece = stay - 1 - i;
            s[i] = s[i].wrapping_add(s[7] >> start(piece) & ((1 << widths[piece]) - 1));
            continue;
        }
        let mut sum = 0;
        for j in 0..extra {
            let piece = (i + stay - j) % stay;
            sum |= s[7 - j] & (((1u64 << widths[piece]) - 1) << start(piece)) as u32;
        }
        let lowest = (i + stay - (extra - 1)) % stay;
        s[i] = s[i].wrapping_add(sum.rotate_right(start(lowest)));
    }
}

pub(crate) fn make<const PASSES: usize, const SIZE: usize>(
    _: &mut Ctx,
    _: Options<'_>,
) -> R<Box<dyn Hasher>> {
    let state = std::array::from_fn(|i| PI[i]);
    Ok(Box::new(Haval::<PASSES, SIZE> { state, bits: 0, blocks: Blocks::default() }))
}
