//! A compiled unit made ready to run: literals as immortal values. Immutable, so threads may share it; its arrays lie outside
//! every VM's heap and go with it.

use howdah_bytecode::{FnProto, Unit};
use plugin_api_abi::Val;
use std::sync::OnceLock;

/// A function with specialised code, and its literals as values.
pub(crate) struct Special {
    pub proto: FnProto,
    pub literals: Box<[Val]>,
}

/// A unit with its literals as values.
pub struct Script {
    /// The compiled unit.
    pub unit: Unit,
    /// Literals of each function: interned strings and frozen arrays.
    pub literals: Vec<Box<[Val]>>,
    /// Path, interned.
    pub file: *mut plugin_api_abi::StrHdr,
    /// Functions with their specialised code, as far as they were called; `None`: there is none.
    pub(crate) special: Box<[OnceLock<Option<Box<Special>>>]>,
    /// The literal arrays are in a VM's pool, not the script's own.
    pub(crate) adopted: bool,
}

// SAFETY: a script is never written after it is built, and its values are immortal: never counted.
unsafe impl Send for Script {}
// SAFETY: as above.
unsafe impl Sync for Script {}

impl Script {
    /// Whether it declares functions (closures and constant expressions among them) or classes.
    pub(crate) fn declares(&self) -> bool {
        self.unit.functions.len() > 1 || !self.unit.classes.is_empty()
    }

    /// Whether some literal is an array.
    pub(crate) fn has_arrays(&self) -> bool {
        self.literals.iter().flatten().any(|v| v.tag() == plugin_api_abi::ARR)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        for v in self.literals.iter().flatten().filter(|_| !self.adopted) {
            // SAFETY: the arrays are the script's own, and whoever runs its code keeps it.
            unsafe { howdah_runtime::frozen::free_val(*v) };
        }
    }
}

/// About how much memory a unit's code takes, in bytes.
pub(crate) fn bytes(unit: &Unit) -> usize {
    let of = |f: &FnProto| {
        size_of::<FnProto>() + size_of_val(&f.code[..]) + size_of_val(&f.lines[..]) + 32 * f.literals.len()
    };
    unit.functions.iter().map(of).sum()
}

/// A constant expression that waits for its evaluation: function `index` of `script`.
pub struct Thunk {
    /// Where it was compiled.
    pub script: *const Script,
    /// Index of the function.
    pub index: u32,
}
