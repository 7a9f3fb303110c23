//! `range()`.

use plugin_api::{Array, Ctx, Kind, List, R, Throw, Value, php_function};

/// How many elements an array could have at most (`HT_MAX_SIZE` on 64 bits).
const MAX: i64 = 0x4000_0000;

/// A bound as `range()` sees it.
#[derive(Clone, Copy)]
enum Bound {
    Int(i64),
    Float(f64),
    /// A string of one digit: a number, or a character where the other one is.
    Digit(u8),
    /// A string that is no number: its first byte.
    Char(u8),
}

impl Bound {
    fn character(self) -> Option<u8> {
        match self {
            Bound::Digit(c) | Bound::Char(c) => Some(c),
            _ => None,
        }
    }
    fn int(self) -> i64 {
        match self {
            Bound::Int(i) => i,
            Bound::Float(d) => Ctx::float_to_int(d),
            Bound::Digit(c) => (c - b'0') as i64,
            Bound::Char(_) => 0,
        }
    }
    fn float(self) -> f64 {
        match self {
            Bound::Float(d) => d,
            b => b.int() as f64,
        }
    }
}

fn finite(ctx: &mut Ctx, n: u32, d: f64) -> R<f64> {
    if d.is_finite() {
        return Ok(d);
    }
    let what = if d.is_nan() { "NAN" } else { "INF" };
    Err(ctx.argument_value_error(n, format!("must be a finite number, {what} provided")))
}

fn bound(ctx: &mut Ctx, v: &Value, n: u32, name: &str) -> R<Bound> {
    match v.kind() {
        Kind::Float(d) => Ok(Bound::Float(finite(ctx, n, d)?)),
        Kind::Str(s) if s.is_empty() => {
            ctx.warning(format!("Argument #{n} (${name}) must not be empty, casted to 0"))?;
            Ok(Bound::Int(0))
        }
        Kind::Str(s) => match Value::numeric(s) {
            Some((num, false)) => match num.kind() {
                Kind::Float(d) => Ok(Bound::Float(finite(ctx, n, d)?)),
                _ if s.len() == 1 => Ok(Bound::Digit(s[0])),
                _ => Ok(Bound::Int(num.to_int())),
            },
            _ => {
                if s.len() > 1 {
                    ctx.warning(format!(
                        "Argument #{n} (${name}) must be a single byte, subsequent bytes are ignored"
                    ))?;
                }
                Ok(Bound::Char(s[0]))
            }
        },
        _ => Ok(Bound::Int(v.to_int())),
    }
}

/// The distance of elements.
struct Step {
    int: i64,
    float: f64,
    /// It has a fraction.
    fraction: bool,
    negative: bool,
}

fn step(ctx: &mut Ctx, v: Option<&Value>) -> R<Step> {
    let mut s = Step { int: 1, float: 1.0, fraction: false, negative: false };
    let Some(v) = v else { return Ok(s) };
    match v.kind() {
        Kind::Float(d) => {
            s.float = finite(ctx, 3, d)?;
            s.int = Ctx::float_to_int(d);
            s.fraction = s.int as f64 != d;
        }
        _ => {
            s.int = v.to_int();
            s.float = s.int as f64;
        }
    }
    if s.float == 0.0 {
        return Err(ctx.argument_value_error(3, "cannot be 0"));
    }
    if s.float < 0.0 {
        s.negative = true;
        s.float = -s.float;
        s.int = match s.int.checked_neg() {
            Some(i) => i,
            None => {
                return Err(ctx.argument_value_error(3, format!("must be greater than {}", i64::MIN)));
            }
        };
    }
    Ok(s)
}

fn beyond(ctx: &mut Ctx) -> Throw {
    ctx.argument_value_error(
        3,
        "must be less than the range spanned by argument #1 ($start) and argument #2 ($end)",
    )
}
fn backwards(ctx: &mut Ctx) -> Throw {
    ctx.argument_value_error(3, "must be greater than 0 for increasing ranges")
}

fn ints(ctx: &mut Ctx, a: i64, b: i64, s: &Step) -> R<Array> {
    if a == b {
        return Ok(Array::list([Value::int(a)]));
    }
    if a < b && s.negative {
        return Err(backwards(ctx));
    }
    let (span, step) = (a.abs_diff(b), s.int.unsigned_abs());
    if span < step {
        return Err(beyond(ctx));
    }
    let n = span / step;
    if n >= MAX as u64 - 1 {
        let (lo, hi) = (a.min(b), a.max(b));
        return Err(ctx.value_error(format!(
            "The supplied range exceeds the maximum array size: start={lo} end={hi} step={step}"
        )));
    }
    crate::string::basic::room_for(ctx, (n as usize).saturating_mul(16))?;
    let at = |i: u64| {
        let by = i.wrapping_mul(step) as i64;
        Value::int(if a < b { a.wrapping_add(by) } else { a.wrapping_sub(by) })
    };
    let mut out = List::with_capacity(n as usize + 1);
    match (step, a < b) {
        (1, true) => out.extend_with(n as usize + 1, |i| Value::int(a.wrapping_add(i as i64))),
        _ => out.extend_with(n as usize + 1, |i| at(i as u64)),
    }
    Ok(out.finish())
}

fn floats(ctx: &mut Ctx, a: f64, b: f64, s: &Step) -> R<Array> {
    if a == b {
        return Ok(Array::list([Value::float(a)]));
    }
    if a < b && s.negative {
        return Err(backwards(ctx));
    }
    let span = (a - b).abs();
    if span < s.float {
        return Err(beyond(ctx));
    }
    let n = span / s.float + 1.0;
    if n >= MAX as f64 {
        let (lo, hi) = (a.min(b), a.max(b));
        return Err(ctx.value_error(format!(
            "The supplied range exceeds the maximum array size: start={lo:.1} end={hi:.1} step={:.1}",
            s.float
        )));
    }
    let n = crate::math::round_to(n, 0) as u64;
    crate::string::basic::room_for(ctx, (n as usize).saturating_mul(16))?;
    let at = |i: u64| if a < b { a + i as f64 * s.float } else { a - i as f64 * s.float };
    let within = |v: &f64| if a < b { *v <= b } else { *v >= b };
    let mut out = List::with_capacity(n as usize);
    (0..n).map(at).take_while(within).for_each(|d| out.push(Value::float(d)));
    Ok(out.finish())
}

fn chars(ctx: &mut Ctx, a: u8, b: u8, s: &Step) -> R<Array> {
    let list = ints(ctx, a as i64, b as i64, s)?;
    let mut out = List::with_capacity(list.len());
    list.values().for_each(|v| out.push(Value::str([v.to_int() as u8])));
    Ok(out.finish())
}

#[php_function("range(string|int|float $start, string|int|float $end, int|float $step = 1): array")]
fn range(ctx: &mut Ctx, start: &Value, end: &Value, by: Option<&Value>) -> R<Array> {
    let s = step(ctx, by)?;
    let (mut a, mut b) = (bound(ctx, start, 1, "start")?, bound(ctx, end, 2, "end")?);
    match (a.character(), b.character()) {
        (Some(x), Some(y)) if !s.fraction => return chars(ctx, x, y, &s),
        (Some(_), Some(_)) => {
            if matches!(a, Bound::Char(_)) || matches!(b, Bound::Char(_)) {
                ctx.warning("Argument #3 ($step) must be of type int when generating an array of characters, inputs converted to 0")?;
            }
        }
        (None, Some(_)) => {
            if let Bound::Char(_) = b {
                ctx.warning("Argument #1 ($start) must be a single byte string if argument #2 ($end) is a single byte string, argument #2 ($end) converted to 0")?;
                b = Bound::Int(0);
            }
        }
        (Some(_), None) => {
            if let Bound::Char(_) = a {
                ctx.warning("Argument #2 ($end) must be a single byte string if argument #1 ($start) is a single byte string, argument #1 ($start) converted to 0")?;
                a = Bound::Int(0);
            }
        }
        (None, None) => {}
    }
    if s.fraction || matches!(a, Bound::Float(_)) || matches!(b, Bound::Float(_)) {
        return floats(ctx, a.float(), b.float(), &s);
    }
    ints(ctx, a.int(), b.int(), &s)
}
