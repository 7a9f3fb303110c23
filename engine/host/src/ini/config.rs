//! Configuration files: which are read, in which order, and what they say.

use super::parse::{self, Event, Lookup, ScanMode};
use indexmap::IndexMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Folder of php.ini where nothing else says so: `HOWDAH_CONFIG_FILE_PATH` at build time.
pub const CONFIG_FILE_PATH: &str = match option_env!("HOWDAH_CONFIG_FILE_PATH") {
    Some(p) => p,
    None => "/usr/local/lib",
};

/// Folder of additional files: `HOWDAH_CONFIG_FILE_SCAN_DIR` at build time.
pub const CONFIG_FILE_SCAN_DIR: &str = match option_env!("HOWDAH_CONFIG_FILE_SCAN_DIR") {
    Some(p) => p,
    None => "",
};

/// What a SAPI and its command line say about configuration.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// SAPI name, for `php-NAME.ini`.
    pub sapi: &'static str,
    /// `-c`: a file or a folder.
    pub override_path: Option<PathBuf>,
    /// `-n`
    pub ignore: bool,
    /// The working directory is not searched.
    pub ignore_cwd: bool,
    /// The running binary.
    pub binary: Option<PathBuf>,
    /// Values that php.ini may override.
    pub defaults: Vec<(&'static str, &'static str)>,
    /// Ini text that overrides files (`-d`).
    pub overrides: Vec<u8>,
}

/// A configured value.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigValue {
    /// Text.
    Text(Vec<u8>),
    /// `name[] = …`, or the settings of a `[PATH=…]` or `[HOST=…]` section.
    Table(IndexMap<Vec<u8>, Vec<u8>>),
}

/// What all configuration files say together.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub(crate) values: IndexMap<Vec<u8>, ConfigValue>,
    /// `extension=` lines, in order.
    pub extensions: Vec<Vec<u8>>,
    /// `zend_extension=` lines, in order.
    pub zend_extensions: Vec<Vec<u8>>,
    /// The php.ini that was read.
    pub loaded_file: Option<PathBuf>,
    /// The folders that were searched for more files; `None` with `-n` or without such a setting.
    pub scan_dirs: Option<OsString>,
    /// The files found there.
    pub scanned_files: Vec<PathBuf>,
    /// There are `[PATH=…]` sections.
    pub has_per_dir: bool,
    /// There are `[HOST=…]` sections.
    pub has_per_host: bool,
    /// Syntax errors, as PHP prints them.
    pub errors: Vec<String>,
}

/// Constants that exist before extensions are loaded.
fn startup_constant(name: &[u8]) -> Option<Vec<u8>> {
    let n: i64 = match name {
        b"E_ERROR" => 1,
        b"E_WARNING" => 2,
        b"E_PARSE" => 4,
        b"E_NOTICE" => 8,
        b"E_CORE_ERROR" => 16,
        b"E_CORE_WARNING" => 32,
        b"E_COMPILE_ERROR" => 64,
        b"E_COMPILE_WARNING" => 128,
        b"E_USER_ERROR" => 256,
        b"E_USER_WARNING" => 512,
        b"E_USER_NOTICE" => 1024,
        b"E_STRICT" => 2048,
        b"E_RECOVERABLE_ERROR" => 4096,
        b"E_DEPRECATED" => 8192,
        b"E_USER_DEPRECATED" => 16384,
        b"E_ALL" => 30719,
        b"PHP_INT_MAX" => i64::MAX,
        b"PHP_INT_MIN" => i64::MIN,
        b"PHP_INT_SIZE" => 8,
        b"PHP_MAJOR_VERSION" => 8,
        b"PHP_MINOR_VERSION" => 4,
        b"PHP_DEBUG" | b"PHP_ZTS" => 0,
        b"PHP_MAXPATHLEN" => 4096,
        b"PHP_VERSION" => return Some(howdah_vm::PHP_VERSION.as_bytes().to_vec()),
        b"PHP_OS" | b"PHP_OS_FAMILY" => return Some(b"Linux".to_vec()),
        b"PHP_EOL" => return Some(b"\n".to_vec()),
        b"PHP_EXTENSION_DIR" => return Some(super::entries::EXTENSION_DIR.as_bytes().to_vec()),
        _ => return None,
    };
    Some(n.to_string().into_bytes())
}

/// An environment variable.
pub fn environment(name: &[u8]) -> Option<Vec<u8>> {
    if name.is_empty() || name.contains(&b'=') || name.contains(&0) {
        return None;
    }
    std::env::var_os(OsStr::from_bytes(name)).map(OsStringExt::into_vec)
}

/// Which section settings go to.
#[derive(Default)]
struct Section {
    /// Key of a `[PATH=]` or `[HOST=]` section.
    key: Option<Vec<u8>>,
    special: bool,
}

impl Config {
    /// Finds and reads the configuration files.
    pub fn load(s: &Sources) -> Config {
        let mut c = Config::default();
        for (k, v) in &s.defaults {
            c.values.insert(k.as_bytes().to_vec(), ConfigValue::Text(v.as_bytes().to_vec()));
        }
        if let Some((path, text)) = find(s) {
            c.read(&text, path.as_os_str().as_bytes());
            c.loaded_file = Some(path);
        }
        if !s.ignore {
            c.scan();
        }
        if !s.overrides.is_empty() {
            c.read(&s.overrides, b"Unknown");
        }
        c
    }

    /// What a file's text says.
    pub fn of_text(text: &[u8], file: &[u8]) -> Config {
        let mut c = Config::default();
        c.read(text, file);
        c
    }

    /// A configured text.
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        match self.values.get(name)? {
            ConfigValue::Text(t) => Some(t),
            ConfigValue::Table(_) => None,
        }
    }

    /// Any configured value (`get_cfg_var`).
    pub fn value(&self, name: &[u8]) -> Option<&ConfigValue> {
        self.values.get(name)
    }

    /// The additional files as `php --ini` lists them, or `None`.
    pub fn scanned_text(&self) -> Option<Vec<u8>> {
        let files: Vec<&[u8]> = self.scanned_files.iter().map(|f| f.as_os_str().as_bytes()).collect();
        (!files.is_empty()).then(|| [&files.join(&b",\n"[..])[..], b"\n"].concat())
    }

    /// Settings of the `[PATH=…]` sections that hold for a script, outermost folder first.
    pub fn for_path(&self, script: &[u8]) -> Vec<(&[u8], &[u8])> {
        let mut out = Vec::new();
        if self.has_per_dir {
            for (i, _) in script.iter().enumerate().skip(1).filter(|(_, c)| **c == b'/') {
                self.table(&script[..i], &mut out);
            }
        }
        out
    }

    /// Settings of the `[HOST=…]` section of a host.
    pub fn for_host(&self, host: &[u8]) -> Vec<(&[u8], &[u8])> {
        let mut out = Vec::new();
        if self.has_per_host && !host.is_empty() {
            self.table(&host.to_ascii_lowercase(), &mut out);
        }
        out
    }

    fn table<'c>(&'c self, key: &[u8], out: &mut Vec<(&'c [u8], &'c [u8])>) {
        if let Some(ConfigValue::Table(t)) = self.values.get(key) {
            out.extend(t.iter().map(|(k, v)| (&k[..], &v[..])));
        }
    }

    fn read(&mut self, text: &[u8], file: &[u8]) -> bool {
        // What a name stands for may be set further up in the same text, so entries are applied as they are read.
        let mut section = Section::default();
        let values = std::cell::RefCell::new(std::mem::take(&mut self.values));
        let shared = SharedLookup(&values);
        let result = parse::parse(text, ScanMode::Normal, &shared, &mut |e| {
            self.apply(e, &mut section, &mut values.borrow_mut());
        });
        self.values = values.into_inner();
        if let Err(e) = &result {
            let file = String::from_utf8_lossy(file);
            self.errors.push(format!("{} in {file} on line {}", e.message, e.line));
        }
        result.is_ok()
    }

    fn apply(&mut self, e: Event, section: &mut Section, values: &mut IndexMap<Vec<u8>, ConfigValue>) {
        let table = |values: &mut IndexMap<Vec<u8>, ConfigValue>, key: &[u8], name, value| {
            let slot = values.entry(key.to_vec()).or_insert(ConfigValue::Table(IndexMap::new()));
            match slot {
                ConfigValue::Table(t) => {
                    t.insert(name, value);
                }
                ConfigValue::Text(_) => {}
            }
        };
        match e {
            Event::Entry(_, None) => {}
            Event::Entry(name, Some(v)) => {
                let value = v.into_bytes();
                if !section.special && name.eq_ignore_ascii_case(b"extension") {
                    self.extensions.push(value);
                } else if !section.special && name.eq_ignore_ascii_case(b"zend_extension") {
                    self.zend_extensions.push(value);
                } else if let Some(key) = &section.key {
                    table(values, key, name, value);
                } else {
                    values.insert(name, ConfigValue::Text(value));
                }
            }
            Event::Element(name, offset, v) => {
                if section.key.is_some() {
                    return;
                }
                let slot = values.entry(name).or_insert(ConfigValue::Table(IndexMap::new()));
                if let ConfigValue::Text(_) = slot {
                    *slot = ConfigValue::Table(IndexMap::new());
                }
                if let ConfigValue::Table(t) = slot {
                    let key = if offset.is_empty() { next_key(t) } else { offset };
                    t.insert(key, v.into_bytes());
                }
            }
            Event::Section(name) => self.enter(&name, section, values),
        }
    }

    fn enter(&mut self, name: &[u8], section: &mut Section, values: &mut IndexMap<Vec<u8>, ConfigValue>) {
        let starts = |w: &[u8]| name.len() >= w.len() && name[..w.len()].eq_ignore_ascii_case(w);
        let mut key = if starts(b"PATH") {
            self.has_per_dir = true;
            name[4..].to_vec()
        } else if starts(b"HOST") {
            self.has_per_host = true;
            name[4..].to_ascii_lowercase()
        } else {
            section.special = false;
            return;
        };
        section.special = true;
        if key.is_empty() {
            return;
        }
        while key.last().is_some_and(|c| matches!(c, b'/' | b'\\')) {
            key.pop();
        }
        let lead = key.iter().take_while(|c| matches!(c, b'=' | b' ' | b'\t')).count();
        key.drain(..lead);
        values.entry(key.clone()).or_insert(ConfigValue::Table(IndexMap::new()));
        section.key = Some(key);
    }

    fn scan(&mut self) {
        let dirs = std::env::var_os("PHP_INI_SCAN_DIR").unwrap_or_else(|| CONFIG_FILE_SCAN_DIR.into());
        if dirs.is_empty() {
            return;
        }
        for dir in dirs.as_bytes().split(|&c| c == b':') {
            let dir = if dir.is_empty() { CONFIG_FILE_SCAN_DIR.as_bytes() } else { dir };
            let Ok(entries) = std::fs::read_dir(OsStr::from_bytes(dir)) else { continue };
            let mut names: Vec<Vec<u8>> = entries.flatten().map(|e| e.file_name().into_vec()).collect();
            names.sort();
            for name in names {
                let extension = name.iter().rposition(|&c| c == b'.').map(|i| &name[i..]);
                if extension != Some(b".ini") {
                    continue;
                }
                let slash = if dir.ends_with(b"/") { &b""[..] } else { b"/" };
                let path = [dir, slash, &name].concat();
                let file = PathBuf::from(OsString::from_vec(path.clone()));
                if !file.is_file() {
                    continue;
                }
                if let Ok(text) = std::fs::read(&file)
                    && self.read(&text, &path)
                {
                    self.scanned_files.push(file);
                }
            }
        }
        self.scan_dirs = Some(dirs);
    }
}

/// Names in configuration files: values read so far, then the environment.
struct SharedLookup<'c>(&'c std::cell::RefCell<IndexMap<Vec<u8>, ConfigValue>>);

impl Lookup for SharedLookup<'_> {
    fn constant(&self, name: &[u8]) -> Option<Vec<u8>> {
        startup_constant(name)
    }
    fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        match self.0.borrow().get(name) {
            Some(ConfigValue::Text(t)) => Some(t.clone()),
            Some(ConfigValue::Table(_)) => Some(b"Array".to_vec()),
            None => environment(name),
        }
    }
}

/// The key that `name[]` takes: one more than the largest number.
fn next_key(t: &IndexMap<Vec<u8>, Vec<u8>>) -> Vec<u8> {
    let used = t.keys().filter_map(|k| howdah_runtime::number::int_key(k)).max();
    used.map_or(0, |n| n.saturating_add(1).max(0)).to_string().into_bytes()
}

/// The main configuration file and its text.
fn find(s: &Sources) -> Option<(PathBuf, Vec<u8>)> {
    let mut dirs: Vec<PathBuf> = Vec::new();
    let mut direct: Option<PathBuf> = None;
    if let Some(p) = &s.override_path {
        direct = Some(p.clone());
        dirs.extend(std::env::split_paths(p));
    } else if s.ignore {
        return None;
    } else {
        if let Some(rc) = std::env::var_os("PHPRC").filter(|v| !v.is_empty()) {
            dirs.extend(std::env::split_paths(&rc));
            direct = Some(rc.into());
        }
        if !s.ignore_cwd {
            dirs.push(".".into());
        }
        if let Some(parent) = s.binary.as_deref().and_then(Path::parent) {
            dirs.push(parent.to_owned());
        }
        dirs.extend(std::env::split_paths(CONFIG_FILE_PATH));
    }
    if let Some(file) = direct.filter(|f| f.exists() && !f.is_dir())
        && let Ok(text) = std::fs::read(&file)
    {
        return Some((std::path::absolute(&file).unwrap_or(file), text));
    }
    for name in [format!("php-{}.ini", s.sapi), "php.ini".to_owned()] {
        for dir in &dirs {
            let file = dir.join(&name);
            if let Ok(text) = std::fs::read(&file) {
                return Some((std::fs::canonicalize(&file).unwrap_or(file), text));
            }
        }
    }
    None
}

/// Appends a `-d NAME[=VALUE]` setting to ini text, quoted where its value is not a plain word.
pub fn define(text: &mut Vec<u8>, setting: &[u8]) {
    match setting.iter().position(|&c| c == b'=') {
        None => text.extend([setting, b"=1"].concat()),
        Some(i) => {
            let value = &setting[i + 1..];
            let plain = value.first().is_none_or(|c| c.is_ascii_alphanumeric() || matches!(c, b'"' | b'\''));
            if plain {
                text.extend_from_slice(setting);
            } else {
                text.extend([&setting[..=i], b"\"", value, b"\""].concat());
            }
        }
    }
    text.push(b'\n');
}
