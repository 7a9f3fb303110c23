//! PHP's streams (`main/streams`): files, memory, pipes, sockets and URLs behind one interface, with read buffers, filters
//! and contexts.
//!
//! The crate knows no values and no VM. What it needs of the engine (warnings under the running function's name, ini
//! values, the script's output) it asks of an [`Environment`]; wrapper classes that scripts write reach it as
//! [`user::UserClass`]; wrappers, filters and transports of extensions implement [`Wrapper`], [`filter::Filter`] and
//! [`transport::Transport`].
//!
//! [`Streams`] is the registry of one VM and the way to open, stat, rename and so on by path or URL. A [`Stream`] is
//! shared through `Rc` and takes `&self` throughout: what it does may run PHP code that comes back to it.

pub mod context;
mod data;
pub mod env;
pub mod errno;
pub mod filter;
pub mod ftp;
pub mod glob;
pub mod http;
mod lines;
pub mod memory;
pub mod meta;
mod mode;
pub mod ops;
pub mod path;
pub mod php;
pub mod plain;
pub mod process;
pub mod select;
pub mod socket;
pub mod stat;
pub mod stream;
#[cfg(test)]
mod testing;
pub mod transport;
pub mod user;
pub mod value;
pub mod wrapper;

pub use context::Context;
pub use data::url_decode;
pub use env::{Environment, Level, Thrown};
pub use mode::OpenMode;
pub use ops::{Failed, Ops, Whence};
pub use stat::Stat;
pub use stream::Stream;
pub use value::Value;
pub use wrapper::{Opened, Streams, Wrapper, options};

#[cfg(test)]
mod tests;
