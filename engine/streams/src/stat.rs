//! Results of `stat()`.

use std::os::unix::fs::MetadataExt;

/// What `stat()` tells, in the order of PHP's arrays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the member of struct stat of its name")]
pub struct Stat {
    pub dev: i64,
    pub ino: i64,
    pub mode: i64,
    pub nlink: i64,
    pub uid: i64,
    pub gid: i64,
    pub rdev: i64,
    pub size: i64,
    pub atime: i64,
    pub mtime: i64,
    pub ctime: i64,
    pub blksize: i64,
    pub blocks: i64,
}

/// Bits of [`Stat::mode`].
pub mod mode {
    #![expect(missing_docs, reason = "each is the S_IF* of its name")]
    pub const FORMAT: i64 = 0o170_000;
    pub const SOCKET: i64 = 0o140_000;
    pub const LINK: i64 = 0o120_000;
    pub const REGULAR: i64 = 0o100_000;
    pub const BLOCK: i64 = 0o060_000;
    pub const DIRECTORY: i64 = 0o040_000;
    pub const CHARACTER: i64 = 0o020_000;
    pub const FIFO: i64 = 0o010_000;
}

impl Stat {
    /// Names of the members, in order.
    pub const NAMES: [&'static str; 13] = [
        "dev", "ino", "mode", "nlink", "uid", "gid", "rdev", "size", "atime", "mtime", "ctime", "blksize",
        "blocks",
    ];

    /// The members, in order.
    pub fn values(&self) -> [i64; 13] {
        [
            self.dev,
            self.ino,
            self.mode,
            self.nlink,
            self.uid,
            self.gid,
            self.rdev,
            self.size,
            self.atime,
            self.mtime,
            self.ctime,
            self.blksize,
            self.blocks,
        ]
    }

    /// Puts a member by its name; false when there is none of that name.
    pub fn set(&mut self, name: &str, value: i64) -> bool {
        let slot = match name {
            "dev" => &mut self.dev,
            "ino" => &mut self.ino,
            "mode" => &mut self.mode,
            "nlink" => &mut self.nlink,
            "uid" => &mut self.uid,
            "gid" => &mut self.gid,
            "rdev" => &mut self.rdev,
            "size" => &mut self.size,
            "atime" => &mut self.atime,
            "mtime" => &mut self.mtime,
            "ctime" => &mut self.ctime,
            "blksize" => &mut self.blksize,
            "blocks" => &mut self.blocks,
            _ => return false,
        };
        *slot = value;
        true
    }

    /// The kind of file, one of [`mode`].
    pub fn format(&self) -> i64 {
        self.mode & mode::FORMAT
    }
}

impl From<&std::fs::Metadata> for Stat {
    fn from(m: &std::fs::Metadata) -> Stat {
        Stat {
            dev: m.dev() as i64,
            ino: m.ino() as i64,
            mode: m.mode() as i64,
            nlink: m.nlink() as i64,
            uid: m.uid() as i64,
            gid: m.gid() as i64,
            rdev: m.rdev() as i64,
            size: m.size() as i64,
            atime: m.atime(),
            mtime: m.mtime(),
            ctime: m.ctime(),
            blksize: m.blksize() as i64,
            blocks: m.blocks() as i64,
        }
    }
}

impl From<rustix::fs::Stat> for Stat {
    fn from(s: rustix::fs::Stat) -> Stat {
        Stat {
            dev: s.st_dev as i64,
            ino: s.st_ino as i64,
            mode: s.st_mode as i64,
            nlink: s.st_nlink as i64,
            uid: s.st_uid as i64,
            gid: s.st_gid as i64,
            rdev: s.st_rdev as i64,
            size: s.st_size,
            atime: s.st_atime,
            mtime: s.st_mtime,
            ctime: s.st_ctime,
            blksize: s.st_blksize,
            blocks: s.st_blocks,
        }
    }
}
