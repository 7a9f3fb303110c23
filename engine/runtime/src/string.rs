//! Strings: made, joined, compared. Layout is the ABI's [`StrHdr`].

use crate::layout::{HDR_IMMORTAL, HDR_INTERNED};
use crate::memory::{self, OutOfMemory};
use plugin_api_abi::{HeapHdr, REFCOUNTED, STR, StrHdr, Val};

pub use plugin_api_abi::text::{decimal_len, put, put_int};

/// Bytes of a string's block for `len` bytes of text: header, text, NUL, up to the allocator's step.
#[inline(always)]
const fn size_for(len: usize) -> usize {
    (StrHdr::BYTES + len + 1 + 15) & !15
}

/// A string's capacity class is its block size, a multiple of the allocator's step; grown strings store it in the top of `info` as a power of two.
const CAP_SHIFT: u32 = 24;

#[inline(always)]
pub(crate) unsafe fn block_size(s: *const StrHdr) -> usize {
    // SAFETY: live string.
    unsafe {
        let log = (*s).hdr.info >> CAP_SHIFT;
        if log != 0 { 1usize << log } else { size_for((*s).len) }
    }
}

/// A string of `len` bytes whose text is for the caller to fill; count 1.
#[inline]
pub fn with_len(len: usize) -> *mut StrHdr {
    let s = memory::alloc(size_for(len)).cast::<StrHdr>();
    // SAFETY: the block holds header, text and NUL.
    unsafe {
        s.write(StrHdr { hdr: HeapHdr { rc: 1, info: STR as u32 }, hash: 0, len });
        *s.cast::<u8>().add(StrHdr::BYTES + len) = 0;
    }
    s
}

/// As [`with_len`], refusing what the memory limit does not allow.
pub fn try_with_len(len: usize) -> Result<*mut StrHdr, OutOfMemory> {
    if len > memory::MAX_SMALL {
        let n = len.checked_add(64).ok_or(OutOfMemory { tried: len, limit: memory::limit() })?;
        // SAFETY: given back at once; this only asks whether it may be had.
        unsafe { memory::free(memory::try_alloc(n)?, n) };
    }
    Ok(with_len(len))
}

/// Where a string's text begins.
///
/// # Safety
/// `s` points to a string.
#[inline(always)]
pub unsafe fn data(s: *mut StrHdr) -> *mut u8 {
    // SAFETY: the text follows the header.
    unsafe { s.cast::<u8>().add(StrHdr::BYTES) }
}

/// A string's text.
///
/// # Safety
/// `s` is a live string that stays unchanged for `'a`.
#[inline(always)]
pub unsafe fn bytes<'a>(s: *const StrHdr) -> &'a [u8] {
    // SAFETY: by the caller's promise.
    unsafe { StrHdr::bytes(s) }
}

/// A fresh string with this text; short ones come from the interner.
#[inline]
pub fn new(b: &[u8]) -> *mut StrHdr {
    if b.len() <= 1 {
        return crate::interner::short(b);
    }
    let s = with_len(b.len());
    // SAFETY: the block has room for it.
    unsafe { put(data(s), b.as_ptr(), b.len()) };
    s
}

/// The value that stands for a string (no share taken).
#[inline(always)]
pub fn val(s: *mut StrHdr) -> Val {
    // SAFETY: `s` is a live string.
    let counted = unsafe { (*s).hdr.info & HDR_IMMORTAL == 0 };
    Val { payload: s as u64, ty: STR as u32 | if counted { REFCOUNTED } else { 0 }, aux: 0 }
}

/// A value holding a fresh string.
#[inline]
pub fn new_val(b: &[u8]) -> Val {
    val(new(b))
}

/// The string of one byte as a value: interned, so nothing is counted.
#[inline(always)]
pub fn byte_val(b: u8) -> Val {
    Val { payload: crate::interner::byte(b) as u64, ty: STR as u32, aux: 0 }
}

/// The decimal text of an integer.
#[inline]
pub fn from_int(i: i64) -> *mut StrHdr {
    if (0..10).contains(&i) {
        return crate::interner::short(&[b'0' + i as u8]);
    }
    let len = decimal_len(i);
    let s = with_len(len);
    // SAFETY: room for its digits.
    unsafe { put_int(data(s), i, len) };
    s
}

/// `a` and `b` joined.
#[inline]
pub fn concat(a: &[u8], b: &[u8]) -> *mut StrHdr {
    let s = with_len(a.len() + b.len());
    // SAFETY: room for both.
    unsafe {
        let d = put(data(s), a.as_ptr(), a.len());
        put(d, b.as_ptr(), b.len());
    }
    s
}

/// Appends `b` to the string that `v` holds: in place, with room to grow, when nobody else holds it.
///
/// # Safety
/// `v` owns a share of a string; `b` does not point into a block that this may free unless it is that string itself.
pub unsafe fn append(v: &mut Val, b: &[u8]) {
    // SAFETY: by the caller's promise.
    unsafe {
        let s = v.as_ptr::<StrHdr>();
        if b.len() <= AT_ONCE && v.is_refcounted() && (*s).hdr.rc == 1 {
            let (len, new_len) = ((*s).len, (*s).len + b.len());
            if StrHdr::BYTES + new_len < block_size(s) {
                put(data(s).add(len), b.as_ptr(), b.len());
                grown(s, new_len);
                return;
            }
        }
        append_slow(v, b);
    }
}

/// Few enough bytes to be written without a call.
const AT_ONCE: usize = 32;

/// After text was written behind a string's.
#[inline(always)]
unsafe fn grown(s: *mut StrHdr, len: usize) {
    // SAFETY: there is room for the text and a NUL.
    unsafe {
        *data(s).add(len) = 0;
        (*s).len = len;
        (*s).hash = 0;
        (*s).hdr.info &= !crate::layout::HDR_UTF8;
    }
}

#[inline(never)]
unsafe fn append_slow(v: &mut Val, b: &[u8]) {
    if b.is_empty() {
        return;
    }
    // SAFETY: by the caller's promise.
    unsafe {
        let s = v.as_ptr::<StrHdr>();
        let len = (*s).len;
        let own = v.is_refcounted() && (*s).hdr.rc == 1;
        let new_len = len + b.len();
        if own {
            let cap = block_size(s);
            let mut p = s;
            let need = StrHdr::BYTES + new_len + 1;
            let mut src = b.as_ptr();
            if need > cap {
                let log = need.next_power_of_two().trailing_zeros().max(6);
                let start = s as usize;
                let within =
                    (src as usize >= start && (src as usize) < start + cap).then(|| src as usize - start);
                p = memory::realloc(s.cast(), cap, 1 << log).cast::<StrHdr>();
                if let Some(off) = within {
                    src = p.cast::<u8>().add(off);
                }
                (*p).hdr.info = (*p).hdr.info & ((1 << CAP_SHIFT) - 1) | log << CAP_SHIFT;
            }
            // What is appended may be the string itself, but never overlaps with the place behind it.
            put(data(p).add(len), src, b.len());
            grown(p, new_len);
            v.payload = p as u64;
            return;
        }
        let need = StrHdr::BYTES + new_len + 1;
        let log = need.next_power_of_two().trailing_zeros().max(6);
        let p = memory::alloc(1 << log).cast::<StrHdr>();
        p.write(StrHdr {
            hdr: HeapHdr { rc: 1, info: STR as u32 | log << CAP_SHIFT },
            hash: 0,
            len: new_len,
        });
        core::ptr::copy_nonoverlapping(data(s), data(p), len);
        core::ptr::copy_nonoverlapping(b.as_ptr(), data(p).add(len), b.len());
        *data(p).add(new_len) = 0;
        let old = *v;
        *v = Val { payload: p as u64, ty: STR as u32 | REFCOUNTED, aux: v.aux };
        memory::val_release(old);
    }
}

/// The hash, computed on first use; never 0.
///
/// # Safety
/// `s` is a live string.
#[inline(always)]
pub unsafe fn hash(s: *mut StrHdr) -> u64 {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*s).hash == 0 {
            (*s).hash = crate::hash::hash_bytes(StrHdr::bytes(s));
        }
        (*s).hash
    }
}

/// Equality of text.
///
/// # Safety
/// Both are live strings.
#[inline(always)]
pub unsafe fn eq(a: *const StrHdr, b: *const StrHdr) -> bool {
    // SAFETY: by the caller's promise.
    unsafe {
        core::ptr::eq(a, b)
            || (*a).len == (*b).len
                && ((*a).hdr.info & (*b).hdr.info & HDR_INTERNED == 0)
                && same_bytes(data(a.cast_mut()), data(b.cast_mut()), (*a).len)
    }
}

/// Whether two texts are the same, without a call for short ones.
#[inline(always)]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    // SAFETY: both have that many bytes.
    a.len() == b.len() && unsafe { same_bytes(a.as_ptr(), b.as_ptr(), a.len()) }
}

/// As [`same_bytes`] for at most 32 bytes, never with a call.
///
/// # Safety
/// That many bytes can be read at both, and `n` is at most 32.
#[inline(always)]
pub(crate) unsafe fn same_short(a: *const u8, b: *const u8, n: usize) -> bool {
    // SAFETY: within the `n` bytes.
    unsafe {
        if n <= 16 {
            return same_bytes(a, b, n);
        }
        same_bytes(a, b, 16) && same_bytes(a.add(n - 16), b.add(n - 16), 16)
    }
}

/// Whether what lies `at` bytes on is the same at two places. No closure: not even one that is not inlined may have the address
/// of an interpreter's handler's locals.
#[inline(always)]
unsafe fn same_at<T: Copy + Eq>(a: *const u8, b: *const u8, at: usize) -> bool {
    // SAFETY: as the caller promises of the bytes.
    unsafe { a.add(at).cast::<T>().read_unaligned() == b.add(at).cast::<T>().read_unaligned() }
}

/// Whether `n` bytes are the same at two places. Short ones, which is what most keys are, go without a call.
///
/// # Safety
/// That many bytes can be read at both.
#[inline(always)]
unsafe fn same_bytes(a: *const u8, b: *const u8, n: usize) -> bool {
    // SAFETY: within the `n` bytes; longer ones than 16 as the caller promises.
    unsafe {
        match n {
            0 => true,
            1..4 => same_at::<u8>(a, b, 0) && same_at::<u8>(a, b, n / 2) && same_at::<u8>(a, b, n - 1),
            4..8 => same_at::<u32>(a, b, 0) && same_at::<u32>(a, b, n - 4),
            8..=16 => same_at::<u64>(a, b, 0) && same_at::<u64>(a, b, n - 8),
            _ => core::slice::from_raw_parts(a, n) == core::slice::from_raw_parts(b, n),
        }
    }
}
