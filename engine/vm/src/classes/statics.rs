//! Static properties.

use super::{class_text, name_text, visibility};
use crate::class::{Class, Sym, class_flags};
use crate::vm::Vm;
use howdah_bytecode::fetch;
use howdah_runtime::value;
use plugin_api_abi::flags::{PRIVATE, PUBLIC, STATIC, TRAIT};
use plugin_api_abi::{REF, Status, StrHdr, UNDEF, Val};

impl Vm {
    /// A static property's cell; `Ok(None)` in mode IS when there is none to be seen. In mode REF a typed one is made a
    /// reference that knows its type.
    ///
    /// # Errors
    /// There is none, it may not be seen or is not initialized, or a default's expression threw.
    pub fn static_prop(
        &mut self,
        class: *mut Class,
        name: *mut StrHdr,
        mode: u16,
    ) -> Result<Option<*mut Val>, Status> {
        // SAFETY: classes and property infos live as long as the VM's request.
        unsafe {
            let quiet = mode == fetch::IS;
            let info = (*class).props.get(&Sym(name)).copied();
            if let Some(p) = info
                && (*p).flags & PUBLIC == 0
            {
                let scope = self.scope();
                if (*p).class != scope
                    && ((*p).flags & PRIVATE != 0 || !Vm::protected_ok((*(*p).prototype).class, scope))
                {
                    if quiet {
                        return Ok(None);
                    }
                    let msg = format!(
                        "Cannot access {} property {}::${}",
                        visibility((*p).flags),
                        class_text(class),
                        name_text(name)
                    );
                    return Err(self.throw(&msg));
                }
            }
            let Some(p) = info.filter(|&p| (*p).flags & STATIC != 0) else {
                if quiet {
                    return Ok(None);
                }
                let msg = format!(
                    "Access to undeclared static property {}::${}",
                    class_text(class),
                    name_text(name)
                );
                return Err(self.throw(&msg));
            };
            if (*class).flags & class_flags::CONSTANTS_UPDATED == 0 {
                match self.update_constants(class) {
                    Status::Ok => {}
                    st => return Err(st),
                }
            }
            let cell = (&(*class).static_slots)[(*p).slot as usize];
            if (*cell).tag() == UNDEF && (mode == fetch::R || mode == fetch::RW) {
                let msg = format!(
                    "Typed static property {}::${} must not be accessed before initialization",
                    class_text((*p).class),
                    name_text(name)
                );
                return Err(self.throw(&msg));
            }
            if (*class).flags & TRAIT != 0 {
                let msg = format!(
                    "Accessing static trait property {}::${} is deprecated, it should only be accessed on a class using the trait",
                    class_text((*p).class),
                    name_text(name)
                );
                match self.deprecated(&msg) {
                    Status::Ok => {}
                    st => return Err(st),
                }
            }
            if (*p).ty.is_some() && matches!(mode, fetch::REF | fetch::W | fetch::RW | fetch::UNSET) {
                // Whoever writes through the address meets the type.
                if (*cell).tag() == UNDEF && mode == fetch::REF {
                    let nullable = (*p).ty.as_ref().is_some_and(|t| t.mask & 2 != 0);
                    if !nullable {
                        let msg = format!(
                            "Cannot access uninitialized non-nullable property {}::${} by reference",
                            class_text((*p).class),
                            name_text(name)
                        );
                        return Err(self.throw(&msg));
                    }
                }
                if (*cell).tag() != REF {
                    let undef = (*cell).tag() == UNDEF;
                    let r = value::make_ref(cell);
                    super::refs::add_source(r, p);
                    if undef {
                        (*r).val = Val::NULL;
                    }
                }
            }
            Ok(Some(cell))
        }
    }
}
