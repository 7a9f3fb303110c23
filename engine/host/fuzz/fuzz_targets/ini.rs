//! Any bytes as ini text: reading ends, in every mode, with statements or a message.
#![no_main]

use howdah_host::ini::{Lookup, ScanMode, parse};
use libfuzzer_sys::fuzz_target;

struct Nothing;

impl Lookup for Nothing {
    fn constant(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
    fn variable(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

fuzz_target!(|data: &[u8]| {
    for mode in [ScanMode::Normal, ScanMode::Raw, ScanMode::Typed] {
        if let Err(e) = parse(data, mode, &Nothing, &mut |_| ()) {
            assert!(e.line > 0);
        }
    }
});
