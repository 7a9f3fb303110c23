//! XPath expressions, and functions of PHP in them.

use crate::error::{Code, throw, throw_text};
use crate::list::{self, Source};
use crate::place::{self, At, at};
use crate::{args, namespace};
use core::cell::{Cell, RefCell};
use howdah_libxml2::{Found, Invocation, Item, XPath, names};
use plugin_api::{
    Args, Array, Callable, Ctx, GcRoots, Object, R, Str, This, Value, Visitor, php_class, php_methods,
};
use std::collections::HashMap;
use std::rc::Rc;

/// Functions of PHP's own namespace, by what may be called.
#[derive(Default)]
enum Known {
    /// `registerPhpFunctions()` was not called.
    #[default]
    None,
    /// All functions of PHP.
    All,
    /// Those that are named.
    Named,
}

/// What an expression may call.
#[derive(Default)]
struct Functions {
    known: Cell<Known>,
    /// By namespace and name.
    named: RefCell<HashMap<(Vec<u8>, Vec<u8>), Rc<Callable>>>,
    /// Values that were passed to functions, kept while results may name their nodes.
    kept: RefCell<Vec<Value>>,
}

impl Clone for Known {
    fn clone(&self) -> Known {
        *self
    }
}
impl Copy for Known {}

/// The payload of `DOMXPath` and `Dom\XPath`.
#[derive(Default)]
pub struct Evaluator {
    xpath: Option<Rc<XPath>>,
    functions: Rc<Functions>,
    at: Option<At>,
    /// `registerNodeNamespaces`
    prefixes: bool,
}

impl GcRoots for Evaluator {
    fn visit(&mut self, v: &mut Visitor) {
        if let Ok(mut kept) = self.functions.kept.try_borrow_mut() {
            kept.iter_mut().for_each(|k| k.visit(v));
        }
        if let Ok(mut named) = self.functions.named.try_borrow_mut() {
            for callable in named.values_mut() {
                if let Some(c) = Rc::get_mut(callable) {
                    c.visit(v);
                }
            }
        }
    }
}

/// `DOMXPath`
#[derive(Default, GcRoots)]
#[php_class(
    "class DOMXPath",
    "public virtual DOMDocument $document",
    "public virtual bool $registerNodeNamespaces",
    handlers(read_prop, write_prop, has_prop, unset_prop, properties),
    flags(uncloneable, not_serializable)
)]
pub struct DOMXPath(Evaluator);

#[php_methods(
    "public function __construct(DOMDocument $document, bool $registerNodeNS = true)" => crate::xpath::construct,
    "public function evaluate(string $expression, ?DOMNode $contextNode = null, bool $registerNodeNS = true): ~mixed" => crate::xpath::evaluate,
    "public function query(string $expression, ?DOMNode $contextNode = null, bool $registerNodeNS = true): ~mixed" => crate::xpath::query,
    "public function registerNamespace(string $prefix, string $namespace): ~bool" => crate::xpath::register_namespace,
    "public function registerPhpFunctions(array|string|null $restrict = null): ~void" => crate::xpath::register_php_functions,
    "public function registerPhpFunctionNS(string $namespaceURI, string $name, callable $callable): void" => crate::xpath::register_php_function_ns,
)]
impl DOMXPath {
    #[php("public static function quote(string $str): string")]
    fn quote(ctx: &mut Ctx, str: &[u8]) -> R<Vec<u8>> {
        quote(ctx, str)
    }
}

/// A text as a literal of XPath, which has no escapes.
pub fn quote(ctx: &mut Ctx, text: &[u8]) -> R<Vec<u8>> {
    if text.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    if !text.contains(&b'\'') {
        return Ok([b"'", text, b"'"].concat());
    }
    if !text.contains(&b'"') {
        return Ok([b"\"", text, b"\""].concat());
    }
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let until = |q: u8| rest.iter().position(|&c| c == q).unwrap_or(rest.len());
        let (single, double) = (until(b'\''), until(b'"'));
        let (mark, len) = if single > double { (b"'", single) } else { (b"\"", double) };
        parts.push([mark, &rest[..len], mark].concat());
        rest = &rest[len..];
    }
    Ok([b"concat(".as_slice(), &parts.join(&b","[..]), b")"].concat())
}

/// Runs `f` on the payload of an object of either class.
pub fn with<T>(o: &Object, f: impl FnOnce(&mut Evaluator) -> T) -> Option<T> {
    if let Some(this) = This::<DOMXPath>::of(o) {
        return this.with(|p| f(&mut p.0));
    }
    This::<ModernXPath>::of(o)?.with(|p| f(&mut p.0))
}

/// `Dom\XPath`
#[derive(Default, GcRoots)]
#[php_class(
    "final class Dom\\XPath",
    "public virtual Dom\\Document $document",
    "public virtual bool $registerNodeNamespaces",
    handlers(read_prop, write_prop, has_prop, unset_prop, properties),
    flags(uncloneable, not_serializable)
)]
pub struct ModernXPath(Evaluator);

#[php_methods(
    "public function __construct(Dom\\Document $document, bool $registerNodeNS = true)" => crate::xpath::construct,
    "public function evaluate(string $expression, ?Dom\\Node $contextNode = null, bool $registerNodeNS = true): Dom\\NodeList|string|float|bool|null" => crate::xpath::evaluate,
    "public function query(string $expression, ?Dom\\Node $contextNode = null, bool $registerNodeNS = true): Dom\\NodeList" => crate::xpath::query,
    "public function registerNamespace(string $prefix, string $namespace): bool" => crate::xpath::register_namespace,
    "public function registerPhpFunctions(array|string|null $restrict = null): void" => crate::xpath::register_php_functions,
    "public function registerPhpFunctionNS(string $namespaceURI, string $name, callable $callable): void" => crate::xpath::register_php_function_ns,
)]
impl ModernXPath {
    #[php("public static function quote(string $str): string")]
    fn quote(ctx: &mut Ctx, str: &[u8]) -> R<Vec<u8>> {
        quote(ctx, str)
    }
}

/// `new DOMXPath()`
pub fn construct(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let document: &Object = args.arg(ctx, 0)?;
    let prefixes = args::flag(args, 1, true);
    let at = at(ctx, document)?;
    let Some(mut xpath) = at.doc.as_ref().and_then(XPath::new) else {
        return Err(throw(ctx, Code::InvalidState));
    };
    let functions = Rc::new(Functions::default());
    let (context, known) = (at.clone(), Rc::downgrade(&functions));
    xpath.serve(Box::new(move |call| {
        let functions = known.upgrade()?;
        Ctx::current(|ctx| {
            if ctx.pending().is_err() {
                return None;
            }
            // What is thrown stays pending for whoever evaluates.
            invoke(ctx, &context, &functions, call).ok()
        })
        .flatten()
    }));
    xpath.add_function(crate::PHP_XPATH, b"function");
    xpath.add_function(crate::PHP_XPATH, b"functionString");
    let made = Evaluator { xpath: Some(Rc::new(xpath)), functions, at: Some(at), prefixes };
    let before = with(this, |e| core::mem::replace(e, made));
    drop(before);
    Ok(Value::NULL)
}

fn item(ctx: &mut Ctx, at: &At, item: Item) -> R<Value> {
    match item {
        Item::Node(n) => at.object(ctx, n),
        Item::Namespace { element, prefix, uri } => {
            namespace::object(ctx, at, element, &uri, prefix.as_deref())
        }
    }
}

fn argument(ctx: &mut Ctx, at: &At, found: Found) -> R<Value> {
    Ok(match found {
        Found::Nodes(all) => {
            let mut list = Array::new();
            for n in all {
                list.push(item(ctx, at, n)?);
            }
            list.into()
        }
        Found::Bool(b) => Value::bool(b),
        Found::Number(n) => Value::float(n),
        Found::Text(t) => Value::str(t),
        Found::Other => Value::str(""),
    })
}

fn invoke(ctx: &mut Ctx, at: &At, functions: &Functions, call: Invocation) -> R<Found> {
    let mut given = call.args.into_iter();
    let own = call.uri == crate::PHP_XPATH;
    let name = if own {
        match given.next() {
            None => return Err(ctx.error("Function name must be passed as the first argument")),
            Some(Found::Text(t)) => t,
            Some(_) => return Err(ctx.type_error("Handler name must be a string")),
        }
    } else {
        call.name
    };
    let mut args = Vec::new();
    for g in given {
        args.push(argument(ctx, at, g)?);
    }
    let nodes = args.iter().filter(|v| v.as_object().is_some() || v.as_array().is_some()).cloned();
    functions.kept.borrow_mut().extend(nodes);
    let known = if own { functions.known.get() } else { Known::Named };
    let answer = match known {
        Known::None => return Err(ctx.error("No callbacks were registered")),
        Known::All => Value::str(&name).call(ctx, &args)?,
        Known::Named => {
            let callable = functions.named.borrow().get(&(call.uri, name.clone())).cloned();
            match callable {
                Some(c) => c.call(ctx, &args)?,
                None => {
                    let name = String::from_utf8_lossy(&name).into_owned();
                    return Err(ctx.error(format!("No callback handler \"{name}\" registered")));
                }
            }
        }
    };
    if let Some(o) = answer.as_object() {
        return match place::find(o).filter(|n| n.modern == at.modern) {
            Some(n) => {
                functions.kept.borrow_mut().push(answer.clone());
                Ok(Found::Nodes(vec![Item::Node(n.node)]))
            }
            None => Err(ctx.type_error(
                "Only objects that are instances of DOM nodes can be converted to an XPath expression",
            )),
        };
    }
    Ok(match answer.kind() {
        plugin_api::Kind::Bool(b) => Found::Bool(b),
        _ => Found::Text(answer.to_str(ctx)?.to_vec()),
    })
}

fn context(ctx: &mut Ctx, this: &Object) -> R<(Rc<XPath>, Rc<Functions>, At, bool)> {
    let parts = with(this, |e| Some((e.xpath.clone()?, e.functions.clone(), e.at.clone()?, e.prefixes)));
    match parts.flatten() {
        Some(p) => Ok(p),
        None => Err(ctx.error("Invalid XPath Context")),
    }
}

/// `registerNamespace()`
pub fn register_namespace(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (prefix, uri): (&[u8], &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let (xpath, ..) = context(ctx, this)?;
    Ok(Value::bool(xpath.register(prefix, uri)))
}

fn run(this: &Object, ctx: &mut Ctx, args: &Args<'_>, only_nodes: bool) -> R<Value> {
    let (expression, given): (&[u8], Option<&Object>) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let (xpath, functions, at, prefixes) = context(ctx, this)?;
    let prefixes = args::flag(args, 2, prefixes);
    let node = match given {
        Some(o) => Some(place::at(ctx, o)?),
        None => None,
    };
    let start = node.as_ref().map(|n| n.node).or_else(|| at.node.root_element());
    if start.is_some_and(|n| n.doc() != at.node.doc()) {
        return Err(ctx.error("Node from wrong document"));
    }
    let found = if prefixes && at.modern {
        let list = start.map(|n| crate::spec::in_force(&at, n)).unwrap_or_default();
        xpath.evaluate_in(expression, start, &list)
    } else {
        xpath.evaluate(expression, start, prefixes)
    };
    ctx.pending()?;
    let Some(found) = found else {
        if at.modern {
            return Err(ctx.error("Could not evaluate XPath expression"));
        }
        return Ok(Value::bool(false));
    };
    let nodes = match found {
        Found::Nodes(all) => all,
        _ if only_nodes => Vec::new(),
        Found::Bool(b) => return Ok(Value::bool(b)),
        Found::Number(n) => return Ok(Value::float(n)),
        Found::Text(t) => return Ok(Value::str(t)),
        Found::Other => return Ok(Value::NULL),
    };
    let mut list = Array::new();
    for n in nodes {
        if at.modern && matches!(n, Item::Namespace { .. }) {
            let text = "The namespace axis is not well-defined in the living DOM specification. Use Dom\\Element::getInScopeNamespaces() or Dom\\Element::getDescendantNamespaces() instead.";
            return Err(throw_text(ctx, Code::NotSupported, text));
        }
        list.push(item(ctx, &at, n)?);
    }
    drop(functions);
    list::make(ctx, Source::Set(list), at.modern)
}

/// `query()`
pub fn query(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    run(this, ctx, args, true)
}

/// `evaluate()`
pub fn evaluate(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    run(this, ctx, args, false)
}

fn functions(this: &Object) -> Rc<Functions> {
    with(this, |e| e.functions.clone()).unwrap_or_default()
}

fn is_callback_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.contains(&0)
}

/// Adds a function, or says why it is none.
fn add(ctx: &mut Ctx, to: &Functions, name: &[u8], f: &Value, text: &str) -> R<()> {
    match ctx.callable(f)? {
        Some(c) => {
            let key = (crate::PHP_XPATH.to_vec(), name.to_vec());
            let before = to.named.borrow_mut().insert(key, Rc::new(c));
            drop(before);
            Ok(())
        }
        None => {
            let (_, _, why) = f.callable_info(ctx, false);
            let why = why.as_str().map(|s| s.lossy().into_owned()).unwrap_or_default();
            Err(ctx.argument_type_error(1, format!("{text}, {why}")))
        }
    }
}

/// `registerPhpFunctions()`
pub fn register_php_functions(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let functions = functions(this);
    let restrict = args.get(0).map(Value::dereferenced).unwrap_or_default();
    match restrict.kind() {
        plugin_api::Kind::Array(list) => {
            for (key, f) in list.iter() {
                let text = "must be an array with valid callbacks as values";
                if !f.is_callable(ctx) {
                    add(ctx, &functions, b"", f, text)?;
                }
                let name: Str = match key.to_value().as_str() {
                    Some(k) => k.clone(),
                    None => f.to_str(ctx)?,
                };
                if !is_callback_name(&name) {
                    let text = "must be an array containing valid callback names";
                    return Err(ctx.argument_value_error(1, text));
                }
                add(ctx, &functions, &name, f, text)?;
            }
            functions.known.set(Known::Named);
        }
        plugin_api::Kind::Str(name) => {
            if !is_callback_name(name) {
                return Err(ctx.argument_value_error(1, "must be a valid callback name"));
            }
            add(ctx, &functions, name, &restrict, "must be a callable")?;
            functions.known.set(Known::Named);
        }
        _ => functions.known.set(Known::All),
    }
    Ok(Value::NULL)
}

/// `registerPhpFunctionNS()`
pub fn register_php_function_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name) = (args::path(ctx, args, 0)?, args::path(ctx, args, 1)?);
    let f: &Value = args.arg(ctx, 2)?;
    if uri == crate::PHP_XPATH {
        let text = "must not be \"http://php.net/xpath\" because it is reserved by PHP";
        return Err(ctx.argument_value_error(1, text));
    }
    if !names::is_local(name) {
        return Err(ctx.argument_value_error(2, "must be a valid callback name"));
    }
    let (xpath, functions, ..) = context(ctx, this)?;
    if let Some(c) = ctx.callable(f)? {
        let before = functions.named.borrow_mut().insert((uri.to_vec(), name.to_vec()), Rc::new(c));
        drop(before);
        xpath.add_function(uri, name);
    }
    Ok(Value::NULL)
}

fn read(this: &Object, ctx: &mut Ctx, name: &[u8]) -> R<Option<Value>> {
    match name {
        b"document" => match with(this, |e| e.at.clone()).flatten() {
            Some(at) => at.object(ctx, at.node).map(Some),
            None => Err(throw(ctx, Code::InvalidState)),
        },
        b"registerNodeNamespaces" => {
            Ok(Some(Value::bool(with(this, |e| e.prefixes || e.xpath.is_none()).unwrap_or(true))))
        }
        _ => Ok(None),
    }
}

/// Handlers of both classes.
macro_rules! xpath_handlers {
    ($class:ty) => {
        impl plugin_api::Handlers for $class {
            fn read_prop(
                this: &This<Self>,
                ctx: &mut Ctx,
                name: &Str,
                _: plugin_api::PropMode,
            ) -> R<Option<Value>> {
                read(this, ctx, name)
            }
            fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, value: &Value) -> R<bool> {
                match &**name {
                    b"document" => {
                        let class = this.class().name().lossy().into_owned();
                        Err(ctx.error(format!("Cannot modify readonly property {class}::$document")))
                    }
                    b"registerNodeNamespaces" => {
                        let prop = "registerNodeNamespaces";
                        let v = crate::props::convert(ctx, this, prop, crate::props::Takes::Bool, value)?;
                        with(this, |e| e.prefixes = v.to_bool());
                        Ok(true)
                    }
                    _ => Ok(false),
                }
            }
            fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
                if mode == 2 {
                    return Ok(matches!(&**name, b"document" | b"registerNodeNamespaces").then_some(true));
                }
                Ok(read(this, ctx, name)?.map(|v| if mode == 1 { v.to_bool() } else { !v.is_null() }))
            }
            fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
                if !matches!(&**name, b"document" | b"registerNodeNamespaces") {
                    return Ok(false);
                }
                let class = this.class().name().lossy().into_owned();
                Err(ctx.error(format!("Cannot unset {class}::${}", name.lossy())))
            }
            fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
                if purpose != plugin_api::abi::prop_purpose::DEBUG {
                    return Ok(None);
                }
                let mut out = this.object().properties(ctx)?;
                // What cannot be read is left out, its exception told after the rest is shown.
                if read(this, ctx, b"document").is_ok() {
                    out.set("document", Value::str(crate::props::OMITTED));
                }
                out.set(
                    "registerNodeNamespaces",
                    read(this, ctx, b"registerNodeNamespaces")?.unwrap_or_default(),
                );
                Ok(Some(out))
            }
        }
    };
}

xpath_handlers!(DOMXPath);
xpath_handlers!(ModernXPath);
