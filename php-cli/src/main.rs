//! The php command.
fn main() {}
