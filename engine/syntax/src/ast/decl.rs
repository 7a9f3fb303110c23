//! Functions, types, classes and their members.

use super::{AttributeGroup, ConstElem, Expr, Ident, Modifiers, Name, Stmt};

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
