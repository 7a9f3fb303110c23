//! HTML's special characters: `htmlspecialchars()`, `htmlentities()` and the way back.

pub mod charset;
pub mod functions;
mod names;

use std::collections::HashMap;
use std::sync::LazyLock;

/// Kinds of document: bits of the flags.
pub mod doctype {
    /// The bits.
    pub const MASK: i64 = 48;
    /// HTML 4.01.
    pub const HTML4: i64 = 0;
    /// XML 1.
    pub const XML: i64 = 16;
    /// XHTML.
    pub const XHTML: i64 = 32;
    /// HTML 5.
    pub const HTML5: i64 = 48;
}

/// Entities of one kind of document, both ways.
pub struct Entities {
    /// Characters by name.
    pub by_name: HashMap<&'static str, &'static str>,
    /// Names by character, or by two of them.
    pub by_text: HashMap<&'static str, &'static str>,
}

/// A name without `&` and `;`; those that need no semicolon are left out.
fn name(entity: &'static str) -> Option<&'static str> {
    entity.strip_prefix('&')?.strip_suffix(';')
}

static HTML5: LazyLock<Entities> = LazyLock::new(|| {
    let all = || entities::ENTITIES.iter().filter_map(|e| Some((name(e.entity)?, e.characters)));
    let by_name: HashMap<_, _> = all().collect();
    let mut by_text: HashMap<&str, &str> = HashMap::new();
    for (n, text) in all() {
        let first = by_text.entry(text).or_insert(n);
        if n < *first {
            *first = n;
        }
    }
    for n in names::PREFERRED.split_ascii_whitespace() {
        if let Some((n, text)) = by_name.get_key_value(n) {
            by_text.insert(text, n);
        }
    }
    Entities { by_name, by_text }
});

static HTML4: LazyLock<Entities> = LazyLock::new(|| {
    let pairs = || {
        names::HTML4.split_ascii_whitespace().filter_map(|n| HTML5.by_name.get_key_value(n)).map(|(n, t)| {
            // HTML 4 has its brackets in another block.
            (
                *n,
                match *n {
                    "lang" => "\u{2329}",
                    "rang" => "\u{232a}",
                    _ => *t,
                },
            )
        })
    };
    Entities { by_name: pairs().collect(), by_text: pairs().map(|(n, t)| (t, n)).collect() }
});

static XML: LazyLock<Entities> = LazyLock::new(|| {
    let pairs = [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];
    Entities {
        by_name: pairs.into_iter().collect(),
        by_text: pairs.into_iter().map(|(n, t)| (t, n)).collect(),
    }
});

/// The entities of a kind of document.
pub fn entities_of(flags: i64) -> &'static Entities {
    match flags & doctype::MASK {
        doctype::HTML5 => &HTML5,
        doctype::XML => &XML,
        _ => &HTML4,
    }
}

/// Whether a document may hold a character.
pub fn allowed(cp: u32, flags: i64) -> bool {
    let common = |white: &[u32]| {
        (0x20..=0x7e).contains(&cp)
            || white.contains(&cp)
            || (0xa0..=0xd7ff).contains(&cp)
            || (0xe000..=0x10ffff).contains(&cp)
    };
    match flags & doctype::MASK {
        doctype::HTML4 => common(&[9, 10, 13]),
        doctype::HTML5 => {
            common(&[9, 10, 12, 13]) && cp & 0xfffe != 0xfffe && !(0xfdd0..=0xfdef).contains(&cp)
        }
        _ => common(&[9, 10, 13]) && cp != 0xfffe && cp != 0xffff || (0x7f..=0x9f).contains(&cp),
    }
}

/// Whether a document may name a character by number.
pub fn allowed_number(cp: u32, flags: i64) -> bool {
    match flags & doctype::MASK {
        doctype::HTML4 => cp <= 0x10ffff,
        doctype::HTML5 => {
            ((0x20..0x7f).contains(&cp) || cp >= 0xa0 || matches!(cp, 9 | 10 | 12))
                && cp <= 0x10ffff
                && cp & 0xfffe != 0xfffe
                && !(0xfdd0..=0xfdef).contains(&cp)
        }
        _ => allowed(cp, flags),
    }
}

/// What stands at a `&`.
pub enum Reference<'a> {
    /// A character by number.
    Number(u32),
    /// A name.
    Name(&'a str),
}

/// A reference at the front of `b`, which begins with `&`, and its length with the semicolon.
pub fn reference(b: &[u8]) -> Option<(Reference<'_>, usize)> {
    if b.get(1) == Some(&b'#') {
        let hex = matches!(b.get(2), Some(b'x' | b'X'));
        let from = if hex { 3 } else { 2 };
        let radix = if hex { 16 } else { 10 };
        let n = b[from..].iter().take_while(|c| (**c as char).is_digit(radix)).count();
        if n == 0 || b.get(from + n) != Some(&b';') {
            return None;
        }
        let cp = b[from..from + n].iter().try_fold(0u32, |v, c| {
            let v = v.checked_mul(radix)?.checked_add((*c as char).to_digit(radix)?)?;
            (v <= 0x10ffff).then_some(v)
        })?;
        return Some((Reference::Number(cp), from + n + 1));
    }
    let n = b[1..].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    if n == 0 || b.get(1 + n) != Some(&b';') {
        return None;
    }
    Some((Reference::Name(std::str::from_utf8(&b[1..=n]).ok()?), n + 2))
}
