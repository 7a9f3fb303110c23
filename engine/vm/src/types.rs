//! Checking and coercing values against declared types.

use crate::class::Class;
use crate::frame::*;
use crate::func::{Func, RtType};
use crate::rt;
use crate::vm::Vm;
use howdah_bytecode::fn_flags;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::number::{self, Num};
use howdah_runtime::{string, value};
use plugin_api_abi::{DBL, FALSE, INT, NULL, OBJ, STR, Status, StrHdr, TRUE, UNDEF, Val, type_mask};

impl Vm {
    /// Whether a value is of a type's class alternatives.
    fn class_matches(&mut self, ty: &RtType, v: Val, scope: *mut Class) -> bool {
        if v.tag() != OBJ {
            return false;
        }
        // SAFETY: live object.
        let class = unsafe { &*(*v.as_ptr::<Obj>()).class.cast::<Class>() };
        if ty.mask & type_mask::STATIC != 0 {
            // SAFETY: the frame is complete.
            let called = unsafe {
                let fr = &*frame(self.fp);
                if fr.this.tag() == OBJ { (*fr.this.as_ptr::<Obj>()).class as *mut Class } else { fr.called }
            };
            if !called.is_null() && class.is_a(called) {
                return true;
            }
        }
        if core::ptr::eq(&raw const class.head, ty.seen.get()) {
            return true;
        }
        let fits = ty.classes.iter().any(|all| {
            all.iter().all(|n| {
                // A parent or interface so called is the class so called: no need to look that up.
                if let Some(named) = class.named(n.lc) {
                    if all.len() == 1 {
                        ty.named.set(named);
                    }
                    return true;
                }
                // SAFETY: interned.
                let named = match unsafe { StrHdr::bytes(n.lc) } {
                    b"self" => scope,
                    // SAFETY: live class.
                    b"parent" if !scope.is_null() => unsafe { (*scope).parent },
                    b => self.find_class(b).unwrap_or(core::ptr::null_mut()),
                };
                !named.is_null() && class.is_a(named)
            })
        });
        if fits {
            ty.seen.set(&raw const class.head);
        }
        fits
    }

    /// Checks the plain (dereferenced) value at `p` against a type, coercing it in place where PHP does.
    ///
    /// # Errors
    /// Something that ran meanwhile threw.
    ///
    /// # Safety
    /// `p` is a live slot.
    pub unsafe fn coerce(
        &mut self,
        ty: &RtType,
        p: *mut Val,
        scope: *mut Class,
        strict: bool,
    ) -> Result<bool, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let v = *p;
            let tag = if v.is_undef() { NULL } else { v.tag() };
            if ty.mask >> tag & 1 != 0 {
                return Ok(true);
            }
            if (!ty.classes.is_empty() || ty.mask & type_mask::STATIC != 0)
                && self.class_matches(ty, v, scope)
            {
                return Ok(true);
            }
            if ty.mask & type_mask::CALLABLE != 0
                && let Ok(t) = self.callback(v, false)?
            {
                t.discard();
                return Ok(true);
            }
            if ty.mask & type_mask::ITERABLE != 0
                && (tag == plugin_api_abi::ARR
                    || tag == OBJ && (*(*v.as_ptr::<Obj>()).class.cast::<Class>()).is_a(self.ce.traversable))
            {
                return Ok(true);
            }
            // An int widens to float even in strict mode.
            if tag == INT && ty.mask & 1 << DBL != 0 {
                array::store(p, Val::dbl(v.as_int() as f64));
                return Ok(true);
            }
            if strict || !matches!(tag, FALSE | TRUE | INT | DBL | STR | OBJ) {
                return Ok(false);
            }
            self.weak(ty, p, v, tag)
        }
    }

    unsafe fn weak(&mut self, ty: &RtType, p: *mut Val, v: Val, tag: u8) -> Result<bool, Status> {
        // SAFETY: as `coerce`.
        unsafe {
            let m = ty.mask;
            let text = if tag == STR { StrHdr::bytes(v.as_ptr()).to_vec() } else { Vec::new() };
            if tag == OBJ {
                let class = &*(*v.as_ptr::<Obj>()).class.cast::<Class>();
                if m & type_mask::STRING != 0 && !class.magic.to_string.is_null() {
                    let mut out = Val::NULL;
                    let st = rt::to_str(v, &mut out);
                    if st != Status::Ok {
                        return Err(st);
                    }
                    array::store(p, out);
                    rt::release(v);
                    return Ok(true);
                }
                return Ok(false);
            }
            if m & type_mask::INT != 0 {
                let n = match tag {
                    DBL => {
                        let d = v.as_dbl();
                        if number::is_int_compatible(d) {
                            Some(d as i64)
                        } else if d.is_finite()
                            && d.trunc() == number::dbl_to_int(d) as f64
                            && d.abs() < 9.3e18
                        {
                            let st = howdah_runtime::convert::precision_lost(d);
                            if st != Status::Ok {
                                return Err(st);
                            }
                            Some(number::dbl_to_int(d))
                        } else {
                            None
                        }
                    }
                    STR => match number::parse_numeric(&text) {
                        Some(n) if !n.trailing => match n.num {
                            Num::Int(i) => Some(i),
                            Num::Dbl(d) if m & type_mask::FLOAT != 0 => {
                                array::store(p, Val::dbl(d));
                                rt::release(v);
                                return Ok(true);
                            }
                            Num::Dbl(d) if number::is_int_compatible(d) => Some(d as i64),
                            Num::Dbl(d) if d.is_finite() && d.abs() < 9.3e18 => {
                                let msg = format!(
                                    "Implicit conversion from float-string \"{}\" to int loses precision",
                                    String::from_utf8_lossy(&text)
                                );
                                let st = self.deprecated(&msg);
                                if st != Status::Ok {
                                    return Err(st);
                                }
                                Some(number::dbl_to_int(d))
                            }
                            _ => None,
                        },
                        _ => None,
                    },
                    FALSE => Some(0),
                    TRUE => Some(1),
                    _ => None,
                };
                if let Some(n) = n {
                    array::store(p, Val::int(n));
                    rt::release(v);
                    return Ok(true);
                }
            }
            if m & type_mask::FLOAT != 0 {
                let d = match tag {
                    STR => number::parse_numeric(&text).filter(|n| !n.trailing).map(|n| match n.num {
                        Num::Int(i) => i as f64,
                        Num::Dbl(d) => d,
                    }),
                    FALSE => Some(0.0),
                    TRUE => Some(1.0),
                    INT => Some(v.as_int() as f64),
                    _ => None,
                };
                if let Some(d) = d {
                    array::store(p, Val::dbl(d));
                    rt::release(v);
                    return Ok(true);
                }
            }
            if m & type_mask::STRING != 0 && tag != STR {
                let mut out = Val::NULL;
                let st = rt::to_str(v, &mut out);
                if st != Status::Ok {
                    return Err(st);
                }
                array::store(p, out);
                return Ok(true);
            }
            if m & type_mask::BOOL == type_mask::BOOL {
                let b = value::is_true(v);
                array::store(p, Val::bool(b));
                rt::release(v);
                return Ok(true);
            }
            Ok(false)
        }
    }

    /// A type as messages about calls print it: `self`, `parent` and `static` as the classes they mean.
    pub(crate) fn type_text(&self, ty: &RtType, scope: *mut Class) -> String {
        if scope.is_null() {
            return ty.text.to_string();
        }
        let mut out = String::new();
        let mut word = String::new();
        for c in ty.text.chars().chain(['\0']) {
            if !matches!(c, '|' | '&' | '(' | ')' | '?' | '\0') {
                word.push(c);
                continue;
            }
            // SAFETY: live classes.
            let class = unsafe {
                match &word.to_ascii_lowercase()[..] {
                    "self" => scope,
                    "parent" => (*scope).parent,
                    "static" => self.called_class(),
                    _ => core::ptr::null_mut(),
                }
            };
            if class.is_null() {
                out.push_str(&word);
            } else {
                out.push_str(&crate::classes::class_text(class));
            }
            word.clear();
            if c != '\0' {
                out.push(c);
            }
        }
        out
    }

    /// The class that `static` means in the running frame, or null.
    fn called_class(&self) -> *mut Class {
        if self.fp.is_null() {
            return core::ptr::null_mut();
        }
        // SAFETY: the frame is complete.
        unsafe {
            let fr = &*frame(self.fp);
            if fr.this.tag() == OBJ { (*fr.this.as_ptr::<Obj>()).class as *mut Class } else { fr.called }
        }
    }

    /// Checks argument `i` of a user frame, at `p`.
    ///
    /// # Safety
    /// `fp` is the running frame.
    pub unsafe fn check_param(&mut self, fp: *mut Val, i: u32, p: *mut Val) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &*frame(fp);
            let f = &*fr.func;
            let Some(param) = f.params.get(i as usize).or_else(|| f.params.last()) else { return Status::Ok };
            let Some(ty) = &param.ty else { return Status::Ok };
            let caller_strict = !fr.prev.is_null() && {
                let c = &*(*frame(fr.prev)).func;
                c.is_user() && c.flags & fn_flags::STRICT != 0
            };
            let q = value::deref_ptr(p);
            match self.coerce(ty, q, f.scope, caller_strict) {
                Ok(true) => Status::Ok,
                Err(st) => st,
                Ok(false) => {
                    let place = if !fr.prev.is_null() && (*(*frame(fr.prev)).func).is_user() {
                        format!(
                            ", called in {} on line {}",
                            rt::lossy(self.file_of(fr.prev)),
                            self.line_of(fr.prev)
                        )
                    } else {
                        String::new()
                    };
                    let given = if (*q).is_undef() { "none".to_owned() } else { value::value_name(*q) };
                    let wanted = self.type_text(ty, f.scope);
                    let msg = format!(
                        "{}(): Argument #{}{} must be of type {wanted}, {given} given{place}",
                        f.display(),
                        i + 1,
                        f.shown_param(i),
                    );
                    self.throw_type(&msg)
                }
            }
        }
    }

    /// Checks and coerces the arguments of a native function's frame.
    ///
    /// # Safety
    /// `fp` is complete.
    pub unsafe fn check_native_args(&mut self, fp: *mut Val, strict: bool) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            let f = &*fr.func;
            if f.rt & crate::func::RT_TRAMPOLINE != 0 || f.desc.is_null() {
                return Status::Ok;
            }
            let argc = fr.argc;
            let variadic = f.flags & fn_flags::VARIADIC != 0;
            let few = argc < f.required && f.flags & plugin_api_abi::flags::COUNTS == 0;
            if few || argc > f.num_params && !variadic {
                let (word, n) = if f.required == f.num_params && !variadic {
                    ("exactly", f.required)
                } else if argc < f.required {
                    ("at least", f.required)
                } else {
                    ("at most", f.num_params)
                };
                let msg = format!(
                    "{}() expects {word} {n} argument{}, {argc} given",
                    f.display(),
                    if n == 1 { "" } else { "s" }
                );
                return self.throw_error(self.ce.argument_count_error, &msg);
            }
            for i in 0..argc {
                let Some(param) = f.params.get(i as usize).or_else(|| f.params.last()) else { break };
                let p = fp.add(i as usize);
                if param.by_ref || (*p).is_undef() {
                    continue;
                }
                let Some(ty) = &param.ty else { continue };
                let p = value::deref_ptr(p);
                if ty.mask >> (*p).tag() & 1 != 0 {
                    continue;
                }
                if (*p).tag() == NULL
                    && !strict
                    && ty.mask & (type_mask::BOOL | type_mask::INT | type_mask::FLOAT | type_mask::STRING)
                        != 0
                {
                    let msg = format!(
                        "{}(): Passing null to parameter #{}{} of type {} is deprecated",
                        f.display(),
                        i + 1,
                        f.shown_param(i),
                        ty.text
                    );
                    let st = self.deprecated(&msg);
                    if st != Status::Ok {
                        return st;
                    }
                    let m = ty.mask;
                    *p = if m & type_mask::STRING != 0 {
                        string::new_val(b"")
                    } else if m & type_mask::INT != 0 {
                        Val::int(0)
                    } else if m & type_mask::FLOAT != 0 {
                        Val::dbl(0.0)
                    } else {
                        Val::FALSE
                    };
                    continue;
                }
                match self.coerce(ty, p, f.scope, strict) {
                    Ok(true) => {}
                    Err(st) => return st,
                    Ok(false) => {
                        let callable = ty.mask & type_mask::CALLABLE != 0 && ty.classes.is_empty();
                        let what = if callable && ty.mask & type_mask::STRING != 0 {
                            format!("of type {}", ty.text)
                        } else if callable {
                            let why = self.why_not_callable(*p);
                            format!(
                                "a valid callback{}, {why}",
                                if ty.mask & 2 != 0 { " or null" } else { "" }
                            )
                        } else {
                            // Natives that take arrays and objects alike speak of arrays alone.
                            let wanted = match &*ty.text {
                                "object|array" | "array|object" => "array",
                                "float" if ty.mask & type_mask::INT != 0 => "int|float",
                                t => t,
                            };
                            format!("of type {wanted}, {} given", value::value_name(*p))
                        };
                        let msg = format!(
                            "{}(): Argument #{}{} must be {what}",
                            f.display(),
                            i + 1,
                            f.shown_param(i)
                        );
                        return self.throw_type(&msg);
                    }
                }
            }
            Status::Ok
        }
    }

    /// Spreads an argument array over a window whose slot 0 is `fp`.
    ///
    /// # Safety
    /// The window is initialized and has room.
    pub unsafe fn spread_args(&mut self, fp: *mut Val, args: *mut Arr) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            let f: &Func = &*fr.func;
            let items: Vec<(Key, Val)> = array::iter(args).map(|(k, p)| (k, *p)).collect();
            let mut n = 0u32;
            fr.argc = 0;
            for &(k, v) in &items {
                if let Key::Int(_) = k {
                    *fp.add(n as usize) = self.arg_value(f, n, v);
                    n += 1;
                    fr.argc = n;
                }
            }
            let positional = n;
            for &(k, v) in &items {
                let Key::Str(name) = k else { continue };
                let text = StrHdr::bytes(name);
                match f.params.iter().position(|p| !p.variadic && StrHdr::bytes(p.name) == text) {
                    Some(i) => {
                        let i = i as u32;
                        if i < positional || i < fr.argc && !(*fp.add(i as usize)).is_undef() {
                            return self.throw(&format!(
                                "Named parameter ${} overwrites previous argument",
                                rt::lossy(name)
                            ));
                        }
                        while fr.argc <= i {
                            *fp.add(fr.argc as usize) = Val::UNDEF;
                            fr.argc += 1;
                        }
                        *fp.add(i as usize) = self.arg_value(f, i, v);
                    }
                    None if (f.flags & fn_flags::VARIADIC != 0 || f.rt & crate::func::RT_TRAMPOLINE != 0)
                        && !core::ptr::eq(f, self.nop_func) =>
                    {
                        if fr.named.is_null() {
                            fr.named = array::new(0);
                        }
                        let by_ref = f.params.last().is_some_and(|p| p.variadic && p.by_ref);
                        array::set(
                            fr.named,
                            k,
                            if by_ref { rt::copy_ref(v) } else { rt::copy(value::deref(v)) },
                        );
                    }
                    None => return self.throw(&format!("Unknown named parameter ${}", rt::lossy(name))),
                }
            }
            // Skipped parameters: an error where there is no default.
            for i in positional..fr.argc {
                if (*fp.add(i as usize)).is_undef() && i < f.required {
                    let msg = format!(
                        "{}(): Argument #{} (${}) not passed",
                        f.display(),
                        i + 1,
                        rt::lossy(f.params[i as usize].name)
                    );
                    return self.throw_error(self.ce.argument_count_error, &msg);
                }
            }
            Status::Ok
        }
    }

    /// Puts named arguments at their parameters' places; gives those that only a variadic takes (a share, or null).
    ///
    /// # Errors
    /// A name is unknown or repeats, or a parameter in between has no default.
    pub(crate) fn place_named(
        &mut self,
        f: &Func,
        list: &mut Vec<Val>,
        named: *mut Arr,
    ) -> Result<*mut Arr, Status> {
        let positional = list.len();
        let mut rest: *mut Arr = core::ptr::null_mut();
        // SAFETY: the caller holds the array.
        unsafe {
            for (k, p) in array::iter(named) {
                let Key::Str(name) = k else { continue };
                let text = StrHdr::bytes(name);
                match f.params.iter().position(|p| !p.variadic && StrHdr::bytes(p.name) == text) {
                    Some(i) if i < positional || list.get(i).is_some_and(|v| !v.is_undef()) => {
                        return Err(self.throw(&format!(
                            "Named parameter ${} overwrites previous argument",
                            rt::lossy(name)
                        )));
                    }
                    Some(i) => {
                        if list.len() <= i {
                            list.resize(i + 1, Val::UNDEF);
                        }
                        list[i] = *p;
                    }
                    None if f.flags & fn_flags::VARIADIC != 0 || f.rt & crate::func::RT_TRAMPOLINE != 0 => {
                        if rest.is_null() {
                            rest = array::new(0);
                        }
                        array::set(rest, k, rt::copy_ref(*p));
                    }
                    None => {
                        return Err(self.throw(&format!("Unknown named parameter ${}", rt::lossy(name))));
                    }
                }
            }
        }
        for (i, v) in list.iter().enumerate().skip(positional) {
            if v.is_undef() && i < f.required as usize {
                let msg = format!(
                    "{}(): Argument #{} (${}) not passed",
                    f.display(),
                    i + 1,
                    f.param_name(i as u32).unwrap_or_default()
                );
                return Err(self.throw_error(self.ce.argument_count_error, &msg));
            }
        }
        Ok(rest)
    }

    /// An argument's value as parameter `i` wants it: a share.
    fn arg_value(&mut self, f: &Func, i: u32, v: Val) -> Val {
        if f.is_by_ref(i) {
            if v.tag() == plugin_api_abi::REF {
                return rt::copy(v);
            }
            return value::ref_val(value::new_ref(rt::copy(v)));
        }
        let v = value::deref(v);
        rt::copy(if v.tag() == UNDEF { Val::NULL } else { v })
    }
}
