//! printf() and its family, number_format().

use plugin_api::{Args, Array, Ctx, Kind, R, Rest, Str, Stream, Value, php_function};

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

fn pad(out: &mut Vec<u8>, text: &[u8], s: &Spec, signed: bool) {
    let fill = s.width.saturating_sub(text.len());
    if s.left {
        out.extend_from_slice(text);
        out.extend(std::iter::repeat_n(s.pad, fill));
    } else if s.pad == b'0' && signed && text.first().is_some_and(|c| *c == b'-' || *c == b'+') {
        out.push(text[0]);
        out.extend(std::iter::repeat_n(b'0', fill));
        out.extend_from_slice(&text[1..]);
    } else {
        out.extend(std::iter::repeat_n(s.pad, fill));
        out.extend_from_slice(text);
    }
}

/// A float with a fixed number of decimals, halves rounded as PHP does it.
pub fn fixed(d: f64, decimals: usize) -> String {
    let d = if decimals < 15 { pre_round(d, decimals) } else { d };
    format!("{d:.decimals$}")
}

/// Rounds half away from zero on the decimal text that PHP's own precision shows.
pub fn pre_round(d: f64, decimals: usize) -> f64 {
    if !d.is_finite() || d.abs() >= 1e15 {
        return d;
    }
    crate::math::round_to(d, decimals as i64)
}

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
        let m = if m.contains('.') { m.trim_end_matches('0').trim_end_matches('.') } else { m };
        let m = if m.contains('.') { m.to_owned() } else { format!("{m}.0") };
        let sign = if e < 0 { '-' } else { '+' };
        return format!("{m}{}{sign}{}", if upper { 'E' } else { 'e' }, e.abs());
    }
    let t = format!("{:.*}", (p as i32 - 1 - e).max(0) as usize, d);
    if t.contains('.') { t.trim_end_matches('0').trim_end_matches('.').to_owned() } else { t }
}

fn float_text(d: f64, conv: u8, precision: Option<usize>) -> String {
    if d.is_nan() {
        return "NaN".into();
    }
    if d.is_infinite() {
        return if d < 0.0 { "-INF".into() } else { "INF".into() };
    }
    let p = precision.unwrap_or(6);
    match conv {
        b'e' | b'E' => exponent(d, p, conv == b'E'),
        b'g' | b'G' | b'h' | b'H' => general(d, p, matches!(conv, b'G' | b'H')),
        _ => fixed(d, p),
    }
}

/// Formats as sprintf() does. `first`: position of the first argument behind the format, for messages.
pub fn format(ctx: &mut Ctx, f: &[u8], args: &[Value], vector: bool) -> R<Vec<u8>> {
    let mut out = Vec::with_capacity(f.len() + 16);
    let (mut i, mut next, mut most) = (0, 0usize, 0usize);
    let mut missing = false;
    while i < f.len() {
        let c = f[i];
        i += 1;
        if c != b'%' {
            out.push(c);
            continue;
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
        // A precision leaves nothing of a number in another base.
        let radix = |t: String| if s.precision.is_some() { String::new() } else { t };
        match conv {
            b's' => {
                let t = v.to_str(ctx)?;
                let n = s.precision.map_or(t.len(), |p| p.min(t.len()));
                pad(&mut out, &t[..n], &s, false);
            }
            b'd' => {
                let n = v.to_int();
                let t = if s.plus && n >= 0 { format!("+{n}") } else { n.to_string() };
                pad(&mut out, t.as_bytes(), &s, true);
            }
            b'u' => pad(&mut out, (v.to_int() as u64).to_string().as_bytes(), &s, true),
            b'x' => pad(&mut out, radix(format!("{:x}", v.to_int())).as_bytes(), &s, false),
            b'X' => pad(&mut out, radix(format!("{:X}", v.to_int())).as_bytes(), &s, false),
            b'o' => pad(&mut out, radix(format!("{:o}", v.to_int())).as_bytes(), &s, false),
            b'b' => pad(&mut out, radix(format!("{:b}", v.to_int())).as_bytes(), &s, false),
            b'c' => out.push(v.to_int() as u8),
            // With modifiers it takes an argument like the others.
            b'%' => out.push(b'%'),
            b'f' | b'F' | b'e' | b'E' | b'g' | b'G' | b'h' | b'H' => {
                let d = v.to_float();
                let precision = s.precision.map(|p| p.min(53));
                let mut t = if s.shortest && d.is_finite() {
                    let t = Ctx::format_float(d, -1);
                    if matches!(conv, b'G' | b'H') { t } else { t.to_ascii_lowercase() }
                } else {
                    float_text(d, conv, precision)
                };
                if s.plus && !d.is_sign_negative() && d.is_finite() {
                    t.insert(0, '+');
                }
                pad(&mut out, t.as_bytes(), &s, d.is_finite());
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
fn sprintf(ctx: &mut Ctx, f: &[u8], values: Rest) -> R<Vec<u8>> {
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
fn vsprintf(ctx: &mut Ctx, f: &[u8], values: &Array) -> R<Vec<u8>> {
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

#[php_function(
    "number_format(float $num, int $decimals = 0, ?string $decimal_separator = \".\", ?string $thousands_separator = \",\"): string"
)]
fn number_format(
    args: &Args,
    num: f64,
    decimals: i64,
    point: Option<&[u8]>,
    thousands: Option<&[u8]>,
) -> Str {
    let default = |i: usize, given: Option<&[u8]>, d: &'static [u8]| match (args.get(i), given) {
        (Some(_), Some(g)) => g.to_vec(),
        _ => d.to_vec(),
    };
    let (point, thousands) = (default(2, point, b"."), default(3, thousands, b","));
    let d = crate::math::round_to(num, decimals);
    let text = format!("{:.*}", decimals.clamp(0, 500) as usize, d.abs());
    if !d.is_finite() {
        return Str::new(if d.is_nan() {
            b"nan"
        } else if d < 0.0 {
            b"-inf"
        } else {
            b"inf"
        });
    }
    let (int, frac) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = Vec::new();
    if d < 0.0 && text.bytes().any(|c| (b'1'..=b'9').contains(&c)) {
        out.push(b'-');
    }
    for (i, c) in int.bytes().enumerate() {
        if i > 0 && (int.len() - i) % 3 == 0 {
            out.extend_from_slice(&thousands);
        }
        out.push(c);
    }
    if !frac.is_empty() {
        out.extend_from_slice(&point);
        out.extend_from_slice(frac.as_bytes());
    }
    out.into()
}
