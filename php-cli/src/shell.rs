//! `php -a`: reads a statement, runs it, goes on.

use howdah_host::Worker;
use howdah_host::output::{Handler, flags};
use howdah_syntax::lexer::{Lexer, LexerOptions};
use howdah_syntax::token::*;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use std::io::{BufRead, IsTerminal, Write};

/// What a text still waits for, as the prompt shows it; `None`: it can be run.
fn waits_for(code: &[u8]) -> Option<char> {
    let source = [b"<?php ", code].concat();
    let mut lexer = Lexer::new(&source, &LexerOptions::default());
    let (mut open, mut last, mut quote) = (Vec::new(), END, None);
    loop {
        let t = lexer.next_token();
        let text = &source[t.start as usize..t.end as usize];
        match t.id {
            END => break,
            T_WHITESPACE | T_OPEN_TAG | T_DOC_COMMENT => continue,
            T_COMMENT => {
                if text.starts_with(b"/*") && !text.ends_with(b"*/") {
                    return Some('*');
                }
                continue;
            }
            T_START_HEREDOC => quote = Some('<'),
            T_END_HEREDOC => quote = None,
            T_ENCAPSED_AND_WHITESPACE if quote.is_none() => {
                // An unterminated string.
                return Some(if text.starts_with(b"'") { '\'' } else { '"' });
            }
            id => match u8::try_from(id).ok() {
                Some(c @ (b'(' | b'[' | b'{')) => open.push(c as char),
                Some(b')' | b']' | b'}') => {
                    open.pop();
                }
                Some(b'"') => quote = if quote == Some('"') { None } else { Some('"') },
                Some(b'`') => quote = if quote == Some('`') { None } else { Some('`') },
                _ if matches!(id, T_CURLY_OPEN | T_DOLLAR_OPEN_CURLY_BRACES) => open.push('{'),
                _ => {}
            },
        }
        last = t.id;
    }
    if quote.is_some() {
        return quote;
    }
    if let Some(&c) = open.last() {
        return Some(c);
    }
    let done = last == END || last == b';' as TokenId || last == b'}' as TokenId || last == T_CLOSE_TAG;
    (!done).then_some('>')
}

/// The prompt, as the setting `cli.prompt` says, with what the text still waits for.
fn prompt(w: &mut Worker, waits: char) -> String {
    let spec = w.vm.host.ini("cli.prompt").map_or(b"\\b \\> ".to_vec(), <[u8]>::to_vec);
    let (mut out, mut rest, mut foreign) = (Vec::new(), &spec[..], false);
    while let [c, after @ ..] = rest {
        rest = after;
        match (c, after.first()) {
            (b'\\', Some(kind)) => {
                match kind {
                    b'\\' | b'`' => out.push(*kind),
                    b'n' => out.push(b'\n'),
                    b't' => out.push(b'\t'),
                    b'e' => out.push(0x1b),
                    b'v' => out.extend(howdah_vm::PHP_VERSION.bytes()),
                    b'b' => out.extend(b"php"),
                    b'>' => out.push(waits as u8),
                    _ => {
                        out.push(b'\\');
                        continue;
                    }
                }
                rest = &after[1..];
            }
            (b'`', _) => {
                if let Some(end) = after.iter().position(|&c| c == b'`') {
                    out.extend(written(w, &after[..end]));
                    rest = &after[end + 1..];
                }
            }
            _ if c.is_ascii() => out.push(*c),
            _ => {
                foreign = true;
                out.push(b'?');
            }
        }
    }
    if foreign {
        const WARNING: u32 = 2;
        // It is told; there is no script that could be stopped.
        let _ = w.vm.raise(WARNING, b"prompt contains unsupported unicode characters");
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What code writes.
fn written(w: &mut Worker, code: &[u8]) -> Vec<u8> {
    if w.host().output.start(Handler::plain(0, flags::STANDARD)).is_err() {
        return Vec::new();
    }
    run_one(w, code, b"php prompt code");
    w.host().output.get_clean().0.unwrap_or_default()
}

/// Runs code; false when it exits. A fatal error ends what was typed, not the shell.
fn run_one(w: &mut Worker, code: &[u8], name: &[u8]) -> bool {
    w.run_code(code, name);
    if w.vm.bailout == Some(howdah_vm::vm::BailoutKind::Exit) {
        return false;
    }
    w.vm.bailout = None;
    w.vm.fp = core::ptr::null_mut();
    true
}

/// Where lines come from.
enum Input {
    Terminal(Box<rustyline::Editor<(), DefaultHistory>>),
    Plain(std::io::StdinLock<'static>),
}

impl Input {
    fn new() -> Input {
        if std::io::stdin().is_terminal()
            && let Ok(mut e) = rustyline::Editor::new()
        {
            if let Some(f) = history_file() {
                // Without one there is just no history yet.
                drop(e.load_history(&f));
            }
            return Input::Terminal(Box::new(e));
        }
        Input::Plain(std::io::stdin().lock())
    }

    fn line(&mut self, prompt: &str) -> Option<Vec<u8>> {
        match self {
            Input::Terminal(e) => loop {
                return match e.readline(prompt) {
                    Ok(l) => {
                        // A full history is no reason to stop.
                        drop(e.add_history_entry(&l));
                        Some(l.into_bytes())
                    }
                    Err(ReadlineError::Interrupted) => continue,
                    Err(_) => None,
                };
            },
            Input::Plain(input) => {
                print!("{prompt}");
                // Whoever watches may have gone.
                drop(std::io::stdout().flush());
                let mut l = Vec::new();
                if input.read_until(b'\n', &mut l).unwrap_or(0) == 0 {
                    return None;
                }
                while matches!(l.last(), Some(b'\n' | b'\r')) {
                    l.pop();
                }
                Some(l)
            }
        }
    }

    fn save(&mut self) {
        if let Input::Terminal(e) = self
            && let Some(f) = history_file()
        {
            // A home folder that cannot be written keeps no history.
            drop(e.save_history(&f));
        }
    }
}

fn history_file() -> Option<std::path::PathBuf> {
    std::env::var_os("PHP_HISTFILE")
        .map(Into::into)
        .or_else(|| std::env::var_os("HOME").map(|h| std::path::Path::new(&h).join(".php_history")))
}

/// Runs the shell until its input ends or a script exits.
pub fn run(w: &mut Worker) {
    let mut input = Input::new();
    let mut code: Vec<u8> = Vec::new();
    loop {
        let waits = if code.is_empty() { None } else { waits_for(&code) };
        let prompt = prompt(w, waits.unwrap_or('>'));
        let Some(line) = input.line(&prompt) else { break };
        if code.is_empty() {
            match &line[..] {
                b"exit" | b"quit" => break,
                b"" => continue,
                l if l.starts_with(b"#") && !l.starts_with(b"#[") => {
                    setting(w, &l[1..]);
                    continue;
                }
                _ => {}
            }
        }
        code.extend_from_slice(&line);
        code.push(b'\n');
        if waits_for(&code).is_some() {
            continue;
        }
        let text = std::mem::take(&mut code);
        if !run_one(w, &text, b"php shell code") {
            break;
        }
        w.vm.host.write(b"\n");
        w.vm.host.flush();
    }
    input.save();
}

/// `#name=value` sets an ini value.
fn setting(w: &mut Worker, text: &[u8]) {
    let mut parts = text.splitn(2, |&c| c == b'=');
    let (Some(name), Some(value)) = (parts.next(), parts.next()) else { return };
    let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
    // What a setting refuses it tells itself.
    drop(howdah_host::worker::set_ini(&mut w.vm, &name, value.trim_ascii()));
}

#[cfg(test)]
mod tests {
    use super::waits_for;

    #[test]
    fn continuations() {
        for (code, want) in [
            ("echo 1;", None),
            ("echo 1", Some('>')),
            ("if (1) {", Some('{')),
            ("f(1,", Some('(')),
            ("echo 'a", Some('\'')),
            ("echo \"a", Some('"')),
            ("/* a", Some('*')),
            ("function f() {}", None),
        ] {
            assert_eq!(waits_for(code.as_bytes()), want, "{code}");
        }
    }
}
