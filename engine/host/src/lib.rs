//! What surrounds a VM: ini settings, requests, output, error display, finding and compiling files. The SAPIs (command
//! line, built-in server, FastCGI) are built over it.

pub mod basedir;
pub mod host;
pub mod ini;
pub mod output;

pub use host::{SapiHost, parse_size};
