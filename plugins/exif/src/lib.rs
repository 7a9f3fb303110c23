//! The exif extension: what cameras tell in JPEG and TIFF files.

mod imagetype;
mod jpeg;
mod makers;
mod names;
mod number;
mod picture;
mod tags;
mod text;
mod thumbnail;
mod tiff;

use picture::{Picture, Section, kind};
use plugin_api::wrapper::Handle;
use plugin_api::{
    Array, Ctx, Info, Kind, OrFalse, R, Reference, Stream, Value, constants, php_function, php_module,
};

constants! {
    CONSTANTS;
    int EXIF_USE_MBSTRING = 1;
}

/// The name of a tag.
#[php_function("exif_tagname(int $index): string|false")]
fn exif_tagname(index: i64) -> OrFalse<&'static str> {
    OrFalse(u16::try_from(index).ok().and_then(|i| tags::name_of(names::IFD, i)))
}

/// Whether a stream is a plain file, and whether it seeks, by what PHP tells of it.
fn is_plain(ctx: &mut Ctx, stream: &Stream) -> R<(bool, bool)> {
    let about = ctx.call_function("stream_get_meta_data", &[stream.value().clone()])?;
    let Some(about) = about.as_array() else { return Ok((false, true)) };
    let plain = about.get("stream_type").and_then(Value::as_str).is_some_and(|k| &**k == b"STDIO");
    Ok((plain, about.get("seekable").is_none_or(Value::to_bool)))
}

/// Reads a picture's heads from a stream, which stays where it is; whether that went well.
fn read_stream(ctx: &mut Ctx, stream: &Stream, want_thumbnail: bool) -> R<(Picture, bool)> {
    const FILE_TYPE: i64 = 0o170_000;
    const REGULAR: i64 = 0o100_000;
    let function = ctx.function_name();
    let place = stream.tell();
    let (plain, seeks) = is_plain(ctx, stream)?;
    let path = if plain { stream.path() } else { None };
    let about = match &path {
        Some(p) => ctx.stat(p, plugin_api::abi::stat_flags::QUIET),
        None => None,
    };
    if about.is_some_and(|s| s.mode & FILE_TYPE != REGULAR) {
        let mut p = Picture::new(function, Vec::new(), want_thumbnail);
        p.warn(ctx, "Not a file");
        return Ok((p, false));
    }
    if place != 0 {
        stream.seek(ctx, 0, 0);
    }
    let mut bytes = Vec::new();
    // A piece at a time: reading all would ask user streams for their length first.
    while seeks && let Some(piece) = stream.read(ctx, 1 << 16)?.filter(|p| !p.is_empty()) {
        bytes.extend_from_slice(&piece);
    }
    let mut p = Picture::new(function, bytes, want_thumbnail);
    if let (Some(path), Some(s)) = (path, about) {
        let name = path.rsplit(|&c| c == b'/').next().unwrap_or_default();
        p.name = Some(name.to_vec());
        p.time = s.mtime;
    }
    let good = tiff::scan(ctx, &mut p);
    if stream.tell() != place {
        stream.seek(ctx, place, 0);
    }
    ctx.pending()?;
    Ok((p, good))
}

/// Reads the heads of the file or stream in argument 1.
fn read(ctx: &mut Ctx, file: &Value, want_thumbnail: bool) -> R<(Picture, bool)> {
    if let Kind::Resource(_) = file.kind() {
        let stream = Stream::argument(ctx, file, 1)?;
        return read_stream(ctx, &stream, want_thumbnail);
    }
    let name = file.to_str(ctx)?;
    if name.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if name.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let opened = Handle::open(ctx, &name, b"rb", 0).ok().and_then(|h| Stream::of(&h.resource(ctx)));
    ctx.pending()?;
    match opened {
        Some(stream) => {
            let result = read_stream(ctx, &stream, want_thumbnail);
            stream.close(ctx);
            result
        }
        None => {
            let mut p = Picture::new(ctx.function_name(), Vec::new(), want_thumbnail);
            p.warn(ctx, "Unable to open file");
            ctx.pending()?;
            Ok((p, false))
        }
    }
}

/// The sections that a text names.
fn wanted(sections: &[u8]) -> u32 {
    let mut found = 0;
    for name in sections.split(|c| matches!(c, b',' | b' ')) {
        if let Some(i) = picture::SECTIONS.iter().position(|s| s.as_bytes() == name) {
            found |= 1 << i;
        }
    }
    found
}

fn mime(kind: i64) -> &'static [u8] {
    match kind {
        kind::JPEG => b"image/jpeg",
        kind::TIFF_INTEL | kind::TIFF_MOTOROLA => b"image/tiff",
        _ => b"application/octet-stream",
    }
}

/// Adds what is computed from the rest.
fn compute(ctx: &mut Ctx, p: &mut Picture, sections: &str) {
    let s = Section::File;
    let (name, time, size, kind) = (p.name.clone(), p.time, p.bytes.len() as i64, p.kind);
    p.add_text(s, "FileName", name.as_deref());
    p.add_int(s, "FileDateTime", time);
    p.add_int(s, "FileSize", size);
    p.add_int(s, "FileType", kind);
    p.add_text(s, "MimeType", Some(mime(kind)));
    p.add_text(s, "SectionsFound", Some(sections.as_bytes()));

    let s = Section::Computed;
    let (width, height) = (p.width, p.height);
    if width > 0 && height > 0 {
        let html = format!("width=\"{width}\" height=\"{height}\"");
        p.add_text(s, "html", Some(html.as_bytes()));
        p.add_int(s, "Height", height.into());
        p.add_int(s, "Width", width.into());
    }
    let color = p.color;
    p.add_int(s, "IsColor", color.into());
    if let Some(order) = p.order {
        p.add_int(s, "ByteOrderMotorola", (order == number::Order::Motorola).into());
    }
    if p.sensor != 0.0 {
        let text = format!("{}mm", p.sensor as i32);
        p.add_text(s, "CCDWidth", Some(text.as_bytes()));
    }
    if p.exposure > 0.0 {
        let inverse = 0.5 + 1.0 / p.exposure;
        let text = if p.exposure <= 0.5 && inverse < i32::MAX as f32 {
            format!("{:.3} s (1/{})", p.exposure, inverse as i32)
        } else {
            format!("{:.3} s", p.exposure)
        };
        p.add_text(s, "ExposureTime", Some(text.as_bytes()));
    }
    if p.aperture != 0.0 {
        let text = format!("f/{:.1}", p.aperture);
        p.add_text(s, "ApertureFNumber", Some(text.as_bytes()));
    }
    if p.distance != 0.0 {
        let text = if p.distance < 0.0 { "Infinite".into() } else { format!("{:.2}m", p.distance) };
        p.add_text(s, "FocusDistance", Some(text.as_bytes()));
    }
    if let Some((text, encoding)) = p.comment.take() {
        p.add_bytes(s, "UserComment", &text);
        p.add_text(s, "UserCommentEncoding", encoding.map(str::as_bytes));
    }
    for (name, text) in [
        ("Copyright", p.copyright.take()),
        ("Copyright.Photographer", p.photographer.take()),
        ("Copyright.Editor", p.editor.take()),
    ] {
        p.add_text(s, name, text.as_deref());
    }
    for (tag, text) in core::mem::take(&mut p.windows) {
        let name = tags::name_of(names::IFD, tag).unwrap_or("UndefinedTag");
        p.add_text(Section::WinXp, name, Some(&text));
    }
    if p.thumbnail.size > 0 {
        if p.want_thumbnail {
            let data = p.thumbnail.data.clone().unwrap_or_default();
            p.add_bytes(Section::Thumbnail, "THUMBNAIL", &data);
        }
        if p.thumbnail.width == 0 || p.thumbnail.height == 0 {
            thumbnail::measure(ctx, p);
        }
        let kind = p.thumbnail.kind;
        p.add_int(s, "Thumbnail.FileType", kind);
        p.add_text(s, "Thumbnail.MimeType", Some(mime(kind)));
    }
    let (width, height) = (p.thumbnail.width, p.thumbnail.height);
    if width > 0 && height > 0 {
        p.add_int(s, "Thumbnail.Height", height as i64);
        p.add_int(s, "Thumbnail.Width", width as i64);
    }
}

/// What a picture's heads tell.
#[php_function(
    "exif_read_data($file, ?string $required_sections = null, bool $as_arrays = false, bool $read_thumbnail = false): array|false"
)]
fn exif_read_data(
    ctx: &mut Ctx,
    file: &Value,
    required_sections: Option<&[u8]>,
    as_arrays: bool,
    read_thumbnail: bool,
) -> R<OrFalse<Array>> {
    let needed = required_sections.map_or(0, wanted);
    let (mut p, good) = read(ctx, file, read_thumbnail)?;
    let sections = p.sections();
    p.found |= Section::Computed.bit() | Section::File.bit();
    if !good || needed != 0 && needed & p.found == 0 {
        return Ok(OrFalse::FALSE);
    }
    compute(ctx, &mut p, &sections);
    ctx.pending()?;
    let mut out = Array::new();
    for s in [
        Section::File,
        Section::Computed,
        Section::AnyTag,
        Section::Ifd0,
        Section::Thumbnail,
        Section::Comment,
        Section::Exif,
        Section::Gps,
        Section::Interop,
        Section::FlashPix,
        Section::App12,
        Section::WinXp,
        Section::MakerNote,
    ] {
        let own = as_arrays || matches!(s, Section::Computed | Section::Thumbnail | Section::Comment);
        p.show(&mut out, own, s);
    }
    Ok(out.into())
}

/// The picture within a picture.
#[php_function("exif_thumbnail($file, &$width = null, &$height = null, &$image_type = null): string|false")]
fn exif_thumbnail(
    ctx: &mut Ctx,
    file: &Value,
    width: Option<Reference<'_>>,
    height: Option<Reference<'_>>,
    image_type: Option<Reference<'_>>,
) -> R<OrFalse<Vec<u8>>> {
    let (mut p, good) = read(ctx, file, true)?;
    if !good || p.thumbnail.data.as_ref().is_none_or(Vec::is_empty) {
        return Ok(OrFalse::FALSE);
    }
    if let (Some(width), Some(height)) = (width, height) {
        let known = p.thumbnail.width > 0 && p.thumbnail.height > 0;
        if !known && !thumbnail::measure(ctx, &mut p) {
            (p.thumbnail.width, p.thumbnail.height) = (0, 0);
        }
        ctx.pending()?;
        width.set(ctx, p.thumbnail.width as i64)?;
        height.set(ctx, p.thumbnail.height as i64)?;
    }
    if let Some(kind) = image_type {
        kind.set(ctx, p.thumbnail.kind)?;
    }
    Ok(p.thumbnail.data.into())
}

/// The type of a picture, by how its file begins.
#[php_function("exif_imagetype(string $filename): int|false")]
fn exif_imagetype(ctx: &mut Ctx, filename: &[u8]) -> R<OrFalse<i64>> {
    let Some(stream) = Stream::open(ctx, filename, "rb", false)? else { return Ok(OrFalse::FALSE) };
    let start = stream.read(ctx, 12)?;
    stream.close(ctx);
    imagetype::of(ctx, filename, &start.map(|s| s.to_vec()).unwrap_or_default()).map(OrFalse)
}

/// Refuses encodings that the extension mbstring does not know.
fn check_encoding(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _stage: u32) -> bool {
    let (Some(ctx), Some(list)) = (ctx, value.filter(|v| !v.is_empty())) else { return true };
    if !ctx.function_exists("mb_check_encoding") {
        return true;
    }
    let known = list.split(|&c| c == b',').map(<[u8]>::trim_ascii).all(|name| {
        name.eq_ignore_ascii_case(b"auto")
            || match ctx.call_function("mb_check_encoding", &[Value::str(""), Value::str(name)]) {
                Ok(_) => true,
                Err(_) => {
                    drop(ctx.take_exception());
                    false
                }
            }
    });
    if !known {
        let list = String::from_utf8_lossy(list);
        let _ = ctx.warning(format!("Illegal encoding ignored: '{list}'"));
    }
    known
}

fn info(t: &mut Info) {
    t.row("EXIF Support", "enabled");
    t.row("Supported EXIF Version", "0220");
    t.row("Supported filetypes", "JPEG, TIFF");
    let mbstring = Ctx::current(|ctx| ctx.function_exists("mb_convert_encoding")) == Some(true);
    let word = if mbstring { "enabled" } else { "disabled" };
    t.row("Multibyte decoding support using mbstring", word);
    t.row(
        "Extended EXIF tag formats",
        "Canon, Casio, Fujifilm, Nikon, Olympus, Samsung, Panasonic, DJI, Sony, Pentax, Minolta, Sigma, Foveon, Kyocera, Ricoh, AGFA, Epson",
    );
    t.ini();
}

php_module! {
    name: "exif",
    version: "8.4.24",
    requires: ["standard"],
    optional: ["mbstring"],
    functions: [exif_tagname, exif_read_data, exif_thumbnail, exif_imagetype],
    constants: [CONSTANTS],
    ini: [
        "exif.encode_unicode" = "ISO-8859-15" => (ALL, on_modify: check_encoding),
        "exif.decode_unicode_motorola" = "UCS-2BE" => (ALL, on_modify: check_encoding),
        "exif.decode_unicode_intel" = "UCS-2LE" => (ALL, on_modify: check_encoding),
        "exif.encode_jis" = "" => (ALL, on_modify: check_encoding),
        "exif.decode_jis_motorola" = "JIS" => (ALL, on_modify: check_encoding),
        "exif.decode_jis_intel" = "JIS" => (ALL, on_modify: check_encoding),
    ],
    minfo: info,
}
