//! Stores of trusted certificates.

use crate::errors;
use crate::own::Own;
use crate::path::{self, Place};
use crate::sys as ffi;
use plugin_api::{Array, Ctx, R};
use std::ffi::{CStr, c_char, c_int, c_long};
use std::ptr::{null, null_mut};

/// A store.
pub type Store = Own<ffi::X509_STORE>;

/// Adds a file or folder of certificates to a store; without a path the default one.
fn add(store: &Store, folder: bool, path: Option<&CStr>) -> bool {
    let kind: c_int = if path.is_some() { ffi::X509_FILETYPE_PEM } else { ffi::X509_FILETYPE_DEFAULT };
    let p: *const c_char = path.map_or(null(), CStr::as_ptr);
    // SAFETY: a live store and text.
    unsafe {
        let (method, command) = if folder {
            (ffi::X509_LOOKUP_hash_dir(), ffi::X509_L_ADD_DIR)
        } else {
            (ffi::X509_LOOKUP_file(), ffi::X509_L_FILE_LOAD)
        };
        let lookup = ffi::X509_STORE_add_lookup(store.ptr(), method);
        !lookup.is_null() && ffi::X509_LOOKUP_ctrl(lookup, command, p, c_long::from(kind), null_mut()) > 0
    }
}

/// A store of the files and folders that argument `n` lists, and of the defaults where it names no file or no folder.
pub fn of_list(ctx: &mut Ctx, list: Option<&Array>, n: u32) -> R<Option<Store>> {
    // SAFETY: a fresh object.
    let Some(store) = (unsafe { Own::new(ffi::X509_STORE_new()) }) else { return errors::none(ctx) };
    let (mut files, mut folders) = (0, 0);
    for item in list.into_iter().flat_map(Array::values) {
        let given = item.to_str(ctx)?;
        let Some(path) = path::checked(ctx, &given, Place::element(n))? else { continue };
        let shown = path.to_string_lossy().into_owned();
        let Some(stat) = ctx.stat(path.to_bytes(), plugin_api::wrapper::stat_flags::QUIET) else {
            ctx.warning(format!("Unable to stat {shown}"))?;
            continue;
        };
        let folder = stat.mode & i64::from(libc::S_IFREG) != i64::from(libc::S_IFREG);
        if add(&store, folder, Some(&path)) {
            *(if folder { &mut folders } else { &mut files }) += 1;
        } else {
            errors::store(ctx);
            let what = if folder { "directory" } else { "file" };
            ctx.warning(format!("Error loading {what} {shown}"))?;
        }
    }
    if files == 0 && !add(&store, false, None) {
        errors::store(ctx);
    }
    if folders == 0 && !add(&store, true, None) {
        errors::store(ctx);
    }
    Ok(Some(store))
}
