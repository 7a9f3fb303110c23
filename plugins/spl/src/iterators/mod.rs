//! Iterators over iterators.

pub mod append;
pub mod caching;
pub mod filter;
pub mod interfaces;
pub mod outer;
pub mod plain;
pub mod recursive;
pub mod regex;
pub mod tree;
