//! Declared types.

use crate::names::special_class;
use crate::{C, Compiler, error, lossy};
use howdah_bytecode::{ClassType, Type};
use howdah_syntax::ast::{self, NameKind, TypeKind};

const NULL: u32 = 1 << 1;
const BOOL: u32 = 1 << 2 | 1 << 3;
const MIXED: u32 = 0x3FE;

/// The mask of a builtin type's name.
fn builtin(name: &[u8]) -> Option<u32> {
    Some(match &name.to_ascii_lowercase()[..] {
        b"null" => NULL,
        b"false" => 1 << 2,
        b"true" => 1 << 3,
        b"bool" => BOOL,
        b"int" => 1 << 4,
        b"float" => 1 << 5,
        b"string" => 1 << 6,
        b"array" => 1 << 7,
        b"object" => 1 << 8,
        b"callable" => 1 << 16,
        b"iterable" => 1 << 17,
        b"void" => 1 << 18,
        b"never" => 1 << 19,
        b"static" => 1 << 20,
        b"mixed" => MIXED,
        _ => return None,
    })
}

impl Compiler<'_> {
    pub(crate) fn ty(&mut self, t: &ast::Type<'_>) -> C<Type> {
        let mut out = Type { mask: 0, classes: Vec::new(), text: "".into() };
        self.ty_into(t, &mut out)?;
        if out.mask & MIXED == MIXED && !matches!(t.kind, TypeKind::Name(_)) {
            let msg = if matches!(t.kind, TypeKind::Nullable(_)) {
                "Type mixed cannot be marked as nullable since mixed already includes the null value"
            } else {
                "Type mixed can only be used as a standalone type"
            };
            return error(t.line, msg);
        }
        for (bit, word) in [(1u32 << 18, "Void"), (1 << 19, "never")] {
            if out.mask & bit != 0 && !matches!(t.kind, TypeKind::Name(_)) {
                return error(t.line, format!("{word} can only be used as a standalone type"));
            }
        }
        out.text = render(&out).into_boxed_str();
        Ok(out)
    }

    fn ty_into(&mut self, t: &ast::Type<'_>, out: &mut Type) -> C<()> {
        match t.kind {
            TypeKind::Array => out.mask |= 1 << 7,
            TypeKind::Callable => out.mask |= 1 << 16,
            TypeKind::Static => out.mask |= 1 << 20,
            TypeKind::Nullable(inner) => {
                self.ty_into(inner, out)?;
                if out.mask == NULL {
                    return error(t.line, "null cannot be marked as nullable");
                }
                out.mask |= NULL;
            }
            TypeKind::Union(list) => {
                for u in list {
                    let before = out.mask;
                    let mut one = Type { mask: 0, classes: Vec::new(), text: "".into() };
                    self.ty_into(u, &mut one)?;
                    if let Some(bit) = Some(before & one.mask).filter(|b| *b != 0) {
                        let text = render(&Type { mask: bit, classes: Vec::new(), text: "".into() });
                        return error(u.line, format!("Duplicate type {text} is redundant"));
                    }
                    out.mask |= one.mask;
                    for c in one.classes {
                        if let (ClassType::Name(n), true) = (&c, out.classes.iter().any(|d| same(d, &c))) {
                            return error(u.line, format!("Duplicate type {} is redundant", lossy(n)));
                        }
                        out.classes.push(c);
                    }
                }
            }
            TypeKind::Intersection(list) => {
                let mut names = Vec::new();
                for i in list {
                    let mut one = Type { mask: 0, classes: Vec::new(), text: "".into() };
                    self.ty_into(i, &mut one)?;
                    match one.classes.pop() {
                        Some(ClassType::Name(n)) if one.mask == 0 => names.push(n),
                        _ => {
                            let text = render(&one);
                            return error(
                                i.line,
                                format!("Type {text} cannot be part of an intersection type"),
                            );
                        }
                    }
                }
                out.classes.push(ClassType::All(names));
            }
            TypeKind::Name(n) => {
                if n.kind == NameKind::Unqualified
                    && let Some(m) = builtin(n.text)
                {
                    out.mask |= m;
                    return Ok(());
                }
                if let Some(s) = special_class(&n) {
                    self.check_class_scope(s, n.line)?;
                    out.classes.push(ClassType::Name(n.text.to_ascii_lowercase().into()));
                    return Ok(());
                }
                let full = self.class_name(&n);
                out.classes.push(ClassType::Name(full.into()));
            }
        }
        Ok(())
    }
}

fn same(a: &ClassType, b: &ClassType) -> bool {
    match (a, b) {
        (ClassType::Name(x), ClassType::Name(y)) => x.eq_ignore_ascii_case(y),
        _ => a == b,
    }
}

/// A type as PHP prints it: classes first, then builtins in PHP's order, `?T` for a single nullable type.
pub(crate) fn render(t: &Type) -> String {
    if t.mask & MIXED == MIXED {
        return "mixed".into();
    }
    let mut parts: Vec<String> = t
        .classes
        .iter()
        .map(|c| match c {
            ClassType::Name(n) => lossy(n).into_owned(),
            ClassType::All(ns) => {
                let s = ns.iter().map(|n| lossy(n)).collect::<Vec<_>>().join("&");
                if t.classes.len() > 1 || t.mask != 0 { format!("({s})") } else { s }
            }
        })
        .collect();
    for (bit, word) in [
        (1u32 << 20, "static"),
        (1 << 7, "array"),
        (1 << 6, "string"),
        (1 << 4, "int"),
        (1 << 5, "float"),
        (1 << 17, "iterable"),
        (1 << 8, "object"),
        (1 << 16, "callable"),
        (1 << 18, "void"),
        (1 << 19, "never"),
    ] {
        if t.mask & bit != 0 {
            if word == "iterable" {
                parts.push("Traversable".into());
                if t.mask & 1 << 7 == 0 {
                    parts.push("array".into());
                }
                continue;
            }
            parts.push(word.into());
        }
    }
    match t.mask & BOOL {
        BOOL => parts.push("bool".into()),
        4 => parts.push("false".into()),
        8 => parts.push("true".into()),
        _ => {}
    }
    if t.mask == 1 << 17 && t.classes.is_empty() {
        return "iterable".into();
    }
    if t.mask & NULL != 0 {
        if parts.len() == 1 && !parts[0].contains('&') {
            return format!("?{}", parts[0]);
        }
        parts.push("null".into());
    }
    parts.join("|")
}
