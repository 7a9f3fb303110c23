//! What php-fpm asks of the system: users, sockets, folders of threads, becoming a daemon.

use crate::conf::Pool;
use std::ffi::{CStr, CString};
use std::io;
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

/// Id, main group and home folder of a user.
pub struct User {
    /// User id.
    pub uid: u32,
    /// Main group.
    pub gid: u32,
    /// Home folder.
    pub home: String,
    /// Name.
    pub name: String,
}

/// A user by name or number.
pub fn user(name: &str) -> Option<User> {
    let c = CString::new(name).ok()?;
    // SAFETY: a C string; the entry is copied at once, and only the main thread asks.
    unsafe {
        let p = match name.parse::<u32>() {
            Ok(id) => libc::getpwuid(id),
            Err(_) => libc::getpwnam(c.as_ptr()),
        };
        let p = p.as_ref()?;
        let text = |s: *const libc::c_char| CStr::from_ptr(s).to_string_lossy().into_owned();
        Some(User { uid: p.pw_uid, gid: p.pw_gid, home: text(p.pw_dir), name: text(p.pw_name) })
    }
}

/// A group's id by name or number.
pub fn group(name: &str) -> Option<u32> {
    if let Ok(id) = name.parse() {
        return Some(id);
    }
    let c = CString::new(name).ok()?;
    // SAFETY: as in `user`.
    unsafe { libc::getgrnam(c.as_ptr()).as_ref().map(|g| g.gr_gid) }
}

/// Whether `listen` names a Unix socket.
pub fn is_unix(listen: &str) -> bool {
    listen.starts_with('/') || !listen.contains(':') && !listen.bytes().all(|c| c.is_ascii_digit())
}

fn check(r: libc::c_int) -> io::Result<libc::c_int> {
    if r < 0 { Err(io::Error::last_os_error()) } else { Ok(r) }
}

/// Opens a pool's listening socket, which does not block.
pub fn listen(p: &Pool) -> io::Result<OwnedFd> {
    let fd = if is_unix(&p.listen) { listen_unix(p)? } else { listen_tcp(p)? };
    nonblocking(fd.as_raw_fd())?;
    Ok(fd)
}

/// Makes a descriptor not block.
pub fn nonblocking(fd: RawFd) -> io::Result<()> {
    // SAFETY: flags of an open descriptor.
    unsafe {
        let f = check(libc::fcntl(fd, libc::F_GETFL))?;
        check(libc::fcntl(fd, libc::F_SETFL, f | libc::O_NONBLOCK))?;
    }
    Ok(())
}

fn listen_unix(p: &Pool) -> io::Result<OwnedFd> {
    use std::os::unix::net::UnixListener;
    if UnixStream::connect(&p.listen).is_ok() {
        return Err(io::ErrorKind::AddrInUse.into());
    }
    match std::fs::remove_file(&p.listen) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let l = UnixListener::bind(&p.listen)?;
    let mode = p.listen_mode.as_deref().and_then(|m| u32::from_str_radix(m, 8).ok()).unwrap_or(0o660);
    std::fs::set_permissions(&p.listen, std::fs::Permissions::from_mode(mode))?;
    let owner = p.listen_owner.as_deref().and_then(user).map(|u| u.uid);
    let own_group = p.listen_group.as_deref().and_then(group);
    if owner.is_some() || own_group.is_some() {
        std::os::unix::fs::chown(&p.listen, owner, own_group)?;
    }
    backlog(l.as_raw_fd(), p.backlog)?;
    // SAFETY: the listener gives its descriptor up.
    Ok(unsafe { OwnedFd::from_raw_fd(l.into_raw_fd()) })
}

fn backlog(fd: RawFd, n: i64) -> io::Result<()> {
    let n = if n < 0 { i32::MAX } else { n.min(i32::MAX as i64) as i32 };
    // SAFETY: a bound socket; listening again only changes the backlog.
    check(unsafe { libc::listen(fd, n) }).map(|_| ())
}

fn listen_tcp(p: &Pool) -> io::Result<OwnedFd> {
    let any = || {
        TcpListener::bind(("::", port(&p.listen)))
            .or_else(|_| TcpListener::bind(("0.0.0.0", port(&p.listen))))
    };
    let l = match p.listen.rsplit_once(':') {
        None => any()?,
        Some(("" | "*", _)) => any()?,
        Some(_) => TcpListener::bind(&p.listen.to_socket_addrs()?.collect::<Vec<_>>()[..])?,
    };
    backlog(l.as_raw_fd(), p.backlog)?;
    // SAFETY: the listener gives its descriptor up.
    Ok(unsafe { OwnedFd::from_raw_fd(l.into_raw_fd()) })
}

fn port(listen: &str) -> u16 {
    listen.rsplit(':').next().and_then(|p| p.parse().ok()).unwrap_or(0)
}

/// A connection of a web server.
pub enum Stream {
    /// Over TCP.
    Tcp(TcpStream),
    /// Over a Unix socket.
    Unix(UnixStream),
}

impl Stream {
    /// Takes a connection; `None` when another worker was faster.
    pub fn accept(listener: RawFd, unix: bool) -> io::Result<Option<Stream>> {
        // SAFETY: a listening socket; no address is asked for.
        let fd = unsafe {
            libc::accept4(listener, core::ptr::null_mut(), core::ptr::null_mut(), libc::SOCK_CLOEXEC)
        };
        if fd < 0 {
            let e = io::Error::last_os_error();
            return match e.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted => {
                    Ok(None)
                }
                _ => Err(e),
            };
        }
        // SAFETY: a fresh descriptor, owned by nobody else.
        Ok(Some(unsafe {
            if unix {
                Stream::Unix(UnixStream::from_raw_fd(fd))
            } else {
                let s = TcpStream::from_raw_fd(fd);
                // Only a matter of speed.
                drop(s.set_nodelay(true));
                Stream::Tcp(s)
            }
        }))
    }

    /// Address of the web server; empty for a Unix socket.
    pub fn peer(&self) -> String {
        match self {
            Stream::Tcp(s) => s.peer_addr().map_or(String::new(), |a| a.ip().to_canonical().to_string()),
            Stream::Unix(_) => String::new(),
        }
    }
}

impl AsRawFd for Stream {
    fn as_raw_fd(&self) -> RawFd {
        match self {
            Stream::Tcp(s) => s.as_raw_fd(),
            Stream::Unix(s) => s.as_raw_fd(),
        }
    }
}

impl io::Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(s) => s.read(buf),
            Stream::Unix(s) => s.read(buf),
        }
    }
}

impl io::Write for Stream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(s) => s.write(buf),
            Stream::Unix(s) => s.write(buf),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Connections that wait at a listening TCP socket, and how many may; `None` for others.
pub fn queue(listener: RawFd) -> Option<(i64, i64)> {
    // SAFETY: the call fills the structure as far as it says.
    unsafe {
        let mut info: libc::tcp_info = std::mem::zeroed();
        let mut len = size_of::<libc::tcp_info>() as libc::socklen_t;
        let r = libc::getsockopt(
            listener,
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            (&raw mut info).cast(),
            &raw mut len,
        );
        // A listening socket counts there what waits (unacked) and what may (sacked).
        (r == 0).then(|| (i64::from(info.tcpi_unacked), i64::from(info.tcpi_sacked)))
    }
}

/// Ends a socket's input: what has come can still be read.
pub fn end_input(socket: RawFd) {
    // SAFETY: an open socket; one whose other side is gone has no input to end.
    unsafe { libc::shutdown(socket, libc::SHUT_RD) };
}

/// Waiting for connections, so that the system wakes one worker for each.
pub struct Waiting(OwnedFd, RawFd);

impl Waiting {
    /// For connections to a listening socket, or until a descriptor is ready that tells to stop.
    ///
    /// # Errors
    /// The system's.
    pub fn new(listener: RawFd, stop: RawFd) -> io::Result<Waiting> {
        // SAFETY: fresh and open descriptors; the events are read by the calls.
        unsafe {
            let own = OwnedFd::from_raw_fd(check(libc::epoll_create1(libc::EPOLL_CLOEXEC))?);
            for (fd, how) in [(listener, libc::EPOLLIN | libc::EPOLLEXCLUSIVE), (stop, libc::EPOLLIN)] {
                let mut e = libc::epoll_event { events: how as u32, u64: fd as u64 };
                check(libc::epoll_ctl(own.as_raw_fd(), libc::EPOLL_CTL_ADD, fd, &raw mut e))?;
            }
            Ok(Waiting(own, listener))
        }
    }

    /// Waits so many milliseconds, -1 for ever; whether there is a connection.
    pub fn wait(&self, timeout: i32) -> bool {
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; 2];
        // SAFETY: room for as many events.
        let n = unsafe { libc::epoll_wait(self.0.as_raw_fd(), events.as_mut_ptr(), 2, timeout) };
        let listener = self.1 as u64;
        events.iter().take(usize::try_from(n).unwrap_or(0)).any(|e| e.u64 == listener)
    }
}

/// Waits until one of the descriptors can be read; which can. `timeout` in milliseconds, -1 for none.
pub fn wait<const N: usize>(fds: [RawFd; N], timeout: i32) -> [bool; N] {
    let mut polled = fds.map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    // SAFETY: an array of as many entries.
    let n = unsafe { libc::poll(polled.as_mut_ptr(), N as libc::nfds_t, timeout) };
    polled.map(|p| n > 0 && p.revents != 0)
}

/// A pipe: reading end, writing end.
pub fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors, which are ours from here on.
    unsafe {
        check(libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC))?;
        Ok((OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])))
    }
}

/// Gives this thread a working directory and root of its own and, as root, the pool's user and group: threads of a
/// process can have them on Linux.
pub fn enter(p: &Pool) -> io::Result<()> {
    // SAFETY: system calls on C strings and numbers. Ids are set for this thread alone, past the C library's
    // synchronization.
    unsafe {
        check(libc::unshare(libc::CLONE_FS))?;
        let root = libc::geteuid() == 0;
        if root && let Some(dir) = p.chroot.as_deref().and_then(|d| CString::new(d).ok()) {
            check(libc::chroot(dir.as_ptr()))?;
        }
        let start = p.chdir.clone().unwrap_or_else(|| "/".into());
        if p.chdir.is_some() || p.chroot.is_some() {
            let dir = CString::new(start).map_err(|_| io::ErrorKind::InvalidInput)?;
            check(libc::chdir(dir.as_ptr()))?;
        }
        if !root {
            return Ok(());
        }
        let who = p.user.as_deref().and_then(user);
        let gid = p.group.as_deref().and_then(group).or(who.as_ref().map(|u| u.gid));
        if let Some(gid) = gid.filter(|&g| g != 0) {
            check(libc::syscall(libc::SYS_setgroups, 1, &raw const gid) as i32)?;
            check(libc::syscall(libc::SYS_setresgid, gid, gid, gid) as i32)?;
        }
        if let Some(u) = who.filter(|u| u.uid != 0) {
            check(libc::syscall(libc::SYS_setresuid, u.uid, u.uid, u.uid) as i32)?;
        }
    }
    Ok(())
}

/// Leaves the terminal: the parent waits until the child tells that it runs and exits; gives the end on which the child
/// tells.
pub fn daemonize() -> io::Result<OwnedFd> {
    let (read, write) = pipe()?;
    // SAFETY: no threads run yet.
    unsafe {
        match check(libc::fork())? {
            0 => {
                check(libc::setsid())?;
                drop(read);
                let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
                if null >= 0 {
                    for fd in 0..2 {
                        libc::dup2(null, fd);
                    }
                    libc::close(null);
                }
                Ok(write)
            }
            _ => {
                drop(write);
                let mut told = 0u8;
                let n = libc::read(read.as_raw_fd(), (&raw mut told).cast(), 1);
                libc::_exit(if n == 1 && told == 1 { 0 } else { 78 });
            }
        }
    }
}

/// Tells a waiting parent that the service runs, and lets go of standard error.
pub fn started(parent: OwnedFd) {
    // SAFETY: an open descriptor and a byte.
    unsafe {
        libc::write(parent.as_raw_fd(), [1u8].as_ptr().cast(), 1);
        let null = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
        if null >= 0 {
            libc::dup2(null, 2);
            libc::close(null);
        }
    }
}

/// Raises the limit on open files.
pub fn limit_files(n: i64) {
    if n <= 0 {
        return;
    }
    let l = libc::rlimit { rlim_cur: n as u64, rlim_max: n as u64 };
    // SAFETY: a plain structure.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const l) } < 0 {
        crate::zlog::warning(&format!("failed to set rlimit_files ({n})"));
    }
}
