//! The functions `xmlwriter_*`.

use crate::class::{XMLWriter, element, element_ns, fresh, named, open_file, output, with};
use howdah_libxml2::Writer;
use plugin_api::{Ctx, Object, OrFalse, R, This, Value, php_function};

/// The writer of an argument, which the engine has checked.
fn of(o: &Object) -> &This<XMLWriter> {
    // SAFETY: declared as XMLWriter.
    unsafe { This::<XMLWriter>::assume(o) }
}

/// Begins to write to a file or URL.
#[php_function("xmlwriter_open_uri(string $uri): XMLWriter|false")]
fn xmlwriter_open_uri(ctx: &mut Ctx, uri: &[u8]) -> R<OrFalse<Object>> {
    match open_file(ctx, uri)? {
        Some(w) => Ok(OrFalse(Some(fresh(ctx, w)?))),
        None => Ok(OrFalse(None)),
    }
}
/// Begins to write to memory.
#[php_function("xmlwriter_open_memory(): XMLWriter|false")]
fn xmlwriter_open_memory(ctx: &mut Ctx) -> R<OrFalse<Object>> {
    match Writer::memory() {
        Some(w) => Ok(OrFalse(Some(fresh(ctx, w)?))),
        None => Ok(OrFalse(None)),
    }
}
/// What was written to memory.
#[php_function("xmlwriter_output_memory(XMLWriter $writer, bool $flush = true): string")]
fn xmlwriter_output_memory(ctx: &mut Ctx, writer: &Object, flush: bool) -> R<Value> {
    output(of(writer), ctx, flush, true)
}
/// Writes out what is held back.
#[php_function("xmlwriter_flush(XMLWriter $writer, bool $empty = true): string|int")]
fn xmlwriter_flush(ctx: &mut Ctx, writer: &Object, empty: bool) -> R<Value> {
    output(of(writer), ctx, empty, false)
}
/// See the method `setIndent` of XMLWriter.
#[php_function("xmlwriter_set_indent(XMLWriter $writer, bool $enable): bool")]
fn xmlwriter_set_indent(ctx: &mut Ctx, writer: &Object, enable: bool) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.set_indent(enable))
}
/// See the method `setIndentString` of XMLWriter.
#[php_function("xmlwriter_set_indent_string(XMLWriter $writer, string $indentation): bool")]
fn xmlwriter_set_indent_string(ctx: &mut Ctx, writer: &Object, indentation: &[u8]) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.set_indent_string(Some(indentation)))
}
/// See the method `startComment` of XMLWriter.
#[php_function("xmlwriter_start_comment(XMLWriter $writer): bool")]
fn xmlwriter_start_comment(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.start_comment())
}
/// See the method `endComment` of XMLWriter.
#[php_function("xmlwriter_end_comment(XMLWriter $writer): bool")]
fn xmlwriter_end_comment(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_comment())
}
/// See the method `startAttribute` of XMLWriter.
#[php_function("xmlwriter_start_attribute(XMLWriter $writer, string $name): bool")]
fn xmlwriter_start_attribute(ctx: &mut Ctx, writer: &Object, name: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "attribute name", name)?;
    with(this, ctx, |w| w.start_attribute(Some(name)))
}
/// See the method `endAttribute` of XMLWriter.
#[php_function("xmlwriter_end_attribute(XMLWriter $writer): bool")]
fn xmlwriter_end_attribute(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_attribute())
}
/// See the method `writeAttribute` of XMLWriter.
#[php_function("xmlwriter_write_attribute(XMLWriter $writer, string $name, string $value): bool")]
fn xmlwriter_write_attribute(ctx: &mut Ctx, writer: &Object, name: &[u8], value: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "attribute name", name)?;
    with(this, ctx, |w| w.write_attribute(Some(name), Some(value)))
}
/// See the method `startAttributeNs` of XMLWriter.
#[php_function(
    "xmlwriter_start_attribute_ns(XMLWriter $writer, ?string $prefix, string $name, ?string $namespace): bool"
)]
fn xmlwriter_start_attribute_ns(
    ctx: &mut Ctx,
    writer: &Object,
    prefix: Option<&[u8]>,
    name: &[u8],
    namespace: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 3, "attribute name", name)?;
    with(this, ctx, |w| w.start_attribute_ns(prefix, Some(name), namespace))
}
/// See the method `writeAttributeNs` of XMLWriter.
#[php_function(
    "xmlwriter_write_attribute_ns(XMLWriter $writer, ?string $prefix, string $name, ?string $namespace, string $value): bool"
)]
fn xmlwriter_write_attribute_ns(
    ctx: &mut Ctx,
    writer: &Object,
    prefix: Option<&[u8]>,
    name: &[u8],
    namespace: Option<&[u8]>,
    value: &[u8],
) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 3, "attribute name", name)?;
    with(this, ctx, |w| w.write_attribute_ns(prefix, Some(name), namespace, Some(value)))
}
/// See the method `startElement` of XMLWriter.
#[php_function("xmlwriter_start_element(XMLWriter $writer, string $name): bool")]
fn xmlwriter_start_element(ctx: &mut Ctx, writer: &Object, name: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", name)?;
    with(this, ctx, |w| w.start_element(Some(name)))
}
/// See the method `endElement` of XMLWriter.
#[php_function("xmlwriter_end_element(XMLWriter $writer): bool")]
fn xmlwriter_end_element(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_element())
}
/// See the method `fullEndElement` of XMLWriter.
#[php_function("xmlwriter_full_end_element(XMLWriter $writer): bool")]
fn xmlwriter_full_end_element(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.full_end_element())
}
/// See the method `startElementNs` of XMLWriter.
#[php_function(
    "xmlwriter_start_element_ns(XMLWriter $writer, ?string $prefix, string $name, ?string $namespace): bool"
)]
fn xmlwriter_start_element_ns(
    ctx: &mut Ctx,
    writer: &Object,
    prefix: Option<&[u8]>,
    name: &[u8],
    namespace: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 3, "element name", name)?;
    with(this, ctx, |w| w.start_element_ns(prefix, Some(name), namespace))
}
/// See the method `writeElement` of XMLWriter.
#[php_function("xmlwriter_write_element(XMLWriter $writer, string $name, ?string $content = null): bool")]
fn xmlwriter_write_element(ctx: &mut Ctx, writer: &Object, name: &[u8], content: Option<&[u8]>) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", name)?;
    with(this, ctx, |w| element(w, name, content))
}
/// See the method `writeElementNs` of XMLWriter.
#[php_function(
    "xmlwriter_write_element_ns(XMLWriter $writer, ?string $prefix, string $name, ?string $namespace, ?string $content = null): bool"
)]
fn xmlwriter_write_element_ns(
    ctx: &mut Ctx,
    writer: &Object,
    prefix: Option<&[u8]>,
    name: &[u8],
    namespace: Option<&[u8]>,
    content: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 3, "element name", name)?;
    with(this, ctx, |w| element_ns(w, prefix, name, namespace, content))
}
/// See the method `startPi` of XMLWriter.
#[php_function("xmlwriter_start_pi(XMLWriter $writer, string $target): bool")]
fn xmlwriter_start_pi(ctx: &mut Ctx, writer: &Object, target: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "PI target", target)?;
    with(this, ctx, |w| w.start_pi(Some(target)))
}
/// See the method `endPi` of XMLWriter.
#[php_function("xmlwriter_end_pi(XMLWriter $writer): bool")]
fn xmlwriter_end_pi(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_pi())
}
/// See the method `writePi` of XMLWriter.
#[php_function("xmlwriter_write_pi(XMLWriter $writer, string $target, string $content): bool")]
fn xmlwriter_write_pi(ctx: &mut Ctx, writer: &Object, target: &[u8], content: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "PI target", target)?;
    with(this, ctx, |w| w.write_pi(Some(target), Some(content)))
}
/// See the method `startCdata` of XMLWriter.
#[php_function("xmlwriter_start_cdata(XMLWriter $writer): bool")]
fn xmlwriter_start_cdata(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.start_cdata())
}
/// See the method `endCdata` of XMLWriter.
#[php_function("xmlwriter_end_cdata(XMLWriter $writer): bool")]
fn xmlwriter_end_cdata(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_cdata())
}
/// See the method `writeCdata` of XMLWriter.
#[php_function("xmlwriter_write_cdata(XMLWriter $writer, string $content): bool")]
fn xmlwriter_write_cdata(ctx: &mut Ctx, writer: &Object, content: &[u8]) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.write_cdata(Some(content)))
}
/// See the method `text` of XMLWriter.
#[php_function("xmlwriter_text(XMLWriter $writer, string $content): bool")]
fn xmlwriter_text(ctx: &mut Ctx, writer: &Object, content: &[u8]) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.write_text(Some(content)))
}
/// See the method `writeRaw` of XMLWriter.
#[php_function("xmlwriter_write_raw(XMLWriter $writer, string $content): bool")]
fn xmlwriter_write_raw(ctx: &mut Ctx, writer: &Object, content: &[u8]) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.write_raw(Some(content)))
}
/// See the method `startDocument` of XMLWriter.
#[php_function(
    "xmlwriter_start_document(XMLWriter $writer, ?string $version = \"1.0\", ?string $encoding = null, ?string $standalone = null): bool"
)]
fn xmlwriter_start_document(
    ctx: &mut Ctx,
    writer: &Object,
    version: Option<&[u8]>,
    encoding: Option<&[u8]>,
    standalone: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.start_document(version, encoding, standalone))
}
/// See the method `endDocument` of XMLWriter.
#[php_function("xmlwriter_end_document(XMLWriter $writer): bool")]
fn xmlwriter_end_document(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_document())
}
/// See the method `writeComment` of XMLWriter.
#[php_function("xmlwriter_write_comment(XMLWriter $writer, string $content): bool")]
fn xmlwriter_write_comment(ctx: &mut Ctx, writer: &Object, content: &[u8]) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.write_comment(Some(content)))
}
/// See the method `startDtd` of XMLWriter.
#[php_function(
    "xmlwriter_start_dtd(XMLWriter $writer, string $qualifiedName, ?string $publicId = null, ?string $systemId = null): bool"
)]
fn xmlwriter_start_dtd(
    ctx: &mut Ctx,
    writer: &Object,
    qualified_name: &[u8],
    public_id: Option<&[u8]>,
    system_id: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.start_dtd(Some(qualified_name), public_id, system_id))
}
/// See the method `endDtd` of XMLWriter.
#[php_function("xmlwriter_end_dtd(XMLWriter $writer): bool")]
fn xmlwriter_end_dtd(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_dtd())
}
/// See the method `writeDtd` of XMLWriter.
#[php_function(
    "xmlwriter_write_dtd(XMLWriter $writer, string $name, ?string $publicId = null, ?string $systemId = null, ?string $content = null): bool"
)]
fn xmlwriter_write_dtd(
    ctx: &mut Ctx,
    writer: &Object,
    name: &[u8],
    public_id: Option<&[u8]>,
    system_id: Option<&[u8]>,
    content: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.write_dtd(Some(name), public_id, system_id, content))
}
/// See the method `startDtdElement` of XMLWriter.
#[php_function("xmlwriter_start_dtd_element(XMLWriter $writer, string $qualifiedName): bool")]
fn xmlwriter_start_dtd_element(ctx: &mut Ctx, writer: &Object, qualified_name: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", qualified_name)?;
    with(this, ctx, |w| w.start_dtd_element(Some(qualified_name)))
}
/// See the method `endDtdElement` of XMLWriter.
#[php_function("xmlwriter_end_dtd_element(XMLWriter $writer): bool")]
fn xmlwriter_end_dtd_element(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_dtd_element())
}
/// See the method `writeDtdElement` of XMLWriter.
#[php_function("xmlwriter_write_dtd_element(XMLWriter $writer, string $name, string $content): bool")]
fn xmlwriter_write_dtd_element(ctx: &mut Ctx, writer: &Object, name: &[u8], content: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", name)?;
    with(this, ctx, |w| w.write_dtd_element(Some(name), Some(content)))
}
/// See the method `startDtdAttlist` of XMLWriter.
#[php_function("xmlwriter_start_dtd_attlist(XMLWriter $writer, string $name): bool")]
fn xmlwriter_start_dtd_attlist(ctx: &mut Ctx, writer: &Object, name: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", name)?;
    with(this, ctx, |w| w.start_dtd_attlist(Some(name)))
}
/// See the method `endDtdAttlist` of XMLWriter.
#[php_function("xmlwriter_end_dtd_attlist(XMLWriter $writer): bool")]
fn xmlwriter_end_dtd_attlist(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_dtd_attlist())
}
/// See the method `writeDtdAttlist` of XMLWriter.
#[php_function("xmlwriter_write_dtd_attlist(XMLWriter $writer, string $name, string $content): bool")]
fn xmlwriter_write_dtd_attlist(ctx: &mut Ctx, writer: &Object, name: &[u8], content: &[u8]) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", name)?;
    with(this, ctx, |w| w.write_dtd_attlist(Some(name), Some(content)))
}
/// See the method `startDtdEntity` of XMLWriter.
#[php_function("xmlwriter_start_dtd_entity(XMLWriter $writer, string $name, bool $isParam): bool")]
fn xmlwriter_start_dtd_entity(ctx: &mut Ctx, writer: &Object, name: &[u8], is_param: bool) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "attribute name", name)?;
    with(this, ctx, |w| w.start_dtd_entity(is_param, name))
}
/// See the method `endDtdEntity` of XMLWriter.
#[php_function("xmlwriter_end_dtd_entity(XMLWriter $writer): bool")]
fn xmlwriter_end_dtd_entity(ctx: &mut Ctx, writer: &Object) -> R<bool> {
    let this = of(writer);
    with(this, ctx, |w| w.end_dtd_entity())
}
/// See the method `writeDtdEntity` of XMLWriter.
#[php_function(
    "xmlwriter_write_dtd_entity(XMLWriter $writer, string $name, string $content, bool $isParam = false, ?string $publicId = null, ?string $systemId = null, ?string $notationData = null): bool"
)]
fn xmlwriter_write_dtd_entity(
    ctx: &mut Ctx,
    writer: &Object,
    name: &[u8],
    content: &[u8],
    is_param: bool,
    public_id: Option<&[u8]>,
    system_id: Option<&[u8]>,
    notation_data: Option<&[u8]>,
) -> R<bool> {
    let this = of(writer);
    named(this, ctx, 2, "element name", name)?;
    with(this, ctx, |w| w.write_dtd_entity(is_param, name, content, [public_id, system_id, notation_data]))
}
