//! Operands: literals, variables, names, and the chains of `[…]`, `->`, `::`, `(…)` behind them.

use super::expr::{begins_expr, is_ampersand};
use super::names::is_identifier;
use super::*;
use crate::literal;

/// What an operand so far is; it decides what may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    /// Variable, element, property, call: everything may follow, and it can be assigned to.
    Variable,
    /// As [`Base::Variable`], but no call may follow: `$o->p` and `A::$p` have swallowed theirs.
    Member,
    /// Parenthesized, array, string, `new` with arguments: everything may follow.
    Value,
    /// Class constant: no call.
    ClassConstant,
    /// Constant or magic constant: `[` and `->` only.
    Constant,
    /// Nothing may follow.
    Closed,
}

impl<'a> Parser<'a> {
    /// A variable in the grammar's sense: something a value could be assigned to, or a call.
    pub(super) fn variable(&mut self) -> Parsed<&'a Expr<'a>> {
        if !begins_variable(self.tok.id) {
            return self.unexpected(&[]);
        }
        let (expr, base) = self.chain()?;
        match base {
            Base::Variable | Base::Member => Ok(expr),
            // `new X` without arguments.
            Base::Closed => self.unexpected_chars(b"("),
            _ => self.unexpected(DEREFERENCE),
        }
    }

    /// A variable, and fails unless one of `follow` stands behind it.
    pub(super) fn variable_before(&mut self, follow: &[TokenId]) -> Parsed<&'a Expr<'a>> {
        let expr = self.variable()?;
        if !follow.contains(&self.tok.id) {
            return self.unexpected(DEREFERENCE);
        }
        Ok(expr)
    }

    /// An operand with everything behind it; true if it can be assigned to.
    #[inline]
    pub(super) fn postfix_chain(&mut self) -> Parsed<(&'a Expr<'a>, bool)> {
        let (expr, base) = self.chain()?;
        Ok((expr, matches!(base, Base::Variable | Base::Member)))
    }

    fn chain(&mut self) -> Parsed<(&'a Expr<'a>, Base)> {
        let (mut expr, mut base) = self.primary()?;
        let mut links = 0;
        loop {
            self.link(&mut links)?;
            let id = self.tok.id;
            if base == Base::Closed {
                break;
            }
            match id {
                T_OBJECT_OPERATOR | T_NULLSAFE_OBJECT_OPERATOR => {
                    (expr, base) = self.member(expr, id == T_NULLSAFE_OBJECT_OPERATOR)?;
                }
                T_PAAMAYIM_NEKUDOTAYIM if base != Base::Constant => {
                    (expr, base) = self.static_member(NameOrExpr::Expr(expr), expr.line)?;
                }
                _ if self.at_char(b'[') => {
                    self.advance();
                    let index = self.optional_expr()?;
                    self.expect_char(b']')?;
                    expr = self.expr_node(expr.line, ExprKind::Index(expr, index));
                    base = Base::Variable;
                }
                _ if self.at_char(b'(') && matches!(base, Base::Variable | Base::Value) => {
                    let line = self.line();
                    let args = self.args()?;
                    let callee = NameOrExpr::Expr(expr);
                    expr = self.expr_node(line, ExprKind::Call(self.arena.alloc(Call { callee, args })));
                    base = Base::Variable;
                }
                _ => break,
            }
        }
        Ok((expr, base))
    }

    /// `->name` or `->name(…)`.
    fn member(&mut self, object: &'a Expr<'a>, nullsafe: bool) -> Parsed<(&'a Expr<'a>, Base)> {
        self.advance();
        let name = self.property_name()?;
        let line = object.line;
        if self.at_char(b'(') {
            let args = self.args()?;
            let call = self.arena.alloc(MethodCall { object, name, args, nullsafe });
            return Ok((self.expr_node(line, ExprKind::MethodCall(call)), Base::Variable));
        }
        let fetch = self.arena.alloc(PropFetch { object, name, nullsafe });
        Ok((self.expr_node(line, ExprKind::Prop(fetch)), Base::Member))
    }

    fn property_name(&mut self) -> Parsed<MemberName<'a>> {
        match self.tok.id {
            T_STRING => Ok(MemberName::Ident(self.ident_token())),
            T_VARIABLE => Ok(MemberName::Expr(self.simple_variable()?)),
            _ if self.at_char(b'$') => Ok(MemberName::Expr(self.simple_variable()?)),
            _ if self.at_char(b'{') => self.braced_name(),
            _ => self.unexpected(&[T_STRING, T_VARIABLE, b'{'.into(), b'$'.into()]),
        }
    }

    fn braced_name(&mut self) -> Parsed<MemberName<'a>> {
        self.advance();
        let expr = self.expr()?;
        self.close(b'}')?;
        Ok(match expr.kind {
            ExprKind::String(text) => MemberName::Ident(Ident { text, line: expr.line }),
            _ => MemberName::Expr(expr),
        })
    }

    /// `::…` behind a class.
    fn static_member(&mut self, class: NameOrExpr<'a>, line: u32) -> Parsed<(&'a Expr<'a>, Base)> {
        self.advance();
        if self.at(T_VARIABLE) || self.at_char(b'$') {
            let var = self.simple_variable()?;
            if self.at_char(b'(') {
                let args = self.args()?;
                let call = self.arena.alloc(StaticCall { class, name: MemberName::Expr(var), args });
                return Ok((self.expr_node(line, ExprKind::StaticCall(call)), Base::Variable));
            }
            let name = match var.kind {
                ExprKind::Var(text) => MemberName::Ident(Ident { text, line: var.line }),
                ExprKind::VarVar(name) => MemberName::Expr(name),
                _ => MemberName::Expr(var),
            };
            let prop = self.arena.alloc(StaticProp { class, name, parenthesized: false });
            return Ok((self.expr_node(line, ExprKind::StaticProp(prop)), Base::Member));
        }
        let is_class = self.at(T_CLASS);
        let name = if self.at_char(b'{') {
            self.braced_name()?
        } else if is_identifier(self.tok.id) {
            MemberName::Ident(self.keyword_ident()?)
        } else {
            return self.unexpected(&[]);
        };
        if self.at_char(b'(') {
            let args = self.args()?;
            let call = self.arena.alloc(StaticCall { class, name, args });
            return Ok((self.expr_node(line, ExprKind::StaticCall(call)), Base::Variable));
        }
        let kind = if is_class {
            ExprKind::ClassName(self.arena.alloc(class))
        } else {
            ExprKind::ClassConst(self.arena.alloc(ClassConst { class, name }))
        };
        Ok((self.expr_node(line, kind), Base::ClassConstant))
    }

    /// `$a`, `$$a`, `${expr}`.
    pub(super) fn simple_variable(&mut self) -> Parsed<&'a Expr<'a>> {
        if self.at(T_VARIABLE) {
            let name = self.variable_token();
            return Ok(self.expr_node(name.line, ExprKind::Var(name.text)));
        }
        if !self.at_char(b'$') {
            return self.unexpected(&[T_VARIABLE, b'$'.into()]);
        }
        self.deeper(|p| {
            p.advance();
            if p.eat_char(b'{') {
                let name = p.expr()?;
                p.close(b'}')?;
                return Ok(p.var_by_name(name));
            }
            if !p.at(T_VARIABLE) && !p.at_char(b'$') {
                return p.unexpected(&[T_VARIABLE, b'{'.into(), b'$'.into()]);
            }
            let name = p.simple_variable()?;
            Ok(p.expr_node(name.line, ExprKind::VarVar(name)))
        })
    }

    fn primary(&mut self) -> Parsed<(&'a Expr<'a>, Base)> {
        let tok = self.tok;
        let line = tok.line;
        match tok.id {
            T_VARIABLE => Ok((self.simple_variable()?, Base::Variable)),
            T_STRING | T_NAME_QUALIFIED | T_NAME_FULLY_QUALIFIED | T_NAME_RELATIVE => {
                let name = self.name_token();
                self.after_name(name)
            }
            T_STATIC => {
                let name = self.name_token();
                if !self.at(T_PAAMAYIM_NEKUDOTAYIM) {
                    return self.unexpected(&[T_PAAMAYIM_NEKUDOTAYIM]);
                }
                self.static_member(NameOrExpr::Name(name), line)
            }
            T_READONLY => {
                let name = self.name_token();
                let args = self.args()?;
                let callee = NameOrExpr::Name(name);
                let call = self.arena.alloc(Call { callee, args });
                Ok((self.expr_node(line, ExprKind::Call(call)), Base::Variable))
            }
            T_LNUMBER => {
                let kind = match literal::integer(self.text(tok)) {
                    literal::Integer::Int(n) => ExprKind::Int(n),
                    literal::Integer::Float(f) => ExprKind::Float(f),
                    literal::Integer::Invalid => return self.unexpected(&[]),
                };
                self.leaf(line, kind, Base::Closed)
            }
            T_DNUMBER => {
                let text = self.text(tok);
                let value = match literal::integer(text) {
                    literal::Integer::Float(f) if literal::is_integer(text) => f,
                    _ => literal::float(text),
                };
                self.leaf(line, ExprKind::Float(value), Base::Closed)
            }
            T_CONSTANT_ENCAPSED_STRING => {
                let value = self.quoted_string(tok)?;
                self.leaf(line, ExprKind::String(value), Base::Value)
            }
            T_START_HEREDOC => Ok((self.heredoc()?, Base::Closed)),
            T_LINE..=T_NS_C => {
                let magic = match tok.id {
                    T_LINE => MagicConst::Line,
                    T_FILE => MagicConst::File,
                    T_DIR => MagicConst::Dir,
                    T_CLASS_C => MagicConst::Class,
                    T_TRAIT_C => MagicConst::Trait,
                    T_METHOD_C => MagicConst::Method,
                    T_FUNC_C => MagicConst::Function,
                    T_PROPERTY_C => MagicConst::Property,
                    _ => MagicConst::Namespace,
                };
                self.leaf(line, ExprKind::Magic(magic), Base::Constant)
            }
            T_ARRAY => {
                self.advance();
                self.expect_char(b'(')?;
                Ok((self.array_items(ArraySyntax::Long, b')')?, Base::Value))
            }
            T_NEW => self.new_expr(),
            T_ISSET => Ok((self.isset()?, Base::Closed)),
            T_EMPTY => {
                let expr = self.parenthesized()?;
                Ok((self.expr_node(expr.line, ExprKind::Empty(expr)), Base::Closed))
            }
            T_EVAL => {
                let expr = self.parenthesized()?;
                Ok((self.expr_node(expr.line, ExprKind::Include(IncludeKind::Eval, expr)), Base::Closed))
            }
            T_EXIT => {
                self.advance();
                let (args, line) = if self.at_char(b'(') {
                    let args = self.args()?;
                    (args, self.prev_line)
                } else {
                    (Args::List(&[]), self.line())
                };
                let callee = NameOrExpr::Name(Name { text: b"exit", line, kind: NameKind::FullyQualified });
                let call = self.arena.alloc(Call { callee, args });
                Ok((self.expr_node(line, ExprKind::Call(call)), Base::Closed))
            }
            _ => self.primary_char(),
        }
    }

    fn primary_char(&mut self) -> Parsed<(&'a Expr<'a>, Base)> {
        match u8::try_from(self.tok.id).unwrap_or(0) {
            b'$' => Ok((self.simple_variable()?, Base::Variable)),
            b'[' => {
                self.advance();
                Ok((self.array_items(ArraySyntax::Short, b']')?, Base::Value))
            }
            b'(' => {
                self.advance();
                let expr = self.expr()?;
                self.close(b')')?;
                Ok((self.mark_parenthesized(expr), Base::Value))
            }
            b'"' => {
                self.advance();
                let line = self.tok.line;
                let parts = self.interpolated(b'"'.into(), b'"')?;
                Ok((self.expr_node(line, ExprKind::Interp(parts)), Base::Value))
            }
            b'`' => {
                self.advance();
                let line = self.tok.line;
                let parts = self.interpolated(b'`'.into(), b'`')?;
                Ok((self.expr_node(line, ExprKind::ShellExec(parts)), Base::Closed))
            }
            _ => self.unexpected(&[]),
        }
    }

    fn leaf(&mut self, line: u32, kind: ExprKind<'a>, base: Base) -> Parsed<(&'a Expr<'a>, Base)> {
        self.advance();
        Ok((self.expr_node(line, kind), base))
    }

    fn mark_parenthesized(&self, expr: &'a Expr<'a>) -> &'a Expr<'a> {
        let kind = match expr.kind {
            ExprKind::Ternary(t) => {
                ExprKind::Ternary(self.arena.alloc(Ternary { parenthesized: true, ..*t }))
            }
            ExprKind::StaticProp(p) => {
                ExprKind::StaticProp(self.arena.alloc(StaticProp { parenthesized: true, ..*p }))
            }
            _ => return expr,
        };
        self.expr_node(expr.line, kind)
    }

    fn after_name(&mut self, name: Name<'a>) -> Parsed<(&'a Expr<'a>, Base)> {
        if self.at_char(b'(') {
            let args = self.args()?;
            let callee = NameOrExpr::Name(name);
            let call = self.arena.alloc(Call { callee, args });
            return Ok((self.expr_node(name.line, ExprKind::Call(call)), Base::Variable));
        }
        if self.at(T_PAAMAYIM_NEKUDOTAYIM) {
            return self.static_member(NameOrExpr::Name(name), name.line);
        }
        let node = self.arena.alloc(name);
        Ok((self.expr_node(name.line, ExprKind::Const(node)), Base::Constant))
    }

    fn parenthesized(&mut self) -> Parsed<&'a Expr<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let expr = self.expr()?;
        self.close(b')')?;
        Ok(expr)
    }

    fn isset(&mut self) -> Parsed<&'a Expr<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let first = self.expr()?;
        let mut all = self.expr_node(first.line, ExprKind::Isset(first));
        while self.eat_char(b',') {
            if !begins_expr(self.tok.id) {
                break;
            }
            let next = self.expr()?;
            let next = self.expr_node(next.line, ExprKind::Isset(next));
            all = self.expr_node(all.line, ExprKind::Binary(BinaryOp::And, all, next));
        }
        self.expect_char(b')')?;
        Ok(all)
    }

    /// `(…)` of a call.
    pub(super) fn args(&mut self) -> Parsed<Args<'a>> {
        self.expect_char(b'(')?;
        let mark = self.args.len();
        if self.at(T_ELLIPSIS) {
            self.advance();
            if self.eat_char(b')') {
                return Ok(Args::Callable);
            }
            let value = self.expr()?;
            self.args.push(Arg { value, name: None, unpack: true });
            if !self.eat_char(b',') {
                return self.end_args(mark);
            }
        }
        while !self.at_char(b')') {
            let arg = self.arg()?;
            self.args.push(arg);
            if !self.eat_char(b',') {
                break;
            }
            if !begins_expr(self.tok.id) && !self.at(T_ELLIPSIS) && !is_identifier(self.tok.id) {
                break;
            }
        }
        self.end_args(mark)
    }

    fn end_args(&mut self, mark: usize) -> Parsed<Args<'a>> {
        self.expect_char(b')')?;
        let args = self.arena.alloc_slice_copy(&self.args[mark..]);
        self.args.truncate(mark);
        Ok(Args::List(args))
    }

    fn arg(&mut self) -> Parsed<Arg<'a>> {
        if self.eat(T_ELLIPSIS) {
            let value = self.expr()?;
            return Ok(Arg { value, name: None, unpack: true });
        }
        if is_identifier(self.tok.id) {
            let (c, next) = self.lexer.peek_byte();
            if c == b':' && next != b':' {
                let name = self.keyword_ident()?;
                self.advance();
                let value = self.expr()?;
                return Ok(Arg { value, name: Some(self.arena.alloc(name)), unpack: false });
            }
            if self.tok.id != T_STRING {
                return self.keyword_arg();
            }
        }
        let first = self.tok;
        let value = self.expr()?;
        if self.at(T_AS) && first.id == T_STRING && self.prev_end == first.end {
            // With this one token behind it, an identifier is the name of a named argument to PHP.
            return self.unexpected_chars(b":");
        }
        Ok(Arg { value, name: None, unpack: false })
    }

    /// An argument that begins with a keyword. Where no expression goes on behind it, PHP takes it for the name of a
    /// named argument and misses the colon.
    fn keyword_arg(&mut self) -> Parsed<Arg<'a>> {
        let keyword = self.tok;
        if !begins_expr(keyword.id) {
            self.keyword_ident()?;
            return self.unexpected_chars(b":");
        }
        let result = self.expr();
        match result {
            Ok(value) => Ok(Arg { value, name: None, unpack: false }),
            Err(Failed) => {
                let whole = matches!(keyword.id, T_YIELD | T_EXIT | T_LINE..=T_NS_C | T_FN | T_FUNCTION);
                if !whole && self.prev_end == keyword.end && self.is_syntax_error() {
                    return self.unexpected_chars(b":");
                }
                Err(Failed)
            }
        }
    }

    /// `list(…)`; the lookahead is `list`.
    pub(super) fn list_pattern(&mut self) -> Parsed<&'a Expr<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        self.deeper(|p| p.array_items(ArraySyntax::List, b')'))
    }

    /// Elements up to the closing bracket, which is consumed. The opening one has been.
    pub(super) fn array_items(&mut self, syntax: ArraySyntax, close: u8) -> Parsed<&'a Expr<'a>> {
        let mark = self.elems.len();
        let mut line = None;
        loop {
            let begins = begins_expr(self.tok.id) || self.at(T_ELLIPSIS) || is_ampersand(self.tok.id);
            if !begins {
                line.get_or_insert(self.line());
                self.elems.push(ArrayElem::Hole);
            } else {
                let elem = self.array_elem(close)?;
                if let ArrayElem::Item { value: e, .. } | ArrayElem::Unpack(e) = elem {
                    line.get_or_insert(e.line);
                }
                self.elems.push(elem);
            }
            if !self.eat_char(b',') {
                break;
            }
        }
        self.expect_char(close)?;
        if matches!(self.elems.last(), Some(ArrayElem::Hole)) {
            self.elems.pop();
        }
        let elems = self.arena.alloc_slice_copy(&self.elems[mark..]);
        self.elems.truncate(mark);
        let line = line.unwrap_or(self.prev_line).min(self.prev_line);
        Ok(self.expr_node(line, ExprKind::Array(syntax, elems)))
    }

    fn array_elem(&mut self, close: u8) -> Parsed<ArrayElem<'a>> {
        if self.eat(T_ELLIPSIS) {
            return Ok(ArrayElem::Unpack(self.expr()?));
        }
        if is_ampersand(self.tok.id) {
            self.advance();
            let value = self.variable_before(&[b','.into(), close.into()])?;
            return Ok(ArrayElem::Item { key: None, value, by_ref: true });
        }
        let first = self.list_or_expr()?;
        if !self.at(T_DOUBLE_ARROW) || is_list(first) {
            return Ok(ArrayElem::Item { key: None, value: first, by_ref: false });
        }
        self.advance();
        let key = Some(first);
        if is_ampersand(self.tok.id) {
            self.advance();
            let value = self.variable_before(&[b','.into(), close.into()])?;
            return Ok(ArrayElem::Item { key, value, by_ref: true });
        }
        let value = self.list_or_expr()?;
        Ok(ArrayElem::Item { key, value, by_ref: false })
    }

    /// An element's value: an expression, or `list(…)` alone. `list(…) = …` is an expression.
    fn list_or_expr(&mut self) -> Parsed<&'a Expr<'a>> {
        if !self.at(T_LIST) {
            return self.expr();
        }
        let list = self.list_pattern()?;
        if !self.eat_char(b'=') {
            return Ok(list);
        }
        self.list_assignment(list)
    }

    fn new_expr(&mut self) -> Parsed<(&'a Expr<'a>, Base)> {
        self.advance();
        let attributes = if self.at(T_ATTRIBUTE) { self.attributes()? } else { &[] };
        if matches!(self.tok.id, T_CLASS | T_ABSTRACT | T_FINAL | T_READONLY) {
            let (class, args) = self.anonymous_class(attributes)?;
            let line = class.start_line;
            let node = self.arena.alloc(New { class: NewClass::Anonymous(class), args });
            return Ok((self.expr_node(line, ExprKind::New(node)), Base::Value));
        }
        if !attributes.is_empty() || !self.at_class_reference() {
            return self.unexpected(&[T_CLASS]);
        }
        let class = self.class_name_reference()?;
        let line = match class {
            NameOrExpr::Name(name) => name.line,
            NameOrExpr::Expr(expr) => expr.line,
        };
        let (args, base) =
            if self.at_char(b'(') { (self.args()?, Base::Value) } else { (Args::List(&[]), Base::Closed) };
        let node = self.arena.alloc(New { class: NewClass::Ref(class), args });
        Ok((self.expr_node(line, ExprKind::New(node)), base))
    }

    fn at_class_reference(&self) -> bool {
        self.at_name()
            || matches!(self.tok.id, T_STATIC | T_VARIABLE)
            || self.at_char(b'$')
            || self.at_char(b'(')
    }

    /// Operand of `new` and `instanceof`: a class name, a variable chain without calls, or `(expr)`.
    pub(super) fn class_name_reference(&mut self) -> Parsed<NameOrExpr<'a>> {
        let mut expr = if self.at_name() || self.at(T_STATIC) {
            let name = self.name_token();
            if !self.at(T_PAAMAYIM_NEKUDOTAYIM) {
                return Ok(NameOrExpr::Name(name));
            }
            self.advance();
            self.static_prop(NameOrExpr::Name(name), name.line)?
        } else if self.at(T_VARIABLE) || self.at_char(b'$') {
            self.simple_variable()?
        } else if self.eat_char(b'(') {
            let expr = self.expr()?;
            self.close(b')')?;
            return Ok(NameOrExpr::Expr(self.mark_parenthesized(expr)));
        } else {
            return self.unexpected(&[]);
        };
        loop {
            match self.tok.id {
                T_OBJECT_OPERATOR | T_NULLSAFE_OBJECT_OPERATOR => {
                    let nullsafe = self.at(T_NULLSAFE_OBJECT_OPERATOR);
                    self.advance();
                    let name = self.property_name()?;
                    let fetch = self.arena.alloc(PropFetch { object: expr, name, nullsafe });
                    expr = self.expr_node(expr.line, ExprKind::Prop(fetch));
                }
                T_PAAMAYIM_NEKUDOTAYIM => {
                    self.advance();
                    expr = self.static_prop(NameOrExpr::Expr(expr), expr.line)?;
                }
                _ if self.at_char(b'[') => {
                    self.advance();
                    let index = self.optional_expr()?;
                    self.expect_char(b']')?;
                    expr = self.expr_node(expr.line, ExprKind::Index(expr, index));
                }
                _ => return Ok(NameOrExpr::Expr(expr)),
            }
        }
    }

    fn static_prop(&mut self, class: NameOrExpr<'a>, line: u32) -> Parsed<&'a Expr<'a>> {
        let var = self.simple_variable()?;
        let name = match var.kind {
            ExprKind::Var(text) => MemberName::Ident(Ident { text, line: var.line }),
            ExprKind::VarVar(name) => MemberName::Expr(name),
            _ => MemberName::Expr(var),
        };
        let prop = self.arena.alloc(StaticProp { class, name, parenthesized: false });
        Ok(self.expr_node(line, ExprKind::StaticProp(prop)))
    }
}

fn is_list(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Array(ArraySyntax::List, _))
}

/// What PHP names behind a complete variable where more of it could follow.
const DEREFERENCE: &[TokenId] = &[T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, b'[' as TokenId];

/// True when a token can begin a variable in the grammar's sense.
pub(super) fn begins_variable(id: TokenId) -> bool {
    match id {
        T_STRING..=T_VARIABLE
        | T_CONSTANT_ENCAPSED_STRING
        | T_NEW
        | T_STATIC
        | T_READONLY
        | T_ARRAY
        | T_LINE..=T_NS_C => true,
        0..=255 => id != 0 && b"([\"$".contains(&(id as u8)),
        _ => false,
    }
}
