//! The archives that a request has open, by path and by alias.

use crate::archive::{Archive, Fail, Stamp, bits, fail, text};
use crate::names::{self, Wanted};
use indexmap::IndexMap;
use plugin_api::wrapper::stat_flags;
use plugin_api::{Ctx, GcRoots, Visitor};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

const FORMAT: i64 = 0o170_000;
const DIRECTORY: i64 = 0o040_000;

/// The open archives.
#[derive(Default)]
pub struct Registry {
    /// By path.
    pub paths: RefCell<IndexMap<Vec<u8>, Rc<Archive>>>,
    /// By alias.
    pub aliases: RefCell<HashMap<Vec<u8>, Rc<Archive>>>,
    /// Those of `phar.cache_list`, which stay from request to request until they are changed.
    pub cached: RefCell<Vec<Rc<Archive>>>,
    /// The request's archives were looked for.
    pub begun: Cell<bool>,
    /// The folder of the file that was included first, within its archive: what `./` in it counts from.
    pub folder: RefCell<Option<Vec<u8>>>,
    /// What is asked for next is a path of an intercepted function, which tells of links.
    pub relative: Cell<bool>,
    /// The folder is known.
    pub folder_known: Cell<bool>,
}

/// A share in the use of an archive: while there is one, its file is not read again, and it cannot be unlinked.
pub struct Use(Rc<Archive>);

impl Use {
    /// Takes a share.
    pub fn of(a: &Rc<Archive>) -> Use {
        if !a.cached.get() {
            a.users.set(a.users.get() + 1);
        }
        Use(a.clone())
    }
}

impl Use {
    /// Gives the share back; the archive stays known even if it is empty now.
    pub fn end(self) {
        let a = self.0.clone();
        // Known under its path again, whatever the last share to go does.
        drop(self);
        if let Some(registry) = a.registry.upgrade()
            && !a.cached.get()
        {
            registry.add(&a);
        }
    }
}

impl Clone for Use {
    fn clone(&self) -> Use {
        Use::of(&self.0)
    }
}

impl std::ops::Deref for Use {
    type Target = Rc<Archive>;
    fn deref(&self) -> &Rc<Archive> {
        &self.0
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        if self.0.cached.get() {
            return;
        }
        let left = self.0.users.get() - 1;
        self.0.users.set(left);
        if left <= 0
            && let Some(registry) = self.0.registry.upgrade()
        {
            registry.unused(&self.0);
        }
    }
}

/// Where an archive's name ends within a path.
pub enum Found {
    /// The extension is at this place and that long.
    Extension(usize, usize),
    /// The first component is an alias that long.
    Alias(usize),
}

/// Why no archive's name was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// There is nothing like an extension.
    NoExtension,
    /// There is one, at this place, of an archive that is not wanted or not there.
    Extension(usize, usize),
    /// It is a URL.
    Url,
}

impl Registry {
    /// Shows the collector the metadata of all archives.
    pub fn visit_metadata(&self, v: &mut Visitor) {
        let archives = self.paths.borrow();
        let cached = self.cached.borrow();
        for a in archives.values().chain(cached.iter()) {
            let entries = a.manifest.borrow();
            for m in entries.values().map(|e| &e.metadata).chain([&a.metadata]) {
                if let Ok(mut m) = m.try_borrow_mut() {
                    m.visit(v);
                }
            }
        }
    }

    /// Nobody uses an archive any more: what is not worth keeping goes.
    fn unused(&self, a: &Rc<Archive>) {
        let mut forget = a.users.get() < 0 || a.is_empty();
        let packed = a.flags.get() & bits::FILE_COMPRESSION != 0;
        if !packed || a.alias.borrow().is_none() {
            forget |= packed;
            if let Ok(mut image) = a.image.try_borrow_mut()
                && let Some(i) = image.as_mut()
            {
                i.stamp = Stamp::of(&a.path);
                if i.stamp.is_none() {
                    *image = None;
                }
            }
        }
        if forget {
            self.forget(a);
        }
    }

    /// Takes an archive out of the maps.
    pub fn forget(&self, a: &Rc<Archive>) -> bool {
        let gone: Vec<_> = {
            let mut all = self.aliases.borrow_mut();
            let names: Vec<_> =
                all.iter().filter(|(_, b)| Rc::ptr_eq(a, b)).map(|(n, _)| n.clone()).collect();
            names.iter().filter_map(|n| all.remove(n)).collect()
        };
        let own = self.paths.borrow().get(&a.path).is_some_and(|b| Rc::ptr_eq(a, b));
        let old = if own { self.paths.borrow_mut().shift_remove(&a.path) } else { None };
        drop((gone, old));
        own
    }

    /// Forgets everything at the end of a request. What `phar.cache_list` names stays.
    pub fn clear(&self) {
        let old = (self.paths.take(), self.aliases.take(), self.folder.take());
        self.folder_known.set(false);
        self.begun.set(false);
        for a in self.cached.borrow().iter() {
            if let Some(i) = a.image.borrow_mut().as_mut() {
                i.stamp = Stamp::of(&a.path);
            }
        }
        drop(old);
    }

    /// The archive of a path, cached ones too.
    pub fn at(&self, path: &[u8]) -> Option<Rc<Archive>> {
        let open = self.paths.borrow().get(path).cloned();
        open.or_else(|| self.cached.borrow().iter().find(|a| a.path == path).cloned())
    }

    /// The archive of an alias, cached ones too.
    pub fn aliased(&self, alias: &[u8]) -> Option<Rc<Archive>> {
        let open = self.aliases.borrow().get(alias).cloned();
        open.or_else(|| {
            let is =
                |a: &Rc<Archive>| !a.alias_is_temporary.get() && a.alias.borrow().as_deref() == Some(alias);
            self.cached.borrow().iter().find(|a| is(a)).cloned()
        })
    }

    /// Whether there are archives.
    pub fn is_empty(&self) -> bool {
        self.paths.borrow().is_empty() && self.cached.borrow().is_empty()
    }

    /// Registers an archive under its path.
    pub fn add(&self, a: &Rc<Archive>) {
        let old = self.paths.borrow_mut().insert(a.path.clone(), a.clone());
        drop(old);
    }

    /// Registers an alias, unless it is taken.
    pub fn add_alias(&self, alias: &[u8], a: &Rc<Archive>) {
        self.aliases.borrow_mut().entry(alias.to_vec()).or_insert_with(|| a.clone());
    }

    /// Takes an alias away.
    pub fn remove_alias(&self, alias: &[u8]) -> bool {
        let old = self.aliases.borrow_mut().remove(alias);
        old.is_some()
    }

    /// Closes an archive whose alias is wanted for another; false when it is in use.
    pub fn free_alias(&self, a: &Rc<Archive>) -> bool {
        a.users.get() == 0 && !a.cached.get() && self.forget(a)
    }

    /// An archive that is open, by path or alias; with an alias of its own, it gets that. `Err` without a text: there is none.
    pub fn get(&self, ctx: &mut Ctx, path: &[u8], alias: &[u8]) -> Result<Rc<Archive>, Fail> {
        let overloaded = |of: &Archive| {
            let (alias, of, path) = (text(alias), of.shown(), text(path));
            format!(
                "alias \"{alias}\" is already used for archive \"{of}\" cannot be overloaded with \"{path}\""
            )
        };
        if !alias.is_empty()
            && let Some(a) = self.aliased(alias)
        {
            if a.path != path {
                let why = overloaded(&a);
                return if self.free_alias(&a) { Err(None) } else { Err(Some(why)) };
            }
            return Ok(a);
        }
        if path.is_empty() {
            return Err(None);
        }
        if let Some(a) = self.at(path) {
            if alias.is_empty() {
                return Ok(a);
            }
            let own = a.alias.borrow().clone().unwrap_or_default();
            if !a.alias_is_temporary.get() && own != alias {
                return Err(Some(overloaded(&a)));
            }
            if !a.cached.get() {
                self.remove_alias(&own);
                self.add_alias(alias, &a);
            }
            return Ok(a);
        }
        if let Some(a) = self.aliased(path) {
            return Ok(a);
        }
        let full = crate::full_path(ctx, path).ok_or(None)?;
        let a = self.at(&full).ok_or(None)?;
        if !alias.is_empty() && !a.cached.get() {
            self.add_alias(alias, &a);
        }
        Ok(a)
    }

    /// Whether the file that the name of an archive ends with is there, or may be made.
    fn reaches(&self, ctx: &mut Ctx, name: &[u8], create: Create) -> bool {
        if crate::full_path(ctx, name).is_some_and(|full| self.at(&full).is_some()) {
            return true;
        }
        let is_dir = |mode: i64| mode & FORMAT == DIRECTORY;
        if let Some(s) = ctx.stat(name, stat_flags::QUIET) {
            return !is_dir(s.mode) && create != Create::New;
        }
        if create == Create::No {
            return false;
        }
        let folder = match memchr::memrchr(b'/', name) {
            Some(slash) => name[..slash].to_vec(),
            None => b".".to_vec(),
        };
        ctx.stat(&folder, stat_flags::QUIET).is_some_and(|s| is_dir(s.mode))
    }

    /// Looks for the name of an archive in a path. With `whole` the path is nothing else.
    pub fn detect(
        &self,
        ctx: &mut Ctx,
        name: &[u8],
        wanted: Wanted,
        create: Create,
        whole: bool,
    ) -> Result<Found, Missing> {
        if name.len() <= 1 {
            return Err(Missing::NoExtension);
        }
        crate::begin(ctx);
        if let Some(slash) = memchr::memchr(b'/', name).filter(|s| *s > 0) {
            if name[slash - 1] == b':' && name.get(slash + 1) == Some(&b'/') {
                return Err(Missing::Url);
            }
            if self.aliased(&name[..slash]).is_some() {
                return Ok(Found::Alias(slash));
            }
        }
        let known = if whole { self.at(name) } else { self.prefix(name) };
        if let Some(a) = known {
            let len = a.extension.get();
            let at = a.path.len().saturating_sub(len);
            let suits = match wanted {
                Wanted::Any => true,
                Wanted::Executable => !a.is_data.get(),
                Wanted::Data => a.is_data.get(),
            };
            return if suits { Ok(Found::Extension(at, len)) } else { Err(Missing::Extension(at, len)) };
        }
        let mut from = 1;
        let mut last = Missing::NoExtension;
        while let Some(dot) = memchr::memchr(b'.', &name[from.min(name.len())..]).map(|i| i + from) {
            if matches!(name[dot - 1], b'/' | 0) {
                (from, last) = (dot + 1, Missing::NoExtension);
                continue;
            }
            let len = memchr::memchr(b'/', &name[dot..]).unwrap_or(name.len() - dot);
            if names::suits(name, dot, len, wanted) && self.reaches(ctx, &name[..dot + len], create) {
                return Ok(Found::Extension(dot, len));
            }
            last = Missing::Extension(dot, len);
            if dot + len == name.len() {
                break;
            }
            from = dot + 1;
        }
        Err(last)
    }

    /// The open archive whose path a path begins with.
    fn prefix(&self, name: &[u8]) -> Option<Rc<Archive>> {
        let is = |path: &[u8]| {
            name.strip_prefix(path).is_some_and(|rest| matches!(rest.first(), None | Some(b'/' | 0)))
        };
        let open = self.paths.borrow().iter().find(|(p, _)| is(p)).map(|(_, a)| a.clone());
        open.or_else(|| self.cached.borrow().iter().find(|a| is(&a.path)).cloned())
    }

    /// The path of an archive and the name within, with a slash in front, of a path or a `phar://` URL. `Err` says whether
    /// there was anything like an archive's name.
    pub fn split(
        &self,
        ctx: &mut Ctx,
        url: &[u8],
        wanted: Wanted,
        create: Create,
    ) -> Result<(Vec<u8>, Vec<u8>), Missing> {
        if url.contains(&0) {
            return Err(Missing::Extension(0, 0));
        }
        let name = strip_scheme(url).unwrap_or(url);
        let end = match self.detect(ctx, name, wanted, create, false)? {
            Found::Extension(at, len) => at + len,
            Found::Alias(len) => len,
        };
        let entry = match &name[end..] {
            b"" => b"/".to_vec(),
            rest => names::fix(rest, None),
        };
        Ok((name[..end].to_vec(), entry))
    }

    /// An archive as one that may be changed: a cached one is copied for the request.
    pub fn writeable_copy(self: &Rc<Registry>, a: &Rc<Archive>) -> Rc<Archive> {
        if !a.cached.get() {
            return a.clone();
        }
        if let Some(own) = self.paths.borrow().get(&a.path) {
            return own.clone();
        }
        let copy = crate::convert::duplicate(self, a);
        self.add(&copy);
        if !copy.alias_is_temporary.get()
            && let Some(alias) = copy.alias.borrow().as_deref()
        {
            self.add_alias(alias, &copy);
        }
        copy
    }

    /// Throws out what is open under an alias that another archive shall have.
    pub fn claim_alias(&self, alias: &[u8], why: impl FnOnce() -> String) -> Result<(), Fail> {
        match self.aliased(alias) {
            Some(a) if !self.free_alias(&a) => fail(why()),
            _ => Ok(()),
        }
    }
}

/// Whether the file of an archive must be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Create {
    /// It must.
    No,
    /// It must not, but its folder.
    New,
    /// Its folder must.
    Maybe,
}

/// A URL without `phar://`, if it has that.
pub fn strip_scheme(url: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = url.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"phar://").then_some(rest)
}
