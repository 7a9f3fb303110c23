//! What all reflection classes share: exceptions, read-only properties, modifier names, attribute lists.

use crate::attribute::{self, Attributed};
use plugin_api::{Array, Class, Ctx, Object, R, Str, Throw, Value, flags, php_class, php_methods};

/// What goes wrong in reflection.
#[php_class("class ReflectionException extends Exception")]
pub struct ReflectionException;

/// What every reflection of something named can do.
#[php_class("interface Reflector extends Stringable")]
pub struct Reflector;

/// Helpers of reflection.
#[php_class("class Reflection")]
pub struct Reflection;

/// `ReflectionProperty::IS_VIRTUAL`
pub const IS_VIRTUAL: i64 = 512;
/// `ReflectionClass::IS_READONLY`
pub const IS_READONLY_CLASS: i64 = 65536;

#[php_methods]
impl Reflection {
    /// The words that modifier bits stand for.
    #[php("public static function getModifierNames(int $modifiers): ~array")]
    fn get_modifier_names(modifiers: i64) -> Array {
        let visibility = match modifiers & 7 {
            1 => Some("public"),
            4 => Some("private"),
            2 => Some("protected"),
            _ => None,
        };
        let on = |bits: i64, word| (modifiers & bits != 0).then_some(word);
        let words = [
            on(flags::ABSTRACT as i64, "abstract"),
            on(flags::FINAL as i64, "final"),
            on(IS_VIRTUAL, "virtual"),
            visibility,
            on(flags::STATIC as i64, "static"),
            on(flags::READONLY as i64 | IS_READONLY_CLASS, "readonly"),
        ];
        Array::list(words.into_iter().flatten().map(Value::str))
    }
}

/// Throws a ReflectionException.
#[cold]
pub fn throw(ctx: &mut Ctx, msg: impl AsRef<str>) -> Throw {
    throw_code(ctx, msg, 0)
}

/// Throws a ReflectionException with a code.
#[cold]
pub fn throw_code(ctx: &mut Ctx, msg: impl AsRef<str>, code: i64) -> Throw {
    ctx.throw_named("ReflectionException", msg, code)
}

/// What `F(): Argument #n ($name) MSG` says, as a ReflectionException. `name` is the function's with its class.
#[cold]
pub fn throw_argument(ctx: &mut Ctx, name: &str, n: u32, param: &str, msg: &str) -> Throw {
    throw(ctx, format!("{name}(): Argument #{n} (${param}) {msg}"))
}

/// The Error of a reflection object whose constructor has not run.
#[cold]
pub fn unready(ctx: &mut Ctx) -> Throw {
    ctx.error("Internal error: Failed to retrieve the reflection object")
}

/// What a clone asked for through reflection gives.
#[cold]
pub fn no_clone(ctx: &mut Ctx) -> Throw {
    throw(ctx, "Cannot clone object using __clone()")
}

/// A name as C's `%s` prints it: up to the first NUL, which names of anonymous classes have.
pub fn shown(name: &[u8]) -> String {
    let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
    String::from_utf8_lossy(&name[..end]).into_owned()
}

/// A class's name for messages.
pub fn class_shown(c: Class) -> String {
    shown(&c.name())
}

/// The class that an `object|string` argument names.
pub fn class_of_argument(ctx: &mut Ctx, v: &Value, code: i64) -> R<Class> {
    if let Some(o) = v.as_object() {
        return Ok(o.class());
    }
    let name = v.to_str(ctx)?;
    match ctx.find_class(&*name, true)? {
        Some(c) => Ok(c),
        None => Err(throw_code(ctx, format!("Class \"{}\" does not exist", shown(&name)), code)),
    }
}

/// Whether an object's `name` and `class` may be written: never, where its class declares them.
pub fn write_refused(ctx: &mut Ctx, o: &Object, name: &Str) -> R<bool> {
    let read_only = matches!(&name[..], b"name" | b"class");
    if read_only && o.class().property(name).is_some() {
        let msg = format!("Cannot set read-only property {}::${}", class_shown(o.class()), name.lossy());
        return Err(throw(ctx, msg));
    }
    Ok(false)
}

/// The part of a name behind its namespace, and the namespace.
pub fn split_namespace(name: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match name.iter().rposition(|b| *b == b'\\') {
        Some(i) => (Some(&name[..i]), &name[i + 1..]),
        None => (None, name),
    }
}

/// A string, or `false`.
pub fn or_false<T: Into<Value>>(v: Option<T>) -> Value {
    v.map_or(Value::bool(false), Into::into)
}

/// `getAttributes()` of anything.
pub fn attributes(ctx: &mut Ctx, of: Attributed, name: Option<&Str>, filter: i64) -> R<Array> {
    attribute::list(ctx, of, name, filter)
}
