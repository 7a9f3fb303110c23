//! Patterns: PHP's delimiters and modifiers, compiled by PCRE2 and kept.

use pcre2_sys::*;
use plugin_api::{Ctx, R, Str};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ptr::{null, null_mut};
use std::rc::Rc;

/// `PREG_*_ERROR`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(i64)]
pub enum Error {
    #[default]
    None = 0,
    Internal = 1,
    BacktrackLimit = 2,
    RecursionLimit = 3,
    BadUtf8 = 4,
    BadUtf8Offset = 5,
    JitStackLimit = 6,
}

/// How a match ended.
#[derive(Clone, Copy)]
pub enum Found {
    /// Groups set, the whole match included: see [`Pattern::spans`].
    Match(usize),
    /// None.
    No,
    /// It could not be told.
    Failed(Error),
}

/// A compiled pattern with its match data.
pub struct Pattern {
    code: *mut pcre2_code_8,
    data: *mut pcre2_match_data_8,
    /// Where a match leaves starts and ends: a pair for each group.
    ends: *const usize,
    /// Groups, the whole match included.
    pub groups: usize,
    /// Name of each group, if it has one.
    pub names: Vec<Option<Str>>,
    /// Whether any has one.
    pub named: bool,
    /// `/u`
    pub utf: bool,
    jit: bool,
    /// Whether a match may leave a mark.
    marks: bool,
    /// Whether two groups have one name.
    pub shares_names: bool,
    /// Whether one search finds what comes behind an empty match: a longer one at the same place or one further on. Where a
    /// match depends on where the search began (`\G`, `\K`, anchored patterns, verbs) these are two searches.
    pub goes_on: bool,
}

impl Drop for Pattern {
    fn drop(&mut self) {
        // SAFETY: both are ours.
        unsafe {
            pcre2_match_data_free_8(self.data);
            pcre2_code_free_8(self.code);
        }
    }
}

/// What patterns share: a match context with limits, a stack for compiled code, and the patterns compiled so far.
pub struct Engine {
    context: *mut pcre2_match_context_8,
    stack: *mut pcre2_jit_stack_8,
    cache: FxHashMap<Rc<[u8]>, Rc<Pattern>>,
    /// Patterns used lately, at places that follow from where their sources were: a source is mostly the same string as the
    /// last time, and comparing it is cheaper than hashing it.
    recent: RefCell<[Option<Entry>; RECENT]>,
    /// The limits that the context has: of backtracking and of depth.
    set: Option<(i64, i64)>,
}

/// Start and end of each group of a pattern's last match, until the next one.
#[derive(Clone, Copy)]
pub struct Spans<'p> {
    ends: *const usize,
    groups: usize,
    _of: PhantomData<&'p Pattern>,
}

impl Spans<'_> {
    /// Groups, up to the last that took part.
    #[inline]
    pub fn len(&self) -> usize {
        self.groups
    }
    /// A group's start and end; `None` where it took no part.
    #[inline]
    pub fn get(&self, i: usize) -> Option<(usize, usize)> {
        if i >= self.groups {
            return None;
        }
        // SAFETY: the match data has a pair for each group and lives as long as the pattern.
        let (start, end) = unsafe { (*self.ends.add(2 * i), *self.ends.add(2 * i + 1)) };
        (start != usize::MAX).then(|| (start, end.max(start)))
    }
    /// Start and end of the match.
    #[inline]
    pub fn whole(&self) -> (usize, usize) {
        self.get(0).unwrap_or_default()
    }
}

/// Patterns kept.
const CACHE: usize = 4096;
/// Places for patterns used lately.
const RECENT: usize = 32;

/// A source and what it was compiled to.
type Entry = (Rc<[u8]>, Rc<Pattern>);

impl Default for Engine {
    fn default() -> Engine {
        Engine {
            context: null_mut(),
            stack: null_mut(),
            cache: FxHashMap::default(),
            recent: RefCell::new([const { None }; RECENT]),
            set: None,
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.cache.clear();
        self.recent.get_mut().fill(None);
        // SAFETY: both are ours, or null.
        unsafe {
            pcre2_match_context_free_8(self.context);
            pcre2_jit_stack_free_8(self.stack);
        }
    }
}

/// The delimited part and the modifiers.
fn split<'p>(ctx: &mut Ctx, p: &'p [u8]) -> R<Option<(&'p [u8], &'p [u8])>> {
    let from = p.iter().position(|c| !(c.is_ascii_whitespace() || *c == 0x0b)).unwrap_or(p.len());
    let p = &p[from..];
    let Some(&open) = p.first() else {
        ctx.warning("Empty regular expression")?;
        return Ok(None);
    };
    if open.is_ascii_alphanumeric() || open == b'\\' || open == 0 {
        ctx.warning("Delimiter must not be alphanumeric, backslash, or NUL byte")?;
        return Ok(None);
    }
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        c => c,
    };
    let (mut depth, mut i) = (1, 1);
    while i < p.len() {
        match p[i] {
            b'\\' => i += 1,
            c if c == close => {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some((&p[1..i], &p[i + 1..])));
                }
            }
            c if c == open => depth += 1,
            _ => {}
        }
        i += 1;
    }
    if open == close {
        ctx.warning(format!("No ending delimiter '{}' found", open as char))?;
    } else {
        ctx.warning(format!("No ending matching delimiter '{}' found", close as char))?;
    }
    Ok(None)
}

impl Engine {
    /// The pattern of a source that was compiled before.
    #[inline]
    pub fn known(&self, source: &[u8]) -> Option<Rc<Pattern>> {
        let mut recent = self.recent.borrow_mut();
        let place = &mut recent[(source.as_ptr().addr() >> 4) % RECENT];
        if let Some((known, pattern)) = place
            && **known == *source
        {
            return Some(pattern.clone());
        }
        self.cached(source, place)
    }

    /// As [`Engine::known`], of what was not used lately at that place.
    #[cold]
    fn cached(&self, source: &[u8], place: &mut Option<Entry>) -> Option<Rc<Pattern>> {
        let (known, pattern) = self.cache.get_key_value(source)?;
        *place = Some((known.clone(), pattern.clone()));
        Some(pattern.clone())
    }

    /// Compiles a pattern that is not known yet; `None` after a warning.
    pub fn pattern(&mut self, ctx: &mut Ctx, g: &crate::Globals, source: &[u8]) -> R<Option<Rc<Pattern>>> {
        g.set_error(Error::Internal);
        let Some((body, modifiers)) = split(ctx, source)? else { return Ok(None) };
        let mut options = 0;
        for m in modifiers {
            options |= match m {
                b'i' => PCRE2_CASELESS,
                b'm' => PCRE2_MULTILINE,
                b's' => PCRE2_DOTALL,
                b'x' => PCRE2_EXTENDED,
                b'n' => PCRE2_NO_AUTO_CAPTURE,
                b'A' => PCRE2_ANCHORED,
                b'D' => PCRE2_DOLLAR_ENDONLY,
                b'U' => PCRE2_UNGREEDY,
                b'u' => PCRE2_UTF | PCRE2_UCP,
                b'J' => PCRE2_DUPNAMES,
                b'S' | b'X' | b' ' | b'\n' | b'\r' => 0,
                b'e' => {
                    ctx.warning("Unknown modifier 'e'")?;
                    return Ok(None);
                }
                0 => {
                    ctx.warning("NUL byte is not a valid modifier")?;
                    return Ok(None);
                }
                c => {
                    ctx.warning(format!("Unknown modifier '{}'", *c as char))?;
                    return Ok(None);
                }
            };
        }
        let (mut code_no, mut at) = (0, 0);
        // SAFETY: the pattern's bytes live through the call.
        let code =
            unsafe { pcre2_compile_8(body.as_ptr(), body.len(), options, &mut code_no, &mut at, null_mut()) };
        if code.is_null() {
            let mut buf = [0u8; 256];
            // SAFETY: the buffer has that room.
            let n = unsafe { pcre2_get_error_message_8(code_no, buf.as_mut_ptr(), buf.len()) };
            let text = String::from_utf8_lossy(&buf[..usize::try_from(n).unwrap_or(0)]).into_owned();
            ctx.warning(format!("Compilation failed: {text} at offset {at}"))?;
            return Ok(None);
        }
        g.set_error(Error::None);
        // SAFETY: a fresh pattern.
        let mut pattern = unsafe { describe(code, options & PCRE2_UTF != 0, ctx.ini_bool("pcre.jit")) };
        pattern.marks = body.windows(2).any(|w| w == b"(*");
        let moves = body.windows(2).any(|w| matches!(w, b"\\G" | b"\\K"));
        pattern.goes_on = pattern.jit && !pattern.marks && !moves && !pattern.anchored();
        let p = Rc::new(pattern);
        if self.cache.len() >= CACHE {
            self.cache.clear();
        }
        self.cache.insert(source.into(), p.clone());
        Ok(Some(p))
    }

    /// The context of further matches, with these limits.
    #[inline]
    pub fn context(&mut self, backtrack: i64, recursion: i64) -> Context {
        if self.set != Some((backtrack, recursion)) {
            self.limit(backtrack, recursion);
        }
        Context(self.context)
    }

    #[cold]
    fn limit(&mut self, backtrack: i64, recursion: i64) {
        self.set = Some((backtrack, recursion));
        let n = |v: i64| u32::try_from(v).unwrap_or(u32::MAX);
        // SAFETY: our context.
        unsafe {
            if self.context.is_null() {
                // Null contexts mean PCRE2's own memory functions.
                self.context = pcre2_match_context_create_8(null_mut());
                self.stack = pcre2_jit_stack_create_8(32 << 10, 192 << 10, null_mut());
                pcre2_jit_stack_assign_8(self.context, None, self.stack.cast());
            }
            pcre2_set_match_limit_8(self.context, n(backtrack));
            pcre2_set_depth_limit_8(self.context, n(recursion));
        }
    }
}

/// Limits and stack of matches.
#[derive(Clone, Copy)]
pub struct Context(*mut pcre2_match_context_8);

impl Pattern {
    /// Matches from `start`. `checked`: the subject is known to be valid UTF-8.
    #[inline]
    pub fn exec(&self, context: Context, subject: &[u8], start: usize, options: u32, checked: bool) -> Found {
        let mut o = options;
        if self.utf && checked {
            o |= PCRE2_NO_UTF_CHECK;
        }
        let (text, len) = (subject.as_ptr(), subject.len());
        // SAFETY: the pattern, its match data and the subject live through the call, the context as long as the VM; `start` is
        // within the subject.
        let rc = unsafe {
            if self.jit && o & PCRE2_ANCHORED == 0 && (!self.utf || checked) {
                pcre2_jit_match_8(self.code, text, len, start, o, self.data, context.0)
            } else {
                pcre2_match_8(self.code, text, len, start, o, self.data, context.0)
            }
        };
        match rc {
            n if n > 0 => Found::Match((n as usize).min(self.groups)),
            0 => Found::Match(self.groups),
            PCRE2_ERROR_NOMATCH => Found::No,
            n => Found::Failed(failure(n)),
        }
    }

    /// Whether it can match only where a search begins.
    fn anchored(&self) -> bool {
        let mut all = 0u32;
        // SAFETY: our pattern; the request gets storage of the type that PCRE2 documents for it.
        unsafe { pcre2_pattern_info_8(self.code, PCRE2_INFO_ALLOPTIONS, (&raw mut all).cast()) };
        all & PCRE2_ANCHORED != 0
    }

    /// The first `groups` groups of the last match.
    #[inline]
    pub fn spans(&self, groups: usize) -> Spans<'_> {
        Spans { ends: self.ends, groups, _of: PhantomData }
    }

    /// The name that the last match's `(*MARK)` gave, if any.
    #[inline]
    pub fn mark(&self) -> Option<Vec<u8>> {
        if !self.marks {
            return None;
        }
        // SAFETY: the mark lives as long as the match data is not used again; copied at once.
        unsafe {
            let m = pcre2_get_mark_8(self.data);
            if m.is_null() { None } else { Some(std::ffi::CStr::from_ptr(m.cast()).to_bytes().to_vec()) }
        }
    }
}

#[cold]
fn failure(code: i32) -> Error {
    match code {
        PCRE2_ERROR_MATCHLIMIT => Error::BacktrackLimit,
        PCRE2_ERROR_RECURSIONLIMIT => Error::RecursionLimit,
        PCRE2_ERROR_BADUTFOFFSET => Error::BadUtf8Offset,
        PCRE2_ERROR_JIT_STACKLIMIT => Error::JitStackLimit,
        n if (PCRE2_ERROR_UTF8_ERR21..=PCRE2_ERROR_UTF8_ERR1).contains(&n) => Error::BadUtf8,
        _ => Error::Internal,
    }
}

unsafe fn describe(code: *mut pcre2_code_8, utf: bool, want_jit: bool) -> Pattern {
    // SAFETY: a live pattern; each request gets storage of the type that PCRE2 documents for it.
    unsafe {
        let jit = want_jit && pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0;
        let (mut n, mut count, mut size, mut table) = (0u32, 0u32, 0u32, null::<u8>());
        pcre2_pattern_info_8(code, PCRE2_INFO_CAPTURECOUNT, (&raw mut n).cast());
        pcre2_pattern_info_8(code, PCRE2_INFO_NAMECOUNT, (&raw mut count).cast());
        let groups = n as usize + 1;
        let mut names = vec![None; groups];
        if count > 0 {
            pcre2_pattern_info_8(code, PCRE2_INFO_NAMEENTRYSIZE, (&raw mut size).cast());
            pcre2_pattern_info_8(code, PCRE2_INFO_NAMETABLE, (&raw mut table).cast());
            for i in 0..count as usize {
                let e = std::slice::from_raw_parts(table.add(i * size as usize), size as usize);
                let group = (e[0] as usize) << 8 | e[1] as usize;
                let end = e[2..].iter().position(|c| *c == 0).map_or(e.len(), |i| i + 2);
                names[group] = Some(Str::interned(&e[2..end]));
            }
        }
        let named: Vec<&Str> = names.iter().flatten().collect();
        let shares_names = named.iter().enumerate().any(|(i, n)| named[..i].contains(n));
        let data = pcre2_match_data_create_from_pattern_8(code, null_mut());
        let ends = pcre2_get_ovector_pointer_8(data);
        Pattern {
            code,
            data,
            ends,
            groups,
            names,
            named: count > 0,
            utf,
            jit,
            marks: false,
            shares_names,
            goes_on: false,
        }
    }
}
