//! Classes, interfaces, traits, enums and their members.

use super::functions::{ModifierTarget, check_modifier, modifier};
use super::names::{is_identifier, is_reserved_non_modifier};
use super::*;

impl<'a> Parser<'a> {
    /// `abstract`, `final`, `readonly` before `class`.
    pub(super) fn class_modifiers(&mut self, anonymous: bool) -> Parsed<Modifiers> {
        let mut all = Modifiers::NONE;
        while let T_ABSTRACT | T_FINAL | T_READONLY = self.tok.id {
            let id = self.tok.id;
            self.advance();
            let line = self.prev_line;
            let new = modifier(id).unwrap_or_default();
            let message = if anonymous && id != T_READONLY {
                let name = if id == T_FINAL { "final" } else { "abstract" };
                Some(format!("Cannot use the {name} modifier on an anonymous class"))
            } else if all.intersects(new) {
                let name = match id {
                    T_ABSTRACT => "abstract",
                    T_FINAL => "final",
                    _ => "readonly",
                };
                Some(format!("Multiple {name} modifiers are not allowed"))
            } else {
                let both = Modifiers::ABSTRACT.with(Modifiers::FINAL);
                let joined = all.with(new);
                (joined.0 & both.0 == both.0)
                    .then(|| "Cannot use the final modifier on an abstract class".into())
            };
            if let Some(message) = message {
                return self.fail_compile(message, line);
            }
            all = all.with(new);
        }
        Ok(all)
    }

    /// `class`, `interface`, `trait` or `enum` with its modifiers already read; the lookahead is the keyword.
    pub(super) fn class_declaration(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
        modifiers: Modifiers,
    ) -> Parsed<&'a ClassDecl<'a>> {
        let kind = match self.tok.id {
            T_INTERFACE => ClassKind::Interface,
            T_TRAIT => ClassKind::Trait,
            T_ENUM => ClassKind::Enum,
            _ => ClassKind::Class,
        };
        self.advance();
        let start_line = self.prev_line;
        let name = self.string_ident()?;
        let doc_before = if kind == ClassKind::Trait { self.take_prev_doc() } else { None };
        let backing_type = match kind {
            ClassKind::Enum if self.eat_char(b':') => {
                if !self.at_type(true) {
                    return self.unexpected(&[]);
                }
                Some(self.type_expr(true)?)
            }
            _ => None,
        };
        let extends =
            if kind == ClassKind::Class && self.eat(T_EXTENDS) { Some(self.class_name()?) } else { None };
        let list = if kind == ClassKind::Interface { T_EXTENDS } else { T_IMPLEMENTS };
        let implements =
            if kind != ClassKind::Trait && self.eat(list) { self.class_name_list()? } else { &[] };
        let doc = if kind == ClassKind::Trait { doc_before } else { self.take_doc() };
        let members = self.class_body()?;
        Ok(self.arena.alloc(ClassDecl {
            kind,
            name: Some(name),
            modifiers,
            extends,
            implements,
            backing_type,
            members,
            attributes,
            doc,
            start_line,
            end_line: self.prev_line,
        }))
    }

    /// `readonly class(args) extends … {…}` of `new`.
    pub(super) fn anonymous_class(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
    ) -> Parsed<(&'a ClassDecl<'a>, Args<'a>)> {
        let modifiers = self.class_modifiers(true)?;
        self.expect(T_CLASS)?;
        let start_line = self.prev_line;
        let args = if self.at_char(b'(') { self.args()? } else { Args::List(&[]) };
        let extends = if self.eat(T_EXTENDS) { Some(self.class_name()?) } else { None };
        let implements = if self.eat(T_IMPLEMENTS) { self.class_name_list()? } else { &[] };
        let doc = self.take_doc();
        let outer = std::mem::replace(&mut self.has_yield, false);
        let members = self.class_body()?;
        self.has_yield = outer;
        let class = self.arena.alloc(ClassDecl {
            kind: ClassKind::Class,
            name: None,
            modifiers,
            extends,
            implements,
            backing_type: None,
            members,
            attributes,
            doc,
            start_line,
            end_line: self.prev_line,
        });
        Ok((class, args))
    }

    fn class_body(&mut self) -> Parsed<&'a [Member<'a>]> {
        self.expect_char(b'{')?;
        let mark = self.members.len();
        while !self.at_char(b'}') {
            let member = self.member_declaration()?;
            self.members.push(member);
        }
        self.advance();
        let members = self.arena.alloc_slice_copy(&self.members[mark..]);
        self.members.truncate(mark);
        Ok(members)
    }

    fn member_declaration(&mut self) -> Parsed<Member<'a>> {
        if self.at(T_USE) {
            return self.use_trait();
        }
        let attributes = if self.at(T_ATTRIBUTE) { self.attributes()? } else { &[] };
        if self.at(T_CASE) {
            return self.enum_case(attributes);
        }
        if self.eat(T_VAR) {
            return self.properties(attributes, Modifiers::PUBLIC);
        }
        let mut tokens: Vec<TokenId> = Vec::new();
        while modifier(self.tok.id).is_some() {
            tokens.push(self.tok.id);
            self.advance();
        }
        match self.tok.id {
            T_FUNCTION => self.method(attributes, &tokens),
            T_CONST => self.class_consts(attributes, &tokens),
            _ if tokens.is_empty() => self.unexpected(&[T_FUNCTION]),
            _ if self.at_type(false) || self.at(T_VARIABLE) => {
                let modifiers = self.check_modifiers(&tokens, ModifierTarget::Property)?;
                self.properties(attributes, modifiers)
            }
            _ => {
                // Without a type only a variable can follow; the modifiers are judged first.
                self.check_modifiers(&tokens, ModifierTarget::Property)?;
                self.unexpected(&[T_VARIABLE])
            }
        }
    }

    fn check_modifiers(&mut self, tokens: &[TokenId], target: ModifierTarget) -> Parsed<Modifiers> {
        let mut all = Modifiers::NONE;
        for &id in tokens {
            let new = modifier(id).unwrap_or_default();
            match check_modifier(all, id, new, target) {
                Ok(joined) => all = joined,
                Err(message) => return self.fail_compile(message, self.line()),
            }
        }
        Ok(all)
    }

    /// Modifiers before something whose kind is already known.
    pub(super) fn member_modifiers(&mut self, target: ModifierTarget) -> Parsed<Modifiers> {
        if modifier(self.tok.id).is_none() {
            return Ok(Modifiers::NONE);
        }
        let mut tokens = Vec::new();
        while modifier(self.tok.id).is_some() {
            tokens.push(self.tok.id);
            self.advance();
        }
        self.check_modifiers(&tokens, target)
    }

    fn with_default_visibility(modifiers: Modifiers) -> Modifiers {
        if modifiers.intersects(Modifiers::VISIBILITY) {
            modifiers
        } else {
            modifiers.with(Modifiers::PUBLIC)
        }
    }

    fn method(&mut self, attributes: &'a [AttributeGroup<'a>], tokens: &[TokenId]) -> Parsed<Member<'a>> {
        let modifiers = self.check_modifiers(tokens, ModifierTarget::Method)?;
        self.advance();
        let start_line = self.prev_line;
        let by_ref = self.returns_ref();
        let name = self.keyword_ident()?;
        let doc = self.take_prev_doc();
        let params = self.parameter_list()?;
        let return_type = self.return_type()?;
        let outer = std::mem::replace(&mut self.has_yield, false);
        let body = if self.eat_char(b';') {
            FunctionBody::None
        } else {
            if !self.at_char(b'{') {
                return self.unexpected_chars(b";{");
            }
            FunctionBody::Block(self.block()?)
        };
        let is_generator = std::mem::replace(&mut self.has_yield, outer);
        Ok(Member::Method(self.arena.alloc(Function {
            kind: FunctionKind::Method,
            name,
            by_ref,
            modifiers: Self::with_default_visibility(modifiers),
            is_generator,
            params,
            has_param_list: true,
            uses: &[],
            return_type,
            body,
            attributes,
            doc,
            start_line,
            end_line: self.prev_line,
        })))
    }

    fn properties(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
        modifiers: Modifiers,
    ) -> Parsed<Member<'a>> {
        let ty = if self.at_type(false) { Some(self.type_expr(false)?) } else { None };
        let mut props = Vec::new();
        loop {
            if !self.at(T_VARIABLE) {
                return self.unexpected(&[T_VARIABLE]);
            }
            let name = self.variable_token();
            let default = if self.at_char(b'=') {
                // The comment may stand between name and `=`, or behind the value.
                self.advance();
                Some(self.expr()?)
            } else {
                None
            };
            let doc = self.take_doc();
            if props.is_empty() && self.eat_char(b'{') {
                let hooks = Some(self.property_hooks()?);
                props.push(Property { name, default, hooks, doc });
                break;
            }
            props.push(Property { name, default, hooks: None, doc });
            if self.eat_char(b',') {
                continue;
            }
            if !self.at_char(b';') {
                return self.unexpected_chars(b",;");
            }
            self.advance();
            break;
        }
        let line = ty.map_or(props[0].name.line, |t| t.line);
        let props = self.arena.alloc_slice_copy(&props);
        Ok(Member::Properties(self.arena.alloc(PropertyGroup { modifiers, ty, props, attributes, line })))
    }

    fn class_consts(
        &mut self,
        attributes: &'a [AttributeGroup<'a>],
        tokens: &[TokenId],
    ) -> Parsed<Member<'a>> {
        let modifiers = self.check_modifiers(tokens, ModifierTarget::Constant)?;
        self.advance();
        let is_name = is_identifier(self.tok.id)
            && match self.lexer.peek_byte() {
                (b'=', _) => true,
                (b'|' | b'&', _) => false,
                (c, _) => !crate::lexer::is_label_start(c) && !self.at_type(true),
            };
        let ty = if !is_name && self.at_type(true) { Some(self.type_expr(true)?) } else { None };
        let mut consts = Vec::new();
        loop {
            if !is_identifier(self.tok.id) {
                return self.unexpected(&[]);
            }
            let name = self.keyword_ident()?;
            self.expect_char(b'=')?;
            let value = self.expr()?;
            let doc = self.take_doc();
            consts.push(ConstElem { name, value, doc });
            if !self.eat_char(b',') {
                break;
            }
        }
        self.close_or(b';', b",;")?;
        let line = consts[0].name.line;
        let modifiers = Self::with_default_visibility(modifiers);
        let consts = self.arena.alloc_slice_copy(&consts);
        Ok(Member::Consts(self.arena.alloc(ClassConstGroup { modifiers, ty, consts, attributes, line })))
    }

    fn enum_case(&mut self, attributes: &'a [AttributeGroup<'a>]) -> Parsed<Member<'a>> {
        self.advance();
        let doc = self.take_prev_doc();
        let name = self.keyword_ident()?;
        let value = if self.eat_char(b'=') {
            let value = self.expr()?;
            self.expect_char(b';')?;
            Some(value)
        } else {
            self.expect_char(b';')?;
            None
        };
        Ok(Member::Case(self.arena.alloc(EnumCase { name, value, attributes, doc })))
    }

    /// `{ get; set(…) {…} }` behind a property; the opening brace has been consumed.
    pub(super) fn property_hooks(&mut self) -> Parsed<&'a [&'a Function<'a>]> {
        let mut hooks: Vec<&'a Function<'a>> = Vec::new();
        while !self.at_char(b'}') {
            let hook = self.deeper(Self::property_hook)?;
            hooks.push(hook);
        }
        self.advance();
        Ok(self.arena.alloc_slice_copy(&hooks))
    }

    fn property_hook(&mut self) -> Parsed<&'a Function<'a>> {
        let attributes = if self.at(T_ATTRIBUTE) { self.attributes()? } else { &[] };
        let modifiers = self.member_modifiers(ModifierTarget::Hook)?;
        let by_ref = self.returns_ref();
        let name = self.string_ident()?;
        let start_line = self.prev_line;
        let doc = self.take_prev_doc();
        let has_param_list = self.at_char(b'(');
        let params = if has_param_list { self.parameter_list()? } else { &[] };
        let outer = std::mem::replace(&mut self.has_yield, false);
        let body = if self.eat_char(b';') {
            FunctionBody::None
        } else if self.at_char(b'{') {
            FunctionBody::Block(self.block()?)
        } else if self.eat(T_DOUBLE_ARROW) {
            let value = self.expr()?;
            self.close(b';')?;
            FunctionBody::Expr(value)
        } else {
            return self.unexpected(&[T_DOUBLE_ARROW, b';'.into(), b'{'.into()]);
        };
        let is_generator = std::mem::replace(&mut self.has_yield, outer);
        Ok(self.arena.alloc(Function {
            kind: FunctionKind::Hook,
            name,
            by_ref,
            modifiers,
            is_generator,
            params,
            has_param_list,
            uses: &[],
            return_type: None,
            body,
            attributes,
            doc,
            start_line,
            end_line: self.prev_line,
        }))
    }

    fn use_trait(&mut self) -> Parsed<Member<'a>> {
        self.advance();
        let traits = self.class_name_list()?;
        let line = traits[0].line;
        let mut adaptations = Vec::new();
        if self.eat_char(b'{') {
            while !self.at_char(b'}') {
                adaptations.push(self.trait_adaptation()?);
            }
            self.advance();
        } else {
            self.close_or(b';', b",;{")?;
        }
        let adaptations = self.arena.alloc_slice_copy(&adaptations);
        Ok(Member::UseTrait(self.arena.alloc(UseTrait { traits, adaptations, line })))
    }

    fn trait_adaptation(&mut self) -> Parsed<TraitAdaptation<'a>> {
        let name_first = self.at_name() || self.at(T_STATIC);
        let is_plain = matches!(self.tok.id, T_STRING | T_STATIC);
        if !name_first && !is_identifier(self.tok.id) {
            return self.unexpected(&[]);
        }
        if name_first && (!is_plain || matches!(self.lexer.peek_byte(), (b':', b':'))) {
            let class = self.name_token();
            self.expect(T_PAAMAYIM_NEKUDOTAYIM)?;
            let method = self.keyword_ident()?;
            if self.eat(T_INSTEADOF) {
                let insteadof = self.class_name_list()?;
                self.expect_char(b';')?;
                return Ok(TraitAdaptation::Precedence { class, method, insteadof });
            }
            if !self.at(T_AS) {
                return self.unexpected(&[T_AS]);
            }
            return self.trait_alias(Some(class), method);
        }
        let method = self.keyword_ident()?;
        if !self.at(T_AS) {
            let could_be_class = is_plain;
            return if could_be_class {
                self.unexpected(&[T_PAAMAYIM_NEKUDOTAYIM])
            } else {
                self.unexpected(&[T_AS])
            };
        }
        self.trait_alias(None, method)
    }

    fn trait_alias(&mut self, class: Option<Name<'a>>, method: Ident<'a>) -> Parsed<TraitAdaptation<'a>> {
        self.advance();
        let mut modifiers = Modifiers::NONE;
        let mut alias = None;
        if let Some(new) = modifier(self.tok.id) {
            let id = self.tok.id;
            self.advance();
            if is_identifier(self.tok.id) {
                alias = Some(self.keyword_ident()?);
            }
            match check_modifier(Modifiers::NONE, id, new, ModifierTarget::Method) {
                Ok(_) => modifiers = new,
                Err(message) => return self.fail_compile(message, self.line()),
            }
        } else if self.at(T_STRING) || is_reserved_non_modifier(self.tok.id) {
            alias = Some(self.keyword_ident()?);
        } else {
            return self.unexpected(&[]);
        }
        self.expect_char(b';')?;
        Ok(TraitAdaptation::Alias { class, method, modifiers, alias })
    }
}
