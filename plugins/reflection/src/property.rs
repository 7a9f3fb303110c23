//! Properties and their hooks.

use crate::attribute::Attributed;
use crate::method::Found;
use crate::support::{
    IS_VIRTUAL, class_of_argument, class_shown, no_clone, or_false, throw, unready, write_refused,
};
use crate::{class, support, text, types};
use plugin_api::introspect::{Function, Owner, Property};
use plugin_api::{
    Args, Array, Class, Ctx, GcRoots, Handlers, Level, Object, R, Str, This, Throw, Value, flags, php_class,
    php_methods,
};

/// The two hooks that a property can have.
#[php_class("enum PropertyHookType: string", "case Get = 'get'", "case Set = 'set'")]
pub struct PropertyHookType;

/// A property, declared or dynamic.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionProperty implements Reflector",
    "public const int IS_STATIC = 16",
    "public const int IS_READONLY = 128",
    "public const int IS_PUBLIC = 1",
    "public const int IS_PROTECTED = 2",
    "public const int IS_PRIVATE = 4",
    "public const int IS_ABSTRACT = 64",
    "public const int IS_PROTECTED_SET = 2048",
    "public const int IS_PRIVATE_SET = 4096",
    "public const int IS_VIRTUAL = 512",
    "public const int IS_FINAL = 32",
    "public string $name",
    "public string $class",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionProperty {
    #[gc(skip)]
    of: Option<Of>,
}

impl Handlers for ReflectionProperty {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// What is reflected.
#[derive(Clone)]
pub struct Of {
    /// Its name.
    pub name: Str,
    /// The class that it was asked of.
    pub class: Class,
    /// The declaration; none of a dynamic property.
    pub prop: Option<Property>,
}

const OTHER_CLASS: &str = "Given object is not an instance of the class this property was declared in";

impl Of {
    fn flags(&self) -> u32 {
        self.prop.map_or(flags::PUBLIC, Property::flags)
    }
    /// The class that declares it.
    fn declaring(&self) -> Class {
        self.prop.and_then(Property::class).unwrap_or(self.class)
    }
    /// The declaration that counts for an object, whose class may redeclare the property.
    fn effective(&self, o: &Object) -> Option<Property> {
        let private = self.prop.is_some_and(|p| p.flags() & flags::PRIVATE != 0);
        if o.class() != self.class && !private { o.class().property(&self.name) } else { self.prop }
    }
    fn set(self, ctx: &mut Ctx, o: &Object) -> R<()> {
        o.set_slot("name", self.name.clone());
        o.set_slot("class", self.declaring().name());
        let Some(this) = This::<ReflectionProperty>::of(o) else { return Err(unready(ctx)) };
        this.borrow_mut(ctx)?.of = Some(self);
        Ok(())
    }
    /// A reflection of it.
    pub fn reflect(self, ctx: &mut Ctx) -> R<Value> {
        let o = Class::of::<ReflectionProperty>(ctx)?.instantiate_raw(ctx)?;
        self.set(ctx, &o)?;
        Ok(o.into())
    }
}

/// A declared property as a class has it: not those private to its parents.
pub fn declared(class: Class, name: &[u8]) -> Option<Property> {
    class.property(name).filter(|p| p.flags() & flags::PRIVATE == 0 || p.class() == Some(class))
}

/// Whether an object has a dynamic property; one private to a parent may have its name.
pub fn is_dynamic(ctx: &mut Ctx, o: &Object, name: &[u8]) -> R<bool> {
    if declared(o.class(), name).is_some() {
        return Ok(false);
    }
    Ok(o.properties(ctx)?.get(name).is_some())
}

fn of(this: &This<ReflectionProperty>, ctx: &mut Ctx) -> R<Of> {
    let p = this.borrow(ctx)?.of.clone();
    p.ok_or_else(|| unready(ctx))
}

fn has(this: &This<ReflectionProperty>, ctx: &mut Ctx, bit: u32) -> R<bool> {
    Ok(of(this, ctx)?.flags() & bit != 0)
}

/// The object that an instance property's value is asked of.
fn instance<'o>(ctx: &mut Ctx, p: &Of, object: Option<&'o Object>) -> R<&'o Object> {
    let Some(o) = object else {
        return Err(ctx.argument_type_error(1, "must be provided for instance properties"));
    };
    if !o.instance_of(p.declaring()) {
        return Err(throw(ctx, OTHER_CLASS));
    }
    Ok(o)
}

/// The TypeError of an object that is not of the class that was asked.
fn must_be_of(ctx: &mut Ctx, o: &Object, class: Class) -> R<()> {
    if o.instance_of(class) {
        return Ok(());
    }
    let msg = format!("must be of type {}, {} given", class_shown(class), class_shown(o.class()));
    Err(ctx.argument_type_error(1, msg))
}

/// Refuses what cannot be lazy.
fn lazy_compatible(ctx: &mut Ctx, p: &Of, prop: Option<Property>, o: &Object, method: &str) -> R<Property> {
    let refuse = |ctx: &mut Ctx, kind: &str, class: Class| -> Throw {
        let msg =
            format!("Can not use {method} on {kind} property {}::${}", class_shown(class), p.name.lossy());
        throw(ctx, msg)
    };
    let Some(prop) = prop else { return Err(refuse(ctx, "dynamic", p.class)) };
    let class = prop.class().unwrap_or(p.class);
    if prop.flags() & flags::STATIC != 0 {
        return Err(refuse(ctx, "static", class));
    }
    if prop.flags() & flags::VIRTUAL != 0 {
        return Err(refuse(ctx, "virtual", class));
    }
    if o.class().has_payload() {
        let msg = format!("Can not use {method} on internal class {}", class_shown(o.class()));
        return Err(throw(ctx, msg));
    }
    Ok(prop)
}

/// The hook that a case of PropertyHookType stands for.
fn hook(p: &Of, which: &Object) -> Option<Function> {
    let get = which.slot("name").is_some_and(|n| n.as_str().is_some_and(|s| &s[..] == b"Get"));
    let prop = p.prop?;
    if get { prop.get_hook() } else { prop.set_hook() }
}

fn reflect_hook(ctx: &mut Ctx, f: Function, class: Class) -> R<Value> {
    Found::of(f.class().unwrap_or(class), f).reflect(ctx)
}

#[php_methods]
impl ReflectionProperty {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Reflects a property of a class or object.
    #[php("public function __construct(object|string $class, string $property)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, class: &Value, property: &Str) -> R<()> {
        let c = class_of_argument(ctx, class, 0)?;
        let prop = declared(c, property);
        if prop.is_none() {
            let dynamic = match class.as_object() {
                Some(o) if c.property(property).is_none() => is_dynamic(ctx, o, property)?,
                _ => false,
            };
            if !dynamic {
                let msg = format!("Property {}::${} does not exist", class_shown(c), property.lossy());
                return Err(throw(ctx, msg));
            }
        }
        Of { name: property.clone(), class: c, prop }.set(ctx, this)
    }
    /// The property as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let p = of(this, ctx)?;
        let mut out = Vec::new();
        text::property(ctx, &mut out, p.prop, &p.name, "")?;
        Ok(out)
    }
    /// Name without `$`.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(of(this, ctx)?.name)
    }
    /// Its value in an object; a static one's value.
    #[php("public function getValue(?object $object = null): ~mixed")]
    fn get_value(this: &This<Self>, ctx: &mut Ctx, object: Option<&Object>) -> R<Value> {
        let p = of(this, ctx)?;
        if p.flags() & flags::STATIC != 0 {
            return Ok(p.class.static_value(ctx, &p.name, false)?.unwrap_or(Value::NULL));
        }
        let o = instance(ctx, &p, object)?;
        o.get(ctx, &*p.name, Some(p.class))
    }
    /// Sets its value in an object; a static one's value.
    #[php("public counts function setValue(mixed $objectOrValue, mixed $value = UNKNOWN): ~void")]
    fn set_value(
        this: &This<Self>,
        ctx: &mut Ctx,
        first: Option<&Value>,
        value: Option<&Value>,
        raw: &Args,
    ) -> R<()> {
        let p = of(this, ctx)?;
        if p.flags() & flags::STATIC == 0 {
            let (Some(first), Some(value)) = (first, value) else {
                let msg = format!(
                    "ReflectionProperty::setValue() expects exactly 2 arguments, {} given",
                    raw.len()
                );
                return Err(ctx.argument_count_error(msg));
            };
            let Some(o) = first.as_object() else {
                let msg = format!("must be of type object, {} given", first.value_name());
                return Err(ctx.argument_type_error(1, msg));
            };
            return o.set(ctx, &*p.name, value, Some(p.class));
        }
        let Some(first) = first else {
            return Err(ctx.argument_count_error(
                "ReflectionProperty::setValue() expects exactly 2 arguments, 0 given",
            ));
        };
        let new = match value {
            None => {
                ctx.raise_plain(
                    Level::Deprecated,
                    "Calling ReflectionProperty::setValue() with a single argument is deprecated",
                )?;
                first
            }
            Some(v) => {
                if !first.is_null() && first.as_object().is_none() {
                    ctx.raise_plain(
                        Level::Deprecated,
                        "Calling ReflectionProperty::setValue() with a 1st argument which is not null or an object is deprecated",
                    )?;
                }
                v
            }
        };
        p.class.set_static_value(ctx, &p.name, new)
    }
    /// Its value in an object past its `get` hook.
    #[php("public function getRawValue(object $object): mixed")]
    fn get_raw_value(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<Value> {
        let p = of(this, ctx)?;
        if !object.instance_of(p.class) {
            return Err(throw(ctx, OTHER_CLASS));
        }
        let prop = p.effective(object);
        if prop.is_some_and(|q| q.flags() & flags::STATIC != 0) {
            return Err(throw(ctx, "May not use getRawValue on static properties"));
        }
        match prop.filter(|q| q.get_hook().is_some()) {
            Some(q) => q.raw_value(ctx, object, p.class),
            None => object.get(ctx, &*p.name, Some(p.class)),
        }
    }
    /// Sets its value in an object past its `set` hook.
    #[php("public function setRawValue(object $object, mixed $value): void")]
    fn set_raw_value(this: &This<Self>, ctx: &mut Ctx, object: &Object, value: &Value) -> R<()> {
        let p = of(this, ctx)?;
        let prop = p.effective(object);
        if prop.is_some_and(|q| q.flags() & flags::STATIC != 0) {
            return Err(throw(ctx, "May not use setRawValue on static properties"));
        }
        match prop.filter(|q| q.set_hook().is_some()) {
            Some(q) => q.set_raw_value(ctx, object, p.class, value),
            None => object.set(ctx, &*p.name, value, Some(p.class)),
        }
    }
    /// As setRawValue, without initializing a lazy object.
    #[php("public function setRawValueWithoutLazyInitialization(object $object, mixed $value): void")]
    fn set_raw_value_without_lazy_initialization(
        this: &This<Self>,
        ctx: &mut Ctx,
        object: &Object,
        value: &Value,
    ) -> R<()> {
        let p = of(this, ctx)?;
        must_be_of(ctx, object, p.class)?;
        let o = object.lazy_instance(ctx);
        let effective = p.effective(&o);
        let prop = lazy_compatible(ctx, &p, effective, &o, "setRawValueWithoutLazyInitialization")?;
        prop.skip_lazy(ctx, &o, p.class, Some(value))
    }
    /// Gives it its default in a lazy object, without initializing that.
    #[php("public function skipLazyInitialization(object $object): void")]
    fn skip_lazy_initialization(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<()> {
        let p = of(this, ctx)?;
        must_be_of(ctx, object, p.class)?;
        let prop = lazy_compatible(ctx, &p, p.prop, object, "skipLazyInitialization")?;
        let o = object.lazy_instance(ctx);
        prop.skip_lazy(ctx, &o, p.class, None)
    }
    /// Whether using it initializes a lazy object.
    #[php("public function isLazy(object $object): bool")]
    fn is_lazy(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<bool> {
        let p = of(this, ctx)?;
        must_be_of(ctx, object, p.class)?;
        let o = object.lazy_instance(ctx);
        Ok(p.prop.is_some_and(|q| q.is_lazy(&o)))
    }
    /// Whether it has a value in an object.
    #[php("public function isInitialized(?object $object = null): ~bool")]
    fn is_initialized(this: &This<Self>, ctx: &mut Ctx, object: Option<&Object>) -> R<bool> {
        let p = of(this, ctx)?;
        if p.flags() & flags::STATIC != 0 {
            return Ok(p.class.static_value(ctx, &p.name, true)?.is_some());
        }
        let o = instance(ctx, &p, object)?;
        o.has(ctx, &*p.name, 2, Some(p.class))
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
    /// Whether it is `private(set)`.
    #[php("public function isPrivateSet(): bool")]
    fn is_private_set(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::PRIVATE_SET)
    }
    /// Whether it is `protected(set)`.
    #[php("public function isProtectedSet(): bool")]
    fn is_protected_set(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::PROTECTED_SET)
    }
    /// Whether it is static.
    #[php("public function isStatic(): ~bool")]
    fn is_static(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::STATIC)
    }
    /// Whether it is readonly.
    #[php("public function isReadOnly(): bool")]
    fn is_read_only(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::READONLY)
    }
    /// Whether it is declared.
    #[php("public function isDefault(): ~bool")]
    fn is_default(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(of(this, ctx)?.prop.is_some())
    }
    /// Whether it is not declared.
    #[php("public function isDynamic(): bool")]
    fn is_dynamic(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(of(this, ctx)?.prop.is_none())
    }
    /// Whether it is abstract.
    #[php("public function isAbstract(): bool")]
    fn is_abstract(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::ABSTRACT)
    }
    /// Whether it has hooks and no value of its own.
    #[php("public function isVirtual(): bool")]
    fn is_virtual(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::VIRTUAL)
    }
    /// Whether constructor promotion declares it.
    #[php("public function isPromoted(): bool")]
    fn is_promoted(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(of(this, ctx)?.prop.is_some_and(Property::is_promoted))
    }
    /// Modifier bits.
    #[php("public function getModifiers(): ~int")]
    fn get_modifiers(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        const SAME: u32 = flags::PUBLIC
            | flags::PROTECTED
            | flags::PRIVATE
            | flags::STATIC
            | flags::READONLY
            | flags::ABSTRACT
            | flags::FINAL;
        let f = of(this, ctx)?.flags();
        let moved = |bit: u32, to: i64| if f & bit != 0 { to } else { 0 };
        Ok((f & SAME) as i64
            | moved(flags::PROTECTED_SET, 2048)
            | moved(flags::PRIVATE_SET, 4096)
            | moved(flags::VIRTUAL, IS_VIRTUAL))
    }
    /// The class that declares it.
    #[php("public function getDeclaringClass(): ~ReflectionClass")]
    fn get_declaring_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let c = of(this, ctx)?.declaring();
        class::reflect(ctx, c)
    }
    /// Doc comment.
    #[php("public function getDocComment(): ~string|false")]
    fn get_doc_comment(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(of(this, ctx)?.prop.and_then(Property::doc)))
    }
    /// Everything is accessible.
    #[php("public function setAccessible(bool $accessible): ~void")]
    fn set_accessible(_accessible: bool) {}
    /// Type.
    #[php("public function getType(): ~?ReflectionType")]
    fn get_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let ty = of(this, ctx)?.prop.and_then(Property::ty);
        types::reflect_option(ctx, ty, true)
    }
    /// Type of what may be assigned.
    #[php("public function getSettableType(): ?ReflectionType")]
    fn get_settable_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let Some(p) = of(this, ctx)?.prop else { return Ok(Value::NULL) };
        match p.set_hook() {
            Some(h) => types::reflect_option(ctx, h.param_type(0), false),
            None if p.flags() & flags::VIRTUAL != 0 && p.get_hook().is_some() => {
                types::reflect(ctx, "never", false)
            }
            None => types::reflect_option(ctx, p.ty(), false),
        }
    }
    /// Whether it declares a type.
    #[php("public function hasType(): ~bool")]
    fn has_type(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(of(this, ctx)?.prop.and_then(Property::ty).is_some())
    }
    /// Whether it has a default, the null of untyped ones too.
    #[php("public function hasDefaultValue(): bool")]
    fn has_default_value(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(of(this, ctx)?.prop.is_some_and(Property::has_default))
    }
    /// Default.
    #[php("public function getDefaultValue(): ~mixed")]
    fn get_default_value(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        match of(this, ctx)?.prop {
            Some(p) => Ok(p.default_value(ctx)?.unwrap_or(Value::NULL)),
            None => Ok(Value::NULL),
        }
    }
    /// Attributes.
    #[php("public function getAttributes(?string $name = null, int $flags = 0): array")]
    fn get_attributes(this: &This<Self>, ctx: &mut Ctx, name: Option<&Str>, flags: i64) -> R<Array> {
        match of(this, ctx)?.prop {
            Some(p) => {
                let of = Attributed { owner: Owner::Property(p), target: 8, closure: None };
                support::attributes(ctx, of, name, flags)
            }
            None => Ok(Array::new()),
        }
    }
    /// Whether it has hooks.
    #[php("public function hasHooks(): bool")]
    fn has_hooks(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(of(this, ctx)?.prop.is_some_and(|p| p.get_hook().is_some() || p.set_hook().is_some()))
    }
    /// Its hooks as methods.
    #[php("public function getHooks(): array")]
    fn get_hooks(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let p = of(this, ctx)?;
        let mut out = Array::new();
        let Some(prop) = p.prop else { return Ok(out) };
        for (word, h) in [("get", prop.get_hook()), ("set", prop.set_hook())] {
            if let Some(f) = h {
                let m = reflect_hook(ctx, f, p.class)?;
                out.set(word, m);
            }
        }
        Ok(out)
    }
    /// Whether it has that hook.
    #[php("public function hasHook(PropertyHookType $type): bool")]
    fn has_hook(this: &This<Self>, ctx: &mut Ctx, which: &Object) -> R<bool> {
        let p = of(this, ctx)?;
        Ok(hook(&p, which).is_some())
    }
    /// One of its hooks as a method.
    #[php("public function getHook(PropertyHookType $type): ?ReflectionMethod")]
    fn get_hook(this: &This<Self>, ctx: &mut Ctx, which: &Object) -> R<Value> {
        let p = of(this, ctx)?;
        match hook(&p, which) {
            Some(f) => reflect_hook(ctx, f, p.class),
            None => Ok(Value::NULL),
        }
    }
    /// Whether it is final.
    #[php("public function isFinal(): bool")]
    fn is_final(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::FINAL)
    }
}
