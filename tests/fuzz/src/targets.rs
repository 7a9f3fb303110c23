//! The readers.

use crate::engine::read;
use bumpalo::Bump;
use howdah_host::ini::{Lookup, ScanMode, parse as parse_ini};
use howdah_host::input::multipart::{self, Options};
use howdah_host::input::{Limits, query};
use howdah_host::plugins::inspect_bytes;
use howdah_syntax::export::export_stmts;
use howdah_syntax::lexer::{Lexer, LexerOptions};
use howdah_syntax::token::END;
use howdah_syntax::{ParseOptions, parse};
use php_fpm::fastcgi::Connection;
use std::io::{self, Read, Write};

struct Nothing;

impl Lookup for Nothing {
    fn constant(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
    fn variable(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Any bytes as ini text: reading ends, in every mode, with statements or a message.
pub fn ini(data: &[u8]) {
    for mode in [ScanMode::Normal, ScanMode::Raw, ScanMode::Typed] {
        if let Err(e) = parse_ini(data, mode, &Nothing, &mut |_| ()) {
            assert!(e.line > 0);
        }
    }
}

/// Any bytes as a plugin's file: it is refused or its manifest is read, and nothing is mapped.
pub fn manifest(data: &[u8]) {
    if let Err(why) = inspect_bytes(data) {
        assert!(!why.is_empty() && !why.contains('\n'));
    }
}

/// A Content-Type, a line's end, and a body: reading ends, within the limits, and what was uploaded is a file.
pub fn multipart(data: &[u8]) {
    let Ok(dir) = tempfile::tempdir() else { return };
    let split = data.iter().position(|&c| c == b'\n').unwrap_or(data.len());
    let (kind, body) = (&data[..split], data.get(split + 1..).unwrap_or_default());
    let limits = Limits { vars: 20, nesting: 4, display_errors: true };
    let options = Options {
        limits,
        file_uploads: true,
        max_files: 3,
        max_size: 64,
        max_parts: 8,
        tmp_dir: dir.path().into(),
    };
    // In pieces, so that what is looked for lies across them as well.
    let mut at = 0;
    let mut step = 1;
    let mut source = |buf: &mut [u8]| {
        step = step % 37 + 5;
        let n = buf.len().min(body.len() - at).min(step);
        buf[..n].copy_from_slice(&body[at..at + n]);
        at += n;
        n
    };
    let form = multipart::parse(kind, &options, &mut source, &mut |_, _| true);
    assert!(form.uploaded.len() <= 3);
    for f in &form.uploaded {
        let text = String::from_utf8_lossy(f).into_owned();
        let size = std::fs::metadata(&text).map_or(u64::MAX, |m| m.len());
        assert!(size <= 64, "{text}: {size}");
    }
}

/// Any bytes as a query, a form body and cookies.
pub fn forms(data: &[u8]) {
    let limits = Limits { vars: 20, nesting: 4, display_errors: true };
    let mut complaints = Vec::new();
    query::parse(data, b"&;", &limits, &mut complaints);
    query::parse_body(data, &limits, &mut complaints);
    query::parse_cookies(data, &limits, &mut complaints);
}

struct Wire<'d>(&'d [u8]);

impl Read for Wire<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = buf.len().min(self.0.len());
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Any bytes as a FastCGI connection: every request on it is taken, its body read and answered, and the connection ends.
pub fn fastcgi(data: &[u8]) {
    let mut c = Connection::new(Wire(data));
    while let Ok(Some(_)) = c.accept() {
        let mut buf = [0; 64];
        while c.read_stdin(&mut buf) > 0 {}
        if c.write_stdout(b"x").and_then(|()| c.finish(0)).is_err() || !c.keeps() {
            break;
        }
    }
}

/// Any bytes as a script: scanning ends and covers the source, parsing gives a tree or an error, a tree can be exported.
pub fn syntax(data: &[u8]) {
    let mut lexer = Lexer::new(data, &LexerOptions::default());
    let mut end = 0;
    loop {
        let token = lexer.next_token();
        assert_eq!(token.start, end);
        end = token.end;
        if token.id == END {
            break;
        }
    }
    assert_eq!(end as usize, data.len());
    for start_in_php in [false, true] {
        let arena = Bump::new();
        let options = ParseOptions { start_in_php, ..ParseOptions::default() };
        if let Ok(program) = parse(&arena, data, &options) {
            export_stmts(program.stmts, 14);
        }
    }
}

/// Any bytes as what serialize() wrote, with classes that wake up.
pub fn unserialize(data: &[u8]) {
    read("read_unserialize", data, false);
}

/// Any bytes as a session's values, in each form.
pub fn session(data: &[u8]) {
    read("read_session", data, false);
}

/// Any bytes as a picture: its size, and what its APP13 segment tells.
pub fn image(data: &[u8]) {
    read("read_image", data, false);
}

/// Any bytes as IPTC data.
pub fn iptc(data: &[u8]) {
    read("read_iptc", data, false);
}

/// Any bytes as a picture that a camera made.
pub fn exif(data: &[u8]) {
    read("read_exif", data, false);
}

/// Any bytes as a URL, its query, and as what filter_var() looks at.
pub fn url(data: &[u8]) {
    read("read_url", data, false);
}

/// Any bytes as a date, an interval, a time zone, or as a format and a date in it.
pub fn date(data: &[u8]) {
    read("read_date", data, false);
}

/// Any bytes as the texts that the standard functions decode.
pub fn text(data: &[u8]) {
    read("read_text", data, false);
}

/// Any bytes as an archive: zip, tar and phar.
pub fn phar(data: &[u8]) {
    read("read_phar", data, false);
}

/// Any bytes as the answer of an HTTP server.
pub fn http(data: &[u8]) {
    read("read_http", data, true);
}

/// Any bytes as what an FTP server says. What names a port of another machine is left out.
pub fn ftp(data: &[u8]) {
    if !data.windows(3).any(|w| w == b"227") {
        read("read_ftp", data, true);
    }
}
