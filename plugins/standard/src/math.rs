//! Mathematics.

use plugin_api::{Ctx, Kind, R, Str, Value, php_function};

/// Rounds half away from zero to that many decimals, as PHP 8.4 does: the scaled value is rounded and then corrected where
/// the decimal text shows that the scaling went wrong.
pub fn round_to(d: f64, places: i64) -> f64 {
    round_mode(d, places, 1)
}

fn power(n: i64) -> f64 {
    10f64.powi(n.clamp(-400, 400) as i32)
}

fn scaled(value: f64, exponent: f64, places: i64) -> f64 {
    if places > 0 { value * exponent } else { value / exponent }
}

/// `round()` by mode: 1 half up (away from zero), 2 half down, 3 half even, 4 half odd, 5 ceiling, 6 floor, 7 towards zero,
/// 8 away from zero.
fn round_mode(value: f64, places: i64, mode: i64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    let places = places.clamp(i32::MIN as i64 + 1, i32::MAX as i64);
    let exponent = power(places.abs());
    let tmp = scaled(value, exponent, places);
    if tmp.abs() >= 1e16 || !tmp.is_finite() {
        return value;
    }
    let whole = tmp.trunc();
    // Halves of larger ones are not to be had, which has PHP go on to the next.
    const HALVES: f64 = (1u64 << 52) as f64;
    if places <= 0 && whole == tmp && whole.abs() < HALVES && whole * exponent == value {
        return value;
    }
    // What the scaled value is exactly between two integers is decided on the unscaled one.
    let unscale = |v: f64| if places > 0 { v / exponent } else { v * exponent };
    let half = |w: f64| unscale(w + 0.5f64.copysign(value));
    let up = || whole + 1f64.copysign(value);
    let reaches = value.abs() >= half(whole).abs();
    let beyond = value.abs() > half(whole).abs();
    let exact = unscale(whole) == value;
    let result = match mode {
        1 => {
            if reaches {
                up()
            } else {
                whole
            }
        }
        2 => {
            if beyond {
                up()
            } else {
                whole
            }
        }
        3 => {
            let even = whole % 2.0 == 0.0;
            if beyond || reaches && !even { up() } else { whole }
        }
        4 => {
            let even = whole % 2.0 == 0.0;
            if beyond || reaches && even { up() } else { whole }
        }
        5 => {
            if value > 0.0 && !exact {
                up()
            } else {
                whole
            }
        }
        6 => {
            if value < 0.0 && !exact {
                up()
            } else {
                whole
            }
        }
        7 => whole,
        _ => {
            if exact {
                whole
            } else {
                up()
            }
        }
    };
    if places.abs() < 23 {
        return unscale(result);
    }
    format!("{result:.15}e{}", -places).parse().unwrap_or(value)
}

#[php_function("pure abs(int|float $num): int|float")]
fn abs(num: &Value) -> Value {
    match num.kind() {
        Kind::Int(i) => i.checked_abs().map_or(Value::float(-(i as f64)), Value::int),
        _ => Value::float(num.to_float().abs()),
    }
}
#[php_function("pure ceil(int|float $num): float")]
fn ceil(num: f64) -> f64 {
    num.ceil()
}
#[php_function("pure floor(int|float $num): float")]
fn floor(num: f64) -> f64 {
    num.floor()
}
#[php_function(
    "pure round(int|float $num, int $precision = 0, int|RoundingMode $mode = RoundingMode::HalfAwayFromZero): float"
)]
fn round(ctx: &mut Ctx, num: &Value, precision: i64, mode: Option<&Value>) -> R<f64> {
    let mode = match mode.map(Value::kind) {
        None => 1,
        Some(Kind::Int(m)) => m,
        Some(Kind::Object(o)) => match o.slot("name").and_then(|n| n.as_str().map(|s| s.to_vec())).as_deref()
        {
            Some(b"HalfAwayFromZero") => 1,
            Some(b"HalfTowardsZero") => 2,
            Some(b"HalfEven") => 3,
            Some(b"HalfOdd") => 4,
            Some(b"TowardsZero") => 7,
            Some(b"AwayFromZero") => 8,
            Some(b"NegativeInfinity") => 6,
            Some(b"PositiveInfinity") => 5,
            _ => 0,
        },
        _ => 0,
    };
    if !(1..=8).contains(&mode) {
        return Err(ctx.argument_value_error(3, "must be a valid rounding mode (RoundingMode::*)"));
    }
    Ok(match num.kind() {
        Kind::Int(i) if precision >= 0 => i as f64,
        Kind::Int(i) => round_mode(i as f64, precision, mode),
        _ => round_mode(num.to_float(), precision, mode),
    })
}

macro_rules! unary {
    ($($sig:literal $name:ident |$x:ident| $e:expr;)*) => { $(
        #[php_function($sig)]
        fn $name($x: f64) -> f64 { $e }
    )* };
}
unary! {
    "pure sin(float $num): float" sin |x| x.sin();
    "pure cos(float $num): float" cos |x| x.cos();
    "pure tan(float $num): float" tan |x| x.tan();
    "pure asin(float $num): float" asin |x| x.asin();
    "pure acos(float $num): float" acos |x| x.acos();
    "pure atan(float $num): float" atan |x| x.atan();
    "pure atanh(float $num): float" atanh |x| 0.5 * ((1.0 + x) / (1.0 - x)).ln();
    "pure sinh(float $num): float" sinh |x| x.sinh();
    "pure cosh(float $num): float" cosh |x| x.cosh();
    "pure tanh(float $num): float" tanh |x| x.tanh();
    "pure asinh(float $num): float" asinh |x| x.asinh();
    "pure acosh(float $num): float" acosh |x| x.acosh();
    "pure expm1(float $num): float" expm1 |x| x.exp_m1();
    "pure log1p(float $num): float" log1p |x| x.ln_1p();
    "pure exp(float $num): float" exp |x| x.exp();
    "pure log10(float $num): float" log10 |x| x.log10();
    "pure sqrt(float $num): float" sqrt |x| x.sqrt();
    "pure deg2rad(float $num): float" deg2rad |x| x / 180.0 * std::f64::consts::PI;
    "pure rad2deg(float $num): float" rad2deg |x| x / std::f64::consts::PI * 180.0;
}
#[php_function("pure pi(): float")]
fn pi() -> f64 {
    std::f64::consts::PI
}
#[php_function("pure atan2(float $y, float $x): float")]
fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}
#[php_function("pure hypot(float $x, float $y): float")]
fn hypot(x: f64, y: f64) -> f64 {
    x.hypot(y)
}
#[php_function("pure fmod(float $num1, float $num2): float")]
fn fmod(a: f64, b: f64) -> f64 {
    a % b
}
#[php_function("pure fdiv(float $num1, float $num2): float")]
fn fdiv(a: f64, b: f64) -> f64 {
    a / b
}
#[php_function("pure fpow(float $num, float $exponent): float")]
fn fpow(a: f64, b: f64) -> f64 {
    a.powf(b)
}
#[php_function("pure intdiv(int $num1, int $num2): int")]
fn intdiv(ctx: &mut Ctx, a: i64, b: i64) -> R<i64> {
    if b == 0 {
        return Err(ctx.division_by_zero("Division by zero"));
    }
    a.checked_div(b)
        .ok_or(())
        .map_err(|()| ctx.arithmetic_error("Division of PHP_INT_MIN by -1 is not an integer"))
}
#[php_function("pure pow(mixed $num, mixed $exponent): int|float|object")]
fn pow(ctx: &mut Ctx, num: &Value, exponent: &Value) -> R<Value> {
    Value::binary(ctx, plugin_api::abi::operation::POW, num, exponent)
}
#[php_function("pure log(float $num, float $base = M_E): float")]
fn log(ctx: &mut Ctx, num: f64, base: Option<f64>) -> R<f64> {
    match base {
        None => Ok(num.ln()),
        Some(2.0) => Ok(num.log2()),
        Some(10.0) => Ok(num.log10()),
        Some(1.0) => Ok(f64::NAN),
        Some(b) if b <= 0.0 => Err(ctx.argument_value_error(2, "must be greater than 0")),
        Some(b) => Ok(num.ln() / b.ln()),
    }
}
#[php_function("pure is_finite(float $num): bool")]
fn is_finite(num: f64) -> bool {
    num.is_finite()
}
#[php_function("pure is_nan(float $num): bool")]
fn is_nan(num: f64) -> bool {
    num.is_nan()
}
#[php_function("pure is_infinite(float $num): bool")]
fn is_infinite(num: f64) -> bool {
    num.is_infinite()
}

/// The number that digits of a base stand for; what is no digit is passed over with a deprecation.
fn from_base(ctx: &mut Ctx, s: &[u8], base: u32) -> R<Value> {
    let s = s.trim_ascii();
    let body = match (base, s) {
        (16, [b'0', b'x' | b'X', rest @ ..]) => rest,
        (8, [b'0', b'o' | b'O', rest @ ..]) => rest,
        (2, [b'0', b'b' | b'B', rest @ ..]) => rest,
        _ => s,
    };
    let (mut n, mut d, mut float, mut bad) = (0i64, 0f64, false, false);
    for c in body {
        let Some(digit) = (*c as char).to_digit(base) else {
            bad = true;
            continue;
        };
        if !float {
            match n.checked_mul(base as i64).and_then(|m| m.checked_add(digit as i64)) {
                Some(m) => n = m,
                None => {
                    float = true;
                    d = n as f64 * base as f64 + digit as f64;
                }
            }
        } else {
            d = d * base as f64 + digit as f64;
        }
    }
    if bad {
        ctx.raise_plain(
            plugin_api::Level::Deprecated,
            "Invalid characters passed for attempted conversion, these have been ignored",
        )?;
    }
    Ok(if float { Value::float(d) } else { Value::int(n) })
}

fn to_base(mut n: u64, base: u32) -> String {
    let mut out = Vec::new();
    loop {
        out.push(std::char::from_digit((n % base as u64) as u32, base).unwrap_or('0') as u8);
        n /= base as u64;
        if n == 0 {
            break;
        }
    }
    out.reverse();
    String::from_utf8_lossy(&out).into_owned()
}

#[php_function("pure bindec(string $binary_string): int|float")]
fn bindec(ctx: &mut Ctx, s: &[u8]) -> R<Value> {
    from_base(ctx, s, 2)
}
#[php_function("pure hexdec(string $hex_string): int|float")]
fn hexdec(ctx: &mut Ctx, s: &[u8]) -> R<Value> {
    from_base(ctx, s, 16)
}
#[php_function("pure octdec(string $octal_string): int|float")]
fn octdec(ctx: &mut Ctx, s: &[u8]) -> R<Value> {
    from_base(ctx, s, 8)
}
#[php_function("pure decbin(int $num): string")]
fn decbin(num: i64) -> String {
    format!("{num:b}")
}
#[php_function("pure decoct(int $num): string")]
fn decoct(num: i64) -> String {
    format!("{num:o}")
}
#[php_function("pure dechex(int $num): string")]
fn dechex(num: i64) -> Str {
    let mut n = num as u64;
    let mut text = [0; 16];
    let mut at = text.len();
    loop {
        at -= 1;
        text[at] = b"0123456789abcdef"[(n & 15) as usize];
        n >>= 4;
        if n == 0 {
            break;
        }
    }
    Str::new(&text[at..])
}
#[php_function("pure base_convert(string $num, int $from_base, int $to_base): string")]
fn base_convert(ctx: &mut Ctx, num: &[u8], from: i64, to: i64) -> R<String> {
    if !(2..=36).contains(&from) {
        return Err(ctx.argument_value_error(2, "must be between 2 and 36 (inclusive)"));
    }
    if !(2..=36).contains(&to) {
        return Err(ctx.argument_value_error(3, "must be between 2 and 36 (inclusive)"));
    }
    let v = from_base(ctx, num, from as u32)?;
    Ok(match v.kind() {
        Kind::Int(i) => to_base(i as u64, to as u32),
        _ => {
            let mut d = v.to_float().floor();
            if d.is_infinite() {
                ctx.warning("An infinite value cannot be converted to base ".to_owned() + &to.to_string())?;
                return Ok(String::new());
            }
            let mut out = Vec::new();
            while d >= 1.0 {
                out.push(std::char::from_digit((d % to as f64) as u32, to as u32).unwrap_or('0') as u8);
                d = (d / to as f64).floor();
            }
            out.reverse();
            String::from_utf8_lossy(&out).into_owned()
        }
    })
}

plugin_api::constants! {
    /// Constants of the mathematical functions.
    pub CONSTANTS;
    float M_E = std::f64::consts::E;
    float M_LOG2E = std::f64::consts::LOG2_E;
    float M_LOG10E = std::f64::consts::LOG10_E;
    float M_LN2 = std::f64::consts::LN_2;
    float M_LN10 = std::f64::consts::LN_10;
    float M_PI = std::f64::consts::PI;
    float M_PI_2 = std::f64::consts::FRAC_PI_2;
    float M_PI_4 = std::f64::consts::FRAC_PI_4;
    float M_1_PI = std::f64::consts::FRAC_1_PI;
    float M_2_PI = std::f64::consts::FRAC_2_PI;
    float M_SQRTPI = 1.772_453_850_905_516;
    float M_2_SQRTPI = std::f64::consts::FRAC_2_SQRT_PI;
    float M_LNPI = 1.144_729_885_849_400_2;
    float M_EULER = 0.577_215_664_901_532_9;
    float M_SQRT2 = std::f64::consts::SQRT_2;
    float M_SQRT1_2 = std::f64::consts::FRAC_1_SQRT_2;
    float M_SQRT3 = 1.732_050_807_568_877_2;
    int PHP_ROUND_HALF_UP = 1;
    int PHP_ROUND_HALF_DOWN = 2;
    int PHP_ROUND_HALF_EVEN = 3;
    int PHP_ROUND_HALF_ODD = 4;
}

/// How round() decides.
#[plugin_api::php_class(
    "enum RoundingMode",
    "case HalfAwayFromZero",
    "case HalfTowardsZero",
    "case HalfEven",
    "case HalfOdd",
    "case TowardsZero",
    "case AwayFromZero",
    "case NegativeInfinity",
    "case PositiveInfinity"
)]
pub struct RoundingMode;
