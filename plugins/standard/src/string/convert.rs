//! Escapes, encodings, digests.

use super::basic::{char_set, too_large};
use super::find::first;
use base64_simd::{AsOut, STANDARD};
use hex_simd::AsciiCase;
use plugin_api::stack::deeper;
use plugin_api::{Array, Buffer, Ctx, Key, Kind, OrFalse, R, Str, Value, literal, php_function};

/// The hexadecimal digits of bytes, two each.
fn hex(ctx: &mut Ctx, b: &[u8]) -> R<Str> {
    let len = b.len().saturating_mul(2);
    let made = Str::compose(len, |room| {
        room.write(len, |out| hex_simd::encode(b, out.as_out(), AsciiCase::Lower));
    });
    made.ok_or_else(|| too_large(ctx, len))
}

/// What a hexadecimal digit stands for; -1 for any other byte.
static DIGITS: [i8; 256] = {
    let mut t = [-1; 256];
    let mut i = 0;
    while i < 16 {
        t[b"0123456789abcdef"[i] as usize] = i as i8;
        t[b"0123456789ABCDEF"[i] as usize] = i as i8;
        i += 1;
    }
    t
};

#[php_function("pure bin2hex(string $string): string")]
fn bin2hex(ctx: &mut Ctx, string: &[u8]) -> R<Str> {
    hex(ctx, string)
}
#[php_function("pure hex2bin(string $string): string|false")]
fn hex2bin(ctx: &mut Ctx, string: &[u8]) -> R<OrFalse<Str>> {
    if !string.len().is_multiple_of(2) {
        ctx.warning("Hexadecimal input string must have an even length")?;
        return Ok(OrFalse::FALSE);
    }
    let mut good = true;
    let len = string.len() / 2;
    let made = Str::compose(len, |room| {
        room.write(len, |out| match hex_simd::decode(string, out.as_out()) {
            Ok(out) => out,
            Err(_) => {
                good = false;
                &mut []
            }
        });
    });
    let out = made.ok_or_else(|| too_large(ctx, len))?;
    if !good {
        ctx.warning("Input string must be hexadecimal string")?;
        return Ok(OrFalse::FALSE);
    }
    Ok(out.into())
}
#[php_function("pure addslashes(string $string): string")]
fn addslashes(string: &Str) -> Str {
    // Compared one by one, so that many bytes can be asked at once.
    let special = |c: u8| (c == 0) | (c == b'\'') | (c == b'"') | (c == b'\\');
    let Some(mut at) = first(string, special) else { return string.clone() };
    let mut out = Buffer::with_capacity(string.len() + 8);
    let mut rest = string.as_bytes();
    loop {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(&[b'\\', if rest[at] == 0 { b'0' } else { rest[at] }]);
        rest = &rest[at + 1..];
        match first(rest, special) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out.into()
}
#[php_function("pure stripslashes(string $string): string")]
fn stripslashes(string: &Str) -> Str {
    let mut rest = string.as_bytes();
    let Some(mut at) = memchr::memchr(b'\\', rest) else { return string.clone() };
    let mut out = Buffer::with_capacity(string.len());
    loop {
        out.extend_from_slice(&rest[..at]);
        match rest.get(at + 1) {
            Some(b'0') => out.push(0),
            Some(c) => out.push(*c),
            None => return out.into(),
        }
        rest = &rest[at + 2..];
        match memchr::memchr(b'\\', rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out.into()
}
#[php_function("pure addcslashes(string $string, string $characters): string")]
fn addcslashes(ctx: &mut Ctx, string: &[u8], characters: &[u8]) -> R<Buffer> {
    let set = char_set(ctx, characters)?;
    let mut out = Buffer::with_capacity(string.len() + 8);
    for &c in string {
        if !set[c as usize] {
            out.push(c);
            continue;
        }
        out.push(b'\\');
        match c {
            b'\n' => out.push(b'n'),
            b'\t' => out.push(b't'),
            b'\r' => out.push(b'r'),
            7 => out.push(b'a'),
            11 => out.push(b'v'),
            8 => out.push(b'b'),
            12 => out.push(b'f'),
            32..=126 => out.push(c),
            c => out.extend_from_slice(format!("{c:03o}").as_bytes()),
        }
    }
    Ok(out)
}
#[php_function("pure stripcslashes(string $string): string")]
fn stripcslashes(string: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(string.len());
    let mut i = 0;
    while i < string.len() {
        if string[i] != b'\\' || i + 1 >= string.len() {
            out.push(string[i]);
            i += 1;
            continue;
        }
        i += 1;
        let simple = match string[i] {
            b'n' => Some(b'\n'),
            b't' => Some(b'\t'),
            b'r' => Some(b'\r'),
            b'a' => Some(7),
            b'v' => Some(11),
            b'b' => Some(8),
            b'f' => Some(12),
            _ => None,
        };
        if let Some(c) = simple {
            out.push(c);
            i += 1;
            continue;
        }
        let run = |from: usize, max: usize, radix: u32| {
            string[from..].iter().take(max).take_while(|c| (**c as char).is_digit(radix)).count()
        };
        let value = |from: usize, n: usize, radix: u32| {
            string[from..from + n]
                .iter()
                .fold(0u32, |v, c| v * radix + (*c as char).to_digit(radix).unwrap_or(0)) as u8
        };
        let hexes = if string[i] == b'x' { run(i + 1, 2, 16) } else { 0 };
        let octals = run(i, 3, 8);
        if hexes > 0 {
            out.push(value(i + 1, hexes, 16));
            i += 1 + hexes;
        } else if octals > 0 {
            out.push(value(i, octals, 8));
            i += octals;
        } else {
            out.push(string[i]);
            i += 1;
        }
    }
    out
}
#[php_function("pure quotemeta(string $string): string")]
fn quotemeta(string: &[u8]) -> Buffer {
    let mut out = Buffer::with_capacity(string.len() + 8);
    for c in string {
        if b".\\+*?[^]$()".contains(c) {
            out.push(b'\\');
        }
        out.push(*c);
    }
    out
}

#[php_function("pure md5(string $string, bool $binary = false): string")]
fn md5(ctx: &mut Ctx, string: &[u8], binary: bool) -> R<Str> {
    digest(ctx, &super::md5::sum(string), binary)
}
#[php_function("pure sha1(string $string, bool $binary = false): string")]
fn sha1(ctx: &mut Ctx, string: &[u8], binary: bool) -> R<Str> {
    digest(ctx, <sha1::Sha1 as sha1::Digest>::digest(string).as_slice(), binary)
}
/// A digest as text.
pub fn digest(ctx: &mut Ctx, d: &[u8], binary: bool) -> R<Str> {
    if binary { Ok(Str::new(d)) } else { hex(ctx, d) }
}
#[php_function("pure crc32(string $string): int")]
fn crc32(string: &[u8]) -> i64 {
    crc32fast::hash(string) as i64
}
#[php_function("pure base64_encode(string $string): string")]
fn base64_encode(ctx: &mut Ctx, string: &[u8]) -> R<Str> {
    let len = string.len().div_ceil(3).saturating_mul(4);
    let made = Str::compose(len, |room| room.write(len, |out| STANDARD.encode(string, out.as_out())));
    made.ok_or_else(|| too_large(ctx, len))
}
#[php_function("pure base64_decode(string $string, bool $strict = false): string|false")]
fn base64_decode(string: &[u8], strict: bool) -> OrFalse<Str> {
    // What follows the rules to the letter, as most texts do, is read quickly.
    match decode_exact(string) {
        Some(s) => s.into(),
        None => decode(string, strict),
    }
}
/// What a text stands for that follows the rules to the letter.
fn decode_exact(string: &[u8]) -> Option<Str> {
    let len = STANDARD.decoded_length(string).ok()?;
    let mut good = true;
    let made = Str::compose(len, |room| {
        room.write(len, |out| {
            STANDARD.decode(string, out.as_out()).unwrap_or_else(|_| {
                good = false;
                &mut []
            })
        });
    });
    made.filter(|_| good)
}
/// What any text stands for.
fn decode(string: &[u8], strict: bool) -> OrFalse<Str> {
    let mut out = Buffer::with_capacity(string.len() / 4 * 3 + 3);
    let (mut bits, mut n, mut padding) = (0u32, 0, 0);
    for &c in string {
        let v = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            b' ' | b'\n' | b'\t' | b'\r' => continue,
            _ if strict => return OrFalse::FALSE,
            _ => continue,
        };
        // Padding within the text.
        if padding > 0 && strict {
            return OrFalse::FALSE;
        }
        bits = bits << 6 | v as u32;
        n += 1;
        if n % 4 == 0 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    if strict && (n % 4 == 1 || padding > 0 && (padding > 2 || (n + padding) % 4 != 0)) {
        return OrFalse::FALSE;
    }
    match n % 4 {
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => {}
    }
    OrFalse::from(Str::from(out))
}

/// What percent encoding leaves as it is.
static UNRESERVED: [bool; 256] = {
    let mut t = [false; 256];
    let mut i = 0;
    while i < 128 {
        t[i] = (i as u8).is_ascii_alphanumeric() || matches!(i as u8, b'-' | b'_' | b'.');
        i += 1;
    }
    t
};

/// Percent-encodes; `raw` by RFC 3986, else as forms do.
pub fn url_encode(s: &[u8], raw: bool) -> Buffer {
    let mut out = Buffer::with_capacity(s.len());
    put_url_encoded(&mut out, s, raw);
    out
}
fn put_url_encoded(out: &mut Buffer, s: &[u8], raw: bool) {
    let mut rest = s;
    while let Some(at) = rest.iter().position(|c| !UNRESERVED[*c as usize]) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'~' if raw => out.push(b'~'),
            b' ' if !raw => out.push(b'+'),
            c => {
                let digit = |d: u8| b"0123456789ABCDEF"[d as usize];
                out.extend_from_slice(&[b'%', digit(c >> 4), digit(c & 15)]);
            }
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}
/// Undoes percent encoding; `plus`: a plus sign is a space.
pub fn url_decode(s: &[u8], plus: bool) -> Buffer {
    let mut out = Buffer::with_capacity(s.len());
    let mut rest = s;
    while let Some(at) = rest.iter().position(|c| *c == b'%' || *c == b'+') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        match rest {
            [b'%', h, l, ..] if (DIGITS[*h as usize] | DIGITS[*l as usize]) >= 0 => {
                out.push((DIGITS[*h as usize] << 4 | DIGITS[*l as usize]) as u8);
                rest = &rest[3..];
                continue;
            }
            [b'+', ..] if plus => out.push(b' '),
            _ => out.push(rest[0]),
        }
        rest = &rest[1..];
    }
    out.extend_from_slice(rest);
    out
}
#[php_function("pure urlencode(string $string): string")]
fn urlencode(string: &[u8]) -> Buffer {
    url_encode(string, false)
}
#[php_function("pure rawurlencode(string $string): string")]
fn rawurlencode(string: &[u8]) -> Buffer {
    url_encode(string, true)
}
#[php_function("pure urldecode(string $string): string")]
fn urldecode(string: &[u8]) -> Buffer {
    url_decode(string, true)
}
#[php_function("pure rawurldecode(string $string): string")]
fn rawurldecode(string: &[u8]) -> Buffer {
    url_decode(string, false)
}

/// A query that is being put together.
struct Query<'q> {
    out: Buffer,
    /// The name of what is being written, encoded.
    name: Vec<u8>,
    numeric: &'q [u8],
    separator: &'q [u8],
    raw: bool,
}

impl Query<'_> {
    /// Adds a key to the name.
    fn enter(&mut self, k: Key<'_>, top: bool) {
        let mut text = Buffer::new();
        match k {
            Key::Int(i) => {
                if top {
                    text.extend_from_slice(self.numeric);
                }
                text.push_int(i);
            }
            Key::Str(s) => text.extend_from_slice(&s),
        }
        let mut name = Buffer::from(std::mem::take(&mut self.name));
        if top {
            put_url_encoded(&mut name, &text, self.raw);
        } else {
            name.push_str("%5B");
            put_url_encoded(&mut name, &text, self.raw);
            name.push_str("%5D");
        }
        self.name = name.into_vec();
    }

    fn put(&mut self, text: &[u8]) {
        if !self.out.is_empty() {
            self.out.extend_from_slice(self.separator);
        }
        self.out.extend_from_slice(&self.name);
        self.out.push(b'=');
        put_url_encoded(&mut self.out, text, self.raw);
    }

    fn all(&mut self, ctx: &mut Ctx, data: &Value, top: bool) -> R<()> {
        let pairs = match data.kind() {
            Kind::Array(a) => a.clone(),
            Kind::Object(o) => o.visible_vars(ctx)?,
            _ => return Ok(()),
        };
        if data.protect() {
            return Ok(());
        }
        let outer = self.name.len();
        for (k, v) in pairs.iter() {
            if matches!(v.kind(), Kind::Null | Kind::Resource(_)) {
                continue;
            }
            self.enter(k, top);
            match v.kind() {
                Kind::Object(o) if o.is_enum() => match o.slot("value") {
                    Some(v) => {
                        let text = v.to_str(ctx)?;
                        self.put(&text);
                    }
                    None => {
                        data.unprotect();
                        let n = o.class().name();
                        return Err(ctx.value_error(format!(
                            "Unbacked enum {} cannot be converted to a string",
                            n.lossy()
                        )));
                    }
                },
                Kind::Array(_) | Kind::Object(_) => deeper(|| self.all(ctx, v, false))?,
                Kind::Bool(b) => self.put(if b { b"1" } else { b"0" }),
                Kind::Str(s) => self.put(s),
                _ => {
                    let text = v.to_str(ctx)?;
                    self.put(&text);
                }
            }
            self.name.truncate(outer);
        }
        data.unprotect();
        Ok(())
    }
}

#[php_function(
    "http_build_query(array|object $data, string $numeric_prefix = \"\", ?string $arg_separator = null, int $encoding_type = PHP_QUERY_RFC1738): string"
)]
fn http_build_query(
    ctx: &mut Ctx,
    data: &Value,
    numeric: &[u8],
    sep: Option<&[u8]>,
    kind: Option<i64>,
) -> R<Buffer> {
    let sep = match sep {
        Some(s) => s.to_vec(),
        None => ctx.ini("arg_separator.output").filter(|s| !s.is_empty()).unwrap_or_else(|| b"&".to_vec()),
    };
    if let Kind::Object(o) = data.kind()
        && o.is_enum()
    {
        let name = o.class().name();
        return Err(ctx.argument_type_error(1, format!("must not be an enum, {} given", name.lossy())));
    }
    let mut query =
        Query { out: Buffer::new(), name: Vec::new(), numeric, separator: &sep, raw: kind == Some(2) };
    query.all(ctx, data, true)?;
    Ok(query.out)
}

#[php_function("dirname(string $path, int $levels = 1): string")]
fn dirname(ctx: &mut Ctx, path: &[u8], levels: i64) -> R<Str> {
    if levels < 1 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 1"));
    }
    let mut p = path;
    for _ in 0..levels {
        let next = parent(p);
        if next == p {
            break;
        }
        p = next;
    }
    Ok(Str::new(p))
}
fn parent(p: &[u8]) -> &[u8] {
    if p.is_empty() {
        return p;
    }
    let strip = |s: &[u8]| s.iter().rposition(|c| *c != b'/').map_or(0, |i| i + 1);
    let end = strip(p);
    if end == 0 {
        return b"/";
    }
    match memchr::memrchr(b'/', &p[..end]) {
        None => b".",
        Some(i) => match strip(&p[..i]) {
            0 => b"/",
            n => &p[..n],
        },
    }
}
#[php_function("basename(string $path, string $suffix = \"\"): string")]
fn basename(path: &[u8], suffix: &[u8]) -> Str {
    Str::new(last_part(path, suffix))
}
fn last_part<'p>(path: &'p [u8], suffix: &[u8]) -> &'p [u8] {
    let end = path.iter().rposition(|c| *c != b'/').map_or(0, |i| i + 1);
    let from = memchr::memrchr(b'/', &path[..end]).map_or(0, |i| i + 1);
    let base = &path[from..end];
    if !suffix.is_empty() && base.len() > suffix.len() {
        base.strip_suffix(suffix).unwrap_or(base)
    } else {
        base
    }
}
#[php_function("pathinfo(string $path, int $flags = PATHINFO_ALL): array|string")]
fn pathinfo(path: &[u8], flags: Option<i64>) -> Value {
    let flags = flags.unwrap_or(15);
    let directory = parent(path);
    let base = last_part(path, b"");
    let dot = memchr::memrchr(b'.', base);
    let parts = [
        (1, literal!("dirname"), Some(directory).filter(|d| !d.is_empty())),
        (2, literal!("basename"), Some(base)),
        (4, literal!("extension"), dot.map(|i| &base[i + 1..])),
        (8, literal!("filename"), Some(&base[..dot.unwrap_or(base.len())])),
    ];
    let found = parts.into_iter().filter(|(bit, ..)| flags & bit != 0);
    let mut found = found.filter_map(|(_, name, part)| part.map(|part| (name, part)));
    if flags != 15 {
        return found.next().map_or_else(|| Value::str(""), |(_, part)| Value::str(part));
    }
    let mut out = Array::with_capacity(4);
    found.for_each(|(name, part)| out.set(name, part));
    out.into()
}

/// The numbers and words of a version, parted by dots and where one begins behind the other.
fn version_parts(v: &[u8]) -> impl Iterator<Item = &[u8]> {
    let separates = |c: &u8| matches!(c, b'-' | b'_' | b'+' | b'.');
    let mut rest = v;
    std::iter::from_fn(move || {
        let from = rest.iter().position(|c| !separates(c))?;
        let digits = rest[from].is_ascii_digit();
        let of_part = |c: &&u8| !separates(c) && c.is_ascii_digit() == digits;
        let (part, behind) = rest[from..].split_at(rest[from..].iter().take_while(of_part).count());
        rest = behind;
        Some(part)
    })
}
fn form_order(p: &[u8]) -> i32 {
    const FORMS: [(&[u8], i32); 11] = [
        (b"dev", 0),
        (b"alpha", 1),
        (b"a", 1),
        (b"beta", 2),
        (b"b", 2),
        (b"RC", 3),
        (b"rc", 3),
        (b"#", 4),
        (b"pl", 5),
        (b"p", 5),
        (b"", -1),
    ];
    FORMS.iter().filter(|(f, _)| !f.is_empty()).find(|(f, _)| p.starts_with(f)).map_or(-1, |(_, o)| *o)
}
fn compare_versions(a: &[u8], b: &[u8]) -> i64 {
    if a.is_empty() && b.is_empty() {
        return 0;
    }
    if b.is_empty() {
        return if a.is_empty() { 0 } else { 1 };
    }
    if a.is_empty() {
        return -1;
    }
    let (mut x, mut y) = (version_parts(a), version_parts(b));
    let is_num = |p: &[u8]| p.first().is_some_and(u8::is_ascii_digit);
    let num = |p: &[u8]| {
        p.iter().try_fold(0i64, |n, c| n.checked_mul(10)?.checked_add((c - b'0') as i64)).unwrap_or(i64::MAX)
    };
    let form = |p: &[u8]| form_order(p).cmp(&form_order(b"#")) as i64;
    loop {
        let c = match (x.next(), y.next()) {
            (None, None) => return 0,
            // What is left over is later when it is a number, else as its word says.
            (Some(p), None) => return if is_num(p) { 1 } else { form(p) },
            (None, Some(q)) => return if is_num(q) { -1 } else { -form(q) },
            (Some(p), Some(q)) => match (is_num(p), is_num(q)) {
                (true, true) => num(p).cmp(&num(q)) as i64,
                (false, false) => form_order(p).cmp(&form_order(q)) as i64,
                (true, false) => -form(q),
                (false, true) => form(p),
            },
        };
        if c != 0 {
            return c;
        }
    }
}
#[php_function(
    "pure version_compare(string $version1, string $version2, ?string $operator = null): int|bool"
)]
fn version_compare(ctx: &mut Ctx, a: &[u8], b: &[u8], operator: Option<&[u8]>) -> R<Value> {
    let c = compare_versions(a, b);
    let Some(op) = operator else { return Ok(c.into()) };
    Ok(Value::bool(match op {
        b"<" | b"lt" => c < 0,
        b"<=" | b"le" => c <= 0,
        b">" | b"gt" => c > 0,
        b">=" | b"ge" => c >= 0,
        b"=" | b"==" | b"eq" => c == 0,
        b"!=" | b"<>" | b"ne" => c != 0,
        _ => return Err(ctx.argument_value_error(3, "must be a valid comparison operator")),
    }))
}
#[php_function("escapeshellarg(string $arg): string")]
fn escapeshellarg(ctx: &mut Ctx, arg: &[u8]) -> R<Vec<u8>> {
    if arg.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let most = crate::getopt::longest();
    if arg.len() > most - 2 - 1 {
        return Err(ctx.value_error(format!("Argument exceeds the allowed length of {most} bytes")));
    }
    let mut out = vec![b'\''];
    for c in arg {
        if *c == b'\'' { out.extend_from_slice(b"'\\''") } else { out.push(*c) }
    }
    out.push(b'\'');
    Ok(out)
}

plugin_api::constants! {
    /// Constants of escapes and paths.
    pub CONSTANTS;
    int ENT_COMPAT = 2;
    int ENT_QUOTES = 3;
    int ENT_NOQUOTES = 0;
    int ENT_IGNORE = 4;
    int ENT_SUBSTITUTE = 8;
    int ENT_DISALLOWED = 128;
    int ENT_HTML401 = 0;
    int ENT_XML1 = 16;
    int ENT_XHTML = 32;
    int ENT_HTML5 = 48;
    int PATHINFO_DIRNAME = 1;
    int PATHINFO_BASENAME = 2;
    int PATHINFO_EXTENSION = 4;
    int PATHINFO_FILENAME = 8;
    int PATHINFO_ALL = 15;
    int PHP_QUERY_RFC1738 = 1;
    int PHP_QUERY_RFC3986 = 2;
}
