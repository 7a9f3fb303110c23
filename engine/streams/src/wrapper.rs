//! Wrappers: what opens streams by URL, and the registry that finds them by scheme.

use crate::context::Context;
use crate::env::{Environment, Thrown};
use crate::filter::{FilterRegistry, standard_filters};
use crate::path;
use crate::plain::PlainFiles;
use crate::stat::Stat;
use crate::stream::{Stream, flags};
use crate::transport::Transports;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Bits that say how to open.
pub mod options {
    /// Look through the include path.
    pub const USE_PATH: u32 = 0x1;
    /// Take the path as a file name, whatever scheme it seems to have.
    pub const IGNORE_URL: u32 = 0x2;
    /// Raise warnings.
    pub const REPORT_ERRORS: u32 = 0x8;
    /// The result must be able to seek: others are copied to a temporary stream.
    pub const MUST_SEEK: u32 = 0x10;
    /// For `include`.
    pub const FOR_INCLUDE: u32 = 0x80;
    /// Only what stands before the body is wanted (`get_headers()`).
    pub const ONLY_GET_HEADERS: u32 = 0x200;
    /// Only URLs.
    pub const USE_URL: u32 = 0x100;
    /// Neither `allow_url_fopen` nor `allow_url_include` counts.
    pub const NO_URL_PROTECTION: u32 = 0x2000;
    /// `open_basedir` does not count.
    pub const NO_OPEN_BASEDIR: u32 = 0x400;
    /// The path is resolved already.
    pub const ASSUME_REALPATH: u32 = 0x4000;
    /// The engine reads a script from it.
    pub const FOR_SCRIPT: u32 = 0x10000;
    /// `mkdir()`: with missing parents.
    pub const RECURSIVE: u32 = 0x1;
}

/// Bits of [`Wrapper::url_stat`], as PHP's user wrappers see them.
pub mod stat_flags {
    /// `PHP_STREAM_URL_STAT_LINK`: of the link itself.
    pub const LINK: u32 = 1;
    /// `PHP_STREAM_URL_STAT_QUIET`: no warnings.
    pub const QUIET: u32 = 2;
    /// `open_basedir` does not count.
    pub const NO_OPEN_BASEDIR: u32 = 4;
}

/// What to open.
pub struct OpenRequest<'a> {
    /// The path, without `file://`.
    pub path: &'a [u8],
    /// The mode.
    pub mode: &'a [u8],
    /// Bits of [`options`], without `REPORT_ERRORS`: errors are returned.
    pub options: u32,
    /// The context.
    pub context: Option<Rc<Context>>,
    /// The registry, to open what lies below.
    pub streams: &'a Streams,
}

/// Why a wrapper could not open: its reasons in order (none: "operation failed"). What it said itself is not in it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct OpenFailure {
    /// Reasons.
    pub reasons: Vec<String>,
}

impl OpenFailure {
    /// One reason.
    pub fn because(reason: impl Into<String>) -> OpenFailure {
        OpenFailure { reasons: vec![reason.into()] }
    }
    /// A system error.
    pub fn io(e: &std::io::Error) -> OpenFailure {
        OpenFailure::because(crate::errno::of(e))
    }
}

/// A stream that was opened.
pub struct Opened {
    /// The stream.
    pub stream: Rc<Stream>,
    /// Where it really is, for `__FILE__` and `include_once`.
    pub path: Option<Vec<u8>>,
}

impl From<Rc<Stream>> for Opened {
    fn from(stream: Rc<Stream>) -> Opened {
        Opened { stream, path: None }
    }
}

/// A change of a file's metadata (`touch()`, `chmod()`, `chown()`, `chgrp()`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Modification and access time in seconds; none: now.
    Touch(Option<(i64, i64)>),
    /// Owner by name.
    OwnerName(Vec<u8>),
    /// Owner by id.
    Owner(i64),
    /// Group by name.
    GroupName(Vec<u8>),
    /// Group by id.
    Group(i64),
    /// Permissions.
    Access(i64),
}

/// Something that opens streams. Operations that a wrapper lacks stay as they are here: `None`.
pub trait Wrapper: 'static {
    /// `wrapper_type` of the metadata.
    fn label(&self) -> &str;
    /// Whether it reaches beyond this machine, or runs what strangers give (`allow_url_fopen`, `allow_url_include`).
    fn is_url(&self) -> bool {
        false
    }
    /// Whether these are the machine's own files.
    fn is_plain(&self) -> bool {
        false
    }
    /// Opens.
    fn open(&self, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let _ = request;
        Err(OpenFailure::because("wrapper does not support stream open"))
    }
    /// Opens a directory.
    fn open_dir(&self, request: &OpenRequest<'_>) -> Result<Rc<Stream>, OpenFailure> {
        let _ = request;
        Err(OpenFailure::because("not implemented"))
    }
    /// Stat of an open stream, where the wrapper knows better than the stream.
    fn stream_stat(&self, stream: &Stream) -> Option<Option<Stat>> {
        let _ = stream;
        None
    }
    /// A stream of it was closed.
    fn stream_closed(&self, stream: &Stream) {
        let _ = stream;
    }
    /// Whether there is [`Wrapper::url_stat`].
    fn has_url_stat(&self) -> bool {
        false
    }
    /// `stat()`; `bits` are [`stat_flags`].
    fn url_stat(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        bits: u32,
        context: Option<&Rc<Context>>,
    ) -> Option<Stat> {
        let _ = (env, url, bits, context);
        None
    }
    /// `unlink()`: whether it succeeded.
    fn unlink(&self, env: &Rc<dyn Environment>, url: &[u8], context: Option<&Rc<Context>>) -> Option<bool> {
        let _ = (env, url, context);
        None
    }
    /// Whether there is [`Wrapper::rename`].
    fn has_rename(&self) -> bool {
        false
    }
    /// `rename()`
    fn rename(
        &self,
        env: &Rc<dyn Environment>,
        from: &[u8],
        to: &[u8],
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let _ = (env, from, to, context);
        None
    }
    /// `mkdir()`
    fn mkdir(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        mode: u32,
        recursive: bool,
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let _ = (env, url, mode, recursive, context);
        None
    }
    /// `rmdir()`
    fn rmdir(&self, env: &Rc<dyn Environment>, url: &[u8], context: Option<&Rc<Context>>) -> Option<bool> {
        let _ = (env, url, context);
        None
    }
    /// `touch()` and its like.
    fn change(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        change: &Change,
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let _ = (env, url, change, context);
        None
    }
    /// The implementation itself.
    fn as_any(&self) -> &dyn Any;
}

/// The streams of one VM: wrappers, filters and transports, with the engine around.
pub struct Streams {
    env: Rc<dyn Environment>,
    builtin: RefCell<Vec<(Vec<u8>, Rc<dyn Wrapper>)>>,
    wrappers: RefCell<Vec<(Vec<u8>, Rc<dyn Wrapper>)>>,
    plain: Rc<dyn Wrapper>,
    default_context: RefCell<Option<Rc<Context>>>,
    /// A user-space wrapper is opening for an include: URLs below it are bound by `allow_url_include`.
    pub(crate) in_user_include: Cell<bool>,
    /// What a user-space wrapper is opening now.
    pub(crate) user_opening: RefCell<Option<Vec<u8>>>,
    /// Filters.
    pub filters: FilterRegistry,
    /// Transports.
    pub transports: Transports,
}

/// Scheme of a URL (`scheme://`, `data:`), if it is one.
pub fn scheme(path: &[u8]) -> Option<&[u8]> {
    let n = path.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.')).count();
    let rest = &path[n..];
    let url = n > 1 && (rest.starts_with(b"://") || path.starts_with(b"data:") && n == 4);
    url.then_some(&path[..n])
}

fn lossy(b: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(b)
}

/// A URL with user and password shown as `...`.
pub(crate) fn without_password(url: &[u8]) -> Vec<u8> {
    let Some(start) = memchr::memmem::find(url, b"://").map(|i| i + 3) else { return url.to_vec() };
    match memchr::memchr(b'@', &url[start..]) {
        Some(n) => [&url[..start], &b"..."[..n.min(3)], &url[start + n..]].concat(),
        None => url.to_vec(),
    }
}

impl Streams {
    /// A registry with PHP's own wrappers, filters and transports.
    pub fn new(env: Rc<dyn Environment>) -> Rc<Streams> {
        let plain: Rc<dyn Wrapper> = Rc::new(PlainFiles);
        let filters = FilterRegistry::default();
        standard_filters(&filters);
        Rc::new_cyclic(|me| {
            let builtin: Vec<(Vec<u8>, Rc<dyn Wrapper>)> = vec![
                (b"php".to_vec(), Rc::new(crate::php::PhpWrapper::default())),
                (b"file".to_vec(), plain.clone()),
                (b"glob".to_vec(), Rc::new(crate::glob::GlobWrapper)),
                (b"data".to_vec(), Rc::new(crate::data::DataWrapper)),
                (b"http".to_vec(), Rc::new(crate::http::HttpWrapper)),
                (b"ftp".to_vec(), Rc::new(crate::ftp::FtpWrapper::new(me.clone()))),
            ];
            Streams {
                env,
                wrappers: RefCell::new(builtin.clone()),
                builtin: RefCell::new(builtin),
                plain,
                default_context: RefCell::new(None),
                in_user_include: Cell::new(false),
                user_opening: RefCell::new(None),
                filters,
                transports: Transports::standard(),
            }
        })
    }

    /// The engine around.
    pub fn env(&self) -> &Rc<dyn Environment> {
        &self.env
    }

    /// The wrapper of plain files.
    pub fn plain_files(&self) -> &Rc<dyn Wrapper> {
        &self.plain
    }

    /// The context used where none is given (`stream_context_get_default()`), made by `make` at first.
    pub fn default_context(&self, make: impl FnOnce() -> Rc<Context>) -> Rc<Context> {
        if let Some(c) = self.default_context.borrow().clone() {
            return c;
        }
        let c = make();
        *self.default_context.borrow_mut() = Some(c.clone());
        c
    }

    // ---- registry ----

    /// Adds a wrapper of an extension: it belongs to what `stream_wrapper_restore()` brings back.
    pub fn add_builtin(&self, scheme: &[u8], w: Rc<dyn Wrapper>) {
        self.builtin.borrow_mut().push((scheme.to_vec(), w.clone()));
        self.wrappers.borrow_mut().push((scheme.to_vec(), w));
    }

    /// Adds a wrapper for this request. False: the scheme is taken, or (see [`Streams::is_scheme`]) none.
    pub fn register(&self, scheme: &[u8], w: Rc<dyn Wrapper>) -> bool {
        if !Self::is_scheme(scheme) || self.find(scheme).is_some() {
            return false;
        }
        self.wrappers.borrow_mut().push((scheme.to_vec(), w));
        true
    }

    /// Whether a scheme has only letters, digits, `+`, `-` and `.`.
    pub fn is_scheme(scheme: &[u8]) -> bool {
        scheme.iter().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'))
    }

    /// Takes a wrapper away; false when there is none.
    pub fn unregister(&self, scheme: &[u8]) -> bool {
        let mut ws = self.wrappers.borrow_mut();
        let Some(i) = ws.iter().position(|(s, _)| s == scheme) else { return false };
        let gone = ws.remove(i);
        drop(ws);
        drop(gone);
        true
    }

    /// What `stream_wrapper_restore()` finds: the original wrapper, and whether it is in place already.
    pub fn original(&self, scheme: &[u8]) -> Option<(Rc<dyn Wrapper>, bool)> {
        let w = self.builtin.borrow().iter().find(|(s, _)| s == scheme)?.1.clone();
        let same = self.find(scheme).is_some_and(|now| Rc::ptr_eq(&now, &w));
        Some((w, same))
    }

    /// The wrapper of a scheme.
    pub fn find(&self, scheme: &[u8]) -> Option<Rc<dyn Wrapper>> {
        self.wrappers.borrow().iter().find(|(s, _)| s == scheme).map(|(_, w)| w.clone())
    }

    /// All schemes (`stream_get_wrappers()`).
    pub fn schemes(&self) -> Vec<Vec<u8>> {
        self.wrappers.borrow().iter().map(|(s, _)| s.clone()).collect()
    }

    /// Brings back the original wrappers (the end of a request).
    pub fn reset(&self) {
        let gone = self.wrappers.replace(self.builtin.borrow().clone());
        drop(gone);
        let context = self.default_context.take();
        drop(context);
        self.filters.reset();
    }

    /// The wrapper for a path and the path as it wants it. `None` after a warning where `opts` ask for one.
    pub fn locate<'p>(&self, path: &'p [u8], opts: u32) -> Option<(Rc<dyn Wrapper>, &'p [u8])> {
        if opts & options::IGNORE_URL != 0 {
            return Some((self.plain.clone(), path));
        }
        let mut name = scheme(path);
        let mut found = None;
        if let Some(s) = name {
            found = self.find(s).or_else(|| self.find(&s.to_ascii_lowercase()));
            if found.is_none() {
                let shown = &s[..s.len().min(31)];
                self.env.warn(&format!(
                    "Unable to find the wrapper \"{}\" - did you forget to enable it when you configured PHP?",
                    lossy(shown)
                ));
                name = None;
            }
        }
        let report = opts & options::REPORT_ERRORS != 0;
        match name {
            Some(s) if !s.eq_ignore_ascii_case(b"file") => {
                let w = found?;
                if w.is_url() && !self.url_allowed(s, opts, report) {
                    return None;
                }
                Some((w, path))
            }
            _ => {
                let mut local = path;
                if name.is_some() {
                    let rest = &path[7..];
                    if path.len() >= 17 && path[..17].eq_ignore_ascii_case(b"file://localhost/") {
                        local = &path[16..];
                    } else if rest.first().is_some_and(|&c| c != b'/') {
                        if report {
                            let shown = lossy(path);
                            self.env.warn(&format!("Remote host file access not supported, {shown}"));
                        }
                        return None;
                    } else {
                        local = rest;
                    }
                    let slashes = local.iter().take_while(|&&c| c == b'/').count();
                    local = &local[slashes.saturating_sub(1)..];
                }
                match found.or_else(|| self.find(b"file")) {
                    Some(w) => Some((w, local)),
                    None => {
                        if report {
                            self.env.warn("file:// wrapper is disabled in the server configuration");
                        }
                        None
                    }
                }
            }
        }
    }

    fn url_allowed(&self, scheme: &[u8], opts: u32, report: bool) -> bool {
        if opts & options::NO_URL_PROTECTION != 0 {
            return true;
        }
        let ini = if !self.env.ini_flag("allow_url_fopen") {
            "allow_url_fopen"
        } else if (opts & options::FOR_INCLUDE != 0 || self.in_user_include.get())
            && !self.env.ini_flag("allow_url_include")
        {
            "allow_url_include"
        } else {
            return true;
        };
        if report {
            let s = lossy(scheme);
            self.env.warn(&format!("{s}:// wrapper is disabled in the server configuration by {ini}=0"));
        }
        false
    }

    // ---- opening ----

    /// Raises `function(path): caption: reason`.
    fn report_failure(&self, wrapper: Option<&Rc<dyn Wrapper>>, path: &[u8], caption: &str, f: &OpenFailure) {
        if self.env.exception_pending() {
            return;
        }
        let br = if self.env.ini_flag("html_errors") { "<br />\n" } else { "\n" };
        let why = match wrapper {
            None => "no suitable wrapper could be found".to_owned(),
            Some(_) if f.reasons.is_empty() => "operation failed".to_owned(),
            Some(_) => f.reasons.join(br),
        };
        let shown = without_password(path);
        self.env.raise(crate::env::Level::Warning, &[&shown], &format!("{caption}: {why}"));
    }

    /// Opens a path or URL (`fopen()`). `None` after a warning with `REPORT_ERRORS`.
    pub fn open(&self, path: &[u8], mode: &[u8], opts: u32, context: Option<Rc<Context>>) -> Option<Opened> {
        if path.is_empty() {
            self.env.throw(Thrown::ValueError, "Path must not be empty");
            return None;
        }
        let mut opts = opts;
        let mut resolved = None;
        if opts & options::USE_PATH != 0 {
            resolved = path::resolve_include(self, path, &self.env.ini("include_path"));
            if resolved.is_some() {
                opts = opts & !options::USE_PATH | options::ASSUME_REALPATH;
            }
            if self.env.exception_pending() {
                return None;
            }
        }
        let path = resolved.as_deref().unwrap_or(path);
        let located = self.locate(path, opts);
        if opts & options::USE_URL != 0 && !located.as_ref().is_some_and(|(w, _)| w.is_url()) {
            self.env.warn("This function may only be used against URLs");
            return None;
        }
        let report = opts & options::REPORT_ERRORS != 0;
        let Some((wrapper, local)) = located else {
            if report {
                self.report_failure(None, path, "Failed to open stream", &OpenFailure::default());
            }
            return None;
        };
        let request = OpenRequest {
            path: local,
            mode,
            options: opts & !options::REPORT_ERRORS,
            context: context.clone(),
            streams: self,
        };
        let mut opened = match wrapper.open(&request) {
            Ok(o) => o,
            Err(f) => {
                if report {
                    self.report_failure(Some(&wrapper), path, "Failed to open stream", &f);
                }
                return None;
            }
        };
        let s = &opened.stream;
        s.set_wrapper(wrapper.clone());
        s.set_path(path);
        if s.context().is_none() {
            s.set_context(context);
        }
        if opened.path.is_none() {
            opened.path = resolved.clone();
        }
        if opts & options::MUST_SEEK != 0 && !self.make_seekable(&mut opened, path) {
            return None;
        }
        let s = &opened.stream;
        if s.ops().has_seek() && !s.has(flags::NO_SEEK) && mode.contains(&b'a') && s.position() == 0 {
            s.find_position();
        }
        Some(opened)
    }

    /// Replaces a stream that cannot seek by a temporary copy.
    fn make_seekable(&self, opened: &mut Opened, path: &[u8]) -> bool {
        let s = &opened.stream;
        if s.ops().has_seek() && !s.has(flags::NO_SEEK) {
            return true;
        }
        let copy = crate::memory::temporary(&self.env, b"w+b", crate::memory::MAX_MEMORY, None);
        let (_, r) = s.copy_to(&copy, None);
        s.close();
        if r.is_err() {
            let shown = without_password(path);
            let msg = format!("could not make seekable - {}", lossy(&shown));
            self.env.raise(crate::env::Level::Warning, &[&shown], &msg);
            return false;
        }
        copy.rewind();
        copy.set_path(path);
        opened.stream = copy;
        true
    }

    /// Opens a directory (`opendir()`). `None` after a warning with `REPORT_ERRORS`.
    pub fn open_dir(&self, path: &[u8], opts: u32, context: Option<Rc<Context>>) -> Option<Rc<Stream>> {
        if path.is_empty() {
            return None;
        }
        let report = opts & options::REPORT_ERRORS != 0;
        let Some((wrapper, local)) = self.locate(path, opts) else {
            if report {
                self.report_failure(None, path, "Failed to open directory", &OpenFailure::default());
            }
            return None;
        };
        let request = OpenRequest {
            path: local,
            mode: b"r",
            options: opts & !options::REPORT_ERRORS,
            context: context.clone(),
            streams: self,
        };
        match wrapper.open_dir(&request) {
            Ok(s) => {
                s.set_wrapper(wrapper);
                s.set_flags(flags::NO_BUFFER | flags::IS_DIR, true);
                if s.context().is_none() {
                    s.set_context(context);
                }
                Some(s)
            }
            Err(f) => {
                if report {
                    self.report_failure(Some(&wrapper), path, "Failed to open directory", &f);
                }
                None
            }
        }
    }

    /// The names in a directory (`scandir()`), unsorted.
    pub fn scan_dir(&self, path: &[u8], context: Option<Rc<Context>>) -> Option<Vec<Vec<u8>>> {
        let d = self.open_dir(path, options::REPORT_ERRORS, context)?;
        let names = std::iter::from_fn(|| d.read_dir()).collect();
        d.close();
        Some(names)
    }

    // ---- files by name ----

    /// `stat()`, `lstat()` of a path or URL.
    pub fn stat(&self, path: &[u8], bits: u32, context: Option<&Rc<Context>>) -> Option<Stat> {
        let (w, local) = self.locate(path, 0)?;
        w.url_stat(&self.env, local, bits, context)
    }

    /// Whether the wrapper of a path can stat ("... wrapper does not support ...").
    pub fn can_stat(&self, path: &[u8]) -> bool {
        self.locate(path, 0).is_some_and(|(w, _)| w.has_url_stat())
    }

    /// `unlink()`
    pub fn unlink(&self, path: &[u8], context: Option<&Rc<Context>>) -> bool {
        let Some((w, _)) = self.locate(path, 0) else {
            self.env.warn("Unable to locate stream wrapper");
            return false;
        };
        w.unlink(&self.env, path, context).unwrap_or_else(|| {
            self.env.warn(&format!("{} does not allow unlinking", w.label()));
            false
        })
    }

    /// `rename()`
    pub fn rename(&self, from: &[u8], to: &[u8], context: Option<&Rc<Context>>) -> bool {
        let Some((w, _)) = self.locate(from, 0) else {
            self.env.warn("Unable to locate stream wrapper");
            return false;
        };
        if !w.has_rename() {
            self.env.warn(&format!("{} wrapper does not support renaming", w.label()));
            return false;
        }
        if !self.locate(to, 0).is_some_and(|(o, _)| Rc::ptr_eq(&o, &w)) {
            self.env.warn("Cannot rename a file across wrapper types");
            return false;
        }
        w.rename(&self.env, from, to, context).unwrap_or(false)
    }

    /// `mkdir()`
    pub fn mkdir(&self, path: &[u8], mode: u32, recursive: bool, context: Option<&Rc<Context>>) -> bool {
        self.locate(path, 0)
            .and_then(|(w, _)| w.mkdir(&self.env, path, mode, recursive, context))
            .unwrap_or(false)
    }

    /// `rmdir()`
    pub fn rmdir(&self, path: &[u8], context: Option<&Rc<Context>>) -> bool {
        self.locate(path, 0).and_then(|(w, _)| w.rmdir(&self.env, path, context)).unwrap_or(false)
    }

    /// `touch()`, `chmod()` and their like. `None`: the wrapper cannot (the functions have words of their own for it).
    pub fn change(&self, path: &[u8], change: &Change, context: Option<&Rc<Context>>) -> Option<bool> {
        let (w, _) = self.locate(path, 0)?;
        w.change(&self.env, path, change, context)
    }
}

impl Stream {
    /// `readdir()`
    pub fn read_dir(&self) -> Option<Vec<u8>> {
        self.ops().read_dir(self)
    }

    /// `rewinddir()`
    pub fn rewind_dir(&self) {
        self.ops().seek(self, 0, crate::ops::Whence::Set);
    }
}
