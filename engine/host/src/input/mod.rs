//! What a client sends, as PHP variables: query strings, cookies, form bodies, uploads.
//!
//! Parsing builds plain trees without a VM, so that it can be tested and fuzzed alone; [`crate::superglobals`] makes PHP
//! arrays of them.

pub mod multipart;
pub mod query;
pub mod tree;

pub use tree::{Key, Limits, Node, Table};

/// What parsing had to tell: a warning's text.
pub type Complaints = Vec<String>;
