//! Finding classes by name, with autoloading.

use super::{class_text, name_text, sym};
use crate::class::{Class, Sym, class_flags};
use crate::vm::Vm;
use howdah_runtime::interner::{self, intern};
use howdah_runtime::memory::val_release;
use howdah_runtime::string;
use plugin_api_abi::{Status, StrHdr, Val};

/// What a name must be, for the message when it is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClassWord {
    /// Any class.
    Class,
    /// An interface.
    Interface,
    /// A trait.
    Trait,
}

impl ClassWord {
    /// The word in `Class "X" not found`.
    pub fn text(self) -> &'static str {
        match self {
            ClassWord::Class => "Class",
            ClassWord::Interface => "Interface",
            ClassWord::Trait => "Trait",
        }
    }
}

fn bare(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"\\").unwrap_or(name)
}

impl Vm {
    /// The linked class of a name (any case, leading backslash allowed), without autoloading.
    pub fn find_class(&mut self, name: &[u8]) -> Option<*mut Class> {
        let c = self.find_any_class(name)?;
        // SAFETY: classes in the table are alive.
        unsafe { ((*c).flags & class_flags::LINKED != 0).then_some(c) }
    }

    /// Whether a class of this name can be used as it is: linked, or an extension's.
    pub(crate) fn has_class(&self, name: &[u8]) -> bool {
        let lc = interner::lookup_lower(bare(name));
        lc.and_then(|lc| self.classes.get(&Sym(lc))).is_some_and(|&c| {
            // SAFETY: classes in the table are alive.
            unsafe { (*c).flags & (class_flags::LINKED | class_flags::INTERNAL) != 0 }
        })
    }

    /// What the class table has under a name. An extension's class that nobody has asked for yet is linked now.
    pub(crate) fn class_at(&mut self, lc: Sym) -> Option<*mut Class> {
        let c = self.classes.get(&lc).copied()?;
        // SAFETY: classes in the table are alive.
        if unsafe { (*c).is_pending() } {
            self.link_pending(c);
        }
        Some(c)
    }

    /// As [`Vm::find_class`]; classes whose linking is under way are found too.
    pub(crate) fn find_any_class(&mut self, name: &[u8]) -> Option<*mut Class> {
        let lc = interner::lookup_lower(bare(name))?;
        self.class_at(Sym(lc))
    }

    /// The class of an interned lower-cased name, without autoloading.
    pub fn find_class_sym(&mut self, lc: *mut StrHdr) -> Option<*mut Class> {
        let c = self.class_at(Sym(lc))?;
        // SAFETY: as above.
        unsafe { ((*c).flags & class_flags::LINKED != 0).then_some(c) }
    }

    /// The class of a name, autoloading it when needed. `Ok(None)`: there is none.
    ///
    /// # Errors
    /// An autoloader threw or ended the request.
    pub fn load_class(&mut self, name: &[u8]) -> Result<Option<*mut Class>, Status> {
        self.load_class_as(name, false)
    }

    /// As [`Vm::load_class`] where `autoload`, else [`Vm::find_class`].
    ///
    /// # Errors
    /// An autoloader threw or ended the request.
    pub fn lookup_class(&mut self, name: &[u8], autoload: bool) -> Result<Option<*mut Class>, Status> {
        if autoload { self.load_class(name) } else { Ok(self.find_class(name)) }
    }

    /// As [`Vm::load_class`]; `nearly`: a class that only waits for variance checks will do.
    pub(crate) fn load_class_as(&mut self, name: &[u8], nearly: bool) -> Result<Option<*mut Class>, Status> {
        let name = bare(name);
        let lc = sym(&name.to_ascii_lowercase());
        let usable = |vm: &mut Vm| {
            let c = vm.class_at(lc)?;
            // SAFETY: classes in the table are alive.
            let flags = unsafe { (*c).flags };
            (flags & class_flags::LINKED != 0 || nearly && flags & class_flags::LINKING != 0).then_some(c)
        };
        if let Some(c) = usable(self) {
            return Ok(Some(c));
        }
        if self.autoloaders.is_empty()
            || self.autoloading.contains(&lc)
            || self.classes.contains_key(&lc)
            || !valid_name(name)
        {
            return Ok(None);
        }
        self.autoloading.push(lc);
        let arg = string::val(intern(name));
        let mut st = Status::Ok;
        let mut i = 0;
        // Loaders may be added and removed while one runs.
        while i < self.autoloaders.len() {
            let cb = crate::rt::copy(self.autoloaders[i].callable);
            let mut out = Val::NULL;
            st = self.call_callable(cb, &[arg], &mut out);
            // SAFETY: both are ours.
            unsafe {
                val_release(out);
                val_release(cb);
            }
            if st != Status::Ok || usable(self).is_some() {
                break;
            }
            i += 1;
        }
        if let Some(at) = self.autoloading.iter().rposition(|s| *s == lc) {
            self.autoloading.remove(at);
        }
        match st {
            Status::Ok => Ok(usable(self)),
            st => Err(st),
        }
    }

    /// The class of a name, or the Error `Class "X" not found`.
    ///
    /// # Errors
    /// It is thrown, or an autoloader threw.
    pub fn class_or_throw(&mut self, name: &[u8]) -> Result<*mut Class, Status> {
        self.class_as_or_throw(name, ClassWord::Class, false)
    }

    pub(crate) fn class_as_or_throw(
        &mut self,
        name: &[u8],
        word: ClassWord,
        nearly: bool,
    ) -> Result<*mut Class, Status> {
        match self.load_class_as(name, nearly)? {
            Some(c) => Ok(c),
            None => Err(self.throw(&format!("{} \"{}\" not found", word.text(), super::text(bare(name))))),
        }
    }

    /// `self`
    ///
    /// # Errors
    /// Thrown outside a class.
    pub fn self_class(&mut self) -> Result<*mut Class, Status> {
        let c = self.scope();
        if c.is_null() {
            return Err(self.throw("Cannot access \"self\" when no class scope is active"));
        }
        Ok(c)
    }

    /// `parent`
    ///
    /// # Errors
    /// Thrown outside a class and in one without a parent.
    pub fn parent_class(&mut self) -> Result<*mut Class, Status> {
        let c = self.scope();
        if c.is_null() {
            return Err(self.throw("Cannot access \"parent\" when no class scope is active"));
        }
        // SAFETY: scopes are live classes.
        let p = unsafe { (*c).parent };
        if p.is_null() {
            return Err(self.throw("Cannot access \"parent\" when current class scope has no parent"));
        }
        Ok(p)
    }

    /// Whether `scope` may use protected members that `base` introduced.
    pub(crate) fn protected_ok(base: *mut Class, scope: *mut Class) -> bool {
        // SAFETY: live classes.
        !scope.is_null() && !base.is_null() && unsafe { (*scope).is_a(base) || (*base).is_a(scope) }
    }
}

/// Whether a text can be a class name at all (PHP does not autoload others).
fn valid_name(n: &[u8]) -> bool {
    !n.is_empty() && n.iter().all(|&b| b == b'_' || b == b'\\' || b >= 0x80 || b.is_ascii_alphanumeric())
}

/// `class`, `interface`, `trait` or `enum`.
pub(crate) fn kind_word(flags: u32) -> &'static str {
    use plugin_api_abi::flags::{ENUM, INTERFACE, TRAIT};
    if flags & INTERFACE != 0 {
        "interface"
    } else if flags & TRAIT != 0 {
        "trait"
    } else if flags & ENUM != 0 {
        "enum"
    } else {
        "class"
    }
}

/// As [`kind_word`] with a capital.
pub(crate) fn kind_word_uc(flags: u32) -> &'static str {
    match kind_word(flags) {
        "interface" => "Interface",
        "trait" => "Trait",
        "enum" => "Enum",
        _ => "Class",
    }
}

/// `Cannot redeclare class A (previously declared in FILE:LINE)`
pub(crate) fn redeclaration(old: *const Class) -> String {
    redeclaration_as(old, &class_text(old))
}

/// As [`redeclaration`] under another name.
pub(crate) fn redeclaration_as(old: *const Class, name: &str) -> String {
    // SAFETY: live class; its script is kept.
    unsafe {
        let c = &*old;
        match c.decl {
            Some((script, i)) => format!(
                "Cannot redeclare {} {name} (previously declared in {}:{})",
                kind_word(c.flags),
                name_text((*script).file),
                (&(*script).unit.classes)[i as usize].start_line
            ),
            None => format!("Cannot redeclare {} {name}", kind_word(c.flags)),
        }
    }
}
