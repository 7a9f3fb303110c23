//! Methods.

use crate::function::{ReflectionFunctionAbstract, all_arguments, func};
use crate::support::{class_of_argument, class_shown, throw, throw_argument, unready};
use crate::{class, text};
use plugin_api::introspect::Function;
use plugin_api::{
    Args, Array, Class, Ctx, Level, Object, R, Rest, Str, This, Value, flags, php_class, php_methods,
};

/// A method.
#[php_class(
    "class ReflectionMethod extends ReflectionFunctionAbstract",
    "public const int IS_STATIC = 16",
    "public const int IS_PUBLIC = 1",
    "public const int IS_PROTECTED = 2",
    "public const int IS_PRIVATE = 4",
    "public const int IS_ABSTRACT = 64",
    "public const int IS_FINAL = 32",
    "public string $class",
    payload = ReflectionFunctionAbstract
)]
pub struct ReflectionMethod;

const OTHER_CLASS: &str = "Given object is not an instance of the class this method was declared in";

/// A method as it was found: of a class, or a Closure's `__invoke`.
pub struct Found {
    pub func: Function,
    pub class: Class,
    pub invoke: Option<Object>,
}

impl Found {
    /// A method of a class.
    pub fn of(class: Class, func: Function) -> Found {
        Found { func, class, invoke: None }
    }
    /// What `$closure->__invoke` is, when `object` is a Closure and that is asked for.
    pub fn invoke(ctx: &mut Ctx, class: Class, object: Option<&Object>, name: &[u8]) -> Option<Found> {
        let o = object?;
        if !o.is_closure() || !name.eq_ignore_ascii_case(b"__invoke") {
            return None;
        }
        o.closure_function(ctx).map(|func| Found { func, class, invoke: Some(o.clone()) })
    }
    fn set(self, ctx: &mut Ctx, o: &Object) -> R<()> {
        let name = if self.invoke.is_some() { Str::new(b"__invoke") } else { self.func.name(ctx) };
        let declared =
            if self.invoke.is_some() { self.class } else { self.func.class().unwrap_or(self.class) };
        let Some(this) = This::<ReflectionMethod>::of(o) else { return Err(unready(ctx)) };
        *this.borrow_mut(ctx)? = ReflectionFunctionAbstract {
            func: Some(self.func),
            invoke: self.invoke.is_some(),
            closure: self.invoke,
            class: Some(self.class),
        };
        o.set_slot("name", name);
        o.set_slot("class", declared.name());
        Ok(())
    }
    /// A reflection of it.
    pub fn reflect(self, ctx: &mut Ctx) -> R<Value> {
        let o = Class::of::<ReflectionMethod>(ctx)?.instantiate_raw(ctx)?;
        self.set(ctx, &o)?;
        Ok(o.into())
    }
}

/// A method by class and name.
pub fn find(ctx: &mut Ctx, class: Class, object: Option<&Object>, name: &[u8]) -> R<Found> {
    if let Some(f) = Found::invoke(ctx, class, object, name) {
        return Ok(f);
    }
    match class.method(name) {
        Some(f) => Ok(Found::of(class, f)),
        None => {
            let msg =
                format!("Method {}::{}() does not exist", class_shown(class), String::from_utf8_lossy(name));
            Err(throw(ctx, msg))
        }
    }
}

/// A method by `Class::method`.
fn find_by_text(ctx: &mut Ctx, function: &str, param: &str, text: &[u8]) -> R<Found> {
    let Some(at) = text.windows(2).position(|w| w == b"::") else {
        return Err(throw_argument(ctx, function, 1, param, "must be a valid method name"));
    };
    let class = class_of_argument(ctx, &Value::str(&text[..at]), 0)?;
    find(ctx, class, None, &text[at + 2..])
}

/// The class that a method was asked of.
fn asked(this: &This<ReflectionMethod>, ctx: &mut Ctx) -> R<Class> {
    let c = this.borrow(ctx)?.class;
    c.ok_or_else(|| unready(ctx))
}

/// Modifier bits; a Closure's `__invoke` is public, whatever the closure is.
fn bits(this: &This<ReflectionMethod>, ctx: &mut Ctx) -> R<u32> {
    let f = func(this, ctx)?;
    Ok(if this.borrow(ctx)?.invoke { flags::PUBLIC } else { f.flags() })
}

fn has(this: &This<ReflectionMethod>, ctx: &mut Ctx, bit: u32) -> R<bool> {
    Ok(bits(this, ctx)? & bit != 0)
}

/// `A::f` for messages.
fn display(ctx: &mut Ctx, f: Function) -> String {
    let class = f.class().map_or(String::new(), class_shown);
    format!("{class}::{}", f.name(ctx).lossy())
}

#[php_methods]
impl ReflectionMethod {
    /// Reflects a method of a class, by names or an object.
    #[php("public function __construct(object|string $objectOrMethod, ?string $method = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, of: &Value, method: Option<&Str>, raw: &Args) -> R<()> {
        if raw.len() == 1 {
            ctx.raise_plain(
                Level::Deprecated,
                "Calling ReflectionMethod::__construct() with 1 argument is deprecated, use ReflectionMethod::createFromMethodName() instead",
            )?;
        }
        let found = match (of.as_object(), method) {
            (Some(_), None) => {
                return Err(ctx.argument_value_error(
                    2,
                    "cannot be null when argument #1 ($objectOrMethod) is an object",
                ));
            }
            (object, Some(m)) => {
                let class = class_of_argument(ctx, of, 0)?;
                find(ctx, class, object, m)?
            }
            (None, None) => {
                let t = of.to_str(ctx)?;
                find_by_text(ctx, "ReflectionMethod::__construct", "objectOrMethod", &t)?
            }
        };
        found.set(ctx, this)
    }
    /// Reflects `Class::method`.
    #[php("public static function createFromMethodName(string $method): static")]
    fn create_from_method_name(class: Class, ctx: &mut Ctx, method: &[u8]) -> R<Object> {
        let found = find_by_text(ctx, "ReflectionMethod::createFromMethodName", "method", method)?;
        let o = class.instantiate_raw(ctx)?;
        found.set(ctx, &o)?;
        Ok(o)
    }
    /// The method as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let f = func(this, ctx)?;
        let class = asked(this, ctx)?;
        let invoke = this.borrow(ctx)?.invoke;
        if invoke {
            return text::invoke(ctx, f, "");
        }
        text::function(ctx, f, None, Some(class), "")
    }
    /// Whether it is public.
    #[php("public function isPublic(): ~bool")]
    fn is_public(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::PUBLIC)
    }
    /// Whether it is private.
    #[php("public function isPrivate(): ~bool")]
    fn is_private(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::PRIVATE)
    }
    /// Whether it is protected.
    #[php("public function isProtected(): ~bool")]
    fn is_protected(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::PROTECTED)
    }
    /// Whether it is abstract.
    #[php("public function isAbstract(): ~bool")]
    fn is_abstract(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::ABSTRACT)
    }
    /// Whether it is final.
    #[php("public function isFinal(): ~bool")]
    fn is_final(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::FINAL)
    }
    /// Whether it is the class's constructor.
    #[php("public function isConstructor(): ~bool")]
    fn is_constructor(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let f = func(this, ctx)?;
        let ctor = asked(this, ctx)?.constructor();
        Ok(f.is_constructor() && ctor.is_some_and(|c| c.class() == f.class()))
    }
    /// Whether it is the destructor.
    #[php("public function isDestructor(): ~bool")]
    fn is_destructor(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(func(this, ctx)?.name(ctx).eq_ignore_ascii_case(b"__destruct"))
    }
    /// A closure of it, bound to an object.
    #[php("public function getClosure(?object $object = null): ~Closure")]
    fn get_closure(this: &This<Self>, ctx: &mut Ctx, object: Option<&Object>) -> R<Value> {
        let f = func(this, ctx)?;
        let scope = f.class();
        if f.flags() & flags::STATIC != 0 && !this.borrow(ctx)?.invoke {
            return Ok(f.closure(ctx, None, scope));
        }
        let Some(o) = object else {
            return Err(ctx.argument_value_error(1, "cannot be null for non-static methods"));
        };
        if this.borrow(ctx)?.invoke && o.is_closure() {
            return Ok(o.into());
        }
        if scope.is_some_and(|c| !o.instance_of(c)) {
            return Err(throw(ctx, OTHER_CLASS));
        }
        Ok(f.closure(ctx, Some(o), Some(o.class())))
    }
    /// Modifier bits.
    #[php("public function getModifiers(): ~int")]
    fn get_modifiers(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        const KEPT: u32 = flags::PUBLIC
            | flags::PROTECTED
            | flags::PRIVATE
            | flags::STATIC
            | flags::ABSTRACT
            | flags::FINAL;
        Ok((bits(this, ctx)? & KEPT) as i64)
    }
    /// Calls it on an object.
    #[php("public function invoke(?object $object, mixed ...$args): ~mixed")]
    fn invoke(this: &This<Self>, ctx: &mut Ctx, object: Option<&Object>, rest: Rest, raw: &Args) -> R<Value> {
        let all = all_arguments(&rest, raw.named());
        run(this, ctx, object, &all)
    }
    /// Calls it on an object with an array of arguments.
    #[php("public function invokeArgs(?object $object, array $args): ~mixed")]
    fn invoke_args(this: &This<Self>, ctx: &mut Ctx, object: Option<&Object>, args: &Array) -> R<Value> {
        run(this, ctx, object, args)
    }
    /// The class that declares it.
    #[php("public function getDeclaringClass(): ~ReflectionClass")]
    fn get_declaring_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let f = func(this, ctx)?;
        let (invoke, asked) = (this.borrow(ctx)?.invoke, asked(this, ctx)?);
        class::reflect(ctx, f.class().filter(|_| !invoke).unwrap_or(asked))
    }
    /// The method that it overrides or implements.
    #[php("public function getPrototype(): ~ReflectionMethod")]
    fn get_prototype(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let f = func(this, ctx)?;
        let invoke = this.borrow(ctx)?.invoke;
        match f.prototype().filter(|_| !invoke).and_then(|p| Some((p, p.class()?))) {
            Some((p, c)) => Found::of(c, p).reflect(ctx),
            None => {
                let name = if invoke { "__invoke".into() } else { f.name(ctx).lossy().into_owned() };
                let class = class_shown(asked(this, ctx)?);
                let msg = format!("Method {class}::{name} does not have a prototype");
                Err(throw(ctx, msg))
            }
        }
    }
    /// Whether it overrides or implements a method.
    #[php("public function hasPrototype(): bool")]
    fn has_prototype(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let invoke = this.borrow(ctx)?.invoke;
        Ok(!invoke && func(this, ctx)?.prototype().is_some())
    }
    /// Everything is accessible.
    #[php("public function setAccessible(bool $accessible): ~void")]
    fn set_accessible(_accessible: bool) {}
}

fn run(this: &This<ReflectionMethod>, ctx: &mut Ctx, object: Option<&Object>, args: &Array) -> R<Value> {
    let f = func(this, ctx)?;
    if f.flags() & flags::ABSTRACT != 0 {
        let msg = format!("Trying to invoke abstract method {}()", display(ctx, f));
        return Err(throw(ctx, msg));
    }
    let invoke = this.borrow(ctx)?.invoke;
    if f.flags() & flags::STATIC != 0 && !invoke {
        let called = asked(this, ctx)?;
        return f.call(ctx, None, Some(called), None, args);
    }
    let Some(o) = object else {
        let msg = format!("Trying to invoke non static method {}() without an object", display(ctx, f));
        return Err(throw(ctx, msg));
    };
    if invoke {
        let Some(f) = o.closure_function(ctx) else { return Err(throw(ctx, OTHER_CLASS)) };
        let (bound, called) = (o.closure_this(), o.closure_called());
        return f.call(ctx, bound.as_ref(), called, Some(o), args);
    }
    if f.class().is_some_and(|c| !o.instance_of(c)) {
        return Err(throw(ctx, OTHER_CLASS));
    }
    f.call(ctx, Some(o), Some(o.class()), None, args)
}
