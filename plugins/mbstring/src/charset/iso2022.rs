//! Encodings with escape sequences: ISO 2022 for Japanese and Korean, HZ.

use super::table::Table;
use super::{BAD, Kind};

/// Which of the Japanese ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jis {
    /// Everything that is known.
    Any,
    /// RFC 1468.
    Iso2022Jp,
    /// With Microsoft's characters.
    Ms,
    /// Microsoft's, kana made wide.
    Cp50220,
    /// Microsoft's, kana by escapes.
    Cp50221,
    /// Microsoft's, kana by shifts.
    Cp50222,
    /// JIS X 0213.
    Jis2004,
}

/// Set of characters that an escape sequence chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Set {
    /// ASCII
    #[default]
    Ascii,
    /// JIS X 0201, Latin half
    Roman,
    /// JIS X 0201, katakana half
    Kana,
    /// JIS X 0208
    Kanji,
    /// JIS X 0212
    Supplement,
    /// JIS X 0213, plane 1
    Plane1,
    /// JIS X 0213, plane 2
    Plane2,
}

impl Jis {
    /// The EUC whose table has the same characters.
    pub fn table(self) -> &'static Table {
        Table::of(match self {
            Jis::Any | Jis::Iso2022Jp => "EUC-JP",
            Jis::Jis2004 => "EUC-JP-2004",
            _ => "eucJP-win",
        })
    }
    /// The escape sequence of a set.
    pub fn escape(self, set: Set) -> &'static [u8] {
        match set {
            Set::Ascii => b"\x1B(B",
            Set::Roman => b"\x1B(J",
            Set::Kana => b"\x1B(I",
            Set::Kanji => b"\x1B$B",
            Set::Supplement => b"\x1B$(D",
            Set::Plane1 => b"\x1B$(Q",
            Set::Plane2 => b"\x1B$(P",
        }
    }
    fn read(self, b: &[u8]) -> Option<(Set, usize)> {
        Some(match b {
            [0x1B, b'(', b'B', ..] => (Set::Ascii, 3),
            [0x1B, b'(', b'J' | b'H', ..] => (Set::Roman, 3),
            [0x1B, b'(', b'I', ..] if self != Jis::Iso2022Jp => (Set::Kana, 3),
            [0x1B, b'$', b'@' | b'B', ..] => (Set::Kanji, 3),
            [0x1B, b'$', b'(', b'@' | b'B', ..] => (Set::Kanji, 4),
            [0x1B, b'$', b'(', b'D', ..] if self != Jis::Iso2022Jp => (Set::Supplement, 4),
            [0x1B, b'$', b'(', b'O' | b'Q', ..] if self == Jis::Jis2004 => (Set::Plane1, 4),
            [0x1B, b'$', b'(', b'P', ..] if self == Jis::Jis2004 => (Set::Plane2, 4),
            _ => return None,
        })
    }
}

/// Points of a pair of seven-bit bytes in a set.
fn pair(j: Jis, set: Set, a: u8, b: u8, out: &mut Vec<u32>) {
    let euc = u32::from(a | 0x80) << 8 | u32::from(b | 0x80);
    let code = if matches!(set, Set::Supplement | Set::Plane2) { 0x8F_0000 | euc } else { euc };
    match j.table().points(code) {
        Some(two) => out.extend(two),
        None => out.push(j.table().point(code).unwrap_or(BAD)),
    }
}

/// Japanese text to points.
pub fn jis(b: &[u8], j: Jis) -> Vec<u32> {
    let (mut out, mut i, mut set, mut shifted) = (Vec::with_capacity(b.len()), 0, Set::Ascii, false);
    while i < b.len() {
        let c = b[i];
        if c == 0x1B {
            match j.read(&b[i..]) {
                Some((s, len)) => {
                    set = s;
                    i += len;
                }
                None => {
                    out.push(BAD);
                    i += match &b[i + 1..] {
                        [b'$', b'(', ..] => 4.min(b.len() - i),
                        [b'$' | b'(', ..] => 3.min(b.len() - i),
                        _ => 1,
                    };
                }
            }
            continue;
        }
        i += 1;
        match c {
            0x0E if j != Jis::Iso2022Jp && j != Jis::Jis2004 => shifted = true,
            0x0F if j != Jis::Iso2022Jp && j != Jis::Jis2004 => shifted = false,
            0x21..=0x5F if set == Set::Kana || shifted && set != Set::Kanji => {
                out.push(0xFF40 + u32::from(c));
            }
            0x21..=0x7E if matches!(set, Set::Kanji | Set::Supplement | Set::Plane1 | Set::Plane2) => {
                match b.get(i) {
                    Some(second @ 0x21..=0x7E) => {
                        pair(j, set, c, *second, &mut out);
                        i += 1;
                    }
                    Some(_) | None => {
                        out.push(BAD);
                        i += usize::from(i < b.len() && b[i] >= 0x80);
                    }
                }
            }
            0x5C if set == Set::Roman => out.push(0xA5),
            0x7E if set == Set::Roman => out.push(0x203E),
            0xA1..=0xDF if !matches!(j, Jis::Iso2022Jp | Jis::Jis2004) => out.push(0xFEC0 + u32::from(c)),
            0..=0x7F => out.push(u32::from(c)),
            _ => out.push(BAD),
        }
    }
    out
}

/// Whether stateful text is back in ASCII at its end, as valid text is.
pub fn ends_in_ascii(b: &[u8], kind: Kind) -> bool {
    match kind {
        Kind::Jis(j) => {
            let mut sets =
                b.iter().enumerate().filter(|(_, c)| **c == 0x1B).filter_map(|(i, _)| j.read(&b[i..]));
            sets.next_back().is_none_or(|(set, _)| set == Set::Ascii)
        }
        Kind::Hz => {
            let at = |mark| memchr::memmem::rfind(b, mark);
            at(b"~{").is_none_or(|open| at(b"~}").is_some_and(|close| close > open))
        }
        _ => b.iter().rev().find(|c| matches!(c, 0x0E | 0x0F)).is_none_or(|c| *c != 0x0E),
    }
}

/// HZ to points.
pub fn hz(b: &[u8]) -> Vec<u32> {
    let t = Table::of("EUC-CN");
    let (mut out, mut i, mut wide) = (Vec::with_capacity(b.len()), 0, false);
    while i < b.len() {
        match &b[i..] {
            [b'~', b'{', ..] => {
                wide = true;
                i += 2;
            }
            [b'~', b'}', ..] => {
                wide = false;
                i += 2;
            }
            [b'~', b'\n', ..] => i += 2,
            [b'~', b'~', ..] if !wide => {
                out.push(0x7E);
                i += 2;
            }
            [b'~', ..] if !wide => {
                out.push(BAD);
                i += 2;
            }
            [a @ 0x21..=0x7E, second @ 0x21..=0x7E, ..] if wide => {
                let code = u32::from(a | 0x80) << 8 | u32::from(second | 0x80);
                out.push(t.point(code).unwrap_or(BAD));
                i += 2;
            }
            [c, ..] => {
                let plain = *c < 0x80 && !(wide && *c > 0x20);
                out.push(if plain { u32::from(*c) } else { BAD });
                i += 1;
            }
            [] => {}
        }
    }
    out
}

/// ISO-2022-KR to points.
pub fn korean(b: &[u8]) -> Vec<u32> {
    let t = Table::of("EUC-KR");
    let (mut out, mut i, mut wide) = (Vec::with_capacity(b.len()), 0, false);
    while i < b.len() {
        match &b[i..] {
            [0x1B, b'$', b')', b'C', ..] => i += 4,
            [0x0E, ..] => {
                wide = true;
                i += 1;
            }
            [0x0F, ..] => {
                wide = false;
                i += 1;
            }
            [a @ 0x21..=0x7E, second @ 0x21..=0x7E, ..] if wide => {
                let code = u32::from(a | 0x80) << 8 | u32::from(second | 0x80);
                out.push(t.point(code).unwrap_or(BAD));
                i += 2;
            }
            [c, ..] => {
                let plain = *c < 0x80 && *c != 0x1B && !(wide && *c > 0x20);
                out.push(if plain { u32::from(*c) } else { BAD });
                i += 1;
            }
            [] => {}
        }
    }
    out
}
