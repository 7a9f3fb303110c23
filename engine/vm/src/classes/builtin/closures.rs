//! Binding closures: which objects and scopes a closure may get (php-src's zend_valid_closure_binding).

use crate::class::{Class, class_flags};
use crate::classes::{class_of, class_text, name_text, text};
use crate::rt::copy;
use crate::vm::Vm;
use howdah_bytecode::fn_flags;
use howdah_runtime::layout::Obj;
use plugin_api_abi::flags::STATIC;
use plugin_api_abi::{OBJ, STR, Status, StrHdr, Val};

/// `Closure::bind`: `out` is the new closure, or null after a warning. `scope` UNDEF keeps the closure's.
pub(crate) fn bind(vm: &mut Vm, closure: Val, this: Val, scope: Val, out: &mut Val) -> Status {
    *out = Val::NULL;
    // SAFETY: a live Closure.
    let (func_scope, flags, fake, had_this) = unsafe {
        let k = crate::closure::of(closure.as_ptr());
        ((*k.func).scope, (*k.func).flags, k.fake, k.this.tag() == OBJ)
    };
    let mut class = func_scope;
    match scope.tag() {
        OBJ => class = class_of(scope.as_ptr::<Obj>()),
        STR => {
            // SAFETY: live string.
            let n = unsafe { StrHdr::bytes(scope.as_ptr()) };
            if n != b"static" {
                match vm.load_class(n) {
                    Ok(Some(c)) => class = c,
                    Ok(None) => return vm.warning(&format!("Class \"{}\" not found", text(n))),
                    Err(st) => return st,
                }
            }
        }
        plugin_api_abi::NULL => class = core::ptr::null_mut(),
        _ => {}
    }
    if let Some(msg) = refused(closure, this, class, func_scope, flags, fake, had_this) {
        return vm.warning(&msg);
    }
    let new_this = if this.tag() == OBJ { copy(this) } else { Val::UNDEF };
    if class.is_null() && this.tag() == OBJ {
        // A bound closure without a scope gets Closure's, as in PHP.
        class = vm.ce.closure;
    }
    let called = if this.tag() == OBJ { class_of(this.as_ptr::<Obj>()) as *mut Class } else { class };
    // SAFETY: as above.
    let (func, captures) = unsafe {
        let k = crate::closure::of(closure.as_ptr());
        (k.func, k.captures.iter().map(|v| copy(*v)).collect())
    };
    *out = vm.new_closure(func, class, new_this, called, captures, fake);
    Status::Ok
}

fn refused(
    closure: Val,
    this: Val,
    class: *mut Class,
    own: *mut Class,
    flags: u32,
    fake: bool,
    had_this: bool,
) -> Option<String> {
    let has_this = this.tag() == OBJ;
    // SAFETY: live classes and function.
    unsafe {
        if has_this {
            if flags & STATIC != 0 {
                return Some("Cannot bind an instance to a static closure".into());
            }
            let c = class_of(this.as_ptr::<Obj>());
            if fake && !own.is_null() && !c.is_a(own) {
                let name = name_text((*crate::closure::of(closure.as_ptr()).func).name);
                return Some(format!(
                    "Cannot bind method {}::{name}() to object of class {}",
                    class_text(own),
                    class_text(c)
                ));
            }
        } else if fake && !own.is_null() && flags & STATIC == 0 {
            return Some("Cannot unbind $this of method".into());
        } else if !fake && had_this && flags & fn_flags::USES_THIS != 0 {
            return Some("Cannot unbind $this of closure using $this".into());
        }
        if !class.is_null() && class != own && (*class).flags & class_flags::INTERNAL != 0 {
            return Some(format!("Cannot bind closure to scope of internal class {}", class_text(class)));
        }
        if fake && class != own {
            let what = if own.is_null() { "function" } else { "method" };
            return Some(format!("Cannot rebind scope of closure created from {what}"));
        }
    }
    None
}
