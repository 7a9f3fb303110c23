//! Runs phpt tests against a PHP command and keeps the conformance list.
fn main() {}
