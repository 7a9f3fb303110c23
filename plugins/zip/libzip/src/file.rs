//! An entry opened for reading.

use crate::{Error, Failed, sys};
use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

/// Where a seek counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// The beginning.
    Start,
    /// The position.
    Current,
    /// The end.
    End,
}

/// An entry's contents. It may outlive its archive: libzip marks the files of an archive that goes, and reads of them fail.
pub struct File(NonNull<sys::ZipFile>);

impl File {
    pub(crate) fn from_raw(f: *mut sys::ZipFile) -> Result<File, Failed> {
        NonNull::new(f).map(File).ok_or(Failed)
    }
    fn raw(&self) -> *mut sys::ZipFile {
        self.0.as_ptr()
    }
    /// Reads at most `out.len()` bytes; gives how many, 0 at the end.
    pub fn read(&mut self, out: &mut [u8]) -> Result<usize, Failed> {
        // SAFETY: an open file; libzip writes at most as many bytes.
        let n = unsafe { sys::zip_fread(self.raw(), out.as_mut_ptr().cast::<c_void>(), out.len() as u64) };
        usize::try_from(n).map_err(|_| Failed)
    }
    /// Whether [`File::seek`] works: of stored entries that are not encrypted.
    pub fn can_seek(&self) -> bool {
        // SAFETY: an open file.
        unsafe { sys::zip_file_is_seekable(self.raw()) > 0 }
    }
    /// Seeks.
    pub fn seek(&mut self, offset: i64, whence: Whence) -> Result<(), Failed> {
        let whence: c_int = match whence {
            Whence::Start => libc::SEEK_SET,
            Whence::Current => libc::SEEK_CUR,
            Whence::End => libc::SEEK_END,
        };
        // SAFETY: an open file.
        if unsafe { sys::zip_fseek(self.raw(), offset, whence) } < 0 { Err(Failed) } else { Ok(()) }
    }
    /// The position; -1 where there is none.
    pub fn position(&mut self) -> i64 {
        // SAFETY: an open file.
        unsafe { sys::zip_ftell(self.raw()) }
    }
    /// Why the last operation failed.
    pub fn error(&self) -> Error {
        // SAFETY: an open file's error lives as long as it.
        unsafe { Error::copy(sys::zip_file_get_error(self.raw())) }
    }
    /// Closes it: whether what was read is what the archive promises.
    pub fn close(self) -> Result<(), Failed> {
        let f = self.raw();
        std::mem::forget(self);
        // SAFETY: an open file, closed once.
        if unsafe { sys::zip_fclose(f) } == 0 { Ok(()) } else { Err(Failed) }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: an open file, closed once. Nobody asks for the checksum any more.
        unsafe { sys::zip_fclose(self.raw()) };
    }
}
