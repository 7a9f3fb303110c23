//! A host for tests: files in a map, output in a buffer.

use howdah_bytecode::CompileError;
use howdah_compiler::{Options, compile};
use howdah_vm::host::{ErrorRecord, Host, OpenError, Source, SourceLoader};
use howdah_vm::script::Script;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Files in a map, output in a buffer.
#[derive(Default, Clone)]
pub struct TestHost {
    /// What was printed.
    pub out: Rc<RefCell<Vec<u8>>>,
    /// Files by path.
    pub files: HashMap<Vec<u8>, Vec<u8>>,
}

/// Compiles a text.
pub fn script(code: &[u8], name: &[u8], eval: bool) -> Result<Arc<Script>, CompileError> {
    let builtin = |_: &[u8]| None;
    let opts = Options {
        short_open_tag: true,
        skip_shebang: !eval,
        eval,
        no_assertions: false,
        disabled: &[],
        builtin: &builtin,
        evaluate: &|_, _| None,
        intern: howdah_vm::load::intern_text,
    };
    Ok(Arc::new(Script::new(compile(code, name, &opts)?)))
}

impl SourceLoader for TestHost {
    fn resolve(&self, path: &[u8]) -> Option<Vec<u8>> {
        self.files.contains_key(path).then(|| path.to_vec())
    }
    fn open(&self, path: &[u8]) -> Result<Source, OpenError> {
        match self.files.get(path) {
            Some(b) => Ok(Source { path: path.to_vec(), bytes: b.clone() }),
            None => Err(OpenError::Reported),
        }
    }
}

impl Host for TestHost {
    fn write(&self, bytes: &[u8]) {
        self.out.borrow_mut().extend_from_slice(bytes);
    }
    fn report(&self, e: &ErrorRecord<'_>) {
        self.write(e.message);
    }
    fn log(&self, _: &[u8]) {}
    fn sapi_name(&self) -> &str {
        "cli"
    }
    fn sources(&self) -> Rc<dyn SourceLoader> {
        Rc::new(self.clone())
    }
    fn compile_file(&mut self, s: &Source) -> Result<Arc<Script>, CompileError> {
        script(&s.bytes, &s.path, false)
    }
    fn compile_eval(&mut self, code: &[u8], name: &[u8]) -> Result<Arc<Script>, CompileError> {
        script(code, name, true)
    }
    fn ini_changes(&self) -> u64 {
        0
    }
    fn ini(&self, _: &str) -> Option<&[u8]> {
        None
    }
    fn interrupted(&mut self) -> Option<howdah_vm::host::Interruption> {
        None
    }
    fn set_time_limit(&mut self, _: Option<std::time::Duration>, _: *const std::sync::atomic::AtomicU32) {}
    fn declare_builtin(&mut self, _: &'static [u8], _: u64, _: bool, _: bool) {}
    fn flush(&self) {}
    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}
