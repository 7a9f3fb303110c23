//! The class `XMLParser`: a parser with its handlers.

use crate::structure::Structure;
use howdah_libxml2::sax::{Event, Pushed};
use plugin_api::{
    Array, Callable, Comparison, Ctx, GcRoots, Handlers, Kind, Object, R, This, Value, Visitor, php_class,
    php_methods,
};
use std::rc::Rc;

/// The handlers, in the order of [`Parser::handlers`].
#[derive(Clone, Copy)]
#[repr(usize)]
pub enum On {
    /// An element begins.
    Start,
    /// An element ends.
    End,
    /// Text.
    Text,
    /// A processing instruction.
    Instruction,
    /// What is left.
    Default,
    /// An unparsed entity is declared.
    Unparsed,
    /// A notation is declared.
    Notation,
    /// An external entity is referred to.
    External,
    /// A namespace comes into force.
    Namespace,
    /// A namespace goes out of force, which libxml2 never tells.
    NamespaceEnd,
}

/// The functions that set the handlers.
const SETTERS: [&str; 10] = [
    "xml_set_element_handler()",
    "xml_set_element_handler()",
    "xml_set_character_data_handler()",
    "xml_set_processing_instruction_handler()",
    "xml_set_default_handler()",
    "xml_set_unparsed_entity_decl_handler()",
    "xml_set_notation_decl_handler()",
    "xml_set_external_entity_ref_handler()",
    "xml_set_start_namespace_decl_handler()",
    "xml_set_end_namespace_decl_handler()",
];

/// Who is called.
#[derive(Clone)]
pub enum Handler {
    /// What can be called.
    Callable(Rc<Callable>),
    /// A method of the object that `xml_set_object()` named.
    Method(Object, String),
}

/// The payload of `XMLParser`.
#[derive(Default)]
pub struct Parser {
    /// libxml2's parser; `None` before `xml_parser_create()` made one.
    pub pushed: Option<Rc<Pushed>>,
    /// The encoding of what handlers get.
    pub target: Encoding,
    /// Whether names are given in capitals.
    pub folding: bool,
    /// Whether texts of nothing but white space are left out of structures.
    pub skip_white: bool,
    /// Whether libxml2's limits are lifted.
    pub huge: bool,
    /// How many bytes of names are left out.
    pub skip: usize,
    /// Whether it is parsing.
    pub parsing: bool,
    /// The object whose methods are handlers.
    pub object: Option<Object>,
    /// The structure that is made.
    pub structure: Option<Structure>,
    handlers: [Option<Handler>; 10],
}

impl GcRoots for Parser {
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(o) = &mut self.object {
            o.visit(v);
        }
        for handler in self.handlers.iter_mut().flatten() {
            match handler {
                Handler::Callable(c) => {
                    if let Some(c) = Rc::get_mut(c) {
                        c.visit(v);
                    }
                }
                Handler::Method(o, _) => o.visit(v),
            }
        }
    }
}

/// The encodings that handlers may get.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// ISO-8859-1
    Latin1,
    /// US-ASCII
    Ascii,
    /// UTF-8
    #[default]
    Utf8,
}

impl Encoding {
    /// The encoding of a name, in any case.
    pub fn of(name: &[u8]) -> Option<Encoding> {
        [Encoding::Latin1, Encoding::Ascii, Encoding::Utf8]
            .into_iter()
            .find(|e| name.eq_ignore_ascii_case(e.name().as_bytes()))
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Latin1 => "ISO-8859-1",
            Encoding::Ascii => "US-ASCII",
            Encoding::Utf8 => "UTF-8",
        }
    }
    /// A text of UTF-8 in this encoding.
    pub fn encode(self, text: &[u8]) -> Vec<u8> {
        let last = match self {
            Encoding::Utf8 => return text.to_vec(),
            Encoding::Latin1 => '\u{FF}',
            Encoding::Ascii => '\u{7F}',
        };
        let text = String::from_utf8_lossy(text);
        text.chars().map(|c| if c <= last { u8::try_from(c).unwrap_or(b'?') } else { b'?' }).collect()
    }
}

/// `XMLParser`
#[derive(Default, GcRoots)]
#[php_class(
    "final class XMLParser",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable)
)]
pub struct XMLParser(pub Parser);

#[php_methods]
impl XMLParser {}

impl Handlers for XMLParser {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let text =
            "Cannot directly construct XMLParser, use xml_parser_create() or xml_parser_create_ns() instead";
        Err(ctx.error(text))
    }
    fn compare(_: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        Ok(if a.identical(b) { Comparison::Equal } else { Comparison::Uncomparable })
    }
}

/// Works with a parser; nothing that is called may come back to it.
pub fn with<T>(o: &Object, f: impl FnOnce(&mut Parser) -> T) -> R<T>
where
    T: Default,
{
    Ok(This::<XMLParser>::of(o).and_then(|t| t.with(|p| f(&mut p.0))).unwrap_or_default())
}

/// Sets a handler.
pub fn set(o: &Object, on: On, handler: Option<Handler>) -> R<()> {
    let before = with(o, |p| core::mem::replace(&mut p.handlers[on as usize], handler))?;
    drop(before);
    Ok(())
}

/// What a value that shall be a handler is; `n` counts from 1.
pub fn handler(ctx: &mut Ctx, parser: &Object, v: &Value, n: u32) -> R<Option<Handler>> {
    if matches!(v.kind(), Kind::Null) {
        return Ok(None);
    }
    if let Some(c) = ctx.callable(v)? {
        return Ok(Some(Handler::Callable(Rc::new(c))));
    }
    let Some(name) = v.as_str() else {
        return Err(ctx.argument_type_error(n, "must be of type callable|string|null"));
    };
    let name = name.lossy().into_owned();
    ctx.deprecated("Passing non-callable strings is deprecated since 8.4")?;
    if name.is_empty() {
        return Ok(None);
    }
    let Some(object) = with(parser, |p| p.object.clone())? else {
        let text = "an object must be set via xml_set_object() to be able to lookup method";
        return Err(ctx.argument_value_error(n, text));
    };
    if object.class().method_class(&name.to_ascii_lowercase()).is_none() {
        let class = object.class().name().lossy().into_owned();
        return Err(ctx.argument_value_error(n, format!("method {class}::{name}() does not exist")));
    }
    Ok(Some(Handler::Method(object, name)))
}

/// Names the object whose methods are handlers, those that are set included.
pub fn set_object(ctx: &mut Ctx, parser: &Object, object: &Object) -> R<()> {
    for (i, setter) in SETTERS.iter().enumerate() {
        let now = with(parser, |p| p.handlers[i].clone())?;
        let Some(Handler::Method(_, name)) = now else { continue };
        if object.class().method_class(&name.to_ascii_lowercase()).is_none() {
            let class = object.class().name().lossy().into_owned();
            let text = format!(
                "cannot safely swap to object of class {class} as method \"{name}\" does not exist, which was set via {setter}"
            );
            return Err(ctx.argument_value_error(2, text));
        }
        let next = Some(Handler::Method(object.clone(), name));
        let before = with(parser, |p| core::mem::replace(&mut p.handlers[i], next))?;
        drop(before);
    }
    let before = with(parser, |p| p.object.replace(object.clone()))?;
    drop(before);
    Ok(())
}

/// What all events have at hand.
struct Telling<'a> {
    parser: &'a Object,
    target: Encoding,
    folding: bool,
    skip: usize,
}

impl Telling<'_> {
    fn text(&self, text: &[u8]) -> Value {
        Value::str(self.target.encode(text))
    }
    fn maybe(&self, text: Option<&[u8]>) -> Value {
        text.map_or(Value::bool(false), |t| self.text(t))
    }
    /// A name in the manner that was asked for, all of it.
    fn name(&self, name: &[u8]) -> Vec<u8> {
        let mut name = self.target.encode(name);
        if self.folding {
            name.make_ascii_uppercase();
        }
        name
    }
    fn skipped<'n>(&self, name: &'n [u8]) -> &'n [u8] {
        name.get(self.skip..).unwrap_or_default()
    }
    fn call(&self, ctx: &mut Ctx, on: On, args: impl IntoIterator<Item = Value>) -> R<Option<Value>> {
        let Some(handler) = with(self.parser, |p| p.handlers[on as usize].clone())? else { return Ok(None) };
        let mut all = vec![Value::from(self.parser.clone())];
        all.extend(args);
        let answer = match handler {
            Handler::Callable(c) => c.call(ctx, &all)?,
            Handler::Method(o, name) => o.call(ctx, &name, &all)?,
        };
        Ok(Some(answer))
    }
    /// Changes the structure that is made, if one is.
    fn structure(&self, f: impl FnOnce(&mut Structure) -> bool, ctx: &mut Ctx) -> R<()> {
        let good = with(self.parser, |p| Some(p.structure.as_mut().is_none_or(f)))?;
        if good == Some(false) {
            ctx.warning("Maximum depth exceeded - Results truncated")?;
        }
        Ok(())
    }
}

/// Calls the handler of an event; the answer is what the parser wants to know.
fn tell(ctx: &mut Ctx, parser: &Object, event: Event<'_>) -> R<bool> {
    ctx.pending()?;
    let manner = with(parser, |p| Some((p.target, p.folding, p.skip, p.skip_white)))?;
    let Some((target, folding, skip, skip_white)) = manner else { return Ok(false) };
    let t = Telling { parser, target, folding, skip };
    match event {
        Event::Start(name, attributes) => {
            let name = t.name(name);
            let mut list = Array::new();
            for (name, value) in &attributes {
                list.set(t.name(name).as_slice(), t.text(value));
            }
            let some = (!attributes.is_empty()).then(|| list.clone());
            t.call(ctx, On::Start, [Value::str(t.skipped(&name)), list.into()])?;
            let shown = t.skipped(&name).to_vec();
            t.structure(|s| s.open(shown, some), ctx)?;
        }
        Event::End(name) => {
            let name = t.name(name);
            t.call(ctx, On::End, [Value::str(t.skipped(&name))])?;
            let shown = t.skipped(&name).to_vec();
            t.structure(|s| s.close(shown), ctx)?;
        }
        Event::Text(text) => {
            t.call(ctx, On::Text, [t.text(text)])?;
            let text = t.target.encode(text);
            t.structure(|s| s.text(&text, skip_white), ctx)?;
        }
        Event::Instruction(target, data) => {
            t.call(ctx, On::Instruction, [t.text(target), t.maybe(data)])?;
        }
        Event::Default(text) => {
            t.call(ctx, On::Default, [t.text(text)])?;
        }
        Event::Unparsed(name, system, public, notation) => {
            let args =
                [t.text(name), Value::bool(false), t.maybe(system), t.maybe(public), t.maybe(notation)];
            t.call(ctx, On::Unparsed, args)?;
        }
        Event::Notation(name, system, public) => {
            let args = [t.text(name), Value::bool(false), t.maybe(system), t.maybe(public)];
            t.call(ctx, On::Notation, args)?;
        }
        Event::External(name, system, public) => {
            let args = [t.text(name), Value::str(""), t.maybe(system), t.maybe(public)];
            let answer = t.call(ctx, On::External, args)?;
            return Ok(answer.is_some_and(|v| v.to_int() != 0));
        }
        Event::Namespace(prefix, uri) => {
            t.call(ctx, On::Namespace, [t.maybe(prefix), t.maybe(uri)])?;
        }
    }
    Ok(true)
}

/// Parses a piece; whether all was well.
pub fn parse(ctx: &mut Ctx, parser: &Object, piece: &[u8], last: bool) -> R<bool> {
    let parts = with(parser, |p| {
        p.parsing = true;
        p.pushed.clone().map(|pushed| (pushed, p.huge))
    })?;
    let Some((pushed, huge)) = parts else { return Ok(false) };
    // What is thrown stays pending.
    let good = pushed.parse(piece, last, huge, &mut |event| tell(ctx, parser, event).unwrap_or(false));
    with(parser, |p| p.parsing = false)?;
    ctx.pending()?;
    Ok(good)
}
