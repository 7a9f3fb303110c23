//! The command line as a SAPI.

use howdah_host::output::{Sink, Stdout};
use howdah_host::sapi::{RequestInfo, Sapi, process_environment};
use std::io;

/// The command line.
#[derive(Default)]
pub struct Cli {
    out: Stdout,
}

impl Sapi for Cli {
    fn name(&self) -> &'static str {
        "cli"
    }
    fn pretty_name(&self) -> &'static str {
        "Command Line Interface"
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush();
        Ok(())
    }
    fn share_output(&mut self) -> io::Result<()> {
        self.out.hold_nothing();
        Ok(())
    }
    fn has_headers(&self) -> bool {
        false
    }
    fn server_variables(&self, info: &RequestInfo, set: &mut dyn FnMut(&[u8], &[u8])) {
        process_environment(set);
        let name: &[u8] = match &info.argv {
            Some(argv) => argv.first().map_or(b"", |a| a),
            None => b"",
        };
        set(b"PHP_SELF", name);
        set(b"SCRIPT_NAME", name);
        set(b"SCRIPT_FILENAME", &info.uri);
        set(b"PATH_TRANSLATED", &info.uri);
        set(b"DOCUMENT_ROOT", b"");
    }
    fn log(&mut self, message: &[u8], _: u32) {
        eprintln!("{}", String::from_utf8_lossy(message));
    }
}
