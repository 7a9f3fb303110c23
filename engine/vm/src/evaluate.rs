//! Calls that the compiler makes: of functions whose result depends on their arguments alone, where those are constant.

use crate::class::Sym;
use crate::func::Func;
use crate::load;
use crate::vm::Vm;
use howdah_bytecode::{ArrayKey, Literal};
use howdah_runtime::array::{self, Key};
use howdah_runtime::interner;
use howdah_runtime::memory::{self, val_release};
use plugin_api_abi::{
    ARR, DBL, FALSE, INT, NULL, ParamDesc, STR, Status, StrHdr, TRUE, Val, flags, param_flags, type_mask,
};

/// The most that the arguments and the result may take, in bytes, and the largest number among the arguments where it may be
/// a length. More is left to run time: the call may never be reached.
const MOST: usize = 4096;

impl Vm {
    /// What a [pure](flags::PURE) function gives for constant arguments. `None` when it is to be called at run time: an argument
    /// would be converted, something is too large, or the function reports or throws something.
    pub fn evaluate(&mut self, name: &[u8], args: &[Literal]) -> Option<Literal> {
        let mut left = MOST;
        args.iter().try_for_each(|a| weigh(a, &mut left))?;
        if memory::would_exceed(MOST * MOST)
            || self.evaluating
            || self.bailout.is_some()
            || self.has_exception()
        {
            return None;
        }
        let f = self.functions.get(&Sym(interner::lookup(name)?)).filter(|e| e.is_native())?.get();
        // SAFETY: functions of the table live as long as it; natives have their descriptor, which is static.
        let (desc, params) = unsafe { (&*(*f).desc, (*(*f).desc).params.get()) };
        let is_size = |a: &Literal| matches!(a, Literal::Int(i) if i.unsigned_abs() > MOST as u64);
        let grows = desc.ret.text.is_none() || desc.ret.mask & (type_mask::STRING | type_mask::ARRAY) != 0;
        if desc.flags & flags::DEPRECATED != 0
            || grows && args.iter().any(is_size)
            || !args.iter().enumerate().all(|(i, a)| takes(params, i, a))
        {
            return None;
        }
        let values: Vec<Val> = args.iter().map(load::value_of).collect();
        let result = self.call_quietly(f, &values);
        // SAFETY: the values are ours.
        unsafe { values.into_iter().for_each(|v| val_release(v)) };
        let result = result?;
        let mut left = MOST;
        // SAFETY: a live value that is ours.
        unsafe {
            let l = literal(result, &mut left);
            val_release(result);
            l
        }
    }

    /// The result of a function that neither reports nor throws anything.
    fn call_quietly(&mut self, f: *mut Func, args: &[Val]) -> Option<Val> {
        let exit_status = self.exit_status;
        (self.evaluating, self.evaluation_failed) = (true, false);
        let mut out = Val::NULL;
        let st = self.call_func(f, Val::UNDEF, core::ptr::null_mut(), args, &mut out);
        self.evaluating = false;
        let failed = self.evaluation_failed || st != Status::Ok;
        if self.bailout.take().is_some() {
            self.exit_status = exit_status;
        }
        // SAFETY: both are ours.
        unsafe {
            val_release(core::mem::replace(&mut self.exception, Val::UNDEF));
            if failed {
                val_release(out);
                return None;
            }
        }
        Some(out)
    }
}

/// Whether parameter `i` takes an argument as it is.
fn takes(params: &[ParamDesc], i: usize, a: &Literal) -> bool {
    let last = params.last().filter(|p| p.flags & param_flags::VARIADIC != 0);
    let Some(p) = params.get(i).or(last) else { return false };
    if p.flags & (param_flags::BY_REF | param_flags::PREFER_REF) != 0 {
        return false;
    }
    let tag = match a {
        Literal::Null => NULL,
        Literal::Bool(false) => FALSE,
        Literal::Bool(true) => TRUE,
        Literal::Int(_) if p.ty.mask >> INT & 1 != 0 => INT,
        Literal::Int(_) | Literal::Dbl(_) => DBL,
        Literal::Str(_) => STR,
        Literal::Array(_) => ARR,
        Literal::Thunk(_) => return false,
    };
    p.ty.text.is_none() || p.ty.mask >> tag & 1 != 0
}

/// Takes an argument's weight from what is left. Floats in arrays become text by the settings of the request, perhaps.
fn weigh(l: &Literal, left: &mut usize) -> Option<()> {
    let size = match l {
        Literal::Null | Literal::Bool(_) | Literal::Int(_) | Literal::Dbl(_) => 0,
        Literal::Str(s) => s.len(),
        Literal::Array(items) => {
            for (k, v) in items {
                if matches!(v, Literal::Dbl(_)) {
                    return None;
                }
                if let ArrayKey::Str(s) = k {
                    *left = left.checked_sub(s.len())?;
                }
                weigh(v, left)?;
            }
            items.len() * size_of::<Val>()
        }
        Literal::Thunk(_) => return None,
    };
    *left = left.checked_sub(size)?;
    Some(())
}

/// A value as a literal; `None` of what is too large or cannot be one.
///
/// # Safety
/// `v` is live.
unsafe fn literal(v: Val, left: &mut usize) -> Option<Literal> {
    // SAFETY: by the caller's promise.
    unsafe {
        Some(match v.tag() {
            NULL => Literal::Null,
            FALSE => Literal::Bool(false),
            TRUE => Literal::Bool(true),
            INT => Literal::Int(v.as_int()),
            DBL => Literal::Dbl(v.as_dbl()),
            STR => {
                let s = StrHdr::bytes(v.as_ptr());
                *left = left.checked_sub(s.len())?;
                Literal::Str(load::intern_text(s))
            }
            ARR => {
                let a = v.as_ptr();
                let mut items = Vec::with_capacity(array::count(a));
                let mut next = 0;
                for (k, v) in array::iter(a) {
                    *left = left.checked_sub(size_of::<Val>())?;
                    let k = match k {
                        Key::Int(i) => {
                            // A literal goes on behind its largest key, and never below zero.
                            next = next.max(i.checked_add(1)?);
                            (i >= 0).then_some(ArrayKey::Int(i))?
                        }
                        Key::Str(s) => ArrayKey::Str(load::intern_text(StrHdr::bytes(s))),
                    };
                    items.push((k, literal(*v, left)?));
                }
                if array::next_index(a) != next {
                    return None;
                }
                Literal::Array(items)
            }
            _ => return None,
        })
    }
}
