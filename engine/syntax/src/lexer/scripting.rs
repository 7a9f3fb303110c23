//! Tokens of PHP code proper.

use super::*;
use crate::literal;

impl Lexer<'_> {
    #[inline(always)]
    fn take(&mut self, len: usize, id: TokenId) -> TokenId {
        self.pos += len;
        id
    }

    /// One token in PHP code.
    pub(super) fn scan_scripting(&mut self) -> TokenId {
        let start = self.pos;
        if start >= self.src.len() {
            return self.scan_end();
        }
        let c = self.src[start];
        if is_label_start(c) {
            return self.scan_word();
        }
        let (c1, c2) = (self.at(start + 1), self.at(start + 2));
        match c {
            b'$' => {
                if is_label_start(c1) {
                    self.pos = self.label_end(start + 1);
                    return T_VARIABLE;
                }
                self.take(1, b'$'.into())
            }
            b' ' | b'\t' | b'\n' | b'\r' => {
                self.skip_space();
                T_WHITESPACE
            }
            b'\'' => self.scan_single_quoted(1),
            b'"' => self.scan_double_quoted(1),
            b'`' => {
                self.mode = Mode::Backquote;
                self.take(1, b'`'.into())
            }
            b'0'..=b'9' => self.scan_number(),
            b'(' => match self.cast() {
                Some((id, len)) => {
                    self.pos += len;
                    if id == T_ERROR {
                        return self.fail(
                            T_DOUBLE_CAST,
                            "The (real) cast has been removed, use (float) instead".into(),
                        );
                    }
                    id
                }
                None => {
                    self.enter_nesting(b'(');
                    self.take(1, b'('.into())
                }
            },
            b'[' => {
                self.enter_nesting(b'[');
                self.take(1, b'['.into())
            }
            b')' | b']' => {
                self.pos += 1;
                self.exit_nesting(c)
            }
            b'{' => {
                self.push_mode(Mode::Scripting);
                self.enter_nesting(b'{');
                self.take(1, b'{'.into())
            }
            b'}' => {
                self.doc = None;
                self.pop_mode();
                self.pos += 1;
                self.exit_nesting(c)
            }
            b';' | b',' | b'~' | b'@' => self.take(1, c.into()),
            b'=' => match (c1, c2) {
                (b'=', b'=') => self.take(3, T_IS_IDENTICAL),
                (b'=', _) => self.take(2, T_IS_EQUAL),
                (b'>', _) => self.take(2, T_DOUBLE_ARROW),
                _ => self.take(1, c.into()),
            },
            b'-' => match c1 {
                b'>' => {
                    self.push_mode(Mode::Property);
                    self.take(2, T_OBJECT_OPERATOR)
                }
                b'-' => self.take(2, T_DEC),
                b'=' => self.take(2, T_MINUS_EQUAL),
                _ => self.take(1, c.into()),
            },
            b':' if c1 == b':' => self.take(2, T_PAAMAYIM_NEKUDOTAYIM),
            b'.' => match (c1, c2) {
                (b'.', b'.') => self.take(3, T_ELLIPSIS),
                (b'=', _) => self.take(2, T_CONCAT_EQUAL),
                (b'0'..=b'9', _) => self.scan_number(),
                _ => self.take(1, c.into()),
            },
            b'?' => match (c1, c2) {
                (b'>', _) => self.scan_close_tag(),
                (b'-', b'>') => {
                    self.push_mode(Mode::Property);
                    self.take(3, T_NULLSAFE_OBJECT_OPERATOR)
                }
                (b'?', b'=') => self.take(3, T_COALESCE_EQUAL),
                (b'?', _) => self.take(2, T_COALESCE),
                _ => self.take(1, c.into()),
            },
            b'!' => match (c1, c2) {
                (b'=', b'=') => self.take(3, T_IS_NOT_IDENTICAL),
                (b'=', _) => self.take(2, T_IS_NOT_EQUAL),
                _ => self.take(1, c.into()),
            },
            b'/' => match c1 {
                b'/' => self.scan_line_comment(),
                b'*' => self.scan_block_comment(),
                b'=' => self.take(2, T_DIV_EQUAL),
                _ => self.take(1, c.into()),
            },
            b'#' => {
                if c1 == b'[' {
                    self.enter_nesting(b'[');
                    return self.take(2, T_ATTRIBUTE);
                }
                self.scan_line_comment()
            }
            b'\\' => {
                if is_label_start(c1) {
                    self.pos = self.name_end(start);
                    return T_NAME_FULLY_QUALIFIED;
                }
                self.take(1, T_NS_SEPARATOR)
            }
            b'&' => match c1 {
                b'&' => self.take(2, T_BOOLEAN_AND),
                b'=' => self.take(2, T_AND_EQUAL),
                _ => {
                    let next = self.skip_space_and_comments(start + 1);
                    let follows = self.at(next) == b'$' || self.src[next..].starts_with(b"...");
                    let id = if follows {
                        T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG
                    } else {
                        T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG
                    };
                    self.take(1, id)
                }
            },
            b'|' => match c1 {
                b'|' => self.take(2, T_BOOLEAN_OR),
                b'=' => self.take(2, T_OR_EQUAL),
                _ => self.take(1, c.into()),
            },
            b'+' => match c1 {
                b'+' => self.take(2, T_INC),
                b'=' => self.take(2, T_PLUS_EQUAL),
                _ => self.take(1, c.into()),
            },
            b'*' => match (c1, c2) {
                (b'*', b'=') => self.take(3, T_POW_EQUAL),
                (b'*', _) => self.take(2, T_POW),
                (b'=', _) => self.take(2, T_MUL_EQUAL),
                _ => self.take(1, c.into()),
            },
            b'%' if c1 == b'=' => self.take(2, T_MOD_EQUAL),
            b'^' if c1 == b'=' => self.take(2, T_XOR_EQUAL),
            b'<' => match (c1, c2) {
                (b'<', b'<') => match self.heredoc_start(start) {
                    Some(id) => id,
                    None => self.take(2, T_SL),
                },
                (b'<', b'=') => self.take(3, T_SL_EQUAL),
                (b'<', _) => self.take(2, T_SL),
                (b'=', b'>') => self.take(3, T_SPACESHIP),
                (b'=', _) => self.take(2, T_IS_SMALLER_OR_EQUAL),
                (b'>', _) => self.take(2, T_IS_NOT_EQUAL),
                _ => self.take(1, c.into()),
            },
            b'>' => match (c1, c2) {
                (b'>', b'=') => self.take(3, T_SR_EQUAL),
                (b'>', _) => self.take(2, T_SR),
                (b'=', _) => self.take(2, T_IS_GREATER_OR_EQUAL),
                _ => self.take(1, c.into()),
            },
            b':' | b'%' | b'^' => self.take(1, c.into()),
            _ => self.take(1, T_BAD_CHARACTER),
        }
    }

    #[inline(always)]
    pub(super) fn label_end(&self, mut i: usize) -> usize {
        while i < self.src.len() && is_label_part(self.src[i]) {
            i += 1;
        }
        i
    }

    /// End of `\label\label…` at `i`, which may hold none.
    fn name_end(&self, mut i: usize) -> usize {
        while self.at(i) == b'\\' && is_label_start(self.at(i + 1)) {
            i = self.label_end(i + 1);
        }
        i
    }

    /// Identifier, keyword, name, or a string with `b` before it.
    fn scan_word(&mut self) -> TokenId {
        let start = self.pos;
        let end = self.label_end(start);
        self.pos = end;
        let next = self.at(end);
        if next == b'\\' && is_label_start(self.at(end + 1)) {
            self.pos = self.name_end(end);
            return if self.src[start..end].eq_ignore_ascii_case(b"namespace") {
                T_NAME_RELATIVE
            } else {
                T_NAME_QUALIFIED
            };
        }
        if end == start + 1 {
            if self.src[start] | 0x20 == b'b' {
                match next {
                    b'\'' | b'"' => {
                        self.pos = start;
                        return if next == b'"' {
                            self.scan_double_quoted(2)
                        } else {
                            self.scan_single_quoted(2)
                        };
                    }
                    b'<' => {
                        self.pos = start;
                        if let Some(id) = self.heredoc_start(start + 1) {
                            return id;
                        }
                        self.pos = end;
                    }
                    _ => {}
                }
            }
            return T_STRING;
        }
        match keywords::lookup(&self.src[start..end]) {
            T_YIELD => self.yield_from(end),
            T_ENUM => {
                let next = self.skip_space_and_comments(end);
                if next == end || !is_label_start(self.at(next)) {
                    return T_STRING;
                }
                // The rule is longest match first: a name that merely begins with `extends` counts as well.
                let rest = &self.src[next..];
                let begins = |w: &[u8]| rest.get(..w.len()).is_some_and(|r| r.eq_ignore_ascii_case(w));
                if begins(b"extends") || begins(b"implements") { T_STRING } else { T_ENUM }
            }
            id @ (T_PUBLIC | T_PROTECTED | T_PRIVATE) if next == b'(' => {
                if self.src[end + 1..].get(..4).is_some_and(|s| s.eq_ignore_ascii_case(b"set)")) {
                    self.pos = end + 5;
                    return match id {
                        T_PUBLIC => T_PUBLIC_SET,
                        T_PROTECTED => T_PROTECTED_SET,
                        _ => T_PRIVATE_SET,
                    };
                }
                id
            }
            id => id,
        }
    }

    /// `yield`, or `yield from` when `from` follows.
    fn yield_from(&mut self, end: usize) -> TokenId {
        let next = self.skip_space_and_comments(end);
        let after = next + 4;
        let from = self.src.get(next..after).is_some_and(|w| w.eq_ignore_ascii_case(b"from"));
        if next > end && from && !self.src.get(after).is_some_and(|&c| is_label_part(c)) {
            self.line += count_newlines(&self.src[end..next]);
            self.pos = after;
            return T_YIELD_FROM;
        }
        T_YIELD
    }

    /// Position behind whitespace and complete comments, as the scanner's lookahead patterns see them: a line comment
    /// counts only with its line end, and a comment with a NUL byte does not count.
    fn skip_space_and_comments(&self, mut i: usize) -> usize {
        loop {
            while is_space(self.at(i)) {
                i += 1;
            }
            let end = match (self.at(i), self.at(i + 1)) {
                (b'/', b'*') => memchr::memmem::find(&self.src[i + 2..], b"*/").map(|n| i + n + 4),
                (b'#', b'[') => None,
                (b'/', b'/') | (b'#', _) => {
                    memchr::memchr2(b'\n', b'\r', &self.src[i + 1..]).map(|n| i + n + 2)
                }
                _ => None,
            };
            match end {
                Some(end) if memchr::memchr(0, &self.src[i..end]).is_none() => i = end,
                _ => return i,
            }
        }
    }

    /// A cast at the current `(`, with its length; [`T_ERROR`] for `(real)`.
    #[inline]
    fn cast(&self) -> Option<(TokenId, usize)> {
        let blank = |c| c == b' ' || c == b'\t';
        let mut i = self.pos + 1;
        while blank(self.at(i)) {
            i += 1;
        }
        let word = i;
        while self.at(i).is_ascii_alphabetic() {
            i += 1;
        }
        let len = i - word;
        if !(3..=7).contains(&len) {
            return None;
        }
        let end = i;
        while blank(self.at(i)) {
            i += 1;
        }
        if self.at(i) != b')' {
            return None;
        }
        let mut lower = [0u8; 7];
        for (to, from) in lower.iter_mut().zip(&self.src[word..end]) {
            *to = from.to_ascii_lowercase();
        }
        let id = match &lower[..len] {
            b"int" | b"integer" => T_INT_CAST,
            b"double" | b"float" => T_DOUBLE_CAST,
            b"string" | b"binary" => T_STRING_CAST,
            b"array" => T_ARRAY_CAST,
            b"object" => T_OBJECT_CAST,
            b"bool" | b"boolean" => T_BOOL_CAST,
            b"unset" => T_UNSET_CAST,
            b"real" => T_ERROR,
            _ => return None,
        };
        Some((id, i + 1 - self.pos))
    }

    fn scan_close_tag(&mut self) -> TokenId {
        self.mode = Mode::Text;
        self.pos += 2;
        match self.at(self.pos) {
            b'\n' => {
                self.pos += 1;
                self.pending_line = true;
            }
            b'\r' => {
                self.pos += if self.at(self.pos + 1) == b'\n' { 2 } else { 1 };
                self.pending_line = true;
            }
            _ => {}
        }
        T_CLOSE_TAG
    }

    fn scan_line_comment(&mut self) -> TokenId {
        let mut i = self.pos;
        loop {
            match memchr::memchr3(b'\n', b'\r', b'?', &self.src[i..]) {
                None => {
                    self.pos = self.src.len();
                    return T_COMMENT;
                }
                Some(n) => {
                    i += n;
                    if self.src[i] != b'?' || self.at(i + 1) == b'>' {
                        self.pos = i;
                        return T_COMMENT;
                    }
                    i += 1;
                }
            }
        }
    }

    fn scan_block_comment(&mut self) -> TokenId {
        let start = self.pos;
        let is_doc = self.at(start + 2) == b'*' && is_space(self.at(start + 3));
        let body = start + if is_doc { 3 } else { 2 };
        if is_doc {
            self.doc = None;
        }
        let id = if is_doc { T_DOC_COMMENT } else { T_COMMENT };
        match memchr::memmem::find(&self.src[body..], b"*/") {
            Some(n) => {
                self.pos = body + n + 2;
                self.line += count_newlines(&self.src[start..self.pos]);
                if is_doc {
                    self.doc = Some((start as u32, self.pos as u32));
                }
                id
            }
            None => {
                self.pos = self.src.len();
                let id = self.fail(id, format!("Unterminated comment starting line {}", self.line));
                self.line += count_newlines(&self.src[start..]);
                id
            }
        }
    }

    /// Digits with single underscores between them; gives the end.
    fn digits(&self, mut i: usize, digit: impl Fn(u8) -> bool) -> usize {
        loop {
            if digit(self.at(i)) || (self.at(i) == b'_' && digit(self.at(i + 1))) {
                i += 1;
            } else {
                return i;
            }
        }
    }

    fn scan_number(&mut self) -> TokenId {
        let start = self.pos;
        if self.src[start] == b'0' {
            let is_digit: Option<fn(u8) -> bool> = match self.at(start + 1) | 0x20 {
                b'x' => Some(|c| c.is_ascii_hexdigit()),
                b'b' => Some(|c| c == b'0' || c == b'1'),
                b'o' => Some(|c| (b'0'..=b'7').contains(&c)),
                _ => None,
            };
            if let Some(is_digit) = is_digit
                && is_digit(self.at(start + 2))
            {
                self.pos = self.digits(start + 2, is_digit);
                return self.integer_id(start);
            }
        }
        let is_digit = |c: u8| c.is_ascii_digit();
        let mut end = if self.src[start] == b'.' { start } else { self.digits(start, is_digit) };
        let mut is_float = false;
        if self.at(end) == b'.' {
            is_float = true;
            end += 1;
            if is_digit(self.at(end)) {
                end = self.digits(end, is_digit);
            }
        }
        if self.at(end) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.at(end + 1), b'+' | b'-'));
            if is_digit(self.at(end + 1 + sign)) {
                is_float = true;
                end = self.digits(end + 1 + sign, is_digit);
            }
        }
        self.pos = end;
        if is_float { T_DNUMBER } else { self.integer_id(start) }
    }

    fn integer_id(&mut self, start: usize) -> TokenId {
        let text = &self.src[start..self.pos];
        if text.len() < 19 && text[0] != b'0' {
            return T_LNUMBER;
        }
        match literal::integer(text) {
            literal::Integer::Int(_) => T_LNUMBER,
            literal::Integer::Float(_) => T_DNUMBER,
            literal::Integer::Invalid => {
                // Where errors are not wanted, the digits before the bad one decide.
                let valid = text.iter().position(|c| matches!(c, b'8' | b'9')).unwrap_or(text.len());
                let id = match literal::integer(&text[..valid]) {
                    literal::Integer::Float(_) => T_DNUMBER,
                    _ => T_LNUMBER,
                };
                self.fail(id, "Invalid numeric literal".into())
            }
        }
    }

    /// Behind `->`: a property name is never a keyword.
    pub(super) fn scan_property(&mut self) -> Option<TokenId> {
        let c = self.at(self.pos);
        if is_label_start(c) {
            self.pos = self.label_end(self.pos);
            self.pop_mode();
            return Some(T_STRING);
        }
        if is_space(c) {
            self.skip_space();
            return Some(T_WHITESPACE);
        }
        match (c, self.at(self.pos + 1)) {
            (b'-', b'>') => Some(self.take(2, T_OBJECT_OPERATOR)),
            (b'?', b'-') if self.at(self.pos + 2) == b'>' => Some(self.take(3, T_NULLSAFE_OBJECT_OPERATOR)),
            (b'#', _) | (b'/', b'/') => Some(self.scan_line_comment()),
            (b'/', b'*') => Some(self.scan_block_comment()),
            _ => {
                self.pop_mode();
                None
            }
        }
    }
}
