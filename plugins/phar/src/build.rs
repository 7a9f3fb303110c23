//! Adding files and folders to archives.

use crate::archive::{Archive, Data, bits, text};
use crate::classes::{archive_of, class, no_nul, own_archive_of, path, text_or_none};
use crate::contents::{self, Contents, Folders, Mode, Opened};
use crate::methods::{BAD_CALL, DISABLED, PHAR_EXCEPTION, RUNTIME, UNEXPECTED, check_writable, save, throw};
use crate::names;
use plugin_api::wrapper::{Handle, open_options, stat_flags};
use plugin_api::{Args, Array, Ctx, Iter, Kind, Object, R, Stream, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// A text argument that is declared without a type: argument `i`, counted from 0. A path may not hold a NUL byte.
pub fn text_argument(ctx: &mut Ctx, args: &Args<'_>, i: usize, name: &str, is_path: bool) -> R<Vec<u8>> {
    let n = i as u32 + 1;
    let null = Value::NULL;
    let v = args.get(i).unwrap_or(&null).deref();
    let bad = |ctx: &mut Ctx, v: &Value| {
        let given = v.value_name();
        Err(ctx.argument_type_error(n, format!("must be of type string, {given} given")))
    };
    let s = match v.kind() {
        Kind::Str(s) => s.clone(),
        Kind::Array(_) | Kind::Resource(_) => return bad(ctx, v),
        Kind::Object(o) if !o.has_method("__toString") => return bad(ctx, v),
        Kind::Object(_) => v.to_str(ctx)?,
        _ if args.strict() => return bad(ctx, v),
        Kind::Null => {
            ctx.deprecated(format!("Passing null to parameter #{n} (${name}) of type string is deprecated"))?;
            return Ok(Vec::new());
        }
        _ => v.to_str(ctx)?,
    };
    if is_path {
        no_nul(ctx, i, &s)?;
    }
    Ok(s.to_vec())
}

/// What an entry gets.
enum Given<'a> {
    Text(&'a [u8]),
    Stream(&'a Stream),
}

/// The permissions that a stream's file has, if it has any.
fn permissions(ctx: &mut Ctx, s: &Stream) -> Option<u32> {
    let stat = ctx.call_function("fstat", &[s.value().clone()]).ok()?;
    stat.as_array()?.get("mode").map(|m| m.to_int() as u32 & bits::PERMISSIONS)
}

/// Permissions that new files lose.
fn mask() -> u32 {
    // SAFETY: plain numbers; the mask is put back at once.
    unsafe {
        let mask = libc::umask(0);
        libc::umask(mask);
        mask
    }
}

/// Replaces the bytes of an entry that was opened to be written.
fn fill(o: &Opened, bytes: Vec<u8>) {
    o.entry.size.set(bytes.len() as u32);
    o.entry.packed.set(bytes.len() as u32);
    if let Some(Contents::Whole(b)) = &o.contents {
        *b.borrow_mut() = bytes;
    } else {
        drop(o.entry.data.replace(Data::Modified(Rc::new(RefCell::new(bytes)))));
    }
}

fn add(this: &Object, ctx: &mut Ctx, name: &[u8], given: Given<'_>) -> R<()> {
    let a = own_archive_of(this, ctx)?;
    let shown = text(name);
    if names::is_magic(name) {
        return Err(throw(ctx, BAD_CALL, "Cannot create any files in magic \".phar\" directory"));
    }
    let o = match contents::entry_or_new(ctx, &a.path, name, Mode::Truncate, Folders::No) {
        Ok(o) => o,
        Err(why) => {
            ctx.pending()?;
            let why = why.map_or(String::new(), |w| format!(": {w}"));
            let text = format!("Entry {shown} does not exist and cannot be created{why}");
            return Err(throw(ctx, BAD_CALL, text));
        }
    };
    let mode = match given {
        Given::Text(t) => {
            if !o.entry.is_dir.get() {
                fill(&o, t.to_vec());
            }
            None
        }
        Given::Stream(s) => {
            if !o.entry.is_dir.get() {
                let bytes = s.read_all(ctx, None)?;
                fill(&o, bytes.to_vec());
            }
            permissions(ctx, s)
        }
    };
    o.entry.flags.set(mode.unwrap_or_else(|| o.entry.flags.get() & !mask()));
    let a = o.archive.clone();
    drop(o);
    save(ctx, &a, PHAR_EXCEPTION)
}

/// `addFromString()`
pub fn add_from_string(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = path(ctx, args, 0)?;
    let bytes: &[u8] = args.arg(ctx, 1)?;
    archive_of(this, ctx)?;
    add(this, ctx, &name, Given::Text(bytes))?;
    Ok(Value::NULL)
}

/// `addFile()`
pub fn add_file(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let file = path(ctx, args, 0)?;
    let name = text_or_none(args, 1);
    archive_of(this, ctx)?;
    let shown = text(&file);
    let failed = format!("phar error: unable to open file \"{shown}\" to add to phar archive");
    if memchr::memmem::find(&file, b"://").is_none() && !ctx.path_allowed(&file) {
        let why = format!("{failed}, open_basedir restrictions prevent this");
        return Err(throw(ctx, RUNTIME, why));
    }
    let Ok(handle) = Handle::open(ctx, &file, b"rb", 0) else {
        ctx.pending()?;
        return Err(throw(ctx, RUNTIME, failed));
    };
    let resource = handle.resource(ctx);
    let Some(stream) = Stream::of(&resource) else { return Err(throw(ctx, RUNTIME, failed)) };
    add(this, ctx, name.as_ref().unwrap_or(&file), Given::Stream(&stream))?;
    Ok(Value::NULL)
}

/// `offsetSet()`
pub fn offset_set(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = text_argument(ctx, args, 0, "localName", true)?;
    let stream = args.get(1).and_then(Stream::of);
    let bytes = match &stream {
        Some(_) => Vec::new(),
        None => text_argument(ctx, args, 1, "value", false)?,
    };
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, BAD_CALL, DISABLED)?;
    let file = a.shown();
    let why = match &name[..] {
        crate::archive::STUB => {
            format!("Cannot set stub \".phar/stub.php\" directly in phar \"{file}\", use setStub")
        }
        crate::archive::ALIAS => {
            format!("Cannot set alias \".phar/alias.txt\" directly in phar \"{file}\", use setAlias")
        }
        n if names::is_magic(n) => {
            "Cannot set any files or directories in magic \".phar\" directory".to_owned()
        }
        _ => {
            let given = stream.as_ref().map_or(Given::Text(&bytes), Given::Stream);
            add(this, ctx, &name, given)?;
            return Ok(Value::NULL);
        }
    };
    Err(throw(ctx, BAD_CALL, why))
}

/// `addEmptyDir()`
pub fn add_empty_dir(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = path(ctx, args, 0)?;
    archive_of(this, ctx)?;
    if names::is_magic(&name) {
        return Err(throw(ctx, BAD_CALL, "Cannot create a directory in magic \".phar\" directory"));
    }
    let a = own_archive_of(this, ctx)?;
    match contents::entry_or_new(ctx, &a.path, &name, Mode::Truncate, Folders::Only) {
        Ok(o) => drop(o),
        Err(why) => {
            let why = why.map_or(String::new(), |w| format!(": {w}"));
            let text = format!("Directory {} does not exist and cannot be created{why}", text(&name));
            return Err(throw(ctx, BAD_CALL, text));
        }
    }
    save(ctx, &a, PHAR_EXCEPTION)?;
    Ok(Value::NULL)
}

/// `buildFromDirectory()`
pub fn build_from_directory(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let dir = path(ctx, args, 0)?;
    let pattern = text_or_none(args, 1);
    let a = archive_of(this, ctx)?;
    check_writable(
        ctx,
        &a,
        UNEXPECTED,
        "Cannot write to archive - write operations restricted by INI setting",
    )?;
    let walk = class(ctx, "RecursiveDirectoryIterator")?;
    let walk = walk.instantiate(ctx, &[dir.clone().into(), Value::int(0x3000)])?;
    let deep = class(ctx, "RecursiveIteratorIterator")?;
    let mut all = deep.instantiate(ctx, &[walk.into()])?;
    if let Some(p) = pattern.filter(|p| !p.is_empty()) {
        let some = class(ctx, "RegexIterator")?;
        all = some.instantiate(ctx, &[all.into(), p.into()])?;
    }
    build(this, ctx, &all, &dir)
}

/// `buildFromIterator()`
pub fn build_from_iterator(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let iterator: &Object = args.arg(ctx, 0)?;
    let base = text_or_none(args, 1);
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot write out phar archive, phar is read-only")?;
    build(this, ctx, iterator, base.as_ref().map_or(&b""[..], |b| b))
}

fn build(this: &Object, ctx: &mut Ctx, iterator: &Object, base: &[u8]) -> R<Value> {
    let a = own_archive_of(this, ctx)?;
    let mut added = Array::new();
    let mut it = Iter::new(ctx, iterator.as_value())?;
    it.rewind(ctx)?;
    while it.valid(ctx)? {
        add_current(ctx, &a, iterator, &mut it, base, &mut added)?;
        it.advance(ctx)?;
    }
    save(ctx, &a, PHAR_EXCEPTION)?;
    Ok(added.into())
}

/// The name that an iterator's key is.
fn key(ctx: &mut Ctx, it: &mut Iter, of: &str) -> R<Vec<u8>> {
    let k = it.key(ctx)?;
    match k.as_str() {
        Some(s) => Ok(s.to_vec()),
        None => {
            let why = format!("Iterator {of} returned an invalid key (must return a string)");
            Err(throw(ctx, UNEXPECTED, why))
        }
    }
}

/// The path of an SplFileInfo object; `None` of a folder that a walk stands on.
fn info_path(ctx: &mut Ctx, o: &Object) -> R<Option<Vec<u8>>> {
    let info = class(ctx, "SplFileInfo")?;
    let p = info.call(ctx, o, "getPathname", &[])?;
    let p = p.as_str().map(|s| s.to_vec()).unwrap_or_default();
    let walk = class(ctx, "DirectoryIterator")?;
    if o.instance_of(walk) && ctx.stat(&p, stat_flags::QUIET).is_some_and(|s| s.mode & 0o170_000 == 0o040_000)
    {
        return Ok(None);
    }
    match crate::full_path(ctx, &p) {
        Some(full) => Ok(Some(full)),
        None => Err(throw(ctx, UNEXPECTED, "Could not resolve file path")),
    }
}

/// The name that a path has below a folder: `None` of the folder itself.
fn below(ctx: &mut Ctx, of: &str, file: &[u8], base: &[u8]) -> R<Option<Vec<u8>>> {
    let Some(base) = crate::full_path(ctx, base) else {
        return Err(throw(ctx, UNEXPECTED, "Could not resolve file path"));
    };
    let rest = file.strip_prefix(&base[..]);
    match rest.filter(|r| base.ends_with(b"/") || matches!(r.first(), None | Some(b'/'))) {
        Some(b"") => Ok(None),
        Some(r) => Ok(Some(r.strip_prefix(b"/").unwrap_or(r).to_vec())),
        None => {
            let (file, base) = (text(file), text(&base));
            let why = format!(
                "Iterator {of} returned a path \"{file}\" that is not in the base directory \"{base}\""
            );
            Err(throw(ctx, UNEXPECTED, why))
        }
    }
}

fn add_current(
    ctx: &mut Ctx,
    a: &Rc<Archive>,
    iterator: &Object,
    it: &mut Iter,
    base: &[u8],
    added: &mut Array,
) -> R<()> {
    let of = iterator.class().name().lossy().into_owned();
    let current = it.current(ctx)?;
    let (name, opened, stream) = match current.kind() {
        Kind::Resource(_) => {
            let Some(s) = Stream::of(&current) else {
                let why = format!("Iterator {of} returned an invalid stream handle");
                return Err(throw(ctx, BAD_CALL, why));
            };
            (key(ctx, it, &of)?, b"[stream]".to_vec(), s)
        }
        _ => {
            let info = class(ctx, "SplFileInfo")?;
            let file = match current.kind() {
                Kind::Str(s) => s.to_vec(),
                Kind::Object(o) if o.instance_of(info) => {
                    if base.is_empty() {
                        let why = format!(
                            "Iterator {of} returns an SplFileInfo object, so base directory must be specified"
                        );
                        return Err(throw(ctx, BAD_CALL, why));
                    }
                    match info_path(ctx, o)? {
                        Some(p) => p,
                        None => return Ok(()),
                    }
                }
                _ => {
                    let why = format!(
                        "Iterator {of} returned an invalid value (must return a string, a stream, or an SplFileInfo object)"
                    );
                    return Err(throw(ctx, UNEXPECTED, why));
                }
            };
            let name = if base.is_empty() {
                key(ctx, it, &of)?
            } else {
                match below(ctx, &of, &file, base)? {
                    Some(n) => n,
                    None => return Ok(()),
                }
            };
            let shown = text(&file).into_owned();
            if !ctx.path_allowed(&file) {
                let why =
                    format!("Iterator {of} returned a path \"{shown}\" that open_basedir prevents opening");
                return Err(throw(ctx, UNEXPECTED, why));
            }
            let handle = Handle::open(ctx, &file, b"rb", open_options::MUST_SEEK);
            let resource = handle.map(|h| h.resource(ctx)).ok();
            let Some(s) = resource.as_ref().and_then(Stream::of) else {
                ctx.pending()?;
                let why = format!("Iterator {of} returned a file that could not be opened \"{shown}\"");
                return Err(throw(ctx, UNEXPECTED, why));
            };
            let full = crate::full_path(ctx, &file).unwrap_or(file);
            (name, full, s)
        }
    };
    if names::is_magic(&name) {
        return Ok(());
    }
    let o = match contents::entry_or_new(ctx, &a.path, &name, Mode::Truncate, Folders::No) {
        Ok(o) => o,
        Err(why) => {
            ctx.pending()?;
            let why = why.unwrap_or_default();
            let text = format!("Entry {} cannot be created: {why}", text(&name));
            return Err(throw(ctx, BAD_CALL, text));
        }
    };
    let bytes = stream.read_all(ctx, None)?;
    fill(&o, bytes.to_vec());
    let mode = permissions(ctx, &stream);
    o.entry.flags.set(mode.unwrap_or_else(|| o.entry.flags.get() & !mask()));
    added.set(&name[..], Value::str(opened));
    Ok(())
}
