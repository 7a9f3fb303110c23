//! The scanner by itself.

use crate::lexer::{Lexer, LexerOptions, Token, token_name};
use crate::token::{END, TokenId, all_tokens};

fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(source.as_bytes(), &LexerOptions::default());
    let mut all = Vec::new();
    loop {
        let token = lexer.next_token();
        if token.id == END {
            return all;
        }
        all.push(token);
    }
}

fn names(source: &str) -> String {
    let name = |id: TokenId| match token_name(id) {
        Some(name) => name.to_owned(),
        None => char::from(id as u8).to_string(),
    };
    tokens(source).iter().map(|t| name(t.id)).filter(|n| n != "T_WHITESPACE").collect::<Vec<_>>().join(" ")
}

#[test]
fn every_byte_belongs_to_a_token() {
    let source = "a <?php /** d */ #[A] echo \"x $y[0] {$z->a}\"; # c\n$a = <<<X\n  $b\n  X . b'c' . (int) 1_0.5e3; ?>\nz<?=1";
    let all = tokens(source);
    let mut end = 0;
    for t in &all {
        assert_eq!(t.start, end);
        end = t.end;
    }
    assert_eq!(end as usize, source.len());
    let last = all.last().expect("tokens");
    assert_eq!((last.line, token_name(last.id)), (5, Some("T_LNUMBER")));
}

#[test]
fn contextual_tokens() {
    assert_eq!(
        names("<?php enum A enum extends ENUM"),
        "T_OPEN_TAG T_ENUM T_STRING T_STRING T_EXTENDS T_STRING"
    );
    assert_eq!(names("<?php yield /**/ from yield"), "T_OPEN_TAG T_YIELD_FROM T_YIELD");
    assert_eq!(
        names("<?php & $a & ...&b"),
        "T_OPEN_TAG T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG T_VARIABLE T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG \
         T_ELLIPSIS T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG T_STRING"
    );
    assert_eq!(names("<?php public(set) public (set)"), "T_OPEN_TAG T_PUBLIC_SET T_PUBLIC ( T_STRING )");
    assert_eq!(
        names("<?php $a?->list A\\list namespace\\b \\c"),
        "T_OPEN_TAG T_VARIABLE T_NULLSAFE_OBJECT_OPERATOR T_STRING T_NAME_QUALIFIED T_NAME_RELATIVE T_NAME_FULLY_QUALIFIED"
    );
    assert_eq!(names("<?php ( int ) (intx)"), "T_OPEN_TAG T_INT_CAST ( T_STRING )");
}

#[test]
fn strings() {
    assert_eq!(
        names("<?php \"a\" \"a$b\""),
        "T_OPEN_TAG T_CONSTANT_ENCAPSED_STRING \" T_ENCAPSED_AND_WHITESPACE T_VARIABLE \""
    );
    assert_eq!(
        names("<?php \"${a}${b}[0]\""),
        "T_OPEN_TAG \" T_DOLLAR_OPEN_CURLY_BRACES T_STRING_VARNAME } T_DOLLAR_OPEN_CURLY_BRACES T_STRING_VARNAME } T_ENCAPSED_AND_WHITESPACE \""
    );
    assert_eq!(
        names("<?php <<<'A'\nx\nA;"),
        "T_OPEN_TAG T_START_HEREDOC T_ENCAPSED_AND_WHITESPACE T_END_HEREDOC ;"
    );
    assert_eq!(names("<?php 'unclosed"), "T_OPEN_TAG T_ENCAPSED_AND_WHITESPACE");
}

#[test]
fn tags() {
    assert_eq!(
        names("x<?phpx <?php\n1 ?>\n<?=2?> "),
        "T_INLINE_HTML T_OPEN_TAG T_LNUMBER T_CLOSE_TAG T_OPEN_TAG_WITH_ECHO T_LNUMBER T_CLOSE_TAG T_INLINE_HTML"
    );
    let mut lexer = Lexer::new(b"<? 1", &LexerOptions { short_open_tag: true, ..LexerOptions::default() });
    assert_eq!(token_name(lexer.next_token().id), Some("T_OPEN_TAG"));
}

#[test]
fn ids_are_phps() {
    let ids: Vec<_> =
        all_tokens().filter(|(n, _)| ["T_LNUMBER", "T_OPEN_TAG", "T_BAD_CHARACTER"].contains(n)).collect();
    assert_eq!(ids, [("T_LNUMBER", 260), ("T_OPEN_TAG", 393), ("T_BAD_CHARACTER", 409)]);
    assert_eq!(token_name(401), Some("T_DOUBLE_COLON"));
    assert_eq!(token_name(b';'.into()), None);
}
