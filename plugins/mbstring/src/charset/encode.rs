//! From code points to bytes.

use super::iso2022::{Jis, Set};
use super::table::{Table, write};
use super::{BAD, Enc, Kind, Order, transfer};
use crate::kana;

/// What is written for a character that an encoding does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substitute {
    /// Nothing.
    None,
    /// A character; `?` where that does not exist either.
    Char(u32),
    /// `U+XXXX`; the character for what means nothing.
    Long(u32),
    /// `&#xXXXX;`; the character for what means nothing.
    Entity(u32),
}

/// Characters that UTF-7 writes as they are.
pub fn utf7_direct(p: u32) -> bool {
    char::from_u32(p).is_some_and(|c| c.is_ascii_alphanumeric() || "\0'(),-./:? \t\r\n".contains(c))
}

/// Writes text in an encoding, piece by piece.
#[derive(Clone)]
pub struct Encoder {
    enc: Enc,
    substitute: Substitute,
    /// What has been written.
    pub out: Vec<u8>,
    /// Characters that could not be.
    pub errors: usize,
    set: Set,
    wide: bool,
    begun: bool,
    /// Bits of UTF-7 not written yet, and how many.
    bits: (u32, u32),
    /// Bytes to be sent as a whole, or a character that may join the next.
    held: Vec<u8>,
}

/// Encodes a text; also gives how many characters the encoding does not have.
pub fn encode(enc: Enc, points: &[u32], substitute: Substitute) -> (Vec<u8>, usize) {
    if enc.kind == Kind::Utf8
        && let Some(text) = points.iter().map(|p| char::from_u32(*p)).collect::<Option<String>>()
    {
        return (text.into_bytes(), 0);
    }
    let mut e = Encoder::new(enc, substitute);
    e.push(points);
    e.finish();
    (e.out, e.errors)
}

impl Encoder {
    /// An encoder at the start of a text.
    pub fn new(enc: Enc, substitute: Substitute) -> Encoder {
        Encoder {
            enc,
            substitute,
            out: Vec::new(),
            errors: 0,
            set: Set::Ascii,
            wide: false,
            begun: false,
            bits: (0, 0),
            held: Vec::new(),
        }
    }

    /// Writes characters; pairs that are written as one must come together.
    pub fn push(&mut self, points: &[u32]) {
        let wide;
        let points = if self.enc.kind == Kind::Jis(Jis::Cp50220) {
            wide = kana::widen(points);
            &wide
        } else {
            points
        };
        let mut i = 0;
        while i < points.len() {
            match self.put(points[i], points.get(i + 1).copied()) {
                Some(both) => i += 1 + usize::from(both),
                None => {
                    self.replace(points[i]);
                    i += 1;
                }
            }
        }
    }

    fn replace(&mut self, point: u32) {
        self.errors += 1;
        let text = match self.substitute {
            Substitute::None => return,
            Substitute::Long(_) if point != BAD => format!("U+{point:X}"),
            Substitute::Entity(_) if point != BAD => format!("&#x{point:X};"),
            Substitute::Char(c) | Substitute::Long(c) | Substitute::Entity(c) => {
                if self.put(c, None).is_none() && c != u32::from(b'?') {
                    self.put(u32::from(b'?'), None);
                }
                return;
            }
        };
        for c in text.bytes() {
            self.put(u32::from(c), None);
        }
    }

    /// Writes a character, or it and the next (`true`); `None` when there is no way.
    fn put(&mut self, p: u32, next: Option<u32>) -> Option<bool> {
        if p == BAD {
            return None;
        }
        let byte = u8::try_from(p).ok();
        match self.enc.kind {
            Kind::Bit8 => self.out.push(byte?),
            Kind::Bit7 | Kind::Ascii => self.out.push(byte.filter(u8::is_ascii)?),
            Kind::Utf8 => {
                let mut buf = [0; 4];
                let text = char::from_u32(p)?.encode_utf8(&mut buf);
                self.out.extend_from_slice(text.as_bytes());
            }
            Kind::Utf16(o) => {
                let mut buf = [0; 2];
                for u in char::from_u32(p)?.encode_utf16(&mut buf) {
                    let little = o == Order::Little;
                    self.out.extend(if little { u.to_le_bytes() } else { u.to_be_bytes() });
                }
            }
            Kind::Ucs2(o) => {
                let u = u16::try_from(p).ok()?;
                self.out.extend(if o == Order::Little { u.to_le_bytes() } else { u.to_be_bytes() });
            }
            Kind::Utf32(o) => {
                let p = u32::from(char::from_u32(p)?);
                self.out.extend(if o == Order::Little { p.to_le_bytes() } else { p.to_be_bytes() });
            }
            Kind::Ucs4(o) => {
                self.out.extend(if o == Order::Little { p.to_le_bytes() } else { p.to_be_bytes() })
            }
            Kind::Utf7 => self.utf7(p, false)?,
            Kind::Utf7Imap => self.utf7(p, true)?,
            Kind::Single | Kind::Multi(_) => {
                let (code, both) = self.enc.table().code(p, next)?;
                write(code, &mut self.out);
                return Some(both);
            }
            Kind::Jis(j) => return self.jis(j, p, next),
            Kind::Hz => self.hz(p)?,
            Kind::Korean => self.korean(p)?,
            Kind::Base64 | Kind::Uuencode | Kind::Quoted => self.held.push(byte?),
            Kind::Html => self.html(p),
        }
        Some(false)
    }

    fn html(&mut self, p: u32) {
        match p {
            0..=0x7F => self.out.push(p as u8),
            _ => match transfer::entity(p) {
                Some(name) => self.out.extend_from_slice(format!("&{name};").as_bytes()),
                None => self.out.extend_from_slice(format!("&#{p};").as_bytes()),
            },
        }
    }

    fn close_base64(&mut self, imap: bool, next: Option<u32>) {
        if self.wide {
            let (bits, held) = self.bits;
            if held > 0 {
                self.digit(bits << (6 - held), imap);
            }
            self.bits = (0, 0);
            self.wide = false;
            // What could be read as a digit, or as the end, needs the mark.
            let ends = next.is_none_or(|n| {
                n == u32::from(b'-')
                    || u8::try_from(n).is_ok_and(|c| c.is_ascii_alphanumeric() || c == b'/' || c == b'+')
            });
            if imap || ends {
                self.out.push(b'-');
            }
        }
    }

    fn digit(&mut self, d: u32, imap: bool) {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let c = DIGITS[(d & 63) as usize];
        self.out.push(if imap && c == b'/' { b',' } else { c });
    }

    fn utf7(&mut self, p: u32, imap: bool) -> Option<()> {
        let c = char::from_u32(p)?;
        let direct = if imap { (0x20..=0x7E).contains(&p) } else { utf7_direct(p) };
        let shift = if imap { b'&' } else { b'+' };
        if direct {
            self.close_base64(imap, Some(p));
            self.out.push(p as u8);
            if p == u32::from(shift) {
                self.out.push(b'-');
            }
            return Some(());
        }
        if !self.wide {
            self.out.push(shift);
            self.wide = true;
            self.bits = (0, 0);
        }
        let mut buf = [0; 2];
        for u in c.encode_utf16(&mut buf) {
            let (bits, held) = self.bits;
            let (mut bits, mut held) = (u64::from(bits) << 16 | u64::from(*u), held + 16);
            while held >= 6 {
                held -= 6;
                self.digit((bits >> held) as u32, imap);
                bits &= (1 << held) - 1;
            }
            self.bits = (bits as u32, held);
        }
        Some(())
    }

    fn choose(&mut self, j: Jis, set: Set) {
        if self.set != set {
            if self.wide {
                self.out.push(0x0F);
                self.wide = false;
            }
            self.out.extend_from_slice(j.escape(set));
            self.set = set;
        }
    }

    fn jis(&mut self, j: Jis, p: u32, next: Option<u32>) -> Option<bool> {
        if p < 0x80 {
            if self.set != Set::Roman || matches!(p, 0x5C | 0x7E) {
                self.choose(j, Set::Ascii);
            }
            self.out.push(p as u8);
            return Some(false);
        }
        if matches!(p, 0xA5 | 0x203E) && j != Jis::Jis2004 {
            self.choose(j, Set::Roman);
            self.out.push(if p == 0xA5 { 0x5C } else { 0x7E });
            return Some(false);
        }
        if (0xFF61..=0xFF9F).contains(&p) {
            let c = (p - 0xFF40) as u8;
            match j {
                Jis::Iso2022Jp | Jis::Jis2004 => return None,
                Jis::Cp50222 => {
                    self.choose(j, Set::Ascii);
                    if !self.wide {
                        self.out.push(0x0E);
                        self.wide = true;
                    }
                }
                _ => self.choose(j, Set::Kana),
            }
            self.out.push(c);
            return Some(false);
        }
        let (code, both) = j.table().code(p, next)?;
        let set = match code {
            0x8F_0000.. if j == Jis::Jis2004 => Set::Plane2,
            0x8F_0000.. if j == Jis::Iso2022Jp => return None,
            0x8F_0000.. => Set::Supplement,
            0x8000..=0xFFFF if j == Jis::Jis2004 => Set::Plane1,
            0x8000..=0xFFFF => Set::Kanji,
            _ => {
                self.choose(j, Set::Ascii);
                self.out.push(code as u8);
                return Some(false);
            }
        };
        self.choose(j, set);
        self.out.extend([(code >> 8 & 0x7F) as u8, (code & 0x7F) as u8]);
        Some(both)
    }

    fn hz(&mut self, p: u32) -> Option<()> {
        let code = if p < 0x80 { p } else { Table::of("EUC-CN").code(p, None)?.0 };
        let wide = code >= 0x8000;
        if wide != self.wide {
            self.out.extend_from_slice(if wide { b"~{" } else { b"~}" });
            self.wide = wide;
        }
        if wide {
            self.out.extend([(code >> 8 & 0x7F) as u8, (code & 0x7F) as u8]);
        } else {
            self.out.push(code as u8);
            if code == 0x7E {
                self.out.push(b'~');
            }
        }
        Some(())
    }

    fn korean(&mut self, p: u32) -> Option<()> {
        let code = if p < 0x80 { p } else { Table::of("EUC-KR").code(p, None)?.0 };
        if !self.begun {
            self.out.extend_from_slice(b"\x1B$)C");
            self.begun = true;
        }
        let wide = code >= 0x8000;
        if wide != self.wide {
            self.out.push(if wide { 0x0E } else { 0x0F });
            self.wide = wide;
        }
        if wide {
            self.out.push((code >> 8 & 0x7F) as u8);
        }
        self.out.push((code & 0x7F) as u8);
        Some(())
    }

    /// Brings the text to its end.
    pub fn finish(&mut self) {
        match self.enc.kind {
            Kind::Utf7 => self.close_base64(false, None),
            Kind::Utf7Imap => self.close_base64(true, None),
            Kind::Jis(j) => {
                if self.wide {
                    self.out.push(0x0F);
                    self.wide = false;
                }
                self.choose(j, Set::Ascii);
            }
            Kind::Hz if self.wide => self.out.extend_from_slice(b"~}"),
            Kind::Korean if self.wide => self.out.push(0x0F),
            Kind::Base64 => transfer::to_base64(&self.held, &mut self.out),
            Kind::Uuencode => transfer::to_uuencode(&self.held, &mut self.out),
            Kind::Quoted => transfer::to_quoted(&self.held, &mut self.out),
            _ => {}
        }
        self.held.clear();
        self.wide = false;
    }
}
