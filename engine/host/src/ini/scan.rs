//! Tokens of PHP's ini language. What a byte means depends on where it stands, so the scanner keeps the same states as
//! php-src's (`Zend/zend_ini_scanner.l`) and takes, like it, the longest match and among equals the first.

use super::parse::ScanMode;

/// Kinds of tokens, named as syntax errors print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    End,
    Section,
    Raw,
    Constant,
    Number,
    Str,
    Whitespace,
    Label,
    Offset,
    DollarCurly,
    VarName,
    Quoted,
    Fallback,
    True,
    False,
    Null,
    EndOfLine,
    Char(u8),
}

impl Tok {
    /// As `unexpected …` says it.
    pub(super) fn name(self) -> String {
        let word = match self {
            Tok::End => "end of file",
            Tok::Section => "TC_SECTION",
            Tok::Raw => "TC_RAW",
            Tok::Constant => "TC_CONSTANT",
            Tok::Number => "TC_NUMBER",
            Tok::Str => "TC_STRING",
            Tok::Whitespace => "TC_WHITESPACE",
            Tok::Label => "TC_LABEL",
            Tok::Offset => "TC_OFFSET",
            Tok::DollarCurly => "TC_DOLLAR_CURLY",
            Tok::VarName => "TC_VARNAME",
            Tok::Quoted => "TC_QUOTED_STRING",
            Tok::Fallback => "TC_FALLBACK",
            Tok::True => "BOOL_TRUE",
            Tok::False => "BOOL_FALSE",
            Tok::Null => "NULL_NULL",
            Tok::EndOfLine => "END_OF_LINE",
            Tok::Char(c) => return format!("'{}'", c as char),
        };
        word.to_owned()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Initial,
    Offset,
    SectionValue,
    Value,
    SectionRaw,
    DoubleQuotes,
    VarName,
    VarFallback,
    Raw,
}

/// A token: kind, text, and whether it is a word with a type of its own (TYPED mode, in value position).
pub(super) struct Token {
    pub kind: Tok,
    pub text: Vec<u8>,
    pub typed: bool,
}

pub(super) struct Scanner<'s> {
    src: &'s [u8],
    at: usize,
    state: State,
    stack: Vec<State>,
    mode: ScanMode,
    pub line: u32,
}

/// A candidate for the longest match.
type Rule = (usize, Action);

#[derive(Clone, Copy)]
enum Action {
    Section,
    SectionEnd,
    OffsetStart,
    OffsetEnd,
    RawQuoted,
    Plain(Tok),
    Word(Tok),
    Label,
    Assign,
    RawValue,
    LineEnd { newline: bool },
    Equals,
    Again,
    QuoteStart,
    DollarCurly,
}

fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t')
}

fn is_label(c: u8) -> bool {
    !matches!(
        c,
        b'=' | b'\n'
            | b'\r'
            | b'\t'
            | b';'
            | b'&'
            | b'|'
            | b'^'
            | b'$'
            | b'~'
            | b'('
            | b')'
            | b'{'
            | b'}'
            | b'!'
            | b'"'
            | b'['
            | b']'
            | 0
    )
}

fn trim_end(mut s: &[u8], also: Option<u8>) -> &[u8] {
    while let Some((&c, rest)) = s.split_last() {
        if !matches!(c, b'\n' | b'\r' | b'\t' | b' ') && Some(c) != also {
            break;
        }
        s = rest;
    }
    s
}

fn trim_start(mut s: &[u8]) -> &[u8] {
    while let Some((c, rest)) = s.split_first() {
        if !is_blank(*c) {
            break;
        }
        s = rest;
    }
    s
}

impl<'s> Scanner<'s> {
    pub(super) fn new(src: &'s [u8], mode: ScanMode) -> Scanner<'s> {
        let at = if src.len() > 3 && src.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Scanner { src, at, state: State::Initial, stack: Vec::new(), mode, line: 1 }
    }

    /// Byte at a position; the text ends with a NUL, as PHP's buffers do.
    fn peek(&self, i: usize) -> u8 {
        self.src.get(i).copied().unwrap_or(0)
    }

    /// First position from `i` on whose byte does not satisfy `f`.
    fn span(&self, i: usize, f: impl Fn(u8) -> bool) -> usize {
        self.src[i.min(self.src.len())..].iter().position(|&c| !f(c)).map_or(self.src.len(), |n| i + n)
    }

    fn blanks(&self, i: usize) -> usize {
        self.span(i, is_blank)
    }

    /// End of a line break at `i`.
    fn newline(&self, i: usize) -> Option<usize> {
        match self.peek(i) {
            b'\r' if self.peek(i + 1) == b'\n' => Some(i + 2),
            b'\r' | b'\n' if i < self.src.len() => Some(i + 1),
            _ => None,
        }
    }

    /// Next token; [`Tok::End`] also for what no rule takes.
    pub(super) fn next(&mut self) -> Token {
        loop {
            if self.at >= self.src.len() {
                return self.at_end();
            }
            if self.state == State::DoubleQuotes {
                return self.double_quotes();
            }
            if self.state == State::VarName {
                return self.var_name();
            }
            let (start, rule) = (self.at, self.longest());
            let Some((end, action)) = rule else {
                self.at += 1;
                if matches!(self.state, State::Value | State::Raw) {
                    self.state = State::Initial;
                    return self.plain(Tok::EndOfLine, b"");
                }
                return self.plain(Tok::End, b"");
            };
            self.at = end;
            if let Some(t) = self.act(action, &self.src[start..end]) {
                return t;
            }
        }
    }

    fn at_end(&mut self) -> Token {
        if matches!(self.state, State::Value | State::Raw) {
            self.state = State::Initial;
            return self.plain(Tok::EndOfLine, b"");
        }
        self.plain(Tok::End, b"")
    }

    fn plain(&self, kind: Tok, text: &[u8]) -> Token {
        let typed = self.mode == ScanMode::Typed && matches!(self.state, State::Value | State::Raw);
        Token { kind, text: text.to_vec(), typed }
    }

    fn act(&mut self, action: Action, text: &'s [u8]) -> Option<Token> {
        Some(match action {
            Action::Again => return None,
            Action::Section => {
                let raw = self.mode == ScanMode::Raw;
                self.state = if raw { State::SectionRaw } else { State::SectionValue };
                self.plain(Tok::Section, b"")
            }
            Action::SectionEnd => {
                self.state = State::Initial;
                self.line += 1;
                self.plain(Tok::Char(b']'), b"")
            }
            Action::OffsetStart => {
                self.state = State::Offset;
                self.plain(Tok::Offset, trim_end(trim_start(text), Some(b'[')))
            }
            Action::OffsetEnd => {
                self.state = State::Initial;
                self.plain(Tok::Char(b']'), b"")
            }
            Action::RawQuoted => self.plain(Tok::Raw, &text[1..text.len() - 1]),
            Action::Plain(t) => self.plain(t, text),
            Action::Word(t) => self.plain(t, if t == Tok::True { b"1" } else { b"" }),
            Action::Label => self.plain(Tok::Label, trim_end(trim_start(text), None)),
            Action::Assign => {
                self.state = if self.mode == ScanMode::Raw { State::Raw } else { State::Value };
                self.plain(Tok::Char(b'='), b"")
            }
            Action::RawValue => self.raw_value(),
            Action::LineEnd { newline } => {
                self.state = State::Initial;
                self.line += newline as u32;
                self.plain(Tok::EndOfLine, b"")
            }
            // An `=` within a value ends the line and is seen again as the start of a statement.
            Action::Equals => {
                self.at -= 1;
                self.state = State::Initial;
                self.plain(Tok::EndOfLine, b"")
            }
            Action::QuoteStart => {
                self.stack.push(self.state);
                self.state = State::DoubleQuotes;
                self.plain(Tok::Char(b'"'), b"")
            }
            Action::DollarCurly => {
                self.stack.push(self.state);
                self.state = State::VarName;
                self.plain(Tok::DollarCurly, b"")
            }
        })
    }

    fn longest(&self) -> Option<Rule> {
        let mut best: Option<Rule> = None;
        let mut offer = |end: Option<usize>, action: Action| {
            if let Some(end) = end
                && end > self.at
                && best.is_none_or(|(b, _)| end > b)
            {
                best = Some((end, action));
            }
        };
        match self.state {
            State::Initial => self.initial_rules(&mut offer),
            State::Raw => self.raw_rules(&mut offer),
            State::SectionRaw => {
                offer(self.section_end(), Action::SectionEnd);
                let end = self.span(self.at, |c| !matches!(c, b']' | b'\n' | b'\r'));
                offer(Some(end), Action::Plain(Tok::Raw));
            }
            _ => self.value_rules(&mut offer),
        }
        best
    }

    fn initial_rules(&self, offer: &mut dyn FnMut(Option<usize>, Action)) {
        let i = self.at;
        let first = self.peek(i);
        if first == b'[' {
            offer(Some(i + 1), Action::Section);
        }
        let label = self.span(i, is_label);
        if label > i && self.peek(label) == b'[' {
            offer(Some(self.blanks(label + 1)), Action::OffsetStart);
        }
        self.word_rules(offer);
        offer(Some(label), Action::Label);
        let b = self.blanks(i);
        if self.peek(b) == b'=' {
            offer(Some(self.blanks(b + 1)), Action::Assign);
        }
        if b":,.[]\"'()&|^+-/*=%$!~<>?@{}".contains(&first) {
            offer(Some(i + 1), Action::Plain(Tok::Char(first)));
        }
        offer(Some(b), Action::Again);
        offer(self.newline(b), Action::LineEnd { newline: true });
        offer(self.comment(), Action::LineEnd { newline: true });
    }

    fn raw_rules(&self, offer: &mut dyn FnMut(Option<usize>, Action)) {
        let i = self.at;
        let b = self.blanks(i);
        if !matches!(self.peek(i), b'\n' | b'\r' | b';' | 0) {
            offer(Some(i + 1), Action::RawValue);
        }
        offer(self.newline(b), Action::LineEnd { newline: true });
        offer(Some(b), Action::Again);
        offer(self.comment(), Action::LineEnd { newline: true });
    }

    /// A `;` to the end of its line, which must be there.
    fn comment(&self) -> Option<usize> {
        let b = self.blanks(self.at);
        if self.peek(b) != b';' {
            return None;
        }
        self.newline(self.span(b, |c| !matches!(c, b'\n' | b'\r')))
    }

    fn section_end(&self) -> Option<usize> {
        if self.peek(self.at) != b']' {
            return None;
        }
        let b = self.blanks(self.at + 1);
        Some(self.newline(b).unwrap_or(b))
    }

    fn word_rules(&self, offer: &mut dyn FnMut(Option<usize>, Action)) {
        let rest = &self.src[self.at..];
        let lists: [(Tok, &[&[u8]]); 3] = [
            (Tok::True, &[b"true", b"on", b"yes"]),
            (Tok::False, &[b"false", b"off", b"none", b"no"]),
            (Tok::Null, &[b"null"]),
        ];
        for (tok, words) in lists {
            for w in words {
                if rest.len() >= w.len() && rest[..w.len()].eq_ignore_ascii_case(w) {
                    offer(Some(self.blanks(self.at + w.len())), Action::Word(tok));
                }
            }
        }
    }

    /// States in which values are put together from parts.
    fn value_rules(&self, offer: &mut dyn FnMut(Option<usize>, Action)) {
        let (i, state) = (self.at, self.state);
        let first = self.peek(i);
        let value = state == State::Value;
        if first == b'\'' && state != State::VarFallback {
            let end = self.span(i + 1, |c| c != b'\'');
            if end > i + 1 && end < self.src.len() {
                offer(Some(end + 1), Action::RawQuoted);
            }
        }
        if state == State::SectionValue {
            offer(self.section_end(), Action::SectionEnd);
        }
        let b = self.blanks(i);
        if state == State::Offset && self.peek(b) == b']' {
            offer(Some(b + 1), Action::OffsetEnd);
        }
        if first == b'$' && self.peek(i + 1) == b'{' {
            offer(Some(i + 2), Action::DollarCurly);
        }
        if state == State::VarFallback && first == b'}' {
            offer(Some(i + 1), Action::Plain(Tok::Char(b'}')));
        }
        if value {
            self.word_rules(offer);
            offer(self.newline(b), Action::LineEnd { newline: true });
        }
        if first.is_ascii_alphabetic() || first == b'_' {
            let end = self.span(i, |c| c.is_ascii_alphanumeric() || c == b'_');
            offer(Some(end), Action::Plain(Tok::Constant));
        }
        offer(self.number(), Action::Plain(Tok::Number));
        if value {
            if b"&|^~()!".contains(&first) {
                offer(Some(self.blanks(i + 1)), Action::Plain(Tok::Char(first)));
            }
            if first == b'=' {
                offer(Some(i + 1), Action::Equals);
            }
        }
        offer(Some(self.string_end()), Action::Plain(Tok::Str));
        if self.peek(b) == b'"' {
            offer(Some(b + 1), Action::QuoteStart);
        }
        offer(Some(b), Action::Plain(Tok::Whitespace));
        if value {
            offer(self.comment(), Action::LineEnd { newline: true });
        }
    }

    /// `-?[0-9]+`, or digits with a point.
    fn number(&self) -> Option<usize> {
        let i = self.at;
        let digits = |i| self.span(i, |c| c.is_ascii_digit());
        let whole = digits(i);
        if self.peek(whole) == b'.' {
            let end = digits(whole + 1);
            return (end - i > 1).then_some(end);
        }
        let from = i + (self.peek(i) == b'-') as usize;
        Some(digits(from)).filter(|&end| end > from)
    }

    /// End of the run of bytes that this state takes as they are.
    fn string_end(&self) -> usize {
        let mut i = self.at;
        while i < self.src.len() {
            let c = self.src[i];
            let plain = match self.state {
                State::Value => !b"$= \t\n\r;&|^~()!\"'\0".contains(&c),
                State::VarFallback => !b"$\n\r;\"'}\\".contains(&c),
                _ => !b"$\n\r;\"']\\".contains(&c),
            };
            if plain {
                i += 1;
            } else if c == b'$' && !matches!(self.peek(i + 1), b'{' | 0) {
                i += if self.peek(i + 1) == b'\\' && i + 2 < self.src.len() { 3 } else { 2 };
            } else if c == b'\\' && self.state != State::Value && i + 1 < self.src.len() {
                i += 2;
            } else {
                break;
            }
        }
        i
    }

    /// A value in RAW mode: to the end of the line or the first `;` outside double quotes.
    fn raw_value(&mut self) -> Token {
        let start = self.at - 1;
        let text = if is_blank(self.src[start]) { start + 1 } else { start };
        let quoted = self.peek(text) == b'"';
        let mut comment = None;
        while self.at < self.src.len() && !matches!(self.src[self.at], b'\n' | b'\r') {
            match self.src[self.at] {
                b';' => comment = comment.or(Some(self.at)),
                b'"' if quoted => comment = None,
                _ => {}
            }
            self.at += 1;
        }
        let end = comment.unwrap_or(self.at);
        let mut v = trim_end(&self.src[text.min(end)..end], None);
        if v.len() > 1 && v[0] == b'"' && v[v.len() - 1] == b'"' {
            v = &v[1..v.len() - 1];
        }
        self.plain(Tok::Raw, v)
    }

    fn pop(&mut self) {
        self.state = self.stack.pop().unwrap_or(State::Initial);
    }

    fn var_name(&mut self) -> Token {
        let start = self.at;
        let dash = |i: usize| self.peek(i) == b':' && self.peek(i + 1) == b'-';
        let first = self.peek(start);
        if dash(start) || (is_label(first) && dash(start + 1)) {
            self.at += 2;
            self.pop();
            self.stack.push(self.state);
            self.state = State::VarFallback;
            return self.plain(Tok::Fallback, b"");
        }
        if is_label(first) {
            let mut i = start + 1;
            while i < self.src.len() {
                let c = self.src[i];
                if matches!(c, b'=' | b'\n' | b'\r' | b'\t' | b';' | b'&' | b'|' | b'^' | b'$' | b'~')
                    || b"(){}!\"[]".contains(&c)
                    || dash(i)
                {
                    break;
                }
                i += 1;
            }
            self.at = i;
            return self.plain(Tok::VarName, trim_end(trim_start(&self.src[start..i]), None));
        }
        self.at += 1;
        if first == b'}' {
            self.pop();
            return self.plain(Tok::Char(b'}'), b"");
        }
        self.plain(Tok::End, b"")
    }

    fn double_quotes(&mut self) -> Token {
        let start = self.at;
        if self.src[start] == b'"' {
            self.at = self.blanks(start + 1);
            self.pop();
            return self.plain(Tok::Char(b'"'), b"");
        }
        if self.src[start] == b'$' && self.peek(start + 1) == b'{' {
            self.at += 2;
            self.stack.push(self.state);
            self.state = State::VarName;
            return self.plain(Tok::DollarCurly, b"");
        }
        let mut i = start;
        while i < self.src.len() {
            match self.src[i] {
                b'"' => break,
                b'$' if self.peek(i + 1) == b'{' => break,
                b'\\' if i + 1 < self.src.len() => {
                    // A quote after a backslash at the end of a line closes the string: "C:\path\".
                    let last = i + 2 >= self.src.len() || matches!(self.src[i + 2], b'\n' | b'\r');
                    if self.src[i + 1] == b'"' && last {
                        i += 1;
                        break;
                    }
                    i += 2;
                }
                _ => i += 1,
            }
        }
        self.at = i;
        let text = self.unescape(start, i);
        Token { kind: Tok::Quoted, text, typed: false }
    }

    /// Resolves `\"`, `\\` and `\$`; counts lines.
    fn unescape(&mut self, start: usize, end: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(end - start);
        let mut i = start;
        while i < end {
            let mut c = self.src[i];
            if c == b'\\' {
                i += 1;
                if i >= end {
                    out.push(b'\\');
                    continue;
                }
                c = self.src[i];
                if !matches!(c, b'"' | b'\\' | b'$') {
                    out.push(b'\\');
                }
            }
            out.push(c);
            if c == b'\n' || (c == b'\r' && self.peek(i + 1) != b'\n') {
                self.line += 1;
            }
            i += 1;
        }
        out
    }
}
