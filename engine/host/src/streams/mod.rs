//! Streams of a VM: the engine around them, their resources, and includes through them.

mod env;
mod include;
mod resource;

pub use env::VmEnvironment;
pub use howdah_streams::{Stream, Streams};
pub use include::IncludeLoader;
pub use resource::{
    close_stream, context_of, context_resource, define_standard_streams, stream_of, stream_resource,
};
