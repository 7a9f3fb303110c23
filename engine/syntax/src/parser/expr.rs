//! Expressions: prefix operators and precedence climbing. Levels are those of PHP's precedence table.

use super::*;

const PREC_THROW: u8 = 1;
const PREC_ARROW: u8 = 2;
const PREC_INCLUDE: u8 = 3;
const PREC_PRINT: u8 = 7;
const PREC_YIELD: u8 = 8;
const PREC_DOUBLE_ARROW: u8 = 9;
const PREC_YIELD_FROM: u8 = 10;
const PREC_ASSIGN: u8 = 11;
const PREC_TERNARY: u8 = 12;
const PREC_COALESCE: u8 = 13;
const PREC_EQUALITY: u8 = 19;
const PREC_COMPARISON: u8 = 20;
const PREC_NOT: u8 = 25;
const PREC_INSTANCEOF: u8 = 26;
const PREC_UNARY: u8 = 27;
const PREC_POW: u8 = 28;
const PREC_CLONE: u8 = 29;

/// Precedence and operator of each binary token; precedence 0: none. `?` and `instanceof` carry a dummy operator.
static BINARY: [(u8, BinaryOp); ID_LIMIT] = {
    let mut table = [(0, BinaryOp::Add); ID_LIMIT];
    let ops: [(TokenId, u8, BinaryOp); 30] = [
        (T_LOGICAL_OR, 4, BinaryOp::Or),
        (T_LOGICAL_XOR, 5, BinaryOp::Xor),
        (T_LOGICAL_AND, 6, BinaryOp::And),
        (b'?' as TokenId, PREC_TERNARY, BinaryOp::Add),
        (T_COALESCE, PREC_COALESCE, BinaryOp::Coalesce),
        (T_BOOLEAN_OR, 14, BinaryOp::Or),
        (T_BOOLEAN_AND, 15, BinaryOp::And),
        (b'|' as TokenId, 16, BinaryOp::BitOr),
        (b'^' as TokenId, 17, BinaryOp::BitXor),
        (T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG, 18, BinaryOp::BitAnd),
        (T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG, 18, BinaryOp::BitAnd),
        (T_IS_EQUAL, PREC_EQUALITY, BinaryOp::Equal),
        (T_IS_NOT_EQUAL, PREC_EQUALITY, BinaryOp::NotEqual),
        (T_IS_IDENTICAL, PREC_EQUALITY, BinaryOp::Identical),
        (T_IS_NOT_IDENTICAL, PREC_EQUALITY, BinaryOp::NotIdentical),
        (T_SPACESHIP, PREC_EQUALITY, BinaryOp::Spaceship),
        (b'<' as TokenId, PREC_COMPARISON, BinaryOp::Less),
        (T_IS_SMALLER_OR_EQUAL, PREC_COMPARISON, BinaryOp::LessEqual),
        (b'>' as TokenId, PREC_COMPARISON, BinaryOp::Greater),
        (T_IS_GREATER_OR_EQUAL, PREC_COMPARISON, BinaryOp::GreaterEqual),
        (b'.' as TokenId, 21, BinaryOp::Concat),
        (T_SL, 22, BinaryOp::Shl),
        (T_SR, 22, BinaryOp::Shr),
        (b'+' as TokenId, 23, BinaryOp::Add),
        (b'-' as TokenId, 23, BinaryOp::Sub),
        (b'*' as TokenId, 24, BinaryOp::Mul),
        (b'/' as TokenId, 24, BinaryOp::Div),
        (b'%' as TokenId, 24, BinaryOp::Mod),
        (T_INSTANCEOF, PREC_INSTANCEOF, BinaryOp::Add),
        (T_POW, PREC_POW, BinaryOp::Pow),
    ];
    let mut i = 0;
    while i < ops.len() {
        table[ops[i].0 as usize] = (ops[i].1, ops[i].2);
        i += 1;
    }
    table
};

/// The operator of a compound assignment.
fn assign_op(id: TokenId) -> Option<BinaryOp> {
    Some(match id {
        T_PLUS_EQUAL => BinaryOp::Add,
        T_MINUS_EQUAL => BinaryOp::Sub,
        T_MUL_EQUAL => BinaryOp::Mul,
        T_DIV_EQUAL => BinaryOp::Div,
        T_CONCAT_EQUAL => BinaryOp::Concat,
        T_MOD_EQUAL => BinaryOp::Mod,
        T_AND_EQUAL => BinaryOp::BitAnd,
        T_OR_EQUAL => BinaryOp::BitOr,
        T_XOR_EQUAL => BinaryOp::BitXor,
        T_SL_EQUAL => BinaryOp::Shl,
        T_SR_EQUAL => BinaryOp::Shr,
        T_POW_EQUAL => BinaryOp::Pow,
        T_COALESCE_EQUAL => BinaryOp::Coalesce,
        _ => return None,
    })
}

/// True for both spellings of `&`.
#[inline]
pub(super) fn is_ampersand(id: TokenId) -> bool {
    id == T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG || id == T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG
}

impl<'a> Parser<'a> {
    /// Any expression.
    #[inline]
    pub(super) fn expr(&mut self) -> Parsed<&'a Expr<'a>> {
        self.expr_above(0)
    }

    /// An expression, if the lookahead can begin one.
    pub(super) fn optional_expr(&mut self) -> Parsed<Option<&'a Expr<'a>>> {
        if begins_expr(self.tok.id) { self.expr().map(Some) } else { Ok(None) }
    }

    /// An expression of operators that bind tighter than `min`.
    pub(super) fn expr_above(&mut self, min: u8) -> Parsed<&'a Expr<'a>> {
        self.deeper(|p| {
            let left = p.unary()?;
            p.binary(left, min)
        })
    }

    /// The operators behind an operand that has been parsed already.
    pub(super) fn binary_above(&mut self, left: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        self.binary(left, 0)
    }

    fn binary(&mut self, mut left: &'a Expr<'a>, min: u8) -> Parsed<&'a Expr<'a>> {
        let mut links = 0;
        loop {
            let (prec, op) = BINARY[usize::from(self.tok.id)];
            if prec <= min {
                return Ok(left);
            }
            self.link(&mut links)?;
            let line = left.line;
            self.advance();
            left = match prec {
                PREC_TERNARY => self.ternary(left)?,
                PREC_INSTANCEOF => {
                    let class = self.class_name_reference()?;
                    let class = self.arena.alloc(class);
                    self.expr_node(line, ExprKind::InstanceOf(left, class))
                }
                _ => {
                    let right_assoc = prec == PREC_COALESCE || prec == PREC_POW;
                    let right = self.expr_above(if right_assoc { prec - 1 } else { prec })?;
                    if (prec == PREC_EQUALITY || prec == PREC_COMPARISON)
                        && BINARY[usize::from(self.tok.id)].0 == prec
                    {
                        // Comparisons do not chain.
                        return self.unexpected(&[]);
                    }
                    self.expr_node(line, ExprKind::Binary(op, left, right))
                }
            };
        }
    }

    fn ternary(&mut self, cond: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        let then = if self.at_char(b':') { None } else { Some(self.expr()?) };
        self.close(b':')?;
        let els = self.expr_above(PREC_TERNARY)?;
        let node = self.arena.alloc(Ternary { cond, then, els, parenthesized: false });
        Ok(self.expr_node(cond.line, ExprKind::Ternary(node)))
    }

    /// An operand with its prefix operators, postfixes and, if it is a variable, assignment.
    fn unary(&mut self) -> Parsed<&'a Expr<'a>> {
        let id = self.tok.id;
        match id {
            T_VARIABLE | T_STRING | T_LNUMBER | T_CONSTANT_ENCAPSED_STRING => self.operand(),
            T_INC | T_DEC => {
                self.advance();
                let var = self.variable()?;
                let kind = if id == T_INC { ExprKind::PreInc(var) } else { ExprKind::PreDec(var) };
                Ok(self.expr_node(var.line, kind))
            }
            T_INT_CAST | T_DOUBLE_CAST | T_STRING_CAST | T_ARRAY_CAST | T_OBJECT_CAST | T_BOOL_CAST
            | T_UNSET_CAST => {
                let kind = match id {
                    T_INT_CAST => CastKind::Int,
                    T_DOUBLE_CAST => CastKind::Float,
                    T_STRING_CAST => CastKind::String,
                    T_ARRAY_CAST => CastKind::Array,
                    T_OBJECT_CAST => CastKind::Object,
                    T_BOOL_CAST => CastKind::Bool,
                    _ => CastKind::Unset,
                };
                self.prefix(PREC_UNARY, |e| ExprKind::Cast(kind, e))
            }
            T_CLONE => self.prefix(PREC_CLONE, ExprKind::Clone),
            T_PRINT => self.prefix(PREC_PRINT, ExprKind::Print),
            T_THROW => self.prefix(PREC_THROW, ExprKind::Throw),
            T_INCLUDE => self.prefix(PREC_INCLUDE, |e| ExprKind::Include(IncludeKind::Include, e)),
            T_INCLUDE_ONCE => self.prefix(PREC_INCLUDE, |e| ExprKind::Include(IncludeKind::IncludeOnce, e)),
            T_REQUIRE => self.prefix(PREC_INCLUDE, |e| ExprKind::Include(IncludeKind::Require, e)),
            T_REQUIRE_ONCE => self.prefix(PREC_INCLUDE, |e| ExprKind::Include(IncludeKind::RequireOnce, e)),
            T_YIELD => self.yield_expr(),
            T_YIELD_FROM => {
                self.has_yield = true;
                self.prefix(PREC_YIELD_FROM, ExprKind::YieldFrom)
            }
            T_LIST => {
                let list = self.list_pattern()?;
                self.expect_char(b'=')?;
                self.assign_value(list)
            }
            T_FUNCTION | T_FN => self.closure(&[], Modifiers::NONE),
            T_STATIC if !matches!(self.lexer.peek_byte(), (b':', b':')) => {
                self.advance();
                self.static_closure(&[])
            }
            T_ATTRIBUTE => {
                let attributes = self.attributes()?;
                if self.eat(T_STATIC) {
                    return self.static_closure(attributes);
                }
                if !matches!(self.tok.id, T_FUNCTION | T_FN) {
                    return self.unexpected(&[T_FUNCTION, T_FN, T_STATIC, T_ATTRIBUTE]);
                }
                self.closure(attributes, Modifiers::NONE)
            }
            T_MATCH => self.match_expr(),
            _ => match u8::try_from(id).unwrap_or(0) {
                b'!' => self.prefix(PREC_NOT, |e| ExprKind::Unary(UnaryOp::Not, e)),
                b'-' => self.prefix(PREC_UNARY, |e| ExprKind::Unary(UnaryOp::Minus, e)),
                b'+' => self.prefix(PREC_UNARY, |e| ExprKind::Unary(UnaryOp::Plus, e)),
                b'~' => self.prefix(PREC_UNARY, |e| ExprKind::Unary(UnaryOp::BitNot, e)),
                b'@' => self.prefix(PREC_UNARY, ExprKind::Silence),
                _ => self.operand(),
            },
        }
    }

    fn prefix(&mut self, prec: u8, kind: impl FnOnce(&'a Expr<'a>) -> ExprKind<'a>) -> Parsed<&'a Expr<'a>> {
        self.advance();
        let operand = self.expr_above(prec)?;
        Ok(self.expr_node(operand.line, kind(operand)))
    }

    /// A postfix chain, and what may follow a variable: assignment, `++`, `--`.
    fn operand(&mut self) -> Parsed<&'a Expr<'a>> {
        let (expr, is_variable) = self.postfix_chain()?;
        let id = self.tok.id;
        if is_variable {
            match id {
                T_INC | T_DEC => {
                    self.advance();
                    let kind = if id == T_INC { ExprKind::PostInc(expr) } else { ExprKind::PostDec(expr) };
                    return Ok(self.expr_node(expr.line, kind));
                }
                T_PLUS_EQUAL..=T_COALESCE_EQUAL | T_POW_EQUAL => {
                    if let Some(op) = assign_op(id) {
                        self.advance();
                        let value = self.expr_above(PREC_ASSIGN)?;
                        return Ok(self.expr_node(expr.line, ExprKind::AssignOp(op, expr, value)));
                    }
                }
                _ if self.eat_char(b'=') => {
                    if is_ampersand(self.tok.id) {
                        self.advance();
                        let source = self.variable()?;
                        return Ok(self.expr_node(expr.line, ExprKind::AssignRef(expr, source)));
                    }
                    return self.assign_value(expr);
                }
                _ => {}
            }
        } else if self.at_char(b'=') && matches!(expr.kind, ExprKind::Array(ArraySyntax::Short, _)) {
            self.advance();
            return self.assign_value(expr);
        }
        Ok(expr)
    }

    fn assign_value(&mut self, target: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        let value = self.expr_above(PREC_ASSIGN)?;
        Ok(self.expr_node(target.line, ExprKind::Assign(target, value)))
    }

    /// `list(…) = value` as an element; the `=` has been consumed, and operators may follow.
    pub(super) fn list_assignment(&mut self, list: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        let left = self.assign_value(list)?;
        self.binary(left, 0)
    }

    fn yield_expr(&mut self) -> Parsed<&'a Expr<'a>> {
        self.has_yield = true;
        self.advance();
        if !begins_expr(self.tok.id) {
            let line = self.line();
            return Ok(self.expr_node(line, ExprKind::Yield(None, None)));
        }
        let first = self.expr_above(PREC_YIELD)?;
        if self.eat(T_DOUBLE_ARROW) {
            let value = self.expr_above(PREC_DOUBLE_ARROW)?;
            return Ok(self.expr_node(value.line, ExprKind::Yield(Some(first), Some(value))));
        }
        Ok(self.expr_node(first.line, ExprKind::Yield(None, Some(first))))
    }

    fn static_closure(&mut self, attributes: &'a [AttributeGroup<'a>]) -> Parsed<&'a Expr<'a>> {
        if !matches!(self.tok.id, T_FUNCTION | T_FN) {
            return self.unexpected(if attributes.is_empty() {
                &[T_PAAMAYIM_NEKUDOTAYIM]
            } else {
                &[T_FUNCTION, T_FN]
            });
        }
        self.closure(attributes, Modifiers::STATIC)
    }

    /// Body of an arrow function.
    pub(super) fn arrow_body(&mut self) -> Parsed<&'a Expr<'a>> {
        self.expr_above(PREC_ARROW)
    }

    fn match_expr(&mut self) -> Parsed<&'a Expr<'a>> {
        self.advance();
        self.expect_char(b'(')?;
        let subject = self.expr()?;
        self.close(b')')?;
        self.expect_char(b'{')?;
        let mut arms = Vec::new();
        while begins_expr(self.tok.id) || self.at(T_DEFAULT) {
            arms.push(self.match_arm()?);
            if !self.eat_char(b',') {
                break;
            }
        }
        self.expect_char(b'}')?;
        Ok(self.match_node(subject, &arms))
    }

    fn match_node(&self, subject: &'a Expr<'a>, arms: &[MatchArm<'a>]) -> &'a Expr<'a> {
        let node = self.arena.alloc(Match { subject, arms: self.arena.alloc_slice_copy(arms) });
        self.expr_node(subject.line, ExprKind::Match(node))
    }

    fn match_arm(&mut self) -> Parsed<MatchArm<'a>> {
        if self.eat(T_DEFAULT) {
            self.eat_char(b',');
            self.expect(T_DOUBLE_ARROW)?;
            let body = self.expr()?;
            return Ok(MatchArm { conds: None, body, line: body.line });
        }
        let mark = self.exprs.len();
        loop {
            let cond = self.expr()?;
            self.exprs.push(cond);
            if !self.eat_char(b',') || !begins_expr(self.tok.id) {
                break;
            }
        }
        let line = self.exprs[mark].line;
        self.expect(T_DOUBLE_ARROW)?;
        let body = self.expr()?;
        let conds = Some(self.take_exprs(mark));
        Ok(MatchArm { conds, body, line })
    }
}

/// True when a token can begin an expression (decides whether `yield`, `return`, `break` … have an operand).
pub(super) fn begins_expr(id: TokenId) -> bool {
    match id {
        T_LNUMBER..=T_VARIABLE
        | T_CONSTANT_ENCAPSED_STRING
        | T_INCLUDE..=T_REQUIRE_ONCE
        | T_PRINT
        | T_YIELD
        | T_YIELD_FROM
        | T_NEW
        | T_CLONE
        | T_EXIT
        | T_MATCH
        | T_FUNCTION
        | T_FN
        | T_THROW
        | T_STATIC
        | T_READONLY
        | T_ISSET
        | T_EMPTY
        | T_LIST
        | T_ARRAY
        | T_LINE..=T_NS_C
        | T_ATTRIBUTE
        | T_INC
        | T_DEC
        | T_INT_CAST..=T_UNSET_CAST
        | T_START_HEREDOC => true,
        0..=255 => b"+-!~@([`\"$".contains(&(id as u8)) && id != 0,
        _ => false,
    }
}
