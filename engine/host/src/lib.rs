//! What surrounds a VM: ini settings, requests, output, error display, finding and compiling files. The SAPIs (command
//! line, built-in server, FastCGI) are built over it.

pub mod allocator;
pub mod basedir;
pub mod cache;
pub mod clock;
pub mod events;
pub mod functions;
pub mod getopt;
pub mod headers;
pub mod highlight;
pub mod host;
pub mod info;
pub mod ini;
pub mod input;
pub mod output;
pub mod paths;
pub mod plugins;
pub mod report;
pub mod sapi;
pub mod state;
pub mod streams;
pub mod superglobals;
pub mod syslog;
pub mod timer;
pub mod worker;

pub use host::SapiHost;
pub use worker::{Process, Worker};
