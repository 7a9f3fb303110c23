//! Settings: `ini_set()` and its kin, `parse_ini_string()`.

use super::Entry;
use crate::host::SapiHost;
use crate::ini::{self, ConfigValue, Event, IniValue, Lookup, ScanMode, Stage, quantity};
use crate::worker;
use howdah_runtime::{array, number, string};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, ExtDescriptor, INT, OBJ, Status, StrHdr, Val};
use std::cell::RefCell;

fn name_of(a: &Args<'_>, i: usize) -> String {
    String::from_utf8_lossy(a.bytes(i)).into_owned()
}

/// A setting's value as functions give it; `false` without such a setting.
fn value(vm: &mut Vm, name: &str) -> Val {
    match SapiHost::of(vm).and_then(|h| h.ini.entry(name)) {
        Some(e) => string::new_val(e.value.as_deref().unwrap_or_default()),
        None => Val::FALSE,
    }
}

/// Sets a value and gives the old one, or `false`.
fn set(vm: &mut Vm, name: &str, new: &[u8], out: &mut Val) -> Status {
    let old = value(vm, name);
    match worker::set_ini(vm, name, new) {
        Ok(Some(_)) => *out = old,
        refused => {
            // SAFETY: made above.
            unsafe { howdah_vm::rt::release(old) };
            *out = Val::FALSE;
            return refused.err().unwrap_or(Status::Ok);
        }
    }
    Status::Ok
}

fn ini_set(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let v = a.get(1);
    if matches!(v.tag(), ARR | OBJ) {
        return vm.throw_type("ini_set(): Argument #2 ($value) must be of type string|int|float|bool|null");
    }
    let mut text = Val::NULL;
    let st = howdah_vm::rt::to_str(v, &mut text);
    if st != Status::Ok {
        return st;
    }
    // SAFETY: an owned string.
    let bytes = unsafe { StrHdr::bytes(text.as_ptr()) }.to_vec();
    // SAFETY: ours.
    unsafe { howdah_vm::rt::release(text) };
    set(vm, &name_of(a, 0), &bytes, out)
}

fn ini_get_all(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let module = if a.get(0).is_nullish() {
        None
    } else {
        match a.bytes(0) {
            b"core" => Some(0),
            b"standard" => Some(1),
            name => {
                // SAFETY: descriptors are static.
                let named = |d: &ExtDescriptor| unsafe { d.name.bytes() }.to_ascii_lowercase() == name;
                match vm.extensions.iter().position(|e| named(e.desc)) {
                    // An extension without settings has no number; nothing has this one.
                    Some(i) => Some(crate::plugins::settings::number_of(vm, i).unwrap_or(u32::MAX)),
                    None => {
                        *out = Val::FALSE;
                        let name = name_of(a, 0);
                        return vm.warning(&format!("ini_get_all(): Extension \"{name}\" cannot be found"));
                    }
                }
            }
        }
    };
    let details = a.bool(1, true);
    let Some(h) = SapiHost::of(vm) else { return Status::Ok };
    let mut list: Vec<_> = h.ini.entries().filter(|e| module.is_none_or(|m| e.module == m)).collect();
    list.sort_by_key(|e| e.def.name.to_ascii_lowercase());
    let t = array::new(list.len());
    let text = |v: Option<&[u8]>| v.map_or(Val::NULL, string::new_val);
    for e in list {
        let v = if details {
            let row = array::new(3);
            // SAFETY: a fresh array.
            unsafe {
                array::set_bytes(row, b"global_value", text(e.master().or(e.value.as_deref())));
                array::set_bytes(row, b"local_value", text(e.value.as_deref()));
                array::set_bytes(row, b"access", Val::int(e.access as i64));
            }
            array::val(row)
        } else {
            text(e.value.as_deref())
        };
        // SAFETY: a fresh array.
        unsafe { array::set_bytes(t, e.def.name.as_bytes(), v) };
    }
    *out = array::val(t);
    Status::Ok
}

fn error_reporting(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = Val::int(vm.error_reporting as i64);
    let v = a.get(0);
    if v.tag() == INT && v.as_int() as u32 != vm.error_reporting {
        let text = v.as_int().to_string();
        let set = worker::set_ini(vm, "error_reporting", text.as_bytes());
        if let Err(st) = set {
            return st;
        }
    }
    Status::Ok
}

/// Constants of the VM and the process's configuration, for values of ini texts.
struct VmLookup<'v>(RefCell<&'v mut Vm>);

impl Lookup for VmLookup<'_> {
    fn constant(&self, name: &[u8]) -> Option<Vec<u8>> {
        let v = self.0.borrow_mut().find_constant(name)?;
        let mut text = Val::NULL;
        if howdah_vm::rt::to_str(v, &mut text) != Status::Ok {
            return None;
        }
        // SAFETY: an owned string.
        let bytes = unsafe { StrHdr::bytes(text.as_ptr()) }.to_vec();
        // SAFETY: ours.
        unsafe { howdah_vm::rt::release(text) };
        Some(bytes)
    }

    fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        let mut vm = self.0.borrow_mut();
        let host = SapiHost::of(&mut vm)?;
        match host.config.value(name) {
            Some(ConfigValue::Text(t)) => Some(t.clone()),
            Some(ConfigValue::Table(_)) => Some(b"Array".to_vec()),
            None => host.state.environment(name),
        }
    }
}

fn ini_val(v: IniValue) -> Val {
    match v {
        IniValue::Null => Val::NULL,
        IniValue::Bool(b) => Val::bool(b),
        IniValue::Int(i) => Val::int(i),
        IniValue::Float(d) => Val::dbl(d),
        IniValue::Str(s) => string::new_val(&s),
    }
}

fn set_key(t: *mut howdah_runtime::layout::Arr, key: &[u8], v: Val) {
    // SAFETY: an array under construction.
    unsafe {
        match number::int_key(key) {
            Some(i) => array::set(t, array::Key::Int(i), v),
            None => array::set_bytes(t, key, v),
        }
    }
}

/// The array at a key, made in place of whatever else is there.
fn sub_array(t: *mut howdah_runtime::layout::Arr, key: &[u8]) -> *mut howdah_runtime::layout::Arr {
    // SAFETY: an array under construction.
    unsafe {
        let p = match number::int_key(key) {
            Some(i) => array::find_int(t, i),
            None => array::find_bytes(t, key),
        };
        if !p.is_null() && (*p).tag() == ARR {
            return array::separate(p);
        }
        let inner = array::new(0);
        set_key(t, key, array::val(inner));
        inner
    }
}

/// Statements of an ini text as `parse_ini_string()` gives them.
fn add(root: *mut howdah_runtime::layout::Arr, section: &mut Option<Vec<u8>>, sections: bool, e: Event) {
    let target = match (&*section, sections) {
        (Some(s), true) => sub_array(root, s),
        _ => root,
    };
    match e {
        Event::Section(name) if sections => {
            set_key(root, &name, array::val(array::new(0)));
            *section = Some(name);
        }
        Event::Section(_) | Event::Entry(_, None) => {}
        Event::Entry(name, Some(v)) => set_key(target, &name, ini_val(v)),
        Event::Element(name, offset, v) => {
            let inner = sub_array(target, &name);
            let v = ini_val(v);
            if offset.is_empty() {
                // SAFETY: an array under construction.
                if unsafe { array::push(inner, v) }.is_err() {
                    // SAFETY: not taken.
                    unsafe { howdah_vm::rt::release(v) };
                }
            } else {
                set_key(inner, &offset, v);
            }
        }
    }
}

/// `parse_ini_string()` and `parse_ini_file()`: the array, or `false` after a warning. `file`: as messages name the text.
pub fn table_of(
    vm: &mut Vm,
    text: &[u8],
    file: &[u8],
    sections: bool,
    mode: i64,
    function: &str,
    out: &mut Val,
) -> Status {
    let mode = match mode {
        0 => ScanMode::Normal,
        1 => ScanMode::Raw,
        2 => ScanMode::Typed,
        _ => {
            return vm.throw_value(&format!(
                "{function}(): Argument #3 ($scanner_mode) must be one of INI_SCANNER_NORMAL, INI_SCANNER_RAW, \
                 or INI_SCANNER_TYPED"
            ));
        }
    };
    let root = array::new(0);
    let mut section = None;
    let lookup = VmLookup(RefCell::new(vm));
    let result = ini::parse(text, mode, &lookup, &mut |e| add(root, &mut section, sections, e));
    let vm = lookup.0.into_inner();
    match result {
        Ok(()) => {
            *out = array::val(root);
            Status::Ok
        }
        Err(e) => {
            // SAFETY: made above.
            unsafe { array::release_arr(root) };
            *out = Val::FALSE;
            let file = String::from_utf8_lossy(file);
            vm.warning(&format!("{} in {file} on line {}\n", e.message, e.line))
        }
    }
}

fn parse_ini_file(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let path = a.bytes(0).to_vec();
    if path.is_empty() {
        return vm.throw_value("parse_ini_file(): Argument #1 ($filename) must not be empty");
    }
    match vm.host.sources().open(&path) {
        Ok(s) => table_of(vm, &s.bytes, &path, a.bool(1, false), a.int(2, 0), "parse_ini_file", out),
        Err(howdah_vm::host::OpenError::Reported) => {
            *out = Val::FALSE;
            vm.pending()
        }
    }
}

fn get_cfg_var(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = Val::FALSE;
    let Some(h) = SapiHost::of(vm) else { return Status::Ok };
    match h.config.value(a.bytes(0)) {
        Some(ConfigValue::Text(t)) => *out = string::new_val(t),
        Some(ConfigValue::Table(t)) => {
            let r = array::new(t.len());
            t.iter().for_each(|(k, v)| set_key(r, k, string::new_val(v)));
            *out = array::val(r);
        }
        None if a.bytes(0) == b"cfg_file_path" => {
            if let Some(f) = &h.config.loaded_file {
                *out = string::new_val(f.as_os_str().as_encoded_bytes());
            }
        }
        None => {}
    }
    Status::Ok
}

pub(super) const LIST: &[Entry] = &[
    ("error_reporting(?int $error_level = null): int", error_reporting),
    ("ini_set(string $option, @unchecked string|int|float|bool|null $value): string|false", ini_set),
    ("ini_alter(string $option, @unchecked string|int|float|bool|null $value): string|false", ini_set),
    ("ini_get(string $option): string|false", |vm, a, out| {
        *out = value(vm, &name_of(a, 0));
        Status::Ok
    }),
    ("ini_get_all(?string $extension = null, bool $details = true): array|false", ini_get_all),
    ("ini_restore(string $option): void", |vm, a, _| {
        let name = name_of(a, 0);
        if SapiHost::of(vm).is_some_and(|h| h.ini.restore(&name, Stage::Runtime)) {
            worker::apply(vm, &name);
        }
        Status::Ok
    }),
    ("ini_parse_quantity(string $shorthand): int", |vm, a, out| {
        let q = quantity::signed(a.bytes(0));
        *out = Val::int(q.value);
        q.complaint.map_or(Status::Ok, |c| vm.warning(&c))
    }),
    ("set_include_path(string $include_path): string|false", |vm, a, out| {
        let new = a.bytes(0).to_vec();
        set(vm, "include_path", &new, out)
    }),
    ("get_include_path(): string|false", |vm, _, out| {
        *out = value(vm, "include_path");
        Status::Ok
    }),
    ("set_time_limit(int $seconds): bool", |vm, a, out| {
        let seconds = a.int(0, 0).to_string();
        let set = worker::set_ini(vm, "max_execution_time", seconds.as_bytes());
        *out = Val::bool(matches!(set, Ok(Some(_))));
        set.err().unwrap_or(Status::Ok)
    }),
    ("get_cfg_var(string $option): string|array|false", get_cfg_var),
    (
        "parse_ini_string(string $ini_string, bool $process_sections = false, int $scanner_mode = INI_SCANNER_NORMAL): array|false",
        |vm, a, out| {
            let text = a.bytes(0);
            let end = text.iter().position(|&c| c == 0).unwrap_or(text.len());
            let text = text[..end].to_vec();
            table_of(vm, &text, b"Unknown", a.bool(1, false), a.int(2, 0), "parse_ini_string", out)
        },
    ),
    (
        "parse_ini_file(string $filename, bool $process_sections = false, int $scanner_mode = INI_SCANNER_NORMAL): array|false",
        parse_ini_file,
    ),
    ("php_ini_loaded_file(): string|false", |vm, _, out| {
        let file = SapiHost::of(vm).and_then(|h| h.config.loaded_file.clone());
        *out = file.map_or(Val::FALSE, |f| string::new_val(f.as_os_str().as_encoded_bytes()));
        Status::Ok
    }),
    ("php_ini_scanned_files(): string|false", |vm, _, out| {
        let list = SapiHost::of(vm).and_then(|h| h.config.scanned_text());
        *out = list.map_or(Val::FALSE, |l| string::new_val(&l));
        Status::Ok
    }),
];
