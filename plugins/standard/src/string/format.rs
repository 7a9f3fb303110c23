//! printf() and its family, number_format().

use plugin_api::{Array, Buffer, Ctx, Kind, R, Rest, Str, Stream, Value, php_function};
use smallvec::SmallVec;

/// One `%` of a format.
struct Spec {
    left: bool,
    plus: bool,
    pad: u8,
    width: usize,
    precision: Option<usize>,
    /// Precision -1: as many digits as it takes to read the number back.
    shortest: bool,
}

/// Fills what was written from `start` on up to the width.
fn align(out: &mut Vec<u8>, start: usize, s: &Spec, signed: bool) {
    let fill = s.width.saturating_sub(out.len() - start);
    if fill == 0 {
        return;
    }
    let end = out.len();
    out.resize(end + fill, s.pad);
    if !s.left {
        let sign = s.pad == b'0' && signed && matches!(out[start], b'-' | b'+');
        let from = start + sign as usize;
        out.copy_within(from..end, from + fill);
        out[from..from + fill].fill(s.pad);
    }
}

/// Writes a number's digits by the power of two that `shift` is.
fn put_binary(out: &mut Vec<u8>, n: i64, shift: u32, digits: &[u8; 16]) {
    let mut text = [0; 64];
    let (mut n, mut at) = (n as u64, text.len());
    loop {
        at -= 1;
        text[at] = digits[(n & ((1 << shift) - 1)) as usize];
        n >>= shift;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[at..]);
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

fn exponent(d: f64, precision: usize, upper: bool) -> String {
    let t = format!("{d:.precision$e}");
    let (m, e) = t.split_once('e').unwrap_or((&t, "0"));
    let e: i32 = e.parse().unwrap_or(0);
    let sign = if e < 0 { '-' } else { '+' };
    let c = if upper { 'E' } else { 'e' };
    format!("{m}{c}{sign}{}", e.abs())
}

fn general(d: f64, precision: usize, upper: bool) -> String {
    let p = if precision == 0 { 1 } else { precision };
    if d == 0.0 {
        return if d.is_sign_negative() { "-0".into() } else { "0".into() };
    }
    let t = format!("{:.*e}", p - 1, d);
    let (m, e) = t.split_once('e').unwrap_or((&t, "0"));
    let e: i32 = e.parse().unwrap_or(0);
    if e < -4 || e >= p as i32 {
        let whole = i32::try_from(p).is_ok_and(|p| howdah_decimal::is_even_tie(d.abs(), p));
        let m = if m.contains('.') && !whole { m.trim_end_matches('0').trim_end_matches('.') } else { m };
        let m = if m.contains('.') { m.to_owned() } else { format!("{m}.0") };
        let sign = if e < 0 { '-' } else { '+' };
        return format!("{m}{}{sign}{}", if upper { 'E' } else { 'e' }, e.abs());
    }
    let t = format!("{:.*}", (p as i32 - 1 - e).max(0) as usize, d);
    if t.contains('.') { t.trim_end_matches('0').trim_end_matches('.').to_owned() } else { t }
}

fn put_float(out: &mut Vec<u8>, d: f64, conv: u8, precision: Option<usize>) {
    let p = precision.unwrap_or(6);
    let text = if d.is_nan() {
        "NaN".into()
    } else if d.is_infinite() {
        if d < 0.0 { "-INF".into() } else { "INF".into() }
    } else {
        match conv {
            b'e' | b'E' => exponent(d, p, conv == b'E'),
            b'g' | b'G' | b'h' | b'H' => general(d, p, matches!(conv, b'G' | b'H')),
            // Zero has no sign.
            _ => return howdah_decimal::fixed(if d == 0.0 { 0.0 } else { d }, p, out),
        }
    };
    out.extend_from_slice(text.as_bytes());
}

/// Formats as sprintf() does. `first`: position of the first argument behind the format, for messages.
pub fn format(ctx: &mut Ctx, f: &[u8], args: &[Value], vector: bool) -> R<Buffer> {
    let mut out = Buffer::with_capacity(f.len() + 16);
    let (mut i, mut next, mut most) = (0, 0usize, 0usize);
    let mut missing = false;
    while i < f.len() {
        let plain = f[i..].iter().position(|c| *c == b'%').unwrap_or(f.len() - i);
        out.extend_from_slice(&f[i..i + plain]);
        i += plain + 1;
        if i > f.len() {
            break;
        }
        if f.get(i) == Some(&b'%') {
            out.push(b'%');
            i += 1;
            continue;
        }
        let mut s = Spec { left: false, plus: false, pad: b' ', width: 0, precision: None, shortest: false };
        let number = |i: &mut usize| -> Option<i64> {
            let from = *i;
            while f.get(*i).is_some_and(u8::is_ascii_digit) {
                *i += 1;
            }
            if from == *i {
                None
            } else {
                std::str::from_utf8(&f[from..*i]).ok()?.parse().ok().or(Some(i64::MAX))
            }
        };
        let mut which = None;
        let save = i;
        if f.get(i) == Some(&b'$') {
            return Err(ctx.value_error(
                "Argument number specifier must be greater than zero and less than 2147483647",
            ));
        }
        if let Some(n) = number(&mut i) {
            if f.get(i) == Some(&b'$') {
                if n == 0 {
                    return Err(ctx.value_error(
                        "Argument number specifier must be greater than zero and less than 2147483647",
                    ));
                }
                if n >= i32::MAX as i64 {
                    return Err(ctx.value_error(
                        "Argument number specifier must be greater than zero and less than 2147483647",
                    ));
                }
                which = Some(n as usize - 1);
                i += 1;
            } else {
                i = save;
            }
        }
        loop {
            match f.get(i) {
                Some(b'0') => s.pad = b'0',
                Some(b' ') => s.pad = b' ',
                Some(b'-') => s.left = true,
                Some(b'+') => s.plus = true,
                Some(b'\'') => match f.get(i + 1) {
                    Some(c) => {
                        s.pad = *c;
                        i += 1;
                    }
                    None => return Err(ctx.value_error("Missing padding character")),
                },
                _ => break,
            }
            i += 1;
        }
        let mut star = |ctx: &mut Ctx, i: &mut usize, what: &str| -> R<Option<i64>> {
            *i += 1;
            let save = *i;
            let mut at = None;
            if let Some(n) = number(i) {
                if f.get(*i) == Some(&b'$') {
                    if n == 0 || n >= i32::MAX as i64 {
                        return Err(ctx.value_error(
                            "Argument number specifier must be greater than zero and less than 2147483647",
                        ));
                    }
                    at = Some(n as usize - 1);
                    *i += 1;
                } else {
                    *i = save;
                }
            }
            let at = at.unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            most = most.max(at + 1);
            match args.get(at).map(|v| v.kind()) {
                Some(Kind::Int(n)) => Ok(Some(n)),
                Some(_) => Err(ctx.value_error(format!("{what} must be an integer"))),
                None => {
                    missing = true;
                    Ok(None)
                }
            }
        };
        if f.get(i) == Some(&b'*') {
            if let Some(n) = star(ctx, &mut i, "Width")? {
                if !(0..i32::MAX as i64).contains(&n) {
                    return Err(ctx.value_error("Width must be between 0 and 2147483647"));
                }
                s.width = n as usize;
            }
        } else if let Some(n) = number(&mut i) {
            if n >= i32::MAX as i64 {
                return Err(ctx.value_error("Width must be between 0 and 2147483647"));
            }
            s.width = n as usize;
        }
        if f.get(i) == Some(&b'.') {
            i += 1;
            if f.get(i) == Some(&b'*') {
                if let Some(n) = star(ctx, &mut i, "Precision")? {
                    if !(-1..i32::MAX as i64).contains(&n) {
                        return Err(ctx.value_error("Precision must be between -1 and 2147483647"));
                    }
                    s.precision = usize::try_from(n).ok();
                    s.shortest = n == -1;
                }
            } else {
                let n = number(&mut i).unwrap_or(0);
                if n >= i32::MAX as i64 {
                    return Err(ctx.value_error("Precision must be between 0 and 2147483647"));
                }
                s.precision = Some(n as usize);
            }
        }
        if s.precision.is_some_and(|p| p > 500) {
            ctx.notice(format!(
                "Requested precision of {} digits was truncated to PHP maximum of 53 digits",
                s.precision.unwrap_or(0)
            ))?;
        }
        if f.get(i) == Some(&b'l') {
            i += 1;
        }
        let Some(&conv) = f.get(i) else {
            return Err(ctx.value_error("Missing format specifier at end of string"));
        };
        i += 1;
        let at = which.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        most = most.max(at + 1);
        let Some(v) = args.get(at) else {
            missing = true;
            if !b"%sduxXobcfFeEgGhH".contains(&conv) {
                return Err(ctx.value_error(format!("Unknown format specifier \"{}\"", conv as char)));
            }
            continue;
        };
        let v = v.deref();
        if s.shortest && !matches!(conv, b'g' | b'G' | b'h' | b'H') {
            return Err(ctx.value_error("Precision -1 is only supported for %g, %G, %h and %H"));
        }
        if s.left && s.pad == b'0' && matches!(conv, b'd' | b'u') {
            // Zeros behind an integer would change it.
            s.pad = b' ';
        }
        let start = out.len();
        match conv {
            b's' => {
                let t = v.to_str(ctx)?;
                let n = s.precision.map_or(t.len(), |p| p.min(t.len()));
                out.extend_from_slice(&t[..n]);
                align(&mut out, start, &s, false);
            }
            b'd' => {
                let n = v.to_int();
                if s.plus && n >= 0 {
                    out.push(b'+');
                }
                out.push_int(n);
                align(&mut out, start, &s, true);
            }
            b'u' => {
                out.extend_from_slice(itoa::Buffer::new().format(v.to_int() as u64).as_bytes());
                align(&mut out, start, &s, true);
            }
            b'x' | b'X' | b'o' | b'b' => {
                let n = v.to_int();
                // A precision leaves nothing of a number in another base.
                match conv {
                    _ if s.precision.is_some() => {}
                    b'x' => put_binary(&mut out, n, 4, LOWER),
                    b'X' => put_binary(&mut out, n, 4, UPPER),
                    b'o' => put_binary(&mut out, n, 3, LOWER),
                    _ => put_binary(&mut out, n, 1, LOWER),
                }
                align(&mut out, start, &s, false);
            }
            b'c' => out.push(v.to_int() as u8),
            // With modifiers it takes an argument like the others.
            b'%' => out.push(b'%'),
            b'f' | b'F' | b'e' | b'E' | b'g' | b'G' | b'h' | b'H' => {
                let d = v.to_float();
                if s.plus && !d.is_sign_negative() && d.is_finite() {
                    out.push(b'+');
                }
                if s.shortest && d.is_finite() {
                    out.push_float(d, -1);
                    if !matches!(conv, b'G' | b'H') {
                        out[start..].make_ascii_lowercase();
                    }
                } else {
                    put_float(&mut out, d, conv, s.precision.map(|p| p.min(53)));
                }
                align(&mut out, start, &s, d.is_finite());
            }
            c => return Err(ctx.value_error(format!("Unknown format specifier \"{}\"", c as char))),
        }
    }
    if missing {
        if vector {
            return Err(ctx.value_error(format!(
                "The arguments array must contain {most} items, {} given",
                args.len()
            )));
        }
        let extra = if ctx.function_name() == "fprintf" { 2 } else { 1 };
        return Err(ctx.argument_count_error(format!(
            "{} arguments are required, {} given",
            most + extra,
            args.len() + extra
        )));
    }
    Ok(out)
}

#[php_function("sprintf(string $format, mixed ...$values): string")]
fn sprintf(ctx: &mut Ctx, f: &[u8], values: Rest) -> R<Buffer> {
    format(ctx, f, values.0, false)
}
#[php_function("printf(string $format, mixed ...$values): int")]
fn printf(ctx: &mut Ctx, f: &[u8], values: Rest) -> R<i64> {
    let t = format(ctx, f, values.0, false)?;
    ctx.write(&t)?;
    Ok(t.len() as i64)
}
fn items(values: &Array) -> Vec<Value> {
    values.values().cloned().collect()
}
#[php_function("vsprintf(string $format, array $values): string")]
fn vsprintf(ctx: &mut Ctx, f: &[u8], values: &Array) -> R<Buffer> {
    format(ctx, f, &items(values), true)
}
#[php_function("vprintf(string $format, array $values): int")]
fn vprintf(ctx: &mut Ctx, f: &[u8], values: &Array) -> R<i64> {
    let t = format(ctx, f, &items(values), true)?;
    ctx.write(&t)?;
    Ok(t.len() as i64)
}

#[php_function("fprintf($stream, string $format, mixed ...$values): int")]
fn fprintf(ctx: &mut Ctx, stream: &Value, f: &[u8], values: Rest) -> R<i64> {
    let s = Stream::argument(ctx, stream, 1)?;
    let t = format(ctx, f, values.0, false)?;
    s.write(ctx, &t)?;
    Ok(t.len() as i64)
}
#[php_function("vfprintf($stream, string $format, array $values): int")]
fn vfprintf(ctx: &mut Ctx, stream: &Value, f: &[u8], values: &Array) -> R<i64> {
    let s = Stream::argument(ctx, stream, 1)?;
    let t = format(ctx, f, &items(values), true)?;
    s.write(ctx, &t)?;
    Ok(t.len() as i64)
}

/// A number rounded to places before the point, half of them up; `decimals` not below 0 leaves it as it is.
fn rounded(n: u64, decimals: i64) -> u64 {
    if decimals >= 0 {
        return n;
    }
    let places = u32::try_from(decimals.unsigned_abs()).unwrap_or(u32::MAX);
    let Some(power) = 10u64.checked_pow(places) else { return 0 };
    let whole = (n / power).wrapping_mul(power);
    if n % power >= power / 2 { whole.wrapping_add(power) } else { whole }
}

#[php_function(
    "pure number_format(@number float $num, int $decimals = 0, ?string $decimal_separator = \".\", ?string $thousands_separator = \",\"): string"
)]
fn number_format(num: &Value, decimals: i64, point: Option<&[u8]>, thousands: Option<&[u8]>) -> Str {
    // From here on a float has no fraction, and all that have none are exact as integers.
    const WHOLE: f64 = (1u64 << 52) as f64;
    let (point, thousands) = (point.unwrap_or(b"."), thousands.unwrap_or(b","));
    let whole = match num.kind() {
        Kind::Int(i) => Some(i),
        _ => Some(num.to_float())
            .filter(|d| d.abs() >= WHOLE && (-2f64.powi(63)..2f64.powi(63)).contains(d))
            .map(|d| d as i64),
    };
    let mut text: SmallVec<[u8; 64]> = SmallVec::new();
    let mut number = Buffer::new();
    let negative = match whole {
        Some(i) => {
            let n = rounded(i.unsigned_abs(), decimals);
            let places = decimals.clamp(0, 500) as usize;
            text.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
            if places > 0 {
                text.push(b'.');
                text.resize(text.len() + places, b'0');
            }
            i < 0 && n != 0
        }
        None => {
            let d = crate::math::round_to(num.to_float(), decimals);
            if !d.is_finite() {
                return Str::new(if d.is_nan() {
                    b"nan"
                } else if d < 0.0 {
                    b"-inf"
                } else {
                    b"inf"
                });
            }
            howdah_decimal::fixed(d.abs(), decimals.clamp(0, 500) as usize, &mut number);
            text.extend_from_slice(&number);
            d < 0.0 && text.iter().any(|c| (b'1'..=b'9').contains(c))
        }
    };
    number.clear();
    let ints = text.iter().position(|c| *c == b'.').unwrap_or(text.len());
    let mut out = number;
    if negative {
        out.push(b'-');
    }
    // The first group is what three do not divide.
    let first = (ints + 2) % 3 + 1;
    out.extend_from_slice(&text[..first.min(ints)]);
    for group in text[first.min(ints)..ints].chunks(3) {
        out.extend_from_slice(thousands);
        out.extend_from_slice(group);
    }
    if ints < text.len() {
        out.extend_from_slice(point);
        out.extend_from_slice(&text[ints + 1..]);
    }
    out.into()
}
