//! What a class must satisfy as a whole, and what enums have beyond it.

use super::variance::{self, Fit, Obligation};
use super::{Linked, Linker, NewProp};
use crate::class::{PropInfo, Sym, class_flags};
use crate::classes::lookup::kind_word_uc;
use crate::classes::{class_text, name_text, sym};
use crate::errors::level;
use crate::func::{Func, RtType};
use howdah_bytecode::ClassDecl;
use plugin_api_abi::flags::{ABSTRACT, ENUM, INTERFACE, PRIVATE, PUBLIC, READONLY, TRAIT};
use plugin_api_abi::{INT, STR, Val, type_mask};

impl Linker<'_> {
    pub(crate) fn verify(&mut self) -> Linked<()> {
        let c = self.class();
        if c.flags & (INTERFACE | TRAIT) == 0 && c.flags & ABSTRACT != 0 {
            self.verify_abstract()?;
        }
        if c.flags & ENUM != 0 {
            self.verify_enum()?;
        }
        for n in 0..c.own_props.len() {
            let p: *const PropInfo = c.own_props[n];
            // SAFETY: own property infos live as long as the class.
            let info = unsafe { &*p };
            if info.set.is_null() {
                continue;
            }
            match variance::hook_type(self.vm, info) {
                Fit::Yes | Fit::Tentative => {}
                Fit::No => return Err(self.hook_type_error(info)),
                Fit::Unknown => self.vm.cls.obligations.push((self.c, Obligation::Hook { prop: p })),
            }
        }
        if c.flags & TRAIT == 0
            && let Some(&k) = self.overrides.first()
        {
            let f = c.methods.get(&k).copied().unwrap_or(core::ptr::null_mut());
            // SAFETY: own methods are alive.
            let name = unsafe { name_text((*f).name) };
            let msg = format!(
                "{}::{name}() has #[\\Override] attribute, but no matching parent method exists",
                class_text(c)
            );
            return Err(self.fail_at(f, &msg));
        }
        Ok(())
    }

    fn verify_abstract(&mut self) -> Linked<()> {
        let c = self.class();
        let explicit = c.flags & class_flags::EXPLICIT_ABSTRACT != 0;
        // SAFETY: methods and hooks live as long as their classes.
        let missing: Vec<*mut Func> = unsafe {
            let methods = c
                .methods
                .values()
                .copied()
                .filter(|&f| variance::is_abstract(f) && (!explicit || (*f).flags & PRIVATE != 0));
            let hooks = c
                .props
                .values()
                .flat_map(|&p| [(*p).get, (*p).set])
                .filter(|&h| !explicit && variance::is_abstract(h));
            methods.chain(hooks).collect()
        };
        if missing.is_empty() {
            if !explicit {
                c.flags &= !ABSTRACT;
            }
            return Ok(());
        }
        // SAFETY: as above.
        let list: Vec<String> = missing
            .iter()
            .take(3)
            .map(|&f| unsafe { format!("{}::{}", class_text((*f).scope), name_text((*f).name)) })
            .collect();
        let mut shown = list.join(", ");
        if missing.len() > 3 {
            shown.push_str(", ...");
        }
        let (n, s) = (missing.len(), if missing.len() > 1 { "s" } else { "" });
        let (kind, name) = (kind_word_uc(c.flags), class_text(c));
        let msg = if !explicit && c.flags & ENUM == 0 {
            format!(
                "{kind} {name} contains {n} abstract method{s} and must therefore be declared abstract or implement the remaining methods ({shown})"
            )
        } else {
            format!("{kind} {name} must implement {n} abstract private method{s} ({shown})")
        };
        Err(self.fail_as(level::ERROR, &msg))
    }

    fn verify_enum(&mut self) -> Linked<()> {
        let c = self.class();
        let name = class_text(c);
        if c.props
            .keys()
            .any(|k| k.0 != self.vm.names.name && (k.0 != self.vm.names.value || c.enum_backing == 0))
        {
            return Err(self.fail(&format!("Enum {name} cannot include properties")));
        }
        for m in [
            "__construct",
            "__destruct",
            "__clone",
            "__get",
            "__set",
            "__unset",
            "__isset",
            "__toString",
            "__debugInfo",
            "__serialize",
            "__unserialize",
            "__sleep",
            "__wakeup",
            "__set_state",
        ] {
            if c.methods.contains_key(&sym(m.to_ascii_lowercase().as_bytes())) {
                return Err(self.fail(&format!("Enum {name} cannot include magic method {m}")));
            }
        }
        if c.interfaces.contains(&self.vm.ce.serializable) {
            return Err(self.fail(&format!("Enum {name} cannot implement the Serializable interface")));
        }
        Ok(())
    }

    /// `name`, `value`, `cases()`, `from()`, `tryFrom()`.
    pub(crate) fn enum_members(&mut self, decl: &ClassDecl) -> Linked<()> {
        let backing = decl.backing.as_ref().map_or(0, |t| t.mask);
        self.add_enum_members(match backing {
            type_mask::INT => INT,
            type_mask::STRING => STR,
            _ => 0,
        })
    }

    pub(crate) fn add_enum_members(&mut self, backing: u8) -> Linked<()> {
        let c = self.class();
        c.enum_backing = backing;
        let prop = |name, mask, text: &str| NewProp {
            name,
            flags: PUBLIC | READONLY,
            ty: Some(RtType::new(mask, Box::default(), text.into())),
            default: Val::UNDEF,
            get: core::ptr::null_mut(),
            set: core::ptr::null_mut(),
            decl: None,
            desc: core::ptr::null(),
        };
        let (name, value) = (self.vm.names.name, self.vm.names.value);
        self.declare_prop(prop(name, type_mask::STRING, "string"))?;
        if backing == INT {
            self.declare_prop(prop(value, type_mask::INT, "int"))?;
        } else if backing == STR {
            self.declare_prop(prop(value, type_mask::STRING, "string"))?;
        }
        for desc in crate::classes::builtin::enums::methods(backing) {
            let f = crate::load::native_func(desc, self.c, 0);
            // SAFETY: fresh.
            let lc = unsafe { sym(&plugin_api_abi::StrHdr::bytes((*f).name).to_ascii_lowercase()) };
            if let Some(&own) = c.methods.get(&lc) {
                // SAFETY: own methods are alive.
                let name = unsafe { name_text((*own).name) };
                return Err(self.fail(&format!("Cannot redeclare {}::{name}()", class_text(c))));
            }
            c.methods.insert(Sym(lc.0), f);
        }
        Ok(())
    }
}
