//! Files of include, require and eval'd templates, opened as streams.

use crate::plugins::redirect;
use howdah_streams::ops::Buffering;
use howdah_streams::path;
use howdah_streams::{Stream, Streams, options};
use howdah_vm::host::{OpenError, Source, SourceLoader};
use plugin_api::files::purpose;
use std::rc::Rc;

/// Finds and reads what includes name.
pub struct IncludeLoader(Rc<Streams>);

impl IncludeLoader {
    /// A loader over a VM's streams.
    pub fn new(streams: Rc<Streams>) -> IncludeLoader {
        IncludeLoader(streams)
    }
}

/// Reads a script: as much as its stat says, or all there is when that says nothing. `None` when reading fails.
fn read(s: &Stream) -> Option<Vec<u8>> {
    let size = if s.read_filters.is_empty() { s.stat().map_or(0, |st| st.size.max(0) as usize) } else { 0 };
    let mut out = Vec::new();
    let mut room = if size > 0 { size } else { 4096 };
    while size == 0 || out.len() < size {
        let start = out.len();
        out.resize(start + room, 0);
        let got = s.read(&mut out[start..]);
        out.truncate(start + got.unwrap_or(0));
        match got {
            Ok(0) => break,
            Ok(n) if size > 0 => room -= n,
            Ok(_) => room = out.len().max(4096),
            Err(_) => return None,
        }
    }
    Some(out)
}

/// What an extension has in place of a path.
fn redirected(name: &[u8]) -> Option<Vec<u8>> {
    let vm = howdah_vm::vm::current();
    // SAFETY: the thread's VM.
    (!vm.is_null()).then(|| unsafe { redirect::path(&mut *vm, name, purpose::INCLUDE) })?
}

impl SourceLoader for IncludeLoader {
    fn resolve(&self, name: &[u8]) -> Option<Vec<u8>> {
        if let Some(path) = redirected(name) {
            return Some(path);
        }
        path::resolve_include(&self.0, name, &self.0.env().ini("include_path"))
    }

    fn open(&self, name: &[u8]) -> Result<Source, OpenError> {
        let how = options::USE_PATH | options::REPORT_ERRORS | options::FOR_INCLUDE | options::FOR_SCRIPT;
        let redirected = redirected(name);
        let name = redirected.as_deref().unwrap_or(name);
        let opened = self.0.open(name, b"rb", how, None).ok_or(OpenError::Reported)?;
        let s = opened.stream;
        s.set_read_buffering(Buffering::None);
        let bytes = read(&s);
        s.close();
        let path = opened.path.unwrap_or_else(|| name.to_vec());
        let bytes = redirect::script(&path).or(bytes).ok_or(OpenError::Reported)?;
        Ok(Source { path, bytes })
    }
}
