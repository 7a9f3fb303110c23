//! zip archives. Alias, stub and signature are files of the folder `.phar`; metadata are comments.

use crate::archive::{
    ALIAS, Archive, Entry, Fail, Format, Metadata, SIGNATURE, STUB, archive, bits, fail, now, serialized,
    text,
};
use crate::bytes::{put16, put32, u16_at, u32_at};
use crate::contents::{self, LOCAL_HEADER};
use crate::{codec, names, open, signature, tar};
use plugin_api::Ctx;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const DIRECTORY_HEADER: usize = 46;
const END: usize = 22;
/// Bytes of the extra field that tells permissions.
const UNIX_FIELD: usize = 18;
const ENCRYPTED: u16 = 1;
const UTF8: u16 = 1 << 11;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const BZIP2: u16 = 12;

/// Where the record at the end begins: the last one whose comment fills the rest of the file.
fn end_record(image: &[u8]) -> Option<usize> {
    let from = image.len().saturating_sub(END + 65536);
    memchr::memmem::rfind_iter(&image[from..], b"PK\x05\x06")
        .map(|i| from + i)
        .filter(|at| at + END <= image.len())
        .find(|at| at + END + u16_at(image, at + 20) as usize == image.len())
}

/// A moment of an archive, which is one of local time, in seconds since the epoch.
fn seconds(date: u16, time: u16) -> u32 {
    // SAFETY: plain numbers; localtime_r and mktime read and fill the structures given.
    unsafe {
        let mut t: libc::tm = core::mem::zeroed();
        let today = libc::time_t::from(now());
        libc::localtime_r(&today, &mut t);
        t.tm_year = i32::from(date >> 9 & 127) + 80;
        t.tm_mon = i32::from(date >> 5 & 15) - 1;
        t.tm_mday = i32::from(date & 31);
        t.tm_hour = i32::from(time >> 11 & 31);
        t.tm_min = i32::from(time >> 5 & 63);
        t.tm_sec = i32::from(time << 1 & 62);
        libc::mktime(&mut t) as u32
    }
}

/// Time and date as archives have them.
fn moment(seconds: u32) -> (u16, u16) {
    // SAFETY: as above.
    let t = unsafe {
        let mut t: libc::tm = core::mem::zeroed();
        libc::localtime_r(&libc::time_t::from(seconds), &mut t);
        t
    };
    if t.tm_year < 80 {
        // The earliest that can be told.
        return (0, 1 << 5 | 1);
    }
    let date = (t.tm_year - 80) << 9 | (t.tm_mon + 1) << 5 | t.tm_mday;
    (((t.tm_hour << 11) + (t.tm_min << 5) + (t.tm_sec >> 1)) as u16, date as u16)
}

/// Reads an archive.
pub fn parse(ctx: &mut Ctx, image: Rc<Vec<u8>>, path: &[u8], alias: &[u8]) -> Result<Rc<Archive>, Fail> {
    let shown = text(path);
    let error = |what: &str| Some(format!("phar error: {what} in zip-based phar \"{shown}\""));
    let end = end_record(&image).ok_or_else(|| error("end of central directory not found"))?;
    let record = &image[end..];
    if u16_at(record, 4) != 0 || u16_at(record, 6) != 0 {
        return Err(error("split archives spanning multiple zips cannot be processed"));
    }
    let count = u16_at(record, 10);
    if u16_at(record, 8) != count {
        return Err(error("corrupt zip archive, conflicting file count in end of central directory record"));
    }
    let comment = &record[END..];
    let directory = u32_at(record, 16) as usize;
    let registry = crate::registry(ctx);
    let a = Rc::new(archive(&registry, path));
    a.format.set(Format::Zip);
    a.metadata.replace(Metadata::of(comment));
    let mut own: Option<Vec<u8>> = None;
    let mut at = directory;
    for i in 0..count {
        let Some(h) = image.get(at..at + DIRECTORY_HEADER) else {
            return Err(error("unable to read central directory entry, truncated"));
        };
        if !h.starts_with(b"PK\x01\x02") {
            return Err(error("corrupted central directory entry, no magic signature"));
        }
        if u16_at(h, 8) & ENCRYPTED != 0 {
            return Err(error("Cannot process encrypted zip files"));
        }
        let lens = [28, 30, 32].map(|o| u16_at(h, o) as usize);
        let [name_len, extra_len, comment_len] = lens;
        if name_len == 0 {
            return Err(error("Cannot process zips created from stdin (zero-length filename)"));
        }
        let begin = at;
        at += DIRECTORY_HEADER;
        let Some(name) = image.get(at..at + name_len) else {
            return Err(error("unable to read in filename from central directory, truncated"));
        };
        at += name_len;
        let is_dir = name.ends_with(b"/");
        let name = if is_dir && name.len() > 1 { &name[..name.len() - 1] } else { name };
        let header = u32_at(h, 42) as usize;
        let local_extra = if is_dir {
            extra_len
        } else {
            let Some(l) = image.get(header..header + LOCAL_HEADER) else {
                return Err(error("phar error: internal corruption (cannot read local file header)"));
            };
            if u16_at(l, 26) as usize != name.len() {
                return Err(error(
                    "phar error: internal corruption (local file header does not match central directory)",
                ));
            }
            u16_at(l, 28) as usize
        };
        let e = Entry {
            archive: Rc::downgrade(&a),
            name: RefCell::new(name.to_vec()),
            size: Cell::new(u32_at(h, 24)),
            packed: Cell::new(u32_at(h, 20)),
            timestamp: Cell::new(seconds(u16_at(h, 14), u16_at(h, 12))),
            crc32: Cell::new(u32_at(h, 16)),
            flags: Cell::new(if is_dir { bits::FILE | bits::DIR } else { bits::FILE }),
            offset: Cell::new(header + LOCAL_HEADER + name.len() + local_extra),
            header: Cell::new(header),
            is_dir: Cell::new(is_dir),
            ..Entry::default()
        };
        if name == SIGNATURE {
            let signed = [
                image.get(..header).unwrap_or_default(),
                image.get(directory..begin).unwrap_or_default(),
                comment,
            ]
            .concat();
            check_signature(ctx, &a, &image, &e, &signed).map_err(|w| w.and_then(|w| error(&w)))?;
            if i != count - 1 {
                return Err(error("entries exist after signature, invalid phar"));
            }
            continue;
        }
        a.add_folders(name);
        let Some(extra) = image.get(at..at + extra_len).filter(|x| extra_fields(x, &e)) else {
            return Err(error("Unable to process extra field header for file in central directory"));
        };
        at += extra.len();
        compression(ctx, &e, u16_at(h, 10)).map_err(|what| error(&what))?;
        let Some(metadata) = image.get(at..at + comment_len) else {
            return Err(error("unable to read in file comment, truncated"));
        };
        at += comment_len;
        e.metadata.replace(Metadata::of(metadata));
        let is_alias = own.is_none() && name == ALIAS;
        if is_alias {
            own = Some(stated_alias(&image, &e).map_err(error)?);
        }
        a.manifest.borrow_mut().entry(name.to_vec()).or_insert_with(|| Rc::new(e));
    }
    a.is_data.set(!a.has(STUB));
    if !a.is_data.get() && crate::require_hash(ctx) && a.signature.borrow().is_none() {
        return Err(error("signature is missing"));
    }
    a.set_image(image);
    if let Some(own) = &own
        && !names::is_alias(own)
    {
        return fail(format!("phar error: invalid alias \"{}\" in zip-based phar \"{shown}\"", text(own)));
    }
    open::register(&registry, a, own, alias, "zip")
}

fn check_signature(ctx: &mut Ctx, a: &Archive, image: &[u8], e: &Entry, signed: &[u8]) -> Result<(), Fail> {
    if e.size.get() > 0x10000 {
        return fail("signatures larger than 64 KiB are not supported");
    }
    let at = e.offset.get();
    let Some(s) = image.get(at..at + e.size.get() as usize).filter(|s| s.len() > 8) else {
        return fail("signature cannot be read");
    };
    let kind = u32_at(s, 0);
    a.signed_with.set(kind);
    match signature::verify(ctx, signed, kind, &s[8..], &a.path) {
        Ok(s) => {
            a.signature.replace(Some(s));
            Ok(())
        }
        Err(why) => fail(format!("signature cannot be verified: {}", why.unwrap_or_default())),
    }
}

/// Reads the extra fields that are of use here: time and permissions. False when they are broken.
fn extra_fields(extra: &[u8], e: &Entry) -> bool {
    let mut rest = extra;
    while !rest.is_empty() {
        if rest.len() < 4 {
            return false;
        }
        let (tag, mut size) = (&rest[..2], u16_at(rest, 2) as usize);
        rest = &rest[4..];
        if size > rest.len() {
            return false;
        }
        match tag {
            b"UT" if size >= 5 && rest[0] & 1 != 0 => e.timestamp.set(u32_at(rest, 1)),
            b"nu" => {
                let least = UNIX_FIELD - 4;
                // Some leave the checksum out of the size.
                if size == least - 4 {
                    size = least;
                }
                if size < least || size > rest.len() {
                    return false;
                }
                let mode = u32::from(u16_at(rest, 4)) & bits::PERMISSIONS;
                e.flags.set(e.flags.get() & bits::COMPRESSION | mode);
            }
            _ => {}
        }
        rest = &rest[size..];
    }
    true
}

fn compression(ctx: &mut Ctx, e: &Entry, method: u16) -> Result<(), String> {
    let name = match method {
        STORED => return Ok(()),
        DEFLATED => {
            e.flags.set(e.flags.get() | bits::GZ);
            return if crate::has_zlib(ctx) { Ok(()) } else { Err("zlib extension is required".to_owned()) };
        }
        BZIP2 => {
            e.flags.set(e.flags.get() | bits::BZ2);
            return if crate::has_bz2(ctx) { Ok(()) } else { Err("bzip2 extension is required".to_owned()) };
        }
        1 => "Shrunk",
        2..=5 => "Reduce",
        6 => "Implode",
        7 => "Tokenize",
        9 => "Deflate64",
        10 => "PKWare Implode/old IBM TERSE",
        14 => "LZMA",
        18 => "IBM TERSE",
        19 => "IBM LZ77",
        97 => "WavPack",
        98 => "PPMd",
        _ => "unknown",
    };
    Err(format!("unsupported compression method ({name}) used in this zip"))
}

fn stated_alias(image: &[u8], e: &Entry) -> Result<Vec<u8>, &'static str> {
    let l = image.get(e.header.get()..).unwrap_or_default();
    if [u32_at(l, 14), u32_at(l, 18), u32_at(l, 22)] != [e.crc32.get(), e.packed.get(), e.size.get()] {
        return Err(
            "phar error: internal corruption of zip-based phar (local header of alias does not match central directory)",
        );
    }
    let at = e.offset.get();
    let bytes = image.get(at..at + e.packed.get() as usize).unwrap_or_default();
    let flags = e.flags.get();
    let alias = match flags & bits::COMPRESSION {
        0 => Some(bytes.to_vec()),
        _ => codec::unpack(bytes, flags, e.size.get() as usize),
    };
    alias.filter(|a| !a.is_empty()).ok_or("unable to read in alias, truncated")
}

/// The bytes of an archive as they are to be written.
pub fn write(
    ctx: &mut Ctx,
    a: &Rc<Archive>,
    new_stub: Option<&[u8]>,
    is_default: bool,
) -> Result<Vec<u8>, Fail> {
    if !a.is_data.get() {
        tar::put_stub(a, new_stub, is_default, "zip")?;
    }
    if !a.is_data.get() && a.signed_with.get() == 0 {
        a.signed_with.set(signature::SHA256);
    }
    // Those that go are counted too.
    let counted = a.manifest.borrow().len() + usize::from(a.signed_with.get() != 0);
    let failed = |why: String| Some(format!("phar zip flush of \"{}\" failed: {why}", a.shown()));
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    let mut places = Vec::new();
    for e in a.entries() {
        if e.is_mounted() {
            continue;
        }
        if e.deleted.get() {
            if e.streams.get() <= 0 && e.locks.get() == 0 {
                a.remove(&e.name());
            }
            continue;
        }
        a.add_folders(&e.name.borrow());
        let bytes =
            if e.is_dir.get() { Vec::new() } else { pack(ctx, a, &e).map_err(|w| w.and_then(failed))? };
        let comment = serialized(ctx, &e.metadata).ok().flatten().unwrap_or_default();
        let place = add(&mut files, &mut directory, &e, &bytes, &comment);
        places.push((e, place));
    }
    let comment = serialized(ctx, &a.metadata).ok().flatten().unwrap_or_default();
    if !a.is_data.get() || a.signed_with.get() != 0 {
        let signed = [&files[..], &directory, &comment].concat();
        let s = signature::sign(ctx, a, &signed).map_err(|why| {
            let why = why.unwrap_or_default();
            failed(format!("phar error: unable to write signature to zip-based phar: {why}"))
        })?;
        let mut file = Vec::new();
        put32(&mut file, a.signed_with.get());
        put32(&mut file, s.len() as u32);
        file.extend_from_slice(&s);
        let e = Entry { name: RefCell::new(SIGNATURE.to_vec()), ..Entry::default() };
        e.crc32.set(crc32fast::hash(&file));
        e.size.set(file.len() as u32);
        e.packed.set(file.len() as u32);
        add(&mut files, &mut directory, &e, &file, b"");
    }
    let at = files.len() as u32;
    files.extend_from_slice(&directory);
    files.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    put16(&mut files, counted as u16);
    put16(&mut files, counted as u16);
    put32(&mut files, directory.len() as u32);
    put32(&mut files, at);
    put16(&mut files, comment.len() as u16);
    files.extend_from_slice(&comment);
    for (e, (header, data)) in places {
        e.header.set(header);
        e.offset.set(data);
        contents::written(&e);
    }
    Ok(files)
}

/// An entry's bytes as the archive shall have them; its checksum and sizes follow.
fn pack(ctx: &mut Ctx, a: &Rc<Archive>, e: &Rc<Entry>) -> Result<Vec<u8>, Fail> {
    let cannot = |what: &str| {
        Some(format!("unable to {what} file \"{}\" to zip-based phar \"{}\"", e.shown(), a.shown()))
    };
    if contents::is_as_stored(e) {
        let (at, len) = (e.offset.get(), e.packed.get() as usize);
        let image = a.bytes(ctx);
        let Some(b) = image.as_ref().and_then(|i| i.get(at..at + len)) else {
            return fail(format!(
                "unable to copy contents of file \"{}\" while creating zip-based phar \"{}\"",
                e.shown(),
                a.shown()
            ));
        };
        return Ok(b.to_vec());
    }
    let plain = contents::open(ctx, e)?.to_vec();
    e.crc32.set(crc32fast::hash(&plain));
    e.size.set(plain.len() as u32);
    let flags = e.flags.get();
    let bytes = match flags & bits::COMPRESSION {
        0 => plain,
        bits::GZ if !crate::has_zlib(ctx) => return Err(cannot("gzip compress")),
        bits::BZ2 if !crate::has_bz2(ctx) => return Err(cannot("bzip2 compress")),
        _ => codec::pack(&plain, flags).ok_or_else(|| cannot("compress"))?,
    };
    e.packed.set(bytes.len() as u32);
    Ok(bytes)
}

/// Adds an entry; gives where its header and its bytes begin.
fn add(
    files: &mut Vec<u8>,
    directory: &mut Vec<u8>,
    e: &Entry,
    bytes: &[u8],
    comment: &[u8],
) -> (usize, usize) {
    let mut name = e.name();
    if e.is_dir.get() {
        name.push(b'/');
    }
    let flags = e.flags.get();
    let method = match flags & bits::COMPRESSION {
        bits::GZ => DEFLATED,
        bits::BZ2 => BZIP2,
        _ => STORED,
    };
    let (time, date) = moment(e.timestamp.get());
    let sums = if e.is_dir.get() { [0; 3] } else { [e.crc32.get(), e.packed.get(), e.size.get()] };
    let begin = files.len();
    let common = |out: &mut Vec<u8>| {
        for n in [UTF8, method, time, date] {
            put16(out, n);
        }
        for n in sums {
            put32(out, n);
        }
        put16(out, name.len() as u16);
        put16(out, UNIX_FIELD as u16);
    };
    let mut field = b"nu".to_vec();
    let mode = (flags & bits::PERMISSIONS) as u16;
    put16(&mut field, UNIX_FIELD as u16 - 4);
    put32(&mut field, crc32fast::hash(&mode.to_le_bytes()));
    put16(&mut field, mode);
    field.resize(UNIX_FIELD, 0);
    files.extend_from_slice(b"PK\x03\x04\0\0");
    common(files);
    files.extend_from_slice(&name);
    files.extend_from_slice(&field);
    let data = files.len();
    files.extend_from_slice(bytes);
    directory.extend_from_slice(b"PK\x01\x02\0\0\0\0");
    common(directory);
    put16(directory, comment.len() as u16);
    directory.extend_from_slice(&[0; 8]);
    put32(directory, begin as u32);
    directory.extend_from_slice(&name);
    directory.extend_from_slice(&field);
    directory.extend_from_slice(comment);
    (begin, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let now = now() & !1;
        let (time, date) = moment(now);
        assert_eq!(seconds(date, time), now);
        assert_eq!(moment(0), (0, 33));
    }

    #[test]
    fn the_end_is_where_its_comment_fills_the_file() {
        let mut z = b"PK\x05\x06".to_vec();
        z.resize(END, 0);
        assert_eq!(end_record(&z), Some(0));
        z.push(b'x');
        assert_eq!(end_record(&z), None);
    }
}
