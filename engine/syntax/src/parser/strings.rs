//! String literals, interpolation, heredocs.

use super::*;
use crate::error::ErrorKind;
use crate::literal::{self, LiteralError, OctalOverflow};

/// A piece of an interpolated string before decoding.
#[derive(Clone, Copy)]
pub(super) enum RawPart<'a> {
    Text(Token),
    Done(InterpPart<'a>),
}

impl<'a> Parser<'a> {
    fn literal_error<T>(&mut self, error: LiteralError, line: u32) -> Parsed<T> {
        self.fail_at(error.message, line + error.lines, ErrorKind::Parse)
    }

    fn report_overflows(&mut self, overflows: Vec<OctalOverflow>, line: u32) {
        for o in overflows {
            let message = format!("Octal escape sequence overflow \\{} is greater than \\377", o.digits);
            let message = self.arena.alloc_str(&message);
            let level = DiagnosticLevel::CompileWarning;
            self.diagnostics.push(Diagnostic { level, message, line: line + o.lines });
        }
    }

    fn escaped(&mut self, text: &'a [u8], quote: u8, line: u32) -> Parsed<&'a [u8]> {
        let mut overflows = Vec::new();
        match literal::escaped(self.arena, text, quote, &mut overflows) {
            Ok(text) => {
                self.report_overflows(overflows, line);
                Ok(text)
            }
            Err(error) => self.literal_error(error, line),
        }
    }

    /// Value of a quoted string token.
    pub(super) fn quoted_string(&mut self, token: Token) -> Parsed<&'a [u8]> {
        let mut text = self.text(token);
        if !matches!(text[0], b'\'' | b'"') {
            text = &text[1..];
        }
        let inner = &text[1..text.len() - 1];
        if text[0] == b'\'' {
            return Ok(literal::single_quoted(self.arena, inner));
        }
        self.escaped(inner, b'"', token.line)
    }

    /// The pieces between the quotes up to `end`, which is consumed. `quote` is what escapes protect.
    pub(super) fn interpolated(&mut self, end: TokenId, quote: u8) -> Parsed<&'a [InterpPart<'a>]> {
        let mark = self.parts.len();
        self.raw_parts(end)?;
        let mut parts = Vec::with_capacity(self.parts.len() - mark);
        for i in mark..self.parts.len() {
            match self.parts[i] {
                RawPart::Done(part) => parts.push(part),
                RawPart::Text(token) => {
                    let text = self.escaped(self.text(token), quote, token.line)?;
                    parts.push(InterpPart::Text(text));
                }
            }
        }
        self.parts.truncate(mark);
        self.advance();
        Ok(self.arena.alloc_slice_copy(&parts))
    }

    /// Pushes pieces to `self.parts` until the lookahead is `end`.
    fn raw_parts(&mut self, end: TokenId) -> Parsed<()> {
        let first = self.parts.len();
        while self.tok.id != end {
            if self.at(T_ENCAPSED_AND_WHITESPACE) {
                self.parts.push(RawPart::Text(self.tok));
                self.advance();
                continue;
            }
            let only_text = self.parts.len() == first + 1 && matches!(self.parts[first], RawPart::Text(_));
            let part = match self.interpolation()? {
                Some(part) => part,
                // A text alone leaves only a variable or the end possible, that is four tokens.
                None if only_text && end == TokenId::from(b'"') => {
                    return self.unexpected(&[T_VARIABLE, T_DOLLAR_OPEN_CURLY_BRACES, T_CURLY_OPEN]);
                }
                None if only_text && end != TokenId::from(b'`') => {
                    return self.unexpected(&[T_VARIABLE, end, T_DOLLAR_OPEN_CURLY_BRACES, T_CURLY_OPEN]);
                }
                None if end == TokenId::from(b'`') => return self.unexpected(&[end]),
                None => return self.unexpected(&[]),
            };
            self.parts.push(RawPart::Done(part));
        }
        Ok(())
    }

    /// One variable of an interpolated string; `None` if the lookahead begins none.
    fn interpolation(&mut self) -> Parsed<Option<InterpPart<'a>>> {
        match self.tok.id {
            T_VARIABLE => {
                let line = self.tok.line;
                let name = self.variable_token();
                let var = self.expr_node(line, ExprKind::Var(name.text));
                self.simple_interpolation(var).map(|e| Some(InterpPart::Expr(e)))
            }
            T_DOLLAR_OPEN_CURLY_BRACES => {
                self.advance();
                if self.at(T_STRING_VARNAME) {
                    let name = self.ident_token();
                    let var = self.expr_node(name.line, ExprKind::Var(name.text));
                    if self.eat_char(b'}') {
                        return Ok(Some(InterpPart::DollarVar(var)));
                    }
                    self.close_or(b'[', b"[}")?;
                    let index = self.expr()?;
                    self.close(b']')?;
                    self.expect_char(b'}')?;
                    let node = self.expr_node(name.line, ExprKind::Index(var, Some(index)));
                    return Ok(Some(InterpPart::DollarVar(node)));
                }
                let name = self.expr()?;
                self.close(b'}')?;
                Ok(Some(InterpPart::DollarExpr(self.var_by_name(name))))
            }
            T_CURLY_OPEN => {
                self.advance();
                let expr = self.variable_before(&[b'}'.into()])?;
                self.advance();
                Ok(Some(InterpPart::Expr(expr)))
            }
            _ => Ok(None),
        }
    }

    /// `[…]` or `->name` behind a variable in a string.
    fn simple_interpolation(&mut self, var: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        let line = var.line;
        if self.eat_char(b'[') {
            let index = self.simple_offset()?;
            self.close_or(b']', b"]")?;
            return Ok(self.expr_node(line, ExprKind::Index(var, Some(index))));
        }
        if matches!(self.tok.id, T_OBJECT_OPERATOR | T_NULLSAFE_OBJECT_OPERATOR) {
            let nullsafe = self.at(T_NULLSAFE_OBJECT_OPERATOR);
            self.advance();
            let name = MemberName::Ident(self.string_ident()?);
            let fetch = self.arena.alloc(PropFetch { object: var, name, nullsafe });
            return Ok(self.expr_node(line, ExprKind::Prop(fetch)));
        }
        Ok(var)
    }

    fn simple_offset(&mut self) -> Parsed<&'a Expr<'a>> {
        let line = self.tok.line;
        let text = self.text(self.tok);
        let kind = match self.tok.id {
            T_STRING => ExprKind::String(text),
            T_NUM_STRING => match offset_number(text, false) {
                Some(n) => ExprKind::Int(n),
                None => ExprKind::String(text),
            },
            T_VARIABLE => ExprKind::Var(&text[1..]),
            _ if self.at_char(b'-') => {
                self.advance();
                if !self.at(T_NUM_STRING) {
                    return self.unexpected(&[T_NUM_STRING]);
                }
                let digits = self.text(self.tok);
                let line = self.tok.line;
                self.advance();
                let kind = match offset_number(digits, true) {
                    Some(n) => ExprKind::Int(n),
                    None => {
                        let text = self.arena.alloc_slice_fill_copy(digits.len() + 1, b'-');
                        text[1..].copy_from_slice(digits);
                        ExprKind::String(text)
                    }
                };
                return Ok(self.expr_node(line, kind));
            }
            _ => return self.unexpected(&[T_STRING, T_VARIABLE, T_NUM_STRING, b'-'.into()]),
        };
        self.advance();
        Ok(self.expr_node(line, kind))
    }

    /// `$name` for an expression that gives a variable's name.
    pub(super) fn var_by_name(&self, name: &'a Expr<'a>) -> &'a Expr<'a> {
        let kind = match name.kind {
            ExprKind::String(text) => ExprKind::Var(text),
            _ => ExprKind::VarVar(name),
        };
        self.expr_node(name.line, kind)
    }

    /// A heredoc or nowdoc; the lookahead is its start.
    pub(super) fn heredoc(&mut self) -> Parsed<&'a Expr<'a>> {
        let start_line = self.line();
        let is_nowdoc = self.text(self.tok).contains(&b'\'');
        self.advance();
        let mark = self.parts.len();
        self.raw_parts(T_END_HEREDOC)?;
        let closing = self.text(self.tok);
        let indentation = closing.iter().take_while(|c| matches!(c, b' ' | b'\t')).count();
        let spaces = closing.first() != Some(&b'\t');
        if self.parts.len() == mark {
            // The empty text has the line of what follows the label.
            let line = self.line();
            self.advance();
            return Ok(self.expr_node(line, ExprKind::String(b"")));
        }
        if indentation > 0 && matches!(self.parts[mark], RawPart::Done(_)) {
            return self.fail_at(literal::body_indentation(indentation), start_line, ErrorKind::Parse);
        }
        let mut parts = Vec::with_capacity(self.parts.len() - mark);
        let mut first_line = None;
        for i in mark..self.parts.len() {
            let token = match self.parts[i] {
                RawPart::Done(part) => {
                    if let InterpPart::Expr(e) | InterpPart::DollarVar(e) | InterpPart::DollarExpr(e) = part {
                        first_line.get_or_insert(e.line);
                    }
                    parts.push(part);
                    continue;
                }
                RawPart::Text(token) => token,
            };
            first_line.get_or_insert(token.line);
            let mut text = self.text(token);
            let is_last = i + 1 == self.parts.len();
            if is_last {
                text = text
                    .strip_suffix(b"\r\n")
                    .or_else(|| text.strip_suffix(b"\n"))
                    .or_else(|| text.strip_suffix(b"\r"))
                    .unwrap_or(text);
            }
            let before = self.src[token.start as usize - 1];
            let at_line_start = before == b'\n' || before == b'\r';
            let stripped =
                literal::strip_indentation(self.arena, text, indentation, spaces, at_line_start, is_last);
            let text = match stripped {
                Ok(text) => text,
                Err(error) => return self.literal_error(error, token.line),
            };
            let text = if is_nowdoc { text } else { self.escaped(text, 0, token.line)? };
            parts.push(InterpPart::Text(text));
        }
        self.parts.truncate(mark);
        self.advance();
        let line = first_line.unwrap_or(start_line);
        if let [InterpPart::Text(text)] = parts[..] {
            return Ok(self.expr_node(line, ExprKind::String(text)));
        }
        parts.retain(|p| !matches!(p, InterpPart::Text(b"")));
        let parts = self.arena.alloc_slice_copy(&parts);
        Ok(self.expr_node(line, ExprKind::Interp(parts)))
    }
}

/// A simple offset that is an integer key: decimal, no leading zero, in range.
fn offset_number(text: &[u8], negative: bool) -> Option<i64> {
    if text.len() > 1 && text[0] == b'0' || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if negative && text == b"0" {
        // "-0" is no integer key.
        return None;
    }
    let value: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(if negative { -value } else { value })
}
