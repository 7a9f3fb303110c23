//! The interpreter: calls, classes, exceptions, generators, inline caches.

pub mod api;
pub mod backtrace;
pub mod builtin;
pub mod call;
pub mod callable;
pub mod callback;
pub mod class;
pub mod classes;
pub mod closure;
pub mod core_functions;
pub mod dispatch;
pub mod errors;
mod evaluate;
pub mod extension;
pub mod fiber;
pub mod frame;
pub mod func;
pub mod generator;
pub mod host;
pub mod load;
pub mod names;
pub mod native;
pub mod request;
pub mod roots;
pub mod rt;
pub mod script;
mod trace;
mod traverse;
pub mod types;
pub mod vm;

/// The PHP version that this engine implements.
pub const PHP_VERSION: &str = "8.4.24";
