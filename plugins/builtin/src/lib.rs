//! The extensions linked into `php` and `php-fpm`. A crate that nothing names is dropped by the linker together with its
//! registration, so each is named here, and a test compares what registered itself with the list.

use howdah_ctype as _;
use howdah_date as _;
use howdah_dom as _;
use howdah_filter as _;
use howdah_hash as _;
use howdah_iconv as _;
use howdah_json as _;
use howdah_libxml as _;
use howdah_pcntl as _;
use howdah_pcre as _;
use howdah_posix as _;
use howdah_random as _;
use howdah_readline as _;
use howdah_reflection as _;
use howdah_session as _;
use howdah_simplexml as _;
use howdah_spl as _;
use howdah_standard as _;
use howdah_tokenizer as _;
use howdah_xml as _;
use howdah_xmlreader as _;
use howdah_xmlwriter as _;

/// Names of the extensions linked in, sorted.
pub const NAMES: &[&str] = &[
    "Reflection",
    "SPL",
    "SimpleXML",
    "ctype",
    "date",
    "dom",
    "filter",
    "hash",
    "iconv",
    "json",
    "libxml",
    "pcntl",
    "pcre",
    "posix",
    "random",
    "readline",
    "session",
    "standard",
    "tokenizer",
    "xml",
    "xmlreader",
    "xmlwriter",
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_linked_extension_registers_itself() {
        let mut found: Vec<String> = plugin_api::builtins()
            // SAFETY: descriptors are static.
            .map(|d| String::from_utf8_lossy(unsafe { d.name.bytes() }).into_owned())
            .collect();
        found.sort();
        assert_eq!(found, super::NAMES);
    }
}
