//! Pictures within pictures.

use crate::jpeg;
use crate::number::{Order, format, width};
use crate::picture::{Data, Entry, Picture, Section, kind};
use crate::tags::{Region, tag};
use plugin_api::Ctx;

/// Takes the picture within out of a region, as its tags tell.
pub fn extract(ctx: &mut Ctx, p: &mut Picture, region: &Region) {
    if p.thumbnail.data.is_some() {
        p.warn(ctx, "Multiple possible thumbnails");
        return;
    }
    if !(1..65536).contains(&p.thumbnail.size) || p.thumbnail.offset == 0 {
        p.warn(ctx, "Illegal thumbnail size/offset");
        return;
    }
    match region.take(p.thumbnail.offset, p.thumbnail.size) {
        Some(data) => {
            p.thumbnail.data = Some(data);
            build(p);
        }
        None => p.warn(ctx, "Thumbnail goes IFD boundary or end of file reached"),
    }
}

/// Takes the picture within out of the file.
pub fn read(ctx: &mut Ctx, p: &mut Picture) {
    let (from, len) = (p.thumbnail.offset, p.thumbnail.size);
    match from.checked_add(len).and_then(|to| p.bytes.get(from..to)) {
        Some(data) => {
            p.thumbnail.data = Some(data.to_vec());
            build(p);
        }
        None => p.warn(ctx, "Thumbnail goes IFD boundary or end of file reached"),
    }
}

fn value(e: &Entry, order: Order) -> Vec<u8> {
    match &e.data {
        Data::Bytes(b) => b.clone(),
        Data::Numbers(n) => n.iter().flat_map(|n| n.bytes(order, e.format)).collect(),
    }
}

/// Puts the head of a TIFF file before the strips of a picture.
fn build(p: &mut Picture) {
    if !matches!(p.thumbnail.kind, kind::TIFF_INTEL | kind::TIFF_MOTOROLA) {
        return;
    }
    let order = p.order();
    let entries = p.entries(Section::Thumbnail);
    let directory = 8 + 2 + entries.len() * 12 + 4;
    let outside = |e: &&Entry| width(e.format) * e.len > 4;
    let head = directory + entries.iter().filter(outside).map(|e| width(e.format) * e.len).sum::<usize>();
    let mut out = match order {
        Order::Motorola => b"MM\0\x2a\0\0\0\x08".to_vec(),
        Order::Intel => b"II\x2a\0\x08\0\0\0".to_vec(),
    };
    out.extend(order.put16(entries.len() as u16));
    let mut values = Vec::new();
    for e in entries {
        let moved = [tag::STRIP_OFFSETS, tag::JPEG_OFFSET].map(i32::from).contains(&e.tag);
        let (kind, len) = if moved { (format::ULONG, 1) } else { (e.format, e.len) };
        out.extend(order.put16(e.tag as u16));
        out.extend(order.put16(kind));
        out.extend(order.put32(len as u32));
        if moved {
            out.extend(order.put32(head as u32));
            continue;
        }
        let mut v = value(e, order);
        v.resize((width(e.format) * e.len).max(4), 0);
        if outside(&e) {
            out.extend(order.put32((directory + values.len()) as u32));
            values.extend(v);
        } else {
            out.extend(&v[..4]);
        }
    }
    out.extend([0; 4]);
    out.extend(values);
    out.resize(head, 0);
    out.extend(p.thumbnail.data.take().unwrap_or_default());
    p.thumbnail.size = out.len();
    p.thumbnail.data = Some(out);
}

/// Finds out how large a JPEG picture within is; whether that is known.
pub fn measure(ctx: &mut Ctx, p: &mut Picture) -> bool {
    let Some(data) = p.thumbnail.data.take() else { return false };
    let found = sizes(ctx, p, &data);
    p.thumbnail.data = Some(data);
    if let Some((width, height)) = found {
        (p.thumbnail.width, p.thumbnail.height) = (width, height);
    }
    found.is_some()
}

fn sizes(ctx: &mut Ctx, p: &mut Picture, data: &[u8]) -> Option<(usize, usize)> {
    if data.len() < 4 {
        return None;
    }
    if !data.starts_with(b"\xff\xd8\xff") {
        if p.thumbnail.width == 0 && p.thumbnail.height == 0 {
            p.warn(ctx, "Thumbnail is not a JPEG image");
        }
        return None;
    }
    let mut at = 2;
    loop {
        if *data.get(at)? != 0xff {
            return None;
        }
        at += 1;
        // Markers may be padded, a little.
        let padding = data[at.min(data.len())..].iter().take_while(|&&c| c == 0xff).count();
        if padding > 8 {
            return None;
        }
        at += padding;
        let marker = *data.get(at)?;
        at += 1;
        let length = usize::from(Order::Motorola.u16(data.get(at..at + 2)?));
        if length > data.len() || at >= data.len() - length {
            return None;
        }
        match marker {
            m if jpeg::is_frame(m) => {
                let frame = data.get(at..at + 8).filter(|_| length >= 8)?;
                let (height, width) = (Order::Motorola.u16(&frame[3..]), Order::Motorola.u16(&frame[5..]));
                return Some((width.into(), height.into()));
            }
            jpeg::SCAN | jpeg::END => {
                p.warn(ctx, "Could not compute size of thumbnail");
                return None;
            }
            _ => at += length,
        }
    }
}
