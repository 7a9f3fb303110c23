//! Directories of the machine.

use crate::env::Environment;
use crate::ops::{Failed, Io, Ops, Sought, Whence};
use crate::path;
use crate::stream::Stream;
use rustix::fs::{Dir, Mode, OFlags};
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

struct Directory(RefCell<Option<Dir>>);

pub(super) fn open(env: &Rc<dyn Environment>, name: &[u8]) -> std::io::Result<Rc<Stream>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path::os(name), flags, Mode::empty())?;
    let d = Dir::new(fd)?;
    Ok(Stream::new(env.clone(), Rc::new(Directory(RefCell::new(Some(d)))), b"r"))
}

impl Ops for Directory {
    fn label(&self) -> &'static str {
        "dir"
    }
    fn read(&self, _: &Stream, _: &mut [u8]) -> Io {
        Err(Failed)
    }
    fn has_write(&self) -> bool {
        false
    }
    fn has_seek(&self) -> bool {
        true
    }
    fn seek(&self, _: &Stream, _: i64, _: Whence) -> Sought {
        if let Some(d) = self.0.borrow_mut().as_mut() {
            d.rewind();
        }
        Sought { ok: true, position: None }
    }
    fn read_dir(&self, _: &Stream) -> Option<Vec<u8>> {
        let entry = self.0.borrow_mut().as_mut()?.read()?.ok()?;
        Some(entry.file_name().to_bytes().to_vec())
    }
    fn close(&self, _: &Stream, _: bool) -> i32 {
        self.0.borrow_mut().take();
        0
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}
