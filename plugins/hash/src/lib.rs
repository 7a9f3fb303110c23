//! The hash extension: `hash()` and its relatives, `HashContext`, and the functions of mhash.

pub mod algorithm;
pub mod blocks;
mod checksum;
pub mod context;
mod digests;
pub mod functions;
mod haval;
pub mod hmac;
pub mod mhash;
mod murmur;
mod snefru;
mod snefru_boxes;
pub mod state;
mod tiger;
mod tiger_boxes;
mod xxhash;

use plugin_api::{constants, php_module};

constants! {
    /// Constants.
    pub CONSTANTS;
    int HASH_HMAC = 1;
}

php_module! {
    name: "hash",
    version: "8.4.24",
    functions: [
        functions::{hash, hash_file, hash_hmac, hash_hmac_file, hash_init, hash_update, hash_update_stream, hash_update_file, hash_final, hash_copy, hash_algos, hash_hmac_algos, hash_pbkdf2, hash_equals, hash_hkdf},
        mhash::{mhash_get_block_size, mhash_get_hash_name, mhash_keygen_s2k, mhash_count, mhash},
    ],
    classes: [context::HashContext],
    constants: [CONSTANTS, mhash::CONSTANTS],
    minfo: info,
}

fn info(t: &mut plugin_api::Info) {
    let mut engines = String::new();
    for a in algorithm::ALGORITHMS {
        engines.push_str(a.name);
        engines.push(' ');
    }
    t.row("hash support", "enabled");
    t.row("Hashing Engines", &engines);
    t.header(&[]);
    t.row("MHASH support", "Enabled");
    t.row("MHASH API Version", "Emulated Support");
}
