//! Class constants and global constants.

use crate::attribute::Attributed;
use crate::support::{
    class_of_argument, class_shown, no_clone, or_false, split_namespace, throw, unready, write_refused,
};
use crate::{class, support, text, types};
use plugin_api::introspect::{ClassConstant, Owner, constant_facts};
use plugin_api::{
    Array, Class, Ctx, GcRoots, Handlers, NativeClass, R, Str, This, Value, flags, php_class, php_methods,
};

/// A class constant or enum case.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionClassConstant implements Reflector",
    "public const int IS_PUBLIC = 1",
    "public const int IS_PROTECTED = 2",
    "public const int IS_PRIVATE = 4",
    "public const int IS_FINAL = 32",
    "public string $name",
    "public string $class",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionClassConstant {
    #[gc(skip)]
    pub constant: Option<ClassConstant>,
}

impl Handlers for ReflectionClassConstant {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// The constant that a reflection is of.
pub fn konst<T>(this: &This<T>, ctx: &mut Ctx) -> R<ClassConstant>
where
    T: NativeClass<Payload = ReflectionClassConstant>,
{
    let k = this.borrow(ctx)?.constant;
    k.ok_or_else(|| unready(ctx))
}

/// The name that a reflection of a constant keeps in its property.
pub fn name_of(o: &plugin_api::Object, ctx: &mut Ctx) -> R<Str> {
    match o.slot("name").and_then(|v| Str::try_from(v).ok()) {
        Some(n) => Ok(n),
        None => Err(ctx.error(
            "Typed property ReflectionClassConstant::$name must not be accessed before initialization",
        )),
    }
}

/// Sets a reflection of a constant up from a constructor's arguments.
pub fn construct<T>(this: &This<T>, ctx: &mut Ctx, class: &Value, name: &Str) -> R<ClassConstant>
where
    T: NativeClass<Payload = ReflectionClassConstant>,
{
    let c = class_of_argument(ctx, class, 0)?;
    let Some(k) = c.class_constant(name) else {
        let msg = format!("Constant {}::{} does not exist", class_shown(c), name.lossy());
        return Err(throw(ctx, msg));
    };
    this.borrow_mut(ctx)?.constant = Some(k);
    this.set_slot("name", name.clone());
    this.set_slot("class", k.class().unwrap_or(c).name());
    Ok(k)
}

/// A reflection of a constant, of class `T`.
pub fn reflect_as<T>(ctx: &mut Ctx, k: ClassConstant, name: &Str) -> R<Value>
where
    T: NativeClass<Payload = ReflectionClassConstant>,
{
    let o = This::<T>::create(ctx, ReflectionClassConstant { constant: Some(k) })?;
    o.set_slot("name", name.clone());
    if let Some(c) = k.class() {
        o.set_slot("class", c.name());
    }
    Ok(o.into())
}

/// A reflection of a constant.
pub fn reflect(ctx: &mut Ctx, k: ClassConstant, name: &Str) -> R<Value> {
    reflect_as::<ReflectionClassConstant>(ctx, k, name)
}

fn has(this: &This<ReflectionClassConstant>, ctx: &mut Ctx, bit: u32) -> R<bool> {
    Ok(konst(this, ctx)?.flags() & bit != 0)
}

fn class_of(this: &This<ReflectionClassConstant>, ctx: &mut Ctx) -> R<Class> {
    let k = konst(this, ctx)?;
    k.class().ok_or_else(|| unready(ctx))
}

#[php_methods]
impl ReflectionClassConstant {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Reflects a constant of a class.
    #[php("public function __construct(object|string $class, string $constant)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, class: &Value, constant: &Str) -> R<()> {
        construct(this, ctx, class, constant).map(|_| ())
    }
    /// The constant as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let k = konst(this, ctx)?;
        let name = name_of(this, ctx)?;
        let mut out = Vec::new();
        text::class_constant(ctx, &mut out, k, &name, "")?;
        Ok(out)
    }
    /// Name.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        name_of(this, ctx)
    }
    /// Value.
    #[php("public function getValue(): ~mixed")]
    fn get_value(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let k = konst(this, ctx)?;
        let name = name_of(this, ctx)?;
        k.value(ctx, &name)
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
    /// Whether it is final.
    #[php("public function isFinal(): bool")]
    fn is_final(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::FINAL)
    }
    /// Modifier bits.
    #[php("public function getModifiers(): ~int")]
    fn get_modifiers(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        const KEPT: u32 = flags::PUBLIC | flags::PROTECTED | flags::PRIVATE | flags::FINAL;
        Ok((konst(this, ctx)?.flags() & KEPT) as i64)
    }
    /// The class that declares it.
    #[php("public function getDeclaringClass(): ~ReflectionClass")]
    fn get_declaring_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let c = class_of(this, ctx)?;
        class::reflect(ctx, c)
    }
    /// Doc comment.
    #[php("public function getDocComment(): ~string|false")]
    fn get_doc_comment(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(konst(this, ctx)?.doc()))
    }
    /// Attributes.
    #[php("public function getAttributes(?string $name = null, int $flags = 0): array")]
    fn get_attributes(this: &This<Self>, ctx: &mut Ctx, name: Option<&Str>, flags: i64) -> R<Array> {
        let k = konst(this, ctx)?;
        let of = Attributed { owner: Owner::Constant(k), target: 16, closure: None };
        support::attributes(ctx, of, name, flags)
    }
    /// Whether it is an enum case.
    #[php("public function isEnumCase(): bool")]
    fn is_enum_case(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(konst(this, ctx)?.is_case())
    }
    /// Whether it is deprecated.
    #[php("public function isDeprecated(): bool")]
    fn is_deprecated(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::DEPRECATED)
    }
    /// Whether it declares a type.
    #[php("public function hasType(): bool")]
    fn has_type(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(konst(this, ctx)?.ty().is_some())
    }
    /// Type.
    #[php("public function getType(): ?ReflectionType")]
    fn get_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let ty = konst(this, ctx)?.ty();
        types::reflect_option(ctx, ty, true)
    }
}

/// A global constant.
#[derive(Default, GcRoots)]
#[php_class(
    "final class ReflectionConstant implements Reflector",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable, no_dynamic)
)]
pub struct ReflectionConstant {
    /// Its name as it is found.
    name: Option<Vec<u8>>,
}

impl Handlers for ReflectionConstant {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

fn global(this: &This<ReflectionConstant>, ctx: &mut Ctx) -> R<Vec<u8>> {
    let n = this.borrow(ctx)?.name.clone();
    n.ok_or_else(|| unready(ctx))
}

fn fact(ctx: &mut Ctx, name: &[u8], what: u32) -> Value {
    ctx.constant_fact(name, what).unwrap_or(Value::NULL)
}

#[php_methods]
impl ReflectionConstant {
    /// Reflects a global constant.
    #[php("public function __construct(string $name)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<()> {
        let bare = name.strip_prefix(b"\\").unwrap_or(name);
        let found = match split_namespace(bare) {
            (Some(ns), short) => [&ns.to_ascii_lowercase()[..], b"\\", short].concat(),
            (None, short) => short.to_vec(),
        };
        if ctx.constant_fact(&found, constant_facts::VALUE).is_none() {
            return Err(throw(ctx, format!("Constant \"{}\" does not exist", name.lossy())));
        }
        this.borrow_mut(ctx)?.name = Some(found);
        this.set_slot("name", name.clone());
        Ok(())
    }
    /// Name.
    #[php("public function getName(): string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        global(this, ctx)
    }
    /// Namespace.
    #[php("public function getNamespaceName(): string")]
    fn get_namespace_name(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let n = global(this, ctx)?;
        Ok(split_namespace(&n).0.map_or(Vec::new(), <[u8]>::to_vec))
    }
    /// Name without namespace.
    #[php("public function getShortName(): string")]
    fn get_short_name(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let n = global(this, ctx)?;
        Ok(split_namespace(&n).1.to_vec())
    }
    /// Value.
    #[php("public function getValue(): mixed")]
    fn get_value(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let n = global(this, ctx)?;
        Ok(fact(ctx, &n, constant_facts::VALUE))
    }
    /// Whether it is deprecated.
    #[php("public function isDeprecated(): bool")]
    fn is_deprecated(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let n = global(this, ctx)?;
        Ok(fact(ctx, &n, constant_facts::DEPRECATED).to_bool())
    }
    /// The constant as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let n = global(this, ctx)?;
        let mut out = Vec::new();
        text::global_constant(ctx, &mut out, &n, "")?;
        Ok(out)
    }
}
