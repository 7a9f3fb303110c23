//! `BcMath\Number`: a decimal number as an object, with operators.

use crate::decimal::{Decimal, PowModError, Rounding};
use crate::functions::{check_precision, power_room, rounded};
use crate::{room, rounding};
use plugin_api::abi::{FALSE, operation};
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Kind, Level, Object, PropMode, R, Str, This, Throw, Value,
    Visitor, php_class, php_methods,
};

/// What division and roots add to the scale of their operand.
const EXPAND: usize = 10;
const MAX_SCALE: usize = i32::MAX as usize;

/// A number and the scale that it is shown with.
#[derive(Default)]
#[php_class(
    "final readonly class BcMath\\Number implements Stringable",
    "public virtual readonly string $value",
    "public virtual readonly int $scale",
    handlers(clone, compare, do_operation, read_prop, write_prop, unset_prop, has_prop, cast, properties),
    flags(no_dynamic)
)]
pub struct Number {
    value: Option<Decimal>,
    scale: usize,
}

impl GcRoots for Number {
    fn visit(&mut self, _: &mut Visitor) {}
}

type Operand = (Decimal, usize);

impl Number {
    fn operand(&self) -> Operand {
        (self.value.clone().unwrap_or_default(), self.scale)
    }
    fn text(&self) -> Vec<u8> {
        self.value.as_ref().map(|v| v.to_text(self.scale)).unwrap_or_default()
    }
    fn is_zero(&self) -> bool {
        self.value.as_ref().is_none_or(Decimal::is_zero)
    }
    fn object(ctx: &mut Ctx, value: Decimal, scale: usize) -> R<Object> {
        This::<Number>::create(ctx, Number { value: Some(value), scale })
    }
}

fn own(this: &This<Number>, ctx: &mut Ctx) -> R<Operand> {
    Ok(this.borrow(ctx)?.operand())
}

/// A number from an argument, which is well-formed or a ValueError.
fn argument(ctx: &mut Ctx, v: &Value, n: u32) -> R<Operand> {
    match v.kind() {
        Kind::Object(o) => match This::<Number>::of(o) {
            Some(t) => own(t, ctx),
            None => Err(ctx.argument_value_error(n, "is not well-formed")),
        },
        Kind::Int(i) => Ok((Decimal::from(i), 0)),
        Kind::Str(s) => match Decimal::parse(s, None) {
            Some((_, full)) if full > MAX_SCALE => {
                Err(ctx.argument_value_error(n, format!("must be between 0 and {MAX_SCALE}")))
            }
            Some(d) => Ok(d),
            None => Err(ctx.argument_value_error(n, "is not well-formed")),
        },
        _ => Ok((Decimal::default(), 0)),
    }
}

fn given_scale(ctx: &mut Ctx, scale: Option<i64>, n: u32) -> R<Option<usize>> {
    match scale {
        None => Ok(None),
        Some(s) if (0..=MAX_SCALE as i64).contains(&s) => {
            room(ctx, s as usize)?;
            Ok(Some(s as usize))
        }
        Some(_) => Err(ctx.argument_value_error(n, format!("must be between 0 and {MAX_SCALE}"))),
    }
}

fn checked(ctx: &mut Ctx, scale: usize) -> R<usize> {
    if scale > MAX_SCALE {
        return Err(ctx.value_error("scale of the result is too large"));
    }
    room(ctx, scale)?;
    Ok(scale)
}

/// The scale of a result whose last digits may be zeros that the expansion added.
fn shrunk(scale: usize, value: &Decimal) -> usize {
    scale - (scale - value.scale()).min(EXPAND)
}

/// How a bad exponent is told: as the operator's or as a method's argument.
fn bad_exponent(ctx: &mut Ctx, operator: bool, why: &str) -> Throw {
    if operator { ctx.value_error(why) } else { ctx.argument_value_error(1, why) }
}

/// One of the six operations; `given` is the scale asked for.
fn calculate(
    ctx: &mut Ctx,
    op: u32,
    a: &Operand,
    b: &Operand,
    given: Option<usize>,
    operator: bool,
) -> R<Object> {
    let widest = a.1.max(b.1);
    let (value, scale) = match op {
        operation::ADD | operation::SUB => {
            let scale = given.unwrap_or(widest);
            let r = if op == operation::ADD { a.0.add(&b.0) } else { a.0.sub(&b.0) };
            (r.truncated(scale), scale)
        }
        operation::MUL => {
            let scale = match given {
                Some(s) => s,
                None => checked(ctx, a.1 + b.1)?,
            };
            (a.0.mul(&b.0).truncated(scale), scale)
        }
        operation::DIV => {
            let scale = match given {
                Some(s) => s,
                None => checked(ctx, a.1 + EXPAND)?,
            };
            let Some(q) = a.0.div(&b.0, scale) else { return Err(ctx.division_by_zero("Division by zero")) };
            let q = q.stripped();
            let shown = if given.is_some() { scale } else { shrunk(scale, &q) };
            (q, shown)
        }
        operation::MOD => {
            let scale = given.unwrap_or(widest);
            match a.0.div_mod(&b.0, scale) {
                Some((_, rest)) => (rest, scale),
                None => return Err(ctx.division_by_zero("Modulo by zero")),
            }
        }
        _ => power(ctx, a, &b.0, given, operator)?,
    };
    Number::object(ctx, value.stripped(), scale)
}

fn power(
    ctx: &mut Ctx,
    base: &Operand,
    exponent: &Decimal,
    given: Option<usize>,
    operator: bool,
) -> R<(Decimal, usize)> {
    if exponent.scale() != 0 {
        return Err(bad_exponent(ctx, operator, "exponent cannot have a fractional part"));
    }
    let n = exponent.to_int();
    let scale = match given {
        Some(s) => s,
        None if n > 0 => checked(ctx, base.1.saturating_mul(n as usize))?,
        None if n < 0 => checked(ctx, base.1 + EXPAND)?,
        None => 0,
    };
    if n == 0 && !exponent.is_zero() {
        return Err(bad_exponent(ctx, operator, "exponent is too large"));
    }
    power_room(ctx, &base.0, n)?;
    let Some(value) = base.0.pow(n, scale) else {
        return Err(ctx.division_by_zero("Negative power of zero"));
    };
    let value = value.stripped();
    let shown = if given.is_none() && n < 0 { shrunk(scale, &value) } else { scale };
    Ok((value, shown))
}

/// An operand of an operator; `None`: of a type that has no number.
fn operand(ctx: &mut Ctx, v: &Value, side: &str) -> R<Option<Operand>> {
    let number = match v.kind() {
        Kind::Object(o) => match This::<Number>::of(o) {
            Some(t) => own(t, ctx)?,
            None => return Ok(None),
        },
        Kind::Str(s) => match Decimal::parse(s, None) {
            Some(d) => d,
            None => {
                return Err(
                    ctx.value_error(format!("{side} string operand cannot be converted to BcMath\\Number"))
                );
            }
        },
        Kind::Int(i) => (Decimal::from(i), 0),
        Kind::Bool(b) => (Decimal::from(i64::from(b)), 0),
        Kind::Float(f) if f.is_finite() && f.abs() < 9.3e18 => {
            if f.fract() != 0.0 {
                let shown = Ctx::format_float(f, -1);
                let told = format!("Implicit conversion from float {shown} to int loses precision");
                ctx.raise_plain(Level::Deprecated, told)?;
            }
            (Decimal::from(f as i64), 0)
        }
        _ => return Ok(None),
    };
    if number.1 > MAX_SCALE {
        return Err(ctx.value_error(format!("scale must be between 0 and {MAX_SCALE}")));
    }
    Ok(Some(number))
}

fn read_only(ctx: &mut Ctx, name: &[u8]) -> Throw {
    ctx.error(format!("Cannot modify readonly property BcMath\\Number::${}", String::from_utf8_lossy(name)))
}

fn is_own(name: &[u8]) -> bool {
    matches!(name, b"value" | b"scale")
}

impl Handlers for Number {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (value, scale) = own(from, ctx)?;
        *to.borrow_mut(ctx)? = Number { value: Some(value), scale };
        Ok(())
    }
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        // null is compared as a bool, before numbers are.
        if a.is_null() || b.is_null() {
            return Ok(a.to_bool().cmp(&b.to_bool()).into());
        }
        let pair = [a, b].map(|v| match v.kind() {
            Kind::Str(s) => Ok(Decimal::parse(s, None)),
            _ => operand(ctx, v, ""),
        });
        let [a, b] = pair;
        Ok(match (a?, b?) {
            (Some(a), Some(b)) => a.0.compare(&b.0, a.0.scale().max(b.0.scale())).into(),
            _ => Comparison::Uncomparable,
        })
    }
    fn do_operation(ctx: &mut Ctx, op: u32, a: &Value, b: &Value) -> R<Option<Value>> {
        use operation::{ADD, DIV, MOD, MUL, POW, SUB};
        if !matches!(op, ADD | SUB | MUL | DIV | MOD | POW) {
            return Ok(None);
        }
        if a.is_null() || b.is_null() {
            return Ok(None);
        }
        // A left operand without a number decides before the right one is looked at.
        let Some(a) = operand(ctx, a, "Left")? else { return Ok(None) };
        let Some(b) = operand(ctx, b, "Right")? else { return Ok(None) };
        calculate(ctx, op, &a, &b, None, true).map(|o| Some(o.into()))
    }
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
        let n = this.borrow(ctx)?;
        Ok(match name.as_bytes() {
            b"value" => Some(n.text().into()),
            b"scale" => Some(n.scale.into()),
            _ => None,
        })
    }
    fn write_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        if is_own(name) { Err(read_only(ctx, name)) } else { Ok(false) }
    }
    fn unset_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
        if is_own(name) {
            let name = name.lossy();
            return Err(ctx.error(format!("Cannot unset readonly property BcMath\\Number::${name}")));
        }
        Ok(false)
    }
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        let n = this.borrow(ctx)?;
        Ok(Some(match name.as_bytes() {
            b"value" => mode != 1 || !n.is_zero(),
            b"scale" => mode != 1 || n.scale != 0,
            _ => false,
        }))
    }
    fn cast(this: &This<Self>, ctx: &mut Ctx, to: u8) -> R<Option<Value>> {
        let n = this.borrow(ctx)?;
        Ok(match to {
            FALSE => Some((!n.is_zero()).into()),
            plugin_api::abi::STR => Some(n.text().into()),
            _ => None,
        })
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, _: u32) -> R<Option<Array>> {
        let n = this.borrow(ctx)?;
        let mut a = Array::new();
        a.set("value", n.text());
        a.set("scale", n.scale);
        Ok(Some(a))
    }
}

fn method(this: &This<Number>, ctx: &mut Ctx, op: u32, num: &Value, scale: Option<i64>) -> R<Object> {
    let b = argument(ctx, num, 1)?;
    let given = given_scale(ctx, scale, 2)?;
    let a = own(this, ctx)?;
    calculate(ctx, op, &a, &b, given, false)
}

#[php_methods]
impl Number {
    #[php("public function __construct(string|int $num)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, num: &Value) -> R<()> {
        if this.borrow(ctx)?.value.is_some() {
            return Err(read_only(ctx, b"value"));
        }
        let (value, scale) = argument(ctx, num, 1)?;
        *this.borrow_mut(ctx)? = Number { value: Some(value), scale };
        Ok(())
    }
    #[php("public function add(BcMath\\Number|string|int $num, ?int $scale = null): BcMath\\Number")]
    fn add(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<Object> {
        method(this, ctx, operation::ADD, num, scale)
    }
    #[php("public function sub(BcMath\\Number|string|int $num, ?int $scale = null): BcMath\\Number")]
    fn sub(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<Object> {
        method(this, ctx, operation::SUB, num, scale)
    }
    #[php("public function mul(BcMath\\Number|string|int $num, ?int $scale = null): BcMath\\Number")]
    fn mul(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<Object> {
        method(this, ctx, operation::MUL, num, scale)
    }
    #[php("public function div(BcMath\\Number|string|int $num, ?int $scale = null): BcMath\\Number")]
    fn div(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<Object> {
        method(this, ctx, operation::DIV, num, scale)
    }
    #[php("public function mod(BcMath\\Number|string|int $num, ?int $scale = null): BcMath\\Number")]
    fn modulo(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<Object> {
        method(this, ctx, operation::MOD, num, scale)
    }
    #[php("public function divmod(BcMath\\Number|string|int $num, ?int $scale = null): array")]
    fn divmod(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<Array> {
        let b = argument(ctx, num, 1)?;
        let given = given_scale(ctx, scale, 2)?;
        let a = own(this, ctx)?;
        let scale = given.unwrap_or(a.1.max(b.1));
        let Some((q, rest)) = a.0.div_mod(&b.0, scale) else {
            return Err(ctx.division_by_zero("Division by zero"));
        };
        let q = Number::object(ctx, q, 0)?;
        let rest = Number::object(ctx, rest.stripped(), scale)?;
        Ok(Array::list([q.into(), rest.into()]))
    }
    #[php(
        "public function powmod(BcMath\\Number|string|int $exponent, BcMath\\Number|string|int $modulus, ?int $scale = null): BcMath\\Number"
    )]
    fn powmod(
        this: &This<Self>,
        ctx: &mut Ctx,
        exponent: &Value,
        modulus: &Value,
        scale: Option<i64>,
    ) -> R<Object> {
        let exponent = argument(ctx, exponent, 1)?;
        let modulus = argument(ctx, modulus, 2)?;
        let scale = given_scale(ctx, scale, 3)?.unwrap_or(0);
        let base = own(this, ctx)?;
        match base.0.pow_mod(&exponent.0, &modulus.0) {
            Ok(n) => Number::object(ctx, n, scale),
            Err(e) => Err(match e {
                PowModError::FractionalBase => ctx.value_error("Base number cannot have a fractional part"),
                PowModError::FractionalExponent => {
                    ctx.argument_value_error(1, "cannot have a fractional part")
                }
                PowModError::NegativeExponent => {
                    ctx.argument_value_error(1, "must be greater than or equal to 0")
                }
                PowModError::FractionalModulus => {
                    ctx.argument_value_error(2, "cannot have a fractional part")
                }
                PowModError::ZeroModulus => ctx.division_by_zero("Modulo by zero"),
            }),
        }
    }
    #[php("public function pow(BcMath\\Number|string|int $exponent, ?int $scale = null): BcMath\\Number")]
    fn pow(this: &This<Self>, ctx: &mut Ctx, exponent: &Value, scale: Option<i64>) -> R<Object> {
        method(this, ctx, operation::POW, exponent, scale)
    }
    #[php("public function sqrt(?int $scale = null): BcMath\\Number")]
    fn sqrt(this: &This<Self>, ctx: &mut Ctx, scale: Option<i64>) -> R<Object> {
        let given = given_scale(ctx, scale, 1)?;
        let n = own(this, ctx)?;
        let scale = match given {
            Some(s) => s,
            None => checked(ctx, n.1 + EXPAND)?,
        };
        let Some(root) = n.0.sqrt(scale) else {
            return Err(ctx.value_error("Base number must be greater than or equal to 0"));
        };
        let root = root.truncated(scale).stripped();
        let shown = if given.is_some() { scale } else { shrunk(scale, &root) };
        Number::object(ctx, root, shown)
    }
    #[php("public function floor(): BcMath\\Number")]
    fn floor(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        let n = own(this, ctx)?.0.whole(true);
        Number::object(ctx, n, 0)
    }
    #[php("public function ceil(): BcMath\\Number")]
    fn ceil(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        let n = own(this, ctx)?.0.whole(false);
        Number::object(ctx, n, 0)
    }
    #[php(
        "public function round(int $precision = 0, RoundingMode $mode = RoundingMode::HalfAwayFromZero): BcMath\\Number"
    )]
    fn round(this: &This<Self>, ctx: &mut Ctx, precision: i64, mode: Option<&Object>) -> R<Object> {
        check_precision(ctx, precision, 1)?;
        let n = own(this, ctx)?.0;
        let n = rounded(ctx, &n, precision, mode.map_or(Rounding::HalfAwayFromZero, rounding))?;
        let scale = n.scale();
        Number::object(ctx, n, scale)
    }
    #[php("public function compare(BcMath\\Number|string|int $num, ?int $scale = null): int")]
    fn compare_with(this: &This<Self>, ctx: &mut Ctx, num: &Value, scale: Option<i64>) -> R<i64> {
        let b = argument(ctx, num, 1)?.0;
        let given = given_scale(ctx, scale, 2)?;
        let a = own(this, ctx)?.0;
        Ok(a.compare(&b, given.unwrap_or(a.scale().max(b.scale()))) as i64)
    }
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        Ok(this.borrow(ctx)?.text())
    }
    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let mut a = Array::new();
        a.set("value", this.borrow(ctx)?.text());
        Ok(a)
    }
    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        let parsed = match data.get("value").and_then(Value::as_str) {
            Some(s) if !s.is_empty() => Decimal::parse(s, None).filter(|d| d.1 <= MAX_SCALE),
            _ => None,
        };
        if this.borrow(ctx)?.value.is_some() {
            return Err(read_only(ctx, b"value"));
        }
        let Some((value, scale)) = parsed else {
            return Err(ctx.exception("Invalid serialization data for BcMath\\Number object"));
        };
        *this.borrow_mut(ctx)? = Number { value: Some(value), scale };
        Ok(())
    }
}
