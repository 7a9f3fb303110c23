//! What the command line's options do.

use crate::options::{CommandLine, Mode, id};
use crate::sapi::Cli;
use howdah_host::ini::{Sources, config};
use howdah_host::plugins::{self, LoadError};
use howdah_host::sapi::RequestInfo;
use howdah_host::streams::Stream;
use howdah_host::{Process, Worker, clock, info, streams};
use howdah_runtime::{array, interner, string};
use howdah_vm::host::Source;
use howdah_vm::vm::BailoutKind;
use plugin_api_abi::Val;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::rc::Rc;

/// Settings that the command line always has.
const HARDCODED: &[u8] = b"html_errors=0\nregister_argc_argv=1\nimplicit_flush=1\noutput_buffering=0\n\
    max_execution_time=0\nmax_input_time=-1\n";

/// The configuration that a command line asks for.
pub fn sources(line: &CommandLine, sapi: &'static str) -> Sources {
    let mut overrides = if sapi == "cli" { HARDCODED.to_vec() } else { Vec::new() };
    for d in &line.defines {
        config::define(&mut overrides, d);
    }
    Sources {
        sapi,
        override_path: line.ini_path.clone().map(|p| PathBuf::from(OsString::from_vec(p))),
        ignore: line.no_ini,
        ignore_cwd: true,
        binary: std::env::current_exe().ok(),
        defaults: vec![("display_errors", "1")],
        overrides,
    }
}

/// Does what the command line asks for. Gives the exit status.
pub fn run(line: &CommandLine) -> i32 {
    if line.mode == Mode::Version {
        println!("{}", info::version("cli"));
        return 0;
    }
    let process = Process::start(&sources(line, "cli"), None);
    if let Some(why) = &process.failure {
        println!("PHP Fatal error:  {why} in Unknown on line 0");
        return 254;
    }
    for name in &line.zend_extensions {
        let name = String::from_utf8_lossy(name);
        match plugins::refuse_zend(&in_current_folder(&name), "") {
            LoadError::Unable { tried, .. } => {
                let why = tried.first().map_or("", |(_, why)| why.as_str());
                eprintln!("Failed loading {name}:  {name}: {why}");
            }
            why => eprintln!("{why}"),
        }
    }
    let mut w = ManuallyDrop::new(Worker::new(&process, Box::new(Cli::default())));
    crate::title::register(&mut w.vm);
    if line.hide {
        crate::title::hide_arguments();
    }
    if line.repeat > 1 {
        println!("Executing for the first time...");
    }
    let mut status = one(line, &mut w, line.file.as_deref(), &line.rest);
    for _ in 1..line.repeat {
        println!("Finished execution, repeating...");
        w.reset();
        status = one(line, &mut w, line.file.as_deref(), &line.rest);
    }
    if line.mode == Mode::Lint {
        // Further arguments are further files.
        for (i, f) in line.rest.iter().enumerate() {
            w.reset();
            let s = one(line, &mut w, Some(f), &line.rest[i + 1..]);
            status = if s == 0 { status } else { s };
        }
    }
    w.vm.leave();
    status
}

/// What the loader is asked for, which takes a name without a folder for one of the extension folder.
fn in_current_folder(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("./{name}") }
}

/// One request.
fn one(line: &CommandLine, w: &mut Worker, file: Option<&[u8]>, rest: &[Vec<u8>]) -> i32 {
    if line.interactive {
        println!("Interactive shell\n");
    }
    let opened = match file.map(open) {
        Some(Err(())) => {
            let name = String::from_utf8_lossy(file.unwrap_or_default());
            eprintln!("Could not open input file: {name}");
            return 1;
        }
        Some(Ok(s)) => Some(s),
        None => None,
    };
    let own = file.unwrap_or(b"Standard input code");
    let argv = std::iter::once(own.to_vec()).chain(rest.iter().cloned()).collect();
    w.begin(RequestInfo {
        uri: file.unwrap_or_default().to_vec(),
        script: opened.as_ref().map_or(own.to_vec(), |s| s.path.clone()),
        argv: Some(argv),
        protocol: 1000,
        time: clock::now(),
        ..RequestInfo::default()
    });
    if w.vm.bailout.is_some() {
        // A setting that PHP refuses to start with.
        w.finish();
        return 1;
    }
    let server = howdah_host::superglobals::wait::SERVER;
    let state = w.state.clone();
    howdah_host::superglobals::make(&mut w.vm, &state, server);
    w.vm.define("PHP_CLI_PROCESS_TITLE", Val::TRUE);
    if w.startup().is_err() {
        w.finish();
        return 1;
    }
    act(line, w, opened);
    w.finish()
}

fn act(line: &CommandLine, w: &mut Worker, opened: Option<Source>) {
    let mut input = None;
    if matches!(line.mode, Mode::Standard | Mode::Direct | Mode::Stdin | Mode::Declarations(_)) {
        let s = w.host().streams();
        input = streams::define_standard_streams(&mut w.vm, &s);
    }
    match line.mode {
        Mode::Standard if line.interactive => crate::shell::run(w),
        Mode::Standard => match opened.or_else(standard_input) {
            Some(s) => {
                w.run(&s);
            }
            None => w.vm.exit_status = 1,
        },
        Mode::Lint => lint(w, opened.or_else(standard_input)),
        Mode::Strip => {
            if let Some(s) = opened.or_else(standard_input) {
                w.vm.host.write(&howdah_host::highlight::strip(without_shebang(&s.bytes)));
            }
        }
        Mode::Highlight => {
            if let Some(s) = opened.or_else(standard_input) {
                let colors = howdah_host::highlight::Colors::of(&w.host().ini);
                let text = howdah_host::highlight::highlight(without_shebang(&s.bytes), &colors);
                w.vm.host.write(&text);
            }
        }
        Mode::Direct => {
            w.run_code(line.direct.as_deref().unwrap_or_default(), b"Command line code");
        }
        Mode::Stdin => each_line(line, w, input),
        Mode::Reflection(what) => reflect(w, what, &line.subject),
        Mode::ExtensionInfo => extension_info(w, &line.subject),
        Mode::IniFiles => {
            let text = info::ini_files(&w.host().config);
            w.vm.host.write(&text);
        }
        Mode::Info => {
            let text = info::php_info(&mut w.vm, info::flags::ALL & !info::flags::CREDITS);
            w.vm.host.write(&text);
        }
        Mode::Modules => {
            let text = info::modules_text(&w.vm);
            w.vm.host.write(text.as_bytes());
        }
        Mode::Declarations(form) => {
            crate::declarations::write(w, form, line.rest.first().map(Vec::as_slice));
        }
        Mode::Version | Mode::Server => {}
    }
}

/// Opens a script. A folder is an empty one, as it is for PHP.
fn open(path: &[u8]) -> Result<Source, ()> {
    let full = std::fs::canonicalize(std::ffi::OsStr::from_bytes(path)).map_err(|_| ())?;
    if full.is_dir() {
        return Ok(Source { path: full.into_os_string().into_vec(), bytes: Vec::new() });
    }
    Worker::open(path).map_err(|_| ())
}

/// A script without the line that names its interpreter.
fn without_shebang(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"#!") {
        return bytes;
    }
    bytes.iter().position(|&c| c == b'\n').map_or(&[], |i| &bytes[i + 1..])
}

fn standard_input() -> Option<Source> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).ok()?;
    Some(Source { path: b"Standard input code".to_vec(), bytes })
}

fn lint(w: &mut Worker, source: Option<Source>) {
    let Some(mut s) = source else {
        w.vm.exit_status = 255;
        return;
    };
    let name = w.state.info.borrow().argv.as_ref().and_then(|a| a.first().cloned()).unwrap_or_default();
    // Messages name the file as the command line does.
    s.path.clone_from(&name);
    match w.vm.host.compile_file(&s) {
        Ok(script) => match w.vm.load_script(&script, std::ptr::null_mut()) {
            Ok(_) => w.vm.host.write(&[b"No syntax errors detected in ", &name[..], b"\n"].concat()),
            Err(_) => {
                w.vm.host.write(&[b"Errors parsing ", &name[..], b"\n"].concat());
                w.vm.exit_status = 255;
            }
        },
        Err(e) => {
            for d in &e.diagnostics {
                w.vm.raise_at(d.level, d.message.as_bytes(), &s.path, d.line);
            }
            w.vm.raise_at(if e.parse { 4 } else { 64 }, &e.message, &s.path, e.line);
            w.vm.host.write(&[b"Errors parsing ", &name[..], b"\n"].concat());
            w.vm.exit_status = 255;
        }
    }
}

/// Goes on after a piece of `-B`, `-R`, `-F` or `-E`, whatever ended it. Whether that was an error.
fn settle(w: &mut Worker) -> bool {
    w.vm.fp = core::ptr::null_mut();
    w.vm.bailout.take() == Some(BailoutKind::Fatal)
}

/// `-B`, `-R` or `-F` for each line of standard input, `-E`.
fn each_line(line: &CommandLine, w: &mut Worker, input: Option<Rc<Stream>>) {
    if let Some(code) = &line.begin {
        w.run_code(code, b"Command line begin code");
    }
    let mut fatal = settle(w);
    let mut index = 0;
    while w.vm.exit_status == 0 {
        let Some(mut text) = input.as_ref().and_then(|s| s.read_line(None)) else { break };
        while matches!(text.last(), Some(b'\n' | b'\r')) {
            text.pop();
        }
        index += 1;
        set_global(w, b"argn", string::new_val(&text));
        set_global(w, b"argi", Val::int(index));
        if let Some(code) = &line.run {
            w.run_code(code, b"Command line run code");
        } else if let Some(file) = &line.file {
            match open(file) {
                Ok(s) => {
                    w.run(&s);
                }
                Err(()) => {
                    eprintln!("Could not open input file: {}", String::from_utf8_lossy(file));
                    w.vm.exit_status = 1;
                }
            }
        }
        fatal |= settle(w);
    }
    if let Some(code) = &line.end {
        w.run_code(code, b"Command line end code");
        fatal |= settle(w);
    }
    if fatal {
        w.vm.bailout = Some(BailoutKind::Fatal);
    }
}

fn set_global(w: &mut Worker, name: &[u8], v: Val) {
    // SAFETY: the VM's global table; no code runs.
    unsafe { array::set(w.vm.globals, array::Key::Str(interner::intern(name)), v) };
}

/// `--rf` and its kin.
fn reflect(w: &mut Worker, what: u8, name: &[u8]) {
    use info::reflection::{Subject, text};
    let subject = match what {
        id::RF => Subject::Function,
        id::RC => Subject::Class,
        id::RE => Subject::Extension,
        _ => Subject::ZendExtension,
    };
    let out = match text(&mut w.vm, subject, name) {
        Ok(t) => t,
        Err(why) => {
            w.vm.exit_status = 1;
            [b"Exception: ", &why[..]].concat()
        }
    };
    w.vm.host.write(&out);
    w.vm.host.write(b"\n");
}

fn extension_info(w: &mut Worker, name: &[u8]) {
    match info::extension(&mut w.vm, name) {
        Some(text) => w.vm.host.write(&text),
        None => {
            let n = String::from_utf8_lossy(name);
            w.vm.host.write(format!("Extension '{n}' not present.\n").as_bytes());
            w.vm.exit_status = 1;
        }
    }
    // Whoever reads may have gone.
    drop(std::io::stdout().flush());
}
