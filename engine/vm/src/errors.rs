//! Raising warnings, errors and exceptions.

/// What error_get_last() tells.
pub struct LastError {
    /// `E_*`
    pub level: u32,
    /// Text.
    pub message: Vec<u8>,
    /// File.
    pub file: Vec<u8>,
    /// Line.
    pub line: u32,
}
