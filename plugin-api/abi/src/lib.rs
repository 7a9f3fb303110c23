//! The frozen, `no_std` ABI between the Howdah engine and its extensions.
//!
//! Its semver is the version of the plugin API. Everything here is `#[repr(C)]`. What extensions may read inline is
//! exactly what this crate lays out: [`Val`], [`StrHdr`], [`ArrHead`] with its [`Bucket`]s, [`RefHead`], [`ObjHead`], [`ClassTop`] and
//! [`CallFrame`].
//! Everything that can grow stays in the size-prefixed tables of [`table`].
#![no_std]

pub mod descriptor;
pub mod manifest;
pub mod reflect;
pub mod table;
pub mod text;
pub mod value;
pub mod wrapper;

pub use descriptor::*;
pub use manifest::*;
pub use reflect::{AttributeOwner, ConstRaw, FuncRaw, MemberVisitor, PropRaw};
pub use table::*;
pub use value::*;
pub use wrapper::*;
