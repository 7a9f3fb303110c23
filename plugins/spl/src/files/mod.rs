//! Files and folders as objects.

pub mod directory;
pub mod info;
pub mod interface;
pub mod object;
pub mod path;
