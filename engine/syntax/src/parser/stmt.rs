//! Statements.

use super::expr::{begins_expr, is_ampersand};
use super::names::is_identifier;
use super::postfix::begins_variable;
use super::*;

impl<'a> Parser<'a> {
    /// A statement outside functions and blocks.
    pub(super) fn top_statement(&mut self) -> Parsed<Stmt<'a>> {
        match self.tok.id {
            T_NAMESPACE => self.namespace_statement(),
            T_USE => self.use_statement(),
            T_CONST => {
                self.advance();
                let consts = self.const_list()?;
                self.close_or(b';', b",;")?;
                Ok(Stmt { line: consts[0].name.line, kind: StmtKind::Const(consts) })
            }
            T_HALT_COMPILER => {
                self.advance();
                self.expect_char(b'(')?;
                self.expect_char(b')')?;
                if !self.at_char(b';') {
                    return self.unexpected_chars(b";");
                }
                let (offset, line) = (self.tok.end, self.line());
                self.halt_offset = Some(offset);
                Ok(Stmt { line, kind: StmtKind::HaltCompiler(offset) })
            }
            id if begins_statement(id) => self.statement(),
            _ => self.unexpected(&[END]),
        }
    }

    /// `{ … }`; the lookahead is the opening brace.
    pub(super) fn block(&mut self) -> Parsed<&'a [Stmt<'a>]> {
        self.expect_char(b'{')?;
        let stmts = self.deeper(|p| p.statements_until(&[b'}'.into()]))?;
        self.advance();
        Ok(stmts)
    }

    /// Statements up to one of `ends`, which stays the lookahead.
    fn statements_until(&mut self, ends: &[TokenId]) -> Parsed<&'a [Stmt<'a>]> {
        let mark = self.stmts.len();
        while !ends.contains(&self.tok.id) {
            if self.at(T_HALT_COMPILER) {
                return self.inner_halt_compiler();
            }
            if ends.len() > 1 && !begins_statement(self.tok.id) {
                // Of a `case` or an arm of `if` the statements are complete as soon as none follows.
                return self.unexpected(ends);
            }
            let stmt = self.statement()?;
            self.stmts.push(stmt);
        }
        Ok(self.take_stmts(mark))
    }

    fn inner_halt_compiler<T>(&mut self) -> Parsed<T> {
        self.advance();
        self.expect_char(b'(')?;
        self.expect_char(b')')?;
        if !self.at_char(b';') {
            return self.unexpected_chars(b";");
        }
        let line = self.line();
        self.fail_compile("__HALT_COMPILER() can only be used from the outermost scope".into(), line)
    }

    pub(super) fn statement(&mut self) -> Parsed<Stmt<'a>> {
        // A block as a statement only adds its list: the brace belongs to what stands before.
        let weight = if self.at_char(b'{') { 1 } else { STATEMENT_DEPTH };
        self.deeper_by(weight, Self::statement_kind)
    }

    fn statement_kind(&mut self) -> Parsed<Stmt<'a>> {
        let tok = self.tok;
        match tok.id {
            T_VARIABLE => self.expression_statement(),
            T_STRING => {
                let (c, next) = self.lexer.peek_byte();
                if c == b':' && next != b':' {
                    let label = self.ident_token();
                    self.advance();
                    return Ok(Stmt { line: label.line, kind: StmtKind::Label(label) });
                }
                self.expression_statement()
            }
            T_INLINE_HTML => {
                let text = self.text(tok);
                self.advance();
                Ok(Stmt { line: tok.line, kind: StmtKind::InlineHtml(text) })
            }
            T_ECHO => {
                self.advance();
                let exprs = self.expr_list(b',')?;
                self.close_or(b';', b",;")?;
                Ok(Stmt { line: exprs[0].line, kind: StmtKind::Echo(exprs) })
            }
            T_IF => self.if_statement(),
            T_WHILE => {
                self.advance();
                let cond = self.condition()?;
                let body = self.body(T_ENDWHILE)?;
                Ok(Stmt { line: cond.line, kind: StmtKind::While(cond, body) })
            }
            T_DO => {
                self.advance();
                let body = self.sub_statement()?;
                self.expect(T_WHILE)?;
                let cond = self.condition()?;
                self.expect_char(b';')?;
                Ok(Stmt { line: body_line(body, cond.line), kind: StmtKind::DoWhile(body, cond) })
            }
            T_FOR => self.for_statement(),
            T_FOREACH => self.foreach_statement(),
            T_SWITCH => self.switch_statement(),
            T_BREAK | T_CONTINUE | T_RETURN => self.jump_statement(),
            T_GLOBAL => self.global_statement(),
            T_STATIC => self.static_statement(),
            T_UNSET => self.unset_statement(),
            T_TRY => self.try_statement(),
            T_GOTO => {
                self.advance();
                let label = self.string_ident()?;
                self.expect_char(b';')?;
                Ok(Stmt { line: label.line, kind: StmtKind::Goto(label) })
            }
            T_DECLARE => self.declare_statement(),
            T_FUNCTION => self.function_statement(&[]),
            T_ABSTRACT | T_FINAL | T_CLASS | T_INTERFACE | T_TRAIT | T_ENUM => self.class_statement(&[]),
            T_READONLY => {
                if self.lexer.peek_byte().0 == b'(' {
                    return self.expression_statement();
                }
                self.class_statement(&[])
            }
            T_ATTRIBUTE => {
                let attributes = self.attributes()?;
                match self.tok.id {
                    T_FUNCTION => self.function_statement(attributes),
                    T_ABSTRACT | T_FINAL | T_READONLY | T_CLASS | T_INTERFACE | T_TRAIT | T_ENUM => {
                        self.class_statement(attributes)
                    }
                    _ => self.attributed_closure(attributes),
                }
            }
            _ if self.at_char(b'{') => {
                self.advance();
                let line = self.prev_line;
                // The brace and the list within it: two places on the stack of PHP's parser.
                let stmts = self.deeper(|p| p.statements_until(&[b'}'.into()]))?;
                self.advance();
                Ok(Stmt { line, kind: StmtKind::Block(stmts) })
            }
            _ if self.at_char(b';') => {
                self.advance();
                Ok(Stmt { line: self.prev_line, kind: StmtKind::Empty })
            }
            _ => self.expression_statement(),
        }
    }

    fn expression_statement(&mut self) -> Parsed<Stmt<'a>> {
        let expr = self.expr()?;
        self.end_expression_statement(expr)
    }

    fn end_expression_statement(&mut self, expr: &'a Expr<'a>) -> Parsed<Stmt<'a>> {
        self.close(b';')?;
        Ok(Stmt { line: expr.line, kind: StmtKind::Expr(expr) })
    }

    /// A statement that begins with an attributed closure.
    fn attributed_closure(&mut self, attributes: &'a [AttributeGroup<'a>]) -> Parsed<Stmt<'a>> {
        let modifiers = if self.eat(T_STATIC) { Modifiers::STATIC } else { Modifiers::NONE };
        if !matches!(self.tok.id, T_FN | T_FUNCTION) {
            return self.unexpected(if modifiers.is_empty() { &[] } else { &[T_FUNCTION, T_FN] });
        }
        let closure = self.closure(attributes, modifiers)?;
        let expr = self.binary_above(closure)?;
        self.end_expression_statement(expr)
    }

    /// `function` at the start of a statement: a declaration if a name follows, else a closure.
    fn function_statement(&mut self, attributes: &'a [AttributeGroup<'a>]) -> Parsed<Stmt<'a>> {
        self.advance();
        let line = self.prev_line;
        let by_ref = self.returns_ref();
        if matches!(self.tok.id, T_STRING | T_READONLY) {
            let function = self.function_declaration(attributes, line, by_ref)?;
            return Ok(Stmt { line, kind: StmtKind::Function(function) });
        }
        let closure = self.closure_rest(attributes, Modifiers::NONE, false, line, by_ref)?;
        let expr = self.binary_above(closure)?;
        self.end_expression_statement(expr)
    }

    fn class_statement(&mut self, attributes: &'a [AttributeGroup<'a>]) -> Parsed<Stmt<'a>> {
        let modifiers = self.class_modifiers(false)?;
        if !modifiers.is_empty() && !self.at(T_CLASS) {
            return self.unexpected(&[T_ABSTRACT, T_FINAL, T_READONLY, T_CLASS]);
        }
        let outer = std::mem::replace(&mut self.has_yield, false);
        let class = self.class_declaration(attributes, modifiers)?;
        self.has_yield = outer;
        Ok(Stmt { line: class.start_line, kind: StmtKind::Class(class) })
    }

    fn expr_list(&mut self, separator: u8) -> Parsed<&'a [&'a Expr<'a>]> {
        let mark = self.exprs.len();
        loop {
            let expr = self.expr()?;
            self.exprs.push(expr);
            if !self.eat_char(separator) {
                return Ok(self.take_exprs(mark));
            }
        }
    }

    /// `(cond)`
    fn condition(&mut self) -> Parsed<&'a Expr<'a>> {
        self.expect_char(b'(')?;
        let cond = self.expr()?;
        self.close(b')')?;
        Ok(cond)
    }

    /// The statement of a loop or condition: no declaration without braces.
    fn sub_statement(&mut self) -> Parsed<&'a Stmt<'a>> {
        let stmt = match self.tok.id {
            T_ABSTRACT | T_FINAL | T_CLASS | T_INTERFACE | T_TRAIT | T_ENUM => return self.unexpected(&[]),
            T_FUNCTION | T_READONLY | T_ATTRIBUTE => self.expression_statement()?,
            _ => self.statement()?,
        };
        Ok(self.arena.alloc(stmt))
    }

    /// A statement, or `: … end;`.
    fn body(&mut self, end: TokenId) -> Parsed<&'a Stmt<'a>> {
        if !self.at_char(b':') {
            return self.sub_statement();
        }
        let body = self.alternative_block(&[end])?;
        self.advance();
        self.expect_char(b';')?;
        Ok(body)
    }

    /// `: …` up to one of `ends`; the lookahead is the colon.
    fn alternative_block(&mut self, ends: &[TokenId]) -> Parsed<&'a Stmt<'a>> {
        self.advance();
        let line = self.prev_line;
        let stmts = self.statements_until(ends)?;
        Ok(self.arena.alloc(Stmt { line, kind: StmtKind::Block(stmts) }))
    }

    fn if_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        let cond = self.condition()?;
        let line = cond.line;
        let alternative = self.at_char(b':');
        const ENDS: &[TokenId] = &[T_ELSEIF, T_ELSE, T_ENDIF];
        let mut arms = Vec::new();
        let body = if alternative { self.alternative_block(ENDS)? } else { self.sub_statement()? };
        arms.push(IfArm { cond: Some(cond), body, line });
        loop {
            if self.at(T_ELSEIF) {
                self.advance();
                let cond = self.condition()?;
                let body = if alternative {
                    if !self.at_char(b':') {
                        return self.unexpected_chars(b":");
                    }
                    self.alternative_block(ENDS)?
                } else {
                    self.sub_statement()?
                };
                arms.push(IfArm { cond: Some(cond), body, line: cond.line });
                continue;
            }
            if self.at(T_ELSE) {
                self.advance();
                let body = if alternative {
                    // `else if` is not possible here.
                    if !self.at_char(b':') {
                        return self.unexpected_chars(b":");
                    }
                    self.alternative_block(&[T_ENDIF])?
                } else {
                    self.sub_statement()?
                };
                arms.push(IfArm { cond: None, body, line: body_line(body, self.prev_line) });
            }
            break;
        }
        if alternative {
            self.expect(T_ENDIF)?;
            self.expect_char(b';')?;
        }
        Ok(Stmt { line, kind: StmtKind::If(self.arena.alloc_slice_copy(&arms)) })
    }

    fn for_exprs(&mut self, end: u8) -> Parsed<&'a [&'a Expr<'a>]> {
        let exprs = if begins_expr(self.tok.id) { self.expr_list(b',')? } else { &[] };
        self.expect_char(end)?;
        Ok(exprs)
    }

    fn for_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let init = self.for_exprs(b';')?;
        let cond = self.for_exprs(b';')?;
        let step = self.for_exprs(b')')?;
        let body = self.body(T_ENDFOR)?;
        let line = init
            .first()
            .or(cond.first())
            .or(step.first())
            .map_or_else(|| body_line(body, self.prev_line), |e| e.line);
        let node = self.arena.alloc(ForStmt { init, cond, step, body });
        Ok(Stmt { line, kind: StmtKind::For(node) })
    }

    fn foreach_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let subject = self.expr()?;
        if !self.at(T_AS) {
            return self.unexpected(&[]);
        }
        self.advance();
        let (mut value, mut by_ref) = self.foreach_variable()?;
        let mut key = None;
        let mut key_by_ref = false;
        if self.eat(T_DOUBLE_ARROW) {
            key = Some(value);
            key_by_ref = by_ref;
            (value, by_ref) = self.foreach_variable()?;
            self.expect_char(b')')?;
        } else if !self.at_char(b')') {
            return self.unexpected(&[T_DOUBLE_ARROW, b')'.into()]);
        } else {
            self.advance();
        }
        let body = self.body(T_ENDFOREACH)?;
        let node = self.arena.alloc(ForeachStmt { subject, key, key_by_ref, value, by_ref, body });
        Ok(Stmt { line: subject.line, kind: StmtKind::Foreach(node) })
    }

    fn foreach_variable(&mut self) -> Parsed<(&'a Expr<'a>, bool)> {
        if is_ampersand(self.tok.id) {
            self.advance();
            return Ok((self.variable_before(&[T_DOUBLE_ARROW, b')'.into()])?, true));
        }
        if self.at(T_LIST) {
            return Ok((self.list_pattern()?, false));
        }
        if self.at_char(b'[') {
            // An array literal is a pattern, unless something makes it a variable (`[$a][0]`).
            let (expr, is_variable) = self.postfix_chain()?;
            if !is_variable && !matches!(expr.kind, ExprKind::Array(..)) {
                return self.unexpected(&[]);
            }
            return Ok((expr, false));
        }
        Ok((self.variable_before(&[T_DOUBLE_ARROW, b')'.into()])?, false))
    }

    fn switch_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        let subject = self.condition()?;
        let end = if self.at_char(b':') {
            T_ENDSWITCH
        } else if self.at_char(b'{') {
            b'}'.into()
        } else {
            return self.unexpected_chars(b":{");
        };
        self.advance();
        self.eat_char(b';');
        let mut cases = Vec::new();
        while self.tok.id != end {
            let cond = match self.tok.id {
                T_CASE => {
                    self.advance();
                    Some(self.expr()?)
                }
                T_DEFAULT => {
                    self.advance();
                    None
                }
                _ => return self.unexpected(&[T_CASE, T_DEFAULT, end]),
            };
            if !self.at_char(b':') && !self.at_char(b';') {
                return if cond.is_some() { self.unexpected(&[]) } else { self.unexpected_chars(b":;") };
            }
            self.advance();
            let line = cond.map_or(self.prev_line, |c| c.line);
            let body = self.statements_until(&[T_CASE, T_DEFAULT, end])?;
            cases.push(SwitchCase { cond, body, line });
        }
        self.advance();
        if end == T_ENDSWITCH {
            self.expect_char(b';')?;
        }
        let cases = self.arena.alloc_slice_copy(&cases);
        Ok(Stmt { line: subject.line, kind: StmtKind::Switch(subject, cases) })
    }

    /// `break`, `continue`, `return`.
    fn jump_statement(&mut self) -> Parsed<Stmt<'a>> {
        let id = self.tok.id;
        self.advance();
        let operand = self.optional_expr()?;
        self.expect_char(b';')?;
        let kind = match id {
            T_BREAK => StmtKind::Break(operand),
            T_CONTINUE => StmtKind::Continue(operand),
            _ => StmtKind::Return(operand),
        };
        Ok(Stmt { line: operand.map_or(self.prev_line, |e| e.line), kind })
    }

    fn global_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        let mark = self.exprs.len();
        loop {
            let var = self.simple_variable()?;
            self.exprs.push(var);
            if !self.eat_char(b',') {
                break;
            }
        }
        self.close_or(b';', b",;")?;
        let vars = self.take_exprs(mark);
        Ok(Stmt { line: vars[0].line, kind: StmtKind::Global(vars) })
    }

    /// `static $a;`, or an expression that begins with `static`.
    fn static_statement(&mut self) -> Parsed<Stmt<'a>> {
        if matches!(self.lexer.peek_byte(), (b':', b':')) {
            return self.expression_statement();
        }
        self.advance();
        if matches!(self.tok.id, T_FUNCTION | T_FN) {
            let closure = self.closure(&[], Modifiers::STATIC)?;
            let expr = self.binary_above(closure)?;
            return self.end_expression_statement(expr);
        }
        if !self.at(T_VARIABLE) {
            return self.unexpected(&[T_PAAMAYIM_NEKUDOTAYIM]);
        }
        let mut vars = Vec::new();
        loop {
            if !self.at(T_VARIABLE) {
                return self.unexpected(&[T_VARIABLE]);
            }
            let name = self.variable_token();
            let init = if self.eat_char(b'=') { Some(self.expr()?) } else { None };
            vars.push(StaticVar { name, init });
            if self.eat_char(b',') {
                continue;
            }
            self.close_or(b';', b",;")?;
            break;
        }
        let line = vars[0].name.line;
        Ok(Stmt { line, kind: StmtKind::StaticVars(self.arena.alloc_slice_copy(&vars)) })
    }

    fn unset_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let mark = self.exprs.len();
        loop {
            let var = self.variable_before(&[b','.into(), b')'.into()])?;
            self.exprs.push(var);
            if !self.eat_char(b',') || !begins_variable(self.tok.id) {
                break;
            }
        }
        self.expect_char(b')')?;
        self.expect_char(b';')?;
        let vars = self.take_exprs(mark);
        Ok(Stmt { line: vars[0].line, kind: StmtKind::Unset(vars) })
    }

    fn try_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        if !self.at_char(b'{') {
            return self.unexpected_chars(b"{");
        }
        let line = self.line();
        let body = self.block()?;
        let mut catches = Vec::new();
        while self.eat(T_CATCH) {
            self.expect_char(b'(')?;
            let mut types = vec![self.class_name()?];
            while self.eat_char(b'|') {
                types.push(self.class_name()?);
            }
            let var = if self.at(T_VARIABLE) { Some(self.variable_token()) } else { None };
            if !self.at_char(b')') {
                return self.unexpected_chars(b")");
            }
            self.advance();
            let body = self.block()?;
            let line = types[0].line;
            catches.push(Catch { types: self.arena.alloc_slice_copy(&types), var, body, line });
        }
        let finally = if self.eat(T_FINALLY) { Some(self.block()?) } else { None };
        let catches = self.arena.alloc_slice_copy(&catches);
        let node = self.arena.alloc(TryStmt { body, catches, finally });
        Ok(Stmt { line, kind: StmtKind::Try(node) })
    }

    fn const_list(&mut self) -> Parsed<&'a [ConstElem<'a>]> {
        let mut consts = Vec::new();
        loop {
            let name = self.string_ident()?;
            self.expect_char(b'=')?;
            let value = self.expr()?;
            let doc = self.take_doc();
            consts.push(ConstElem { name, value, doc });
            if !self.eat_char(b',') {
                return Ok(self.arena.alloc_slice_copy(&consts));
            }
        }
    }

    fn declare_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let directives = self.const_list()?;
        self.close_or(b')', b",)")?;
        self.check_encoding(directives)?;
        let line = directives[0].name.line;
        let body = self.body(T_ENDDECLARE)?;
        let body = if matches!(body.kind, StmtKind::Empty) { None } else { Some(body) };
        let node = self.arena.alloc(DeclareStmt { directives, body });
        Ok(Stmt { line, kind: StmtKind::Declare(node) })
    }

    /// `declare(encoding=…)` has no effect, but is checked and warned about while parsing.
    fn check_encoding(&mut self, directives: &'a [ConstElem<'a>]) -> Parsed<()> {
        for d in directives {
            if !d.name.text.eq_ignore_ascii_case(b"encoding") {
                continue;
            }
            if !matches!(d.value.kind, ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::String(_)) {
                return self.fail_compile("Encoding must be a literal".into(), self.prev_line);
            }
            self.diagnostics.push(Diagnostic {
                level: DiagnosticLevel::CompileWarning,
                message: "declare(encoding=...) ignored because Zend multibyte feature is turned off by settings",
                line: self.prev_line,
            });
        }
        Ok(())
    }

    fn namespace_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        let mut name = None;
        if self.at(T_NAME_QUALIFIED) || is_identifier(self.tok.id) {
            self.note_keyword();
            name = Some(self.name_token());
            if self.at_char(b';') {
                self.clear_doc();
                self.advance();
                let node = self.arena.alloc(NamespaceStmt { name, body: None });
                let line = name.map_or(self.prev_line, |n| n.line);
                return Ok(Stmt { line, kind: StmtKind::Namespace(node) });
            }
        }
        self.clear_doc();
        if !self.at_char(b'{') {
            return self.unexpected_chars(b"{");
        }
        self.advance();
        let line = name.map_or(self.prev_line, |n| n.line);
        let mark = self.stmts.len();
        while !self.at_char(b'}') {
            if self.at(END) || !is_top_start(self.tok.id) {
                return self.unexpected(&[]);
            }
            let stmt = self.deeper(Self::top_statement)?;
            self.stmts.push(stmt);
            if self.halt_offset.is_some() {
                // What follows is not scanned any more, so the namespace is never closed.
                self.lexer.stop();
                self.advance();
                return self.unexpected(&[]);
            }
        }
        self.advance();
        let body = Some(self.take_stmts(mark));
        let node = self.arena.alloc(NamespaceStmt { name, body });
        Ok(Stmt { line, kind: StmtKind::Namespace(node) })
    }

    fn use_kind(&mut self) -> Option<UseKind> {
        let kind = match self.tok.id {
            T_FUNCTION => UseKind::Function,
            T_CONST => UseKind::Const,
            _ => return None,
        };
        self.advance();
        Some(kind)
    }

    fn use_statement(&mut self) -> Parsed<Stmt<'a>> {
        self.advance();
        let kind = self.use_kind();
        let mut items = Vec::new();
        let mut prefix = None;
        loop {
            if !matches!(self.tok.id, T_STRING | T_NAME_QUALIFIED | T_NAME_FULLY_QUALIFIED) {
                return if kind.is_none() && items.is_empty() {
                    self.unexpected(&[])
                } else {
                    self.unexpected(&[T_STRING, T_NAME_FULLY_QUALIFIED, T_NAME_QUALIFIED])
                };
            }
            let name = self.name_token();
            if items.is_empty() && self.at(T_NS_SEPARATOR) {
                self.advance();
                self.expect_char(b'{')?;
                prefix = Some(name);
                self.group_items(kind, &mut items)?;
                self.expect_char(b';')?;
                break;
            }
            let alias = self.use_alias()?;
            items.push(UseItem { kind: kind.unwrap_or(UseKind::Class), name, alias });
            if !self.eat_char(b',') {
                self.close_or(b';', b",;")?;
                break;
            }
        }
        let line = prefix.map_or(items[0].name.line, |n| n.line);
        let mixed = prefix.is_some() && kind.is_none();
        let node = self.arena.alloc(UseStmt { prefix, mixed, items: self.arena.alloc_slice_copy(&items) });
        Ok(Stmt { line, kind: StmtKind::Use(node) })
    }

    fn use_alias(&mut self) -> Parsed<Option<Ident<'a>>> {
        if self.eat(T_AS) { self.string_ident().map(Some) } else { Ok(None) }
    }

    fn group_items(&mut self, kind: Option<UseKind>, items: &mut Vec<UseItem<'a>>) -> Parsed<()> {
        loop {
            let own = if kind.is_none() { self.use_kind() } else { None };
            if !matches!(self.tok.id, T_STRING | T_NAME_QUALIFIED) {
                if own.is_none() && !items.is_empty() {
                    break;
                }
                return if kind.is_none() && own.is_none() {
                    self.unexpected(&[T_STRING, T_NAME_QUALIFIED, T_FUNCTION, T_CONST])
                } else {
                    self.unexpected(&[T_STRING, T_NAME_QUALIFIED])
                };
            }
            let name = self.name_token();
            let alias = self.use_alias()?;
            items.push(UseItem { kind: kind.or(own).unwrap_or(UseKind::Class), name, alias });
            if !self.eat_char(b',') {
                break;
            }
        }
        self.expect_char(b'}')
    }
}

/// PHP's line of a body: an empty statement is no node, so the surrounding node falls back to its own line.
fn body_line(body: &Stmt<'_>, otherwise: u32) -> u32 {
    if matches!(body.kind, StmtKind::Empty) { otherwise } else { body.line }
}

/// True when a token can begin a statement anywhere.
fn begins_statement(id: TokenId) -> bool {
    begins_expr(id)
        || matches!(
            id,
            T_INLINE_HTML
                | T_IF
                | T_ECHO
                | T_DO
                | T_WHILE
                | T_FOR
                | T_FOREACH
                | T_DECLARE
                | T_SWITCH
                | T_BREAK
                | T_CONTINUE
                | T_GOTO
                | T_RETURN
                | T_TRY
                | T_GLOBAL
                | T_ABSTRACT
                | T_FINAL
                | T_UNSET
                | T_CLASS
                | T_TRAIT
                | T_INTERFACE
                | T_ENUM
        )
        || id == b'{'.into()
        || id == b';'.into()
}

/// True when a token can begin a statement outside functions.
fn is_top_start(id: TokenId) -> bool {
    begins_statement(id) || matches!(id, T_NAMESPACE | T_USE | T_CONST | T_HALT_COMPILER)
}
