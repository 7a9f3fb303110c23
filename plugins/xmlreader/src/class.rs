//! The class `XMLReader` and its properties, which are what the reader says of the node it stands at.

use howdah_libxml2::Reader;
use plugin_api::abi::prop_purpose;
use plugin_api::{Array, Ctx, GcRoots, Handlers, PropMode, R, Str, This, Value, Visitor, php_class};
use std::rc::Rc;

/// The payload of `XMLReader`.
#[derive(Default)]
#[php_class(
    "class XMLReader",
    "public const int NONE = 0",
    "public const int ELEMENT = 1",
    "public const int ATTRIBUTE = 2",
    "public const int TEXT = 3",
    "public const int CDATA = 4",
    "public const int ENTITY_REF = 5",
    "public const int ENTITY = 6",
    "public const int PI = 7",
    "public const int COMMENT = 8",
    "public const int DOC = 9",
    "public const int DOC_TYPE = 10",
    "public const int DOC_FRAGMENT = 11",
    "public const int NOTATION = 12",
    "public const int WHITESPACE = 13",
    "public const int SIGNIFICANT_WHITESPACE = 14",
    "public const int END_ELEMENT = 15",
    "public const int END_ENTITY = 16",
    "public const int XML_DECLARATION = 17",
    "public const int LOADDTD = 1",
    "public const int DEFAULTATTRS = 2",
    "public const int VALIDATE = 3",
    "public const int SUBST_ENTITIES = 4",
    "public virtual int $attributeCount",
    "public virtual string $baseURI",
    "public virtual int $depth",
    "public virtual bool $hasAttributes",
    "public virtual bool $hasValue",
    "public virtual bool $isDefault",
    "public virtual bool $isEmptyElement",
    "public virtual string $localName",
    "public virtual string $name",
    "public virtual string $namespaceURI",
    "public virtual int $nodeType",
    "public virtual string $prefix",
    "public virtual string $value",
    "public virtual string $xmlLang",
    handlers(read_prop, write_prop, has_prop, unset_prop, properties),
    flags(uncloneable)
)]
pub struct XMLReader {
    /// What reads, once something was opened. Calls that run hold a share: `close()` within one ends it later.
    pub reader: Option<Rc<Reader>>,
}

impl GcRoots for XMLReader {
    fn visit(&mut self, _: &mut Visitor) {}
}

/// How a property is asked for.
enum Ask {
    Int(fn(&Reader) -> i32),
    Bool(fn(&Reader) -> i32),
    Text(fn(&Reader) -> Vec<u8>),
}

const PROPERTIES: [(&str, Ask); 14] = [
    ("attributeCount", Ask::Int(Reader::attribute_count)),
    ("baseURI", Ask::Text(Reader::base_uri)),
    ("depth", Ask::Int(Reader::depth)),
    ("hasAttributes", Ask::Bool(Reader::has_attributes)),
    ("hasValue", Ask::Bool(Reader::has_value)),
    ("isDefault", Ask::Bool(Reader::is_default)),
    ("isEmptyElement", Ask::Bool(Reader::is_empty_element)),
    ("localName", Ask::Text(Reader::local_name)),
    ("name", Ask::Text(Reader::name)),
    ("namespaceURI", Ask::Text(Reader::namespace_uri)),
    ("nodeType", Ask::Int(Reader::node_type)),
    ("prefix", Ask::Text(Reader::prefix)),
    ("value", Ask::Text(Reader::value)),
    ("xmlLang", Ask::Text(Reader::lang)),
];

fn property(name: &[u8]) -> Option<&'static Ask> {
    PROPERTIES.iter().find(|(n, _)| n.as_bytes() == name).map(|(_, ask)| ask)
}

/// The reader of an object, if something was opened.
pub fn reader(this: &This<XMLReader>, ctx: &mut Ctx) -> R<Option<Rc<Reader>>> {
    Ok(this.borrow(ctx)?.reader.clone())
}

impl Ask {
    fn value(&self, ctx: &mut Ctx, reader: Option<&Reader>) -> R<Value> {
        let number = |ctx: &mut Ctx, f: fn(&Reader) -> i32| match reader.map_or(0, f) {
            -1 => Err(ctx.error("Failed to read property because no XML data has been read yet")),
            n => Ok(n),
        };
        Ok(match self {
            Ask::Int(f) => Value::int(number(ctx, *f)?.into()),
            Ask::Bool(f) => Value::bool(number(ctx, *f)? != 0),
            Ask::Text(f) => Value::str(reader.map_or_else(Vec::new, f)),
        })
    }
}

fn shown(this: &This<XMLReader>, name: &Str) -> String {
    format!("{}::${}", this.object().class().name().lossy(), name.lossy())
}

impl Handlers for XMLReader {
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
        let Some(ask) = property(name) else { return Ok(None) };
        let reader = reader(this, ctx)?;
        ask.value(ctx, reader.as_deref()).map(Some)
    }
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        if property(name).is_none() {
            return Ok(false);
        }
        Err(ctx.error(format!("Cannot modify readonly property {}", shown(this, name))))
    }
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        const NOT_EMPTY: u32 = 1;
        const EXISTS: u32 = 2;
        let Some(ask) = property(name) else { return Ok(None) };
        if mode == EXISTS {
            return Ok(Some(true));
        }
        let reader = reader(this, ctx)?;
        let value = ask.value(ctx, reader.as_deref())?;
        Ok(Some(mode != NOT_EMPTY || value.to_bool()))
    }
    fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
        if property(name).is_none() {
            return Ok(false);
        }
        Err(ctx.error(format!("Cannot unset {}", shown(this, name))))
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose != prop_purpose::DEBUG {
            return Ok(None);
        }
        let mut all = this.object().properties(ctx)?;
        let reader = reader(this, ctx)?;
        for (name, ask) in &PROPERTIES {
            // What cannot be read is left out; its Error stays pending for who shows the rest.
            if let Ok(v) = ask.value(ctx, reader.as_deref()) {
                all.set(*name, v);
            }
        }
        Ok(Some(all))
    }
}
