//! `webPhar()`: an archive answers requests for the files in it.

use crate::archive::{Archive, Entry};
use crate::classes::callable;
use crate::contents::{self, Folders};
use crate::convert::throw_if;
use crate::methods::{PHAR_EXCEPTION, throw};
use crate::open;
use plugin_api::request::{self, Source};
use plugin_api::{Array, Ctx, Kind, R, Throw, Value};
use std::rc::Rc;

/// Variables of the server that [`crate::statics::mung_server`] takes, in the order of their bits.
pub const MUNGED: [&str; 4] = ["PHP_SELF", "REQUEST_URI", "SCRIPT_NAME", "SCRIPT_FILENAME"];
const METHODS: [&[u8]; 7] = [b"GET", b"POST", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"PUT"];

/// What is done with a file.
#[derive(Clone)]
enum Action {
    /// It is run.
    Run,
    /// Its source is shown.
    Show,
    /// It is sent as this type.
    Send(Vec<u8>),
}

const TYPES: [(&str, &[&str]); 21] = [
    ("text/plain", &["c", "cc", "cpp", "c++", "dtd", "h", "log", "rng", "txt", "xsd"]),
    ("video/avi", &["avi"]),
    ("image/bmp", &["bmp"]),
    ("text/css", &["css"]),
    ("image/gif", &["gif"]),
    ("text/html", &["htm", "html", "htmls"]),
    ("image/x-ico", &["ico"]),
    ("image/jpeg", &["jpe", "jpg", "jpeg"]),
    ("application/x-javascript", &["js"]),
    ("audio/midi", &["midi", "mid"]),
    ("audio/mod", &["mod"]),
    ("movie/quicktime", &["mov"]),
    ("audio/mp3", &["mp3"]),
    ("video/mpeg", &["mpg", "mpeg"]),
    ("application/pdf", &["pdf"]),
    ("image/png", &["png"]),
    ("application/shockwave-flash", &["swf"]),
    ("image/tiff", &["tif", "tiff"]),
    ("audio/wav", &["wav"]),
    ("image/xbm", &["xbm"]),
    ("text/xml", &["xml"]),
];

/// What is usually done with a file of a name.
fn usual(name: &[u8]) -> Action {
    let Some(dot) = memchr::memrchr(b'.', name) else { return Action::Send(b"text/plain".to_vec()) };
    match &name[dot + 1..] {
        b"php" | b"inc" => Action::Run,
        b"phps" => Action::Show,
        ext => {
            let known = TYPES.iter().find(|(_, all)| all.iter().any(|x| x.as_bytes() == ext));
            Action::Send(known.map_or("application/octet-stream", |t| t.0).as_bytes().to_vec())
        }
    }
}

/// The request, as the server's variables tell of it.
struct Asked {
    server: Array,
}

impl Asked {
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.server.get(name).map(Value::dereferenced).and_then(|v| v.as_str().map(|s| s.to_vec()))
    }
}

fn header(ctx: &mut Ctx, line: impl AsRef<[u8]>, code: i64) -> R<()> {
    ctx.call_function("header", &[Value::str(line), Value::bool(true), Value::int(code)]).map(drop)
}

/// The URL of an entry, which may begin with a slash.
fn url_of(archive: &[u8], entry: &[u8]) -> Vec<u8> {
    let slash: &[u8] = if entry.starts_with(b"/") { b"" } else { b"/" };
    [b"phar://", archive, slash, entry].concat()
}

fn refuse(ctx: &mut Ctx, code: i64, status: &str, title: &str, end: &str) -> R<()> {
    header(ctx, format!("HTTP/1.0 {code} {status}"), code)?;
    ctx.write(format!(
        "<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{code} - File {end}</h1>\n </body>\n</html>"
    ))
}

/// The request's answer, with what is behind the file's name in the URL.
struct Answer<'a> {
    /// The running file: the archive.
    file: &'a [u8],
    /// The part of the URL that names it.
    base: Option<&'a [u8]>,
    /// Bytes behind the entry's name.
    rest: usize,
}

/// The server's variables as the file that is run shall see them; what they were is kept under names of their own.
fn mung(ctx: &mut Ctx, answer: &Answer<'_>, base: &[u8], entry: &[u8]) {
    let Some(server) = ctx.global("_SERVER") else { return };
    let Kind::Array(old) = server.kind() else { return };
    let mut all = old.clone();
    let url = [b"phar://", answer.file, entry].concat();
    let get =
        |name: &str| old.get(name).map(Value::dereferenced).and_then(|v| v.as_str().map(|s| s.to_vec()));
    let mut replace = |name: &str, new: Option<Vec<u8>>| {
        if let (Some(was), Some(new)) = (get(name), new) {
            all.set(name, Value::str(new));
            all.set(&*format!("PHAR_{name}"), Value::str(was));
        }
    };
    let info = get("PATH_INFO").filter(|i| i.len() > entry.len() && i.starts_with(entry));
    let info = info.map(|i| i[entry.len()..].iter().copied().take(answer.rest).collect());
    replace("PATH_INFO", info);
    replace("PATH_TRANSLATED", Some(url.clone()));
    let munged = crate::globals(ctx).munged.get();
    for (bit, name) in MUNGED.iter().enumerate().filter(|(bit, _)| munged & 1 << bit != 0) {
        let new = match bit {
            0 | 1 => get(name)
                .filter(|v| v.len() > base.len())
                .and_then(|v| v.strip_prefix(base).map(<[u8]>::to_vec)),
            2 => Some(entry.to_vec()),
            _ => Some(url.clone()),
        };
        replace(name, new);
    }
    ctx.set_global("_SERVER", all.into());
}

/// Answers with a file; the request ends then. `Ok` when the file ran already.
fn act(ctx: &mut Ctx, answer: &Answer<'_>, e: &Rc<Entry>, entry: &[u8], action: &Action) -> R<()> {
    let url = url_of(answer.file, entry);
    match action {
        Action::Show => {
            ctx.call_function("highlight_file", &[Value::str(url)])?;
        }
        Action::Send(kind) => {
            header(ctx, [b"Content-type: ", &kind[..]].concat(), 0)?;
            header(ctx, format!("Content-length: {}", e.size.get()), 0)?;
            match contents::open(ctx, e) {
                Ok(c) => ctx.write(c.to_vec())?,
                Err(why) => return Err(throw(ctx, PHAR_EXCEPTION, why.unwrap_or_default())),
            }
        }
        Action::Run => {
            if let Some(base) = answer.base {
                mung(ctx, answer, base, entry);
            }
            let registry = crate::registry(ctx);
            registry.folder.take();
            let ran = ctx.call_function("get_included_files", &[])?;
            let ran = ran
                .as_array()
                .is_some_and(|a| a.values().any(|v| v.as_str().is_some_and(|s| **s == url[..])));
            if ran {
                return Ok(());
            }
            if let Some(slash) = memchr::memrchr(b'/', entry) {
                registry.folder_known.set(true);
                let folder = &entry[..slash];
                let folder = folder.strip_prefix(b"/").unwrap_or(folder);
                registry.folder.replace((slash > 0).then(|| folder.to_vec()));
            }
            let done = ctx.include(&url, true);
            registry.folder.take();
            registry.folder_known.set(false);
            done?;
        }
    }
    Err(end(ctx))
}

fn end(ctx: &mut Ctx) -> Throw {
    ctx.exit(0)
}

/// There is no such file: the archive's own page for that, or a plain one.
fn not_found(ctx: &mut Ctx, a: Option<&Rc<Archive>>, file: &[u8], page: &[u8]) -> R<()> {
    if let Some(a) = a.filter(|_| !page.is_empty())
        && let Ok(Some(e)) = contents::find(ctx, a, page, Folders::No, true)
    {
        let answer = Answer { file, base: None, rest: 0 };
        return act(ctx, &answer, &e, page, &Action::Run);
    }
    refuse(ctx, 404, "Not Found", "File Not Found", "Not Found")
}

/// What the rewrite callback makes of an entry's name; `None`: the request is refused.
fn rewritten(ctx: &mut Ctx, rewrite: Option<&Value>, entry: Vec<u8>) -> R<Option<Vec<u8>>> {
    let Some(f) = callable(ctx, rewrite)? else { return Ok(Some(entry)) };
    let called = f.call(ctx, &[Value::str(entry)]);
    let v = match called {
        // What it throws is the previous one of the exception below.
        Err(Throw::Exception) => Value::NULL,
        other => other?,
    };
    match v.kind() {
        Kind::Str(s) => Ok(Some(s.to_vec())),
        Kind::Bool(_) => {
            refuse(ctx, 403, "Access Denied", "Access Denied", "Access Denied")?;
            Ok(None)
        }
        _ => Err(throw(ctx, PHAR_EXCEPTION, "phar error: rewrite callback must return a string or false")),
    }
}

/// The longest part of a path that is an entry, and how much is behind it.
fn entry_within(a: &Archive, path: Vec<u8>) -> (Vec<u8>, usize) {
    let mut end = path.len();
    loop {
        if a.has(path.get(1..end).unwrap_or_default()) {
            return (path[..end].to_vec(), path.len() - end);
        }
        match memchr::memrchr(b'/', path.get(1..end).unwrap_or_default()) {
            Some(slash) => end = slash + 1,
            None => return (path, 0),
        }
    }
}

/// What is done with a file for which the types say otherwise.
fn overridden(ctx: &mut Ctx, types: Option<&Array>, entry: &[u8]) -> R<Option<Action>> {
    let Some(dot) = memchr::memrchr(b'.', entry) else { return Ok(None) };
    let Some(v) = types.and_then(|t| t.get(&entry[dot + 1..])) else { return Ok(None) };
    match v.kind() {
        Kind::Int(0) => Ok(Some(Action::Run)),
        Kind::Int(1) => Ok(Some(Action::Show)),
        Kind::Str(s) => Ok(Some(Action::Send(s.to_vec()))),
        Kind::Int(_) => Err(throw(
            ctx,
            PHAR_EXCEPTION,
            "Unknown mime type specifier used, only Phar::PHP, Phar::PHPS and a mime type string are allowed",
        )),
        _ => Err(throw(
            ctx,
            PHAR_EXCEPTION,
            "Unknown mime type specifier used (not a string or int), only Phar::PHP, Phar::PHPS and a mime type string are allowed",
        )),
    }
}

/// `webPhar()`
pub fn web_phar(
    ctx: &mut Ctx,
    alias: Option<&[u8]>,
    index: Option<&[u8]>,
    missing: Option<&[u8]>,
    types: Option<&Array>,
    rewrite: Option<&Value>,
) -> R<()> {
    crate::begin(ctx);
    let opened = open::executed(ctx, alias.unwrap_or_default());
    if throw_if(ctx, opened, PHAR_EXCEPTION)?.is_none() {
        return Ok(());
    }
    let Some(server) = request::variables(ctx, Source::Server) else { return Ok(()) };
    let asked = Asked { server };
    let method = asked.get("REQUEST_METHOD").unwrap_or_default();
    if !METHODS.contains(&&method[..]) {
        return Ok(());
    }
    let Some((file, _)) = ctx.position() else { return Ok(()) };
    let name = memchr::memrchr(b'/', &file).map_or(&file[..], |i| &file[i + 1..]);
    let sapi = ctx.constant("PHP_SAPI").and_then(|v| v.as_str().map(|s| s.to_vec())).unwrap_or_default();
    let is_cgi = [&b"cgi-fcgi"[..], b"fpm-fcgi", b"cgi", b"litespeed"].contains(&&sapi[..]);
    // The URL up to the archive and what is behind it.
    let (whole, base, entry) = if is_cgi {
        let Some(script) = asked.get("SCRIPT_NAME").filter(|s| memchr::memmem::find(s, name).is_some())
        else {
            return Ok(());
        };
        let info = asked.get("PATH_INFO").unwrap_or_default();
        ([&script[..], &info].concat(), script, info)
    } else {
        let uri = asked.get("REQUEST_URI").unwrap_or_default();
        let uri = uri.split(|c| *c == b'?').next().unwrap_or_default().to_vec();
        let Some(at) = memchr::memmem::find(&uri, name) else { return Ok(()) };
        let (base, entry) = uri.split_at(at + name.len());
        (uri.clone(), base.to_vec(), entry.to_vec())
    };
    let Some(entry) = rewritten(ctx, rewrite, entry)? else { return Err(end(ctx)) };
    let registry = crate::registry(ctx);
    let a = registry.get(ctx, &file, b"").ok();
    let page = missing.unwrap_or_default();
    let (entry, rest) = match &a {
        Some(a) if !entry.is_empty() => entry_within(a, entry),
        _ => (entry, 0),
    };
    if entry.is_empty() || entry == b"/" {
        let index = index.filter(|i| !i.is_empty()).unwrap_or(b"index.php");
        let index = [&b"/"[..], index.strip_prefix(b"/").unwrap_or(index)].concat();
        let there = match &a {
            Some(a) => matches!(contents::find(ctx, a, &index, Folders::No, false), Ok(Some(_))),
            None => false,
        };
        if there {
            header(ctx, "HTTP/1.1 301 Moved Permanently", 301)?;
            let index = if whole.ends_with(b"/") { &index[1..] } else { &index[..] };
            header(ctx, [b"Location: ", &whole[..], index].concat(), 301)?;
        } else {
            not_found(ctx, a.as_ref(), &file, page)?;
        }
        return Err(end(ctx));
    }
    let found = match &a {
        Some(a) => contents::find(ctx, a, &entry, Folders::No, false).ok().flatten(),
        None => None,
    };
    let Some(e) = found else {
        not_found(ctx, a.as_ref(), &file, page)?;
        return Err(end(ctx));
    };
    let action = overridden(ctx, types, &entry)?.unwrap_or_else(|| usual(&entry));
    let answer = Answer { file: &file, base: Some(&base), rest };
    act(ctx, &answer, &e, &entry, &action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_names() {
        assert!(matches!(usual(b"a/b.php"), Action::Run));
        assert!(matches!(usual(b"b.phps"), Action::Show));
        assert!(matches!(usual(b"b.jpeg"), Action::Send(t) if t == b"image/jpeg"));
        assert!(matches!(usual(b"b"), Action::Send(t) if t == b"text/plain"));
        assert!(matches!(usual(b"b.xyz"), Action::Send(t) if t == b"application/octet-stream"));
    }
}
