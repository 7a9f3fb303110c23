//! Names in a server's folder (`NLST`).

use crate::ops::{Failed, Io, Ops};
use crate::stream::Stream;
use std::any::Any;
use std::rc::Rc;

/// A folder being read.
pub(super) struct Directory {
    control: Rc<Stream>,
    data: Rc<Stream>,
}

impl Directory {
    /// The names that come over `data`.
    pub(super) fn new(control: Rc<Stream>, data: Rc<Stream>) -> Directory {
        Directory { control, data }
    }
}

impl Ops for Directory {
    fn label(&self) -> &'static str {
        "ftpdir"
    }
    fn read(&self, _: &Stream, _: &mut [u8]) -> Io {
        Err(Failed)
    }
    fn has_write(&self) -> bool {
        false
    }
    fn read_dir(&self, _: &Stream) -> Option<Vec<u8>> {
        if self.data.at_end() {
            return None;
        }
        let line = self.data.read_line(None)?;
        let start = memchr::memrchr(b'/', &line).map_or(0, |i| i + 1);
        let mut name = line[start..].to_vec();
        // A line end is taken to be two bytes, whatever it is.
        name.truncate(name.len().saturating_sub(2));
        Some(name)
    }
    fn close(&self, _: &Stream, _: bool) -> i32 {
        self.control.close();
        self.data.close();
        0
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}
