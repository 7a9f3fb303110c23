//! PHP's own format: a stub, a manifest, the entries' bytes one after the other, a signature.

use crate::archive::{Archive, Entry, Fail, HALT, Metadata, archive, bits, fail, now, serialized, text};
use crate::bytes::{Reader, put16, put32, u32_at};
use crate::{codec, contents, names, open, signature, stub};
use plugin_api::Ctx;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Version of archives with folders.
const WITH_FOLDERS: u16 = 0x1110;
/// Version of those without.
const WITHOUT_FOLDERS: u16 = 0x1100;
const OLDEST: u16 = 0x1000;
const VERSION: u16 = 0xfff0;
/// Bytes of the manifest's fixed part.
const FIXED: usize = 18;
const MOST: u32 = 100 << 20;

/// Reads an archive, whose stub ends at `halt` or a few bytes behind.
pub fn parse(
    ctx: &mut Ctx,
    image: Rc<Vec<u8>>,
    path: &[u8],
    alias: &[u8],
    halt: usize,
    compression: u32,
) -> Result<Rc<Archive>, Fail> {
    let shown = text(path);
    let corrupt = |what: &str| Some(format!("internal corruption of phar \"{shown}\" ({what})"));
    let Some(halt) = stub_end(&image, halt) else { return Err(corrupt("truncated manifest at stub end")) };
    let mut file = Reader::new(image.get(halt..).unwrap_or_default());
    let len = file.u32().ok_or_else(|| corrupt("truncated manifest at manifest length"))?;
    if len > MOST {
        return fail(format!("manifest cannot be larger than 100 MB in phar \"{shown}\""));
    }
    let truncated = || corrupt("truncated manifest header");
    let manifest = file.take(len as usize).filter(|m| m.len() >= FIXED).ok_or_else(truncated)?;
    let mut m = Reader::new(manifest);
    let count = m.u32().ok_or_else(truncated)?;
    if count == 0 {
        return fail(format!(
            "in phar \"{shown}\", manifest claims to have zero entries.  Phars must have at least 1 entry"
        ));
    }
    let version = m.u16().ok_or_else(truncated)?.swap_bytes();
    let dotted = format!("{}.{}.{}", version >> 12, version >> 8 & 0xf, version >> 4 & 0xf);
    if version & VERSION < OLDEST {
        return fail(format!("phar \"{shown}\" is API version {dotted}, and cannot be processed"));
    }
    let flags = m.u32().ok_or_else(truncated)? & !bits::COMPRESSION & !bits::FILE_COMPRESSION | compression;
    let registry = crate::registry(ctx);
    let a = Rc::new(archive(&registry, path));
    if flags & bits::SIGNED != 0 {
        let (kind, signature) = verify(ctx, &image, path)?;
        a.signed_with.set(kind);
        a.signature.replace(Some(signature));
    } else if crate::require_hash(ctx) {
        return fail(format!("phar \"{shown}\" does not have a signature"));
    }
    let own = m.u32().ok_or_else(truncated)? as usize;
    let own = m.take(own).ok_or_else(|| corrupt("buffer overrun"))?;
    if manifest.len() < FIXED + own.len() {
        return Err(truncated());
    }
    if !own.is_empty() && !alias.is_empty() && own != alias {
        let (own, alias) = (text(own), text(alias));
        return fail(format!(
            "cannot load phar \"{shown}\" with implicit alias \"{own}\" under different alias \"{alias}\""
        ));
    }
    // Five numbers and a byte are the least that an entry takes.
    if count as usize > (manifest.len() - FIXED - own.len()) / 21 {
        return Err(corrupt("too many manifest entries for size of manifest"));
    }
    let metadata = m.u32().ok_or_else(truncated)? as usize;
    let metadata = m.take(metadata).ok_or_else(|| corrupt("trying to read past buffer end"))?;
    a.metadata.replace(Metadata::of(metadata));
    a.version.replace(dotted);
    a.halt.set(halt);
    let mut all = flags;
    let mut offset = halt + 4 + manifest.len();
    for i in 0..count {
        let e = entry(ctx, &mut m, &a, version, &mut offset, &shown)?;
        let time = e.timestamp.get();
        let (first, last) = if i == 0 { (time, time) } else { a.times.get() };
        a.times.set((first.min(time), last.max(time)));
        all |= e.flags.get() & bits::COMPRESSION;
        e.checked.set(all & bits::SIGNED != 0);
        let name = e.name();
        a.add_folders(&name);
        a.manifest.borrow_mut().entry(name).or_insert_with(|| Rc::new(e));
    }
    a.flags.set(all);
    a.set_image(image.clone());
    let given = if own.is_empty() { alias } else { own };
    if given.is_empty() {
        a.alias.replace(Some(path.to_vec()));
        a.alias_is_temporary.set(true);
    } else {
        if !names::is_alias(given) {
            return fail(format!("Cannot open archive \"{shown}\", invalid alias"));
        }
        registry.claim_alias(given, || {
            format!("Cannot open archive \"{shown}\", alias is already in use by existing archive")
        })?;
        a.alias.replace(Some(given.to_vec()));
        a.alias_is_temporary.set(own.is_empty());
        registry.add_alias(given, &a);
    }
    registry.add(&a);
    Ok(a)
}

/// Where the manifest begins: behind `?>` and a line end, if they follow the token.
fn stub_end(image: &[u8], halt: usize) -> Option<usize> {
    let next = image.get(halt..halt + 3)?;
    if !matches!(next, [b' ' | b'\n', b'?', b'>']) {
        return Some(halt);
    }
    match image.get(halt + 3)? {
        b'\r' => (*image.get(halt + 4)? == b'\n').then_some(halt + 5),
        b'\n' => Some(halt + 4),
        _ => Some(halt + 3),
    }
}

/// The kind of signature at the end of the bytes, and the signature itself in hexadecimal, found right.
fn verify(ctx: &mut Ctx, image: &[u8], path: &[u8]) -> Result<(u32, String), Fail> {
    let shown = text(path);
    let broken = || Some(format!("phar \"{shown}\" has a broken signature"));
    let Some(end) = image.len().checked_sub(8).filter(|end| *end >= 20) else { return Err(broken()) };
    if image.get(end + 4..) != Some(b"GBMB") {
        return Err(broken());
    }
    let kind = u32_at(image, end);
    let (signed, given, name) = if signature::has_key(kind) {
        let Some(at) = end.checked_sub(4) else {
            return fail(format!("phar \"{shown}\" openssl signature length could not be read"));
        };
        let start = at.checked_sub(u32_at(image, at) as usize).filter(|s| *s > 0);
        let Some(start) = start else {
            return fail(format!("phar \"{shown}\" openssl signature could not be read"));
        };
        (&image[..start], &image[start..at], "openssl")
    } else {
        let Some(len) = signature::len(kind) else {
            return fail(format!("phar \"{shown}\" has a broken or unsupported signature"));
        };
        let start = end.checked_sub(len).ok_or_else(broken)?;
        let name = match kind {
            signature::MD5 => "MD5",
            signature::SHA1 => "SHA1",
            signature::SHA256 => "SHA256",
            _ => "SHA512",
        };
        (&image[..start], &image[start..end], name)
    };
    match signature::verify(ctx, signed, kind, given, path) {
        Ok(s) => Ok((kind, s)),
        Err(why) => {
            let why = why.unwrap_or_default();
            fail(format!("phar \"{shown}\" {name} signature could not be verified: {why}"))
        }
    }
}

fn entry(
    ctx: &mut Ctx,
    m: &mut Reader<'_>,
    a: &Rc<Archive>,
    version: u16,
    offset: &mut usize,
    shown: &str,
) -> Result<Entry, Fail> {
    let corrupt = |what: &str| Some(format!("internal corruption of phar \"{shown}\" ({what})"));
    let truncated = || corrupt("truncated manifest entry");
    if m.left() < 28 {
        return Err(truncated());
    }
    let len = m.u32().ok_or_else(truncated)? as usize;
    if len == 0 {
        return fail(format!("zero-length filename encountered in phar \"{shown}\""));
    }
    if len > m.left().saturating_sub(24) {
        return Err(truncated());
    }
    let name = m.take(len).ok_or_else(truncated)?;
    let is_dir = version & VERSION >= WITH_FOLDERS && name.ends_with(b"/");
    let mut next = || m.u32().ok_or_else(truncated);
    let (size, timestamp, packed, crc32, flags) = (next()?, next()?, next()?, next()?, next()?);
    let metadata = next()? as usize;
    let metadata = m.take(metadata).ok_or_else(truncated)?;
    let flags = if is_dir { flags | bits::DIR } else { flags };
    match flags & bits::COMPRESSION {
        bits::GZ if !crate::has_zlib(ctx) => {
            return fail(format!("zlib extension is required for gz compressed .phar file \"{shown}\""));
        }
        bits::BZ2 if !crate::has_bz2(ctx) => {
            return fail(format!("bz2 extension is required for bzip2 compressed .phar file \"{shown}\""));
        }
        bits::GZ | bits::BZ2 => {}
        _ if size != packed => {
            return Err(corrupt("compressed and uncompressed size does not match for uncompressed entry"));
        }
        _ => {}
    }
    let at = *offset;
    *offset += packed as usize;
    Ok(Entry {
        archive: Rc::downgrade(a),
        name: RefCell::new(if is_dir { name[..name.len() - 1].to_vec() } else { name.to_vec() }),
        size: Cell::new(size),
        packed: Cell::new(packed),
        timestamp: Cell::new(timestamp),
        crc32: Cell::new(crc32),
        flags: Cell::new(flags),
        metadata: RefCell::new(Metadata::of(metadata)),
        offset: Cell::new(at),
        is_dir: Cell::new(is_dir),
        ..Entry::default()
    })
}

/// The bytes of an archive as they are to be written. `stub` replaces the one it has.
pub fn write(ctx: &mut Ctx, a: &Rc<Archive>, new_stub: Option<&[u8]>) -> Result<Vec<u8>, Fail> {
    let shown = a.shown();
    let old = if a.image.borrow().is_some() || !a.brand_new.get() { a.bytes(ctx) } else { None };
    let mut out = match new_stub {
        Some(s) => {
            let Some(at) = open::find_halt(s) else {
                return fail(format!("illegal stub for phar \"{shown}\" (__HALT_COMPILER(); is missing)"));
            };
            [&s[..at + HALT.len()], b" ?>\r\n"].concat()
        }
        None => match &old {
            Some(old) if a.halt.get() != 0 && !a.brand_new.get() => match old.get(..a.halt.get()) {
                Some(s) => s.to_vec(),
                None => {
                    return fail(format!("unable to copy stub of old phar to new phar \"{shown}\""));
                }
            },
            _ => stub::default(b"index.php", b"index.php"),
        },
    };
    let halt = out.len();
    a.manifest.borrow_mut().retain(|_, e| !(e.deleted.get() && e.streams.get() <= 0));
    let whole = serialized(ctx, &a.metadata).unwrap_or_default().unwrap_or_default();
    let live: Vec<_> = a.entries().into_iter().filter(|e| !e.deleted.get() && !e.is_mounted()).collect();
    let mut flags = bits::SIGNED;
    let mut has_dirs = false;
    let mut manifest = Vec::new();
    let mut data: Vec<Option<Vec<u8>>> = Vec::with_capacity(live.len());
    for e in &live {
        let name = e.name();
        a.add_folders(&name);
        let metadata = serialized(ctx, &e.metadata).unwrap_or_default().unwrap_or_default();
        let is_dir = e.is_dir.get();
        has_dirs |= is_dir;
        let keeps = is_dir || contents::is_as_stored(e);
        let fresh = if keeps { None } else { Some(pack(ctx, a, e)?) };
        flags |= if e.modified.get() && !is_dir { e.flags.get() & bits::COMPRESSION } else { 0 };
        data.push(fresh);
        put32(&mut manifest, name.len() as u32 + u32::from(is_dir));
        manifest.extend_from_slice(&name);
        if is_dir {
            manifest.push(b'/');
        }
        for n in [e.size.get(), now(), e.packed.get(), e.crc32.get(), e.flags.get(), metadata.len() as u32] {
            put32(&mut manifest, n);
        }
        manifest.extend_from_slice(&metadata);
    }
    let alias = a.written_alias();
    let len = FIXED + alias.len() + whole.len() + manifest.len();
    // A length that begins with a line end would be taken for that of the stub.
    let padded = matches!(len as u8, b'\r' | b'\n');
    put32(&mut out, len as u32 + u32::from(padded));
    put32(&mut out, live.len() as u32);
    put16(&mut out, (if has_dirs { WITH_FOLDERS } else { WITHOUT_FOLDERS }).swap_bytes());
    put32(&mut out, flags);
    put32(&mut out, alias.len() as u32);
    out.extend_from_slice(&alias);
    put32(&mut out, whole.len() as u32);
    out.extend_from_slice(&whole);
    out.extend_from_slice(&manifest);
    if padded {
        out.push((whole.len() as u32).to_le_bytes()[0]);
    }
    let mut places = Vec::with_capacity(live.len());
    for (e, fresh) in live.iter().zip(&data) {
        if e.is_dir.get() {
            places.push(0);
            continue;
        }
        places.push(out.len());
        match (fresh, &old) {
            (Some(b), _) => out.extend_from_slice(b),
            (None, Some(old)) => {
                let at = e.offset.get();
                match old.get(at..at + e.packed.get() as usize) {
                    Some(b) => out.extend_from_slice(b),
                    None => {
                        return fail(format!(
                            "unable to write contents of file \"{}\" to new phar \"{shown}\"",
                            e.shown()
                        ));
                    }
                }
            }
            (None, None) => {
                return fail(format!(
                    "unable to seek to start of file \"{}\" while creating new phar \"{shown}\"",
                    e.shown()
                ));
            }
        }
    }
    let sum = signature::sign(ctx, a, &out)
        .map_err(|why| why.map(|w| format!("phar error: unable to write signature: {w}")))?;
    out.extend_from_slice(&sum);
    if signature::has_key(a.signed_with.get()) {
        put32(&mut out, sum.len() as u32);
    }
    put32(&mut out, a.signed_with.get());
    out.extend_from_slice(b"GBMB");
    for (e, at) in live.iter().zip(places) {
        e.offset.set(at);
        contents::written(e);
    }
    a.halt.set(halt);
    Ok(out)
}

/// A changed entry's bytes as the archive shall have them; its checksum and sizes follow.
fn pack(ctx: &mut Ctx, a: &Rc<Archive>, e: &Rc<Entry>) -> Result<Vec<u8>, Fail> {
    let failed =
        |what: &str| Some(format!("unable to {what} file \"{}\" to new phar \"{}\"", e.shown(), a.shown()));
    let plain = contents::open(ctx, e)?.to_vec();
    e.crc32.set(crc32fast::hash(&plain));
    e.checked.set(true);
    e.size.set(plain.len() as u32);
    let flags = e.flags.get();
    let bytes = match flags & bits::COMPRESSION {
        0 => plain,
        bits::GZ if !crate::has_zlib(ctx) => return Err(failed("gzip compress")),
        bits::BZ2 if !crate::has_bz2(ctx) => return Err(failed("bzip2 compress")),
        _ => codec::pack(&plain, flags).ok_or_else(|| failed("compress"))?,
    };
    e.packed.set(bytes.len() as u32);
    Ok(bytes)
}
