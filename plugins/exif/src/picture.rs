//! What is known of a picture: entries by section, and what is computed from them.

use crate::number::{Order, format, width};
use plugin_api::{Array, Ctx, Value};

/// Sections of entries, in PHP's order, by its names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    File,
    Computed,
    AnyTag,
    Ifd0,
    Thumbnail,
    Comment,
    /// What follows APP0, which has no entries.
    Exif = 7,
    FlashPix,
    Gps,
    Interop,
    App12,
    WinXp,
    MakerNote,
}

/// Names of the sections.
pub const SECTIONS: [&str; 14] = [
    "FILE",
    "COMPUTED",
    "ANY_TAG",
    "IFD0",
    "THUMBNAIL",
    "COMMENT",
    "APP0",
    "EXIF",
    "FPIX",
    "GPS",
    "INTEROP",
    "APP12",
    "WINXP",
    "MAKERNOTE",
];

impl Section {
    /// Its bit among those that were found.
    pub fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A value.
pub enum Data {
    /// Bytes, of any length.
    Bytes(Vec<u8>),
    /// Numbers, of the entry's format.
    Numbers(Vec<Number>),
}

/// One number of an entry.
#[derive(Clone, Copy)]
pub enum Number {
    /// Shown as an int of four bytes.
    Int(i32),
    /// A fraction without a sign.
    Unsigned(u32, u32),
    /// A fraction.
    Signed(i32, i32),
    /// A float.
    Float(f64),
}

/// A tag with its value.
pub struct Entry {
    /// The number; -1 and below for what is computed.
    pub tag: i32,
    /// [`format`]
    pub format: u16,
    /// How many values there are, or bytes.
    pub len: usize,
    /// Its name.
    pub name: Vec<u8>,
    /// The value.
    pub data: Data,
}

/// A picture within the picture.
#[derive(Default)]
pub struct Thumbnail {
    /// PHP's number of its type.
    pub kind: i64,
    /// Columns, 0 when unknown.
    pub width: usize,
    /// Rows, 0 when unknown.
    pub height: usize,
    /// Its length.
    pub size: usize,
    /// Where it is.
    pub offset: usize,
    /// Its bytes.
    pub data: Option<Vec<u8>>,
}

/// Types of pictures, by PHP's numbers.
pub mod kind {
    pub const UNKNOWN: i64 = 0;
    pub const JPEG: i64 = 2;
    pub const TIFF_INTEL: i64 = 7;
    pub const TIFF_MOTOROLA: i64 = 8;
}

/// What is known of a picture.
pub struct Picture {
    /// The function that asks, for messages.
    pub function: String,
    /// All bytes of the file.
    pub bytes: Vec<u8>,
    /// Its name without folders.
    pub name: Option<Vec<u8>>,
    /// When it was changed.
    pub time: i64,
    /// PHP's number of its type.
    pub kind: i64,
    /// Columns.
    pub width: i32,
    /// Rows.
    pub height: i32,
    /// Whether it has colours.
    pub color: bool,
    /// The camera's maker.
    pub make: Option<Vec<u8>>,
    /// The aperture, 0 when unknown.
    pub aperture: f32,
    /// Seconds, 0 when unknown, -1 when an entry of its own tells.
    pub exposure: f32,
    /// Millimetres in a unit of the focal plane.
    pub focal_unit: f64,
    /// Width of the sensor.
    pub sensor: f32,
    /// Resolution of the focal plane.
    pub focal_resolution: f64,
    /// Width of the picture as the camera tells.
    pub exif_width: usize,
    /// Distance of what was focused on.
    pub distance: f32,
    /// The order of bytes, once known.
    pub order: Option<Order>,
    /// The comment, how long it counts, and its encoding.
    pub comment: Option<(Vec<u8>, Option<&'static str>)>,
    /// Copyright of photographer and editor.
    pub copyright: Option<Vec<u8>>,
    /// Copyright of the photographer.
    pub photographer: Option<Vec<u8>>,
    /// Copyright of the editor.
    pub editor: Option<Vec<u8>>,
    /// Texts of Windows, by tag.
    pub windows: Vec<(u16, Vec<u8>)>,
    /// The picture within.
    pub thumbnail: Thumbnail,
    /// Whether the picture within is wanted.
    pub want_thumbnail: bool,
    /// Bits of the sections that were found.
    pub found: u32,
    entries: [Vec<Entry>; SECTIONS.len()],
    /// How deep directories are nested.
    pub depth: u32,
    /// How many tags were read.
    pub tags: u32,
    errors: u32,
}

/// How many errors are told.
const MOST_ERRORS: u32 = 10;

/// Bytes up to the first NUL byte.
pub fn c_text(b: &[u8]) -> &[u8] {
    b.split(|&c| c == 0).next().unwrap_or_default()
}

impl Picture {
    /// Of a file's bytes.
    pub fn new(function: String, bytes: Vec<u8>, want_thumbnail: bool) -> Picture {
        Picture {
            function,
            bytes,
            name: None,
            time: 0,
            kind: kind::UNKNOWN,
            width: 0,
            height: 0,
            color: false,
            make: None,
            aperture: 0.0,
            exposure: 0.0,
            focal_unit: 0.0,
            sensor: 0.0,
            focal_resolution: 0.0,
            exif_width: 0,
            distance: 0.0,
            order: None,
            comment: None,
            copyright: None,
            photographer: None,
            editor: None,
            windows: Vec::new(),
            thumbnail: Thumbnail::default(),
            want_thumbnail,
            found: 0,
            entries: Default::default(),
            depth: 0,
            tags: 0,
            errors: 0,
        }
    }
    /// The order of bytes, Intel's until it is known.
    pub fn order(&self) -> Order {
        self.order.unwrap_or(Order::Intel)
    }
    /// Tells an error, unless many were told; an exception of a handler stays pending.
    pub fn tell(&mut self, ctx: &mut Ctx, notice: bool, message: &str) {
        const WARNING: u32 = 2;
        const NOTICE: u32 = 8;
        let level = if notice { NOTICE } else { WARNING };
        self.errors += 1;
        if self.errors > MOST_ERRORS {
            if self.errors == MOST_ERRORS + 1 {
                let _ = ctx.raise_bytes(level, b"Further exif parsing errors have been suppressed", true);
            }
            return;
        }
        let mut text = format!("{}(", self.function).into_bytes();
        text.extend_from_slice(self.name.as_deref().unwrap_or_default());
        text.extend_from_slice(format!("): {message}").as_bytes());
        let _ = ctx.raise_bytes(level, &text, false);
    }
    /// Warns.
    pub fn warn(&mut self, ctx: &mut Ctx, message: &str) {
        self.tell(ctx, false, message);
    }
    /// The entries of a section.
    pub fn entries(&self, s: Section) -> &[Entry] {
        &self.entries[s as usize]
    }
    fn push(&mut self, s: Section, tag: i32, format: u16, len: usize, name: &[u8], data: Data) {
        self.entries[s as usize].push(Entry { tag, format, len, name: name.to_vec(), data });
        self.found |= s.bit();
    }
    /// Adds an int.
    pub fn add_int(&mut self, s: Section, name: &str, n: i64) {
        let data = Data::Numbers(vec![Number::Int(n as i32)]);
        self.push(s, -1, format::SLONG, 1, name.as_bytes(), data);
    }
    /// Adds a text, up to its first NUL byte.
    pub fn add_text(&mut self, s: Section, name: &str, text: Option<&[u8]>) {
        if let Some(t) = text {
            self.push(s, -1, format::STRING, 1, name.as_bytes(), Data::Bytes(c_text(t).to_vec()));
        }
    }
    /// Adds bytes.
    pub fn add_bytes(&mut self, s: Section, name: &str, bytes: &[u8]) {
        let data = Data::Bytes(bytes.to_vec());
        self.push(s, -1, format::UNDEFINED, bytes.len(), name.as_bytes(), data);
    }
    /// Adds a tag with `len` values of a format.
    pub fn add_tag(
        &mut self,
        ctx: &mut Ctx,
        s: Section,
        name: &[u8],
        tag: i32,
        format: u16,
        len: usize,
        value: &[u8],
    ) {
        const MAKER_NOTE: i32 = 0x927c;
        let order = self.order();
        let (tag, len, data) = match format {
            format::USHORT..=format::URATIONAL | format::SSHORT..=format::DOUBLE => {
                let mut numbers = Vec::new();
                let step = width(format);
                for i in 0..len {
                    let Some(b) = value.get(i * step..(i + 1) * step) else {
                        self.tell(ctx, false, "Value too short");
                        break;
                    };
                    numbers.push(number(order, b, format));
                }
                numbers.resize(len, Number::Int(0));
                (tag, len, Data::Numbers(numbers))
            }
            _ => {
                let known =
                    matches!(format, format::STRING | format::SBYTE | format::BYTE | format::UNDEFINED);
                let tag = if known { tag } else { i32::from(format::UNDEFINED) };
                let mut bytes = value.get(..len);
                if bytes.is_none() && (format == format::STRING || len > 0) {
                    self.tell(ctx, false, &format!("length > value_len: {len} > {}", value.len()));
                }
                if let Some(b) = bytes.as_mut()
                    && (format == format::STRING || tag == MAKER_NOTE)
                {
                    *b = c_text(b);
                }
                let bytes = bytes.unwrap_or_default().to_vec();
                (tag, bytes.len(), Data::Bytes(bytes))
            }
        };
        self.push(s, tag, format, len, name, data);
    }
    /// Puts a section's entries into an array, or into one of its own there.
    pub fn show(&self, out: &mut Array, own: bool, s: Section) {
        let entries = self.entries(s);
        if entries.is_empty() {
            return;
        }
        let mut inner = Array::new();
        let to = if own { &mut inner } else { &mut *out };
        let mut comments = 0i64;
        for e in entries {
            let value = match &e.data {
                _ if e.len == 0 => Value::NULL,
                Data::Bytes(b) if e.format == format::STRING && s == Section::Comment => {
                    to.set(comments, Value::str(b));
                    comments += 1;
                    continue;
                }
                Data::Bytes(b) => Value::str(b),
                Data::Numbers(n) if n.len() == 1 => n[0].value(),
                Data::Numbers(n) => n.iter().map(|n| n.value()).collect::<Array>().into(),
            };
            to.set(&e.name[..], value);
        }
        if own {
            out.set(SECTIONS[s as usize], inner);
        }
    }
    /// The names of the sections that were found.
    pub fn sections(&self) -> String {
        let names = SECTIONS.iter().enumerate().filter(|(i, _)| self.found & 1 << i != 0);
        names.map(|(_, n)| *n).collect::<Vec<_>>().join(", ")
    }
}

fn number(order: Order, b: &[u8], format: u16) -> Number {
    match format {
        format::USHORT => Number::Int(order.u16(b).into()),
        format::SSHORT => Number::Int((order.u16(b) as i16).into()),
        format::URATIONAL => Number::Unsigned(order.u32(b), order.u32(&b[4..])),
        format::SRATIONAL => Number::Signed(order.u32(b) as i32, order.u32(&b[4..]) as i32),
        format::SINGLE | format::DOUBLE => Number::Float(order.float(b, format)),
        _ => Number::Int(order.u32(b) as i32),
    }
}

impl Number {
    fn value(self) -> Value {
        match self {
            Number::Int(i) => Value::int(i.into()),
            Number::Unsigned(n, d) => Value::str(format!("{n}/{d}")),
            Number::Signed(n, d) => Value::str(format!("{n}/{d}")),
            Number::Float(d) => Value::float(d),
        }
    }
    /// As bytes of a format.
    pub fn bytes(self, order: Order, format: u16) -> Vec<u8> {
        match self {
            Number::Int(i) if width(format) == 2 => order.put16(i as u16).to_vec(),
            Number::Int(i) => order.put32(i as u32).to_vec(),
            Number::Unsigned(n, d) => [order.put32(n), order.put32(d)].concat(),
            Number::Signed(n, d) => [order.put32(n as u32), order.put32(d as u32)].concat(),
            Number::Float(d) if format == format::SINGLE => (d as f32).to_le_bytes().to_vec(),
            Number::Float(d) => d.to_le_bytes().to_vec(),
        }
    }
}
