//! Sizes in the headers of image formats. Each function takes the whole file.

use plugin_api::Array;

/// What a header says; 0 for what it does not.
#[derive(Default, Debug, PartialEq)]
pub struct Size {
    /// Pixels.
    pub width: u64,
    /// Pixels.
    pub height: u64,
    /// Bits a sample.
    pub bits: u32,
    /// Samples a pixel.
    pub channels: u32,
}

fn be16(b: &[u8], i: usize) -> Option<u64> {
    Some(u16::from_be_bytes(b.get(i..i + 2)?.try_into().ok()?) as u64)
}
fn le16(b: &[u8], i: usize) -> Option<u64> {
    Some(u16::from_le_bytes(b.get(i..i + 2)?.try_into().ok()?) as u64)
}
fn be32(b: &[u8], i: usize) -> Option<u64> {
    Some(u32::from_be_bytes(b.get(i..i + 4)?.try_into().ok()?) as u64)
}
fn le32(b: &[u8], i: usize) -> Option<u64> {
    Some(u32::from_le_bytes(b.get(i..i + 4)?.try_into().ok()?) as u64)
}

/// GIF.
pub fn gif(b: &[u8]) -> Option<Size> {
    let flags = *b.get(10)?;
    let bits = if flags & 0x80 != 0 { (flags as u32 & 7) + 1 } else { 0 };
    Some(Size { width: le16(b, 6)?, height: le16(b, 8)?, bits, channels: 3 })
}
/// PNG.
pub fn png(b: &[u8]) -> Option<Size> {
    Some(Size { width: be32(b, 16)?, height: be32(b, 20)?, bits: *b.get(24)? as u32, channels: 0 })
}
/// Photoshop.
pub fn psd(b: &[u8]) -> Option<Size> {
    Some(Size { height: be32(b, 14)?, width: be32(b, 18)?, ..Size::default() })
}
/// BMP of OS/2 and Windows.
pub fn bmp(b: &[u8]) -> Option<Size> {
    match le32(b, 14)? {
        12 => {
            Some(Size { width: le16(b, 18)?, height: le16(b, 20)?, bits: le16(b, 24)? as u32, channels: 0 })
        }
        n @ 13..=64 | n @ (108 | 124) if n > 12 => {
            let height = (le32(b, 22)? as u32 as i32).unsigned_abs() as u64;
            Some(Size { width: le32(b, 18)?, height, bits: le16(b, 28)? as u32, channels: 0 })
        }
        _ => None,
    }
}

/// Bits of a Flash rectangle.
fn bits(b: &[u8], from: usize, n: usize) -> Option<u64> {
    (from..from + n).try_fold(0, |v, i| Some(v << 1 | (b.get(i / 8)? >> (7 - i % 8) & 1) as u64))
}
/// The rectangle behind a Flash header, in twentieths.
fn rectangle(b: &[u8]) -> Option<Size> {
    let n = bits(b, 0, 5)? as usize;
    let side = |k: usize| bits(b, 5 + k * n, n);
    let (x0, x1, y0, y1) = (side(0)?, side(1)?, side(2)?, side(3)?);
    Some(Size { width: x1.wrapping_sub(x0) / 20, height: y1.wrapping_sub(y0) / 20, ..Size::default() })
}
/// Flash.
pub fn swf(b: &[u8]) -> Option<Size> {
    rectangle(b.get(8..)?)
}
/// Compressed Flash.
pub fn swc(b: &[u8]) -> Option<Size> {
    use std::io::Read;
    let mut head = Vec::new();
    // A rectangle takes 17 bytes at most; what cannot be unpacked behind it does not matter.
    let done = flate2::read::ZlibDecoder::new(b.get(8..)?).take(64).read_to_end(&mut head);
    if done.is_err() && head.is_empty() {
        return None;
    }
    rectangle(&head)
}

/// JPEG. With `info` its application blocks go there, as `APP0` and so on.
pub fn jpeg(b: &[u8], mut info: Option<&mut Array>) -> Option<Size> {
    let mut size: Option<Size> = None;
    let mut i = 2;
    loop {
        // Anything up to the next marker is passed over.
        while *b.get(i)? != 0xff {
            i += 1;
        }
        while b.get(i) == Some(&0xff) {
            i += 1;
        }
        let Some(&marker) = b.get(i) else { return size };
        i += 1;
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let Some(n) = be16(b, i) else { return size };
                if size.is_none() {
                    size = Some(Size {
                        bits: *b.get(i + 2)? as u32,
                        height: be16(b, i + 3)?,
                        width: be16(b, i + 5)?,
                        channels: *b.get(i + 7)? as u32,
                    });
                    if info.is_none() || n < 8 {
                        return size;
                    }
                }
                i += n as usize;
            }
            0xe0..=0xef => {
                let Some(n) = be16(b, i) else { return size };
                if n < 2 {
                    return size;
                }
                if let Some(info) = info.as_deref_mut() {
                    let Some(data) = b.get(i + 2..i + n as usize) else { return size };
                    let name = format!("APP{}", marker - 0xe0);
                    if info.get(&name).is_none() {
                        info.set(name.as_str(), super::text(data));
                    }
                }
                i += n as usize;
            }
            0xd9 | 0xda => return size,
            0x01 | 0xd0..=0xd8 => {}
            _ => match be16(b, i) {
                Some(n @ 2..) => i += n as usize,
                _ => return size,
            },
        }
        if i >= b.len() {
            return size;
        }
    }
}

/// A JPEG 2000 codestream. `Err`: the warning.
pub fn jpc(b: &[u8]) -> Result<Option<Size>, &'static str> {
    if b.get(3) != Some(&0x51) {
        return Err("JPEG2000 codestream corrupt(Expected SIZ marker not found after SOC)");
    }
    let read = || {
        let (width, height) = (be32(b, 8)?, be32(b, 12)?);
        let channels = be16(b, 40)? as u32;
        if channels == 0 || channels > 256 {
            return None;
        }
        let mut deepest = 0;
        for k in 0..channels as usize {
            deepest = deepest.max(*b.get(42 + k * 3)? as u32 + 1);
        }
        Some(Size { width, height, bits: deepest, channels })
    };
    Ok(read())
}

/// JPEG 2000 in its boxes. `Err`: the warning.
pub fn jp2(b: &[u8]) -> Result<Option<Size>, &'static str> {
    let missing = "JP2 file has no codestreams at root level";
    let mut i = 12;
    loop {
        let (Some(n), Some(name)) = (be32(b, i), b.get(i + 4..i + 8)) else { return Err(missing) };
        let (mut n, mut head) = (n as usize, 8);
        if n == 1 {
            let Some(long) = be32(b, i + 12) else { return Err(missing) };
            (n, head) = (long as usize, 16);
        }
        if name == b"jp2c" {
            return jpc(b.get(i + head..).unwrap_or_default());
        }
        if n < 8 {
            return Err(missing);
        }
        i += n;
    }
}

/// TIFF; `big`: big-endian.
pub fn tiff(b: &[u8], big: bool) -> Option<Size> {
    let u16_at = |i| if big { be16(b, i) } else { le16(b, i) };
    let u32_at = |i| if big { be32(b, i) } else { le32(b, i) };
    let at = u32_at(4)? as usize;
    let (mut width, mut height) = (0, 0);
    for k in 0..u16_at(at)? as usize {
        let e = at + 2 + k * 12;
        let Some(tag) = u16_at(e) else { break };
        let value = match u16_at(e + 2)? {
            1 | 6 => *b.get(e + 8)? as u64,
            3 | 8 => u16_at(e + 8)?,
            4 | 9 => u32_at(e + 8)?,
            _ => continue,
        };
        match tag {
            0x100 => width = value,
            0x101 => height = value,
            _ => {}
        }
    }
    (width > 0 && height > 0).then(|| Size { width, height, ..Size::default() })
}

/// Amiga's interchange format.
pub fn iff(b: &[u8]) -> Option<Size> {
    let kind = b.get(8..12)?;
    if kind != b"ILBM" && kind != b"PBM " {
        return None;
    }
    let mut i = 12usize;
    loop {
        let (name, n) = (b.get(i..i + 4)?, be32(b, i + 4)? as u32 as i32);
        let n = usize::try_from(n).ok()?;
        let n = n.checked_add(n & 1)?;
        i += 8;
        if name == b"BMHD" {
            if n < 9 {
                return None;
            }
            let (width, height, depth) = (be16(b, i)?, be16(b, i + 2)?, *b.get(i + 8)? as u32);
            let good = width > 0 && height > 0 && (1..33).contains(&depth);
            return good.then_some(Size { width, height, bits: depth, channels: 0 });
        }
        i = i.checked_add(n)?;
    }
}

/// A number of seven bits a byte.
fn seven(b: &[u8], i: &mut usize) -> Option<u64> {
    let mut v = 0u64;
    loop {
        let c = *b.get(*i)?;
        *i += 1;
        v = v << 7 | (c & 0x7f) as u64;
        if v > 2048 {
            return None;
        }
        if c & 0x80 == 0 {
            return Some(v);
        }
    }
}
/// Wireless bitmap.
pub fn wbmp(b: &[u8]) -> Option<Size> {
    if *b.first()? != 0 {
        return None;
    }
    let mut i = 1;
    loop {
        let c = *b.get(i)?;
        i += 1;
        if c & 0x80 == 0 {
            break;
        }
    }
    let (width, height) = (seven(b, &mut i)?, seven(b, &mut i)?);
    (width > 0 && height > 0).then(|| Size { width, height, ..Size::default() })
}

/// X bitmap.
pub fn xbm(b: &[u8]) -> Option<Size> {
    let (mut width, mut height) = (0, 0);
    for line in b.split(|c| *c == b'\n') {
        let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).collect();
        let [b"#define", name, value, ..] = words[..] else { continue };
        let Some(v) = std::str::from_utf8(value).ok().and_then(|v| v.parse::<u64>().ok()) else { continue };
        let part = name.rsplit(|c| *c == b'_').next().unwrap_or(name);
        match part {
            b"width" => width = v,
            b"height" => height = v,
            _ => {}
        }
        if width > 0 && height > 0 {
            return Some(Size { width, height, ..Size::default() });
        }
    }
    None
}

/// Windows icons: the deepest one.
pub fn ico(b: &[u8]) -> Option<Size> {
    let n = le16(b, 4)?;
    if !(1..=255).contains(&n) {
        return None;
    }
    let side = |v: u8| if v == 0 { 256 } else { v as u64 };
    let mut best: Option<Size> = None;
    for k in 0..n as usize {
        let e = 6 + k * 16;
        let Some(entry) = b.get(e..e + 16) else { break };
        let depth = le16(entry, 6)? as u32;
        if best.as_ref().is_none_or(|s| depth >= s.bits) {
            best = Some(Size { width: side(entry[0]), height: side(entry[1]), bits: depth, channels: 0 });
        }
    }
    best
}

/// WebP in its three forms.
pub fn webp(b: &[u8]) -> Option<Size> {
    let c = b.get(12..30)?;
    let n = |i: usize| c[i] as u64;
    let (width, height) = match &c[..4] {
        b"VP8 " => (n(14) + ((n(15) & 0x3f) << 8), n(16) + ((n(17) & 0x3f) << 8)),
        b"VP8L" => {
            (n(9) + ((n(10) & 0x3f) << 8) + 1, (n(10) >> 6) + (n(11) << 2) + ((n(12) & 0xf) << 10) + 1)
        }
        b"VP8X" => (n(12) + (n(13) << 8) + (n(14) << 16) + 1, n(15) + (n(16) << 8) + (n(17) << 16) + 1),
        _ => return None,
    };
    Some(Size { width, height, bits: 8, channels: 0 })
}

/// Boxes of an ISO media file: name and contents.
fn boxes(b: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut out = Vec::new();
    let mut i = 0;
    while let (Some(n), Some(name)) = (be32(b, i), b.get(i + 4..i + 8)) {
        let n = if n == 0 { b.len() - i } else { n as usize };
        let Some(body) = b.get(i + 8..i + n) else { break };
        out.push((name, body));
        i += n.max(8);
    }
    out
}
/// Whether a file says that it is AVIF.
pub fn is_avif(b: &[u8]) -> bool {
    let Some((b"ftyp", body)) = boxes(b).into_iter().next().or_else(|| {
        // The box may be longer than what was read.
        Some((b.get(4..8)?, b.get(8..)?))
    }) else {
        return false;
    };
    body.chunks(4).enumerate().any(|(i, brand)| i != 1 && (brand == b"avif" || brand == b"avis"))
}
/// AVIF: the largest picture, alpha counted as a channel.
pub fn avif(b: &[u8]) -> Option<Size> {
    let find = |list: &[(&[u8], &[u8])], name: &[u8]| -> Option<(usize, usize)> {
        let body = list.iter().find(|(n, _)| *n == name)?.1;
        let at = body.as_ptr() as usize - b.as_ptr() as usize;
        Some((at, at + body.len()))
    };
    let (from, to) = find(&boxes(b), b"meta")?;
    let (from, to) = find(&boxes(b.get(from + 4..to)?), b"iprp")?;
    let (from, to) = find(&boxes(b.get(from..to)?), b"ipco")?;
    let mut s = Size::default();
    let (mut colours, mut alpha) = (0, false);
    for (name, body) in boxes(b.get(from..to)?) {
        match name {
            b"ispe" => {
                let (w, h) = (be32(body, 4)?, be32(body, 8)?);
                if w * h > s.width * s.height {
                    (s.width, s.height) = (w, h);
                }
            }
            b"pixi" => {
                let n = *body.get(4)? as u32;
                colours = colours.max(n);
                s.bits = s.bits.max(*body.get(5)? as u32);
            }
            b"av1C" => {
                let c = *body.get(2)?;
                let depth = match (c >> 6 & 1, c >> 5 & 1) {
                    (0, _) => 8,
                    (_, 0) => 10,
                    _ => 12,
                };
                s.bits = s.bits.max(depth);
                let mono = c >> 4 & 1 == 1;
                colours = colours.max(if mono { 1 } else { 3 });
            }
            b"auxC" => alpha |= memchr::memmem::find(body, b"alpha").is_some(),
            _ => {}
        }
    }
    s.channels = colours + alpha as u32;
    (s.width > 0).then_some(s)
}
