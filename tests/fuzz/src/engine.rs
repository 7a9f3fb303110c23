//! Readers that are functions of extensions: called as PHP code calls them (`readers.php`), in a VM of this thread.

use howdah_host::ini::Sources;
use howdah_host::sapi::{RequestInfo, Sapi};
use howdah_host::{Process, Worker};
use howdah_runtime::string;
use howdah_vm::rt;
use plugin_api_abi::{STR, StrHdr, Val};
use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::mem::ManuallyDrop;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use howdah_builtin as _;
use howdah_exif as _;
use howdah_phar as _;

const PROGRAM: &str = include_str!("readers.php");

const SETTINGS: &[u8] =
    b"error_reporting=0\ndisplay_errors=0\nlog_errors=0\nmax_execution_time=0\nsession.use_cookies=0\n\
    default_socket_timeout=2\nphar.readonly=0\nmemory_limit=512M\n";

/// A SAPI that nobody listens to.
struct Quiet;

impl Sapi for Quiet {
    fn name(&self) -> &'static str {
        "cli"
    }
    fn pretty_name(&self) -> &'static str {
        "Fuzz target"
    }
    fn write(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn has_headers(&self) -> bool {
        false
    }
    fn server_variables(&self, _: &RequestInfo, _: &mut dyn FnMut(&[u8], &[u8])) {}
    fn log(&mut self, message: &[u8], _: u32) {
        eprintln!("{}", String::from_utf8_lossy(message));
    }
}

/// A VM that knows the readers, and the server that answers what it asks for.
struct Engine {
    worker: ManuallyDrop<Worker>,
    answer: Arc<Mutex<Vec<u8>>>,
    port: u16,
}

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// Answers whoever connects with the bytes of the moment, as soon as something was asked or (`at once`) before.
fn serve(listener: &TcpListener, answer: &Mutex<Vec<u8>>) {
    for connection in listener.incoming() {
        let Ok(mut c) = connection else { continue };
        let data = answer.lock().map(|a| a.clone()).unwrap_or_default();
        // A first byte says how the rest goes: to whom asks, or to all.
        let (&first, data) = data.split_first().unwrap_or((&0, &[]));
        let mut asked = [0; 1024];
        // Whoever has gone by now has read enough.
        let _ = match first {
            b'?' => c.read(&mut asked).and_then(|_| c.write_all(data)),
            _ => c.write_all(data),
        };
        drop(c.shutdown(std::net::Shutdown::Write));
        // What is sent before the end is read, or the answer would be lost with it.
        let _ = c.set_read_timeout(Some(std::time::Duration::from_millis(50)));
        while matches!(c.read(&mut asked), Ok(n) if n > 0) {}
    }
}

impl Engine {
    fn new() -> Engine {
        let sources = Sources {
            sapi: "cli",
            override_path: None,
            ignore: true,
            ignore_cwd: true,
            binary: None,
            defaults: Vec::new(),
            overrides: SETTINGS.to_vec(),
        };
        let process = Process::start(&sources, None);
        assert!(process.failure.is_none(), "{:?}", process.failure);
        let mut worker = ManuallyDrop::new(Worker::new(&process, Box::new(Quiet)));
        worker.begin(RequestInfo::default());
        assert!(worker.startup().is_ok());
        let code = PROGRAM.strip_prefix("<?php").unwrap_or(PROGRAM);
        assert!(worker.run_code(code.as_bytes(), b"readers"));
        let answer = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let shared = answer.clone();
        std::thread::spawn(move || serve(&listener, &shared));
        Engine { worker, answer, port }
    }

    /// Calls a function of `readers.php`; its text.
    fn call(&mut self, function: &str, data: &[u8], port: bool) -> String {
        let vm = &mut self.worker.vm;
        let mut args = vec![string::new_val(data)];
        if port {
            args.push(Val::int(self.port.into()));
        }
        let f = string::new_val(function.as_bytes());
        let mut out = Val::NULL;
        // What is thrown is an answer as well.
        let _ = vm.call_callable(f, &args, &mut out);
        let thrown = std::mem::replace(&mut vm.exception, Val::UNDEF);
        // SAFETY: ours; a live string.
        let text = unsafe {
            let text = match out.tag() {
                STR => String::from_utf8_lossy(StrHdr::bytes(out.as_ptr())).into_owned(),
                _ => String::new(),
            };
            for v in args.into_iter().chain([f, out, thrown]) {
                rt::release(v);
            }
            text
        };
        assert!(vm.bailout.is_none(), "{function} ended the request");
        howdah_runtime::gc::collect();
        text
    }
}

fn with_engine<T>(f: impl FnOnce(&mut Engine) -> T) -> T {
    ENGINE.with_borrow_mut(|engine| f(engine.get_or_insert_with(Engine::new)))
}

/// What a function of `readers.php` gives.
pub fn answer(function: &str, data: &[u8]) -> String {
    with_engine(|engine| engine.call(function, data, false))
}

/// Calls a reader with data; `served`: what it reads is what the server answers.
pub fn read(function: &str, data: &[u8], served: bool) {
    with_engine(|engine| {
        if served && let Ok(mut answer) = engine.answer.lock() {
            *answer = data.to_vec();
        }
        engine.call(function, data, served);
    });
}
