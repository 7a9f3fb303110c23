//! The settings that exist, their master and local values, and who may change them when.

use super::config::Config;
use super::quantity;
use indexmap::IndexMap;
use std::sync::Arc;

/// Who may change a setting (`INI_*`), as a bit set.
pub mod access {
    /// `ini_set`
    pub const USER: u8 = 1;
    /// `.user.ini`, per-directory configuration.
    pub const PERDIR: u8 = 2;
    /// php.ini, `-d`, `php_admin_value`.
    pub const SYSTEM: u8 = 4;
    /// All of them.
    pub const ALL: u8 = 7;
}

/// When a value is set (`ZEND_INI_STAGE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// While the process or an extension starts.
    Startup,
    /// Before a request.
    Activate,
    /// After a request.
    Deactivate,
    /// `ini_set` and its kin.
    Runtime,
    /// Per-directory configuration.
    PerDir,
}

/// Something to tell when a value is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `E_*`
    pub level: u32,
    /// Said with the running function's name before it.
    pub with_function: bool,
    /// Text.
    pub text: String,
}

/// A new value, before it is taken.
pub struct Change<'c> {
    /// The setting.
    pub name: &'c str,
    /// Its present value.
    pub old: Option<&'c [u8]>,
    /// The value to be.
    pub new: Option<&'c [u8]>,
    /// When.
    pub stage: Stage,
    /// `open_basedir` as it is now.
    pub open_basedir: Option<&'c [u8]>,
    /// What to tell.
    pub notices: Vec<Notice>,
    /// Taken in place of the new value.
    pub replacement: Option<Vec<u8>>,
}

impl Change<'_> {
    /// Text of the new value.
    pub fn text(&self) -> &[u8] {
        self.new.unwrap_or_default()
    }
    /// Raises a warning.
    pub fn warn(&mut self, text: String) {
        self.notices.push(Notice { level: 2, with_function: false, text });
    }
    /// The new value as a quantity, with a warning where it is not one.
    pub fn quantity(&mut self) -> i64 {
        let q = quantity::signed(self.text());
        if let Some(c) = q.complaint {
            self.warn(format!("Invalid \"{}\" setting. {c}", self.name));
        }
        q.value
    }
    /// As [`Change::quantity`], unsigned.
    pub fn uquantity(&mut self) -> u64 {
        let q = quantity::unsigned(self.text());
        if let Some(c) = q.complaint {
            self.warn(format!("Invalid \"{}\" setting. {c}", self.name));
        }
        q.value
    }
}

/// Decides whether a value is taken, and may act on it.
pub type OnModify = Arc<dyn Fn(&mut Change<'_>) -> bool + Send + Sync>;

/// How `phpinfo()` shows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// As it is.
    Plain,
    /// `On` or `Off`
    Bool,
    /// A colour.
    Color,
    /// `Unlimited` for -1.
    Links,
    /// display_errors' names.
    DisplayErrors,
}

/// A setting to register.
#[derive(Clone)]
pub struct EntryDef {
    /// Name.
    pub name: &'static str,
    /// Built-in value.
    pub default: Option<&'static str>,
    /// [`access`] bits.
    pub access: u8,
    /// Who is asked about new values.
    pub on_modify: Option<OnModify>,
    /// How it is shown.
    pub display: Display,
}

/// A registered setting.
#[derive(Clone)]
pub struct Entry {
    /// Index of the extension it belongs to.
    pub module: u32,
    /// As registered.
    pub def: EntryDef,
    /// The value in force.
    pub value: Option<Arc<[u8]>>,
    /// [`access`] bits in force.
    pub access: u8,
    /// The value and access bits from before the request, where it changed them.
    master: Option<(Option<Arc<[u8]>>, u8)>,
}

impl Entry {
    /// The value that the next request starts with.
    pub fn master(&self) -> Option<&[u8]> {
        match &self.master {
            Some((v, _)) => v.as_deref(),
            None => self.value.as_deref(),
        }
    }

    /// The value as `phpinfo()` shows it: `orig` the master value, `html` for a page; `stdio`: the SAPI has STDOUT.
    pub fn shown(&self, orig: bool, html: bool, stdio: bool) -> Vec<u8> {
        let v = if orig { self.master() } else { self.value.as_deref() };
        let none = if html { &b"<i>no value</i>"[..] } else { b"no value" };
        match self.def.display {
            Display::Bool => if v.is_some_and(quantity::is_on) { &b"On"[..] } else { b"Off" }.to_vec(),
            // In HTML everywhere, as PHP has it.
            Display::Color => match v {
                Some(v) => [b"<span style=\"color: ", v, b"\">", v, b"</span>"].concat(),
                None => b"<i>no value</i>".to_vec(),
            },
            Display::Links if v.is_some_and(|v| quantity::to_long(v) == -1) => b"Unlimited".to_vec(),
            Display::DisplayErrors => match (super::entries::display_errors_mode(v), stdio) {
                (0, _) => b"Off".to_vec(),
                (_, false) => b"On".to_vec(),
                (2, true) => b"STDERR".to_vec(),
                (_, true) => b"STDOUT".to_vec(),
            },
            _ => match v {
                Some(v) if !v.is_empty() => v.to_vec(),
                _ => none.to_vec(),
            },
        }
    }
}

/// Why a value was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such setting.
    Unknown,
    /// Not to be changed from here.
    Access,
    /// The setting does not take the value.
    Value,
}

/// All settings. A VM has its own copy; values are shared until they change.
#[derive(Clone, Default)]
pub struct Registry {
    entries: IndexMap<&'static str, Entry, rustc_hash::FxBuildHasher>,
    modified: Vec<usize>,
    /// How often a value may have changed.
    changes: u64,
    /// What setters had to tell, until someone takes it.
    pub notices: Vec<Notice>,
}

impl Registry {
    /// Adds an extension's settings; a configured value wins over the built-in one. False when one is there already.
    pub fn register(&mut self, module: u32, defs: &[EntryDef], config: &Config) -> bool {
        self.changes += 1;
        for def in defs {
            if self.entries.contains_key(def.name) {
                self.unregister(module);
                return false;
            }
            let built_in: Option<Arc<[u8]>> = def.default.map(|d| d.as_bytes().into());
            let mut value = config.get(def.name.as_bytes()).map(Arc::from);
            if value.is_none() || self.ask(def, None, value.as_deref(), Stage::Startup).is_none() {
                value = built_in;
                self.ask(def, None, value.as_deref(), Stage::Startup);
            }
            let e = Entry { module, def: def.clone(), value, access: def.access, master: None };
            self.entries.insert(def.name, e);
        }
        true
    }

    /// Removes an extension's settings.
    pub fn unregister(&mut self, module: u32) {
        self.changes += 1;
        self.entries.retain(|_, e| e.module != module);
        self.modified.clear();
        self.modified
            .extend(self.entries.values().enumerate().filter(|(_, e)| e.master.is_some()).map(|(i, _)| i));
    }

    /// `None`: refused; else what to take in place of the value.
    fn ask(
        &mut self,
        def: &EntryDef,
        old: Option<&[u8]>,
        new: Option<&[u8]>,
        stage: Stage,
    ) -> Option<Option<Vec<u8>>> {
        let Some(f) = def.on_modify.clone() else { return Some(None) };
        let basedir = self.entries.get("open_basedir").and_then(|e| e.value.clone());
        let mut c = Change {
            name: def.name,
            old,
            new,
            stage,
            open_basedir: basedir.as_deref(),
            notices: Vec::new(),
            replacement: None,
        };
        let ok = f(&mut c);
        self.notices.append(&mut c.notices);
        ok.then_some(c.replacement)
    }

    /// A setting.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// A setting's value: `None` without the setting or without a value.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.entries.get(name)?.value.as_deref()
    }

    /// How often values may have changed so far.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether a setting is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(quantity::is_on)
    }

    /// A setting as a quantity.
    pub fn int(&self, name: &str) -> i64 {
        self.get(name).map_or(0, |v| quantity::signed(v).value)
    }

    /// All settings, in the order of their registration.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Sets a local value. Gives the value that was in force.
    pub fn set(
        &mut self,
        name: &str,
        new: &[u8],
        by: u8,
        stage: Stage,
    ) -> Result<Option<Arc<[u8]>>, Refused> {
        self.change(name, new, by, stage, false)
    }

    /// As [`Registry::set`], whoever may change it.
    pub fn force(&mut self, name: &str, new: &[u8], stage: Stage) -> Result<Option<Arc<[u8]>>, Refused> {
        self.change(name, new, access::SYSTEM, stage, true)
    }

    fn change(
        &mut self,
        name: &str,
        new: &[u8],
        by: u8,
        stage: Stage,
        force: bool,
    ) -> Result<Option<Arc<[u8]>>, Refused> {
        let (i, _, e) = self.entries.get_full_mut(name).ok_or(Refused::Unknown)?;
        let allowed = e.access;
        if stage == Stage::Activate && by == access::SYSTEM {
            e.access = access::SYSTEM;
        }
        if !force && e.access & by == 0 {
            return Err(Refused::Access);
        }
        let old = e.value.clone();
        if e.master.is_none() {
            e.master = Some((old.clone(), allowed));
            self.modified.push(i);
        }
        let def = e.def.clone();
        let taken = self.ask(&def, old.as_deref(), Some(new), stage).ok_or(Refused::Value)?;
        self.entries[i].value = Some(taken.as_deref().unwrap_or(new).into());
        self.changes += 1;
        Ok(old)
    }

    /// Sets a master value for all requests to come (`php_value`, `php_admin_value` of a pool). From then on nobody may
    /// change what SYSTEM set. False: there is no such setting, or it does not take the value.
    pub fn set_master(&mut self, name: &str, new: &[u8], by: u8) -> bool {
        let Some(e) = self.entries.get(name) else { return false };
        let (def, old) = (e.def.clone(), e.value.clone());
        let Some(taken) = self.ask(&def, old.as_deref(), Some(new), Stage::Startup) else { return false };
        if let Some(e) = self.entries.get_mut(name) {
            e.value = Some(taken.as_deref().unwrap_or(new).into());
            self.changes += 1;
            if by == access::SYSTEM {
                e.access = by;
            }
        }
        true
    }

    /// Gives a setting its master value back (`ini_restore`). False when a request may not.
    pub fn restore(&mut self, name: &str, stage: Stage) -> bool {
        let Some(i) = self.entries.get_index_of(name) else { return false };
        if stage == Stage::Runtime && self.entries[i].access & access::USER == 0 {
            return false;
        }
        self.restore_at(i, stage);
        self.modified.retain(|&m| m != i);
        true
    }

    fn restore_at(&mut self, i: usize, stage: Stage) {
        let e = &mut self.entries[i];
        let Some((value, allowed)) = e.master.take() else { return };
        let (def, old) = (e.def.clone(), e.value.clone());
        e.access = allowed;
        e.value = value.clone();
        self.changes += 1;
        // A setting cannot refuse what it had.
        self.ask(&def, old.as_deref(), value.as_deref(), stage);
    }

    /// Ends a request: all local values go. Gives the names of what changed.
    pub fn restore_all(&mut self) -> Vec<&'static str> {
        let list = std::mem::take(&mut self.modified);
        list.iter()
            .map(|&i| {
                self.restore_at(i, Stage::Deactivate);
                self.entries[i].def.name
            })
            .collect()
    }

    /// Takes what setters had to tell.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }
}
