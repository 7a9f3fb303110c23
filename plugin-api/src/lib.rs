//! The contract between the Howdah engine and its extensions: what a plugin may know, and nothing else.
//!
//! An extension is written with the macros [`php_function`], [`php_class`], [`php_methods`] and [`php_module`], whose PHP
//! signatures are the one source of arginfo, reflection and error messages; the engine has coerced and checked every
//! argument before Rust code runs. Values are owned handles ([`Value`], [`Str`], [`Array`], [`Object`], …) which give their
//! share back when dropped; arguments are borrowed. Whatever can fail returns [`R`]: an `Err` says that an exception is
//! pending or that the request ends, and is passed up with `?`.
//!
//! The functions here call the engine through the tables of [`abi`], so a plugin built once runs on every later minor
//! release of the engine.

extern crate self as plugin_api;

pub use plugin_api_abi as abi;
pub use plugin_api_macros::{GcRoots, php_class, php_function, php_methods, php_module};

mod args;
mod array;
mod attachment;
mod buffer;
mod build;
mod callable;
mod class;
mod ctx;
mod error;
pub mod files;
pub mod filter;
mod gc;
mod handlers;
mod host;
pub mod introspect;
mod iter;
mod log;
mod memory;
mod module;
mod names;
mod object;
pub mod output;
pub mod process;
pub mod regex;
pub mod request;
mod resource;
pub mod serial;
pub mod stack;
mod stream;
mod string;
pub mod tokens;
pub mod transport;
mod value;
pub mod wrapper;

#[doc(hidden)]
pub mod __private;

pub use abi::flags;
pub use args::{Args, FromArg, IntoRet, OrFalse, Reference, Rest};
pub use array::{Array, Entries, IntoKey, Key, KeyStr, Pairs, Slot};
pub use attachment::Attachment;
pub use buffer::Buffer;
pub use build::{List, Map, Place};
pub use callable::Callable;
pub use class::{Class, NativeClass, Ref, RefMut, This};
pub use ctx::{Ctx, Level};
pub use error::{R, Throw};
pub use gc::{GcRoots, Visitor};
pub use handlers::{Comparison, Handlers, Known, PropMode};
pub use host::{HostUnavailable, api_version};
pub use iter::{Fetched, Iter, NativeIter, Step};
pub use memory::MemoryBlock;
pub use module::{BuiltIn, Globals, Info, IniBind, Module, Root, RootRef, builtins, ini_notice};
pub use names::{Literal, Names};
pub use object::{Object, PropSlot};
pub use resource::{Resource, ResourceType};
pub use stream::{DESCRIPTORS, DescriptorTable, Stream, descriptor_kind, descriptor_use};
pub use string::{Room, Str};
pub use tracing;
pub use value::{Kind, Value};
