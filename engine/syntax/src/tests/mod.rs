//! Snippets in, exports, tokens or error texts out.

mod errors;
mod export;
mod lines;
mod tokens;

use bumpalo::Bump;

use crate::export::{export_expr, export_stmts};
use crate::{ParseOptions, SyntaxError, ast, parse};

const PHP: ParseOptions = ParseOptions { start_in_php: true, short_open_tag: false, skip_shebang: false };

/// Code without its open tag, parsed and exported.
fn export(code: &str) -> String {
    let arena = Bump::new();
    match parse(&arena, code.as_bytes(), &PHP) {
        Ok(program) => String::from_utf8_lossy(&export_stmts(program.stmts, 14)).into_owned(),
        Err(error) => format!("{error}\n"),
    }
}

/// One expression, exported.
fn expr(code: &str) -> String {
    let arena = Bump::new();
    let code = format!("{code};");
    match parse(&arena, code.as_bytes(), &PHP) {
        Ok(program) => match program.stmts {
            [ast::Stmt { kind: ast::StmtKind::Expr(e), .. }] => {
                String::from_utf8_lossy(&export_expr(e, 14)).into_owned()
            }
            other => format!("{other:?}"),
        },
        Err(error) => error.to_string(),
    }
}

/// The error of code that must not parse.
fn error(code: &str) -> SyntaxError {
    let arena = Bump::new();
    match parse(&arena, code.as_bytes(), &PHP) {
        Ok(program) => panic!("parsed: {:?}", program.stmts),
        Err(error) => error,
    }
}
