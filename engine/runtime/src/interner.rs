//! The interner: one immortal string per text, process-wide. Equal interned texts are equal pointers, so symbol tables
//! compare pointers only. Interned strings are never counted and never written, so threads share them.

use crate::layout::{HDR_IMMORTAL, HDR_INTERNED};
use bumpalo::Bump;
use hashbrown::HashTable;
use plugin_api_abi::{HeapHdr, STR, StrHdr, text};
use std::alloc::{Layout, handle_alloc_error};
use std::cell::RefCell;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{OnceLock, RwLock};

/// Names that the extensions linked into the engine come to, roughly: room for them saves growing on the way there.
const USUAL: usize = 7000;

/// Interned strings by text.
struct Table(HashTable<Entry>);

impl Default for Table {
    fn default() -> Table {
        Table(HashTable::with_capacity(USUAL))
    }
}

#[derive(Clone, Copy)]
struct Entry(*mut StrHdr);

// SAFETY: interned strings are never written and live for ever.
unsafe impl Send for Entry {}
// SAFETY: as above.
unsafe impl Sync for Entry {}

impl Entry {
    fn bytes(self) -> &'static [u8] {
        // SAFETY: interned strings live for ever.
        unsafe { StrHdr::bytes(self.0) }
    }

    fn hash(&self) -> u64 {
        // SAFETY: as above; the hash is there from the start.
        unsafe { (*self.0).hash }
    }
}

impl Table {
    fn find(&self, hash: u64, b: &[u8]) -> Option<Entry> {
        self.0.find(hash, |e| e.bytes() == b).copied()
    }

    fn add(&mut self, hash: u64, e: Entry) {
        self.0.insert_unique(hash, e, Entry::hash);
    }
}

/// All interned strings, and the memory they are in.
#[derive(Default)]
struct Global {
    table: Table,
    memory: Bump<16>,
}

// SAFETY: the allocator is only used while the lock is held for writing.
unsafe impl Sync for Global {}

fn global() -> &'static RwLock<Global> {
    static TABLE: OnceLock<RwLock<Global>> = OnceLock::new();
    TABLE.get_or_init(Default::default)
}

thread_local! {
    static LOCAL: RefCell<Table> = RefCell::default();
}

/// Texts of one byte, then the empty one, as far as they were asked for.
static SHORT: [AtomicPtr<StrHdr>; 257] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 257];

/// The interned string of this text.
pub fn intern(b: &[u8]) -> *mut StrHdr {
    if b.len() < 2 { short(b) } else { intern_any(b) }
}

fn intern_any(b: &[u8]) -> *mut StrHdr {
    let hash = crate::hash::hash_bytes(b);
    LOCAL.with_borrow_mut(|local| {
        if let Some(e) = local.find(hash, b) {
            return e.0;
        }
        let found = global().read().unwrap_or_else(|e| e.into_inner()).table.find(hash, b);
        let e = found.unwrap_or_else(|| insert(hash, b));
        local.add(hash, e);
        e.0
    })
}

/// The interned string of this text in lower case (ASCII letters), as tables of functions, methods and classes have it.
pub fn lower(b: &[u8]) -> *mut StrHdr {
    with_lower(b, intern)
}

/// As [`lower`], if there is one already.
pub fn lookup_lower(b: &[u8]) -> Option<*mut StrHdr> {
    with_lower(b, lookup)
}

/// Calls `f` with the text in lower case (ASCII letters).
fn with_lower<R>(b: &[u8], f: impl FnOnce(&[u8]) -> R) -> R {
    if !text::has_upper(b) {
        return f(b);
    }
    let mut short = [0; 64];
    match short.get_mut(..b.len()) {
        Some(s) => {
            s.copy_from_slice(b);
            text::make_lower(s);
            f(s)
        }
        None => f(&b.to_ascii_lowercase()),
    }
}

/// The interned string of this text, if there is one already.
pub fn lookup(b: &[u8]) -> Option<*mut StrHdr> {
    let hash = crate::hash::hash_bytes(b);
    LOCAL.with_borrow_mut(|local| {
        if let Some(e) = local.find(hash, b) {
            return Some(e.0);
        }
        let e = global().read().unwrap_or_else(|e| e.into_inner()).table.find(hash, b)?;
        local.add(hash, e);
        Some(e.0)
    })
}

/// The bytes of the interned string of this text; [`of_text`] goes back.
pub fn intern_text(b: &[u8]) -> &'static [u8] {
    Entry(intern(b)).bytes()
}

/// The interned string that these are the bytes of.
///
/// # Safety
/// They came from [`intern_text`], or there are none.
pub unsafe fn of_text(text: &'static [u8]) -> *mut StrHdr {
    if text.is_empty() {
        return short(text);
    }
    core::ptr::with_exposed_provenance_mut(text.as_ptr() as usize - StrHdr::BYTES)
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
    let all: Vec<Entry> =
        global().read().unwrap_or_else(|e| e.into_inner()).table.0.iter().copied().collect();
    all.into_iter().for_each(|e| f(e.0));
}

fn insert(hash: u64, b: &[u8]) -> Entry {
    let mut global = global().write().unwrap_or_else(|e| e.into_inner());
    if let Some(e) = global.table.find(hash, b) {
        return e;
    }
    let layout = Layout::from_size_align(StrHdr::BYTES + b.len() + 1, 16)
        .unwrap_or_else(|_| handle_alloc_error(Layout::new::<StrHdr>()));
    let s = global.memory.alloc_layout(layout).as_ptr().cast::<StrHdr>();
    // SAFETY: the block has room for header, text and NUL.
    unsafe {
        s.write(StrHdr {
            hdr: HeapHdr { rc: 1, info: STR as u32 | HDR_IMMORTAL | HDR_INTERNED },
            hash,
            len: b.len(),
        });
        let text = s.cast::<u8>().add(StrHdr::BYTES);
        core::ptr::copy_nonoverlapping(b.as_ptr(), text, b.len());
        text.add(b.len()).write(0);
    }
    // `of_text` finds the block by its address.
    s.expose_provenance();
    let e = Entry(s);
    global.table.add(hash, e);
    e
}

/// The interned string of at most one byte.
#[inline]
pub fn short(b: &[u8]) -> *mut StrHdr {
    let i = b.first().map_or(256, |&c| c as usize);
    let p = SHORT[i].load(Ordering::Acquire);
    if p.is_null() { make_short(b, i) } else { p }
}

/// The string of one byte when it was asked for before, else null.
#[inline(always)]
pub fn known_byte(b: u8) -> *mut StrHdr {
    SHORT[b as usize].load(Ordering::Acquire)
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
    let p = intern_any(b);
    SHORT[i].store(p, Ordering::Release);
    p
}
