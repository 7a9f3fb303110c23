//! Wide and narrow forms of Japanese text.

/// What [`convert`] does, as bits: the first eight make wide, the next eight undo them.
pub mod mode {
    /// All ASCII wide.
    pub const ALL: u32 = 1;
    /// Letters wide.
    pub const ALPHA: u32 = 2;
    /// Digits wide.
    pub const DIGITS: u32 = 4;
    /// Spaces wide.
    pub const SPACE: u32 = 8;
    /// Narrow katakana to wide katakana.
    pub const KATAKANA: u32 = 16;
    /// Narrow katakana to hiragana.
    pub const HIRAGANA: u32 = 32;
    /// Quotes and the like wide.
    pub const SPECIAL: u32 = 64;
    /// Hiragana to katakana.
    pub const TO_KATAKANA: u32 = 128;
    /// Voiced sound marks joined to their kana.
    pub const GLUE: u32 = 1 << 16;
    /// The way back of a mode.
    pub const fn back(m: u32) -> u32 {
        m << 8
    }
}
use mode::{ALL, ALPHA, DIGITS, GLUE, HIRAGANA, KATAKANA, SPACE, SPECIAL, TO_KATAKANA, back};

/// Wide forms of U+FF61 to U+FF9F.
const WIDE_KATAKANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";
const WIDE_HIRAGANA: &str = "。「」、・をぁぃぅぇぉゃゅょっーあいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん゛゜";
const NARROW: u32 = 0xFF61;
const VOICED: u32 = 0xFF9E;
const HALF_VOICED: u32 = 0xFF9F;

fn wide(p: u32, kana: &str) -> Option<u32> {
    let n = p.checked_sub(NARROW).filter(|n| *n <= 0x3E)?;
    kana.chars().nth(n as usize).map(u32::from)
}

/// Narrow kana that a voiced mark can follow, and those for the half-voiced one.
fn takes(p: u32, mark: u32) -> bool {
    let h_row = (0xFF8A..=0xFF8E).contains(&p);
    match mark {
        VOICED => h_row || (0xFF76..=0xFF84).contains(&p),
        HALF_VOICED => h_row,
        _ => false,
    }
}

/// The narrow form of wide katakana, with its mark.
fn narrow(p: u32) -> Option<(u32, Option<u32>)> {
    let find = |p: u32| WIDE_KATAKANA.chars().position(|c| u32::from(c) == p).map(|n| NARROW + n as u32);
    match p {
        0x30EE => return find(0x30EF).map(|n| (n, None)),
        0x30F0 => return find(0x30A4).map(|n| (n, None)),
        0x30F1 => return find(0x30A8).map(|n| (n, None)),
        0x30F4 => return find(0x30A6).map(|n| (n, Some(VOICED))),
        _ => {}
    }
    if let Some(n) = find(p) {
        return Some((n, None));
    }
    [(1, VOICED), (2, HALF_VOICED)]
        .into_iter()
        .find_map(|(back, mark)| find(p - back).filter(|n| takes(*n, mark)).map(|n| (n, Some(mark))))
}

/// One character with the next: what it becomes, what follows that, and whether the next was joined.
fn one(p: u32, next: u32, m: u32) -> (u32, Option<u32>, bool) {
    let plain = |p| (p, None, false);
    let shift = 0xFEE0;
    let (quote, apostrophe, backslash) = (0x22, 0x27, 0x5C);
    if m & ALL != 0 && (0x21..=0x7D).contains(&p) && ![quote, apostrophe, backslash].contains(&p) {
        return plain(p + shift);
    }
    let ascii = u8::try_from(p).unwrap_or(0x80);
    if m & ALPHA != 0 && ascii.is_ascii_alphabetic() || m & DIGITS != 0 && ascii.is_ascii_digit() {
        return plain(p + shift);
    }
    if m & SPACE != 0 && p == 0x20 {
        return plain(0x3000);
    }
    for (bit, kana) in [(KATAKANA, WIDE_KATAKANA), (HIRAGANA, WIDE_HIRAGANA)] {
        let Some(w) = wide(p, kana).filter(|_| m & bit != 0) else { continue };
        if m & GLUE != 0 && takes(p, next) {
            return (w + 1 + u32::from(next == HALF_VOICED), None, true);
        }
        if m & GLUE != 0 && bit == KATAKANA && p == 0xFF73 && next == VOICED {
            return (0x30F4, None, true);
        }
        return plain(w);
    }
    if m & SPECIAL != 0 {
        match p {
            0x5C | 0xA5 => return plain(0xFFE5),
            0x7E | 0x203E => return plain(0xFFE3),
            0x27 => return plain(0x2019),
            0x22 => return plain(0x201D),
            _ => {}
        }
    }
    let narrows = |bit, range: std::ops::RangeInclusive<u32>| m & back(bit) != 0 && range.contains(&p);
    if narrows(ALL, 0xFF01..=0xFF5D) && ![0xFF02, 0xFF07, 0xFF3C].contains(&p)
        || narrows(ALPHA, 0xFF21..=0xFF3A)
        || narrows(ALPHA, 0xFF41..=0xFF5A)
        || narrows(DIGITS, 0xFF10..=0xFF19)
    {
        return plain(p - shift);
    }
    if narrows(SPACE, 0x3000..=0x3000) {
        return plain(0x20);
    }
    if narrows(ALL, 0x2212..=0x2212) {
        return plain(0x2D);
    }
    if m & back(KATAKANA | HIRAGANA) != 0 {
        let katakana = if narrows(KATAKANA, 0x30A1..=0x30F4) {
            Some(p)
        } else if narrows(HIRAGANA, 0x3041..=0x3093) {
            Some(p + 0x60)
        } else if [0x3001, 0x3002, 0x300C, 0x300D, 0x309B, 0x309C, 0x30FC, 0x30FB].contains(&p) {
            Some(p)
        } else {
            None
        };
        if let Some((n, mark)) = katakana.and_then(narrow) {
            return (n, mark, false);
        }
    }
    if m & TO_KATAKANA != 0 && ((0x3041..=0x3093).contains(&p) || matches!(p, 0x309D | 0x309E)) {
        return plain(p + 0x60);
    }
    if narrows(TO_KATAKANA, 0x30A1..=0x30F3) || narrows(TO_KATAKANA, 0x30FD..=0x30FE) {
        return plain(p - 0x60);
    }
    if m & back(SPECIAL) != 0 {
        match p {
            0xFFE5 | 0xFF3C => return plain(0x5C),
            0xFFE3 | 0x203E => return plain(0x7E),
            0x2018 | 0x2019 => return plain(0x27),
            0x201C | 0x201D => return plain(0x22),
            _ => {}
        }
    }
    plain(p)
}

/// Converts a text by the bits of [`mode`].
pub fn convert(points: &[u32], m: u32) -> Vec<u32> {
    let (mut out, mut i) = (Vec::with_capacity(points.len()), 0);
    while i < points.len() {
        let (p, mark, joined) = one(points[i], points.get(i + 1).copied().unwrap_or(0), m);
        out.push(p);
        out.extend(mark);
        i += 1 + usize::from(joined);
    }
    out
}

/// Narrow katakana to wide, as CP50220 writes them.
pub fn widen(points: &[u32]) -> Vec<u32> {
    convert(points, KATAKANA | GLUE)
}
