//! Global constants.

use crate::class::Sym;
use crate::vm::{Constant, Vm};
use howdah_runtime::interner;
use plugin_api_abi::Val;

impl Vm {
    /// A global constant by name: the namespace part in any case, `true`, `false` and `null` in any case.
    pub fn find_constant(&mut self, name: &[u8]) -> Option<Val> {
        let name = name.strip_prefix(b"\\").unwrap_or(name);
        if let Some(c) = interner::lookup(name).and_then(|s| self.constants.get(&Sym(s))) {
            return Some(c.value);
        }
        if let Some(i) = name.iter().rposition(|&c| c == b'\\') {
            let alt = [name[..i].to_ascii_lowercase(), name[i..].to_vec()].concat();
            return interner::lookup(&alt).and_then(|s| self.constants.get(&Sym(s))).map(|c| c.value);
        }
        match &name.to_ascii_lowercase()[..] {
            b"true" => Some(Val::TRUE),
            b"false" => Some(Val::FALSE),
            b"null" => Some(Val::NULL),
            _ => None,
        }
    }

    /// Defines an engine constant.
    pub fn define(&mut self, name: &str, v: Val) {
        self.constants
            .insert(Sym(interner::intern(name.as_bytes())), Constant { value: v, ext: 0, deprecated: None });
    }
}
