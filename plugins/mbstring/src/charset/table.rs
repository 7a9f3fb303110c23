//! Encodings that a table describes.
//!
//! `tables/charsets.bin` holds one after the other, each led by its length. All numbers are LEB128; "code" is the number that a
//! character's bytes make, first byte highest. A table is its name (a byte of length), then runs of codes and points that go up
//! together (gap from the last code, zigzag gap from the last point, length), codes of two points, points that are written
//! otherwise than the inverse says (gap, code + 1, or 0 for none), and for each first byte of pairs, in runs of second bytes
//! with the value of the first run ahead, whether a pair that means nothing is dropped as a whole.

use super::BAD;
use std::collections::HashMap;
use std::sync::OnceLock;

static DATA: &[u8] = include_bytes!("../../tables/charsets.bin");

/// No character, or no code.
const NONE: u32 = u32::MAX - 1;
/// First four-byte code of GB 18030 beyond the Basic Multilingual Plane, counted in its own order.
const GB_PLANES: u32 = 189_000;

/// A reader of the numbers in a table.
pub struct Numbers<'a>(pub &'a [u8]);

impl<'a> Numbers<'a> {
    /// The next number.
    pub fn next(&mut self) -> u32 {
        let (mut n, mut shift) = (0u64, 0);
        while let Some((b, rest)) = self.0.split_first() {
            self.0 = rest;
            n |= u64::from(b & 0x7F) << shift;
            shift += 7;
            if b & 0x80 == 0 {
                break;
            }
        }
        n as u32
    }
    /// The next number that may be negative.
    pub fn signed(&mut self) -> i32 {
        let n = self.next();
        ((n >> 1) as i32) ^ -((n & 1) as i32)
    }
    /// So many bytes.
    pub fn bytes(&mut self, n: usize) -> &'a [u8] {
        let (a, b) = self.0.split_at(n.min(self.0.len()));
        self.0 = b;
        a
    }
}

/// Both directions of an encoding.
pub struct Table {
    one: [u32; 256],
    two: Vec<u32>,
    long: HashMap<u32, u32>,
    odd: HashMap<u32, [u32; 2]>,
    odd_back: HashMap<[u32; 2], u32>,
    /// First bytes of pairs; per second byte whether both are dropped.
    leads: Vec<Option<Box<[bool; 256]>>>,
    back: Vec<Option<Box<[u32; 256]>>>,
    family: Family,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Pairs,
    /// 8F leads three bytes.
    Japanese,
    /// 8E leads four bytes.
    Taiwanese,
    /// A digit as second byte makes it four bytes.
    Gb18030,
}

impl Table {
    /// The table of an encoding, read when it is first asked for.
    pub fn of(name: &str) -> &'static Table {
        static TABLES: OnceLock<Vec<(&'static [u8], &'static [u8], OnceLock<Table>)>> = OnceLock::new();
        let all = TABLES.get_or_init(|| {
            let (mut n, mut out) = (Numbers(DATA), Vec::new());
            while !n.0.is_empty() {
                let len = n.next() as usize;
                let mut body = Numbers(n.bytes(len));
                let name = body.bytes(1)[0] as usize;
                out.push((body.bytes(name), body.0, OnceLock::new()));
            }
            out
        });
        let entry = all.iter().find(|t| t.0 == name.as_bytes()).unwrap_or(&all[0]);
        entry.2.get_or_init(|| Table::read(name, entry.1))
    }

    fn read(name: &str, body: &[u8]) -> Table {
        let family = match name {
            "EUC-JP" | "eucJP-win" | "EUC-JP-2004" => Family::Japanese,
            "EUC-TW" => Family::Taiwanese,
            n if n.starts_with("GB18030") => Family::Gb18030,
            _ => Family::Pairs,
        };
        let mut t = Table {
            one: [NONE; 256],
            two: vec![NONE; 0x10000],
            long: HashMap::new(),
            odd: HashMap::new(),
            odd_back: HashMap::new(),
            leads: (0..256).map(|_| None).collect(),
            back: Vec::new(),
            family,
        };
        let mut n = Numbers(body);
        let (mut code, mut point) = (0u32, 0i64);
        for _ in 0..n.next() {
            code += n.next();
            point += i64::from(n.signed());
            for _ in 0..n.next() {
                t.put(code, point as u32);
                code += 1;
                point += 1;
            }
        }
        for _ in 0..n.next() {
            let (code, pair) = (n.next(), [n.next(), n.next()]);
            t.odd.insert(code, pair);
            t.odd_back.insert(pair, code);
        }
        let mut point = 0;
        for _ in 0..n.next() {
            point += n.next();
            t.set_back(point, n.next().wrapping_sub(1).min(NONE));
        }
        for _ in 0..n.next() {
            let lead = n.bytes(1)[0] as usize;
            let runs = n.next();
            let (mut both, mut at, mut drops) = (n.next() == 1, 0, Box::new([false; 256]));
            for _ in 0..runs {
                let len = n.next() as usize;
                drops[at..(at + len).min(256)].fill(both);
                at += len;
                both = !both;
            }
            t.leads[lead] = Some(drops);
        }
        t
    }

    fn put(&mut self, code: u32, point: u32) {
        match code {
            0..=0xFF => self.one[code as usize] = point,
            0x100..=0xFFFF => self.two[code as usize] = point,
            _ => {
                self.long.insert(code, point);
            }
        }
        self.set_back(point, code);
    }

    fn set_back(&mut self, point: u32, code: u32) {
        let page = point as usize >> 8;
        if self.back.len() <= page {
            self.back.resize_with(page + 1, || None);
        }
        let page = self.back[page].get_or_insert_with(|| Box::new([NONE; 256]));
        page[point as usize & 255] = code;
    }

    /// The code of a point, or of it and the next; and whether the next was taken.
    pub fn code(&self, point: u32, next: Option<u32>) -> Option<(u32, bool)> {
        if !self.odd_back.is_empty()
            && let Some(next) = next
            && let Some(code) = self.odd_back.get(&[point, next])
        {
            return Some((*code, true));
        }
        if self.family == Family::Gb18030 && (0x1_0000..0x11_0000).contains(&point) {
            let n = point - 0x1_0000 + GB_PLANES;
            let bytes = [n / 12600 + 0x81, n / 1260 % 10 + 0x30, n / 10 % 126 + 0x81, n % 10 + 0x30];
            return Some((bytes.iter().fold(0, |c, b| c << 8 | b), false));
        }
        let code = self.back.get(point as usize >> 8)?.as_ref()?[point as usize & 255];
        (code != NONE).then_some((code, false))
    }

    /// The point of a code.
    pub fn point(&self, code: u32) -> Option<u32> {
        let p = match code {
            0..=0xFF => self.one[code as usize],
            0x100..=0xFFFF => self.two[code as usize],
            _ => self.long.get(&code).copied().unwrap_or(NONE),
        };
        (p != NONE).then_some(p)
    }

    /// The two points of a code that has two.
    pub fn points(&self, code: u32) -> Option<[u32; 2]> {
        self.odd.get(&code).copied()
    }

    /// The points of a text.
    pub fn decode(&self, b: &[u8]) -> Vec<u32> {
        let mut out = Vec::with_capacity(b.len());
        let mut i = 0;
        while i < b.len() {
            let first = b[i];
            let one = self.one[first as usize];
            if one != NONE {
                out.push(one);
                i += 1;
                continue;
            }
            let rest = &b[i..];
            i += match (self.family, rest) {
                (Family::Japanese, [0x8F, ..]) => self.three(rest, &mut out),
                (Family::Taiwanese, [0x8E, ..]) => self.four(rest, &mut out),
                (Family::Gb18030, [0x81..=0xFE, 0x30..=0x39, ..]) => self.gb(rest, &mut out),
                _ => self.pair(rest, &mut out),
            };
        }
        out
    }

    fn pair(&self, b: &[u8], out: &mut Vec<u32>) -> usize {
        let (Some(drops), Some(second)) = (&self.leads[b[0] as usize], b.get(1)) else {
            out.push(BAD);
            return 1;
        };
        let code = u32::from(b[0]) << 8 | u32::from(*second);
        if self.two[code as usize] != NONE {
            out.push(self.two[code as usize]);
            return 2;
        }
        if let Some(pair) = self.odd.get(&code) {
            out.extend(pair);
            return 2;
        }
        out.push(BAD);
        1 + usize::from(drops[*second as usize])
    }

    fn three(&self, b: &[u8], out: &mut Vec<u32>) -> usize {
        let Some(&[a, x, y]) = b.first_chunk::<3>() else {
            out.push(BAD);
            return b.len();
        };
        let code = u32::from(a) << 16 | u32::from(x) << 8 | u32::from(y);
        match self.points(code) {
            Some(pair) => out.extend(pair),
            None => out.push(self.point(code).unwrap_or(BAD)),
        }
        3
    }

    fn four(&self, b: &[u8], out: &mut Vec<u32>) -> usize {
        let Some(four) = b.first_chunk::<4>() else {
            out.push(BAD);
            return b.len();
        };
        out.push(self.point(u32::from_be_bytes(*four)).unwrap_or(BAD));
        4
    }

    fn gb(&self, b: &[u8], out: &mut Vec<u32>) -> usize {
        let Some(&[a, x, y, z]) = b.first_chunk::<4>() else {
            out.push(BAD);
            return b.len();
        };
        if !(0x81..=0xFE).contains(&y) || !z.is_ascii_digit() {
            out.push(BAD);
            return if (0x81..=0xFE).contains(&y) { 3 } else { 2 };
        }
        let linear = [(a, 0x81, 12600), (x, 0x30, 1260), (y, 0x81, 10), (z, 0x30, 1)];
        let n: u32 = linear.iter().map(|(b, base, unit)| u32::from(b - base) * unit).sum();
        out.push(match n.checked_sub(GB_PLANES) {
            Some(p) if p < 0x10_0000 => p + 0x1_0000,
            Some(_) => BAD,
            None => self.point(u32::from_be_bytes([a, x, y, z])).unwrap_or(BAD),
        });
        4
    }
}

/// The bytes of a code.
pub fn write(code: u32, out: &mut Vec<u8>) {
    let bytes = code.to_be_bytes();
    let skip = (code.leading_zeros() as usize / 8).min(3);
    out.extend_from_slice(&bytes[skip..]);
}
