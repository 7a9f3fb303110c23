//! The interner: one immortal string per text, process-wide. Equal interned texts are equal pointers, so symbol tables
//! compare pointers only. Interned strings are never counted and never written, so threads share them.

use crate::layout::{HDR_IMMORTAL, HDR_INTERNED};
use plugin_api_abi::{HeapHdr, STR, StrHdr};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{OnceLock, RwLock};

#[derive(Default)]
struct Pass(u64);
impl Hasher for Pass {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, b: &[u8]) {
        self.0 = crate::hash::hash_bytes(b);
    }
    fn write_usize(&mut self, _: usize) {}
}

type Map = HashMap<&'static [u8], usize, BuildHasherDefault<Pass>>;

fn global() -> &'static RwLock<Map> {
    static TABLE: OnceLock<RwLock<Map>> = OnceLock::new();
    TABLE.get_or_init(Default::default)
}

thread_local! {
    static LOCAL: RefCell<Map> = RefCell::default();
}

/// Texts of one byte, then the empty one, as far as they were asked for.
static SHORT: [AtomicPtr<StrHdr>; 257] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 257];

/// The interned string of this text.
pub fn intern(b: &[u8]) -> *mut StrHdr {
    if let Some(p) = LOCAL.with_borrow(|m| m.get(b).copied()) {
        return p as *mut StrHdr;
    }
    let found = global().read().unwrap_or_else(|e| e.into_inner()).get(b).copied();
    let p = found.unwrap_or_else(|| insert(b));
    // SAFETY: interned strings live for ever.
    let text: &'static [u8] = unsafe { StrHdr::bytes(p as *const StrHdr) };
    LOCAL.with_borrow_mut(|m| m.insert(text, p));
    p as *mut StrHdr
}

/// The interned string of this text, if there is one already.
pub fn lookup(b: &[u8]) -> Option<*mut StrHdr> {
    if let Some(p) = LOCAL.with_borrow(|m| m.get(b).copied()) {
        return Some(p as *mut StrHdr);
    }
    let p = global().read().unwrap_or_else(|e| e.into_inner()).get(b).copied()?;
    // SAFETY: interned strings live for ever.
    let text: &'static [u8] = unsafe { StrHdr::bytes(p as *const StrHdr) };
    LOCAL.with_borrow_mut(|m| m.insert(text, p));
    Some(p as *mut StrHdr)
}

/// The interned string of a string's text, if there is one already. Names that data decides (dynamic properties, variables
/// of variables, keys of decoded objects) are not interned for being used: what is interned stays for ever.
///
/// # Safety
/// `s` is a live string.
pub unsafe fn known(s: *mut StrHdr) -> Option<*mut StrHdr> {
    // SAFETY: by the caller's promise.
    unsafe { if (*s).hdr.info & HDR_INTERNED != 0 { Some(s) } else { lookup(StrHdr::bytes(s)) } }
}

/// A name given as text: interned if the text is, else a string of its own that goes with this.
pub struct Name(*mut StrHdr);

impl Name {
    /// The name of this text.
    pub fn new(b: &[u8]) -> Name {
        Name(lookup(b).unwrap_or_else(|| crate::string::new(b)))
    }

    /// The string, for as long as this lives.
    pub fn get(&self) -> *mut StrHdr {
        self.0
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // SAFETY: the share is ours; interned strings have none.
        unsafe { crate::memory::val_release(crate::string::val(self.0)) }
    }
}

/// Calls `f` with every interned string.
pub fn each(f: &mut dyn FnMut(*mut StrHdr)) {
    let all: Vec<usize> = global().read().unwrap_or_else(|e| e.into_inner()).values().copied().collect();
    all.into_iter().for_each(|p| f(p as *mut StrHdr));
}

fn insert(b: &[u8]) -> usize {
    let mut m = global().write().unwrap_or_else(|e| e.into_inner());
    if let Some(&p) = m.get(b) {
        return p;
    }
    let words = (StrHdr::BYTES + b.len() + 1).div_ceil(16);
    let block: &'static mut [u128] = Box::leak(vec![0u128; words].into_boxed_slice());
    let s = block.as_mut_ptr().cast::<StrHdr>();
    // SAFETY: the block has room for header, text and NUL (zeroed).
    unsafe {
        s.write(StrHdr {
            hdr: HeapHdr { rc: 1, info: STR as u32 | HDR_IMMORTAL | HDR_INTERNED },
            hash: crate::hash::hash_bytes(b),
            len: b.len(),
        });
        core::ptr::copy_nonoverlapping(b.as_ptr(), s.cast::<u8>().add(StrHdr::BYTES), b.len());
        m.insert(StrHdr::bytes(s), s as usize);
    }
    s as usize
}

/// The interned string of at most one byte.
#[inline]
pub fn short(b: &[u8]) -> *mut StrHdr {
    let i = b.first().map_or(256, |&c| c as usize);
    let p = SHORT[i].load(Ordering::Acquire);
    if p.is_null() { make_short(b, i) } else { p }
}

/// As [`short`] of one byte; calls nothing but for a byte's first time.
#[inline]
pub fn byte(b: u8) -> *mut StrHdr {
    let p = SHORT[b as usize].load(Ordering::Acquire);
    if p.is_null() { make_byte(b) } else { p }
}

#[cold]
#[inline(never)]
extern "C" fn make_byte(b: u8) -> *mut StrHdr {
    make_short(&[b], b as usize)
}

#[cold]
#[inline(never)]
fn make_short(b: &[u8], i: usize) -> *mut StrHdr {
    let p = intern(b);
    SHORT[i].store(p, Ordering::Release);
    p
}
