//! What a reader reads: files, streams and texts.

use crate::class::XMLReader;
use howdah_libxml2::{Reader, knows_encoding};
use plugin_api::{Class, Ctx, Kind, Object, R, Stream, This, Value};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::rc::Rc;

/// A file as libxml2 is given it: what is no URL in full.
pub fn file_name(ctx: &mut Ctx, name: &[u8]) -> Option<Vec<u8>> {
    let scheme = name.iter().position(|&c| c == b':').is_some_and(|n| {
        n > 0
            && name[0].is_ascii_alphabetic()
            && name[..n].iter().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(c))
    });
    let lower = name.to_ascii_lowercase();
    let plain = if lower.starts_with(b"file:///") {
        &name[7..]
    } else if lower.starts_with(b"file://localhost/") {
        &name[16..]
    } else if scheme {
        return Some(name.to_vec());
    } else {
        name
    };
    let full = ctx.expand_path(plain)?.to_vec();
    Some(match std::fs::canonicalize(std::ffi::OsStr::from_bytes(&full)) {
        Ok(real) => real.into_os_string().into_vec(),
        Err(_) => full,
    })
}

/// Refuses a path with NUL bytes in argument `n`.
pub fn path(ctx: &mut Ctx, n: u32, text: Option<&[u8]>) -> R<()> {
    if text.is_some_and(|t| t.contains(&0)) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

/// Refuses a text without a byte in argument `n`.
pub fn filled(ctx: &mut Ctx, n: u32, text: &[u8]) -> R<()> {
    if text.is_empty() { Err(ctx.argument_value_error(n, "must not be empty")) } else { Ok(()) }
}

fn encoding(ctx: &mut Ctx, name: Option<&[u8]>) -> R<()> {
    if name.is_none_or(knows_encoding) {
        return Ok(());
    }
    Err(ctx.argument_value_error(2, "must be a valid character encoding"))
}

fn forget(ctx: &mut Ctx, object: Option<&This<XMLReader>>) -> R<()> {
    if let Some(this) = object {
        let before = this.borrow_mut(ctx)?.reader.take();
        drop(before);
    }
    Ok(())
}

/// Of a file or URL; an object it was called on forgets what it read.
pub fn file(
    ctx: &mut Ctx,
    object: Option<&This<XMLReader>>,
    uri: &[u8],
    name: Option<&[u8]>,
    flags: i64,
) -> R<Option<Reader>> {
    path(ctx, 1, Some(uri))?;
    path(ctx, 2, name)?;
    forget(ctx, object)?;
    filled(ctx, 1, uri)?;
    encoding(ctx, name)?;
    let reader = file_name(ctx, uri).and_then(|f| Reader::file(&f, name, flags as i32));
    ctx.pending()?;
    Ok(reader)
}

/// Of a text; an object it was called on forgets what it read.
pub fn text(
    ctx: &mut Ctx,
    object: Option<&This<XMLReader>>,
    source: &[u8],
    name: Option<&[u8]>,
    flags: i64,
) -> R<Option<Reader>> {
    path(ctx, 2, name)?;
    forget(ctx, object)?;
    filled(ctx, 1, source)?;
    encoding(ctx, name)?;
    let mut here = ctx.expand_path(b".").map(|p| p.to_vec());
    if let Some(h) = here.as_mut().filter(|h| h.last() != Some(&b'/')) {
        h.push(b'/');
    }
    let reader = Reader::text(source, here.as_deref(), name, flags as i32);
    ctx.pending()?;
    Ok(reader)
}

/// Of a stream.
pub fn stream(
    ctx: &mut Ctx,
    stream: &Value,
    name: Option<&[u8]>,
    flags: i64,
    uri: Option<&[u8]>,
) -> R<Option<Reader>> {
    path(ctx, 2, name)?;
    path(ctx, 4, uri)?;
    if matches!(stream.kind(), Kind::Resource(_)) && Stream::of(stream).is_none() {
        let message = "XMLReader::fromStream(): supplied resource is not a valid stream resource";
        return Err(ctx.type_error(message));
    }
    let stream = Stream::argument(ctx, stream, 1)?;
    encoding(ctx, name)?;
    let reader = Reader::stream(stream, uri, name, flags as i32);
    ctx.pending()?;
    Ok(reader)
}

/// A fresh object of a class, which its constructor has seen before it has the reader.
pub fn fresh(ctx: &mut Ctx, class: Class, reader: Reader) -> R<Object> {
    let o = class.instantiate(ctx, &[])?;
    // SAFETY: XMLReader or a class below it.
    unsafe { This::<XMLReader>::assume(&o) }.borrow_mut(ctx)?.reader = Some(Rc::new(reader));
    Ok(o)
}

/// What `open()` and `XML()` give: true where they filled an object, else a new one.
pub fn settle(ctx: &mut Ctx, object: Option<&This<XMLReader>>, reader: Reader) -> R<Value> {
    match object {
        Some(this) => {
            this.borrow_mut(ctx)?.reader = Some(Rc::new(reader));
            Ok(Value::bool(true))
        }
        None => {
            let class = Class::of::<XMLReader>(ctx)?;
            fresh(ctx, class, reader).map(Value::from)
        }
    }
}
