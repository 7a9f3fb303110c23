//! What reads untrusted bytes, fed with them.
//!
//! [`targets`] holds a function for each reader: it takes any bytes and panics only where the reader is wrong. The `fuzz`
//! folders of the crates hand them to libFuzzer, for long runs with `cargo fuzz`; [`mutate`] is a small deterministic
//! generator that runs them all for a while with every `cargo test`.

pub mod engine;
pub mod mutate;
pub mod targets;
