//! Parses the files named on the command line and prints what does not parse as `FILE:LINE: message`.
//!
//! Of a `.phpt` the `--FILE--` section is parsed. `--list FILE` reads more names from a file, one a line. `--bench`
//! parses everything several times and prints the rate. `--export` prints each tree as source. `--short-open-tag` lets `<?` open PHP code.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use bumpalo::Bump;
use howdah_syntax::export::export_stmts;
use howdah_syntax::{ErrorKind, ParseOptions, parse};

/// The `--FILE--` (or `--FILEEOF--`) section of a test.
fn phpt_source(text: &[u8]) -> &[u8] {
    let find = |needle: &[u8], from: usize| {
        text[from..].windows(needle.len()).position(|w| w == needle).map(|i| from + i)
    };
    for marker in [&b"--FILE--"[..], b"--FILEEOF--"] {
        if let Some(i) = find(marker, 0) {
            let start = text[i..].iter().position(|&c| c == b'\n').map_or(text.len(), |n| i + n + 1);
            let end = (start..text.len())
                .find(|&k| {
                    text[k..].starts_with(b"\n--")
                        && text[k + 3..].iter().take_while(|c| c.is_ascii_uppercase() || **c == b'_').count()
                            > 2
                })
                .unwrap_or(text.len());
            return &text[start..end];
        }
    }
    &[]
}

fn main() -> ExitCode {
    let mut options = ParseOptions { skip_shebang: true, ..ParseOptions::default() };
    let mut files = Vec::new();
    let mut bench = false;
    let mut export = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bench" => bench = true,
            "--export" => export = true,
            "--short-open-tag" => options.short_open_tag = true,
            "--list" => {
                let list = args.next().and_then(|f| std::fs::read_to_string(f).ok()).unwrap_or_default();
                files.extend(list.lines().map(str::to_owned));
            }
            _ => files.push(arg),
        }
    }
    let mut sources = Vec::new();
    for file in files {
        match std::fs::read(&file) {
            Ok(text) => {
                let text = if file.ends_with(".phpt") { phpt_source(&text).to_vec() } else { text };
                sources.push((file, text));
            }
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    let mut arena = Bump::new();
    let mut failed = false;
    let mut out = std::io::stdout().lock();
    for (file, text) in &sources {
        let result = parse(&arena, text, &options);
        if let Ok(program) = &result
            && export
            && out.write_all(&export_stmts(program.stmts, 14)).is_err()
        {
            return ExitCode::FAILURE;
        }
        if let Err(error) = result {
            failed = true;
            let kind = if error.kind == ErrorKind::Compile { "Fatal error: " } else { "" };
            let mut line = format!("{file}:{}: {kind}", error.line).into_bytes();
            line.extend_from_slice(&error.message);
            line.push(b'\n');
            if out.write_all(&line).is_err() {
                return ExitCode::FAILURE;
            }
        }
        arena.reset();
    }
    if bench {
        let bytes: usize = sources.iter().map(|s| s.1.len()).sum();
        let mut best = f64::INFINITY;
        for _ in 0..7 {
            let start = Instant::now();
            for (_, text) in &sources {
                std::hint::black_box(parse(&arena, text, &options).is_ok());
                arena.reset();
            }
            best = best.min(start.elapsed().as_secs_f64());
        }
        eprintln!("{bytes} bytes, best of 7: {:.1} MB/s", bytes as f64 / best / 1e6);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
