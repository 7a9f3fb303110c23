//! What a source file compiles to.

use crate::{Ext, Insn, Text};

/// A literal of a function. Arrays become immutable arrays when a VM loads the unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Integer
    Int(i64),
    /// Float
    Dbl(f64),
    /// String
    Str(Text),
    /// Constant array, in order.
    Array(Vec<(ArrayKey, Literal)>),
    /// A constant expression that needs evaluation: function `.0` of the unit, called without arguments in the scope
    /// of the class that declares it. Only in defaults, never in an opline.
    Thunk(u32),
}

/// A key of a constant array.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArrayKey {
    /// Integer key (numeric strings are already normalized).
    Int(i64),
    /// String key.
    Str(Text),
}

/// A declared type. `mask` bits as the plugin ABI's `type_mask` (1 << tag, CALLABLE 1<<16, ITERABLE 1<<17, VOID 1<<18,
/// NEVER 1<<19, STATIC 1<<20).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// Builtin alternatives.
    pub mask: u32,
    /// Class alternatives (resolved names; `self` and `parent` as such), or intersections of a DNF type.
    pub classes: Vec<ClassType>,
    /// As reflection and messages print it (zend_type_to_string: resolved names, `?int`, `A|B|null`, `(A&B)|null`).
    pub text: Box<str>,
}

/// One alternative that names classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassType {
    /// One class.
    Name(Text),
    /// All of these at once.
    All(Vec<Text>),
}

/// `#[Name(args)]`
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Resolved name.
    pub name: Text,
    /// Arguments: name of a named one, value (often a [`Literal::Thunk`]).
    pub args: Vec<(Option<Text>, Literal)>,
    /// The arguments as the source has them.
    pub texts: Vec<Box<str>>,
    /// Target bit (`Attribute::TARGET_*`).
    pub target: u32,
    /// Line.
    pub line: u32,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Name without `$`.
    pub name: Text,
    /// Declared type (implicit nullability already included).
    pub ty: Option<Type>,
    /// Default value.
    pub default: Option<Default>,
    /// `&`
    pub by_ref: bool,
    /// `...`
    pub variadic: bool,
    /// Constructor promotion.
    pub promoted: bool,
    /// Attributes; `#[\SensitiveParameter]` is looked for here.
    pub attributes: Vec<Attribute>,
    /// Line.
    pub line: u32,
}

/// A default value.
#[derive(Clone, Debug, PartialEq)]
pub struct Default {
    /// The value, maybe a [`Literal::Thunk`].
    pub value: Literal,
    /// As the source has it, printed by the syntax tree's export (reflection, messages).
    pub text: Box<str>,
}

/// Bits of [`FnProto::flags`] beyond the modifier bits that the plugin ABI's `flags` names (PUBLIC 1, PROTECTED 2, PRIVATE 4,
/// STATIC 16, FINAL 32, ABSTRACT 64, DEPRECATED 1<<11, RETURNS_REF 1<<12).
pub mod fn_flags {
    /// `declare(strict_types=1)` holds where it was compiled.
    pub const STRICT: u32 = 1 << 31;
    /// Contains yield.
    pub const GENERATOR: u32 = 1 << 30;
    /// Closure or arrow function.
    pub const CLOSURE: u32 = 1 << 29;
    /// Arrow function.
    pub const ARROW: u32 = 1 << 28;
    /// Last parameter is variadic.
    pub const VARIADIC: u32 = 1 << 27;
    /// Needs a symbol table: `$$x`, extract, compact with dynamic names, get_defined_vars, include, eval, parse_str.
    pub const DYNAMIC_VARS: u32 = 1 << 26;
    /// Main code of a file or eval.
    pub const MAIN: u32 = 1 << 25;
    /// Has a declared return type.
    pub const HAS_RETURN_TYPE: u32 = 1 << 24;
    /// Some parameter has a type to check.
    pub const HAS_TYPES: u32 = 1 << 23;
    /// Mentions `$this`.
    pub const USES_THIS: u32 = 1 << 22;
    /// Contains try … finally.
    pub const HAS_FINALLY: u32 = 1 << 21;
    /// A constant-expression thunk.
    pub const THUNK: u32 = 1 << 20;
    /// A property hook.
    pub const HOOK: u32 = 1 << 19;
    /// Declared at top level, unconditionally: bound when the unit is loaded.
    pub const TOP_LEVEL: u32 = 1 << 18;
}

/// A static variable of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticVar {
    /// Name without `$`.
    pub name: Text,
    /// Initial value when constant; `None` when code computes it at first execution.
    pub init: Option<Literal>,
}

/// A captured variable of a closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Name without `$`.
    pub name: Text,
    /// `use (&$x)`
    pub by_ref: bool,
}

/// What must be done with a temporary when an exception passes through its live range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveKind {
    /// Release the value.
    Tmp,
    /// Release a foreach iterator.
    Loop,
    /// Restore error_reporting.
    Silence,
    /// A call window: release the callee's `$this` or closure in the header.
    Window,
    /// An object whose constructor has not finished: its destructor must not run.
    New,
    /// A FastCall return point: release a pending exception in it (chained as previous), and in the slot behind it the
    /// value of a return under way.
    FastCall,
}

/// Live range of a temporary: code words `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveRange {
    /// First word at which the value is there (the word after the defining op).
    pub start: u32,
    /// The consuming op's first word (it owns the operand from there on): not included.
    pub end: u32,
    /// The slot (plain index).
    pub slot: u16,
    /// What to do.
    pub kind: LiveKind,
}

/// A try region: code words `start..end`. Inner regions come after outer ones in [`FnProto::regions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryRegion {
    /// First word of the try body.
    pub start: u32,
    /// First word behind the try body (where the catches begin).
    pub end: u32,
    /// First `Catch` op, or 0.
    pub catch: u32,
    /// First op of the finally block, or 0. Covers body and catches: an exception in `start..finally` that no catch takes goes there.
    pub finally: u32,
    /// The op behind FastRet.
    pub finally_end: u32,
    /// The FastCall temporary (plain slot index) when there is a finally; the one behind it carries returned values.
    pub finally_slot: u16,
}

/// A jump table.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchTable {
    /// Of a `switch`: all keys are (non-numeric) strings; otherwise all are ints.
    pub strings: bool,
    /// Key and jump offset from the Switch op: ints in order, then strings, the shorter before the longer.
    pub cases: Vec<(ArrayKey, i32)>,
    /// Offset when no key matches.
    pub default: i32,
    /// `match`: strict comparison, so a value of another type goes to the default as well. Keys may be of both types.
    pub strict: bool,
}

impl SwitchTable {
    /// Sets the cases; of equal keys the first counts.
    pub fn set_cases(&mut self, mut cases: Vec<(ArrayKey, i32)>) {
        cases.sort_by(|(a, _), (b, _)| match (a, b) {
            (ArrayKey::Str(a), ArrayKey::Str(b)) => by_length(a, b),
            _ => a.cmp(b),
        });
        cases.dedup_by(|b, a| a.0 == b.0);
        self.cases = cases;
    }
    /// Jump offset of an int key.
    pub fn find_int(&self, i: i64) -> Option<i32> {
        self.find(|k| match k {
            ArrayKey::Int(n) => n.cmp(&i),
            ArrayKey::Str(_) => std::cmp::Ordering::Greater,
        })
    }
    /// Jump offset of a string key.
    pub fn find_str(&self, s: &[u8]) -> Option<i32> {
        self.find(|k| match k {
            ArrayKey::Int(_) => std::cmp::Ordering::Less,
            ArrayKey::Str(t) => by_length(t, s),
        })
    }
    fn find(&self, order: impl Fn(&ArrayKey) -> std::cmp::Ordering) -> Option<i32> {
        self.cases.binary_search_by(|(k, _)| order(k)).ok().map(|n| self.cases[n].1)
    }
}

/// Most keys differ in length already.
fn by_length(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// A function, method, closure, hook, thunk or main code.
#[derive(Clone, Debug, Default)]
pub struct FnProto {
    /// Name as declared, namespaced; methods: the bare name; closures `{closure:…}` as PHP 8.4 names them; hooks `$prop::get`.
    pub name: Text,
    /// Modifier bits and [`fn_flags`].
    pub flags: u32,
    /// Parameters, variadic included.
    pub params: Vec<Param>,
    /// Required ones.
    pub required: u16,
    /// Declared return type.
    pub ret: Option<Type>,
    /// CVs, parameters first.
    pub num_cvs: u16,
    /// All slots: CVs, temporaries, call windows.
    pub num_slots: u16,
    /// Names of the CVs.
    pub cv_names: Vec<Text>,
    /// The code; two-word ops hold an [`Ext`] in their second word (see [`FnProto::ext`]).
    pub code: Vec<Insn>,
    /// Which of the unit's functions it is.
    pub index: u32,
    /// Word at which calls start. The optimizer puts specialised code behind the generic code, and calls start there; until
    /// then there is an [`Op::Specialise`](crate::Op::Specialise) behind the code of a function with loops.
    pub entry: u32,
    /// For each word from `entry` on: the generic word that stands for it. The frame is the same in both, so that the
    /// specialised code can leave for the generic one at any op.
    pub deopt: Vec<u32>,
    /// Line of each code word.
    pub lines: Vec<u32>,
    /// Literals.
    pub literals: Vec<Literal>,
    /// Inline-cache slots it uses.
    pub ic_slots: u32,
    /// Try regions, outer before inner.
    pub regions: Vec<TryRegion>,
    /// Live ranges, by start.
    pub live: Vec<LiveRange>,
    /// Jump tables.
    pub switches: Vec<SwitchTable>,
    /// Static variables.
    pub statics: Vec<StaticVar>,
    /// Captured variables.
    pub captures: Vec<Capture>,
    /// Attributes.
    pub attributes: Vec<Attribute>,
    /// Doc comment.
    pub doc: Option<Box<[u8]>>,
    /// First line.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// Local `use function`/namespace text needed by nothing at run time is not kept.
    pub namespace: Text,
}

impl FnProto {
    /// The extension word at code index `i`.
    pub fn ext(&self, i: usize) -> Ext {
        let w = self.code[i];
        Ext { x: w.op as u32 | (w.a as u32) << 16, y: w.b as u32 | (w.c as u32) << 16 }
    }
}

/// What kind of class-like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// class
    Class,
    /// interface
    Interface,
    /// trait
    Trait,
    /// enum
    Enum,
}

/// A class constant or enum case.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassConst {
    /// Name.
    pub name: Text,
    /// Modifier bits.
    pub flags: u32,
    /// Declared type.
    pub ty: Option<Type>,
    /// Value; of a case the backing value (`Null` without one).
    pub value: Literal,
    /// An enum case.
    pub is_case: bool,
    /// Attributes.
    pub attributes: Vec<Attribute>,
    /// Doc comment.
    pub doc: Option<Box<[u8]>>,
    /// Line.
    pub line: u32,
    /// Value as source text (reflection).
    pub text: Box<str>,
}

/// A declared property.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Name without `$`.
    pub name: Text,
    /// Modifier bits; READONLY 128, VIRTUAL 1<<24, PROTECTED_SET 1<<25, PRIVATE_SET 1<<26, ABSTRACT 64, FINAL 32.
    pub flags: u32,
    /// Declared type.
    pub ty: Option<Type>,
    /// Default; `None`: typed ones are uninitialized, others null.
    pub default: Option<Default>,
    /// Hook functions (index into the unit's functions).
    pub get: Option<u32>,
    /// Hook functions.
    pub set: Option<u32>,
    /// Declared by constructor promotion.
    pub promoted: bool,
    /// Attributes.
    pub attributes: Vec<Attribute>,
    /// Doc comment.
    pub doc: Option<Box<[u8]>>,
    /// Line.
    pub line: u32,
}

/// `use T { … }` adaptation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraitRule {
    /// `A::m insteadof B, C`
    Precedence {
        /// Trait whose method wins.
        from: Text,
        /// The method.
        method: Text,
        /// Traits whose method is left out.
        over: Vec<Text>,
    },
    /// `[A::]m as [modifiers] [alias]`
    Alias {
        /// Trait, when named.
        from: Option<Text>,
        /// The method.
        method: Text,
        /// New name.
        alias: Option<Text>,
        /// New modifier bits, 0 for none.
        flags: u32,
    },
}

/// A class-like declaration.
#[derive(Clone, Debug)]
pub struct ClassDecl {
    /// Namespaced name; anonymous: `class@anonymous` or `Parent@anonymous` (the VM appends NUL, file, line and a number).
    pub name: Text,
    /// What it is.
    pub kind: ClassKind,
    /// FINAL, ABSTRACT (explicit), READONLY; [`ClassDecl::ANONYMOUS`].
    pub flags: u32,
    /// Parent.
    pub parent: Option<Text>,
    /// Interfaces named by it (of an interface: those it extends).
    pub interfaces: Vec<Text>,
    /// Traits used, in order.
    pub traits: Vec<Text>,
    /// Trait adaptations.
    pub trait_rules: Vec<TraitRule>,
    /// Enum's backing type.
    pub backing: Option<Type>,
    /// Constants and cases in order.
    pub consts: Vec<ClassConst>,
    /// Properties in order, static ones too (flag STATIC), promoted ones included.
    pub props: Vec<Property>,
    /// Methods: indices into the unit's functions.
    pub methods: Vec<u32>,
    /// Attributes.
    pub attributes: Vec<Attribute>,
    /// Doc comment.
    pub doc: Option<Box<[u8]>>,
    /// First line.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// Declared at top level without conditions: may be bound when the unit is loaded (hoisting), if parents are there.
    pub top_level: bool,
}

impl ClassDecl {
    /// [`ClassDecl::flags`]: anonymous class.
    pub const ANONYMOUS: u32 = 1 << 30;
}

/// A compiled file.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Path as given (`__FILE__`, resolved).
    pub file: Box<[u8]>,
    /// Functions; 0 is the main code.
    pub functions: Vec<FnProto>,
    /// Classes.
    pub classes: Vec<ClassDecl>,
    /// Byte offset behind `__halt_compiler();`.
    pub halt_offset: Option<u32>,
    /// `declare(strict_types=1)`.
    pub strict: bool,
    /// Warnings and deprecations of parsing and compiling, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// A non-fatal message of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `E_*` level.
    pub level: u32,
    /// Text without prefix.
    pub message: Box<str>,
    /// Line.
    pub line: u32,
}

/// Why a file does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// PHP's text, without `PHP Fatal error:  `; bytes, since names are.
    pub message: Box<[u8]>,
    /// Line.
    pub line: u32,
    /// Thrown as ParseError; otherwise an E_COMPILE_ERROR fatal.
    pub parse: bool,
    /// Not a ParseError, yet thrown where code catches it: as CompileError.
    pub thrown: bool,
    /// Warnings and deprecations met before, in order.
    pub diagnostics: Vec<Diagnostic>,
}
