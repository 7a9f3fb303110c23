//! Namespaces and imports: what a name as written means.

use crate::Compiler;
use howdah_syntax::ast::{Name, NameKind};
use rustc_hash::FxHashMap;

/// The current namespace and its imports. Class and function aliases are lower-cased, constants are not.
#[derive(Default)]
pub(crate) struct Names {
    pub namespace: Vec<u8>,
    pub classes: FxHashMap<Vec<u8>, Vec<u8>>,
    pub functions: FxHashMap<Vec<u8>, Vec<u8>>,
    pub consts: FxHashMap<Vec<u8>, Vec<u8>>,
    /// 1 within `namespace {}`.
    pub depth: u32,
}

impl Compiler<'_> {
    /// `name` within the current namespace.
    pub(crate) fn prefixed(&self, name: &[u8]) -> Vec<u8> {
        if self.names.namespace.is_empty() {
            return name.to_vec();
        }
        [&self.names.namespace[..], b"\\", name].concat()
    }

    /// The full name of a class as written (not for self, parent, static).
    pub(crate) fn class_name(&self, n: &Name<'_>) -> Vec<u8> {
        match n.kind {
            NameKind::FullyQualified => n.text.to_vec(),
            NameKind::Relative => self.prefixed(n.text),
            _ => {
                let (first, rest) = match n.text.iter().position(|&c| c == b'\\') {
                    Some(i) => (&n.text[..i], &n.text[i..]),
                    None => (n.text, &b""[..]),
                };
                match self.names.classes.get(&first.to_ascii_lowercase()) {
                    Some(full) => [full, rest].concat(),
                    None => self.prefixed(n.text),
                }
            }
        }
    }

    /// Full name of a function or constant and, for unqualified ones in a namespace, the global fallback.
    pub(crate) fn function_name(&self, n: &Name<'_>) -> (Vec<u8>, Option<Vec<u8>>) {
        let key = n.text.to_ascii_lowercase();
        self.qualify(n, self.names.functions.get(&key))
    }

    pub(crate) fn const_name(&self, n: &Name<'_>) -> (Vec<u8>, Option<Vec<u8>>) {
        self.qualify(n, self.names.consts.get(n.text))
    }

    fn qualify(&self, n: &Name<'_>, import: Option<&Vec<u8>>) -> (Vec<u8>, Option<Vec<u8>>) {
        match n.kind {
            NameKind::FullyQualified => (n.text.to_vec(), None),
            NameKind::Relative => (self.prefixed(n.text), None),
            NameKind::Qualified => (self.class_name(n), None),
            NameKind::Unqualified => match import {
                Some(full) => (full.clone(), None),
                None if self.names.namespace.is_empty() => (n.text.to_vec(), None),
                None => (self.prefixed(n.text), Some(n.text.to_vec())),
            },
        }
    }
}

/// Whether a name is one of self, parent, static (unqualified, any case): which.
pub(crate) fn special_class(n: &Name<'_>) -> Option<u16> {
    use howdah_bytecode::class_ref::{PARENT, SELF, STATIC};
    if n.kind != NameKind::Unqualified {
        return None;
    }
    [(&b"self"[..], SELF), (b"parent", PARENT), (b"static", STATIC)]
        .into_iter()
        .find(|(w, _)| n.text.eq_ignore_ascii_case(w))
        .map(|(_, r)| r)
}
