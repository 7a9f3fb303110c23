//! Comma-separated values: `fgetcsv()`, `fputcsv()`, `str_getcsv()`.

use plugin_api::{Args, Array, Ctx, OrFalse, R, Stream, Value, php_function};

/// The characters of a dialect. `escape` is off when it is `None`.
#[derive(Clone, Copy)]
pub struct Dialect {
    /// Between fields.
    pub separator: u8,
    /// Around a field.
    pub enclosure: u8,
    /// Before an enclosure that does not end a field.
    pub escape: Option<u8>,
}

/// Reads the dialect of a call, whose characters begin at argument `first` (counted from 1).
fn dialect(
    ctx: &mut Ctx,
    args: &Args,
    first: u32,
    separator: &[u8],
    enclosure: &[u8],
    escape: &[u8],
) -> R<Dialect> {
    let one = |ctx: &mut Ctx, n: u32, b: &[u8]| match b {
        [c] => Ok(*c),
        _ => Err(ctx.argument_value_error(n, "must be a single character")),
    };
    let separator = one(ctx, first, separator)?;
    let enclosure = one(ctx, first + 1, enclosure)?;
    let escape = match escape {
        [] => None,
        [c] => Some(*c),
        _ => return Err(ctx.argument_value_error(first + 2, "must be empty or a single character")),
    };
    if args.get(first as usize + 1).is_none() {
        ctx.deprecated("the $escape parameter must be provided as its default value will change")?;
    }
    Ok(Dialect { separator, enclosure, escape })
}

/// Bytes of the line end that closes `line`.
fn line_end(line: &[u8]) -> usize {
    match line {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] | [.., b'\r'] => 1,
        _ => 0,
    }
}

fn is_blank(c: u8, d: Dialect) -> bool {
    (c == b' ' || (9..=13).contains(&c)) && c != d.separator
}

/// Splits a record. An enclosed field that is not closed at the end of `line` goes on in what `more` gives.
pub fn parse(line: &[u8], d: Dialect, mut more: impl FnMut() -> R<Option<Vec<u8>>>) -> R<Array> {
    let mut fields = Array::new();
    let mut line = line.to_vec();
    let mut limit = line.len() - line_end(&line);
    let mut i = 0;
    loop {
        let start = i;
        let mut at = i;
        while at < limit && is_blank(line[at], d) {
            at += 1;
        }
        if start == 0 && at == limit {
            // Nothing but white space: one field, null.
            fields.push(Value::NULL);
            return Ok(fields);
        }
        let mut field = Vec::new();
        if at < limit && line[at] == d.enclosure {
            i = at + 1;
            'enclosed: loop {
                while i < line.len() {
                    let c = line[i];
                    if Some(c) == d.escape && c != d.enclosure {
                        field.push(c);
                        i += 1;
                        if i < line.len() {
                            field.push(line[i]);
                            i += 1;
                        }
                        continue;
                    }
                    if c == d.enclosure {
                        if line.get(i + 1) == Some(&d.enclosure) {
                            field.push(c);
                            i += 2;
                            continue;
                        }
                        i += 1;
                        break 'enclosed;
                    }
                    field.push(c);
                    i += 1;
                }
                match more()? {
                    Some(next) => {
                        line = next;
                        limit = line.len() - line_end(&line);
                        i = 0;
                    }
                    None => {
                        fields.push(Value::str(&field));
                        return Ok(fields);
                    }
                }
            }
            // What stands between the enclosure and the separator belongs to the field as it is.
            let rest = i.min(limit);
            let stop = line[rest..limit].iter().position(|c| *c == d.separator).map_or(limit, |n| rest + n);
            field.extend_from_slice(&line[rest..stop]);
            i = stop;
        } else {
            let stop = memchr::memchr(d.separator, &line[start..limit]).map_or(limit, |n| start + n);
            field.extend_from_slice(&line[start..stop]);
            i = stop;
        }
        fields.push(Value::str(&field));
        if i >= limit {
            return Ok(fields);
        }
        i += 1;
        if i >= limit {
            fields.push(Value::str(b""));
            return Ok(fields);
        }
    }
}

#[php_function(
    "str_getcsv(string $string, string $separator = \",\", string $enclosure = \"\\\"\", string $escape = \"\\\\\"): array"
)]
fn str_getcsv(
    ctx: &mut Ctx,
    args: &Args,
    string: &[u8],
    separator: &[u8],
    enclosure: &[u8],
    escape: &[u8],
) -> R<Array> {
    let d = dialect(ctx, args, 2, separator, enclosure, escape)?;
    parse(string, d, || Ok(None))
}

#[php_function(
    "fgetcsv($stream, ?int $length = null, string $separator = \",\", string $enclosure = \"\\\"\", string $escape = \"\\\\\"): array|false"
)]
fn fgetcsv(
    ctx: &mut Ctx,
    args: &Args,
    stream: &Value,
    length: Option<i64>,
    separator: &[u8],
    enclosure: &[u8],
    escape: &[u8],
) -> R<OrFalse<Array>> {
    let d = dialect(ctx, args, 3, separator, enclosure, escape)?;
    let length = length.unwrap_or(0);
    if !(0..i64::MAX).contains(&length) {
        return Err(ctx.argument_value_error(2, format!("must be between 0 and {}", i64::MAX)));
    }
    let s = Stream::argument(ctx, stream, 1)?;
    let max = (length > 0).then_some(length as usize);
    let Some(line) = s.read_line(ctx, max)? else { return Ok(OrFalse::FALSE) };
    let more = || Ok(s.read_line(ctx, None)?.map(|l| l.to_vec()));
    Ok(parse(&line, d, more)?.into())
}

/// A record as a line, with its end.
pub fn record(ctx: &mut Ctx, fields: &Array, d: Dialect, eol: &[u8]) -> R<Vec<u8>> {
    let mut out = Vec::new();
    let special = |c: u8| {
        c == d.separator
            || c == d.enclosure
            || Some(c) == d.escape
            || matches!(c, b'\n' | b'\r' | b'\t' | b' ')
    };
    for (i, v) in fields.values().enumerate() {
        if i > 0 {
            out.push(d.separator);
        }
        let text = v.to_str(ctx)?;
        if !text.iter().any(|c| special(*c)) {
            out.extend_from_slice(&text);
            continue;
        }
        out.push(d.enclosure);
        let mut escaped = false;
        for &c in text.iter() {
            if d.escape.is_some_and(|e| e == c && e != d.enclosure) {
                escaped = true;
            } else if !escaped && c == d.enclosure {
                out.push(d.enclosure);
            } else {
                escaped = false;
            }
            out.push(c);
        }
        out.push(d.enclosure);
    }
    out.extend_from_slice(eol);
    Ok(out)
}

#[php_function(
    "fputcsv($stream, array $fields, string $separator = \",\", string $enclosure = \"\\\"\", string $escape = \"\\\\\", string $eol = \"\\n\"): int|false"
)]
fn fputcsv(
    ctx: &mut Ctx,
    args: &Args,
    stream: &Value,
    fields: &Array,
    separator: &[u8],
    enclosure: &[u8],
    escape: &[u8],
    eol: &[u8],
) -> R<OrFalse<i64>> {
    let d = dialect(ctx, args, 3, separator, enclosure, escape)?;
    let s = Stream::argument(ctx, stream, 1)?;
    let line = record(ctx, fields, d, eol)?;
    Ok(s.write(ctx, &line)?.map(|n| n as i64).into())
}
