//! Streams as PHP's functions use them.

use crate::context::Context;
use crate::filter::{Direction, FilterParams};
use crate::meta::MetaValue;
use crate::ops::{Lock, Locked, Whence};
use crate::stream::{Stream, flags};
use crate::testing::streams;
use crate::value::Value;
use crate::wrapper::{Change, Streams, options, stat_flags};
use std::rc::Rc;

fn open(s: &Streams, path: &str, mode: &str) -> Option<Rc<Stream>> {
    s.open(path.as_bytes(), mode.as_bytes(), options::REPORT_ERRORS, None).map(|o| o.stream)
}

fn text(b: Option<Vec<u8>>) -> Option<String> {
    b.map(|b| String::from_utf8_lossy(&b).into_owned())
}

#[test]
fn failures_say_what_php_says() {
    let (s, env) = streams();
    for path in ["/no/such", "foo://bar", "php://nope", "php://fd/x", "data:nocomma", "glob://x", "/tmp"] {
        assert!(open(&s, path, if path == "/tmp" { "w" } else { "r" }).is_none());
    }
    assert!(open(&s, "/tmp/x", "q").is_none());
    assert!(s.open_dir(b"/no/such", options::REPORT_ERRORS, None).is_none());
    assert!(open(&s, "", "r").is_none());
    assert_eq!(
        env.taken(),
        [
            "Warning(/no/such): Failed to open stream: No such file or directory",
            "Warning: Unable to find the wrapper \"foo\" - did you forget to enable it when you configured PHP?",
            "Warning(foo://bar): Failed to open stream: No such file or directory",
            "Warning: Invalid php:// URL specified",
            "Warning(php://nope): Failed to open stream: operation failed",
            "Warning(php://fd/x): Failed to open stream: php://fd/ stream must be specified in the form php://fd/<orig fd>",
            "Warning(data:nocomma): Failed to open stream: rfc2397: no comma in URL",
            "Warning(glob://x): Failed to open stream: wrapper does not support stream open",
            "Warning(/tmp): Failed to open stream: Is a directory",
            "Warning(/tmp/x): Failed to open stream: `q' is not a valid mode for fopen",
            "Warning(/no/such): Failed to open directory: No such file or directory",
            "ValueError: Path must not be empty",
        ]
    );
}

#[test]
fn urls_are_bound_by_ini() {
    let (s, env) = streams();
    env.ini.borrow_mut().insert("allow_url_fopen", "0");
    assert!(open(&s, "data:,x", "r").is_none());
    env.ini.borrow_mut().insert("allow_url_fopen", "1");
    let include = options::FOR_INCLUDE | options::REPORT_ERRORS;
    assert!(s.open(b"data:,x", b"rb", include, None).is_none());
    assert!(open(&s, "data:,x", "r").is_some());
    assert_eq!(
        env.taken(),
        [
            "Warning: data:// wrapper is disabled in the server configuration by allow_url_fopen=0",
            "Warning(data:,x): Failed to open stream: no suitable wrapper could be found",
            "Warning: data:// wrapper is disabled in the server configuration by allow_url_include=0",
            "Warning(data:,x): Failed to open stream: no suitable wrapper could be found",
        ]
    );
}

#[test]
fn files_are_read_and_written() {
    let (s, env) = streams();
    let dir = tempfile::tempdir().unwrap();
    let path = format!("{}/f", dir.path().display());
    let f = open(&s, &path, "w+").unwrap();
    assert_eq!(f.write(b"one\ntwo\nthree"), Ok(13));
    assert_eq!(f.position(), 13);
    assert!(f.rewind());
    assert_eq!(text(f.read_line(None)).as_deref(), Some("one\n"));
    assert_eq!((f.position(), f.unread()), (4, 9));
    assert_eq!(text(f.read_line(Some(2))).as_deref(), Some("tw"));
    assert!(f.seek(2, Whence::Current));
    assert_eq!(f.write(b"THREE"), Ok(5));
    assert!(f.seek(-5, Whence::End));
    assert_eq!(f.read_all(None), b"THREE");
    assert!(!f.at_end() || f.eof());
    assert_eq!(f.read_vec(1), Ok(vec![]));
    assert!(f.at_end());
    assert!(!f.seek(-1, Whence::Set));
    assert_eq!(f.stat().unwrap().size, 13);
    assert_eq!(f.ops().lock(&f, Lock::Exclusive, true), Locked::Yes);
    assert!(f.ops().truncate(&f, 3));
    f.close();
    let a = open(&s, &format!("file://{path}"), "a").unwrap();
    assert_eq!(a.position(), 0);
    a.write(b"!").unwrap();
    assert_eq!(a.read_vec(1), Err(crate::Failed));
    a.close();
    assert_eq!(open(&s, &path, "r").unwrap().read_all(None), b"one!");
    assert!(open(&s, &path, "x").is_none());
    assert_eq!(
        env.taken(),
        [
            "Notice: Read of 8192 bytes failed with errno=9 Bad file descriptor",
            &format!("Warning({path}): Failed to open stream: File exists")
        ]
    );
}

#[test]
fn records_end_at_delimiters() {
    let (s, _) = streams();
    let f = open(&s, "data:,a--b--c", "r").unwrap();
    let next = || text(f.read_record(100, b"--"));
    assert_eq!([next(), next(), next(), next()].map(|r| r.unwrap_or("-".into())), ["a", "b", "c", "-"]);
    let f = open(&s, "data:,abcdef", "r").unwrap();
    assert_eq!(text(f.read_record(4, b"")).as_deref(), Some("abcd"));
    assert_eq!(f.position(), 4);
    assert_eq!(text(f.read_record(4, b"|")).as_deref(), Some("ef"));
}

#[test]
fn long_lines_cross_chunks() {
    let (s, _) = streams();
    let m = open(&s, "php://temp/maxmemory:1000", "w+").unwrap();
    let line = "x".repeat(20_000) + "\n";
    m.write(line.as_bytes()).unwrap();
    m.write(b"end").unwrap();
    m.rewind();
    assert_eq!(m.read_line(None).unwrap().len(), 20_001);
    assert_eq!(text(m.read_line(None)).as_deref(), Some("end"));
    assert_eq!(m.read_line(None), None);
    assert!(m.at_end());
    assert!(m.descriptor(crate::ops::Cast::Select, false).is_some());
}

#[test]
fn memory_keeps_its_rules() {
    let (s, env) = streams();
    let m = open(&s, "php://memory", "r").unwrap();
    assert_eq!(m.write(b"x"), Err(crate::Failed));
    let m = open(&s, "php://memory", "w+").unwrap();
    m.write(b"abc").unwrap();
    assert!(m.seek(5, Whence::Set));
    m.write(b"z").unwrap();
    m.rewind();
    assert_eq!(m.read_all(None), b"abc\0\0z");
    assert!(!m.seek(-10, Whence::End));
    assert_eq!(m.position(), -1);
    assert!(m.ops().truncate(&m, 2));
    let d = open(&s, "data:,x", "r").unwrap();
    assert_eq!(d.write(b"y"), Err(crate::Failed));
    assert_eq!(env.taken(), ["Notice: Stream is not writable"]);
}

#[test]
fn metadata_in_order() {
    let (s, _) = streams();
    let keys = |f: &Stream| {
        f.metadata()
            .iter()
            .map(|(k, _)| String::from_utf8_lossy(k).into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let d = open(&s, "data:text/plain;x=y;base64,QUJD", "r").unwrap();
    assert_eq!(keys(&d), "mediatype x base64 wrapper_type stream_type mode unread_bytes seekable uri");
    let t = open(&s, "php://temp", "w+").unwrap();
    assert_eq!(keys(&t), "wrapper_type stream_type mode unread_bytes seekable uri");
    let f = open(&s, "/dev/null", "r").unwrap();
    assert_eq!(keys(&f), "timed_out blocked eof wrapper_type stream_type mode unread_bytes seekable uri");
    assert_eq!(f.metadata()[3].1, MetaValue::Text(b"plainfile".to_vec()));
}

#[test]
fn filters_on_both_sides() {
    let (s, env) = streams();
    let m = open(&s, "php://memory", "w+").unwrap();
    let make = |name: &str| s.filters.create(s.env(), name.as_bytes(), &FilterParams::default()).unwrap();
    m.append_filter(Direction::Write, b"string.rot13", make("string.rot13")).unwrap();
    let up = m.append_filter(Direction::Write, b"string.toupper", make("string.toupper")).unwrap();
    assert_eq!(m.write(b"Hello"), Ok(5));
    assert!(m.remove_filter(&up));
    m.write(b"Hello").unwrap();
    m.rewind();
    assert_eq!(m.read_all(None), b"URYYBUryyb");
    let f =
        open(&s, "php://filter/read=string.toupper|convert.base64-encode/resource=data:,abcd", "r").unwrap();
    assert_eq!(f.read_all(None), b"QUJDRA==");
    assert!(s.filters.create(s.env(), b"nope.x", &FilterParams::default()).is_none());
    assert!(s.filters.create(s.env(), b"convert.x", &FilterParams::default()).is_none());
    assert_eq!(
        env.taken(),
        [
            "Warning: Unable to locate filter \"nope.x\"",
            "Warning: Unable to create or locate filter \"convert.x\""
        ]
    );
}

#[test]
fn what_was_read_ahead_is_filtered_too() {
    let (s, _) = streams();
    let dir = tempfile::tempdir().unwrap();
    let path = format!("{}/f", dir.path().display());
    std::fs::write(&path, "one\ntwo\n").unwrap();
    let f = open(&s, &path, "r").unwrap();
    f.read_line(None);
    let up = s.filters.create(s.env(), b"string.toupper", &FilterParams::default()).unwrap();
    f.append_filter(Direction::Read, b"string.toupper", up).unwrap();
    assert_eq!(f.read_all(None), b"TWO\n");
}

#[test]
fn files_by_name() {
    let (s, env) = streams();
    let dir = tempfile::tempdir().unwrap();
    let at = |n: &str| format!("{}/{n}", dir.path().display()).into_bytes();
    assert!(s.mkdir(&at("a/b/c"), 0o755, true, None));
    assert!(!s.mkdir(&at("a/b/c"), 0o755, true, None));
    assert_eq!(s.change(&at("a/f"), &Change::Touch(Some((10, 20))), None), Some(true));
    let st = s.stat(&at("a/f"), 0, None).unwrap();
    assert_eq!((st.mtime, st.atime), (10, 20));
    assert_eq!(s.change(&at("a/f"), &Change::Access(0o600), None), Some(true));
    assert!(s.rename(&at("a/f"), &at("a/g"), None));
    assert!(!s.rename(&at("a/g"), b"php://memory", None));
    assert!(s.stat(&at("a/f"), stat_flags::QUIET, None).is_none());
    let mut names = s.scan_dir(&at("a"), None).unwrap();
    names.sort();
    assert_eq!(names, [&b"."[..], b"..", b"b", b"g"]);
    let mut globbed = s.scan_dir(&[b"glob://", &at("a/*")[..]].concat(), None).unwrap();
    globbed.sort();
    assert_eq!(globbed, [b"b", b"g"]);
    assert!(!s.rmdir(&at("a"), None));
    assert!(s.unlink(&at("a/g"), None) && !s.unlink(&at("a/g"), None));
    assert!(!s.unlink(b"php://memory", None));
    let show = |n: &str| String::from_utf8(at(n)).unwrap();
    assert_eq!(
        env.taken(),
        [
            "Warning: File exists".to_owned(),
            "Warning: Cannot rename a file across wrapper types".to_owned(),
            format!("Warning({}): Directory not empty", show("a")),
            format!("Warning({}): No such file or directory", show("a/g")),
            "Warning: PHP does not allow unlinking".to_owned(),
        ]
    );
}

#[test]
fn open_basedir_bounds_paths() {
    let (s, env) = streams();
    let dir = tempfile::tempdir().unwrap();
    let base: &'static str = Box::leak(dir.path().display().to_string().into_boxed_str());
    env.ini.borrow_mut().insert("open_basedir", base);
    assert!(open(&s, &format!("{base}/f"), "w").is_some());
    assert!(open(&s, &format!("{base}/../etc"), "r").is_none());
    assert_eq!(
        env.taken(),
        [
            format!(
                "Warning: open_basedir restriction in effect. File({base}/../etc) is not within the allowed path(s): ({base})"
            ),
            format!("Warning({base}/../etc): Failed to open stream: Operation not permitted"),
        ]
    );
}

#[test]
fn includes_look_through_the_include_path() {
    let (s, env) = streams();
    let dir = tempfile::tempdir().unwrap();
    let base: &'static str = Box::leak(dir.path().display().to_string().into_boxed_str());
    std::fs::write(format!("{base}/inc.php"), "x").unwrap();
    env.ini.borrow_mut().insert("include_path", Box::leak(format!(".:{base}").into_boxed_str()));
    let o = s.open(b"inc.php", b"rb", options::USE_PATH | options::FOR_INCLUDE, None).unwrap();
    assert_eq!(o.path, std::fs::canonicalize(format!("{base}/inc.php")).ok().map(crate::path::bytes));
    assert!(s.open(b"missing.php", b"rb", options::USE_PATH | options::REPORT_ERRORS, None).is_none());
    assert_eq!(env.taken(), ["Warning(missing.php): Failed to open stream: No such file or directory"]);
}

#[test]
fn streams_that_cannot_seek_say_so() {
    let (s, env) = streams();
    let p = s.open_process_pipe(b"printf abcdef", b"r").unwrap();
    assert_eq!(p.read_vec(1), Ok(b"a".to_vec()));
    assert!(p.seek(2, Whence::Current));
    assert_eq!(p.read_vec(1), Ok(b"d".to_vec()));
    assert!(!p.seek(0, Whence::Set));
    assert_eq!(env.taken(), ["Warning: Stream does not support seeking"]);
}

#[test]
fn output_goes_to_the_script() {
    let (s, env) = streams();
    let o = open(&s, "php://output", "w").unwrap();
    o.write(b"hi").unwrap();
    open(&s, "data:,%20there", "r").unwrap().pass_through().unwrap();
    assert_eq!(&*env.printed.borrow(), b"hi there");
}

#[test]
fn copies_between_streams() {
    let (s, _) = streams();
    let from = open(&s, "data:,abcdefgh", "r").unwrap();
    let to = open(&s, "php://memory", "w+").unwrap();
    assert_eq!(from.copy_to(&to, Some(3)), (3, Ok(())));
    assert_eq!(from.copy_to(&to, None), (5, Ok(())));
    to.rewind();
    assert_eq!(to.read_all(None), b"abcdefgh");
}

#[test]
fn line_ends_are_found_out() {
    let (s, env) = streams();
    env.ini.borrow_mut().insert("auto_detect_line_endings", "1");
    let f = open(&s, "data:,a%0Db%0Dc", "r").unwrap();
    assert!(f.has(flags::DETECT_EOL));
    assert_eq!(text(f.read_line(None)).as_deref(), Some("a\r"));
    assert_eq!(text(f.read_line(None)).as_deref(), Some("b\r"));
}

#[test]
fn contexts_hold_options() {
    let c = Context::empty();
    c.options().set("http", "method", Value::Text(b"POST".to_vec()));
    assert_eq!(c.get("http", "method").unwrap().to_text(), b"POST");
    assert!(c.get("http", "header").is_none());
}

#[test]
fn passwords_are_not_shown() {
    let hide = |u: &str| String::from_utf8(crate::wrapper::without_password(u.as_bytes())).unwrap();
    assert_eq!(hide("ftp://me:secret@host/x"), "ftp://...@host/x");
    assert_eq!(hide("http://host/x"), "http://host/x");
}

#[test]
fn wrappers_come_and_go() {
    let (s, _) = streams();
    assert!(s.unregister(b"file"));
    assert!(!s.unregister(b"file"));
    let (w, in_place) = s.original(b"file").unwrap();
    assert!(!in_place);
    assert!(s.register(b"file", w.clone()) && !s.register(b"file", w.clone()));
    assert!(!s.register(b"a b", w));
    assert_eq!(s.schemes(), [&b"php"[..], b"glob", b"data", b"http", b"ftp", b"file"]);
    s.reset();
    assert!(s.original(b"file").unwrap().1);
}
