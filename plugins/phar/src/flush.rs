//! Writing archives to their files.

use crate::archive::{Archive, Fail, Format, bits, fail};
use crate::{codec, phar, tar, zip};
use plugin_api::Ctx;
use plugin_api::wrapper::{Handle, open_options};
use std::rc::Rc;

/// The stub that an archive gets.
#[derive(Clone, Copy)]
pub enum Stub<'a> {
    /// The one it has.
    Keep,
    /// This one.
    Given(&'a [u8]),
    /// This one, which is the default of PHP's own format; other formats have their own.
    Default(&'a [u8]),
    /// The default of another format.
    Reset,
}

/// Writes an archive, unless changes wait; the file's bytes are the archive's from here on.
pub fn flush(ctx: &mut Ctx, a: &Rc<Archive>) -> Result<(), Fail> {
    flush_with(ctx, a, Stub::Keep)
}

/// As [`flush`], with another stub.
pub fn flush_with(ctx: &mut Ctx, a: &Rc<Archive>, stub: Stub<'_>) -> Result<(), Fail> {
    let (given, is_default) = match stub {
        Stub::Keep => (None, false),
        Stub::Given(s) => (Some(s), false),
        Stub::Default(s) => (Some(s), true),
        Stub::Reset => (None, true),
    };
    if a.is_empty() && given.is_none() {
        return Ok(());
    }
    a.folders.borrow_mut().clear();
    let bytes = match a.format.get() {
        Format::Zip => zip::write(ctx, a, given, is_default)?,
        Format::Tar => tar::write(ctx, a, given, is_default)?,
        Format::Phar if crate::readonly(ctx) => return Ok(()),
        Format::Phar => phar::write(ctx, a, given)?,
    };
    a.brand_new.set(false);
    let bytes = Rc::new(bytes);
    a.set_written(bytes.clone());
    if a.buffering.get() {
        return Ok(());
    }
    let packed = match a.flags.get() & bits::FILE_COMPRESSION {
        bits::FILE_GZ => codec::gzip(&bytes),
        bits::FILE_BZ2 => codec::bzip2(&bytes),
        _ => None,
    };
    save(ctx, a, packed.as_deref().unwrap_or(&bytes))
}

fn save(ctx: &mut Ctx, a: &Archive, bytes: &[u8]) -> Result<(), Fail> {
    let options = open_options::REPORT_ERRORS | open_options::IGNORE_URL;
    let Ok(file) = Handle::open(ctx, &a.path, b"w+b", options) else {
        return fail(format!("unable to open new phar \"{}\" for writing", a.shown()));
    };
    // What cannot be written has been told.
    let _ = file.write(ctx, bytes);
    file.close(ctx);
    ctx.files_changed();
    Ok(())
}
