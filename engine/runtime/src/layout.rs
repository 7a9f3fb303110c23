//! What a heap block is: the one place that lays out arrays, objects, references and resources.
//!
//! Strings are laid out by the ABI ([`StrHdr`]), and so are the parts of arrays, references and objects that extensions read
//! ([`ArrHead`], [`RefHead`], [`ObjHead`], [`ClassTop`]); the rest is the engine's own. Compiled code may rely on every offset
//! here; the assertions at the end say which.

use plugin_api_abi::{ArrHead, ClassDesc, ClassTop, HandlerTable, HeapHdr, ObjHead, RefHead, StrHdr, Val};

pub use plugin_api_abi::HDR_IMMORTAL;
/// Header flag: the string is in the interner, so equal bytes mean equal pointers.
pub const HDR_INTERNED: u32 = 1 << 9;
/// Header flag: a walk (var_dump, compare, json…) is inside this block; guards against recursion.
pub const HDR_PROTECTED: u32 = 1 << 10;
/// Header flag: the block is in the cycle collector's buffer of possible roots.
pub const HDR_BUFFERED: u32 = 1 << 11;
/// Header bits 12-13: the collector's colour.
pub const HDR_COLOR_SHIFT: u32 = 12;
/// String: known to be valid UTF-8.
pub const HDR_UTF8: u32 = 1 << 14;
/// Object: its destructor has run, or must not.
pub const HDR_DTOR_DONE: u32 = 1 << 15;
/// Object: its contents were released; only the block is still held (weak references, the collector).
pub const HDR_FREED: u32 = 1 << 16;
/// Object: something refers to it weakly (WeakReference, WeakMap).
pub const HDR_WEAK: u32 = 1 << 17;
/// Object: an uninitialized lazy ghost or proxy.
pub const HDR_LAZY: u32 = 1 << 18;
/// Object: a lazy proxy that was initialized: it forwards to its instance.
pub const HDR_PROXY: u32 = 1 << 19;
/// Object: magic-method recursion guards exist for it.
pub const HDR_GUARDS: u32 = 1 << 20;
/// Bits 24-31: policy's epoch in debug builds.
pub const HDR_EPOCH_SHIFT: u32 = 24;

/// [`Arr::kind`]: bare values, key = index, no holes in front of `used` but UNDEF.
pub const ARR_PACKED: u8 = 0;
/// [`Arr::kind`]: ordered hash of buckets.
pub const ARR_HASH: u8 = 1;

/// [`Arr::flags`]: the array may hold UNDEF holes (elements were removed).
pub const ARR_HAS_HOLES: u8 = 1;
/// [`Arr::flags`]: an iterator registered a position in it (foreach by reference).
pub const ARR_HAS_ITERATORS: u8 = 2;

/// An array: packed, or an ordered hash; copy-on-write by `hdr.rc`.
///
/// `data` points to the first value (packed: 16 bytes an entry) or the first [`plugin_api_abi::Bucket`] (32 bytes). A
/// hash's index, `mask + 1` u32 heads of chains, lies directly before `data`; chains go through `val.aux`, newest first;
/// `u32::MAX` ends one. Removed entries are UNDEF.
#[repr(C)]
pub struct Arr {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// [`ARR_PACKED`] or [`ARR_HASH`]; other numbers are reserved for typed packed arrays.
    pub kind: u8,
    /// `ARR_*` flags.
    pub flags: u8,
    /// Foreach-by-reference iterators that stand on it.
    pub iterators: u16,
    /// Index size minus one (a power of two minus one); 0 when packed.
    pub mask: u32,
    /// Entries in use, holes included.
    pub used: u32,
    /// Live entries.
    pub count: u32,
    /// Entries allocated.
    pub cap: u32,
    /// Internal pointer (`current()`, `next()`): an entry index.
    pub cursor: u32,
    /// Key that `[]=` takes next; `i64::MIN` before the first one.
    pub next_free: i64,
    /// First entry.
    pub data: *mut u8,
    /// Place in the collector's buffer while [`HDR_BUFFERED`].
    pub gc: u32,
    /// Reserved.
    pub reserved: u32,
}

/// A reference cell: what every alias of `&$x` shares.
#[repr(C)]
pub struct Ref {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// Typed properties that this reference is bound to: an engine-owned list, or null.
    pub sources: *mut u8,
    /// The value; never itself a reference.
    pub val: Val,
}

/// A resource.
#[repr(C)]
pub struct Res {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// Its number, `Resource id #N`.
    pub id: i64,
    /// Index of its type in the VM's table of resource types; -1 when closed (`Unknown`).
    pub type_id: i32,
    /// Reserved.
    pub reserved: u32,
    /// The extension's pointer.
    pub ptr: *mut u8,
}

/// An object: header, class, and its declared properties in slots.
#[repr(C)]
pub struct Obj {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// Number in the VM's table of live objects (`spl_object_id`, `#3` in var_dump).
    pub handle: u32,
    /// Place in the collector's buffer while [`HDR_BUFFERED`].
    pub gc: u32,
    /// Its class.
    pub class: *const ClassHead,
    /// Dynamic properties, or the whole property table once something asked for it (declared ones are then stored as
    /// indirections); null otherwise.
    pub props: *mut Arr,
    /// Native payload (own heap block), or null.
    pub native: *mut u8,
    // followed by `class.num_slots` values
}

impl Obj {
    /// Where the slots begin, counted from the object's address.
    pub const SLOTS: usize = size_of::<Obj>();

    /// The slot `i`.
    ///
    /// # Safety
    /// `this` is a live object and `i < class.num_slots`.
    #[inline(always)]
    pub unsafe fn slot(this: *mut Obj, i: usize) -> *mut Val {
        // SAFETY: by the caller's promise; slots follow the header.
        unsafe { this.cast::<u8>().add(Self::SLOTS).cast::<Val>().add(i) }
    }
}

/// [`ClassHead::flags`]: objects must run a destructor.
pub const CLASS_HAS_DTOR: u32 = 1;
/// [`ClassHead::flags`]: objects carry a native payload.
pub const CLASS_HAS_NATIVE: u32 = 2;
/// [`ClassHead::flags`]: it is an enum.
pub const CLASS_ENUM: u32 = 4;
/// [`ClassHead::flags`]: has typed properties.
pub const CLASS_TYPED_PROPS: u32 = 8;
/// [`ClassHead::flags`]: no dynamic properties.
pub const CLASS_NO_DYNAMIC: u32 = 16;
/// [`ClassHead::flags`]: dynamic properties without a deprecation.
pub const CLASS_ALLOW_DYNAMIC: u32 = 32;

/// [`ClassHead::flags`]: objects are weak maps.
pub const CLASS_WEAK_MAP: u32 = 64;

/// What the heap, the collector and conversions need of a class. The VM's `Class` begins with it.
#[repr(C)]
pub struct ClassHead {
    /// Name as declared, interned.
    pub name: *mut StrHdr,
    /// Declared property slots of an object.
    pub num_slots: u32,
    /// `CLASS_*`
    pub flags: u32,
    /// Unique in the VM; 0 is never used.
    pub id: u32,
    /// Bytes of native payload.
    pub native_size: u32,
    /// Never null; entries may be absent.
    pub handlers: *const HandlerTable,
    /// Drops a native payload's contents, or absent.
    pub native_free: Option<unsafe extern "C" fn(payload: *mut u8)>,
    /// Descriptor of the native class whose payload objects carry; null when there is none.
    pub payload: *const ClassDesc,
    /// Its own descriptor; null for a class of PHP code.
    pub own: *const ClassDesc,
}

const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<Arr>() == 56 && offset_of!(Arr, kind) == 8 && offset_of!(Arr, used) == 16);
    assert!(offset_of!(Arr, next_free) == 32 && offset_of!(Arr, data) == 40);
    assert!(
        offset_of!(Arr, count) == offset_of!(ArrHead, count)
            && offset_of!(Arr, cap) == offset_of!(ArrHead, cap)
    );
    assert!(
        offset_of!(Arr, used) == offset_of!(ArrHead, used)
            && offset_of!(Arr, data) == offset_of!(ArrHead, data)
    );
    assert!(
        offset_of!(Arr, kind) == offset_of!(ArrHead, kind)
            && offset_of!(Arr, cursor) == offset_of!(ArrHead, cursor)
    );
    assert!(offset_of!(Arr, next_free) == offset_of!(ArrHead, next_free) && ARR_PACKED == 0);
    assert!(
        offset_of!(Ref, val) == offset_of!(RefHead, val)
            && offset_of!(Obj, class) == offset_of!(ObjHead, class)
    );
    assert!(
        offset_of!(Obj, handle) == offset_of!(ObjHead, handle)
            && offset_of!(Obj, native) == offset_of!(ObjHead, native)
    );
    assert!(offset_of!(ClassHead, payload) == offset_of!(ClassTop, payload));
    assert!(offset_of!(ClassHead, own) == offset_of!(ClassTop, own));
    assert!(size_of::<Ref>() == 32 && offset_of!(Ref, val) == 16);
    assert!(size_of::<Obj>() == 40 && offset_of!(Obj, class) == 16 && offset_of!(Obj, props) == 24);
};
