//! Functions, closures, parameters, attributes.

use super::expr::is_ampersand;
use super::*;

impl<'a> Parser<'a> {
    /// One or more `#[…]`; the lookahead is the first.
    pub(super) fn attributes(&mut self) -> Parsed<&'a [AttributeGroup<'a>]> {
        let mut groups = Vec::new();
        while self.eat(T_ATTRIBUTE) {
            let mut attributes = Vec::new();
            loop {
                let line = self.tok.line;
                let name = self.class_name()?;
                let args = if self.at_char(b'(') { Some(self.args()?) } else { None };
                attributes.push(Attribute { name, args, line });
                if !self.eat_char(b',') || !(self.at_name() || self.at(T_STATIC)) {
                    break;
                }
            }
            self.expect_char(b']')?;
            groups.push(AttributeGroup { attributes: self.arena.alloc_slice_copy(&attributes) });
        }
        Ok(self.arena.alloc_slice_copy(&groups))
    }

    pub(super) fn returns_ref(&mut self) -> bool {
        let found = is_ampersand(self.tok.id);
        if found {
            self.advance();
        }
        found
    }

    /// `function name(…) {…}` behind the keyword and `&`; the lookahead is the name.
    pub(super) fn function_declaration(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
        start_line: u32,
        by_ref: bool,
    ) -> Parsed<&'a Function<'a>> {
        let name = self.ident_token();
        let doc = self.take_prev_doc();
        let params = self.parameter_list()?;
        let return_type = self.return_type()?;
        let outer = std::mem::replace(&mut self.has_yield, false);
        if !self.at_char(b'{') {
            return self.unexpected_chars(b"{");
        }
        let body = self.block()?;
        let is_generator = std::mem::replace(&mut self.has_yield, outer);
        Ok(self.arena.alloc(Function {
            kind: FunctionKind::Function,
            name,
            by_ref,
            modifiers: Modifiers::NONE,
            is_generator,
            params,
            has_param_list: true,
            uses: &[],
            return_type,
            body: FunctionBody::Block(body),
            attributes,
            doc,
            start_line,
            end_line: self.prev_line,
        }))
    }

    /// Closure or arrow function; the lookahead is `function` or `fn`.
    pub(super) fn closure(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
        modifiers: Modifiers,
    ) -> Parsed<&'a Expr<'a>> {
        let is_arrow = self.at(T_FN);
        self.advance();
        let start_line = self.prev_line;
        let by_ref = self.returns_ref();
        self.closure_rest(attributes, modifiers, is_arrow, start_line, by_ref)
    }

    /// The rest of a closure behind its keyword and `&`.
    pub(super) fn closure_rest(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
        modifiers: Modifiers,
        is_arrow: bool,
        start_line: u32,
        by_ref: bool,
    ) -> Parsed<&'a Expr<'a>> {
        let doc = if by_ref { self.take_prev_doc() } else { self.take_doc() };
        let params = self.parameter_list()?;
        let uses = if is_arrow { &[] } else { self.closure_uses()? };
        let return_type = self.return_type()?;
        let outer = std::mem::replace(&mut self.has_yield, false);
        let (body, end_line) = if is_arrow {
            self.expect(T_DOUBLE_ARROW)?;
            let body = FunctionBody::Expr(self.arrow_body()?);
            (body, self.line())
        } else {
            if !self.at_char(b'{') {
                return self.unexpected_chars(b"{");
            }
            let body = FunctionBody::Block(self.block()?);
            (body, self.prev_line)
        };
        let is_generator = std::mem::replace(&mut self.has_yield, outer);
        let function = self.arena.alloc(Function {
            kind: if is_arrow { FunctionKind::Arrow } else { FunctionKind::Closure },
            name: Ident { text: b"", line: start_line },
            by_ref,
            modifiers,
            is_generator,
            params,
            has_param_list: true,
            uses,
            return_type,
            body,
            attributes,
            doc,
            start_line,
            end_line,
        });
        Ok(self.expr_node(start_line, ExprKind::Closure(function)))
    }

    fn closure_uses(&mut self) -> Parsed<&'a [ClosureUse<'a>]> {
        if !self.eat(T_USE) {
            return Ok(&[]);
        }
        self.expect_char(b'(')?;
        let mut uses = Vec::new();
        loop {
            let by_ref = self.returns_ref();
            if !self.at(T_VARIABLE) {
                if by_ref {
                    return self.unexpected(&[T_VARIABLE]);
                }
                return self.unexpected(&[
                    T_VARIABLE,
                    T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG,
                    T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG,
                ]);
            }
            uses.push(ClosureUse { name: self.variable_token(), by_ref });
            if !self.eat_char(b',') || !(self.at(T_VARIABLE) || is_ampersand(self.tok.id)) {
                break;
            }
        }
        self.expect_char(b')')?;
        Ok(self.arena.alloc_slice_copy(&uses))
    }

    pub(super) fn return_type(&mut self) -> Parsed<Option<&'a Type<'a>>> {
        if !self.eat_char(b':') {
            return Ok(None);
        }
        if !self.at_type(true) {
            return self.unexpected(&[]);
        }
        self.type_expr(true).map(Some)
    }

    /// `(…)` of a declaration.
    pub(super) fn parameter_list(&mut self) -> Parsed<&'a [Param<'a>]> {
        self.expect_char(b'(')?;
        let mark = self.params.len();
        while !self.at_char(b')') {
            let param = self.parameter()?;
            self.params.push(param);
            if !self.eat_char(b',') {
                break;
            }
        }
        self.expect_char(b')')?;
        let params = self.arena.alloc_slice_copy(&self.params[mark..]);
        self.params.truncate(mark);
        Ok(params)
    }

    fn parameter(&mut self) -> Parsed<Param<'a>> {
        let attributes = if self.at(T_ATTRIBUTE) { self.attributes()? } else { &[] };
        let modifiers = self.member_modifiers(ModifierTarget::Parameter)?;
        let ty = if self.at_type(false) { Some(self.type_expr(false)?) } else { None };
        let by_ref = self.eat(T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG);
        let variadic = self.eat(T_ELLIPSIS);
        if !self.at(T_VARIABLE) {
            return self.unexpected(&[T_VARIABLE]);
        }
        let name = self.variable_token();
        let doc = self.take_prev_doc();
        let default = if self.eat_char(b'=') { Some(self.expr()?) } else { None };
        let hooks = if self.eat_char(b'{') { Some(self.property_hooks()?) } else { None };
        let line = ty.map_or(name.line, |t| t.line);
        Ok(Param { name, ty, by_ref, variadic, default, modifiers, hooks, attributes, doc, line })
    }
}

/// What modifiers stand on; it decides which are possible.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ModifierTarget {
    Property,
    Method,
    Constant,
    Parameter,
    Hook,
}

/// The modifier a token stands for.
pub(super) fn modifier(id: TokenId) -> Option<Modifiers> {
    Some(match id {
        T_PUBLIC => Modifiers::PUBLIC,
        T_PROTECTED => Modifiers::PROTECTED,
        T_PRIVATE => Modifiers::PRIVATE,
        T_PUBLIC_SET => Modifiers::PUBLIC_SET,
        T_PROTECTED_SET => Modifiers::PROTECTED_SET,
        T_PRIVATE_SET => Modifiers::PRIVATE_SET,
        T_STATIC => Modifiers::STATIC,
        T_ABSTRACT => Modifiers::ABSTRACT,
        T_FINAL => Modifiers::FINAL,
        T_READONLY => Modifiers::READONLY,
        _ => return None,
    })
}

/// Why a modifier cannot stand on a member, or cannot join those before it.
pub(super) fn check_modifier(
    before: Modifiers,
    id: TokenId,
    new: Modifiers,
    target: ModifierTarget,
) -> Result<Modifiers, String> {
    use ModifierTarget::*;
    let allowed = match id {
        T_PUBLIC | T_PROTECTED | T_PRIVATE => target != Hook,
        T_READONLY => matches!(target, Property | Parameter),
        T_ABSTRACT | T_STATIC => matches!(target, Property | Method),
        T_FINAL => target != Parameter,
        _ => matches!(target, Property | Parameter),
    };
    if !allowed {
        let on = match target {
            Property => "property",
            Method => "method",
            Constant => "class constant",
            Parameter => "parameter",
            Hook => "property hook",
        };
        let name = error_word(id);
        return Err(format!("Cannot use the {} modifier on a {on}", name.trim_matches('\'')));
    }
    let repeated = |set: Modifiers| before.intersects(set) && new.intersects(set);
    for (set, name) in [
        (Modifiers::VISIBILITY, "access type"),
        (Modifiers::ABSTRACT, "abstract"),
        (Modifiers::STATIC, "static"),
        (Modifiers::FINAL, "final"),
        (Modifiers::READONLY, "readonly"),
    ] {
        if repeated(set) {
            return Err(format!("Multiple {name} modifiers are not allowed"));
        }
    }
    let all = before.with(new);
    if all.intersects(Modifiers::ABSTRACT) && all.intersects(Modifiers::FINAL) {
        match target {
            Method => return Err("Cannot use the final modifier on an abstract method".into()),
            Property => return Err("Cannot use the final modifier on an abstract property".into()),
            _ => {}
        }
    }
    if repeated(Modifiers::SET_VISIBILITY) {
        return Err("Multiple access type modifiers are not allowed".into());
    }
    Ok(all)
}
