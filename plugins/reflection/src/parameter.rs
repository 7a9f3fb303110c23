//! Parameters.

use crate::attribute::Attributed;
use crate::support::{
    class_of_argument, class_shown, no_clone, throw, throw_argument, unready, write_refused,
};
use crate::{class, function, method, support, text, types};
use plugin_api::introspect::{Function, Owner};
use plugin_api::{Array, Ctx, GcRoots, Handlers, Kind, Object, R, Str, This, Value, php_class, php_methods};

/// A parameter of a function.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionParameter implements Reflector",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionParameter {
    #[gc(skip)]
    of: Option<(Function, u32)>,
    closure: Option<Object>,
    /// Of a Closure's `__invoke`, not of the closure itself.
    invoke: bool,
}

impl Handlers for ReflectionParameter {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// A reflection of parameter `i`.
pub fn reflect(ctx: &mut Ctx, f: Function, closure: Option<&Object>, invoke: bool, i: u32) -> R<Value> {
    let p = ReflectionParameter { of: Some((f, i)), closure: closure.cloned(), invoke };
    let o = This::<ReflectionParameter>::create(ctx, p)?;
    o.set_slot("name", f.param_name(i));
    Ok(o.into())
}

fn of(this: &This<ReflectionParameter>, ctx: &mut Ctx) -> R<(Function, u32)> {
    let p = this.borrow(ctx)?.of;
    p.ok_or_else(|| unready(ctx))
}

/// Whether a parameter's default is known: those of `__invoke` are not.
fn has_default(this: &This<ReflectionParameter>, ctx: &mut Ctx, f: Function, i: u32) -> R<bool> {
    Ok(f.param_has_default(i) && !this.borrow(ctx)?.invoke)
}

/// The function that the first argument of the constructor names, the Closure it is of, and whether it is its `__invoke`.
fn find_function(ctx: &mut Ctx, v: &Value) -> R<(Function, Option<Object>, bool)> {
    match v.kind() {
        Kind::Str(s) => match ctx.function(s) {
            Some(f) => Ok((f, None, false)),
            None => Err(throw(ctx, format!("Function {}() does not exist", s.lossy()))),
        },
        Kind::Array(a) => {
            let (Some(of), Some(name)) = (a.get_index(0), a.get_index(1)) else {
                return Err(throw(ctx, "Expected array($object, $method) or array($classname, $method)"));
            };
            let of = match of.as_object() {
                Some(o) => o.into(),
                None => Value::from(of.to_str(ctx)?),
            };
            let class = class_of_argument(ctx, &of, 0)?;
            let name = name.to_str(ctx)?;
            let found = method::find(ctx, class, of.as_object(), &name)?;
            let invoke = found.invoke.is_some();
            Ok((found.func, found.invoke, invoke))
        }
        Kind::Object(o) => {
            if let Some(f) = o.closure_function(ctx) {
                return Ok((f, Some(o.clone()), false));
            }
            match o.class().method(b"__invoke") {
                Some(f) => Ok((f, None, false)),
                None => {
                    let msg = format!("Method {}::__invoke() does not exist", class_shown(o.class()));
                    Err(throw(ctx, msg))
                }
            }
        }
        _ => {
            let msg = format!(
                "must be a string, an array(class, method), or a callable object, {} given",
                v.value_name()
            );
            Err(throw_argument(ctx, "ReflectionParameter::__construct", 1, "function", &msg))
        }
    }
}

fn find_position(ctx: &mut Ctx, f: Function, param: &Value) -> R<u32> {
    if let Kind::Int(i) = param.kind() {
        if i < 0 {
            return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
        }
        if i >= f.parameters() as i64 {
            return Err(throw(ctx, "The parameter specified by its offset could not be found"));
        }
        return Ok(i as u32);
    }
    let name = param.to_str(ctx)?;
    match (0..f.parameters()).find(|&i| f.param_name(i)[..] == name[..]) {
        Some(i) => Ok(i),
        None => Err(throw(ctx, "The parameter specified by its name could not be found")),
    }
}

/// The constant that a default's text names alone.
fn constant_name(f: Function, i: u32) -> Option<String> {
    if f.param_default_is_value(i) {
        return None;
    }
    let t = f.param_default_text(i)?;
    let t = t.lossy().into_owned();
    let word = |s: &str| {
        !s.is_empty()
            && !s.starts_with(|c: char| c.is_ascii_digit())
            && s.bytes().all(|b| b == b'_' || b == b'\\' || b >= 0x80 || b.is_ascii_alphanumeric())
    };
    let plain = t.strip_prefix('\\').unwrap_or(&t);
    let literal = matches!(&*plain.to_ascii_lowercase(), "null" | "true" | "false");
    match plain.split_once("::") {
        Some((c, n)) if word(c) && word(n) && n != "class" => Some(plain.to_owned()),
        None if word(plain) && !literal => Some(plain.to_owned()),
        _ => None,
    }
}

fn no_default(ctx: &mut Ctx) -> plugin_api::Throw {
    throw(ctx, "Internal error: Failed to retrieve the default value")
}

#[php_methods]
impl ReflectionParameter {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Reflects a parameter of a function by name or position.
    #[php("public function __construct($function, int|string $param)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, function: &Value, param: &Value) -> R<()> {
        let (f, closure, invoke) = find_function(ctx, function)?;
        let i = find_position(ctx, f, param)?;
        *this.borrow_mut(ctx)? = ReflectionParameter { of: Some((f, i)), closure, invoke };
        this.set_slot("name", f.param_name(i));
        Ok(())
    }
    /// The parameter as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let (f, i) = of(this, ctx)?;
        let mut out = Vec::new();
        let invoke = this.borrow(ctx)?.invoke;
        text::parameter(ctx, &mut out, f, i, invoke)?;
        Ok(out)
    }
    /// Name without `$`.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_name(i))
    }
    /// Whether it is by reference.
    #[php("public function isPassedByReference(): ~bool")]
    fn is_passed_by_reference(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_by_ref(i))
    }
    /// Whether values will do.
    #[php("public function canBePassedByValue(): ~bool")]
    fn can_be_passed_by_value(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(!f.param_by_ref(i) || f.param_prefers_ref(i))
    }
    /// The function that it is of.
    #[php("public function getDeclaringFunction(): ~ReflectionFunctionAbstract")]
    fn get_declaring_function(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (f, _) = of(this, ctx)?;
        let (closure, invoke) = {
            let p = this.borrow(ctx)?;
            (p.closure.clone(), p.invoke)
        };
        if let Some(o) = closure.as_ref().filter(|_| invoke) {
            return method::find(ctx, o.class(), Some(o), b"__invoke")?.reflect(ctx);
        }
        match f.class() {
            Some(c) => method::Found::of(c, f).reflect(ctx),
            None => function::reflect(ctx, f, closure.as_ref()),
        }
    }
    /// The class of the function that it is of.
    #[php("public function getDeclaringClass(): ~?ReflectionClass")]
    fn get_declaring_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (f, _) = of(this, ctx)?;
        match f.class() {
            Some(c) => class::reflect(ctx, c),
            None => Ok(Value::NULL),
        }
    }
    /// The class that its type names.
    #[php(
        "public function getClass(): ~?ReflectionClass",
        deprecated = "#[\\Deprecated(since: '8.0', message: 'use ReflectionParameter::getType() instead')]"
    )]
    fn get_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (f, i) = of(this, ctx)?;
        let Some(t) = f.param_type(i) else { return Ok(Value::NULL) };
        let t = t.lossy().into_owned();
        let Some(name) = types::class_name(&t) else { return Ok(Value::NULL) };
        let (scope, word) = (f.class(), name.to_ascii_lowercase());
        let found = match (&*word, scope) {
            ("self" | "parent", None) => {
                let msg = format!("Parameter uses \"{word}\" as type but function is not a class member");
                return Err(throw(ctx, msg));
            }
            ("self", Some(c)) => c,
            ("parent", Some(c)) => match c.parent() {
                Some(p) => p,
                None => {
                    return Err(throw(
                        ctx,
                        "Parameter uses \"parent\" as type although class does not have a parent",
                    ));
                }
            },
            _ => class_of_argument(ctx, &Value::str(name), 0)?,
        };
        class::reflect(ctx, found)
    }
    /// Whether it declares a type.
    #[php("public function hasType(): ~bool")]
    fn has_type(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_type(i).is_some())
    }
    /// Type.
    #[php("public function getType(): ~?ReflectionType")]
    fn get_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (f, i) = of(this, ctx)?;
        match f.is_user() {
            true => types::reflect_option(ctx, f.param_type(i), true),
            false => types::reflect_native(ctx, f.param_type(i)),
        }
    }
    /// Whether its type is `array`.
    #[php(
        "public function isArray(): ~bool",
        deprecated = "#[\\Deprecated(since: '8.0', message: 'use ReflectionParameter::getType() instead')]"
    )]
    fn is_array(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_type(i).is_some_and(|t| types::bare(&t.lossy()) == "array"))
    }
    /// Whether its type is `callable`.
    #[php(
        "public function isCallable(): ~bool",
        deprecated = "#[\\Deprecated(since: '8.0', message: 'use ReflectionParameter::getType() instead')]"
    )]
    fn is_callable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_type(i).is_some_and(|t| types::bare(&t.lossy()) == "callable"))
    }
    /// Whether null is allowed.
    #[php("public function allowsNull(): ~bool")]
    fn allows_null(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_type(i).is_none_or(|t| types::allows_null(&t.lossy())))
    }
    /// Position, from 0.
    #[php("public function getPosition(): ~int")]
    fn get_position(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(of(this, ctx)?.1 as i64)
    }
    /// Whether it may be left out.
    #[php("public function isOptional(): ~bool")]
    fn is_optional(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(i >= f.required())
    }
    /// Whether its default is known.
    #[php("public function isDefaultValueAvailable(): ~bool")]
    fn is_default_value_available(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        has_default(this, ctx, f, i)
    }
    /// Value of its default.
    #[php("public function getDefaultValue(): ~mixed")]
    fn get_default_value(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (f, i) = of(this, ctx)?;
        let known = has_default(this, ctx, f, i)?;
        match if known { f.param_default(ctx, i)? } else { None } {
            Some(v) => Ok(v),
            None => Err(no_default(ctx)),
        }
    }
    /// Whether its default is a constant.
    #[php("public function isDefaultValueConstant(): ~bool")]
    fn is_default_value_constant(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        if !has_default(this, ctx, f, i)? {
            return Err(no_default(ctx));
        }
        Ok(constant_name(f, i).is_some())
    }
    /// Name of the constant that its default is.
    #[php("public function getDefaultValueConstantName(): ~?string")]
    fn get_default_value_constant_name(this: &This<Self>, ctx: &mut Ctx) -> R<Option<String>> {
        let (f, i) = of(this, ctx)?;
        if !has_default(this, ctx, f, i)? {
            return Err(no_default(ctx));
        }
        Ok(constant_name(f, i))
    }
    /// Whether it takes any number of arguments.
    #[php("public function isVariadic(): ~bool")]
    fn is_variadic(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_variadic(i))
    }
    /// Whether it is promoted to a property.
    #[php("public function isPromoted(): bool")]
    fn is_promoted(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (f, i) = of(this, ctx)?;
        Ok(f.param_promoted(i))
    }
    /// Attributes.
    #[php("public function getAttributes(?string $name = null, int $flags = 0): array")]
    fn get_attributes(this: &This<Self>, ctx: &mut Ctx, name: Option<&Str>, flags: i64) -> R<Array> {
        let (f, i) = of(this, ctx)?;
        let closure = this.borrow(ctx)?.closure.clone();
        let of = Attributed { owner: Owner::Parameter(f, i), target: 32, closure };
        support::attributes(ctx, of, name, flags)
    }
}
