//! Values as both sides see them: 16 bytes, a payload and a type word.

/// Never assigned, a hole in an array, or an uninitialized typed property.
pub const UNDEF: u8 = 0;
/// `null`
pub const NULL: u8 = 1;
/// `false`
pub const FALSE: u8 = 2;
/// `true`
pub const TRUE: u8 = 3;
/// 64-bit signed integer
pub const INT: u8 = 4;
/// IEEE 754 double
pub const DBL: u8 = 5;
/// string: payload is a `*mut StrHdr`
pub const STR: u8 = 6;
/// array: payload is an opaque array pointer
pub const ARR: u8 = 7;
/// object: payload is an opaque object pointer
pub const OBJ: u8 = 8;
/// resource: payload is an opaque resource pointer
pub const RES: u8 = 9;
/// PHP reference: payload points to a counted cell
pub const REF: u8 = 10;
/// Engine-internal: payload is a raw pointer (never seen by PHP code).
pub const PTR: u8 = 13;

/// Bit of the type word: the payload points to a counted heap block. Interned strings and immutable arrays lack it, so
/// copying them touches no memory.
pub const REFCOUNTED: u32 = 0x100;
/// Bit of the type word: the heap block may be part of a cycle (arrays, objects).
pub const COLLECTABLE: u32 = 0x200;

/// Flag of a heap block's `info`: never counted and never freed (interned strings, immutable arrays).
pub const HDR_IMMORTAL: u32 = 1 << 8;

/// One PHP value. `Copy`, no `Drop`: who owns a count is decided by the holder.
///
/// `ty` holds the tag in its low byte and [`REFCOUNTED`]/[`COLLECTABLE`] above it. `aux` belongs to the container
/// that the value sits in (hash chain link, iterator position) and is not part of the value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Val {
    /// Integer, bits of a double, or pointer.
    pub payload: u64,
    /// Tag and flags.
    pub ty: u32,
    /// The container's own word.
    pub aux: u32,
}

impl Val {
    /// The absent value.
    pub const UNDEF: Val = Val { payload: 0, ty: UNDEF as u32, aux: 0 };
    /// `null`
    pub const NULL: Val = Val { payload: 0, ty: NULL as u32, aux: 0 };
    /// `false`
    pub const FALSE: Val = Val { payload: 0, ty: FALSE as u32, aux: 0 };
    /// `true`
    pub const TRUE: Val = Val { payload: 0, ty: TRUE as u32, aux: 0 };

    /// An integer.
    #[inline(always)]
    pub const fn int(i: i64) -> Val {
        Val::of(i as u64, INT as u32)
    }
    /// A float.
    #[inline(always)]
    pub const fn dbl(d: f64) -> Val {
        Val::of(d.to_bits(), DBL as u32)
    }
    /// `true` or `false`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Val {
        Val::of(0, FALSE as u32 + b as u32)
    }
    /// An engine-internal raw pointer.
    #[inline(always)]
    pub fn ptr<T>(p: *mut T) -> Val {
        Val { payload: p as u64, ty: PTR as u32, aux: 0 }
    }
    /// The tag, one of the constants of this module.
    #[inline(always)]
    pub const fn tag(&self) -> u8 {
        self.ty as u8
    }
    /// Whether the payload points to a counted block.
    #[inline(always)]
    pub const fn is_refcounted(&self) -> bool {
        self.ty & REFCOUNTED != 0
    }
    /// Reads the payload as an integer; meaningful for [`INT`].
    #[inline(always)]
    pub const fn as_int(&self) -> i64 {
        self.payload as i64
    }
    /// Reads the payload as a float; meaningful for [`DBL`].
    #[inline(always)]
    pub const fn as_dbl(&self) -> f64 {
        f64::from_bits(self.payload)
    }
    /// Reads the payload as a pointer; meaningful for heap tags.
    #[inline(always)]
    pub const fn as_ptr<T>(&self) -> *mut T {
        self.payload as usize as *mut T
    }
    /// A value of its payload and type word. Written to memory, the type and the container's word are one store, so that reading
    /// both together need not wait for two.
    #[inline(always)]
    pub const fn of(payload: u64, ty: u32) -> Val {
        Val::with_aux(payload, ty, 0)
    }
    /// As [`Val::of`] with the container's word.
    #[inline(always)]
    const fn with_aux(payload: u64, ty: u32, aux: u32) -> Val {
        let (ty, aux) = (ty as u64, aux as u64);
        let word = if cfg!(target_endian = "little") { ty | aux << 32 } else { ty << 32 | aux };
        // SAFETY: two words make a value; any bits are one.
        unsafe { core::mem::transmute([payload, word]) }
    }
    /// The value read by its parts, without the container's word. What was just written in parts is at hand then; a load of all
    /// of it at once would wait until every part has reached the cache (store forwarding: Intel's optimization manual, 3.6.4).
    #[inline(always)]
    pub const fn by_parts(&self) -> Val {
        Val::of(self.payload, self.ty)
    }
    /// Writes a value as two words, see [`Val::of`].
    ///
    /// # Safety
    /// `at` is writable and aligned for a value; what was there is the caller's to release.
    #[inline(always)]
    pub unsafe fn put(self, at: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe { at.write(Val::with_aux(self.payload, self.ty, self.aux)) };
    }
    /// Whether the tag is [`UNDEF`].
    #[inline(always)]
    pub const fn is_undef(&self) -> bool {
        self.tag() == UNDEF
    }
    /// Whether the tag is [`UNDEF`] or [`NULL`].
    #[inline(always)]
    pub const fn is_nullish(&self) -> bool {
        self.tag() <= NULL
    }
}

/// First eight bytes of every heap block: the count and what the block is.
#[repr(C)]
pub struct HeapHdr {
    /// Owners. Not atomic: a value never leaves its VM's thread.
    pub rc: u32,
    /// Kind in the low byte (the tag), flags above: see the `HDR_*` constants of the runtime.
    pub info: u32,
}

/// A string: header, hash, length, bytes, NUL. Extensions may read `hash`, `len` and the bytes; the first eight bytes
/// are the engine's.
#[repr(C)]
pub struct StrHdr {
    /// Count and flags; the engine's alone.
    pub hdr: HeapHdr,
    /// Cached hash, 0 when not computed yet.
    pub hash: u64,
    /// Bytes, without the closing NUL.
    pub len: usize,
}

impl StrHdr {
    /// Where the bytes begin, counted from the header's address.
    pub const BYTES: usize = size_of::<StrHdr>();

    /// The bytes.
    ///
    /// # Safety
    /// `this` points to a live string, which stays alive and unchanged for `'a`.
    #[inline(always)]
    pub unsafe fn bytes<'a>(this: *const StrHdr) -> &'a [u8] {
        // SAFETY: by the caller's promise; the bytes follow the header and `len` of them are initialized.
        unsafe { core::slice::from_raw_parts(this.cast::<u8>().add(Self::BYTES), (*this).len) }
    }
}

/// One entry of a hash array: 32 bytes. `val.ty == UNDEF` marks a removed entry.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bucket {
    /// The value; its `aux` is the hash chain's next index.
    pub val: Val,
    /// Integer key, or the string key's hash.
    pub h: u64,
    /// String key, or null for an integer key.
    pub key: *mut StrHdr,
}

/// A borrowed look into an array: valid until the array is written or released.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ArrView {
    /// Packed: `*const Val` (key = index). Hash: `*const Bucket`.
    pub data: *const u8,
    /// Entries to walk, removed ones included.
    pub used: u32,
    /// Live entries.
    pub count: u32,
    /// 1 when packed.
    pub packed: u32,
    /// Reserved, 0.
    pub reserved: u32,
}

/// What an array's block begins with. Extensions read it; only [`ArrTable::new`](crate::ArrTable)'s caller may write `used`,
/// `count` and `next_free`, of a fresh array that nobody else has seen yet, and of one it holds alone when it appends.
#[repr(C)]
pub struct ArrHead {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// 0: `data` points to bare values, whose keys are their places. Else to [`Bucket`]s.
    pub kind: u8,
    /// The engine's.
    pub flags: u8,
    /// The engine's.
    pub iterators: u16,
    /// The engine's.
    pub mask: u32,
    /// Entries in use, removed ones included.
    pub used: u32,
    /// Live entries.
    pub count: u32,
    /// Entries for which there is room.
    pub cap: u32,
    /// Internal pointer: an entry index.
    pub cursor: u32,
    /// Key that `[]=` takes next; `i64::MIN` before the first one.
    pub next_free: i64,
    /// First entry.
    pub data: *mut u8,
}

/// What a reference's cell begins with.
#[repr(C)]
pub struct RefHead {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// The engine's.
    pub sources: *mut u8,
    /// The value; never itself a reference.
    pub val: Val,
}

/// What an object's block begins with.
#[repr(C)]
pub struct ObjHead {
    /// Count and flags.
    pub hdr: HeapHdr,
    /// `spl_object_id()`
    pub handle: u32,
    /// The engine's.
    pub gc: u32,
    /// Its class.
    pub class: *mut ClassRaw,
    /// The engine's.
    pub props: *mut u8,
    /// Native payload, or null.
    pub native: *mut u8,
}

/// What a class ([`ClassRaw`]) begins with.
#[repr(C)]
pub struct ClassTop {
    /// The engine's.
    pub reserved: [u64; 5],
    /// Descriptor of the native class whose payload its objects carry, its own or a parent's; null when there is none.
    pub payload: *const crate::ClassDesc,
    /// Its own descriptor; null for a class of PHP code.
    pub own: *const crate::ClassDesc,
}

/// A span of bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct StrSlice {
    /// First byte; never null for a non-empty slice.
    pub ptr: *const u8,
    /// Bytes.
    pub len: usize,
}

impl StrSlice {
    /// The slice of a static string.
    pub const fn new(s: &'static str) -> StrSlice {
        StrSlice { ptr: s.as_ptr(), len: s.len() }
    }
    /// A slice that borrows `s`.
    #[inline]
    pub const fn of(s: &[u8]) -> StrSlice {
        StrSlice { ptr: s.as_ptr(), len: s.len() }
    }
    /// The bytes.
    ///
    /// # Safety
    /// What the slice was made from is alive for `'a`.
    #[inline]
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: by the caller's promise.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len) }
    }
}

// SAFETY: a `StrSlice` in a descriptor points to static data; elsewhere it is a plain pointer pair whose use is unsafe.
unsafe impl Sync for StrSlice {}
// SAFETY: as above.
unsafe impl Send for StrSlice {}

/// How a call ended.
#[repr(i32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// The result is in the return slot.
    Ok = 0,
    /// An exception is pending in the context.
    Exception = 1,
    /// The request ends: exit, time-out, fatal error. Nothing more of it may run.
    Bailout = 2,
}

/// The engine's per-VM context, opaque to extensions.
#[repr(C)]
pub struct CtxRaw {
    _private: [u8; 0],
}

/// What a native function is called with. The engine has already coerced and checked the arguments against the
/// declared signature; arguments that were left out are beyond `argc`, or [`UNDEF`] where a named call skipped them
/// and the parameter has no default text.
#[repr(C)]
pub struct CallFrame {
    /// `size_of::<CallFrame>()` of the engine.
    pub size: u32,
    /// Arguments at `args`.
    pub argc: u32,
    /// Borrowed arguments. By-reference parameters hold a [`REF`].
    pub args: *mut Val,
    /// `$this`, or [`UNDEF`] in a function or static method.
    pub this: Val,
    /// Extra named arguments collected by a variadic parameter: an array, or [`UNDEF`].
    pub named_extra: Val,
    /// The class a static method was called on (late static binding), or null.
    pub called_class: *mut ClassRaw,
    /// The function's own descriptor data pointer (`FunctionDesc::data`).
    pub data: *const u8,
    /// 1 when the caller has `strict_types=1`.
    pub strict: u32,
    /// [`call_flags`]. Bits that are not named there are 0.
    pub flags: u32,
}

/// Bits of [`CallFrame::flags`].
pub mod call_flags {
    /// Called through a value (`$f()`, a callback), not by name: functions that look into their caller refuse that.
    pub const DYNAMIC: u32 = 1;
    /// Nobody takes the result: a statement of PHP code that only calls.
    pub const UNUSED: u32 = 2;
}

/// A class, opaque to extensions.
#[repr(C)]
pub struct ClassRaw {
    _private: [u8; 0],
}

/// A native function or method.
pub type NativeFn = unsafe extern "C" fn(ctx: *mut CtxRaw, frame: *mut CallFrame, ret: *mut Val) -> Status;

const _: () = {
    assert!(size_of::<Val>() == 16 && size_of::<Bucket>() == 32 && size_of::<StrHdr>() == 24);
    assert!(core::mem::offset_of!(Val, ty) == 8 && core::mem::offset_of!(Val, aux) == 12);
    assert!(core::mem::offset_of!(StrHdr, hash) == 8 && core::mem::offset_of!(StrHdr, len) == 16);
    assert!(core::mem::offset_of!(Bucket, h) == 16 && core::mem::offset_of!(Bucket, key) == 24);
};
