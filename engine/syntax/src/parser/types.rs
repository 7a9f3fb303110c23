//! Declared types.

use super::*;

impl<'a> Parser<'a> {
    /// True when the lookahead begins a type. `static` begins one only where `with_static`.
    pub(super) fn at_type(&self, with_static: bool) -> bool {
        self.at_name()
            || matches!(self.tok.id, T_ARRAY | T_CALLABLE)
            || self.at_char(b'?')
            || self.at_char(b'(')
            || (with_static && self.at(T_STATIC))
    }

    /// `T`, `?T`, `A|B`, `A&B`, `A|(B&C)`. The lookahead begins a type.
    pub(super) fn type_expr(&mut self, with_static: bool) -> Parsed<&'a Type<'a>> {
        if self.at_char(b'?') {
            self.advance();
            let inner = self.simple_type(with_static)?;
            let inner = &*self.arena.alloc(inner);
            return Ok(self.arena.alloc(Type { line: inner.line, kind: TypeKind::Nullable(inner) }));
        }
        let first = self.union_element(with_static)?;
        if self.at_char(b'|') {
            let mut types = vec![first];
            while self.eat_char(b'|') {
                types.push(self.union_element(with_static)?);
            }
            let kind = TypeKind::Union(self.arena.alloc_slice_copy(&types));
            return Ok(self.arena.alloc(Type { line: first.line, kind }));
        }
        if matches!(first.kind, TypeKind::Intersection(_)) {
            // Intersections in parentheses exist only inside a union.
            return self.unexpected_chars(b"|");
        }
        if self.at(T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG) {
            let ty = self.intersection(first, with_static)?;
            return Ok(self.arena.alloc(ty));
        }
        Ok(self.arena.alloc(first))
    }

    fn union_element(&mut self, with_static: bool) -> Parsed<Type<'a>> {
        if self.eat_char(b'(') {
            let first = self.simple_type(with_static)?;
            if !self.at(T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG) {
                return self.unexpected(&[T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG]);
            }
            let ty = self.intersection(first, with_static)?;
            self.expect_intersection_end()?;
            return Ok(ty);
        }
        self.simple_type(with_static)
    }

    fn expect_intersection_end(&mut self) -> Parsed<()> {
        if !self.at_char(b')') {
            return self.unexpected(&[T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG, b')'.into()]);
        }
        self.advance();
        Ok(())
    }

    fn intersection(&mut self, first: Type<'a>, with_static: bool) -> Parsed<Type<'a>> {
        let mut types = vec![first];
        while self.eat(T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG) {
            types.push(self.simple_type(with_static)?);
        }
        let kind = TypeKind::Intersection(self.arena.alloc_slice_copy(&types));
        Ok(Type { line: first.line, kind })
    }

    fn simple_type(&mut self, with_static: bool) -> Parsed<Type<'a>> {
        let line = self.tok.line;
        let kind = match self.tok.id {
            T_ARRAY => TypeKind::Array,
            T_CALLABLE => TypeKind::Callable,
            T_STATIC if with_static => TypeKind::Static,
            _ if self.at_name() => {
                let name = self.name_token();
                return Ok(Type { line, kind: TypeKind::Name(name) });
            }
            _ => return self.unexpected(&[]),
        };
        self.advance();
        Ok(Type { line, kind })
    }
}
