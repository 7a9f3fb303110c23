//! Terminals and files.

use crate::process::text;
use crate::{errno, keep_error, succeeded};
use plugin_api::{Array, Ctx, Kind, OrFalse, R, Stream, Value, php_function};
use std::ffi::CString;

/// Path of the controlling terminal.
#[php_function("posix_ctermid(): string|false")]
fn posix_ctermid() -> Value {
    let mut buffer = [0; 32];
    // SAFETY: the buffer has more room than L_ctermid, and lives while the text is copied.
    unsafe { text(libc::ctermid(buffer.as_mut_ptr())) }
}

/// What an argument that names an open file is.
pub enum Descriptor {
    /// Its number.
    Number(i64),
    /// A stream without one; the warning is raised.
    None,
    /// Neither a number nor a stream.
    Wrong,
}

/// The open file in argument 1.
pub fn descriptor(ctx: &mut Ctx, v: &Value) -> R<Descriptor> {
    Ok(match v.kind() {
        Kind::Resource(_) => {
            let s = Stream::argument(ctx, v, 1)?;
            match s.descriptor(ctx) {
                Some(fd) => Descriptor::Number(fd.into()),
                None => {
                    let about = ctx.call_function("stream_get_meta_data", std::slice::from_ref(v))?;
                    let about = Array::try_from(about).unwrap_or_default();
                    let kind = match about.get("stream_type") {
                        Some(t) => t.to_str(ctx)?.lossy().into_owned(),
                        None => String::new(),
                    };
                    ctx.warning(format!("Could not use stream of type '{kind}'"))?;
                    Descriptor::None
                }
            }
        }
        Kind::Int(i) => Descriptor::Number(i),
        Kind::Bool(b) => Descriptor::Number(b.into()),
        Kind::Float(d) if d.fract() == 0.0 && d.abs() < 9e18 => Descriptor::Number(d as i64),
        Kind::Str(s) => match Value::numeric(s) {
            Some((n, false)) if n.to_float().fract() == 0.0 => Descriptor::Number(n.to_int()),
            _ => Descriptor::Wrong,
        },
        _ => Descriptor::Wrong,
    })
}

fn warn_type(ctx: &mut Ctx, v: &Value) -> R<()> {
    let given = v.value_name();
    ctx.warning(format!("Argument #1 ($file_descriptor) must be of type int|resource, {given} given"))
}

/// Path of the terminal of an open file.
#[php_function("posix_ttyname($file_descriptor): string|false")]
fn posix_ttyname(ctx: &mut Ctx, file_descriptor: &Value) -> R<OrFalse<Value>> {
    let fd = match descriptor(ctx, file_descriptor)? {
        Descriptor::Number(fd) => fd,
        Descriptor::None => return Ok(OrFalse::FALSE),
        Descriptor::Wrong => {
            warn_type(ctx, file_descriptor)?;
            file_descriptor.to_int()
        }
    };
    let Ok(fd @ 0..) = i32::try_from(fd) else {
        let most = i32::MAX;
        ctx.warning(format!("Argument #1 ($file_descriptor) must be between 0 and {most}"))?;
        return Ok(OrFalse::FALSE);
    };
    let mut buffer = [0; 4096];
    // SAFETY: a live buffer of that size, which the text is copied from.
    let found = unsafe {
        match libc::ttyname_r(fd, buffer.as_mut_ptr(), buffer.len()) {
            0 => Ok(text(buffer.as_ptr())),
            error => Err(error),
        }
    };
    Ok(match found {
        Ok(name) => OrFalse(Some(name)),
        Err(error) => {
            keep_error(ctx, error);
            OrFalse::FALSE
        }
    })
}

/// Whether an open file is a terminal.
#[php_function("posix_isatty($file_descriptor): bool")]
fn posix_isatty(ctx: &mut Ctx, file_descriptor: &Value) -> R<bool> {
    let fd = match descriptor(ctx, file_descriptor)? {
        Descriptor::Number(fd) => fd,
        Descriptor::None => return Ok(false),
        Descriptor::Wrong => {
            warn_type(ctx, file_descriptor)?;
            return Ok(false);
        }
    };
    let Ok(fd @ 0..) = i32::try_from(fd) else {
        keep_error(ctx, libc::EBADF);
        return Ok(false);
    };
    // SAFETY: plain number.
    let is = unsafe { libc::isatty(fd) } == 1;
    if !is {
        keep_error(ctx, errno());
    }
    Ok(is)
}

/// The working directory.
#[php_function("posix_getcwd(): string|false")]
fn posix_getcwd(ctx: &mut Ctx) -> R<Value> {
    let dir = ctx.call_function("getcwd", &[])?;
    if dir.as_str().is_none() {
        keep_error(ctx, errno());
    }
    Ok(dir)
}

/// The path in argument 1 as the C library takes it.
pub fn c_path(ctx: &mut Ctx, path: &[u8]) -> R<CString> {
    CString::new(path).map_err(|_| ctx.argument_value_error(1, "must not contain any null bytes"))
}

/// Makes a pipe with a name.
#[php_function("posix_mkfifo(string $filename, int $permissions): bool")]
fn posix_mkfifo(ctx: &mut Ctx, filename: &[u8], permissions: i64) -> R<bool> {
    let path = c_path(ctx, filename)?;
    if !ctx.path_allowed(filename) {
        return Ok(false);
    }
    // SAFETY: a live text.
    let r = unsafe { libc::mkfifo(path.as_ptr(), permissions as u32) };
    Ok(succeeded(ctx, r.into()))
}

/// Makes a file of any kind.
#[php_function("posix_mknod(string $filename, int $flags, int $major = 0, int $minor = 0): bool")]
fn posix_mknod(ctx: &mut Ctx, filename: &[u8], flags: i64, major: i64, minor: i64) -> R<bool> {
    let path = c_path(ctx, filename)?;
    if !ctx.path_allowed(filename) {
        return Ok(false);
    }
    let mut device = 0;
    if flags & i64::from(libc::S_IFCHR | libc::S_IFBLK) != 0 {
        if major == 0 {
            return Err(
                ctx.argument_value_error(3, "cannot be 0 for the POSIX_S_IFCHR and POSIX_S_IFBLK modes")
            );
        }
        device = libc::makedev(major as u32, minor as u32);
    }
    // SAFETY: a live text.
    let r = unsafe { libc::mknod(path.as_ptr(), flags as u32, device) };
    Ok(succeeded(ctx, r.into()))
}

/// Asks whether a file can be used; `None` when the path cannot be made absolute.
fn ask(ctx: &mut Ctx, path: &[u8], call: impl FnOnce(*const libc::c_char) -> i32) -> R<Option<bool>> {
    c_path(ctx, path)?;
    let Some(full) = ctx.expand_path(path).filter(|p| !p.is_empty() && !path.is_empty()) else {
        return Ok(None);
    };
    if !ctx.path_allowed(&full) {
        keep_error(ctx, libc::EPERM);
        return Ok(Some(false));
    }
    let full = c_path(ctx, &full)?;
    let r = call(full.as_ptr());
    Ok(Some(succeeded(ctx, r.into())))
}

/// Whether the user may use a file.
#[php_function("posix_access(string $filename, int $flags = 0): bool")]
fn posix_access(ctx: &mut Ctx, filename: &[u8], flags: i64) -> R<bool> {
    // SAFETY: a live text.
    match ask(ctx, filename, |p| unsafe { libc::access(p, flags as i32) })? {
        Some(may) => Ok(may),
        None => {
            keep_error(ctx, libc::EIO);
            Ok(false)
        }
    }
}

/// Whether the effective user may use a file.
#[php_function("posix_eaccess(string $filename, int $flags = 0): bool")]
fn posix_eaccess(ctx: &mut Ctx, filename: &[u8], flags: i64) -> R<bool> {
    // SAFETY: a live text.
    match ask(ctx, filename, |p| unsafe { libc::eaccess(p, flags as i32) })? {
        Some(may) => Ok(may),
        None => Err(ctx.argument_value_error(1, "must not be empty")),
    }
}
