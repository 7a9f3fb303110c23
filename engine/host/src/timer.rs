//! Time limits: one thread for the whole process that raises VMs' interrupt words when their time is up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// The bit that is raised.
pub const INTERRUPT_TIME: u32 = 1;

/// An interrupt word. Its owner takes the entry out before the word goes away.
struct Word(*const AtomicU32);

// SAFETY: an atomic that lives while its entry is in the table.
unsafe impl Send for Word {}

#[derive(Default)]
struct Table {
    due: HashMap<u64, (Instant, Word)>,
    /// When the thread looks next; `None`: there is no thread yet.
    wakes: Option<Instant>,
}

static TABLE: OnceLock<(Mutex<Table>, Condvar)> = OnceLock::new();

fn table() -> &'static (Mutex<Table>, Condvar) {
    TABLE.get_or_init(Default::default)
}

/// A VM's entry in the table.
pub struct Timer {
    id: u64,
}

impl Timer {
    /// An entry without a time.
    pub fn new() -> Timer {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Timer { id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// Raises `word` at a time; only the last one set counts.
    pub fn set(&self, at: Instant, word: *const AtomicU32) {
        let (lock, changed) = table();
        let mut t = lock.lock().unwrap_or_else(|e| e.into_inner());
        t.due.insert(self.id, (at, Word(word)));
        match t.wakes {
            // It looks soon enough: most limits are set and taken away again long before they are over.
            Some(wakes) if wakes <= at => {}
            Some(_) => {
                t.wakes = Some(at);
                drop(t);
                changed.notify_one();
            }
            None => {
                let made = std::thread::Builder::new().name("timer".into()).spawn(run);
                t.wakes = made.is_ok().then_some(at);
            }
        }
    }

    /// Takes the time away.
    pub fn clear(&self) {
        let mut t = table().0.lock().unwrap_or_else(|e| e.into_inner());
        t.due.remove(&self.id);
    }
}

impl Default for Timer {
    fn default() -> Timer {
        Timer::new()
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.clear();
    }
}

/// This process is a fork: it has none of its parent's threads. Times are to be set anew.
pub fn forked() {
    // Locked by a thread that this process does not have, the table is of no use any more, nor is what is in it.
    if let Ok(mut t) = table().0.try_lock() {
        t.wakes = None;
        t.due.clear();
    }
}

fn run() {
    // Signals are for the threads that run scripts.
    // SAFETY: a mask that is filled before it is used.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
    let (lock, changed) = table();
    let mut t = lock.lock().unwrap_or_else(|e| e.into_inner());
    loop {
        let now = Instant::now();
        t.due.retain(|_, (at, word)| {
            let over = *at <= now;
            if over {
                // SAFETY: entries leave the table, under its lock, before their word does.
                unsafe { (*word.0).fetch_or(INTERRUPT_TIME, Ordering::Relaxed) };
            }
            !over
        });
        let wait = t.due.values().map(|(at, _)| at.saturating_duration_since(now)).min();
        let wait = wait.unwrap_or(Duration::from_secs(3600));
        t.wakes = Some(now + wait);
        t = changed.wait_timeout(t, wait).unwrap_or_else(|e| e.into_inner()).0;
    }
}

/// Processor time that this thread has used.
pub fn thread_time() -> Duration {
    let mut ts = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call fills the structure.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut ts) };
    Duration::new(ts.tv_sec.max(0) as u64, ts.tv_nsec.clamp(0, 999_999_999) as u32)
}
