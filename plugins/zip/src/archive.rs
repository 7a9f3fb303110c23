//! An archive under construction.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zip::result::ZipError;
use zip::write::{ExtendedFileOptions, FileOptions};
use zip::{AesMode, CompressionMethod, ZipArchive, ZipWriter};

/// `ZipArchive::ER_*`
pub mod er {
    pub const OK: i64 = 0;
    pub const SEEK: i64 = 4;
    pub const READ: i64 = 5;
    pub const NOENT: i64 = 9;
    pub const EXISTS: i64 = 10;
    pub const OPEN: i64 = 11;
    pub const TMPOPEN: i64 = 12;
    pub const COMPNOTSUPP: i64 = 16;
    pub const INVAL: i64 = 18;
    pub const NOZIP: i64 = 19;
    pub const DELETED: i64 = 23;
    pub const RDONLY: i64 = 25;
    pub const NOPASSWD: i64 = 26;
    pub const WRONGPASSWD: i64 = 27;
}

/// The text of an error code.
pub fn message(code: i64) -> &'static str {
    match code {
        0 => "No error",
        1 => "Multi-disk zip archives not supported",
        2 => "Renaming temporary file failed",
        3 => "Closing zip archive failed",
        4 => "Seek error",
        5 => "Read error",
        6 => "Write error",
        7 => "CRC error",
        8 => "Containing zip archive was closed",
        9 => "No such file",
        10 => "File already exists",
        11 => "Can't open file",
        12 => "Failure to create temporary file",
        13 => "Zlib error",
        14 => "Malloc failure",
        15 => "Entry has been changed",
        16 => "Compression method not supported",
        17 => "Premature end of file",
        18 => "Invalid argument",
        19 => "Not a zip archive",
        20 => "Internal error",
        21 => "Zip archive inconsistent",
        22 => "Can't remove file",
        23 => "Entry has been deleted",
        24 => "Encryption method not supported",
        25 => "Read-only archive",
        26 => "No password provided",
        27 => "Wrong password provided",
        28 => "Operation not supported",
        29 => "Resource still in use",
        30 => "Tell error",
        31 => "Compressed data invalid",
        32 => "Operation cancelled",
        _ => "Unknown error",
    }
}

fn code_of(e: &ZipError) -> i64 {
    match e {
        ZipError::Io(_) => er::READ,
        ZipError::InvalidArchive(_) => er::NOZIP,
        ZipError::UnsupportedArchive(m) if *m == ZipError::PASSWORD_REQUIRED => er::NOPASSWD,
        ZipError::UnsupportedArchive(_) => er::COMPNOTSUPP,
        ZipError::FileNotFound => er::NOENT,
        ZipError::InvalidPassword => er::WRONGPASSWD,
        _ => er::READ,
    }
}

/// Where an entry's contents come from.
pub enum Source {
    /// The archive's own entry with that index.
    Original(usize),
    /// Memory.
    Data(Vec<u8>),
    /// A file, or a part of it: offset and length (0: to the end).
    File(PathBuf, u64, u64),
    /// A folder.
    Directory,
}

/// How an entry is to be encrypted: method (257-259 AES) and password.
#[derive(Clone)]
pub struct Encryption {
    pub method: i64,
    pub password: Option<Vec<u8>>,
}

/// An entry as it will be written.
pub struct Entry {
    pub name: Vec<u8>,
    pub comment: Vec<u8>,
    pub source: Source,
    pub deleted: bool,
    /// Compression method, -1 the default; `None` unchanged.
    pub compression: Option<i64>,
    pub encryption: Option<Encryption>,
    pub mtime: Option<i64>,
    /// Anything about it was changed.
    pub changed: bool,
}

/// What `stat` tells.
pub struct Stat {
    pub crc: u32,
    pub size: u64,
    pub mtime: i64,
    pub comp_size: u64,
    pub comp_method: i64,
    pub encryption: i64,
}

/// An open archive.
pub struct Archive {
    pub path: PathBuf,
    pub entries: Vec<Entry>,
    pub comment: Vec<u8>,
    pub read_only: bool,
    comment_changed: bool,
    original: Option<ZipArchive<File>>,
    /// The names and comment as they are in the file.
    pristine: (Vec<(Vec<u8>, Vec<u8>)>, Vec<u8>),
}

/// Flags of `open`.
pub mod open {
    pub const CREATE: i64 = 1;
    pub const EXCL: i64 = 2;
    pub const OVERWRITE: i64 = 8;
    pub const RDONLY: i64 = 16;
}

/// Seconds of a DOS date in UTC.
fn unix_time(t: Option<zip::DateTime>) -> i64 {
    let Some(t) = t else { return 0 };
    let (y, m, d) = (t.year() as i64, t.month() as i64, t.day() as i64);
    let (y2, m2) = if m <= 2 { (y - 1, m + 9) } else { (y, m - 3) };
    let era = y2.div_euclid(400);
    let yoe = y2 - era * 400;
    let doy = (153 * m2 + 2) / 5 + d - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    days * 86_400 + t.hour() as i64 * 3600 + t.minute() as i64 * 60 + t.second() as i64
}

/// The DOS date of a time in UTC; `None` outside 1980-2107.
fn dos_time(t: i64) -> Option<zip::DateTime> {
    let days = t.div_euclid(86_400);
    let secs = t.rem_euclid(86_400);
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + (month <= 2) as i64;
    zip::DateTime::from_date_and_time(
        u16::try_from(year).ok()?,
        month as u8,
        day as u8,
        (secs / 3600) as u8,
        (secs / 60 % 60) as u8,
        (secs % 60) as u8,
    )
    .ok()
}

fn method_number(m: CompressionMethod) -> i64 {
    match m {
        CompressionMethod::Stored => 0,
        CompressionMethod::Deflated => 8,
        CompressionMethod::Bzip2 => 12,
        CompressionMethod::Zstd => 93,
        _ => 99,
    }
}

/// The method of a number; `None` for one that is not supported. -1 and 0 have PHP's meanings "default" and "stored".
pub fn method_of(n: i64) -> Option<CompressionMethod> {
    match n {
        -1 | 8 => Some(CompressionMethod::Deflated),
        0 => Some(CompressionMethod::Stored),
        12 => Some(CompressionMethod::Bzip2),
        93 => Some(CompressionMethod::Zstd),
        _ => None,
    }
}

impl Archive {
    /// Opens or creates, by [`open`] flags. The code says what is wrong.
    pub fn open(path: &Path, flags: i64) -> Result<Archive, i64> {
        let empty = |path: &Path| Archive {
            path: path.to_owned(),
            entries: Vec::new(),
            comment: Vec::new(),
            read_only: false,
            comment_changed: false,
            original: None,
            pristine: (Vec::new(), Vec::new()),
        };
        let meta = std::fs::metadata(path);
        match &meta {
            Err(_) if flags & (open::CREATE | open::OVERWRITE) != 0 && flags & open::CREATE != 0 => {
                return Ok(empty(path));
            }
            Err(_) => return Err(er::NOENT),
            Ok(_) if flags & open::EXCL != 0 => return Err(er::EXISTS),
            Ok(_) if flags & open::OVERWRITE != 0 => {
                let mut a = empty(path);
                // An archive that ends without entries is removed on closing.
                a.comment_changed = true;
                return Ok(a);
            }
            Ok(m) if m.is_dir() => return Err(er::READ),
            Ok(m) if m.len() == 0 && flags & open::RDONLY == 0 => return Ok(empty(path)),
            Ok(_) => {}
        }
        let file = File::open(path).map_err(|_| er::OPEN)?;
        let mut zip = ZipArchive::new(file).map_err(|e| match e {
            ZipError::InvalidArchive(_) => er::NOZIP,
            e => code_of(&e),
        })?;
        let mut entries = Vec::with_capacity(zip.len());
        for i in 0..zip.len() {
            let f = zip.by_index_raw(i).map_err(|e| code_of(&e))?;
            entries.push(Entry {
                name: f.name_raw().to_vec(),
                comment: f.comment().as_bytes().to_vec(),
                source: Source::Original(i),
                deleted: false,
                compression: None,
                encryption: None,
                mtime: None,
                changed: false,
            });
        }
        let comment = zip.comment().to_vec();
        let pristine =
            (entries.iter().map(|e| (e.name.clone(), e.comment.clone())).collect(), comment.clone());
        Ok(Archive {
            path: path.to_owned(),
            entries,
            comment,
            read_only: flags & open::RDONLY != 0,
            comment_changed: false,
            original: Some(zip),
            pristine,
        })
    }

    /// Entries as scripts count them: deleted ones keep their index.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry at an index, unless it was deleted.
    pub fn get(&self, i: i64) -> Result<usize, i64> {
        let n = usize::try_from(i).ok().filter(|n| *n < self.entries.len()).ok_or(er::INVAL)?;
        if self.entries[n].deleted { Err(er::DELETED) } else { Ok(n) }
    }

    /// The index of a name. `flags`: 1 without case, 2 without folders.
    pub fn locate(&self, name: &[u8], flags: i64) -> Option<usize> {
        let base = |n: &[u8]| n.iter().rposition(|c| *c == b'/').map_or(n.to_vec(), |i| n[i + 1..].to_vec());
        self.entries.iter().position(|e| {
            if e.deleted {
                return false;
            }
            let n = if flags & 2 != 0 { base(&e.name) } else { e.name.clone() };
            if flags & 1 != 0 { n.eq_ignore_ascii_case(name) } else { n == name }
        })
    }

    /// Adds an entry, or replaces one of the same name when `overwrite` says so.
    pub fn add(&mut self, name: &[u8], source: Source, overwrite: bool) -> Result<usize, i64> {
        if self.read_only {
            return Err(er::RDONLY);
        }
        let e = Entry {
            name: name.to_vec(),
            comment: Vec::new(),
            source,
            deleted: false,
            compression: None,
            encryption: None,
            mtime: None,
            changed: true,
        };
        match self.locate(name, 0) {
            Some(_) if !overwrite => Err(er::EXISTS),
            Some(i) => {
                self.entries[i] = e;
                Ok(i)
            }
            None => {
                self.entries.push(e);
                Ok(self.entries.len() - 1)
            }
        }
    }

    /// Sets the archive's comment.
    pub fn set_comment(&mut self, c: &[u8]) {
        self.comment = c.to_vec();
        self.comment_changed = true;
    }

    /// Undoes what was done to an entry; new entries are deleted.
    pub fn unchange(&mut self, i: usize) {
        match self.pristine.0.get(i) {
            Some((name, comment)) => {
                self.entries[i] = Entry {
                    name: name.clone(),
                    comment: comment.clone(),
                    source: Source::Original(i),
                    deleted: false,
                    compression: None,
                    encryption: None,
                    mtime: None,
                    changed: false,
                };
            }
            None => self.entries[i].deleted = true,
        }
    }

    /// Undoes everything but entries' changes.
    pub fn unchange_archive(&mut self) {
        self.comment = self.pristine.1.clone();
        self.comment_changed = false;
    }

    /// Undoes everything.
    pub fn unchange_all(&mut self) {
        let n = self.pristine.0.len();
        self.entries.truncate(n);
        (0..n).for_each(|i| self.unchange(i));
        self.unchange_archive();
    }

    /// An entry's contents.
    pub fn read(&mut self, i: usize, password: Option<&[u8]>) -> Result<Vec<u8>, i64> {
        match &self.entries[i].source {
            Source::Original(n) => {
                let n = *n;
                let Some(zip) = self.original.as_mut() else { return Err(er::NOZIP) };
                let encrypted = zip.by_index_raw(n).map_err(|e| code_of(&e))?.encrypted();
                let mut out = Vec::new();
                let r = if encrypted {
                    let pw = password.filter(|p| !p.is_empty()).ok_or(er::NOPASSWD)?;
                    let mut f = zip.by_index_decrypt(n, pw).map_err(|e| code_of(&e))?;
                    f.read_to_end(&mut out)
                } else {
                    let mut f = zip.by_index(n).map_err(|e| code_of(&e))?;
                    f.read_to_end(&mut out)
                };
                r.map_err(|_| er::READ)?;
                Ok(out)
            }
            Source::Data(d) => Ok(d.clone()),
            Source::File(..) => read_file(&self.entries[i].source),
            Source::Directory => Ok(Vec::new()),
        }
    }

    /// What is known of an entry. Of changed ones libzip knows the size alone.
    pub fn stat(&mut self, i: usize) -> Result<Stat, i64> {
        let e = &self.entries[i];
        let mtime = e.mtime;
        match &e.source {
            Source::Original(n) => {
                let n = *n;
                let Some(zip) = self.original.as_mut() else { return Err(er::NOZIP) };
                let f = zip.by_index_raw(n).map_err(|e| code_of(&e))?;
                Ok(Stat {
                    crc: f.crc32(),
                    size: f.size(),
                    mtime: mtime.unwrap_or_else(|| unix_time(f.last_modified())),
                    comp_size: f.compressed_size(),
                    comp_method: method_number(f.compression()),
                    encryption: f.encrypted() as i64,
                })
            }
            s => {
                let size = match s {
                    Source::Data(d) => d.len() as u64,
                    Source::File(p, from, len) => {
                        let total = std::fs::metadata(p).map_or(0, |m| m.len()).saturating_sub(*from);
                        if *len > 0 { total.min(*len) } else { total }
                    }
                    _ => 0,
                };
                let now = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .map_or(0, |d| d.as_secs() as i64);
                Ok(Stat {
                    crc: 0,
                    size,
                    mtime: mtime.unwrap_or(now),
                    comp_size: size,
                    comp_method: 0,
                    encryption: 0,
                })
            }
        }
    }

    fn is_changed(&self) -> bool {
        self.comment_changed || self.entries.iter().any(|e| e.changed || e.deleted)
    }

    /// Writes what changed. The file is replaced whole, or left as it was.
    pub fn close(&mut self, default_password: Option<&[u8]>) -> Result<(), i64> {
        if self.read_only || !self.is_changed() {
            return Ok(());
        }
        if self.entries.iter().all(|e| e.deleted) {
            return match std::fs::remove_file(&self.path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(22),
                _ => Ok(()),
            };
        }
        let dir = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = self.path.file_name().map_or("zip".into(), |n| n.to_string_lossy().into_owned());
        let tmp = dir.join(format!("{name}.{}.tmp", std::process::id()));
        let file = File::create(&tmp).map_err(|_| er::TMPOPEN)?;
        let written = self.write(file, default_password);
        if let Err(c) = written {
            // What was begun is of no use to anyone.
            drop(std::fs::remove_file(&tmp));
            return Err(c);
        }
        if let Ok(m) = std::fs::metadata(&self.path) {
            // The new file has the old one's permissions where the system lets it.
            drop(std::fs::set_permissions(&tmp, m.permissions()));
        }
        std::fs::rename(&tmp, &self.path).map_err(|_| 2)
    }

    fn write(&mut self, file: File, default_password: Option<&[u8]>) -> Result<(), i64> {
        let mut w = ZipWriter::new(file);
        w.set_raw_comment(self.comment.clone().into_boxed_slice());
        for i in 0..self.entries.len() {
            if self.entries[i].deleted {
                continue;
            }
            let name = String::from_utf8_lossy(&self.entries[i].name).into_owned();
            let e = &self.entries[i];
            let copied = e.compression.is_none() && e.encryption.is_none() && e.mtime.is_none();
            if let (Source::Original(n), true) = (&e.source, copied) {
                let n = *n;
                let Some(zip) = self.original.as_mut() else { return Err(er::NOZIP) };
                let f = zip.by_index_raw(n).map_err(|e| code_of(&e))?;
                w.raw_copy_file_rename(f, name).map_err(|e| code_of(&e))?;
                continue;
            }
            let method = method_of(e.compression.unwrap_or(-1)).ok_or(er::COMPNOTSUPP)?;
            let mut o: FileOptions<'_, ExtendedFileOptions> =
                FileOptions::default().compression_method(method);
            let time = match e.mtime {
                Some(t) => dos_time(t),
                None => dos_time(self.stat(i)?.mtime),
            };
            if let Some(t) = time {
                o = o.last_modified_time(t);
            }
            let e = &self.entries[i];
            if matches!(e.source, Source::Directory) {
                w.add_directory(name, o).map_err(|e| code_of(&e))?;
                continue;
            }
            let encryption = e.encryption.clone();
            let password;
            if let Some(enc) = &encryption
                && enc.method != 0
            {
                let pw = enc.password.as_deref().or(default_password).ok_or(er::NOPASSWD)?;
                password = String::from_utf8_lossy(pw).into_owned();
                let mode = match enc.method {
                    257 => AesMode::Aes128,
                    258 => AesMode::Aes192,
                    259 => AesMode::Aes256,
                    _ => return Err(24),
                };
                o = o.with_aes_encryption(mode, &password);
                let data = self.read(i, default_password)?;
                w.start_file(name, o).map_err(|e| code_of(&e))?;
                w.write_all(&data).map_err(|_| 6)?;
                continue;
            }
            let data = self.read(i, default_password)?;
            w.start_file(name, o).map_err(|e| code_of(&e))?;
            w.write_all(&data).map_err(|_| 6)?;
        }
        w.finish().map_err(|e| code_of(&e))?;
        Ok(())
    }
}

fn read_file(s: &Source) -> Result<Vec<u8>, i64> {
    let Source::File(p, from, len) = s else { return Err(er::INVAL) };
    use std::io::Seek;
    let mut f = File::open(p).map_err(|_| er::OPEN)?;
    f.seek(std::io::SeekFrom::Start(*from)).map_err(|_| er::SEEK)?;
    let mut out = Vec::new();
    let r = if *len > 0 { f.take(*len).read_to_end(&mut out) } else { f.read_to_end(&mut out) };
    r.map_err(|_| er::READ)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_times_come_back() {
        let t = 1_700_000_000 / 2 * 2;
        assert_eq!(unix_time(dos_time(t)), t);
        assert!(dos_time(0).is_none());
    }
}
