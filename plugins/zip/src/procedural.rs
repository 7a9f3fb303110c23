//! The old `zip_*` functions.

use crate::class::{check_filled, check_path};
use crate::contents::read_some;
use howdah_libzip::{Archive, File, Stat};
use plugin_api::{Ctx, Kind, R, Resource, ResourceType, Str, Throw, Value, php_function};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// A `Zip Directory`.
struct Directory {
    zip: Archive,
    next: u64,
    /// Lives as long as the directory is open.
    open: Rc<()>,
}

/// A `Zip Entry`.
struct Entry {
    file: File,
    stat: Stat,
    directory: Weak<()>,
}

fn directories() -> ResourceType<Directory> {
    ResourceType::new("Zip Directory")
}

fn entries() -> ResourceType<Entry> {
    ResourceType::new("Zip Entry")
}

/// The resource in argument `n`.
fn resource<'a>(ctx: &mut Ctx, n: u32, v: &'a Value) -> R<&'a Resource> {
    match v.kind() {
        Kind::Resource(r) => Ok(r),
        _ => {
            let given = v.value_name();
            Err(ctx.argument_type_error(n, format!("must be of type resource, {given} given")))
        }
    }
}

fn invalid(ctx: &mut Ctx, kind: &str) -> Throw {
    let f = ctx.function_name();
    ctx.type_error(format!("{f}(): supplied resource is not a valid {kind} resource"))
}

fn directory<'a>(ctx: &mut Ctx, n: u32, v: &'a Value) -> R<&'a RefCell<Directory>> {
    let r = resource(ctx, n, v)?;
    directories().get(r).ok_or_else(|| invalid(ctx, "Zip Directory"))
}

fn entry<'a>(ctx: &mut Ctx, n: u32, v: &'a Value) -> R<&'a RefCell<Entry>> {
    let r = resource(ctx, n, v)?;
    entries().get(r).ok_or_else(|| invalid(ctx, "Zip Entry"))
}

#[php_function(
    "zip_open(string $filename)",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::open() instead')]"
)]
fn zip_open(ctx: &mut Ctx, filename: &[u8]) -> R<Value> {
    check_path(ctx, 1, filename)?;
    check_filled(ctx, 1, filename)?;
    if !ctx.path_allowed(filename) {
        return Ok(Value::bool(false));
    }
    let Some(path) = ctx.expand_path(filename) else {
        ctx.warning("No such file or directory")?;
        return Ok(Value::bool(false));
    };
    Ok(match Archive::open(&path, 0) {
        Ok(zip) => directories().create(ctx, Directory { zip, next: 0, open: Rc::new(()) }).into(),
        Err(code) => Value::int(code.into()),
    })
}

#[php_function(
    "zip_close($zip): void",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::close() instead')]"
)]
fn zip_close(ctx: &mut Ctx, zip: &Value) -> R<()> {
    directory(ctx, 1, zip)?;
    resource(ctx, 1, zip)?.close();
    Ok(())
}

#[php_function(
    "zip_read($zip)",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::statIndex() instead')]"
)]
fn zip_read(ctx: &mut Ctx, zip: &Value) -> R<Value> {
    let mut dir = directory(ctx, 1, zip)?.borrow_mut();
    if dir.next >= dir.zip.len() {
        return Ok(Value::bool(false));
    }
    let opened =
        dir.zip.stat_index(dir.next, 0).and_then(|stat| Ok((stat, dir.zip.open_index(dir.next, 0)?)));
    let Ok((stat, file)) = opened else { return Ok(Value::bool(false)) };
    dir.next += 1;
    let directory = Rc::downgrade(&dir.open);
    drop(dir);
    Ok(entries().create(ctx, Entry { file, stat, directory }).into())
}

#[php_function(
    "zip_entry_open($zip_dp, $zip_entry, string $mode = \"rb\"): bool",
    deprecated = "#[\\Deprecated(since: '8.0')]"
)]
fn zip_entry_open(ctx: &mut Ctx, zip_dp: &Value, zip_entry: &Value, _mode: &[u8]) -> R<bool> {
    resource(ctx, 1, zip_dp)?;
    entry(ctx, 2, zip_entry)?;
    directory(ctx, 1, zip_dp)?;
    Ok(true)
}

#[php_function("zip_entry_close($zip_entry): bool", deprecated = "#[\\Deprecated(since: '8.0')]")]
fn zip_entry_close(ctx: &mut Ctx, zip_entry: &Value) -> R<bool> {
    entry(ctx, 1, zip_entry)?;
    resource(ctx, 1, zip_entry)?.close();
    Ok(true)
}

#[php_function(
    "zip_entry_read($zip_entry, int $len = 1024): string|false",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::getFromIndex() instead')]"
)]
fn zip_entry_read(ctx: &mut Ctx, zip_entry: &Value, len: i64) -> R<Str> {
    let mut e = entry(ctx, 1, zip_entry)?.borrow_mut();
    // Not more than there can be, however much is asked for.
    let most = e.stat.size.max(1024);
    let len = u64::try_from(len).ok().filter(|n| *n > 0).unwrap_or(1024).min(most);
    read_some(ctx, &mut e.file, usize::try_from(len).unwrap_or(usize::MAX))
}

/// What is known of an entry while its directory is open.
fn fact(ctx: &mut Ctx, v: &Value, f: impl FnOnce(&Stat) -> Value) -> R<Value> {
    let e = entry(ctx, 1, v)?.borrow();
    Ok(if e.directory.strong_count() == 0 { Value::bool(false) } else { f(&e.stat) })
}

#[php_function(
    "zip_entry_name($zip_entry): string|false",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::statIndex() instead')]"
)]
fn zip_entry_name(ctx: &mut Ctx, zip_entry: &Value) -> R<Value> {
    fact(ctx, zip_entry, |s| Value::str(&s.name))
}

#[php_function(
    "zip_entry_compressedsize($zip_entry): int|false",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::statIndex() instead')]"
)]
fn zip_entry_compressedsize(ctx: &mut Ctx, zip_entry: &Value) -> R<Value> {
    fact(ctx, zip_entry, |s| Value::int(s.comp_size.cast_signed()))
}

#[php_function(
    "zip_entry_filesize($zip_entry): int|false",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::statIndex() instead')]"
)]
fn zip_entry_filesize(ctx: &mut Ctx, zip_entry: &Value) -> R<Value> {
    fact(ctx, zip_entry, |s| Value::int(s.size.cast_signed()))
}

#[php_function(
    "zip_entry_compressionmethod($zip_entry): string|false",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'use ZipArchive::statIndex() instead')]"
)]
fn zip_entry_compressionmethod(ctx: &mut Ctx, zip_entry: &Value) -> R<Value> {
    fact(ctx, zip_entry, |s| match s.comp_method {
        0 => Value::str("stored"),
        1 => Value::str("shrunk"),
        2..=5 => Value::str("reduced"),
        6 => Value::str("imploded"),
        7 => Value::str("tokenized"),
        8 => Value::str("deflated"),
        9 => Value::str("deflatedX"),
        10 => Value::str("implodedX"),
        _ => Value::bool(false),
    })
}
