//! Opening archives: those that are there, and new ones.

use crate::archive::{Archive, Fail, Format, HALT, STUB, archive, bits, fail, read_file, text};
use crate::names::Wanted;
use crate::registry::{Create, Found, Missing, Registry};
use crate::{codec, phar, tar, zip};
use plugin_api::{Ctx, tokens};
use std::rc::Rc;

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The file.
    pub path: &'a [u8],
    /// The alias that it shall have, or nothing.
    pub alias: &'a [u8],
    /// It is to be one without a stub.
    pub is_data: bool,
    /// Failures that only a user sees are told.
    pub report: bool,
}

/// An archive that is open already. `Err` without a text: it is not.
fn parsed(ctx: &mut Ctx, r: &Request<'_>) -> Result<Rc<Archive>, Fail> {
    let a = crate::registry(ctx).get(ctx, r.path, r.alias)?;
    if !r.alias.is_empty() && a.path != r.path {
        return Err(None);
    }
    if !r.is_data && is_plain(ctx, &a) && a.halt.get() == 0 && !a.brand_new.get() {
        return fail(not_executable(r.path));
    }
    Ok(a)
}

/// Whether an archive of another format has no stub where one is needed.
fn is_plain(ctx: &mut Ctx, a: &Archive) -> bool {
    a.format.get() != Format::Phar && crate::readonly(ctx) && !a.has(STUB)
}

fn not_executable(path: &[u8]) -> String {
    let path = text(path);
    format!("'{path}' is not a phar archive. Use PharData::__construct() for a standard zip or tar archive")
}

/// Opens the archive in a file.
pub fn from_file(ctx: &mut Ctx, r: &Request<'_>) -> Result<Rc<Archive>, Fail> {
    let is_data = memchr::memmem::find(r.path, b".phar").is_none();
    match parsed(ctx, &Request { is_data, ..*r }) {
        Ok(a) => return Ok(a),
        Err(Some(why)) => return Err(Some(why)),
        Err(None) => {}
    }
    if !ctx.path_allowed(r.path) {
        return Err(None);
    }
    let full = crate::full_path(ctx, r.path).unwrap_or_else(|| r.path.to_vec());
    match read_file(&full) {
        Some(bytes) => from_bytes(ctx, bytes, &full, r.alias),
        None if r.report => fail(format!("unable to open phar for reading \"{}\"", text(r.path))),
        None => Err(None),
    }
}

/// Opens an archive to be changed, making a new one where there is none.
pub fn or_create(ctx: &mut Ctx, r: &Request<'_>) -> Result<Rc<Archive>, Fail> {
    let registry = crate::registry(ctx);
    let wanted = if r.is_data { Wanted::Data } else { Wanted::Executable };
    let mut found = registry.detect(ctx, r.path, wanted, Create::No, true);
    if !matches!(found, Ok(Found::Extension(..))) {
        found = registry.detect(ctx, r.path, wanted, Create::New, true);
    }
    let extension = match found {
        Ok(Found::Extension(at, len)) => r.path.get(at..at + len).unwrap_or_default(),
        Err(Missing::Url) => {
            return fail(format!(
                "Cannot create a phar archive from a URL like \"{}\". Phar objects can only be created from local files",
                text(r.path)
            ));
        }
        _ => {
            return fail(format!(
                "Cannot create phar '{}', file extension (or combination) not recognised or the directory does not exist",
                text(r.path)
            ));
        }
    };
    match parsed(ctx, r) {
        Ok(a) => {
            if a.is_data.get() && a.format.get() == Format::Phar {
                return fail(format!(
                    "Cannot open '{}' as a PharData object. Use Phar::__construct() for executable archives",
                    text(r.path)
                ));
            }
            if !a.is_data.get() && is_plain(ctx, &a) {
                return fail(not_executable(r.path));
            }
            if a.may_write(ctx) {
                a.writeable.set(true);
            }
            return Ok(a);
        }
        Err(Some(why)) => return Err(Some(why)),
        Err(None) => {}
    }
    let holds = |word: &[u8]| {
        extension.len() > 3
            && memchr::memchr(word[0], extension).is_some_and(|i| extension[i..].starts_with(word))
    };
    let format = if holds(b"zip") {
        Format::Zip
    } else if holds(b"tar") {
        Format::Tar
    } else {
        return create_or_parse(ctx, r);
    };
    let a = create_or_parse(ctx, r)?;
    a.is_data.set(r.is_data);
    if a.format.get() == format {
        return Ok(a);
    }
    if a.brand_new.get() {
        a.format.set(format);
        return Ok(a);
    }
    let path = text(r.path);
    fail(match format {
        Format::Zip => format!(
            "phar zip error: phar \"{path}\" already exists as a regular phar and must be deleted from disk prior to creating as a zip-based phar"
        ),
        _ => format!(
            "phar tar error: \"{path}\" already exists as a regular phar and must be deleted from disk prior to creating as a tar-based phar"
        ),
    })
}

fn create_or_parse(ctx: &mut Ctx, r: &Request<'_>) -> Result<Rc<Archive>, Fail> {
    if !ctx.path_allowed(r.path) {
        return Err(None);
    }
    let full = crate::full_path(ctx, r.path).ok_or(None)?;
    if let Some(bytes) = read_file(&full) {
        let a = from_bytes(ctx, bytes, &full, r.alias)?;
        if a.may_write(ctx) {
            a.writeable.set(true);
        }
        return Ok(a);
    }
    if crate::readonly(ctx) && !r.is_data {
        return if r.report {
            let path = text(r.path);
            fail(format!("creating archive \"{path}\" disabled by the php.ini setting phar.readonly"))
        } else {
            Err(None)
        };
    }
    let registry = crate::registry(ctx);
    let a = Rc::new(archive(&registry, &full));
    a.version.replace(crate::API_VERSION.to_owned());
    a.alias_is_temporary.set(r.alias.is_empty());
    a.writeable.set(true);
    a.brand_new.set(true);
    if r.is_data {
        a.is_data.set(true);
        a.format.set(Format::Tar);
        registry.add(&a);
        return Ok(a);
    }
    if !r.alias.is_empty() {
        registry.claim_alias(r.alias, || {
            let (path, alias) = (text(&full), text(r.alias));
            format!("phar error: phar \"{path}\" cannot set alias \"{alias}\", already in use by another phar archive")
        })?;
    }
    let alias = if r.alias.is_empty() { full.to_vec() } else { r.alias.to_vec() };
    a.alias.replace(Some(alias));
    registry.add(&a);
    if !r.alias.is_empty() {
        registry.add_alias(r.alias, &a);
    }
    Ok(a)
}

/// How often a file may be compressed.
const MOST_LAYERS: usize = 2;

/// Makes an archive of a file's bytes and registers it.
pub fn from_bytes(ctx: &mut Ctx, bytes: Vec<u8>, path: &[u8], alias: &[u8]) -> Result<Rc<Archive>, Fail> {
    let shown = text(path);
    let mut bytes = bytes;
    let mut compression = 0;
    for layer in 0.. {
        let (gz, bz2) = (bytes.starts_with(b"\x1f\x8b\x08"), bytes.starts_with(b"BZh"));
        if !gz && !bz2 {
            break;
        }
        let (name, ext, there) = match gz {
            true => ("gzipped", "zlib", crate::has_zlib(ctx)),
            false => ("bzipped", "bz2", crate::has_bz2(ctx)),
        };
        if !there {
            return fail(format!(
                "unable to decompress {name} phar archive \"{shown}\" to temporary file, enable {ext} extension in php.ini"
            ));
        }
        let plain = if gz { codec::gunzip(&bytes) } else { codec::bunzip2(&bytes) };
        let Some(plain) = plain else {
            return fail(format!("unable to decompress {name} phar archive \"{shown}\" to temporary file"));
        };
        bytes = plain;
        compression = if gz { bits::FILE_GZ } else { bits::FILE_BZ2 };
        if layer == MOST_LAYERS {
            return fail(format!("unable to decompress {name} phar archive \"{shown}\""));
        }
    }
    let bytes = Rc::new(bytes);
    if bytes.starts_with(b"PK\x03\x04") {
        return zip::parse(ctx, bytes, path, alias);
    }
    if bytes.len() >= 512 && tar::is_tar(&bytes, path) {
        return tar::parse(ctx, bytes, path, alias, compression);
    }
    match find_halt(&bytes) {
        Some(at) => phar::parse(ctx, bytes, path, alias, at + HALT.len(), compression),
        // The file is read in pieces of 1024 bytes, and one that ends with a piece too short for the token is cut off.
        None if bytes.is_empty() || (1..HALT.len()).contains(&(bytes.len() % 1024)) => {
            fail(format!("internal corruption of phar \"{shown}\" (truncated entry)"))
        }
        None => fail(format!("internal corruption of phar \"{shown}\" (__HALT_COMPILER(); not found)")),
    }
}

/// Where the token that ends a stub stands, in any case of letters.
pub fn find_halt(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"();")
        .filter_map(|end| end.checked_sub(HALT.len() - 3))
        .find(|at| bytes[*at..*at + HALT.len()].eq_ignore_ascii_case(HALT))
}

/// Whether a script ends with `__HALT_COMPILER();`: the words may stand in a text of it, too.
fn halts(ctx: &mut Ctx, bytes: &[u8]) -> bool {
    let Some(at) = find_halt(bytes) else { return false };
    let mut found = |until: usize| {
        let tokens = tokens::scan(ctx, &bytes[..until], false).unwrap_or_default();
        tokens.iter().any(|t| matches!(tokens::name(ctx, t.id), Ok(Some("T_HALT_COMPILER"))))
    };
    found(at + HALT.len()) || found(bytes.len())
}

/// Opens the archive that the running file is.
pub fn executed(ctx: &mut Ctx, alias: &[u8]) -> Result<(), Fail> {
    let Some((file, _)) = ctx.position() else {
        return fail("cannot initialize a phar outside of PHP execution");
    };
    let r = Request { path: &file, alias, is_data: false, report: true };
    if parsed(ctx, &r).is_ok() {
        return Ok(());
    }
    if !ctx.path_allowed(&file) {
        return Err(None);
    }
    let Some(bytes) = read_file(&file) else {
        return fail(format!("unable to open phar for reading \"{}\"", text(&file)));
    };
    let is_packed = [&b"PK\x03\x04"[..], b"\x1f\x8b\x08", b"BZh"].iter().any(|m| bytes.starts_with(m));
    if !is_packed && !tar::is_tar(&bytes, &file) && !halts(ctx, &bytes) {
        return fail("__HALT_COMPILER(); must be declared in a phar");
    }
    from_bytes(ctx, bytes, &file, alias).map(drop)
}

/// The alias and the registering that all formats have in common, once an archive is read: its own alias, or the one that
/// is asked for, must not be that of one in use.
pub fn register(
    registry: &Rc<Registry>,
    a: Rc<Archive>,
    own: Option<Vec<u8>>,
    asked: &[u8],
    kind: &str,
) -> Result<Rc<Archive>, Fail> {
    let path = text(&a.path).into_owned();
    let explicit = if kind == "zip" { " with explicit alias" } else { "" };
    let implicit = if kind == "zip" { " with implicit alias" } else { "" };
    let taken = |how: &str| {
        format!("phar error: Unable to add {kind}-based phar \"{path}\"{how}, alias is already in use")
    };
    a.alias_is_temporary.set(own.is_none());
    let alias = match own {
        Some(own) => {
            registry.claim_alias(&own, || taken(implicit))?;
            Some(own)
        }
        None if asked.is_empty() => None,
        None => {
            registry.claim_alias(asked, || taken(explicit))?;
            Some(asked.to_vec())
        }
    };
    a.alias.replace(Some(alias.clone().unwrap_or_else(|| a.path.clone())));
    registry.add(&a);
    if let Some(alias) = alias {
        registry.add_alias(&alias, &a);
    }
    Ok(a)
}
