//! Compiles the files named on the command line and prints their code, or with `--quiet` only errors; `--optimized`: with
//! the specialised code.
use howdah_compiler::{Options, compile};

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
            builtin: &|_| None,
        };
        match compile(&src, name.as_bytes(), &opts) {
            Ok(mut unit) if !quiet => {
                if optimized {
                    howdah_optimizer::optimize(&mut unit);
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
