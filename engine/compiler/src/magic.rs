//! Signatures of magic methods (zend_check_magic_method_implementation).

use crate::{C, Compiler, error, lossy};
use howdah_bytecode::{ClassDecl, Diagnostic, FnProto};

const NULL: u32 = 1 << 1;
const BOOL: u32 = 1 << 2 | 1 << 3;
const STRING: u32 = 1 << 6;
const ARRAY: u32 = 1 << 7;
const OBJECT: u32 = 1 << 8;
const VOID: u32 = 1 << 18;
const NEVER: u32 = 1 << 19;
const STATIC: u32 = 1 << 20;
const PUBLIC: u32 = 1;
const STATIC_MEMBER: u32 = 16;

/// What a magic method must look like.
struct Shape {
    /// Number of parameters, when fixed.
    args: Option<usize>,
    is_static: bool,
    public: bool,
    /// Types of the parameters.
    params: &'static [u32],
    /// Return type; `Some(0)`: none may be declared.
    ret: Option<u32>,
}

const fn shape(args: usize, params: &'static [u32], ret: Option<u32>) -> Shape {
    Shape { args: Some(args), is_static: false, public: true, params, ret }
}

fn shape_of(name: &[u8]) -> Option<Shape> {
    let closed = |args, ret| Shape { args, is_static: false, public: false, params: &[], ret: Some(ret) };
    let of_class = |s: Shape| Shape { is_static: true, ..s };
    Some(match &name.to_ascii_lowercase()[..] {
        b"__construct" => closed(None, 0),
        b"__destruct" => closed(Some(0), 0),
        b"__clone" => closed(Some(0), VOID),
        b"__get" => shape(1, &[STRING], None),
        b"__set" => shape(2, &[STRING], Some(VOID)),
        b"__unset" => shape(1, &[STRING], Some(VOID)),
        b"__isset" => shape(1, &[STRING], Some(BOOL)),
        b"__call" => shape(2, &[STRING, ARRAY], None),
        b"__callstatic" => of_class(shape(2, &[STRING, ARRAY], None)),
        b"__tostring" => shape(0, &[], Some(STRING)),
        b"__debuginfo" => shape(0, &[], Some(ARRAY | NULL)),
        b"__serialize" | b"__sleep" => shape(0, &[], Some(ARRAY)),
        b"__unserialize" => shape(1, &[ARRAY], Some(VOID)),
        b"__set_state" => of_class(shape(1, &[ARRAY], Some(OBJECT))),
        b"__invoke" => Shape { args: None, ..shape(0, &[], None) },
        b"__wakeup" => shape(0, &[], Some(VOID)),
        _ => return None,
    })
}

fn type_name(mask: u32) -> &'static str {
    match mask {
        BOOL => "bool",
        STRING => "string",
        ARRAY => "array",
        OBJECT => "object",
        VOID => "void",
        _ => "?array",
    }
}

impl Compiler<'_> {
    /// Fails when a magic method of a class cannot be one.
    pub(crate) fn check_magic(&mut self, d: &ClassDecl, index: u32, line: u32) -> C<()> {
        let f = &self.functions[index as usize];
        let Some(s) = shape_of(&f.name) else { return Ok(()) };
        let place = format!("{}::{}()", lossy(&d.name), lossy(&f.name));
        if let Some(n) = s.args {
            if f.params.len() - f.params.iter().filter(|p| p.variadic).count() != n {
                let many = match n {
                    0 => return error(line, format!("Method {place} cannot take arguments")),
                    1 => "1 argument".to_owned(),
                    n => format!("{n} arguments"),
                };
                return error(line, format!("Method {place} must take exactly {many}"));
            }
            if f.params.iter().take(n).any(|p| p.by_ref) {
                return error(line, format!("Method {place} cannot take arguments by reference"));
            }
        }
        match (f.flags & STATIC_MEMBER != 0, s.is_static) {
            (true, false) => return error(line, format!("Method {place} cannot be static")),
            (false, true) => return error(line, format!("Method {place} must be static")),
            _ => {}
        }
        let hidden = s.public && f.flags & PUBLIC == 0;
        self.check_magic_types(f, &s, &place, line)?;
        if hidden {
            self.diagnostics.push(Diagnostic {
                level: 2,
                message: format!("The magic method {place} must have public visibility").into(),
                line,
            });
        }
        Ok(())
    }

    fn check_magic_types(&self, f: &FnProto, s: &Shape, place: &str, line: u32) -> C<()> {
        for (i, (p, mask)) in f.params.iter().zip(s.params).enumerate() {
            if p.ty.as_ref().is_some_and(|t| t.mask & mask == 0) {
                return error(
                    line,
                    format!(
                        "{place}: Parameter #{} (${}) must be of type {} when declared",
                        i + 1,
                        lossy(&p.name),
                        type_name(*mask)
                    ),
                );
            }
        }
        let (Some(allowed), Some(ret)) = (s.ret, &f.ret) else { return Ok(()) };
        if allowed == 0 {
            return error(line, format!("Method {place} cannot declare a return type"));
        }
        if ret.mask & NEVER != 0 {
            return Ok(());
        }
        let complex = !ret.classes.is_empty() || ret.mask & STATIC != 0;
        if ret.mask & !allowed & !STATIC != 0 || complex && allowed != OBJECT {
            return error(line, format!("{place}: Return type must be {} when declared", type_name(allowed)));
        }
        Ok(())
    }
}
