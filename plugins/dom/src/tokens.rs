//! `Dom\TokenList`

use crate::error::{Code, throw_text};
use crate::place::At;
use plugin_api::{
    Args, Array, Ctx, GcRoots, NativeIter, Object, PropMode, R, Str, This, Value, Visitor, php_class,
    php_methods,
};

/// The payload of `Dom\TokenList`: the element whose `class` it is.
#[derive(Default)]
#[php_class(
    "final class Dom\\TokenList implements IteratorAggregate, Countable",
    "public virtual int $length",
    "public virtual string $value",
    handlers(
        read_prop,
        write_prop,
        has_prop,
        unset_prop,
        properties,
        read_dim,
        has_dim,
        count,
        get_iterator
    ),
    flags(uncloneable, not_serializable)
)]
pub struct TokenList(pub Option<At>);

impl GcRoots for TokenList {
    fn visit(&mut self, _: &mut Visitor) {}
}

#[php_methods(
    "private function __construct()" => crate::modern::not_called,
    "public function item(int $index): ?string" => crate::tokens::item,
    "public function contains(string $token): bool" => crate::tokens::contains,
    "public function add(string ...$tokens): void" => crate::tokens::add,
    "public function remove(string ...$tokens): void" => crate::tokens::remove,
    "public function toggle(string $token, ?bool $force = null): bool" => crate::tokens::toggle,
    "public function replace(string $token, string $newToken): bool" => crate::tokens::replace,
    "public function supports(string $token): bool" => crate::tokens::supports,
    "public function count(): int" => crate::tokens::count,
    "public function getIterator(): Iterator" => crate::tokens::get_iterator,
)]
impl TokenList {}

/// The white space of HTML.
pub fn is_space(c: &u8) -> bool {
    matches!(c, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn place(o: &Object) -> Option<At> {
    This::<TokenList>::of(o)?.with(|p| p.0.clone()).flatten()
}

fn value(o: &Object) -> Vec<u8> {
    place(o).and_then(|at| at.node.plain_attribute(b"class")).unwrap_or_default()
}

fn tokens(o: &Object) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    for t in value(o).split(is_space).filter(|t| !t.is_empty()) {
        if !out.iter().any(|o| o == t) {
            out.push(t.to_vec());
        }
    }
    out
}

fn update(o: &Object, tokens: &[Vec<u8>]) {
    let Some(at) = place(o) else { return };
    if tokens.is_empty() && at.node.find_attribute(b"class", None).is_none() {
        return;
    }
    at.node.set_attribute_ns(None, b"class", Some(&tokens.join(&b' ')));
}

fn check(ctx: &mut Ctx, token: &[u8]) -> R<()> {
    if token.is_empty() {
        return Err(throw_text(ctx, Code::Syntax, "The empty string is not a valid token"));
    }
    if token.iter().any(is_space) {
        let text = "The token must not contain any ASCII whitespace";
        return Err(throw_text(ctx, Code::InvalidCharacter, text));
    }
    Ok(())
}

fn given(ctx: &mut Ctx, args: &Args<'_>) -> R<Vec<Vec<u8>>> {
    let mut out = Vec::new();
    for (i, v) in args.rest(0).iter().enumerate() {
        let n = i as u32 + 1;
        let Some(s) = v.as_str() else {
            let text = format!("must be of type string, {} given", v.value_name());
            return Err(ctx.argument_type_error(n, text));
        };
        if s.contains(&0) {
            return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
        }
        check(ctx, s)?;
        out.push(s.to_vec());
    }
    Ok(out)
}

/// `item()`
pub fn item(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let index: i64 = args.arg(ctx, 0)?;
    Ok(at_index(this, index))
}

fn at_index(o: &Object, index: i64) -> Value {
    let found = usize::try_from(index).ok().and_then(|i| tokens(o).into_iter().nth(i));
    found.map(Value::str).into()
}

/// `contains()`
pub fn contains(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let token = crate::args::path(ctx, args, 0)?;
    Ok(Value::bool(tokens(this).iter().any(|t| t == token)))
}

/// `add()`
pub fn add(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let given = given(ctx, args)?;
    let mut all = tokens(this);
    for t in given {
        if !all.contains(&t) {
            all.push(t);
        }
    }
    update(this, &all);
    Ok(Value::NULL)
}

/// `remove()`
pub fn remove(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let given = given(ctx, args)?;
    let mut all = tokens(this);
    all.retain(|t| !given.contains(t));
    update(this, &all);
    Ok(Value::NULL)
}

/// `toggle()`
pub fn toggle(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let token = crate::args::path(ctx, args, 0)?;
    let force: Option<bool> = args.arg(ctx, 1)?;
    check(ctx, token)?;
    let mut all = tokens(this);
    let there = all.iter().any(|t| t == token);
    if there {
        if force != Some(true) {
            all.retain(|t| t != token);
            update(this, &all);
            return Ok(Value::bool(false));
        }
        return Ok(Value::bool(true));
    }
    if force == Some(false) {
        return Ok(Value::bool(false));
    }
    all.push(token.to_vec());
    update(this, &all);
    Ok(Value::bool(true))
}

/// `replace()`
pub fn replace(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (old, new) = (crate::args::path(ctx, args, 0)?, crate::args::path(ctx, args, 1)?);
    check(ctx, old)?;
    check(ctx, new)?;
    let mut all = tokens(this);
    let Some(i) = all.iter().position(|t| t == old) else { return Ok(Value::bool(false)) };
    if old != new {
        if all.iter().any(|t| t == new) {
            all.remove(i);
        } else {
            all[i] = new.to_vec();
        }
    }
    update(this, &all);
    Ok(Value::bool(true))
}

/// `supports()`
pub fn supports(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    crate::args::path(ctx, args, 0)?;
    Err(ctx.type_error("Attribute \"class\" does not define any supported tokens"))
}

/// `count()`
pub fn count(this: &Object, _: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::int(tokens(this).len() as i64))
}

/// `getIterator()`
pub fn get_iterator(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Value::iterator_object(ctx, Walk { list: this.clone(), index: 0 })
}

/// An iteration.
#[derive(GcRoots)]
struct Walk {
    list: Object,
    index: i64,
}

impl NativeIter for Walk {
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        self.index = 0;
        Ok(())
    }
    fn valid(&mut self, _: &mut Ctx) -> R<bool> {
        Ok(!at_index(&self.list, self.index).is_null())
    }
    fn current(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(at_index(&self.list, self.index))
    }
    fn key(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(Value::int(self.index))
    }
    fn next(&mut self, _: &mut Ctx) -> R<()> {
        self.index += 1;
        Ok(())
    }
}

/// The number that an offset means.
fn offset(ctx: &mut Ctx, key: &Value, isset: bool) -> R<i64> {
    use plugin_api::Kind;
    match key.kind() {
        Kind::Bool(b) => Ok(b.into()),
        Kind::Resource(r) => {
            let id = r.id();
            ctx.raise_plain(
                plugin_api::Level::Warning,
                format!("Resource ID#{id} used as offset, casting to integer ({id})"),
            )?;
            Ok(id)
        }
        _ => match crate::list::spec_offset(key) {
            Some(Ok(n)) => Ok(n),
            _ => Err(crate::list::illegal(ctx, "Dom\\TokenList", key, isset)),
        },
    }
}

impl plugin_api::Handlers for TokenList {
    fn read_prop(this: &This<Self>, _: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
        Ok(match &**name {
            b"length" => Some(Value::int(tokens(this).len() as i64)),
            b"value" => Some(Value::str(value(this))),
            _ => None,
        })
    }
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, v: &Value) -> R<bool> {
        match &**name {
            b"length" => Err(ctx.error("Cannot modify readonly property Dom\\TokenList::$length")),
            b"value" => {
                let v = crate::props::convert(ctx, this, "value", crate::props::Takes::Text, v)?;
                let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
                if text.contains(&0) {
                    return Err(ctx.value_error("Value must not contain any null bytes"));
                }
                if let Some(at) = place(this) {
                    at.node.set_attribute_ns(None, b"class", Some(&text));
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }
    fn has_prop(this: &This<Self>, _: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        Ok(match &**name {
            b"length" => Some(mode != 1 || !tokens(this).is_empty()),
            b"value" => Some(mode != 1 || Value::str(value(this)).to_bool()),
            _ => None,
        })
    }
    fn unset_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
        match &**name {
            b"length" | b"value" => Err(ctx.error(format!("Cannot unset Dom\\TokenList::${}", name.lossy()))),
            _ => Ok(false),
        }
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose != plugin_api::abi::prop_purpose::DEBUG {
            return Ok(None);
        }
        let mut out = this.object().properties(ctx)?;
        out.set("length", Value::int(tokens(this).len() as i64));
        out.set("value", Value::str(value(this)));
        Ok(Some(out))
    }
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, _: PropMode) -> R<Option<Value>> {
        let Some(key) = key else { return Err(ctx.error("Cannot append to Dom\\TokenList")) };
        let index = offset(ctx, key, false)?;
        Ok(Some(at_index(this, index)))
    }
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
        let index = offset(ctx, key, true)?;
        let v = at_index(this, index);
        Ok(if not_empty { v.to_bool() } else { !v.is_null() })
    }
    fn count(this: &This<Self>, _: &mut Ctx) -> R<Option<i64>> {
        Ok(Some(tokens(this).len() as i64))
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(Walk { list: this.object().clone(), index: 0 }))
    }
}
