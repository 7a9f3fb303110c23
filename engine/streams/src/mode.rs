//! Modes of `fopen()`.

/// What a mode asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenMode {
    /// Reading is allowed.
    pub read: bool,
    /// Writing is allowed.
    pub write: bool,
    /// Writes go to the end.
    pub append: bool,
    /// The file is emptied.
    pub truncate: bool,
    /// It is made when missing.
    pub create: bool,
    /// It must not be there.
    pub exclusive: bool,
    /// `e`
    pub close_on_exec: bool,
    /// `n`
    pub non_blocking: bool,
}

impl OpenMode {
    /// Parses; `None` for a mode that begins with none of `rwaxc`.
    pub fn parse(mode: &[u8]) -> Option<OpenMode> {
        let has = |c: u8| mode.contains(&c);
        let first = *mode.first()?;
        let plus = has(b'+');
        let base = OpenMode {
            read: first == b'r' || plus,
            write: first != b'r' || plus,
            append: false,
            truncate: false,
            create: first != b'r',
            exclusive: false,
            close_on_exec: has(b'e'),
            non_blocking: has(b'n'),
        };
        Some(match first {
            b'r' | b'c' => base,
            b'w' => OpenMode { truncate: true, ..base },
            b'a' => OpenMode { append: true, ..base },
            b'x' => OpenMode { exclusive: true, ..base },
            _ => return None,
        })
    }

    /// The flags for `open()`.
    pub fn flags(self) -> rustix::fs::OFlags {
        use rustix::fs::OFlags;
        let mut f = match (self.read, self.write) {
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
            _ => OFlags::RDONLY,
        };
        f.set(OFlags::APPEND, self.append);
        f.set(OFlags::TRUNC, self.truncate);
        f.set(OFlags::CREATE, self.create);
        f.set(OFlags::EXCL, self.exclusive);
        f.set(OFlags::CLOEXEC, self.close_on_exec);
        f.set(OFlags::NONBLOCK, self.non_blocking);
        f
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        let m = OpenMode::parse(b"r+b").unwrap();
        assert!(m.read && m.write && !m.create && !m.truncate);
        let m = OpenMode::parse(b"w").unwrap();
        assert!(!m.read && m.write && m.create && m.truncate);
        let m = OpenMode::parse(b"xe").unwrap();
        assert!(m.exclusive && m.create && m.close_on_exec);
        assert!(OpenMode::parse(b"a").unwrap().append);
        assert!(OpenMode::parse(b"z").is_none() && OpenMode::parse(b"").is_none());
    }
}
