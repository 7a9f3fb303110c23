//! Character sets that the HTML functions read and write.

use encoding_rs::Encoding;
use plugin_api::{Ctx, R};

/// A character set.
#[derive(Clone, Copy, PartialEq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// ISO-8859-1.
    Latin1,
    /// One byte a character.
    Single(&'static Encoding),
    /// More bytes a character, ASCII among them: only ASCII is looked at.
    Multi(Multi),
}

/// Sets with more bytes a character.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Multi {
    /// Big5, with or without Hong Kong's characters.
    Big5,
    /// GB 2312.
    Gb2312,
    /// Shift JIS.
    ShiftJis,
    /// EUC-JP.
    EucJp,
}

/// Bytes of the longest name of a set.
const LONGEST_NAME: usize = 12;

impl Charset {
    fn by_name(name: &[u8]) -> Option<Charset> {
        use encoding_rs as e;
        let mut room = [0; LONGEST_NAME];
        let lower = room.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"utf-8" => Charset::Utf8,
            b"iso-8859-1" | b"iso8859-1" => Charset::Latin1,
            b"iso-8859-15" | b"iso8859-15" => Charset::Single(e::ISO_8859_15),
            b"iso-8859-5" | b"iso8859-5" => Charset::Single(e::ISO_8859_5),
            b"windows-1252" | b"1252" | b"cp1252" => Charset::Single(e::WINDOWS_1252),
            b"windows-1251" | b"1251" | b"cp1251" | b"win-1251" => Charset::Single(e::WINDOWS_1251),
            b"koi8-r" | b"koi8-ru" | b"koi8r" => Charset::Single(e::KOI8_R),
            b"cp866" | b"866" | b"ibm866" => Charset::Single(e::IBM866),
            b"macroman" => Charset::Single(e::MACINTOSH),
            b"big5" | b"950" | b"big5-hkscs" => Charset::Multi(Multi::Big5),
            b"gb2312" | b"936" => Charset::Multi(Multi::Gb2312),
            b"shift_jis" | b"sjis" | b"sjis-win" | b"cp932" | b"932" => Charset::Multi(Multi::ShiftJis),
            b"euc-jp" | b"eucjp" | b"eucjp-win" => Charset::Multi(Multi::EucJp),
            _ => return None,
        })
    }

    /// The set that a call names, or the configured one; a warning for one that is not known.
    pub fn of(ctx: &mut Ctx, given: Option<&[u8]>) -> R<Charset> {
        match given {
            Some(b"UTF-8") => Ok(Charset::Utf8),
            Some(name) if !name.is_empty() => Charset::named(ctx, name),
            _ => {
                let changes = ctx.ini_changes();
                if let Some((seen, set)) = ctx.globals::<crate::Globals>().charset.get()
                    && seen == changes
                {
                    return Ok(set);
                }
                Charset::configured(ctx, changes)
            }
        }
    }

    #[cold]
    fn configured(ctx: &mut Ctx, changes: u64) -> R<Charset> {
        let name = ["internal_encoding", "default_charset"]
            .into_iter()
            .find_map(|n| ctx.ini(n).filter(|v| !v.is_empty()))
            .unwrap_or_default();
        let set = if name.is_empty() { Some(Charset::Utf8) } else { Charset::by_name(&name) };
        match set {
            Some(set) => {
                ctx.globals::<crate::Globals>().charset.set(Some((changes, set)));
                Ok(set)
            }
            None => Charset::named(ctx, &name),
        }
    }

    fn named(ctx: &mut Ctx, name: &[u8]) -> R<Charset> {
        match Charset::by_name(name) {
            Some(c) => Ok(c),
            None => {
                let shown = String::from_utf8_lossy(name).into_owned();
                ctx.warning(format!("Charset \"{shown}\" is not supported, assuming UTF-8"))?;
                Ok(Charset::Utf8)
            }
        }
    }

    /// The character at the front: code point (for [`Charset::Multi`] beyond ASCII the bytes themselves) and length;
    /// `Err` says how many bytes are none.
    pub fn next(self, b: &[u8]) -> Result<(u32, usize), usize> {
        let c = b[0];
        if c < 0x80 {
            return Ok((c as u32, 1));
        }
        match self {
            Charset::Utf8 => utf8(b),
            Charset::Latin1 => Ok((c as u32, 1)),
            Charset::Single(e) => match e.decode_without_bom_handling(&[c]).0.chars().next() {
                Some(ch) => Ok((ch as u32, 1)),
                None => Err(1),
            },
            Charset::Multi(m) => multi(m, b),
        }
    }

    /// A code point in this set, if it has it.
    pub fn encode(self, cp: u32, out: &mut Vec<u8>) -> bool {
        let Some(ch) = char::from_u32(cp) else { return false };
        match self {
            Charset::Utf8 => out.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes()),
            _ if cp < 0x80 => out.push(cp as u8),
            Charset::Latin1 if cp < 0x100 => out.push(cp as u8),
            Charset::Latin1 | Charset::Multi(_) => return false,
            Charset::Single(e) => {
                let mut buf = [0; 4];
                let (bytes, _, lost) = e.encode(ch.encode_utf8(&mut buf));
                if lost {
                    return false;
                }
                out.extend_from_slice(&bytes);
            }
        }
        true
    }
}

fn utf8(b: &[u8]) -> Result<(u32, usize), usize> {
    let trail = |i: usize| b.get(i).is_some_and(|c| c & 0xc0 == 0x80);
    let lead = |i: usize| b.get(i).is_none_or(|c| *c < 0x80 || (0xc2..=0xf4).contains(c));
    let bits = |i: usize| (b[i] & 0x3f) as u32;
    let c = b[0] as u32;
    match c {
        0xc2..=0xdf if trail(1) => Ok(((c & 0x1f) << 6 | bits(1), 2)),
        0xc2..=0xdf => Err(if lead(1) { 1 } else { 2 }),
        0xe0..=0xef => {
            if !trail(1) || !trail(2) {
                return Err(if lead(1) {
                    1
                } else if lead(2) {
                    2
                } else {
                    3
                });
            }
            let cp = (c & 0xf) << 12 | bits(1) << 6 | bits(2);
            if cp < 0x800 || (0xd800..=0xdfff).contains(&cp) { Err(3) } else { Ok((cp, 3)) }
        }
        0xf0..=0xf4 => {
            if !trail(1) || !trail(2) || !trail(3) {
                return Err(if lead(1) {
                    1
                } else if lead(2) {
                    2
                } else if lead(3) {
                    3
                } else {
                    4
                });
            }
            let cp = (c & 7) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
            if (0x10000..=0x10ffff).contains(&cp) { Ok((cp, 4)) } else { Err(4) }
        }
        _ => Err(1),
    }
}

fn multi(m: Multi, b: &[u8]) -> Result<(u32, usize), usize> {
    let c = b[0];
    let pair = |ok: fn(u8) -> bool| match b.get(1) {
        Some(t) if ok(*t) => Ok(((c as u32) << 8 | *t as u32, 2)),
        _ => Err(1),
    };
    match m {
        Multi::Big5 if (0x81..=0xfe).contains(&c) => {
            pair(|t| (0x40..=0x7e).contains(&t) || (0xa1..=0xfe).contains(&t))
        }
        Multi::Big5 => Err(1),
        Multi::Gb2312 if (0xa1..=0xfe).contains(&c) => pair(|t| t >= 0xa1 && t != 0xff),
        Multi::Gb2312 if c == 0x8e || c == 0x8f || c == 0xa0 || c == 0xff => Err(1),
        Multi::Gb2312 => Ok((c as u32, 1)),
        Multi::ShiftJis if (0xa1..=0xdf).contains(&c) => Ok((c as u32, 1)),
        Multi::ShiftJis if (0x81..=0xfc).contains(&c) && c != 0xa0 => {
            pair(|t| (0x40..=0xfc).contains(&t) && t != 0x7f)
        }
        Multi::ShiftJis => Err(1),
        Multi::EucJp if c == 0x8e => pair(|t| (0xa1..=0xdf).contains(&t)),
        Multi::EucJp if c == 0x8f => match (b.get(1), b.get(2)) {
            (Some(x @ 0xa1..=0xfe), Some(y @ 0xa1..=0xfe)) => {
                Ok(((c as u32) << 16 | (*x as u32) << 8 | *y as u32, 3))
            }
            _ => Err(1),
        },
        Multi::EucJp if (0xa1..=0xfe).contains(&c) => pair(|t| (0xa1..=0xfe).contains(&t)),
        Multi::EucJp => Err(1),
    }
}
