//! Types of pictures, by how their files begin.

use plugin_api::{Ctx, Level, R, Value};

/// Beginnings of files, with PHP's numbers of their types.
const STARTS: [(&[u8], i64); 12] = [
    (b"GIF", 1),
    (b"\xff\xd8\xff", 2),
    (b"FWS", 4),
    (b"CWS", 13),
    (b"8BP", 5),
    (b"BM", 6),
    (b"\xff\x4f\xff", 9),
    (b"II\x2a\0", 7),
    (b"MM\0\x2a", 8),
    (b"FORM", 14),
    (b"\0\0\x01\0", 17),
    (b"\0\0\0\x0cjP  \r\n\x87\n", 10),
];

const PNG: i64 = 3;
const WEBP: i64 = 18;

fn short(ctx: &mut Ctx, file: &[u8]) -> R<Option<i64>> {
    let message = [b"Error reading from ", file, b"!"].concat();
    ctx.raise_bytes(Level::Notice as u32, &message, true)?;
    Ok(None)
}

/// The type of a file by its first twelve bytes, or what there is of them; `None` for no picture.
pub fn of(ctx: &mut Ctx, file: &[u8], start: &[u8]) -> R<Option<i64>> {
    if start.len() < 3 {
        return short(ctx, file);
    }
    if start.starts_with(b"\x89PN") {
        if start.len() < 8 {
            return short(ctx, file);
        }
        if start.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Some(PNG));
        }
        ctx.warning("PNG file corrupted by ASCII conversion")?;
        return Ok(None);
    }
    if start.starts_with(b"RIF") {
        if start.len() < 12 {
            return short(ctx, file);
        }
        return Ok((&start[8..] == b"WEBP").then_some(WEBP));
    }
    if let Some((_, kind)) = STARTS.iter().find(|(s, _)| start.starts_with(s)) {
        return Ok(Some(*kind));
    }
    if start.len() < 4 {
        return short(ctx, file);
    }
    // The rest is told by more than its beginning.
    let size = ctx.call_function("getimagesize", &[Value::str(file)])?;
    Ok(size.as_array().and_then(|a| a.get_index(2)).map(Value::to_int))
}
