//! PHP's words for what went wrong.

use super::*;
use crate::error::ErrorKind;

impl<'a> Parser<'a> {
    /// Fails with a `ParseError` of the given text at the scanner's line.
    #[cold]
    pub(super) fn fail<T>(&mut self, message: String) -> Parsed<T> {
        self.fail_at(message, self.line(), ErrorKind::Parse)
    }

    /// Fails with a `CompileError` at the scanner's line.
    #[cold]
    pub(super) fn fail_compile<T>(&mut self, message: String, line: u32) -> Parsed<T> {
        self.fail_at(message, line, ErrorKind::Compile)
    }

    #[cold]
    pub(super) fn fail_at<T>(&mut self, message: String, line: u32, kind: ErrorKind) -> Parsed<T> {
        self.error = Some(SyntaxError { message: message.into_bytes(), line, kind });
        Err(Failed)
    }

    /// Fails at the lookahead: `syntax error, unexpected …`, naming what could stand there when `expected` has at most
    /// four tokens in it (in the order of their ids, as PHP's parser lists them).
    #[cold]
    pub(super) fn unexpected<T>(&mut self, expected: &[TokenId]) -> Parsed<T> {
        if self.tok.id == T_ERROR {
            self.error = self.lexer.take_error();
            return Err(Failed);
        }
        self.check_literal()?;
        let mut message = b"syntax error, unexpected ".to_vec();
        self.describe_lookahead(&mut message);
        let mut expected = expected.to_vec();
        expected.sort_by_key(|&id| symbol_order(id));
        if expected.len() <= 4 {
            for (i, &id) in expected.iter().enumerate() {
                message.extend_from_slice(if i == 0 { b", expecting " } else { b" or " });
                message.extend_from_slice(word(id, true).replace('\'', "\"").as_bytes());
            }
        }
        self.error = Some(SyntaxError { message, line: self.line(), kind: ErrorKind::Parse });
        Err(Failed)
    }

    /// True when the error is about a token that cannot stand where it stands.
    pub(super) fn is_syntax_error(&self) -> bool {
        self.error.as_ref().is_some_and(|e| e.message.starts_with(b"syntax error"))
    }

    #[cold]
    pub(super) fn unexpected_chars<T>(&mut self, expected: &[u8]) -> Parsed<T> {
        let expected: Vec<TokenId> = expected.iter().map(|&c| c.into()).collect();
        self.unexpected(&expected)
    }

    /// A string literal that cannot be decoded is the scanner's error, before the parser's.
    fn check_literal(&mut self) -> Parsed<()> {
        match self.tok.id {
            T_CONSTANT_ENCAPSED_STRING => self.quoted_string(self.tok).map(drop),
            _ => Ok(()),
        }
    }

    fn describe_lookahead(&self, message: &mut Vec<u8>) {
        let text = self.text(self.tok);
        let id = self.tok.id;
        if id == END {
            message.extend_from_slice(b"end of file");
            return;
        }
        if id == TokenId::from(b'"') {
            message.extend_from_slice(b"double-quote mark");
            return;
        }
        if id == T_BAD_CHARACTER && text.len() == 1 {
            message.extend_from_slice(format!("character 0x{:02X}", text[0]).as_bytes());
            return;
        }
        let kind = word(id, false);
        if let Some(spelling) = kind.strip_prefix('\'') {
            let spelling = spelling.strip_suffix('\'').unwrap_or(spelling);
            message.extend_from_slice(format!("token \"{spelling}\"").as_bytes());
            return;
        }
        let mut kind: &str = &kind;
        let mut text = text.split(|&c| c == b'\n').next().unwrap_or(text);
        if id == T_CONSTANT_ENCAPSED_STRING {
            match text.first() {
                Some(b'"') => kind = "double-quoted string",
                Some(b'\'') => kind = "single-quoted string",
                _ => {}
            }
        }
        if let [b'\'' | b'"', rest @ ..] = text {
            text = rest;
        }
        if let [rest @ .., b'\'' | b'"'] = text {
            text = rest;
        }
        message.extend_from_slice(kind.as_bytes());
        message.extend_from_slice(b" \"");
        if text.len() > 33 {
            message.extend_from_slice(&text[..30]);
            message.extend_from_slice(b"...");
        } else {
            message.extend_from_slice(text);
        }
        message.push(b'"');
    }

    /// The error of a failed parse.
    pub(super) fn into_error(mut self) -> SyntaxError {
        self.error.take().or_else(|| self.lexer.take_error()).unwrap_or(SyntaxError {
            message: b"syntax error".to_vec(),
            line: self.prev_line,
            kind: ErrorKind::Parse,
        })
    }
}

/// The word for a token in the messages. Text outside the tags has no description of its own, and the second kind of
/// `&` shows its internal label when it is expected.
fn word(id: TokenId, expected: bool) -> std::borrow::Cow<'static, str> {
    match id {
        T_INLINE_HTML => "T_INLINE_HTML".into(),
        T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG if expected => "amp".into(),
        id => error_word(id),
    }
}

/// PHP lists expected tokens in the order in which its grammar first mentions them: the one-character operators, then the
/// `T_*` tokens, then the remaining characters.
fn symbol_order(id: TokenId) -> u32 {
    const OPERATORS: &[u8] = b"=?:|^<>.+-*/%!~@";
    const OTHERS: &[u8] = b",]();{}[`\"$";
    let index = |list: &[u8]| list.iter().position(|&c| TokenId::from(c) == id).map(|i| i as u32 + 1);
    match id {
        END => 0,
        FIRST_ID.. => u32::from(id),
        _ => index(OPERATORS).or(index(OTHERS).map(|i| i + 1000)).unwrap_or(2000),
    }
}
