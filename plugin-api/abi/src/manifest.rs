//! The manifest: what a plugin says of itself in an ELF section that the engine reads before any of its code runs.

/// Major version of the plugin API.
pub const API_MAJOR: u16 = 1;
/// Minor version of the plugin API.
pub const API_MINOR: u16 = 0;
/// ELF section that holds the [`Manifest`].
pub const MANIFEST_SECTION: &str = ".howdah.manifest";
/// First bytes of a manifest.
pub const MANIFEST_MAGIC: [u8; 8] = *b"HOWDAHX1";
/// Bytes of [`Manifest::name`], [`Manifest::version`] and [`Manifest::rustc`].
pub const MANIFEST_TEXT: usize = 64;

/// [`Manifest::panic`]: unwinds.
pub const PANIC_UNWIND: u8 = 1;
/// [`Manifest::panic`]: aborts; such plugins are refused.
pub const PANIC_ABORT: u8 = 2;

/// What lies in [`MANIFEST_SECTION`]. Fixed size, no pointers; texts are NUL-padded.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Manifest {
    /// [`MANIFEST_MAGIC`]
    pub magic: [u8; 8],
    /// `size_of::<Manifest>()` of the plugin's ABI crate.
    pub size: u32,
    /// Needs this major version.
    pub api_major: u16,
    /// Needs at least this minor version.
    pub api_minor: u16,
    /// [`LAYOUT_HASH`] of the plugin's ABI crate.
    pub layout_hash: u64,
    /// [`PANIC_UNWIND`] or [`PANIC_ABORT`].
    pub panic: u8,
    /// 1 when it is a zend_extension (an observer).
    pub zend: u8,
    /// Reserved, 0.
    pub reserved: [u8; 6],
    /// The extension's name.
    pub name: [u8; MANIFEST_TEXT],
    /// The extension's version.
    pub version: [u8; MANIFEST_TEXT],
    /// Version of the plugin-api crate it was built with.
    pub built_with: [u8; MANIFEST_TEXT],
}

impl Manifest {
    /// A manifest for an extension built with this crate.
    pub const fn new(name: &str, version: &str, panic: u8) -> Manifest {
        Manifest {
            magic: MANIFEST_MAGIC,
            size: size_of::<Manifest>() as u32,
            api_major: API_MAJOR,
            api_minor: API_MINOR,
            layout_hash: LAYOUT_HASH,
            panic,
            zend: 0,
            reserved: [0; 6],
            name: text(name),
            version: text(version),
            built_with: text(env!("CARGO_PKG_VERSION")),
        }
    }

    /// The manifest in those bytes, if they are one of at least this size.
    pub fn read(bytes: &[u8]) -> Option<Manifest> {
        if bytes.len() < size_of::<Manifest>() || bytes[..8] != MANIFEST_MAGIC {
            return None;
        }
        // SAFETY: enough bytes; every bit pattern is a Manifest.
        Some(unsafe { bytes.as_ptr().cast::<Manifest>().read_unaligned() })
    }

    /// The text in a NUL-padded field.
    pub fn text(field: &[u8; MANIFEST_TEXT]) -> &str {
        let n = field.iter().position(|&c| c == 0).unwrap_or(MANIFEST_TEXT);
        core::str::from_utf8(&field[..n]).unwrap_or("?")
    }
}

const fn text(s: &str) -> [u8; MANIFEST_TEXT] {
    let (mut out, b, mut i) = ([0; MANIFEST_TEXT], s.as_bytes(), 0);
    while i < b.len() && i < MANIFEST_TEXT - 1 {
        out[i] = b[i];
        i += 1;
    }
    out
}

/// Hash over the sizes and offsets that plugins read inline or lay out themselves, the frozen part of the ABI.
pub const LAYOUT_HASH: u64 = {
    use crate::*;
    use core::mem::offset_of;
    let words = [
        size_of::<Val>(),
        offset_of!(Val, ty),
        offset_of!(Val, aux),
        size_of::<StrHdr>(),
        offset_of!(StrHdr, hash),
        offset_of!(StrHdr, len),
        size_of::<Bucket>(),
        offset_of!(Bucket, h),
        offset_of!(Bucket, key),
        size_of::<ArrView>(),
        offset_of!(CallFrame, args),
        offset_of!(CallFrame, this),
        offset_of!(CallFrame, named_extra),
        offset_of!(CallFrame, called_class),
        offset_of!(CallFrame, data),
        offset_of!(CallFrame, strict),
        size_of::<StrSlice>(),
        size_of::<TypeDesc>(),
        size_of::<ParamDesc>(),
        size_of::<FunctionDesc>(),
        size_of::<ConstDesc>(),
        size_of::<PropDesc>(),
        size_of::<ClassDesc>(),
        size_of::<IniDesc>(),
        size_of::<DepDesc>(),
        offset_of!(ExtDescriptor, minit),
        offset_of!(HostApi, val),
    ];
    let (mut h, mut i) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while i < words.len() {
        h = (h ^ words[i] as u64).wrapping_mul(0x100_0000_01b3);
        i += 1;
    }
    h
};

/// What the engine hands to a plugin's `init`, and gets back.
#[repr(C)]
pub struct InitArgs {
    /// `size_of::<InitArgs>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The engine's tables.
    pub api: *const crate::HostApi,
    /// Filled in by the plugin.
    pub descriptor: *const crate::ExtDescriptor,
}
