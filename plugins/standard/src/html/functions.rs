//! The functions over HTML's special characters.

use super::charset::Charset;
use super::{Reference, allowed, allowed_number, doctype, entities_of, reference};
use plugin_api::{Array, Buffer, Ctx, R, Str, Value, php_function};

const DOUBLE: i64 = 2;
const SINGLE: i64 = 1;
const IGNORE: i64 = 4;
const SUBSTITUTE: i64 = 8;
const DISALLOWED: i64 = 128;
/// ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401
const DEFAULT: i64 = DOUBLE | SINGLE | SUBSTITUTE;

plugin_api::constants! {
    /// Flags and tables.
    pub CONSTANTS;
    int HTML_SPECIALCHARS = 0;
    int HTML_ENTITIES = 1;
}

/// How a single quote is written.
fn apostrophe(flags: i64) -> &'static [u8] {
    match flags & doctype::MASK {
        doctype::HTML5 | doctype::XML => b"&apos;",
        _ => b"&#039;",
    }
}

/// The escape of one of the special characters.
fn special(c: u32, flags: i64) -> Option<&'static [u8]> {
    Some(match char::from_u32(c)? {
        '<' => b"&lt;",
        '>' => b"&gt;",
        '"' if flags & DOUBLE != 0 => b"&quot;",
        '\'' if flags & SINGLE != 0 => apostrophe(flags),
        _ => return None,
    })
}

/// Whether a byte is copied as it is, whatever the flags.
#[inline(always)]
const fn plain(c: u8) -> bool {
    (c >= 0x20) & (c < 0x7f) & (c != b'&') & (c != b'<') & (c != b'>') & (c != b'"') & (c != b'\'')
}

/// [`plain`] of every byte.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = plain(c as u8);
        c += 1;
    }
    table
};

/// How many bytes at the front are copied as they are.
fn plain_run(text: &[u8]) -> usize {
    let mut run = 0;
    for block in text.as_chunks::<16>().0 {
        // No early end: the sixteen are looked at together.
        if !block.iter().fold(true, |all, &c| all & plain(c)) {
            break;
        }
        run += 16;
    }
    run + text[run..].iter().take_while(|c| PLAIN[**c as usize]).count()
}

/// Writes special characters (`all`: every character that has a name) as entities. `None`: the text is not valid in its
/// character set, and nothing says what to do about that. The first `plain` bytes are copied as they are.
fn escape(text: &[u8], plain: usize, all: bool, flags: i64, set: Charset, double: bool) -> Option<Buffer> {
    let mut out = Buffer::with_capacity(text.len() + text.len() / 8 + 16);
    out.extend_from_slice(&text[..plain]);
    let table = entities_of(flags);
    let all = all && flags & doctype::MASK != doctype::XML && !matches!(set, Charset::Multi(_));
    let replacement: &[u8] = if set == Charset::Utf8 { "\u{fffd}".as_bytes() } else { b"&#xFFFD;" };
    let mut i = plain;
    while i < text.len() {
        if !all {
            let run = plain_run(&text[i..]);
            if run > 0 {
                out.extend_from_slice(&text[i..i + run]);
                i += run;
                continue;
            }
        }
        let (cp, n) = match set.next(&text[i..]) {
            Ok(r) => r,
            Err(n) => {
                i += n.min(text.len() - i);
                if flags & IGNORE != 0 {
                    continue;
                }
                if flags & SUBSTITUTE != 0 {
                    out.extend_from_slice(replacement);
                    continue;
                }
                return None;
            }
        };
        let here = &text[i..i + n];
        if cp == b'&' as u32 {
            let kept = if double { None } else { kept_reference(&text[i..], flags) };
            match kept {
                Some(len) => {
                    out.extend_from_slice(&text[i..i + len]);
                    i += len;
                }
                None => {
                    out.extend_from_slice(b"&amp;");
                    i += 1;
                }
            }
            continue;
        }
        i += n;
        if let Some((name, m)) = second_part(all, flags, set, cp, &text[i..], table) {
            push_entity(&mut out, name);
            i += m;
            continue;
        }
        if let Some(e) = special(cp, flags) {
            out.extend_from_slice(e);
            continue;
        }
        let quote = cp == b'"' as u32 || cp == b'\'' as u32;
        if all
            && !quote
            // Letters and digits have no names.
            && (cp >= 0x80 || !(cp as u8).is_ascii_alphanumeric() && cp != 0x20)
            && let Some(ch) = char::from_u32(cp)
        {
            let mut buf = [0u8; 4];
            if let Some(name) = table.by_text.get(&*ch.encode_utf8(&mut buf)) {
                push_entity(&mut out, name);
                continue;
            }
        }
        if flags & DISALLOWED != 0 && !matches!(set, Charset::Multi(_)) && !allowed(cp, flags) {
            out.extend_from_slice(replacement);
            continue;
        }
        out.extend_from_slice(here);
    }
    Some(out)
}

/// The name that stands for a character together with the one behind it (HTML 5 has such), and that one's length.
fn second_part(
    all: bool,
    flags: i64,
    set: Charset,
    first: u32,
    rest: &[u8],
    table: &super::Entities,
) -> Option<(&'static str, usize)> {
    // The second one is a combining character or a letter; most text has none behind what has a name.
    if !all || flags & doctype::MASK != doctype::HTML5 || rest.is_empty() {
        return None;
    }
    let (second, n) = set.next(rest).ok()?;
    let pair: String = [char::from_u32(first)?, char::from_u32(second)?].iter().collect();
    table.by_text.get(pair.as_str()).map(|name| (*name, n))
}

fn push_entity(out: &mut Vec<u8>, name: &str) {
    out.push(b'&');
    out.extend_from_slice(name.as_bytes());
    out.push(b';');
}

/// Length of an entity that is left alone where entities are not encoded twice.
fn kept_reference(b: &[u8], flags: i64) -> Option<usize> {
    let (r, len) = reference(b)?;
    let keep = match r {
        Reference::Number(cp) => flags & DISALLOWED == 0 || allowed_number(cp, flags),
        Reference::Name(n) => {
            entities_of(flags).by_name.contains_key(n)
                || flags & doctype::MASK == doctype::XHTML && n == "apos"
        }
    };
    keep.then_some(len)
}

/// What one of the names that every kind of document has stands for; nothing where flags leave it as it is. `None`: it is
/// another name.
fn usual(name: &str, flags: i64) -> Option<Option<u8>> {
    Some(match name {
        "lt" => Some(b'<'),
        "gt" => Some(b'>'),
        "amp" => Some(b'&'),
        "quot" => Some(b'"').filter(|_| flags & DOUBLE != 0),
        _ => return None,
    })
}

/// Writes entities as the characters they stand for; `all`: not only those of the special characters.
fn unescape(text: &[u8], all: bool, flags: i64, set: Charset) -> Buffer {
    let mut out = Buffer::with_capacity(text.len());
    let all = all && !matches!(set, Charset::Multi(_));
    let mut at = 0;
    for i in memchr::memchr_iter(b'&', text) {
        if i < at {
            continue;
        }
        let Some((r, len)) = reference(&text[i..]) else { continue };
        if let Reference::Name(name) = r
            && let Some(c) = usual(name, flags)
        {
            if let Some(c) = c {
                out.extend_from_slice(&text[at..i]);
                out.push(c);
                at = i + len;
            }
            continue;
        }
        let mut written = Vec::new();
        let single = |cp: u32| match cp {
            0x27 => flags & SINGLE != 0,
            0x22 => flags & DOUBLE != 0,
            0x26 | 0x3c | 0x3e => true,
            _ => all,
        };
        let ok = match r {
            Reference::Number(cp) => {
                let fits = allowed(cp, flags) && !(flags & doctype::MASK == doctype::HTML5 && cp == 13);
                fits && single(cp) && set.encode(cp, &mut written)
            }
            Reference::Name(n) => {
                let known = entities_of(flags).by_name.get(n).copied();
                let known = known.or((n == "apos" && flags & doctype::MASK == doctype::XHTML).then_some("'"));
                known.is_some_and(|t| {
                    let mut chars = t.chars();
                    let only = match (chars.next(), chars.next()) {
                        (Some(c), None) => single(c as u32),
                        _ => all,
                    };
                    only && t.chars().all(|c| set.encode(c as u32, &mut written))
                })
            }
        };
        if ok {
            out.extend_from_slice(&text[at..i]);
            out.extend_from_slice(&written);
            at = i + len;
        }
    }
    out.extend_from_slice(&text[at..]);
    out
}

fn escaped(
    ctx: &mut Ctx,
    text: &Str,
    all: bool,
    flags: Option<i64>,
    encoding: Option<&[u8]>,
    double: bool,
) -> R<Str> {
    let set = Charset::of(ctx, encoding)?;
    let flags = flags.unwrap_or(DEFAULT);
    if all && matches!(set, Charset::Multi(_)) {
        ctx.notice(
            "Only basic entities substitution is supported for multi-byte encodings other than UTF-8; functionality is equivalent to htmlspecialchars",
        )?;
    }
    let plain = if all { 0 } else { plain_run(text) };
    if plain == text.len() {
        return Ok(text.clone());
    }
    Ok(escape(text, plain, all, flags, set, double).map_or_else(Str::empty, Str::from))
}

#[php_function(
    "htmlspecialchars(string $string, int $flags = ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401, ?string $encoding = null, bool $double_encode = true): string"
)]
fn htmlspecialchars(
    ctx: &mut Ctx,
    text: &Str,
    flags: Option<i64>,
    encoding: Option<&[u8]>,
    double: bool,
) -> R<Str> {
    escaped(ctx, text, false, flags, encoding, double)
}
#[php_function(
    "htmlentities(string $string, int $flags = ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401, ?string $encoding = null, bool $double_encode = true): string"
)]
fn htmlentities(
    ctx: &mut Ctx,
    text: &Str,
    flags: Option<i64>,
    encoding: Option<&[u8]>,
    double: bool,
) -> R<Str> {
    escaped(ctx, text, true, flags, encoding, double)
}
#[php_function(
    "htmlspecialchars_decode(string $string, int $flags = ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401): string"
)]
fn htmlspecialchars_decode(text: &[u8], flags: Option<i64>) -> Buffer {
    unescape(text, false, flags.unwrap_or(DEFAULT), Charset::Utf8)
}
#[php_function(
    "html_entity_decode(string $string, int $flags = ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401, ?string $encoding = null): string"
)]
fn html_entity_decode(ctx: &mut Ctx, text: &[u8], flags: Option<i64>, encoding: Option<&[u8]>) -> R<Buffer> {
    let set = Charset::of(ctx, encoding)?;
    if matches!(set, Charset::Multi(_)) {
        ctx.notice(
            "Only basic entities substitution is supported for multi-byte encodings other than UTF-8; functionality is equivalent to htmlspecialchars",
        )?;
    }
    Ok(unescape(text, true, flags.unwrap_or(DEFAULT), set))
}

#[php_function(
    "get_html_translation_table(int $table = HTML_SPECIALCHARS, int $flags = ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML401, string $encoding = \"UTF-8\"): array"
)]
fn get_html_translation_table(
    ctx: &mut Ctx,
    table: Option<i64>,
    flags: Option<i64>,
    encoding: &[u8],
) -> R<Array> {
    let set = Charset::of(ctx, Some(encoding))?;
    let flags = flags.unwrap_or(DEFAULT);
    let mut rows: Vec<(&str, Vec<u8>)> = Vec::new();
    let quotes = |t: &str| match t {
        "\"" => flags & DOUBLE != 0,
        "'" => flags & SINGLE != 0,
        _ => true,
    };
    let basic = ["\"", "&", "'", "<", ">"];
    let entity = |t: &str| match t {
        "&" => Some(&b"&amp;"[..]),
        t => special(t.bytes().next().map_or(0, u32::from), flags | DOUBLE | SINGLE),
    };
    for t in basic {
        if let Some(e) = entity(t).filter(|_| quotes(t)) {
            rows.push((t, e.to_vec()));
        }
    }
    let full = table.unwrap_or(0) == 1 && flags & doctype::MASK != doctype::XML;
    if table.unwrap_or(0) == 1 && matches!(set, Charset::Multi(_)) {
        ctx.notice(
            "Only basic entities substitution is supported for multi-byte encodings other than UTF-8",
        )?;
    } else if full {
        let named = entities_of(flags).by_text.iter().filter(|(t, _)| !basic.contains(*t));
        rows.extend(named.map(|(t, n)| (*t, [b"&", n.as_bytes(), b";"].concat())));
        rows.sort();
    }
    let mut out = Array::with_capacity(rows.len());
    for (t, e) in rows {
        let mut key = Vec::new();
        if t.chars().all(|c| set.encode(c as u32, &mut key)) {
            out.set(&Str::from(key), Value::str(e));
        }
    }
    Ok(out)
}
