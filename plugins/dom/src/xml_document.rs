//! `Dom\XMLDocument`: made, loaded and saved as the living standard says.

use crate::error::{Code, refuse, throw, throw_text};
use crate::place::{self, At, at};
use crate::serialize::{self, Style};
use crate::settings::Settings;
use crate::storage::parse_with;
use crate::{args, document, spec};
use howdah_libxml2::{Document, Generation, Loading, NotParsed, encode, is_encoding, write_file};
use plugin_api::{Args, Class, Ctx, Object, R, Value};

/// The options that loading takes.
const OPTIONS: i64 =
    1 | 2 | 4 | 8 | 16 | 32 | 64 | 256 | 1024 | 8192 | 16384 | 2048 | 128 | 65536 | 524288 | 4194304;
const IGNORE_ENCODING: i64 = 1 << 21;
const NO_EMPTY_TAG: i64 = 4;
const NO_DECLARATION: i64 = 2;

/// The object of a document that was just made.
pub fn object(ctx: &mut Ctx, class: Class, doc: &Document) -> R<Object> {
    doc.set_generation(Generation::Modern);
    match doc.node() {
        Some(node) => place::object_of(ctx, class, node, Some(doc)),
        None => Err(throw(ctx, Code::InvalidState)),
    }
}

/// `createEmpty()`
pub fn create_empty(ctx: &mut Ctx, class: Class, version: &[u8], encoding: &[u8]) -> R<Object> {
    if encoding.contains(&0) {
        return Err(ctx.argument_value_error(2, "must not contain any null bytes"));
    }
    if !is_encoding(encoding) {
        return Err(ctx.argument_value_error(2, "is not a valid document encoding"));
    }
    let Some(doc) = Document::new(Some(version)) else { return Err(throw(ctx, Code::InvalidState)) };
    if let Some(node) = doc.node() {
        node.set_xml_encoding(encoding);
    }
    object(ctx, class, &doc)
}

/// `createFromString()` and `createFromFile()`
pub fn create_from(
    ctx: &mut Ctx,
    class: Class,
    from: Loading<'_>,
    options: i64,
    encoding: Option<&[u8]>,
) -> R<Object> {
    let (source, file) = match from {
        Loading::File(f) => (f, true),
        Loading::Text(t) => (t, false),
    };
    if source.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if file && source.windows(3).any(|w| w == b"%00") {
        return Err(ctx.argument_value_error(1, "must not contain percent-encoded NUL bytes"));
    }
    if options & !OPTIONS != 0 {
        return Err(ctx.argument_value_error(
            2,
            "contains invalid flags (allowed flags: LIBXML_RECOVER, LIBXML_NOENT, LIBXML_DTDLOAD, LIBXML_DTDATTR, LIBXML_DTDVALID, LIBXML_NOERROR, LIBXML_NOWARNING, LIBXML_NOBLANKS, LIBXML_XINCLUDE, LIBXML_NSCLEAN, LIBXML_NOCDATA, LIBXML_NONET, LIBXML_PEDANTIC, LIBXML_COMPACT, LIBXML_PARSEHUGE, LIBXML_BIGLINES)",
        ));
    }
    if let Some(e) = encoding {
        if e.contains(&0) {
            return Err(ctx.argument_value_error(3, "must not contain any null bytes"));
        }
        if !is_encoding(e) {
            return Err(ctx.argument_value_error(3, "must be a valid document encoding"));
        }
    }
    if file && source.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let options = if encoding.is_some() { options | IGNORE_ENCODING } else { options };
    let parsed = parse_with(ctx, from, options as i32, &Settings::default(), encoding);
    ctx.pending()?;
    let doc = match parsed {
        Ok(doc) => doc,
        Err(NotParsed::Malformed) => {
            return Err(throw_text(ctx, Code::Syntax, "XML fragment is not well-formed"));
        }
        Err(NotParsed::Unreadable) if file => {
            let name = String::from_utf8_lossy(source).into_owned();
            return Err(ctx.exception(format!("Cannot open file '{name}'")));
        }
        Err(NotParsed::Unreadable) => return Err(throw(ctx, Code::InvalidState)),
    };
    let Some(node) = doc.node() else { return Err(throw(ctx, Code::InvalidState)) };
    if node.xml_encoding().is_none() {
        node.set_xml_encoding(encoding.unwrap_or(b"UTF-8"));
    }
    if file && let Some(url) = node.url().map(<[u8]>::to_vec) {
        let has_scheme = url.windows(3).any(|w| w == b"://");
        if !has_scheme && !url.starts_with(b"file:/") {
            node.set_url(&[b"file://".as_slice(), &url].concat());
        }
    }
    let o = object(ctx, class, &doc)?;
    spec::convert(&doc);
    Ok(o)
}

/// `createEntityReference()`
pub fn create_entity_reference(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    document::create_entity_reference(this, ctx, args)
}

fn text(ctx: &mut Ctx, at: &At, args: &Args<'_>, node: Option<At>) -> R<Option<Vec<u8>>> {
    let Some(doc) = &at.doc else { return Ok(None) };
    let options = args::int(args, 1, 0);
    let style = Style {
        format: Settings::of(doc).format.get(),
        strict: false,
        end_tags: options & NO_EMPTY_TAG != 0,
        no_declaration: options & NO_DECLARATION != 0,
    };
    let what = node.as_ref().map_or(at.node, |n| n.node);
    let written = serialize::xml(doc, &[what], style);
    ctx.pending()?;
    let Ok(text) = written else { return Ok(None) };
    Ok(match at.node.xml_encoding() {
        Some(e) => encode(&text, e),
        None => Some(text),
    })
}

/// `saveXml()`
pub fn save_xml(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let node: Option<&Object> = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let node = match node {
        Some(o) => Some(place::at(ctx, o)?),
        None => None,
    };
    if node.as_ref().is_some_and(|n| n.node.doc() != at.node.doc()) {
        return refuse(ctx, &at, Code::WrongDocument);
    }
    match text(ctx, &at, args, node)? {
        Some(t) => Ok(Value::str(t)),
        None => {
            ctx.warning("Could not save document")?;
            Ok(Value::bool(false))
        }
    }
}

/// `saveXmlFile()`
pub fn save_xml_file(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let file = args::path(ctx, args, 0)?;
    if file.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    let at = at(ctx, this)?;
    let Some(text) = text(ctx, &at, args, None)? else { return Ok(Value::bool(false)) };
    let written = write_file(file, &text);
    ctx.pending()?;
    Ok(written.map_or(Value::bool(false), Value::int))
}
