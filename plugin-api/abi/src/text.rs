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
