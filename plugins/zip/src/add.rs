//! Adding files to an archive.

use crate::class::ZipArchive;
use howdah_libzip::Failed;
use plugin_api::wrapper::stat_flags;
use plugin_api::{Ctx, R, This};

/// `ZipArchive::FL_OPEN_FILE_NOW`: PHP's own, libzip must not see it.
const OPEN_FILE_NOW: u32 = 1 << 30;

/// The part of a file: where it begins, and how many bytes (0: to the end).
#[derive(Clone, Copy, Default)]
pub struct Part {
    /// First byte.
    pub start: u64,
    /// Bytes.
    pub length: i64,
}

/// Where a file goes.
#[derive(Clone, Copy)]
pub enum To<'a> {
    /// A new entry, or with `FL_OVERWRITE` the one of that name.
    Name(&'a [u8]),
    /// The entry of that index.
    Index(u64),
}

/// Keeps the index of an entry that was added; whether it was.
pub fn remember(this: &This<ZipArchive>, ctx: &mut Ctx, added: Option<u64>) -> R<bool> {
    this.borrow_mut(ctx)?.last_id = added.map_or(-1, u64::cast_signed);
    Ok(added.is_some())
}

/// Adds a file, or replaces an entry by it; whether it succeeded. Without an open archive it does not.
pub fn file(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    path: &[u8],
    to: To<'_>,
    part: Part,
    flags: u32,
) -> R<bool> {
    if !ctx.path_allowed(path) {
        return Ok(false);
    }
    let full = ctx.expand_path(path).filter(|p| !p.is_empty());
    let full = full.filter(|p| ctx.stat(p, stat_flags::QUIET).is_some());
    let Some(full) = full else {
        ctx.warning("No such file or directory")?;
        return Ok(false);
    };
    let (now, flags) = (flags & OPEN_FILE_NOW != 0, flags & !OPEN_FILE_NOW);
    let mut p = this.borrow_mut(ctx)?;
    let Some(zip) = p.zip.as_mut() else { return Ok(false) };
    let (name, replace) = match to {
        To::Name(n) => (n, None),
        To::Index(i) => (&b""[..], Some(i)),
    };
    let added = zip.add_file(name, replace, &full, part.start, part.length, now, flags);
    if added.is_ok() {
        zip.clear_error();
    }
    if replace.is_none() {
        p.last_id = added.map_or(-1, u64::cast_signed);
    }
    Ok(added != Err(Failed))
}
