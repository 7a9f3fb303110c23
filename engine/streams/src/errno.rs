//! System errors in the words of the C library, as PHP shows them.

use std::io;

/// What `strerror` says of an error number.
pub fn text(code: i32) -> String {
    let mut buf = [0u8; 256];
    // SAFETY: the buffer is as long as said.
    let rc = unsafe { libc::strerror_r(code, buf.as_mut_ptr().cast(), buf.len()) };
    let end = buf.iter().position(|&c| c == 0).unwrap_or(buf.len());
    if rc != 0 || end == 0 {
        return format!("Unknown error {code}");
    }
    String::from_utf8_lossy(&buf[..end]).into_owned()
}

/// The words for an I/O error.
pub fn of(e: &io::Error) -> String {
    e.raw_os_error().map_or_else(|| e.to_string(), text)
}

/// The error number of an I/O error; 0 when it has none.
pub fn code(e: &io::Error) -> i32 {
    e.raw_os_error().unwrap_or(0)
}

/// The last system call's error.
pub fn last() -> io::Error {
    io::Error::last_os_error()
}
