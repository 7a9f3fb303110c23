//! The syntax tree: plain `Copy` data in a [`bumpalo::Bump`], nothing to drop.
//!
//! Shape and line rules follow php-src `Zend/zend_ast.c` and `Zend/zend_language_parser.y`, because line numbers of
//! warnings, backtraces and reflection depend on them: a node takes the line of its first child, a leaf the line where its
//! token starts, a node without children the line the scanner stood on when the node was complete.
//!
//! Names (`true`, `self`, `strict_types` …) are left as written: the compiler resolves them. Long left-associative chains
//! (`a . b . c …`) nest to the left as deep as they are long; walk the left spine with a loop, or guard the stack.

mod decl;
mod expr;

pub use decl::*;
pub use expr::*;

/// A whole source file, or the code given to `eval`.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// Top-level statements in source order.
    pub stmts: &'a [Stmt<'a>],
    /// Byte offset just behind `__halt_compiler();`, when the file has one. This is `__COMPILER_HALT_OFFSET__`.
    pub halt_offset: Option<u32>,
    /// Line the scanner stood on at the end of the source (start line of the implicit final `return 1`).
    pub end_line: u32,
    /// Warnings and deprecations met while parsing, in source order. They are not fatal.
    pub diagnostics: &'a [Diagnostic<'a>],
    /// Some chain of postfixes or operators is so long that walking the tree recursively takes much stack, up to
    /// [`crate::COMPILER_STACK`].
    pub long_chains: bool,
}

/// A non-fatal message from scanner or parser.
#[derive(Debug, Clone, Copy)]
pub struct Diagnostic<'a> {
    /// Which `E_*` level it has.
    pub level: DiagnosticLevel,
    /// Text without the `Warning: ` prefix and without file and line.
    pub message: &'a str,
    /// Line to report.
    pub line: u32,
}

/// `E_*` level of a [`Diagnostic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiagnosticLevel {
    /// `E_COMPILE_WARNING` (printed as `Warning`).
    CompileWarning,
    /// `E_DEPRECATED`.
    Deprecated,
}

/// How a name was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// `foo`
    Unqualified,
    /// `foo\bar`
    Qualified,
    /// `\foo` or `\foo\bar`; the text has no leading backslash.
    FullyQualified,
    /// `namespace\foo`; the text has no leading `namespace\`.
    Relative,
}

/// A class, function or constant name as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    /// The name without the prefix that `kind` stands for.
    pub text: &'a [u8],
    /// Line of the token.
    pub line: u32,
    /// How it was written.
    pub kind: NameKind,
}

/// A single identifier: a declared name, a member name, a label, a variable name (without `$`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ident<'a> {
    /// Bytes of the identifier.
    pub text: &'a [u8],
    /// Line of the token.
    pub line: u32,
}

/// `public static final …`: a set of member, class or parameter modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modifiers(pub u32);

impl Modifiers {
    /// No modifier at all.
    pub const NONE: Modifiers = Modifiers(0);
    /// `public`, also `var`
    pub const PUBLIC: Modifiers = Modifiers(1);
    /// `protected`
    pub const PROTECTED: Modifiers = Modifiers(2);
    /// `private`
    pub const PRIVATE: Modifiers = Modifiers(4);
    /// `static`
    pub const STATIC: Modifiers = Modifiers(8);
    /// `abstract`
    pub const ABSTRACT: Modifiers = Modifiers(16);
    /// `final`
    pub const FINAL: Modifiers = Modifiers(32);
    /// `readonly`
    pub const READONLY: Modifiers = Modifiers(64);
    /// `public(set)`
    pub const PUBLIC_SET: Modifiers = Modifiers(128);
    /// `protected(set)`
    pub const PROTECTED_SET: Modifiers = Modifiers(256);
    /// `private(set)`
    pub const PRIVATE_SET: Modifiers = Modifiers(512);
    /// Any of `public protected private`.
    pub const VISIBILITY: Modifiers = Modifiers(1 | 2 | 4);
    /// Any of the `(set)` visibilities.
    pub const SET_VISIBILITY: Modifiers = Modifiers(128 | 256 | 512);

    /// True when no bit is set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when `self` and `other` share a bit.
    pub const fn intersects(self, other: Modifiers) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Modifiers) -> Modifiers {
        Modifiers(self.0 | other.0)
    }
}

/// One `#[…]`: the attributes between the brackets.
#[derive(Debug, Clone, Copy)]
pub struct AttributeGroup<'a> {
    /// At least one attribute.
    pub attributes: &'a [Attribute<'a>],
}

/// `Name(args)` inside `#[…]`.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'a> {
    /// Attribute class.
    pub name: Name<'a>,
    /// Arguments; `None` when there are no parentheses.
    pub args: Option<Args<'a>>,
    /// Line of the name.
    pub line: u32,
}

/// A statement.
#[derive(Debug, Clone, Copy)]
pub struct Stmt<'a> {
    /// PHP's line for it: its first child's, see the module docs. Declarations: line of their keyword.
    pub line: u32,
    /// What it is.
    pub kind: StmtKind<'a>,
}

/// The kinds of statement.
#[derive(Debug, Clone, Copy)]
pub enum StmtKind<'a> {
    /// `;`, also what follows a lone `?>`
    Empty,
    /// `{ … }`
    Block(&'a [Stmt<'a>]),
    /// An expression followed by `;`
    Expr(&'a Expr<'a>),
    /// `echo a, b;` and `<?= a, b ?>`; PHP executes one ECHO per expression, each with its own line.
    Echo(&'a [&'a Expr<'a>]),
    /// Text outside `<?php … ?>`
    InlineHtml(&'a [u8]),
    /// `if … elseif … else`: arms in order; the arm with no condition is `else` and comes last.
    If(&'a [IfArm<'a>]),
    /// `while (cond) body`
    While(&'a Expr<'a>, &'a Stmt<'a>),
    /// `do body while (cond);`
    DoWhile(&'a Stmt<'a>, &'a Expr<'a>),
    /// `for (…; …; …)`
    For(&'a ForStmt<'a>),
    /// `foreach (…)`
    Foreach(&'a ForeachStmt<'a>),
    /// `switch (subject) { … }`
    Switch(&'a Expr<'a>, &'a [SwitchCase<'a>]),
    /// `break;` or `break n;`
    Break(Option<&'a Expr<'a>>),
    /// `continue;` or `continue n;`
    Continue(Option<&'a Expr<'a>>),
    /// `return;` or `return expr;`
    Return(Option<&'a Expr<'a>>),
    /// `global $a, $$b;`: [`ExprKind::Var`] or [`ExprKind::VarVar`]
    Global(&'a [&'a Expr<'a>]),
    /// `static $a = 1, $b;`
    StaticVars(&'a [StaticVar<'a>]),
    /// `unset($a, $b[0]);`
    Unset(&'a [&'a Expr<'a>]),
    /// `try … catch … finally`
    Try(&'a TryStmt<'a>),
    /// `goto label;`
    Goto(Ident<'a>),
    /// `label:`
    Label(Ident<'a>),
    /// `declare(…)` with or without a body
    Declare(&'a DeclareStmt<'a>),
    /// `namespace …`
    Namespace(&'a NamespaceStmt<'a>),
    /// `use …;` outside classes
    Use(&'a UseStmt<'a>),
    /// `const A = 1, B = 2;` outside classes
    Const(&'a [ConstElem<'a>]),
    /// Named function
    Function(&'a Function<'a>),
    /// Class, interface, trait or enum
    Class(&'a ClassDecl<'a>),
    /// `__halt_compiler();` with the byte offset of what follows. Always the last statement.
    HaltCompiler(u32),
}

/// One arm of `if`.
#[derive(Debug, Clone, Copy)]
pub struct IfArm<'a> {
    /// `None` for `else`.
    pub cond: Option<&'a Expr<'a>>,
    /// What runs; a [`StmtKind::Block`] in the alternative syntax.
    pub body: &'a Stmt<'a>,
    /// PHP's line of the arm (the condition's, or for `else` the body's).
    pub line: u32,
}

/// `for` loop.
#[derive(Debug, Clone, Copy)]
pub struct ForStmt<'a> {
    /// Before the loop.
    pub init: &'a [&'a Expr<'a>],
    /// Evaluated before each turn; the last one decides. Empty: forever.
    pub cond: &'a [&'a Expr<'a>],
    /// After each turn.
    pub step: &'a [&'a Expr<'a>],
    /// The body.
    pub body: &'a Stmt<'a>,
}

/// `foreach` loop.
#[derive(Debug, Clone, Copy)]
pub struct ForeachStmt<'a> {
    /// What is iterated.
    pub subject: &'a Expr<'a>,
    /// Key target, if any. May be a list pattern, which the compiler rejects.
    pub key: Option<&'a Expr<'a>>,
    /// `&` before the key (the compiler rejects it).
    pub key_by_ref: bool,
    /// Value target: variable or list pattern ([`ExprKind::Array`]).
    pub value: &'a Expr<'a>,
    /// `&` before the value.
    pub by_ref: bool,
    /// The body.
    pub body: &'a Stmt<'a>,
}

/// `case x:` or `default:`.
#[derive(Debug, Clone, Copy)]
pub struct SwitchCase<'a> {
    /// `None` for `default`.
    pub cond: Option<&'a Expr<'a>>,
    /// Statements up to the next case.
    pub body: &'a [Stmt<'a>],
    /// PHP's line of the case.
    pub line: u32,
}

/// `static $name = init`.
#[derive(Debug, Clone, Copy)]
pub struct StaticVar<'a> {
    /// Name without `$`.
    pub name: Ident<'a>,
    /// Initial value.
    pub init: Option<&'a Expr<'a>>,
}

/// `try` statement.
#[derive(Debug, Clone, Copy)]
pub struct TryStmt<'a> {
    /// Guarded statements.
    pub body: &'a [Stmt<'a>],
    /// `catch` clauses in order.
    pub catches: &'a [Catch<'a>],
    /// `finally` block.
    pub finally: Option<&'a [Stmt<'a>]>,
}

/// `catch (A | B $e) { … }`.
#[derive(Debug, Clone, Copy)]
pub struct Catch<'a> {
    /// Caught classes.
    pub types: &'a [Name<'a>],
    /// Variable, if named.
    pub var: Option<Ident<'a>>,
    /// The handler.
    pub body: &'a [Stmt<'a>],
    /// PHP's line of the clause (its first class name's).
    pub line: u32,
}

/// `declare(ticks=1, …)`.
#[derive(Debug, Clone, Copy)]
pub struct DeclareStmt<'a> {
    /// Directives in order; the compiler checks names and values.
    pub directives: &'a [ConstElem<'a>],
    /// The statement it applies to; `None` for `declare(…);`.
    pub body: Option<&'a Stmt<'a>>,
}

/// `namespace A;`, `namespace A { … }`, `namespace { … }`.
#[derive(Debug, Clone, Copy)]
pub struct NamespaceStmt<'a> {
    /// `None` for the global namespace.
    pub name: Option<Name<'a>>,
    /// The braced body; `None` for the form that ends with `;` (the following statements belong to it).
    pub body: Option<&'a [Stmt<'a>]>,
}

/// What a `use` imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseKind {
    /// Class or namespace
    Class,
    /// `use function`
    Function,
    /// `use const`
    Const,
}

/// `use A\B, C as D;`, `use function f;`, `use A\{B, function c};`.
#[derive(Debug, Clone, Copy)]
pub struct UseStmt<'a> {
    /// Prefix of a group use (without leading backslash); `None` for a plain list.
    pub prefix: Option<Name<'a>>,
    /// True for `use A\{function b, C}` whose items carry their own kinds (no kind before the prefix).
    pub mixed: bool,
    /// Imported names with their kinds.
    pub items: &'a [UseItem<'a>],
}

/// One imported name.
#[derive(Debug, Clone, Copy)]
pub struct UseItem<'a> {
    /// Its kind.
    pub kind: UseKind,
    /// The name; relative to the prefix in a group.
    pub name: Name<'a>,
    /// `as alias`
    pub alias: Option<Ident<'a>>,
}

/// `NAME = value` of `const` and `declare`.
#[derive(Debug, Clone, Copy)]
pub struct ConstElem<'a> {
    /// Constant or directive name.
    pub name: Ident<'a>,
    /// Its value.
    pub value: &'a Expr<'a>,
    /// Doc comment with its `/**` and `*/`.
    pub doc: Option<&'a [u8]>,
}
