//! Values of literals: numbers, escape sequences, heredoc indentation.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

use crate::lexer::count_newlines;

/// Value of an integer literal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Integer {
    Int(i64),
    /// Too large for an integer.
    Float(f64),
    /// `8` or `9` in an octal literal.
    Invalid,
}

/// Value of an integer literal in any base, underscores allowed.
pub(crate) fn integer(text: &[u8]) -> Integer {
    let (radix, digits) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, text),
    };
    let mut value = 0u64;
    let mut overflow = false;
    for &c in digits.iter().filter(|&&c| c != b'_') {
        let digit = match c {
            b'0'..=b'9' => c - b'0',
            _ => (c | 0x20).wrapping_sub(b'a').wrapping_add(10),
        };
        if u32::from(digit) >= radix {
            return Integer::Invalid;
        }
        match value.checked_mul(radix.into()).and_then(|v| v.checked_add(digit.into())) {
            Some(v) if v <= i64::MAX as u64 => value = v,
            _ => overflow = true,
        }
    }
    if !overflow {
        return Integer::Int(value as i64);
    }
    if radix == 10 {
        return Integer::Float(float(digits));
    }
    // As zend_{hex,oct,bin}_strtod: digits are added up in floating point.
    let mut value = 0.0f64;
    for &c in digits.iter().filter(|&&c| c != b'_') {
        let digit = if c.is_ascii_digit() { c - b'0' } else { (c | 0x20) - b'a' + 10 };
        value = value * f64::from(radix) + f64::from(digit);
    }
    Integer::Float(value)
}

/// True for a number that was written as an integer, in any base.
pub(crate) fn is_integer(text: &[u8]) -> bool {
    matches!(text, [b'0', b'x' | b'X' | b'b' | b'B' | b'o' | b'O', ..])
        || text.iter().all(|c| c.is_ascii_digit() || *c == b'_')
}

/// Value of a floating-point literal (or of decimal digits), underscores allowed.
pub(crate) fn float(text: &[u8]) -> f64 {
    let clean: String = text.iter().filter(|&&c| c != b'_').map(|&c| char::from(c)).collect();
    clean.parse().unwrap_or(0.0)
}

/// Why a string cannot be decoded, and how many lines into it.
#[derive(Debug)]
pub(crate) struct LiteralError {
    pub message: String,
    pub lines: u32,
}

/// An octal escape beyond `\377`: its digits, and how many lines into the text it stands.
pub(crate) struct OctalOverflow {
    pub digits: String,
    pub lines: u32,
}

/// Text between single quotes, decoded. Without escapes it is the source itself.
pub(crate) fn single_quoted<'a>(arena: &'a Bump, text: &'a [u8]) -> &'a [u8] {
    let Some(first) = memchr::memchr(b'\\', text) else { return text };
    let mut out = BumpVec::with_capacity_in(text.len(), arena);
    out.extend_from_slice(&text[..first]);
    let mut i = first;
    while i < text.len() {
        if text[i] == b'\\' && matches!(text.get(i + 1), Some(b'\\' | b'\'')) {
            i += 1;
        }
        out.push(text[i]);
        i += 1;
    }
    out.into_bump_slice()
}

/// Text with escape sequences decoded. `quote` is the character that `\` may protect: `"`, `` ` ``, or 0 in a heredoc.
/// Octal overflows go to `overflows`.
pub(crate) fn escaped<'a>(
    arena: &'a Bump,
    text: &'a [u8],
    quote: u8,
    overflows: &mut Vec<OctalOverflow>,
) -> Result<&'a [u8], LiteralError> {
    // PHP leaves texts of one byte alone, which for a lone backslash is the same as decoding it.
    let Some(first) = memchr::memchr(b'\\', text) else { return Ok(text) };
    let at = |i: usize| text.get(i).copied().unwrap_or(0);
    let mut out = BumpVec::with_capacity_in(text.len(), arena);
    out.extend_from_slice(&text[..first]);
    let mut i = first;
    while i < text.len() {
        if text[i] != b'\\' {
            let next = memchr::memchr(b'\\', &text[i..]).map_or(text.len(), |n| i + n);
            out.extend_from_slice(&text[i..next]);
            i = next;
            continue;
        }
        i += 1;
        if i >= text.len() {
            out.push(b'\\');
            break;
        }
        let c = text[i];
        i += 1;
        match c {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'f' => out.push(0x0c),
            b'v' => out.push(0x0b),
            b'e' => out.push(0x1b),
            b'\\' | b'$' => out.push(c),
            b'"' | b'`' if c == quote => out.push(c),
            b'x' | b'X' if at(i).is_ascii_hexdigit() => {
                let len = 1 + usize::from(at(i + 1).is_ascii_hexdigit());
                let value = text[i..i + len].iter().fold(0, |v, &d| v * 16 + hex_digit(d));
                out.push(value as u8);
                i += len;
            }
            b'u' if at(i) == b'{' => {
                let digits = &text[i + 1..];
                let len = digits.iter().take_while(|c| c.is_ascii_hexdigit()).count();
                let error = |message: &str| LiteralError {
                    message: message.into(),
                    lines: count_newlines(&text[..i]),
                };
                if len == 0 || digits.get(len) != Some(&b'}') {
                    return Err(error("Invalid UTF-8 codepoint escape sequence"));
                }
                let value = digits[..len].iter().fold(0u32, |v, &d| (v * 16).min(0x0fff_ffff) + hex_digit(d));
                if value > 0x10_ffff {
                    return Err(error("Invalid UTF-8 codepoint escape sequence: Codepoint too large"));
                }
                push_utf8(&mut out, value);
                i += len + 2;
            }
            b'0'..=b'7' => {
                let rest = text[i..].iter().take(2).take_while(|c| (b'0'..=b'7').contains(c)).count();
                let digits = &text[i - 1..i + rest];
                if digits.len() == 3 && digits[0] > b'3' {
                    let digits = String::from_utf8_lossy(digits).into_owned();
                    overflows.push(OctalOverflow { digits, lines: count_newlines(&text[..i]) });
                }
                let value = digits.iter().fold(0u32, |v, &d| v * 8 + u32::from(d - b'0'));
                out.push(value as u8);
                i += rest;
            }
            _ => {
                out.push(b'\\');
                out.push(c);
            }
        }
    }
    Ok(out.into_bump_slice())
}

fn hex_digit(c: u8) -> u32 {
    char::from(c).to_digit(16).unwrap_or(0)
}

/// UTF-8 by the bit pattern alone: surrogates pass, as in PHP.
fn push_utf8(out: &mut BumpVec<'_, u8>, c: u32) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend_from_slice(&[0xc0 | (c >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => out.extend_from_slice(&[0xe0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend_from_slice(&[0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Removes a heredoc's closing indentation from each line of one of its text pieces.
///
/// `at_line_start`: the piece begins a line (else its first line is the rest of one). `ends_line`: a line end that was
/// cut off followed the piece. Lines of whitespace only may be shorter.
pub(crate) fn strip_indentation<'a>(
    arena: &'a Bump,
    text: &'a [u8],
    indentation: usize,
    spaces: bool,
    at_line_start: bool,
    ends_line: bool,
) -> Result<&'a [u8], LiteralError> {
    if indentation == 0 {
        return Ok(text);
    }
    let mut out = BumpVec::with_capacity_in(text.len(), arena);
    let mut i = 0;
    let mut lines = 0;
    if !at_line_start {
        match line_end(text, 0) {
            None => return Ok(text),
            Some((_, next)) => {
                out.extend_from_slice(&text[..next]);
                i = next;
                lines = 1;
            }
        }
    }
    loop {
        let end = line_end(text, i);
        let newline = end.map(|e| e.0).or(ends_line.then_some(text.len()));
        for _ in 0..indentation {
            if Some(i) == newline {
                break;
            }
            let message = match text.get(i) {
                Some(b' ') if spaces => None,
                Some(b'\t') if !spaces => None,
                Some(b' ' | b'\t') => Some(crate::lexer::MIXED_INDENTATION.to_owned()),
                _ => Some(body_indentation(indentation)),
            };
            if let Some(message) = message {
                return Err(LiteralError { message, lines });
            }
            i += 1;
        }
        let next = end.map_or(text.len(), |e| e.1);
        out.extend_from_slice(&text[i.min(next)..next]);
        i = next;
        lines += 1;
        if end.is_none() {
            return Ok(out.into_bump_slice());
        }
        if i == text.len() && !ends_line {
            // A variable follows at the very start of a line: it lacks the indentation.
            return Err(LiteralError { message: body_indentation(indentation), lines });
        }
    }
}

/// PHP's message for a heredoc line that is indented too little.
pub(crate) fn body_indentation(indentation: usize) -> String {
    format!("Invalid body indentation level (expecting an indentation level of at least {indentation})")
}

/// The next line end from `i`: where it begins and what follows it.
fn line_end(text: &[u8], i: usize) -> Option<(usize, usize)> {
    let at = i + memchr::memchr2(b'\n', b'\r', &text[i..])?;
    let len = if text[at..].starts_with(b"\r\n") { 2 } else { 1 };
    Some((at, at + len))
}
