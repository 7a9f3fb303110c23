//! What the VM asks of its surroundings, answered: settings, output, error display, finding and compiling files.

use crate::cache::{Rules, ScriptCache};
use crate::ini::user::UserFiles;
use crate::ini::{Config, Registry};
use crate::output::Output;
use crate::state::RequestState;
use crate::streams::{IncludeLoader, VmEnvironment};
use crate::timer::{Timer, thread_time};
use howdah_bytecode::{CompileError, Literal};
use howdah_compiler::{Builtin, Options, compile};
use howdah_streams::Streams;
use howdah_vm::host::{ErrorRecord, Host, Interruption, Source, SourceLoader};
use howdah_vm::script::Script;
use howdah_vm::vm::Vm;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};

/// An error as it was last reported: message, file, line.
type Reported = (Vec<u8>, Vec<u8>, u32);

/// Asks for something on behalf of other threads, once the VM's interrupt word was raised.
pub trait Watcher {
    /// Whether the calls are to be shown to [`Watcher::traced`].
    fn trace_wanted(&self) -> bool;
    /// The calls that have not returned, innermost first.
    fn traced(&self, calls: &[howdah_vm::host::Call]);
    /// Whether the request is given up.
    fn abandons(&self) -> bool;
}

/// Functions that the extensions linked in come to, roughly: room for them saves growing on the way there.
const USUAL_FUNCTIONS: usize = 2000;

/// The host of a VM, over whichever SAPI.
pub struct SapiHost {
    /// The settings.
    pub ini: Registry,
    /// What the configuration files say.
    pub config: Arc<Config>,
    /// The request.
    pub state: Rc<RequestState>,
    /// Buffers of output, and where it goes.
    pub output: Rc<Output>,
    streams: Rc<Streams>,
    sources: Rc<dyn SourceLoader>,
    pub(crate) sapi_name: &'static str,
    pub(crate) last_reported: RefCell<Option<Reported>>,
    pub(crate) cache: Option<Arc<ScriptCache>>,
    builtins: FxHashMap<&'static [u8], Builtin>,
    /// What `disable_functions` took away.
    pub(crate) disabled: Vec<Vec<u8>>,
    timer: Timer,
    /// The VM was given an extension by `dl()`: it does not outlive the request.
    pub extended: bool,
    /// `.user.ini` files that were read.
    pub(crate) user_files: UserFiles,
    /// What other threads want of this one.
    pub watch: Option<Rc<dyn Watcher>>,
    /// The time limit: how much, processor time at its start, and the word to raise.
    limit: Option<(Duration, Duration, *const AtomicU32)>,
}

impl SapiHost {
    /// A host for a thread's requests.
    pub fn new(
        ini: Registry,
        config: Arc<Config>,
        state: Rc<RequestState>,
        output: Rc<Output>,
        cache: Option<Arc<ScriptCache>>,
    ) -> SapiHost {
        let sapi_name = state.sapi.borrow().name();
        let streams = Streams::new(Rc::new(VmEnvironment::new(state.clone())));
        SapiHost {
            ini,
            sources: Rc::new(IncludeLoader::new(streams.clone())),
            streams,
            config,
            state,
            output,
            sapi_name,
            last_reported: RefCell::default(),
            cache,
            builtins: FxHashMap::with_capacity_and_hasher(USUAL_FUNCTIONS, Default::default()),
            disabled: Vec::new(),
            timer: Timer::new(),
            extended: false,
            user_files: UserFiles::default(),
            watch: None,
            limit: None,
        }
    }

    /// The host of a VM that has one of this kind.
    pub fn of(vm: &mut Vm) -> Option<&mut SapiHost> {
        vm.host.as_any().downcast_mut()
    }

    /// Tells the compiler of an internal function.
    pub fn add_builtin(&mut self, name: &'static [u8], by_ref: u64, by_ref_rest: bool, pure: bool) {
        self.builtins.insert(name, Builtin { by_ref, by_ref_rest, pure });
    }

    /// The streams of this VM.
    pub fn streams(&self) -> Rc<Streams> {
        self.streams.clone()
    }

    /// The output layer.
    pub fn output(&self) -> Rc<Output> {
        self.output.clone()
    }

    /// Prints; a client that went away ends the script.
    pub(crate) fn print(&self, bytes: &[u8]) {
        self.output.write(bytes);
        if self.output.connection_aborted() && !self.ini.is_on("ignore_user_abort") {
            end_script();
        }
    }

    fn rules(&self) -> Rules {
        Rules {
            short_open_tag: self.ini.is_on("short_open_tag"),
            no_assertions: self.ini.int("zend.assertions") < 0,
        }
    }

    fn compile(&self, src: &[u8], file: &[u8], eval: bool) -> Result<Arc<Script>, CompileError> {
        let opts = Options {
            short_open_tag: self.ini.is_on("short_open_tag"),
            skip_shebang: !eval,
            eval,
            no_assertions: self.ini.int("zend.assertions") < 0,
            intern: howdah_vm::load::intern_text,
            builtin: &|n| self.builtins.get(n).copied(),
            evaluate: &evaluate,
            disabled: &self.disabled,
        };
        // What the compiler cannot do must not end more than the request.
        let unit = catch_unwind(AssertUnwindSafe(|| compile(src, file, &opts))).unwrap_or_else(|_| {
            Err(CompileError {
                message: Box::from(*b"Internal error: the compiler failed"),
                line: 1,
                parse: false,
                thrown: false,
                diagnostics: Vec::new(),
            })
        })?;
        Ok(Arc::new(Script::new(unit)))
    }
}

/// What a pure function gives for constant arguments, asked of the thread's VM.
fn evaluate(name: &[u8], args: &[Literal]) -> Option<Literal> {
    let vm = howdah_vm::vm::current();
    // SAFETY: the thread's VM, which waits for the compiler. What such a function does concerns its arguments alone.
    if vm.is_null() { None } else { unsafe { (*vm).evaluate(name, args) } }
}

/// Nobody reads the output any more: the script ends at the next chance.
fn end_script() {
    let vm = howdah_vm::vm::current();
    if !vm.is_null() {
        // SAFETY: the thread's VM.
        unsafe { (*vm).bailout.get_or_insert(howdah_vm::vm::BailoutKind::Exit) };
    }
}

impl Host for SapiHost {
    fn write(&self, bytes: &[u8]) {
        self.print(bytes);
    }

    fn report(&self, e: &ErrorRecord<'_>) {
        self.report_error(e);
    }

    fn sources(&self) -> Rc<dyn SourceLoader> {
        self.sources.clone()
    }

    fn compile_file(&mut self, s: &Source) -> Result<Arc<Script>, CompileError> {
        let Some(cache) = self.cache.clone() else { return self.compile(&s.bytes, &s.path, false) };
        let rules = self.rules();
        if let Some(script) = cache.get(&s.path, rules, &s.bytes) {
            return Ok(script);
        }
        let script = self.compile(&s.bytes, &s.path, false)?;
        cache.put(&s.path, rules, s.bytes.clone(), &script);
        Ok(script)
    }

    fn ready(&mut self, path: &[u8]) -> Option<(Vec<u8>, Arc<Script>)> {
        // Which folders may be read is the stream layer's matter.
        let plain = path.first() == Some(&b'/') && self.ini.get("open_basedir").is_none_or(<[u8]>::is_empty);
        self.cache.as_ref().filter(|_| plain)?.ready(path, self.rules())
    }

    fn compile_eval(&mut self, code: &[u8], name: &[u8]) -> Result<Arc<Script>, CompileError> {
        self.compile(code, name, true)
    }

    fn ini(&self, name: &str) -> Option<&[u8]> {
        self.ini.get(name)
    }

    fn ini_changes(&self) -> u64 {
        self.ini.changes()
    }

    fn trace_wanted(&mut self) -> bool {
        self.watch.as_ref().is_some_and(|w| w.trace_wanted())
    }

    fn traced(&mut self, calls: &[howdah_vm::host::Call]) {
        if let Some(w) = &self.watch {
            w.traced(calls);
        }
    }

    fn interrupted(&mut self) -> Option<Interruption> {
        if self.watch.as_ref().is_some_and(|w| w.abandons()) {
            return Some(Interruption::Abandon);
        }
        let (limit, start, word) = self.limit?;
        let used = thread_time().saturating_sub(start);
        if used < limit {
            // Waiting does not count: what is left of the limit is looked at again.
            self.timer.set(Instant::now() + (limit - used), word);
            return None;
        }
        self.limit = None;
        let n = limit.as_secs();
        let s = if n == 1 { "" } else { "s" };
        Some(Interruption::Fatal(format!("Maximum execution time of {n} second{s} exceeded")))
    }

    fn set_time_limit(&mut self, limit: Option<Duration>, word: *const AtomicU32) {
        self.limit = limit.map(|l| (l, thread_time(), word));
        match limit.and_then(|l| Instant::now().checked_add(l)) {
            Some(at) => self.timer.set(at, word),
            None => self.timer.clear(),
        }
    }

    fn declare_builtin(&mut self, name: &'static [u8], by_ref: u64, rest: bool, pure: bool) {
        self.add_builtin(name, by_ref, rest, pure);
    }

    fn log(&self, message: &[u8]) {
        use std::io::Write;
        let mut line = message.to_vec();
        line.push(b'\n');
        let to = self.ini.get("error_log").filter(|v| !v.is_empty());
        let written = match to {
            Some(path) => {
                use std::os::unix::ffi::OsStrExt;
                std::fs::OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(std::ffi::OsStr::from_bytes(path))
                    .and_then(|mut f| f.write_all(&line))
            }
            None => std::io::stderr().write_all(&line),
        };
        // A log that cannot be written has nowhere to say so.
        drop(written);
    }

    fn sapi_name(&self) -> &str {
        self.sapi_name
    }

    fn flush(&self) {
        self.output.flush_sink();
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}
