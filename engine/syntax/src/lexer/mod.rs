//! The scanner: source bytes to tokens, one at a time.
//!
//! It holds no values: a token is an id, a span and a line. Strings are decoded by [`crate::literal`]. Modes follow the
//! start conditions of php-src `Zend/zend_language_scanner.l`, because scripts can watch the tokens (`token_get_all`).

mod keywords;
mod scripting;
mod strings;

pub(crate) use strings::MIXED_INDENTATION;

use crate::error::{ErrorKind, SyntaxError};
use crate::token::*;

pub use crate::token::token_name;

/// One token: `src[start..end]`, beginning on `line` (1-based).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// A `T_*` id, a character code, or [`END`].
    pub id: TokenId,
    /// Offset of its first byte.
    pub start: u32,
    /// Offset behind its last byte.
    pub end: u32,
    /// Line of its first byte.
    pub line: u32,
}

/// What the scanner has to know beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub struct LexerOptions {
    /// Begin in PHP code rather than in text (as for `eval`).
    pub start_in_php: bool,
    /// `<?` opens PHP code.
    pub short_open_tag: bool,
    /// Skip a `#!` line at the very start.
    pub skip_shebang: bool,
    /// Report errors (bad nesting, bad literals) as [`T_ERROR`]; without it every input gives tokens to its end.
    pub report_errors: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Text,
    Scripting,
    DoubleQuotes,
    Backquote,
    Heredoc,
    Nowdoc,
    EndHeredoc,
    Property,
    VarName,
    VarOffset,
}

/// Where the label of an open heredoc stands, and how far its closing line is indented.
#[derive(Debug, Clone, Copy)]
struct HeredocLabel {
    start: usize,
    len: usize,
    indentation: usize,
}

/// The scanner.
#[derive(Debug, Clone)]
pub struct Lexer<'s> {
    src: &'s [u8],
    pos: usize,
    line: u32,
    mode: Mode,
    pending_line: bool,
    short_open_tag: bool,
    report_errors: bool,
    stack: Vec<Mode>,
    labels: Vec<HeredocLabel>,
    nesting: Vec<(u8, u32)>,
    doc: Option<(u32, u32)>,
    error: Option<SyntaxError>,
}

const START: u8 = 1;
const PART: u8 = 2;
const SPACE: u8 = 4;

/// Character classes: identifier start, identifier part, whitespace.
static CLASS: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        if c.is_ascii_alphabetic() || c == b'_' || c >= 0x80 {
            table[i] = START | PART;
        } else if c.is_ascii_digit() {
            table[i] = PART;
        } else if c == b' ' || c == b'\t' || c == b'\n' || c == b'\r' {
            table[i] = SPACE;
        }
        i += 1;
    }
    table
};

#[inline(always)]
pub(crate) fn is_label_start(c: u8) -> bool {
    CLASS[usize::from(c)] & START != 0
}

#[inline(always)]
pub(crate) fn is_label_part(c: u8) -> bool {
    CLASS[usize::from(c)] & PART != 0
}

#[inline(always)]
fn is_space(c: u8) -> bool {
    CLASS[usize::from(c)] & SPACE != 0
}

/// Number of line ends (`\n`, `\r`, `\r\n`) in `text`.
pub(crate) fn count_newlines(text: &[u8]) -> u32 {
    if text.len() < 32 {
        let next = text.iter().skip(1).copied().chain([0]);
        let ends = |(&c, next): (&u8, u8)| c == b'\n' || c == b'\r' && next != b'\n';
        return text.iter().zip(next).filter(|&p| ends(p)).count() as u32;
    }
    let mut lines = memchr::memchr_iter(b'\n', text).count();
    for i in memchr::memchr_iter(b'\r', text) {
        if text.get(i + 1) != Some(&b'\n') {
            lines += 1;
        }
    }
    lines as u32
}

impl<'s> Lexer<'s> {
    /// A scanner at the start of `src`, which must be shorter than 4 GiB (what lies beyond is not read).
    pub fn new(src: &'s [u8], options: &LexerOptions) -> Self {
        let src = &src[..src.len().min(u32::MAX as usize - 1)];
        let mut lexer = Lexer {
            src,
            pos: 0,
            line: 1,
            mode: if options.start_in_php { Mode::Scripting } else { Mode::Text },
            pending_line: false,
            short_open_tag: options.short_open_tag,
            report_errors: options.report_errors,
            stack: Vec::new(),
            labels: Vec::new(),
            nesting: Vec::new(),
            doc: None,
            error: None,
        };
        if options.skip_shebang
            && src.starts_with(b"#!")
            && let Some(i) = memchr::memchr2(b'\n', b'\r', src)
        {
            lexer.pos = if src[i..].starts_with(b"\r\n") { i + 2 } else { i + 1 };
            lexer.line = 2;
        }
        lexer
    }

    /// Line the scanner stands on (PHP's `CG(zend_lineno)`).
    #[inline]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The error behind a [`T_ERROR`] token.
    pub fn take_error(&mut self) -> Option<SyntaxError> {
        self.error.take()
    }

    /// Ends the source here.
    pub(crate) fn stop(&mut self) {
        self.src = &self.src[..self.pos];
    }

    /// The rest of the source as one [`T_INLINE_HTML`]: what `token_get_all` gives behind the third significant token after
    /// `__halt_compiler`. `None` at the end.
    pub fn take_rest(&mut self) -> Option<Token> {
        let start = self.pos as u32;
        let line = self.line;
        self.pos = self.src.len();
        let end = self.pos as u32;
        (start < end).then_some(Token { id: T_INLINE_HTML, start, end, line })
    }

    #[inline]
    pub(crate) fn doc(&self) -> Option<(u32, u32)> {
        self.doc
    }

    #[inline]
    pub(crate) fn set_doc(&mut self, doc: Option<(u32, u32)>) {
        self.doc = doc;
    }

    /// The next token with nothing left out; [`END`] at the end, again and again.
    pub fn next_token(&mut self) -> Token {
        if self.pending_line {
            self.line += 1;
            self.pending_line = false;
        }
        let line = self.line;
        let (start, id) = self.scan();
        Token { id, start: start as u32, end: self.pos as u32, line }
    }

    /// The next token as the parser sees it: no whitespace, no comments; `?>` is `;` and `<?=` is `echo`.
    #[inline]
    pub(crate) fn next_significant(&mut self) -> Token {
        loop {
            if self.pending_line {
                self.line += 1;
                self.pending_line = false;
            }
            if self.mode == Mode::Scripting {
                self.skip_space();
            }
            let line = self.line;
            let (start, id) = self.scan();
            let id = match id {
                T_WHITESPACE | T_COMMENT | T_DOC_COMMENT | T_OPEN_TAG => continue,
                T_OPEN_TAG_WITH_ECHO => T_ECHO,
                T_CLOSE_TAG => b';'.into(),
                id => id,
            };
            return Token { id, start: start as u32, end: self.pos as u32, line };
        }
    }

    /// First significant byte behind the current token, without moving; 0 at the end. For the two places where the
    /// grammar is decided by a following `:` or `=`.
    pub(crate) fn peek_byte(&self) -> (u8, u8) {
        let mut i = self.pos;
        loop {
            while is_space(self.at(i)) {
                i += 1;
            }
            match (self.at(i), self.at(i + 1)) {
                (b'/', b'*') => match memchr::memmem::find(&self.src[i + 2..], b"*/") {
                    Some(n) => i += n + 4,
                    None => return (0, 0),
                },
                (b'#', c) if c == b'[' => return (b'#', c),
                (b'/', b'/') | (b'#', _) => {
                    while i < self.src.len() && !matches!(self.src[i], b'\n' | b'\r') {
                        if self.src[i] == b'?' && self.at(i + 1) == b'>' {
                            return (b'?', b'>');
                        }
                        i += 1;
                    }
                }
                pair => return pair,
            }
        }
    }

    #[inline(always)]
    fn at(&self, i: usize) -> u8 {
        if i < self.src.len() { self.src[i] } else { 0 }
    }

    #[inline(always)]
    fn skip_space(&mut self) {
        loop {
            match self.at(self.pos) {
                b' ' | b'\t' => self.pos += 1,
                b'\n' => {
                    self.line += 1;
                    self.pos += 1;
                }
                b'\r' => {
                    self.pos += 1;
                    if self.at(self.pos) != b'\n' {
                        self.line += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Scans one token and gives its start and id; its end is `self.pos`.
    fn scan(&mut self) -> (usize, TokenId) {
        loop {
            let start = self.pos;
            let id = match self.mode {
                Mode::Scripting => self.scan_scripting(),
                Mode::Text => self.scan_text(),
                Mode::DoubleQuotes => self.scan_quoted(b'"'),
                Mode::Backquote => self.scan_quoted(b'`'),
                Mode::Heredoc => self.scan_heredoc(),
                Mode::Nowdoc => self.scan_nowdoc(),
                Mode::EndHeredoc => self.scan_end_heredoc(),
                Mode::VarOffset => self.scan_var_offset(),
                Mode::Property => match self.scan_property() {
                    Some(id) => id,
                    None => continue,
                },
                Mode::VarName => match self.scan_var_name() {
                    Some(id) => id,
                    None => continue,
                },
            };
            return (start, id);
        }
    }

    fn push_mode(&mut self, mode: Mode) {
        self.stack.push(self.mode);
        self.mode = mode;
    }

    fn pop_mode(&mut self) {
        if let Some(mode) = self.stack.pop() {
            self.mode = mode;
        }
    }

    /// Keeps the first error. Gives [`T_ERROR`] when errors are wanted, else `id`.
    fn fail(&mut self, id: TokenId, message: String) -> TokenId {
        if !self.report_errors {
            return id;
        }
        if self.error.is_none() {
            self.error =
                Some(SyntaxError { message: message.into_bytes(), line: self.line, kind: ErrorKind::Parse });
        }
        T_ERROR
    }

    fn enter_nesting(&mut self, opening: u8) {
        self.nesting.push((opening, self.line));
    }

    fn exit_nesting(&mut self, closing: u8) -> TokenId {
        let id = TokenId::from(closing);
        match self.nesting.last().copied() {
            None => self.fail(id, format!("Unmatched '{}'", closing as char)),
            Some((opening, line)) => {
                let expected = match opening {
                    b'{' => b'}',
                    b'[' => b']',
                    _ => b')',
                };
                if closing != expected {
                    return self.bad_nesting(id, opening, line, Some(closing));
                }
                self.nesting.pop();
                id
            }
        }
    }

    fn bad_nesting(&mut self, id: TokenId, opening: u8, line: u32, closing: Option<u8>) -> TokenId {
        let mut message = format!("Unclosed '{}'", opening as char);
        if line != self.line {
            message.push_str(&format!(" on line {line}"));
        }
        if let Some(c) = closing {
            message.push_str(&format!(" does not match '{}'", c as char));
        }
        self.fail(id, message)
    }

    fn scan_end(&mut self) -> TokenId {
        match self.nesting.last().copied() {
            Some((opening, line)) => self.bad_nesting(END, opening, line, None),
            None => END,
        }
    }

    /// Outside the PHP tags.
    fn scan_text(&mut self) -> TokenId {
        let start = self.pos;
        if start >= self.src.len() {
            return self.scan_end();
        }
        if let Some((id, len)) = self.open_tag(start) {
            self.pos = start + len;
            self.line += count_newlines(&self.src[start..self.pos]);
            self.mode = Mode::Scripting;
            return id;
        }
        self.pos = self.src.len();
        for i in memchr::memchr_iter(b'<', &self.src[start + 1..]) {
            if self.open_tag(start + 1 + i).is_some() {
                self.pos = start + 1 + i;
                break;
            }
        }
        self.line += count_newlines(&self.src[start..self.pos]);
        T_INLINE_HTML
    }

    /// The open tag at `i`, with its length.
    fn open_tag(&self, i: usize) -> Option<(TokenId, usize)> {
        if self.at(i) != b'<' || self.at(i + 1) != b'?' {
            return None;
        }
        if self.at(i + 2) == b'=' {
            return Some((T_OPEN_TAG_WITH_ECHO, 3));
        }
        if self.src[i + 2..].get(..3).is_some_and(|w| w.eq_ignore_ascii_case(b"php")) {
            match self.src.get(i + 5) {
                None => return Some((T_OPEN_TAG, 5)),
                Some(b' ' | b'\t' | b'\n') => return Some((T_OPEN_TAG, 6)),
                Some(b'\r') => return Some((T_OPEN_TAG, if self.at(i + 6) == b'\n' { 7 } else { 6 })),
                Some(_) => {}
            }
        }
        if self.short_open_tag { Some((T_OPEN_TAG, 2)) } else { None }
    }
}
