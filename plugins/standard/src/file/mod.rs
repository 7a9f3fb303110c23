//! What is done with streams: CSV, the classes of folders and user filters.

pub mod classes;
pub mod csv;
