//! `mb_ereg()` and its family, over Oniguruma.

use crate::charset::{Enc, by_name};
use crate::state::{internal, state};
use onig::{EncodedBytes, MatchParam, Regex, RegexOptions, Region, SearchOptions, Syntax};
use plugin_api::{Array, Callable, Ctx, OrFalse, R, Reference, Str, Value, php_function};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Letters of options with what they set.
const OPTIONS: [(u8, RegexOptions); 6] = [
    (b'i', RegexOptions::REGEX_OPTION_IGNORECASE),
    (b'x', RegexOptions::REGEX_OPTION_EXTEND),
    (b'm', RegexOptions::REGEX_OPTION_MULTILINE),
    (b's', RegexOptions::REGEX_OPTION_SINGLELINE),
    (b'l', RegexOptions::REGEX_OPTION_FIND_LONGEST),
    (b'n', RegexOptions::REGEX_OPTION_FIND_NOT_EMPTY),
];

fn syntax(letter: u8) -> Option<&'static Syntax> {
    Some(match letter {
        b'j' => Syntax::java(),
        b'u' => Syntax::gnu_regex(),
        b'g' => Syntax::grep(),
        b'c' => Syntax::emacs(),
        b'r' => Syntax::ruby(),
        b'z' => Syntax::perl(),
        b'b' => Syntax::posix_basic(),
        b'd' => Syntax::posix_extended(),
        _ => return None,
    })
}

/// Options of patterns and the letter of their syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Style {
    options: RegexOptions,
    syntax: u8,
}

impl Default for Style {
    fn default() -> Style {
        let options = RegexOptions::REGEX_OPTION_MULTILINE | RegexOptions::REGEX_OPTION_SINGLELINE;
        Style { options, syntax: b'r' }
    }
}

impl Style {
    fn parse(ctx: &mut Ctx, letters: &[u8]) -> R<Style> {
        let mut s = Style { options: RegexOptions::REGEX_OPTION_NONE, syntax: b'r' };
        for c in letters {
            if *c == b'p' {
                s.options |= Style::default().options;
            } else if let Some((_, o)) = OPTIONS.iter().find(|(l, _)| l == c) {
                s.options |= *o;
            } else if syntax(*c).is_some() {
                s.syntax = *c;
            } else {
                return Err(ctx.value_error(format!("Option \"{}\" is not supported", *c as char)));
            }
        }
        Ok(s)
    }
    fn letters(self) -> String {
        let mut out = String::new();
        let both = Style::default().options;
        for (l, o) in OPTIONS {
            match l {
                b'm' if self.options.contains(both) => out.push('p'),
                b's' if self.options.contains(both) => {}
                _ if self.options.contains(o) => out.push(l as char),
                _ => {}
            }
        }
        out.push(self.syntax as char);
        out
    }
}

type Key = (Vec<u8>, Style, &'static str);

/// A match of `mb_ereg_search()`.
struct Search {
    pattern: Option<Rc<Regex>>,
    text: Option<Str>,
    at: usize,
    found: Option<Region>,
}

/// What lasts from call to call.
pub struct RegexState {
    encoding: Cell<Option<&'static Charset>>,
    style: Cell<Style>,
    cache: RefCell<HashMap<Key, Rc<Regex>>>,
    search: RefCell<Search>,
}

impl Default for RegexState {
    fn default() -> RegexState {
        RegexState {
            encoding: Cell::new(None),
            style: Cell::default(),
            cache: RefCell::default(),
            search: RefCell::new(Search { pattern: None, text: None, at: 0, found: None }),
        }
    }
}

impl RegexState {
    /// For a new request.
    pub fn reset(&self) {
        self.encoding.set(None);
        self.style.set(Style::default());
        self.cache.borrow_mut().clear();
        *self.search.borrow_mut() = Search { pattern: None, text: None, at: 0, found: None };
    }
}

/// An encoding that patterns can be in.
struct Charset {
    names: &'static [&'static str],
    raw: fn() -> onig_sys::OnigEncoding,
}

macro_rules! charsets {
    ($($raw:ident: $($name:literal),*;)*) => {
        static CHARSETS: &[Charset] = &[$(Charset {
            names: &[$($name),*],
            raw: || (&raw const onig_sys::$raw).cast_mut(),
        }),*];
    };
}
charsets! {
    OnigEncodingEUC_JP: "EUC-JP", "EUCJP", "X-EUC-JP", "UJIS", "EUCJP-WIN";
    OnigEncodingUTF8: "UTF-8", "UTF8";
    OnigEncodingUTF16_BE: "UTF-16", "UTF-16BE";
    OnigEncodingUTF16_LE: "UTF-16LE";
    OnigEncodingUTF32_BE: "UCS-4", "UTF-32", "UTF-32BE";
    OnigEncodingUTF32_LE: "UCS-4LE", "UTF-32LE";
    OnigEncodingSJIS: "SJIS", "CP932", "MS932", "SHIFT_JIS", "SJIS-WIN", "WINDOWS-31J";
    OnigEncodingBIG5: "BIG5", "BIG-5", "BIGFIVE", "CN-BIG5", "BIG-FIVE";
    OnigEncodingEUC_CN: "EUC-CN", "EUCCN", "EUC_CN", "GB-2312", "GB2312";
    OnigEncodingEUC_TW: "EUC-TW", "EUCTW", "EUC_TW";
    OnigEncodingEUC_KR: "EUC-KR", "EUCKR", "EUC_KR";
    OnigEncodingKOI8_R: "KOI8R", "KOI8-R", "KOI-8R";
    OnigEncodingISO_8859_1: "ISO-8859-1", "ISO8859-1";
    OnigEncodingISO_8859_2: "ISO-8859-2", "ISO8859-2";
    OnigEncodingISO_8859_3: "ISO-8859-3", "ISO8859-3";
    OnigEncodingISO_8859_4: "ISO-8859-4", "ISO8859-4";
    OnigEncodingISO_8859_5: "ISO-8859-5", "ISO8859-5";
    OnigEncodingISO_8859_6: "ISO-8859-6", "ISO8859-6";
    OnigEncodingISO_8859_7: "ISO-8859-7", "ISO8859-7";
    OnigEncodingISO_8859_8: "ISO-8859-8", "ISO8859-8";
    OnigEncodingISO_8859_9: "ISO-8859-9", "ISO8859-9";
    OnigEncodingISO_8859_10: "ISO-8859-10", "ISO8859-10";
    OnigEncodingISO_8859_11: "ISO-8859-11", "ISO8859-11";
    OnigEncodingISO_8859_13: "ISO-8859-13", "ISO8859-13";
    OnigEncodingISO_8859_14: "ISO-8859-14", "ISO8859-14";
    OnigEncodingISO_8859_15: "ISO-8859-15", "ISO8859-15";
    OnigEncodingISO_8859_16: "ISO-8859-16", "ISO8859-16";
    OnigEncodingASCII: "ASCII", "US-ASCII", "US_ASCII", "ISO646";
}

fn charset_by_name(name: &[u8]) -> Option<&'static Charset> {
    CHARSETS.iter().find(|c| c.names.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name)))
}

fn charset(ctx: &mut Ctx) -> &'static Charset {
    if let Some(c) = state(ctx).regex.encoding.get() {
        return c;
    }
    let name = internal(ctx).name;
    charset_by_name(name.as_bytes()).unwrap_or(&CHARSETS[1])
}

fn encoding(c: &Charset) -> Enc {
    c.names.iter().find_map(|n| by_name(n.as_bytes())).unwrap_or_else(crate::state::utf8)
}

fn is_valid(ctx: &mut Ctx, text: &[u8]) -> bool {
    let c = charset(ctx);
    encoding(c).check(text)
}

fn compile(ctx: &mut Ctx, pattern: &[u8], style: Style) -> R<Option<Rc<Regex>>> {
    let c = charset(ctx);
    if !encoding(c).check(pattern) {
        ctx.warning(format!("Pattern is not valid under {} encoding", c.names[0]))?;
        return Ok(None);
    }
    let key = (pattern.to_vec(), style, c.names[0]);
    let s = &state(ctx).regex;
    if let Some(r) = s.cache.borrow().get(&key) {
        return Ok(Some(r.clone()));
    }
    let bytes = EncodedBytes::from_parts(pattern, (c.raw)());
    let syntax = syntax(style.syntax).unwrap_or(Syntax::ruby());
    match Regex::with_options_and_encoding(bytes, style.options, syntax) {
        Ok(r) => {
            let r = Rc::new(r);
            s.cache.borrow_mut().insert(key, r.clone());
            Ok(Some(r))
        }
        Err(e) => {
            ctx.warning(format!("mbregex compile err: {}", e.description()))?;
            Ok(None)
        }
    }
}

fn limits(ctx: &mut Ctx) -> MatchParam {
    let s = state(ctx);
    let mut p = MatchParam::default();
    if let Ok(n) = u32::try_from(s.stack_limit.get()) {
        p.set_match_stack_limit(n);
    }
    if let Ok(n) = u32::try_from(s.retry_limit.get()) {
        p.set_retry_limit_in_match(n);
    }
    p
}

/// Searches from `at` on; `Err` has the library's text.
fn search(ctx: &mut Ctx, r: &Regex, text: &[u8], at: usize) -> Result<Option<Region>, String> {
    if at > text.len() {
        return Ok(None);
    }
    let mut region = Region::new();
    let bytes = EncodedBytes::from_parts(text, r.encoding());
    let none = SearchOptions::SEARCH_OPTION_NONE;
    match r.search_with_param(bytes, at, text.len(), none, Some(&mut region), limits(ctx)) {
        Ok(found) => Ok(found.map(|_| region)),
        Err(e) => Err(e.description().to_owned()),
    }
}

/// Names of groups with the number that matched last.
fn names(r: &Regex, region: &Region) -> Vec<(Vec<u8>, usize)> {
    let mut out = Vec::new();
    r.foreach_name(|name, groups| {
        let last = groups.iter().rev().find(|g| region.pos(**g as usize).is_some()).or(groups.last());
        if let Some(g) = last {
            out.push((name.as_bytes().to_vec(), *g as usize));
        }
        true
    });
    out
}

/// Adds named groups; what did not match, or nothing, is false.
fn add_names(out: &mut Array, r: &Regex, region: &Region, text: &[u8]) {
    for (name, group) in names(r, region) {
        let v = match region.pos(group) {
            Some((b, e)) if b < e => Value::str(&text[b..e]),
            _ => false.into(),
        };
        out.set(&name[..], v);
    }
}

fn ereg(
    ctx: &mut Ctx,
    pattern: &[u8],
    text: &[u8],
    matches: Option<Reference<'_>>,
    ignore_case: bool,
) -> R<bool> {
    if pattern.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if let Some(m) = &matches {
        m.set(ctx, Array::new())?;
    }
    if !is_valid(ctx, text) {
        return Ok(false);
    }
    let mut style = state(ctx).regex.style.get();
    if ignore_case {
        style.options |= RegexOptions::REGEX_OPTION_IGNORECASE;
    }
    let Some(r) = compile(ctx, pattern, style)? else { return Ok(false) };
    let Ok(Some(region)) = search(ctx, &r, text, 0) else { return Ok(false) };
    if let Some(m) = matches {
        let mut out = Array::new();
        for i in 0..region.len() {
            out.push(match region.pos(i) {
                Some((b, e)) if b < e => Value::str(&text[b..e]),
                _ => false.into(),
            });
        }
        add_names(&mut out, &r, &region, text);
        m.set(ctx, out)?;
    }
    Ok(true)
}

/// Whether a pattern matches; its groups.
#[php_function("mb_ereg(string $pattern, string $string, &$matches = null): bool")]
fn mb_ereg(ctx: &mut Ctx, pattern: &[u8], string: &[u8], matches: Option<Reference<'_>>) -> R<bool> {
    ereg(ctx, pattern, string, matches, false)
}

/// Whether a pattern matches in any case of letters; its groups.
#[php_function("mb_eregi(string $pattern, string $string, &$matches = null): bool")]
fn mb_eregi(ctx: &mut Ctx, pattern: &[u8], string: &[u8], matches: Option<Reference<'_>>) -> R<bool> {
    ereg(ctx, pattern, string, matches, true)
}

/// `\1`, `\k<name>` and so on in a replacement, filled in.
fn substitute(r: &Regex, region: &Region, text: &[u8], replacement: &[u8], enc: Enc, out: &mut Vec<u8>) {
    let lengths = enc.lengths();
    let size = |i: usize| lengths.as_ref().map_or(1, |l| usize::from(l[usize::from(replacement[i])]));
    let named = names(r, region);
    let group = |n: usize, out: &mut Vec<u8>, whole: &[u8]| match region.pos(n) {
        Some((b, e)) => out.extend_from_slice(&text[b..e]),
        None if n < region.len() => {}
        None => out.extend_from_slice(whole),
    };
    let mut i = 0;
    while i < replacement.len() {
        let len = size(i).min(replacement.len() - i);
        if len > 1 || replacement[i] != b'\\' {
            out.extend_from_slice(&replacement[i..i + len]);
            i += len;
            continue;
        }
        let rest = &replacement[i + 1..];
        match rest {
            [d @ b'0'..=b'9', ..] => {
                let whole = &replacement[i..i + 2];
                // Numbers mean nothing where groups have names.
                if *d != b'0' && !named.is_empty() {
                    out.extend_from_slice(whole);
                } else {
                    group(usize::from(d - b'0'), out, whole);
                }
                i += 2;
            }
            [b'k', open @ (b'<' | b'\''), tail @ ..] => {
                let close = if *open == b'<' { b'>' } else { b'\'' };
                let Some(end) = tail.iter().position(|c| *c == close).filter(|e| *e > 0) else {
                    let end = tail.iter().position(|c| *c == close).map_or(replacement.len(), |e| i + 4 + e);
                    out.extend_from_slice(&replacement[i..end]);
                    i = end;
                    continue;
                };
                let (name, whole) = (&tail[..end], &replacement[i..i + 4 + end]);
                if name.iter().all(u8::is_ascii_digit) {
                    let n = String::from_utf8_lossy(name).parse::<usize>();
                    match n {
                        Ok(n) if named.is_empty() && !(name.len() > 1 && name[0] == b'0') => {
                            group(n, out, whole)
                        }
                        _ => out.extend_from_slice(whole),
                    }
                } else {
                    match named.iter().find(|(n, _)| n == name) {
                        Some((_, n)) => group(*n, out, whole),
                        None => out.extend_from_slice(whole),
                    }
                }
                i += 4 + end;
            }
            _ => {
                out.push(b'\\');
                i += 1;
            }
        }
    }
}

/// What replaces a match.
enum With<'a> {
    Text(&'a [u8]),
    Call(&'a Callable),
}

fn replace(
    ctx: &mut Ctx,
    pattern: &[u8],
    with: &With<'_>,
    text: &[u8],
    options: Option<&[u8]>,
    ignore_case: bool,
) -> R<Value> {
    if !is_valid(ctx, text) {
        return Ok(Value::NULL);
    }
    let mut style = match options {
        Some(letters) => Style::parse(ctx, letters)?,
        None => state(ctx).regex.style.get(),
    };
    if ignore_case {
        style.options |= RegexOptions::REGEX_OPTION_IGNORECASE;
    }
    let Some(r) = compile(ctx, pattern, style)? else { return Ok(false.into()) };
    let enc = encoding(charset(ctx));
    let (mut out, mut at) = (Vec::with_capacity(text.len()), 0);
    loop {
        let region = match search(ctx, &r, text, at) {
            Ok(Some(region)) => region,
            Ok(None) => break,
            Err(e) => {
                ctx.warning(format!("mbregex search failure in php_mbereg_replace_exec(): {e}"))?;
                return Ok(false.into());
            }
        };
        let (begin, end) = region.pos(0).unwrap_or((text.len(), text.len()));
        out.extend_from_slice(&text[at..begin.max(at)]);
        match with {
            With::Text(t) => substitute(&r, &region, text, t, enc, &mut out),
            With::Call(f) => {
                let mut groups = Array::new();
                for i in 0..region.len() {
                    let (b, e) = region.pos(i).unwrap_or((0, 0));
                    groups.push(&text[b..e]);
                }
                add_names(&mut groups, &r, &region, text);
                let made = f.call(ctx, &[groups.into()])?.to_str(ctx)?;
                out.extend_from_slice(&made);
            }
        }
        if at < end {
            at = end;
        } else {
            if at < text.len() {
                out.push(text[at]);
            }
            at += 1;
        }
        if at > text.len() {
            break;
        }
    }
    if at < text.len() {
        out.extend_from_slice(&text[at..]);
    }
    Ok(out.into())
}

/// Replaces matches.
#[php_function(
    "mb_ereg_replace(string $pattern, string $replacement, string $string, ?string $options = null): string|false|null"
)]
fn mb_ereg_replace(
    ctx: &mut Ctx,
    pattern: &[u8],
    replacement: &[u8],
    string: &[u8],
    options: Option<&[u8]>,
) -> R<Value> {
    replace(ctx, pattern, &With::Text(replacement), string, options, false)
}

/// Replaces matches in any case of letters.
#[php_function(
    "mb_eregi_replace(string $pattern, string $replacement, string $string, ?string $options = null): string|false|null"
)]
fn mb_eregi_replace(
    ctx: &mut Ctx,
    pattern: &[u8],
    replacement: &[u8],
    string: &[u8],
    options: Option<&[u8]>,
) -> R<Value> {
    replace(ctx, pattern, &With::Text(replacement), string, options, true)
}

/// Replaces matches by what a callback makes of them.
#[php_function(
    "mb_ereg_replace_callback(string $pattern, callable $callback, string $string, ?string $options = null): string|false|null"
)]
fn mb_ereg_replace_callback(
    ctx: &mut Ctx,
    pattern: &[u8],
    callback: &Value,
    string: &[u8],
    options: Option<&[u8]>,
) -> R<Value> {
    match ctx.callable(callback)? {
        Some(f) => replace(ctx, pattern, &With::Call(&f), string, options, false),
        None => Ok(false.into()),
    }
}

/// The pieces between matches.
#[php_function("mb_split(string $pattern, string $string, int $limit = -1): array|false")]
fn mb_split(ctx: &mut Ctx, pattern: &[u8], string: &[u8], limit: i64) -> R<OrFalse<Array>> {
    if !is_valid(ctx, string) {
        return Ok(OrFalse::FALSE);
    }
    let style = state(ctx).regex.style.get();
    let Some(r) = compile(ctx, pattern, style)? else { return Ok(OrFalse::FALSE) };
    let mut left = if limit > 0 { limit - 1 } else { limit };
    let (mut out, mut chunk, mut at) = (Array::new(), 0, 0);
    while left != 0 && at < string.len() {
        let region = match search(ctx, &r, string, at) {
            Ok(Some(region)) => region,
            Ok(None) => break,
            Err(e) => {
                ctx.warning(format!("mbregex search failure in mbsplit(): {e}"))?;
                return Ok(OrFalse::FALSE);
            }
        };
        let (begin, end) = region.pos(0).unwrap_or_default();
        if at < end {
            if begin >= string.len() || begin < chunk {
                break;
            }
            out.push(&string[chunk..begin]);
            left -= 1;
            (chunk, at) = (end, end);
        } else {
            at += 1;
        }
    }
    out.push(&string[chunk.min(string.len())..]);
    Ok(out.into())
}

/// Whether a pattern matches at the start.
#[php_function("mb_ereg_match(string $pattern, string $string, ?string $options = null): bool")]
fn mb_ereg_match(ctx: &mut Ctx, pattern: &[u8], string: &[u8], options: Option<&[u8]>) -> R<bool> {
    let style = match options {
        Some(letters) => Style::parse(ctx, letters)?,
        None => state(ctx).regex.style.get(),
    };
    if !is_valid(ctx, string) {
        return Ok(false);
    }
    let Some(r) = compile(ctx, pattern, style)? else { return Ok(false) };
    let bytes = EncodedBytes::from_parts(string, r.encoding());
    let found = r.match_with_param(bytes, 0, SearchOptions::SEARCH_OPTION_NONE, None, limits(ctx));
    Ok(matches!(found, Ok(Some(_))))
}

// ---- searching step by step ----

fn groups(search: &Search) -> Option<Array> {
    let (region, text) = (search.found.as_ref()?, search.text.as_ref()?);
    let mut out = Array::new();
    for i in 0..region.len() {
        out.push(match region.pos(i) {
            Some((b, e)) if b <= e && e <= text.len() => Value::str(&text[b..e]),
            _ => false.into(),
        });
    }
    if let Some(r) = &search.pattern {
        add_names(&mut out, r, region, text);
    }
    Some(out)
}

/// Takes a step; the place and length of the match.
fn step(ctx: &mut Ctx, pattern: Option<&[u8]>, options: Option<&[u8]>) -> R<Option<(usize, usize)>> {
    let style = match options {
        Some(letters) => Style::parse(ctx, letters)?,
        None => state(ctx).regex.style.get(),
    };
    let s = &state(ctx).regex.search;
    s.borrow_mut().found = None;
    if let Some(p) = pattern {
        let compiled = compile(ctx, p, style)?;
        let failed = compiled.is_none();
        s.borrow_mut().pattern = compiled;
        if failed {
            return Ok(None);
        }
    }
    let (pattern, text, at) = {
        let s = s.borrow();
        (s.pattern.clone(), s.text.clone(), s.at)
    };
    let Some(r) = pattern else { return Err(ctx.error("No pattern was provided")) };
    let Some(text) = text else { return Err(ctx.error("No string was provided")) };
    match search(ctx, &r, &text, at) {
        Ok(Some(region)) => {
            let (begin, end) = region.pos(0).unwrap_or_default();
            let mut s = s.borrow_mut();
            s.at = if at <= end { end } else { at + 1 };
            s.found = Some(region);
            Ok(Some((begin, end - begin)))
        }
        Ok(None) => {
            s.borrow_mut().at = text.len();
            Ok(None)
        }
        Err(e) => {
            ctx.warning(format!("mbregex search failure in mbregex_search(): {e}"))?;
            Ok(None)
        }
    }
}

/// Whether there is another match.
#[php_function("mb_ereg_search(?string $pattern = null, ?string $options = null): bool")]
fn mb_ereg_search(ctx: &mut Ctx, pattern: Option<&[u8]>, options: Option<&[u8]>) -> R<bool> {
    Ok(step(ctx, pattern, options)?.is_some())
}

/// Place and length of the next match.
#[php_function("mb_ereg_search_pos(?string $pattern = null, ?string $options = null): array|false")]
fn mb_ereg_search_pos(ctx: &mut Ctx, pattern: Option<&[u8]>, options: Option<&[u8]>) -> R<OrFalse<Array>> {
    let found = step(ctx, pattern, options)?;
    Ok(found.map(|(at, len)| Array::list([at.into(), len.into()])).into())
}

/// Groups of the next match.
#[php_function("mb_ereg_search_regs(?string $pattern = null, ?string $options = null): array|false")]
fn mb_ereg_search_regs(ctx: &mut Ctx, pattern: Option<&[u8]>, options: Option<&[u8]>) -> R<OrFalse<Array>> {
    if step(ctx, pattern, options)?.is_none() {
        return Ok(OrFalse::FALSE);
    }
    Ok(groups(&state(ctx).regex.search.borrow()).into())
}

/// Sets the string, and the pattern, of a search.
#[php_function("mb_ereg_search_init(string $string, ?string $pattern = null, ?string $options = null): bool")]
fn mb_ereg_search_init(
    ctx: &mut Ctx,
    string: &Str,
    pattern: Option<&[u8]>,
    options: Option<&[u8]>,
) -> R<bool> {
    if pattern.is_some_and(<[u8]>::is_empty) {
        return Err(ctx.argument_value_error(2, "must not be empty"));
    }
    let style = match options {
        Some(letters) => Style::parse(ctx, letters)?,
        None => state(ctx).regex.style.get(),
    };
    if let Some(p) = pattern {
        let compiled = compile(ctx, p, style)?;
        let failed = compiled.is_none();
        state(ctx).regex.search.borrow_mut().pattern = compiled;
        if failed {
            return Ok(false);
        }
    }
    let valid = is_valid(ctx, string);
    let mut s = state(ctx).regex.search.borrow_mut();
    s.text = Some(string.clone());
    s.at = if valid { 0 } else { string.len() };
    s.found = None;
    Ok(valid)
}

/// Groups of the last match.
#[php_function("mb_ereg_search_getregs(): array|false")]
fn mb_ereg_search_getregs(ctx: &mut Ctx) -> OrFalse<Array> {
    groups(&state(ctx).regex.search.borrow()).into()
}

/// Where the next search begins.
#[php_function("mb_ereg_search_getpos(): int")]
fn mb_ereg_search_getpos(ctx: &mut Ctx) -> usize {
    state(ctx).regex.search.borrow().at
}

/// Sets where the next search begins.
#[php_function("mb_ereg_search_setpos(int $offset): bool")]
fn mb_ereg_search_setpos(ctx: &mut Ctx, offset: i64) -> R<bool> {
    let len = state(ctx).regex.search.borrow().text.as_ref().map(|t| t.len() as i64);
    let at = if offset < 0 { offset + len.unwrap_or(0) } else { offset };
    if at < 0 || len.is_some_and(|l| at > l) {
        return Err(ctx.argument_value_error(1, "is out of range"));
    }
    state(ctx).regex.search.borrow_mut().at = at as usize;
    Ok(true)
}

/// The default options; sets others and gives those before.
#[php_function("mb_regex_set_options(?string $options = null): string")]
fn mb_regex_set_options(ctx: &mut Ctx, options: Option<&[u8]>) -> R<String> {
    let old = state(ctx).regex.style.get();
    if let Some(letters) = options {
        let new = Style::parse(ctx, letters)?;
        state(ctx).regex.style.set(new);
    }
    Ok(old.letters())
}

/// The encoding of patterns; sets another.
#[php_function("mb_regex_encoding(?string $encoding = null): string|bool")]
fn mb_regex_encoding(ctx: &mut Ctx, encoding: Option<&[u8]>) -> R<Value> {
    match encoding {
        None => Ok(Value::str(charset(ctx).names[0])),
        Some(name) => match charset_by_name(name) {
            Some(c) => {
                state(ctx).regex.encoding.set(Some(c));
                Ok(true.into())
            }
            None => {
                let name = String::from_utf8_lossy(name).into_owned();
                Err(ctx.argument_value_error(1, format!("must be a valid encoding, \"{name}\" given")))
            }
        },
    }
}
