//! What the VM asks of its surroundings, answered: ini values, output, error display, finding and compiling files.

use crate::output::{Output, Stdout};
use howdah_bytecode::CompileError;
use howdah_compiler::{Builtin, Options, compile};
use howdah_vm::host::{ErrorRecord, Host, OpenError, Source};
use howdah_vm::script::Script;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// The host of a VM, over whichever SAPI.
pub struct SapiHost {
    ini: HashMap<String, Vec<u8>>,
    output: Rc<Output>,
    builtins: HashMap<Vec<u8>, Builtin>,
    deadline: Option<Instant>,
}

impl SapiHost {
    /// A host with PHP's defaults, changed by `-d` settings.
    pub fn new(settings: &[(String, String)]) -> SapiHost {
        let mut ini: HashMap<String, Vec<u8>> = [
            ("precision", "14"),
            ("serialize_precision", "-1"),
            ("display_errors", "1"),
            ("error_reporting", "32767"),
            ("html_errors", "0"),
            ("log_errors", "0"),
            ("include_path", ".:/usr/share/php"),
            ("memory_limit", "128M"),
            ("max_execution_time", "0"),
            ("zend.assertions", "1"),
            ("short_open_tag", "1"),
            ("output_buffering", "0"),
            ("output_handler", ""),
            ("ignore_user_abort", "0"),
            ("error_prepend_string", ""),
            ("error_append_string", ""),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v.as_bytes().to_vec()))
        .collect();
        for (k, v) in settings {
            ini.insert(k.clone(), v.clone().into_bytes());
        }
        SapiHost {
            ini,
            output: Rc::new(Output::new(Box::new(Stdout::new()))),
            builtins: HashMap::new(),
            deadline: None,
        }
    }

    /// Tells the compiler of an internal function.
    pub fn add_builtin(&mut self, name: &[u8], by_ref: u64, by_ref_rest: bool) {
        self.builtins.insert(name.to_vec(), Builtin { by_ref, by_ref_rest });
    }

    /// An integer setting, with PHP's size suffixes.
    pub fn ini_int(&self, name: &str) -> i64 {
        self.ini.get(name).map_or(0, |v| parse_size(v))
    }

    /// The output layer.
    pub fn output(&self) -> Rc<Output> {
        self.output.clone()
    }

    fn compile(&self, src: &[u8], file: &[u8], eval: bool) -> Result<Arc<Script>, CompileError> {
        let opts = Options {
            short_open_tag: self.ini_bool("short_open_tag"),
            skip_shebang: !eval,
            eval,
            no_assertions: self.ini_int("zend.assertions") < 0,
            builtin: &|n| self.builtins.get(n).copied(),
        };
        Ok(Arc::new(Script::new(compile(src, file, &opts)?)))
    }

    fn ini_bool(&self, name: &str) -> bool {
        self.ini.get(name).is_some_and(|v| {
            matches!(&v.to_ascii_lowercase()[..], b"1" | b"on" | b"yes" | b"true" | b"stdout" | b"stderr")
        })
    }
}

/// An ini size: digits with an optional K, M or G.
pub fn parse_size(v: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(v);
    let t = text.trim();
    let digits: String = t.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
    let n: i64 = digits.parse().unwrap_or(0);
    match t.chars().last() {
        Some('k' | 'K') => n << 10,
        Some('m' | 'M') => n << 20,
        Some('g' | 'G') => n << 30,
        _ => n,
    }
}

/// Nobody reads the output any more: the script ends at the next chance.
fn end_script() {
    let vm = howdah_vm::vm::current();
    if !vm.is_null() {
        // SAFETY: the thread's VM.
        unsafe { (*vm).bailout.get_or_insert(howdah_vm::vm::BailoutKind::Exit) };
    }
}

fn canonical(p: &[u8]) -> Option<Vec<u8>> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(p));
    std::fs::canonicalize(path).ok().map(|p| p.into_os_string().into_vec())
}

fn read(p: &[u8]) -> std::io::Result<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    std::fs::read(std::ffi::OsStr::from_bytes(p))
}

impl Host for SapiHost {
    fn write(&self, bytes: &[u8]) {
        self.output.write(bytes);
        if self.output.connection_aborted() && !self.ini_bool("ignore_user_abort") {
            end_script();
        }
    }

    fn report(&self, e: &ErrorRecord<'_>) {
        if e.silenced || !self.ini_bool("display_errors") {
            return;
        }
        let word = match e.level {
            1 | 16 | 64 | 256 => "Fatal error",
            4096 => "Recoverable fatal error",
            2 | 32 | 128 | 512 => "Warning",
            4 => "Parse error",
            8 | 1024 => "Notice",
            8192 | 16384 => "Deprecated",
            _ => "Unknown error",
        };
        let mut text = self.ini.get("error_prepend_string").cloned().unwrap_or_default();
        text.extend_from_slice(format!("\n{word}: ").as_bytes());
        text.extend_from_slice(e.message);
        text.extend_from_slice(b" in ");
        text.extend_from_slice(e.file);
        text.extend_from_slice(format!(" on line {}\n", e.line).as_bytes());
        text.extend(self.ini.get("error_append_string").cloned().unwrap_or_default());
        self.write(&text);
    }

    fn resolve_include(&mut self, path: &[u8], including: &[u8]) -> Option<Vec<u8>> {
        if path.starts_with(b"/") || path.starts_with(b"./") || path.starts_with(b"../") {
            return canonical(path);
        }
        let dirs = self.ini.get("include_path").cloned().unwrap_or_default();
        for dir in dirs.split(|&c| c == b':') {
            if let Some(p) = canonical(&[dir, b"/", path].concat()) {
                return Some(p);
            }
        }
        let dir = including.iter().rposition(|&c| c == b'/').map_or(&b"."[..], |i| &including[..i]);
        canonical(&[dir, b"/", path].concat())
    }

    fn read_source(&mut self, path: &[u8], including: &[u8]) -> Result<Source, OpenError> {
        let failed = |e: std::io::Error| {
            let why = match e.kind() {
                std::io::ErrorKind::NotFound => "No such file or directory".to_owned(),
                std::io::ErrorKind::PermissionDenied => "Permission denied".to_owned(),
                _ => e.to_string(),
            };
            OpenError::Failed(format!("Failed to open stream: {why}"))
        };
        let full = self
            .resolve_include(path, including)
            .ok_or_else(|| failed(std::io::ErrorKind::NotFound.into()))?;
        let bytes = read(&full).map_err(failed)?;
        Ok(Source { path: full, bytes })
    }

    fn compile_file(&mut self, s: &Source) -> Result<Arc<Script>, CompileError> {
        self.compile(&s.bytes, &s.path, false)
    }

    fn compile_eval(&mut self, code: &[u8], name: &[u8]) -> Result<Arc<Script>, CompileError> {
        self.compile(code, name, true)
    }

    fn ini(&self, name: &str) -> Option<&[u8]> {
        self.ini.get(name).map(|v| &v[..])
    }

    fn set_ini(&mut self, name: &str, value: &[u8]) -> Option<Vec<u8>> {
        self.ini.insert(name.to_owned(), value.to_vec())
    }

    fn interrupted(&mut self) -> Option<String> {
        let d = self.deadline?;
        (Instant::now() >= d).then(|| {
            self.deadline = None;
            let n = self.ini_int("max_execution_time");
            format!("Maximum execution time of {n} second{} exceeded", if n == 1 { "" } else { "s" })
        })
    }

    fn set_deadline(&mut self, at: Option<Instant>) {
        self.deadline = at;
    }

    fn declare_builtin(&mut self, name: &[u8], by_ref: u64, rest: bool) {
        self.add_builtin(name, by_ref, rest);
    }

    fn flush(&self) {
        self.output.flush_sink();
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}
