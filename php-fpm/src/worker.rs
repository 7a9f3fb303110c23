//! A worker: a thread with a VM that serves one connection after another.

use crate::access::Entry;
use crate::fastcgi::Connection;
use crate::pool::{Control, Running, Slot, Stage};
use crate::sapi::{Current, Fpm};
use crate::slow::{self, Wanted, Watch};
use crate::unix::{self, Stream};
use crate::{functions, request, status, zlog};
use howdah_host::headers::HeaderOp;
use howdah_host::ini::quantity::is_on;
use howdah_host::ini::{Event, Lookup, ScanMode, access, parse};
use howdah_host::sapi::{RequestInfo, credentials};
use howdah_host::worker::Unopened;
use howdah_host::{Worker, clock};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// The environment that a pool's scripts see.
fn environment(pool: &Running) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut env: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut set = |k: &str, v: &[u8]| {
        env.retain(|(n, _)| n != k.as_bytes());
        env.push((k.as_bytes().to_vec(), v.to_vec()));
    };
    if !pool.conf.clear_env {
        for (k, v) in std::env::vars_os() {
            set(&k.to_string_lossy(), &v.into_vec());
        }
    }
    for (k, v) in &pool.conf.env {
        // `$NAME` takes the value from the environment that php-fpm was started with.
        let value = match v.strip_prefix('$') {
            Some(name) => pool.inherited_env.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v),
            None => v,
        };
        set(k, value.as_bytes());
    }
    // SAFETY: the call has no preconditions.
    let own = unsafe { libc::geteuid() }.to_string();
    if let Some(u) = unix::user(pool.conf.user.as_deref().unwrap_or(&own)) {
        set("USER", u.name.as_bytes());
        set("HOME", u.home.as_bytes());
    }
    env
}

/// Serves requests until the pool stops, the worker has served its share (then another one is to take its place), or is not
/// needed any more.
pub fn run(pool: &Arc<Running>, id: usize) -> bool {
    let env = Rc::new(environment(pool));
    if let Err(e) = unix::enter(&pool.conf) {
        zlog::error(&format!("[pool {}] failed to set up a worker: {e}", pool.conf.name));
        return false;
    }
    let current = Rc::new(RefCell::new(Current::default()));
    let setting = |name: &str| {
        // What the pool sets holds for these as well, which are read before a VM has settings.
        let own = [&pool.conf.php_values, &pool.conf.php_admin_values].into_iter().flatten();
        let own = own.rev().find(|(k, _)| k == name).map(|(_, v)| is_on(v.as_bytes()));
        own.unwrap_or_else(|| pool.process.ini.is_on(name))
    };
    let fix_path_info = setting("cgi.fix_pathinfo");
    let logging = setting("fastcgi.logging");
    let finishing = pool.clone();
    let on_finish = move || {
        if let Some(s) = finishing.slots().iter_mut().find(|s| s.id == id) {
            s.stage = Stage::Finishing;
        }
    };
    let sapi = Fpm {
        current: current.clone(),
        env,
        fix_path_info,
        logging,
        worker: Some((pool.conf.clone(), id)),
        on_finish: Some(Box::new(on_finish)),
    };
    let mut w = Worker::new(&pool.process, Box::new(sapi));
    let wanted = Arc::new(Wanted::default());
    let state = w.state.clone();
    let script = Box::new(move || text(&state.info.borrow().script));
    w.host().watch = Some(Rc::new(Watch { wanted: wanted.clone(), conf: pool.conf.clone(), id, script }));
    let control = Control { wanted: wanted.clone(), word: &raw const w.vm.interrupt };
    functions::register(&mut w.vm);
    for (list, by) in [(&pool.conf.php_values, access::USER), (&pool.conf.php_admin_values, access::SYSTEM)] {
        for (k, v) in list {
            w.host().ini.set_master(k, v.as_bytes(), by);
        }
    }
    let mut server = Server {
        pool,
        id,
        w,
        current,
        fix_path_info,
        served: 0,
        home: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
        wanted,
        cpu: cpu_time(),
    };
    server.slot(|s| s.control = Some(control));
    server.serve();
    // The VM goes.
    server.slot(|s| s.control = None);
    server.is_spent() && !pool.stopping.load(Ordering::Relaxed)
}

struct Server<'p> {
    pool: &'p Running,
    id: usize,
    w: Worker,
    current: Rc<RefCell<Current>>,
    fix_path_info: bool,
    served: i64,
    /// Working directory between requests.
    home: PathBuf,
    /// What the master wants.
    wanted: Arc<Wanted>,
    /// Processor time when the last request ended.
    cpu: (f64, f64),
}

/// Processor time of this thread in user and system mode, in seconds.
fn cpu_time() -> (f64, f64) {
    // SAFETY: the call fills the structure.
    let u = unsafe {
        let mut u: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_THREAD, &raw mut u);
        u
    };
    let s = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    (s(u.ru_utime), s(u.ru_stime))
}

fn text(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

impl Server<'_> {
    fn done(&self) -> bool {
        self.pool.stopping.load(Ordering::Relaxed) || self.is_spent()
    }

    /// Whether the worker has served its share.
    fn is_spent(&self) -> bool {
        self.pool.conf.max_requests > 0 && self.served >= self.pool.conf.max_requests
    }

    fn slot(&self, change: impl FnOnce(&mut Slot)) {
        if let Some(s) = self.pool.slots().iter_mut().find(|s| s.id == self.id) {
            change(s);
        }
    }

    fn serve(&mut self) {
        let listener = self.pool.listener.as_raw_fd();
        let waiting = match unix::Waiting::new(listener, self.pool.stop_signal.as_raw_fd()) {
            Ok(w) => w,
            Err(e) => return zlog::error(&format!("failed to wait for connections: {e}")),
        };
        let on_unix = unix::is_unix(&self.pool.conf.listen);
        let mut idle_since = Instant::now();
        while !self.done() {
            let waits = waiting.wait(self.pool.patience());
            if self.done() {
                return;
            }
            if !waits {
                if self.pool.retire() || self.pool.idle_too_long(idle_since) {
                    return;
                }
                continue;
            }
            match Stream::accept(listener, on_unix) {
                Ok(Some(s)) => {
                    self.slot(|slot| slot.stage = Stage::Kept);
                    self.connection(s);
                    self.slot(|slot| slot.stage = Stage::Idle);
                    idle_since = Instant::now();
                }
                Ok(None) => {}
                Err(e) => {
                    zlog::error(&format!("failed to accept a connection: {e}"));
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
            }
        }
    }

    fn allowed(&self, peer: &str) -> bool {
        match &self.pool.conf.allowed_clients {
            Some(list) if !peer.is_empty() => list.split(',').any(|a| a.trim() == peer || a.trim() == "any"),
            _ => true,
        }
    }

    fn connection(&mut self, s: Stream) {
        let (peer, fd) = (s.peer(), s.as_raw_fd());
        if !self.allowed(&peer) {
            zlog::error(&format!("Connection disallowed: IP address '{peer}' has been dropped."));
            return;
        }
        self.slot(|slot| slot.connection = Some(fd));
        if self.done() {
            // What has come is read, nothing is waited for.
            unix::end_input(fd);
        }
        self.current.borrow_mut().connection = Some(Connection::new(s));
        loop {
            let accepted = match self.current.borrow_mut().connection.as_mut().map(Connection::accept) {
                Some(Ok(Some(r))) => r,
                _ => break,
            };
            {
                let mut c = self.current.borrow_mut();
                c.params = accepted.params;
                c.role = accepted.role;
                c.told = false;
            }
            self.pool.accepted.fetch_add(1, Ordering::Relaxed);
            let abandoned = self.request(&peer);
            self.served += 1;
            let keeps = match self.current.borrow_mut().connection.as_mut() {
                Some(c) if !abandoned => {
                    c.drain();
                    c.keeps()
                }
                _ => false,
            };
            // A pool that stops has shut down the connections that were waiting by then; this one was not.
            if !keeps || self.done() {
                break;
            }
        }
        self.slot(|slot| slot.connection = None);
        self.current.borrow_mut().connection = None;
    }

    /// Serves a request; true when it was given up.
    fn request(&mut self, peer: &str) -> bool {
        let started = Instant::now();
        let info = request::info(&mut self.current.borrow_mut().params, self.fix_path_info);
        self.note_start(&info);
        self.client_settings();
        self.w.begin(info);
        // An extension whose request startup failed has said so; no script runs then.
        if self.w.startup().is_ok() {
            self.answer();
        }
        self.mark_failure();
        self.w.finish();
        let abandoned = self.wanted.is(slow::ABANDON);
        if let Some(c) = self.current.borrow_mut().connection.as_mut().filter(|_| !abandoned) {
            // A web server that went away is found out with the next request.
            drop(c.finish(0));
        }
        let memory = howdah_runtime::memory::peak_usage(true);
        self.note_end(started, memory, peer);
        self.w.reset();
        abandoned
    }

    /// `fastcgi.error_header`: how a script that failed is shown to the web server.
    fn mark_failure(&mut self) {
        let out = self.w.output.clone();
        if self.w.vm.exit_status != 255 || out.headers_sent() {
            return;
        }
        let line =
            self.w.host().ini.get("fastcgi.error_header").filter(|l| !l.is_empty()).map(<[u8]>::to_vec);
        if let Some(l) = line {
            // What is no header changes nothing.
            drop(self.w.state.header(&out, &l, HeaderOp::Replace, 0));
        }
    }

    fn answer(&mut self) {
        let state = self.w.state.clone();
        if state.info.borrow().method.is_none() || status::answer(self.pool, &mut self.w) {
            return;
        }
        let script = &state.info.borrow().script.clone();
        if script.is_empty() {
            self.tell("Primary script unknown");
            return self.page(404, "File not found.\n");
        }
        let allowed = &self.pool.conf.limit_extensions;
        let mut extensions = allowed.split_whitespace().map(str::as_bytes);
        if !allowed.is_empty() && !extensions.any(|e| script.len() > e.len() && script.ends_with(e)) {
            self.tell(&format!(
                "Access to the script '{}' has been denied (see security.limit_extensions)",
                text(script)
            ));
            return self.page(403, "Access denied.\n");
        }
        let dir = Path::new(OsStr::from_bytes(script)).parent().filter(|_| script.starts_with(b"/"));
        if dir.is_none_or(|d| std::env::set_current_dir(d).is_err()) {
            // A script in a folder that cannot be entered runs where the worker began. That may be gone.
            drop(std::env::set_current_dir(&self.home));
        }
        match self.w.run_file(script) {
            Ok(()) => {}
            Err(why) => {
                let (code, page, reason) = match why {
                    Unopened::Denied => (403, "Access denied.\n", "Permission denied"),
                    Unopened::Missing => (404, "No input file specified.\n", "No such file or directory"),
                };
                self.tell(&format!("Unable to open primary script: {} ({reason})", text(script)));
                self.page(code, page);
            }
        }
    }

    /// A message for the web server's error log.
    fn tell(&self, message: &str) {
        self.current.borrow_mut().tell(message.as_bytes());
    }

    fn page(&mut self, code: i32, body: &str) {
        self.w.state.headers.borrow_mut().set_code(code);
        self.w.vm.host.write(body.as_bytes());
    }

    /// `PHP_VALUE` and `PHP_ADMIN_VALUE` parameters.
    fn client_settings(&mut self) {
        let current = self.current.clone();
        let current = current.borrow();
        let params = &current.params;
        for (name, by) in [(&b"PHP_VALUE"[..], access::USER), (b"PHP_ADMIN_VALUE", access::SYSTEM)] {
            let Some(ini) = request::get(params, name) else { continue };
            let mut pairs = Vec::new();
            let refuse = |why: &str| zlog::error(&format!("Passing INI directive through FastCGI: {why}"));
            let parsed = parse(ini, ScanMode::Normal, &NoNames, &mut |e| match e {
                Event::Entry(k, Some(v)) => pairs.push((text(&k), v.into_bytes())),
                Event::Entry(k, None) => refuse(&format!("empty value for key '{}'", text(&k))),
                Event::Element(..) => refuse("only classic entries are allowed"),
                Event::Section(_) => {}
            });
            for (k, v) in pairs {
                if self.w.host().ini.set(&k, &v, by, howdah_host::ini::Stage::Activate).is_err() {
                    refuse(&format!("unable to set '{k}'"));
                }
            }
            if let Err(e) = parsed {
                zlog::warning(&format!("{} in {} on line {}", e.message, text(name), e.line));
            }
        }
    }

    fn note_start(&self, info: &RequestInfo) {
        let current = self.current.borrow();
        let put = |to: &mut String, from: &[u8]| {
            to.clear();
            to.push_str(&String::from_utf8_lossy(from));
        };
        self.slot(|slot| {
            slot.stage = Stage::Running;
            slot.slow_logged = false;
            slot.requests += 1;
            slot.accepted = info.time;
            put(&mut slot.method, info.method.as_deref().unwrap_or_default());
            put(&mut slot.uri, request::get(&current.params, b"REQUEST_URI").unwrap_or(&info.uri));
            put(&mut slot.query, &info.query);
            put(&mut slot.script, &info.script);
            slot.length = info.content_length;
            put(&mut slot.user, &credentials(&info.authorization).user.unwrap_or_default());
        });
        let (idle, all) = self.pool.counts();
        self.pool.max_active.fetch_max(all - idle, Ordering::Relaxed);
    }

    fn note_end(&mut self, started: Instant, memory: usize, peer: &str) {
        let duration = started.elapsed().as_secs_f64();
        // The thread computes for nothing but requests: what it used since the last one ended is this one's.
        let now = cpu_time();
        let before = std::mem::replace(&mut self.cpu, now);
        let cpu = (now.0 - before.0, now.1 - before.1);
        self.pool.memory_peak.fetch_max(memory, Ordering::Relaxed);
        self.slot(|slot| {
            slot.stage = Stage::Kept;
            self.wanted.clear();
            slot.duration = duration;
            slot.memory = memory;
            slot.cpu = if duration > 0.0 { (cpu.0 + cpu.1) / duration * 100.0 } else { 0.0 };
        });
        if let Some(log) = &self.pool.access {
            let h = self.w.state.headers.borrow();
            let info = self.w.state.info.borrow();
            log.write(&Entry {
                cpu,
                duration,
                params: self.current.borrow().params.clone(),
                script: info.script.clone(),
                length: info.content_length,
                method: info.method.clone().unwrap_or_default(),
                memory,
                pool: self.pool.conf.name.clone(),
                headers: h.lines().to_vec(),
                query: info.query.clone(),
                uri: info.uri.clone(),
                remote: peer.to_owned(),
                status: h.code,
                accepted: info.time,
                user: credentials(&info.authorization).user.unwrap_or_default(),
            });
        }
    }
}

/// Nothing stands behind names in what a web server sets.
struct NoNames;

impl Lookup for NoNames {
    fn constant(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
    fn variable(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Seconds since a Unix time.
pub fn since(t: f64) -> i64 {
    (clock::now() - t).max(0.0) as i64
}
