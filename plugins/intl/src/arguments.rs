//! Arguments that functions and methods check by themselves.

use crate::Globals;
use crate::error;
use plugin_api::{Class, Ctx, Kind, R, Throw, Value};

/// Whether a method runs, not the function that does the same: their names have underscores, and take the object first.
pub fn is_method(ctx: &mut Ctx) -> bool {
    !ctx.function_name().contains('_')
}

/// Number of an argument: `n` in a method, one more in a function.
pub fn position(ctx: &mut Ctx, n: u32) -> u32 {
    if is_method(ctx) { n } else { n + 1 }
}

/// The `ValueError` of a method's argument `n`, which in a function comes one later.
pub fn value_error(ctx: &mut Ctx, n: u32, message: &str) -> Throw {
    let n = position(ctx, n);
    ctx.argument_value_error(n, message)
}

/// A number of 32 bits, argument `n` as [`value_error`] counts it.
pub fn int32(ctx: &mut Ctx, n: u32, value: i64) -> R<i32> {
    i32::try_from(value)
        .map_err(|_| value_error(ctx, n, &format!("must be between {} and {}", i32::MIN, i32::MAX)))
}

/// An argument without a type as PHP's parameters of type int take it; `n` is its number.
pub fn int(ctx: &mut Ctx, n: u32, value: &Value, r#type: &str) -> R<i64> {
    match value.kind() {
        Kind::Int(i) => return Ok(i),
        Kind::Bool(b) => return Ok(b.into()),
        Kind::Float(f) if f.fract() == 0.0 && f.abs() < 9.2e18 => return Ok(f as i64),
        Kind::Str(s) => {
            if let Some((number, false)) = Value::numeric(s.as_bytes()) {
                return int(ctx, n, &number, r#type);
            }
        }
        _ => {}
    }
    let given = value.value_name();
    Err(ctx.argument_type_error(n, format!("must be of type {type}, {given} given")))
}

/// Runs what a constructor does as [`error::construct`], whose failure is told with the request's error.
pub fn construct(ctx: &mut Ctx, f: impl FnOnce(&mut Ctx) -> R<bool>) -> R<()> {
    let class = Class::of::<error::IntlException>(ctx)?;
    if ctx.warnings_as(class, f)? {
        return Ok(());
    }
    let told = &ctx.globals::<Globals>().error;
    let (text, code) = (told.text(), told.code());
    Err(ctx.throw(class, text, code.into()))
}
