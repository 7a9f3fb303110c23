//! The Mersenne Twister (Matsumoto and Nishimura, 1998), and the variant that PHP had before 7.1.

/// Numbers of state.
const N: usize = 624;
const M: usize = 397;

/// How the state is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As published.
    Standard,
    /// `MT_RAND_PHP`: with the old slip in the twist.
    Legacy,
}

/// A generator.
#[derive(Clone)]
pub struct Mt19937 {
    /// The numbers.
    pub state: [u32; N],
    /// How many of them are used up.
    pub used: usize,
    /// The variant.
    pub mode: Mode,
}

impl Mt19937 {
    /// A generator from a seed.
    pub fn new(seed: u32, mode: Mode) -> Mt19937 {
        let mut state = [seed; N];
        for i in 1..N {
            let p = state[i - 1];
            state[i] = 1_812_433_253_u32.wrapping_mul(p ^ p >> 30).wrapping_add(i as u32);
        }
        let mut g = Mt19937 { state, used: 0, mode };
        g.renew();
        g
    }

    fn renew(&mut self) {
        for i in 0..N {
            let (u, v) = (self.state[i], self.state[(i + 1) % N]);
            let low = match self.mode {
                Mode::Standard => v & 1,
                Mode::Legacy => u & 1,
            };
            let mixed = (u & 0x8000_0000 | v & 0x7fff_ffff) >> 1;
            self.state[i] = self.state[(i + M) % N] ^ mixed ^ low.wrapping_neg() & 0x9908_b0df;
        }
        self.used = 0;
    }

    /// The next 32 bits.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u32 {
        if self.used >= N {
            self.renew();
        }
        let mut x = self.state[self.used];
        self.used += 1;
        x ^= x >> 11;
        x ^= x << 7 & 0x9d2c_5680;
        x ^= x << 15 & 0xefc6_0000;
        x ^ x >> 18
    }
}
