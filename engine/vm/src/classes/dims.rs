//! Objects used as arrays: handlers of native classes, else ArrayAccess; and `count()`.

use super::{class_of, class_text};
use crate::class::{Class, Magic};
use crate::func::Func;
use crate::rt::{release, truth};
use crate::vm::Vm;
use howdah_bytecode::fetch;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::val_addref;
use howdah_runtime::{array, convert, value};
use plugin_api_abi::{ARR, CtxRaw, OBJ, Status, Val};

impl Vm {
    fn dim_method(
        &mut self,
        o: Val,
        pick: fn(&Magic) -> *mut Func,
    ) -> Result<(*mut Func, *mut Class), Status> {
        let c = class_of(o.as_ptr::<Obj>());
        let f = pick(&c.magic);
        if f.is_null() {
            return Err(self.throw(&format!("Cannot use object of type {} as array", class_text(c))));
        }
        Ok((f, c))
    }

    fn call_dim(&mut self, o: Val, pick: fn(&Magic) -> *mut Func, args: &[Val], out: &mut Val) -> Status {
        match self.dim_method(o, pick) {
            Ok((f, c)) => {
                val_addref(o);
                let st = self.call_func(f, o, c, args, out);
                // SAFETY: the share taken above.
                unsafe { release(o) };
                st
            }
            Err(st) => st,
        }
    }

    /// `$o[$k]`, an owned value; in mode IS offsetExists is asked first. `k` UNDEF is `$o[]`.
    pub fn read_dim_obj(&mut self, o: Val, k: Val, mode: u32, out: &mut Val) -> Status {
        *out = Val::NULL;
        // SAFETY: live object; handlers are never null and follow the ABI.
        if let Some(f) = unsafe { (*(*(*o.as_ptr::<Obj>()).class).handlers).read_dim } {
            let ctx: *mut Vm = self;
            // SAFETY: as above.
            return unsafe { f(ctx.cast::<CtxRaw>(), o, k, mode, out) };
        }
        if mode == fetch::IS as u32 {
            let mut there = Val::NULL;
            crate::tri!(self.call_dim(o, |m| m.offset_exists, &[k], &mut there));
            let yes = truth(self, there);
            // SAFETY: ours.
            unsafe { release(there) };
            if !yes {
                return self.pending();
            }
        }
        let k = if k.is_undef() { Val::NULL } else { k };
        self.call_dim(o, |m| m.offset_get, &[k], out)
    }

    /// `$o[$k] = $v`; `k` UNDEF is `$o[] = $v`.
    pub fn write_dim_obj(&mut self, o: Val, k: Val, v: Val) -> Status {
        // SAFETY: live object; handlers are never null and follow the ABI.
        if let Some(f) = unsafe { (*(*(*o.as_ptr::<Obj>()).class).handlers).write_dim } {
            let ctx: *mut Vm = self;
            // SAFETY: as above.
            crate::tri!(unsafe { f(ctx.cast::<CtxRaw>(), o, k, v) });
            // What a value's destructor threw is pending.
            return self.pending();
        }
        let k = if k.is_undef() { Val::NULL } else { k };
        let mut out = Val::NULL;
        let st = self.call_dim(o, |m| m.offset_set, &[k, v], &mut out);
        // SAFETY: ours.
        unsafe { release(out) };
        st
    }

    /// `isset($o[$k])`, or with `empty` whether it is set and not empty.
    ///
    /// # Errors
    /// The object's code threw, or it cannot be used as an array.
    pub fn has_dim_obj(&mut self, o: Val, k: Val, empty: bool) -> Result<bool, Status> {
        let ok = |st: Status| if st == Status::Ok { Ok(()) } else { Err(st) };
        // SAFETY: live object; handlers are never null and follow the ABI.
        if let Some(f) = unsafe { (*(*(*o.as_ptr::<Obj>()).class).handlers).has_dim } {
            let ctx: *mut Vm = self;
            let mut r = 0;
            // SAFETY: as above.
            ok(unsafe { f(ctx.cast::<CtxRaw>(), o, k, empty as u32, &mut r) })?;
            return Ok(r != 0);
        }
        let mut out = Val::NULL;
        ok(self.call_dim(o, |m| m.offset_exists, &[k], &mut out))?;
        let mut r = truth(self, out);
        // SAFETY: ours.
        unsafe { release(out) };
        if r && empty {
            let mut v = Val::NULL;
            ok(self.call_dim(o, |m| m.offset_get, &[k], &mut v))?;
            r = truth(self, value::deref(v));
            // SAFETY: ours.
            unsafe { release(v) };
        }
        ok(self.pending())?;
        Ok(r)
    }

    /// `unset($o[$k])`
    pub fn unset_dim_obj(&mut self, o: Val, k: Val) -> Status {
        // SAFETY: live object; handlers are never null and follow the ABI.
        if let Some(f) = unsafe { (*(*(*o.as_ptr::<Obj>()).class).handlers).unset_dim } {
            let ctx: *mut Vm = self;
            // SAFETY: as above.
            crate::tri!(unsafe { f(ctx.cast::<CtxRaw>(), o, k) });
            return self.pending();
        }
        let mut out = Val::NULL;
        let st = self.call_dim(o, |m| m.offset_unset, &[k], &mut out);
        // SAFETY: ours.
        unsafe { release(out) };
        st
    }

    /// `count($v)` of an array or Countable.
    pub fn count(&mut self, v: Val, out: &mut Val) -> Status {
        match v.tag() {
            ARR => {
                // SAFETY: live array.
                *out = Val::int(unsafe { array::count(v.as_ptr::<Arr>()) } as i64);
                return Status::Ok;
            }
            OBJ => {
                let c = class_of(v.as_ptr::<Obj>());
                // SAFETY: live object; handlers are never null and follow the ABI.
                if let Some(f) = unsafe { (*c.head.handlers).count } {
                    let ctx: *mut Vm = self;
                    let mut n = -1;
                    // SAFETY: as above.
                    crate::tri!(unsafe { f(ctx.cast::<CtxRaw>(), v, &mut n) });
                    if n >= 0 {
                        *out = Val::int(n);
                        return Status::Ok;
                    }
                }
                if !c.magic.count.is_null() {
                    let mut r = Val::NULL;
                    crate::tri!(self.call_func(c.magic.count, v, c, &[], &mut r));
                    *out = Val::int(convert::to_int(r));
                    // SAFETY: ours.
                    unsafe { release(r) };
                    return Status::Ok;
                }
            }
            _ => {}
        }
        let name = self.active_function().filter(|n| n == "sizeof").unwrap_or_else(|| "count".into());
        self.throw_type(&format!(
            "{name}(): Argument #1 ($value) must be of type Countable|array, {} given",
            value::value_name(v)
        ))
    }
}
