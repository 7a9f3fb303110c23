//! `.user.ini` files: settings of the folders from the document root down to the script's, read again when their time is
//! up (`php_cgi_ini_activate_user_config` in php-src's `sapi/fpm/fpm/fpm_main.c`).

use super::{Config, ConfigValue};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::rc::Rc;

/// Names and values, those of inner folders last.
pub type Settings = Vec<(Vec<u8>, Vec<u8>)>;

/// What was read, by folder, and until when it holds.
#[derive(Default)]
pub struct UserFiles(HashMap<Vec<u8>, (f64, Rc<Settings>)>);

/// How files are looked for.
pub struct Search<'s> {
    /// `user_ini.filename`
    pub name: &'s [u8],
    /// `user_ini.cache_ttl`, in seconds.
    pub ttl: i64,
    /// Document root; empty where there is none.
    pub root: &'s [u8],
    /// Time of the request.
    pub now: f64,
}

fn parent(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&c| c == b'/').map_or(b".", |i| if i == 0 { b"/" } else { &path[..i] })
}

fn read(dir: &[u8], name: &[u8], out: &mut Settings) {
    let file = [dir, b"/", name].concat();
    let Ok(text) = std::fs::read(OsStr::from_bytes(&file)) else { return };
    for (k, v) in Config::of_text(&text, &file).values {
        if let ConfigValue::Text(v) = v {
            match out.iter_mut().find(|(n, _)| *n == k) {
                Some(e) => e.1 = v,
                None => out.push((k, v)),
            }
        }
    }
}

/// The settings of all folders that hold for a folder.
fn gather(dir: &[u8], s: &Search<'_>) -> Settings {
    let mut out = Settings::new();
    let root = s.root.strip_suffix(b"/").unwrap_or(s.root);
    let Ok(full) = std::fs::canonicalize(OsStr::from_bytes(dir)) else { return out };
    let full = full.into_os_string().into_vec();
    let inside =
        !root.is_empty() && full.starts_with(root) && matches!(full.get(root.len()), None | Some(b'/'));
    if !inside {
        read(&full, s.name, &mut out);
        return out;
    }
    read(root, s.name, &mut out);
    let slashes = full.iter().enumerate().skip(root.len() + 1).filter(|(_, c)| **c == b'/').map(|(i, _)| i);
    let ends: Vec<usize> = slashes.chain(Some(full.len()).filter(|&n| n > root.len())).collect();
    ends.into_iter().for_each(|end| read(&full[..end], s.name, &mut out));
    out
}

impl UserFiles {
    /// The settings for a script.
    pub fn of(&mut self, script: &[u8], s: &Search<'_>) -> Rc<Settings> {
        let dir = parent(script);
        if let Some((until, found)) = self.0.get(dir)
            && s.now <= *until
        {
            return found.clone();
        }
        let found = Rc::new(gather(dir, s));
        self.0.insert(dir.to_vec(), (s.now + s.ttl as f64, found.clone()));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_folders_win() {
        let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let root = dir.path().canonicalize().unwrap_or_else(|e| panic!("{e}"));
        let inner = root.join("a/b");
        std::fs::create_dir_all(&inner).unwrap_or_else(|e| panic!("{e}"));
        for (at, text) in [("", "x=1\ny=1\n"), ("a", "y=2\nz=2\n"), ("a/b", "z=3\n")] {
            std::fs::write(root.join(at).join(".user.ini"), text).unwrap_or_else(|e| panic!("{e}"));
        }
        let mut files = UserFiles::default();
        let script = inner.join("s.php").into_os_string().into_vec();
        let own = root.as_os_str().as_bytes();
        let mut ask = |root: &[u8], now: f64| {
            let found = files.of(&script, &Search { name: b".user.ini", ttl: 10, root, now });
            let pairs = found.iter().map(|(k, v)| [&k[..], b"=", v].concat()).collect::<Vec<_>>();
            String::from_utf8_lossy(&pairs.join(&b" "[..])).into_owned()
        };
        assert_eq!(ask(own, 0.0), "x=1 y=2 z=3");
        std::fs::write(root.join(".user.ini"), "x=9").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(ask(own, 10.0), "x=1 y=2 z=3");
        assert_eq!(ask(own, 10.1), "x=9 y=2 z=2".replace("z=2", "z=3"));
        assert_eq!(ask(b"/elsewhere", 30.0), "z=3");
    }
}
