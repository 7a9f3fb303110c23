//! `GMP`: a number as an object, with operators.

use crate::functions::check_base;
use crate::integer::{Integer, raw};
use crate::operand::{of_object, operand, shift, unsupported};
use plugin_api::abi::{DBL, FALSE, INT, STR, operation, prop_purpose};
use plugin_api::{Array, Comparison, Ctx, GcRoots, Handlers, Kind, R, This, Value, php_class, php_methods};

/// A number.
#[derive(Default, GcRoots)]
#[php_class("final class GMP", handlers(clone, compare, do_operation, cast, properties))]
pub struct Gmp(#[gc(skip)] pub Integer);

/// An object of a number.
pub fn object(ctx: &mut Ctx, n: Integer) -> R<Value> {
    Ok(This::<Gmp>::create(ctx, Gmp(n))?.into())
}

impl Handlers for Gmp {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let n = from.borrow(ctx)?.0.clone();
        to.borrow_mut(ctx)?.0 = n;
        Ok(())
    }

    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        // null is compared as a bool, before numbers are.
        if a.is_null() || b.is_null() {
            return Ok(a.to_bool().cmp(&b.to_bool()).into());
        }
        let (a, b) = (operand(ctx, a)?, operand(ctx, b)?);
        Ok(a.cmp(&b).into())
    }

    fn do_operation(ctx: &mut Ctx, op: u32, a: &Value, b: &Value) -> R<Option<Value>> {
        let shifts = match op {
            operation::POW => Some(("**", raw::pow_ui as crate::integer::Shift)),
            operation::SL => Some(("<<", raw::mul_2exp as crate::integer::Shift)),
            operation::SR => Some((">>", raw::fdiv_q_2exp as crate::integer::Shift)),
            _ => None,
        };
        if let Some((sigil, f)) = shifts {
            let by = shift(ctx, sigil, a, b)?;
            let n = match (of_object(ctx, a)?, a.as_int()) {
                (Some(n), _) => n,
                (None, Some(n)) => n.into(),
                _ => return Err(unsupported(ctx, sigil, a, b)),
            };
            return object(ctx, Integer::with(f, &n, by)).map(Some);
        }
        if op == operation::BW_NOT {
            let n = operand(ctx, a)?;
            return object(ctx, Integer::unary(raw::com, &n)).map(Some);
        }
        let f: crate::integer::Binary = match op {
            operation::ADD => raw::add,
            operation::SUB => raw::sub,
            operation::MUL => raw::mul,
            operation::DIV => raw::tdiv_q,
            operation::MOD => raw::modulo,
            operation::BW_OR => raw::ior,
            operation::BW_AND => raw::and,
            operation::BW_XOR => raw::xor,
            _ => return Ok(None),
        };
        let (a, b) = (operand(ctx, a)?, operand(ctx, b)?);
        if b.is_zero() && matches!(op, operation::DIV | operation::MOD) {
            let what = if op == operation::MOD { "Modulo" } else { "Division" };
            return Err(ctx.division_by_zero(format!("{what} by zero")));
        }
        object(ctx, Integer::binary(f, &a, &b)).map(Some)
    }

    fn cast(this: &This<Self>, ctx: &mut Ctx, to: u8) -> R<Option<Value>> {
        let n = &this.borrow(ctx)?.0;
        Ok(match to {
            FALSE => Some((!n.is_zero()).into()),
            STR => Some(n.text(10).into()),
            INT => Some(n.to_int().into()),
            DBL => Some(n.to_float().into()),
            _ => None,
        })
    }

    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose != prop_purpose::DEBUG {
            return Ok(None);
        }
        let mut out = this.object().properties(ctx)?;
        out.set("num", this.borrow(ctx)?.0.text(10));
        Ok(Some(out))
    }
}

#[php_methods]
impl Gmp {
    #[php("public function __construct(int|string $num = 0, int $base = 0)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, num: Option<&Value>, base: i64) -> R<()> {
        let n = initial(ctx, num, base)?;
        this.borrow_mut(ctx)?.0 = n;
        Ok(())
    }

    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let mut out = Array::new();
        let text = this.borrow(ctx)?.0.text(16);
        out.push(text);
        let own = this.object().properties(ctx)?;
        if !own.is_empty() {
            out.push(own);
        }
        Ok(out)
    }

    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        let text = data.get_index(0).and_then(Value::as_str);
        let Some(n) = text.and_then(|t| Integer::parse(t, 16)) else {
            return Err(ctx.exception("Could not unserialize number"));
        };
        this.borrow_mut(ctx)?.0 = n;
        match data.get_index(1).map(Value::kind) {
            None => Ok(()),
            Some(Kind::Array(own)) => {
                for (k, v) in own.entries() {
                    let name = k.to_value().to_str(ctx)?;
                    this.object().set_mangled(ctx, &name, v.clone())?;
                }
                Ok(())
            }
            Some(_) => Err(ctx.exception("Could not unserialize properties")),
        }
    }
}

/// The number that is made of an int or a text in a base.
pub fn initial(ctx: &mut Ctx, num: Option<&Value>, base: i64) -> R<Integer> {
    check_base(ctx, base)?;
    match num.map(Value::kind) {
        None => Ok(Integer::default()),
        Some(Kind::Str(s)) => {
            Integer::parse(s, base).ok_or_else(|| ctx.argument_value_error(1, "is not an integer string"))
        }
        Some(_) => Ok(num.map_or(0, Value::to_int).into()),
    }
}
