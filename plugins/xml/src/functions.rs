//! The functions `xml_*`.

use crate::parser::{self, Encoding, On, XMLParser, handler, set, set_object, with};
use crate::structure::Structure;
use howdah_libxml2::sax::{Pushed, Wanted};
use plugin_api::{Array, Ctx, Object, OrFalse, R, Reference, This, Value, php_function};
use std::rc::Rc;

fn create(ctx: &mut Ctx, encoding: Option<&[u8]>, separator: Option<&[u8]>) -> R<Object> {
    let target = match encoding {
        None | Some(b"") => Encoding::Utf8,
        Some(name) => match Encoding::of(name) {
            Some(e) => e,
            None => return Err(ctx.argument_value_error(1, "is not a supported source encoding")),
        },
    };
    let mut made = XMLParser::default();
    made.0.pushed = Pushed::new(separator).map(Rc::new);
    made.0.target = target;
    made.0.folding = true;
    This::<XMLParser>::create(ctx, made)
}

/// Makes a parser.
#[php_function("xml_parser_create(?string $encoding = null): XMLParser")]
fn xml_parser_create(ctx: &mut Ctx, encoding: Option<&[u8]>) -> R<Object> {
    create(ctx, encoding, None)
}

/// Makes a parser that gives names with the URIs of their namespaces.
#[php_function("xml_parser_create_ns(?string $encoding = null, string $separator = ':'): XMLParser")]
fn xml_parser_create_ns(ctx: &mut Ctx, encoding: Option<&[u8]>, separator: &[u8]) -> R<Object> {
    create(ctx, encoding, Some(separator))
}

/// Names the object whose methods are handlers.
#[php_function(
    "xml_set_object(XMLParser $parser, object $object): true",
    deprecated = "#[\\Deprecated(since: '8.4', message: 'provide a proper method callable to xml_set_*_handler() functions')]"
)]
fn xml_set_object(ctx: &mut Ctx, parser: &Object, object: &Object) -> R<bool> {
    set_object(ctx, parser, object)?;
    Ok(true)
}

fn want(parser: &Object, kind: Wanted) -> R<()> {
    with(parser, |p| {
        if let Some(pushed) = &p.pushed {
            pushed.want(kind);
        }
    })
}

/// Sets the handlers of beginnings and ends of elements.
#[php_function(
    "xml_set_element_handler(XMLParser $parser, callable|string|null $start_handler, callable|string|null $end_handler): true"
)]
fn xml_set_element_handler(ctx: &mut Ctx, parser: &Object, start: &Value, end: &Value) -> R<bool> {
    let start = handler(ctx, parser, start, 2)?;
    let end = handler(ctx, parser, end, 3)?;
    set(parser, On::Start, start)?;
    set(parser, On::End, end)?;
    want(parser, Wanted::ELEMENTS)?;
    Ok(true)
}

fn set_one(ctx: &mut Ctx, parser: &Object, v: &Value, on: On, kind: Option<Wanted>) -> R<bool> {
    let handler = handler(ctx, parser, v, 2)?;
    set(parser, on, handler)?;
    if let Some(kind) = kind {
        want(parser, kind)?;
    }
    Ok(true)
}

/// Sets the handler of text.
#[php_function("xml_set_character_data_handler(XMLParser $parser, callable|string|null $handler): true")]
fn xml_set_character_data_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::Text, Some(Wanted::TEXT))
}

/// Sets the handler of processing instructions.
#[php_function(
    "xml_set_processing_instruction_handler(XMLParser $parser, callable|string|null $handler): true"
)]
fn xml_set_processing_instruction_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::Instruction, Some(Wanted::INSTRUCTIONS))
}

/// Sets the handler of what no other handler is told of.
#[php_function("xml_set_default_handler(XMLParser $parser, callable|string|null $handler): true")]
fn xml_set_default_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::Default, Some(Wanted::DEFAULT))
}

/// Sets the handler of declarations of unparsed entities.
#[php_function(
    "xml_set_unparsed_entity_decl_handler(XMLParser $parser, callable|string|null $handler): true"
)]
fn xml_set_unparsed_entity_decl_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::Unparsed, Some(Wanted::UNPARSED))
}

/// Sets the handler of declarations of notations.
#[php_function("xml_set_notation_decl_handler(XMLParser $parser, callable|string|null $handler): true")]
fn xml_set_notation_decl_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::Notation, Some(Wanted::NOTATIONS))
}

/// Sets the handler of references to external entities.
#[php_function("xml_set_external_entity_ref_handler(XMLParser $parser, callable|string|null $handler): true")]
fn xml_set_external_entity_ref_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::External, Some(Wanted::EXTERNAL))
}

/// Sets the handler of declarations of namespaces.
#[php_function(
    "xml_set_start_namespace_decl_handler(XMLParser $parser, callable|string|null $handler): true"
)]
fn xml_set_start_namespace_decl_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::Namespace, Some(Wanted::NAMESPACES))
}

/// Sets the handler of ends of declarations of namespaces, which libxml2 never tells.
#[php_function("xml_set_end_namespace_decl_handler(XMLParser $parser, callable|string|null $handler): true")]
fn xml_set_end_namespace_decl_handler(ctx: &mut Ctx, parser: &Object, handler: &Value) -> R<bool> {
    set_one(ctx, parser, handler, On::NamespaceEnd, None)
}

/// Parses a piece of a document.
#[php_function("xml_parse(XMLParser $parser, string $data, bool $is_final = false): int")]
fn xml_parse(ctx: &mut Ctx, parser: &Object, data: &[u8], is_final: bool) -> R<i64> {
    if with(parser, |p| p.parsing)? {
        return Err(ctx.error("Parser must not be called recursively"));
    }
    parser::parse(ctx, parser, data, is_final).map(i64::from)
}

/// Parses a document into arrays.
#[php_function("xml_parse_into_struct(XMLParser $parser, string $data, &$values, &$index = null): int|false")]
fn xml_parse_into_struct(
    ctx: &mut Ctx,
    parser: &Object,
    data: &[u8],
    values: Reference<'_>,
    index: Option<Reference<'_>>,
) -> R<OrFalse<i64>> {
    if with(parser, |p| p.parsing)? {
        ctx.warning("Parser must not be called recursively")?;
        return Ok(OrFalse::FALSE);
    }
    if let Some(index) = &index {
        index.set(ctx, Array::new())?;
    }
    values.set(ctx, Array::new())?;
    with(parser, |p| p.structure = Some(Structure::default()))?;
    want(parser, Wanted::ELEMENTS)?;
    want(parser, Wanted::TEXT)?;
    let good = parser::parse(ctx, parser, data, true);
    let made = with(parser, |p| p.structure.take())?.unwrap_or_default();
    let good = good?;
    values.set(ctx, made.values())?;
    if let Some(index) = &index {
        index.set(ctx, made.index())?;
    }
    Ok(OrFalse(Some(good.into())))
}

/// The last error.
#[php_function("xml_get_error_code(XMLParser $parser): int")]
fn xml_get_error_code(_: &mut Ctx, parser: &Object) -> R<i64> {
    with(parser, |p| p.pushed.as_ref().map_or(0, |p| p.error().into()))
}

fn place(parser: &Object) -> R<(i64, i64, i64)> {
    with(parser, |p| p.pushed.as_ref().map(|p| p.place()).unwrap_or_default())
}

/// The line that is parsed.
#[php_function("xml_get_current_line_number(XMLParser $parser): int")]
fn xml_get_current_line_number(_: &mut Ctx, parser: &Object) -> R<i64> {
    Ok(place(parser)?.0)
}

/// The column that is parsed.
#[php_function("xml_get_current_column_number(XMLParser $parser): int")]
fn xml_get_current_column_number(_: &mut Ctx, parser: &Object) -> R<i64> {
    Ok(place(parser)?.1)
}

/// The byte that is parsed.
#[php_function("xml_get_current_byte_index(XMLParser $parser): int")]
fn xml_get_current_byte_index(_: &mut Ctx, parser: &Object) -> R<i64> {
    Ok(place(parser)?.2)
}

/// Says that a parser is not used any more.
#[php_function("xml_parser_free(XMLParser $parser): bool")]
fn xml_parser_free(ctx: &mut Ctx, parser: &Object) -> R<bool> {
    if with(parser, |p| p.parsing)? {
        ctx.warning("Parser cannot be freed while it is parsing")?;
        return Ok(false);
    }
    Ok(true)
}

/// What libxml2's errors are called.
const ERRORS: [&str; 102] = [
    "No error",
    "No memory",
    "Invalid document start",
    "Empty document",
    "Not well-formed (invalid token)",
    "Invalid document end",
    "Invalid hexadecimal character reference",
    "Invalid decimal character reference",
    "Invalid character reference",
    "Invalid character",
    "XML_ERR_CHARREF_AT_EOF",
    "XML_ERR_CHARREF_IN_PROLOG",
    "XML_ERR_CHARREF_IN_EPILOG",
    "XML_ERR_CHARREF_IN_DTD",
    "XML_ERR_ENTITYREF_AT_EOF",
    "XML_ERR_ENTITYREF_IN_PROLOG",
    "XML_ERR_ENTITYREF_IN_EPILOG",
    "XML_ERR_ENTITYREF_IN_DTD",
    "PEReference at end of document",
    "PEReference in prolog",
    "PEReference in epilog",
    "PEReference: forbidden within markup decl in internal subset",
    "XML_ERR_ENTITYREF_NO_NAME",
    "EntityRef: expecting ';'",
    "PEReference: no name",
    "PEReference: expecting ';'",
    "Undeclared entity error",
    "Undeclared entity warning",
    "Unparsed Entity",
    "XML_ERR_ENTITY_IS_EXTERNAL",
    "XML_ERR_ENTITY_IS_PARAMETER",
    "Unknown encoding",
    "Unsupported encoding",
    "String not started expecting ' or \"",
    "String not closed expecting \" or '",
    "Namespace declaration error",
    "EntityValue: \" or ' expected",
    "EntityValue: \" or ' expected",
    "< in attribute",
    "Attribute not started",
    "Attribute not finished",
    "Attribute without value",
    "Attribute redefined",
    "SystemLiteral \" or ' expected",
    "SystemLiteral \" or ' expected",
    "Comment not finished",
    "Processing Instruction not started",
    "Processing Instruction not finished",
    "NOTATION: Name expected here",
    "'>' required to close NOTATION declaration",
    "'(' required to start ATTLIST enumeration",
    "'(' required to start ATTLIST enumeration",
    "MixedContentDecl : '|' or ')*' expected",
    "XML_ERR_MIXED_NOT_FINISHED",
    "ELEMENT in DTD not started",
    "ELEMENT in DTD not finished",
    "XML declaration not started",
    "XML declaration not finished",
    "XML_ERR_CONDSEC_NOT_STARTED",
    "XML conditional section not closed",
    "Content error in the external subset",
    "DOCTYPE not finished",
    "Sequence ']]>' not allowed in content",
    "CDATA not finished",
    "Reserved XML Name",
    "Space required",
    "XML_ERR_SEPARATOR_REQUIRED",
    "NmToken expected in ATTLIST enumeration",
    "XML_ERR_NAME_REQUIRED",
    "MixedContentDecl : '#PCDATA' expected",
    "SYSTEM or PUBLIC, the URI is missing",
    "PUBLIC, the Public Identifier is missing",
    "< required",
    "> required",
    "</ required",
    "= required",
    "Mismatched tag",
    "Tag not finished",
    "standalone accepts only 'yes' or 'no'",
    "Invalid XML encoding name",
    "Comment must not contain '--' (double-hyphen)",
    "Invalid encoding",
    "external parsed entities cannot be standalone",
    "XML conditional section '[' expected",
    "Entity value required",
    "chunk is not well balanced",
    "extra content at the end of well balanced chunk",
    "XML_ERR_ENTITY_CHAR_ERROR",
    "PEReferences forbidden in internal subset",
    "Detected an entity reference loop",
    "XML_ERR_ENTITY_BOUNDARY",
    "Invalid URI",
    "Fragment not allowed",
    "XML_WAR_CATALOG_PI",
    "XML_ERR_NO_DTD",
    "conditional section INCLUDE or IGNORE keyword expected",
    "Version in XML Declaration missing",
    "XML_WAR_UNKNOWN_VERSION",
    "XML_WAR_LANG_VALUE",
    "XML_WAR_NS_URI",
    "XML_WAR_NS_URI_RELATIVE",
    "Missing encoding in text declaration",
];

/// What an error is called.
#[php_function("xml_error_string(int $error_code): ?string")]
fn xml_error_string(_: &mut Ctx, error_code: i64) -> R<Value> {
    let name = usize::try_from(error_code).ok().and_then(|i| ERRORS.get(i));
    Ok(Value::str(name.copied().unwrap_or("Unknown")))
}
