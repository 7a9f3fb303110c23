//! A compiled unit made ready to run: literals as immortal values. Immutable, so threads may share it.

use howdah_bytecode::Unit;
use plugin_api_abi::Val;

/// A unit with its literals as values.
pub struct Script {
    /// The compiled unit.
    pub unit: Unit,
    /// Literals of each function: interned strings and immutable arrays.
    pub literals: Vec<Box<[Val]>>,
    /// Path, interned.
    pub file: *mut plugin_api_abi::StrHdr,
}

// SAFETY: a script is never written after it is built, and its values are immortal: never counted.
unsafe impl Send for Script {}
// SAFETY: as above.
unsafe impl Sync for Script {}

/// A constant expression that waits for its evaluation: function `index` of `script`.
pub struct Thunk {
    /// Where it was compiled.
    pub script: *const Script,
    /// Index of the function.
    pub index: u32,
}
