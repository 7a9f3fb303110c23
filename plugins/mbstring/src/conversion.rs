//! Functions that convert, check and guess encodings.

use crate::charset::{BAD, ENCODINGS, Enc, Kind, by_name};
use crate::detect::guess;
use crate::kana;
use crate::state::{argument, convert, detect_order, internal, list_argument, names, state, write};
use plugin_api::{Array, Ctx, FromArg, Kind as Type, OrFalse, R, Reference, Rest, Value, php_function};

/// The encoding to convert from: guessed where there is more than one.
fn source(ctx: &mut Ctx, texts: &[&[u8]], from: &[Enc]) -> R<Option<Enc>> {
    if let [one] = from {
        return Ok(Some(*one));
    }
    let strict = state(ctx).strict.get();
    let found = guess(texts, from, strict, true);
    if found.is_none() {
        ctx.warning("Unable to detect character encoding")?;
    }
    Ok(found)
}

fn convert_value(ctx: &mut Ctx, v: &Value, to: Enc, from: &[Enc]) -> R<Value> {
    Ok(match v.kind() {
        Type::Str(s) => match source(ctx, &[s.as_bytes()], from)? {
            Some(f) => convert(ctx, s, f, to).into(),
            None => false.into(),
        },
        Type::Array(a) => {
            if v.protect() {
                ctx.warning("Cannot convert recursively referenced values")?;
                return Ok(false.into());
            }
            let done = convert_array(ctx, a, to, from);
            v.unprotect();
            done?.into()
        }
        Type::Object(_) | Type::Resource(_) => {
            ctx.warning("Object is not supported")?;
            Value::NULL
        }
        _ => v.clone(),
    })
}

fn convert_array(ctx: &mut Ctx, a: &Array, to: Enc, from: &[Enc]) -> R<Array> {
    let mut out = Array::with_capacity(a.len());
    for (k, v) in a.iter() {
        let v = match v.kind() {
            Type::Object(_) | Type::Resource(_) => {
                ctx.warning("Object is not supported")?;
                continue;
            }
            _ => convert_value(ctx, v, to, from)?,
        };
        let key = k.to_value();
        match key.as_str() {
            Some(s) => {
                if let Some(f) = source(ctx, &[s.as_bytes()], from)? {
                    let key = convert(ctx, s, f, to);
                    out.set(&key[..], v);
                }
            }
            None => {
                out.set_offset(&key, v);
            }
        }
    }
    Ok(out)
}

/// Converts a string, or all strings of an array.
#[php_function(
    "mb_convert_encoding(array|string $string, string $to_encoding, array|string|null $from_encoding = null): array|string|false"
)]
fn mb_convert_encoding(
    ctx: &mut Ctx,
    string: &Value,
    to_encoding: &[u8],
    from_encoding: Option<&Value>,
) -> R<Value> {
    let to = argument(ctx, Some(to_encoding), 2)?;
    let from = match from_encoding {
        None => vec![internal(ctx)],
        Some(list) => list_argument(ctx, list, 3)?,
    };
    if from.is_empty() {
        return Err(ctx.argument_value_error(3, "must specify at least one encoding"));
    }
    match string.kind() {
        Type::Array(_) => convert_value(ctx, string, to, &from),
        _ => {
            let text = string.to_str(ctx)?;
            convert_value(ctx, &text.into(), to, &from)
        }
    }
}

fn strings(v: &Value, out: &mut Vec<Vec<u8>>) -> bool {
    match v.kind() {
        Type::Str(s) => out.push(s.to_vec()),
        Type::Array(_) | Type::Object(_) => {
            if v.protect() {
                return false;
            }
            let done = match v.kind() {
                Type::Array(a) => a.values().all(|v| strings(v, out)),
                _ => true,
            };
            v.unprotect();
            return done;
        }
        _ => {}
    }
    true
}

fn converted(ctx: &mut Ctx, v: &Value, from: Enc, to: Enc) -> R<Value> {
    Ok(match v.kind() {
        Type::Str(s) => convert(ctx, s, from, to).into(),
        Type::Array(a) => {
            let mut out = Array::with_capacity(a.len());
            for (k, old) in a.iter() {
                let new = converted(ctx, old, from, to)?;
                out.set_offset(&k.to_value(), new);
            }
            out.into()
        }
        Type::Object(o) => {
            let props = o.properties(ctx)?;
            for (k, old) in props.iter() {
                if matches!(old.kind(), Type::Str(_) | Type::Array(_) | Type::Object(_)) {
                    let new = converted(ctx, old, from, to)?;
                    let name = k.to_value().to_str(ctx)?;
                    o.set_mangled(ctx, &name, new)?;
                }
            }
            v.clone()
        }
        _ => v.clone(),
    })
}

/// Converts variables in place; the encoding that they were in.
#[php_function(
    "mb_convert_variables(string $to_encoding, array|string $from_encoding, mixed &$var, mixed &...$vars): string|false"
)]
fn mb_convert_variables(
    ctx: &mut Ctx,
    to_encoding: &[u8],
    from_encoding: &Value,
    var: Reference<'_>,
    vars: Rest<'_>,
) -> R<OrFalse<&'static str>> {
    let to = argument(ctx, Some(to_encoding), 1)?;
    let from = list_argument(ctx, from_encoding, 2)?;
    if from.is_empty() {
        return Err(ctx.argument_value_error(2, "must specify at least one encoding"));
    }
    let all: Vec<&Value> = std::iter::once(var.value()).chain(vars.iter()).collect();
    let found = if let [one] = from[..] {
        one
    } else {
        let mut texts = Vec::new();
        for v in &all {
            let ok = match v.deref().kind() {
                Type::Object(o) => {
                    let props = Value::from(o.properties(ctx)?);
                    strings(&props, &mut texts)
                }
                _ => strings(v.deref(), &mut texts),
            };
            if !ok {
                ctx.warning("Cannot handle recursive references")?;
                return Ok(OrFalse::FALSE);
            }
        }
        let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
        let strict = state(ctx).strict.get();
        match guess(&texts, &from, strict, true) {
            Some(e) => e,
            None => {
                ctx.warning("Unable to detect encoding")?;
                return Ok(OrFalse::FALSE);
            }
        }
    };
    for v in all {
        let mut ignored = Vec::new();
        if !strings(v.deref(), &mut ignored) {
            ctx.warning("Cannot handle recursive references")?;
            return Ok(OrFalse::FALSE);
        }
        let new = converted(ctx, v.deref(), found, to)?;
        if let Some(r) = Reference::from_arg(v) {
            r.set(ctx, new)?;
        }
    }
    Ok(found.name.into())
}

/// The encoding that a string is probably in.
#[php_function(
    "mb_detect_encoding(string $string, array|string|null $encodings = null, bool $strict = false): string|false"
)]
fn mb_detect_encoding(
    ctx: &mut Ctx,
    string: &[u8],
    encodings: Option<&Value>,
    strict: bool,
) -> R<OrFalse<&'static str>> {
    let list = match encodings {
        None => detect_order(state(ctx)),
        Some(v) => list_argument(ctx, v, 2)?,
    };
    if list.is_empty() {
        return Err(ctx.argument_value_error(2, "must specify at least one encoding"));
    }
    let strict = strict || state(ctx).strict.get();
    let every = list.len() == ENCODINGS.len() && list.iter().zip(ENCODINGS).all(|(a, b)| *a == b);
    Ok(guess(&[string], &list, strict, !every).map(|e| e.name).into())
}

fn checks(ctx: &mut Ctx, v: &Value, enc: Enc) -> R<bool> {
    match v.kind() {
        Type::Str(s) => Ok(enc.check(s)),
        Type::Array(a) => {
            if v.protect() {
                ctx.warning("Cannot not handle circular references")?;
                return Ok(false);
            }
            let mut good = true;
            let mut failed = None;
            for (k, v) in a.iter() {
                let key = k.to_value();
                good = key.as_str().is_none_or(|k| enc.check(k))
                    && match checks(ctx, v, enc) {
                        Ok(g) => g,
                        Err(t) => {
                            failed = Some(t);
                            false
                        }
                    };
                if !good {
                    break;
                }
            }
            v.unprotect();
            failed.map_or(Ok(good), Err)
        }
        Type::Int(_) | Type::Float(_) | Type::Null | Type::Bool(_) => Ok(true),
        _ => Ok(false),
    }
}

/// Whether a string, or all of an array, is valid in an encoding.
#[php_function("mb_check_encoding(array|string|null $value = null, ?string $encoding = null): bool")]
fn mb_check_encoding(ctx: &mut Ctx, value: Option<&Value>, encoding: Option<&[u8]>) -> R<bool> {
    let enc = argument(ctx, encoding, 2)?;
    match value {
        Some(v) => checks(ctx, v, enc),
        None => {
            ctx.deprecated("Calling mb_check_encoding() without argument is deprecated")?;
            Ok(state(ctx).illegal.get() == 0)
        }
    }
}

/// A string whose invalid parts are replaced.
#[php_function("mb_scrub(string $string, ?string $encoding = null): string")]
fn mb_scrub(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 2)?;
    Ok(convert(ctx, string, enc, enc))
}

fn has_no_points(enc: Enc) -> bool {
    enc.is_transfer()
        || matches!(enc.kind, Kind::Utf7 | Kind::Utf7Imap | Kind::Jis(_) | Kind::Hz | Kind::Korean)
}

/// The code point of the first character.
#[php_function("mb_ord(string $string, ?string $encoding = null): int|false")]
fn mb_ord(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<OrFalse<i64>> {
    if string.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    let enc = argument(ctx, encoding, 2)?;
    if has_no_points(enc) {
        return Err(ctx.value_error(format!("mb_ord() does not support the \"{}\" encoding", enc.name)));
    }
    let head = &string[..string.len().min(16)];
    Ok(enc.decode(head).first().filter(|p| **p != BAD).map(|p| i64::from(*p)).into())
}

/// The character of a code point.
#[php_function("mb_chr(int $codepoint, ?string $encoding = null): string|false")]
fn mb_chr(ctx: &mut Ctx, codepoint: i64, encoding: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    let enc = argument(ctx, encoding, 2)?;
    if has_no_points(enc) {
        return Err(ctx.value_error(format!("mb_chr() does not support the \"{}\" encoding", enc.name)));
    }
    let Some(p) = u32::try_from(codepoint).ok().filter(|p| char::from_u32(*p).is_some()) else {
        return Ok(OrFalse::FALSE);
    };
    let (out, errors) = crate::charset::encode(enc, &[p], crate::charset::Substitute::None);
    Ok(OrFalse((errors == 0).then_some(out)))
}

/// All encodings.
#[php_function("mb_list_encodings(): array")]
fn mb_list_encodings() -> Array {
    names(&ENCODINGS.iter().collect::<Vec<_>>())
}

/// Other names of an encoding.
#[php_function("mb_encoding_aliases(string $encoding): array")]
fn mb_encoding_aliases(ctx: &mut Ctx, encoding: &[u8]) -> R<Array> {
    let enc = argument(ctx, Some(encoding), 1)?;
    Ok(Array::list(enc.aliases.iter().map(Value::str)))
}

/// The name for MIME.
#[php_function("mb_preferred_mime_name(string $encoding): string|false")]
fn mb_preferred_mime_name(ctx: &mut Ctx, encoding: &[u8]) -> R<OrFalse<&'static str>> {
    let Some(enc) = by_name(encoding) else {
        let name = String::from_utf8_lossy(encoding).into_owned();
        return Err(ctx.argument_value_error(1, format!("must be a valid encoding, \"{name}\" given")));
    };
    if enc.mime.is_none() {
        let name = String::from_utf8_lossy(encoding).into_owned();
        ctx.warning(format!("No MIME preferred name corresponding to \"{name}\""))?;
    }
    Ok(OrFalse(enc.mime))
}

/// Letters of `mb_convert_kana()`'s mode, in the order of their bits.
const KANA: &[u8; 17] = b"ARNSKHMCarnskhmcV";

/// Japanese text between its wide and narrow forms.
#[php_function("mb_convert_kana(string $string, string $mode = \"KV\", ?string $encoding = null): string")]
fn mb_convert_kana(ctx: &mut Ctx, string: &[u8], mode: &[u8], encoding: Option<&[u8]>) -> R<Vec<u8>> {
    use kana::mode::{ALL, ALPHA, DIGITS, HIRAGANA, KATAKANA, TO_KATAKANA, back};
    let mut bits = 0;
    for c in mode {
        match KANA.iter().position(|k| k == c) {
            Some(i) => bits |= 1 << i,
            None => {
                let c = *c as char;
                return Err(ctx.argument_value_error(2, format!("contains invalid flag: '{c}'")));
            }
        }
        match c {
            b'A' => bits |= ALPHA | DIGITS,
            b'a' => bits |= back(ALPHA | DIGITS),
            _ => {}
        }
    }
    let both = bits >> 8 & bits & 0xFF;
    let conflict = if both != 0 {
        let i = both.trailing_zeros() as usize;
        let of = |letter: u8, all: u32, name: char| {
            if matches!(letter, b'R' | b'N' | b'r' | b'n') && bits & all != 0 { name } else { letter as char }
        };
        Some((of(KANA[i], ALL, 'A'), of(KANA[i + 8], back(ALL), 'a')))
    } else if bits & HIRAGANA != 0 && bits & KATAKANA != 0 {
        Some(('H', 'K'))
    } else {
        let narrow = if bits & back(HIRAGANA) != 0 {
            Some('h')
        } else if bits & back(KATAKANA) != 0 {
            Some('k')
        } else {
            None
        };
        narrow.and_then(|n| match () {
            () if bits & TO_KATAKANA != 0 => Some((n, 'C')),
            () if bits & back(TO_KATAKANA) != 0 => Some((n, 'c')),
            () => None,
        })
    };
    if let Some((a, b)) = conflict {
        return Err(ctx.argument_value_error(2, format!("must not combine '{a}' and '{b}' flags")));
    }
    let enc = argument(ctx, encoding, 3)?;
    let points = kana::convert(&enc.decode(string), bits);
    Ok(write(ctx, enc, &points))
}

// ---- numeric entities ----

fn map_argument(ctx: &mut Ctx, map: &Array) -> R<Vec<[u32; 4]>> {
    if !map.len().is_multiple_of(4) {
        return Err(ctx.argument_value_error(2, "must have a multiple of 4 elements"));
    }
    let mut numbers = Vec::with_capacity(map.len());
    for v in map.values() {
        let n = match v.kind() {
            Type::Str(s) => match Value::numeric(s) {
                Some((n, _)) => n.to_int(),
                None => {
                    return Err(ctx.argument_value_error(2, "must only be composed of values of type int"));
                }
            },
            Type::Object(_) | Type::Resource(_) | Type::Array(_) => {
                return Err(ctx.argument_value_error(2, "must only be composed of values of type int"));
            }
            _ => v.to_int(),
        };
        numbers.push(n as u32);
    }
    Ok(numbers.chunks_exact(4).map(|c| [c[0], c[1], c[2], c[3]]).collect())
}

/// Characters of ranges as `&#number;`.
#[php_function(
    "mb_encode_numericentity(string $string, array $map, ?string $encoding = null, bool $hex = false): string"
)]
fn mb_encode_numericentity(
    ctx: &mut Ctx,
    string: &[u8],
    map: &Array,
    encoding: Option<&[u8]>,
    hex: bool,
) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 3)?;
    let map = map_argument(ctx, map)?;
    let mut out = Vec::new();
    for p in enc.decode(string) {
        match map.iter().find(|[low, high, ..]| (*low..=*high).contains(&p)) {
            Some([_, _, offset, mask]) => {
                let n = p.wrapping_add(*offset) & mask;
                let text = if hex { format!("&#x{n:X};") } else { format!("&#{n};") };
                out.extend(text.bytes().map(u32::from));
            }
            None => out.push(p),
        }
    }
    Ok(write(ctx, enc, &out))
}

/// The number of an entity at the start of `p`, and how many points it takes; `None`, and how many are no entity.
fn entity(p: &[u32]) -> (Option<u32>, usize) {
    let digit = |c: &u32, radix| char::from_u32(*c).and_then(|c| c.to_digit(radix));
    if p.get(1) != Some(&0x23) {
        return (None, 1);
    }
    let (radix, start, most) = if p.get(2) == Some(&0x78) { (16, 3, 8) } else { (10, 2, 10) };
    let digits: Vec<u32> = p[start.min(p.len())..].iter().map_while(|c| digit(c, radix)).collect();
    let end = start + digits.len();
    if digits.is_empty() || digits.len() > most {
        return (None, end.min(p.len()));
    }
    let mut n = 0u32;
    for d in digits {
        if radix == 10 && n > 0x1999_9999 {
            return (None, end);
        }
        n = n.wrapping_mul(radix).wrapping_add(d);
    }
    (Some(n), end)
}

/// `&#number;` of ranges as characters.
#[php_function("mb_decode_numericentity(string $string, array $map, ?string $encoding = null): string")]
fn mb_decode_numericentity(ctx: &mut Ctx, string: &[u8], map: &Array, encoding: Option<&[u8]>) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 3)?;
    let map = map_argument(ctx, map)?;
    let points = enc.decode(string);
    let (mut out, mut i) = (Vec::with_capacity(points.len()), 0);
    while i < points.len() {
        if points[i] != 0x26 {
            out.push(points[i]);
            i += 1;
            continue;
        }
        let (number, len) = entity(&points[i..]);
        let point = number.and_then(|n| {
            map.iter().find_map(|[low, high, offset, _]| {
                Some(n.wrapping_sub(*offset)).filter(|p| (*low..=*high).contains(p))
            })
        });
        match point {
            Some(p) => {
                out.push(p);
                i += len + usize::from(points.get(i + len) == Some(&0x3B));
            }
            None => {
                out.extend_from_slice(&points[i..i + len]);
                i += len;
            }
        }
    }
    Ok(write(ctx, enc, &out))
}
