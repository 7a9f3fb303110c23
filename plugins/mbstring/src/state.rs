//! The settings of a request, and how arguments name encodings.

use crate::charset::{Enc, Kind, Substitute, by_name, encode};
use crate::language::{self, LANGUAGES, Language};
use crate::regex::RegexState;
use plugin_api::{Array, Ctx, GcRoots, Kind as Type, Level, R, Value, Visitor};
use std::cell::{Cell, RefCell};

/// What an output or input encoding can be: one, or "pass" (`None`).
pub type Passing = Option<Enc>;

/// The settings of a request.
pub struct State {
    /// `mbstring.language`
    pub language: Cell<&'static Language>,
    /// Set by `mb_internal_encoding()`.
    pub internal: Cell<Option<Enc>>,
    /// Set by `mb_http_output()` or its ini entry.
    pub output: Cell<Option<Passing>>,
    /// Whether `mb_output_handler()` converts.
    pub converts: Cell<bool>,
    /// Encodings that input may be in.
    pub input: RefCell<Vec<Enc>>,
    /// Encoding found in GET, POST, cookies, strings, and last of all.
    pub identified: [Cell<Option<Enc>>; 5],
    /// Order of guesses, where one was set.
    pub order: RefCell<Option<Vec<Enc>>>,
    /// What stands for characters that cannot be written.
    pub substitute: Cell<Substitute>,
    /// The character that was set last for that.
    pub character: Cell<u32>,
    /// Characters that could not be written.
    pub illegal: Cell<i64>,
    /// `mbstring.strict_detection`
    pub strict: Cell<bool>,
    /// `mbstring.encoding_translation`
    pub translation: Cell<bool>,
    /// `mbstring.regex_stack_limit`
    pub stack_limit: Cell<i64>,
    /// `mbstring.regex_retry_limit`
    pub retry_limit: Cell<i64>,
    /// The name of an encoding that an argument gave last: known names are not told about twice.
    pub last_name: RefCell<Vec<u8>>,
    /// That encoding.
    pub last: Cell<Option<Enc>>,
    /// Regular expressions.
    pub regex: RegexState,
}

impl Default for State {
    fn default() -> State {
        State {
            language: Cell::new(&LANGUAGES[0]),
            internal: Cell::new(None),
            output: Cell::new(None),
            converts: Cell::new(false),
            input: RefCell::default(),
            identified: Default::default(),
            order: RefCell::default(),
            substitute: Cell::new(Substitute::Char(0x3F)),
            character: Cell::new(0x3F),
            illegal: Cell::new(0),
            strict: Cell::new(false),
            translation: Cell::new(false),
            stack_limit: Cell::new(100_000),
            retry_limit: Cell::new(1_000_000),
            last_name: RefCell::default(),
            last: Cell::new(None),
            regex: RegexState::default(),
        }
    }
}

impl GcRoots for State {
    fn visit(&mut self, _: &mut Visitor) {}
}

/// The state of this VM.
pub fn state(ctx: &mut Ctx) -> &'static State {
    ctx.globals::<State>()
}

/// UTF-8.
pub fn utf8() -> Enc {
    by_name(b"UTF-8").unwrap_or(&crate::charset::ENCODINGS[0])
}

fn ini(ctx: &mut Ctx, name: &str) -> Vec<u8> {
    ctx.ini(name).unwrap_or_default()
}

/// An encoding from the entry of that name, the engine's for the same, or default_charset.
fn from_settings(ctx: &mut Ctx, name: &str) -> Enc {
    for entry in [format!("mbstring.{name}"), name.replace("http_", ""), "default_charset".to_owned()] {
        let entry = match entry.as_str() {
            "output" | "input" => format!("{entry}_encoding"),
            e => e.to_owned(),
        };
        let v = ini(ctx, &entry);
        if !v.is_empty() {
            return by_name(&v).unwrap_or_else(utf8);
        }
    }
    utf8()
}

/// The encoding that strings are taken to be in.
pub fn internal(ctx: &mut Ctx) -> Enc {
    match state(ctx).internal.get() {
        Some(e) => e,
        None => {
            let e = from_settings(ctx, "internal_encoding");
            state(ctx).internal.set(Some(e));
            e
        }
    }
}

/// The encoding of output; `None` passes it on.
pub fn output(ctx: &mut Ctx) -> Passing {
    match state(ctx).output.get() {
        Some(e) => e,
        None => Some(from_settings(ctx, "http_output")),
    }
}

/// Sets the request's state from the ini entries.
pub fn begin(ctx: &mut Ctx) -> R<()> {
    let s = state(ctx);
    let name = ini(ctx, "mbstring.language");
    s.language.set(language::by_name(&name).unwrap_or(&LANGUAGES[0]));
    s.internal.set(None);
    s.output.set(None);
    s.converts.set(false);
    s.illegal.set(0);
    s.identified.iter().for_each(|i| i.set(None));
    s.last_name.borrow_mut().clear();
    s.last.set(None);
    set_substitute(s, &ini(ctx, "mbstring.substitute_character"));
    let order = ini(ctx, "mbstring.detect_order");
    let order =
        if order.is_empty() { None } else { parse_list(Some(s), &order).ok().filter(|l| !l.is_empty()) };
    *s.order.borrow_mut() = order;
    let input = ini(ctx, "mbstring.http_input");
    let input = if input.is_empty() {
        Ok(vec![from_settings(ctx, "http_input")])
    } else {
        parse_list(Some(s), &input)
    };
    *s.input.borrow_mut() = input.unwrap_or_default();
    let out = ini(ctx, "mbstring.http_output");
    if out.eq_ignore_ascii_case(b"pass") {
        s.output.set(Some(None));
    }
    s.regex.reset();
    Ok(())
}

/// Gives back what must not outlive the request.
pub fn end(ctx: &mut Ctx) -> R<()> {
    state(ctx).regex.reset();
    Ok(())
}

fn set_substitute(s: &State, text: &[u8]) {
    let text = String::from_utf8_lossy(text).trim().to_ascii_lowercase();
    let (digits, radix) = text.strip_prefix("0x").map_or((text.as_str(), 10), |d| (d, 16));
    s.substitute.set(match text.as_str() {
        "none" => Substitute::None,
        "long" => Substitute::Long(s.character.get()),
        "entity" => Substitute::Entity(s.character.get()),
        _ => match u32::from_str_radix(digits, radix).ok().filter(|p| char::from_u32(*p).is_some()) {
            Some(p) => {
                s.character.set(p);
                Substitute::Char(p)
            }
            None => {
                s.character.set(0x3F);
                Substitute::Char(0x3F)
            }
        },
    });
}

/// Tells something of an ini entry's value: of one from the configuration as the startup's.
fn tell(ctx: Option<&mut Ctx>, level: Level, text: &str) {
    match ctx {
        // A handler that throws is told by the pending exception.
        Some(ctx) => drop(ctx.raise(level, text)),
        None => plugin_api::ini_notice(level, text),
    }
}

fn tell_deprecated(ctx: Option<&mut Ctx>, name: &str, v: Option<&[u8]>) {
    if v.is_some() {
        tell(ctx, Level::Deprecated, &format!("Use of mbstring.{name} is deprecated"));
    }
}

/// The encodings in an entry's value; tells of a name that is none.
fn told_list(ctx: Option<&mut Ctx>, s: Option<&State>, v: &[u8]) -> Option<Vec<Enc>> {
    match parse_list(s, v) {
        Ok(l) => Some(l),
        Err(bad) => {
            let bad = String::from_utf8_lossy(up_to_nul(&bad)).into_owned();
            tell(ctx, Level::Warning, &format!("INI setting contains invalid encoding \"{bad}\""));
            None
        }
    }
}

/// `mbstring.internal_encoding` changes.
pub fn internal_changed(mut ctx: Option<&mut Ctx>, v: Option<&[u8]>, _: u32) -> bool {
    tell_deprecated(ctx.as_deref_mut(), "internal_encoding", v);
    let v = v.unwrap_or(b"");
    if let Some(ctx) = ctx.as_deref_mut() {
        state(ctx).internal.set(if v.is_empty() { None } else { Some(by_name(v).unwrap_or_else(utf8)) });
    }
    if !v.is_empty() && by_name(v).is_none() {
        let name = String::from_utf8_lossy(v).into_owned();
        tell(ctx, Level::Warning, &format!("Unknown encoding \"{name}\" in ini setting"));
    }
    true
}

/// `mbstring.http_output` changes.
pub fn output_changed(mut ctx: Option<&mut Ctx>, v: Option<&[u8]>, _: u32) -> bool {
    tell_deprecated(ctx.as_deref_mut(), "http_output", v);
    let v = v.unwrap_or(b"");
    if !v.is_empty() && !v.eq_ignore_ascii_case(b"pass") && by_name(v).is_none() {
        return false;
    }
    if let Some(ctx) = ctx {
        let to = if v.is_empty() { None } else { Some(by_name(v)) };
        state(ctx).output.set(to);
    }
    true
}

/// `mbstring.http_input` changes.
pub fn input_changed(mut ctx: Option<&mut Ctx>, v: Option<&[u8]>, _: u32) -> bool {
    tell_deprecated(ctx.as_deref_mut(), "http_input", v);
    let v = v.unwrap_or(b"");
    let s = ctx.as_deref_mut().map(state);
    let list = if v == b"pass" {
        Some(Vec::new())
    } else if !v.is_empty() {
        told_list(ctx, s, v)
    } else {
        Some(ctx.map_or_else(Vec::new, |ctx| vec![from_settings(ctx, "http_input")]))
    };
    if let (Some(s), Some(list)) = (s, &list) {
        s.input.borrow_mut().clone_from(list);
    }
    list.is_some()
}

/// `mbstring.language` changes.
pub fn language_changed(ctx: Option<&mut Ctx>, v: Option<&[u8]>, _: u32) -> bool {
    let Some(l) = language::by_name(v.unwrap_or(b"")) else { return false };
    if let Some(ctx) = ctx {
        state(ctx).language.set(l);
    }
    true
}

/// `mbstring.detect_order` changes.
pub fn order_changed(mut ctx: Option<&mut Ctx>, v: Option<&[u8]>, _: u32) -> bool {
    let s = ctx.as_deref_mut().map(state);
    let list = match v.filter(|v| !v.is_empty()) {
        Some(v) => told_list(ctx, s, v),
        None => Some(Vec::new()),
    };
    if let (Some(s), Some(list)) = (s, &list) {
        *s.order.borrow_mut() = Some(list.clone()).filter(|l| !l.is_empty());
    }
    list.is_some()
}

/// `mbstring.substitute_character` changes.
pub fn substitute_changed(ctx: Option<&mut Ctx>, v: Option<&[u8]>, _: u32) -> bool {
    if let Some(ctx) = ctx {
        set_substitute(state(ctx), v.unwrap_or(b""));
    }
    true
}

fn up_to_nul(text: &[u8]) -> &[u8] {
    text.split(|b| *b == 0).next().unwrap_or(text)
}

/// The encodings that "auto" stands for.
pub fn auto(s: &State) -> Vec<Enc> {
    of_language(s.language.get())
}

fn of_language(l: &Language) -> Vec<Enc> {
    l.order.iter().filter_map(|n| by_name(n.as_bytes())).collect()
}

/// The order in which encodings are guessed.
pub fn detect_order(s: &State) -> Vec<Enc> {
    s.order.borrow().clone().unwrap_or_else(|| auto(s))
}

/// A list of names with commas; the bad name in an `Err`. Without a state, `auto` is what it is for the first language.
pub fn parse_list(s: Option<&State>, text: &[u8]) -> Result<Vec<Enc>, Vec<u8>> {
    let text = match text {
        [b'"', inner @ .., b'"'] => inner,
        t => t,
    };
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let (mut out, mut seen) = (Vec::new(), false);
    for name in text.split(|c| *c == b',') {
        let name = name.trim_ascii();
        if name.eq_ignore_ascii_case(b"auto") {
            if !seen {
                out.extend(of_language(s.map_or(&LANGUAGES[0], |s| s.language.get())));
            }
            seen = true;
        } else {
            out.push(by_name(name).ok_or_else(|| name.to_vec())?);
        }
    }
    Ok(out)
}

/// Encodings from an argument that is a list or an array of names.
pub fn list_argument(ctx: &mut Ctx, v: &Value, n: u32) -> R<Vec<Enc>> {
    let s = state(ctx);
    let bad = |ctx: &mut Ctx, name: &[u8]| {
        let name = String::from_utf8_lossy(up_to_nul(name)).into_owned();
        ctx.argument_value_error(n, format!("contains invalid encoding \"{name}\""))
    };
    match v.kind() {
        Type::Array(names) => {
            let (mut out, mut seen) = (Vec::new(), false);
            for name in names.values() {
                let name = name.to_str(ctx)?;
                if name.eq_ignore_ascii_case(b"auto") {
                    if !seen {
                        out.extend(auto(s));
                    }
                    seen = true;
                } else {
                    match by_name(&name) {
                        Some(e) => out.push(e),
                        None => return Err(bad(ctx, &name)),
                    }
                }
            }
            Ok(out)
        }
        _ => {
            let text = v.to_str(ctx)?;
            parse_list(Some(s), &text).map_err(|name| bad(ctx, &name))
        }
    }
}

/// The encoding that argument `n` names, or the internal one.
pub fn argument(ctx: &mut Ctx, name: Option<&[u8]>, n: u32) -> R<Enc> {
    let Some(name) = name else { return Ok(internal(ctx)) };
    let s = state(ctx);
    if let Some(enc) = s.last.get()
        && *s.last_name.borrow() == name
    {
        return Ok(enc);
    }
    // PHP reads a single name, unlike those of lists, as far as its first NUL.
    let Some(enc) = by_name(up_to_nul(name)) else {
        let name = String::from_utf8_lossy(name).into_owned();
        return Err(ctx.argument_value_error(n, format!("must be a valid encoding, \"{name}\" given")));
    };
    if *s.last_name.borrow() != name {
        let told = match enc.kind {
            Kind::Base64 => Some("Base64 via mbstring is deprecated; use base64_encode/base64_decode"),
            Kind::Quoted => {
                Some("QPrint via mbstring is deprecated; use quoted_printable_encode/quoted_printable_decode")
            }
            Kind::Html => Some(
                "HTML entities via mbstring is deprecated; use htmlspecialchars, htmlentities, or \
                 mb_encode_numericentity/mb_decode_numericentity",
            ),
            Kind::Uuencode => {
                Some("Uuencode via mbstring is deprecated; use convert_uuencode/convert_uudecode")
            }
            _ => None,
        };
        if let Some(t) = told {
            ctx.raise(Level::Deprecated, format!("Handling {t} instead"))?;
        }
        *s.last_name.borrow_mut() = name.to_vec();
    }
    s.last.set(Some(enc));
    Ok(enc)
}

/// Writes text with the substitute that is set.
pub fn write(ctx: &mut Ctx, enc: Enc, points: &[u32]) -> Vec<u8> {
    encode(enc, points, state(ctx).substitute.get()).0
}

/// Converts bytes, and counts what could not be.
pub fn convert(ctx: &mut Ctx, b: &[u8], from: Enc, to: Enc) -> Vec<u8> {
    let s = state(ctx);
    if from.kind == Kind::Utf8 && to.kind == Kind::Utf8 && std::str::from_utf8(b).is_ok() {
        return b.to_vec();
    }
    let (out, errors) = encode(to, &from.decode(b), s.substitute.get());
    s.illegal.set(s.illegal.get() + errors as i64);
    out
}

/// The names of encodings, as an array.
pub fn names(list: &[Enc]) -> Array {
    Array::list(list.iter().map(|e| Value::str(e.name)))
}
