//! The course of a process and of its requests: module startup once, then on each thread a VM that runs one request after
//! another (`main/main.c`).

use crate::cache::ScriptCache;
use crate::headers::{HeaderOp, Headers};
use crate::host::SapiHost;
use crate::ini::registry::Notice;
use crate::ini::user::Search;
use crate::ini::{Config, Registry, Sources, Stage, access, entries, quantity};
use crate::output::{self, Output};
use crate::plugins::{Modules, settings};
use crate::sapi::{RequestInfo, Sapi};
use crate::state::{RequestState, SapiSink};
use crate::{functions, superglobals};
use howdah_runtime::memory::SapiMode;
use howdah_runtime::{gc, interner, memory, string};
use howdah_vm::host::Source;
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::rc::Rc;
use std::sync::Arc;

/// What the threads of a process share.
pub struct Process {
    /// Configuration files.
    pub config: Arc<Config>,
    /// Settings with their master values.
    pub ini: Registry,
    /// What the settings had to tell at startup.
    pub notices: Vec<Notice>,
    /// Compiled scripts, where requests share them.
    pub cache: Option<Arc<ScriptCache>>,
    /// `PHP_BINARY`
    pub binary: Vec<u8>,
    /// Extensions.
    pub modules: Modules,
    /// Why the process cannot go on: an extension's startup failed.
    pub failure: Option<String>,
}

/// `X-Powered-By: …`
pub const POWERED_BY: &str = concat!("X-Powered-By: PHP/", "8.4.24");

impl Process {
    /// Module startup: reads the configuration, registers the engine's settings.
    pub fn start(sources: &Sources, cache: Option<Arc<ScriptCache>>) -> Process {
        let config = Arc::new(Config::load(sources));
        for e in &config.errors {
            eprintln!("PHP:  {e}");
        }
        crate::events::install(&config);
        let mut ini = Registry::default();
        ini.register(0, &entries::core(), &config);
        ini.register(1, &entries::standard(), &config);
        let mut modules = Modules::builtin();
        let dir = ini.get("extension_dir").map_or(String::new(), |d| String::from_utf8_lossy(d).into_owned());
        for name in &config.zend_extensions {
            modules.load_zend(&String::from_utf8_lossy(name), &dir);
        }
        for name in &config.extensions {
            modules.load(&String::from_utf8_lossy(name), &dir);
        }
        modules.order();
        settings::register(&mut ini, &modules, &config);
        let failure = modules.start(&|name| ini.get(name).map(<[u8]>::to_vec)).err().map(|e| e.text);
        let mut notices = ini.take_notices();
        notices.extend(outdated(&config));
        notices.extend(modules.take_messages().into_iter().map(|m| Notice {
            level: m.level,
            text: m.text,
            with_function: false,
        }));
        let binary = sources.binary.clone().map_or(Vec::new(), |p| p.into_os_string().into_vec());
        Process { config, ini, notices, cache, binary, modules, failure }
    }
}

/// A thread's VM with what surrounds it.
pub struct Worker {
    /// The VM.
    pub vm: Box<Vm>,
    /// The request.
    pub state: Rc<RequestState>,
    /// The output layer.
    pub output: Rc<Output>,
    notices: Vec<Notice>,
}

/// How a script could not be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// There is no such file.
    Missing,
    /// It may not be read.
    Denied,
}

impl Worker {
    /// A VM for this thread.
    pub fn new(process: &Process, sapi: Box<dyn Sapi>) -> Worker {
        let name = sapi.name();
        let state = Rc::new(RequestState::new(sapi));
        let out = Rc::new(Output::new(Box::new(SapiSink(state.clone()))));
        let host = SapiHost::new(
            process.ini.clone(),
            process.config.clone(),
            state.clone(),
            out.clone(),
            process.cache.clone(),
        );
        let mode = match name {
            "cli" => SapiMode::Cli,
            "cli-server" => SapiMode::CliServer,
            _ => SapiMode::FpmFcgi,
        };
        let mut vm = Vm::with_sapi(Box::new(host), mode);
        howdah_vm::core_functions::register(&mut vm);
        output::register(&mut vm);
        functions::register(&mut vm);
        let clashes = process.modules.install(&mut vm);
        functions::homes::settle(&mut vm);
        let refused = disable_functions(&mut vm);
        disable_classes(&mut vm);
        vm.define("PHP_SAPI", string::val(interner::intern(name.as_bytes())));
        vm.define("PHP_BINARY", string::val(interner::intern(&process.binary)));
        crate::paths::define(&mut vm);
        vm.on_load = Some(superglobals::mentioned);
        let mut notices = process.notices.clone();
        notices.extend(refused);
        notices.extend(clashes.into_iter().map(|m| Notice {
            level: m.level,
            text: m.text,
            with_function: false,
        }));
        Worker { vm, state, output: out, notices }
    }

    /// The host of the VM.
    pub fn host(&mut self) -> &mut SapiHost {
        // Every worker's VM was made with one.
        match SapiHost::of(&mut self.vm) {
            Some(h) => h,
            None => unreachable!(),
        }
    }

    /// Begins a request: settings, output, superglobals.
    pub fn begin(&mut self, info: RequestInfo) {
        let s = &self.state;
        s.headers.replace(Headers::new(info.code));
        s.info.replace(info);
        s.body.take();
        s.body_read.set(false);
        s.finished.set(false);
        s.starting.set(true);
        self.apply_sections();
        self.apply_user_files();
        let limit = self.vm.host.ini("memory_limit").map_or(u64::MAX, |v| quantity::unsigned(v).value);
        self.vm.request_start(usize::try_from(limit).unwrap_or(usize::MAX));
        for name in ["error_reporting", "zend.assertions", "zend.enable_gc"] {
            apply(&mut self.vm, name);
        }
        let out = self.output.clone();
        output::begin_request(&mut self.vm, &out);
        let limit = self.vm.host.ini("max_execution_time").map_or(0, quantity::to_long);
        self.vm.set_time_limit(limit);
        let host = self.host();
        let (expose, implicit) = (host.ini.is_on("expose_php"), host.ini.is_on("implicit_flush"));
        out.set_implicit_flush(implicit && host.sapi_name != "cli");
        if expose && self.state.sapi.borrow().has_headers() {
            // A constant line is always one.
            drop(self.state.header(&out, POWERED_BY.as_bytes(), HeaderOp::Replace, 0));
        }
        for n in std::mem::take(&mut self.notices) {
            let text = if n.with_function { format!("PHP Startup: {}", n.text) } else { n.text };
            self.vm.raise_at(n.level, text.as_bytes(), b"Unknown", 0);
            if n.level == 1 {
                // A setting's error does not keep scripts from running.
                self.vm.bailout = None;
            }
        }
        if !self.state.sapi.borrow().has_headers() {
            out.forget_start();
        }
        for text in superglobals::install(&mut self.vm) {
            let text = format!("PHP Request Startup: {text}");
            self.vm.raise_at(2, text.as_bytes(), b"Unknown", 0);
        }
        settings::bind_all(&mut self.vm);
        self.state.starting.set(false);
    }

    /// Request startup of the extensions, after [`Worker::begin`].
    ///
    /// # Errors
    /// The message about the extension that failed: no script runs then.
    pub fn startup(&mut self) -> Result<(), String> {
        self.vm.startup_extensions().map_err(|name| {
            let text = format!("request_startup() for {name} module failed");
            self.vm.raise_at(32, text.as_bytes(), b"Unknown", 0);
            text
        })
    }

    /// Settings of `[HOST=…]` and `[PATH=…]` sections for the request.
    fn apply_sections(&mut self) {
        let host = self.host();
        let config = host.config.clone();
        if !config.has_per_dir && !config.has_per_host {
            return;
        }
        let (mut name, script) = (Vec::new(), host.state.info.borrow().script.clone());
        host.state.sapi.borrow().server_variables(&host.state.info.borrow(), &mut |k, v| {
            if k == b"SERVER_NAME" {
                name = v.to_vec();
            }
        });
        for (k, v) in config.for_host(&name).into_iter().chain(config.for_path(&script)) {
            // Names of settings that nobody registered are none of PHP's business.
            drop(host.ini.set(&String::from_utf8_lossy(k), v, access::SYSTEM, Stage::Activate));
        }
    }

    /// Settings of `.user.ini` files for the request.
    fn apply_user_files(&mut self) {
        let host = self.host();
        let Some(root) = host.state.sapi.borrow().user_ini_root() else { return };
        let name = host.ini.get("user_ini.filename").unwrap_or_default().to_vec();
        let (script, now) = {
            let info = host.state.info.borrow();
            (info.script.clone(), info.time)
        };
        if name.is_empty() || script.is_empty() {
            return;
        }
        let ttl = host.ini.int("user_ini.cache_ttl");
        let found = host.user_files.of(&script, &Search { name: &name, ttl, root: &root, now });
        for (k, v) in found.iter() {
            // As above.
            drop(host.ini.set(&String::from_utf8_lossy(k), v, access::PERDIR, Stage::PerDir));
        }
    }

    /// Opens a script's file.
    pub fn open(path: &[u8]) -> Result<Source, Unopened> {
        let file = OsStr::from_bytes(path);
        let full = std::fs::canonicalize(file).map_err(|e| match e.kind() {
            std::io::ErrorKind::PermissionDenied => Unopened::Denied,
            _ => Unopened::Missing,
        })?;
        if full.is_dir() {
            return Err(Unopened::Missing);
        }
        match std::fs::read(&full) {
            Ok(bytes) => Ok(Source { path: full.into_os_string().into_vec(), bytes }),
            Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => Err(Unopened::Denied),
            Err(_) => Err(Unopened::Missing),
        }
    }

    /// Opens and runs a script, as [`Worker::run`] does.
    ///
    /// # Errors
    /// Why it could not be opened; nothing has run then.
    pub fn run_file(&mut self, path: &[u8]) -> Result<(), Unopened> {
        let Some((full, script)) = self.vm.host.ready(path) else {
            let source = Worker::open(path)?;
            self.run(&source);
            return Ok(());
        };
        self.vm.mark_included(&full);
        if self.run_extra("auto_prepend_file") && self.vm.run_script(&script) {
            self.run_extra("auto_append_file");
        }
        Ok(())
    }

    /// Runs a script with what `auto_prepend_file` and `auto_append_file` put around it; false when one of them ended the
    /// request.
    pub fn run(&mut self, source: &Source) -> bool {
        if source.path.starts_with(b"/") {
            self.vm.mark_included(&source.path);
        }
        if !self.run_extra("auto_prepend_file") {
            return false;
        }
        let own = crate::plugins::redirect::script(&source.path);
        let own = own.map(|bytes| Source { path: source.path.clone(), bytes });
        self.run_source(own.as_ref().unwrap_or(source)) && self.run_extra("auto_append_file")
    }

    /// Runs the file that a setting names, if any; false when it ended the request.
    fn run_extra(&mut self, setting: &str) -> bool {
        let Some(path) = self.vm.host.ini(setting).filter(|p| !p.is_empty()).map(<[u8]>::to_vec) else {
            return true;
        };
        match self.vm.host.sources().open(&path) {
            Ok(s) => {
                self.vm.mark_included(&s.path);
                self.run_source(&s)
            }
            Err(howdah_vm::host::OpenError::Reported) => {
                let name = String::from_utf8_lossy(&path).into_owned();
                let dirs = self.vm.host.ini("include_path").map(|d| String::from_utf8_lossy(d).into_owned());
                let text =
                    format!("Failed opening required '{name}' (include_path='{}')", dirs.unwrap_or_default());
                self.vm.raise_at(64, text.as_bytes(), b"Unknown", 0);
                false
            }
        }
    }

    /// Compiles and runs a text; false when it ended the request.
    pub fn run_source(&mut self, source: &Source) -> bool {
        let compiled = self.vm.host.compile_file(source);
        self.run_compiled(compiled, &source.path)
    }

    /// Runs a router script; true when it returns false: it leaves the request to the server.
    pub fn run_declining(&mut self, source: &Source) -> bool {
        if !self.run_extra("auto_prepend_file") {
            return false;
        }
        self.vm.mark_included(&source.path);
        match self.vm.host.compile_file(source) {
            Ok(script) => {
                let mut out = Val::NULL;
                let ok = self.vm.run_script_value(&script, &mut out);
                let declined = ok && out.tag() == plugin_api_abi::FALSE;
                // SAFETY: the script's own result.
                unsafe { howdah_vm::rt::release(out) };
                if ok {
                    self.run_extra("auto_append_file");
                }
                declined
            }
            Err(e) => {
                self.run_compiled(Err(e), &source.path);
                false
            }
        }
    }

    /// Tells that a request's script could not be opened.
    pub fn no_primary_script(&mut self, name: &str) {
        let text = "Unknown: Failed to open stream: No such file or directory";
        self.vm.raise_at(2, text.as_bytes(), b"Unknown", 0);
        let dirs = self.vm.host.ini("include_path").map(|d| String::from_utf8_lossy(d).into_owned());
        let text = format!("Failed opening required '{name}' (include_path='{}')", dirs.unwrap_or_default());
        self.vm.raise_at(1, text.as_bytes(), b"Unknown", 0);
    }

    /// Runs code without tags, as `eval` does; false when it ended the request. No exception handler of the script's is
    /// asked about what leaves such code.
    pub fn run_code(&mut self, code: &[u8], name: &[u8]) -> bool {
        match self.vm.host.compile_eval(code, name) {
            Ok(script) => self.vm.run_text(&script),
            refused => self.run_compiled(refused, name),
        }
    }

    fn run_compiled(
        &mut self,
        compiled: Result<Arc<howdah_vm::script::Script>, howdah_bytecode::CompileError>,
        name: &[u8],
    ) -> bool {
        match compiled {
            Ok(script) => self.vm.run_script(&script),
            Err(e) => {
                for d in &e.diagnostics {
                    self.vm.raise_at(d.level, d.message.as_bytes(), name, d.line);
                }
                self.vm.raise_at(if e.parse { 4 } else { 64 }, &e.message, name, e.line);
                self.vm.exit_status = 255;
                false
            }
        }
    }

    /// Ends a request's scripts: shutdown functions, destructors, output. Gives the exit status.
    pub fn finish(&mut self) -> i32 {
        self.vm.finish();
        drop(self.state.last_directory.take());
        drop(self.state.default_context.take());
        drop(self.state.last_response.take());
        if let Some(mask) = self.state.umask.take() {
            // SAFETY: a plain number.
            unsafe { libc::umask(mask) };
        }
        self.vm.set_time_limit(0);
        let out = self.output.clone();
        output::end_buffers(&mut self.vm, &out);
        self.vm.shutdown_extensions();
        out.deactivate();
        if self.vm.bailout.is_none() {
            crate::streams::release_streams();
        }
        if !self.state.sapi.borrow().holds_output() {
            out.flush_sink();
        }
        self.vm.deactivate_extensions();
        self.vm.exit_status
    }

    /// Makes the VM ready for the next request, after [`Worker::finish`].
    pub fn reset(&mut self) {
        let s = self.state.clone();
        s.remove_uploads();
        s.drain_body();
        // Its share goes with the request's heap.
        s.header_callback.set(Val::UNDEF);
        s.body.take();
        s.changed_environment.take();
        s.rewriters.iter().for_each(|r| r.borrow_mut().reset());
        self.host().streams().reset();
        self.vm.request_end();
        let host = self.host();
        host.last_reported.take();
        host.ini.restore_all();
        host.ini.take_notices();
    }
}

/// Takes away the functions that `disable_functions` names: for scripts they do not exist. Gives warnings about those that
/// are part of the language.
fn disable_functions(vm: &mut Vm) -> Vec<Notice> {
    let list = vm.host.ini("disable_functions").map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    let (mut disabled, mut refused) = (Vec::new(), Vec::new());
    for name in list.split(|c| matches!(c, b',' | b' ')).filter(|n| !n.is_empty()) {
        if matches!(name, b"exit" | b"die" | b"clone") {
            let text = format!("Cannot disable function {}()", String::from_utf8_lossy(name));
            refused.push(Notice { level: 2, text, with_function: false });
        } else if let Some(s) = interner::lookup(name)
            && vm.functions.shift_remove(&howdah_vm::class::Sym(s)).is_some()
        {
            disabled.push(name.to_vec());
        }
    }
    if let Some(h) = SapiHost::of(vm) {
        h.disabled = disabled;
    }
    refused
}

/// Empties the classes that `disable_classes` names.
fn disable_classes(vm: &mut Vm) {
    let list = vm.host.ini("disable_classes").map(<[u8]>::to_vec).unwrap_or_default();
    for name in list.split(|c| matches!(c, b',' | b' ')).filter(|n| !n.is_empty()) {
        vm.disable_class(name);
    }
}

/// Settings that PHP once had; who turns one on is told that it is gone, and nothing runs (`main/main.c`).
const REMOVED: &[&str] = &[
    "allow_call_time_pass_reference",
    "asp_tags",
    "define_syslog_variables",
    "highlight.bg",
    "magic_quotes_gpc",
    "magic_quotes_runtime",
    "magic_quotes_sybase",
    "register_globals",
    "register_long_arrays",
    "safe_mode",
    "safe_mode_gid",
    "safe_mode_include_dir",
    "safe_mode_exec_dir",
    "safe_mode_allowed_env_vars",
    "safe_mode_protected_env_vars",
    "zend.ze1_compatibility_mode",
    "track_errors",
];

/// What the configuration says of settings that are gone or on their way out.
fn outdated(config: &Config) -> Vec<Notice> {
    let on = |name: &str| {
        config.get(name.as_bytes()).is_some_and(|v| quantity::is_on(v) || quantity::to_long(v) != 0)
    };
    let notice = |level, text| Notice { level, text, with_function: false };
    let deprecated = Some("allow_url_include")
        .filter(|n| on(n))
        .map(|n| notice(8192, format!("Directive '{n}' is deprecated")));
    let removed = REMOVED
        .iter()
        .find(|n| on(n))
        .map(|n| notice(16, format!("Directive '{n}' is no longer available in PHP")));
    deprecated.into_iter().chain(removed).collect()
}

/// Brings what the VM keeps of a setting up to date.
pub fn apply(vm: &mut Vm, name: &str) {
    let value = vm.host.ini(name).map(<[u8]>::to_vec);
    let text = value.as_deref().unwrap_or_default();
    match name {
        "error_reporting" => {
            vm.error_reporting =
                value.as_deref().map_or(howdah_vm::errors::level::ALL, |v| quantity::to_long(v) as u32);
        }
        "zend.assertions" => vm.assertions = quantity::signed(text).value,
        "zend.enable_gc" => {
            gc::enable(quantity::is_on(text));
        }
        "memory_limit" => {
            let limit = quantity::unsigned(text).value;
            memory::set_limit(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        "max_execution_time" => vm.set_time_limit(quantity::to_long(text)),
        _ => {}
    }
}

/// Changes a setting at run time (`ini_set`), with all that hangs on it. Gives the old value. `Err` holds a status other
/// than Ok where a handler threw.
pub fn set_ini(vm: &mut Vm, name: &str, value: &[u8]) -> Result<Option<Option<Arc<[u8]>>>, Status> {
    if !settings::accepts(vm, name, value) {
        return Ok(None);
    }
    let Some(host) = SapiHost::of(vm) else { return Ok(None) };
    let result = host.ini.set(name, value, access::USER, Stage::Runtime);
    let notices = host.ini.take_notices();
    if result.is_ok() {
        apply(vm, name);
        settings::bind(vm, name);
    }
    for n in notices {
        let text = if n.with_function { format!("{}: {}", running_function(vm), n.text) } else { n.text };
        let st = vm.raise(n.level, text.as_bytes());
        if st != Status::Ok {
            return Err(st);
        }
    }
    Ok(result.ok())
}

/// `name()` of the native function that runs.
fn running_function(vm: &Vm) -> String {
    if vm.fp.is_null() {
        return "PHP Request Startup".into();
    }
    // SAFETY: frames on the stack are complete.
    unsafe { format!("{}()", (*(*howdah_vm::frame::frame(vm.fp)).func).display()) }
}
