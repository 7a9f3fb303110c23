//! The check of every count: with `HOWDAH_HEAP_DEBUG=1` a request's end walks from all roots and compares each block's count
//! with the shares found. Too low a count is a value used after its death sooner or later; too high a count, or a block that
//! nobody reaches, is a leak or a holder that names no roots.

use super::heap;
use crate::array;
use crate::layout::{Arr, CLASS_WEAK_MAP, HDR_FREED, HDR_IMMORTAL, Obj, Ref};
use plugin_api_abi::{ARR, HeapHdr, OBJ, REF, STR, Val};
use std::collections::{HashMap, HashSet};

/// Shares found so far.
#[derive(Default)]
struct Walk {
    /// By block: shares found, and what it is.
    seen: HashMap<usize, (u32, Val)>,
    /// Every block that something reaches.
    reached: HashSet<usize>,
    stack: Vec<Val>,
}

impl Walk {
    fn share(&mut self, v: Val) {
        let block = v.payload as usize;
        if v.is_refcounted() {
            let e = self.seen.entry(block).or_insert((0, v));
            e.0 += 1;
            if e.0 == 1 {
                self.stack.push(v);
            }
        } else if matches!(v.tag(), ARR) && self.reached.insert(block) {
            self.stack.push(v);
        }
    }

    unsafe fn array(&mut self, a: *mut Arr) {
        // SAFETY: a live array.
        unsafe {
            self.reached.insert(array::data_block(a).0 as usize);
            for (k, p) in array::iter(a) {
                if let array::Key::Str(s) = k {
                    self.share(crate::string::val(s));
                }
                if (*p).tag() != array::INDIRECT {
                    self.share(*p);
                }
            }
        }
    }

    unsafe fn object(&mut self, o: *mut Obj) {
        // SAFETY: a live object.
        unsafe {
            if (*o).hdr.info & HDR_FREED != 0 {
                return;
            }
            for i in 0..(*(*o).class).num_slots as usize {
                self.share(*Obj::slot(o, i));
            }
            if !(*o).props.is_null() {
                self.share(array::val((*o).props));
            }
            if (*o).native.is_null() {
                return;
            }
            self.reached.insert((*o).native as usize);
            if (*(*o).class).flags & CLASS_WEAK_MAP != 0 {
                let table = (super::objects::hooks().weak_map)(o);
                if !table.is_null() {
                    self.share(array::val(table));
                }
                return;
            }
            if !(*(*o).class).handlers.is_null()
                && let Some(roots) = (*(*(*o).class).handlers).roots
            {
                unsafe extern "C" fn each(data: *mut u8, slot: *mut Val) {
                    // SAFETY: `data` is the walk below, `slot` a value of the payload.
                    unsafe { (*data.cast::<Walk>()).share(*slot) }
                }
                roots((*o).native, each, std::ptr::from_mut(self).cast());
            }
        }
    }

    fn run(&mut self) {
        while let Some(v) = self.stack.pop() {
            self.reached.insert(v.payload as usize);
            // SAFETY: roots and what live blocks hold are live.
            unsafe {
                match v.tag() {
                    ARR => self.array(v.as_ptr()),
                    OBJ => self.object(v.as_ptr()),
                    REF => {
                        let r = v.as_ptr::<Ref>();
                        self.reached.insert((*r).sources as usize);
                        self.share((*r).val);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn describe(v: Val) -> String {
    // SAFETY: a live block.
    unsafe {
        match v.tag() {
            STR => {
                let b = crate::string::bytes(v.as_ptr());
                format!("string({}) \"{}\"", b.len(), String::from_utf8_lossy(&b[..b.len().min(40)]))
            }
            ARR => format!("array({})", array::count(v.as_ptr())),
            OBJ => {
                let class = (*(*v.as_ptr::<Obj>()).class).name;
                format!("object({})", String::from_utf8_lossy(crate::string::bytes(class)))
            }
            REF => "reference".to_owned(),
            _ => format!("block of tag {}", v.tag()),
        }
    }
}

/// What a block that nobody reaches looks like.
fn guess(p: usize, size: usize) -> String {
    if size < size_of::<HeapHdr>() + 16 {
        return String::new();
    }
    // SAFETY: a live block of the heap's records, at least that long.
    let h = unsafe { (p as *const HeapHdr).read() };
    let tag = h.info as u8;
    let plausible = match tag {
        // SAFETY: as above.
        STR => size >= 24 && unsafe { (*(p as *const plugin_api_abi::StrHdr)).len } < size,
        ARR => size == size_of::<Arr>(),
        REF => size == size_of::<Ref>(),
        OBJ => size >= size_of::<Obj>(),
        _ => false,
    };
    if plausible && h.rc < 1000 {
        format!(": {}, count {}", describe(Val { payload: p as u64, ty: tag as u32, aux: 0 }), h.rc)
    } else {
        String::new()
    }
}

/// Compares all counts with the shares that are reached from `roots`; what differs is reported and counted as faults.
pub(super) fn verify(roots: Vec<Val>) {
    let mut walk = Walk::default();
    roots.into_iter().for_each(|v| walk.share(v));
    walk.run();
    let mut faults = Vec::new();
    for &(n, v) in walk.seen.values() {
        // SAFETY: a live block.
        let h = unsafe { &*v.as_ptr::<HeapHdr>() };
        if h.info & HDR_IMMORTAL == 0 && h.rc != n {
            faults.push(format!("{} has count {} but {n} holders", describe(v), h.rc));
        }
    }
    heap::with(|h| {
        let serial = h.serial;
        let Some(d) = &mut h.debug else { return };
        d.check_quarantine();
        for (number, p, size) in d.of_request(serial) {
            if !walk.reached.contains(&p) {
                faults.push(format!("leaked: block {number} of {size} bytes at {p:#x}{}", guess(p, size)));
            }
        }
        faults.iter().for_each(|f| d.fault(f));
    });
}
