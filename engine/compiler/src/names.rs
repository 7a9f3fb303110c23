//! Namespaces and imports: what a name as written means.

use crate::func::Lower;
use crate::{C, Compiler, error, lossy};
use howdah_bytecode::Text;
use howdah_syntax::ast::{Name, NameKind, UseKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// The current namespace and its imports. Class and function aliases are lower-cased, constants are not.
#[derive(Default)]
pub(crate) struct Names {
    pub namespace: Vec<u8>,
    pub classes: FxHashMap<Vec<u8>, Vec<u8>>,
    pub functions: FxHashMap<Vec<u8>, Vec<u8>>,
    pub consts: FxHashMap<Vec<u8>, Vec<u8>>,
    /// What was declared in this namespace so far, by kind ([`seen`]) and full name; an import must not hide it.
    pub seen: FxHashSet<(u8, Vec<u8>)>,
    /// 1 within `namespace {}`.
    pub depth: u32,
}

/// Kinds of [`Names::seen`].
pub(crate) mod seen {
    pub const CLASS: u8 = 0;
    pub const FUNCTION: u8 = 1;
    pub const CONST: u8 = 2;
}

/// Names that no class may have.
fn reserved(name: &[u8]) -> bool {
    let last = name.rsplit(|&c| c == b'\\').next().unwrap_or(name);
    matches!(
        &last.to_ascii_lowercase()[..],
        b"bool"
            | b"false"
            | b"float"
            | b"int"
            | b"null"
            | b"parent"
            | b"self"
            | b"static"
            | b"string"
            | b"true"
            | b"void"
            | b"never"
            | b"iterable"
            | b"object"
            | b"mixed"
    )
}

/// Fails when a name cannot be that of a class; `what` is `a class name` and the like.
pub(crate) fn assert_class_name(c: &mut Compiler<'_>, name: &[u8], what: &str, line: u32) -> C<()> {
    if reserved(name) {
        return error(line, format!("Cannot use \"{}\" as {what} as it is reserved", lossy(name)));
    }
    if name == b"_" {
        c.deprecated(line, format!("Using \"_\" as {what} is deprecated since 8.4"));
    }
    Ok(())
}

impl Compiler<'_> {
    /// `name` within the current namespace.
    pub(crate) fn prefixed<'n>(&self, name: &'n [u8]) -> Cow<'n, [u8]> {
        if self.names.namespace.is_empty() {
            return name.into();
        }
        [&self.names.namespace[..], b"\\", name].concat().into()
    }

    /// The full name of a class as written (not for self, parent, static).
    pub(crate) fn class_name<'n>(&self, n: &Name<'n>) -> Cow<'n, [u8]> {
        match n.kind {
            NameKind::FullyQualified => n.text.into(),
            NameKind::Relative => self.prefixed(n.text),
            _ if self.names.classes.is_empty() => self.prefixed(n.text),
            _ => {
                let (first, rest) = match memchr::memchr(b'\\', n.text) {
                    Some(i) => n.text.split_at(i),
                    None => (n.text, &b""[..]),
                };
                match self.names.classes.get(Lower::new(first).get()) {
                    Some(full) => [full, rest].concat().into(),
                    None => self.prefixed(n.text),
                }
            }
        }
    }

    /// The full name of a class where self, parent and static cannot stand; `what` is `class name` and the like.
    pub(crate) fn const_class_name<'n>(&self, n: &Name<'n>, what: &str) -> C<Cow<'n, [u8]>> {
        if special_class(n).is_some() {
            return error(n.line, format!("Cannot use \"{}\" as {what}, as it is reserved", lossy(n.text)));
        }
        Ok(self.class_name(n))
    }

    /// [`Compiler::const_class_name`], interned.
    pub(crate) fn const_class_text(&self, n: &Name<'_>, what: &str) -> C<Text> {
        self.const_class_name(n, what).map(|full| self.text(&full))
    }

    /// Full name of a function or constant and, for unqualified ones in a namespace, the global fallback.
    pub(crate) fn function_name<'n>(&self, n: &Name<'n>) -> (Cow<'n, [u8]>, Option<&'n [u8]>) {
        let import = match self.names.functions.is_empty() {
            true => None,
            false => self.names.functions.get(Lower::new(n.text).get()),
        };
        self.qualify(n, import)
    }

    pub(crate) fn const_name<'n>(&self, n: &Name<'n>) -> (Cow<'n, [u8]>, Option<&'n [u8]>) {
        self.qualify(n, self.names.consts.get(n.text))
    }

    fn qualify<'n>(&self, n: &Name<'n>, import: Option<&Vec<u8>>) -> (Cow<'n, [u8]>, Option<&'n [u8]>) {
        match n.kind {
            NameKind::FullyQualified => (n.text.into(), None),
            NameKind::Relative => (self.prefixed(n.text), None),
            NameKind::Qualified => (self.class_name(n), None),
            NameKind::Unqualified => match import {
                Some(full) => (full.clone().into(), None),
                None if self.names.namespace.is_empty() => (n.text.into(), None),
                None => (self.prefixed(n.text), Some(n.text)),
            },
        }
    }

    /// Notes a declaration, so that later imports cannot take its name.
    pub(crate) fn declare_name(&mut self, kind: u8, full: &[u8]) {
        let key = if kind == seen::CONST { full.to_vec() } else { full.to_ascii_lowercase() };
        self.names.seen.insert((kind, key));
    }

    /// Whether an import has given `name` (its last part `short`) a meaning other than this declaration.
    pub(crate) fn imported_otherwise(&self, kind: u8, short: &[u8], full: &[u8]) -> bool {
        let (map, key) = match kind {
            seen::CLASS => (&self.names.classes, short.to_ascii_lowercase()),
            seen::FUNCTION => (&self.names.functions, short.to_ascii_lowercase()),
            _ => (&self.names.consts, short.to_vec()),
        };
        map.get(&key).is_some_and(|import| {
            if kind == seen::CONST { import != full } else { !import.eq_ignore_ascii_case(full) }
        })
    }

    /// One `use`: makes `alias` stand for `full`.
    pub(crate) fn import(&mut self, kind: UseKind, full: &[u8], alias: Option<&[u8]>, line: u32) -> C<()> {
        let new = match alias {
            Some(a) => a,
            None => {
                let last = full.rsplit(|&c| c == b'\\').next().unwrap_or(full);
                if last.len() == full.len() && self.names.namespace.is_empty() {
                    let msg =
                        format!("The use statement with non-compound name '{}' has no effect", lossy(full));
                    self.diagnostics.push(howdah_bytecode::Diagnostic {
                        level: 2,
                        message: msg.into(),
                        line,
                    });
                }
                last
            }
        };
        if kind == UseKind::Class && reserved(new) {
            return error(
                line,
                format!(
                    "Cannot use {} as {1} because '{1}' is a special class name",
                    lossy(full),
                    lossy(new)
                ),
            );
        }
        let (what, word) = match kind {
            UseKind::Class => (seen::CLASS, ""),
            UseKind::Function => (seen::FUNCTION, "function "),
            UseKind::Const => (seen::CONST, "const "),
        };
        let key = if kind == UseKind::Const { new.to_vec() } else { new.to_ascii_lowercase() };
        let in_use = || {
            error(
                line,
                format!(
                    "Cannot use {word}{} as {} because the name is already in use",
                    lossy(full),
                    lossy(new)
                ),
            )
        };
        let mut own = self.names.namespace.to_ascii_lowercase();
        if !own.is_empty() {
            own.push(b'\\');
        }
        own.extend_from_slice(&key);
        if self.names.seen.contains(&(what, own.clone())) && !full.eq_ignore_ascii_case(&own) {
            return in_use();
        }
        let map = match kind {
            UseKind::Class => &mut self.names.classes,
            UseKind::Function => &mut self.names.functions,
            UseKind::Const => &mut self.names.consts,
        };
        if map.insert(key, full.to_vec()).is_some() {
            return in_use();
        }
        Ok(())
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
