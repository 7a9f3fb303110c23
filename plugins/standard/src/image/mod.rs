//! `getimagesize()` and what goes with it, IPTC blocks.

pub mod formats;
pub mod iptc;

use formats::Size;
use plugin_api::{Array, Ctx, OrFalse, R, Reference, Stream, Value, php_function};

/// Numbers, MIME types and file name ends of the formats, in the order of `IMAGETYPE_*`.
const TYPES: [(&str, &str); 20] = [
    ("application/octet-stream", ""),
    ("image/gif", ".gif"),
    ("image/jpeg", ".jpeg"),
    ("image/png", ".png"),
    ("application/x-shockwave-flash", ".swf"),
    ("image/psd", ".psd"),
    ("image/bmp", ".bmp"),
    ("image/tiff", ".tiff"),
    ("image/tiff", ".tiff"),
    ("application/octet-stream", ".jpc"),
    ("image/jp2", ".jp2"),
    ("application/octet-stream", ".jpx"),
    ("application/octet-stream", ".jb2"),
    ("application/x-shockwave-flash", ".swf"),
    ("image/iff", ".iff"),
    ("image/vnd.wap.wbmp", ".bmp"),
    ("image/xbm", ".xbm"),
    ("image/vnd.microsoft.icon", ".ico"),
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
];

fn row(kind: i64) -> Option<(&'static str, &'static str)> {
    TYPES.get(usize::try_from(kind).ok()?).copied()
}

#[php_function("image_type_to_mime_type(int $image_type): string")]
fn image_type_to_mime_type(kind: i64) -> &'static str {
    row(kind).map_or(TYPES[0].0, |r| r.0)
}
#[php_function("image_type_to_extension(int $image_type, bool $include_dot = true): string|false")]
fn image_type_to_extension(kind: i64, dot: bool) -> OrFalse<&'static str> {
    let end = row(kind).map(|r| r.1).filter(|e| !e.is_empty());
    end.map(|e| if dot { e } else { &e[1..] }).into()
}

/// What is wrong with a picture.
enum Trouble {
    /// Shorter than any.
    Short,
    /// A PNG that went through a text conversion.
    Ascii,
}

/// What a picture is.
fn kind_of(b: &[u8]) -> Result<Option<i64>, Trouble> {
    if b.len() < 3 {
        return Err(Trouble::Short);
    }
    Ok(Some(match b {
        [b'G', b'I', b'F', ..] => 1,
        [0xff, 0xd8, 0xff, ..] => 2,
        [0x89, b'P', b'N', ..] => {
            if b.len() < 8 {
                return Err(Trouble::Short);
            }
            if b.starts_with(b"\x89PNG\r\n\x1a\n") {
                return Ok(Some(3));
            }
            return Err(Trouble::Ascii);
        }
        [b'F', b'W', b'S', ..] => 4,
        [b'C', b'W', b'S', ..] => 13,
        [b'8', b'B', b'P', ..] => 5,
        [b'B', b'M', ..] => 6,
        [0xff, 0x4f, 0xff, ..] => 9,
        [b'R', b'I', b'F', ..] => {
            if b.len() < 12 {
                return Err(Trouble::Short);
            }
            return Ok((&b[8..12] == b"WEBP").then_some(18));
        }
        _ => {
            if b.len() < 4 {
                return Err(Trouble::Short);
            }
            match &b[..4] {
                b"II\x2a\0" => 7,
                b"MM\0\x2a" => 8,
                b"FORM" => 14,
                b"\0\0\x01\0" => 17,
                _ if b.len() >= 12 && &b[..12] == b"\0\0\0\x0cjP  \r\n\x87\n" => 10,
                _ if formats::is_avif(b) => 19,
                _ if formats::wbmp(b).is_some() => 15,
                _ if b.len() < 12 => return Err(Trouble::Short),
                _ if formats::xbm(b).is_some() => 16,
                _ => return Ok(None),
            }
        }
    }))
}

fn measure(ctx: &mut Ctx, b: &[u8], kind: i64, info: Option<&mut Array>) -> R<Option<Size>> {
    Ok(match kind {
        1 => formats::gif(b),
        2 => formats::jpeg(b, info),
        3 => formats::png(b),
        4 => formats::swf(b),
        13 => formats::swc(b),
        5 => formats::psd(b),
        6 => formats::bmp(b),
        7 | 8 => formats::tiff(b, kind == 8),
        9 => match formats::jpc(b) {
            Ok(s) => s,
            Err(text) => {
                ctx.warning(text)?;
                None
            }
        },
        10 => match formats::jp2(b) {
            Ok(s) => s,
            Err(text) => {
                ctx.warning(text)?;
                None
            }
        },
        14 => formats::iff(b),
        15 => formats::wbmp(b),
        16 => formats::xbm(b),
        17 => formats::ico(b),
        18 => formats::webp(b),
        19 => formats::avif(b),
        _ => None,
    })
}

fn size_of_image(ctx: &mut Ctx, b: &[u8], name: &str, info: Option<Reference>) -> R<OrFalse<Array>> {
    let kind = match kind_of(b) {
        Ok(Some(k)) => k,
        Ok(None) => return Ok(OrFalse::FALSE),
        Err(trouble) => {
            if let Trouble::Ascii = trouble {
                ctx.warning("PNG file corrupted by ASCII conversion")?;
            } else {
                ctx.notice(format!("Error reading from {name}!"))?;
            }
            return Ok(OrFalse::FALSE);
        }
    };
    let mut more = Array::new();
    let size = measure(ctx, b, kind, info.is_some().then_some(&mut more))?;
    if let Some(r) = info {
        r.set(ctx, more)?;
    }
    let Some(s) = size else { return Ok(OrFalse::FALSE) };
    let mut out = Array::new();
    out.set(0i64, s.width as i64);
    out.set(1i64, s.height as i64);
    out.set(2i64, kind);
    out.set(3i64, format!("width=\"{}\" height=\"{}\"", s.width, s.height));
    if s.bits != 0 {
        out.set("bits", s.bits as i64);
    }
    if s.channels != 0 {
        out.set("channels", s.channels as i64);
    }
    out.set("mime", image_type_to_mime_type(kind));
    Ok(out.into())
}

#[php_function("getimagesize(string $filename, &$image_info = null): array|false")]
fn getimagesize(ctx: &mut Ctx, filename: &[u8], info: Option<Reference>) -> R<OrFalse<Array>> {
    if let Some(r) = &info {
        r.set(ctx, Array::new())?;
    }
    let Some(s) = Stream::open(ctx, filename, "rb", false)? else { return Ok(OrFalse::FALSE) };
    let b = s.read_all(ctx, None)?;
    s.close(ctx);
    let name = String::from_utf8_lossy(filename).into_owned();
    size_of_image(ctx, &b, &name, info)
}
#[php_function("getimagesizefromstring(string $string, &$image_info = null): array|false")]
fn getimagesizefromstring(ctx: &mut Ctx, string: &[u8], info: Option<Reference>) -> R<OrFalse<Array>> {
    if let Some(r) = &info {
        r.set(ctx, Array::new())?;
    }
    let name = String::from_utf8_lossy(string).into_owned();
    size_of_image(ctx, string, &name, info)
}

/// A value of `info`.
pub fn text(b: &[u8]) -> Value {
    Value::str(b)
}

plugin_api::constants! {
    /// Formats.
    pub CONSTANTS;
    int IMAGETYPE_UNKNOWN = 0;
    int IMAGETYPE_GIF = 1;
    int IMAGETYPE_JPEG = 2;
    int IMAGETYPE_PNG = 3;
    int IMAGETYPE_SWF = 4;
    int IMAGETYPE_PSD = 5;
    int IMAGETYPE_BMP = 6;
    int IMAGETYPE_TIFF_II = 7;
    int IMAGETYPE_TIFF_MM = 8;
    int IMAGETYPE_JPC = 9;
    int IMAGETYPE_JPEG2000 = 9;
    int IMAGETYPE_JP2 = 10;
    int IMAGETYPE_JPX = 11;
    int IMAGETYPE_JB2 = 12;
    int IMAGETYPE_SWC = 13;
    int IMAGETYPE_IFF = 14;
    int IMAGETYPE_WBMP = 15;
    int IMAGETYPE_XBM = 16;
    int IMAGETYPE_ICO = 17;
    int IMAGETYPE_WEBP = 18;
    int IMAGETYPE_AVIF = 19;
    int IMAGETYPE_COUNT = 20;
}
