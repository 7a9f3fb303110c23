//! TIFF files.

use crate::number::{Order, format, width};
use crate::picture::{Picture, Section, kind};
use crate::tags::{self, Reading, Region, tag};
use crate::{jpeg, thumbnail};
use plugin_api::Ctx;

const MOST_TAGS: u32 = 1000;
const MOST_DEPTH: u32 = 10;

/// Reads a file's heads; whether it is a picture with some.
pub fn scan(ctx: &mut Ctx, p: &mut Picture) -> bool {
    let size = p.bytes.len();
    if size < 2 {
        p.warn(ctx, &format!("File too small ({size})"));
        return false;
    }
    if p.bytes.starts_with(b"\xff\xd8") {
        p.kind = kind::JPEG;
        let good = jpeg::scan(ctx, p);
        if !good {
            p.warn(ctx, "Invalid JPEG file");
        }
        return good;
    }
    let (kind, order) = match p.bytes.get(..8) {
        None => return false,
        Some([b'I', b'I', 0x2a, 0, ..]) => (kind::TIFF_INTEL, Order::Intel),
        Some([b'M', b'M', 0, 0x2a, ..]) => (kind::TIFF_MOTOROLA, Order::Motorola),
        Some(_) => {
            p.warn(ctx, "File not supported");
            return false;
        }
    };
    p.kind = kind;
    p.order = Some(order);
    p.found |= Section::Ifd0.bit();
    let first = order.u32(&p.bytes[4..]) as usize;
    let good = directory(ctx, p, first, Section::Ifd0);
    if !good {
        p.warn(ctx, "Invalid TIFF file");
    }
    good
}

fn directory(ctx: &mut Ctx, p: &mut Picture, at: usize, section: Section) -> bool {
    p.tags += 1;
    if p.tags > MOST_TAGS + 1 || p.depth > MOST_DEPTH {
        return false;
    }
    p.depth += 1;
    let good = read(ctx, p, at, section);
    p.depth -= 1;
    good
}

fn too_small(ctx: &mut Ctx, p: &mut Picture, of: &str) -> bool {
    let size = p.bytes.len();
    p.warn(ctx, &format!("Error in TIFF: filesize(x{size:04X}) less than {of}"));
    false
}

fn read(ctx: &mut Ctx, p: &mut Picture, at: usize, section: Section) -> bool {
    let order = p.order();
    let Some(count) = p.bytes.get(at..at + 2).map(|b| usize::from(order.u16(b))) else {
        return too_small(ctx, p, &format!("start of IFD dir(x{:04X})", at + 2));
    };
    let size = 2 + 12 * count + 4;
    let Some(own) = p.bytes.get(at..at + size).map(<[u8]>::to_vec) else {
        return too_small(ctx, p, &format!("size of IFD dir(x{:04X})", at + size));
    };
    let next = order.u32(&own[size - 4..]) as usize;
    let entries = &own[2..2 + 12 * count];
    // Values that lie right behind the directory belong to it.
    let (mut whole, mut value) = (size, 0);
    for raw in entries.chunks_exact(12) {
        shape(ctx, p, raw, section, at, &mut whole, &mut value);
    }
    if whole > size && (p.bytes.len() < whole || at > p.bytes.len() - whole) {
        return too_small(ctx, p, &format!("size of IFD(x{at:04X} + x{whole:04X})"));
    }
    let bytes = p.bytes[at..at + whole].to_vec();
    let region = Region { bytes, base: at, displacement: 0 };
    let how = Reading { section, names: tags::names_of(section), follow: false };
    for raw in entries.chunks_exact(12) {
        let inner = match p.order().u16(raw) {
            tag::EXIF => Section::Exif,
            tag::GPS => Section::Gps,
            tag::INTEROP => Section::Interop,
            tag::SUB_IFD => Section::Thumbnail,
            _ => {
                if !tags::entry(ctx, p, raw, &region, how) {
                    return false;
                }
                continue;
            }
        };
        p.found |= inner.bit();
        let offset = p.order().u32(&raw[8..]) as usize;
        directory(ctx, p, offset, inner);
        let t = &p.thumbnail;
        let known = t.kind != kind::UNKNOWN && t.size > 0 && t.offset > 0 && t.data.is_none();
        if section != Section::Thumbnail && inner == Section::Thumbnail && known && p.want_thumbnail {
            thumbnail::read(ctx, p);
        }
    }
    if next != 0 && section != Section::Thumbnail {
        directory(ctx, p, next, Section::Thumbnail);
        let t = &p.thumbnail;
        if t.data.is_none() && t.offset > 0 && t.size > 0 && p.want_thumbnail {
            thumbnail::read(ctx, p);
        }
    }
    true
}

/// What an entry tells of the picture's shape, or of where values lie. `value` stays that of the entry before where this one
/// has none.
fn shape(
    ctx: &mut Ctx,
    p: &mut Picture,
    raw: &[u8],
    section: Section,
    at: usize,
    whole: &mut usize,
    value: &mut i32,
) {
    let order = p.order();
    let (number, mut kind) = (order.u16(raw), order.u16(&raw[2..]));
    if kind > format::IFD {
        let name = tags::name_of(tags::names_of(section), number).unwrap_or("UndefinedTag");
        let message = format!(
            "Read from TIFF: tag(0x{number:04X},{name:>12}): Illegal format code 0x{kind:04X}, switching to BYTE"
        );
        p.tell(ctx, true, &message);
        kind = format::BYTE;
    }
    let len = order.u32(&raw[4..]).wrapping_mul(width(kind) as u32) as usize;
    if len > 4 {
        let offset = order.u32(&raw[8..]) as usize;
        if offset == at + *whole {
            *whole = offset + len - at;
        }
        return;
    }
    *value = match kind {
        format::USHORT => i32::from(order.u16(&raw[8..])),
        format::SSHORT => i32::from(order.u16(&raw[8..]) as i16),
        format::ULONG | format::SLONG => order.u32(&raw[8..]) as i32,
        _ => *value,
    };
    match number {
        tag::IMAGE_WIDTH | tag::EXIF_WIDTH => p.width = *value,
        tag::IMAGE_HEIGHT | tag::EXIF_HEIGHT => p.height = *value,
        tag::PHOTOMETRIC => match *value {
            0 | 1 | 4 => p.color = false,
            2 | 3 | 5 | 6 | 8 => p.color = true,
            _ => {}
        },
        _ => {}
    }
}
