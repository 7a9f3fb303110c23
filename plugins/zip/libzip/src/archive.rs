//! An open archive.

use crate::{Error, Failed, File, c_text, sys};
use std::ffi::{CStr, CString, c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

/// What is known of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Name.
    pub name: Vec<u8>,
    /// Index.
    pub index: u64,
    /// Checksum, 0 where it is not known yet.
    pub crc: u32,
    /// Bytes.
    pub size: u64,
    /// Time in seconds.
    pub mtime: i64,
    /// Bytes in the archive.
    pub comp_size: u64,
    /// Compression method.
    pub comp_method: u16,
    /// Encryption method.
    pub encryption_method: u16,
}

/// Who is told while an archive is written.
#[derive(Default)]
pub struct Watch<'a> {
    /// Told how much is done, from 0 to 1, about every so often (a part of the whole).
    pub progress: Option<(f64, &'a mut dyn FnMut(f64))>,
    /// Asked whether to stop.
    pub cancel: Option<&'a mut dyn FnMut() -> bool>,
}

/// An open archive. What is changed is written by [`Archive::close`]; an archive that is dropped stays as it was.
pub struct Archive(NonNull<sys::Zip>);

unsafe extern "C" fn on_progress(_: *mut sys::Zip, state: f64, data: *mut c_void) {
    // SAFETY: `close` passes its own Watch, which outlives the writing.
    if let Some((_, f)) = unsafe { &mut (*data.cast::<Watch<'_>>()).progress } {
        f(state);
    }
}

unsafe extern "C" fn on_cancel(_: *mut sys::Zip, data: *mut c_void) -> c_int {
    // SAFETY: as above.
    match unsafe { &mut (*data.cast::<Watch<'_>>()).cancel } {
        Some(f) => f().into(),
        None => 0,
    }
}

fn check(n: c_int) -> Result<(), Failed> {
    if n == 0 { Ok(()) } else { Err(Failed) }
}

fn index(n: i64) -> Result<u64, Failed> {
    u64::try_from(n).map_err(|_| Failed)
}

/// A text of libzip, or null.
unsafe fn text(p: *const std::ffi::c_char) -> Option<Vec<u8>> {
    // SAFETY: by the caller's promise.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_bytes().to_vec())
}

/// A comment of libzip, or null.
unsafe fn sized(p: *const std::ffi::c_char, len: usize) -> Option<Vec<u8>> {
    // SAFETY: by the caller's promise.
    (!p.is_null()).then(|| unsafe { std::slice::from_raw_parts(p.cast::<u8>(), len) }.to_vec())
}

impl Archive {
    fn raw(&self) -> *mut sys::Zip {
        self.0.as_ptr()
    }

    /// Opens the file at a path, with flags of [`crate::open`].
    ///
    /// # Errors
    /// The `ZIP_ER_*` code.
    pub fn open(path: &[u8], flags: i32) -> Result<Archive, i32> {
        let path = c_text(path);
        let mut code = 0;
        // SAFETY: live text and result slot.
        let p = unsafe { sys::zip_open(path.as_ptr(), flags, &mut code) };
        NonNull::new(p).map(Archive).ok_or(code)
    }

    /// Writes what was changed and closes. `watch` is told meanwhile.
    ///
    /// # Errors
    /// The archive, still open, with its [`Archive::error`].
    pub fn close(self, mut watch: Watch<'_>) -> Result<(), Archive> {
        let zip = self.raw();
        let progress = watch.progress.as_ref().map(|p| p.0);
        let cancel = watch.cancel.is_some();
        let data = (&raw mut watch).cast::<c_void>();
        // SAFETY: an open archive. `watch` lives until the writing is over, and a failed archive forgets it then.
        unsafe {
            if let Some(precision) = progress {
                sys::zip_register_progress_callback_with_state(zip, precision, Some(on_progress), None, data);
            }
            if cancel {
                sys::zip_register_cancel_callback_with_state(zip, Some(on_cancel), None, data);
            }
            if sys::zip_close(zip) == 0 {
                std::mem::forget(self);
                return Ok(());
            }
            sys::zip_register_progress_callback_with_state(zip, 0.0, None, None, ptr::null_mut());
            sys::zip_register_cancel_callback_with_state(zip, None, None, ptr::null_mut());
        }
        Err(self)
    }

    /// Why the last operation failed.
    pub fn error(&self) -> Error {
        // SAFETY: an open archive's error lives as long as it.
        unsafe { Error::copy(sys::zip_get_error(self.raw())) }
    }

    /// Forgets the error.
    pub fn clear_error(&mut self) {
        // SAFETY: an open archive.
        unsafe { sys::zip_error_clear(self.raw()) }
    }

    /// Number of entries, deleted ones included.
    pub fn len(&self) -> u64 {
        // SAFETY: an open archive.
        u64::try_from(unsafe { sys::zip_get_num_entries(self.raw(), 0) }).unwrap_or(0)
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name of an entry.
    pub fn name(&self, index: u64, flags: u32) -> Option<Vec<u8>> {
        // SAFETY: an open archive; the text is copied at once.
        unsafe { text(sys::zip_get_name(self.raw(), index, flags)) }
    }

    /// Index of the entry of that name.
    pub fn locate(&self, name: &[u8], flags: u32) -> Result<u64, Failed> {
        let name = c_text(name);
        // SAFETY: an open archive, a live text.
        index(unsafe { sys::zip_name_locate(self.raw(), name.as_ptr(), flags) })
    }

    fn stat_with(&self, f: impl FnOnce(*mut sys::ZipStat) -> c_int) -> Result<Stat, Failed> {
        let mut s = MaybeUninit::<sys::ZipStat>::zeroed();
        check(f(s.as_mut_ptr()))?;
        // SAFETY: zeroed is a valid value, and libzip filled in the rest; the name is copied while the archive is as it is.
        unsafe {
            let s = s.assume_init();
            Ok(Stat {
                name: text(s.name).unwrap_or_default(),
                index: s.index,
                crc: s.crc,
                size: s.size,
                mtime: s.mtime,
                comp_size: s.comp_size,
                comp_method: s.comp_method,
                encryption_method: s.encryption_method,
            })
        }
    }

    /// What is known of the entry of that name.
    pub fn stat(&self, name: &[u8], flags: u32) -> Result<Stat, Failed> {
        let name = c_text(name);
        // SAFETY: an open archive, a live text and result slot.
        self.stat_with(|s| unsafe { sys::zip_stat(self.raw(), name.as_ptr(), flags, s) })
    }

    /// What is known of an entry.
    pub fn stat_index(&self, index: u64, flags: u32) -> Result<Stat, Failed> {
        // SAFETY: an open archive and a live result slot.
        self.stat_with(|s| unsafe { sys::zip_stat_index(self.raw(), index, flags, s) })
    }

    /// Opens an entry by index.
    pub fn open_index(&self, index: u64, flags: u32) -> Result<File, Failed> {
        // SAFETY: an open archive.
        File::from_raw(unsafe { sys::zip_fopen_index(self.raw(), index, flags) })
    }

    /// Opens an entry by name.
    pub fn open_name(&self, name: &[u8], flags: u32) -> Result<File, Failed> {
        let name = c_text(name);
        // SAFETY: an open archive, a live text.
        File::from_raw(unsafe { sys::zip_fopen(self.raw(), name.as_ptr(), flags) })
    }

    // ---- adding ----

    /// Adds an entry, or replaces the one at `replace`, with what `source` makes; gives its index.
    fn put(
        &mut self,
        name: &[u8],
        replace: Option<u64>,
        flags: u32,
        source: impl FnOnce(*mut sys::Zip) -> *mut sys::ZipSource,
    ) -> Result<u64, Failed> {
        let name = c_text(name);
        let zip = self.raw();
        let s = source(zip);
        if s.is_null() {
            return Err(Failed);
        }
        // SAFETY: an open archive, a live text; the archive takes the source over where it succeeds.
        unsafe {
            let n = match replace {
                Some(i) => match sys::zip_file_replace(zip, i, s, flags) {
                    0 => i64::try_from(i).unwrap_or(i64::MAX),
                    _ => -1,
                },
                None => sys::zip_file_add(zip, name.as_ptr(), s, flags),
            };
            if n < 0 {
                sys::zip_source_free(s);
            }
            index(n)
        }
    }

    /// Adds an entry with contents from memory; gives its index.
    pub fn add_bytes(&mut self, name: &[u8], contents: &[u8], flags: u32) -> Result<u64, Failed> {
        self.put(name, None, flags, |zip| {
            // SAFETY: the copy has the length it says; libzip frees it with the source.
            unsafe {
                let copy = libc::malloc(contents.len().max(1)).cast::<u8>();
                if copy.is_null() {
                    return ptr::null_mut();
                }
                ptr::copy_nonoverlapping(contents.as_ptr(), copy, contents.len());
                let s = sys::zip_source_buffer(zip, copy.cast(), contents.len() as u64, 1);
                if s.is_null() {
                    libc::free(copy.cast());
                }
                s
            }
        })
    }

    /// Adds an entry with the contents of a file, or replaces the one at `replace`: `len` bytes from `start` (0: to the
    /// end). With `now` the file is opened at once, else when the archive is written. Gives the index.
    #[expect(clippy::too_many_arguments, reason = "as libzip has it")]
    pub fn add_file(
        &mut self,
        name: &[u8],
        replace: Option<u64>,
        path: &[u8],
        start: u64,
        len: i64,
        now: bool,
        flags: u32,
    ) -> Result<u64, Failed> {
        let path = c_text(path);
        self.put(name, replace, flags, |zip| {
            // SAFETY: an open archive and live texts; the source owns the open file where there is one.
            unsafe {
                if !now {
                    return sys::zip_source_file(zip, path.as_ptr(), start, len);
                }
                let f = libc::fopen(path.as_ptr(), c"rb".as_ptr());
                if f.is_null() {
                    return ptr::null_mut();
                }
                let s = sys::zip_source_filep(zip, f, start, len);
                if s.is_null() {
                    libc::fclose(f);
                }
                s
            }
        })
    }

    /// Adds a folder; gives its index.
    pub fn add_dir(&mut self, name: &[u8], flags: u32) -> Result<u64, Failed> {
        let name = c_text(name);
        // SAFETY: an open archive, a live text.
        index(unsafe { sys::zip_dir_add(self.raw(), name.as_ptr(), flags) })
    }

    // ---- changing ----

    /// Renames an entry.
    pub fn rename(&mut self, index: u64, name: &[u8]) -> Result<(), Failed> {
        let name = c_text(name);
        // SAFETY: an open archive, a live text.
        check(unsafe { sys::zip_file_rename(self.raw(), index, name.as_ptr(), 0) })
    }

    /// Deletes an entry.
    pub fn delete(&mut self, index: u64) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_delete(self.raw(), index) })
    }

    /// Takes back what was changed of an entry.
    pub fn unchange(&mut self, index: u64) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_unchange(self.raw(), index) })
    }

    /// Takes back all that was changed.
    pub fn unchange_all(&mut self) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_unchange_all(self.raw()) })
    }

    /// Takes back what was changed of the archive itself.
    pub fn unchange_archive(&mut self) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_unchange_archive(self.raw()) })
    }

    /// The archive's comment.
    pub fn comment(&self, flags: u32) -> Option<Vec<u8>> {
        let mut len = 0;
        // SAFETY: an open archive; the comment has that length and is copied at once.
        unsafe {
            let p = sys::zip_get_archive_comment(self.raw(), &mut len, flags);
            sized(p, usize::try_from(len).unwrap_or(0))
        }
    }

    /// Sets the archive's comment, at most 65535 bytes.
    pub fn set_comment(&mut self, comment: &[u8]) -> Result<(), Failed> {
        let len = u16::try_from(comment.len()).map_err(|_| Failed)?;
        // SAFETY: an open archive; as many bytes as it says.
        check(unsafe { sys::zip_set_archive_comment(self.raw(), comment.as_ptr().cast(), len) })
    }

    /// An entry's comment.
    pub fn entry_comment(&self, index: u64, flags: u32) -> Option<Vec<u8>> {
        let mut len = 0;
        // SAFETY: an open archive; the comment has that length and is copied at once.
        unsafe {
            let p = sys::zip_file_get_comment(self.raw(), index, &mut len, flags);
            sized(p, len as usize)
        }
    }

    /// Sets an entry's comment, at most 65535 bytes; an empty one removes it.
    pub fn set_entry_comment(&mut self, index: u64, comment: &[u8]) -> Result<(), Failed> {
        let len = u16::try_from(comment.len()).map_err(|_| Failed)?;
        // libzip 1.11 frees a comment that it goes on using when it is set to what it was.
        if self.entry_comment(index, crate::flags::ENC_RAW).is_some_and(|old| old == comment) {
            return Ok(());
        }
        let p = if len == 0 { ptr::null() } else { comment.as_ptr().cast() };
        // SAFETY: an open archive; as many bytes as it says.
        check(unsafe { sys::zip_file_set_comment(self.raw(), index, p, len, 0) })
    }

    /// An archive flag, or -1.
    pub fn flag(&self, flag: u32, flags: u32) -> i32 {
        // SAFETY: an open archive.
        unsafe { sys::zip_get_archive_flag(self.raw(), flag, flags) }
    }

    /// Sets an archive flag.
    pub fn set_flag(&mut self, flag: u32, value: i32) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_set_archive_flag(self.raw(), flag, value) })
    }

    /// The password for entries that have none of their own.
    pub fn set_password(&mut self, password: &[u8]) -> Result<(), Failed> {
        let password = c_text(password);
        // SAFETY: an open archive, a live text.
        check(unsafe { sys::zip_set_default_password(self.raw(), password.as_ptr()) })
    }

    /// How an entry is to be encrypted.
    pub fn set_encryption(&mut self, index: u64, method: u16, password: Option<&[u8]>) -> Result<(), Failed> {
        let password: Option<CString> = password.map(c_text);
        let p = password.as_ref().map_or(ptr::null(), |p| p.as_ptr());
        // SAFETY: an open archive, a live text or null.
        check(unsafe { sys::zip_file_set_encryption(self.raw(), index, method, p) })
    }

    /// How an entry is to be compressed: method and level.
    pub fn set_compression(&mut self, index: u64, method: i32, level: u32) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_set_file_compression(self.raw(), index, method, level) })
    }

    /// Sets an entry's time.
    pub fn set_mtime(&mut self, index: u64, time: i64, flags: u32) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_file_set_mtime(self.raw(), index, time, flags) })
    }

    /// The system that an entry was made on, and its attributes there.
    pub fn attributes(&self, index: u64, flags: u32) -> Result<(u8, u32), Failed> {
        let (mut system, mut attributes) = (0, 0);
        // SAFETY: an open archive, live result slots.
        check(unsafe {
            sys::zip_file_get_external_attributes(self.raw(), index, flags, &mut system, &mut attributes)
        })?;
        Ok((system, attributes))
    }

    /// Sets them.
    pub fn set_attributes(
        &mut self,
        index: u64,
        flags: u32,
        system: u8,
        attributes: u32,
    ) -> Result<(), Failed> {
        // SAFETY: an open archive.
        check(unsafe { sys::zip_file_set_external_attributes(self.raw(), index, flags, system, attributes) })
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        // SAFETY: an open archive, discarded once.
        unsafe { sys::zip_discard(self.raw()) }
    }
}
