//! Attributes: their arguments, and where the engine's own ones may stand.

use crate::{C, Compiler, error, lossy};
use howdah_bytecode::{Attribute, Text};
use howdah_syntax::ast::{Args, AttributeGroup};

/// `Attribute::TARGET_*`.
pub(crate) mod target {
    pub const CLASS: u32 = 1;
    pub const FUNCTION: u32 = 2;
    pub const METHOD: u32 = 4;
    pub const PROPERTY: u32 = 8;
    pub const CLASS_CONST: u32 = 16;
    pub const PARAMETER: u32 = 32;
}

/// Words for the targets, by bit.
const NAMES: [&str; 6] = ["class", "function", "method", "property", "class constant", "parameter"];

/// Targets of the engine's own attributes. None of them is repeatable.
fn internal_targets(name: &[u8]) -> Option<u32> {
    Some(match &name.to_ascii_lowercase()[..] {
        b"attribute" | b"allowdynamicproperties" => target::CLASS,
        b"returntypewillchange" | b"override" => target::METHOD,
        b"sensitiveparameter" => target::PARAMETER,
        b"deprecated" => target::FUNCTION | target::METHOD | target::CLASS_CONST,
        _ => return None,
    })
}

fn target_names(bits: u32) -> String {
    NAMES
        .iter()
        .enumerate()
        .filter(|(i, _)| bits >> i & 1 != 0)
        .map(|(_, n)| *n)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Compiler<'_> {
    pub(crate) fn attributes(&mut self, groups: &[AttributeGroup<'_>], target: u32) -> C<Vec<Attribute>> {
        self.attributes_promoted(groups, target, 0)
    }

    /// Attributes of a promoted parameter go to the parameter and to the property: `other` is the one not meant here,
    /// whose own attributes are left out.
    pub(crate) fn attributes_promoted(
        &mut self,
        groups: &[AttributeGroup<'_>],
        target: u32,
        other: u32,
    ) -> C<Vec<Attribute>> {
        let mut out = Vec::new();
        for a in groups.iter().flat_map(|g| g.attributes) {
            let name = self.class_name(&a.name);
            if let Some(allowed) = internal_targets(&name)
                && allowed & target == 0
                && allowed & other != 0
            {
                continue;
            }
            let args = match a.args {
                Some(Args::Callable) => {
                    return error(a.line, "Cannot create Closure as attribute argument");
                }
                Some(Args::List(list)) => self.attribute_args(list, a.line)?,
                None => Vec::new(),
            };
            let texts = match a.args {
                Some(Args::List(list)) => list.iter().map(|a| self.const_text(a.value)).collect(),
                _ => Vec::new(),
            };
            let name = self.text(&name);
            out.push(Attribute { name, args, texts, target, line: a.line });
        }
        for (i, a) in out.iter().enumerate() {
            let Some(allowed) = internal_targets(&a.name) else { continue };
            let name = lossy(&a.name);
            if allowed & target == 0 {
                return error(
                    a.line,
                    format!(
                        "Attribute \"{name}\" cannot target {} (allowed targets: {})",
                        target_names(target),
                        target_names(allowed)
                    ),
                );
            }
            if out.iter().enumerate().any(|(j, b)| j != i && b.name.eq_ignore_ascii_case(&a.name)) {
                return error(a.line, format!("Attribute \"{name}\" must not be repeated"));
            }
        }
        Ok(out)
    }

    fn attribute_args(
        &mut self,
        list: &[howdah_syntax::ast::Arg<'_>],
        line: u32,
    ) -> C<Vec<(Option<Text>, howdah_bytecode::Literal)>> {
        let mut args: Vec<(Option<Text>, howdah_bytecode::Literal)> = Vec::new();
        for arg in list {
            if arg.unpack {
                return error(line, "Cannot use unpacking in attribute argument list");
            }
            match arg.name {
                Some(n) if args.iter().any(|(m, _)| m.as_deref() == Some(n.text)) => {
                    return error(line, format!("Duplicate named parameter ${}", lossy(n.text)));
                }
                None if args.last().is_some_and(|(m, _)| m.is_some()) => {
                    return error(line, "Cannot use positional argument after named argument");
                }
                _ => {}
            }
            let v = self.const_expr_new(arg.value)?;
            args.push((arg.name.map(|n| self.text(n.text)), v));
        }
        Ok(args)
    }
}
