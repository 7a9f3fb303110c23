//! A pool: its listening socket, its workers, and how many of them there are.

use crate::Logged;
use crate::access::AccessLog;
use crate::conf::{Conf, Pool, ProcessManager};
use crate::slow::Wanted;
use crate::{unix, worker, zlog};
use howdah_host::{Process, clock};
use std::ffi::OsString;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// What a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waits for a request.
    Idle,
    /// Waits for another request on a connection that is kept: not free for others.
    Kept,
    /// Reads, runs or answers one.
    Running,
    /// The response is complete, the script goes on.
    Finishing,
}

/// A worker as the status page shows it.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its number.
    pub id: usize,
    /// What it does.
    pub stage: Stage,
    /// Unix time of its start.
    pub start: f64,
    /// Requests so far.
    pub requests: u64,
    /// Unix time of its last request's beginning.
    pub accepted: f64,
    /// Seconds its last request took, or has taken so far.
    pub duration: f64,
    /// Its last request: method, URI, query, user, script.
    pub method: String,
    /// What was asked for.
    pub uri: String,
    /// Query.
    pub query: String,
    /// User of HTTP authentication.
    pub user: String,
    /// Script.
    pub script: String,
    /// Bytes of the body.
    pub length: i64,
    /// Processor time of its last request in percent.
    pub cpu: f64,
    /// Peak memory of its last request.
    pub memory: usize,
    /// How its VM is interrupted, while it has one.
    pub control: Option<Control>,
    /// The connection being served.
    pub connection: Option<RawFd>,
    /// The request was logged as slow.
    pub slow_logged: bool,
}

/// What interrupts a worker. It is in the worker's slot only while the VM lives.
#[derive(Clone, Debug)]
pub struct Control {
    /// What is wanted.
    pub wanted: Arc<Wanted>,
    /// The VM's interrupt word.
    pub word: *const AtomicU32,
}

// SAFETY: an atomic word that lives while the control is in the worker's slot, whose lock guards its use.
unsafe impl Send for Control {}

impl Control {
    /// Asks for something.
    fn ask(&self, what: u32) {
        self.wanted.ask(what);
        // SAFETY: the VM lives, by the type's contract.
        unsafe { (*self.word).fetch_or(INTERRUPT_WATCH, Ordering::Release) };
    }
}

/// The bit of the interrupt word that is raised.
const INTERRUPT_WATCH: u32 = 2;

/// A pool at work.
pub struct Running {
    /// Its settings.
    pub conf: Pool,
    /// What all threads share.
    pub process: Arc<Process>,
    /// The environment that php-fpm was started with.
    pub inherited_env: Vec<(String, String)>,
    /// The listening socket.
    pub listener: OwnedFd,
    /// Ready to be read once workers are to stop.
    pub stop_signal: OwnedFd,
    stop_writer: Mutex<Option<OwnedFd>>,
    /// Workers are to stop.
    pub stopping: AtomicBool,
    /// Idle workers that are to go.
    pub surplus: AtomicUsize,
    /// Workers by number.
    pub board: Mutex<Vec<Slot>>,
    next_id: AtomicUsize,
    /// The access log.
    pub access: Option<AccessLog>,
    /// Unix time of the pool's start.
    pub start: f64,
    /// Connections accepted.
    pub accepted: AtomicUsize,
    /// Most workers that were busy at once.
    pub max_active: AtomicUsize,
    /// Times that `pm.max_children` was reached.
    pub reached_max: AtomicUsize,
    /// Largest peak of memory of a request.
    pub memory_peak: AtomicUsize,
    /// Requests that the slow log was told of.
    pub slow: AtomicUsize,
    /// Most connections that were seen waiting.
    pub max_waiting: AtomicUsize,
    spawn_rate: AtomicI64,
    warned: AtomicBool,
}

impl Running {
    /// Opens a pool's socket and logs. `inherited`: a socket from before a reload.
    pub fn open(
        conf: &Pool,
        process: Arc<Process>,
        inherited: Option<OwnedFd>,
        env: &[(OsString, OsString)],
    ) -> Result<Arc<Running>, String> {
        let listener = match inherited {
            Some(fd) => fd,
            None => unix::listen(conf).map_err(|e| {
                if e.kind() == std::io::ErrorKind::InvalidInput && !unix::is_unix(&conf.listen) {
                    let port = conf.listen.rsplit(':').next().unwrap_or_default();
                    return format!("invalid port value '{port}'");
                }
                let why = crate::conf_reason(&e);
                format!("unable to bind listening socket for address '{}': {why}", conf.listen)
            })?,
        };
        let (stop_signal, writer) = unix::pipe().map_err(|e| e.to_string())?;
        let access = match (&conf.access_log, &conf.access_format) {
            (Some(path), Some(format)) => Some(AccessLog::open(path, format, &conf.suppress_paths)?),
            _ => None,
        };
        Ok(Arc::new(Running {
            conf: conf.clone(),
            process,
            inherited_env: env
                .iter()
                .map(|(k, v)| (k.to_string_lossy().into_owned(), v.to_string_lossy().into_owned()))
                .collect(),
            listener,
            stop_signal,
            stop_writer: Mutex::new(Some(writer)),
            stopping: AtomicBool::new(false),
            surplus: AtomicUsize::new(0),
            board: Mutex::new(Vec::new()),
            next_id: AtomicUsize::new(1),
            access,
            start: clock::now(),
            accepted: AtomicUsize::new(0),
            max_active: AtomicUsize::new(0),
            reached_max: AtomicUsize::new(0),
            memory_peak: AtomicUsize::new(0),
            slow: AtomicUsize::new(0),
            max_waiting: AtomicUsize::new(0),
            spawn_rate: AtomicI64::new(1),
            warned: AtomicBool::new(false),
        }))
    }

    /// The workers' board.
    pub fn slots(&self) -> std::sync::MutexGuard<'_, Vec<Slot>> {
        self.board.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Idle and all workers.
    pub fn counts(&self) -> (usize, usize) {
        let b = self.slots();
        (b.iter().filter(|s| s.stage == Stage::Idle).count(), b.len())
    }

    /// Starts the workers that the pool begins with.
    pub fn begin(self: &Arc<Self>) {
        let n = match self.conf.pm {
            Some(ProcessManager::Static) => self.conf.max_children,
            Some(ProcessManager::Dynamic) => self.conf.start_servers,
            _ => 0,
        };
        (0..n).for_each(|_| self.spawn());
    }

    /// Starts a worker.
    pub fn spawn(self: &Arc<Self>) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        self.slots().push(Slot {
            id,
            stage: Stage::Idle,
            start: clock::now(),
            requests: 0,
            accepted: 0.0,
            duration: 0.0,
            method: String::new(),
            uri: String::new(),
            query: String::new(),
            user: String::new(),
            script: String::new(),
            length: 0,
            cpu: 0.0,
            memory: 0,
            control: None,
            connection: None,
            slow_logged: false,
        });
        let pool = self.clone();
        let made = std::thread::Builder::new()
            .name(format!("{}-{id}", self.conf.name))
            .stack_size(16 << 20)
            .spawn(move || {
                let spent = worker::run(&pool, id);
                pool.slots().retain(|s| s.id != id);
                if spent {
                    pool.spawn();
                }
            });
        if let Err(e) = made {
            zlog::error(&format!("[pool {}] failed to start a worker: {e}", self.conf.name));
            self.slots().retain(|s| s.id != id);
        }
    }

    /// Tells the workers to stop once they are idle.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        // Closing the writing end wakes everybody who waits.
        self.stop_writer.lock().unwrap_or_else(|e| e.into_inner()).take();
        // And so does the end of a kept connection.
        for s in self.slots().iter().filter(|s| s.stage == Stage::Kept) {
            if let Some(fd) = s.connection {
                // The worker takes the descriptor out of its slot before it closes it.
                unix::end_input(fd);
            }
        }
    }

    /// Milliseconds between two looks at how long requests have taken; `None` where nobody wants to know.
    pub fn heartbeat(&self) -> Option<u64> {
        let least =
            [self.conf.terminate_timeout, self.conf.slowlog_timeout].into_iter().filter(|&t| t > 0).min()?;
        // PHP's own: a third of the time, and no oftener than this.
        Some((least as u64).saturating_mul(1000).div_euclid(3).max(130))
    }

    /// Looks for requests that have taken too long.
    pub fn check_times(&self) {
        let c = &self.conf;
        let now = clock::now();
        for s in self.slots().iter_mut() {
            let late = s.stage == Stage::Finishing && c.track_finished;
            if s.stage != Stage::Running && !late {
                continue;
            }
            let taken = now - s.accepted;
            let Some(control) = &s.control else { continue };
            let query = if s.query.is_empty() || s.uri.contains('?') {
                String::new()
            } else {
                format!("?{}", s.query)
            };
            let what = format!(
                "[pool {}] child {}, script '{}' (request: \"{} {}{query}\")",
                c.name, s.id, s.script, s.method, s.uri
            );
            let time = format!("({}.{:06} sec)", taken as i64, (taken.fract() * 1e6) as i64);
            if !s.slow_logged && c.slowlog_timeout > 0 && !late && taken >= c.slowlog_timeout as f64 {
                s.slow_logged = true;
                self.slow.fetch_add(1, Ordering::Relaxed);
                zlog::warning(&format!("{what} executing too slow {time}, logging"));
                control.ask(crate::slow::TRACE);
            } else if c.terminate_timeout > 0
                && taken >= c.terminate_timeout as f64
                && !control.wanted.is(crate::slow::ABANDON)
            {
                zlog::warning(&format!("{what} execution timed out {time}, terminating"));
                control.ask(crate::slow::ABANDON);
                if let Some(fd) = s.connection {
                    // SAFETY: the worker takes the descriptor out of its slot before it closes it.
                    unsafe { libc::shutdown(fd, libc::SHUT_RDWR) };
                }
            }
        }
    }

    /// Connections that wait to be accepted, and how many may.
    pub fn queue(&self) -> (i64, i64) {
        unix::queue(self.listener.as_raw_fd()).unwrap_or((0, self.conf.backlog.max(0)))
    }

    /// Keeps the number of workers within the pool's limits; called once a second, and for `ondemand` whenever a
    /// connection waits.
    pub fn maintain(self: &Arc<Self>) {
        if self.stopping.load(Ordering::Relaxed) {
            return;
        }
        self.max_waiting.fetch_max(usize::try_from(self.queue().0).unwrap_or(0), Ordering::Relaxed);
        let (idle, all) = self.counts();
        let c = &self.conf;
        let max = c.max_children as usize;
        match c.pm {
            Some(ProcessManager::Static) => (all..max).for_each(|_| self.spawn()),
            Some(ProcessManager::OnDemand) => {}
            _ if idle > c.max_spare as usize => {
                self.surplus.store(1, Ordering::Relaxed);
                self.spawn_rate.store(1, Ordering::Relaxed);
            }
            _ if idle < c.min_spare as usize => self.grow(idle, all),
            _ => self.spawn_rate.store(1, Ordering::Relaxed),
        }
    }

    fn grow(self: &Arc<Self>, idle: usize, all: usize) {
        let c = &self.conf;
        if all >= c.max_children as usize {
            self.at_limit("server reached pm.max_children setting");
            return;
        }
        let rate = self.spawn_rate.load(Ordering::Relaxed).max(1);
        if rate >= 8 {
            zlog::warning(&format!(
                "[pool {}] seems busy (you may need to increase pm.start_servers, or pm.min/max_spare_servers), \
                 spawning {rate} children, there are {idle} idle, and {all} total children",
                c.name
            ));
        }
        let wanted = rate.min(c.min_spare - idle as i64).min(c.max_children - all as i64);
        (0..wanted).for_each(|_| self.spawn());
        self.warned.store(false, Ordering::Relaxed);
        if rate < c.max_spawn_rate {
            self.spawn_rate.store(rate * 2, Ordering::Relaxed);
        }
    }

    fn at_limit(&self, what: &str) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            self.reached_max.fetch_add(1, Ordering::Relaxed);
            let c = &self.conf;
            zlog::warning(&format!("[pool {}] {what} ({}), consider raising it", c.name, c.max_children));
        }
    }

    /// Watches an `ondemand` pool's socket and starts a worker for each connection that none waits for.
    pub fn watch(self: Arc<Self>) {
        let fds = [self.listener.as_raw_fd(), self.stop_signal.as_raw_fd()];
        while !self.stopping.load(Ordering::Relaxed) {
            let [waiting, _] = unix::wait(fds, -1);
            if self.stopping.load(Ordering::Relaxed) {
                return;
            }
            let (idle, all) = self.counts();
            if waiting && idle == 0 {
                if all < self.conf.max_children as usize {
                    self.warned.store(false, Ordering::Relaxed);
                    self.spawn();
                } else {
                    self.at_limit("server reached max_children setting");
                }
            }
            if waiting {
                // Whoever was woken or started takes the connection meanwhile.
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        }
    }

    /// A worker's turn to go, where there are too many idle ones.
    pub fn retire(&self) -> bool {
        self.surplus.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok()
    }

    /// Milliseconds an idle worker waits before it looks around; -1 for ever.
    pub fn patience(&self) -> i32 {
        match self.conf.pm {
            Some(ProcessManager::Static) => -1,
            _ => 1000,
        }
    }

    /// Whether a worker that has been idle since then is to go.
    pub fn idle_too_long(&self, since: Instant) -> bool {
        self.conf.pm == Some(ProcessManager::OnDemand)
            && since.elapsed().as_secs() >= self.conf.idle_timeout.max(0) as u64
    }
}

/// The listening sockets of all pools as `FPM_SOCKETS` hands them to the next process.
pub fn sockets(pools: &[Arc<Running>]) -> String {
    let list: Vec<String> =
        pools.iter().map(|p| format!("{}={}", p.conf.listen, p.listener.as_raw_fd())).collect();
    list.join(",")
}

/// Opens all pools.
pub fn open_all(
    conf: &Conf,
    process: &Arc<Process>,
    mut inherited: Vec<(String, OwnedFd)>,
    env: &[(OsString, OsString)],
) -> Result<Vec<Arc<Running>>, Logged> {
    let mut out = Vec::new();
    for p in &conf.pools {
        let found = inherited.iter().position(|(l, _)| *l == p.listen).map(|i| inherited.swap_remove(i).1);
        if let Some(fd) = &found {
            zlog::notice(&format!("using inherited socket fd={}, \"{}\"", fd.as_raw_fd(), p.listen));
        }
        match Running::open(p, process.clone(), found, env) {
            Ok(r) => out.push(r),
            Err(why) => {
                zlog::error(&why);
                return Err(Logged);
            }
        }
    }
    Ok(out)
}
