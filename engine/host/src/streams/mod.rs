//! Streams of a VM: the engine around them, their resources, includes through them, wrapper classes and contexts of
//! scripts.

mod env;
mod include;
mod resource;
mod user;
mod values;

pub use env::VmEnvironment;
pub use howdah_streams::{Stream, Streams};
pub use include::IncludeLoader;
pub use resource::{
    close_stream, context_of, context_share, define_standard_streams, own_context_of, release_streams,
    stream_of, stream_resource,
};
pub use user::PhpClass;
pub use values::{ArrayOptions, CallableNotifier, Held, val_of, value_of};

#[cfg(test)]
mod tests;
