//! Names and identifiers.

use super::*;

impl<'a> Parser<'a> {
    /// True when the lookahead is a class, function or constant name.
    #[inline]
    pub(super) fn at_name(&self) -> bool {
        matches!(self.tok.id, T_STRING | T_NAME_QUALIFIED | T_NAME_FULLY_QUALIFIED | T_NAME_RELATIVE)
    }

    /// Consumes the lookahead, which is a name token (or a keyword to be taken as one).
    #[inline]
    pub(super) fn name_token(&mut self) -> Name<'a> {
        let text = self.text(self.tok);
        let (kind, skip) = match self.tok.id {
            T_NAME_QUALIFIED => (NameKind::Qualified, 0),
            T_NAME_FULLY_QUALIFIED => (NameKind::FullyQualified, 1),
            T_NAME_RELATIVE => (NameKind::Relative, "namespace\\".len()),
            _ => (NameKind::Unqualified, 0),
        };
        let line = self.tok.line;
        self.advance();
        Name { text: &text[skip..], line, kind }
    }

    /// A class name, or `static`.
    pub(super) fn class_name(&mut self) -> Parsed<Name<'a>> {
        if !self.at_name() && !self.at(T_STATIC) {
            // Five tokens can begin a class name, one too many for PHP to list.
            return self.unexpected(&[]);
        }
        Ok(self.name_token())
    }

    pub(super) fn class_name_list(&mut self) -> Parsed<&'a [Name<'a>]> {
        let mut names = vec![self.class_name()?];
        while self.eat_char(b',') {
            names.push(self.class_name()?);
        }
        Ok(self.arena.alloc_slice_copy(&names))
    }

    /// Consumes the lookahead as an identifier, whatever it is.
    #[inline]
    pub(super) fn ident_token(&mut self) -> Ident<'a> {
        let ident = Ident { text: self.text(self.tok), line: self.tok.line };
        self.advance();
        ident
    }

    /// A variable token, without its `$`.
    #[inline]
    pub(super) fn variable_token(&mut self) -> Ident<'a> {
        let ident = self.ident_token();
        Ident { text: &ident.text[1..], line: ident.line }
    }

    /// Fails unless the lookahead is a plain identifier.
    pub(super) fn string_ident(&mut self) -> Parsed<Ident<'a>> {
        if !self.at(T_STRING) {
            return self.unexpected(&[T_STRING]);
        }
        Ok(self.ident_token())
    }

    /// Notes that the lookahead is taken as a name, if it is a keyword.
    #[inline]
    pub(super) fn note_keyword(&mut self) {
        if !matches!(self.tok.id, T_STRING | T_NAME_QUALIFIED) {
            self.keyword_names.push(self.tok.start);
        }
    }

    /// An identifier that may be a keyword. `<?=` arrives as `echo` but is no identifier.
    pub(super) fn keyword_ident(&mut self) -> Parsed<Ident<'a>> {
        if !is_identifier(self.tok.id) {
            return self.unexpected(&[]);
        }
        if self.text(self.tok) == b"<?=" {
            return self.fail("Cannot use \"<?=\" as an identifier".into());
        }
        self.note_keyword();
        Ok(self.ident_token())
    }
}

/// Keywords that are identifiers after `as` in a trait's rule: all but the modifiers.
pub(super) fn is_reserved_non_modifier(id: TokenId) -> bool {
    matches!(id, T_INCLUDE..=T_EXIT | T_IF..=T_GLOBAL | T_VAR..=T_EMPTY | T_CLASS..=T_NS_C)
        && !matches!(id, T_YIELD_FROM | T_HALT_COMPILER)
}

/// Anything that is an identifier where keywords are allowed.
#[inline]
pub(super) fn is_identifier(id: TokenId) -> bool {
    id == T_STRING
        || is_reserved_non_modifier(id)
        || matches!(id, T_STATIC | T_ABSTRACT | T_FINAL | T_PRIVATE | T_PROTECTED | T_PUBLIC | T_READONLY)
}
