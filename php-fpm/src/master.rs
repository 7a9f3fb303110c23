//! The process as a whole: options, start, signals, end.

use crate::Logged;
use crate::conf::{self, Conf, ProcessManager};
use crate::options::{self, Mode, Options};
use crate::pool::{self, Running};
use crate::{unix, zlog};
use howdah_host::cache::ScriptCache;
use howdah_host::ini::registry::{Display, EntryDef, access};
use howdah_host::ini::{Sources, config};
use howdah_host::paths::{PREFIX, SYSCONFDIR};
use howdah_host::{Process, Worker, clock, info};
use std::ffi::{CString, OsString};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Exit statuses, as `sysexits.h` has them.
mod exit {
    pub const OK: i32 = 0;
    pub const USAGE: i32 = 64;
    pub const CONFIG: i32 = 78;
    /// An extension could not be started.
    pub const MODULE: i32 = 254;
}

/// Settings of the SAPI.
fn settings() -> Vec<EntryDef> {
    let row = |name, default, access, display| EntryDef { name, default, access, on_modify: None, display };
    vec![
        row("cgi.rfc2616_headers", Some("0"), access::ALL, Display::Bool),
        row("cgi.nph", Some("0"), access::ALL, Display::Bool),
        row("cgi.force_redirect", Some("1"), access::SYSTEM, Display::Bool),
        row("cgi.redirect_status_env", None, access::SYSTEM, Display::Plain),
        row("cgi.fix_pathinfo", Some("1"), access::SYSTEM, Display::Bool),
        row("cgi.discard_path", Some("0"), access::SYSTEM, Display::Bool),
        row("fastcgi.logging", Some("1"), access::SYSTEM, Display::Bool),
        row("fastcgi.error_header", None, access::SYSTEM, Display::Plain),
        row("fpm.config", None, access::SYSTEM, Display::Plain),
    ]
}

fn sources(o: &Options) -> Sources {
    let mut overrides = Vec::new();
    o.defines.iter().for_each(|d| config::define(&mut overrides, d));
    Sources {
        sapi: "fpm-fcgi",
        override_path: o.ini_path.clone().map(|p| PathBuf::from(OsString::from_vec(p))),
        ignore: o.no_ini,
        ignore_cwd: false,
        binary: std::env::current_exe().ok(),
        defaults: vec![("display_errors", "1")],
        overrides,
    }
}

fn start_process(o: &Options) -> Process {
    let mut p = Process::start(&sources(o), Some(Arc::new(ScriptCache::default())));
    p.ini.register(u32::MAX, &settings(), &p.config.clone());
    p
}

/// Runs the command; the exit status.
pub fn run(args: &[Vec<u8>]) -> i32 {
    let o = options::read(args);
    match o.mode {
        Mode::Help | Mode::Wrong => {
            print!("{}", options::usage(args.first().map_or(b"php-fpm", |a| a)));
            if o.mode == Mode::Help { exit::OK } else { exit::USAGE }
        }
        Mode::Version => {
            println!("{}", info::version("fpm-fcgi"));
            exit::OK
        }
        Mode::Modules | Mode::Info => {
            show(&o);
            exit::OK
        }
        Mode::Test(n) => test(&o, n),
        Mode::Serve => serve(&o, args),
    }
}

/// `-m` and `-i`
fn show(o: &Options) {
    let process = start_process(o);
    let current = Default::default();
    let sapi = crate::sapi::Fpm {
        current,
        env: Default::default(),
        fix_path_info: true,
        logging: false,
        worker: None,
        on_finish: None,
    };
    let mut w = Worker::new(&process, Box::new(sapi));
    let text = match o.mode {
        Mode::Modules => info::modules_text(&w.vm).into_bytes(),
        _ => info::php_info(&mut w.vm, info::flags::ALL & !info::flags::CREDITS),
    };
    print!("{}", String::from_utf8_lossy(&text));
}

fn config_path(o: &Options) -> String {
    match (&o.config, &o.prefix) {
        (Some(c), _) => c.clone(),
        (None, Some(p)) => format!("{p}/etc/php-fpm.conf"),
        (None, None) => format!("{SYSCONFDIR}/php-fpm.conf"),
    }
}

fn load(o: &Options) -> Result<Conf, Logged> {
    if let Some(p) = &o.prefix
        && !std::path::Path::new(p).is_dir()
    {
        zlog::error(&format!("the global prefix '{p}' does not exist or is not a directory"));
        return Err(Logged);
    }
    let prefix = o.prefix.as_deref().unwrap_or(PREFIX);
    let mut c = conf::read(&config_path(o), prefix)?;
    if o.pid.is_some() {
        c.global.pid.clone_from(&o.pid);
    }
    let full = |p: &mut String| {
        if !p.is_empty() && !p.starts_with('/') && p != "syslog" {
            *p = format!("{prefix}/{p}");
        }
    };
    c.global.pid.iter_mut().for_each(full);
    full(&mut c.global.error_log);
    for p in &mut c.pools {
        p.access_log.iter_mut().for_each(full);
        p.slowlog.iter_mut().for_each(full);
        if unix::is_unix(&p.listen) {
            full(&mut p.listen);
        }
    }
    zlog::set_level(c.global.log_level);
    if o.mode == Mode::Serve {
        open_log(o, &c)?;
    }
    conf::check(&mut c)?;
    Ok(c)
}

/// Turns messages to the error log; in the foreground they stay on a terminal, and wherever `-O` wants them.
fn open_log(o: &Options, c: &Conf) -> Result<(), Logged> {
    let stderr_is_tty = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let daemonize = o.daemonize.unwrap_or(c.global.daemonize);
    if !daemonize && (stderr_is_tty || o.force_stderr) {
        return Ok(());
    }
    zlog::open(&c.global.error_log).map_err(|e| {
        let why = crate::conf_reason(&e);
        zlog::error(&format!("failed to open error_log ({}): {why}", c.global.error_log));
        Logged
    })
}

fn test(o: &Options, times: u32) -> i32 {
    let Ok(c) = load(o) else {
        zlog::error("FPM initialization failed");
        return exit::CONFIG;
    };
    if conf::test(&c).is_err() {
        zlog::error("FPM initialization failed");
        return exit::CONFIG;
    }
    if times > 1 {
        conf::dump(&c);
    }
    zlog::notice(&format!("configuration file {} test is successful", config_path(o)));
    exit::OK
}

/// Sockets that the process before a reload left open: `address=descriptor,…`.
fn inherited() -> Vec<(String, OwnedFd)> {
    let text = std::env::var("FPM_SOCKETS").unwrap_or_default();
    text.split(',')
        .filter_map(|part| {
            let (listen, fd) = part.rsplit_once('=')?;
            let fd: i32 = fd.parse().ok().filter(|&fd| fd > 2)?;
            // SAFETY: asking for an open descriptor's flags has no effect; one that is open was left open for us.
            unsafe {
                if libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) < 0 {
                    return None;
                }
                Some((listen.to_owned(), OwnedFd::from_raw_fd(fd)))
            }
        })
        .collect()
}

/// The process as it was started, for a reload.
struct Origin {
    args: Vec<Vec<u8>>,
    env: Vec<(OsString, OsString)>,
}

fn serve(o: &Options, args: &[Vec<u8>]) -> i32 {
    let origin = Origin { args: args.to_vec(), env: std::env::vars_os().collect() };
    let failed = || {
        zlog::error("FPM initialization failed");
        exit::CONFIG
    };
    let Ok(conf) = load(o) else { return failed() };
    if conf::test(&conf).is_err() {
        return failed();
    }
    let process = Arc::new(start_process(o));
    if let Some(why) = &process.failure {
        eprintln!("PHP Fatal error:  {why} in Unknown on line 0");
        return exit::MODULE;
    }
    unix::limit_files(conf.global.rlimit_files);
    let Ok(pools) = pool::open_all(&conf, &process, inherited(), &origin.env) else { return failed() };
    let parent = if o.daemonize.unwrap_or(conf.global.daemonize) {
        match unix::daemonize() {
            Ok(p) => Some(p),
            Err(e) => {
                zlog::error(&format!("failed to daemonize: {e}"));
                return failed();
            }
        }
    } else {
        None
    };
    if let Some(pid) = &conf.global.pid
        && let Err(e) = std::fs::write(pid, std::process::id().to_string())
    {
        zlog::error(&format!("Unable to create the PID file ({pid}).: {}", crate::conf_reason(&e)));
        return failed();
    }
    let signals = Signals::block();
    if conf.pools.iter().all(|p| p.clear_env) {
        for (k, _) in &origin.env {
            // SAFETY: no other thread runs yet.
            unsafe { std::env::remove_var(k) };
        }
    }
    zlog::notice(&format!("fpm is running, pid {}", std::process::id()));
    pools.iter().for_each(Running::begin);
    for p in pools.iter().filter(|p| p.conf.pm == Some(ProcessManager::OnDemand)) {
        let p = p.clone();
        if let Err(e) = std::thread::Builder::new().spawn(move || p.watch()) {
            zlog::error(&format!("failed to start a thread: {e}"));
            return failed();
        }
    }
    zlog::notice("ready to handle connections");
    parent.into_iter().for_each(unix::started);
    Master { conf, pools, origin }.events(&signals)
}

/// The signals that the process answers to, kept from all threads but the main one.
struct Signals(libc::sigset_t);

const HANDLED: [i32; 7] =
    [libc::SIGTERM, libc::SIGINT, libc::SIGQUIT, libc::SIGUSR1, libc::SIGUSR2, libc::SIGCHLD, libc::SIGHUP];

impl Signals {
    fn block() -> Signals {
        // SAFETY: a set that is filled before it is used; no thread runs yet.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut set);
            for s in HANDLED {
                libc::sigaddset(&raw mut set, s);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, core::ptr::null_mut());
            libc::signal(libc::SIGPIPE, libc::SIG_IGN);
            Signals(set)
        }
    }

    /// The next signal within so many milliseconds.
    fn next(&self, ms: u64) -> Option<i32> {
        let time = libc::timespec {
            tv_sec: (ms / 1000) as libc::time_t,
            tv_nsec: (ms % 1000 * 1_000_000) as libc::c_long,
        };
        // SAFETY: a filled set; nothing is asked of the signal but its number.
        let s = unsafe { libc::sigtimedwait(&raw const self.0, core::ptr::null_mut(), &raw const time) };
        (s > 0).then_some(s)
    }
}

/// In milliseconds.
const SECOND: u64 = 1000;

struct Master {
    conf: Conf,
    pools: Vec<Arc<Running>>,
    origin: Origin,
}

impl Master {
    fn events(&self, signals: &Signals) -> i32 {
        let mut last = Instant::now();
        let heartbeat = self.pools.iter().filter_map(|p| p.heartbeat()).min();
        loop {
            match signals.next(heartbeat.unwrap_or(SECOND).min(SECOND)) {
                Some(libc::SIGTERM | libc::SIGINT) => {
                    zlog::notice("Terminating ...");
                    return self.leave();
                }
                Some(libc::SIGQUIT) => {
                    zlog::notice("Finishing ...");
                    self.drain(signals);
                    return self.leave();
                }
                Some(libc::SIGUSR1) => self.reopen(),
                Some(libc::SIGUSR2) => {
                    zlog::notice("Reloading in progress ...");
                    if self.drain(signals) {
                        return self.leave();
                    }
                    return self.reload();
                }
                _ => {}
            }
            if heartbeat.is_some() {
                self.pools.iter().for_each(|p| p.check_times());
            }
            if last.elapsed() >= Duration::from_millis(900) {
                last = Instant::now();
                self.pools.iter().for_each(Running::maintain);
            }
        }
    }

    /// Waits for all workers to finish, as long as `process_control_timeout` allows; true when told to end at once.
    fn drain(&self, signals: &Signals) -> bool {
        self.pools.iter().for_each(|p| p.stop());
        let limit = self.conf.global.process_control_timeout;
        let start = clock::now();
        while self.pools.iter().any(|p| p.counts().1 > 0) {
            if limit > 0 && clock::now() - start >= limit as f64 {
                break;
            }
            // Idle workers are gone in no time.
            std::thread::sleep(Duration::from_millis(20));
            if self.pools.iter().all(|p| p.counts().1 == 0) {
                break;
            }
            if matches!(signals.next(SECOND), Some(libc::SIGTERM | libc::SIGINT)) {
                zlog::notice("Terminating ...");
                return true;
            }
        }
        false
    }

    fn leave(&self) -> i32 {
        for p in self.pools.iter().filter(|p| unix::is_unix(&p.conf.listen)) {
            // Somebody may have removed it already.
            drop(std::fs::remove_file(&p.conf.listen));
        }
        if let Some(pid) = &self.conf.global.pid {
            drop(std::fs::remove_file(pid));
        }
        zlog::notice("exiting, bye-bye!");
        exit::OK
    }

    fn reopen(&self) {
        match zlog::open(&self.conf.global.error_log) {
            Ok(()) => zlog::notice("error log file re-opened"),
            Err(_) => zlog::error("unable to re-opened error log file"),
        }
        let all = self.pools.iter().filter_map(|p| p.access.as_ref()).all(|a| a.reopen().is_ok());
        if all {
            zlog::notice("access log file re-opened");
        } else {
            zlog::error("unable to re-opened access log file");
        }
    }

    /// Starts the command anew in this process, with the listening sockets left open.
    fn reload(&self) -> i32 {
        let c = |b: &[u8]| CString::new(b).unwrap_or_default();
        let args: Vec<CString> = self.origin.args.iter().map(|a| c(a)).collect();
        let mut env: Vec<CString> = self
            .origin
            .env
            .iter()
            .filter(|(k, _)| k != "FPM_SOCKETS")
            .map(|(k, v)| c(&[k.as_bytes(), b"=", v.as_bytes()].concat()))
            .collect();
        env.push(c(format!("FPM_SOCKETS={}", pool::sockets(&self.pools)).as_bytes()));
        let quoted: Vec<String> = args.iter().map(|a| format!("\"{}\"", a.to_string_lossy())).collect();
        let first = quoted.first().cloned().unwrap_or_default();
        zlog::notice(&format!("reloading: execvp({first}, {{{}}})", quoted.join(", ")));
        let ends = |list: &[CString]| -> Vec<*const libc::c_char> {
            list.iter().map(|s| s.as_ptr()).chain([core::ptr::null()]).collect()
        };
        let (argv, envp) = (ends(&args), ends(&env));
        // SAFETY: C strings in arrays that end with null; descriptors of our own.
        unsafe {
            for p in &self.pools {
                libc::fcntl(p.listener.as_raw_fd(), libc::F_SETFD, 0);
            }
            libc::execvpe(argv[0], argv.as_ptr(), envp.as_ptr());
        }
        zlog::error(&format!("failed to reload: execvp() failed: {}", std::io::Error::last_os_error()));
        self.leave();
        exit::CONFIG
    }
}
