//! The interpreter: calls, classes, exceptions, generators, fibers, inline caches.

pub mod class;
pub mod errors;
pub mod frame;
pub mod func;
pub mod host;
pub mod names;
pub mod script;
pub mod vm;
