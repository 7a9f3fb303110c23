//! The class `XMLWriter`.

use howdah_libxml2::{Writer, is_name};
use plugin_api::{
    Class, Ctx, GcRoots, Kind, Object, R, Stream, This, Value, Visitor, php_class, php_methods,
};

/// The payload of `XMLWriter`.
#[derive(Default)]
#[php_class("class XMLWriter", flags(uncloneable))]
pub struct XMLWriter {
    writer: Option<Writer>,
}

impl GcRoots for XMLWriter {
    fn visit(&mut self, _: &mut Visitor) {}
}

/// Runs `f` on the writer, which must be open.
pub fn with<T>(this: &This<XMLWriter>, ctx: &mut Ctx, f: impl FnOnce(&mut Writer) -> T) -> R<T> {
    let mut p = this.borrow_mut(ctx)?;
    if let Some(w) = p.writer.as_mut() {
        let result = f(w);
        drop(p);
        // Writing to a stream may have run PHP code that threw.
        ctx.pending()?;
        return Ok(result);
    }
    drop(p);
    Err(ctx.error("Invalid or uninitialized XMLWriter object"))
}

/// Refuses what is no name.
pub fn named(this: &This<XMLWriter>, ctx: &mut Ctx, argument: u32, what: &str, name: &[u8]) -> R<()> {
    with(this, ctx, |_| ())?;
    if is_name(name) {
        return Ok(());
    }
    let shown = name.split(|&c| c == 0).next().unwrap_or_default();
    let shown = String::from_utf8_lossy(shown);
    Err(ctx.argument_value_error(argument, format!("must be a valid {what}, \"{shown}\" given")))
}

/// An element with or without text.
pub fn element(w: &mut Writer, name: &[u8], text: Option<&[u8]>) -> bool {
    match text {
        Some(_) => w.write_element(Some(name), text),
        None => w.start_element(Some(name)) && w.end_element(),
    }
}

/// An element of a namespace with or without text.
pub fn element_ns(
    w: &mut Writer,
    prefix: Option<&[u8]>,
    name: &[u8],
    uri: Option<&[u8]>,
    text: Option<&[u8]>,
) -> bool {
    match text {
        Some(_) => w.write_element_ns(prefix, Some(name), uri, text),
        None => w.start_element_ns(prefix, Some(name), uri) && w.end_element(),
    }
}

/// What was written to memory; without memory how many bytes, or with `text` nothing.
pub fn output(this: &This<XMLWriter>, ctx: &mut Ctx, empty: bool, text: bool) -> R<Value> {
    with(this, ctx, |w| {
        if text && !w.is_memory() {
            return Value::str("");
        }
        let n = w.flush();
        if w.is_memory() { w.written(empty).into() } else { Value::int(n) }
    })
}

/// A fresh object around a writer.
pub fn fresh(ctx: &mut Ctx, w: Writer) -> R<Object> {
    This::<XMLWriter>::create(ctx, XMLWriter { writer: Some(w) })
}

/// The path that libxml2 is to write to; `None` when there can be no such file.
fn resolve(ctx: &mut Ctx, uri: &[u8]) -> Option<Vec<u8>> {
    let lower = uri.to_ascii_lowercase();
    let mut path = uri;
    let scheme = uri.iter().position(|&c| c == b':').filter(|&n| {
        n > 0
            && uri[0].is_ascii_alphabetic()
            && uri[..n].iter().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(c))
    });
    if scheme.is_some() {
        if lower.starts_with(b"file:///") {
            path = &uri[7..];
        } else if lower.starts_with(b"file://localhost/") {
            path = &uri[16..];
        } else {
            return Some(uri.to_vec());
        }
        if path == b"/" {
            return None;
        }
    }
    let full = ctx.expand_path(path)?;
    let folder = match path.iter().rposition(|&c| c == b'/') {
        Some(0) => b"/".as_slice(),
        Some(n) => &path[..n],
        None => b".",
    };
    ctx.stat(folder, plugin_api::abi::stat_flags::QUIET)?;
    Some(full.to_vec())
}

fn filled(ctx: &mut Ctx, uri: &[u8]) -> R<()> {
    if uri.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    if uri.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    Ok(())
}

/// A writer to a file or URL; `None` when it cannot be opened, which is told.
pub fn open_file(ctx: &mut Ctx, uri: &[u8]) -> R<Option<Writer>> {
    filled(ctx, uri)?;
    let Some(path) = resolve(ctx, uri) else {
        ctx.warning("Unable to resolve file path")?;
        return Ok(None);
    };
    let w = Writer::file(&path);
    ctx.pending()?;
    Ok(w)
}

fn construct(class: Class, ctx: &mut Ctx, w: Option<Writer>) -> R<Object> {
    let Some(w) = w else { return Err(ctx.error("Could not construct libxml writer")) };
    let o = class.instantiate(ctx, &[])?;
    // SAFETY: the class a static method of XMLWriter was called on.
    unsafe { This::<XMLWriter>::assume(&o) }.borrow_mut(ctx)?.writer = Some(w);
    Ok(o)
}

/// Puts a writer in the place of the one before, which writes what it holds back.
fn put(this: &This<XMLWriter>, ctx: &mut Ctx, w: Option<Writer>) -> R<bool> {
    let Some(w) = w else { return Ok(false) };
    let before = this.borrow_mut(ctx)?.writer.replace(w);
    drop(before);
    ctx.pending()?;
    Ok(true)
}

#[php_methods]
impl XMLWriter {
    #[php("public function openUri(string $uri): ~bool")]
    fn open_uri(this: &This<Self>, ctx: &mut Ctx, uri: &[u8]) -> R<bool> {
        let w = open_file(ctx, uri)?;
        put(this, ctx, w)
    }
    #[php("public static function toUri(string $uri): static")]
    fn to_uri(class: Class, ctx: &mut Ctx, uri: &[u8]) -> R<Object> {
        filled(ctx, uri)?;
        let Some(path) = resolve(ctx, uri) else {
            return Err(ctx.argument_value_error(1, "must resolve to a valid file path"));
        };
        let w = Writer::file(&path);
        ctx.pending()?;
        construct(class, ctx, w)
    }
    #[php("public function openMemory(): ~bool")]
    fn open_memory(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        put(this, ctx, Writer::memory())
    }
    #[php("public static function toMemory(): static")]
    fn to_memory(class: Class, ctx: &mut Ctx) -> R<Object> {
        construct(class, ctx, Writer::memory())
    }
    #[php("public static function toStream($stream): static")]
    fn to_stream(class: Class, ctx: &mut Ctx, stream: &Value) -> R<Object> {
        if matches!(stream.kind(), Kind::Resource(_)) && Stream::of(stream).is_none() {
            let message = "XMLWriter::toStream(): supplied resource is not a valid stream resource";
            return Err(ctx.type_error(message));
        }
        let stream = Stream::argument(ctx, stream, 1)?;
        construct(class, ctx, Writer::stream(stream))
    }
    #[php("public function setIndent(bool $enable): ~bool")]
    fn set_indent(this: &This<Self>, ctx: &mut Ctx, enable: bool) -> R<bool> {
        with(this, ctx, |w| w.set_indent(enable))
    }
    #[php("public function setIndentString(string $indentation): ~bool")]
    fn set_indent_string(this: &This<Self>, ctx: &mut Ctx, indentation: &[u8]) -> R<bool> {
        with(this, ctx, |w| w.set_indent_string(Some(indentation)))
    }
    #[php("public function startComment(): ~bool")]
    fn start_comment(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.start_comment())
    }
    #[php("public function endComment(): ~bool")]
    fn end_comment(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_comment())
    }
    #[php("public function startAttribute(string $name): ~bool")]
    fn start_attribute(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        named(this, ctx, 2, "attribute name", name)?;
        with(this, ctx, |w| w.start_attribute(Some(name)))
    }
    #[php("public function endAttribute(): ~bool")]
    fn end_attribute(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_attribute())
    }
    #[php("public function writeAttribute(string $name, string $value): ~bool")]
    fn write_attribute(this: &This<Self>, ctx: &mut Ctx, name: &[u8], value: &[u8]) -> R<bool> {
        named(this, ctx, 2, "attribute name", name)?;
        with(this, ctx, |w| w.write_attribute(Some(name), Some(value)))
    }
    #[php("public function startAttributeNs(?string $prefix, string $name, ?string $namespace): ~bool")]
    fn start_attribute_ns(
        this: &This<Self>,
        ctx: &mut Ctx,
        prefix: Option<&[u8]>,
        name: &[u8],
        namespace: Option<&[u8]>,
    ) -> R<bool> {
        named(this, ctx, 3, "attribute name", name)?;
        with(this, ctx, |w| w.start_attribute_ns(prefix, Some(name), namespace))
    }
    #[php(
        "public function writeAttributeNs(?string $prefix, string $name, ?string $namespace, string $value): ~bool"
    )]
    fn write_attribute_ns(
        this: &This<Self>,
        ctx: &mut Ctx,
        prefix: Option<&[u8]>,
        name: &[u8],
        namespace: Option<&[u8]>,
        value: &[u8],
    ) -> R<bool> {
        named(this, ctx, 3, "attribute name", name)?;
        with(this, ctx, |w| w.write_attribute_ns(prefix, Some(name), namespace, Some(value)))
    }
    #[php("public function startElement(string $name): ~bool")]
    fn start_element(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        named(this, ctx, 2, "element name", name)?;
        with(this, ctx, |w| w.start_element(Some(name)))
    }
    #[php("public function endElement(): ~bool")]
    fn end_element(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_element())
    }
    #[php("public function fullEndElement(): ~bool")]
    fn full_end_element(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.full_end_element())
    }
    #[php("public function startElementNs(?string $prefix, string $name, ?string $namespace): ~bool")]
    fn start_element_ns(
        this: &This<Self>,
        ctx: &mut Ctx,
        prefix: Option<&[u8]>,
        name: &[u8],
        namespace: Option<&[u8]>,
    ) -> R<bool> {
        named(this, ctx, 3, "element name", name)?;
        with(this, ctx, |w| w.start_element_ns(prefix, Some(name), namespace))
    }
    #[php("public function writeElement(string $name, ?string $content = null): ~bool")]
    fn write_element(this: &This<Self>, ctx: &mut Ctx, name: &[u8], content: Option<&[u8]>) -> R<bool> {
        named(this, ctx, 2, "element name", name)?;
        with(this, ctx, |w| element(w, name, content))
    }
    #[php(
        "public function writeElementNs(?string $prefix, string $name, ?string $namespace, ?string $content = null): ~bool"
    )]
    fn write_element_ns(
        this: &This<Self>,
        ctx: &mut Ctx,
        prefix: Option<&[u8]>,
        name: &[u8],
        namespace: Option<&[u8]>,
        content: Option<&[u8]>,
    ) -> R<bool> {
        named(this, ctx, 3, "element name", name)?;
        with(this, ctx, |w| element_ns(w, prefix, name, namespace, content))
    }
    #[php("public function startPi(string $target): ~bool")]
    fn start_pi(this: &This<Self>, ctx: &mut Ctx, target: &[u8]) -> R<bool> {
        named(this, ctx, 2, "PI target", target)?;
        with(this, ctx, |w| w.start_pi(Some(target)))
    }
    #[php("public function endPi(): ~bool")]
    fn end_pi(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_pi())
    }
    #[php("public function writePi(string $target, string $content): ~bool")]
    fn write_pi(this: &This<Self>, ctx: &mut Ctx, target: &[u8], content: &[u8]) -> R<bool> {
        named(this, ctx, 2, "PI target", target)?;
        with(this, ctx, |w| w.write_pi(Some(target), Some(content)))
    }
    #[php("public function startCdata(): ~bool")]
    fn start_cdata(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.start_cdata())
    }
    #[php("public function endCdata(): ~bool")]
    fn end_cdata(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_cdata())
    }
    #[php("public function writeCdata(string $content): ~bool")]
    fn write_cdata(this: &This<Self>, ctx: &mut Ctx, content: &[u8]) -> R<bool> {
        with(this, ctx, |w| w.write_cdata(Some(content)))
    }
    #[php("public function text(string $content): ~bool")]
    fn text(this: &This<Self>, ctx: &mut Ctx, content: &[u8]) -> R<bool> {
        with(this, ctx, |w| w.write_text(Some(content)))
    }
    #[php("public function writeRaw(string $content): ~bool")]
    fn write_raw(this: &This<Self>, ctx: &mut Ctx, content: &[u8]) -> R<bool> {
        with(this, ctx, |w| w.write_raw(Some(content)))
    }
    #[php(
        "public function startDocument(?string $version = \"1.0\", ?string $encoding = null, ?string $standalone = null): ~bool"
    )]
    fn start_document(
        this: &This<Self>,
        ctx: &mut Ctx,
        version: Option<&[u8]>,
        encoding: Option<&[u8]>,
        standalone: Option<&[u8]>,
    ) -> R<bool> {
        with(this, ctx, |w| w.start_document(version, encoding, standalone))
    }
    #[php("public function endDocument(): ~bool")]
    fn end_document(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_document())
    }
    #[php("public function writeComment(string $content): ~bool")]
    fn write_comment(this: &This<Self>, ctx: &mut Ctx, content: &[u8]) -> R<bool> {
        with(this, ctx, |w| w.write_comment(Some(content)))
    }
    #[php(
        "public function startDtd(string $qualifiedName, ?string $publicId = null, ?string $systemId = null): ~bool"
    )]
    fn start_dtd(
        this: &This<Self>,
        ctx: &mut Ctx,
        qualified_name: &[u8],
        public_id: Option<&[u8]>,
        system_id: Option<&[u8]>,
    ) -> R<bool> {
        with(this, ctx, |w| w.start_dtd(Some(qualified_name), public_id, system_id))
    }
    #[php("public function endDtd(): ~bool")]
    fn end_dtd(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_dtd())
    }
    #[php(
        "public function writeDtd(string $name, ?string $publicId = null, ?string $systemId = null, ?string $content = null): ~bool"
    )]
    fn write_dtd(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        public_id: Option<&[u8]>,
        system_id: Option<&[u8]>,
        content: Option<&[u8]>,
    ) -> R<bool> {
        with(this, ctx, |w| w.write_dtd(Some(name), public_id, system_id, content))
    }
    #[php("public function startDtdElement(string $qualifiedName): ~bool")]
    fn start_dtd_element(this: &This<Self>, ctx: &mut Ctx, qualified_name: &[u8]) -> R<bool> {
        named(this, ctx, 2, "element name", qualified_name)?;
        with(this, ctx, |w| w.start_dtd_element(Some(qualified_name)))
    }
    #[php("public function endDtdElement(): ~bool")]
    fn end_dtd_element(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_dtd_element())
    }
    #[php("public function writeDtdElement(string $name, string $content): ~bool")]
    fn write_dtd_element(this: &This<Self>, ctx: &mut Ctx, name: &[u8], content: &[u8]) -> R<bool> {
        named(this, ctx, 2, "element name", name)?;
        with(this, ctx, |w| w.write_dtd_element(Some(name), Some(content)))
    }
    #[php("public function startDtdAttlist(string $name): ~bool")]
    fn start_dtd_attlist(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        named(this, ctx, 2, "element name", name)?;
        with(this, ctx, |w| w.start_dtd_attlist(Some(name)))
    }
    #[php("public function endDtdAttlist(): ~bool")]
    fn end_dtd_attlist(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_dtd_attlist())
    }
    #[php("public function writeDtdAttlist(string $name, string $content): ~bool")]
    fn write_dtd_attlist(this: &This<Self>, ctx: &mut Ctx, name: &[u8], content: &[u8]) -> R<bool> {
        named(this, ctx, 2, "element name", name)?;
        with(this, ctx, |w| w.write_dtd_attlist(Some(name), Some(content)))
    }
    #[php("public function startDtdEntity(string $name, bool $isParam): ~bool")]
    fn start_dtd_entity(this: &This<Self>, ctx: &mut Ctx, name: &[u8], is_param: bool) -> R<bool> {
        named(this, ctx, 2, "attribute name", name)?;
        with(this, ctx, |w| w.start_dtd_entity(is_param, name))
    }
    #[php("public function endDtdEntity(): ~bool")]
    fn end_dtd_entity(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |w| w.end_dtd_entity())
    }
    #[php(
        "public function writeDtdEntity(string $name, string $content, bool $isParam = false, ?string $publicId = null, ?string $systemId = null, ?string $notationData = null): ~bool"
    )]
    fn write_dtd_entity(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        content: &[u8],
        is_param: bool,
        public_id: Option<&[u8]>,
        system_id: Option<&[u8]>,
        notation_data: Option<&[u8]>,
    ) -> R<bool> {
        named(this, ctx, 2, "element name", name)?;
        with(this, ctx, |w| {
            w.write_dtd_entity(is_param, name, content, [public_id, system_id, notation_data])
        })
    }
    #[php("public function outputMemory(bool $flush = true): ~string")]
    fn output_memory(this: &This<Self>, ctx: &mut Ctx, flush: bool) -> R<Value> {
        output(this, ctx, flush, true)
    }
    #[php("public function flush(bool $empty = true): ~string|int")]
    fn flush(this: &This<Self>, ctx: &mut Ctx, empty: bool) -> R<Value> {
        output(this, ctx, empty, false)
    }
}
