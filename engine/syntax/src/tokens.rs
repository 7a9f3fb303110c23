//! The tokens of a whole source, as `token_get_all()` gives them.

use crate::error::SyntaxError;
use crate::lexer::{Lexer, LexerOptions, Token};
use crate::parser::{ParseOptions, keywords_as_names};
use crate::token::*;

/// All tokens of a source. What stands behind the third token after `__halt_compiler` is one [`T_INLINE_HTML`].
pub fn scan(src: &[u8], short_open_tag: bool) -> Vec<Token> {
    let mut lexer = Lexer::new(src, &LexerOptions { short_open_tag, ..LexerOptions::default() });
    let mut out = Vec::new();
    let mut until_rest = None;
    loop {
        let token = lexer.next_token();
        if token.id == END {
            return out;
        }
        out.push(token);
        match &mut until_rest {
            Some(n) => {
                if !matches!(token.id, T_WHITESPACE | T_OPEN_TAG | T_COMMENT | T_DOC_COMMENT) {
                    *n -= 1;
                }
                if *n == 0 {
                    out.extend(lexer.take_rest());
                    return out;
                }
            }
            None if token.id == T_HALT_COMPILER => until_rest = Some(3),
            None => {}
        }
    }
}

/// As [`scan`] of a source that parses: keywords that it uses as names are [`T_STRING`].
///
/// # Errors
/// Those of [`crate::parse`].
pub fn scan_parsed(src: &[u8], short_open_tag: bool) -> Result<Vec<Token>, SyntaxError> {
    let names = keywords_as_names(src, &ParseOptions { short_open_tag, ..ParseOptions::default() })?;
    let mut out = scan(src, short_open_tag);
    for token in &mut out {
        if names.binary_search(&token.start).is_ok() {
            token.id = T_STRING;
        }
    }
    Ok(out)
}
