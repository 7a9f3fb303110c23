//! A mutation loop without feedback: the same inputs every time, made from samples by the changes that break parsers.

/// Bytes and numbers at the edges of what fields can hold.
const EDGES: [u64; 12] = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX];

/// Pseudo-random numbers (xorshift64*).
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Less than `n`; 0 for 0.
    fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() >> 16) as usize % n }
    }
}

/// Longest input that is made.
const LONGEST: usize = 4096;

fn change(r: &mut Random, data: &mut Vec<u8>, samples: &[Vec<u8>], words: &[&[u8]]) {
    let at = r.below(data.len() + 1);
    match r.below(8) {
        0 if at < data.len() => data[at] ^= 1 << r.below(8),
        1 if at < data.len() => data[at] = r.next() as u8,
        2 => {
            let end = (at + r.below(16)).min(data.len());
            data.drain(at..end);
        }
        3 => {
            let n = r.below(16);
            let noise: Vec<u8> = (0..n).map(|_| r.next() as u8).collect();
            data.splice(at..at, noise);
        }
        4 => {
            let end = (at + r.below(64)).min(data.len());
            let part = data[at..end].to_vec();
            let to = r.below(data.len() + 1);
            data.splice(to..to, part);
        }
        5 => {
            let n = EDGES[r.below(EDGES.len())].to_le_bytes();
            let size = [1, 2, 4, 8][r.below(4)];
            let mut part = n[..size].to_vec();
            if r.below(2) == 0 {
                part.reverse();
            }
            let end = (at + size).min(data.len());
            data.splice(at..end, part);
        }
        6 if !words.is_empty() => {
            let word = words[r.below(words.len())];
            let end = if r.below(2) == 0 { at } else { (at + word.len()).min(data.len()) };
            data.splice(at..end, word.iter().copied());
        }
        _ => {
            let other = &samples[r.below(samples.len())];
            let from = r.below(other.len() + 1);
            data.truncate(at);
            data.extend_from_slice(&other[from..]);
        }
    }
    data.truncate(LONGEST);
}

/// How many times as many inputs as usual: `HOWDAH_FUZZ=100` for a long run.
fn factor() -> u32 {
    std::env::var("HOWDAH_FUZZ").ok().and_then(|v| v.parse().ok()).unwrap_or(1)
}

/// Calls `body` with so many changed samples. `words` are pieces of the language that it reads. What panics is an input
/// that a test should keep: it is printed.
pub fn run(seed: u64, times: u32, samples: &[Vec<u8>], words: &[&[u8]], body: impl Fn(&[u8])) {
    assert!(!samples.is_empty());
    samples.iter().for_each(|s| body(s));
    let mut r = Random::new(seed);
    for _ in 0..times.saturating_mul(factor()) {
        let mut data = samples[r.below(samples.len())].clone();
        for _ in 0..=r.below(6) {
            change(&mut r, &mut data, samples, words);
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&data)));
        if told.is_err() {
            // The panic hook may be an extension's, which tells of nothing here.
            eprintln!("input: {data:?}\nas text: {}", String::from_utf8_lossy(&data));
        }
        assert!(told.is_ok());
    }
}
