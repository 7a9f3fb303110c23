//! `bcadd()` and its family: numbers as strings.

use crate::decimal::{Decimal, PowModError, Rounding};
use crate::{Settings, room, rounding};
use plugin_api::{Array, Ctx, Object, R, Value, php_function};

/// The scale in argument `n`, or the setting.
fn scale_of(ctx: &mut Ctx, scale: Option<i64>, n: u32) -> R<usize> {
    let scale = match scale {
        None => ctx.globals::<Settings>().scale.get() as usize,
        Some(s) if (0..=i64::from(i32::MAX)).contains(&s) => s as usize,
        Some(_) => return Err(ctx.argument_value_error(n, format!("must be between 0 and {}", i32::MAX))),
    };
    room(ctx, scale)?;
    Ok(scale)
}

fn number(ctx: &mut Ctx, text: &[u8], n: u32) -> R<Decimal> {
    match Decimal::parse(text, None) {
        Some((d, _)) => Ok(d),
        None => Err(ctx.argument_value_error(n, "is not well-formed")),
    }
}

/// The sum of two numbers.
#[php_function("bcadd(string $num1, string $num2, ?int $scale = null): string")]
fn bcadd(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 3)?;
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    Ok(a.add(&b).to_text(scale))
}

/// The difference of two numbers.
#[php_function("bcsub(string $num1, string $num2, ?int $scale = null): string")]
fn bcsub(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 3)?;
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    Ok(a.sub(&b).to_text(scale))
}

/// The product of two numbers.
#[php_function("bcmul(string $num1, string $num2, ?int $scale = null): string")]
fn bcmul(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 3)?;
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    Ok(a.mul(&b).to_text(scale))
}

/// The quotient of two numbers.
#[php_function("bcdiv(string $num1, string $num2, ?int $scale = null): string")]
fn bcdiv(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 3)?;
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    match a.div(&b, scale) {
        Some(q) => Ok(q.to_text(scale)),
        None => Err(ctx.division_by_zero("Division by zero")),
    }
}

/// The remainder of a division.
#[php_function("bcmod(string $num1, string $num2, ?int $scale = null): string")]
fn bcmod(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 3)?;
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    match a.div_mod(&b, scale) {
        Some((_, rest)) => Ok(rest.to_text(scale)),
        None => Err(ctx.division_by_zero("Modulo by zero")),
    }
}

/// Whole quotient and remainder.
#[php_function("bcdivmod(string $num1, string $num2, ?int $scale = null): array")]
fn bcdivmod(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<Array> {
    let scale = scale_of(ctx, scale, 3)?;
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    match a.div_mod(&b, scale) {
        Some((q, rest)) => Ok(Array::list([Value::str(q.to_text(0)), Value::str(rest.to_text(scale))])),
        None => Err(ctx.division_by_zero("Division by zero")),
    }
}

/// The power of a whole number modulo another.
#[php_function("bcpowmod(string $num, string $exponent, string $modulus, ?int $scale = null): string")]
fn bcpowmod(ctx: &mut Ctx, num: &[u8], exponent: &[u8], modulus: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 4)?;
    let (base, exponent) = (number(ctx, num, 1)?, number(ctx, exponent, 2)?);
    let modulus = number(ctx, modulus, 3)?;
    base.pow_mod(&exponent, &modulus).map(|n| n.to_text(scale)).map_err(|e| match e {
        PowModError::FractionalBase => ctx.argument_value_error(1, "cannot have a fractional part"),
        PowModError::FractionalExponent => ctx.argument_value_error(2, "cannot have a fractional part"),
        PowModError::NegativeExponent => ctx.argument_value_error(2, "must be greater than or equal to 0"),
        PowModError::FractionalModulus => ctx.argument_value_error(3, "cannot have a fractional part"),
        PowModError::ZeroModulus => ctx.division_by_zero("Modulo by zero"),
    })
}

/// The power of a number.
#[php_function("bcpow(string $num, string $exponent, ?int $scale = null): string")]
fn bcpow(ctx: &mut Ctx, num: &[u8], exponent: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 3)?;
    let (base, exponent) = (number(ctx, num, 1)?, number(ctx, exponent, 2)?);
    if exponent.scale() != 0 {
        return Err(ctx.argument_value_error(2, "cannot have a fractional part"));
    }
    let n = exponent.to_int();
    if n == 0 && !exponent.is_zero() {
        return Err(ctx.argument_value_error(2, "is too large"));
    }
    power_room(ctx, &base, n)?;
    match base.pow(n, scale) {
        Some(p) => Ok(p.to_text(scale)),
        None => Err(ctx.division_by_zero("Negative power of zero")),
    }
}

/// The square root of a number.
#[php_function("bcsqrt(string $num, ?int $scale = null): string")]
fn bcsqrt(ctx: &mut Ctx, num: &[u8], scale: Option<i64>) -> R<Vec<u8>> {
    let scale = scale_of(ctx, scale, 2)?;
    match number(ctx, num, 1)?.sqrt(scale) {
        Some(root) => Ok(root.to_text(scale)),
        None => Err(ctx.argument_value_error(1, "must be greater than or equal to 0")),
    }
}

/// -1, 0 or 1.
#[php_function("bccomp(string $num1, string $num2, ?int $scale = null): int")]
fn bccomp(ctx: &mut Ctx, num1: &[u8], num2: &[u8], scale: Option<i64>) -> R<i64> {
    let scale = match scale {
        None => ctx.globals::<Settings>().scale.get() as usize,
        Some(_) => scale_of(ctx, scale, 3)?,
    };
    let (a, b) = (number(ctx, num1, 1)?, number(ctx, num2, 2)?);
    Ok(a.compare(&b, scale) as i64)
}

/// The scale that functions use when none is given; sets another.
#[php_function("bcscale(?int $scale = null): int")]
fn bcscale(ctx: &mut Ctx, scale: Option<i64>) -> R<i64> {
    let old = ctx.globals::<Settings>().scale.get();
    if let Some(scale) = scale {
        if !(0..=i64::from(i32::MAX)).contains(&scale) {
            return Err(ctx.argument_value_error(1, format!("must be between 0 and {}", i32::MAX)));
        }
        ctx.set_ini(b"bcmath.scale", scale.to_string().as_bytes());
    }
    Ok(old)
}

/// The nearest whole number not above.
#[php_function("bcfloor(string $num): string")]
fn bcfloor(ctx: &mut Ctx, num: &[u8]) -> R<Vec<u8>> {
    Ok(number(ctx, num, 1)?.whole(true).to_text(0))
}

/// The nearest whole number not below.
#[php_function("bcceil(string $num): string")]
fn bcceil(ctx: &mut Ctx, num: &[u8]) -> R<Vec<u8>> {
    Ok(number(ctx, num, 1)?.whole(false).to_text(0))
}

/// Rounds to so many digits behind the point.
#[php_function(
    "bcround(string $num, int $precision = 0, RoundingMode $mode = RoundingMode::HalfAwayFromZero): string"
)]
fn bcround(ctx: &mut Ctx, num: &[u8], precision: i64, mode: Option<&Object>) -> R<Vec<u8>> {
    let mode = mode.map_or(Rounding::HalfAwayFromZero, rounding);
    check_precision(ctx, precision, 2)?;
    let n = number(ctx, num, 1)?;
    let rounded = rounded(ctx, &n, precision, mode)?;
    Ok(rounded.to_text(rounded.scale()))
}

/// Asks for the room of a power.
pub fn power_room(ctx: &mut Ctx, base: &Decimal, exponent: i64) -> R<()> {
    if base.is_zero() {
        return Ok(());
    }
    room(ctx, base.digits().saturating_mul(exponent.unsigned_abs() as usize))
}

/// Refuses a precision that PHP refuses.
pub fn check_precision(ctx: &mut Ctx, precision: i64, n: u32) -> R<()> {
    if precision > i64::from(i32::MAX) {
        return Err(ctx.argument_value_error(n, format!("must be between {} and {}", i64::MIN, i32::MAX)));
    }
    Ok(())
}

/// Rounds, where memory_limit leaves room for the digits.
pub fn rounded(ctx: &mut Ctx, n: &Decimal, precision: i64, mode: Rounding) -> R<Decimal> {
    let away = match mode {
        Rounding::AwayFromZero => true,
        Rounding::NegativeInfinity => n.is_negative(),
        Rounding::PositiveInfinity => !n.is_negative(),
        _ => false,
    };
    if precision >= 0 || away && !n.is_zero() {
        room(ctx, precision.unsigned_abs() as usize)?;
    }
    Ok(n.round(precision, mode))
}
