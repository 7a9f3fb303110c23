//! Runs phpt tests against a PHP command and compares what passes with a list.
//!
//! `phpt-runner --php CMD [--fpm CMD] [--src DIR] [--only FILE] [--save-pass FILE] [-j N] [--timeout S] [--show] PATH…`
//!
//! Sections understood: FILE, FILEEOF, EXPECT, EXPECTF, EXPECTREGEX (and their EXTERNAL kin), INI, ENV, ARGS, STDIN,
//! CAPTURE_STDIO, SKIPIF, CLEAN, XFAIL, CONFLICTS. A test with GET, POST, POST_RAW, PUT, COOKIE, CGI or EXPECTHEADERS is a request to a
//! `php-fpm`: that of `--fpm`, or the one beside the PHP command. A test with another section that changes how it runs, or
//! with EXTENSIONS of what is not loaded, is skipped; with `--only` a skip counts as a failure. Tests of different folders
//! run beside each other; where few fail so, they run once more, alone, and a line `ALONE` names what passed only then.

mod conflicts;
mod expect;
mod web;

use expect::{expectf, normal};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
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
    fpm: Option<PathBuf>,
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

/// As many failed tests may have failed because of what ran beside them.
const FEW: usize = 20;

fn die(msg: &str) -> ! {
    eprintln!("phpt-runner: {msg}");
    std::process::exit(2)
}

fn options() -> Opts {
    let mut o = Opts {
        php: "php".into(),
        fpm: None,
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
            "--fpm" => o.fpm = Some(value().into()),
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

/// One run of PHP: a test's script, or its SKIPIF or CLEAN part.
struct Run<'t> {
    o: &'t Opts,
    ini: &'t [String],
    env: &'t [(String, String)],
}

impl Run<'_> {
    /// Where tests that start PHP themselves find it.
    fn paths(&self) -> [(&'static str, String); 3] {
        let php = &self.o.php;
        [
            ("TEST_PHP_EXECUTABLE", php.clone()),
            ("TEST_PHP_EXECUTABLE_ESCAPED", format!("'{php}'")),
            ("TEST_PHP_EXTRA_ARGS", String::new()),
        ]
    }

    fn settings(&self) -> impl Iterator<Item = String> {
        INI.iter().map(|s| (*s).to_owned()).chain(self.ini.iter().cloned())
    }

    /// Runs a script with the command line's PHP. Gives what it wrote, and whether it ended without a signal. `captured`
    /// names the standard streams that are not the runner's own.
    fn script(
        &self,
        file: &Path,
        args: &[String],
        stdin: &[u8],
        captured: &str,
    ) -> Result<(Vec<u8>, bool), String> {
        let out = file.with_extension("out");
        let sink = std::fs::File::create(&out).map_err(|e| e.to_string())?;
        let err = sink.try_clone().map_err(|e| e.to_string())?;
        let mut c = Command::new(&self.o.php);
        self.settings().for_each(|s| {
            c.arg("-d").arg(s);
        });
        c.arg("-f").arg(file);
        if !args.is_empty() {
            c.arg("--").args(args);
        }
        c.envs(self.paths()).envs(self.env.iter().cloned());
        if let Some(d) = file.parent() {
            c.current_dir(d);
        }
        if captured.contains("STDIN") {
            c.stdin(if stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
        }
        if captured.contains("STDOUT") {
            c.stdout(sink);
        }
        if captured.contains("STDERR") {
            c.stderr(err);
        }
        let mut child = c.spawn().map_err(|e| format!("{}: {e}", self.o.php))?;
        if let Some(mut i) = child.stdin.take() {
            // A script need not read it all.
            drop(i.write_all(stdin));
        }
        let start = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(s)) => break s,
                Ok(None) if start.elapsed() > self.o.timeout => {
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

    /// Runs a script as a page.
    fn page(&self, file: &Path, mut r: web::Request) -> Result<Vec<u8>, String> {
        let Some(fpm) = &self.o.fpm else { return Err("needs php-fpm".into()) };
        let name = file.to_string_lossy().into_owned();
        for n in ["SCRIPT_FILENAME", "PATH_TRANSLATED"] {
            r.params.retain(|(k, _)| k != n);
            r.params.push((n.to_owned(), name.clone()));
        }
        r.params.push(("REDIRECT_STATUS".to_owned(), "1".to_owned()));
        let ini: Vec<String> = self.settings().collect();
        web::run(fpm, &ini, &self.paths(), &r, self.o.timeout)
    }
}

/// The sections of a test by name.
struct Sections {
    all: Vec<(String, Vec<u8>)>,
    dir: PathBuf,
}

impl Sections {
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.all.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone())
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&self.get(name).unwrap_or_default()).into_owned()
    }

    /// A section, or the file that its EXTERNAL kin names.
    fn here_or_external(&self, name: &str) -> Option<Vec<u8>> {
        self.get(name).or_else(|| {
            let f = self.get(&format!("{name}_EXTERNAL"))?;
            // As run-tests.php does: nothing above the test's folder.
            let f = String::from_utf8_lossy(f.trim_ascii()).replace("..", "");
            std::fs::read(self.dir.join(f)).ok()
        })
    }

    /// `name=value` lines, `{PWD}` being the test's folder.
    fn pairs(&self, name: &str) -> Vec<(String, String)> {
        let dir = self.dir.to_string_lossy();
        let tmp = std::env::temp_dir();
        self.text(name)
            .lines()
            .map(|l| l.trim().replace("{PWD}", &dir).replace("{TMP}", &tmp.to_string_lossy()))
            .filter_map(|l| l.split_once('=').map(|(n, v)| (n.trim().to_owned(), v.trim().to_owned())))
            .filter(|(n, _)| !n.is_empty())
            .collect()
    }
}

/// The header lines that a test names, as they are and as they should be. Of those of one name the last one counts.
fn headers(wanted: &str, answer: &web::Answer) -> (String, String) {
    let (mut want, mut got) = (String::new(), String::new());
    let lines: Vec<_> = wanted.lines().filter_map(|l| l.split_once(':')).collect();
    for (i, (n, v)) in lines.iter().enumerate() {
        if lines[i + 1..].iter().any(|(other, _)| other.trim() == n.trim()) {
            continue;
        }
        want.push_str(&format!("{}: {}\n", n.trim(), v.trim()));
        if let Some((n, v)) = answer.headers.iter().rfind(|(k, _)| k == n.trim()) {
            got.push_str(&format!("{n}: {v}\n"));
        }
    }
    (want, got)
}

fn test(o: &Opts, path: &Path) -> Outcome {
    let Ok(text) = std::fs::read(path) else { return Outcome::Fail("unreadable".into()) };
    let s = Sections { all: sections(&text), dir: path.parent().map(Path::to_owned).unwrap_or_default() };
    for n in ["GZIP_POST", "DEFLATE_POST", "REDIRECTTEST"] {
        if s.get(n).is_some() {
            return Outcome::Skip(format!("has a {n} section"));
        }
    }
    let wanted = s.text("EXTENSIONS").to_ascii_lowercase();
    if let Some(missing) = wanted.split_whitespace().find(|e| !o.extensions.iter().any(|x| x == e)) {
        return Outcome::Skip(format!("needs extension {missing}"));
    }
    if s.get("XFAIL").is_some() {
        return Outcome::Skip("expected to fail".into());
    }
    let file = match (s.here_or_external("FILE"), s.get("FILEEOF")) {
        (Some(f), _) => f,
        (None, Some(f)) => f.trim_ascii_end().to_vec(),
        _ => return Outcome::Fail("no FILE section".into()),
    };
    let ini: Vec<String> = s.pairs("INI").into_iter().map(|(n, v)| format!("{n}={v}")).collect();
    let env = s.pairs("ENV");
    let run = Run { o, ini: &ini, env: &env };
    let request = web::request(&|n| s.get(n), &env);
    if request.is_some() && o.fpm.is_none() {
        return Outcome::Skip("needs php-fpm".into());
    }
    let args: Vec<String> = s.text("ARGS").split_whitespace().map(str::to_owned).collect();
    let beside = |name: &str, code: &[u8]| -> Result<(Vec<u8>, bool), String> {
        let p = path.with_extension(name);
        std::fs::write(&p, code).map_err(|e| e.to_string())?;
        let r = run.script(&p, &[], b"", "STDIN STDOUT STDERR");
        drop(std::fs::remove_file(&p));
        r
    };
    if let Some(code) = s.get("SKIPIF")
        && let Ok((out, _)) = beside("skip.php", &code)
        && normal(&out).starts_with(b"skip")
    {
        return Outcome::Skip(String::from_utf8_lossy(&normal(&out)).into_owned());
    }
    let script = path.with_extension("php");
    if let Err(e) = std::fs::write(&script, &file) {
        return Outcome::Fail(e.to_string());
    }
    let mut heads = (String::new(), String::new());
    let result = match request {
        Some(r) => run.page(&script, r).map(|text| {
            let answer = web::parse(&text);
            heads = headers(&s.text("EXPECTHEADERS"), &answer);
            (answer.body, true)
        }),
        None => {
            let captured = s.get("CAPTURE_STDIO").map_or("STDIN STDOUT STDERR".to_owned(), |b| {
                String::from_utf8_lossy(&b).to_ascii_uppercase()
            });
            run.script(&script, &args, &s.get("STDIN").unwrap_or_default(), &captured)
        }
    };
    drop(std::fs::remove_file(&script));
    if let Some(code) = s.get("CLEAN") {
        drop(beside("clean.php", &code));
    }
    let (out, exited) = match result {
        Ok(r) => r,
        Err(e) => return Outcome::Fail(e),
    };
    if !exited {
        return Outcome::Fail("ended by a signal".into());
    }
    let got = normal(&out);
    let (want, mut ok) = if let Some(e) = s.here_or_external("EXPECT") {
        let e = normal(&e);
        let ok = e == got;
        (e, ok)
    } else if let Some(e) = s.here_or_external("EXPECTF") {
        let e = normal(&e);
        let ok = expectf(&e, &got);
        (e, ok)
    } else if let Some(e) = s.here_or_external("EXPECTREGEX") {
        let e = normal(&e);
        let re = pcre2::bytes::RegexBuilder::new()
            .dotall(true)
            .build(&format!("^(?:{})$", String::from_utf8_lossy(&e)));
        let ok = re.is_ok_and(|r| r.is_match(&got).unwrap_or(false));
        (e, ok)
    } else {
        return Outcome::Fail("no expectation".into());
    };
    ok &= heads.0 == heads.1;
    if ok {
        return Outcome::Pass;
    }
    Outcome::Fail(format!(
        "--- expected\n{}{}\n--- got\n{}{}",
        heads.0,
        String::from_utf8_lossy(&want),
        heads.1,
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
    if o.fpm.is_none() {
        o.fpm = Path::new(&o.php).parent().map(|d| d.join("php-fpm")).filter(|f| f.is_file());
    }
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
    let (again, skipped) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let running = conflicts::Running::default();
    // Tests of one folder may use files of the same name, so a folder is one worker's; the largest come first.
    let mut folders = BTreeMap::<_, Vec<&PathBuf>>::new();
    files.iter().for_each(|f| folders.entry(f.parent()).or_default().push(f));
    let mut folders: Vec<_> = folders.into_values().collect();
    folders.sort_by_key(|f| Reverse(f.len()));
    let name = |f: &Path| f.strip_prefix(&o.src).unwrap_or(f).to_string_lossy().into_owned();
    let pass = |f: &Path| passed.lock().unwrap_or_else(|e| e.into_inner()).push(name(f));
    std::thread::scope(|scope| {
        for _ in 0..o.jobs {
            scope.spawn(|| {
                while let Some(folder) = folders.get(at.fetch_add(1, Ordering::Relaxed)) {
                    for &f in folder {
                        let turn = running.turn(f);
                        let outcome = test(&o, f);
                        drop(turn);
                        match outcome {
                            Outcome::Pass => pass(f),
                            Outcome::Skip(_) if o.only.is_none() => {
                                skipped.fetch_add(1, Ordering::Relaxed);
                            }
                            outcome => again.lock().unwrap_or_else(|e| e.into_inner()).push((f, outcome)),
                        }
                    }
                }
            });
        }
    });
    // What failed beside other tests is judged by what it does alone, where that can be the cause: in a few.
    let mut again = again.into_inner().unwrap_or_else(|e| e.into_inner());
    again.sort_by_key(|(f, _)| *f);
    let few = again.len() <= FEW;
    let mut failed = 0;
    for (f, outcome) in again {
        let line = match if few { test(&o, f) } else { outcome } {
            Outcome::Pass => {
                pass(f);
                format!("ALONE {} failed beside other tests and passed alone", name(f))
            }
            Outcome::Skip(why) | Outcome::Fail(why) => {
                failed += 1;
                let more = if o.show { format!("\n{why}") } else { String::new() };
                format!("FAIL {}{more}", name(f))
            }
        };
        // Whoever reads the report may have gone.
        drop(writeln!(std::io::stdout(), "{line}"));
    }
    let mut passed = passed.into_inner().unwrap_or_else(|e| e.into_inner());
    passed.sort();
    if let Some(p) = &o.save
        && let Err(e) = std::fs::write(p, passed.join("\n") + "\n")
    {
        die(&format!("{}: {e}", p.display()));
    }
    let skipped = skipped.into_inner();
    println!("{} passed, {failed} failed, {skipped} skipped", passed.len());
    std::process::exit((failed > 0) as i32);
}
