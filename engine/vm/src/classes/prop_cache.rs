//! What property names mean on objects of a class, remembered for the whole VM: what stands behind the inline caches of single
//! ops where objects of many classes come by, and in place of them where the name is computed.

use crate::class::Class;
use crate::func::Ic;
use howdah_runtime::layout::ClassHead;
use plugin_api_abi::StrHdr;

/// Entries, once there is one: a power of two.
const SIZE: usize = 512;

/// A property's place: an entry as inline caches have it, for a name and the class whose code asks.
#[derive(Clone, Copy)]
struct Hit {
    ic: Ic,
    name: *const StrHdr,
    scope: *const Class,
}

const NONE: Hit = Hit { ic: Ic::EMPTY, name: core::ptr::null(), scope: core::ptr::null() };

/// A direct-mapped table by class, interned name and scope.
pub(crate) struct PropCache {
    hits: Box<[Hit]>,
}

impl Default for PropCache {
    fn default() -> PropCache {
        // One empty entry, so that looking needs no question: most requests of most programs fill none.
        PropCache { hits: Box::new([NONE]) }
    }
}

impl PropCache {
    /// Where the entry of a class and a name is.
    #[inline(always)]
    fn place(&self, class: *const ClassHead, name: *const StrHdr) -> usize {
        (class as usize >> 5).wrapping_add(name as usize >> 4) & (self.hits.len() - 1)
    }

    /// The entry of a property for code of class `scope`, or null.
    #[inline(always)]
    pub(crate) fn get(&self, class: *const ClassHead, name: *const StrHdr, scope: *const Class) -> *const Ic {
        // SAFETY: the index is masked by the length, which is a power of two.
        let hit = unsafe { &*self.hits.as_ptr().add(self.place(class, name)) };
        let same =
            hit.ic.key == class as u64 && core::ptr::eq(hit.name, name) && core::ptr::eq(hit.scope, scope);
        if same { &raw const hit.ic } else { core::ptr::null() }
    }

    /// Remembers an entry; its key is the class.
    #[cold]
    pub(crate) fn put(&mut self, name: *const StrHdr, scope: *const Class, ic: Ic) {
        if self.hits.len() < SIZE {
            // Not made on the stack, which may be a fiber's.
            self.hits = vec![NONE; SIZE].into_boxed_slice();
        }
        let at = self.place(ic.key as *const ClassHead, name);
        self.hits[at] = Hit { ic, name, scope };
    }
}
