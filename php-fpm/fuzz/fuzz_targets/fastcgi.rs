//! Any bytes as a FastCGI connection: every request on it is taken, its body read and answered, and the connection ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use php_fpm::fastcgi::Connection;
use std::io::{self, Read, Write};

struct Wire<'d>(&'d [u8]);

impl Read for Wire<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = buf.len().min(self.0.len());
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    let mut c = Connection::new(Wire(data));
    while let Ok(Some(_)) = c.accept() {
        let mut buf = [0; 64];
        while c.read_stdin(&mut buf) > 0 {}
        if c.write_stdout(b"x").and_then(|()| c.finish(0)).is_err() || !c.keeps() {
            break;
        }
    }
});
