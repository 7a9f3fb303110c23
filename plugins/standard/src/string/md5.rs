//! MD5 (RFC 1321) of bytes that are all there. The crate that serves hash() takes a third longer.

/// The table T of the RFC: the integer part of 2^32 times the sine of the index, counted from 1.
static T: [u32; 64] = [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
];

/// Takes a block into the state. Each of the 64 steps waits for the one before it, so what does not depend on that is added up
/// first; with a table that is not known to the compiler it stays so, where it would put the constants last.
#[inline(never)]
fn compress(t: &[u32; 64], state: &mut [u32; 4], block: &[u8; 64]) {
    let mut x = [0u32; 16];
    for (word, b) in x.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*b);
    }
    let [mut a, mut b, mut c, mut d] = *state;
    macro_rules! steps {
        ($sum:ident => $f:expr, $at:expr, $shifts:tt,) => {};
        ($sum:ident => $f:expr, $at:expr, [$s0:literal $s1:literal $s2:literal $s3:literal], $i0:literal $i1:literal $i2:literal $i3:literal $($rest:literal)*) => {
            steps!(@ $sum => $f, $at, $s0, $i0);
            steps!(@ $sum => $f, $at + 1, $s1, $i1);
            steps!(@ $sum => $f, $at + 2, $s2, $i2);
            steps!(@ $sum => $f, $at + 3, $s3, $i3);
            steps!($sum => $f, $at + 4, [$s0 $s1 $s2 $s3], $($rest)*);
        };
        (@ $sum:ident => $f:expr, $at:expr, $s:literal, $i:literal) => {
            let $sum = a.wrapping_add(x[$i]).wrapping_add(t[$at]);
            (a, d, c, b) = (d, c, b, $f.rotate_left($s).wrapping_add(b));
        };
    }
    steps!(s => s.wrapping_add(d ^ (b & (c ^ d))), 0, [7 12 17 22], 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    // The two parts have no bit in common: adding them is as good as joining them, and one of the two is known early.
    steps!(s => s.wrapping_add(!d & c).wrapping_add(d & b), 16, [5 9 14 20], 1 6 11 0 5 10 15 4 9 14 3 8 13 2 7 12);
    steps!(s => s.wrapping_add(b ^ (c ^ d)), 32, [4 11 16 23], 5 8 11 14 1 4 7 10 13 0 3 6 9 12 15 2);
    steps!(s => s.wrapping_add(c ^ (b | !d)), 48, [6 10 15 21], 0 7 14 5 12 3 10 1 8 15 6 13 4 11 2 9);
    for (word, v) in state.iter_mut().zip([a, b, c, d]) {
        *word = word.wrapping_add(v);
    }
}

/// The digest.
pub fn sum(bytes: &[u8]) -> [u8; 16] {
    let t = std::hint::black_box(&T);
    let mut state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        compress(t, &mut state, block);
    }
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    if rest.len() >= 56 {
        compress(t, &mut state, &last);
        last = [0; 64];
    }
    last[56..].copy_from_slice(&(bytes.len() as u64).wrapping_mul(8).to_le_bytes());
    compress(t, &mut state, &last);
    let mut out = [0; 16];
    for (bytes, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_le_bytes();
    }
    out
}

#[cfg(test)]
mod tests {
    use md5::Digest;

    #[test]
    fn is_what_the_crate_says() {
        let bytes: Vec<u8> = (0..300u32).map(|i| (i * i % 251) as u8).collect();
        for n in 0..bytes.len() {
            assert_eq!(super::sum(&bytes[..n])[..], md5::Md5::digest(&bytes[..n])[..], "{n}");
        }
    }
}
