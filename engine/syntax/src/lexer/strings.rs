//! Tokens of and inside strings and heredocs.

use super::*;

impl Lexer<'_> {
    /// `'…'`; `prefix` is the length of the opening with its optional `b`.
    pub(super) fn scan_single_quoted(&mut self, prefix: usize) -> TokenId {
        let start = self.pos;
        let mut i = start + prefix;
        loop {
            match memchr::memchr2(b'\'', b'\\', &self.src[i..]) {
                None => {
                    self.pos = self.src.len();
                    return T_ENCAPSED_AND_WHITESPACE;
                }
                Some(n) if self.src[i + n] == b'\'' => {
                    self.pos = i + n + 1;
                    self.line += count_newlines(&self.src[start..self.pos]);
                    return T_CONSTANT_ENCAPSED_STRING;
                }
                Some(n) => i = (i + n + 2).min(self.src.len()),
            }
        }
    }

    /// `"…"` as one token when it has no variables, else its opening quote.
    pub(super) fn scan_double_quoted(&mut self, prefix: usize) -> TokenId {
        let start = self.pos;
        let end = self.interpolated_end(start + prefix, b'"');
        if self.at(end) == b'"' && end < self.src.len() {
            self.pos = end + 1;
            self.line += count_newlines(&self.src[start..end]);
            return T_CONSTANT_ENCAPSED_STRING;
        }
        self.pos = start + prefix;
        self.mode = Mode::DoubleQuotes;
        b'"'.into()
    }

    /// End of literal text from `i`: the closing quote, a variable, or the end of the source.
    fn interpolated_end(&self, mut i: usize, quote: u8) -> usize {
        while i < self.src.len() {
            let c = self.src[i];
            match c {
                b'\\' => i += 2,
                b'$' if self.variable_follows(i) => return i,
                b'{' if self.at(i + 1) == b'$' => return i,
                _ if c == quote => return i,
                _ => i += 1,
            }
        }
        self.src.len()
    }

    #[inline]
    fn variable_follows(&self, i: usize) -> bool {
        let c = self.at(i + 1);
        is_label_start(c) || c == b'{'
    }

    /// `$name`, `${` or `{$` at the current position of an interpolated string.
    fn scan_interpolation(&mut self) -> Option<TokenId> {
        let start = self.pos;
        match (self.at(start), self.at(start + 1)) {
            (b'$', b'{') => {
                self.push_mode(Mode::VarName);
                self.enter_nesting(b'{');
                self.pos += 2;
                Some(T_DOLLAR_OPEN_CURLY_BRACES)
            }
            (b'{', b'$') => {
                self.push_mode(Mode::Scripting);
                self.enter_nesting(b'{');
                self.pos += 1;
                Some(T_CURLY_OPEN)
            }
            (b'$', c) if is_label_start(c) => {
                self.pos = self.label_end(start + 1);
                let rest = &self.src[self.pos..];
                let label_at = |i: usize| rest.get(i).is_some_and(|&c| is_label_start(c));
                if rest.first() == Some(&b'[') {
                    self.push_mode(Mode::VarOffset);
                } else if (rest.starts_with(b"->") && label_at(2))
                    || (rest.starts_with(b"?->") && label_at(3))
                {
                    self.push_mode(Mode::Property);
                }
                Some(T_VARIABLE)
            }
            _ => None,
        }
    }

    /// Inside `"…"` or `` `…` ``.
    pub(super) fn scan_quoted(&mut self, quote: u8) -> TokenId {
        let start = self.pos;
        if start >= self.src.len() {
            return self.scan_end();
        }
        if self.src[start] == quote {
            self.pos += 1;
            self.mode = Mode::Scripting;
            return quote.into();
        }
        if let Some(id) = self.scan_interpolation() {
            return id;
        }
        self.pos = self.interpolated_end(start, quote);
        self.line += count_newlines(&self.src[start..self.pos]);
        T_ENCAPSED_AND_WHITESPACE
    }

    /// Behind `${`: a variable name only if `[` or `}` follows it, else an expression.
    pub(super) fn scan_var_name(&mut self) -> Option<TokenId> {
        let start = self.pos;
        self.mode = Mode::Scripting;
        if is_label_start(self.at(start)) {
            let end = self.label_end(start);
            if matches!(self.at(end), b'[' | b'}') {
                self.pos = end;
                return Some(T_STRING_VARNAME);
            }
        }
        None
    }

    /// Between the brackets of a simple `"$a[…]"`.
    pub(super) fn scan_var_offset(&mut self) -> TokenId {
        let start = self.pos;
        if start >= self.src.len() {
            return self.scan_end();
        }
        let c = self.src[start];
        match c {
            b']' => {
                self.pop_mode();
                self.pos += 1;
                c.into()
            }
            b'$' if is_label_start(self.at(start + 1)) => {
                self.pos = self.label_end(start + 1);
                T_VARIABLE
            }
            b'0'..=b'9' => {
                self.pos = self.offset_number_end(start);
                T_NUM_STRING
            }
            _ if is_label_start(c) => {
                self.pos = self.label_end(start);
                T_STRING
            }
            b' ' | b'\n' | b'\r' | b'\t' | b'\\' | b'\'' | b'#' => {
                self.pop_mode();
                T_ENCAPSED_AND_WHITESPACE
            }
            b';' | b':' | b',' | b'.' | b'|' | b'^' | b'&' | b'+' | b'-' | b'/' | b'*' | b'=' | b'%'
            | b'!' | b'~' | b'$' | b'<' | b'>' | b'?' | b'@' | b'[' | b'(' | b')' | b'{' | b'}' | b'"'
            | b'`' => {
                self.pos += 1;
                c.into()
            }
            _ => {
                self.pos += 1;
                T_BAD_CHARACTER
            }
        }
    }

    fn offset_number_end(&self, start: usize) -> usize {
        let run = |mut i: usize, digit: fn(u8) -> bool| {
            while digit(self.at(i)) || (self.at(i) == b'_' && digit(self.at(i + 1))) {
                i += 1;
            }
            i
        };
        let digit: fn(u8) -> bool = match self.at(start + 1) | 0x20 {
            b'x' => |c| c.is_ascii_hexdigit(),
            b'b' => |c| c == b'0' || c == b'1',
            b'o' => |c| (b'0'..=b'7').contains(&c),
            _ => |_| false,
        };
        if self.src[start] == b'0' && digit(self.at(start + 2)) {
            return run(start + 2, digit);
        }
        run(start, |c| c.is_ascii_digit())
    }

    /// `<<<LABEL` with `<<<` at `at` (a `b` may stand before it); `None` if it is no heredoc.
    pub(super) fn heredoc_start(&mut self, at: usize) -> Option<TokenId> {
        if !self.src[at..].starts_with(b"<<<") {
            return None;
        }
        let mut i = at + 3;
        while matches!(self.at(i), b' ' | b'\t') {
            i += 1;
        }
        let quote = self.at(i);
        let quoted = quote == b'\'' || quote == b'"';
        let label = i + usize::from(quoted);
        if !is_label_start(self.at(label)) {
            return None;
        }
        let label_end = self.label_end(label);
        let mut end = label_end;
        if quoted {
            if self.at(end) != quote {
                return None;
            }
            end += 1;
        }
        end += match (self.at(end), self.at(end + 1)) {
            (b'\r', b'\n') => 2,
            (b'\r' | b'\n', _) => 1,
            _ => return None,
        };
        self.pos = end;
        self.line += 1;
        self.mode = if quote == b'\'' { Mode::Nowdoc } else { Mode::Heredoc };
        self.labels.push(HeredocLabel { start: label, len: label_end - label, indentation: 0 });
        match self.closing_label(end) {
            Some((indentation, mixed)) => {
                let id = if mixed {
                    self.fail(T_START_HEREDOC, MIXED_INDENTATION.into())
                } else {
                    T_START_HEREDOC
                };
                self.close_heredoc(indentation);
                Some(id)
            }
            None => Some(T_START_HEREDOC),
        }
    }

    /// At the start of a line: the closing label's indentation, and whether that mixes tabs and spaces.
    fn closing_label(&self, line_start: usize) -> Option<(usize, bool)> {
        let label = self.labels.last()?;
        let mut i = line_start;
        let (mut tabs, mut spaces) = (false, false);
        loop {
            match self.at(i) {
                b' ' => spaces = true,
                b'\t' => tabs = true,
                _ => break,
            }
            i += 1;
        }
        let name = &self.src[label.start..label.start + label.len];
        let closes = self.src[i..].starts_with(name) && !is_label_part(self.at(i + name.len()));
        closes.then_some((i - line_start, tabs && spaces))
    }

    fn close_heredoc(&mut self, indentation: usize) {
        if let Some(label) = self.labels.last_mut() {
            label.indentation = indentation;
        }
        self.mode = Mode::EndHeredoc;
    }

    /// Text of a heredoc up to a variable or the closing label. The token holds the line end before the label.
    pub(super) fn scan_heredoc(&mut self) -> TokenId {
        if self.pos >= self.src.len() {
            return self.scan_end();
        }
        match self.scan_interpolation() {
            Some(id) => id,
            None => self.scan_doc_text(true),
        }
    }

    /// Text of a nowdoc up to the closing label.
    pub(super) fn scan_nowdoc(&mut self) -> TokenId {
        if self.pos >= self.src.len() {
            return self.scan_end();
        }
        self.scan_doc_text(false)
    }

    fn scan_doc_text(&mut self, interpolate: bool) -> TokenId {
        let start = self.pos;
        let mut i = start;
        while i < self.src.len() {
            let c = self.src[i];
            match c {
                b'\n' | b'\r' => {
                    i += if c == b'\r' && self.at(i + 1) == b'\n' { 2 } else { 1 };
                    if let Some((indentation, mixed)) = self.closing_label(i) {
                        self.pos = i;
                        let id = T_ENCAPSED_AND_WHITESPACE;
                        let id = if mixed { self.fail(id, MIXED_INDENTATION.into()) } else { id };
                        self.line += count_newlines(&self.src[start..i]) - 1;
                        self.pending_line = true;
                        self.close_heredoc(indentation);
                        return id;
                    }
                }
                b'\\' if interpolate => i += if matches!(self.at(i + 1), b'\n' | b'\r') { 1 } else { 2 },
                b'$' if interpolate && self.variable_follows(i) => break,
                b'{' if interpolate && self.at(i + 1) == b'$' => break,
                _ => i += 1,
            }
        }
        self.pos = i.min(self.src.len());
        self.line += count_newlines(&self.src[start..self.pos]);
        T_ENCAPSED_AND_WHITESPACE
    }

    pub(super) fn scan_end_heredoc(&mut self) -> TokenId {
        if let Some(label) = self.labels.pop() {
            self.pos = (self.pos + label.indentation + label.len).min(self.src.len());
        }
        self.mode = Mode::Scripting;
        T_END_HEREDOC
    }
}

/// Tabs and spaces before a closing label or a body line.
pub(crate) const MIXED_INDENTATION: &str = "Invalid indentation - tabs and spaces cannot be mixed";
