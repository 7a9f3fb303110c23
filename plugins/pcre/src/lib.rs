//! The pcre extension: `preg_*` over PCRE2 and its JIT.

mod interface;
mod pattern;
mod replace;
mod search;

use pattern::{Context, Engine, Error, Found, Pattern};
use plugin_api::{Buffer, Ctx, GcRoots, Info, R, Str, constants, php_function, php_module};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// State of a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    #[gc(skip)]
    engine: RefCell<Engine>,
    #[gc(skip)]
    error: Cell<Error>,
    backtrack_limit: Cell<i64>,
    recursion_limit: Cell<i64>,
}

pub(crate) fn globals(ctx: &mut Ctx) -> &'static Globals {
    ctx.globals::<Globals>()
}

impl Globals {
    pub(crate) fn set_error(&self, e: Error) {
        self.error.set(e);
    }
}

/// A pattern being applied to one subject.
pub(crate) struct Search<'s> {
    context: Context,
    pattern: &'s Pattern,
    subject: &'s [u8],
    /// Where the next search begins.
    at: usize,
    checked: bool,
    options: u32,
    /// See [`Pattern::goes_on`].
    goes_on: bool,
}

/// `pcre.recursion_limit` unless it is set. A lower one is for PCRE2's interpreter, which compiled patterns meet only in the
/// second of two searches.
const RECURSION_LIMIT: i64 = 100_000;

impl<'s> Search<'s> {
    pub fn new(g: &Globals, pattern: &'s Pattern, subject: &'s [u8], at: usize) -> Search<'s> {
        let context = g.engine.borrow_mut().context(g.backtrack_limit.get(), g.recursion_limit.get());
        let goes_on = pattern.goes_on && g.recursion_limit.get() >= RECURSION_LIMIT;
        Search { context, pattern, subject, at, checked: false, options: 0, goes_on }
    }

    /// The first match in a subject from a place on, of which no more are wanted.
    #[inline]
    pub fn first(g: &Globals, pattern: &'s Pattern, subject: &[u8], at: usize) -> Found {
        let context = g.engine.borrow_mut().context(g.backtrack_limit.get(), g.recursion_limit.get());
        let checked = pattern.utf && at == 0 && std::str::from_utf8(subject).is_ok();
        pattern.exec(context, subject, at, 0, checked)
    }

    /// The next match: its groups are in the pattern until something else is matched against it. After an empty match the
    /// search tries for a longer one at the same place and then moves on by a character.
    #[inline]
    pub fn next(&mut self) -> Found {
        loop {
            if self.at > self.subject.len() {
                return Found::No;
            }
            if self.pattern.utf && !self.checked && self.at == 0 {
                // PCRE2 checks the subject once; where it is good the rest of the searches need not.
                self.checked = std::str::from_utf8(self.subject).is_ok();
            }
            match self.pattern.exec(self.context, self.subject, self.at, self.options, self.checked) {
                Found::Match(n) => {
                    let (s, e) = self.pattern.spans(n).get(0).unwrap_or((self.at, self.at));
                    self.at = e;
                    self.options = match e == s {
                        true if self.goes_on => pcre2_sys::PCRE2_NOTEMPTY_ATSTART,
                        true => pcre2_sys::PCRE2_NOTEMPTY_ATSTART | pcre2_sys::PCRE2_ANCHORED,
                        false => 0,
                    };
                    self.checked |= self.pattern.utf;
                    return Found::Match(n);
                }
                Found::No
                    if self.options & pcre2_sys::PCRE2_ANCHORED != 0 && self.at < self.subject.len() =>
                {
                    self.options = 0;
                    self.at += 1;
                    while self.pattern.utf && self.subject.get(self.at).is_some_and(|c| c & 0xc0 == 0x80) {
                        self.at += 1;
                    }
                }
                other => return other,
            }
        }
    }
}

/// The compiled pattern of a source; `None` after a warning.
#[inline]
pub(crate) fn compile(ctx: &mut Ctx, g: &Globals, source: &[u8]) -> R<Option<Rc<Pattern>>> {
    if let Some(p) = g.engine.borrow().known(source) {
        return Ok(Some(p));
    }
    compile_new(ctx, g, source)
}

#[cold]
fn compile_new(ctx: &mut Ctx, g: &Globals, source: &[u8]) -> R<Option<Rc<Pattern>>> {
    // Warnings may run PHP code that matches as well: the engine is not borrowed meanwhile.
    let mut engine = g.engine.take();
    let r = engine.pattern(ctx, g, source);
    let inner = g.engine.replace(engine);
    drop(inner);
    r
}

#[php_function("preg_last_error(): int")]
fn preg_last_error(ctx: &mut Ctx) -> i64 {
    globals(ctx).error.get() as i64
}

#[php_function("preg_last_error_msg(): string")]
fn preg_last_error_msg(ctx: &mut Ctx) -> &'static str {
    match globals(ctx).error.get() {
        Error::None => "No error",
        Error::Internal => "Internal error",
        Error::BacktrackLimit => "Backtrack limit exhausted",
        Error::RecursionLimit => "Recursion limit exhausted",
        Error::BadUtf8 => "Malformed UTF-8 characters, possibly incorrectly encoded",
        Error::BadUtf8Offset => "The offset did not correspond to the beginning of a valid UTF-8 code point",
        Error::JitStackLimit => "JIT stack limit exhausted",
    }
}

/// The characters that preg_quote() puts a backslash before.
static QUOTED: [bool; 256] = {
    let mut t = [false; 256];
    let list = b".\\+*?[^]${}()=!<>|:-#\0";
    let mut i = 0;
    while i < list.len() {
        t[list[i] as usize] = true;
        i += 1;
    }
    t
};

#[php_function("pure preg_quote(string $str, ?string $delimiter = null): string")]
fn preg_quote(text: &Str, delimiter: Option<&[u8]>) -> Str {
    let d = delimiter.and_then(|d| d.first().copied());
    let quoted = |c: &u8| QUOTED[*c as usize] || Some(*c) == d;
    let mut rest = text.as_bytes();
    let Some(mut at) = rest.iter().position(quoted) else { return text.clone() };
    let mut out = Buffer::with_capacity(text.len() + 8);
    loop {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            0 => out.extend_from_slice(b"\\000"),
            c => out.extend_from_slice(&[b'\\', c]),
        }
        rest = &rest[at + 1..];
        match rest.iter().position(quoted) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out.into()
}

constants! {
    CONSTANTS;
    int PREG_PATTERN_ORDER = search::PATTERN_ORDER;
    int PREG_SET_ORDER = search::SET_ORDER;
    int PREG_OFFSET_CAPTURE = search::OFFSET_CAPTURE;
    int PREG_UNMATCHED_AS_NULL = search::UNMATCHED_AS_NULL;
    int PREG_SPLIT_NO_EMPTY = 1;
    int PREG_SPLIT_DELIM_CAPTURE = 2;
    int PREG_SPLIT_OFFSET_CAPTURE = 4;
    int PREG_GREP_INVERT = 1;
    int PREG_NO_ERROR = 0;
    int PREG_INTERNAL_ERROR = 1;
    int PREG_BACKTRACK_LIMIT_ERROR = 2;
    int PREG_RECURSION_LIMIT_ERROR = 3;
    int PREG_BAD_UTF8_ERROR = 4;
    int PREG_BAD_UTF8_OFFSET_ERROR = 5;
    int PREG_JIT_STACKLIMIT_ERROR = 6;
    string PCRE_VERSION = "10.42 2022-12-11";
    int PCRE_VERSION_MAJOR = 10;
    int PCRE_VERSION_MINOR = 42;
    bool PCRE_JIT_SUPPORT = true;
}

fn info(t: &mut Info) {
    t.row("PCRE (Perl Compatible Regular Expressions) Support", "enabled");
    t.row("PCRE JIT Support", "enabled");
    t.ini();
}

php_module! {
    name: "pcre",
    version: "8.4.24",
    functions: [
        search::{preg_match, preg_match_all},
        replace::{preg_replace, preg_filter, preg_replace_callback, preg_replace_callback_array},
        search::{preg_split}, preg_quote, search::{preg_grep}, preg_last_error, preg_last_error_msg,
    ],
    constants: [CONSTANTS],
    ini: [
        "pcre.backtrack_limit" = "1000000" => (ALL, bind: backtrack_limit),
        "pcre.recursion_limit" = "100000" => (ALL, bind: recursion_limit),
        "pcre.jit" = "1" => (ALL, boolean),
    ],
    exports: ["pcre.regex/1" = &interface::TABLE],
    globals: Globals,
    minfo: info,
}
