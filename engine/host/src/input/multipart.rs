//! `multipart/form-data` bodies: form fields and uploads, read as they arrive (`main/rfc1867.c`).

use super::tree::{Limits, Node, Table};
use super::{Complaints, query};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStringExt;

/// Bytes looked at in one go; also the longest line of a part's header.
const UNIT: usize = 5 * 1024;

/// `UPLOAD_ERR_*`
pub mod upload_error {
    #![expect(missing_docs, reason = "each is the constant of its name")]
    pub const OK: i64 = 0;
    pub const INI_SIZE: i64 = 1;
    pub const FORM_SIZE: i64 = 2;
    pub const PARTIAL: i64 = 3;
    pub const NO_FILE: i64 = 4;
    pub const NO_TMP_DIR: i64 = 6;
    pub const CANT_WRITE: i64 = 7;
    pub const EXTENSION: i64 = 8;
}

/// What the settings say about uploads.
#[derive(Clone, Debug)]
pub struct Options {
    /// Limits on variables.
    pub limits: Limits,
    /// `file_uploads`
    pub file_uploads: bool,
    /// `max_file_uploads`
    pub max_files: i64,
    /// `upload_max_filesize`, in bytes; 0 for none.
    pub max_size: i64,
    /// `max_multipart_body_parts`; negative: as many as variables and files together.
    pub max_parts: i64,
    /// Folder of temporary files.
    pub tmp_dir: OsString,
}

/// What a body held.
#[derive(Debug, Default)]
pub struct Form {
    /// `$_POST`
    pub post: Table,
    /// `$_FILES`
    pub files: Table,
    /// Temporary files, to be removed when the request ends.
    pub uploaded: Vec<Vec<u8>>,
    /// Warnings.
    pub complaints: Complaints,
}

/// Source of a body's bytes: fills a buffer, 0 at the end.
pub type Source<'s> = dyn FnMut(&mut [u8]) -> usize + 's;

/// What is met while a body is read.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// The body begins.
    Start,
    /// A variable was read.
    Variable {
        /// Its name.
        name: &'e [u8],
        /// Its text.
        value: &'e [u8],
    },
    /// An upload begins.
    FileStart {
        /// Name of its field.
        name: &'e [u8],
        /// Name of its file.
        file: &'e [u8],
    },
    /// Part of an upload.
    FileData {
        /// Where it begins.
        offset: i64,
        /// Its bytes.
        length: i64,
    },
    /// An upload ends.
    FileEnd {
        /// Its temporary file.
        path: Option<&'e [u8]>,
        /// [`upload_error`]
        error: i64,
    },
    /// The body ends.
    End,
}

/// Told of events and how many bytes were read by then; false refuses what the event is about.
pub type Watcher<'w> = dyn FnMut(Event<'_>, i64) -> bool + 'w;

struct Reader<'s, 'f> {
    source: &'s mut Source<'f>,
    buf: Vec<u8>,
    done: bool,
    /// Bytes that came from the source.
    read: i64,
}

impl Reader<'_, '_> {
    /// Reads until `UNIT` bytes are there or the body ends.
    fn fill(&mut self) {
        let mut chunk = [0; UNIT];
        while self.buf.len() < UNIT && !self.done {
            let want = UNIT - self.buf.len();
            match (self.source)(&mut chunk[..want]) {
                0 => self.done = true,
                n => {
                    self.buf.extend_from_slice(&chunk[..n.min(want)]);
                    self.read += n.min(want) as i64;
                }
            }
        }
    }

    fn at_end(&mut self) -> bool {
        if self.buf.is_empty() {
            self.fill();
        }
        self.buf.is_empty()
    }

    /// A line without its end; overlong ones in pieces. `None` when the body ends within it.
    fn line(&mut self) -> Option<Vec<u8>> {
        if !self.buf.contains(&b'\n') {
            self.fill();
        }
        let (line, used) = match memchr::memchr(b'\n', &self.buf) {
            Some(i) => (self.buf[..i].strip_suffix(b"\r").unwrap_or(&self.buf[..i]).to_vec(), i + 1),
            None if self.buf.len() >= UNIT => (self.buf.clone(), self.buf.len()),
            None => return None,
        };
        self.buf.drain(..used);
        // Lines are C strings.
        let end = line.iter().position(|&c| c == 0).unwrap_or(line.len());
        Some(line[..end].to_vec())
    }

    /// Bytes of a part's body up to `boundary` (a line feed and the delimiter); empty at its end. `ended` is set when the
    /// boundary was seen.
    fn chunk(&mut self, boundary: &[u8], ended: &mut bool) -> Vec<u8> {
        self.fill();
        let found = memchr::memmem::find(&self.buf, boundary);
        let stop = match found {
            Some(i) => {
                *ended = true;
                Some(i)
            }
            None => (self.buf.len().saturating_sub(boundary.len() - 1)..self.buf.len())
                .find(|&i| boundary.starts_with(&self.buf[i..])),
        };
        let mut out: Vec<u8> = self.buf.drain(..stop.unwrap_or(self.buf.len())).collect();
        if stop.is_some() && out.last() == Some(&b'\r') {
            if found.is_some() {
                out.pop();
            } else if !self.done {
                // Whether this belongs to the delimiter is known with the next bytes.
                out.pop();
                self.buf.insert(0, b'\r');
                if out.is_empty() {
                    return self.chunk(boundary, ended);
                }
            }
        }
        out
    }
}

/// Header fields of a part; `None` when there is no further part.
fn headers(r: &mut Reader<'_, '_>, delimiter: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    while r.line()? != delimiter {}
    let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    while let Some(line) = r.line().filter(|l| !l.is_empty()) {
        let colon = if line[0].is_ascii_whitespace() { None } else { line.iter().position(|&c| c == b':') };
        match colon {
            Some(i) => fields.push((line[..i].to_vec(), line[i + 1..].trim_ascii_start().to_vec())),
            None => {
                if let Some(last) = fields.last_mut() {
                    last.1.extend_from_slice(&line);
                }
            }
        }
    }
    Some(fields)
}

fn field<'h>(fields: &'h [(Vec<u8>, Vec<u8>)], name: &[u8]) -> Option<&'h [u8]> {
    fields.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| &v[..])
}

/// Splits off what is before `stop`, which does not count within quotes.
fn word<'w>(line: &mut &'w [u8], stop: u8) -> &'w [u8] {
    let s = *line;
    let mut i = 0;
    while i < s.len() && s[i] != stop {
        let quote = s[i];
        i += 1;
        if quote != b'"' && quote != b'\'' {
            continue;
        }
        while i < s.len() && s[i] != quote {
            i += if s[i] == b'\\' && s.get(i + 1) == Some(&quote) { 2 } else { 1 };
        }
        i = (i + 1).min(s.len());
    }
    let skip = s[i..].iter().take_while(|&&c| c == stop).count();
    *line = &s[i + skip..];
    &s[..i]
}

/// A parameter's value without its quotes.
fn unquoted(s: &[u8]) -> Vec<u8> {
    let s = s.trim_ascii_start();
    let (body, quote) = match s.first() {
        Some(&q @ (b'"' | b'\'')) => (&s[1..], Some(q)),
        _ => (&s[..s.iter().position(u8::is_ascii_whitespace).unwrap_or(s.len())], None),
    };
    let mut out = Vec::with_capacity(body.len());
    let mut i = 0;
    while i < body.len() && Some(body[i]) != quote {
        let next = body.get(i + 1).copied();
        if body[i] == b'\\' && next.is_some() && (next == Some(b'\\') || next == quote) {
            i += 1;
        }
        out.push(body[i]);
        i += 1;
    }
    out
}

/// `name` and `filename` of a Content-Disposition.
fn disposition(value: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (mut name, mut file) = (None, None);
    let mut rest = value.trim_ascii_start();
    while !rest.is_empty() {
        let mut pair = word(&mut rest, b';');
        rest = rest.trim_ascii_start();
        if !pair.contains(&b'=') {
            continue;
        }
        let key = word(&mut pair, b'=');
        if key.eq_ignore_ascii_case(b"name") {
            name = Some(unquoted(pair));
        } else if key.eq_ignore_ascii_case(b"filename") {
            file = Some(unquoted(pair));
        }
    }
    (name, file)
}

/// The delimiter that a Content-Type names.
fn boundary(content_type: &[u8]) -> Result<Vec<u8>, String> {
    let lower = content_type.to_ascii_lowercase();
    let missing = || "Missing boundary in multipart/form-data POST data".to_owned();
    let at = memchr::memmem::find(content_type, b"boundary")
        .or_else(|| memchr::memmem::find(&lower, b"boundary"))
        .ok_or_else(missing)?;
    let rest = &content_type[at..];
    let b = &rest[rest.iter().position(|&c| c == b'=').ok_or_else(missing)? + 1..];
    let b = match b.strip_prefix(b"\"") {
        Some(q) => {
            let end = q.iter().position(|&c| c == b'"');
            &q[..end.ok_or("Invalid boundary in multipart/form-data POST data")?]
        }
        None => &b[..b.iter().position(|c| matches!(c, b',' | b';')).unwrap_or(b.len())],
    };
    if b.len() > UNIT - 4 {
        return Err("Boundary too large in multipart/form-data POST data".into());
    }
    Ok(b.to_vec())
}

/// Brackets in an upload's name must be in order.
fn brackets_ok(name: &[u8]) -> bool {
    let mut open = 0i32;
    for (i, c) in name.iter().enumerate() {
        match c {
            b'[' => open += 1,
            b']' => {
                open -= 1;
                if name.get(i + 1).is_some_and(|&n| n != b'[') {
                    return false;
                }
            }
            _ => {}
        }
        if open < 0 {
            return false;
        }
    }
    open == 0
}

/// A variable's name as uploads protect it: mangled, without white space before indexes.
fn normalized(name: &[u8]) -> Vec<u8> {
    let name = &name[name.iter().take_while(|&&c| c == b' ').count()..];
    let open = name.iter().position(|&c| c == b'[').unwrap_or(name.len());
    let mut out: Vec<u8> =
        name[..open].iter().map(|&c| if matches!(c, b' ' | b'.') { b'_' } else { c }).collect();
    let mut at = open;
    while name.get(at) == Some(&b'[') {
        let inner = name[at + 1..].trim_ascii_start();
        let end = inner.iter().position(|&c| c == b']').map_or(inner.len(), |i| i + 1);
        out.push(b'[');
        out.extend_from_slice(&inner[..end]);
        at = name.len() - inner.len() + end;
    }
    out
}

fn leading_int(s: &[u8]) -> i64 {
    crate::ini::quantity::to_long(s)
}

struct Parser<'p, 's, 'f> {
    reader: Reader<'s, 'f>,
    watcher: &'p mut Watcher<'f>,
    options: &'p Options,
    form: Form,
    /// A line feed and the delimiter.
    stop: Vec<u8>,
    vars: i64,
    uploads_left: i64,
    max_file_size: i64,
    anonymous: u32,
    /// One upload that is not to be taken puts an end to all further ones.
    skip_uploads: bool,
    protected: HashSet<Vec<u8>>,
}

/// Reads a body.
pub fn parse<'f>(
    content_type: &[u8],
    options: &Options,
    source: &mut Source<'f>,
    watcher: &mut Watcher<'f>,
) -> Form {
    let b = match boundary(content_type) {
        Ok(b) => b,
        Err(why) => return Form { complaints: vec![why], ..Form::default() },
    };
    let mut p = Parser {
        reader: Reader { source, buf: Vec::with_capacity(UNIT), done: false, read: 0 },
        watcher,
        options,
        form: Form::default(),
        stop: [b"\n--", &b[..]].concat(),
        vars: 0,
        uploads_left: options.max_files,
        max_file_size: 0,
        anonymous: 0,
        skip_uploads: false,
        protected: HashSet::new(),
    };
    if p.tell(Event::Start) {
        p.run();
    }
    p.tell(Event::End);
    p.form
}

impl Parser<'_, '_, '_> {
    fn run(&mut self) {
        let o = self.options;
        let limit = if o.max_parts < 0 { o.limits.vars.saturating_add(o.max_files) } else { o.max_parts };
        let mut parts = limit;
        let delimiter = self.stop[1..].to_vec();
        while !self.reader.at_end() {
            let Some(fields) = headers(&mut self.reader, &delimiter) else { return };
            let Some(value) = field(&fields, b"Content-Disposition") else { continue };
            parts -= 1;
            if parts < 0 {
                self.complain(format!(
                    "Multipart body parts limit exceeded {limit}. To increase the limit change \
                     max_multipart_body_parts in php.ini."
                ));
                return;
            }
            match disposition(value) {
                (Some(name), None) => self.variable(&name),
                (name, file) => {
                    if !self.upload(name, file, field(&fields, b"Content-Type")) {
                        return;
                    }
                }
            }
        }
    }

    fn tell(&mut self, event: Event<'_>) -> bool {
        (self.watcher)(event, self.reader.read)
    }

    fn complain(&mut self, text: String) {
        self.form.complaints.push(text);
    }

    fn variable(&mut self, name: &[u8]) {
        let mut value = Vec::new();
        let mut ended = false;
        loop {
            let c = self.reader.chunk(&self.stop, &mut ended);
            if c.is_empty() {
                break;
            }
            value.extend(c);
        }
        let limits = self.options.limits;
        self.vars += 1;
        if name.eq_ignore_ascii_case(b"MAX_FILE_SIZE") {
            self.max_file_size = leading_int(&value);
        }
        let wanted = self.tell(Event::Variable { name, value: &value });
        if self.vars <= limits.vars {
            if wanted && !self.protected.contains(&normalized(name)) {
                let why = self.form.post.register(name, Node::Text(value), &limits, false);
                self.form.complaints.extend(why);
            }
        } else if self.vars == limits.vars + 1 {
            self.complain(query::too_many(limits.vars));
        }
    }

    /// An upload; false where the body makes no sense.
    fn upload(&mut self, name: Option<Vec<u8>>, file: Option<Vec<u8>>, kind: Option<&[u8]>) -> bool {
        if !self.options.file_uploads {
            self.skip_uploads = true;
        } else if self.uploads_left <= 0 {
            self.skip_uploads = true;
            if self.uploads_left == 0 {
                self.uploads_left -= 1;
                self.complain("Maximum number of allowable file uploads has been exceeded".into());
            }
        }
        let Some(file) = file else {
            self.complain("File Upload Mime headers garbled".into());
            return false;
        };
        let name = name.unwrap_or_else(|| {
            self.anonymous += 1;
            (self.anonymous - 1).to_string().into_bytes()
        });
        if !brackets_ok(&name) {
            self.skip_uploads = true;
        }
        if self.skip_uploads || !self.tell(Event::FileStart { name: &name, file: &file }) {
            return true;
        }
        let (error, path, size) = if file.is_empty() {
            let refused = !self.tell(Event::FileEnd { path: None, error: upload_error::NO_FILE });
            (if refused { upload_error::EXTENSION } else { upload_error::NO_FILE }, Vec::new(), 0)
        } else {
            self.store()
        };
        let kind = if error == upload_error::OK { kind.unwrap_or_default() } else { b"" };
        let kind = &kind[..kind.iter().position(|&c| c == b';').unwrap_or(kind.len())];
        self.register_upload(&name, &file, kind, &path, error, size);
        true
    }

    /// Writes an upload's body to a temporary file: error, path, size.
    fn store(&mut self) -> (i64, Vec<u8>, i64) {
        let mut ended = false;
        let data = self.reader.chunk(&self.stop, &mut ended);
        self.uploads_left -= 1;
        let made = howdah_streams::plain::named_temporary_file(self.options.tmp_dir.as_ref(), b"php");
        let Ok(mut tmp) = made else {
            self.complain("File upload error - unable to create a temporary file".into());
            self.tell(Event::FileEnd { path: None, error: upload_error::NO_TMP_DIR });
            return (upload_error::NO_TMP_DIR, Vec::new(), 0);
        };
        let (error, size) = self.copy(data, ended, tmp.as_file_mut());
        let path = tmp.path().as_os_str().to_owned().into_vec();
        let error = match self.tell(Event::FileEnd { path: Some(&path), error }) {
            true => error,
            false => upload_error::EXTENSION,
        };
        if error != upload_error::OK {
            return (error, Vec::new(), 0);
        }
        match tmp.into_temp_path().keep() {
            Ok(_) => {
                self.form.uploaded.push(path.clone());
                (upload_error::OK, path, size)
            }
            Err(_) => (upload_error::CANT_WRITE, Vec::new(), 0),
        }
    }

    /// Copies an upload's body, of which `data` was read, to a file: error and size.
    fn copy(&mut self, mut data: Vec<u8>, mut ended: bool, to: &mut impl Write) -> (i64, i64) {
        let mut size = 0;
        while !data.is_empty() {
            let length = data.len() as i64;
            if !self.tell(Event::FileData { offset: size, length }) {
                return (upload_error::EXTENSION, size);
            }
            let total = size + length;
            if self.options.max_size > 0 && total > self.options.max_size {
                return (upload_error::INI_SIZE, size);
            }
            if self.max_file_size != 0 && total > self.max_file_size {
                return (upload_error::FORM_SIZE, size);
            }
            if to.write_all(&data).is_err() {
                return (upload_error::CANT_WRITE, size);
            }
            size = total;
            data = self.reader.chunk(&self.stop, &mut ended);
        }
        (if ended { upload_error::OK } else { upload_error::PARTIAL }, size)
    }

    fn register_upload(&mut self, name: &[u8], file: &[u8], kind: &[u8], path: &[u8], error: i64, size: i64) {
        let limits = self.options.limits;
        // `a[b]` becomes `a[name][b]`, and so on.
        let array = name.iter().position(|&c| c == b'[').filter(|_| name.ends_with(b"]"));
        let (top, index) = array.map_or((name, &b""[..]), |i| name.split_at(i));
        let full = |what: &[u8]| [top, b"[", what, b"]", index].concat();
        let base = file.iter().rposition(|c| matches!(c, b'/' | b'\\')).map_or(file, |i| &file[i + 1..]);
        self.protected.insert(normalized(name));
        let tmp_name = full(b"tmp_name");
        let rows = [
            (full(b"name"), Node::Text(base.to_vec())),
            (full(b"full_path"), Node::Text(file.to_vec())),
            (full(b"type"), Node::Text(kind.to_vec())),
            (tmp_name.clone(), Node::Text(path.to_vec())),
            (full(b"error"), Node::Int(error)),
            (full(b"size"), Node::Int(if error == upload_error::OK { size } else { 0 })),
        ];
        for (key, value) in rows {
            if key == tmp_name || !self.protected.contains(&normalized(&key)) {
                self.form.files.register(&key, value, &limits, false);
            }
        }
        self.protected.insert(normalized(&tmp_name));
    }
}

/// Where temporary files go: `upload_tmp_dir` or `sys_temp_dir` where set, else `TMPDIR` or `/tmp`.
pub fn temp_dir(settings: [Option<&[u8]>; 2]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    match settings.into_iter().flatten().find(|s| !s.is_empty()) {
        Some(dir) => OsStr::from_bytes(dir).to_owned(),
        None => std::env::temp_dir().into_os_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Key;
    use super::*;

    fn options() -> Options {
        Options {
            limits: Limits { vars: 10, nesting: 5, display_errors: false },
            file_uploads: true,
            max_files: 3,
            max_size: 100,
            max_parts: -1,
            tmp_dir: std::env::temp_dir().into_os_string(),
        }
    }

    /// Reads a body that arrives in pieces of `step` bytes.
    fn read(body: &str, step: usize, o: &Options) -> Form {
        let mut rest = body.as_bytes();
        let mut source = |buf: &mut [u8]| {
            let n = step.min(rest.len()).min(buf.len());
            buf[..n].copy_from_slice(&rest[..n]);
            rest = &rest[n..];
            n
        };
        let f = parse(b"multipart/form-data; boundary=XX", o, &mut source, &mut |_, _| true);
        for f in &f.uploaded {
            std::fs::remove_file(OsString::from_vec(f.clone())).unwrap_or_else(|e| panic!("{e}"));
        }
        f
    }

    fn text<'t>(t: &'t Table, path: &[&str]) -> Option<&'t Node> {
        let (last, inner) = path.split_last()?;
        let mut at = t;
        for k in inner {
            match at.entries.get(&Key::of(k.as_bytes()))? {
                Node::Table(t) => at = t,
                _ => return None,
            }
        }
        at.entries.get(&Key::of(last.as_bytes()))
    }

    const BODY: &str = "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\none\r\ntwo\r\n--XX\r\n\
        Content-Disposition: form-data; name=\"f[x]\"; filename=\"C:\\\\d\\\\n.txt\"\r\nContent-Type: text/plain; q=1\r\n\r\n\
        data\r\n\r\n--XX\r\nContent-Disposition: form-data; name=\"e\"; filename=\"\"\r\n\r\n\r\n--XX--\r\n";

    #[test]
    fn fields_and_files() {
        for step in [1, 3, 7, 5000] {
            let f = read(BODY, step, &options());
            assert_eq!(text(&f.post, &["a", "b"]), Some(&Node::Text(b"one\r\ntwo".to_vec())), "{step}");
            assert_eq!(text(&f.files, &["f", "name", "x"]), Some(&Node::Text(b"n.txt".to_vec())));
            assert_eq!(text(&f.files, &["f", "type", "x"]), Some(&Node::Text(b"text/plain".to_vec())));
            assert_eq!(text(&f.files, &["f", "size", "x"]), Some(&Node::Int(6)), "{step}");
            assert_eq!(text(&f.files, &["e", "error"]), Some(&Node::Int(upload_error::NO_FILE)));
            assert_eq!(f.uploaded.len(), 1);
            assert!(f.complaints.is_empty());
        }
    }

    #[test]
    fn limits() {
        let o = Options { max_size: 3, ..options() };
        let f = read(BODY, 4096, &o);
        assert_eq!(text(&f.files, &["f", "error", "x"]), Some(&Node::Int(upload_error::INI_SIZE)));
        let f = read(&BODY[..BODY.len() - 80], 4096, &options());
        assert_eq!(text(&f.files, &["f", "error", "x"]), Some(&Node::Int(upload_error::PARTIAL)));
        let f = read(BODY, 4096, &Options { max_parts: 1, ..options() });
        assert_eq!(f.complaints.len(), 1);
        let f = parse(b"multipart/form-data", &options(), &mut |_| 0, &mut |_, _| true);
        assert!(f.complaints[0].starts_with("Missing"));
    }
}
