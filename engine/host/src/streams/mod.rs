//! Streams of a VM: the engine around them, and includes through them.

mod env;
mod include;

pub use env::VmEnvironment;
pub use include::IncludeLoader;
