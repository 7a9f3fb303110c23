//! `php -s` and `php -w`: source as coloured HTML, source without comments and superfluous white space
//! (`Zend/zend_highlight.c`).

use crate::ini::Registry;
use howdah_syntax::lexer::{Lexer, LexerOptions, Token};
use howdah_syntax::token::*;

/// Colours of `highlight.*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colors {
    /// In the order of [`Kind`].
    names: [Vec<u8>; 5],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Comment,
    Default,
    String,
    Keyword,
}

impl Colors {
    /// The colours that are set.
    pub fn of(ini: &Registry) -> Colors {
        let names = ["html", "comment", "default", "string", "keyword"]
            .map(|n| ini.get(&format!("highlight.{n}")).unwrap_or_default().to_vec());
        Colors { names }
    }
}

fn puts(out: &mut Vec<u8>, text: &[u8]) {
    for &c in text {
        match c {
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'\t' => out.extend_from_slice(b"    "),
            c => out.push(c),
        }
    }
}

fn kind(id: TokenId) -> Kind {
    match id {
        T_INLINE_HTML => Kind::Html,
        T_COMMENT | T_DOC_COMMENT => Kind::Comment,
        T_OPEN_TAG | T_OPEN_TAG_WITH_ECHO | T_CLOSE_TAG | T_LINE | T_FILE | T_DIR | T_TRAIT_C
        | T_METHOD_C | T_FUNC_C | T_PROPERTY_C | T_NS_C | T_CLASS_C => Kind::Default,
        T_ENCAPSED_AND_WHITESPACE | T_CONSTANT_ENCAPSED_STRING => Kind::String,
        id if id == b'"' as TokenId => Kind::String,
        // Tokens with a value of their own.
        T_STRING
        | T_NAME_QUALIFIED
        | T_NAME_FULLY_QUALIFIED
        | T_NAME_RELATIVE
        | T_VARIABLE
        | T_LNUMBER
        | T_DNUMBER
        | T_STRING_VARNAME
        | T_NUM_STRING => Kind::Default,
        _ => Kind::Keyword,
    }
}

fn tokens(source: &[u8]) -> impl Iterator<Item = Token> {
    let mut lexer = Lexer::new(source, &LexerOptions::default());
    std::iter::from_fn(move || Some(lexer.next_token()).filter(|t| t.id != END))
}

fn text<'s>(source: &'s [u8], t: &Token) -> &'s [u8] {
    &source[t.start as usize..t.end as usize]
}

/// `highlight_string()`: HTML.
pub fn highlight(source: &[u8], colors: &Colors) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len() * 4);
    out.extend_from_slice(b"<pre><code style=\"color: ");
    out.extend_from_slice(&colors.names[Kind::Html as usize]);
    out.extend_from_slice(b"\">");
    let mut last = Kind::Html;
    for t in tokens(source) {
        if t.id != T_WHITESPACE {
            let next = kind(t.id);
            if next != last {
                if last != Kind::Html {
                    out.extend_from_slice(b"</span>");
                }
                if next != Kind::Html {
                    out.extend_from_slice(b"<span style=\"color: ");
                    out.extend_from_slice(&colors.names[next as usize]);
                    out.extend_from_slice(b"\">");
                }
                last = next;
            }
        }
        puts(&mut out, text(source, &t));
    }
    if last != Kind::Html {
        out.extend_from_slice(b"</span>");
    }
    out.extend_from_slice(b"</code></pre>");
    out
}

/// `php_strip_whitespace()`: comments gone, white space as single spaces.
pub fn strip(source: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len());
    let mut space = false;
    let mut it = tokens(source);
    while let Some(t) = it.next() {
        match t.id {
            T_WHITESPACE => {
                if !space {
                    out.push(b' ');
                    space = true;
                }
            }
            T_COMMENT | T_DOC_COMMENT => {}
            T_END_HEREDOC => {
                out.extend_from_slice(text(source, &t));
                // What follows the end stays on its line.
                if let Some(next) = it.next().filter(|n| n.id != T_WHITESPACE) {
                    out.extend_from_slice(text(source, &next));
                }
                out.push(b'\n');
                space = true;
            }
            _ => {
                out.extend_from_slice(text(source, &t));
                space = false;
            }
        }
    }
    out
}
