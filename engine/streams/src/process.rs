//! Processes: `popen()` and `proc_open()`.

use crate::env::Level;
use crate::errno;
use crate::ops::{Cast, Whence};
use crate::path;
use crate::plain::handle::FileHandle;
use crate::socket;
use crate::stream::{Stream, flags};
use crate::wrapper::{Streams, options};
use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::rc::Rc;

/// PHP's number for an exit status: the exit code, or the raw wait status of one that a signal ended.
pub(crate) fn exit_status(s: ExitStatus) -> i32 {
    s.code().unwrap_or_else(|| s.into_raw())
}

fn shell(command: &[u8]) -> Command {
    let mut c = Command::new("/bin/sh");
    c.arg("-c").arg(OsStr::from_bytes(command));
    c
}

impl Streams {
    /// `popen()`: a pipe from (`r`) or to (`w`) a shell command. `None` after the warning.
    pub fn open_process_pipe(&self, command: &[u8], mode: &[u8]) -> Option<Rc<Stream>> {
        let env = self.env();
        let plain: Vec<u8> = mode.iter().copied().filter(|&c| c != b'b').collect();
        let failed = |e: std::io::Error| {
            env.raise(Level::Warning, &[command, &plain], &errno::of(&e));
            None
        };
        let read = match plain.first() {
            Some(b'r') => true,
            Some(b'w') => false,
            _ => return failed(std::io::Error::from_raw_os_error(libc::EINVAL)),
        };
        env.settle();
        let mut c = shell(command);
        if read {
            c.stdout(Stdio::piped());
        } else {
            c.stdin(Stdio::piped());
        }
        let mut child = match c.spawn() {
            Ok(c) => c,
            Err(e) => return failed(e),
        };
        let fd: Option<OwnedFd> =
            if read { child.stdout.take().map(OwnedFd::from) } else { child.stdin.take().map(OwnedFd::from) };
        Some(FileHandle::process(env.clone(), fd?, child, mode))
    }

    /// `proc_open()`. `None` after what there was to say.
    pub fn open_process(&self, spec: ProcessSpec<'_>) -> Option<Process> {
        Launch { streams: self, ends: Vec::new(), pipes: Vec::new() }.run(spec)
    }
}

/// What a process runs.
pub enum ProcessCommand<'a> {
    /// A line for the shell.
    Shell(&'a [u8]),
    /// A program and its arguments.
    Program(&'a [Vec<u8>]),
}

/// What a descriptor of a process is.
pub enum Descriptor {
    /// `["pipe", $mode]`, as the process sees it.
    Pipe(Vec<u8>),
    /// `["file", $name, $mode]`
    File(Vec<u8>, Vec<u8>),
    /// A stream of this process.
    Stream(Rc<Stream>),
    /// `["socket"]`
    Socket,
    /// `["pty"]`
    Terminal,
    /// `["redirect", $number]`
    Redirect(i64),
    /// `["null"]`
    Null,
}

/// What `proc_open()` is asked for.
pub struct ProcessSpec<'a> {
    /// What to run.
    pub command: ProcessCommand<'a>,
    /// Descriptors by number.
    pub descriptors: Vec<(i64, Descriptor)>,
    /// Working directory.
    pub directory: Option<&'a [u8]>,
    /// The whole environment; `None`: this process's own.
    pub environment: Option<Vec<(Vec<u8>, Vec<u8>)>>,
}

/// A process that was started.
pub struct Process {
    pid: i32,
    command: Vec<u8>,
    pipes: Vec<(i64, Rc<Stream>)>,
    ended: Cell<Option<i32>>,
}

/// What `proc_get_status()` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessStatus {
    /// The command.
    pub command: Vec<u8>,
    /// Process id.
    pub pid: i32,
    /// Whether an earlier call learnt of the end.
    pub cached: bool,
    /// Still running.
    pub running: bool,
    /// Ended by a signal.
    pub signaled: bool,
    /// Stopped by a signal.
    pub stopped: bool,
    /// Exit code, -1 unknown.
    pub exit_code: i32,
    /// The signal that ended it.
    pub term_signal: i32,
    /// The signal that stopped it.
    pub stop_signal: i32,
}

impl Process {
    /// Its pipes by number, for `$pipes`.
    pub fn pipes(&self) -> &[(i64, Rc<Stream>)] {
        &self.pipes
    }

    /// Process id.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Asks the system; gives the wait status, `None` when there is none yet, `Err` when there is no such child.
    fn wait(&self, bits: i32) -> Result<Option<i32>, ()> {
        if let Some(s) = self.ended.get() {
            return Ok(Some(s));
        }
        let mut status = 0;
        let got = loop {
            // SAFETY: our child's id, and a place for its status.
            let got = unsafe { libc::waitpid(self.pid, &mut status, bits) };
            if got != -1 || errno::code(&errno::last()) != libc::EINTR {
                break got;
            }
        };
        match got {
            0 => Ok(None),
            -1 => Err(()),
            _ => {
                if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
                    self.ended.set(Some(status));
                }
                Ok(Some(status))
            }
        }
    }

    /// `proc_get_status()`
    pub fn status(&self) -> ProcessStatus {
        let cached = self.ended.get().is_some();
        let mut s = ProcessStatus {
            command: self.command.clone(),
            pid: self.pid,
            cached,
            running: true,
            signaled: false,
            stopped: false,
            exit_code: -1,
            term_signal: 0,
            stop_signal: 0,
        };
        match self.wait(libc::WNOHANG | libc::WUNTRACED) {
            Ok(Some(w)) => {
                if libc::WIFEXITED(w) {
                    s.running = false;
                    s.exit_code = libc::WEXITSTATUS(w);
                }
                if libc::WIFSIGNALED(w) {
                    s.running = false;
                    s.signaled = true;
                    s.term_signal = libc::WTERMSIG(w);
                }
                if libc::WIFSTOPPED(w) {
                    s.stopped = true;
                    s.stop_signal = libc::WSTOPSIG(w);
                }
            }
            Ok(None) => {}
            Err(()) => s.running = false,
        }
        s.cached = self.ended.get().is_some();
        s
    }

    /// `proc_terminate()`
    pub fn signal(&self, signal: i32) -> bool {
        // SAFETY: a system call on plain numbers.
        unsafe { libc::kill(self.pid, signal) == 0 }
    }

    /// Closes the pipes and waits for the end (`proc_close()`); without `wait` only asks (the resource goes).
    pub fn close(&self, wait: bool) -> i32 {
        self.pipes.iter().for_each(|(_, s)| {
            s.close();
        });
        match self.wait(if wait { 0 } else { libc::WNOHANG }) {
            Ok(Some(w)) if libc::WIFEXITED(w) => libc::WEXITSTATUS(w),
            Ok(Some(w)) => w,
            _ => -1,
        }
    }
}

/// The start of a process: the ends that it gets, and ours.
struct Launch<'s> {
    streams: &'s Streams,
    ends: Vec<(i64, OwnedFd)>,
    pipes: Vec<(i64, Rc<Stream>)>,
}

impl Launch<'_> {
    fn fail<T>(&self, message: &str) -> Option<T> {
        self.streams.env().warn(message);
        None
    }

    fn run(mut self, spec: ProcessSpec<'_>) -> Option<Process> {
        for (n, d) in spec.descriptors {
            let fd = self.descriptor(n, d)?;
            self.ends.push((n, fd));
        }
        let (mut c, shown) = match spec.command {
            ProcessCommand::Shell(line) => (shell(line), line.to_vec()),
            ProcessCommand::Program(argv) => {
                let (program, args) = argv.split_first()?;
                let mut c = Command::new(OsStr::from_bytes(program));
                c.args(args.iter().map(|a| OsStr::from_bytes(a)));
                (c, program.clone())
            }
        };
        if let Some(d) = spec.directory {
            c.current_dir(path::os(d));
        }
        if let Some(vars) = spec.environment {
            c.env_clear();
            c.envs(vars.into_iter().map(|(k, v)| (OsString::from_vec(k), OsString::from_vec(v))));
        }
        let top = self.ends.iter().map(|(n, _)| *n).max().unwrap_or(2).max(2) as RawFd + 1;
        let mut plan: Vec<(OwnedFd, RawFd)> = Vec::new();
        for (n, fd) in &self.ends {
            match rustix::io::fcntl_dupfd_cloexec(fd, top) {
                Ok(high) => plan.push((high, *n as RawFd)),
                Err(e) => return self.fail(&format!("Fork failed: {}", errno::text(e.raw_os_error()))),
            }
        }
        let moves: Vec<(RawFd, RawFd)> = plan.iter().map(|(fd, n)| (fd.as_raw_fd(), *n)).collect();
        // SAFETY: only dup2, which may be called between fork and exec; sources lie above all targets.
        unsafe {
            c.pre_exec(move || {
                for &(from, to) in &moves {
                    if libc::dup2(from, to) < 0 {
                        return Err(std::io::Error::last_os_error());
                    }
                }
                Ok(())
            });
        }
        self.streams.env().settle();
        match c.spawn() {
            Ok(child) => Some(Process {
                pid: child.id() as i32,
                command: shown,
                pipes: std::mem::take(&mut self.pipes),
                ended: Cell::new(None),
            }),
            Err(e) => self.fail(&format!("posix_spawn() failed: {}", errno::of(&e))),
        }
    }

    fn duplicate(&self, fd: RawFd, n: i64) -> Option<OwnedFd> {
        // SAFETY: only passed to dup, which checks it.
        match rustix::io::dup(unsafe { BorrowedFd::borrow_raw(fd) }) {
            Ok(fd) => Some(fd),
            Err(e) => {
                self.fail(&format!("Failed to dup() for descriptor {n}: {}", errno::text(e.raw_os_error())))
            }
        }
    }

    /// What the process gets as descriptor `n`; ours of it is kept as a pipe.
    fn descriptor(&mut self, n: i64, d: Descriptor) -> Option<OwnedFd> {
        let env = self.streams.env().clone();
        match d {
            Descriptor::Pipe(mode) => {
                let (read, write) = match rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC) {
                    Ok(p) => p,
                    Err(e) => {
                        return self
                            .fail(&format!("Unable to create pipe {}", errno::text(e.raw_os_error())));
                    }
                };
                let reads = mode.first() == Some(&b'r');
                let (theirs, ours, mode): (_, _, &[u8]) =
                    if reads { (read, write, b"w") } else { (write, read, b"r") };
                let s = FileHandle::stream(env, ours, mode, false);
                s.set_flags(flags::NO_SEEK, true);
                self.pipes.push((n, s));
                Some(theirs)
            }
            Descriptor::File(name, mode) => {
                let s = self.streams.open(&name, &mode, options::REPORT_ERRORS, None)?.stream;
                let fd = s.descriptor(Cast::Descriptor, true)?;
                let fd = self.duplicate(fd, n)?;
                if mode.contains(&b'a') {
                    s.seek(0, Whence::End);
                }
                Some(fd)
            }
            Descriptor::Stream(s) => {
                let fd = s.descriptor(Cast::Descriptor, true)?;
                self.duplicate(fd, n)
            }
            Descriptor::Socket => match socket::pair(&env, libc::AF_UNIX, libc::SOCK_STREAM, 0) {
                Ok((ours, theirs)) => {
                    let fd = theirs.descriptor(Cast::Descriptor, false)?;
                    let fd = self.duplicate(fd, n);
                    self.pipes.push((n, ours));
                    fd
                }
                Err(e) => self.fail(&format!("Unable to create socket pair: {}", e.message)),
            },
            Descriptor::Terminal => self.terminal(n),
            Descriptor::Redirect(target) => {
                if let Some((_, fd)) = self.ends.iter().find(|(m, _)| *m == target) {
                    let fd = fd.as_raw_fd();
                    return self.duplicate(fd, n);
                }
                if (0..=2).contains(&target) {
                    return self.duplicate(target as RawFd, n);
                }
                self.fail(&format!("Redirection target {target} not found"))
            }
            Descriptor::Null => match std::fs::File::options().read(true).write(true).open("/dev/null") {
                Ok(f) => Some(f.into()),
                Err(e) => self.fail(&format!("Failed to open /dev/null: {}", errno::of(&e))),
            },
        }
    }

    fn terminal(&mut self, n: i64) -> Option<OwnedFd> {
        use std::os::fd::FromRawFd;
        let (mut master, mut slave) = (0, 0);
        // SAFETY: two places for descriptors, which are ours when it succeeds.
        let (ours, theirs) = unsafe {
            let null = core::ptr::null_mut();
            if libc::openpty(&mut master, &mut slave, null, core::ptr::null_mut(), core::ptr::null_mut()) != 0
            {
                let why = errno::of(&errno::last());
                return self.fail(&format!("Could not open PTY (pseudoterminal): {why}"));
            }
            (OwnedFd::from_raw_fd(master), OwnedFd::from_raw_fd(slave))
        };
        let s = FileHandle::stream(self.streams.env().clone(), ours, b"r+", false);
        s.set_flags(flags::NO_SEEK, true);
        self.pipes.push((n, s));
        Some(theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn pipes_from_and_to_commands() {
        let (streams, _) = testing::streams();
        let s = streams.open_process_pipe(b"echo hi; exit 3", b"r").unwrap();
        assert_eq!(s.read_all(None), b"hi\n");
        assert_eq!(s.close(), 3);
        let w = streams.open_process_pipe(b"cat >/dev/null", b"w").unwrap();
        assert_eq!(w.write(b"x"), Ok(1));
        assert_eq!(w.close(), 0);
    }

    #[test]
    fn a_bad_mode_is_refused() {
        let (streams, env) = testing::streams();
        assert!(streams.open_process_pipe(b"true", b"z").is_none());
        assert_eq!(env.taken(), ["Warning(true,z): Invalid argument"]);
    }

    #[test]
    fn processes_have_descriptors_and_status() {
        let (streams, _) = testing::streams();
        let pipe = |m: &[u8]| Descriptor::Pipe(m.to_vec());
        let p = streams
            .open_process(ProcessSpec {
                command: ProcessCommand::Shell(b"cat; echo err >&2; echo three >&3; exit 7"),
                descriptors: vec![
                    (0, pipe(b"r")),
                    (1, pipe(b"w")),
                    (2, Descriptor::Redirect(1)),
                    (3, pipe(b"w")),
                ],
                directory: None,
                environment: None,
            })
            .unwrap();
        let of = |n: i64| p.pipes().iter().find(|(m, _)| *m == n).unwrap().1.clone();
        of(0).write(b"in\n").unwrap();
        of(0).close();
        assert_eq!(of(1).read_all(None), b"in\nerr\n");
        assert_eq!(of(3).read_all(None), b"three\n");
        assert_eq!(p.close(true), 7);
        assert!(!p.status().running);
        assert_eq!(p.status().exit_code, 7);
    }
}
