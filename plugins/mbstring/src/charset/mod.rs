//! Encodings: their names, and the way from bytes to code points and back.

mod encode;
mod iso2022;
mod list;
mod table;
mod transfer;
mod utf;

pub use encode::{Encoder, Substitute, encode};
pub use list::{ENCODINGS, by_name};

use iso2022::Jis;
use std::borrow::Cow;
pub use table::Numbers;
use table::Table;

/// What stands in decoded text for bytes that mean nothing.
pub const BAD: u32 = u32::MAX;

/// Order of the bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Big end first.
    Big,
    /// Little end first.
    Little,
    /// As a byte order mark says, else big.
    Marked,
}

/// How bytes and characters belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes as they are.
    Bit8,
    /// ASCII without a name for it.
    Bit7,
    /// ASCII.
    Ascii,
    /// UTF-8.
    Utf8,
    /// UTF-16.
    Utf16(Order),
    /// UTF-32.
    Utf32(Order),
    /// UCS-2.
    Ucs2(Order),
    /// UCS-4.
    Ucs4(Order),
    /// UTF-7.
    Utf7,
    /// UTF-7 as IMAP has it.
    Utf7Imap,
    /// One byte a character, by a table.
    Single,
    /// One to four bytes a character, by a table; `lengths` gives them by the first byte where scripts' offsets are counted
    /// without looking at the others.
    Multi(Option<&'static [(u8, u8, u8)]>),
    /// ISO 2022 for Japanese.
    Jis(Jis),
    /// HZ.
    Hz,
    /// ISO 2022 for Korean.
    Korean,
    /// Base64.
    Base64,
    /// Uuencode.
    Uuencode,
    /// HTML entities.
    Html,
    /// Quoted-printable.
    Quoted,
}

/// An encoding.
#[derive(Debug)]
pub struct Encoding {
    /// PHP's name.
    pub name: &'static str,
    /// Its preferred MIME name.
    pub mime: Option<&'static str>,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// How it works.
    pub kind: Kind,
}

/// A share of one of [`ENCODINGS`].
pub type Enc = &'static Encoding;

impl PartialEq for Encoding {
    fn eq(&self, other: &Encoding) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Lengths of UTF-8 sequences by their first byte.
pub static UTF8_LENGTHS: [u8; 256] = {
    let mut t = [1; 256];
    let mut i = 0xC2;
    while i < 0xF8 {
        t[i] = if i < 0xE0 {
            2
        } else if i < 0xF0 {
            3
        } else {
            4
        };
        i += 1;
    }
    t
};

impl Encoding {
    fn table(&self) -> &'static Table {
        Table::of(self.name)
    }

    /// Bytes that a character takes when its first one says so: `None` when it does not.
    pub fn lengths(&self) -> Option<Cow<'static, [u8; 256]>> {
        let ranges = match self.kind {
            Kind::Utf8 => return Some(Cow::Borrowed(&UTF8_LENGTHS)),
            Kind::Multi(l) => l?,
            _ => return None,
        };
        let mut out = [1; 256];
        for (from, to, len) in ranges {
            out[*from as usize..=*to as usize].fill(*len);
        }
        Some(Cow::Owned(out))
    }

    /// Bytes of every character, where that is the same.
    pub fn unit(&self) -> Option<usize> {
        match self.kind {
            Kind::Bit8 | Kind::Bit7 | Kind::Ascii | Kind::Single | Kind::Uuencode => Some(1),
            Kind::Ucs2(_) => Some(2),
            Kind::Utf32(_) | Kind::Ucs4(_) => Some(4),
            _ => None,
        }
    }

    /// Whether it is no encoding of text, but a way to send bytes.
    pub fn is_transfer(&self) -> bool {
        matches!(self.kind, Kind::Base64 | Kind::Uuencode | Kind::Html | Kind::Quoted)
    }

    /// The code points of a text; [`BAD`] for what means nothing.
    pub fn decode(&self, b: &[u8]) -> Vec<u32> {
        match self.kind {
            Kind::Bit8 => b.iter().map(|c| u32::from(*c)).collect(),
            Kind::Bit7 | Kind::Ascii => {
                b.iter().map(|c| if *c < 0x80 { u32::from(*c) } else { BAD }).collect()
            }
            Kind::Utf8 => utf::utf8(b),
            Kind::Utf16(o) => utf::utf16(b, o),
            Kind::Utf32(o) => utf::wide(b, o, true),
            Kind::Ucs4(o) => utf::wide(b, o, false),
            Kind::Ucs2(o) => utf::ucs2(b, o),
            Kind::Utf7 => utf::utf7(b, false),
            Kind::Utf7Imap => utf::utf7(b, true),
            Kind::Single | Kind::Multi(_) => self.table().decode(b),
            Kind::Jis(j) => iso2022::jis(b, j),
            Kind::Hz => iso2022::hz(b),
            Kind::Korean => iso2022::korean(b),
            Kind::Base64 => transfer::base64(b),
            Kind::Uuencode => transfer::uuencode(b),
            Kind::Html => transfer::html(b),
            Kind::Quoted => transfer::quoted(b),
        }
    }

    /// Whether a text means something throughout.
    pub fn check(&self, b: &[u8]) -> bool {
        match self.kind {
            Kind::Utf8 => std::str::from_utf8(b).is_ok(),
            Kind::Jis(_) | Kind::Hz | Kind::Korean => {
                !self.decode(b).contains(&BAD) && iso2022::ends_in_ascii(b, self.kind)
            }
            _ => !self.decode(b).contains(&BAD),
        }
    }
}
