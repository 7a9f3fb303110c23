//! Directories of tags, and what their tags tell.

use crate::makers::MAKERS;
use crate::names::{self, Names};
use crate::number::{Order, format, width};
use crate::picture::{Picture, Section, c_text, kind};
use crate::text;
use plugin_api::Ctx;

/// Numbers of the tags that are more than an entry.
pub mod tag {
    pub const IMAGE_WIDTH: u16 = 0x0100;
    pub const IMAGE_HEIGHT: u16 = 0x0101;
    pub const PHOTOMETRIC: u16 = 0x0106;
    pub const MAKE: u16 = 0x010f;
    pub const STRIP_OFFSETS: u16 = 0x0111;
    pub const STRIP_BYTE_COUNTS: u16 = 0x0117;
    pub const SUB_IFD: u16 = 0x014a;
    pub const JPEG_OFFSET: u16 = 0x0201;
    pub const JPEG_LENGTH: u16 = 0x0202;
    pub const COPYRIGHT: u16 = 0x8298;
    pub const EXPOSURE_TIME: u16 = 0x829a;
    pub const F_NUMBER: u16 = 0x829d;
    pub const EXIF: u16 = 0x8769;
    pub const GPS: u16 = 0x8825;
    pub const SHUTTER_SPEED: u16 = 0x9201;
    pub const APERTURE: u16 = 0x9202;
    pub const MAX_APERTURE: u16 = 0x9205;
    pub const SUBJECT_DISTANCE: u16 = 0x9206;
    pub const MAKER_NOTE: u16 = 0x927c;
    pub const USER_COMMENT: u16 = 0x9286;
    pub const XP_TITLE: u16 = 0x9c9b;
    pub const XP_SUBJECT: u16 = 0x9c9f;
    pub const EXIF_WIDTH: u16 = 0xa002;
    pub const EXIF_HEIGHT: u16 = 0xa003;
    pub const INTEROP: u16 = 0xa005;
    pub const FOCAL_X: u16 = 0xa20e;
    pub const FOCAL_UNIT: u16 = 0xa210;
}

const MOST_TAGS: u32 = 1000;
const MOST_DEPTH: u32 = 10;

/// The name of a tag, if it has one.
pub fn name_of(names: Names, tag: u16) -> Option<&'static str> {
    match tag {
        0xffff => Some("No tag value"),
        0xfffe => Some("Computed value"),
        _ => names.iter().find(|(n, _)| *n == tag).map(|(_, t)| *t),
    }
}

/// The names of a section's tags.
pub fn names_of(section: Section) -> Names {
    match section {
        Section::Gps => names::GPS,
        Section::Interop => names::IOP,
        _ => names::IFD,
    }
}

/// Bytes that values are taken from, by offsets.
#[derive(Clone)]
pub struct Region {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The offset of the first of them.
    pub base: usize,
    /// Where offset 0 is in the file.
    pub displacement: usize,
}

impl Region {
    fn get(&self, offset: usize, len: usize) -> Option<&[u8]> {
        let at = offset.checked_sub(self.base)?;
        self.bytes.get(at..at.checked_add(len)?)
    }
}

/// How a directory is read.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Where its entries go.
    pub section: Section,
    /// What its tags are called.
    pub names: Names,
    /// Whether directories that it names are read.
    pub follow: bool,
}

/// Reads an entry of a directory; false when no more is to be read.
pub fn entry(ctx: &mut Ctx, p: &mut Picture, raw: &[u8], region: &Region, how: Reading) -> bool {
    p.tags += 1;
    if p.tags > MOST_TAGS + 1 {
        p.warn(ctx, "corrupt EXIF header: maximum IFD tag count reached");
        return false;
    }
    if p.depth > MOST_DEPTH {
        p.warn(ctx, "corrupt EXIF header: maximum directory nesting level reached");
        return false;
    }
    p.depth += 1;
    let done = one(ctx, p, raw, region, how);
    p.depth -= 1;
    done
}

/// A tag that is read.
struct Tag<'a> {
    number: u16,
    name: &'a str,
    format: u16,
    /// At least four bytes; the value's are the first `len`.
    value: Vec<u8>,
    len: usize,
}

fn one(ctx: &mut Ctx, p: &mut Picture, raw: &[u8], region: &Region, how: Reading) -> bool {
    let order = p.order();
    let number = order.u16(raw);
    let mut format = order.u16(&raw[2..]);
    let count = order.u32(&raw[4..]);
    let name = name_of(how.names, number).unwrap_or("UndefinedTag");
    let about = format!("Process tag(x{number:04X}={name})");
    if format == 0 || format > format::IFD {
        p.warn(ctx, &format!("{about}: Illegal format code 0x{format:04X}, suppose BYTE"));
        format = format::BYTE;
    }
    let len = count as usize * width(format);
    if len > i32::MAX as usize {
        p.warn(ctx, &format!("{about}: Illegal byte_count"));
        return false;
    }
    let value = if len <= 4 {
        raw[8..12].to_vec()
    } else {
        let offset = order.u32(&raw[8..]) as usize;
        match region.get(offset, len) {
            Some(v) => v.to_vec(),
            None => match outside(ctx, p, region, offset, len, &about) {
                Some(v) => v,
                None => return false,
            },
        }
    };
    p.found |= Section::AnyTag.bit();
    let mut t = Tag { number, name, format, value, len };
    let done = match how.section {
        Section::Thumbnail => p.thumbnail.data.is_some() || thumbnail(ctx, p, &t),
        Section::Ifd0 | Section::Exif => telling(ctx, p, &mut t, region, how),
        _ => true,
    };
    if !done {
        return false;
    }
    let named = match name_of(how.names, number) {
        Some(n) => n.to_owned(),
        None => format!("UndefinedTag:0x{number:04X}"),
    };
    let value = &t.value[..t.len.min(t.value.len())];
    p.add_tag(ctx, how.section, named.as_bytes(), number.into(), format, count as usize, value);
    true
}

/// A value that is elsewhere in the file.
fn outside(
    ctx: &mut Ctx,
    p: &mut Picture,
    region: &Region,
    offset: usize,
    len: usize,
    about: &str,
) -> Option<Vec<u8>> {
    let size = p.bytes.len();
    if len > size || offset > size - len {
        let end = offset + len;
        p.warn(
            ctx,
            &format!(
                "{about}: Illegal pointer offset(x{offset:04X} + x{len:04X} = x{end:04X} > x{size:04X})"
            ),
        );
        return None;
    }
    let from = region.displacement + offset;
    let value = from.checked_add(len).and_then(|to| p.bytes.get(from..to)).map(<[u8]>::to_vec);
    if value.is_none() {
        p.warn(ctx, "Unexpected end of file reached");
    }
    value
}

fn filled(ctx: &mut Ctx, p: &mut Picture, t: &Tag<'_>) -> bool {
    if t.len == 0 {
        p.warn(ctx, &format!("Process tag(x{:04X}={}): Cannot be empty", t.number, t.name));
    }
    t.len > 0
}

/// What a tag tells of the picture within.
fn thumbnail(ctx: &mut Ctx, p: &mut Picture, t: &Tag<'_>) -> bool {
    if !filled(ctx, p, t) {
        return false;
    }
    let unsigned = match t.format {
        format::SBYTE => format::BYTE,
        format::SRATIONAL => format::URATIONAL,
        format::SSHORT => format::USHORT,
        format::SLONG => format::ULONG,
        f => f,
    };
    let n = p.order().size(&t.value, unsigned);
    match t.number {
        tag::IMAGE_WIDTH | tag::EXIF_WIDTH => p.thumbnail.width = n,
        tag::IMAGE_HEIGHT | tag::EXIF_HEIGHT => p.thumbnail.height = n,
        tag::STRIP_OFFSETS | tag::JPEG_OFFSET => p.thumbnail.offset = n,
        tag::STRIP_BYTE_COUNTS => {
            let tiff = matches!(p.kind, kind::TIFF_INTEL | kind::TIFF_MOTOROLA);
            p.thumbnail.kind = if tiff { p.kind } else { kind::TIFF_MOTOROLA };
            p.thumbnail.size = n;
        }
        tag::JPEG_LENGTH if p.thumbnail.kind == kind::UNKNOWN => {
            p.thumbnail.kind = kind::JPEG;
            p.thumbnail.size = n;
        }
        _ => {}
    }
    true
}

/// What a tag tells of the picture.
fn telling(ctx: &mut Ctx, p: &mut Picture, t: &mut Tag<'_>, region: &Region, how: Reading) -> bool {
    let order = p.order();
    let bytes = t.value[..t.len.min(t.value.len())].to_vec();
    let needed = matches!(
        t.number,
        tag::F_NUMBER | tag::EXIF_WIDTH | tag::FOCAL_X | tag::SUBJECT_DISTANCE | tag::FOCAL_UNIT
    ) || matches!(t.number, tag::APERTURE | tag::MAX_APERTURE) && p.aperture == 0.0
        || t.number == tag::SHUTTER_SPEED && p.exposure == 0.0
        || matches!(t.number, tag::EXIF | tag::GPS | tag::INTEROP) && how.follow;
    if needed && !filled(ctx, p, t) {
        return false;
    }
    let float = |t: &Tag<'_>| order.float(&t.value, t.format);
    match t.number {
        tag::COPYRIGHT => copyright(p, &bytes),
        tag::USER_COMMENT => p.comment = text::comment(ctx, order, &mut t.value, t.len),
        tag::XP_TITLE..=tag::XP_SUBJECT => {
            p.found |= Section::WinXp.bit();
            let text = text::windows(ctx, order, &bytes);
            p.windows.push((t.number, text));
        }
        tag::F_NUMBER => p.aperture = float(t) as f32,
        tag::APERTURE | tag::MAX_APERTURE if p.aperture == 0.0 => {
            p.aperture = ((float(t) * f64::from(2f32.ln()) * 0.5) as f32).exp();
        }
        tag::SHUTTER_SPEED if p.exposure == 0.0 => {
            p.exposure = ((-float(t) * f64::from(2f32.ln())) as f32).exp();
        }
        tag::EXPOSURE_TIME => p.exposure = -1.0,
        tag::EXIF_WIDTH => p.exif_width = order.size(&t.value, t.format),
        tag::FOCAL_X => p.focal_resolution = float(t),
        tag::SUBJECT_DISTANCE => p.distance = float(t) as f32,
        tag::FOCAL_UNIT => match order.size(&t.value, t.format) {
            1 | 2 => p.focal_unit = 25.4,
            3 => p.focal_unit = 10.0,
            4 => p.focal_unit = 1.0,
            5 => p.focal_unit = 0.001,
            _ => {}
        },
        tag::SUB_IFD if t.format == format::IFD => p.tell(ctx, true, "Skip SUB IFD"),
        tag::MAKE => p.make = Some(bytes),
        tag::MAKER_NOTE => return maker_note(ctx, p, &bytes, region),
        tag::EXIF | tag::GPS | tag::INTEROP if how.follow => {
            let section = match t.number {
                tag::EXIF => Section::Exif,
                tag::GPS => Section::Gps,
                _ => Section::Interop,
            };
            p.found |= section.bit();
            let offset = order.u32(&t.value) as usize;
            if region.get(offset, 0).is_none() {
                p.warn(ctx, "Illegal IFD Pointer");
                return false;
            }
            return directory(ctx, p, offset, region, section, t.number);
        }
        _ => {}
    }
    true
}

fn copyright(p: &mut Picture, bytes: &[u8]) {
    let first = c_text(bytes);
    if bytes.len() < 2 || first.is_empty() {
        return;
    }
    if first.len() < bytes.len() - 1 {
        let editor = bytes[first.len() + 1..].to_vec();
        p.copyright = Some([first, b", ", c_text(&editor)].concat());
        p.photographer = Some(first.to_vec());
        p.editor = Some(editor);
    } else {
        p.copyright = Some(bytes.to_vec());
    }
}

/// A maker's own directory.
fn maker_note(ctx: &mut Ctx, p: &mut Picture, note: &[u8], region: &Region) -> bool {
    let Some(maker) = MAKERS.iter().find(|m| m.writes(p.make.as_deref(), note)) else { return true };
    if note.len() < 2 || maker.offset >= note.len() - 1 {
        let (len, offset) = (note.len(), maker.offset);
        p.warn(ctx, &format!("IFD data too short: 0x{len:04X} offset 0x{offset:04X}"));
        return true;
    }
    let Some(names) = maker.names else { return true };
    let directory = &note[maker.offset..];
    p.found |= Section::MakerNote.bit();
    let before = p.order;
    if maker.order.is_some() {
        p.order = maker.order;
    }
    let mut count = usize::from(p.order().u16(directory));
    if 2 + count * 12 > note.len() {
        let message =
            "Potentially invalid endianess, trying again with different endianness before imminent failure.";
        p.tell(ctx, true, message);
        p.order = Some(if p.order() == Order::Intel { Order::Motorola } else { Order::Intel });
        count = p.order().u16(directory).into();
    }
    let need = 2 + count * 12;
    if need > note.len() {
        let len = note.len();
        p.warn(ctx, &format!("Illegal IFD size: 2 + 0x{count:04X}*12 = 0x{need:04X} > 0x{len:04X}"));
        return false;
    }
    if maker.offset > note.len() - need {
        let (end, len) = (maker.offset + need, note.len());
        p.warn(ctx, &format!("Illegal IFD size: 0x{end:04X} > 0x{len:04X}"));
        return false;
    }
    let own = maker.own_offsets.then(|| Region {
        bytes: note.to_vec(),
        base: 0,
        displacement: region.displacement,
    });
    let region = own.as_ref().unwrap_or(region);
    let how = Reading { section: Section::MakerNote, names, follow: false };
    for raw in directory[2..need].chunks_exact(12) {
        if !entry(ctx, p, raw, region, how) {
            return false;
        }
    }
    p.order = before;
    true
}

/// Reads a directory and the ones after it; false when it is no good.
pub fn directory(
    ctx: &mut Ctx,
    p: &mut Picture,
    at: usize,
    region: &Region,
    section: Section,
    from: u16,
) -> bool {
    p.found |= Section::Ifd0.bit();
    let Some(head) = region.get(at, 2) else {
        p.warn(ctx, "Illegal IFD size");
        return false;
    };
    let count = usize::from(p.order().u16(head));
    let Some(entries) = region.get(at + 2, count * 12).map(<[u8]>::to_vec) else {
        let (from, end, len) = (at + 2 - region.base, at + 2 + count * 12 - region.base, region.bytes.len());
        let message =
            format!("Illegal IFD size: x{from:04X} + 2 + x{count:04X}*12 = x{end:04X} > x{len:04X}");
        p.warn(ctx, &message);
        return false;
    };
    let how = Reading { section, names: names_of(section), follow: true };
    for raw in entries.chunks_exact(12) {
        if !entry(ctx, p, raw, region, how) {
            return false;
        }
    }
    if section == Section::Thumbnail {
        return true;
    }
    // Where the next one is may be left out when there is none.
    let Some(next) = region.get(at + 2 + count * 12, 4) else { return true };
    let next = p.order().u32(next) as usize;
    if next == 0 || from == tag::EXIF || from == tag::GPS {
        return true;
    }
    if region.get(next, 0).is_none() {
        p.warn(ctx, "Illegal IFD offset");
        return false;
    }
    if !directory(ctx, p, next, region, Section::Thumbnail, 0) {
        return false;
    }
    let t = &p.thumbnail;
    if t.kind != kind::UNKNOWN && t.size > 0 && t.offset > 0 && p.want_thumbnail {
        crate::thumbnail::extract(ctx, p, region);
    }
    true
}

impl Region {
    /// Bytes at an offset, for who takes a picture out.
    pub fn take(&self, offset: usize, len: usize) -> Option<Vec<u8>> {
        self.get(offset, len).map(<[u8]>::to_vec)
    }
}
