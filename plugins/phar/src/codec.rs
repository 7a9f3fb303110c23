//! Compression of entries and of whole archives, as PHP's filters do it.

use crate::archive::bits;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::io::{Read, Write};

/// Compresses an entry for flags that say how.
pub fn pack(bytes: &[u8], flags: u32) -> Option<Vec<u8>> {
    match flags & bits::COMPRESSION {
        bits::GZ => Some(deflate(bytes)),
        bits::BZ2 => bzip2(bytes),
        _ => None,
    }
}

/// Decompresses an entry; `None` when its bytes are not what the flags say.
pub fn unpack(bytes: &[u8], flags: u32, size: usize) -> Option<Vec<u8>> {
    match flags & bits::COMPRESSION {
        bits::GZ => inflate(bytes, size),
        bits::BZ2 => bunzip2(bytes),
        _ => None,
    }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut z = Compress::new(Compression::default(), false);
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    while let Ok(Status::Ok | Status::BufError) = z.compress_vec(
        bytes.get(z.total_in() as usize..).unwrap_or_default(),
        &mut out,
        FlushCompress::Finish,
    ) {
        out.reserve(out.len().max(4096));
    }
    out
}

fn inflate(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut z = Decompress::new(false);
    let mut out = Vec::with_capacity(size.min(1 << 24) + 1);
    loop {
        let (was_in, was_out) = (z.total_in(), z.total_out());
        let rest = bytes.get(was_in as usize..).unwrap_or_default();
        match z.decompress_vec(rest, &mut out, FlushDecompress::Finish).ok()? {
            Status::StreamEnd => return Some(out),
            // What is cut off ends where it is cut.
            _ if z.total_in() == was_in && z.total_out() == was_out && out.len() < out.capacity() => {
                return Some(out);
            }
            _ if out.len() == out.capacity() => out.reserve(out.len().max(4096)),
            _ if rest.is_empty() => return Some(out),
            _ => {}
        }
    }
}

/// gzip data as a file.
pub fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut z = flate2::GzBuilder::new().operating_system(3).write(Vec::new(), Compression::default());
    z.write_all(bytes).ok()?;
    z.finish().ok()
}

/// The data of a gzip file; what follows the first member is not looked at.
pub fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    flate2::bufread::GzDecoder::new(bytes).read_to_end(&mut out).ok()?;
    Some(out)
}

/// bzip2 data.
pub fn bzip2(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    bzip2::bufread::BzEncoder::new(bytes, bzip2::Compression::best()).read_to_end(&mut out).ok()?;
    Some(out)
}

/// What bzip2 data stands for.
pub fn bunzip2(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    bzip2::bufread::BzDecoder::new(bytes).read_to_end(&mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let text: Vec<u8> = (0..200_000_u32).map(|i| (i / 7 % 251) as u8).collect();
        for flags in [bits::GZ, bits::BZ2] {
            for t in [&text[..], b"", b"x"] {
                let packed = pack(t, flags).unwrap_or_default();
                assert_eq!(unpack(&packed, flags, t.len()).as_deref(), Some(t));
            }
        }
        assert_eq!(gzip(&text).and_then(|z| gunzip(&z)).as_deref(), Some(&text[..]));
        assert_eq!(unpack(b"\xff\xff\xff", bits::GZ, 3), None);
    }
}
