//! Calls that are nothing but their result: functions and static methods without code, or that return a constant. As
//! opcache does (php-src's `zend_try_inline_call`), a call of one with constant arguments becomes that result.

use crate::names::special_class;
use crate::{Compiler, ast};
use ast::{
    Args, ClassKind, Expr, ExprKind, Function, FunctionBody, Member, MemberName, NameOrExpr, StaticCall,
    StmtKind,
};
use howdah_bytecode::{Literal, class_ref};

/// What a call gives without running anything.
#[derive(Clone)]
pub(crate) struct Trivial {
    required: usize,
    result: Literal,
}

fn constant(e: &Expr<'_>) -> Option<Literal> {
    Some(match e.kind {
        ExprKind::Int(i) => Literal::Int(i),
        ExprKind::Float(d) => Literal::Dbl(d),
        ExprKind::String(s) => Literal::Str(s.into()),
        _ => return None,
    })
}

/// What calls of a function are replaced by, if it does nothing that anyone could see.
pub(crate) fn of_function(f: &Function<'_>) -> Option<Trivial> {
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
    let result = match body {
        [] => Literal::Null,
        [s] => match s.kind {
            StmtKind::Return(Some(e)) => constant(e)?,
            StmtKind::Return(None) => Literal::Null,
            _ => return None,
        },
        _ => return None,
    };
    Some(Trivial { required: f.params.len(), result })
}

impl Trivial {
    /// The result, where nothing has to be evaluated for the arguments and none is missing.
    fn with(&self, args: &Args<'_>) -> Option<Literal> {
        let Args::List(args) = args else { return None };
        let constant = args.iter().all(|a| !a.unpack && a.name.is_none() && constant(a.value).is_some());
        (constant && args.len() >= self.required).then(|| self.result.clone())
    }
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

    /// The result of a call of a function of this unit.
    pub(crate) fn trivial_call(&self, lower: &[u8], args: &Args<'_>) -> Option<Literal> {
        self.trivial.get(lower)?.with(args)
    }

    /// The result of a static call of a method of this unit.
    pub(crate) fn trivial_static_call(&mut self, c: &StaticCall<'_>) -> Option<Literal> {
        let (NameOrExpr::Name(class), MemberName::Ident(method)) = (c.class, c.name) else { return None };
        if self.trivial.is_empty() {
            return None;
        }
        let class: Box<[u8]> = match special_class(&class) {
            None => self.class_name(&class).into(),
            Some(class_ref::SELF) if !self.f.is_closure_like() => {
                self.class.as_ref().filter(|c| c.kind == ClassKind::Class)?.name.clone()?
            }
            _ => return None,
        };
        self.trivial.get(&key(&class, method.text))?.with(&c.args)
    }
}

/// `class::method` in lower case.
fn key(class: &[u8], method: &[u8]) -> Vec<u8> {
    let class = class.strip_prefix(b"\\").unwrap_or(class);
    [class, b"::", method].concat().to_ascii_lowercase()
}
