//! tar archives: one block of 512 bytes for each entry's header, the contents behind it. Alias, stub, metadata and signature
//! are files of the folder `.phar`.

use crate::archive::{
    ALIAS, Archive, Data, Entry, Fail, Format, METADATA, Metadata, SIGNATURE, STUB, archive, bits, fail, now,
    serialized, text,
};
use crate::bytes::{put32, u32_at};
use crate::{contents, names, open, signature};
use plugin_api::Ctx;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const BLOCK: usize = 512;
const FILE: u8 = b'0';
const LINK: u8 = b'1';
const SYMLINK: u8 = b'2';
const DIR: u8 = b'5';
/// Bytes of a header that older archives sum up.
const OLD_HEADER: usize = 257;
/// The folder of metadata.
const METADATA_OF: &[u8] = b".phar/.metadata";

/// An octal number of a header.
fn number(field: &[u8]) -> u32 {
    let digits = field.iter().skip_while(|c| **c == b' ').take_while(|c| (b'0'..=b'7').contains(*c));
    digits.fold(0, |n, c| n.wrapping_mul(8).wrapping_add(u32::from(c - b'0')))
}

/// Writes an octal number that fills a field; false when it is too large.
fn put_number(field: &mut [u8], n: u32) -> bool {
    let mut left = n;
    for c in field.iter_mut().rev() {
        *c = b'0' + (left & 7) as u8;
        left >>= 3;
    }
    if left != 0 {
        field.fill(b'7');
    }
    left == 0
}

fn sum(bytes: &[u8]) -> u32 {
    bytes.iter().map(|b| u32::from(*b)).sum()
}

/// The sum of a header, whose own field counts as blanks.
fn header_sum(h: &[u8], len: usize) -> u32 {
    sum(&h[..148]) + 8 * u32::from(b' ') + sum(&h[156..len])
}

/// A text of a field, which ends at its first NUL.
fn field(h: &[u8], at: usize, len: usize) -> &[u8] {
    let f = &h[at..at + len];
    &f[..memchr::memchr(0, f).unwrap_or(len)]
}

fn padded(n: usize) -> usize {
    n.div_ceil(BLOCK) * BLOCK
}

/// Whether bytes begin like a tar, or the file's name says that they ought to.
pub fn is_tar(bytes: &[u8], path: &[u8]) -> bool {
    let Some(h) = bytes.get(..BLOCK) else { return false };
    if h.starts_with(b"<?php") {
        return false;
    }
    if number(&h[148..156]) == header_sum(h, BLOCK) {
        return true;
    }
    let name = memchr::memrchr(b'/', path).map_or(path, |i| &path[i..]);
    memchr::memmem::find(name, b".tar").is_some_and(|i| matches!(name.get(i + 4), None | Some(b'.')))
}

/// Reads an archive.
pub fn parse(
    ctx: &mut Ctx,
    image: Rc<Vec<u8>>,
    path: &[u8],
    alias: &[u8],
    compression: u32,
) -> Result<Rc<Archive>, Fail> {
    let shown = text(path);
    let error = |what: &str| Some(format!("phar error: {what}"));
    let truncated = || error(&format!("\"{shown}\" is a corrupted tar file (truncated)"));
    let Some(first) = image.get(..BLOCK) else {
        return Err(error(&format!("\"{shown}\" is not a tar file or is truncated")));
    };
    let mut old = !first[257..].starts_with(b"ustar");
    let registry = crate::registry(ctx);
    let a = Rc::new(archive(&registry, path));
    a.format.set(Format::Tar);
    a.flags.set(compression);
    let mut own: Option<Vec<u8>> = None;
    let mut long: Option<Vec<u8>> = None;
    let mut at = 0;
    loop {
        let h = image.get(at..at + BLOCK).ok_or_else(truncated)?;
        at += BLOCK;
        let stated = number(&h[148..156]);
        if stated == 0 && sum(h) == 0 {
            break;
        }
        let mut found = header_sum(h, if old { OLD_HEADER } else { BLOCK });
        if old && found != stated && header_sum(h, BLOCK) == stated {
            (found, old) = (stated, false);
        }
        let size = number(&h[124..136]) as usize;
        let kind = h[156];
        if !old && matches!(kind, b'g' | b'x') {
            at += padded(size);
            if at > image.len() {
                return Err(truncated());
            }
            if at == image.len() {
                break;
            }
            continue;
        }
        let prefix = if old { b"" } else { field(h, 345, 155) };
        if prefix.is_empty() && field(h, 0, 100) == SIGNATURE {
            signed(ctx, &a, &image, at, size, path)?;
            let next = at + BLOCK;
            let behind = if matches!(kind, 0 | FILE) && size > 0 { next + BLOCK } else { next };
            if behind > image.len() {
                return Err(truncated());
            }
            let Some(last) = image.get(behind..behind + BLOCK) else { return Err(truncated()) };
            if sum(last) != 0 {
                return Err(error(&format!("\"{shown}\" has entries after signature, invalid phar")));
            }
            break;
        }
        if long.is_none() && kind == b'L' {
            if size == 0 || size as u32 == u32::MAX {
                return Err(error(&format!("\"{shown}\" is a corrupted tar file (invalid entry size)")));
            }
            long = Some(image.get(at..at + size).ok_or_else(truncated)?.to_vec());
            at += padded(size);
            if at > image.len() {
                return Err(truncated());
            }
            continue;
        }
        let name = match long.take() {
            Some(n) => n,
            None => {
                let n = field(h, 0, 100);
                let whole = if prefix.is_empty() { n.to_vec() } else { [prefix, b"/", n].concat() };
                whole.strip_suffix(b"/").map_or_else(|| whole.clone(), <[u8]>::to_vec)
            }
        };
        a.add_folders(&name);
        if stated != found {
            let name = text(&name);
            return Err(error(&format!(
                "\"{shown}\" is a corrupted tar file (checksum mismatch of file \"{name}\")"
            )));
        }
        let mode = number(&h[100..108]);
        let mut tar_type = if old && kind == 0 { FILE } else { kind };
        if old && tar_type == FILE && mode & 0o170_000 == 0o040_000 {
            tar_type = DIR;
        }
        let target = field(h, 157, 100);
        if tar_type == LINK && !a.has(target) {
            let target = text(target);
            return Err(error(&format!(
                "\"{shown}\" is a corrupted tar file - hard link to non-existent file \"{target}\""
            )));
        }
        let e = Entry {
            archive: Rc::downgrade(&a),
            name: RefCell::new(name.clone()),
            size: Cell::new(size as u32),
            packed: Cell::new(size as u32),
            timestamp: Cell::new(number(&h[136..148])),
            flags: Cell::new(mode & bits::PERMISSIONS),
            offset: Cell::new(at),
            link: RefCell::new(matches!(tar_type, LINK | SYMLINK).then(|| target.to_vec())),
            tar_type: Cell::new(tar_type),
            checked: Cell::new(true),
            is_dir: Cell::new(tar_type == DIR),
            ..Entry::default()
        };
        let replaced = a.manifest.borrow_mut().insert(name.clone(), Rc::new(e));
        drop(replaced);
        if name.starts_with(METADATA_OF) {
            let bytes = image.get(at..at + size);
            if bytes.is_none_or(|b| !take_metadata(&a, &name, b)) {
                let (path, name) = (&shown, text(&name));
                return Err(error(&format!(
                    "tar-based phar \"{path}\" has invalid metadata in magic file \"{name}\""
                )));
            }
        }
        if own.is_none() && name == ALIAS {
            own = Some(stated_alias(&image, at, size, path)?);
        }
        if matches!(kind, 0 | FILE) {
            at += padded(size);
            if at > image.len() {
                return Err(truncated());
            }
        }
        if at == image.len() {
            break;
        }
    }
    a.is_data.set(!a.has(STUB));
    if !a.is_data.get() && crate::require_hash(ctx) && a.signature.borrow().is_none() {
        return fail(format!("tar-based phar \"{shown}\" does not have a signature"));
    }
    a.set_image(image);
    open::register(&registry, a, own, alias, "tar")
}

/// Checks the signature in a file of the archive that begins at `at`: it is of all that stands before its header.
fn signed(ctx: &mut Ctx, a: &Archive, image: &[u8], at: usize, size: usize, path: &[u8]) -> Result<(), Fail> {
    let shown = text(path);
    if size >= BLOCK {
        return fail(format!(
            "phar error: tar-based phar \"{shown}\" has signature that is larger than 511 bytes, cannot process"
        ));
    }
    let Some(s) = image.get(at..at + size).filter(|s| s.len() > 8) else {
        return fail(format!("phar error: tar-based phar \"{shown}\" signature cannot be read"));
    };
    // Only the lowest byte counts.
    let kind = u32_at(s, 0) & 0xff;
    a.signed_with.set(kind);
    match signature::verify(ctx, &image[..at - BLOCK], kind, &s[8..], path) {
        Ok(s) => {
            a.signature.replace(Some(s));
            Ok(())
        }
        Err(why) => {
            let why = why.unwrap_or_default();
            fail(format!("phar error: tar-based phar \"{shown}\" signature cannot be verified: {why}"))
        }
    }
}

fn stated_alias(image: &[u8], at: usize, size: usize, path: &[u8]) -> Result<Vec<u8>, Fail> {
    let shown = text(path);
    if size >= BLOCK {
        return fail(format!(
            "phar error: tar-based phar \"{shown}\" has alias that is larger than 511 bytes, cannot process"
        ));
    }
    let Some(alias) = image.get(at..at + size) else {
        return fail(format!("phar error: Unable to read alias from tar-based phar \"{shown}\""));
    };
    if !names::is_alias(alias) {
        let alias = if size > 50 { [&alias[..50], b"..."].concat() } else { alias.to_vec() };
        return fail(format!("phar error: invalid alias \"{}\" in tar-based phar \"{shown}\"", text(&alias)));
    }
    Ok(alias.to_vec())
}

/// Whom a file of metadata is about: its text goes there. False when there is some already.
fn take_metadata(a: &Archive, name: &[u8], bytes: &[u8]) -> bool {
    let of = |m: &RefCell<Metadata>| {
        let fresh = !m.borrow().is_some();
        if fresh {
            m.replace(Metadata::of(bytes));
        }
        fresh
    };
    if name == METADATA {
        return of(&a.metadata);
    }
    match subject(name).and_then(|n| a.find(n)) {
        Some(e) => of(&e.metadata),
        None => {
            if let Some(e) = a.find(name) {
                e.metadata.replace(Metadata::of(bytes));
            }
            true
        }
    }
}

/// The name of the entry that a file of metadata is about.
fn subject(name: &[u8]) -> Option<&[u8]> {
    name.strip_prefix(b".phar/.metadata/")?.strip_suffix(b"/.metadata.bin")
}

/// Puts a file of the folder `.phar` into the archive.
fn put(a: &Rc<Archive>, name: &[u8], bytes: Vec<u8>) -> Rc<Entry> {
    let e = a.new_entry(name, false);
    e.size.set(bytes.len() as u32);
    e.packed.set(bytes.len() as u32);
    e.data.replace(Data::Modified(Rc::new(RefCell::new(bytes))));
    a.put(name.to_vec(), e)
}

/// Alias and stub as files of an executable archive of another format. `default` is the stub that it gets where none is
/// given; `given` of one that is, whether the default is wanted.
pub fn put_stub(a: &Rc<Archive>, given: Option<&[u8]>, is_default: bool, kind: &str) -> Result<(), Fail> {
    let alias = a.written_alias();
    if alias.is_empty() {
        a.remove(ALIAS);
    } else {
        put(a, ALIAS, alias);
    }
    match given.filter(|_| !is_default) {
        Some(s) => {
            let Some(at) = open::find_halt(s) else {
                return fail(format!("illegal stub for {kind}-based phar \"{}\"", a.shown()));
            };
            put(a, STUB, [&s[..at + crate::archive::HALT.len()], b" ?>\r\n"].concat());
        }
        None if is_default || !a.has(STUB) => {
            let s = format!("<?php // {kind}-based phar archive stub file\n__HALT_COMPILER();");
            put(a, STUB, s.into_bytes());
        }
        None => {}
    }
    Ok(())
}

/// The bytes of an archive as they are to be written.
pub fn write(
    ctx: &mut Ctx,
    a: &Rc<Archive>,
    new_stub: Option<&[u8]>,
    is_default: bool,
) -> Result<Vec<u8>, Fail> {
    if !a.is_data.get() {
        put_stub(a, new_stub, is_default, "tar")?;
    }
    put_metadata(ctx, a);
    let mut out = Vec::new();
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
        let name = e.name();
        a.add_folders(&name);
        let plain = match e.size.get() {
            0 => Vec::new(),
            _ if e.is_link() => own_bytes(ctx, &e)?,
            _ => contents::open(ctx, &e)?.to_vec(),
        };
        e.crc32.set(header(&mut out, a, &e, &name, e.size.get())?);
        places.push((e.clone(), out.len()));
        out.extend_from_slice(&plain);
        out.resize(padded(out.len()), 0);
    }
    if !a.is_data.get() || a.signed_with.get() != 0 {
        let s = signature::sign(ctx, a, &out).map_err(|why| {
            why.map(|w| format!("phar error: unable to write signature to tar-based phar: {w}"))
        })?;
        let mut file = Vec::new();
        put32(&mut file, a.signed_with.get());
        put32(&mut file, s.len() as u32);
        file.extend_from_slice(&s);
        let e = a.new_entry(SIGNATURE, false);
        e.timestamp.set(now());
        header(&mut out, a, &e, SIGNATURE, file.len() as u32)?;
        out.extend_from_slice(&file);
        out.resize(padded(out.len()), 0);
    }
    out.resize(out.len() + 2 * BLOCK, 0);
    for (e, at) in places {
        e.offset.set(at);
        contents::written(&e);
    }
    Ok(out)
}

/// The bytes that stand behind a link's own header.
fn own_bytes(ctx: &mut Ctx, e: &Rc<Entry>) -> Result<Vec<u8>, Fail> {
    let link = e.link.take();
    let bytes = contents::open(ctx, e).map(|c| c.to_vec());
    e.link.replace(link);
    bytes
}

/// Makes the files of metadata what the entries say.
fn put_metadata(ctx: &mut Ctx, a: &Rc<Archive>) {
    let whole = a.metadata.borrow().is_some();
    if whole || a.has(METADATA) {
        let text = serialized(ctx, &a.metadata).ok().flatten().unwrap_or_default();
        put_in_place(a, METADATA, text);
    }
    for e in a.entries() {
        let name = e.name();
        if name.starts_with(METADATA_OF) {
            if subject(&name).is_some_and(|n| !a.has(n)) {
                a.remove(&name);
            }
            continue;
        }
        if !e.modified.get() {
            continue;
        }
        let file = [b".phar/.metadata/", &name[..], b"/.metadata.bin"].concat();
        if e.metadata.borrow().is_some() {
            let text = serialized(ctx, &e.metadata).ok().flatten().unwrap_or_default();
            put_in_place(a, &file, text);
        } else {
            a.remove(&file);
        }
    }
}

/// Puts metadata into the file that has it, or into a new one.
fn put_in_place(a: &Rc<Archive>, name: &[u8], bytes: Vec<u8>) {
    let Some(e) = a.find(name) else {
        let e = put(a, name, bytes);
        // Such files are made without permissions or time.
        e.flags.set(0);
        e.old_flags.set(0);
        e.timestamp.set(0);
        return;
    };
    e.size.set(bytes.len() as u32);
    e.packed.set(bytes.len() as u32);
    drop(e.data.replace(Data::Modified(Rc::new(RefCell::new(bytes)))));
    e.modified.set(true);
}

/// Appends a header; gives its sum.
fn header(out: &mut Vec<u8>, a: &Archive, e: &Entry, name: &[u8], size: u32) -> Result<u32, Fail> {
    let cannot = |why: &str| fail(format!("tar-based phar \"{}\" cannot be created, {why}", a.shown()));
    let mut h = [0; BLOCK];
    let shown = text(name);
    let too_long = || cannot(&format!("filename \"{shown}\" is too long for tar file format"));
    if name.len() > 100 {
        if name.len() > 256 {
            return too_long();
        }
        let from = name.len() - 101;
        let Some(cut) = memchr::memchr(b'/', &name[from..]).map(|i| from + i).filter(|c| *c <= 155) else {
            return too_long();
        };
        h[345..345 + cut].copy_from_slice(&name[..cut]);
        h[..name.len() - cut - 1].copy_from_slice(&name[cut + 1..]);
    } else {
        h[..name.len()].copy_from_slice(name);
    }
    put_number(&mut h[100..107], e.flags.get() & bits::PERMISSIONS);
    if !put_number(&mut h[124..135], size) {
        return cannot(&format!("filename \"{shown}\" is too large for tar file format"));
    }
    if !put_number(&mut h[136..147], e.timestamp.get()) {
        return cannot(&format!(
            "file modification time of file \"{shown}\" is too large for tar file format"
        ));
    }
    h[156] = e.tar_type.get();
    if let Some(link) = &*e.link.borrow() {
        if link.len() >= 100 {
            return cannot(&format!("link \"{}\" is too long for format", text(link)));
        }
        h[157..157 + link.len()].copy_from_slice(link);
    }
    h[257..262].copy_from_slice(b"ustar");
    h[263..265].copy_from_slice(b"00");
    h[148..156].fill(b' ');
    let all = sum(&h);
    put_number(&mut h[148..155], all);
    out.extend_from_slice(&h);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_numbers() {
        assert_eq!(number(b"  0000644\0"), 0o644);
        let mut f = [0; 7];
        assert!(put_number(&mut f, 0o755) && &f == b"0000755");
        let mut f = [0; 2];
        assert!(!put_number(&mut f, 100) && &f == b"77");
    }
}
