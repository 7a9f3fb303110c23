//! Loading and saving documents through the classic classes.

use crate::args;
use crate::error::{Code, refuse};
use crate::place::{self, at};
use crate::settings::Settings;
use howdah_libxml2::{Document, Loading, Manner, NotParsed, parse, parse_html, without_empty_tags};
use plugin_api::{Args, Ctx, Object, R, Value};
use std::rc::Rc;

/// libxml2's options of parsing that properties stand for.
mod option {
    pub const RECOVER: i32 = 1;
    pub const NOENT: i32 = 2;
    pub const DTDATTR: i32 = 8;
    pub const DTDVALID: i32 = 16;
    pub const NOBLANKS: i32 = 256;
}

/// Saving: the tag of an element without content is written out.
const NO_EMPTY_TAG: i64 = 4;
const NO_DECLARATION: i64 = 2;
const SAVE_FORMAT: i32 = 1;
const SAVE_AS_XML: i32 = 32;

/// A file as libxml2 is given it: what is no URL in full.
pub fn file_name(ctx: &mut Ctx, name: &[u8]) -> Option<Vec<u8>> {
    let colon = name.iter().position(|&c| c == b':');
    let scheme = colon
        .is_some_and(|i| i > 0 && name[..i].iter().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(c)));
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
    ctx.expand_path(plain).map(|p| p.to_vec())
}

/// The working directory, with a slash at its end.
pub fn directory(ctx: &mut Ctx) -> Option<Vec<u8>> {
    let mut here = ctx.expand_path(b".")?.to_vec();
    if here.last() != Some(&b'/') {
        here.push(b'/');
    }
    Some(here)
}

/// Parses as settings say.
pub fn parse_with(
    ctx: &mut Ctx,
    from: Loading<'_>,
    options: i32,
    settings: &Settings,
    encoding: Option<&[u8]>,
) -> Result<Document, NotParsed> {
    let name;
    let (from, directory) = match from {
        Loading::File(f) => {
            let Some(full) = file_name(ctx, f) else { return Err(NotParsed::Unreadable) };
            name = full;
            (Loading::File(&name), None)
        }
        from => (from, directory(ctx)),
    };
    let recover = settings.recover.get() || options & option::RECOVER != 0;
    let mut options = options;
    for (on, flag) in [
        (settings.validate.get(), option::DTDVALID),
        (settings.externals.get(), option::DTDATTR),
        (settings.substitute.get(), option::NOENT),
        (!settings.blanks.get(), option::NOBLANKS),
        (recover, option::RECOVER),
    ] {
        if on {
            options |= flag;
        }
    }
    let manner = Manner { options, recover, directory: directory.as_deref(), encoding };
    if !recover {
        return parse(from, &manner);
    }
    // What is recovered from is told in any case.
    let level = ctx.error_reporting();
    ctx.set_error_reporting(level | plugin_api::Level::Warning as u32);
    let parsed = parse(from, &manner);
    ctx.set_error_reporting(level);
    parsed
}

/// Makes an object stand for a document that was loaded, which takes over what was set for the old one.
fn replace(this: &Object, doc: Document) {
    let old = place::with(this, |p, _| p.doc().cloned()).flatten();
    if let Some(old) = old {
        let settings = Settings::of(&old);
        doc.set_extra(settings.clone());
        doc.set_generation(old.generation());
        settings.ids_changed.set(false);
        old.set_extra(Rc::new(Settings::default()));
    }
    if let Some(node) = doc.node() {
        place::settle(this, node, Some(doc));
    }
}

/// The options of loading, or false and a warning.
fn options(ctx: &mut Ctx, args: &Args<'_>) -> R<Option<i32>> {
    match i32::try_from(args::int(args, 1, 0)) {
        Ok(o) => Ok(Some(o)),
        Err(_) => {
            ctx.warning("Invalid options")?;
            Ok(None)
        }
    }
}

fn source<'a>(ctx: &mut Ctx, args: &Args<'a>, file: bool) -> R<Loading<'a>> {
    let source: &[u8] = args.arg(ctx, 0)?;
    if source.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    if file && source.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    Ok(if file { Loading::File(source) } else { Loading::Text(source) })
}

fn load_document(this: &Object, ctx: &mut Ctx, args: &Args<'_>, file: bool) -> R<Value> {
    let from = source(ctx, args, file)?;
    let Some(options) = options(ctx, args)? else { return Ok(Value::bool(false)) };
    let doc = place::with(this, |p, _| p.doc().cloned()).flatten();
    let settings = doc.as_ref().map_or_else(Rc::default, Settings::of);
    let parsed = parse_with(ctx, from, options, &settings, None);
    ctx.pending()?;
    match parsed {
        Ok(doc) => replace(this, doc),
        Err(_) => return Ok(Value::bool(false)),
    }
    Ok(Value::bool(true))
}

/// `load()`
pub fn load(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    load_document(this, ctx, args, true)
}

/// `loadXML()`
pub fn load_xml(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    load_document(this, ctx, args, false)
}

fn load_html_document(this: &Object, ctx: &mut Ctx, args: &Args<'_>, file: bool) -> R<Value> {
    let source: &[u8] = args.arg(ctx, 0)?;
    if source.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    let Some(options) = options(ctx, args)? else { return Ok(Value::bool(false)) };
    let from = self::source(ctx, args, file)?;
    let parsed = parse_html(from, options);
    ctx.pending()?;
    match parsed {
        Some(doc) => replace(this, doc),
        None => return Ok(Value::bool(false)),
    }
    Ok(Value::bool(true))
}

/// `loadHTML()`
pub fn load_html(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    load_html_document(this, ctx, args, false)
}

/// `loadHTMLFile()`
pub fn load_html_file(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    load_html_document(this, ctx, args, true)
}

fn target<'a>(ctx: &mut Ctx, args: &Args<'a>) -> R<&'a [u8]> {
    let file = args::path(ctx, args, 0)?;
    if file.is_empty() { Err(args::empty(ctx, 1)) } else { Ok(file) }
}

/// `save()`
pub fn save(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let file = target(ctx, args)?;
    let options = args::int(args, 1, 0);
    let at = at(ctx, this)?;
    let Some(doc) = &at.doc else { return Ok(Value::bool(false)) };
    let format = Settings::of(doc).format.get();
    let written = without_empty_tags(options & NO_EMPTY_TAG != 0, || doc.save_file(file, format));
    ctx.pending()?;
    Ok(written.map_or(Value::bool(false), Value::int))
}

/// `saveXML()`
pub fn save_xml(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let node: Option<&Object> = args.arg(ctx, 0)?;
    let options = args::int(args, 1, 0);
    let at = at(ctx, this)?;
    let Some(doc) = &at.doc else { return Ok(Value::bool(false)) };
    let format = Settings::of(doc).format.get();
    let node = match node {
        Some(o) => Some(place::at(ctx, o)?),
        None => None,
    };
    if node.as_ref().is_some_and(|n| n.node.doc() != at.node.doc()) {
        return refuse(ctx, &at, Code::WrongDocument);
    }
    let text = without_empty_tags(options & NO_EMPTY_TAG != 0, || match &node {
        Some(n) => doc.save_node(n.node, format, true),
        None => {
            let declaration = if options & NO_DECLARATION != 0 { NO_DECLARATION as i32 } else { 0 };
            doc.save(SAVE_AS_XML | declaration | if format { SAVE_FORMAT } else { 0 })
        }
    });
    ctx.pending()?;
    match text {
        Some(t) => Ok(Value::str(t)),
        None => {
            ctx.warning("Could not save document")?;
            Ok(Value::bool(false))
        }
    }
}

/// `saveHTML()`
pub fn save_html(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let node: Option<&Object> = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let Some(doc) = &at.doc else { return Ok(Value::bool(false)) };
    let format = Settings::of(doc).format.get();
    let text = match node {
        Some(o) => {
            let n = place::at(ctx, o)?;
            if n.node.doc() != at.node.doc() {
                return refuse(ctx, &at, Code::WrongDocument);
            }
            let text = doc.save_node_html(n.node, format);
            if text.is_none() {
                ctx.warning("Error dumping HTML node")?;
            }
            text
        }
        None => doc.save_html(format),
    };
    ctx.pending()?;
    Ok(text.map_or(Value::bool(false), Value::str))
}

/// `saveHTMLFile()`
pub fn save_html_file(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let file = target(ctx, args)?;
    let at = at(ctx, this)?;
    let Some(doc) = &at.doc else { return Ok(Value::bool(false)) };
    let written = doc.save_html_file(file, Settings::of(doc).format.get());
    ctx.pending()?;
    Ok(written.map_or(Value::bool(false), Value::int))
}
