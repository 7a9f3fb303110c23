//! Syntax tree to bytecode.
//!
//! One pass over the tree emits code function by function; order of evaluation follows php-src's zend_compile.c: operands
//! of a write (indices, dynamic names) are evaluated before the value, and containers are fetched last.
//! The compiler knows no values and no heap.

mod arena;
mod attributes;
mod call;
mod class;
mod constexpr;
mod control;
mod expr;
mod func;
mod function;
mod lists;
mod lval;
mod magic;
mod names;
mod properties;
mod stmt;
mod trivial;
mod types;
mod variables;

use bumpalo::Bump;
use func::FnCtx;
use howdah_bytecode::{
    ClassDecl, CompileError, Diagnostic, FnProto, Interner, Literal, Text, Unit, fn_flags,
};
use howdah_syntax::ast;
use howdah_syntax::{ErrorKind, ParseOptions};
use names::Names;
use rustc_hash::{FxHashMap, FxHashSet};

/// What the compiler must know of an internal function.
#[derive(Clone, Copy, Debug, Default)]
pub struct Builtin {
    /// Bit i: parameter i goes by reference (or prefers to).
    pub by_ref: u64,
    /// All parameters from bit 63 or the variadic one on go by reference.
    pub by_ref_rest: bool,
    /// Its result depends on its arguments alone: [`Options::evaluate`] may know it.
    pub pure: bool,
}

/// How to compile.
pub struct Options<'o> {
    /// `<?` opens PHP code.
    pub short_open_tag: bool,
    /// Skip a `#!` line.
    pub skip_shebang: bool,
    /// Code of `eval`: starts in PHP mode.
    pub eval: bool,
    /// zend.assertions is -1: assertions are left out.
    pub no_assertions: bool,
    /// Interns names and strings.
    pub intern: Interner,
    /// Internal functions by lower-cased name.
    pub builtin: &'o dyn Fn(&[u8]) -> Option<Builtin>,
    /// What a [pure](Builtin::pure) function gives for constant arguments; `None` where that is left to run time.
    pub evaluate: &'o dyn Fn(&[u8], &[Literal]) -> Option<Literal>,
    /// Internal functions, lower-cased, that scripts must not find: their calls get no op of their own.
    pub disabled: &'o [Vec<u8>],
}

pub(crate) type C<T> = Result<T, CompileError>;

pub(crate) fn error<T>(line: u32, msg: impl Into<String>) -> C<T> {
    Err(CompileError {
        message: msg.into().into_bytes().into_boxed_slice(),
        line,
        parse: false,
        thrown: false,
        diagnostics: Vec::new(),
    })
}

pub(crate) fn lossy(b: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(b)
}

/// Compiles a file (or eval'd code) named `file`.
///
/// # Errors
/// PHP's own parse and compile errors.
pub fn compile(src: &[u8], file: &[u8], opts: &Options<'_>) -> Result<Unit, CompileError> {
    arena::with(src.len(), |arena| compile_in(arena, src, file, opts))
}

fn compile_in(arena: &Bump, src: &[u8], file: &[u8], opts: &Options<'_>) -> Result<Unit, CompileError> {
    let parse = ParseOptions {
        start_in_php: opts.eval,
        short_open_tag: opts.short_open_tag,
        skip_shebang: opts.skip_shebang,
    };
    let program = howdah_syntax::parse(arena, src, &parse).map_err(|e| CompileError {
        message: e.message.into_boxed_slice(),
        line: e.line,
        parse: e.kind == ErrorKind::Parse,
        thrown: e.kind == ErrorKind::Compile,
        diagnostics: Vec::new(),
    })?;
    if program.long_chains {
        return stacker::grow(howdah_syntax::COMPILER_STACK, || compile_program(&program, file, opts));
    }
    compile_program(&program, file, opts)
}

fn compile_program(
    program: &ast::Program<'_>,
    file: &[u8],
    opts: &Options<'_>,
) -> Result<Unit, CompileError> {
    let mut c = Compiler {
        opts,
        file,
        functions: vec![FnProto::default()],
        classes: Vec::new(),
        diagnostics: program
            .diagnostics
            .iter()
            .map(|d| Diagnostic {
                level: if d.level == ast::DiagnosticLevel::Deprecated { 8192 } else { 128 },
                message: d.message.into(),
                line: d.line,
            })
            .collect(),
        names: Names::default(),
        strict: false,
        ticks: 0,
        own_functions: FxHashMap::default(),
        trivial: FxHashMap::default(),
        f: FnCtx::new(opts.intern),
        spare: Vec::new(),
        unfoldable: FxHashSet::default(),
        folds_calls: false,
        class: None,
        halt: program.halt_offset,
        hook_prop: None,
        hook_backed: false,
        prologue: true,
        before_namespace: true,
        bracketed: None,
    };
    c.scan_functions(program.stmts, b"");
    c.f.proto.flags |= fn_flags::MAIN;
    c.f.proto.start_line = 1;
    c.f.proto.end_line = program.end_line;
    if let Err(e) = c.file_body(program) {
        return Err(CompileError { diagnostics: c.diagnostics, ..e });
    }
    let main = match c.f.finish() {
        Ok(main) => main,
        Err(e) => return Err(CompileError { diagnostics: c.diagnostics, ..e }),
    };
    c.functions[0] = main;
    for (i, f) in c.functions.iter_mut().enumerate() {
        f.index = i as u32;
    }
    Ok(Unit {
        file: file.into(),
        functions: c.functions,
        classes: c.classes,
        halt_offset: program.halt_offset,
        strict: c.strict,
        diagnostics: c.diagnostics,
    })
}

/// What the class being compiled is.
#[derive(Clone)]
pub(crate) struct ClassCtx {
    /// Resolved name; anonymous classes have none.
    pub name: Option<Text>,
    pub kind: ast::ClassKind,
    pub has_parent: bool,
    /// Its members so far: what they are, and their names, those of methods in lower case.
    pub members: FxHashSet<(MemberKind, Text)>,
}

/// What a member of a class is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MemberKind {
    Const,
    Property,
    Method,
}

/// A property hook about to be compiled.
pub(crate) struct HookCtx {
    /// Its property.
    pub prop: Text,
    /// Type of an implicit `$value`.
    pub value: Option<Option<howdah_bytecode::Type>>,
    /// What it returns.
    pub ret: Option<howdah_bytecode::Type>,
}

pub(crate) struct Compiler<'o> {
    pub opts: &'o Options<'o>,
    pub file: &'o [u8],
    pub functions: Vec<FnProto>,
    pub classes: Vec<ClassDecl>,
    pub diagnostics: Vec<Diagnostic>,
    pub names: Names,
    pub strict: bool,
    pub ticks: u32,
    /// Functions that this unit declares at top level: by-reference bits.
    pub own_functions: FxHashMap<Vec<u8>, Builtin>,
    /// Functions and `class::method`s of this unit that do nothing, and how many arguments they need.
    pub trivial: FxHashMap<Vec<u8>, usize>,
    pub f: FnCtx,
    /// Long chains of constants, by address, that cannot be folded.
    unfoldable: FxHashSet<usize>,
    /// Calls in what is folded are made ([`Compiler::fold_calls`]).
    folds_calls: bool,
    /// Room of functions done, for those to come.
    spare: Vec<FnCtx>,
    pub class: Option<ClassCtx>,
    pub halt: Option<u32>,
    /// The hook about to be compiled.
    pub hook_prop: Option<HookCtx>,
    /// The hook just compiled uses its property's backing store.
    pub hook_backed: bool,
    /// Only `declare` statements came so far.
    pub prologue: bool,
    /// Nothing came yet that must not stand before the first namespace.
    pub before_namespace: bool,
    /// Whether namespaces of this file have braces, once there is one.
    pub bracketed: Option<bool>,
}

impl Compiler<'_> {
    pub(crate) fn deprecated(&mut self, line: u32, msg: impl Into<String>) {
        self.diagnostics.push(Diagnostic { level: 8192, message: msg.into().into_boxed_str(), line });
    }

    fn scan_functions(&mut self, stmts: &[ast::Stmt<'_>], ns: &[u8]) {
        let mut ns = ns.to_vec();
        for s in stmts {
            match s.kind {
                ast::StmtKind::Namespace(n) => {
                    let name = n.name.map_or(&b""[..], |n| n.text);
                    match n.body {
                        Some(body) => self.scan_functions(body, name),
                        None => ns = name.to_vec(),
                    }
                }
                ast::StmtKind::Function(f) => {
                    let mut b = Builtin::default();
                    for (i, p) in f.params.iter().enumerate().filter(|(_, p)| p.by_ref) {
                        if i < 63 {
                            b.by_ref |= 1 << i;
                        }
                        b.by_ref_rest |= p.variadic;
                    }
                    let mut full = ns.clone();
                    if !full.is_empty() {
                        full.push(b'\\');
                    }
                    full.extend_from_slice(f.name.text);
                    full.make_ascii_lowercase();
                    if let Some(t) = trivial::of_function(f) {
                        self.trivial.insert(full.clone(), t);
                    }
                    self.own_functions.insert(full, b);
                }
                ast::StmtKind::Class(c) => self.scan_class(c, &ns),
                _ => {}
            }
        }
    }

    /// The interned form of a text.
    pub(crate) fn text(&self, t: &[u8]) -> Text {
        (self.opts.intern)(t)
    }

    /// Notes a member of the class being compiled; gives false when there is one of that name already.
    pub(crate) fn new_member(&mut self, kind: MemberKind, name: &[u8]) -> bool {
        let name = match kind {
            MemberKind::Method => self.text(func::Lower::new(name).get()),
            MemberKind::Const | MemberKind::Property => self.text(name),
        };
        self.class.as_mut().is_none_or(|c| c.members.insert((kind, name)))
    }

    /// Makes a new function the current one; gives the one before.
    pub(crate) fn open_function(&mut self) -> FnCtx {
        let new = self.spare.pop().unwrap_or_else(|| FnCtx::new(self.opts.intern));
        std::mem::replace(&mut self.f, new)
    }

    /// Ends the current function and goes back to `outer`.
    pub(crate) fn close_function(&mut self, outer: FnCtx) -> C<FnProto> {
        let mut f = std::mem::replace(&mut self.f, outer);
        let done = f.finish()?;
        self.spare.push(f);
        Ok(done)
    }
}
