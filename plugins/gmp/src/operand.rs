//! What arguments and operands stand for.

use crate::class::Gmp;
use crate::integer::Integer;
use plugin_api::{Args, Ctx, Kind, Level, R, Throw, Value};

/// The number of an object of the class.
pub fn of_object(ctx: &mut Ctx, v: &Value) -> R<Option<Integer>> {
    match v.as_object().and_then(plugin_api::This::<Gmp>::of) {
        Some(g) => Ok(Some(g.borrow(ctx)?.0.clone())),
        None => Ok(None),
    }
}

/// An int that PHP takes a value for where one is declared; `None` when it takes it for none.
fn weak_int(ctx: &mut Ctx, v: &Value) -> R<Option<i64>> {
    Ok(match v.kind() {
        Kind::Bool(b) => Some(b.into()),
        Kind::Float(f) if f.is_finite() && f.abs() < 9.3e18 => {
            if f.fract() != 0.0 {
                let shown = Ctx::format_float(f, -1);
                let text = format!("Implicit conversion from float {shown} to int loses precision");
                ctx.raise_plain(Level::Deprecated, text)?;
            }
            Some(f as i64)
        }
        _ => None,
    })
}

/// The number of an operand.
pub fn operand(ctx: &mut Ctx, v: &Value) -> R<Integer> {
    if let Some(n) = of_object(ctx, v)? {
        return Ok(n);
    }
    let n = match v.kind() {
        Kind::Int(i) => return Ok(i.into()),
        Kind::Str(s) => {
            return Integer::parse(s, 0).ok_or_else(|| ctx.value_error("Number is not an integer string"));
        }
        _ => weak_int(ctx, v)?,
    };
    match n {
        Some(n) => Ok(n.into()),
        None => {
            let given = v.value_name();
            Err(ctx.type_error(format!("Number must be of type GMP|string|int, {given} given")))
        }
    }
}

/// The number of argument `i` (from 0), whose parameter has that name.
pub fn argument(ctx: &mut Ctx, args: &Args<'_>, i: usize, name: &str) -> R<Integer> {
    let Some(v) = args.get(i) else { return Ok(Integer::default()) };
    let at = i as u32 + 1;
    if let Some(n) = of_object(ctx, v)? {
        return Ok(n);
    }
    let n = match v.kind() {
        Kind::Int(i) => return Ok(i.into()),
        Kind::Str(s) => {
            return Integer::parse(s, 0)
                .ok_or_else(|| ctx.argument_value_error(at, "is not an integer string"));
        }
        _ if args.strict() => None,
        Kind::Null => {
            ctx.deprecated(format!("Passing null to parameter #{at} (${name}) of type int is deprecated"))?;
            Some(0)
        }
        _ => weak_int(ctx, v)?,
    };
    n.map(Integer::from).ok_or_else(|| wrong_type(ctx, v, at))
}

fn wrong_type(ctx: &mut Ctx, v: &Value, at: u32) -> Throw {
    let given = v.value_name();
    ctx.argument_type_error(at, format!("must be of type GMP|string|int, {given} given"))
}

/// How far a number is shifted, or its exponent: the right operand `b` of operator `sigil`, whose left one is `a`.
pub fn shift(ctx: &mut Ctx, sigil: &str, a: &Value, b: &Value) -> R<u64> {
    let n = match b.kind() {
        Kind::Int(n) => n,
        Kind::Float(_) => b.cast(ctx, plugin_api::abi::INT)?.to_int(),
        Kind::Str(s) => match Value::numeric(s) {
            Some((n, false)) if n.as_int().is_some() => n.to_int(),
            _ => return Err(ctx.value_error("Number is not an integer string")),
        },
        _ => match of_object(ctx, b)? {
            Some(n) => n.to_int(),
            None => return Err(unsupported(ctx, sigil, a, b)),
        },
    };
    u64::try_from(n).map_err(|_| {
        let what = if sigil == "**" { "Exponent" } else { "Shift" };
        ctx.value_error(format!("{what} must be greater than or equal to 0"))
    })
}

/// The error of operands of no use.
pub fn unsupported(ctx: &mut Ctx, sigil: &str, a: &Value, b: &Value) -> Throw {
    let (a, b) = (a.type_name(), b.type_name());
    ctx.type_error(format!("Unsupported operand types: {a} {sigil} {b}"))
}
