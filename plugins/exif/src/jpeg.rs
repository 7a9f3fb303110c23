//! JPEG files.

use crate::number::{Order, format};
use crate::picture::{Picture, Section, c_text};
use crate::tags::{self, Region};
use plugin_api::Ctx;

/// The marker of the compressed data.
pub const SCAN: u8 = 0xda;
/// The marker of the end.
pub const END: u8 = 0xd9;
const EXIF: u8 = 0xe1;
const APP12: u8 = 0xec;
const COMMENT: u8 = 0xfe;

/// Whether a marker is that of a frame.
pub fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf)
}

/// Reads sections up to the compressed data; whether that went well.
pub fn scan(ctx: &mut Ctx, p: &mut Picture) -> bool {
    const CORRUPT: &str = "File structure corrupted";
    let mut at = 2;
    let mut after_comment = false;
    let mut correction = 1;
    loop {
        // Some software does not count the two bytes of a comment's length.
        if after_comment && correction > 0 {
            correction = 2;
        }
        let marker = loop {
            let Some(&byte) = p.bytes.get(at) else {
                p.warn(ctx, CORRUPT);
                return false;
            };
            at += 1;
            let mut byte = byte;
            if after_comment && correction > 0 {
                if byte != 0xff {
                    byte = 0xff;
                    correction -= 1;
                } else {
                    after_comment = false;
                }
            }
            if byte != 0xff {
                break byte;
            }
        };
        if after_comment && correction == 0 {
            let message = "Image has corrupt COM section: some software set wrong length information";
            p.tell(ctx, true, message);
        }
        if after_comment && correction > 0 {
            return true;
        }
        let section_at = at;
        let Some(len) = p.bytes.get(at..at + 2).map(|b| usize::from(Order::Motorola.u16(b))) else {
            p.warn(ctx, CORRUPT);
            return false;
        };
        if len < 2 {
            p.warn(ctx, CORRUPT);
            return false;
        }
        let Some(data) = p.bytes.get(at..at + len).map(<[u8]>::to_vec) else {
            let (got, want) = (p.bytes.len() - at - 2, len - 2);
            p.warn(
                ctx,
                &format!("Error reading from file: got=x{got:04X}(={got}) != itemlen-2=x{want:04X}(={want})"),
            );
            return false;
        };
        at += len;
        match marker {
            SCAN => return true,
            END => {
                p.warn(ctx, "No image in jpeg!");
                return p.found & !Section::Computed.bit() != 0;
            }
            COMMENT => {
                p.add_tag(ctx, Section::Comment, b"Comment", -2, format::STRING, len - 2, &data[2..]);
            }
            EXIF if p.found & Section::Ifd0.bit() == 0 => app1(ctx, p, &data, section_at),
            APP12 => app12(ctx, p, &data),
            m if is_frame(m) => {
                if len - 2 < 6 {
                    return false;
                }
                p.height = Order::Motorola.u16(&data[3..]).into();
                p.width = Order::Motorola.u16(&data[5..]).into();
                p.color = data[7] == 3;
            }
            _ => {}
        }
        after_comment = marker == COMMENT;
    }
}

fn app12(ctx: &mut Ctx, p: &mut Picture, data: &[u8]) {
    let company = c_text(&data[2..]);
    if company.is_empty() {
        return;
    }
    let n = company.len();
    p.add_tag(ctx, Section::App12, b"Company", -1, format::STRING, n, company);
    if let Some(rest) = data.get(2 + n + 1..).filter(|r| !r.is_empty()) {
        let info = c_text(rest);
        p.add_tag(ctx, Section::App12, b"Info", -1, format::STRING, info.len(), info);
    }
}

fn app1(ctx: &mut Ctx, p: &mut Picture, data: &[u8], at: usize) {
    if data.len() <= 8 || &data[2..8] != b"Exif\0\0" {
        p.warn(ctx, "Incorrect APP1 Exif Identifier Code");
        return;
    }
    let bytes = &data[8..];
    p.order = match bytes.get(..2) {
        None => {
            p.warn(ctx, "Missing TIFF alignment marker");
            return;
        }
        Some(b"II") => Some(Order::Intel),
        Some(b"MM") => Some(Order::Motorola),
        Some(_) => {
            p.warn(ctx, "Invalid TIFF alignment marker");
            return;
        }
    };
    let order = p.order();
    if bytes.len() < 8 || order.u16(&bytes[2..]) != 0x2a || order.u32(&bytes[4..]) < 8 {
        p.warn(ctx, "Invalid TIFF start (1)");
        return;
    }
    let first = order.u32(&bytes[4..]) as usize;
    if first > bytes.len() {
        p.warn(ctx, "Invalid IFD start");
        return;
    }
    p.found |= Section::Ifd0.bit();
    let region = Region { bytes: bytes.to_vec(), base: 0, displacement: at + 8 };
    tags::directory(ctx, p, first, &region, Section::Ifd0, 0);
    if p.focal_resolution != 0.0 {
        p.sensor = (p.exif_width as f64 * p.focal_unit / p.focal_resolution) as f32;
    }
}
