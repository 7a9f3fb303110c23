//! The parts of a locale's name.

use crate::icu::locale::{self as names, Part};
use crate::locale::MOST;

/// Tags that were registered before there were rules for their parts, with what stands for them now.
const GRANDFATHERED: [(&str, Option<&str>); 50] = [
    ("art-lojban", Some("jbo")),
    ("cel-gaulish", None),
    ("en-GB-oed", Some("en-GB-oxendict")),
    ("i-ami", Some("ami")),
    ("i-bnn", Some("bnn")),
    ("i-default", None),
    ("i-enochian", None),
    ("i-hak", Some("hak")),
    ("i-klingon", Some("tlh")),
    ("i-lux", Some("lb")),
    ("i-mingo", None),
    ("i-navajo", Some("nv")),
    ("i-pwn", Some("pwn")),
    ("i-tao", Some("tao")),
    ("i-tay", Some("tay")),
    ("i-tsu", Some("tsu")),
    ("no-bok", Some("nb")),
    ("no-nyn", Some("nn")),
    ("sgn-BE-FR", Some("sfb")),
    ("sgn-BE-NL", Some("vgt")),
    ("sgn-BR", Some("bzs")),
    ("sgn-CH-DE", Some("sgg")),
    ("sgn-CO", Some("csn")),
    ("sgn-DE", Some("gsg")),
    ("sgn-DK", Some("dsl")),
    ("sgn-ES", Some("ssp")),
    ("sgn-FR", Some("fsl")),
    ("sgn-GB", Some("bfi")),
    ("sgn-GR", Some("gss")),
    ("sgn-IE", Some("isg")),
    ("sgn-IT", Some("ise")),
    ("sgn-JP", Some("jsl")),
    ("sgn-MX", Some("mfs")),
    ("sgn-NI", Some("ncs")),
    ("sgn-NL", Some("dse")),
    ("sgn-NO", Some("nsl")),
    ("sgn-PT", Some("psr")),
    ("sgn-SE", Some("swl")),
    ("sgn-US", Some("ase")),
    ("sgn-ZA", Some("sfs")),
    ("zh-cmn", Some("cmn")),
    ("zh-cmn-Hans", Some("cmn-Hans")),
    ("zh-cmn-Hant", Some("cmn-Hant")),
    ("zh-gan", Some("gan")),
    ("zh-guoyu", Some("cmn")),
    ("zh-hakka", Some("hak")),
    ("zh-min", None),
    ("zh-min-nan", Some("nan")),
    ("zh-wuu", Some("wuu")),
    ("zh-xiang", Some("hsn")),
];

/// Whether a name is such a tag.
pub fn is_grandfathered(name: &[u8]) -> bool {
    GRANDFATHERED.iter().any(|(tag, _)| tag.as_bytes().eq_ignore_ascii_case(name))
}

/// What stands for such a tag now.
pub fn preferred(name: &[u8]) -> Option<&'static str> {
    let (tag, preferred) = GRANDFATHERED.iter().find(|(tag, _)| tag.as_bytes().eq_ignore_ascii_case(name))?;
    Some(preferred.unwrap_or(tag))
}

/// Bytes up to their first NUL.
pub fn c_bytes(name: &[u8]) -> &[u8] {
    name.split(|b| *b == 0).next().unwrap_or_default()
}

/// What stands between subtags.
pub fn is_separator(b: u8) -> bool {
    matches!(b, b'_' | b'-')
}

fn separator_at(name: &[u8], i: usize) -> bool {
    name.get(i).is_some_and(|b| is_separator(*b))
}

/// Where the first subtag of a single byte is.
fn singleton(name: &[u8]) -> Option<usize> {
    for i in 0..name.len() {
        if separator_at(name, i) {
            if i == 1 {
                return Some(0);
            }
            if separator_at(name, i + 2) {
                return Some(i + 1);
            }
        }
    }
    None
}

/// What was found of a part.
pub enum Found {
    /// The part.
    Part(Vec<u8>),
    /// The whole name stands for it.
    Name(Vec<u8>),
    /// The name has no such part.
    Missing,
    /// It could not be asked for.
    Nothing,
}

/// A part of a name; `parsing`: of what is in front of the first singleton.
pub fn part(name: &[u8], part: Part, parsing: bool) -> Found {
    let name = c_bytes(name);
    if name.len() > MOST {
        return Found::Nothing;
    }
    let mut front = name;
    if part != Part::Whole {
        if is_grandfathered(name) {
            return if part == Part::Language { Found::Name(name.to_vec()) } else { Found::Nothing };
        }
        if parsing {
            let prefixed = matches!(name.first(), Some(b'x' | b'X' | b'i' | b'I')) && separator_at(name, 1);
            if part == Part::Language && prefixed {
                return Found::Name(name.to_vec());
            }
            match singleton(name) {
                Some(0) => return Found::Nothing,
                Some(at) => front = name.get(..at - 1).unwrap_or_default(),
                None => {}
            }
        }
    }
    match names::part(front, part) {
        Ok(found) if found.is_empty() => Found::Missing,
        Ok(found) => Found::Part(found),
        Err(_) => Found::Nothing,
    }
}

/// The subtags behind an `x`.
pub fn private(name: &[u8]) -> Option<Vec<u8>> {
    let mut rest = c_bytes(name);
    while let Some(at) = singleton(rest) {
        if matches!(rest.get(at), Some(b'x' | b'X')) {
            return rest.get(at + 2..).filter(|r| !r.is_empty()).map(<[u8]>::to_vec);
        }
        rest = rest.get(at + 1..)?;
    }
    None
}

/// The subtags of a part; one of a single byte behind the first ends them.
pub fn tokens(part: &[u8]) -> Vec<Vec<u8>> {
    part.split(|b| is_separator(*b))
        .filter(|t| !t.is_empty())
        .enumerate()
        .take_while(|(i, t)| *i == 0 || t.len() > 1)
        .map(|(_, t)| t.to_vec())
        .collect()
}
