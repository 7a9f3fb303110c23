//! Letter case, width and frequency of characters.
//!
//! `tables/unicode.bin` holds, in LEB128: for upper, lower, title case and folding the simple mappings (gap, zigzag change of the
//! difference), then for the same four what the full mapping has otherwise (point, length, points), then runs (gap, length, class)
//! of cased (1) and case-ignorable (2) characters, of wide ones, and of those that text seldom has.

use crate::charset::{BAD, Enc, Kind, Numbers};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A conversion of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// To upper case.
    Upper,
    /// To lower case.
    Lower,
    /// To title case.
    Title,
    /// To what compares without case.
    Fold,
}

struct Runs(Vec<(u32, u32, u32)>);

impl Runs {
    fn read(n: &mut Numbers<'_>) -> Runs {
        let (mut out, mut at) = (Vec::new(), 0);
        for _ in 0..n.next() {
            let start = at + n.next();
            at = start + n.next();
            out.push((start, at, n.next()));
        }
        Runs(out)
    }
    fn class(&self, p: u32) -> u32 {
        let at = self.0.partition_point(|r| r.1 <= p);
        self.0.get(at).filter(|r| r.0 <= p).map_or(0, |r| r.2)
    }
}

struct Data {
    simple: [HashMap<u32, u32>; 4],
    full: [HashMap<u32, Vec<u32>>; 4],
    cased: Runs,
    wide: Runs,
    rare: Runs,
    /// What the others say of the characters of most texts.
    near: Box<Near>,
}

/// Latin, Greek, Cyrillic and Hebrew letters are before this.
const NEAR: usize = 0x600;

struct Near {
    /// Simple mappings.
    simple: [[u16; NEAR]; 4],
    /// Whether the full mapping is another one.
    full: [[bool; NEAR]; 4],
    cased: [u8; NEAR],
    rare: [u8; NEAR],
}

impl Data {
    fn look_near(mut self) -> Data {
        for p in 0..NEAR {
            let point = p as u32;
            for case in 0..4 {
                let mapped = self.simple[case].get(&point).copied().unwrap_or(point);
                // A mapping that has no room here is looked for among the others.
                self.near.simple[case][p] = u16::try_from(mapped).unwrap_or(0);
                self.near.full[case][p] = self.full[case].contains_key(&point);
            }
            self.near.cased[p] = self.cased.class(point) as u8;
            self.near.rare[p] = self.rare.class(point) as u8;
        }
        self
    }
    /// 1 of letters that have a case, 2 of what case passes over.
    #[inline]
    fn cased(&self, p: u32) -> u32 {
        match self.near.cased.get(p as usize) {
            Some(class) => u32::from(*class),
            None => self.cased.class(p),
        }
    }
    #[inline]
    fn rare(&self, p: u32) -> u32 {
        match self.near.rare.get(p as usize) {
            Some(class) => u32::from(*class),
            None => self.rare.class(p),
        }
    }
    #[inline]
    fn simple(&self, case: Case, p: u32) -> u32 {
        match self.near.simple[case as usize].get(p as usize) {
            Some(mapped) if *mapped != 0 => u32::from(*mapped),
            _ => self.simple[case as usize].get(&p).copied().unwrap_or(p),
        }
    }
    #[inline]
    fn full(&self, case: Case, p: u32) -> Option<&Vec<u32>> {
        match self.near.full[case as usize].get(p as usize) {
            Some(false) => None,
            _ => self.full[case as usize].get(&p),
        }
    }
}

fn data() -> &'static Data {
    static DATA: OnceLock<Data> = OnceLock::new();
    DATA.get_or_init(|| {
        let mut n = Numbers(include_bytes!("../tables/unicode.bin"));
        let simple = std::array::from_fn(|_| {
            let (mut at, mut change) = (0, 0);
            (0..n.next())
                .map(|_| {
                    at += n.next();
                    change += n.signed();
                    (at, at.wrapping_add_signed(change))
                })
                .collect()
        });
        let full = std::array::from_fn(|_| {
            (0..n.next())
                .map(|_| {
                    let (p, len) = (n.next(), n.next());
                    (p, (0..len).map(|_| n.next()).collect())
                })
                .collect()
        });
        let (cased, wide, rare) = (Runs::read(&mut n), Runs::read(&mut n), Runs::read(&mut n));
        let near = Box::new(Near {
            simple: [[0; NEAR]; 4],
            full: [[false; NEAR]; 4],
            cased: [0; NEAR],
            rare: [0; NEAR],
        });
        Data { simple, full, cased, wide, rare, near }.look_near()
    })
}

/// Columns that a character takes on a terminal.
pub fn width(p: u32) -> usize {
    if p < 0x1100 { 1 } else { 1 + data().wide.class(p) as usize }
}

/// How much a character speaks against the encoding that gave it.
pub fn demerits(p: u32) -> u64 {
    match p {
        0x1_0000.. => 40,
        0x21..=0x2F => 6,
        p => 1 + 29 * u64::from(data().rare(p)),
    }
}

fn simple(case: Case, p: u32, turkish: bool) -> u32 {
    match (case, p) {
        (Case::Upper | Case::Title, 0x69) if turkish => 0x130,
        (Case::Lower | Case::Fold, 0x49) if turkish => 0x131,
        (Case::Lower | Case::Fold, 0x130) if turkish => 0x69,
        _ => data().simple(case, p),
    }
}

fn put(case: Case, p: u32, turkish: bool, full: bool, out: &mut Vec<u32>) {
    let special = turkish && matches!(p, 0x49 | 0x69 | 0x130);
    match data().full(case, p) {
        Some(seq) if full && !special => out.extend(seq),
        _ => out.push(simple(case, p, turkish)),
    }
}

const SIGMA: u32 = 0x3A3;
const FINAL_SIGMA: u32 = 0x3C2;

/// Whether the first character that case does not pass over is a letter.
fn leads_to_letter<'a>(mut points: impl Iterator<Item = &'a u32>) -> bool {
    let class = |p: &u32| if *p == BAD { 0 } else { data().cased(*p) };
    points.find(|p| class(p) != 2).is_some_and(|p| class(p) == 1)
}

/// Whether the capital sigma at `i` ends a word.
fn ends_word(points: &[u32], i: usize) -> bool {
    leads_to_letter(points[..i].iter().rev()) && !leads_to_letter(points[i + 1..].iter())
}

/// Converts letters of ASCII text.
pub fn convert_ascii(case: Case, text: &[u8]) -> Vec<u8> {
    match case {
        Case::Upper => text.to_ascii_uppercase(),
        Case::Lower | Case::Fold => text.to_ascii_lowercase(),
        Case::Title => {
            let mut within = false;
            let title = |&c: &u8| {
                let out = if within { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
                // Letters are what is cased; of the rest, some do not end a word.
                within = c.is_ascii_alphabetic() || within && data().cased(c.into()) == 2;
                out
            };
            text.iter().map(title).collect()
        }
    }
}

/// Converts letters of text that was in an encoding; `full` lets one become more.
pub fn convert(case: Case, full: bool, enc: Enc, points: &[u32]) -> Vec<u32> {
    let turkish = enc.kind == Kind::Single && enc.name == "ISO-8859-9";
    let mut out = Vec::with_capacity(points.len());
    let mut within = false;
    for (i, p) in points.iter().copied().enumerate() {
        if p > 0xFF_FFFF {
            out.push(p);
            continue;
        }
        let now = if case == Case::Title && within { Case::Lower } else { case };
        if now == Case::Lower && full && p == SIGMA && ends_word(points, i) {
            out.push(FINAL_SIGMA);
        } else {
            put(now, p, turkish, full, &mut out);
        }
        let class = data().cased(p);
        if class != 2 {
            within = class == 1;
        }
    }
    out
}
