//! Roots: who holds values from outside the heap.

use plugin_api_abi::Val;

/// Whoever holds values outside the heap's own blocks names them, so that cycles through it are understood and the debug
/// mode can account for every count.
pub trait GcRootProvider {
    /// What it is, for diagnostics: `globals`, `stack`, `constants`.
    fn name(&self) -> &'static str;

    /// Calls `visit` with every value that it owns a share of; a value that it owns twice is named twice.
    fn visit_roots(&self, visit: &mut dyn FnMut(Val));
}
