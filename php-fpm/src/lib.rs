//! php-fpm: PHP behind a web server. One process; each worker is a thread with a VM of its own.

pub mod access;
pub mod conf;
pub mod fastcgi;
pub mod functions;
pub mod master;
pub mod options;
pub mod pool;
pub mod request;
pub mod sapi;
pub mod slow;
pub mod status;
pub mod unix;
pub mod worker;
pub mod zlog;

/// Something is wrong; the log says what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged;

/// An error as log lines end with it: text and number.
pub(crate) fn conf_reason(e: &std::io::Error) -> String {
    let t = e.to_string();
    format!("{} ({})", t.split(" (os error").next().unwrap_or_default(), e.raw_os_error().unwrap_or(0))
}
