//! Declared types.

use crate::names::special_class;
use crate::{C, Compiler, error, lossy};
use howdah_bytecode::{ClassType, Text, Type};
use howdah_syntax::ast::{self, NameKind, TypeKind};

const NULL: u32 = 1 << 1;
const BOOL: u32 = 1 << 2 | 1 << 3;
const ARRAY: u32 = 1 << 7;
const OBJECT: u32 = 1 << 8;
/// `mixed`: every bit of a value's type.
pub(crate) const MIXED: u32 = 0x3FE;
pub(crate) const CALLABLE: u32 = 1 << 16;
const ITERABLE: u32 = 1 << 17;
pub(crate) const VOID: u32 = 1 << 18;
pub(crate) const NEVER: u32 = 1 << 19;
const STATIC: u32 = 1 << 20;

/// The mask of a builtin type's name (keywords are no names).
fn builtin(name: &[u8]) -> Option<u32> {
    Some(match &name.to_ascii_lowercase()[..] {
        b"null" => NULL,
        b"false" => 1 << 2,
        b"true" => 1 << 3,
        b"bool" => BOOL,
        b"int" => 1 << 4,
        b"float" => 1 << 5,
        b"string" => 1 << 6,
        b"object" => OBJECT,
        b"iterable" => ITERABLE,
        b"void" => VOID,
        b"never" => NEVER,
        b"mixed" => MIXED,
        _ => return None,
    })
}

/// Names that look like builtin types but are not, with what was probably meant.
fn confusable(name: &[u8]) -> Option<Option<&'static str>> {
    Some(match &name.to_ascii_lowercase()[..] {
        b"boolean" => Some("bool"),
        b"integer" => Some("int"),
        b"double" => Some("float"),
        b"resource" => None,
        _ => return None,
    })
}

/// A type under construction. `iterable` stands in it as zend_compile.c has it: `Traversable` and `array`.
#[derive(Default)]
struct Parts {
    mask: u32,
    classes: Vec<ClassType>,
    /// The class alternative at this index comes from `iterable`.
    iterable_at: Option<usize>,
}

impl Parts {
    fn text(&self) -> String {
        render(self.mask, &self.classes)
    }

    fn finish(mut self) -> Type {
        let text = self.text().into_boxed_str();
        if let Some(i) = self.iterable_at {
            self.classes.remove(i);
            self.mask = self.mask & !ARRAY | ITERABLE;
        }
        Type { mask: self.mask, classes: self.classes, text }
    }
}

impl Compiler<'_> {
    pub(crate) fn ty(&mut self, t: &ast::Type<'_>) -> C<Type> {
        self.parts(t).map(Parts::finish)
    }

    fn parts(&mut self, t: &ast::Type<'_>) -> C<Parts> {
        let line = t.line;
        let mut p = match t.kind {
            TypeKind::Union(list) => self.union(list, line)?,
            TypeKind::Intersection(list) => {
                Parts { classes: vec![ClassType::All(self.intersection(list)?)], ..Parts::default() }
            }
            TypeKind::Nullable(inner) => self.single(inner)?,
            _ => self.single(t)?,
        };
        if matches!(t.kind, TypeKind::Nullable(_)) {
            if p.mask == MIXED {
                return error(
                    line,
                    "Type mixed cannot be marked as nullable since mixed already includes null",
                );
            }
            if p.mask & NULL != 0 {
                return error(line, "null cannot be marked as nullable");
            }
            p.mask |= NULL;
        }
        for (bit, word) in [(VOID, "Void"), (NEVER, "never")] {
            if p.mask & bit != 0 && (p.mask != bit || !p.classes.is_empty()) {
                return error(line, format!("{word} can only be used as a standalone type"));
            }
        }
        Ok(p)
    }

    fn union(&mut self, list: &[ast::Type<'_>], line: u32) -> C<Parts> {
        let mut out = Parts::default();
        for t in list {
            if let TypeKind::Intersection(inner) = t.kind {
                let all = ClassType::All(self.intersection(inner)?);
                check_redundant(&out.classes, &all, t.line)?;
                out.classes.push(all);
                continue;
            }
            let one = self.single(t)?;
            if one.mask == MIXED {
                return error(t.line, "Type mixed can only be used as a standalone type");
            }
            let overlap = out.mask & one.mask;
            if overlap != 0 {
                return error(t.line, format!("Duplicate type {} is redundant", render(overlap, &[])));
            }
            if (out.mask | one.mask) & BOOL == BOOL && one.mask != BOOL && out.mask & BOOL != BOOL {
                return error(t.line, "Type contains both true and false, bool must be used instead");
            }
            out.mask |= one.mask;
            for c in one.classes {
                check_redundant(&out.classes, &c, t.line)?;
                if one.iterable_at.is_some() {
                    out.iterable_at = Some(out.classes.len());
                }
                out.classes.push(c);
            }
        }
        let only_iterable = out.classes.len() == out.iterable_at.is_some() as usize;
        if out.mask & OBJECT != 0 && (!only_iterable || out.mask & STATIC != 0) {
            return error(
                line,
                format!("Type {} contains both object and a class type, which is redundant", out.text()),
            );
        }
        Ok(out)
    }

    fn intersection(&mut self, list: &[ast::Type<'_>]) -> C<Vec<Text>> {
        let mut names: Vec<Text> = Vec::new();
        for t in list {
            let mut one = self.single(t)?;
            let name = match one.classes.pop() {
                Some(ClassType::Name(n))
                    if one.mask == 0
                        && !n.eq_ignore_ascii_case(b"self")
                        && !n.eq_ignore_ascii_case(b"parent") =>
                {
                    n
                }
                c => {
                    one.classes.extend(c);
                    return error(
                        t.line,
                        format!("Type {} cannot be part of an intersection type", one.text()),
                    );
                }
            };
            if names.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
                return error(t.line, format!("Duplicate type {} is redundant", lossy(&name)));
            }
            names.push(name);
        }
        Ok(names)
    }

    fn single(&mut self, t: &ast::Type<'_>) -> C<Parts> {
        let mask = |mask| Ok(Parts { mask, ..Parts::default() });
        let n = match t.kind {
            TypeKind::Array => return mask(ARRAY),
            TypeKind::Callable => return mask(CALLABLE),
            TypeKind::Static => {
                if self.class.is_none() && self.scope_is_known() {
                    return error(t.line, "Cannot use \"static\" when no class scope is active");
                }
                return mask(STATIC);
            }
            TypeKind::Name(n) => n,
            // The grammar nests no further.
            TypeKind::Nullable(_) | TypeKind::Union(_) | TypeKind::Intersection(_) => return self.parts(t),
        };
        if let Some(m) = builtin(n.text) {
            if n.kind != NameKind::Unqualified {
                return error(
                    n.line,
                    format!("Type declaration '{}' must be unqualified", lossy(&n.text.to_ascii_lowercase())),
                );
            }
            if m == ITERABLE {
                return Ok(Parts {
                    mask: ARRAY,
                    classes: vec![ClassType::Name(self.text(b"Traversable"))],
                    iterable_at: Some(0),
                });
            }
            return mask(m);
        }
        let name = if let Some(s) = special_class(&n) {
            self.check_class_scope(s, n.line)?;
            n.text.into()
        } else {
            let full = self.class_name(&n);
            crate::names::assert_class_name(self, &full, "a type name", n.line)?;
            self.warn_confusable(&n, &full);
            full
        };
        Ok(Parts { classes: vec![ClassType::Name(self.text(&name))], ..Parts::default() })
    }

    fn warn_confusable(&mut self, n: &ast::Name<'_>, full: &[u8]) {
        let Some(meant) = confusable(n.text).filter(|_| n.kind == NameKind::Unqualified) else { return };
        if self.names.classes.contains_key(&n.text.to_ascii_lowercase()) {
            return;
        }
        let extra = if self.names.namespace.is_empty() { "" } else { " or import the class with \"use\"" };
        let (name, full) = (lossy(n.text), lossy(full));
        let msg = match meant {
            Some(m) => format!(
                "\"{name}\" will be interpreted as a class name. Did you mean \"{m}\"? Write \"\\{full}\"{extra} to suppress this warning"
            ),
            None => format!(
                "\"{name}\" is not a supported builtin type and will be interpreted as a class name. Write \"\\{full}\"{extra} to suppress this warning"
            ),
        };
        self.diagnostics.push(howdah_bytecode::Diagnostic { level: 128, message: msg.into(), line: n.line });
    }
}

/// Fails when one of a union's class alternatives includes another.
fn check_redundant(before: &[ClassType], new: &ClassType, line: u32) -> C<()> {
    use ClassType::{All, Name};
    let has = |all: &[Text], n: &[u8]| all.iter().any(|a| a.eq_ignore_ascii_case(n));
    let stricter = |all: &[Text], than: String| {
        error(line, format!("Type {} is redundant as it is more restrictive than type {than}", join(all)))
    };
    for old in before {
        match (old, new) {
            (Name(a), Name(b)) if a.eq_ignore_ascii_case(b) => {
                return error(line, format!("Duplicate type {} is redundant", lossy(b)));
            }
            (Name(_), Name(_)) => {}
            (All(all), Name(n)) | (Name(n), All(all)) => {
                if has(all, n) {
                    return stricter(all, lossy(n).into_owned());
                }
            }
            (All(old), All(new)) => {
                let (small, large) = if old.len() < new.len() { (old, new) } else { (new, old) };
                if small.iter().all(|n| has(large, n)) {
                    if small.len() == large.len() {
                        return error(
                            line,
                            format!("Type {} is redundant with type {}", join(small), join(large)),
                        );
                    }
                    return stricter(large, join(small));
                }
            }
        }
    }
    Ok(())
}

fn join(all: &[Text]) -> String {
    all.iter().map(|n| lossy(n)).collect::<Vec<_>>().join("&")
}

/// A type as PHP prints it: classes first, then builtins in PHP's order, `?T` for a single nullable type.
fn render(mask: u32, classes: &[ClassType]) -> String {
    if mask & MIXED == MIXED {
        return "mixed".into();
    }
    let mut parts: Vec<String> = classes
        .iter()
        .map(|c| match c {
            ClassType::Name(n) => lossy(n).into_owned(),
            ClassType::All(ns) if classes.len() > 1 || mask != 0 => format!("({})", join(ns)),
            ClassType::All(ns) => join(ns),
        })
        .collect();
    for (bits, word) in [
        (STATIC, "static"),
        (CALLABLE, "callable"),
        (OBJECT, "object"),
        (ARRAY, "array"),
        (1 << 6, "string"),
        (1 << 4, "int"),
        (1 << 5, "float"),
    ] {
        if mask & bits != 0 {
            parts.push(word.into());
        }
    }
    match mask & BOOL {
        BOOL => parts.push("bool".into()),
        4 => parts.push("false".into()),
        8 => parts.push("true".into()),
        _ => {}
    }
    for (bit, word) in [(VOID, "void"), (NEVER, "never")] {
        if mask & bit != 0 {
            parts.push(word.into());
        }
    }
    let text = parts.join("|");
    if mask & NULL != 0 { nullable(&text) } else { text }
}

/// The text of a type that null was added to.
pub(crate) fn nullable(text: &str) -> String {
    if text.is_empty() {
        "null".into()
    } else if text.contains('|') || text.starts_with('(') {
        format!("{text}|null")
    } else if text.contains('&') {
        format!("({text})|null")
    } else {
        format!("?{text}")
    }
}
