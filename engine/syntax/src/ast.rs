//! The syntax tree: plain `Copy` data in a [`bumpalo::Bump`], nothing to drop.
//!
//! Shape and line rules follow php-src `Zend/zend_ast.c` and `Zend/zend_language_parser.y`, because line numbers of
//! warnings, backtraces and reflection depend on them: a node takes the line of its first child, a leaf the line where its
//! token starts, a node without children the line the scanner stood on when the node was complete.
//!
//! Names (`true`, `self`, `strict_types` …) are left as written: the compiler resolves them. Long left-associative chains
//! (`a . b . c …`) nest to the left as deep as they are long; walk the left spine with a loop, or guard the stack.

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

/// Which syntax declared a [`Function`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// `function f() {}`
    Function,
    /// Method of a class-like.
    Method,
    /// `function () {}`
    Closure,
    /// `fn () => expr`
    Arrow,
    /// Property hook: name is `get` or `set` as written.
    Hook,
}

/// Body of a [`Function`].
#[derive(Debug, Clone, Copy)]
pub enum FunctionBody<'a> {
    /// `;`: abstract or interface
    None,
    /// `{ … }`
    Block(&'a [Stmt<'a>]),
    /// `=> expr` of an arrow function or short hook
    Expr(&'a Expr<'a>),
}

/// A function, method, closure, arrow function or property hook.
#[derive(Debug, Clone, Copy)]
pub struct Function<'a> {
    /// Which of them.
    pub kind: FunctionKind,
    /// Empty text for closures and arrow functions.
    pub name: Ident<'a>,
    /// `&` before the name or the parameters.
    pub by_ref: bool,
    /// Method or hook modifiers ([`Modifiers::PUBLIC`] filled in for methods without visibility); `STATIC` for static closures.
    pub modifiers: Modifiers,
    /// Contains `yield` of its own.
    pub is_generator: bool,
    /// Parameters; for hooks without a list see `has_param_list`.
    pub params: &'a [Param<'a>],
    /// False only for hooks written without parentheses.
    pub has_param_list: bool,
    /// `use (…)` of a closure.
    pub uses: &'a [ClosureUse<'a>],
    /// Declared return type.
    pub return_type: Option<&'a Type<'a>>,
    /// The body.
    pub body: FunctionBody<'a>,
    /// Attributes.
    pub attributes: &'a [AttributeGroup<'a>],
    /// Doc comment with its `/**` and `*/`.
    pub doc: Option<&'a [u8]>,
    /// Line of the `function`, `fn` keyword (hooks: of the name).
    pub start_line: u32,
    /// Line where it ends.
    pub end_line: u32,
}

/// One variable of a closure's `use (…)`.
#[derive(Debug, Clone, Copy)]
pub struct ClosureUse<'a> {
    /// Name without `$`.
    pub name: Ident<'a>,
    /// `&$x`
    pub by_ref: bool,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Param<'a> {
    /// Name without `$`.
    pub name: Ident<'a>,
    /// Declared type.
    pub ty: Option<&'a Type<'a>>,
    /// `&`
    pub by_ref: bool,
    /// `...`
    pub variadic: bool,
    /// Default value.
    pub default: Option<&'a Expr<'a>>,
    /// Constructor promotion when not empty, or when `hooks` is there.
    pub modifiers: Modifiers,
    /// Hooks of a promoted property.
    pub hooks: Option<&'a [&'a Function<'a>]>,
    /// Attributes.
    pub attributes: &'a [AttributeGroup<'a>],
    /// Doc comment (for the promoted property).
    pub doc: Option<&'a [u8]>,
    /// PHP's line of the parameter (its type's if it has one).
    pub line: u32,
}

/// A declared type.
#[derive(Debug, Clone, Copy)]
pub struct Type<'a> {
    /// What it is.
    pub kind: TypeKind<'a>,
    /// Line of its first token.
    pub line: u32,
}

/// The forms of a declared type. `int`, `self`, `null` … are names.
#[derive(Debug, Clone, Copy)]
pub enum TypeKind<'a> {
    /// A class name or a built-in type's name
    Name(Name<'a>),
    /// `array`
    Array,
    /// `callable`
    Callable,
    /// `static`
    Static,
    /// `?T`
    Nullable(&'a Type<'a>),
    /// `A|B|(C&D)`
    Union(&'a [Type<'a>]),
    /// `A&B`
    Intersection(&'a [Type<'a>]),
}

/// Which class-like a [`ClassDecl`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassKind {
    /// `class`, also anonymous
    Class,
    /// `interface`
    Interface,
    /// `trait`
    Trait,
    /// `enum`
    Enum,
}

/// A class, interface, trait, enum or anonymous class.
#[derive(Debug, Clone, Copy)]
pub struct ClassDecl<'a> {
    /// Which of them.
    pub kind: ClassKind,
    /// `None` for an anonymous class.
    pub name: Option<Ident<'a>>,
    /// `ABSTRACT`, `FINAL`, `READONLY` as written.
    pub modifiers: Modifiers,
    /// `extends` of a class.
    pub extends: Option<Name<'a>>,
    /// `implements` of a class or enum, `extends` of an interface.
    pub implements: &'a [Name<'a>],
    /// Backing type of an enum.
    pub backing_type: Option<&'a Type<'a>>,
    /// Members in order.
    pub members: &'a [Member<'a>],
    /// Attributes.
    pub attributes: &'a [AttributeGroup<'a>],
    /// Doc comment with its `/**` and `*/`.
    pub doc: Option<&'a [u8]>,
    /// Line of the `class` … keyword.
    pub start_line: u32,
    /// Line of the closing brace.
    pub end_line: u32,
}

/// A member of a class-like.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// `public int $a = 1, $b;`
    Properties(&'a PropertyGroup<'a>),
    /// `const A = 1, B = 2;`
    Consts(&'a ClassConstGroup<'a>),
    /// A method
    Method(&'a Function<'a>),
    /// `case A = 1;`
    Case(&'a EnumCase<'a>),
    /// `use T1, T2 { … }`
    UseTrait(&'a UseTrait<'a>),
}

/// Properties declared together.
#[derive(Debug, Clone, Copy)]
pub struct PropertyGroup<'a> {
    /// As written (`var` is `PUBLIC`); no visibility is filled in.
    pub modifiers: Modifiers,
    /// Declared type.
    pub ty: Option<&'a Type<'a>>,
    /// At least one; exactly one when it has hooks.
    pub props: &'a [Property<'a>],
    /// Attributes.
    pub attributes: &'a [AttributeGroup<'a>],
    /// PHP's line of the group (the type's, or the first property's).
    pub line: u32,
}

/// One property.
#[derive(Debug, Clone, Copy)]
pub struct Property<'a> {
    /// Name without `$`.
    pub name: Ident<'a>,
    /// Default value.
    pub default: Option<&'a Expr<'a>>,
    /// `{ get; set; }`; `Some(&[])` for `{}`.
    pub hooks: Option<&'a [&'a Function<'a>]>,
    /// Doc comment.
    pub doc: Option<&'a [u8]>,
}

/// Class constants declared together.
#[derive(Debug, Clone, Copy)]
pub struct ClassConstGroup<'a> {
    /// With [`Modifiers::PUBLIC`] filled in when no visibility was written.
    pub modifiers: Modifiers,
    /// Declared type.
    pub ty: Option<&'a Type<'a>>,
    /// At least one.
    pub consts: &'a [ConstElem<'a>],
    /// Attributes.
    pub attributes: &'a [AttributeGroup<'a>],
    /// PHP's line of the group (its first constant's).
    pub line: u32,
}

/// An enum case (the compiler rejects it outside enums).
#[derive(Debug, Clone, Copy)]
pub struct EnumCase<'a> {
    /// Case name.
    pub name: Ident<'a>,
    /// Backing value.
    pub value: Option<&'a Expr<'a>>,
    /// Attributes.
    pub attributes: &'a [AttributeGroup<'a>],
    /// Doc comment.
    pub doc: Option<&'a [u8]>,
}

/// `use T1, T2 { … }` in a class.
#[derive(Debug, Clone, Copy)]
pub struct UseTrait<'a> {
    /// Traits.
    pub traits: &'a [Name<'a>],
    /// `insteadof` and `as` rules.
    pub adaptations: &'a [TraitAdaptation<'a>],
    /// Line of the first trait name.
    pub line: u32,
}

/// One rule of a trait `use`.
#[derive(Debug, Clone, Copy)]
pub enum TraitAdaptation<'a> {
    /// `A::method insteadof B, C;`
    Precedence {
        /// Trait whose method wins.
        class: Name<'a>,
        /// The method.
        method: Ident<'a>,
        /// Traits whose method is left out.
        insteadof: &'a [Name<'a>],
    },
    /// `[A::]method as [modifier] [alias];`
    Alias {
        /// Trait, if named.
        class: Option<Name<'a>>,
        /// The method.
        method: Ident<'a>,
        /// New visibility or other modifier, if any.
        modifiers: Modifiers,
        /// New name, if any.
        alias: Option<Ident<'a>>,
    },
}

/// An expression.
#[derive(Debug, Clone, Copy)]
pub struct Expr<'a> {
    /// PHP's line for it: its first child's, see the module docs.
    pub line: u32,
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
