//! `pack()` and `unpack()`.

use plugin_api::{Array, Buffer, Ctx, OrFalse, R, Rest, Value, php_function};
use smallvec::SmallVec;
use std::borrow::Cow;

/// How often a code repeats.
#[derive(Clone, Copy, PartialEq)]
enum Count {
    /// Not said.
    None,
    /// A number.
    Of(usize),
    /// `*`
    All,
}

fn count(f: &[u8], i: &mut usize) -> Count {
    match f.get(*i) {
        Some(b'*') => {
            *i += 1;
            Count::All
        }
        Some(c) if c.is_ascii_digit() => {
            let mut n = 0usize;
            while let Some(d) = f.get(*i).filter(|c| c.is_ascii_digit()) {
                n = n.saturating_mul(10).saturating_add((d - b'0') as usize);
                *i += 1;
            }
            Count::Of(n.min(i32::MAX as usize))
        }
        _ => Count::None,
    }
}

/// Bytes of an integer or float code; whether it is big-endian.
fn size(code: u8) -> Option<(usize, bool)> {
    Some(match code {
        b'c' | b'C' => (1, false),
        b's' | b'S' | b'v' => (2, false),
        b'n' => (2, true),
        b'i' | b'I' | b'l' | b'L' | b'V' => (4, false),
        b'N' => (4, true),
        b'q' | b'Q' | b'P' => (8, false),
        b'J' => (8, true),
        b'f' | b'g' => (4, false),
        b'G' => (4, true),
        b'd' | b'e' => (8, false),
        b'E' => (8, true),
        _ => return None,
    })
}

fn is_float(code: u8) -> bool {
    b"fgGdeE".contains(&code)
}

fn put_number(out: &mut Buffer, code: u8, v: &Value) {
    let Some((n, big)) = size(code) else { return };
    let word = match (is_float(code), n) {
        (true, 4) => (v.to_float() as f32).to_bits() as u64,
        (true, _) => v.to_float().to_bits(),
        (false, _) => v.to_int() as u64,
    };
    let bytes = if big { (word << (64 - 8 * n)).to_be_bytes() } else { word.to_le_bytes() };
    out.extend_from_slice(&bytes[..n]);
}

#[php_function("pack(string $format, mixed ...$values): string")]
fn pack(ctx: &mut Ctx, f: &[u8], values: Rest) -> R<Buffer> {
    let mut plan: SmallVec<[(u8, Count, usize); 8]> = SmallVec::new();
    let (mut i, mut next) = (0, 0);
    while i < f.len() {
        let code = f[i];
        i += 1;
        let mut n = count(f, &mut i);
        let shown = code as char;
        let first = next;
        match code {
            b'x' | b'X' | b'@' => {
                if n == Count::All {
                    ctx.warning(format!("Type {shown}: '*' ignored"))?;
                    n = Count::Of(1);
                }
            }
            b'a' | b'A' | b'Z' | b'h' | b'H' => {
                let Some(v) = values.0.get(next) else {
                    return Err(ctx.value_error(format!("Type {shown}: not enough arguments")));
                };
                next += 1;
                if n == Count::All {
                    // The text is made a string only once; its length decides.
                    let len = v.to_str(ctx)?.len();
                    n = Count::Of(len + (code == b'Z') as usize);
                }
            }
            c if size(c).is_some() => {
                let many = match n {
                    Count::None => 1,
                    Count::Of(n) => n,
                    Count::All => values.0.len().saturating_sub(next),
                };
                n = Count::Of(many);
                next += many;
                if next > values.0.len() {
                    return Err(ctx.value_error(format!("Type {shown}: too few arguments")));
                }
            }
            c => {
                let text = String::from_utf8_lossy(&[c]).into_owned();
                return Err(ctx.value_error(format!("Type {text}: unknown format code")));
            }
        }
        plan.push((code, n, first));
    }
    if next < values.0.len() {
        ctx.warning(format!("{} arguments unused", values.0.len() - next))?;
    }
    let mut out = Buffer::new();
    for (code, n, first) in plan {
        let many = match n {
            Count::Of(n) => n,
            Count::None | Count::All => 1,
        };
        match code {
            b'a' | b'A' | b'Z' => {
                let v = values.0[first].to_str(ctx)?;
                let copied =
                    if code == b'Z' { v.len().min(many.saturating_sub(1)) } else { v.len().min(many) };
                out.extend_from_slice(&v[..copied]);
                out.pad(if code == b'A' { b' ' } else { 0 }, many - copied);
            }
            b'h' | b'H' => {
                let v = values.0[first].to_str(ctx)?;
                let mut many = if n == Count::None { 1 } else { many };
                if many > v.len() {
                    ctx.warning(format!("Type {}: not enough characters in string", code as char))?;
                    many = v.len();
                }
                for pair in v[..many].chunks(2) {
                    let mut byte = 0;
                    for (j, c) in pair.iter().enumerate() {
                        let digit = match (*c as char).to_digit(16) {
                            Some(d) => d as u8,
                            None => {
                                ctx.warning(format!(
                                    "Type {}: illegal hex digit {}",
                                    code as char, *c as char
                                ))?;
                                0
                            }
                        };
                        let high = (j == 0) == (code == b'H');
                        byte |= if high { digit << 4 } else { digit };
                    }
                    out.push(byte);
                }
            }
            b'x' => out.pad(0, many),
            b'X' => {
                if many > out.len() {
                    ctx.warning("Type X: outside of string")?;
                }
                let left = out.len().saturating_sub(many);
                out.truncate(left);
            }
            b'@' => out.resize(many, 0),
            code => {
                for v in &values.0[first..first + many] {
                    put_number(&mut out, code, v);
                }
            }
        }
    }
    Ok(out)
}

fn get_number(code: u8, b: &[u8]) -> Value {
    let big = size(code).is_some_and(|s| s.1);
    // The bytes as they lie, the first one lowest; then as a number of so many bytes.
    let low = match *b {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    };
    let raw = if big { low.swap_bytes() >> (64 - 8 * b.len()) } else { low };
    match code {
        b'f' | b'g' | b'G' => Value::float(f32::from_bits(raw as u32) as f64),
        b'd' | b'e' | b'E' => Value::float(f64::from_bits(raw)),
        b'c' => Value::int(raw as u8 as i8 as i64),
        b's' => Value::int(raw as u16 as i16 as i64),
        b'i' | b'l' => Value::int(raw as u32 as i32 as i64),
        _ => Value::int(raw as i64),
    }
}

#[php_function("unpack(string $format, string $string, int $offset = 0): array|false")]
fn unpack(ctx: &mut Ctx, f: &[u8], string: &[u8], offset: i64) -> R<OrFalse<Array>> {
    let Some(input) = usize::try_from(offset).ok().and_then(|o| string.get(o..)) else {
        return Err(ctx.argument_value_error(3, "must be contained in argument #2 ($data)"));
    };
    let mut out = Array::new();
    let mut at = 0usize;
    for part in f.split(|c| *c == b'/') {
        let Some(&code) = part.first() else { continue };
        let mut i = 1;
        let n = count(part, &mut i);
        let name = &part[i..];
        let name = &name[..name.len().min(200)];
        let shown = code as char;
        // One element a repetition for numbers; texts are one element whose size the count is.
        let set = |out: &mut Array, index: Option<usize>, v: Value| match index {
            Some(k) if !name.is_empty() => {
                let mut key = Buffer::new();
                key.extend_from_slice(name);
                key.push_int(k as i64);
                out.set(&key[..], v);
            }
            Some(k) => out.set(k, v),
            None if name.is_empty() => out.set(1i64, v),
            None => out.set(name, v),
        };
        match code {
            b'X' => {
                let many = match n {
                    Count::All => {
                        ctx.warning(format!("Type {shown}: '*' ignored"))?;
                        1
                    }
                    Count::None => 1,
                    Count::Of(n) => n,
                };
                at = at.saturating_sub(many);
                continue;
            }
            b'@' => {
                let to = match n {
                    Count::Of(n) => n,
                    Count::None => 1,
                    Count::All => {
                        ctx.warning(format!("Type {shown}: '*' ignored"))?;
                        1
                    }
                };
                if to <= input.len() {
                    at = to;
                } else {
                    ctx.warning("Type @: outside of string")?;
                    at = input.len();
                }
                continue;
            }
            b'x' => {
                let many = match n {
                    Count::Of(n) => n,
                    Count::None => 1,
                    Count::All => {
                        ctx.warning(format!("Type {shown}: '*' ignored"))?;
                        1
                    }
                };
                if at + many > input.len() {
                    ctx.warning(format!(
                        "Type {shown}: not enough input values, need {many} values but only {} {} provided",
                        input.len() - at,
                        if input.len() - at == 1 { "was" } else { "were" }
                    ))?;
                    return Ok(OrFalse::FALSE);
                }
                at += many;
                continue;
            }
            b'a' | b'A' | b'Z' | b'h' | b'H' => {
                let left = input.len() - at;
                let hex = matches!(code, b'h' | b'H');
                let need = match n {
                    Count::All => left,
                    Count::None => 1,
                    Count::Of(n) if hex => n.div_ceil(2),
                    Count::Of(n) => n,
                };
                if need > left {
                    ctx.warning(format!(
                        "Type {shown}: not enough input values, need {need} values but only {left} {} provided",
                        if left == 1 { "was" } else { "were" }
                    ))?;
                    return Ok(OrFalse::FALSE);
                }
                let b = &input[at..at + need];
                let text: Cow<'_, [u8]> = match code {
                    b'a' => b.into(),
                    b'A' => {
                        let blank = |c: &u8| matches!(c, 0 | b' ' | b'\t' | b'\r' | b'\n');
                        let end = b.iter().rposition(|c| !blank(c)).map_or(0, |i| i + 1);
                        b[..end].into()
                    }
                    b'Z' => b[..b.iter().position(|c| *c == 0).unwrap_or(b.len())].into(),
                    _ => {
                        let nibbles = match n {
                            Count::Of(n) => n,
                            Count::None => 1,
                            Count::All => need * 2,
                        };
                        let digit = |i: usize| {
                            let c = b[i / 2];
                            let high = i.is_multiple_of(2) == (code == b'H');
                            char::from_digit(if high { c >> 4 } else { c & 15 } as u32, 16).unwrap_or('0')
                                as u8
                        };
                        (0..nibbles).map(digit).collect::<Cow<'_, [u8]>>()
                    }
                };
                set(&mut out, None, Value::str(text));
                at += need;
            }
            c if size(c).is_some() => {
                let width = size(c).map_or(1, |s| s.0);
                let indexed = !matches!(n, Count::None | Count::Of(1));
                let many = match n {
                    Count::None => 1,
                    Count::Of(n) => n,
                    Count::All => usize::MAX,
                };
                let mut k = 0;
                while k < many {
                    if at + width > input.len() {
                        if n == Count::All {
                            break;
                        }
                        let left = input.len() - at;
                        ctx.warning(format!(
                            "Type {shown}: not enough input values, need {width} values but only {left} {} provided",
                            if left == 1 { "was" } else { "were" }
                        ))?;
                        return Ok(OrFalse::FALSE);
                    }
                    k += 1;
                    set(&mut out, indexed.then_some(k), get_number(c, &input[at..at + width]));
                    at += width;
                }
            }
            c => {
                let text = String::from_utf8_lossy(&[c]).into_owned();
                return Err(ctx.value_error(format!("Invalid format type {text}")));
            }
        }
    }
    Ok(out.into())
}
