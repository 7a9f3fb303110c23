//! What method names that are made at run time (`$this->{"on$event"}()`, `[$o, $name]`) and those of calls where objects of many
//! classes come by mean on objects of a class, remembered for the whole VM by text: such a name needs to be neither lower-cased
//! nor interned each time.

use crate::class::Class;
use crate::func::Func;
use howdah_runtime::layout::ClassHead;
use howdah_runtime::string;
use plugin_api_abi::StrHdr;

/// Entries, once there is one: a power of two.
const SIZE: usize = 256;
/// Longer names are not remembered.
const LONGEST: usize = 47;

/// A method: of the objects of a class, for code of another, under a name as it was written.
#[derive(Clone, Copy)]
struct Hit {
    class: *const ClassHead,
    scope: *const Class,
    func: *mut Func,
    hash: u64,
    len: u8,
    name: [u8; LONGEST],
}

const NONE: Hit = Hit {
    class: core::ptr::null(),
    scope: core::ptr::null(),
    func: core::ptr::null_mut(),
    hash: 0,
    len: 0,
    name: [0; LONGEST],
};

/// A direct-mapped table by class, name and scope.
pub(crate) struct MethodCache {
    hits: Box<[Hit]>,
}

impl Default for MethodCache {
    fn default() -> MethodCache {
        // One empty entry, so that looking needs no question.
        MethodCache { hits: Box::new([NONE]) }
    }
}

impl MethodCache {
    fn place(&self, class: *const ClassHead, hash: u64) -> usize {
        (class as usize >> 5).wrapping_add(hash as usize) & (self.hits.len() - 1)
    }

    /// The method that code of class `scope` calls by a name on objects of a class, or null.
    ///
    /// # Safety
    /// `name` is a live string.
    #[inline]
    pub(crate) unsafe fn get(
        &self,
        class: *const ClassHead,
        name: *mut StrHdr,
        scope: *const Class,
    ) -> *mut Func {
        // SAFETY: by the caller's promise; the index is masked by the length, which is a power of two.
        unsafe {
            let hash = string::hash(name);
            let hit = &*self.hits.as_ptr().add(self.place(class, hash));
            let text = hit.name.get_unchecked(..hit.len as usize);
            let same = core::ptr::eq(hit.class, class)
                && core::ptr::eq(hit.scope, scope)
                && hit.hash == hash
                && string::same(text, StrHdr::bytes(name));
            if same { hit.func } else { core::ptr::null_mut() }
        }
    }

    /// Remembers a method that every object of the class has for that scope.
    ///
    /// # Safety
    /// As [`MethodCache::get`].
    #[cold]
    pub(crate) unsafe fn put(
        &mut self,
        class: *const ClassHead,
        name: *mut StrHdr,
        scope: *const Class,
        func: *mut Func,
    ) {
        // SAFETY: by the caller's promise.
        let (text, hash) = unsafe { (StrHdr::bytes(name), string::hash(name)) };
        if text.len() > LONGEST {
            return;
        }
        if self.hits.len() < SIZE {
            // Not made on the stack, which may be a fiber's.
            self.hits = vec![NONE; SIZE].into_boxed_slice();
        }
        let at = self.place(class, hash);
        let hit = &mut self.hits[at];
        (hit.class, hit.scope, hit.func, hit.hash, hit.len) = (class, scope, func, hash, text.len() as u8);
        hit.name[..text.len()].copy_from_slice(text);
    }
}
