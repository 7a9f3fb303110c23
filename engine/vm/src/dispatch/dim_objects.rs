//! `$o[$k]` of objects whose class has handlers for elements ([`plugin_api_abi::HandlerTable`]), and `count($o)`: the handler is
//! called straight from the op, with its result's slot. What else an op may meet (a temporary object, a result of an assignment
//! that is used, a key or value that warns) is left to [`super::array`], which does the same step by step.

use super::S;
use super::vars::IND;
use crate::class::Class;
use crate::op;
use crate::rt::{self, release_tmp};
use howdah_bytecode::{NONE, Op, RK_LITERAL, fetch};
use howdah_runtime::layout::Obj;
use howdah_runtime::value;
use plugin_api_abi::{HandlerTable, NULL, OBJ, REFCOUNTED, Status, Val};

/// The handlers of the object that a value is; `None` of any other value.
#[inline(always)]
unsafe fn handlers(p: *const Val) -> Option<&'static HandlerTable> {
    // SAFETY: live value; classes live as long as their objects, and their handlers are never null.
    unsafe {
        if (*p).tag() != OBJ {
            return None;
        }
        Some(&*(*(*(*p).as_ptr::<Obj>()).class.cast::<Class>()).head.handlers)
    }
}

/// A value as its slot was written: in two parts.
#[inline(always)]
unsafe fn parts(p: *const Val) -> Val {
    // SAFETY: live value.
    unsafe { Val { payload: (*p).payload, ty: (*p).ty, aux: 0 } }
}

/// An operand's value, unless it is undefined or a reference.
#[inline(always)]
unsafe fn operand(s: S, o: u16) -> Option<Val> {
    // SAFETY: operand of the running op.
    unsafe {
        let p = s.rk(o);
        rt::is_plain((*p).ty).then(|| parts(p))
    }
}

/// Gives a counted temporary operand back.
#[inline(always)]
unsafe fn give_back(s: S, o: u16) {
    // SAFETY: operand of the running op, read and not yet given back.
    unsafe {
        if o & RK_LITERAL == 0 && (*s.slot(o)).ty & REFCOUNTED != 0 && s.is_tmp(o) {
            release_tmp(parts(s.slot(o)));
        }
    }
}

/// Whether the key is a counted temporary in the slot that the result takes.
#[inline(always)]
unsafe fn key_is_overwritten(s: S, k: Val) -> bool {
    // SAFETY: operands of the running op.
    unsafe { k.ty & REFCOUNTED != 0 && s.a() == s.c_again() }
}

/// The object that operand b holds, its handlers and the key that operand c is, for a look that takes neither with it; `None`
/// for what takes the general way.
#[inline(always)]
unsafe fn looked_at(s: S) -> Option<(Val, &'static HandlerTable, Val)> {
    // SAFETY: operands of the running op.
    unsafe {
        let b = s.b();
        let p = value::deref_ptr(s.rk(b));
        let table = handlers(p)?;
        let k = operand(s, s.c())?;
        if s.is_tmp(b) || key_is_overwritten(s, k) {
            return None;
        }
        Some((parts(p), table, k))
    }
}

/// The result of the running op, null so far.
#[inline(always)]
unsafe fn null_result(s: S) -> *mut Val {
    // SAFETY: operand of the running op: a temporary that nobody owns yet.
    unsafe {
        let d = s.slot(s.a());
        (*d).payload = 0;
        (*d).ty = NULL as u32;
        d
    }
}

/// The state after a call that [`S::save`] was done for. But for the frame and the VM it is read again, which costs less than
/// registers that are kept over the call.
#[inline(always)]
pub(super) unsafe fn again(s: S) -> S {
    // SAFETY: the frame is running.
    unsafe {
        let fr = s.frame();
        let f = (*fr).func;
        S { pc: (*fr).pc.sub(1), k: (*f).k, ic: (*f).ic, ..s }
    }
}

/// The object in the variable that an lval operand names, with a share of its own for the call; `None` where it is none, or a
/// temporary.
#[inline(always)]
unsafe fn held_object(s: S, o: u16) -> Option<(Val, &'static HandlerTable)> {
    // SAFETY: operand of the running op.
    unsafe {
        let t = s.slot(o);
        let indirect = (*t).tag() == IND;
        if !indirect && s.is_tmp(o) {
            return None;
        }
        let p = value::deref_ptr(if indirect { (*t).as_ptr() } else { t });
        let table = handlers(p)?;
        Some((parts(p), table))
    }
}

/// `$o[$k] = $v`; `k` UNDEF appends.
#[inline(always)]
unsafe fn write(s: S, object: Val, table: &HandlerTable, k: Val, slow: super::Handler) -> u64 {
    // SAFETY: contract of handlers; the object is alive, and handlers follow the ABI.
    unsafe {
        let Some(f) = table.store_dim else { return s.tail(slow) };
        let v = s.rk(s.c());
        if !rt::is_plain((*v).ty) {
            return s.tail(slow);
        }
        let vm = s.save();
        let o = object.as_ptr::<Obj>();
        (*o).hdr.rc += 1;
        let counted = ((*v).ty | k.ty) & REFCOUNTED != 0;
        let st = f((vm as *mut crate::vm::Vm).cast(), object, k, v);
        let s = again(s);
        if counted {
            if (*s.pc).op != Op::AssignDimNext as u16 {
                give_back(s, s.b());
            }
            give_back(s, s.c());
        }
        if (*o).hdr.rc == 1 {
            rt::release(object);
        } else {
            (*o).hdr.rc -= 1;
        }
        // What a destructor threw is pending.
        if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) }
    }
}

op! {
    /// `$o[$k]`, read.
    #[inline(never)]
    [fast] fetch_dim_object(s) {
        let slow = super::dims::fetch_dim_any;
        let Some((object, table, k)) = looked_at(s) else { return s.tail(slow) };
        let Some(f) = table.read_dim else { return s.tail(slow) };
        let mode = if (*s.pc).op == Op::FetchDim as u16 { s.x() as u16 } else { fetch::R };
        let counted = k.ty & REFCOUNTED != 0;
        let vm = s.save();
        let d = null_result(s);
        let st = f((vm as *mut crate::vm::Vm).cast(), object, k, mode as u32, d);
        let s = again(s);
        if counted {
            give_back(s, s.c());
        }
        s.done(st, 2)
    }
    /// `$o[$k] = $v`
    #[inline(never)]
    [fast] assign_dim_object(s) {
        let slow = super::dim_writes::assign_dim_any;
        let (Some((object, table)), Some(k)) = (held_object(s, s.a()), operand(s, s.b())) else { return s.tail(slow) };
        if s.x() != NONE as u32 {
            return s.tail(slow);
        }
        write(s, object, table, k, slow)
    }
    /// `$o[] = $v`
    #[inline(never)]
    [fast] assign_next_object(s) {
        let slow = super::array::assign_dim_next_slow;
        let Some((object, table)) = held_object(s, s.a()) else { return s.tail(slow) };
        if s.x() != NONE as u32 {
            return s.tail(slow);
        }
        write(s, object, table, Val::UNDEF, slow)
    }
    /// `isset($o[$k])`, `empty($o[$k])`
    #[inline(never)]
    [fast] isset_dim_object(s) {
        let slow = super::array::isset_dim_slow;
        let Some((object, table, k)) = looked_at(s) else { return s.tail(slow) };
        let Some(f) = table.has_dim else { return s.tail(slow) };
        let counted = k.ty & REFCOUNTED != 0;
        let vm = s.save();
        // The answer comes to where the result's payload is.
        let d = null_result(s);
        let out = (&raw mut (*d).payload).cast::<u32>();
        let st = f((vm as *mut crate::vm::Vm).cast(), object, k, s.x(), out);
        let s = again(s);
        if counted {
            give_back(s, s.c());
        }
        let d = s.slot(s.a());
        let yes = (&raw const (*d).payload).cast::<u32>().read() != 0;
        s.put_bool(s.a(), yes != (s.x() != 0));
        s.done(st, 2)
    }
    /// `count($o)`
    #[inline(never)]
    [fast] count_object(s) {
        let b = s.b();
        let p = value::deref_ptr(s.rk(b));
        let Some(table) = handlers(p) else { return s.tail(super::misc::count_slow) };
        let (Some(f), false) = (table.count, s.is_tmp(b)) else { return s.tail(super::misc::count_slow) };
        let object = parts(p);
        let vm = s.save();
        let d = s.slot(s.a());
        (*d).payload = -1i64 as u64;
        (*d).ty = plugin_api_abi::INT as u32;
        let st = f((vm as *mut crate::vm::Vm).cast(), object, (&raw mut (*d).payload).cast());
        let s = again(s);
        let d = s.slot(s.a());
        if st == Status::Ok && ((*d).payload as i64) < 0 {
            return s.tail(super::misc::count_slow);
        }
        s.done(st, 1)
    }
}
