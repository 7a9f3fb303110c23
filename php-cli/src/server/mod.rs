//! `php -S`: the built-in web server, for development (`sapi/cli/php_cli_server.c`).
//!
//! Connections are read by threads of their own; requests are answered one after another by the thread with the VM, or
//! by as many of them as `PHP_CLI_SERVER_WORKERS` says.

mod http;
mod sapi;

use crate::options::CommandLine;
use howdah_host::cache::ScriptCache;
use howdah_host::ini::registry::{Display, EntryDef, access};
use howdah_host::sapi::RequestInfo;
use howdah_host::{Process, Worker, clock, report};
use http::{ReadError, Request};
use sapi::{Current, Server, Site, head};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{IsTerminal, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time for a client to take a piece of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

const STYLE: &str = "<style>\n\
    body { background-color: #fcfcfc; color: #333333; margin: 0; padding:0; }\n\
    h1 { font-size: 1.5em; font-weight: normal; background-color: #9999cc; min-height:2em; line-height:2em; \
    border-bottom: 1px inset black; margin: 0; }\n\
    h1, p { padding-left: 10px; }\n\
    code.url { background-color: #eeeeee; font-family:monospace; padding:0 2px;}\n\
    </style>\n";

/// Writes a line of the server's log.
fn log(message: &str) {
    let time = clock::local(clock::now() as i64).asctime();
    // Whoever watches may have gone.
    drop(writeln!(std::io::stderr(), "[{time}] {message}"));
}

/// A request that waits for its answer.
struct Job {
    request: Request,
    stream: TcpStream,
    peer: String,
}

/// Host and port of `-S`.
fn address(text: &[u8]) -> Option<(String, u16)> {
    let text = std::str::from_utf8(text).ok()?;
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:")?,
        None => text.split_once(':')?,
    };
    Some((host.to_owned(), if port.is_empty() { 0 } else { port.parse().ok()? }))
}

/// Runs the server until it is told to stop. Gives the exit status.
pub fn run(line: &CommandLine) -> i32 {
    let root = match &line.docroot {
        None => std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        Some(t) => {
            let dir = Path::new(OsStr::from_bytes(t));
            if !dir.exists() {
                eprintln!("Directory {} does not exist.", dir.display());
                return 1;
            }
            if !dir.is_dir() {
                eprintln!("{} is not a directory.", dir.display());
                return 1;
            }
            std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned())
        }
    };
    let name = String::from_utf8_lossy(&line.address).into_owned();
    let Some((host, port)) = address(&line.address) else {
        eprintln!("Invalid address: {name}");
        return 1;
    };
    let listener = match listen(&host, port) {
        Ok(l) => l,
        Err(e) => {
            let why = e.to_string();
            log(&format!(
                "Failed to listen on {name} (reason: {})",
                why.split(" (os error").next().unwrap_or_default()
            ));
            return 1;
        }
    };
    let port = listener.local_addr().map_or(port, |a| a.port());
    let site =
        Site { root: root.into_os_string().into_vec(), router: line.rest.first().cloned(), host, port };
    serve(line, listener, Arc::new(site))
}

fn listen(host: &str, port: u16) -> std::io::Result<TcpListener> {
    let addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
    TcpListener::bind(&addresses[..])
}

fn serve(line: &CommandLine, listener: TcpListener, site: Arc<Site>) -> i32 {
    let mut process =
        Process::start(&crate::modes::sources(line, "cli-server"), Some(Arc::new(ScriptCache::default())));
    let color = EntryDef {
        name: "cli_server.color",
        default: Some("0"),
        access: access::ALL,
        on_modify: None,
        display: Display::Bool,
    };
    process.ini.register(u32::MAX, &[color], &process.config.clone());
    let process = Arc::new(process);
    let workers =
        std::env::var("PHP_CLI_SERVER_WORKERS").ok().and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
    let (send, receive) = mpsc::channel();
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..workers {
        let (process, site, receive) = (process.clone(), site.clone(), receive.clone());
        let made = std::thread::Builder::new()
            .stack_size(16 << 20)
            .spawn(move || Desk::new(&process, site).work(&receive));
        if let Err(e) = made {
            log(&format!("failed to start a thread: {e}"));
            return 1;
        }
    }
    let shown = if site.host.contains(':') { format!("[{}]", site.host) } else { site.host.clone() };
    log(&format!("PHP {} Development Server (http://{shown}:{}) started", howdah_vm::PHP_VERSION, site.port));
    let accepting = std::thread::Builder::new().spawn(move || accept(&listener, &site, &send));
    if accepting.is_err() {
        return 1;
    }
    wait_for_interrupt(&interrupts());
    0
}

/// The signal that stops the server.
fn interrupts() -> libc::sigset_t {
    // SAFETY: a set that is filled before it is used.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGINT);
        set
    }
}

/// Keeps SIGINT from this thread and all to come; to be called before there are others.
pub fn block_interrupts() {
    // SAFETY: a filled set.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &interrupts(), core::ptr::null_mut()) };
}

fn wait_for_interrupt(set: &libc::sigset_t) {
    let mut signal = 0;
    // SAFETY: a filled set, room for a number.
    while unsafe { libc::sigwait(set, &raw mut signal) } != 0 {}
}

fn accept(listener: &TcpListener, site: &Arc<Site>, send: &Sender<Job>) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let (site, send) = (site.clone(), send.clone());
        let peer = stream.peer_addr().map_or(String::new(), |a| a.to_string());
        log(&format!("{peer} Accepted"));
        // A connection that no thread can be had for is closed.
        drop(
            std::thread::Builder::new()
                .stack_size(256 << 10)
                .spawn(move || connection(stream, peer, &site, &send)),
        );
    }
}

/// Reads a connection's request.
fn connection(mut stream: TcpStream, peer: String, site: &Site, send: &Sender<Job>) {
    // A slow client hurts nobody but itself.
    drop(stream.set_write_timeout(Some(PATIENCE)));
    match http::read(&mut stream) {
        Ok(mut request) => {
            http::translate(&mut request, &site.root);
            // The thread with the VM goes only when the process does.
            drop(send.send(Job { request, stream, peer }));
        }
        Err(ReadError::Empty) => {
            log(&format!(
                "{peer} Closed without sending a request; it was probably just an unused speculative preconnection"
            ));
        }
        Err(ReadError::Bad(why)) => log(&format!("{peer} Invalid request ({why})")),
    }
}

/// Media types that PHP's server gives otherwise than what is usual today.
const OWN_TYPES: &[(&str, &str)] = &[
    ("js", "application/javascript"),
    ("jsm", "application/javascript"),
    ("jsx", "text/jsx"),
    ("map", "application/json"),
    ("xml", "application/xml"),
    ("xsl", "application/xml"),
    ("xsd", "application/xml"),
    ("xslt", "application/xslt+xml"),
    ("wsdl", "application/wsdl+xml"),
    ("yaml", "text/yaml"),
    ("yml", "text/yaml"),
    ("ico", "image/vnd.microsoft.icon"),
    ("woff", "font/woff"),
    ("otf", "font/otf"),
    ("manifest", "text/cache-manifest"),
    ("aac", "audio/x-aac"),
    ("flac", "audio/x-flac"),
    ("wav", "audio/wave"),
    ("m4a", "audio/mp4"),
    ("mid", "audio/midi"),
    ("ts", "video/mp2t"),
    ("c", "text/x-c"),
    ("h", "text/x-c"),
    ("psd", "image/vnd.adobe.photoshop"),
];

fn media_type(extension: &str) -> Option<&'static str> {
    let own = OWN_TYPES.iter().find(|(e, _)| *e == extension).map(|(_, t)| *t);
    own.or_else(|| mime_guess::from_ext(extension).first_raw())
}

/// A thread that answers requests.
struct Desk {
    process: Arc<Process>,
    w: Worker,
    current: Rc<RefCell<Current>>,
    site: Arc<Site>,
    color: bool,
    home: PathBuf,
}

impl Desk {
    fn new(process: &Arc<Process>, site: Arc<Site>) -> Desk {
        // The working directory is the thread's own, where the system allows it.
        // SAFETY: the call affects this thread alone.
        unsafe { libc::unshare(libc::CLONE_FS) };
        let current = Rc::new(RefCell::new(Current::default()));
        let sapi = Server { current: current.clone(), site: site.clone() };
        let color = process.ini.is_on("cli_server.color") && std::io::stdout().is_terminal();
        let home = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Desk { process: process.clone(), w: Worker::new(process, Box::new(sapi)), current, site, color, home }
    }

    fn work(&mut self, receive: &Mutex<Receiver<Job>>) {
        loop {
            let job = receive.lock().unwrap_or_else(|e| e.into_inner()).recv();
            let Ok(job) = job else { return };
            let peer = job.peer.clone();
            self.current.replace(Current {
                request: job.request,
                stream: Some(job.stream),
                peer: job.peer,
                body_at: 0,
                discard: false,
            });
            self.answer();
            let stream = self.current.borrow_mut().stream.take();
            if let Some(s) = stream {
                // The client may have closed it.
                drop(s.shutdown(std::net::Shutdown::Both));
            }
            log(&format!("{peer} Closing"));
        }
    }

    fn answer(&mut self) {
        if !self.current.borrow().request.method_is_known() {
            return self.error_page(501, "Not Implemented");
        }
        let (file, is_script) = {
            let c = self.current.borrow();
            let script = c.request.extension().eq_ignore_ascii_case(b"php") && c.request.file.is_some();
            (c.request.file.clone(), script)
        };
        let router = self.site.router.clone();
        if router.is_none() && !is_script {
            return self.send_file(file.as_deref());
        }
        if !self.begin(file.as_deref()) {
            self.w.finish();
            return self.end();
        }
        if let Some(router) = &router {
            let declined = self.route(router);
            if !declined {
                self.w.finish();
                return self.end();
            }
        }
        if is_script {
            self.script(&file.unwrap_or_default());
            self.w.finish();
            self.log_response(self.w.state.headers.borrow().code, None);
            return self.end();
        }
        self.w.state.headers.borrow_mut().without_default_type();
        self.current.borrow_mut().discard = true;
        self.w.finish();
        self.end();
        self.send_file(file.as_deref());
    }

    /// Begins a request; false when an extension refused to.
    fn begin(&mut self, file: Option<&[u8]>) -> bool {
        let info = {
            let c = self.current.borrow();
            let r = &c.request;
            RequestInfo {
                method: Some(r.method.clone().into_bytes()),
                uri: r.uri.clone(),
                query: r.query.clone().unwrap_or_default(),
                script: file.unwrap_or_default().to_vec(),
                content_type: r.field("content-type").map(<[u8]>::to_vec),
                content_length: r.body.len() as i64,
                cookies: r.field("cookie").unwrap_or_default().to_vec(),
                authorization: r.field("authorization").unwrap_or_default().to_vec(),
                argv: None,
                protocol: r.version,
                code: 200,
                time: clock::now(),
            }
        };
        self.w.begin(info);
        self.w.startup().is_ok()
    }

    /// Runs the router; true when it leaves the request to the server by returning false.
    fn route(&mut self, router: &[u8]) -> bool {
        match Worker::open(router) {
            Ok(source) => self.w.run_declining(&source),
            Err(_) => {
                let name = String::from_utf8_lossy(router).into_owned();
                self.w.no_primary_script(&name);
                false
            }
        }
    }

    fn script(&mut self, file: &[u8]) {
        match Worker::open(file) {
            Ok(source) => {
                if let Some(dir) = Path::new(OsStr::from_bytes(file)).parent() {
                    // A folder that cannot be entered can still hold a script that can be read.
                    drop(std::env::set_current_dir(dir));
                }
                self.w.run(&source);
            }
            Err(_) => self.w.no_primary_script(&String::from_utf8_lossy(file)),
        }
    }

    fn end(&mut self) {
        self.w.reset();
        if self.w.host().extended {
            // What `dl()` loaded goes with the request.
            let sapi = Server { current: self.current.clone(), site: self.site.clone() };
            self.w = Worker::new(&self.process, Box::new(sapi));
        }
        // The folder may be gone; the next script has its own.
        drop(std::env::set_current_dir(&self.home));
    }

    fn log_response(&self, status: i32, message: Option<&str>) {
        let c = self.current.borrow();
        let uri = String::from_utf8_lossy(&c.request.uri);
        let mut text = format!("{} [{status}]: {} {uri}", c.peer, c.request.method);
        let mut shown = status;
        if let Some(m) = message {
            text.push_str(&format!(" - {m}"));
        }
        let fatal = self.w.vm.last_error.as_ref().filter(|e| e.level & howdah_vm::errors::level::FATAL != 0);
        if let Some(e) = fatal {
            let (m, f) = (String::from_utf8_lossy(&e.message), String::from_utf8_lossy(&e.file));
            text.push_str(&format!(" - {m} in {f} on line {}", e.line));
            if status == 200 {
                shown = 500;
            }
        }
        let color = match shown {
            _ if !self.color => 0,
            500.. => 1,
            400.. => 3,
            200.. => 2,
            _ => 0,
        };
        if color > 0 {
            text = format!("\x1b[3{color}m{text}\x1b[0m");
        }
        log(&text);
    }

    fn send(&self, bytes: &[u8]) -> bool {
        self.current.borrow_mut().stream.as_mut().is_some_and(|s| s.write_all(bytes).is_ok())
    }

    /// A file as it is.
    fn send_file(&mut self, file: Option<&[u8]>) {
        let method = self.current.borrow().request.method.clone();
        if matches!(method.as_str(), "DELETE" | "PUT" | "PATCH") {
            return self.error_page(405, "?");
        }
        let opened = file.map(|f| std::fs::File::open(OsStr::from_bytes(f)));
        let Some(Ok(mut f)) = opened else {
            return self.error_page(404, "No such file or directory");
        };
        let length = f.metadata().map_or(0, |m| m.len());
        let text = {
            let c = self.current.borrow();
            let mut text = head(&c.request, None, 200, false);
            let extension = String::from_utf8_lossy(c.request.extension()).to_ascii_lowercase();
            if let Some(kind) = media_type(&extension) {
                let charset = if kind.starts_with("text/") { "; charset=UTF-8" } else { "" };
                text.extend(format!("Content-Type: {kind}{charset}\r\n").into_bytes());
            }
            text.extend(format!("Content-Length: {length}\r\n\r\n").into_bytes());
            text
        };
        self.log_response(200, None);
        if self.send(&text)
            && method != "HEAD"
            && let Some(s) = self.current.borrow_mut().stream.as_mut()
        {
            // The client may go away meanwhile.
            drop(std::io::copy(&mut f, s));
        }
    }

    fn error_page(&mut self, status: i32, why: &str) {
        let reason = howdah_host::headers::reason(status).unwrap_or_default();
        let text = {
            let c = self.current.borrow();
            let uri = String::from_utf8_lossy(&report::escape_html(&c.request.uri)).replace('\'', "&#039;");
            let what = match status {
                400 => "Your browser sent a request that this server could not understand.".to_owned(),
                404 => format!(
                    "The requested resource <code class=\"url\">{uri}</code> was not found on this server."
                ),
                405 => "Requested method not allowed.".to_owned(),
                501 => "Request method not supported.".to_owned(),
                _ => "The server is temporarily unavailable.".to_owned(),
            };
            let body = if c.request.method == "HEAD" {
                String::new()
            } else {
                format!(
                    "<!doctype html><html><head><title>{status} {reason}</title>{STYLE}</head><body><h1>{reason}</h1>\
                     <p>{what}</p></body></html>"
                )
            };
            let mut text = head(&c.request, None, status, false);
            text.extend(format!("{}\r\n", howdah_host::worker::POWERED_BY).into_bytes());
            text.extend_from_slice(b"Content-Type: text/html; charset=UTF-8\r\n");
            text.extend(format!("Content-Length: {}\r\n", body.len()).into_bytes());
            if status == 405 {
                text.extend_from_slice(b"Allow: GET, HEAD, POST\r\n");
            }
            text.extend_from_slice(b"\r\n");
            text.extend(body.into_bytes());
            text
        };
        self.log_response(status, Some(why));
        self.send(&text);
    }
}
