//! What an extension may say of files before the engine looks for them: the interface `files.redirect/1`, which an extension
//! offers. And `spl.files/1` of the spl extension, for subclasses of its classes of files.

use crate::{Class, Ctx, Object};
use plugin_api_abi::{ClassRaw, CtxRaw, StrSlice, Val};

/// Name of the interface: a [`RedirectTable`].
pub const REDIRECT: &str = "files.redirect/1";

/// What a path is wanted for.
pub mod purpose {
    /// `fopen()`, `file_get_contents()`, `readfile()`.
    pub const OPEN: u32 = 0;
    /// As `OPEN`, with the include path.
    pub const OPEN_INCLUDED: u32 = 1;
    /// `opendir()`
    pub const DIRECTORY: u32 = 2;
    /// `stat()` and what is known through it.
    pub const STAT: u32 = 3;
    /// `include` and its like.
    pub const INCLUDE: u32 = 4;
}

/// The table of [`REDIRECT`].
#[repr(C)]
pub struct RedirectTable {
    /// `size_of::<RedirectTable>()` of the extension that offers it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The path to take in place of one, for a [`purpose`]: an owned string, or null for the path itself.
    pub path: unsafe extern "C" fn(ctx: *mut CtxRaw, path: StrSlice, purpose: u32) -> Val,
    /// The text to compile in place of a file's own: an owned string, or null.
    pub script: unsafe extern "C" fn(ctx: *mut CtxRaw, path: StrSlice) -> Val,
}

/// Name of the spl extension's interface: an [`SplFilesTable`].
pub const SPL_FILES: &str = "spl.files/1";

/// The table of [`SPL_FILES`].
#[repr(C)]
pub struct SplFilesTable {
    /// `size_of::<SplFilesTable>()` of the extension.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The class that `setInfoClass()` gave an SplFileInfo object, or null.
    pub info_class: unsafe extern "C" fn(ctx: *mut CtxRaw, o: Val) -> *mut ClassRaw,
}

impl Object {
    /// The class that `setInfoClass()` gave an SplFileInfo object.
    pub fn file_info_class(&self, ctx: &mut Ctx) -> Option<Class> {
        // SAFETY: the interface's name stands for this table, which lives as long as the process; our context, a live object.
        unsafe {
            let t = &*ctx.interface(SPL_FILES)?.cast::<SplFilesTable>();
            let c = (t.info_class)(ctx.raw(), self.0);
            (!c.is_null()).then(|| Class::from_raw(c))
        }
    }
}
