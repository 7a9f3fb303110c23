//! Any bytes: scanning ends and covers the source, parsing gives a tree or an error, a tree can be exported.
#![no_main]

use bumpalo::Bump;
use howdah_syntax::export::export_stmts;
use howdah_syntax::lexer::{Lexer, LexerOptions};
use howdah_syntax::token::END;
use howdah_syntax::{ParseOptions, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lexer = Lexer::new(data, &LexerOptions::default());
    let mut end = 0;
    loop {
        let token = lexer.next_token();
        assert_eq!(token.start, end);
        end = token.end;
        if token.id == END {
            break;
        }
    }
    assert_eq!(end as usize, data.len());
    for start_in_php in [false, true] {
        let arena = Bump::new();
        let options = ParseOptions { start_in_php, ..ParseOptions::default() };
        if let Ok(program) = parse(&arena, data, &options) {
            export_stmts(program.stmts, 14);
        }
    }
});
