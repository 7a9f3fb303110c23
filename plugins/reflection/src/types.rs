//! Types. A type crosses the plugin API as PHP writes it; what a reflection of it says is read from that text.

use crate::support::{no_clone, unready};
use plugin_api::{Array, Ctx, GcRoots, R, This, Value, php_class, php_methods};

/// Base of the types: what a type allows.
#[derive(Default, GcRoots)]
#[php_class("abstract class ReflectionType implements Stringable", flags(not_serializable))]
pub struct ReflectionType {
    /// As PHP writes it; empty before it is set.
    text: String,
    /// The name of a nullable one goes without its `?`.
    legacy: bool,
}

/// One type, `null` perhaps beside it.
#[php_class("class ReflectionNamedType extends ReflectionType", payload = ReflectionType)]
pub struct ReflectionNamedType;

/// `A|B`
#[php_class("class ReflectionUnionType extends ReflectionType", payload = ReflectionType)]
pub struct ReflectionUnionType;

/// `A&B`
#[php_class("class ReflectionIntersectionType extends ReflectionType", payload = ReflectionType)]
pub struct ReflectionIntersectionType;

fn text<T: plugin_api::NativeClass<Payload = ReflectionType>>(this: &This<T>, ctx: &mut Ctx) -> R<String> {
    let t = this.borrow(ctx)?.text.clone();
    if t.is_empty() { Err(unready(ctx)) } else { Ok(t) }
}

/// The alternatives of a type's text.
fn parts(text: &str) -> Vec<&str> {
    let (mut out, mut depth, mut start) = (Vec::new(), 0, 0);
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => {
                out.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

/// `Traversable|array` with or without null is what is left of `iterable`.
fn iterable(text: &str) -> Option<&'static str> {
    match text {
        "Traversable|array" | "iterable" => Some("iterable"),
        "Traversable|array|null" | "?iterable" => Some("?iterable"),
        _ => None,
    }
}

/// Whether a name is a builtin type's; `static` counts as a class.
fn is_builtin(name: &str) -> bool {
    matches!(
        &*name.to_ascii_lowercase(),
        "null"
            | "false"
            | "true"
            | "bool"
            | "int"
            | "float"
            | "string"
            | "array"
            | "object"
            | "callable"
            | "iterable"
            | "void"
            | "never"
            | "mixed"
    )
}

/// Whether a type's text allows null.
pub fn allows_null(text: &str) -> bool {
    text.starts_with('?') || parts(text).iter().any(|p| matches!(*p, "null" | "mixed"))
}

/// A type's text without its `?`.
pub fn bare(text: &str) -> &str {
    text.strip_prefix('?').unwrap_or(text)
}

/// The class that a type's text names alone, `null` apart.
pub fn class_name(text: &str) -> Option<&str> {
    let name = bare(text).strip_suffix("|null").unwrap_or(bare(text));
    (!name.contains(['|', '&']) && !is_builtin(name) && name != "static").then_some(name)
}

/// The object for a type. `legacy`: the name of a nullable one goes without its `?`.
pub fn reflect(ctx: &mut Ctx, text: &str, legacy: bool) -> R<Value> {
    make(ctx, text, iterable(text), legacy)
}

/// As [`reflect_option`] of a native function's parameter, where `iterable` is the union that it stands for.
pub fn reflect_native(ctx: &mut Ctx, text: Option<plugin_api::Str>) -> R<Value> {
    match text {
        Some(t) => make(ctx, &t.lossy(), None, true),
        None => Ok(Value::NULL),
    }
}

fn make(ctx: &mut Ctx, text: &str, named: Option<&'static str>, legacy: bool) -> R<Value> {
    let text = named.unwrap_or(text).to_owned();
    let union = named.is_none() && parts(&text).len() > 1;
    let plain_null = matches!(&*text, "null" | "mixed");
    let kind = ReflectionType { legacy: legacy && !union && !plain_null, text };
    Ok(if union {
        This::<ReflectionUnionType>::create(ctx, kind)?
    } else if kind.text.contains('&') {
        This::<ReflectionIntersectionType>::create(ctx, kind)?
    } else {
        This::<ReflectionNamedType>::create(ctx, kind)?
    }
    .into())
}

/// As [`reflect`] of what may be undeclared: null then.
pub fn reflect_option(ctx: &mut Ctx, text: Option<plugin_api::Str>, legacy: bool) -> R<Value> {
    match text {
        Some(t) => reflect(ctx, &t.lossy(), legacy),
        None => Ok(Value::NULL),
    }
}

#[php_methods]
impl ReflectionType {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Whether null is allowed.
    #[php("public function allowsNull(): ~bool")]
    fn allows_null(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(allows_null(&text(this, ctx)?))
    }
    /// The type as PHP writes it.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        text(this, ctx)
    }
}

#[php_methods]
impl ReflectionNamedType {
    /// Name of the type.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        let t = text(this, ctx)?;
        let legacy = this.borrow(ctx)?.legacy;
        Ok(if legacy { bare(&t).to_owned() } else { t })
    }
    /// Whether it is no class.
    #[php("public function isBuiltin(): ~bool")]
    fn is_builtin(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(is_builtin(bare(&text(this, ctx)?)))
    }
}

#[php_methods]
impl ReflectionUnionType {
    /// The alternatives: classes as declared, then builtins.
    #[php("public function getTypes(): array")]
    fn get_types(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        const ORDER: [&str; 11] = [
            "static", "callable", "object", "array", "string", "int", "float", "bool", "true", "false",
            "null",
        ];
        let t = text(this, ctx)?;
        let all = parts(&t);
        let mut out = Array::new();
        for p in all.iter().filter(|p| !ORDER.contains(p)) {
            out.push(reflect(ctx, p.trim_start_matches('(').trim_end_matches(')'), false)?);
        }
        for word in ORDER.iter().filter(|w| all.contains(w)) {
            out.push(reflect(ctx, word, false)?);
        }
        Ok(out)
    }
}

#[php_methods]
impl ReflectionIntersectionType {
    /// The types that all have to hold.
    #[php("public function getTypes(): array")]
    fn get_types(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let t = text(this, ctx)?;
        let mut out = Array::new();
        for p in t.split('&') {
            out.push(reflect(ctx, p, false)?);
        }
        Ok(out)
    }
}
