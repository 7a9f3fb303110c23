//! The methods of `XMLReader`.

use crate::class::{XMLReader, reader};
use crate::open::{self, filled, path};
use howdah_libxml2::{Busy, Reader, Schema, dom};
use plugin_api::{Class, Ctx, Object, R, Str, This, Value, php_methods};
use std::rc::Rc;

type Of<'a> = &'a This<XMLReader>;

/// What moves the reader is refused while it moves.
fn moved<T>(ctx: &mut Ctx, result: Result<T, Busy>) -> R<T> {
    ctx.pending()?;
    result.map_err(|Busy| ctx.error("Object is in use by a call that has not returned"))
}

fn is_one(this: Of<'_>, ctx: &mut Ctx, f: impl FnOnce(&Reader) -> i32) -> R<bool> {
    let done = reader(this, ctx)?.is_some_and(|r| f(&r) == 1);
    ctx.pending()?;
    Ok(done)
}

fn content(
    this: Of<'_>,
    ctx: &mut Ctx,
    f: impl FnOnce(&Reader) -> Result<Option<Vec<u8>>, Busy>,
) -> R<Vec<u8>> {
    let Some(r) = reader(this, ctx)? else { return Ok(Vec::new()) };
    Ok(moved(ctx, f(&r))?.unwrap_or_default())
}

fn loaded(this: Of<'_>, ctx: &mut Ctx, otherwise: &str) -> R<Rc<Reader>> {
    match reader(this, ctx)? {
        Some(r) => Ok(r),
        None => Err(ctx.error(otherwise)),
    }
}

const READING: &str = "Data must be loaded before reading";
const PROPERTIES: &str = "Cannot access parser properties before loading data";
const SCHEMA: &str = "Schema must be set prior to reading";

fn schema_set(ctx: &mut Ctx, result: Result<bool, Busy>) -> R<bool> {
    let set = moved(ctx, result)?;
    if !set {
        ctx.warning("Schema contains errors")?;
    }
    Ok(set)
}

/// The schema that a `?string` argument names, which must be of some length.
fn schema_argument(ctx: &mut Ctx, given: Option<&[u8]>) -> R<()> {
    path(ctx, 1, given)?;
    given.map_or(Ok(()), |g| filled(ctx, 1, g))
}

#[php_methods]
impl XMLReader {
    #[php("public function close(): ~true")]
    fn close(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let before = this.borrow_mut(ctx)?.reader.take();
        drop(before);
        Ok(true)
    }
    #[php("public function getAttribute(string $name): ~?string")]
    fn get_attribute(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<Option<Vec<u8>>> {
        filled(ctx, 1, name)?;
        Ok(reader(this, ctx)?.and_then(|r| r.attribute(name)))
    }
    #[php("public function getAttributeNo(int $index): ~?string")]
    fn get_attribute_no(this: &This<Self>, ctx: &mut Ctx, index: i64) -> R<Option<Vec<u8>>> {
        Ok(reader(this, ctx)?.and_then(|r| r.attribute_at(index as i32)))
    }
    #[php("public function getAttributeNs(string $name, string $namespace): ~?string")]
    fn get_attribute_ns(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        namespace: &[u8],
    ) -> R<Option<Vec<u8>>> {
        filled(ctx, 1, name)?;
        filled(ctx, 2, namespace)?;
        Ok(reader(this, ctx)?.and_then(|r| r.attribute_ns(name, namespace)))
    }
    #[php("public function getParserProperty(int $property): ~bool")]
    fn get_parser_property(this: &This<Self>, ctx: &mut Ctx, property: i64) -> R<bool> {
        match loaded(this, ctx, PROPERTIES)?.property(property as i32) {
            -1 => Err(ctx.argument_value_error(1, "must be a valid parser property")),
            n => Ok(n != 0),
        }
    }
    #[php("public function isValid(): ~bool")]
    fn is_valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_one(this, ctx, Reader::is_valid)
    }
    #[php("public function lookupNamespace(string $prefix): ~?string")]
    fn lookup_namespace(this: &This<Self>, ctx: &mut Ctx, prefix: &[u8]) -> R<Option<Vec<u8>>> {
        filled(ctx, 1, prefix)?;
        Ok(reader(this, ctx)?.and_then(|r| r.lookup_namespace(prefix)))
    }
    #[php("public function moveToAttribute(string $name): ~bool")]
    fn move_to_attribute(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        filled(ctx, 1, name)?;
        is_one(this, ctx, |r| r.to_attribute(name))
    }
    #[php("public function moveToAttributeNo(int $index): ~bool")]
    fn move_to_attribute_no(this: &This<Self>, ctx: &mut Ctx, index: i64) -> R<bool> {
        is_one(this, ctx, |r| r.to_attribute_at(index as i32))
    }
    #[php("public function moveToAttributeNs(string $name, string $namespace): ~bool")]
    fn move_to_attribute_ns(this: &This<Self>, ctx: &mut Ctx, name: &[u8], namespace: &[u8]) -> R<bool> {
        filled(ctx, 1, name)?;
        filled(ctx, 2, namespace)?;
        is_one(this, ctx, |r| r.to_attribute_ns(name, namespace))
    }
    #[php("public function moveToElement(): ~bool")]
    fn move_to_element(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_one(this, ctx, Reader::to_element)
    }
    #[php("public function moveToFirstAttribute(): ~bool")]
    fn move_to_first_attribute(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_one(this, ctx, Reader::to_first_attribute)
    }
    #[php("public function moveToNextAttribute(): ~bool")]
    fn move_to_next_attribute(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_one(this, ctx, Reader::to_next_attribute)
    }
    #[php("public function read(): ~bool")]
    fn read(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let status = loaded(this, ctx, READING)?.read();
        Ok(moved(ctx, status)? > 0)
    }
    #[php("public function next(?string $name = null): ~bool")]
    fn next(this: &This<Self>, ctx: &mut Ctx, name: Option<&[u8]>) -> R<bool> {
        let status = loaded(this, ctx, READING)?.next(name);
        Ok(moved(ctx, status)? > 0)
    }
    #[php("public either function open(string $uri, ?string $encoding = null, int $flags = 0)")]
    fn open(
        this: Option<&This<Self>>,
        ctx: &mut Ctx,
        uri: &[u8],
        encoding: Option<&[u8]>,
        flags: i64,
    ) -> R<Value> {
        match open::file(ctx, this, uri, encoding, flags)? {
            Some(r) => open::settle(ctx, this, r),
            None => {
                ctx.warning("Unable to open source data")?;
                Ok(Value::bool(false))
            }
        }
    }
    #[php("public static function fromUri(string $uri, ?string $encoding = null, int $flags = 0): static")]
    fn from_uri(class: Class, ctx: &mut Ctx, uri: &[u8], encoding: Option<&[u8]>, flags: i64) -> R<Object> {
        match open::file(ctx, None, uri, encoding, flags)? {
            Some(r) => open::fresh(ctx, class, r),
            None => Err(ctx.error("Unable to open source data")),
        }
    }
    #[php(
        "public static function fromStream($stream, ?string $encoding = null, int $flags = 0, ?string $documentUri = null): static"
    )]
    fn from_stream(
        class: Class,
        ctx: &mut Ctx,
        stream: &Value,
        encoding: Option<&[u8]>,
        flags: i64,
        document_uri: Option<&[u8]>,
    ) -> R<Object> {
        match open::stream(ctx, stream, encoding, flags, document_uri)? {
            Some(r) => open::fresh(ctx, class, r),
            None => Err(ctx.error("Could not construct libxml reader")),
        }
    }
    #[php("public function readInnerXml(): ~string")]
    fn read_inner_xml(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        content(this, ctx, Reader::inner_xml)
    }
    #[php("public function readOuterXml(): ~string")]
    fn read_outer_xml(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        content(this, ctx, Reader::outer_xml)
    }
    #[php("public function readString(): ~string")]
    fn read_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        content(this, ctx, Reader::string)
    }
    #[php("public function setSchema(?string $filename): ~bool")]
    fn set_schema(this: &This<Self>, ctx: &mut Ctx, filename: Option<&[u8]>) -> R<bool> {
        schema_argument(ctx, filename)?;
        let set = loaded(this, ctx, SCHEMA)?.set_schema(filename);
        schema_set(ctx, set)
    }
    #[php("public function setParserProperty(int $property, bool $value): ~bool")]
    fn set_parser_property(this: &This<Self>, ctx: &mut Ctx, property: i64, value: bool) -> R<bool> {
        match loaded(this, ctx, PROPERTIES)?.set_property(property as i32, value) {
            -1 => Err(ctx.argument_value_error(1, "must be a valid parser property")),
            _ => Ok(true),
        }
    }
    #[php("public function setRelaxNGSchema(?string $filename): ~bool")]
    fn set_relax_ng_schema(this: &This<Self>, ctx: &mut Ctx, filename: Option<&[u8]>) -> R<bool> {
        schema_argument(ctx, filename)?;
        let r = loaded(this, ctx, SCHEMA)?;
        let set = match filename {
            None => r.set_relax_ng(None),
            Some(f) => match open::file_name(ctx, f) {
                Some(f) => r.set_relax_ng(Some(Schema::File(&f))),
                None => Ok(false),
            },
        };
        schema_set(ctx, set)
    }
    #[php("public function setRelaxNGSchemaSource(?string $source): ~bool")]
    fn set_relax_ng_schema_source(this: &This<Self>, ctx: &mut Ctx, source: Option<&[u8]>) -> R<bool> {
        schema_argument(ctx, source)?;
        let set = loaded(this, ctx, SCHEMA)?.set_relax_ng(source.map(Schema::Text));
        schema_set(ctx, set)
    }
    #[php("public either function XML(string $source, ?string $encoding = null, int $flags = 0)")]
    fn xml(
        this: Option<&This<Self>>,
        ctx: &mut Ctx,
        source: &[u8],
        encoding: Option<&[u8]>,
        flags: i64,
    ) -> R<Value> {
        match open::text(ctx, this, source, encoding, flags)? {
            Some(r) => open::settle(ctx, this, r),
            None => {
                ctx.warning("Unable to load source data")?;
                Ok(Value::bool(false))
            }
        }
    }
    #[php(
        "public static function fromString(string $source, ?string $encoding = null, int $flags = 0): static"
    )]
    fn from_string(
        class: Class,
        ctx: &mut Ctx,
        source: &[u8],
        encoding: Option<&[u8]>,
        flags: i64,
    ) -> R<Object> {
        match open::text(ctx, None, source, encoding, flags)? {
            Some(r) => open::fresh(ctx, class, r),
            None => Err(ctx.error("Unable to load source data")),
        }
    }
    #[php("public function expand(?DOMNode $baseNode = null): ~DOMNode|false")]
    fn expand(this: &This<Self>, ctx: &mut Ctx, base_node: Option<&Object>) -> R<Value> {
        const FALSE: Value = Value::bool(false);
        let Some(dom) = dom() else { return Ok(FALSE) };
        let mut base = None;
        if let Some(o) = base_node {
            base = (dom.node)(o);
            if base.is_none() {
                let class: Str = o.class().name();
                ctx.warning(format!("Couldn't fetch {}", class.lossy()))?;
                return Ok(FALSE);
            }
        }
        let r = loaded(this, ctx, "Data must be loaded before expanding")?;
        let doc = base.as_ref().and_then(|(_, doc)| doc.as_ref());
        let expanded = r.expand(doc);
        match moved(ctx, expanded)? {
            None => ctx.warning("An Error Occurred while expanding")?,
            Some(None) => ctx.notice("Cannot expand this node type")?,
            Some(Some(node)) => return (dom.object)(ctx, node, doc).map(Value::from),
        }
        Ok(FALSE)
    }
}
