//! Calls: arguments go straight into the callee's future frame.

use crate::func::{Lower, Opd, t};
use crate::names::special_class;
use crate::{Builtin, C, Compiler, error, lossy};
use howdah_bytecode::{ArrayKey, FRAME_SLOTS, Literal, LiveKind, NONE, Op, fetch, fn_flags};
use howdah_syntax::ast::{
    Arg, Args, Call, Expr, ExprKind, MemberName, MethodCall, NameOrExpr, New, NewClass, StaticCall,
};

/// A part of what a format makes.
enum FormatPart {
    Text(Vec<u8>),
    /// `%s`
    Value,
    /// `%d`
    Int,
}

/// The parts of a format of less than 256 bytes with nothing but `%s`, `%d` and `%%`.
fn format_parts(format: &[u8]) -> Option<Vec<FormatPart>> {
    if format.len() >= 256 {
        return None;
    }
    let (mut parts, mut text) = (Vec::new(), Vec::new());
    let mut bytes = format.iter().copied();
    while let Some(b) = bytes.next() {
        let value = match b {
            b'%' => match bytes.next()? {
                b's' => FormatPart::Value,
                b'd' => FormatPart::Int,
                b'%' => {
                    text.push(b'%');
                    continue;
                }
                _ => return None,
            },
            b => {
                text.push(b);
                continue;
            }
        };
        if !text.is_empty() {
            parts.push(FormatPart::Text(std::mem::take(&mut text)));
        }
        parts.push(value);
    }
    if !text.is_empty() {
        parts.push(FormatPart::Text(text));
    }
    Some(parts)
}

/// Whether a string begins as numbers do.
fn may_be_numeric(s: &[u8]) -> bool {
    let s = s.trim_ascii_start();
    let s = s.strip_prefix(b"\x0b").unwrap_or(s);
    let s = s.strip_prefix(b"-").or(s.strip_prefix(b"+")).unwrap_or(s);
    s.strip_prefix(b".").unwrap_or(s).first().is_some_and(u8::is_ascii_digit)
}

/// What is known of a callee while its arguments are compiled.
#[derive(Clone, Copy)]
enum Callee {
    Known(Builtin),
    Unknown,
}

impl Callee {
    fn by_ref(self, i: usize) -> Option<bool> {
        match self {
            Callee::Known(b) if i < 63 && b.by_ref >> i & 1 != 0 => Some(true),
            Callee::Known(b) => {
                Some(b.by_ref_rest && b.by_ref >> i.min(62) == 0 && i as u32 >= 64 - b.by_ref.leading_zeros())
            }
            Callee::Unknown => None,
        }
    }
}

/// A call with more arguments than this passes them in an array.
const MAX_ARGS: usize = 1024;

impl Compiler<'_> {
    /// Whether arguments must go through an array.
    fn needs_array(args: &[Arg<'_>]) -> bool {
        args.len() > MAX_ARGS || args.iter().any(|a| a.unpack || a.name.is_some())
    }

    fn check_args(&self, args: &[Arg<'_>]) -> C<()> {
        let (mut unpack, mut named) = (false, false);
        for a in args {
            if a.unpack {
                if named {
                    return error(a.line(), "Cannot use argument unpacking after named arguments");
                }
                unpack = true;
            } else if a.name.is_some() {
                named = true;
            } else if unpack {
                return error(a.line(), "Cannot use positional argument after argument unpacking");
            } else if named {
                return error(a.line(), "Cannot use positional argument after named argument");
            }
        }
        Ok(())
    }

    /// Compiles arguments and the call itself of an initialized window.
    fn finish_call(
        &mut self,
        w: u16,
        args: &[Arg<'_>],
        callee: Callee,
        line: u32,
        hint: Option<u16>,
        want: bool,
    ) -> C<Opd> {
        self.check_args(args)?;
        if Self::needs_array(args) {
            return self.finish_call_array(w, args, line, hint, want);
        }
        let n = args.len();
        self.send_args(w, args, callee)?;
        for i in 0..n {
            self.f.end(w + FRAME_SLOTS + i as u16);
        }
        self.f.end(w);
        self.f.free_window(w, n);
        let d = want.then(|| hint.unwrap_or_else(|| self.f.temp()));
        self.f.line = line;
        self.f.op(Op::Call, d.map_or(NONE, t), t(w), n as u16);
        Ok(match d {
            Some(d) => self.f.def(d),
            None => self.f.null(),
        })
    }

    fn send_args(&mut self, w: u16, args: &[Arg<'_>], callee: Callee) -> C<()> {
        for (i, a) in args.iter().enumerate() {
            self.send_arg(w, i, a.value, callee)?;
        }
        Ok(())
    }

    /// Whether a reference can be taken of an argument: `$this` and `$GLOBALS` are passed like results of expressions.
    fn can_be_reference(&self, e: &Expr<'_>) -> bool {
        self.is_variable(e) && !matches!(e.kind, ExprKind::Var(b"this" | b"GLOBALS"))
    }

    fn send_arg(&mut self, w: u16, i: usize, e: &Expr<'_>, callee: Callee) -> C<()> {
        let arg = w + FRAME_SLOTS + i as u16;
        let by_ref = callee.by_ref(i);
        let variable = self.can_be_reference(e);
        match (by_ref, variable) {
            (Some(false), _) => self.expr_to(e, arg)?,
            (Some(true), true) if self.check_base(e).is_err() => self.fail_as_temporary(),
            (Some(true), true) => {
                let l = self.prepare(e)?;
                let o = self.fetch_lval(l, fetch::REF)?;
                let b = self.f.consume(o);
                self.f.op(Op::SendRef, t(arg), b, 0);
                self.f.def(arg);
            }
            (None, true) => {
                if let ExprKind::Var(name) = e.kind
                    && !crate::variables::is_superglobal(name)
                {
                    let v = self.f.cv(name);
                    self.f.line = e.line;
                    self.f.ext(Op::SendVar, t(arg), v.rk(), i as u16, t(w) as u32, 0);
                    self.f.def(arg);
                    return Ok(());
                }
                if self.check_base(e).is_err() {
                    // No variable underneath: by value only.
                    let j = self.f.ext(Op::JmpByVal, t(w), i as u16, 0, 0, 0);
                    self.fail_as_temporary();
                    self.f.patch(j);
                    return self.expr_to(e, arg);
                }
                // Operands once, then by value or by reference as the callee wants.
                let target = self.prepare(e)?;
                let mut kept = Vec::new();
                collect_temps(&target, &mut kept);
                let j = self.f.ext(Op::JmpByVal, t(w), i as u16, 0, 0, 0);
                let copy = clone_lval(&target);
                let kinds = self.f.pause(&kept);
                self.f.resume(&kept, &kinds);
                let o = self.fetch_lval(target, fetch::REF)?;
                let b = self.f.consume(o);
                self.f.op(Op::SendRef, t(arg), b, 0);
                let end = self.f.jump(Op::Jmp, 0);
                self.f.patch(j);
                self.f.resume(&kept, &kinds);
                if appends(&copy) {
                    let k = self.f.str(b"Cannot use [] for reading");
                    self.f.ext(Op::Fail, 0, 0, 0, k, 0);
                    for i in kept {
                        self.f.end(i);
                        self.f.free_temp(i);
                    }
                } else {
                    let o = self.read_prepared_mode(copy, fetch::R)?;
                    self.move_to(o, arg);
                    self.f.end(arg);
                }
                self.f.patch(end);
                self.f.def(arg);
            }
            (_, false) if self.is_call(e) => {
                self.expr_to(e, arg)?;
                self.f.end(arg);
                self.f.ext(Op::SendFnResult, t(arg), t(arg), i as u16, t(w) as u32, 0);
                self.f.def(arg);
            }
            (_, false) => {
                self.expr_to(e, arg)?;
                self.f.op(Op::CheckByVal, t(w), i as u16, 0);
            }
        }
        Ok(())
    }

    /// Throws: the argument is no variable, and the parameter takes a reference.
    fn fail_as_temporary(&mut self) {
        let k = self.f.str(b"Cannot use temporary expression in write context");
        self.f.ext(Op::Fail, 0, 0, 0, k, 0);
    }

    fn finish_call_array(
        &mut self,
        w: u16,
        args: &[Arg<'_>],
        line: u32,
        hint: Option<u16>,
        want: bool,
    ) -> C<Opd> {
        let a = self.f.temp_above(w);
        self.f.ext(Op::InitArray, t(a), 0, 0, args.len() as u32, 0);
        self.f.def(a);
        for arg in args {
            let variable = self.can_be_reference(arg.value);
            if arg.unpack {
                let o = self.expr(arg.value)?;
                let c = self.f.consume(o);
                self.f.op(Op::ArgsUnpack, t(a), t(w), c);
            } else if variable
                && matches!(arg.value.kind, ExprKind::Var(n) if !crate::variables::is_superglobal(n))
            {
                let l = self.prepare(arg.value)?;
                let o = self.fetch_lval(l, fetch::W)?;
                let c = self.f.consume(o);
                match arg.name {
                    Some(n) => {
                        let k = self.f.str(n.text);
                        self.f.ext(Op::ArgsNamed, t(a), t(w), c, k, 1);
                    }
                    None => {
                        self.f.op(Op::ArgsAddVar, t(a), t(w), c);
                    }
                }
            } else {
                let k = arg.name.map(|n| self.f.str(n.text));
                let by_value = if variable {
                    let r = self.f.temp();
                    self.f.ext(Op::ArgsIsRef, t(r), t(w), t(a), k.unwrap_or(0), k.is_some() as u32);
                    self.f.free_temp(r);
                    let by_value = self.f.jump(Op::JmpZ, t(r));
                    let l = self.prepare(arg.value)?;
                    let o = self.fetch_lval(l, fetch::REF)?;
                    let c = self.f.consume(o);
                    match k {
                        Some(k) => self.f.ext(Op::ArgsNamed, t(a), t(w), c, k, 1),
                        None => self.f.op(Op::ArgsAddVar, t(a), t(w), c),
                    };
                    let over = self.f.jump(Op::Jmp, 0);
                    self.f.patch(by_value);
                    Some(over)
                } else {
                    None
                };
                let o = self.expr(arg.value)?;
                let c = self.f.consume(o);
                let kind = if variable || self.is_call(arg.value) { 0 } else { 2 };
                match k {
                    Some(k) => self.f.ext(Op::ArgsNamed, t(a), t(w), c, k, kind),
                    None => self.f.op(Op::ArgsAdd, t(a), t(w), c),
                };
                if let Some(j) = by_value {
                    self.f.patch(j);
                }
            }
        }
        self.f.end(a);
        self.f.end(w);
        self.f.free_temp(a);
        self.f.free_window(w, 0);
        let d = want.then(|| hint.unwrap_or_else(|| self.f.temp()));
        self.f.line = line;
        self.f.op(Op::CallArray, d.map_or(NONE, t), t(w), t(a));
        Ok(match d {
            Some(d) => self.f.def(d),
            None => self.f.null(),
        })
    }

    fn arg_count(args: &[Arg<'_>]) -> usize {
        if Self::needs_array(args) { 0 } else { args.len() }
    }

    /// The call, or with `f(...)` the closure of its callee.
    fn after_init(
        &mut self,
        w: u16,
        args: &Args<'_>,
        callee: Callee,
        line: u32,
        hint: Option<u16>,
        want: bool,
    ) -> C<Opd> {
        self.f.def_kind(w, LiveKind::Window);
        match args {
            Args::List(list) => self.finish_call(w, list, callee, line, hint, want),
            Args::Callable => {
                self.f.end(w);
                self.f.free_window(w, 0);
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.f.op(Op::CallableOf, t(d), t(w), 0);
                Ok(self.f.def(d))
            }
        }
    }

    fn open_window(&mut self, args: &Args<'_>) -> (u16, u16) {
        let n = match args {
            Args::List(l) => Self::arg_count(l),
            Args::Callable => 0,
        };
        (self.f.window(n), n as u16)
    }

    pub(crate) fn call(&mut self, c: &Call<'_>, line: u32, hint: Option<u16>, want: bool) -> C<Opd> {
        let name = match c.callee {
            NameOrExpr::Name(n) => n,
            NameOrExpr::Expr(e) => {
                let o = self.expr(e)?;
                let b = self.f.consume(o);
                let (w, n) = self.open_window(&c.args);
                self.f.line = line;
                self.f.op(Op::InitDyn, t(w), b, n);
                return self.after_init(w, &c.args, Callee::Unknown, line, hint, want);
            }
        };
        let (full, fallback) = self.function_name(&name);
        let lower = Lower::new(&full);
        let lower = lower.get();
        if fallback.is_none()
            && let Args::List(args) = c.args
            && let Some(o) = self.special_call(lower, args, line, hint)?
        {
            return Ok(o);
        }
        if fallback.as_ref().is_some_and(|f| f.eq_ignore_ascii_case(b"assert"))
            && let Args::List(args) = c.args
            && let Some(o) = self.assert_call(args, line, hint)?
        {
            return Ok(o);
        }
        let own = self.own_functions.get(lower).copied();
        let builtin = if own.is_none() && fallback.is_none() { (self.opts.builtin)(lower) } else { None };
        if let (Some(b), Args::List(args)) = (own.or(builtin), c.args)
            && !Self::needs_array(args)
            && (0..args.len())
                .all(|i| Callee::Known(b).by_ref(i) == Some(false) || self.can_be_reference(args[i].value))
        {
            let n = args.len();
            let w = self.f.window(n);
            self.send_args(w, args, Callee::Known(b))?;
            for i in 0..n {
                self.f.end(w + FRAME_SLOTS + i as u16);
            }
            self.f.free_window(w, n);
            let d = want.then(|| hint.unwrap_or_else(|| self.f.temp()));
            let x = self.f.fn_names(&full, None);
            let ic = self.f.ic();
            self.f.line = line;
            self.f.ext(Op::CallFn, d.map_or(NONE, t), t(w), n as u16, x, ic);
            return Ok(match d {
                Some(d) => self.f.def(d),
                None => self.f.null(),
            });
        }
        let (w, n) = self.open_window(&c.args);
        let x = self.f.fn_names(&full, fallback);
        let ic = self.f.ic();
        self.f.line = line;
        self.f.ext(Op::InitFn, t(w), n, fallback.is_some() as u16, x, ic);
        self.after_init(w, &c.args, Callee::Unknown, line, hint, want)
    }

    /// Whether a call becomes an op of its own, whose result is no variable.
    pub(crate) fn has_own_op(&self, c: &Call<'_>) -> bool {
        let (NameOrExpr::Name(name), Args::List(args)) = (c.callee, c.args) else { return false };
        let (full, fallback) = self.function_name(&name);
        let lower = Lower::new(&full);
        let lower = lower.get();
        fallback.is_none()
            && !Self::needs_array(args)
            && !self.own_functions.contains_key(lower)
            && !self.is_disabled(lower)
            && match (lower, args.len()) {
                (b"func_num_args" | b"func_get_args", 0) => self.f.proto.flags & fn_flags::MAIN == 0,
                (b"get_called_class", 0) => self.class.is_some(),
                (b"array_key_exists", 2) => true,
                (
                    b"strlen" | b"count" | b"sizeof" | b"gettype" | b"get_class" | b"boolval" | b"intval"
                    | b"floatval" | b"doubleval" | b"strval" | b"is_null" | b"is_bool" | b"is_int"
                    | b"is_integer" | b"is_long" | b"is_float" | b"is_double" | b"is_string" | b"is_array"
                    | b"is_object" | b"is_resource" | b"is_scalar",
                    1,
                ) => true,
                _ => false,
            }
    }

    /// Whether the settings took an internal function away.
    pub(crate) fn is_disabled(&self, name: &[u8]) -> bool {
        self.opts.disabled.iter().any(|d| d == name)
    }

    /// Functions that have an op of their own, and those that need a symbol table.
    fn special_call(
        &mut self,
        name: &[u8],
        args: &[Arg<'_>],
        line: u32,
        hint: Option<u16>,
    ) -> C<Option<Opd>> {
        if matches!(name, b"extract" | b"compact" | b"get_defined_vars" | b"parse_str" | b"mb_parse_str") {
            self.f.proto.flags |= fn_flags::DYNAMIC_VARS;
            return Ok(None);
        }
        if name == b"assert" {
            return self.assert_call(args, line, hint);
        }
        if Self::needs_array(args) || self.own_functions.contains_key(name) || self.is_disabled(name) {
            return Ok(None);
        }
        match name {
            b"call_user_func" if !args.is_empty() => {
                return self.call_user_func(args, line, hint).map(Some);
            }
            b"call_user_func_array" if args.len() == 2 => {
                return self.call_user_func_array(args, line, hint).map(Some);
            }
            _ => {}
        }
        let type_mask = |name: &[u8]| -> Option<u16> {
            Some(match name {
                b"is_null" => 1 << 1,
                b"is_bool" => 1 << 2 | 1 << 3,
                b"is_int" | b"is_integer" | b"is_long" => 1 << 4,
                b"is_float" | b"is_double" => 1 << 5,
                b"is_string" => 1 << 6,
                b"is_array" => 1 << 7,
                b"is_object" => 1 << 8,
                b"is_resource" => 1 << 9,
                b"is_scalar" => 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6,
                _ => return None,
            })
        };
        let in_function = self.f.proto.flags & fn_flags::MAIN == 0;
        match (name, args.len()) {
            (b"strlen", 1) if let Some(Literal::Str(s)) = self.fold_calls(args[0].value)? => {
                Ok(Some(self.f.k(Literal::Int(s.len() as i64))))
            }
            (b"strlen", 1) => self.unary_op(Op::Strlen, args[0].value, 0, hint).map(Some),
            (b"ord", 1) if (self.opts.builtin)(name).is_some() => {
                self.unary_op(Op::Ord, args[0].value, 0, hint).map(Some)
            }
            (b"count" | b"sizeof", 1) => self.unary_op(Op::Count, args[0].value, 0, hint).map(Some),
            (b"gettype", 1) => self.unary_op(Op::GetType, args[0].value, 0, hint).map(Some),
            (b"get_class", 1) => self.unary_op(Op::GetClass, args[0].value, 0, hint).map(Some),
            (b"boolval", 1) => self.unary_op(Op::Bool, args[0].value, 0, hint).map(Some),
            (b"intval", 1) => self.unary_op(Op::Cast, args[0].value, 4, hint).map(Some),
            (b"floatval" | b"doubleval", 1) => self.unary_op(Op::Cast, args[0].value, 5, hint).map(Some),
            (b"strval", 1) => self.unary_op(Op::Cast, args[0].value, 6, hint).map(Some),
            (b"func_num_args", 0) if in_function => {
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.f.op(Op::FuncNumArgs, t(d), 0, 0);
                Ok(Some(self.f.def(d)))
            }
            (b"func_get_args", 0) if in_function => {
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.f.op(Op::FuncGetArgs, t(d), 0, 0);
                Ok(Some(self.f.def(d)))
            }
            (b"get_called_class", 0) if self.class.is_some() => {
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.f.op(Op::GetCalledClass, t(d), 0, 0);
                Ok(Some(self.f.def(d)))
            }
            (b"array_key_exists", 2) => {
                let k = self.expr(args[0].value)?;
                let a = self.expr(args[1].value)?;
                let (b, c) = (self.f.consume(k), self.f.consume(a));
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.f.line = line;
                self.f.op(Op::ArrayKeyExists, t(d), b, c);
                Ok(Some(self.f.def(d)))
            }
            (b"sprintf", 1..) => self.sprintf(args, line, hint),
            (b"in_array", 2 | 3) => self.in_array(args, line, hint),
            (n, 1) => match type_mask(n) {
                Some(mask) => self.unary_op(Op::TypeCheck, args[0].value, mask, hint).map(Some),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// `sprintf()` with a constant format of nothing but `%s`, `%d` and `%%`: a string put together of its parts. As in PHP,
    /// all values are evaluated before the first becomes text.
    fn sprintf(&mut self, args: &[Arg<'_>], line: u32, hint: Option<u16>) -> C<Option<Opd>> {
        let Some(Literal::Str(format)) = self.fold(args[0].value)? else { return Ok(None) };
        let Some(parts) = format_parts(&format) else { return Ok(None) };
        let values = parts.iter().filter(|p| !matches!(p, FormatPart::Text(_))).count();
        if values + 1 != args.len() || parts.is_empty() || parts.len() > crate::expr::ROPE {
            return Ok(None);
        }
        let mut operands = Vec::with_capacity(values);
        for a in &args[1..] {
            operands.push(self.expr(a.value)?);
        }
        self.f.line = line;
        let mut operands = operands.into_iter();
        let n = parts.len() as u16;
        let base = self.f.block(n);
        for (slot, part) in (base..).zip(parts) {
            let o = match part {
                FormatPart::Text(text) => {
                    let k = self.f.str(&text);
                    self.f.load(slot, k);
                    self.f.def(slot);
                    continue;
                }
                FormatPart::Value => operands.next(),
                FormatPart::Int => operands.next().map(|o| {
                    let b = self.f.consume(o);
                    let d = self.f.temp_reserved();
                    self.f.op(Op::Cast, t(d), b, 4);
                    self.f.def(d)
                }),
            };
            if let Some(o) = o {
                let b = self.f.consume(o);
                self.f.op(Op::RopePart, t(slot), b, 0);
                self.f.def(slot);
            }
        }
        self.rope_end(base, n, hint).map(Some)
    }

    /// `in_array(x, [constants], constant)`: a look-up, where every constant equals only what is its key in an array.
    fn in_array(&mut self, args: &[Arg<'_>], line: u32, hint: Option<u16>) -> C<Option<Opd>> {
        let strict = match args.get(2) {
            None => false,
            Some(a) => match self.fold(a.value)? {
                Some(Literal::Bool(b)) => b,
                _ => return Ok(None),
            },
        };
        let ExprKind::Array(..) = args[1].value.kind else { return Ok(None) };
        let Some(Literal::Array(list)) = self.fold(args[1].value)? else { return Ok(None) };
        let mut set: Vec<(ArrayKey, Literal)> = Vec::with_capacity(list.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for (_, v) in list {
            let key = match v {
                Literal::Str(s) if strict || !may_be_numeric(&s) => ArrayKey::Str(s),
                Literal::Int(i) if strict => ArrayKey::Int(i),
                _ => return Ok(None),
            };
            if seen.insert(key.clone()) {
                set.push((key, Literal::Bool(true)));
            }
        }
        let x = self.expr(args[0].value)?;
        let b = self.f.consume(x);
        let set = self.f.k(Literal::Array(set));
        let c = self.f.consume(set);
        let d = hint.unwrap_or_else(|| self.f.temp());
        self.f.line = line;
        self.f.ext(Op::InArray, t(d), b, c, strict as u32, 0);
        Ok(Some(self.f.def(d)))
    }

    /// `call_user_func(f, …)`: calls the callback from here, its arguments by value.
    fn call_user_func(&mut self, args: &[Arg<'_>], line: u32, hint: Option<u16>) -> C<Opd> {
        let o = self.expr(args[0].value)?;
        let b = self.f.consume(o);
        let n = args.len() - 1;
        let w = self.f.window(n);
        self.f.line = line;
        self.f.op(Op::InitUser, t(w), b, 0);
        self.f.def_kind(w, LiveKind::Window);
        for (i, a) in args[1..].iter().enumerate() {
            let slot = w + FRAME_SLOTS + i as u16;
            self.expr_to(a.value, slot)?;
            self.f.end(slot);
            self.f.op(Op::SendUser, t(slot), t(w), i as u16);
            self.f.def(slot);
        }
        for i in 0..n {
            self.f.end(w + FRAME_SLOTS + i as u16);
        }
        self.f.end(w);
        self.f.free_window(w, n);
        let d = hint.unwrap_or_else(|| self.f.temp());
        self.f.line = line;
        self.f.op(Op::Call, t(d), t(w), n as u16);
        Ok(self.f.def(d))
    }

    /// `call_user_func_array(f, args)`
    fn call_user_func_array(&mut self, args: &[Arg<'_>], line: u32, hint: Option<u16>) -> C<Opd> {
        let o = self.expr(args[0].value)?;
        let b = self.f.consume(o);
        let w = self.f.window(0);
        self.f.line = line;
        self.f.op(Op::InitUser, t(w), b, 1);
        self.f.def_kind(w, LiveKind::Window);
        let a = self.f.temp_above(w);
        self.expr_to(args[1].value, a)?;
        self.f.end(a);
        self.f.line = line;
        self.f.op(Op::SendUserArray, t(a), t(w), 0);
        self.f.end(w);
        self.f.free_temp(a);
        self.f.free_window(w, 0);
        let d = hint.unwrap_or_else(|| self.f.temp());
        self.f.op(Op::CallArray, t(d), t(w), t(a));
        Ok(self.f.def(d))
    }

    fn assert_call(&mut self, args: &[Arg<'_>], line: u32, hint: Option<u16>) -> C<Option<Opd>> {
        if self.opts.no_assertions {
            return Ok(Some(self.f.k(Literal::Bool(true))));
        }
        if args.is_empty() || Self::needs_array(args) {
            return Ok(None);
        }
        let d = hint.unwrap_or_else(|| self.f.temp());
        let j = self.f.ext(Op::JmpAssert, 0, 0, 0, 0, 0);
        let n = args.len().max(2);
        let w = self.f.window(n);
        let x = self.f.fn_names(b"assert", None);
        let ic = self.f.ic();
        self.f.line = line;
        self.f.ext(Op::InitFn, t(w), n as u16, 0, x, ic);
        self.f.def_kind(w, LiveKind::Window);
        for (i, a) in args.iter().enumerate() {
            self.expr_to(a.value, w + FRAME_SLOTS + i as u16)?;
        }
        if args.len() == 1 {
            let mut text = b"assert(".to_vec();
            text.extend(howdah_syntax::export::export_expr(args[0].value, 17));
            text.push(b')');
            let k = self.f.str(&text);
            self.f.load(w + FRAME_SLOTS + 1, k);
            self.f.def(w + FRAME_SLOTS + 1);
        }
        for i in 0..n {
            self.f.end(w + FRAME_SLOTS + i as u16);
        }
        self.f.end(w);
        self.f.free_window(w, n);
        self.f.line = line;
        self.f.op(Op::Call, t(d), t(w), n as u16);
        let end = self.f.jump(Op::Jmp, 0);
        self.f.patch(j);
        let k = self.f.literal(Literal::Bool(true));
        self.f.load(d, k);
        self.f.patch(end);
        Ok(Some(self.f.def(d)))
    }

    pub(crate) fn method_call(&mut self, c: &MethodCall<'_>, line: u32, hint: Option<u16>) -> C<Opd> {
        if matches!(c.args, Args::Callable) && (c.nullsafe || self.has_nullsafe(c.object)) {
            return error(line, "Cannot combine nullsafe operator with Closure creation");
        }
        let this = matches!(c.object.kind, ExprKind::Var(b"this")) && self.this_is_sure() && !c.nullsafe;
        let obj = if this {
            self.f.proto.flags |= fn_flags::USES_THIS;
            None
        } else {
            let mut o = self.chain_base(c.object, fetch::R)?;
            if c.nullsafe {
                o = self.nullsafe(o, fetch::R);
            }
            Some(o)
        };
        // The chain ends here: arguments are chains of their own.
        let outer = std::mem::take(&mut self.f.nullsafe);
        let r = match c.name {
            MemberName::Ident(name) => {
                let b = obj.map_or(NONE, |o| self.f.consume(o));
                let (w, n) = self.open_window(&c.args);
                let x = self.f.name_pair(name.text);
                let ic = self.f.ic_pair();
                self.f.line = line;
                self.f.ext(Op::InitMethod, t(w), b, n, x, ic);
                self.after_init(w, &c.args, Callee::Unknown, line, hint, true)
            }
            MemberName::Expr(e) => {
                self.check_method_name(e)?;
                let m = self.expr(e)?;
                let b = obj.map_or(NONE, |o| self.f.consume(o));
                let x = self.f.consume(m);
                let (w, n) = self.open_window(&c.args);
                self.f.line = line;
                let ic = self.f.ic();
                self.f.ext(Op::InitMethodDyn, t(w), b, n, x as u32, ic);
                self.after_init(w, &c.args, Callee::Unknown, line, hint, true)
            }
        };
        self.f.nullsafe = outer;
        r
    }

    fn check_method_name(&mut self, e: &Expr<'_>) -> C<()> {
        match self.fold(e)? {
            None | Some(Literal::Str(_)) => Ok(()),
            Some(_) => error(e.line, "Method name must be a string"),
        }
    }

    pub(crate) fn static_call(&mut self, c: &StaticCall<'_>, line: u32, hint: Option<u16>) -> C<Opd> {
        if let Some((prop, set)) = parent_hook(c) {
            return self.parent_hook_call(c, prop, set, line, hint);
        }
        let cls = self.class_opd(&c.class)?;
        match c.name {
            MemberName::Ident(name) if name.text.eq_ignore_ascii_case(b"__construct") => {
                let b = self.class_rk(cls);
                let (w, n) = self.open_window(&c.args);
                self.f.line = line;
                self.f.ext(Op::InitCtor, t(w), b, n, 0, 0);
                self.after_init(w, &c.args, Callee::Unknown, line, hint, true)
            }
            MemberName::Ident(name) => {
                let b = self.class_rk(cls);
                let (w, n) = self.open_window(&c.args);
                let x = self.f.name_pair(name.text);
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::InitStatic2, t(w), b, n, x, ic);
                self.after_init(w, &c.args, Callee::Unknown, line, hint, true)
            }
            MemberName::Expr(e) => {
                self.check_method_name(e)?;
                let m = self.expr(e)?;
                let b = self.class_rk(cls);
                let x = self.f.consume(m);
                let (w, n) = self.open_window(&c.args);
                self.f.line = line;
                self.f.ext(Op::InitStaticDyn, t(w), b, n, x as u32, 0);
                self.after_init(w, &c.args, Callee::Unknown, line, hint, true)
            }
        }
    }

    /// `parent::$prop::get()`, `parent::$prop::set($value)`: only within that very hook.
    fn parent_hook_call(
        &mut self,
        c: &StaticCall<'_>,
        prop: &[u8],
        set: bool,
        line: u32,
        hint: Option<u16>,
    ) -> C<Opd> {
        if self.class.is_none() {
            return error(line, "Cannot use \"parent\" when no class scope is active");
        }
        if !matches!(c.args, Args::List(_)) {
            return error(line, "Cannot create Closure for parent property hook call");
        }
        let word = if let MemberName::Ident(n) = c.name { lossy(n.text).into_owned() } else { String::new() };
        let call = format!("parent::${}::{word}()", lossy(prop));
        let Some(own) = &self.f.hook else {
            return error(line, format!("Must not use {call} outside a property hook"));
        };
        if &**own != prop {
            return error(line, format!("Must not use {call} in a different property (${})", lossy(own)));
        }
        let in_set = self.f.proto.name.ends_with(b"::set");
        if in_set != set {
            let kind = if in_set { "set" } else { "get" };
            return error(line, format!("Must not use {call} in a different property hook ({kind})"));
        }
        let (w, n) = self.open_window(&c.args);
        let x = self.f.str(prop);
        self.f.line = line;
        self.f.ext(Op::InitParentHook, t(w), set as u16, n, x, 0);
        self.after_init(w, &c.args, Callee::Unknown, line, hint, true)
    }

    pub(crate) fn new_expr(&mut self, n: &New<'_>, line: u32, hint: Option<u16>) -> C<Opd> {
        let Args::List(args) = n.args else { return error(line, "Cannot create Closure for new expression") };
        let cls = match n.class {
            NewClass::Ref(NameOrExpr::Name(name)) => match special_class(&name) {
                Some(s) => {
                    self.check_class_scope(s, line)?;
                    s
                }
                None => {
                    let full = self.class_name(&name);
                    let o = self.f.class_opd(&full);
                    self.f.consume(o)
                }
            },
            NewClass::Ref(NameOrExpr::Expr(e)) => {
                if !matches!(self.fold(e)?, None | Some(Literal::Str(_))) {
                    return error(e.line, "Illegal class name");
                }
                let o = self.expr(e)?;
                self.f.consume(o)
            }
            NewClass::Anonymous(decl) => {
                let i = self.class_decl(decl, false)?;
                let d = self.f.temp();
                self.f.line = line;
                self.f.ext(Op::DeclAnonClass, t(d), 0, 0, i, 0);
                self.f.free_temp(d);
                t(d)
            }
        };
        // The object must lie below its constructor's window.
        let d = self.f.temp();
        let count = Self::arg_count(args);
        let w = self.f.window(count);
        let ic = self.f.ic();
        self.f.line = line;
        let new = self.f.ext(Op::New, t(d), t(w), cls, 0, ic);
        self.f.def_kind(d, LiveKind::New);
        self.f.def_kind(w, LiveKind::Window);
        self.finish_call(w, args, Callee::Unknown, line, None, false)?;
        self.f.end(d);
        if args.is_empty() {
            self.f.patch(new);
        }
        self.f.def(d);
        if let Some(h) = hint {
            self.move_to(Opd::T(d), h);
            return Ok(Opd::T(h));
        }
        Ok(Opd::T(d))
    }
}

use crate::lval::LVal;

fn opd_temp(o: Opd, out: &mut Vec<u16>) {
    if let Opd::T(i) = o {
        out.push(i);
    }
}

/// Whether a prepared target has `[]` in it.
fn appends(l: &LVal) -> bool {
    match l {
        LVal::Dim(_, None, _) => true,
        LVal::Dim(b, Some(_), _) | LVal::Prop(b, ..) => appends(b),
        _ => false,
    }
}

/// Temporaries that a prepared target holds.
fn collect_temps(l: &LVal, out: &mut Vec<u16>) {
    use crate::expr::ClassOpd;
    match l {
        LVal::Cv(_) | LVal::This => {}
        LVal::Named(o, ..) | LVal::Value(o) => opd_temp(*o, out),
        LVal::Dim(b, d, _) => {
            collect_temps(b, out);
            if let Some(d) = d {
                opd_temp(*d, out);
            }
        }
        LVal::Prop(b, n, _) => {
            collect_temps(b, out);
            opd_temp(*n, out);
        }
        LVal::Static(c, n, _) => {
            if let ClassOpd::Opd(o) = c {
                opd_temp(*o, out);
            }
            opd_temp(*n, out);
        }
    }
}

/// The same target for the other branch: only one of the two consumes its temporaries.
fn clone_lval(l: &LVal) -> LVal {
    match l {
        LVal::Cv(i) => LVal::Cv(*i),
        LVal::This => LVal::This,
        LVal::Value(o) => LVal::Value(*o),
        LVal::Named(o, s, line) => LVal::Named(*o, *s, *line),
        LVal::Dim(b, d, line) => LVal::Dim(Box::new(clone_lval(b)), *d, *line),
        LVal::Prop(b, n, line) => LVal::Prop(Box::new(clone_lval(b)), *n, *line),
        LVal::Static(c, n, line) => LVal::Static(*c, *n, *line),
    }
}

/// The property and whether `set` is meant, when a static call is `parent::$prop::get()` or `…::set()`.
fn parent_hook<'a>(c: &StaticCall<'a>) -> Option<(&'a [u8], bool)> {
    let (NameOrExpr::Expr(e), MemberName::Ident(method)) = (c.class, c.name) else { return None };
    let ExprKind::StaticProp(p) = e.kind else { return None };
    let (NameOrExpr::Name(class), MemberName::Ident(prop)) = (p.class, p.name) else { return None };
    if p.parenthesized || !class.text.eq_ignore_ascii_case(b"parent") {
        return None;
    }
    let set = method.text.eq_ignore_ascii_case(b"set");
    (set || method.text.eq_ignore_ascii_case(b"get")).then_some((prop.text, set))
}
