//! Compiled scripts, kept from request to request and shared by the threads of a server.
//!
//! A script is found by its file's identity and times ([`FileStamp`]), one system call, or, where those do not tell enough
//! (a file that was just written), by its text.

use howdah_vm::script::Script;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, RwLock};

/// Settings that a compiled script depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `short_open_tag`
    pub short_open_tag: bool,
    /// `zend.assertions` is -1.
    pub no_assertions: bool,
}

/// What tells one version of a file from another, and who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    user: u32,
}

/// Seconds for which a file that was written is read again: its next version might bear the same times.
const SETTLES: i64 = 2;
/// Most paths that are remembered beside those of files.
const MOST_ALIASES: usize = 1 << 14;

impl FileStamp {
    /// The stamp of a regular file.
    pub fn of(path: &[u8]) -> Option<FileStamp> {
        let m = std::fs::metadata(OsStr::from_bytes(path)).ok().filter(std::fs::Metadata::is_file)?;
        Some(FileStamp {
            device: m.dev(),
            inode: m.ino(),
            size: m.size(),
            modified: (m.mtime(), m.mtime_nsec()),
            changed: (m.ctime(), m.ctime_nsec()),
            // SAFETY: the call has no preconditions. Threads can have ids of their own.
            user: unsafe { libc::syscall(libc::SYS_geteuid) } as u32,
        })
    }

    /// Whether the file has been as it is for so long that another version would have other times.
    fn is_settled(&self) -> bool {
        let now = crate::clock::now() as i64;
        now - self.modified.0.max(self.changed.0) > SETTLES
    }
}

/// A script in the cache.
struct Entry {
    rules: Rules,
    text: Vec<u8>,
    /// Stamps under which its file was read, one a user.
    stamps: Vec<FileStamp>,
    script: Arc<Script>,
}

#[derive(Default)]
struct Scripts {
    /// By real path.
    files: HashMap<Vec<u8>, Entry>,
    /// Real paths of files by other paths that lead to them.
    aliases: HashMap<Vec<u8>, (FileStamp, Arc<[u8]>)>,
}

/// Scripts by path. A changed file is compiled anew; requests that run the old one keep it until they end.
#[derive(Default)]
pub struct ScriptCache(RwLock<Scripts>);

impl ScriptCache {
    fn read(&self) -> std::sync::RwLockReadGuard<'_, Scripts> {
        self.0.read().unwrap_or_else(|e| e.into_inner())
    }

    /// The script of a file that has not changed since it was compiled, with its real path.
    pub fn ready(&self, path: &[u8], rules: Rules) -> Option<(Vec<u8>, Arc<Script>)> {
        let stamp = FileStamp::of(path)?;
        let scripts = self.read();
        let of = |real: &[u8]| {
            let e = scripts.files.get(real)?;
            (e.rules == rules && e.stamps.contains(&stamp)).then(|| (real.to_vec(), e.script.clone()))
        };
        if let Some((_, real)) = scripts.aliases.get(path).filter(|(s, _)| *s == stamp) {
            return of(real);
        }
        let real = std::fs::canonicalize(OsStr::from_bytes(path)).ok()?.into_os_string().into_vec();
        let found = of(&real)?;
        drop(scripts);
        let mut scripts = self.0.write().unwrap_or_else(|e| e.into_inner());
        if scripts.aliases.len() >= MOST_ALIASES {
            scripts.aliases.clear();
        }
        scripts.aliases.insert(path.to_vec(), (stamp, real.into()));
        Some(found)
    }

    /// The script that a text read from a real path compiles to.
    pub fn get(&self, path: &[u8], rules: Rules, text: &[u8]) -> Option<Arc<Script>> {
        let fresh = |e: &Entry| e.rules == rules && e.text == text;
        let (script, known) = {
            let scripts = self.read();
            let e = scripts.files.get(path).filter(|e| fresh(e))?;
            // The text may be from before a change: a settled stamp taken now belongs to what was read.
            (e.script.clone(), FileStamp::of(path).filter(|s| s.is_settled() && !e.stamps.contains(s)))
        };
        if let Some(stamp) = known {
            let mut scripts = self.0.write().unwrap_or_else(|e| e.into_inner());
            if let Some(e) = scripts.files.get_mut(path).filter(|e| fresh(e)) {
                e.stamps.retain(|s| s.user != stamp.user);
                e.stamps.push(stamp);
            }
        }
        Some(script)
    }

    /// Keeps a script.
    pub fn put(&self, path: &[u8], rules: Rules, text: Vec<u8>, script: &Arc<Script>) {
        let stamps = FileStamp::of(path).filter(FileStamp::is_settled).into_iter().collect();
        let mut scripts = self.0.write().unwrap_or_else(|e| e.into_inner());
        scripts.files.insert(path.to_vec(), Entry { rules, text, stamps, script: script.clone() });
    }

    /// Scripts kept.
    pub fn len(&self) -> usize {
        self.read().files.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
