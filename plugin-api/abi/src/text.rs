//! Pieces of text written to memory, for both sides: short ones and integers, without a call.

/// Writes `n` bytes from `from` at `d` and gives the place behind them. Few bytes, which is what most pieces of strings are, go
/// without a call.
///
/// # Safety
/// There is room for them; the two do not overlap.
#[inline(always)]
pub unsafe fn put(d: *mut u8, from: *const u8, n: usize) -> *mut u8 {
    // SAFETY: by the caller's promise; each branch stays within the `n` bytes.
    unsafe {
        match n {
            0 => {}
            1..=3 => {
                *d = *from;
                *d.add(n / 2) = *from.add(n / 2);
                *d.add(n - 1) = *from.add(n - 1);
            }
            4..=7 => ends::<u32>(d, from, n),
            8..=16 => ends::<u64>(d, from, n),
            17..=32 => ends::<u128>(d, from, n),
            _ => core::ptr::copy_nonoverlapping(from, d, n),
        }
        d.add(n)
    }
}

/// Writes a byte `n` times at `d` and gives the place behind. Few of them go without a call.
///
/// # Safety
/// There is room for them.
#[inline(always)]
pub unsafe fn fill(d: *mut u8, byte: u8, n: usize) -> *mut u8 {
    let many = u64::from_ne_bytes([byte; 8]);
    // SAFETY: by the caller's promise; each branch stays within the `n` bytes.
    unsafe {
        match n {
            0 => {}
            1..=3 => {
                *d = byte;
                *d.add(n / 2) = byte;
                *d.add(n - 1) = byte;
            }
            4..=7 => {
                d.cast::<u32>().write_unaligned(many as u32);
                d.add(n - 4).cast::<u32>().write_unaligned(many as u32);
            }
            8..=16 => {
                d.cast::<u64>().write_unaligned(many);
                d.add(n - 8).cast::<u64>().write_unaligned(many);
            }
            _ => d.write_bytes(byte, n),
        }
        d.add(n)
    }
}

/// Copies the first and the last bytes of a piece that is at most twice as long as `T`.
#[inline(always)]
unsafe fn ends<T>(d: *mut u8, from: *const u8, n: usize) {
    let k = n - size_of::<T>();
    // SAFETY: the piece is at least as long as `T`.
    unsafe {
        let (first, last) = (from.cast::<T>().read_unaligned(), from.add(k).cast::<T>().read_unaligned());
        d.cast::<T>().write_unaligned(first);
        d.add(k).cast::<T>().write_unaligned(last);
    }
}

/// 10 to the power of the index.
static POWERS: [u64; 20] = {
    let mut p = [1; 20];
    let mut i = 1;
    while i < 20 {
        p[i] = p[i - 1] * 10;
        i += 1;
    }
    p
};

/// The decimal texts of 0 to 99, two digits each.
static PAIRS: [[u8; 2]; 100] = {
    let mut t = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        t[i] = [b'0' + i as u8 / 10, b'0' + i as u8 % 10];
        i += 1;
    }
    t
};

/// Bytes of an integer's decimal text.
#[inline(always)]
pub fn decimal_len(i: i64) -> usize {
    let n = i.unsigned_abs();
    // The bits tell the number of digits but for one: 1233 / 4096 is a little more than log10(2).
    let digits = (((64 - (n | 1).leading_zeros()) * 1233) >> 12) as usize;
    (i < 0) as usize + digits + (n | 1 >= POWERS[digits]) as usize
}

/// Writes the decimal text of an integer, which is `len` bytes long, at `d` and gives the place behind it. The digits go
/// straight to their place: a copy would have to wait until what was written in pieces can be read as one.
///
/// # Safety
/// There is room for it, and `len` is what [`decimal_len`] says.
#[inline]
pub unsafe fn put_int(d: *mut u8, i: i64, len: usize) -> *mut u8 {
    // SAFETY: by the caller's promise there are as many places as digits, and one for the sign.
    unsafe {
        let mut n = i.unsigned_abs();
        let end = d.add(len);
        let mut p = end;
        while n >= 100 {
            p = p.sub(2);
            p.cast::<[u8; 2]>().write(PAIRS[(n % 100) as usize]);
            n /= 100;
        }
        if n >= 10 {
            p.sub(2).cast::<[u8; 2]>().write(PAIRS[n as usize]);
        } else {
            *p.sub(1) = b'0' + n as u8;
        }
        if i < 0 {
            *d = b'-';
        }
        end
    }
}

/// A byte in every place of a word.
const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The top bits of those bytes of a word that are ASCII letters from `first` on, 26 of them.
#[inline(always)]
const fn letters(word: u64, first: u8) -> u64 {
    let low = word & every(0x7f);
    // A sum reaches the top bit from the letter on that its number was chosen for, and none carries into the next byte.
    ((low + every(0x80 - first)) ^ (low + every(0x80 - first - 26))) & !word & every(0x80)
}

/// Replaces a text by words of it, each of eight bytes or, of a short text, less; bytes may come by twice.
#[inline(always)]
fn by_words(text: &mut [u8], change: impl Fn(u64) -> u64) {
    let n = text.len();
    let halves = |half: &mut [u8; 4]| {
        *half = (change(u32::from_le_bytes(*half).into()) as u32).to_le_bytes();
    };
    if let Some(last) = text.last_chunk::<8>().copied() {
        let last = change(u64::from_le_bytes(last));
        for word in text.as_chunks_mut::<8>().0 {
            *word = change(u64::from_le_bytes(*word)).to_le_bytes();
        }
        text[n - 8..].copy_from_slice(&last.to_le_bytes());
    } else if n >= 4 {
        text.first_chunk_mut().into_iter().for_each(halves);
        text.last_chunk_mut().into_iter().for_each(halves);
    } else {
        for byte in text {
            *byte = change((*byte).into()) as u8;
        }
    }
}

/// Whether a word of a text has something; words as in [`by_words`].
#[inline(always)]
fn any_word(text: &[u8], has: impl Fn(u64) -> bool) -> bool {
    let half = |half: Option<&[u8; 4]>| half.is_some_and(|h| has(u32::from_le_bytes(*h).into()));
    match text.last_chunk::<8>() {
        Some(last) => {
            has(u64::from_le_bytes(*last))
                || text.as_chunks::<8>().0.iter().any(|word| has(u64::from_le_bytes(*word)))
        }
        None if text.len() >= 4 => half(text.first_chunk()) || half(text.last_chunk()),
        None => text.iter().any(|byte| has((*byte).into())),
    }
}

/// Makes ASCII letters upper case.
#[inline]
pub fn make_upper(text: &mut [u8]) {
    by_words(text, |word| word ^ letters(word, b'a') >> 2);
}

/// Makes ASCII letters lower case.
#[inline]
pub fn make_lower(text: &mut [u8]) {
    by_words(text, |word| word ^ letters(word, b'A') >> 2);
}

/// Whether there is a lower-case ASCII letter.
#[inline]
pub fn has_lower(text: &[u8]) -> bool {
    any_word(text, |word| letters(word, b'a') != 0)
}

/// Whether there is an upper-case ASCII letter.
#[inline]
pub fn has_upper(text: &[u8]) -> bool {
    any_word(text, |word| letters(word, b'A') != 0)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    #[test]
    fn cases_are_those_of_core() {
        let all: Vec<u8> = (0..=255).collect();
        for n in 0..20 {
            for text in all.windows(n.max(1)).map(|w| &w[..n]) {
                let (mut upper, mut lower) = (text.to_vec(), text.to_vec());
                make_upper(&mut upper);
                make_lower(&mut lower);
                assert_eq!(upper, text.to_ascii_uppercase());
                assert_eq!(lower, text.to_ascii_lowercase());
                assert_eq!(has_lower(text), text.iter().any(u8::is_ascii_lowercase));
                assert_eq!(has_upper(text), text.iter().any(u8::is_ascii_uppercase));
            }
        }
    }
}
