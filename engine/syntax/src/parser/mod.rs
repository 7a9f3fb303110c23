//! The parser: recursive descent for statements and declarations, precedence climbing for expressions.
//!
//! It accepts what php-src `Zend/zend_language_parser.y` accepts. Error messages are those of PHP's generated parser: the
//! expected tokens are named when at most four could follow, *after* every rule that was complete without looking
//! further has been closed; each place that reports an error therefore names what PHP's automaton would name there.
//!
//! Exactly one token is looked ahead (`tok`). PHP takes line numbers and doc comments from the scanner's state at the
//! moment a rule is complete, which may be before or after the lookahead was read: `prev_line` and `prev_doc` are the
//! state before it.

mod classes;
mod errors;
mod expr;
mod functions;
mod names;
mod postfix;
mod stmt;
mod strings;
mod types;

use bumpalo::Bump;

use crate::ast::*;
use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::{Lexer, LexerOptions, Token};
use crate::token::*;

/// Bytes of stack that walking a tree with long chains may take ([`Program::long_chains`]).
pub const COMPILER_STACK: usize = 256 << 20;

/// How to parse.
#[derive(Debug, Clone, Copy, Default)]
pub struct ParseOptions {
    /// The source begins in PHP code, without `<?php` (code of `eval`).
    pub start_in_php: bool,
    /// `<?` opens PHP code (ini `short_open_tag`).
    pub short_open_tag: bool,
    /// Skip a `#!` line at the very start (main script of the command line).
    pub skip_shebang: bool,
}

/// Parses a source. The tree borrows from `arena` and, for names and plain strings, from `src`.
///
/// # Errors
/// The first error, with PHP's own text and line.
pub fn parse<'a>(arena: &'a Bump, src: &'a [u8], options: &ParseOptions) -> Result<Program<'a>, SyntaxError> {
    let mut parser = Parser::new(arena, src, options);
    match parser.program() {
        Ok(program) => Ok(program),
        Err(Failed) => Err(parser.into_error()),
    }
}

/// Parses a source for its tokens' sake alone: where keywords stand that were taken as names (offsets, ascending).
///
/// # Errors
/// As [`parse`].
pub(crate) fn keywords_as_names(src: &[u8], options: &ParseOptions) -> Result<Vec<u32>, SyntaxError> {
    let arena = Bump::new();
    let mut parser = Parser::new(&arena, src, options);
    match parser.program() {
        Ok(_) => Ok(parser.keyword_names),
        Err(Failed) => Err(parser.into_error()),
    }
}

/// Nesting beyond which PHP's parser gives up as well: its stack holds 10,000 symbols. An expression counts one, a
/// statement as many as the symbols of `if (…) {`.
const MAX_DEPTH: u32 = 9990;

const STATEMENT_DEPTH: u32 = 5;

/// Links of one chain (`$a->b->c …`, `a + b + c …`) beyond which PHP's compiler runs out of stack as well.
const MAX_LINKS: u32 = 60_000;

/// Links from which on a chain is long.
const LONG_CHAIN: u32 = 500;

/// The parse has failed; the error is in [`Parser::error`].
#[derive(Debug, Clone, Copy)]
struct Failed;

type Parsed<T> = Result<T, Failed>;

struct Parser<'a> {
    arena: &'a Bump,
    src: &'a [u8],
    lexer: Lexer<'a>,
    /// The lookahead.
    tok: Token,
    /// Where the last consumed token ended.
    prev_end: u32,
    /// Line of the scanner before the lookahead was read: where the last consumed token ended.
    prev_line: u32,
    /// Doc comment the scanner held before the lookahead was read.
    prev_doc: Option<(u32, u32)>,
    depth: u32,
    /// The function being parsed contains `yield`.
    has_yield: bool,
    error: Option<SyntaxError>,
    diagnostics: Vec<Diagnostic<'a>>,
    halt_offset: Option<u32>,
    /// Where keywords stand that were taken as names.
    keyword_names: Vec<u32>,
    /// See [`Program::long_chains`].
    long_chains: bool,
    stmts: Vec<Stmt<'a>>,
    exprs: Vec<&'a Expr<'a>>,
    args: Vec<Arg<'a>>,
    elems: Vec<ArrayElem<'a>>,
    params: Vec<Param<'a>>,
    members: Vec<Member<'a>>,
    parts: Vec<strings::RawPart<'a>>,
}

impl<'a> Parser<'a> {
    fn new(arena: &'a Bump, src: &'a [u8], options: &ParseOptions) -> Self {
        let lexer = Lexer::new(
            src,
            &LexerOptions {
                start_in_php: options.start_in_php,
                short_open_tag: options.short_open_tag,
                skip_shebang: options.skip_shebang,
                report_errors: true,
            },
        );
        let mut parser = Parser {
            arena,
            src,
            lexer,
            tok: Token { id: END, start: 0, end: 0, line: 1 },
            prev_end: 0,
            prev_line: 1,
            prev_doc: None,
            depth: 0,
            has_yield: false,
            error: None,
            diagnostics: Vec::new(),
            halt_offset: None,
            keyword_names: Vec::new(),
            long_chains: false,
            stmts: Vec::new(),
            exprs: Vec::new(),
            args: Vec::new(),
            elems: Vec::new(),
            params: Vec::new(),
            members: Vec::new(),
            parts: Vec::new(),
        };
        parser.tok = parser.lexer.next_significant();
        parser
    }

    fn program(&mut self) -> Parsed<Program<'a>> {
        let mark = self.stmts.len();
        while self.tok.id != END {
            let stmt = self.top_statement()?;
            self.stmts.push(stmt);
            if self.halt_offset.is_some() {
                break;
            }
        }
        let stmts = self.take_stmts(mark);
        let diagnostics = self.arena.alloc_slice_copy(&self.diagnostics);
        Ok(Program {
            stmts,
            halt_offset: self.halt_offset,
            end_line: self.lexer.line(),
            diagnostics,
            long_chains: self.long_chains,
        })
    }

    /// Consumes the lookahead and reads the next token.
    #[inline]
    fn advance(&mut self) {
        self.prev_end = self.tok.end;
        self.prev_line = self.lexer.line();
        self.prev_doc = self.lexer.doc();
        self.tok = self.lexer.next_significant();
    }

    #[inline(always)]
    fn at(&self, id: TokenId) -> bool {
        self.tok.id == id
    }

    #[inline(always)]
    fn at_char(&self, c: u8) -> bool {
        self.tok.id == TokenId::from(c)
    }

    /// Consumes the lookahead if it is `id`.
    #[inline]
    fn eat(&mut self, id: TokenId) -> bool {
        let found = self.tok.id == id;
        if found {
            self.advance();
        }
        found
    }

    #[inline]
    fn eat_char(&mut self, c: u8) -> bool {
        self.eat(c.into())
    }

    /// Consumes `id`, or fails naming it as the only possible token.
    #[inline]
    fn expect(&mut self, id: TokenId) -> Parsed<()> {
        if self.tok.id != id {
            return self.unexpected(&[id]);
        }
        self.advance();
        Ok(())
    }

    #[inline]
    fn expect_char(&mut self, c: u8) -> Parsed<()> {
        self.expect(c.into())
    }

    /// Consumes `c`, or fails without naming it: where more than four tokens could follow, as after an expression.
    #[inline]
    fn close(&mut self, c: u8) -> Parsed<()> {
        if self.tok.id != c.into() {
            return self.unexpected(&[]);
        }
        self.advance();
        Ok(())
    }

    /// Consumes `c`, or fails naming `expected`.
    #[inline]
    fn close_or(&mut self, c: u8, expected: &[u8]) -> Parsed<()> {
        if self.tok.id != c.into() {
            return self.unexpected_chars(expected);
        }
        self.advance();
        Ok(())
    }

    #[inline]
    fn text(&self, token: Token) -> &'a [u8] {
        &self.src[token.start as usize..token.end as usize]
    }

    /// Line of the scanner with the lookahead read.
    #[inline]
    fn line(&self) -> u32 {
        self.lexer.line()
    }

    /// Takes the doc comment as it was before the lookahead was read.
    fn take_prev_doc(&mut self) -> Option<&'a [u8]> {
        let doc = self.prev_doc.take();
        if doc.is_some() && self.lexer.doc() == doc {
            self.lexer.set_doc(None);
        }
        self.doc_text(doc)
    }

    /// Takes the doc comment with the lookahead read.
    fn take_doc(&mut self) -> Option<&'a [u8]> {
        let doc = self.lexer.doc();
        self.clear_doc();
        self.doc_text(doc)
    }

    fn clear_doc(&mut self) {
        self.prev_doc = None;
        self.lexer.set_doc(None);
    }

    fn doc_text(&self, doc: Option<(u32, u32)>) -> Option<&'a [u8]> {
        doc.map(|(start, end)| &self.src[start as usize..end as usize])
    }

    /// Runs `f` one level deeper, on a new piece of stack when the current one runs out.
    #[inline]
    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.deeper_by(1, f)
    }

    /// As [`Self::deeper`], counting `weight` levels. Looks at the stack every 16 levels only.
    #[inline]
    fn deeper_by<T>(&mut self, weight: u32, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let before = self.depth;
        self.depth += weight;
        let result = if self.depth / 16 != before / 16 { self.deep(f) } else { f(self) };
        self.depth = before;
        result
    }

    #[cold]
    #[inline(never)]
    fn deep<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth > MAX_DEPTH {
            return self.fail("memory exhausted".into());
        }
        stacker::maybe_grow(256 << 10, 4 << 20, || f(self))
    }

    /// Counts a link of a chain, which nests the tree without nesting the parser.
    #[inline]
    fn link(&mut self, links: &mut u32) -> Parsed<()> {
        *links += 1;
        if *links < LONG_CHAIN { Ok(()) } else { self.long_chain(*links) }
    }

    #[cold]
    fn long_chain(&mut self, links: u32) -> Parsed<()> {
        self.long_chains = true;
        if links <= MAX_LINKS {
            return Ok(());
        }
        let message = format!(
            "Maximum call stack size of {COMPILER_STACK} bytes (zend.max_allowed_stack_size - \
             zend.reserved_stack_size) reached during compilation. Try splitting expression"
        );
        self.fail_at(message, self.line(), ErrorKind::Fatal)
    }

    #[inline]
    fn expr_node(&self, line: u32, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { line, constant: kind.is_constant(), kind })
    }

    fn take_stmts(&mut self, mark: usize) -> &'a [Stmt<'a>] {
        let slice = self.arena.alloc_slice_copy(&self.stmts[mark..]);
        self.stmts.truncate(mark);
        slice
    }

    fn take_exprs(&mut self, mark: usize) -> &'a [&'a Expr<'a>] {
        let slice = self.arena.alloc_slice_copy(&self.exprs[mark..]);
        self.exprs.truncate(mark);
        slice
    }
}
