//! The ini language, the configuration files, and the registry of settings.

pub mod config;
pub mod entries;
pub mod parse;
pub mod quantity;
pub mod registry;
mod scan;
pub mod user;

#[cfg(test)]
mod tests;

pub use config::{Config, ConfigValue, Sources};
pub use parse::{Event, IniValue, Lookup, ScanMode, SyntaxError, parse};
pub use registry::{EntryDef, Refused, Registry, Stage, access};
