//! Functions and closures, and what they share with methods.

use crate::attribute::Attributed;
use crate::support::{no_clone, or_false, split_namespace, throw, unready, write_refused};
use crate::{class, extension, parameter, support, text, types};
use plugin_api::introspect::{Function, Owner};
use plugin_api::{
    Args, Array, Class, Ctx, GcRoots, Handlers, NativeClass, Object, R, Rest, Str, This, Value, flags,
    php_class, php_methods,
};

/// What functions and methods share.
#[derive(Default, GcRoots)]
#[php_class(
    "abstract class ReflectionFunctionAbstract implements Reflector",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionFunctionAbstract {
    /// The function.
    #[gc(skip)]
    pub func: Option<Function>,
    /// The Closure that it is of.
    pub closure: Option<Object>,
    /// A Closure's `__invoke`, not the closure itself.
    pub invoke: bool,
    /// The class that a method was asked of.
    #[gc(skip)]
    pub class: Option<Class>,
}

impl Handlers for ReflectionFunctionAbstract {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// A function or closure.
#[php_class(
    "class ReflectionFunction extends ReflectionFunctionAbstract",
    "public const int IS_DEPRECATED = 2048",
    payload = ReflectionFunctionAbstract
)]
pub struct ReflectionFunction;

/// The function that a reflection is of.
pub fn func<T>(this: &This<T>, ctx: &mut Ctx) -> R<Function>
where
    T: NativeClass<Payload = ReflectionFunctionAbstract>,
{
    let f = this.borrow(ctx)?.func;
    f.ok_or_else(|| unready(ctx))
}

/// The Closure object that a reflection is of.
fn closure<T>(this: &This<T>, ctx: &mut Ctx) -> R<Option<Object>>
where
    T: NativeClass<Payload = ReflectionFunctionAbstract>,
{
    let p = this.borrow(ctx)?;
    Ok(if p.invoke { None } else { p.closure.clone() })
}

/// Whether a function is written as a closure and reflected as one.
fn is_anonymous(this: &This<ReflectionFunctionAbstract>, ctx: &mut Ctx, f: Function) -> R<bool> {
    let fake = this.borrow(ctx)?.closure.as_ref().is_some_and(Object::closure_is_fake);
    Ok(f.is_closure() && !fake)
}

/// A reflection of a function.
pub fn reflect(ctx: &mut Ctx, f: Function, closure: Option<&Object>) -> R<Value> {
    let p =
        ReflectionFunctionAbstract { func: Some(f), closure: closure.cloned(), invoke: false, class: None };
    let o = This::<ReflectionFunction>::create(ctx, p)?;
    o.set_slot("name", f.name(ctx));
    Ok(o.into())
}

/// The name that a function is shown by.
fn name(this: &This<ReflectionFunctionAbstract>, ctx: &mut Ctx) -> R<Str> {
    let f = func(this, ctx)?;
    Ok(if this.borrow(ctx)?.invoke { Str::new(b"__invoke") } else { f.name(ctx) })
}

#[php_methods]
impl ReflectionFunctionAbstract {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Whether its name has a namespace.
    #[php("public function inNamespace(): ~bool")]
    fn in_namespace(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let f = func(this, ctx)?;
        Ok(!is_anonymous(this, ctx, f)? && name(this, ctx)?.contains(&b'\\'))
    }
    /// Whether it is a closure.
    #[php("public function isClosure(): ~bool")]
    fn is_closure(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let f = func(this, ctx)?;
        let made = this.borrow(ctx)?;
        Ok(!made.invoke && (f.is_closure() || made.closure.is_some()))
    }
    /// Whether it is deprecated.
    #[php("public function isDeprecated(): ~bool")]
    fn is_deprecated(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(func(this, ctx)?.flags() & flags::DEPRECATED != 0)
    }
    /// Whether it is native.
    #[php("public function isInternal(): ~bool")]
    fn is_internal(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let invoke = this.borrow(ctx)?.invoke;
        Ok(!func(this, ctx)?.is_user() || invoke)
    }
    /// Whether it is written in PHP.
    #[php("public function isUserDefined(): ~bool")]
    fn is_user_defined(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let invoke = this.borrow(ctx)?.invoke;
        Ok(func(this, ctx)?.is_user() && !invoke)
    }
    /// Whether it is a generator.
    #[php("public function isGenerator(): ~bool")]
    fn is_generator(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(func(this, ctx)?.is_generator())
    }
    /// Whether it takes any number of arguments.
    #[php("public function isVariadic(): ~bool")]
    fn is_variadic(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(func(this, ctx)?.is_variadic())
    }
    /// Whether it is static.
    #[php("public function isStatic(): ~bool")]
    fn is_static(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let invoke = this.borrow(ctx)?.invoke;
        Ok(func(this, ctx)?.flags() & flags::STATIC != 0 && !invoke)
    }
    /// `$this` of a closure.
    #[php("public function getClosureThis(): ~?object")]
    fn get_closure_this(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Object>> {
        func(this, ctx)?;
        Ok(closure(this, ctx)?.and_then(|c| c.closure_this()))
    }
    /// The class whose code a closure is.
    #[php("public function getClosureScopeClass(): ~?ReflectionClass")]
    fn get_closure_scope_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        func(this, ctx)?;
        let Some(c) = closure(this, ctx)? else { return Ok(Value::NULL) };
        match c.closure_function(ctx).and_then(Function::class) {
            Some(k) => class::reflect(ctx, k),
            None => Ok(Value::NULL),
        }
    }
    /// The class that `static` means in a closure.
    #[php("public function getClosureCalledClass(): ~?ReflectionClass")]
    fn get_closure_called_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        func(this, ctx)?;
        let Some(c) = closure(this, ctx)? else { return Ok(Value::NULL) };
        let scope = c.closure_function(ctx).and_then(Function::class);
        let called = c.closure_this().map(|o| o.class()).or(c.closure_called());
        match called.or(scope) {
            Some(k) => class::reflect(ctx, k),
            None => Ok(Value::NULL),
        }
    }
    /// What a closure captured.
    #[php("public function getClosureUsedVariables(): array")]
    fn get_closure_used_variables(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let f = func(this, ctx)?;
        match closure(this, ctx)? {
            Some(c) => f.variables(ctx, Some(&c), true),
            None => Ok(Array::new()),
        }
    }
    /// Doc comment.
    #[php("public function getDocComment(): ~string|false")]
    fn get_doc_comment(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(func(this, ctx)?.doc(ctx)))
    }
    /// Last line.
    #[php("public function getEndLine(): ~int|false")]
    fn get_end_line(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(func(this, ctx)?.lines().map(|l| l.1)))
    }
    /// Extension of a native one.
    #[php("public function getExtension(): ~?ReflectionExtension")]
    fn get_extension(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        match func(this, ctx)?.extension(ctx) {
            Some(name) => extension::reflect(ctx, &name),
            None => Ok(Value::NULL),
        }
    }
    /// Name of the extension of a native one.
    #[php("public function getExtensionName(): ~string|false")]
    fn get_extension_name(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(func(this, ctx)?.extension(ctx)))
    }
    /// File.
    #[php("public function getFileName(): ~string|false")]
    fn get_file_name(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(func(this, ctx)?.file(ctx)))
    }
    /// Name.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        name(this, ctx)
    }
    /// Namespace.
    #[php("public function getNamespaceName(): ~string")]
    fn get_namespace_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let f = func(this, ctx)?;
        let n = name(this, ctx)?;
        let anonymous = is_anonymous(this, ctx, f)?;
        Ok(split_namespace(&n).0.filter(|_| !anonymous).map_or_else(Str::empty, Str::new))
    }
    /// How many parameters it has.
    #[php("public function getNumberOfParameters(): ~int")]
    fn get_number_of_parameters(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(func(this, ctx)?.parameters() as i64)
    }
    /// How many parameters it requires.
    #[php("public function getNumberOfRequiredParameters(): ~int")]
    fn get_number_of_required_parameters(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(func(this, ctx)?.required() as i64)
    }
    /// Its parameters.
    #[php("public function getParameters(): ~array")]
    fn get_parameters(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let f = func(this, ctx)?;
        let (closure, invoke) = {
            let p = this.borrow(ctx)?;
            (p.closure.clone(), p.invoke)
        };
        let mut out = Array::new();
        for i in 0..f.parameters() {
            out.push(parameter::reflect(ctx, f, closure.as_ref(), invoke, i)?);
        }
        Ok(out)
    }
    /// Name without namespace.
    #[php("public function getShortName(): ~string")]
    fn get_short_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let f = func(this, ctx)?;
        let n = name(this, ctx)?;
        Ok(if is_anonymous(this, ctx, f)? { n } else { Str::new(split_namespace(&n).1) })
    }
    /// First line.
    #[php("public function getStartLine(): ~int|false")]
    fn get_start_line(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(func(this, ctx)?.lines().map(|l| l.0)))
    }
    /// Static and captured variables.
    #[php("public function getStaticVariables(): ~array")]
    fn get_static_variables(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let f = func(this, ctx)?;
        let closure = closure(this, ctx)?;
        f.variables(ctx, closure.as_ref(), false)
    }
    /// Whether it returns by reference.
    #[php("public function returnsReference(): ~bool")]
    fn returns_reference(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(func(this, ctx)?.flags() & flags::RETURNS_REF != 0)
    }
    /// Whether it declares a return type.
    #[php("public function hasReturnType(): ~bool")]
    fn has_return_type(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let f = func(this, ctx)?;
        Ok(!f.is_tentative() && f.return_type(ctx).is_some())
    }
    /// Return type.
    #[php("public function getReturnType(): ~?ReflectionType")]
    fn get_return_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let f = func(this, ctx)?;
        let ty = f.return_type(ctx).filter(|_| !f.is_tentative());
        types::reflect_option(ctx, ty, true)
    }
    /// Whether it has a tentative return type.
    #[php("public function hasTentativeReturnType(): bool")]
    fn has_tentative_return_type(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let f = func(this, ctx)?;
        Ok(f.is_tentative() && f.return_type(ctx).is_some())
    }
    /// Tentative return type.
    #[php("public function getTentativeReturnType(): ?ReflectionType")]
    fn get_tentative_return_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let f = func(this, ctx)?;
        let ty = f.return_type(ctx).filter(|_| f.is_tentative());
        types::reflect_option(ctx, ty, true)
    }
    /// Attributes.
    #[php("public function getAttributes(?string $name = null, int $flags = 0): array")]
    fn get_attributes(this: &This<Self>, ctx: &mut Ctx, name: Option<&Str>, flags: i64) -> R<Array> {
        let f = func(this, ctx)?;
        let target = if f.class().is_some() && !is_anonymous(this, ctx, f)? { 4 } else { 2 };
        let closure = this.borrow(ctx)?.closure.clone();
        support::attributes(ctx, Attributed { owner: Owner::Function(f), target, closure }, name, flags)
    }
}

/// The arguments of a call as one array: positional ones, then named ones.
pub fn all_arguments(rest: &[Value], named: Option<&Array>) -> Array {
    let mut all = Array::list(rest.iter().cloned());
    if let Some(n) = named {
        for (k, v) in n.entries() {
            all.set(k, v.clone());
        }
    }
    all
}

#[php_methods]
impl ReflectionFunction {
    /// Reflects a function by name, or a closure.
    #[php("public function __construct(Closure|string $function)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, function: &Value) -> R<()> {
        let (f, closure) = match function.as_object() {
            Some(o) => (o.closure_function(ctx), Some(o.clone())),
            None => {
                let n = function.to_str(ctx)?;
                let f = ctx.function(&n);
                if f.is_none() {
                    return Err(throw(ctx, format!("Function {}() does not exist", n.lossy())));
                }
                (f, None)
            }
        };
        let Some(f) = f else { return Err(unready(ctx)) };
        *this.borrow_mut(ctx)? =
            ReflectionFunctionAbstract { func: Some(f), closure, invoke: false, class: None };
        let n = f.name(ctx);
        this.set_slot("name", n);
        Ok(())
    }
    /// The function as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let f = func(this, ctx)?;
        let closure = this.borrow(ctx)?.closure.clone();
        text::function(ctx, f, closure.as_ref(), None, "")
    }
    /// Whether it is a closure written as one.
    #[php("public function isAnonymous(): bool")]
    fn is_anonymous(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let f = func(this, ctx)?;
        let fake = this.borrow(ctx)?.closure.as_ref().is_some_and(Object::closure_is_fake);
        Ok(f.is_closure() && !fake)
    }
    /// Disabled functions cannot be reflected.
    #[php(
        "public function isDisabled(): ~bool",
        deprecated = "#[\\Deprecated(since: '8.0', message: 'as ReflectionFunction can no longer be constructed for disabled functions')]"
    )]
    fn is_disabled() -> bool {
        false
    }
    /// Calls it.
    #[php("public function invoke(mixed ...$args): ~mixed")]
    fn invoke(this: &This<Self>, ctx: &mut Ctx, rest: Rest, raw: &Args) -> R<Value> {
        let all = all_arguments(&rest, raw.named());
        run(this, ctx, &all)
    }
    /// Calls it with an array of arguments.
    #[php("public function invokeArgs(array $args): ~mixed")]
    fn invoke_args(this: &This<Self>, ctx: &mut Ctx, args: &Array) -> R<Value> {
        run(this, ctx, args)
    }
    /// A closure of it.
    #[php("public function getClosure(): ~Closure")]
    fn get_closure(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let f = func(this, ctx)?;
        let made = this.borrow(ctx)?.closure.clone();
        Ok(match made {
            Some(c) => c.into(),
            None => f.closure(ctx, None, None),
        })
    }
}

fn run(this: &This<ReflectionFunction>, ctx: &mut Ctx, args: &Array) -> R<Value> {
    let f = func(this, ctx)?;
    let closure = this.borrow(ctx)?.closure.clone();
    let (object, called) = match &closure {
        Some(c) => (c.closure_this(), c.closure_called()),
        None => (None, None),
    };
    let own = closure.as_ref().filter(|_| f.is_closure());
    f.call(ctx, object.as_ref(), called, own, args)
}
