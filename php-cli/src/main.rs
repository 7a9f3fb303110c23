//! The `php` command.

use howdah_host::{SapiHost, output, parse_size};
use howdah_vm::host::{Host, Source};
use howdah_vm::vm::Vm;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;

struct Cli {
    settings: Vec<(String, String)>,
    code: Option<String>,
    file: Option<String>,
    args: Vec<String>,
    lint: bool,
}

fn usage(arg: &str) -> ! {
    eprintln!("Error in argument 1, char 2: option not found {}", arg.trim_start_matches('-'));
    std::process::exit(1)
}

fn parse(args: Vec<String>) -> Cli {
    let mut cli = Cli { settings: Vec::new(), code: None, file: None, args: Vec::new(), lint: false };
    let mut it = args.into_iter().peekable();
    while let Some(a) = it.next() {
        match a.as_str() {
            "-n" | "-q" => {}
            "-v" | "--version" => {
                println!(
                    "PHP {} (cli) (NTS)\nHowdah {}, a PHP engine in Rust",
                    howdah_vm::PHP_VERSION,
                    env!("CARGO_PKG_VERSION")
                );
                std::process::exit(0);
            }
            "-m" => {
                println!("[PHP Modules]\nCore\nstandard\n\n[Zend Modules]\n");
                std::process::exit(0);
            }
            "-l" => cli.lint = true,
            "-r" => cli.code = it.next(),
            "-f" => cli.file = it.next(),
            "-d" => {
                if let Some(v) = it.next() {
                    setting(&mut cli, &v);
                }
            }
            "--" => {
                cli.args.extend(it.by_ref());
                break;
            }
            s if s.starts_with("-d") => setting(&mut cli, &s[2..]),
            s if s.starts_with('-') && s.len() > 1 => usage(s),
            _ => {
                if cli.file.is_none() && cli.code.is_none() {
                    cli.file = Some(a);
                } else {
                    cli.args.push(a);
                }
                cli.args.extend(it.by_ref());
                break;
            }
        }
    }
    cli
}

fn setting(cli: &mut Cli, s: &str) {
    let (k, v) = s.split_once('=').unwrap_or((s, "1"));
    let v = v.trim().trim_matches('"');
    cli.settings.push((k.trim().to_owned(), v.to_owned()));
}

fn main() {
    let args: Vec<String> =
        std::env::args_os().skip(1).map(|a| String::from_utf8_lossy(&a.into_vec()).into_owned()).collect();
    let cli = parse(args);
    // Deep recursion in native code (comparisons, nested callbacks) needs room; the VM's own stack is elsewhere.
    let run = std::thread::Builder::new().name("php".into()).stack_size(16 << 20).spawn(move || run(cli));
    let code = match run.map(|h| h.join()) {
        Ok(Ok(code)) => code,
        _ => 255,
    };
    std::process::exit(code);
}

fn run(cli: Cli) -> i32 {
    let host = SapiHost::new(&cli.settings);
    let memory = host.ini("memory_limit").map_or(-1, parse_size);
    let reporting = host.ini_int("error_reporting");
    let assertions = host.ini_int("zend.assertions");
    let seconds = host.ini_int("max_execution_time");
    let out = host.output();
    let mut vm = Vm::new(Box::new(host));
    howdah_vm::core_functions::register(&mut vm);
    output::register(&mut vm);
    vm.request_start(if memory < 0 { usize::MAX } else { memory as usize });
    vm.error_reporting = reporting as u32;
    vm.assertions = assertions;
    vm.set_time_limit(seconds);
    let name = cli.file.clone().unwrap_or_else(|| {
        if cli.code.is_some() { "Command line code".into() } else { "Standard input code".into() }
    });
    let argv: Vec<String> = std::iter::once(name.clone()).chain(cli.args.iter().cloned()).collect();
    vm.define_argv(&argv);
    output::begin_request(&mut vm, &out);
    let compiled = match (&cli.code, &cli.file) {
        (Some(code), _) => vm.host.compile_eval(code.as_bytes(), b"Command line code"),
        (None, Some(f)) if f != "-" => {
            let full = std::fs::canonicalize(f).unwrap_or_else(|_| f.into());
            match std::fs::read(&full) {
                Ok(bytes) => {
                    let path = full.into_os_string().into_vec();
                    vm.mark_included(&path);
                    vm.host.compile_file(&Source { path, bytes })
                }
                Err(_) => {
                    println!("Could not open input file: {f}");
                    return 1;
                }
            }
        }
        _ => {
            let mut bytes = Vec::new();
            if std::io::stdin().read_to_end(&mut bytes).is_err() {
                return 1;
            }
            vm.host.compile_file(&Source { path: b"Standard input code".to_vec(), bytes })
        }
    };
    let code = match compiled {
        Ok(_) if cli.lint => {
            println!("No syntax errors detected in {name}");
            0
        }
        Ok(script) => vm.run_program(&script),
        Err(e) => {
            let level = if e.parse { 4 } else { 64 };
            let file = std::fs::canonicalize(&name)
                .map_or(name.clone().into_bytes(), |p| p.into_os_string().into_vec());
            vm.raise_at(level, &e.message, &file, e.line);
            if cli.lint {
                vm.host.write(format!("\nErrors parsing {name}\n").as_bytes());
            }
            255
        }
    };
    output::end_request(&mut vm, &out);
    let code = if vm.exit_status != 0 { vm.exit_status } else { code };
    vm.request_end();
    code
}
