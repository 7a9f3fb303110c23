//! Runs phpt tests against a PHP command and compares what passes with a list.
//!
//! `phpt-runner --php CMD [--src DIR] [--only FILE] [--save-pass FILE] [-j N] [--timeout S] [--show] PATH…`
//!
//! Sections understood: FILE, FILEEOF, EXPECT, EXPECTF, EXPECTREGEX, INI, ARGS, STDIN, SKIPIF, CLEAN, XFAIL. A test with
//! another section that changes how it runs (POST, GET, COOKIE, CGI, EXTENSIONS of what is not loaded) is skipped; with
//! `--only` a skip counts as a failure.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const INI: &[&str] = &[
    "error_reporting=32767",
    "display_errors=1",
    "log_errors=0",
    "html_errors=0",
    "precision=14",
    "serialize_precision=-1",
    "memory_limit=128M",
    "zend.assertions=1",
    "zend.exception_ignore_args=0",
    "short_open_tag=0",
    "date.timezone=UTC",
];

struct Opts {
    php: String,
    src: PathBuf,
    only: Option<BTreeSet<String>>,
    save: Option<PathBuf>,
    jobs: usize,
    timeout: Duration,
    show: bool,
    paths: Vec<String>,
    extensions: Vec<String>,
}

#[derive(PartialEq)]
enum Outcome {
    Pass,
    Fail(String),
    Skip(String),
}

fn die(msg: &str) -> ! {
    eprintln!("phpt-runner: {msg}");
    std::process::exit(2)
}

fn options() -> Opts {
    let mut o = Opts {
        php: "php".into(),
        src: ".".into(),
        only: None,
        save: None,
        jobs: 2,
        timeout: Duration::from_secs(10),
        show: false,
        paths: Vec::new(),
        extensions: Vec::new(),
    };
    let mut it = std::env::args().skip(1);
    while let Some(a) = it.next() {
        let mut value = || it.next().unwrap_or_else(|| die(&format!("{a} needs a value")));
        match a.as_str() {
            "--php" => o.php = value(),
            "--src" => o.src = value().into(),
            "--only" => {
                let f = value();
                let text = std::fs::read_to_string(&f).unwrap_or_else(|e| die(&format!("{f}: {e}")));
                o.only = Some(text.lines().map(str::to_owned).collect());
            }
            "--save-pass" => o.save = Some(value().into()),
            "-j" => o.jobs = value().parse().unwrap_or(2),
            "--timeout" => o.timeout = Duration::from_secs(value().parse().unwrap_or(10)),
            "--show" => o.show = true,
            s if s.starts_with('-') => die(&format!("unknown option {s}")),
            _ => o.paths.push(a),
        }
    }
    o
}

fn collect(dir: &Path, out: &mut Vec<PathBuf>) {
    if dir.is_file() {
        out.push(dir.to_owned());
        return;
    }
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for p in paths {
        if p.is_dir() {
            collect(&p, out);
        } else if p.extension().is_some_and(|e| e == "phpt") {
            out.push(p);
        }
    }
}

/// The sections of a test, in order.
fn sections(text: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.split_inclusive(|&c| c == b'\n') {
        let t = line.trim_ascii_end();
        let name = t.strip_prefix(b"--").and_then(|t| t.strip_suffix(b"--"));
        if let Some(n) =
            name.filter(|n| !n.is_empty() && n.iter().all(|c| c.is_ascii_uppercase() || *c == b'_'))
        {
            out.push((String::from_utf8_lossy(n).into_owned(), Vec::new()));
        } else if let Some(last) = out.last_mut() {
            last.1.extend_from_slice(line);
        }
    }
    out
}

/// Whether text matches an EXPECTF pattern: a backtracking matcher over its elements.
fn expectf(pat: &[u8], text: &[u8]) -> bool {
    #[derive(Clone, Copy)]
    enum E<'p> {
        Lit(u8),
        Class(fn(u8) -> bool, bool),
        Any { newlines: bool, min: usize },
        Regex(&'p [u8]),
        Number { sign: bool },
        Float,
        Char,
    }
    let mut el = Vec::new();
    let mut i = 0;
    while i < pat.len() {
        if pat[i] == b'%' && i + 1 < pat.len() {
            let e = match pat[i + 1] {
                b's' => E::Any { newlines: false, min: 1 },
                b'S' => E::Any { newlines: false, min: 0 },
                b'a' => E::Any { newlines: true, min: 1 },
                b'A' => E::Any { newlines: true, min: 0 },
                b'w' => E::Class(|c| c.is_ascii_whitespace(), false),
                b'i' => E::Number { sign: true },
                b'd' => E::Number { sign: false },
                b'x' => E::Class(|c| c.is_ascii_hexdigit(), true),
                b'f' => E::Float,
                b'c' => E::Char,
                b'e' => E::Lit(b'/'),
                b'r' => {
                    let rest = &pat[i + 2..];
                    let end = rest.windows(2).position(|w| w == b"%r").unwrap_or(rest.len());
                    el.push(E::Regex(&rest[..end]));
                    i += 4 + end;
                    continue;
                }
                b'0' => E::Lit(0),
                _ => {
                    el.push(E::Lit(b'%'));
                    i += 1;
                    continue;
                }
            };
            el.push(e);
            i += 2;
        } else {
            el.push(E::Lit(pat[i]));
            i += 1;
        }
    }
    // Positions of the text reachable after each element.
    let mut at: Vec<bool> = vec![false; text.len() + 1];
    at[0] = true;
    for e in el {
        let mut next = vec![false; text.len() + 1];
        let run = |from: usize, ok: &dyn Fn(u8) -> bool, min: usize, next: &mut Vec<bool>| {
            let mut j = from;
            loop {
                if j - from >= min {
                    next[j] = true;
                }
                if j < text.len() && ok(text[j]) { j += 1 } else { break }
            }
        };
        match e {
            E::Lit(c) => (0..text.len()).filter(|&j| at[j] && text[j] == c).for_each(|j| next[j + 1] = true),
            E::Char => (0..text.len()).filter(|&j| at[j]).for_each(|j| next[j + 1] = true),
            E::Any { newlines, min } => {
                // A run may start at any reachable position: sweep once.
                let mut since: Option<usize> = None;
                for j in 0..=text.len() {
                    if let Some(s) = since
                        && j - s >= min
                    {
                        next[j] = true;
                    }
                    if at[j] && since.is_none() {
                        since = Some(j);
                        if min == 0 {
                            next[j] = true;
                        }
                    }
                    if j < text.len() && !newlines && (text[j] == b'\n' || text[j] == b'\r') {
                        since = None;
                    }
                }
            }
            E::Class(ok, one) => {
                (0..=text.len()).filter(|&j| at[j]).for_each(|j| run(j, &ok, one as usize, &mut next))
            }
            E::Number { sign } => {
                for j in (0..text.len()).filter(|&j| at[j]) {
                    let k = j + (sign && matches!(text[j], b'+' | b'-')) as usize;
                    run(k, &|c| c.is_ascii_digit(), 1, &mut next);
                }
            }
            E::Float => {
                for j in (0..text.len()).filter(|&j| at[j]) {
                    let ok = |c: u8| c.is_ascii_digit() || matches!(c, b'.' | b'+' | b'-' | b'e' | b'E');
                    run(j, &ok, 1, &mut next);
                }
            }
            E::Regex(r) => {
                let Ok(re) = regex::bytes::Regex::new(&format!("^(?s-u:{})", perl(r))) else {
                    return false;
                };
                for j in (0..=text.len()).filter(|&j| at[j]) {
                    if let Some(m) = re.find(&text[j..]) {
                        next[j + m.end()] = true;
                    }
                }
            }
        }
        at = next;
    }
    at[text.len()]
}

/// A pattern of PCRE for this crate's engine, which has no octal escapes.
fn perl(pattern: &[u8]) -> String {
    String::from_utf8_lossy(pattern).replace("\\0", "\\x00")
}

/// Line ends as one, ends trimmed.
fn normal(b: &[u8]) -> Vec<u8> {
    let mut v: Vec<u8> = Vec::with_capacity(b.len());
    for (i, &c) in b.iter().enumerate() {
        if c == b'\r' && b.get(i + 1) == Some(&b'\n') {
            continue;
        }
        v.push(c);
    }
    v.trim_ascii().to_vec()
}

fn run_php(
    o: &Opts,
    file: &Path,
    ini: &[String],
    args: &[String],
    stdin: &[u8],
) -> Result<(Vec<u8>, bool), String> {
    let out = file.with_extension("out");
    let sink = std::fs::File::create(&out).map_err(|e| e.to_string())?;
    let err = sink.try_clone().map_err(|e| e.to_string())?;
    let mut c = Command::new(&o.php);
    for s in INI.iter().map(|s| (*s).to_owned()).chain(ini.iter().cloned()) {
        c.arg("-d").arg(s);
    }
    c.arg("-f").arg(file);
    if !args.is_empty() {
        c.arg("--").args(args);
    }
    // Tests that start PHP themselves find it there.
    c.env("TEST_PHP_EXECUTABLE", &o.php).env("TEST_PHP_EXECUTABLE_ESCAPED", format!("'{}'", o.php));
    c.env("TEST_PHP_EXTRA_ARGS", "");
    if let Some(d) = file.parent() {
        c.current_dir(d);
    }
    let input = if stdin.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child = c.stdin(input).stdout(sink).stderr(err).spawn().map_err(|e| format!("{}: {e}", o.php))?;
    if let Some(mut i) = child.stdin.take() {
        // A script need not read it all.
        drop(i.write_all(stdin));
    }
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(s)) => break s,
            Ok(None) if start.elapsed() > o.timeout => {
                let killed = child.kill().and_then(|()| child.wait());
                drop(killed);
                drop(std::fs::remove_file(&out));
                return Err("timeout".into());
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(2)),
            Err(e) => return Err(e.to_string()),
        }
    };
    let text = std::fs::read(&out).unwrap_or_default();
    drop(std::fs::remove_file(&out));
    Ok((text, status.code().is_some()))
}

fn test(o: &Opts, path: &Path) -> Outcome {
    let Ok(text) = std::fs::read(path) else { return Outcome::Fail("unreadable".into()) };
    let s = sections(&text);
    let get = |n: &str| s.iter().find(|(k, _)| k == n).map(|(_, v)| v.clone());
    for n in [
        "POST",
        "POST_RAW",
        "GET",
        "COOKIE",
        "CGI",
        "EXPECTHEADERS",
        "PUT",
        "GZIP_POST",
        "DEFLATE_POST",
        "REDIRECTTEST",
        "EXPECT_EXTERNAL",
        "FILE_EXTERNAL",
        "ENV",
        "CAPTURE_STDIO",
    ] {
        if get(n).is_some() {
            return Outcome::Skip(format!("has a {n} section"));
        }
    }
    let wanted =
        get("EXTENSIONS").map(|e| String::from_utf8_lossy(&e).to_ascii_lowercase()).unwrap_or_default();
    if let Some(missing) = wanted.split_whitespace().find(|e| !o.extensions.iter().any(|x| x == e)) {
        return Outcome::Skip(format!("needs extension {missing}"));
    }
    if get("XFAIL").is_some() {
        return Outcome::Skip("expected to fail".into());
    }
    let file = match (get("FILE"), get("FILEEOF")) {
        (Some(f), _) => f,
        (None, Some(f)) => f.trim_ascii_end().to_vec(),
        _ => return Outcome::Fail("no FILE section".into()),
    };
    let dir = path.parent().map(|d| d.to_string_lossy().into_owned()).unwrap_or_default();
    let ini: Vec<String> = String::from_utf8_lossy(&get("INI").unwrap_or_default())
        .lines()
        .map(|l| l.trim().replace("{PWD}", &dir))
        .filter_map(|l| l.split_once('=').map(|(name, value)| format!("{}={}", name.trim(), value.trim())))
        .collect();
    let args: Vec<String> = String::from_utf8_lossy(&get("ARGS").unwrap_or_default())
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let script = path.with_extension("php");
    let part = |name: &str, code: &[u8], stdin: &[u8], args: &[String]| -> Result<(Vec<u8>, bool), String> {
        let p = if name.is_empty() { script.clone() } else { path.with_extension(name) };
        std::fs::write(&p, code).map_err(|e| e.to_string())?;
        let r = run_php(o, &p, &ini, args, stdin);
        drop(std::fs::remove_file(&p));
        r
    };
    if let Some(code) = get("SKIPIF")
        && let Ok((out, _)) = part("skip.php", &code, b"", &[])
        && normal(&out).starts_with(b"skip")
    {
        return Outcome::Skip(String::from_utf8_lossy(&normal(&out)).into_owned());
    }
    let (out, exited) = match part("", &file, &get("STDIN").unwrap_or_default(), &args) {
        Ok(r) => r,
        Err(e) => return Outcome::Fail(e),
    };
    if let Some(code) = get("CLEAN") {
        drop(part("clean.php", &code, b"", &[]));
    }
    if !exited {
        return Outcome::Fail("ended by a signal".into());
    }
    let got = normal(&out);
    let (want, ok) = if let Some(e) = get("EXPECT") {
        let e = normal(&e);
        let ok = e == got;
        (e, ok)
    } else if let Some(e) = get("EXPECTF") {
        let e = normal(&e);
        let ok = expectf(&e, &got);
        (e, ok)
    } else if let Some(e) = get("EXPECTREGEX") {
        let e = normal(&e);
        let re = pcre2::bytes::RegexBuilder::new()
            .dotall(true)
            .build(&format!("^(?:{})$", String::from_utf8_lossy(&e)));
        let ok = re.is_ok_and(|r| r.is_match(&got).unwrap_or(false));
        (e, ok)
    } else {
        return Outcome::Fail("no expectation".into());
    };
    if ok {
        return Outcome::Pass;
    }
    Outcome::Fail(format!(
        "--- expected\n{}\n--- got\n{}",
        String::from_utf8_lossy(&want),
        String::from_utf8_lossy(&got)
    ))
}

/// Names of the extensions that the PHP under test has, as its `-m` lists them.
fn extensions(o: &Opts) -> Vec<String> {
    let out = Command::new(&o.php).arg("-m").output();
    let text = out.map(|o| String::from_utf8_lossy(&o.stdout).to_ascii_lowercase()).unwrap_or_default();
    text.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty() && !l.starts_with('[')).collect()
}

fn main() {
    let mut o = options();
    o.src = std::fs::canonicalize(&o.src).unwrap_or_else(|e| die(&format!("{}: {e}", o.src.display())));
    o.extensions = extensions(&o);
    let o = o;
    let mut files = Vec::new();
    match (&o.only, o.paths.is_empty()) {
        (Some(list), true) => files.extend(list.iter().map(|n| o.src.join(n))),
        _ => o.paths.iter().for_each(|p| collect(&o.src.join(p), &mut files)),
    }
    if let Some(list) = &o.only {
        files.retain(|f| f.strip_prefix(&o.src).is_ok_and(|n| list.contains(&*n.to_string_lossy())));
    }
    if files.is_empty() {
        die("no tests found");
    }
    let (at, passed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let (failed, skipped) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..o.jobs {
            scope.spawn(|| {
                while let Some(f) = files.get(at.fetch_add(1, Ordering::Relaxed)) {
                    let name = f.strip_prefix(&o.src).unwrap_or(f).to_string_lossy().into_owned();
                    match test(&o, f) {
                        Outcome::Pass => passed.lock().unwrap_or_else(|e| e.into_inner()).push(name),
                        Outcome::Skip(_) if o.only.is_none() => {
                            skipped.fetch_add(1, Ordering::Relaxed);
                        }
                        Outcome::Skip(why) | Outcome::Fail(why) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            let more = if o.show { format!("\n{why}") } else { String::new() };
                            // Whoever reads the report may have gone.
                            drop(writeln!(std::io::stdout(), "FAIL {name}{more}"));
                        }
                    }
                }
            });
        }
    });
    let mut passed = passed.into_inner().unwrap_or_else(|e| e.into_inner());
    passed.sort();
    if let Some(p) = &o.save
        && let Err(e) = std::fs::write(p, passed.join("\n") + "\n")
    {
        die(&format!("{}: {e}", p.display()));
    }
    let (failed, skipped) = (failed.into_inner(), skipped.into_inner());
    println!("{} passed, {failed} failed, {skipped} skipped", passed.len());
    std::process::exit((failed > 0) as i32);
}
