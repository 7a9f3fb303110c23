//! Lines, records, and whole streams.

use crate::ops::{Cast, Failed, Io, Whence};
use crate::stream::{CHUNK, LARGE, Stream, flags};

impl Stream {
    /// Where a line ends in `b`: the index of its last byte.
    fn end_of_line(&self, b: &[u8]) -> Option<usize> {
        if self.has(flags::DETECT_EOL) {
            let cr = memchr::memchr(b'\r', b);
            let lf = memchr::memchr(b'\n', b);
            return match (cr, lf) {
                (Some(c), l) if l != Some(c + 1) && l.is_none_or(|l| l > c) => {
                    self.set_flags(flags::DETECT_EOL, false);
                    self.set_flags(flags::EOL_MAC, true);
                    Some(c)
                }
                (_, Some(l)) => {
                    self.set_flags(flags::DETECT_EOL, false);
                    Some(l)
                }
                _ => None,
            };
        }
        memchr::memchr(if self.has(flags::EOL_MAC) { b'\r' } else { b'\n' }, b)
    }

    /// `fgets()`: a line with its end, at most `max` bytes of it. `None` at the end.
    pub fn read_line(&self, max: Option<usize>) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        let mut room = max.unwrap_or(usize::MAX);
        if room == 0 {
            return None;
        }
        loop {
            if self.unread() > 0 {
                let (n, done) = {
                    let b = self.buffer.borrow();
                    let eol = self.end_of_line(b.unread());
                    let n = eol.map_or(b.unread().len(), |e| e + 1);
                    let (n, done) = if n >= room { (room, true) } else { (n, eol.is_some()) };
                    line.extend_from_slice(&b.unread()[..n]);
                    (n, done)
                };
                self.consume(n);
                room -= n;
                if done {
                    break;
                }
            } else if self.eof() {
                break;
            } else {
                let n = room.min(self.chunk_size());
                if self.fill(n).is_err() && self.has_failed() {
                    return None;
                }
                if self.unread() == 0 {
                    break;
                }
            }
        }
        (!line.is_empty()).then_some(line)
    }

    fn find(&self, max: usize, skip: usize, delimiter: &[u8]) -> Option<usize> {
        let b = self.buffer.borrow();
        let seen = &b.unread()[..b.unread().len().min(max)];
        if seen.len() <= skip {
            return None;
        }
        memchr::memmem::find(&seen[skip..], delimiter).map(|i| i + skip)
    }

    /// `stream_get_line()`: up to a delimiter, which is skipped, or `max` bytes. `None` at the end, and when neither came
    /// yet (streams that do not block).
    pub fn read_record(&self, max: usize, delimiter: &[u8]) -> Option<Vec<u8>> {
        if max == 0 {
            return None;
        }
        let split = !delimiter.is_empty();
        let mut found = if split { self.find(max, 0, delimiter) } else { None };
        let mut buffered = self.unread();
        while found.is_none() && buffered < max {
            let step = (max - buffered).min(self.chunk_size());
            if self.fill(buffered + step).is_err() && self.has_failed() {
                return None;
            }
            let now = self.unread();
            if now <= buffered {
                break;
            }
            if split {
                found = self.find(max, (buffered + 1).saturating_sub(delimiter.len()), delimiter);
            }
            buffered = now;
        }
        let unread = self.unread();
        let n = match found {
            Some(i) => i,
            None if !split && unread >= max => max,
            None if unread < max && !self.eof() => return None,
            None if unread == 0 && self.eof() => return None,
            None => unread.min(max),
        };
        let record = self.read_vec(n).ok()?;
        if found.is_some() {
            self.consume(delimiter.len());
        }
        Some(record)
    }

    /// All that is left, at most `max` bytes.
    pub fn read_all(&self, max: Option<usize>) -> Vec<u8> {
        let limit = max.unwrap_or(usize::MAX);
        if limit == 0 {
            return Vec::new();
        }
        if limit < 4 * CHUNK {
            return self.read_up_to(limit);
        }
        let size = self.stat().map_or(0, |s| (s.size - self.position()).max(0) as usize);
        let mut out = Vec::new();
        let mut room = size.saturating_add(CHUNK).min(limit);
        let mut checked = LARGE;
        loop {
            let start = out.len();
            if start + room >= checked {
                if !self.env().room_for(start + room) {
                    return Vec::new();
                }
                checked = (start + room).saturating_add(LARGE);
            }
            out.resize(start + room, 0);
            let n = self.read(&mut out[start..]).unwrap_or(0);
            out.truncate(start + n);
            if n == 0 || out.len() >= limit {
                return out;
            }
            room = (room - n).max(CHUNK).min(limit - out.len());
        }
    }

    fn read_up_to(&self, limit: usize) -> Vec<u8> {
        if limit >= LARGE && !self.env().room_for(limit) {
            return Vec::new();
        }
        let mut out = vec![0; limit];
        let mut got = 0;
        while got < limit && !self.at_end() {
            match self.read(&mut out[got..]) {
                Ok(n) if n > 0 => got += n,
                _ => break,
            }
        }
        out.truncate(got);
        out
    }

    /// `fpassthru()`: prints all that is left; gives how much.
    pub fn pass_through(&self) -> Io {
        let mut buf = vec![0; CHUNK];
        let mut total = 0;
        loop {
            match self.read(&mut buf) {
                Ok(0) => return Ok(total),
                Ok(n) => {
                    self.env().print(&buf[..n]);
                    total += n;
                }
                Err(f) => return if total == 0 { Err(f) } else { Ok(total) },
            }
        }
    }

    /// `stream_copy_to_stream()`: copies what is left, at most `max` bytes. Gives how much, also with a failure.
    pub fn copy_to(&self, dest: &Stream, max: Option<usize>) -> (u64, Result<(), Failed>) {
        let limit = max.map_or(u64::MAX, |m| m as u64);
        let mut buf = vec![0; CHUNK];
        let mut done = 0u64;
        while done < limit {
            let step = (limit - done).min(CHUNK as u64) as usize;
            let n = match self.read(&mut buf[..step]) {
                Ok(0) => break,
                Ok(n) => n,
                Err(f) => return (done, Err(f)),
            };
            let mut written = 0;
            while written < n {
                match dest.write(&buf[written..n]) {
                    Ok(w) if w > 0 => written += w,
                    _ => return (done + written as u64, Err(Failed)),
                }
            }
            done += n as u64;
        }
        (done, Ok(()))
    }

    /// The descriptor behind the stream, with what is buffered written out and read ahead given back. `None`, after a
    /// warning with `report`, when there is none.
    pub fn descriptor(&self, cast: Cast, report: bool) -> Option<std::os::fd::RawFd> {
        let filtered = !self.read_filters.is_empty() || !self.write_filters.is_empty();
        if filtered {
            if report {
                self.env().warn("Cannot cast a filtered stream on this system");
            }
            return None;
        }
        if cast != Cast::Select {
            let _ = self.flush();
            if self.ops().has_seek() && !self.has(flags::NO_SEEK) && self.unread() > 0 {
                self.seek(self.position(), Whence::Set);
            }
        }
        if let Some(fd) = self.ops().descriptor(self, cast) {
            if self.unread() > 0 && cast != Cast::Select && report {
                let n = self.unread();
                self.env().warn(&format!("{n} bytes of buffered data lost during stream conversion!"));
            }
            return Some(fd);
        }
        if report {
            let what = match cast {
                Cast::Stdio => "STDIO FILE*",
                Cast::Descriptor => "File Descriptor",
                Cast::Socket => "Socket Descriptor",
                Cast::Select => "select()able descriptor",
            };
            let label = self.ops().label();
            self.env().warn(&format!("Cannot represent a stream of type {label} as a {what}"));
        }
        None
    }
}
