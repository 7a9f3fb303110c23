//! Enums and their cases.

use crate::class::{ReflectionClass, class};
use crate::constant::{self, ReflectionClassConstant, konst, name_of};
use crate::support::{class_shown, throw, throw_code, unready};
use crate::types;
use plugin_api::introspect::ClassConstant;
use plugin_api::{Array, Class, Ctx, R, Str, This, Value, flags, php_class, php_methods};

/// An enum.
#[php_class("class ReflectionEnum extends ReflectionClass", payload = ReflectionClass)]
pub struct ReflectionEnum;

/// A case of an enum.
#[php_class(
    "class ReflectionEnumUnitCase extends ReflectionClassConstant",
    payload = ReflectionClassConstant
)]
pub struct ReflectionEnumUnitCase;

/// A case of a backed enum.
#[php_class(
    "class ReflectionEnumBackedCase extends ReflectionEnumUnitCase",
    payload = ReflectionClassConstant
)]
pub struct ReflectionEnumBackedCase;

fn reflect_case(ctx: &mut Ctx, c: Class, k: ClassConstant, name: &Str) -> R<Value> {
    if c.enum_backing() == 0 {
        constant::reflect_as::<ReflectionEnumUnitCase>(ctx, k, name)
    } else {
        constant::reflect_as::<ReflectionEnumBackedCase>(ctx, k, name)
    }
}

#[php_methods]
impl ReflectionEnum {
    /// Reflects an enum.
    #[php("public function __construct(object|string $objectOrClass)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, of: &Value) -> R<()> {
        crate::class::construct(this, ctx, of)?;
        let c = class(this, ctx)?;
        if c.flags() & flags::ENUM == 0 {
            return Err(throw_code(ctx, format!("Class \"{}\" is not an enum", class_shown(c)), -1));
        }
        Ok(())
    }
    /// Whether it has that case.
    #[php("public function hasCase(string $name): bool")]
    fn has_case(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        Ok(class(this, ctx)?.class_constant(name).is_some_and(ClassConstant::is_case))
    }
    /// A case.
    #[php("public function getCase(string $name): ReflectionEnumUnitCase")]
    fn get_case(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<Value> {
        let c = class(this, ctx)?;
        let shown = format!("{}::{}", class_shown(c), name.lossy());
        match c.class_constant(name) {
            None => Err(throw(ctx, format!("Case {shown} does not exist"))),
            Some(k) if !k.is_case() => Err(throw(ctx, format!("{shown} is not a case"))),
            Some(k) => reflect_case(ctx, c, k, name),
        }
    }
    /// All cases.
    #[php("public function getCases(): array")]
    fn get_cases(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let c = class(this, ctx)?;
        let mut out = Array::new();
        for (name, k) in c.class_constants(ctx) {
            if k.is_case() {
                out.push(reflect_case(ctx, c, k, &name)?);
            }
        }
        Ok(out)
    }
    /// Whether its cases have values.
    #[php("public function isBacked(): bool")]
    fn is_backed(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(class(this, ctx)?.enum_backing() != 0)
    }
    /// Type of its cases' values.
    #[php("public function getBackingType(): ?ReflectionNamedType")]
    fn get_backing_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        match class(this, ctx)?.enum_backing() {
            0 => Ok(Value::NULL),
            plugin_api::abi::INT => types::reflect(ctx, "int", false),
            _ => types::reflect(ctx, "string", false),
        }
    }
}

#[php_methods]
impl ReflectionEnumUnitCase {
    /// Reflects a case of an enum.
    #[php("public function __construct(object|string $class, string $constant)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, class: &Value, name: &Str) -> R<()> {
        let k = constant::construct(this, ctx, class, name)?;
        case_or_throw(ctx, k, name)
    }
    /// The enum.
    #[php("public function getEnum(): ReflectionEnum")]
    fn get_enum(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        match konst(this, ctx)?.class() {
            Some(c) => crate::class::reflect(ctx, c),
            None => Err(unready(ctx)),
        }
    }
    /// The case.
    #[php("public function getValue(): UnitEnum")]
    fn get_value(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let k = konst(this, ctx)?;
        let name = name_of(this, ctx)?;
        k.value(ctx, &name)
    }
}

fn case_or_throw(ctx: &mut Ctx, k: ClassConstant, name: &Str) -> R<()> {
    if k.is_case() {
        return Ok(());
    }
    let class = k.class().map_or(String::new(), class_shown);
    Err(throw(ctx, format!("Constant {class}::{} is not a case", name.lossy())))
}

#[php_methods]
impl ReflectionEnumBackedCase {
    /// Reflects a case of a backed enum.
    #[php("public function __construct(object|string $class, string $constant)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, class: &Value, name: &Str) -> R<()> {
        let k = constant::construct(this, ctx, class, name)?;
        case_or_throw(ctx, k, name)?;
        if k.class().is_some_and(|c| c.enum_backing() == 0) {
            let class = k.class().map_or(String::new(), class_shown);
            let msg = format!("Enum case {class}::{} is not a backed case", name.lossy());
            return Err(throw(ctx, msg));
        }
        Ok(())
    }
    /// The case's value.
    #[php("public function getBackingValue(): int|string")]
    fn get_backing_value(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let k = konst(this, ctx)?;
        let name = name_of(this, ctx)?;
        let case = k.value(ctx, &name)?;
        Ok(case.as_object().and_then(|o| o.slot("value")).unwrap_or(Value::NULL))
    }
}
