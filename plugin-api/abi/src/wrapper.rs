//! Wrappers: what an extension's kinds of stream and wrappers look like to the engine, and the table of what the engine
//! does for them. The rules of [`crate::table`] hold here too.

use crate::{CtxRaw, ModuleCtx, StrSlice, Val};

/// A stream kept by the engine. What functions give is an owned share ([`WrapperTable::release`]); arguments are borrowed.
#[repr(C)]
pub struct StreamRaw {
    _private: [u8; 0],
}

/// A stream context kept by the engine.
#[repr(C)]
pub struct ContextRaw {
    _private: [u8; 0],
}

/// What `stat()` tells, in the order of PHP's arrays.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the member of struct stat of its name")]
pub struct StatData {
    pub dev: i64,
    pub ino: i64,
    pub mode: i64,
    pub nlink: i64,
    pub uid: i64,
    pub gid: i64,
    pub rdev: i64,
    pub size: i64,
    pub atime: i64,
    pub mtime: i64,
    pub ctime: i64,
    pub blksize: i64,
    pub blocks: i64,
}

/// Bits of what stream operations give.
pub mod stream_result {
    /// Done.
    pub const OK: u32 = 0;
    /// The end was reached.
    pub const END: u32 = 1;
    /// It failed; what there was to say has been said.
    pub const FAILED: u32 = 2;
    /// Of a seek: the position it wrote holds, whether it failed or not.
    pub const MOVED: u32 = 4;
}

/// Bits of [`WrapperTable::new`].
pub mod stream_flags {
    /// This stream cannot seek, whatever its kind can do.
    pub const NO_SEEK: u32 = 1;
    /// Nothing of this stream is read ahead.
    pub const NO_BUFFER: u32 = 2;
}

/// Options of [`WrapperTable::open`] and [`OpenArgs::options`].
pub mod open_options {
    /// Look through the include path.
    pub const USE_PATH: u32 = 0x1;
    /// Take the path as a file name, whatever scheme it seems to have.
    pub const IGNORE_URL: u32 = 0x2;
    /// Raise warnings.
    pub const REPORT_ERRORS: u32 = 0x8;
    /// The stream must be able to seek: others are copied to a temporary one.
    pub const MUST_SEEK: u32 = 0x10;
    /// For `include`.
    pub const FOR_INCLUDE: u32 = 0x80;
}

/// Flags of [`WrapperTable::stat`] and [`WrapperOps::url_stat`].
pub mod stat_flags {
    /// Of a link itself.
    pub const LINK: u32 = 1;
    /// No warnings.
    pub const QUIET: u32 = 2;
}

/// One kind of stream of an extension. `data` is what [`WrapperTable::new`] was given.
#[repr(C)]
pub struct StreamOps {
    /// `size_of::<StreamOps>()` of whoever built it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// `stream_type` of the metadata.
    pub label: StrSlice,
    /// Reads at most `len` bytes to `buf`; `done` gets how many.
    pub read: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        s: *mut StreamRaw,
        data: *mut u8,
        buf: *mut u8,
        len: usize,
        done: *mut usize,
    ) -> u32,
    /// Writes; absent: not writable.
    pub write: Option<
        unsafe extern "C" fn(
            ctx: *mut CtxRaw,
            s: *mut StreamRaw,
            data: *mut u8,
            buf: *const u8,
            len: usize,
            done: *mut usize,
        ) -> u32,
    >,
    /// Seeks: `whence` 0 from the start, 1 from the position, 2 from the end; absent: not seekable.
    pub seek: Option<
        unsafe extern "C" fn(
            ctx: *mut CtxRaw,
            s: *mut StreamRaw,
            data: *mut u8,
            offset: i64,
            whence: u32,
            position: *mut i64,
        ) -> u32,
    >,
    /// Writes out what is held back.
    pub flush: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, s: *mut StreamRaw, data: *mut u8) -> u32>,
    /// `fstat()`
    pub stat: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, s: *mut StreamRaw, data: *mut u8, out: *mut StatData) -> u32,
    >,
    /// Ends it: `data` is not used any more. Called once.
    pub close: unsafe extern "C" fn(data: *mut u8),
    /// Of a directory: its next name (an owned string), or null at the end.
    pub read_dir: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, s: *mut StreamRaw, data: *mut u8) -> Val>,
}

/// What a wrapper is asked to open.
#[repr(C)]
pub struct OpenArgs {
    /// `size_of::<OpenArgs>()` of the engine.
    pub size: u32,
    /// Bits of [`open_options`].
    pub options: u32,
    /// The whole URL.
    pub path: StrSlice,
    /// The mode.
    pub mode: StrSlice,
    /// The context, or null.
    pub context: *mut ContextRaw,
}

/// What a wrapper opened.
#[repr(C)]
pub struct OpenOut {
    /// The stream (the share moves to the engine), or null: it failed.
    pub stream: *mut StreamRaw,
    /// Where it really is, for `__FILE__` and `include_once`: an owned string, or null.
    pub path: Val,
    /// Why it failed: an owned string, or null for "operation failed".
    pub reason: Val,
}

/// A wrapper of an extension. `data` is what [`WrapperTable::wrapper`] was given. Absent entries are not supported.
#[repr(C)]
pub struct WrapperOps {
    /// `size_of::<WrapperOps>()` of whoever built it.
    pub size: u32,
    /// 1: it reaches beyond this machine (`allow_url_fopen` counts).
    pub is_url: u32,
    /// `wrapper_type` of the metadata.
    pub label: StrSlice,
    /// Opens.
    pub open: unsafe extern "C" fn(ctx: *mut CtxRaw, data: *mut u8, args: *const OpenArgs, out: *mut OpenOut),
    /// `stat()` of a URL, with [`stat_flags`].
    pub url_stat: Option<
        unsafe extern "C" fn(
            ctx: *mut CtxRaw,
            data: *mut u8,
            url: StrSlice,
            flags: u32,
            context: *mut ContextRaw,
            out: *mut StatData,
        ) -> u32,
    >,
    /// Opens a directory.
    pub open_dir: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, data: *mut u8, args: *const OpenArgs, out: *mut OpenOut),
    >,
    /// `unlink()`: 0 when it failed, as of those that follow.
    pub unlink: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, data: *mut u8, url: StrSlice) -> u32>,
    /// `rename()`
    pub rename:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, data: *mut u8, from: StrSlice, to: StrSlice) -> u32>,
    /// `mkdir()`
    pub make_dir: Option<
        unsafe extern "C" fn(
            ctx: *mut CtxRaw,
            data: *mut u8,
            url: StrSlice,
            mode: u32,
            recursive: u32,
        ) -> u32,
    >,
    /// `rmdir()`
    pub remove_dir: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, data: *mut u8, url: StrSlice) -> u32>,
}

// SAFETY: descriptors are immutable static data.
unsafe impl Sync for StreamOps {}
// SAFETY: as above.
unsafe impl Sync for WrapperOps {}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $( $(#[$fdoc:meta])* fn $f:ident($($a:ident: $t:ty),*) $(-> $r:ty)?; )* }) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct $name {
            /// `size_of` this table in the engine.
            pub size: u32,
            /// Reserved, 0.
            pub reserved: u32,
            $( $(#[$fdoc])* pub $f: unsafe extern "C" fn($($a: $t),*) $(-> $r)?, )*
        }
    };
}

table! {
    /// Streams and files as scripts reach them: wrappers, `open_basedir` and warnings included.
    WrapperTable {
        /// Registers a wrapper for the life of the process. `ops` and `data` live as long.
        fn wrapper(m: *mut ModuleCtx, scheme: StrSlice, ops: *const WrapperOps, data: *mut u8);
        /// A stream over `data`, with [`stream_flags`]. `ops` lives as long as the process; `data` goes with the stream.
        fn new(ctx: *mut CtxRaw, ops: *const StreamOps, data: *mut u8, mode: StrSlice, flags: u32) -> *mut StreamRaw;
        /// Takes a share.
        fn retain(s: *mut StreamRaw);
        /// Gives a share back; the last one closes.
        fn release(s: *mut StreamRaw);
        /// The resource of a stream: an owned value.
        fn resource(ctx: *mut CtxRaw, s: *mut StreamRaw) -> Val;
        /// The open stream of a resource: a share, or null.
        fn of(v: Val) -> *mut StreamRaw;
        /// Opens a path or URL, with [`open_options`]: a share, or null.
        fn open(ctx: *mut CtxRaw, path: StrSlice, mode: StrSlice, options: u32, context: *mut ContextRaw) -> *mut StreamRaw;
        /// Reads; `done` gets how many bytes. 0 at the end; [`stream_result`].
        fn read(ctx: *mut CtxRaw, s: *mut StreamRaw, buf: *mut u8, len: usize, done: *mut usize) -> u32;
        /// Writes.
        fn write(ctx: *mut CtxRaw, s: *mut StreamRaw, buf: *const u8, len: usize, done: *mut usize) -> u32;
        /// Closes now.
        fn close(ctx: *mut CtxRaw, s: *mut StreamRaw);
        /// What it was opened as: an owned string or null.
        fn path(s: *mut StreamRaw) -> Val;
        /// Tells what it was opened as.
        fn set_path(s: *mut StreamRaw, path: StrSlice);
        /// `$options[$wrapper][$name]` of a context: an owned value, or UNDEF.
        fn option(c: *mut ContextRaw, wrapper: StrSlice, name: StrSlice) -> Val;
        /// `stat()` of a path or URL; 0 when there is none.
        fn stat(ctx: *mut CtxRaw, path: StrSlice, flags: u32, out: *mut StatData) -> u32;
        /// `mkdir()`: 0 when it failed.
        fn make_dir(ctx: *mut CtxRaw, path: StrSlice, mode: u32, recursive: u32) -> u32;
        /// `touch()`: 0 when it failed.
        fn touch(ctx: *mut CtxRaw, path: StrSlice, mtime: i64, atime: i64) -> u32;
        /// `scandir()`, unsorted: an owned list, or FALSE.
        fn list(ctx: *mut CtxRaw, path: StrSlice) -> Val;
        /// Names that match a pattern, with the C library's `GLOB_*` flags: an owned list, or FALSE when it failed.
        fn glob(ctx: *mut CtxRaw, pattern: StrSlice, flags: u32) -> Val;
        /// An absolute path without `.` and `..` (an owned string); null when there can be none.
        fn expand(ctx: *mut CtxRaw, path: StrSlice) -> Val;
        /// Whether `open_basedir` lets a path through; warns when it does not.
        fn allowed(ctx: *mut CtxRaw, path: StrSlice) -> u32;
        /// Files were changed: what is remembered of them is stale.
        fn files_changed(ctx: *mut CtxRaw);
    }
}
