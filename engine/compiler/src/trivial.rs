//! Calls without effect: of functions and static methods that have no code, or only return a constant. Where the result is
//! dropped, opcache leaves such a call with constant arguments out (php-src's `zend_try_inline_call`), and so is it here.

use crate::func::Lower;
use crate::names::special_class;
use crate::{Compiler, ast};
use ast::{
    Args, ClassKind, Expr, ExprKind, Function, FunctionBody, Member, MemberName, NameOrExpr, StaticCall,
    StmtKind,
};
use howdah_bytecode::class_ref;
use std::borrow::Cow;

fn constant(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::String(_))
}

/// How many arguments a function needs, if it does nothing that anyone could see.
pub(crate) fn of_function(f: &Function<'_>) -> Option<usize> {
    let plain = |p: &ast::Param<'_>| {
        p.ty.is_none() && !p.by_ref && !p.variadic && p.default.is_none() && p.attributes.is_empty()
    };
    if f.by_ref
        || f.is_generator
        || f.return_type.is_some()
        || !f.attributes.is_empty()
        || !f.params.iter().all(plain)
    {
        return None;
    }
    let FunctionBody::Block(body) = f.body else { return None };
    let empty = match body {
        [] => true,
        [s] => matches!(s.kind, StmtKind::Return(e) if e.is_none_or(constant)),
        _ => false,
    };
    empty.then_some(f.params.len())
}

/// Whether nothing has to be evaluated for the arguments, and none of `required` is missing.
fn suit(args: &Args<'_>, required: usize) -> bool {
    let Args::List(args) = args else { return false };
    args.len() >= required && args.iter().all(|a| !a.unpack && a.name.is_none() && constant(a.value))
}

impl Compiler<'_> {
    /// Notes the trivial functions and static methods of a class declared at top level; only one without parents is there
    /// from the start.
    pub(crate) fn scan_class(&mut self, c: &ast::ClassDecl<'_>, ns: &[u8]) {
        let (Some(name), ClassKind::Class, None, []) = (c.name, c.kind, c.extends, c.implements) else {
            return;
        };
        if c.members
            .iter()
            .any(|m| !matches!(m, Member::Properties(_) | Member::Method(_) | Member::Consts(_)))
        {
            return;
        }
        for m in c.members {
            let Member::Method(f) = m else { continue };
            let open = f.modifiers.intersects(ast::Modifiers::PUBLIC)
                && f.modifiers.intersects(ast::Modifiers::STATIC);
            if let (true, Some(t)) = (open, of_function(f)) {
                self.trivial.insert(key(&[ns, name.text].join(&b'\\'), f.name.text), t);
            }
        }
    }

    /// Whether a call is one of a trivial function of this unit.
    pub(crate) fn is_trivial_call(&self, c: &ast::Call<'_>) -> bool {
        let NameOrExpr::Name(name) = c.callee else { return false };
        !self.trivial.is_empty()
            && self
                .trivial
                .get(Lower::new(&self.function_name(&name).0).get())
                .is_some_and(|&required| suit(&c.args, required))
    }

    /// Whether a static call is one of a trivial method of this unit.
    pub(crate) fn is_trivial_static_call(&self, c: &StaticCall<'_>) -> bool {
        let (NameOrExpr::Name(class), MemberName::Ident(method)) = (c.class, c.name) else { return false };
        let class: Cow<'_, [u8]> = match special_class(&class) {
            _ if self.trivial.is_empty() => return false,
            None => self.class_name(&class),
            Some(class_ref::SELF) if !self.f.is_closure_like() => {
                match self.class.as_ref().filter(|c| c.kind == ClassKind::Class).and_then(|c| c.name) {
                    Some(n) => Cow::Borrowed(n.bytes()),
                    None => return false,
                }
            }
            _ => return false,
        };
        self.trivial.get(&key(&class, method.text)).is_some_and(|&required| suit(&c.args, required))
    }
}

/// `class::method` in lower case.
fn key(class: &[u8], method: &[u8]) -> Vec<u8> {
    let class = class.strip_prefix(b"\\").unwrap_or(class);
    [class, b"::", method].concat().to_ascii_lowercase()
}
