//! `addGlob()` and `addPattern()`: their options, and the files that they find.

use crate::add::{self, Part, To};
use crate::class::{ZipArchive, with};
use howdah_libzip::{Failed, NO_ENCRYPTION};
use plugin_api::regex::Regex;
use plugin_api::{Array, Ctx, OrFalse, R, This, Throw, Value};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

const MAX_PATH: usize = 4096;

/// The `$options` array.
#[derive(Default)]
pub struct Options {
    remove_all_path: bool,
    remove_path: Option<Vec<u8>>,
    add_path: Option<Vec<u8>>,
    /// Flags of adding; `FL_OVERWRITE` when there is an array with anything in it.
    flags: u32,
    compression: Option<(i32, u32)>,
    encryption: Option<(u16, Option<Vec<u8>>)>,
}

fn wrong(name: &str, wanted: &str, given: &Value) -> String {
    format!("Option \"{name}\" must be of type {wanted}, {} given", given.value_name())
}

/// An option that is converted after a warning.
fn int(ctx: &mut Ctx, options: &Array, name: &str) -> R<Option<i64>> {
    let Some(v) = options.get(name) else { return Ok(None) };
    if v.as_int().is_none() {
        ctx.warning(wrong(name, "int", v))?;
    }
    Ok(Some(v.to_int()))
}

/// A path option.
fn path(ctx: &mut Ctx, options: &Array, name: &str) -> R<Option<Vec<u8>>> {
    let Some(v) = options.get(name) else { return Ok(None) };
    let Some(s) = v.as_str() else { return Err(ctx.type_error(wrong(name, "string", v))) };
    if s.is_empty() {
        return Err(ctx.value_error(format!("Option \"{name}\" must not be empty")));
    }
    if s.len() >= MAX_PATH {
        let most = MAX_PATH - 1;
        return Err(ctx.value_error(format!("Option \"{name}\" must be less than {most} bytes")));
    }
    Ok(Some(s.to_vec()))
}

impl Options {
    /// Reads the array; what is wrong with it is warned of or thrown. Numbers lose what libzip has no room for, as in C.
    pub fn read(ctx: &mut Ctx, options: Option<&Array>) -> R<Options> {
        let Some(all) = options.filter(|o| !o.is_empty()) else { return Ok(Options::default()) };
        let mut o = Options { flags: 8192, ..Options::default() };
        if let Some(v) = all.get("remove_all_path") {
            if v.type_name() != "bool" {
                ctx.warning(wrong("remove_all_path", "bool", v))?;
            }
            o.remove_all_path = v.to_int() != 0;
        }
        if let Some(method) = int(ctx, all, "comp_method")? {
            let level = int(ctx, all, "comp_flags")?.unwrap_or(0);
            o.compression = (method >= 0).then_some((method as i32, level as u32));
        }
        if let Some(method) = int(ctx, all, "enc_method")? {
            let password = match all.get("enc_password") {
                None => None,
                Some(v) => match v.as_str() {
                    Some(s) => Some(s.to_vec()),
                    None => return Err(ctx.type_error(wrong("enc_password", "string", v))),
                },
            };
            // PHP keeps the method in 16 bits with a sign.
            let method = method as i16;
            o.encryption = u16::try_from(method).ok().map(|m| (m, password));
        }
        o.remove_path = path(ctx, all, "remove_path")?;
        o.add_path = path(ctx, all, "add_path")?;
        if let Some(v) = all.get("flags") {
            match v.as_int() {
                Some(n) => o.flags = n as u32,
                None => return Err(ctx.type_error(wrong("flags", "int", v))),
            }
        }
        Ok(o)
    }

    /// The name of the entry for a file; `None` after a warning when it is too long.
    fn name(&self, ctx: &mut Ctx, file: &[u8]) -> R<Option<Vec<u8>>> {
        let rest = match &self.remove_path {
            _ if self.remove_all_path => basename(file),
            Some(p) if file.len() > p.len() && file.starts_with(p) => {
                let rest = &file[p.len()..];
                rest.strip_prefix(b"/").unwrap_or(rest)
            }
            _ => file,
        };
        let Some(before) = &self.add_path else { return Ok(Some(rest.to_vec())) };
        let len = before.len() + rest.len();
        if len > MAX_PATH {
            ctx.warning(format!("Entry name too long (max: {}, {len} given)", MAX_PATH - 1))?;
            return Ok(None);
        }
        let mut name = [before, rest].concat();
        name.truncate(MAX_PATH - 1);
        Ok(Some(name))
    }
}

/// The last part of a path.
fn basename(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|&c| c != b'/').map_or(0, |i| i + 1);
    let path = &path[..end];
    &path[path.iter().rposition(|&c| c == b'/').map_or(0, |i| i + 1)..]
}

/// What was looked for.
pub enum Found {
    /// Nothing to look through: an empty array is the result.
    Nothing,
    /// These files.
    Files(Vec<Vec<u8>>),
    /// It failed; a warning was raised.
    Failed,
}

/// Flags of PHP's `glob()`.
mod glob_flags {
    pub const ONLYDIR: i64 = 1 << 30;
    /// ERR, MARK, NOSORT, NOCHECK, NOESCAPE, BRACE.
    pub const AVAILABLE: i64 = 1 | 2 | 4 | 16 | 64 | 1024 | ONLYDIR;
}

/// Files that match a pattern of `glob()`.
pub fn glob(ctx: &mut Ctx, pattern: &[u8], flags: i64) -> R<Found> {
    if pattern.len() >= MAX_PATH {
        ctx.warning(format!("Pattern exceeds the maximum allowed length of {MAX_PATH} characters"))?;
        return Ok(Found::Failed);
    }
    if flags & !glob_flags::AVAILABLE != 0 {
        ctx.warning("At least one of the passed flags is invalid or not supported on this platform")?;
        return Ok(Found::Failed);
    }
    let plain = u32::try_from(flags & !glob_flags::ONLYDIR).unwrap_or(0);
    let Some(names) = ctx.glob(pattern, plain).filter(|n| !n.is_empty()) else { return Ok(Found::Nothing) };
    let mut files: Vec<Vec<u8>> = names.values().filter_map(Value::as_str).map(|s| s.to_vec()).collect();
    // A pattern matches files of one folder, so one of them stands for all.
    if !files.first().is_none_or(|f| ctx.path_allowed(f)) {
        return Ok(Found::Failed);
    }
    if flags & glob_flags::ONLYDIR != 0 {
        files.retain(|f| std::fs::metadata(OsStr::from_bytes(f)).is_ok_and(|m| m.is_dir()));
    }
    Ok(Found::Files(files))
}

/// Files of a folder whose names match a regular expression.
pub fn regex(ctx: &mut Ctx, pattern: &[u8], dir: &[u8]) -> R<Found> {
    if !ctx.path_allowed(dir) {
        return Ok(Found::Failed);
    }
    let Some(names) = ctx.list_dir(dir) else {
        ctx.pending()?;
        return Ok(Found::Failed);
    };
    if names.is_empty() {
        return Ok(Found::Nothing);
    }
    let mut names: Vec<Vec<u8>> = names.values().filter_map(Value::as_str).map(|s| s.to_vec()).collect();
    names.sort();
    let Some(re) = Regex::compile(ctx, pattern)? else {
        ctx.warning("Invalid expression")?;
        return Ok(Found::Failed);
    };
    let mut files = Vec::new();
    for name in names {
        if name == b"." || name == b".." {
            continue;
        }
        let len = dir.len() + name.len() + 1;
        if len >= MAX_PATH {
            ctx.warning(format!("add_path string too long (max: {}, {len} given)", MAX_PATH - 1))?;
            break;
        }
        if !re.is_match(ctx, &name) {
            continue;
        }
        let full = [dir, b"/", &name].concat();
        match std::fs::metadata(OsStr::from_bytes(&full)) {
            Err(_) => ctx.warning(format!("Cannot read <{}>", String::from_utf8_lossy(&full)))?,
            Ok(m) if !m.is_dir() => files.push(full),
            Ok(_) => {}
        }
    }
    Ok(Found::Files(files))
}

/// Sets what the options ask of the entry added last.
fn adorn(this: &This<ZipArchive>, ctx: &mut Ctx, o: &Options) -> R<Result<(), Failed>> {
    let last = this.borrow(ctx)?.last_id.cast_unsigned();
    if let Some((method, level)) = o.compression
        && with(this, ctx, |z| z.set_compression(last, method, level))?.is_none()
    {
        return Ok(Err(Failed));
    }
    if let Some((method, password)) = &o.encryption {
        if with(this, ctx, |z| z.set_encryption(last, NO_ENCRYPTION, None))?.is_none() {
            ctx.warning("password reset failed")?;
            return Ok(Err(Failed));
        }
        if with(this, ctx, |z| z.set_encryption(last, *method, password.as_deref()))?.is_none() {
            return Ok(Err(Failed));
        }
    }
    Ok(Ok(()))
}

/// Adds what was found; gives the files.
pub fn add(this: &This<ZipArchive>, ctx: &mut Ctx, found: Found, o: &Options) -> R<OrFalse<Array>> {
    let files = match found {
        Found::Nothing => return Ok(Array::new().into()),
        Found::Failed => return Ok(OrFalse::FALSE),
        Found::Files(f) => f,
    };
    for file in &files {
        let Some(name) = o.name(ctx, file)? else { return Ok(OrFalse::FALSE) };
        let added = add::file(this, ctx, file, To::Name(&name), Part::default(), o.flags)?;
        if !added || adorn(this, ctx, o)?.is_err() {
            return Ok(OrFalse::FALSE);
        }
    }
    Ok::<_, Throw>(Array::list(files.iter().map(Value::str)).into())
}
