//! The cycle collector: synchronous trial deletion (Bacon and Rajan, "Concurrent Cycle Collection in Reference Counted
//! Systems", 2001, the synchronous variant, as PHP has used since 5.3), with PHP's observable thresholds and counts.
//!
//! A count that drops to non-zero makes its array or object a possible root. When the buffer passes the threshold, counts
//! are reduced along internal edges; what ends at zero is held by nothing outside and is garbage. Marking uses an explicit
//! stack, so depth is bounded by memory, not by the native stack.

use crate::array;
use crate::layout::{
    Arr, CLASS_HAS_DTOR, CLASS_HAS_NATIVE, CLASS_WEAK_MAP, HDR_BUFFERED, HDR_COLOR_SHIFT, HDR_DTOR_DONE,
    HDR_FREED, HDR_IMMORTAL, HDR_WEAK, Obj, Ref,
};
use crate::memory::{self, objects};
use plugin_api_abi::{ARR, HeapHdr, OBJ, REF, REFCOUNTED, Val};
use std::cell::UnsafeCell;
use std::time::{Duration, Instant};

const COLOR: u32 = 3 << HDR_COLOR_SHIFT;
const BLACK: u32 = 0;
const GREY: u32 = 1 << HDR_COLOR_SHIFT;
const WHITE: u32 = 2 << HDR_COLOR_SHIFT;
/// First threshold, its step, and the yield below which it grows (php-src zend_gc.c).
const THRESHOLD: usize = 10_000;
const STEP: usize = 10_000;
const TRIGGER: usize = 100;
const MAX_THRESHOLD: usize = 1_000_000_000;

/// The collector's state for one request.
pub(crate) struct Gc {
    roots: Vec<*mut HeapHdr>,
    free: Vec<u32>,
    threshold: usize,
    enabled: bool,
    running: bool,
    protected: bool,
    /// Garbage is being taken apart.
    freeing: bool,
    runs: u64,
    collected: u64,
    started: Option<Instant>,
    collector_time: Duration,
    destructor_time: Duration,
    free_time: Duration,
}

impl Gc {
    pub(crate) const fn new() -> Gc {
        Gc {
            roots: Vec::new(),
            free: Vec::new(),
            threshold: THRESHOLD,
            enabled: true,
            running: false,
            protected: false,
            freeing: false,
            runs: 0,
            collected: 0,
            started: None,
            collector_time: Duration::ZERO,
            destructor_time: Duration::ZERO,
            free_time: Duration::ZERO,
        }
    }

    /// Puts a block into the buffer: gives its entry.
    fn place(&mut self, h: *mut HeapHdr) -> u32 {
        match self.free.pop() {
            Some(i) => {
                self.roots[i as usize] = h;
                i
            }
            None => {
                self.roots.push(h);
                (self.roots.len() - 1) as u32
            }
        }
    }

    /// Forgets every root: the blocks are gone.
    pub(crate) fn clear(&mut self) {
        self.roots.clear();
        self.free.clear();
    }
}

thread_local! {
    static GC: UnsafeCell<Gc> = const { UnsafeCell::new(Gc::new()) };
}

/// Swaps this thread's collector with a parked one.
pub(crate) fn swap(other: &mut Gc) {
    gc(|g| std::mem::swap(g, other));
}

fn gc<R>(f: impl FnOnce(&mut Gc) -> R) -> R {
    GC.with(|g| {
        // SAFETY: closures in this module neither re-enter nor leak the reference.
        f(unsafe { &mut *g.get() })
    })
}

/// What `gc_status()` tells.
#[derive(Clone, Copy, Debug)]
pub struct GcStatus {
    /// Collections so far.
    pub runs: u64,
    /// Blocks collected so far.
    pub collected: u64,
    /// Roots that start a collection.
    pub threshold: usize,
    /// Possible roots buffered now.
    pub roots: usize,
    /// A collection is under way.
    pub running: bool,
    /// Collections are impossible (out of memory, shutdown).
    pub protected: bool,
    /// Room in the buffer.
    pub buffer_size: usize,
    /// Time since the request started.
    pub application: Duration,
    /// Time spent collecting.
    pub collector: Duration,
    /// Of it in destructors.
    pub destructor: Duration,
    /// Of it freeing.
    pub free: Duration,
}

/// The collector's accounts.
pub fn status() -> GcStatus {
    gc(|g| GcStatus {
        runs: g.runs,
        collected: g.collected,
        threshold: g.threshold + 1,
        roots: g.roots.len() - g.free.len(),
        running: g.running,
        protected: g.protected,
        buffer_size: g.roots.capacity().max(16384),
        application: g.started.map_or(Duration::ZERO, |s| s.elapsed()),
        collector: g.collector_time,
        destructor: g.destructor_time,
        free: g.free_time,
    })
}

/// Starts a request's accounts.
pub fn reset() {
    gc(|g| {
        g.threshold = THRESHOLD;
        g.runs = 0;
        g.collected = 0;
        g.started = Some(Instant::now());
        g.protected = false;
        g.collector_time = Duration::ZERO;
        g.destructor_time = Duration::ZERO;
        g.free_time = Duration::ZERO;
    });
}

/// zend.enable_gc; gives the old setting.
pub fn enable(on: bool) -> bool {
    gc(|g| std::mem::replace(&mut g.enabled, on))
}

/// Whether collections start by themselves.
pub fn enabled() -> bool {
    gc(|g| g.enabled)
}

/// Whether garbage is being taken apart: what its payloads hold must not be used any more.
pub fn freeing() -> bool {
    gc(|g| g.freeing)
}

/// No collections any more: the request is being torn down.
pub fn protect(on: bool) {
    gc(|g| g.protected = on);
}

/// A count of `v`'s block dropped to non-zero.
///
/// # Safety
/// `v` is live and counted.
#[inline(always)]
pub unsafe fn possible_root(v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        let mut v = v;
        if v.tag() == REF {
            v = (*v.as_ptr::<Ref>()).val.by_parts();
            if !v.is_refcounted() || !matches!(v.tag(), ARR | OBJ) {
                return;
            }
        }
        let h = v.as_ptr::<HeapHdr>();
        if (*h).info & (HDR_BUFFERED | HDR_IMMORTAL) == 0 {
            buffer(v);
        }
    }
}

#[inline(never)]
unsafe extern "C" fn buffer(v: Val) {
    // SAFETY: as above.
    unsafe {
        let h = v.as_ptr::<HeapHdr>();
        let place = gc(|g| {
            let busy = g.running || g.protected || !g.enabled;
            if busy && g.running && (*h).info & COLOR != BLACK {
                return Place::None;
            }
            if !busy && g.roots.len() - g.free.len() >= g.threshold {
                return Place::Due;
            }
            Place::At(g.place(h))
        });
        match place {
            Place::At(i) => {
                (*h).info |= HDR_BUFFERED;
                *index(h) = i;
            }
            Place::Due => buffer_after_collection(v),
            Place::None => {}
        }
    }
}

/// Where a possible root goes.
enum Place {
    /// To this entry of the buffer.
    At(u32),
    /// There, after a collection.
    Due,
    /// Nowhere: the collection under way knows it.
    None,
}

#[cold]
unsafe fn buffer_after_collection(v: Val) {
    // SAFETY: as above; the block is held meanwhile.
    unsafe {
        let h = v.as_ptr::<HeapHdr>();
        (*h).rc += 1;
        let n = collect();
        memory::pace_gc(n as usize >= TRIGGER);
        gc(|g| {
            if (n as usize) < TRIGGER || g.roots.len() - g.free.len() >= g.threshold {
                g.threshold = (g.threshold + STEP).min(MAX_THRESHOLD);
            } else if g.threshold > THRESHOLD {
                g.threshold -= STEP;
            }
        });
        (*h).rc -= 1;
        if (*h).rc == 0 {
            memory::release::destroy(v);
            return;
        }
        if (*h).info & HDR_BUFFERED != 0 || gc(|g| g.running) && (*h).info & COLOR != BLACK {
            return;
        }
        note(h);
    }
}

/// Puts a block into the buffer.
unsafe fn note(h: *mut HeapHdr) {
    // SAFETY: a live array or object that is not in it.
    unsafe {
        let i = gc(|g| g.place(h));
        (*h).info |= HDR_BUFFERED;
        *index(h) = i;
    }
}

unsafe fn index(h: *mut HeapHdr) -> *mut u32 {
    // SAFETY: only arrays and objects are buffered.
    unsafe {
        if (*h).info as u8 == ARR { &raw mut (*h.cast::<Arr>()).gc } else { &raw mut (*h.cast::<Obj>()).gc }
    }
}

/// A block dies: the buffer forgets it.
///
/// # Safety
/// `h` is still readable.
#[inline(always)]
pub unsafe fn forget(h: *mut HeapHdr) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*h).info & HDR_BUFFERED != 0 {
            unbuffer(h);
        }
    }
}

unsafe fn unbuffer(h: *mut HeapHdr) {
    // SAFETY: a live block among the possible roots.
    unsafe {
        (*h).info &= !HDR_BUFFERED;
        let i = *index(h);
        gc(|g| {
            if g.roots.get(i as usize).is_some_and(|&r| r == h) {
                g.roots[i as usize] = core::ptr::null_mut();
                g.free.push(i);
            }
        });
    }
}

/// Forgets all possible roots: what a request's startup handled makes no cycles.
pub fn forget_roots() {
    let roots: Vec<*mut HeapHdr> = gc(|g| g.roots.iter().copied().filter(|r| !r.is_null()).collect());
    for r in roots {
        // SAFETY: blocks in the buffer are live.
        unsafe { unbuffer(r) };
    }
}

/// Calls `f` with each counted collectable child of a block, references included.
unsafe fn children(h: *mut HeapHdr, f: &mut dyn FnMut(*mut HeapHdr)) {
    // SAFETY: `h` is a live block of the kind its header says.
    unsafe {
        let mut visit = |v: Val| {
            if v.ty & REFCOUNTED != 0 && matches!(v.tag(), ARR | OBJ | REF) {
                f(v.as_ptr());
            }
        };
        match (*h).info as u8 {
            ARR => {
                let a = h.cast::<Arr>();
                for i in 0..(*a).used {
                    let p = array::entry_at(a, i);
                    if !p.is_null() && (*p).tag() != array::INDIRECT {
                        visit(*p);
                    }
                }
            }
            OBJ => {
                let o = h.cast::<Obj>();
                if (*o).hdr.info & HDR_FREED != 0 {
                    return;
                }
                for i in 0..(*(*o).class).num_slots as usize {
                    visit(*Obj::slot(o, i));
                }
                let props = (*o).props;
                if !props.is_null() && (*props).hdr.rc > 1 {
                    visit(array::val(props));
                } else if !props.is_null() {
                    // A table of the object's own is part of it, and not counted by itself.
                    for i in 0..(*props).used {
                        let p = array::entry_at(props, i);
                        if !p.is_null() {
                            visit(*p);
                        }
                    }
                }
                if !(*o).native.is_null()
                    && (*(*o).class).flags & CLASS_WEAK_MAP == 0
                    && !(*(*o).class).handlers.is_null()
                    && let Some(roots) = (*(*(*o).class).handlers).roots
                {
                    unsafe extern "C" fn each(data: *mut u8, slot: *mut Val) {
                        // SAFETY: `data` is the list below, `slot` a value of the payload.
                        unsafe { (*data.cast::<Vec<Val>>()).push(*slot) }
                    }
                    let mut list: Vec<Val> = Vec::new();
                    roots((*o).native, each, (&raw mut list).cast());
                    list.into_iter().for_each(visit);
                }
            }
            REF => visit((*h.cast::<Ref>()).val),
            _ => {}
        }
    }
}

/// Mark in the type word of a weak map's value, while counts are reduced: its entry was.
const TAKEN: u32 = 1 << 31;

/// Calls `f` with each entry of a weak map that `h` is the map or the key of: the other of the two, and the value's slot.
///
/// Such a value lives while both of them do (an ephemeron), so neither holds it alone: the collector takes its share away
/// when it meets the first of them, and gives it back when both turn out to be held.
unsafe fn entries(h: *mut HeapHdr, f: &mut dyn FnMut(*mut HeapHdr, *mut Val)) {
    // SAFETY: `h` is a live block; keys and maps of an entry are alive as long as it.
    unsafe {
        if (*h).info as u8 != OBJ || (*h).info & HDR_FREED != 0 {
            return;
        }
        let o = h.cast::<Obj>();
        if (*(*o).class).flags & CLASS_WEAK_MAP != 0 {
            let t = (objects::hooks().weak_map)(o);
            if !t.is_null() {
                for (k, p) in array::iter(t) {
                    if let array::Key::Int(key) = k {
                        f(key as *mut HeapHdr, p);
                    }
                }
            }
        }
        if (*h).info & HDR_WEAK != 0 {
            (objects::hooks().weak_maps_of)(o, &mut |m| {
                let t = (objects::hooks().weak_map)(m);
                if !t.is_null() {
                    let p = array::find_int(t, h as i64);
                    if !p.is_null() {
                        f(m.cast(), p);
                    }
                }
            });
        }
    }
}

/// The block behind a weak map's value, if it can be part of a cycle.
unsafe fn entry_block(p: *mut Val) -> Option<*mut HeapHdr> {
    // SAFETY: a live slot.
    let v = unsafe { *p };
    (v.ty & REFCOUNTED != 0 && matches!(v.tag(), ARR | OBJ | REF)).then(|| v.as_ptr())
}

unsafe fn color(h: *mut HeapHdr) -> u32 {
    // SAFETY: live block.
    unsafe { (*h).info & COLOR }
}

unsafe fn paint(h: *mut HeapHdr, c: u32) {
    // SAFETY: live block.
    unsafe { (*h).info = (*h).info & !COLOR | c }
}

/// Collects cycles now; gives how many arrays and objects went.
///
/// As in php-src's `zend_gc_collect_cycles`, garbage that an object with a destructor reaches is left alone in the first
/// pass: its destructors run, and a second pass looks at what they left behind.
pub fn collect() -> u64 {
    if gc(|g| g.running || g.protected) {
        return 0;
    }
    let start = Instant::now();
    let mut total = 0;
    for _ in 0..2 {
        let roots = take_roots();
        if roots.is_empty() {
            break;
        }
        gc(|g| {
            g.runs += 1;
            g.running = true;
        });
        // SAFETY: buffered blocks are live.
        let (n, again) = unsafe { pass(&roots) };
        total += n;
        gc(|g| {
            g.running = false;
            g.collected += n;
        });
        if !again {
            break;
        }
    }
    gc(|g| g.collector_time += start.elapsed());
    total
}

/// Collects cycles if none of the garbage found would run code as it dies; gives how many arrays and objects went. For
/// places that can run no PHP code, such as an allocation that found no room.
pub(crate) fn collect_quietly() -> u64 {
    if gc(|g| g.running || g.protected || g.roots.len() == g.free.len()) {
        return 0;
    }
    let roots = take_roots();
    gc(|g| g.running = true);
    // SAFETY: buffered blocks are live.
    let n = unsafe {
        let white = find_garbage(&roots);
        let quiet = white.iter().all(|&h| {
            (*h).info as u8 != OBJ
                || (*(*h.cast::<Obj>()).class).flags & (CLASS_HAS_DTOR | CLASS_HAS_NATIVE) == 0
        });
        if quiet {
            free_garbage(&white)
        } else {
            roots.iter().for_each(|&r| note(r));
            0
        }
    };
    gc(|g| {
        g.running = false;
        g.collected += n;
    });
    n
}

/// Empties the buffer.
fn take_roots() -> Vec<*mut HeapHdr> {
    let mut roots = gc(|g| {
        g.free.clear();
        std::mem::take(&mut g.roots)
    });
    roots.retain(|r| !r.is_null());
    for &r in &roots {
        // SAFETY: buffered blocks are live.
        unsafe { (*r).info &= !HDR_BUFFERED };
    }
    roots
}

/// One pass over `roots`; gives what it freed, and whether destructors ran.
unsafe fn pass(roots: &[*mut HeapHdr]) -> (u64, bool) {
    // SAFETY: roots are live. Garbage that no destructor reaches stays untouched while destructors run, and what they let
    // die is not used again before the guard is gone.
    unsafe {
        let white = find_garbage(roots);
        let with_dtor: Vec<*mut HeapHdr> = white
            .iter()
            .copied()
            .filter(|&h| (*h).info as u8 == OBJ && (*h).info & HDR_DTOR_DONE == 0)
            .filter(|&h| (*(*h.cast::<Obj>()).class).flags & CLASS_HAS_DTOR != 0)
            .collect();
        if with_dtor.is_empty() {
            return (free_garbage(&white), false);
        }
        let rest = beyond(&white, &with_dtor);
        let start = Instant::now();
        let guard = memory::guard();
        // In the buffer they are found by the second pass, and noticed when they die.
        with_dtor.iter().for_each(|&h| note(h));
        for &h in &with_dtor {
            if (*h).info & (HDR_BUFFERED | HDR_DTOR_DONE) == HDR_BUFFERED {
                (*h).rc += 1;
                (objects::hooks().gc_destruct)(h.cast());
                (*h).info |= HDR_DTOR_DONE;
                // Even at zero it is left to the second pass, which counts it.
                (*h).rc -= 1;
            }
        }
        drop(guard);
        gc(|g| g.destructor_time += start.elapsed());
        (free_garbage(&rest), true)
    }
}

/// What of `white` the blocks `from` do not reach.
unsafe fn beyond(white: &[*mut HeapHdr], from: &[*mut HeapHdr]) -> Vec<*mut HeapHdr> {
    // SAFETY: all are live; colours are restored.
    unsafe {
        white.iter().for_each(|&h| paint(h, WHITE));
        let mut stack = from.to_vec();
        from.iter().for_each(|&h| paint(h, BLACK));
        while let Some(h) = stack.pop() {
            let mut reach = |c: *mut HeapHdr| {
                if color(c) == WHITE {
                    paint(c, BLACK);
                    stack.push(c);
                }
            };
            children(h, &mut reach);
            entries(h, &mut |_, p| {
                if let Some(c) = entry_block(p) {
                    reach(c);
                }
            });
        }
        let rest: Vec<_> = white.iter().copied().filter(|&h| color(h) == WHITE).collect();
        rest.iter().for_each(|&h| paint(h, BLACK));
        rest
    }
}

/// Frees blocks that only hold each other; gives how many of them are arrays and objects.
unsafe fn free_garbage(white: &[*mut HeapHdr]) -> u64 {
    // SAFETY: every block is held while all are emptied, so none goes before its turn.
    unsafe {
        let start = Instant::now();
        let n = white.iter().filter(|&&h| (*h).info as u8 != REF).count() as u64;
        for &h in white {
            (*h).rc += 1;
            forget(h);
        }
        gc(|g| g.freeing = true);
        for &h in white {
            match (*h).info as u8 {
                ARR => array::clear(h.cast()),
                OBJ => objects::free_contents(h.cast()),
                _ => {
                    let r = h.cast::<Ref>();
                    let v = (*r).val;
                    (*r).val = Val::NULL;
                    memory::val_release(v);
                }
            }
        }
        for &h in white {
            forget(h);
            (*h).rc -= 1;
            match (*h).info as u8 {
                OBJ => objects::free_block(h.cast()),
                ARR => array::destroy(h.cast()),
                _ => memory::release::destroy(val_of(h)),
            }
        }
        gc(|g| {
            g.freeing = false;
            g.free_time += start.elapsed();
        });
        n
    }
}

unsafe fn val_of(h: *mut HeapHdr) -> Val {
    // SAFETY: live block.
    unsafe { Val { payload: h as u64, ty: (*h).info & 0xff | REFCOUNTED, aux: 0 } }
}

/// Trial deletion from `roots`: the blocks that only they hold among themselves. Counts are as before afterwards; painted
/// black again.
unsafe fn find_garbage(roots: &[*mut HeapHdr]) -> Vec<*mut HeapHdr> {
    // SAFETY: all blocks met are live: counts are only lowered by internal edges and restored below.
    unsafe {
        let mut stack: Vec<*mut HeapHdr> = Vec::new();
        for &r in roots {
            if color(r) != GREY {
                paint(r, GREY);
                stack.push(r);
            }
            while let Some(h) = stack.pop() {
                let mut take = |c: *mut HeapHdr| {
                    (*c).rc -= 1;
                    if color(c) != GREY {
                        paint(c, GREY);
                        stack.push(c);
                    }
                };
                children(h, &mut take);
                entries(h, &mut |_, p| {
                    if let Some(c) = entry_block(p)
                        && (*p).ty & TAKEN == 0
                    {
                        (*p).ty |= TAKEN;
                        take(c);
                    }
                });
            }
        }
        // Scan: whatever has counts left is held from outside, and so is all it reaches.
        let mut seen: Vec<*mut HeapHdr> = Vec::new();
        for &r in roots {
            if color(r) == GREY {
                stack.push(r);
            }
            while let Some(h) = stack.pop() {
                if color(h) != GREY {
                    continue;
                }
                if (*h).rc > 0 {
                    restore(h);
                    continue;
                }
                paint(h, WHITE);
                seen.push(h);
                let mut look = |c: *mut HeapHdr| {
                    if color(c) == GREY {
                        stack.push(c);
                    }
                };
                children(h, &mut look);
                entries(h, &mut |_, p| {
                    if let Some(c) = entry_block(p) {
                        look(c);
                    }
                });
            }
        }
        // A white block may have been rescued after it was seen.
        let white: Vec<_> = seen.into_iter().filter(|&h| color(h) == WHITE).collect();
        for &h in &white {
            children(h, &mut |c| (*c).rc += 1);
            entries(h, &mut |_, p| {
                if let Some(c) = entry_block(p)
                    && (*p).ty & TAKEN != 0
                {
                    (*p).ty &= !TAKEN;
                    (*c).rc += 1;
                }
            });
        }
        for &h in &white {
            paint(h, BLACK);
        }
        white
    }
}

/// Paints black and restores the counts of all that `h` reaches.
unsafe fn restore(h: *mut HeapHdr) {
    // SAFETY: as above.
    unsafe {
        let mut stack = vec![h];
        paint(h, BLACK);
        while let Some(h) = stack.pop() {
            let mut give = |c: *mut HeapHdr| {
                (*c).rc += 1;
                if color(c) != BLACK {
                    paint(c, BLACK);
                    stack.push(c);
                }
            };
            children(h, &mut give);
            entries(h, &mut |other, p| {
                if let Some(c) = entry_block(p)
                    && (*p).ty & TAKEN != 0
                    && color(other) == BLACK
                {
                    (*p).ty &= !TAKEN;
                    give(c);
                }
            });
        }
    }
}
