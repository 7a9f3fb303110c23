//! What a Generator object holds, and its frame's ways onto the stack and off it.

use crate::frame::*;
use howdah_bytecode::FRAME_SLOTS;
use howdah_runtime::layout::Obj;
use howdah_runtime::memory;
use plugin_api_abi::Val;

/// What a Generator object's payload points to: this, and in the same heap block the slots of its suspended frame.
pub struct Gen {
    /// Room for the frame in the same block: extra arguments, header, variables and temporaries.
    pub(super) slots: *mut Val,
    /// How many slots that is.
    pub(super) len: usize,
    /// The frame's slots are here: the generator is suspended (not running, not finished).
    pub suspended: bool,
    /// The frame has no extra arguments, and what it yields are plain values.
    pub(crate) plain: bool,
    /// How many slots of the frame hold anything, from slot 0, while it is `ready`.
    filled: usize,
    /// Its frame is plain, few of its slots are in use, it has no symbol table, and is suspended at its start or at a `yield` of its own: it can simply run on.
    pub(crate) ready: bool,
    /// Where slot 0 is in them.
    pub head: usize,
    /// The generator function.
    pub(crate) func: *mut crate::func::Func,
    /// Current value; UNDEF before the first one.
    pub value: Val,
    /// Current key.
    pub key: Val,
    /// Return value, UNDEF before.
    pub ret: Val,
    /// Where `send()` puts its value: index of a slot.
    pub send_slot: Option<usize>,
    /// Largest integer key so far.
    pub auto_key: i64,
    /// Running now.
    pub running: bool,
    /// Ended (return, exception, destroyed).
    pub done: bool,
    /// Stands at its first yield: may be rewound.
    pub at_first: bool,
    /// Its `yield from` of a generator has not been resumed yet: a value that is there already is not skipped.
    pub fresh: bool,
    /// What it delegated to was destroyed: it gets an exception.
    pub aborted: bool,
    /// Being destroyed: its finally blocks run, and must not yield.
    pub forced: bool,
    /// What `yield from` delegates to: a generator, an array with its position in `aux`, an iterator object; else UNDEF.
    pub from: Val,
    /// Slot of the `yield from` result: index of a slot.
    pub from_slot: usize,
    /// The iterator in `from` gave an element already.
    pub stepped: bool,
    /// `from` came out of an IteratorAggregate: an iterator like any other, even where it is a Generator.
    pub iterated: bool,
    /// The generators delegated to, outer ones first, as far as known; each is held.
    pub(crate) path: Vec<*mut Obj>,
    /// Whose resumption linked this suspended frame into its chain of callers.
    pub(super) linked: *mut Obj,
    /// While it runs in the run loop of who resumed it: that frame, and the generator that was resumed there.
    pub(crate) resumer: (*mut Val, *mut Obj),
}

impl Gen {
    /// A generator that has not started: `frame` is complete, with slot 0 at `head`.
    pub(crate) unsafe fn create(frame: &[Val], head: usize, func: *mut crate::func::Func) -> *mut Gen {
        let g = memory::alloc(Gen::bytes(frame.len())).cast::<Gen>();
        // SAFETY: the block is as large as that.
        unsafe {
            let by_ref = (*func).flags & 1 << 12 != 0;
            let plain = head == FRAME_SLOTS as usize && !by_ref;
            let filled = (*func).num_cvs as usize;
            g.write(Gen {
                slots: g.add(1).cast(),
                len: frame.len(),
                suspended: true,
                plain,
                filled,
                ready: plain && filled <= Gen::SMALL,
                head,
                func,
                value: Val::UNDEF,
                key: Val::UNDEF,
                ret: Val::UNDEF,
                send_slot: None,
                auto_key: -1,
                running: false,
                done: false,
                at_first: false,
                fresh: false,
                aborted: false,
                forced: false,
                from: Val::UNDEF,
                from_slot: 0,
                stepped: false,
                iterated: false,
                path: Vec::new(),
                linked: core::ptr::null_mut(),
                resumer: (core::ptr::null_mut(), core::ptr::null_mut()),
            });
            core::ptr::copy_nonoverlapping(frame.as_ptr(), (*g).slots, frame.len());
            let fr = &mut *self::frame((*g).fp());
            fr.flags = fr.flags & !FR_ENTRY | FR_GENERATOR;
            fr.ret = core::ptr::null_mut();
        }
        g
    }

    /// So many slots in use are few: they are copied in place.
    pub(crate) const SMALL: usize = 24;

    pub(super) const fn bytes(len: usize) -> usize {
        size_of::<Gen>() + len * size_of::<Val>()
    }

    /// Slot 0 of the suspended frame.
    #[inline(always)]
    pub(crate) fn fp(&self) -> *mut Val {
        self.slots.wrapping_add(self.head)
    }

    /// A slot of the suspended frame by its index; `None` when it is not suspended.
    pub(crate) fn slot(&mut self, i: usize) -> Option<&mut Val> {
        // SAFETY: the block has `len` slots, filled while the generator is suspended.
        (self.suspended && i < self.len).then(|| unsafe { &mut *self.slots.add(i) })
    }

    /// A slot of its block.
    ///
    /// # Safety
    /// `i` is one.
    #[inline(always)]
    pub(crate) unsafe fn slot_ptr(&self, i: usize) -> *mut Val {
        // SAFETY: by the caller's promise.
        unsafe { self.slots.add(i) }
    }

    /// Slots of its frame.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Copies the suspended frame to `base` on the stack, where it runs on with `prev` as its caller: gives its slot 0.
    ///
    /// # Safety
    /// The generator `o` is suspended; the stack has room.
    pub(crate) unsafe fn mount(&mut self, o: *mut Obj, base: *mut Val, prev: *mut Val) -> *mut Val {
        // SAFETY: by the caller's promise.
        unsafe {
            self.suspended = false;
            self.ready = false;
            core::ptr::copy_nonoverlapping(self.slots, base, self.len);
            let fp = base.add(self.head);
            let fr = &mut *frame(fp);
            fr.prev = prev;
            fr.ret = core::ptr::null_mut();
            fr.flags = fr.flags & !FR_ENTRY | FR_GENERATOR;
            fr.generator = o;
            fp
        }
    }

    /// As [`Gen::mount`], of one that is `ready`. Calls nothing.
    ///
    /// # Safety
    /// As [`Gen::mount`].
    #[inline(always)]
    pub(crate) unsafe fn mount_small(&mut self, o: *mut Obj, base: *mut Val, prev: *mut Val) -> *mut Val {
        // SAFETY: by the caller's promise.
        unsafe {
            self.suspended = false;
            self.ready = false;
            let fp = base.add(FRAME_SLOTS as usize);
            let (from, to) = (&*self.slots.cast::<Frame>(), &mut *frame(fp));
            to.func = from.func;
            to.prev = prev;
            to.pc = from.pc;
            to.ret = core::ptr::null_mut();
            // The rest of the header has been there since the generator was made.
            core::ptr::copy_nonoverlapping(self.slots.add(2), base.add(2), FRAME_SLOTS as usize - 2);
            to.generator = o;
            copy_words(self.slots.add(FRAME_SLOTS as usize), fp, self.filled);
            fp
        }
    }

    /// Takes the frame `fp` off the stack into the block.
    ///
    /// # Safety
    /// It is this generator's, complete and topmost.
    pub(crate) unsafe fn unmount(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            core::ptr::copy_nonoverlapping(fp.sub(self.head), self.slots, self.len);
            (*frame(self.fp())).flags &= !FR_ENTRY;
        }
        self.suspended = true;
        self.linked = core::ptr::null_mut();
    }

    /// As [`Gen::unmount`], of a plain frame without symbol table, with `filled` slots in use, that goes on at `pc`.
    ///
    /// # Safety
    /// As [`Gen::unmount`].
    #[inline(always)]
    pub(crate) unsafe fn unmount_small(
        &mut self,
        fp: *mut Val,
        filled: usize,
        pc: *const howdah_bytecode::Insn,
    ) {
        // SAFETY: by the caller's promise. The rest of the header does not change while the frame runs.
        unsafe {
            (*self.slots.cast::<Frame>()).pc = pc;
            copy_words(fp, self.slots.add(FRAME_SLOTS as usize), filled);
        }
        self.filled = filled;
        self.suspended = true;
        self.ready = true;
        self.linked = core::ptr::null_mut();
    }

    /// Whether its code can simply run on: it is suspended at a `yield` of its own.
    #[inline(always)]
    pub(crate) fn is_plain(&self) -> bool {
        self.suspended && !self.running && !self.done && !self.aborted && !self.fresh && self.from.is_undef()
    }
}

/// Copies slots word by word, which is how they were written: wider loads would wait for those stores to reach the cache.
#[inline(always)]
unsafe fn copy_words(from: *const Val, to: *mut Val, n: usize) {
    // SAFETY: the caller's frames; volatile only so that this stays a loop over words.
    unsafe {
        let (mut from, mut to) = (from.cast::<u64>(), to.cast::<u64>());
        let end = from.add(2 * n);
        while from != end {
            to.write(from.read_volatile());
            to.add(1).write(from.add(1).read_volatile());
            from = from.add(2);
            to = to.add(2);
        }
    }
}
