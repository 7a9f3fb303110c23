//! Expressions.

use super::{ClassDecl, Function, Ident, Name};

/// An expression.
#[derive(Debug, Clone, Copy)]
pub struct Expr<'a> {
    /// PHP's line for it: its first child's, see the module docs.
    pub line: u32,
    /// Nothing in it needs run time, as far as its form tells: [`ExprKind::is_constant`].
    pub constant: bool,
    /// What it is.
    pub kind: ExprKind<'a>,
}

/// A name, or an expression that gives one at run time.
#[derive(Debug, Clone, Copy)]
pub enum NameOrExpr<'a> {
    /// As written; `static` is an unqualified name.
    Name(Name<'a>),
    /// Evaluated.
    Expr(&'a Expr<'a>),
}

/// A member name: fixed, or evaluated (`$o->$p`, `$o->{expr}`, `A::$$p`).
#[derive(Debug, Clone, Copy)]
pub enum MemberName<'a> {
    /// `foo`; for static properties without `$`.
    Ident(Ident<'a>),
    /// Evaluated to the name.
    Expr(&'a Expr<'a>),
}

/// Arguments of a call.
#[derive(Debug, Clone, Copy)]
pub enum Args<'a> {
    /// `f(a, b)`
    List(&'a [Arg<'a>]),
    /// `f(...)`: first-class callable
    Callable,
}

/// One argument.
#[derive(Debug, Clone, Copy)]
pub struct Arg<'a> {
    /// The value.
    pub value: &'a Expr<'a>,
    /// `name:` of a named argument.
    pub name: Option<&'a Ident<'a>>,
    /// `...value`
    pub unpack: bool,
}

impl Arg<'_> {
    /// PHP's line of the argument: the name's for a named one, else the value's.
    pub fn line(&self) -> u32 {
        self.name.map_or(self.value.line, |n| n.line)
    }
}

/// Binary operators. Short-circuit ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `**`
    Pow,
    /// `.`
    Concat,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&&` and `and`
    And,
    /// `||` and `or`
    Or,
    /// `xor`
    Xor,
    /// `==`
    Equal,
    /// `!=` and `<>`
    NotEqual,
    /// `===`
    Identical,
    /// `!==`
    NotIdentical,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `<=>`
    Spaceship,
    /// `??`
    Coalesce,
}

/// Prefix operators without an effect on their operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `!`
    Not,
    /// `~`
    BitNot,
}

/// Cast types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastKind {
    /// `(int)`, `(integer)`
    Int,
    /// `(float)`, `(double)`
    Float,
    /// `(string)`, `(binary)`
    String,
    /// `(bool)`, `(boolean)`
    Bool,
    /// `(array)`
    Array,
    /// `(object)`
    Object,
    /// `(unset)`: the compiler rejects it
    Unset,
}

/// Which include construct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncludeKind {
    /// `include`
    Include,
    /// `include_once`
    IncludeOnce,
    /// `require`
    Require,
    /// `require_once`
    RequireOnce,
    /// `eval(…)`
    Eval,
}

/// `__LINE__` and its relatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MagicConst {
    /// `__LINE__`: the value is the expression's line
    Line,
    /// `__FILE__`
    File,
    /// `__DIR__`
    Dir,
    /// `__CLASS__`
    Class,
    /// `__TRAIT__`
    Trait,
    /// `__METHOD__`
    Method,
    /// `__FUNCTION__`
    Function,
    /// `__PROPERTY__`
    Property,
    /// `__NAMESPACE__`
    Namespace,
}

/// How an array literal or list pattern was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArraySyntax {
    /// `array(…)`
    Long,
    /// `[…]`
    Short,
    /// `list(…)`
    List,
}

/// An element of an array literal or list pattern.
#[derive(Debug, Clone, Copy)]
pub enum ArrayElem<'a> {
    /// Nothing between two commas (`[, $b] = …`); the compiler rejects it in literals.
    Hole,
    /// `value`, `key => value`, `&value`, `key => &value`
    Item {
        /// Key, if written.
        key: Option<&'a Expr<'a>>,
        /// Value or target.
        value: &'a Expr<'a>,
        /// `&`
        by_ref: bool,
    },
    /// `...expr`
    Unpack(&'a Expr<'a>),
}

/// A piece of an interpolated string.
#[derive(Debug, Clone, Copy)]
pub enum InterpPart<'a> {
    /// Literal text, escapes already applied; never empty.
    Text(&'a [u8]),
    /// `$a`, `$a[0]`, `$a->b`, `{$expr}`
    Expr(&'a Expr<'a>),
    /// `${name}` and `${name[expr]}`: deprecated in favour of `{$name}`
    DollarVar(&'a Expr<'a>),
    /// `${expr}`: deprecated in favour of `{${expr}}`
    DollarExpr(&'a Expr<'a>),
}

/// Class operand of `new`.
#[derive(Debug, Clone, Copy)]
pub enum NewClass<'a> {
    /// `new Foo`, `new $x`, `new (expr)`
    Ref(NameOrExpr<'a>),
    /// `new class … { … }`
    Anonymous(&'a ClassDecl<'a>),
}

/// `cond ? then : els`.
#[derive(Debug, Clone, Copy)]
pub struct Ternary<'a> {
    /// Condition.
    pub cond: &'a Expr<'a>,
    /// `None` for `?:`.
    pub then: Option<&'a Expr<'a>>,
    /// Otherwise.
    pub els: &'a Expr<'a>,
    /// It stood in parentheses of its own (nesting without them is an error of the compiler's).
    pub parenthesized: bool,
}

/// `f(args)`.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// What is called. `exit` and `die` are a call of the fully qualified name `exit`.
    pub callee: NameOrExpr<'a>,
    /// Arguments.
    pub args: Args<'a>,
}

/// `$o->m(args)`, `$o?->m(args)`.
#[derive(Debug, Clone, Copy)]
pub struct MethodCall<'a> {
    /// The object.
    pub object: &'a Expr<'a>,
    /// Method name.
    pub name: MemberName<'a>,
    /// Arguments.
    pub args: Args<'a>,
    /// `?->`
    pub nullsafe: bool,
}

/// `A::m(args)`.
#[derive(Debug, Clone, Copy)]
pub struct StaticCall<'a> {
    /// The class.
    pub class: NameOrExpr<'a>,
    /// Method name; an expression for `A::$m()` and `A::{expr}()`.
    pub name: MemberName<'a>,
    /// Arguments.
    pub args: Args<'a>,
}

/// `$o->p`, `$o?->p`.
#[derive(Debug, Clone, Copy)]
pub struct PropFetch<'a> {
    /// The object.
    pub object: &'a Expr<'a>,
    /// Property name.
    pub name: MemberName<'a>,
    /// `?->`
    pub nullsafe: bool,
}

/// `A::$p`.
#[derive(Debug, Clone, Copy)]
pub struct StaticProp<'a> {
    /// The class.
    pub class: NameOrExpr<'a>,
    /// Property name without `$`.
    pub name: MemberName<'a>,
    /// It stood in parentheses (matters for `new (A::$b)` style export only).
    pub parenthesized: bool,
}

/// `A::B`, `A::{expr}`.
#[derive(Debug, Clone, Copy)]
pub struct ClassConst<'a> {
    /// The class.
    pub class: NameOrExpr<'a>,
    /// Constant name.
    pub name: MemberName<'a>,
}

/// `new A(args)`.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// What is made.
    pub class: NewClass<'a>,
    /// Constructor arguments; an empty list when there are no parentheses.
    pub args: Args<'a>,
}

/// `match (subject) { … }`.
#[derive(Debug, Clone, Copy)]
pub struct Match<'a> {
    /// What is compared.
    pub subject: &'a Expr<'a>,
    /// Arms in order.
    pub arms: &'a [MatchArm<'a>],
}

/// One arm of `match`.
#[derive(Debug, Clone, Copy)]
pub struct MatchArm<'a> {
    /// Conditions; `None` for `default`.
    pub conds: Option<&'a [&'a Expr<'a>]>,
    /// Result.
    pub body: &'a Expr<'a>,
    /// PHP's line of the arm.
    pub line: u32,
}

/// The kinds of expression.
#[derive(Debug, Clone, Copy)]
pub enum ExprKind<'a> {
    /// Integer literal
    Int(i64),
    /// Floating-point literal, also integer literals that do not fit
    Float(f64),
    /// String literal, escapes applied
    String(&'a [u8]),
    /// String with variables in it, also heredoc
    Interp(&'a [InterpPart<'a>]),
    /// Backticks
    ShellExec(&'a [InterpPart<'a>]),
    /// `FOO`, `true`, `A\FOO`
    Const(&'a Name<'a>),
    /// `__LINE__` …
    Magic(MagicConst),
    /// `$name` (without `$`), also `${'name'}`
    Var(&'a [u8]),
    /// `$$x`, `${expr}`: the operand gives the name
    VarVar(&'a Expr<'a>),
    /// `a[b]`, `a[]`
    Index(&'a Expr<'a>, Option<&'a Expr<'a>>),
    /// `$o->p`
    Prop(&'a PropFetch<'a>),
    /// `A::$p`
    StaticProp(&'a StaticProp<'a>),
    /// `A::B`
    ClassConst(&'a ClassConst<'a>),
    /// `A::class`
    ClassName(&'a NameOrExpr<'a>),
    /// `f()`
    Call(&'a Call<'a>),
    /// `$o->m()`
    MethodCall(&'a MethodCall<'a>),
    /// `A::m()`
    StaticCall(&'a StaticCall<'a>),
    /// `new A`
    New(&'a New<'a>),
    /// Array literal, or list pattern as assignment target
    Array(ArraySyntax, &'a [ArrayElem<'a>]),
    /// `target = value`; the target may be [`ExprKind::Array`]
    Assign(&'a Expr<'a>, &'a Expr<'a>),
    /// `target = &source`
    AssignRef(&'a Expr<'a>, &'a Expr<'a>),
    /// `target op= value`, `??=` as [`BinaryOp::Coalesce`]
    AssignOp(BinaryOp, &'a Expr<'a>, &'a Expr<'a>),
    /// `a op b`
    Binary(BinaryOp, &'a Expr<'a>, &'a Expr<'a>),
    /// `op a`
    Unary(UnaryOp, &'a Expr<'a>),
    /// `++$a`
    PreInc(&'a Expr<'a>),
    /// `--$a`
    PreDec(&'a Expr<'a>),
    /// `$a++`
    PostInc(&'a Expr<'a>),
    /// `$a--`
    PostDec(&'a Expr<'a>),
    /// `(int)a`
    Cast(CastKind, &'a Expr<'a>),
    /// `a ? b : c`
    Ternary(&'a Ternary<'a>),
    /// `a instanceof B`
    InstanceOf(&'a Expr<'a>, &'a NameOrExpr<'a>),
    /// `@a`
    Silence(&'a Expr<'a>),
    /// `clone a`
    Clone(&'a Expr<'a>),
    /// `print a`
    Print(&'a Expr<'a>),
    /// `isset(a)`; `isset(a, b)` is an [`BinaryOp::And`] of two of these
    Isset(&'a Expr<'a>),
    /// `empty(a)`
    Empty(&'a Expr<'a>),
    /// `include a` …, `eval(a)`
    Include(IncludeKind, &'a Expr<'a>),
    /// `yield`, `yield value`, `yield key => value` as (key, value)
    Yield(Option<&'a Expr<'a>>, Option<&'a Expr<'a>>),
    /// `yield from a`
    YieldFrom(&'a Expr<'a>),
    /// `throw a`
    Throw(&'a Expr<'a>),
    /// Closure or arrow function
    Closure(&'a Function<'a>),
    /// `match`
    Match(&'a Match<'a>),
}

impl ExprKind<'_> {
    /// Whether the value may be known without running anything, as far as the form tells.
    #[inline]
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::String(_) | ExprKind::Magic(_) => true,
            // Of the constants only those that the language itself has.
            ExprKind::Const(n) => {
                let words: [&[u8]; 4] = [b"true", b"false", b"null", b"__COMPILER_HALT_OFFSET__"];
                words.iter().any(|w| n.text.eq_ignore_ascii_case(w))
            }
            ExprKind::ClassName(NameOrExpr::Name(_)) => true,
            ExprKind::Unary(_, a) => a.constant,
            ExprKind::Binary(_, a, b) => a.constant && b.constant,
            ExprKind::Array(_, elems) => elems.iter().all(|e| match e {
                ArrayElem::Item { key, value, by_ref: false } => {
                    value.constant && key.is_none_or(|k| k.constant)
                }
                _ => false,
            }),
            // Of those functions that depend on their arguments alone.
            ExprKind::Call(c) => match (c.callee, c.args) {
                (NameOrExpr::Name(_), Args::List(args)) => {
                    args.iter().all(|a| a.value.constant && a.name.is_none() && !a.unpack)
                }
                _ => false,
            },
            _ => false,
        }
    }
}
