//! Compiles the files named on the command line and prints their code, or with `--quiet` only errors; `--optimized`: with
//! the specialised code.
use howdah_bytecode::Text;
use howdah_compiler::{Options, compile};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

fn intern(text: &[u8]) -> Text {
    static KNOWN: Mutex<Option<HashSet<&'static [u8]>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    let text = match known.get(text) {
        Some(t) => t,
        None => {
            let text: &'static [u8] = Box::leak(text.into());
            known.insert(text);
            text
        }
    };
    // SAFETY: each text is leaked once.
    unsafe { Text::from_interned(text) }
}

fn main() {
    let quiet = std::env::args().any(|a| a == "--quiet");
    let optimized = std::env::args().any(|a| a == "--optimized");
    for name in std::env::args().skip(1).filter(|a| !a.starts_with("--")) {
        let src = match std::fs::read(&name) {
            Ok(s) => s,
            Err(e) => {
                eprintln!("{name}: {e}");
                continue;
            }
        };
        let opts = Options {
            short_open_tag: false,
            skip_shebang: true,
            eval: false,
            no_assertions: false,
            intern,
            disabled: &[],
            builtin: &|_| None,
            evaluate: &|_, _| None,
        };
        match compile(&src, name.as_bytes(), &opts) {
            Ok(mut unit) if !quiet => {
                if optimized {
                    howdah_optimizer::optimize(&mut unit, intern);
                }
                for f in &unit.functions {
                    println!("{}", howdah_bytecode::dis::function(f));
                }
            }
            Ok(_) => {}
            Err(e) => println!("{name}:{}: {}", e.line, String::from_utf8_lossy(&e.message)),
        }
    }
}
