//! `pack()` and `unpack()`.

use crate::Globals;
use plugin_api::{Array, Buffer, Ctx, Key, Map, OrFalse, R, Rest, Value, php_function};
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

/// How a number lies in the text.
#[derive(Clone, Copy)]
struct Shape {
    /// Bytes; 0 of a code that stands for no number.
    width: u8,
    /// The highest byte first.
    big: bool,
    float: bool,
    /// The highest bit is a sign.
    signed: bool,
}

static SHAPES: [Shape; 256] = {
    let mut all = [Shape { width: 0, big: false, float: false, signed: false }; 256];
    let rows: [(&[u8], u8); 4] = [(b"cC", 1), (b"sSvn", 2), (b"iIlLVNfgG", 4), (b"qQPJdeE", 8)];
    let mut r = 0;
    while r < rows.len() {
        let mut i = 0;
        while i < rows[r].0.len() {
            let c = rows[r].0[i];
            all[c as usize] = Shape {
                width: rows[r].1,
                big: matches!(c, b'n' | b'N' | b'J' | b'G' | b'E'),
                float: matches!(c, b'f' | b'g' | b'G' | b'd' | b'e' | b'E'),
                signed: matches!(c, b'c' | b's' | b'i' | b'l'),
            };
            i += 1;
        }
        r += 1;
    }
    all
};

/// The shape of a number's code.
#[inline(always)]
fn shape(code: u8) -> Option<Shape> {
    let s = SHAPES[code as usize];
    (s.width > 0).then_some(s)
}

#[inline]
fn put_number(out: &mut Buffer, shape: Shape, v: &Value) {
    let word = match (shape.float, shape.width) {
        (true, 4) => (v.to_float() as f32).to_bits() as u64,
        (true, _) => v.to_float().to_bits(),
        (false, _) => v.to_int() as u64,
    };
    let swapped = |w: u64| if shape.big { w.swap_bytes() >> (64 - 8 * u32::from(shape.width)) } else { w };
    match shape.width {
        1 => out.push(word as u8),
        2 => out.extend_from_slice(&(swapped(word) as u16).to_le_bytes()),
        4 => out.extend_from_slice(&(swapped(word) as u32).to_le_bytes()),
        _ => out.extend_from_slice(&swapped(word).to_le_bytes()),
    }
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
            c if shape(c).is_some() => {
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
    for &(code, n, first) in &plan {
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
                    put_number(&mut out, SHAPES[code as usize], v);
                }
            }
        }
    }
    Ok(out)
}

#[inline]
fn get_number(shape: Shape, b: &[u8]) -> Value {
    // The bytes as they lie, the first one lowest; then as a number of so many bytes.
    let low = match *b {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    };
    let free = 64 - 8 * u32::from(shape.width);
    let raw = if shape.big { low.swap_bytes() >> free } else { low };
    match shape {
        Shape { float: true, width: 4, .. } => Value::float(f32::from_bits(raw as u32) as f64),
        Shape { float: true, .. } => Value::float(f64::from_bits(raw)),
        Shape { signed: true, .. } => Value::int(((raw << free) as i64) >> free),
        _ => Value::int(raw as i64),
    }
}

#[php_function("unpack(string $format, string $string, int $offset = 0): array|false")]
fn unpack(ctx: &mut Ctx, f: &[u8], string: &[u8], offset: i64) -> R<OrFalse<Array>> {
    let Some(input) = usize::try_from(offset).ok().and_then(|o| string.get(o..)) else {
        return Err(ctx.argument_value_error(3, "must be contained in argument #2 ($data)"));
    };
    let g = ctx.globals::<Globals>();
    let mut out = Map::with_capacity(memchr::memchr_iter(b'/', f).count() + 1);
    let mut at = 0usize;
    let mut next = 0;
    while next <= f.len() {
        let end = memchr::memchr(b'/', &f[next..]).map_or(f.len(), |n| next + n);
        let part = &f[next..end];
        next = end + 1;
        let Some(&code) = part.first() else { continue };
        let mut i = 1;
        let n = count(part, &mut i);
        let name = &part[i..];
        let name = &name[..name.len().min(200)];
        let shown = code as char;
        // One element a repetition for numbers; texts are one element whose size the count is.
        let set = |out: &mut Map, index: Option<usize>, v: Value| match index {
            Some(k) if !name.is_empty() => {
                let mut key = Buffer::new();
                key.extend_from_slice(name);
                key.push_int(k as i64);
                let key = g.names.borrow_mut().get(&key);
                out.insert_str(&key, v);
            }
            Some(k) => out.insert(Key::Int(k as i64), v),
            None if name.is_empty() => out.insert(Key::Int(1), v),
            None => {
                let key = g.names.borrow_mut().get(name);
                out.insert_str(&key, v);
            }
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
            c if let Some(shape) = shape(c) => {
                let width = usize::from(shape.width);
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
                    set(&mut out, indexed.then_some(k), get_number(shape, &input[at..at + width]));
                    at += width;
                }
            }
            c => {
                let text = String::from_utf8_lossy(&[c]).into_owned();
                return Err(ctx.value_error(format!("Invalid format type {text}")));
            }
        }
    }
    Ok(out.finish().into())
}
