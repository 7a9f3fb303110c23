//! Static properties.

use super::S;
use super::props::member;
use super::vars::IND;
use crate::class::Class;
use crate::func::Ic;
use crate::op;
use crate::rt::{self, addref};
use howdah_bytecode::{class_ref, fetch};
use howdah_runtime::layout::Obj;
use howdah_runtime::value;
use plugin_api_abi::{INT, NULL, OBJ, REF, Status, TRUE, UNDEF, Val};

/// The cell of the static property that the op names; remembered in its cache when class and name are fixed.
unsafe fn static_cell(s: S, mode: u16) -> Result<Option<*mut Val>, Status> {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let c = s.c();
        let xo = s.x() as u16;
        let class = super::classes::class_operand(s, c)?;
        let name = member(s, xo)?;
        let cell = vm.static_prop(class, name, mode)?;
        let fixed = c & 0x8000 != 0 && xo & 0x8000 != 0;
        // A trait's own static properties warn each time.
        if let Some(p) = cell
            && fixed
            && (*class).flags & plugin_api_abi::flags::TRAIT == 0
            && mode != fetch::REF
        {
            *s.icp() =
                Ic { key: p as u64, val: if c == class_ref::STATIC { class as u64 } else { 0 }, aux: 0 };
        }
        Ok(cell)
    }
}

op! {
    [fast] FetchStaticProp(s) {
        // The cache holds the cell, for the op's own mode, and the class where that is `static`.
        let p = (*s.icp()).key as *mut Val;
        if p.is_null() || (*p).tag() == UNDEF {
            return s.tail(fetch_static_prop_slow);
        }
        if s.c() == class_ref::STATIC {
            let fr = &*s.frame();
            let class = if fr.this.tag() == OBJ { (*fr.this.as_ptr::<Obj>()).class as u64 } else { fr.called as u64 };
            if (*s.icp()).val != class {
                return s.tail(fetch_static_prop_slow);
            }
        }
        if s.b() == fetch::R || s.b() == fetch::IS {
            let v = *value::deref_ptr(p);
            addref(v);
            *s.slot(s.a()) = v.by_parts();
        } else {
            *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
        }
        s.next(2)
    }
    #[inline(never)]
    fetch_static_prop_slow(s) {
        let mode = s.b();
        match static_cell(s, mode) {
            Ok(None) => { *s.slot(s.a()) = Val::NULL; s.next(2) }
            Ok(Some(p)) => {
                *s.slot(s.a()) = if mode == fetch::R || mode == fetch::IS {
                    rt::copy_deref(p)
                } else {
                    Val { payload: p as u64, ty: IND as u32, aux: 0 }
                };
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    [fast] IssetStaticProp(s) {
        let p = (*s.icp()).key as *mut Val;
        if !p.is_null() && s.c() != class_ref::STATIC {
            let t = (*p).tag();
            if s.b() == 0 && t != REF {
                s.put_bool(s.a(), t > NULL);
                return s.next(2);
            }
            if t <= INT {
                s.put_bool(s.a(), t != TRUE && (t != INT || (*p).payload == 0));
                return s.next(2);
            }
        }
        s.tail(isset_static_prop_slow)
    }
    #[inline(never)]
    isset_static_prop_slow(s) {
        let empty = s.b() != 0;
        match static_cell(s, fetch::IS) {
            Ok(p) => {
                let v = p.map_or(Val::NULL, |p| rt::deref_quiet(p));
                *s.slot(s.a()) = Val::bool(if empty { !rt::truth(s.save(), v) } else { v.tag() > NULL });
                s.done_checked(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    UnsetStaticProp(s) {
        let vm = s.save();
        let class: *mut Class = match super::classes::class_operand(s, s.c()) {
            Ok(c) => c,
            Err(st) => return s.done(st, 2),
        };
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let st = vm.throw(&format!("Attempt to unset static property {}::${}", String::from_utf8_lossy((*class).name()), rt::lossy(name)));
        s.done(st, 2)
    }
}
