//! `iptcparse()` and `iptcembed()`.

use plugin_api::{Array, Ctx, OrFalse, R, Stream, Value, php_function};

#[php_function("iptcparse(string $iptc_block): array|false")]
fn iptcparse(b: &[u8]) -> OrFalse<Array> {
    let mut out = Array::new();
    // The first marker may have other blocks before it.
    let mut i = (0..b.len().saturating_sub(1))
        .find(|&i| b[i] == 0x1c && matches!(b[i + 1], 1 | 2))
        .unwrap_or(b.len());
    while i + 5 < b.len() {
        if b[i] != 0x1c {
            break;
        }
        let (dataset, record) = (b[i + 1], b[i + 2]);
        i += 3;
        let n = if b[i] & 0x80 != 0 {
            let Some(long) = b.get(i + 2..i + 6) else { break };
            i += 6;
            u32::from_be_bytes([long[0], long[1], long[2], long[3]]) as usize
        } else {
            i += 2;
            (b[i - 2] as usize) << 8 | b[i - 1] as usize
        };
        let Some(data) = i.checked_add(n).and_then(|end| b.get(i..end)) else { break };
        let key = format!("{dataset}#{record:03}");
        let mut list = out.get(&key).and_then(|v| v.as_array().cloned()).unwrap_or_default();
        list.push(Value::str(data));
        out.set(key.as_str(), list);
        i += n;
    }
    OrFalse((!out.is_empty()).then_some(out))
}

/// A JPEG with an IPTC block in front of its other blocks; `None` when it is no JPEG.
fn embed(b: &[u8], iptc: &[u8]) -> Option<Vec<u8>> {
    if b.len() < 4 || b[..2] != [0xff, 0xd8] {
        return None;
    }
    let mut out = Vec::with_capacity(b.len() + iptc.len() + 64);
    out.extend_from_slice(&b[..2]);
    let mut i = 2;
    let mut written = false;
    loop {
        while b.get(i).is_some_and(|c| *c != 0xff) {
            out.push(b[i]);
            i += 1;
        }
        if b.get(i).is_none() {
            break;
        }
        let Some(&marker) = b.get(i + 1) else { break };
        if marker == 0xff {
            i += 1;
            continue;
        }
        let block = |i: usize| {
            let n = u16::from_be_bytes(b.get(i + 2..i + 4)?.try_into().ok()?) as usize;
            b.get(i..(i + 2 + n).min(b.len()))
        };
        match marker {
            // What was there goes.
            0xed => i += block(i)?.len(),
            0xe0..=0xef => {
                let whole = block(i)?;
                out.extend_from_slice(whole);
                i += whole.len();
                if !written && matches!(marker, 0xe0 | 0xe1) {
                    written = true;
                    let even = iptc.len() + (iptc.len() & 1);
                    out.extend_from_slice(&[0xff, 0xed]);
                    out.extend_from_slice(&((even + 28) as u16).to_be_bytes());
                    out.extend_from_slice(b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0");
                    out.extend_from_slice(&(iptc.len() as u16).to_be_bytes());
                    out.extend_from_slice(iptc);
                    out.resize(out.len() + (even - iptc.len()), 0);
                }
            }
            0xd9 | 0xda => {
                out.extend_from_slice(&b[i..]);
                break;
            }
            _ => {
                let whole = block(i)?;
                out.extend_from_slice(whole);
                i += whole.len();
            }
        }
    }
    Some(out)
}

#[php_function("iptcembed(string $iptc_data, string $filename, int $spool = 0): string|bool")]
fn iptcembed(ctx: &mut Ctx, iptc: &[u8], filename: &[u8], spool: i64) -> R<Value> {
    if iptc.len() >= usize::MAX - 1024 || iptc.len() > u16::MAX as usize - 28 {
        return Err(ctx.argument_value_error(1, "is too large"));
    }
    let Some(s) = Stream::open(ctx, filename, "rb", false)? else { return Ok(Value::bool(false)) };
    let b = s.read_all(ctx, None)?;
    s.close(ctx);
    let Some(out) = embed(&b, iptc) else { return Ok(Value::bool(false)) };
    if spool > 0 {
        ctx.write(&out)?;
    }
    Ok(if spool < 2 { Value::str(out) } else { Value::bool(true) })
}
