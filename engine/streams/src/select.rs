//! `stream_select()`.

use crate::env::Environment;
use crate::errno;
use crate::ops::Cast;
use crate::stream::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::{BorrowedFd, RawFd};
use std::rc::Rc;
use std::time::Duration;

/// Which streams of each set are ready, in the order they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Can be read from.
    pub read: Vec<bool>,
    /// Can be written to.
    pub write: Vec<bool>,
    /// Have exceptional data.
    pub except: Vec<bool>,
    /// PHP's result: how many.
    pub count: usize,
}

/// Why nothing was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectError {
    /// "No stream arrays were passed"
    Nothing,
    /// The system refused; the warning is raised.
    Failed,
}

/// The descriptors of a set; a warning for each stream that has none.
fn descriptors(set: &[Rc<Stream>]) -> Vec<Option<RawFd>> {
    set.iter().map(|s| s.descriptor(Cast::Select, true)).collect()
}

/// Waits until one of the streams is ready. Streams with data in their buffers are ready to be read at once, and then
/// nothing else is looked at.
pub fn select(
    env: &Rc<dyn Environment>,
    read: &[Rc<Stream>],
    write: &[Rc<Stream>],
    except: &[Rc<Stream>],
    timeout: Option<Duration>,
) -> Result<Ready, SelectError> {
    let sets = [
        (descriptors(read), PollFlags::IN),
        (descriptors(write), PollFlags::OUT),
        (descriptors(except), PollFlags::PRI),
    ];
    if sets.iter().all(|(fds, _)| fds.iter().all(Option::is_none)) {
        return Err(SelectError::Nothing);
    }
    let mut ready = Ready {
        read: read.iter().map(|s| s.unread() > 0).collect(),
        write: vec![false; write.len()],
        except: vec![false; except.len()],
        count: 0,
    };
    ready.count = ready.read.iter().filter(|r| **r).count();
    if ready.count > 0 {
        return Ok(ready);
    }
    env.settle();
    let mut wanted: Vec<(RawFd, PollFlags)> = Vec::new();
    for (fds, what) in &sets {
        for &fd in fds.iter().flatten() {
            match wanted.iter_mut().find(|(f, _)| *f == fd) {
                Some(w) => w.1 |= *what,
                None => wanted.push((fd, *what)),
            }
        }
    }
    let limit = timeout.map(|t| Timespec { tv_sec: t.as_secs() as i64, tv_nsec: t.subsec_nanos() as i64 });
    // SAFETY: the streams, which own the descriptors, live until poll returns.
    let mut fds: Vec<PollFd<'_>> = wanted
        .iter()
        .map(|(fd, w)| PollFd::from_borrowed_fd(unsafe { BorrowedFd::borrow_raw(*fd) }, *w))
        .collect();
    if let Err(e) = poll(&mut fds, limit.as_ref()) {
        let code = e.raw_os_error();
        let max = wanted.iter().map(|(fd, _)| *fd).max().unwrap_or(0);
        env.warn(&format!("Unable to select [{code}]: {} (max_fd={max})", errno::text(code)));
        return Err(SelectError::Failed);
    }
    let state = |fd: &Option<RawFd>, mask: PollFlags| {
        let at = fd.and_then(|fd| wanted.iter().position(|(f, _)| *f == fd));
        at.is_some_and(|i| fds[i].revents().intersects(mask))
    };
    let broken = PollFlags::ERR | PollFlags::HUP;
    ready.read = sets[0].0.iter().map(|fd| state(fd, PollFlags::IN | broken)).collect();
    ready.write = sets[1].0.iter().map(|fd| state(fd, PollFlags::OUT | PollFlags::ERR)).collect();
    ready.except = sets[2].0.iter().map(|fd| state(fd, PollFlags::PRI)).collect();
    ready.count =
        [&ready.read, &ready.write, &ready.except].iter().flat_map(|s| s.iter()).filter(|r| **r).count();
    Ok(ready)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{socket, testing};

    #[test]
    fn buffered_data_is_ready_at_once() {
        let (streams, env) = testing::streams();
        let (a, b) = socket::pair(streams.env(), libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
        let now = Some(Duration::ZERO);
        let both = [a.clone(), b.clone()];
        let r = select(streams.env(), &both, &both, &[], now).unwrap();
        assert_eq!((r.read, r.write, r.count), (vec![false, false], vec![true, true], 2));
        b.write(b"one\ntwo\n").unwrap();
        let r = select(streams.env(), &both, &[], &[], now).unwrap();
        assert_eq!(r.read, [true, false]);
        assert_eq!(a.read_line(None).as_deref(), Some(&b"one\n"[..]));
        let r = select(streams.env(), &both, &both, &[], now).unwrap();
        assert_eq!((r.read, r.count), (vec![true, false], 1));
        let m = crate::memory::memory(streams.env(), b"w+", Vec::new());
        assert_eq!(select(streams.env(), &[m], &[], &[], now), Err(SelectError::Nothing));
        assert_eq!(
            env.taken(),
            ["Warning: Cannot represent a stream of type MEMORY as a select()able descriptor"]
        );
    }
}
