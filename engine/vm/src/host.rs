//! What the VM asks of whoever runs it. `engine/host` implements it; unit tests use a small one of their own.

use crate::script::Script;
use howdah_bytecode::CompileError;
use std::sync::Arc;

/// An error, warning or notice on its way out, after user handlers declined it.
pub struct ErrorRecord<'a> {
    /// `E_*`
    pub level: u32,
    /// Text without prefix.
    pub message: &'a [u8],
    /// File.
    pub file: &'a [u8],
    /// Line, 0 unknown.
    pub line: u32,
    /// Display it (`display_errors` and error_reporting say so is the host's own matter; false: only log).
    pub silenced: bool,
}

/// How a file could not be included.
#[derive(Debug)]
pub enum OpenError {
    /// The stream layer said why, or an exception is pending.
    Reported,
}

/// A file to compile: resolved path and contents.
pub struct Source {
    /// Resolved path (what `__FILE__` says and include_once compares).
    pub path: Vec<u8>,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// Finds and reads what includes name. Stream wrappers may run PHP code meanwhile.
pub trait SourceLoader {
    /// The real path of a file, looked up in include_path and beside the running script; `None` when there is no such file,
    /// and for URLs. The file is not opened.
    fn resolve(&self, path: &[u8]) -> Option<Vec<u8>>;
    /// Opens and reads a file or URL. Warnings are raised.
    fn open(&self, path: &[u8]) -> Result<Source, OpenError>;
}

/// Why a script does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// A fatal error with this message.
    Fatal(String),
    /// The request is given up: nothing of it runs any more, not even shutdown functions.
    Abandon,
}

/// A call that has not returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Address of its frame.
    pub frame: usize,
    /// Name of the function or method; `None` for an included or evaluated script.
    pub function: Option<String>,
    /// File and line that the call stands on, if that is PHP code.
    pub place: Option<(String, u32)>,
}

/// The VM's surroundings.
pub trait Host {
    /// Writes to the output (buffers first). Output handlers may run PHP code: an exception or exit in one is pending in
    /// the VM afterwards.
    fn write(&self, bytes: &[u8]);
    /// Displays and logs an error by the ini settings.
    fn report(&self, error: &ErrorRecord<'_>);
    /// What finds and reads the files of includes.
    fn sources(&self) -> std::rc::Rc<dyn SourceLoader>;
    /// Compiles a file, through the opcode cache where there is one.
    fn compile_file(&mut self, source: &Source) -> Result<Arc<Script>, CompileError>;
    /// The script of an absolute path, with its real path, where it is compiled already and the file has not changed.
    fn ready(&mut self, path: &[u8]) -> Option<(Vec<u8>, Arc<Script>)> {
        let _ = path;
        None
    }
    /// Compiles eval'd code; `name` is `FILE(LINE) : eval()'d code`.
    fn compile_eval(&mut self, code: &[u8], name: &[u8]) -> Result<Arc<Script>, CompileError>;
    /// An ini value as text.
    fn ini(&self, name: &str) -> Option<&[u8]>;
    /// How often settings changed so far: what [`Host::ini`] gave holds as long as this stays.
    fn ini_changes(&self) -> u64;
    /// Called at a safepoint when the interrupt flag is up: time limit, what a watcher asked for.
    fn interrupted(&mut self) -> Option<Interruption>;
    /// Whether somebody wants to know what runs; told at a safepoint by [`Host::traced`].
    fn trace_wanted(&mut self) -> bool {
        false
    }
    /// What runs, innermost call first.
    fn traced(&mut self, calls: &[Call]) {
        let _ = calls;
    }
    /// When [`Host::interrupted`] is to end the script (`max_execution_time`): after this much computing. `word` is raised
    /// then; it lives as long as the VM.
    fn set_time_limit(
        &mut self,
        limit: Option<std::time::Duration>,
        word: *const std::sync::atomic::AtomicU32,
    );
    /// Tells the compiler of an internal function, which of its parameters go by reference, and whether its result depends on
    /// its arguments alone.
    fn declare_builtin(&mut self, name: &'static [u8], by_ref: u64, rest: bool, pure: bool);
    /// Writes a line to the error log.
    fn log(&self, message: &[u8]);
    /// The SAPI's name (`cli`, `fpm-fcgi`).
    fn sapi_name(&self) -> &str;
    /// Sends buffered output on.
    fn flush(&self);
    /// The host as what it is, for functions of its own.
    fn as_any(&mut self) -> &mut dyn std::any::Any;
}
