//! Files and folders as objects.

pub mod directory;
pub mod info;
pub mod object;
pub mod path;
