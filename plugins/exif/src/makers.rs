//! Notes of makers: who writes which, and how.

use crate::names::{self, Names};
use crate::number::Order;

/// How a maker writes notes.
pub struct Maker {
    /// Names of its tags; `None` for notes that are no directories.
    pub names: Option<Names>,
    /// The maker, as pictures name it.
    pub make: &'static str,
    /// What its notes begin with.
    pub mark: Option<&'static [u8]>,
    /// Where its directory begins.
    pub offset: usize,
    /// The order of bytes, when it is not that of the file.
    pub order: Option<Order>,
    /// Whether offsets count from the note, not from the file.
    pub own_offsets: bool,
}

const fn plain(names: Names, make: &'static str) -> Maker {
    Maker { names: Some(names), make, mark: None, offset: 0, order: None, own_offsets: false }
}

const fn marked(names: Names, make: &'static str, mark: &'static [u8]) -> Maker {
    Maker { mark: Some(mark), offset: mark.len(), ..plain(names, make) }
}

const fn ordered(order: Order, maker: Maker) -> Maker {
    Maker { order: Some(order), ..maker }
}

const fn own(maker: Maker) -> Maker {
    Maker { own_offsets: true, ..maker }
}

/// All makers, in the order in which they are tried.
pub const MAKERS: &[Maker] = &[
    ordered(Order::Intel, plain(names::VND_CANON, "Canon")),
    ordered(Order::Motorola, plain(names::VND_CASIO, "CASIO")),
    own(ordered(Order::Intel, marked(names::VND_FUJI, "FUJIFILM", b"FUJIFILM\x0C\0\0\0"))),
    marked(names::VND_NIKON, "NIKON", b"Nikon\0\x01\0"),
    plain(names::VND_NIKON_990, "NIKON"),
    marked(names::VND_OLYMPUS, "OLYMPUS OPTICAL CO.,LTD", b"OLYMP\0\x01\0"),
    plain(names::VND_SAMSUNG, "SAMSUNG"),
    marked(names::VND_PANASONIC, "Panasonic", b"Panasonic\0\0\0"),
    Maker { names: None, ..ordered(Order::Motorola, marked(&[], "DJI", b"[ae_dbg_info:")) },
    plain(names::VND_DJI, "DJI"),
    marked(names::VND_SONY, "SONY", b"SONY DSC \0\0\0"),
    plain(names::VND_SONY, "SONY"),
    Maker { offset: 6, ..marked(names::VND_PENTAX, "PENTAX", b"AOC\0\0\0") },
    plain(names::VND_MINOLTA, "Minolta, KONICA MINOLTA"),
    marked(names::VND_SIGMA, "SIGMA, FOVEON", b"SIGMA\0\0\0\0\0"),
    marked(names::VND_SIGMA, "SIGMA, FOVEON", b"FOVEON\0\0\0\0"),
    own(marked(names::VND_KYOCERA, "KYOCERA, CONTAX", b"KYOCERA            \0\0\0")),
    ordered(Order::Motorola, marked(names::VND_RICOH, "RICOH", b"Ricoh")),
    ordered(Order::Motorola, marked(names::VND_RICOH, "RICOH", b"RICOH")),
    marked(names::VND_OLYMPUS, "AGFA", b"AGFA \0\x01\0"),
    marked(names::VND_OLYMPUS, "EPSON", b"EPSON\0\x01\0"),
];

impl Maker {
    /// Whether a note of a camera of that make is of this kind. A note shorter than the mark is, whatever it begins with.
    pub fn writes(&self, make: Option<&[u8]>, note: &[u8]) -> bool {
        let text = crate::picture::c_text;
        if make.map(text) != Some(self.make.as_bytes()) {
            return false;
        }
        match self.mark {
            // Both are compared as texts, up to a NUL byte.
            Some(m) if note.len() >= m.len() => text(m) == text(&note[..m.len()]),
            _ => true,
        }
    }
}
