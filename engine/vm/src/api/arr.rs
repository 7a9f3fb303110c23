//! Arrays.

use super::{args, raw};
use howdah_runtime::array::{self, Key};
use howdah_runtime::convert;
use howdah_runtime::layout::Arr;
use howdah_runtime::{array_iter, interner, memory, number, string, value};
use plugin_api_abi::{
    ARR, ArrTable, ArrView, DBL, FALSE, INT, NULL, RES, RawKey, RawPair, STR, StrHdr, TRUE, UNDEF, Val,
};

fn arr(v: Val) -> *mut Arr {
    debug_assert!(v.tag() == ARR);
    v.as_ptr()
}

fn key(k: RawKey) -> Key {
    if k.key.is_null() { Key::Int(k.h) } else { Key::Str(k.key) }
}

fn raw_key(k: Key) -> RawKey {
    match k {
        Key::Int(h) => RawKey { key: core::ptr::null_mut(), h },
        Key::Str(key) => RawKey { key, h: 0 },
    }
}

/// The array in a slot, this holder's own.
unsafe fn own(slot: *mut Val) -> *mut Arr {
    // SAFETY: the caller's slot holds an array.
    unsafe { array::separate(value::deref_ptr(slot)) }
}

unsafe extern "C" fn new(cap: usize) -> Val {
    array::val(array::new(cap))
}
unsafe extern "C" fn from_vals(vals: *const Val, n: usize) -> Val {
    // SAFETY: live values whose shares move in.
    array::val(array::from_vals(unsafe { args(vals, n) }.iter().map(|v| (*v).by_parts())))
}
unsafe extern "C" fn from_pairs(pairs: *const RawPair, n: usize) -> Val {
    let a = array::new(n);
    // SAFETY: live pairs; the fresh array is ours.
    unsafe {
        for i in 0..n {
            let p = *pairs.add(i);
            array::set(a, key(p.key), p.val);
        }
    }
    array::val(a)
}
unsafe extern "C" fn view(a: Val) -> ArrView {
    // SAFETY: live array.
    unsafe { array::view(arr(a)) }
}
unsafe extern "C" fn count(a: Val) -> usize {
    // SAFETY: live array.
    unsafe { array::count(arr(a)) }
}
unsafe extern "C" fn find_int(a: Val, i: i64) -> *mut Val {
    // SAFETY: live array.
    unsafe { array::find_int(arr(a), i) }
}
unsafe extern "C" fn find_str(a: Val, p: *const u8, n: usize) -> *mut Val {
    // SAFETY: live array and bytes.
    unsafe {
        match number::int_key(raw(p, n)) {
            Some(i) => array::find_int(arr(a), i),
            None => array::find_bytes(arr(a), raw(p, n)),
        }
    }
}
unsafe extern "C" fn find_exact(a: Val, p: *const u8, n: usize) -> *mut Val {
    // SAFETY: live array and bytes.
    unsafe { array::find_bytes(arr(a), raw(p, n)) }
}
unsafe extern "C" fn find(a: Val, k: RawKey) -> *mut Val {
    // SAFETY: live array and key.
    unsafe { array::find(arr(a), key(k)) }
}
unsafe extern "C" fn shift(slot: *mut Val) -> Val {
    // SAFETY: the caller's slot; the element's share goes to the caller.
    unsafe { array::shift((*value::deref_ptr(slot)).as_ptr()).unwrap_or(Val::UNDEF) }
}
unsafe extern "C" fn edited(from: Val, to: Val, at: i64, removed: u32, inserted: u32) {
    // SAFETY: live arrays.
    unsafe { howdah_runtime::array_iter::edited(from.as_ptr(), to.as_ptr(), at, removed, inserted) }
}
unsafe extern "C" fn separate(slot: *mut Val) {
    // SAFETY: the caller's slot.
    unsafe { own(slot) };
}
unsafe extern "C" fn set(slot: *mut Val, k: RawKey, v: Val) {
    // SAFETY: the caller's slot; the share moves in.
    unsafe { array::set(own(slot), key(k), v) }
}
unsafe extern "C" fn set_str(slot: *mut Val, p: *const u8, n: usize, v: Val) {
    // SAFETY: as above.
    unsafe {
        let a = own(slot);
        match number::int_key(raw(p, n)) {
            Some(i) => array::set(a, Key::Int(i), v),
            None => array::set_bytes(a, raw(p, n), v),
        }
    }
}
unsafe extern "C" fn push(slot: *mut Val, v: Val) -> u32 {
    // SAFETY: as above.
    unsafe { array::push(own(slot), v).is_ok() as u32 }
}
unsafe extern "C" fn entry(slot: *mut Val, k: RawKey) -> *mut Val {
    // SAFETY: as above.
    unsafe {
        let (p, fresh) = array::entry(own(slot), key(k));
        if fresh {
            array::store(p, Val::NULL);
        }
        p
    }
}
unsafe extern "C" fn remove(slot: *mut Val, k: RawKey) -> Val {
    // SAFETY: as above.
    unsafe { array::remove(own(slot), key(k)).unwrap_or(Val::UNDEF) }
}
unsafe extern "C" fn refill(slot: *mut Val, pairs: *const RawPair, n: usize, renumber: u32) {
    // SAFETY: the caller's slot and pairs; the shares of the values move in, keys get shares of their own.
    unsafe {
        let fresh = array::new(n);
        for i in 0..n {
            let RawPair { key: k, val: v } = *pairs.add(i);
            match key(k) {
                Key::Int(_) if renumber != 0 => {
                    let _ = array::push(fresh, v);
                }
                k => array::set(fresh, k, v),
            }
        }
        let slot = value::deref_ptr(slot);
        let old = *slot;
        if renumber == 0 {
            (*fresh).next_free = (*fresh).next_free.max((*old.as_ptr::<Arr>()).next_free);
        }
        array::store(slot, array::val(fresh));
        memory::val_release(old);
    }
}
unsafe extern "C" fn key_of(v: Val, out: *mut RawKey) -> u32 {
    // SAFETY: live value; the caller's slot.
    unsafe {
        *out = match v.tag() {
            INT => RawKey { key: core::ptr::null_mut(), h: v.as_int() },
            STR => match number::int_key(StrHdr::bytes(v.as_ptr())) {
                Some(h) => RawKey { key: core::ptr::null_mut(), h },
                None => RawKey { key: v.as_ptr(), h: 0 },
            },
            UNDEF | NULL => RawKey { key: interner::short(b""), h: 0 },
            FALSE => RawKey { key: core::ptr::null_mut(), h: 0 },
            TRUE => RawKey { key: core::ptr::null_mut(), h: 1 },
            DBL | RES => RawKey { key: core::ptr::null_mut(), h: convert::to_int(v) },
            _ => return 0,
        };
        1
    }
}
unsafe extern "C" fn is_list(a: Val) -> u32 {
    // SAFETY: live array.
    unsafe { value::is_list(arr(a)) as u32 }
}
unsafe extern "C" fn next_index(a: Val) -> i64 {
    // SAFETY: live array.
    unsafe { array::next_index(arr(a)) }
}
unsafe extern "C" fn set_next_index(slot: *mut Val, i: i64) {
    // SAFETY: the caller's slot.
    unsafe { (*own(slot)).next_free = i }
}
unsafe extern "C" fn cursor(a: Val) -> u32 {
    // SAFETY: live array.
    unsafe { (*arr(a)).cursor }
}
unsafe extern "C" fn set_cursor(slot: *mut Val, pos: u32) {
    // SAFETY: the caller's slot.
    unsafe {
        let p = value::deref_ptr(slot);
        let a = (*p).as_ptr::<Arr>();
        if (*a).cursor != pos {
            (*array::separate(p)).cursor = pos;
        }
    }
}
unsafe extern "C" fn next_live(a: Val, pos: u32) -> u32 {
    // SAFETY: live array.
    unsafe { array::next_live(arr(a), pos) }
}
unsafe extern "C" fn prev_live(a: Val, pos: u32) -> u32 {
    // SAFETY: live array.
    unsafe { array::prev_live(arr(a), pos.saturating_add(1).min((*arr(a)).used)).unwrap_or(u32::MAX) }
}
unsafe extern "C" fn entry_at(a: Val, pos: u32) -> *mut Val {
    // SAFETY: live array.
    unsafe { array::entry_at(arr(a), pos) }
}
unsafe extern "C" fn key_at(a: Val, pos: u32) -> RawKey {
    // SAFETY: live array.
    unsafe { raw_key(array::key_at(arr(a), pos)) }
}
unsafe extern "C" fn make_ref(slot: *mut Val) -> Val {
    // SAFETY: a live variable.
    unsafe {
        let r = value::ref_val(value::make_ref(slot));
        memory::val_addref(r);
        r
    }
}
unsafe extern "C" fn watch(a: Val, pos: u32) -> u32 {
    // SAFETY: live array.
    unsafe { array_iter::add(arr(a), pos) }
}
unsafe extern "C" fn watched(id: u32, a: Val) -> u32 {
    // SAFETY: live array.
    unsafe { array_iter::pos(id, arr(a)) }
}
unsafe extern "C" fn watch_set(id: u32, pos: u32) {
    array_iter::set(id, pos);
}
unsafe extern "C" fn watch_step(id: u32, a: Val, advance: u32) -> u32 {
    // SAFETY: live array.
    unsafe { array_iter::step(id, arr(a), advance != 0).unwrap_or(u32::MAX) }
}
unsafe extern "C" fn unwatch(id: u32) {
    array_iter::del(id);
}
unsafe extern "C" fn room(slot: *mut Val, n: usize) -> *mut Val {
    // SAFETY: the caller's slot.
    unsafe { u32::try_from(n).map_or(core::ptr::null_mut(), |n| array::packed_room(own(slot), n)) }
}
unsafe extern "C" fn filled(slot: *mut Val, n: usize) {
    // SAFETY: the caller's slot; what was written is within the room that it got.
    unsafe { array::filled((*value::deref_ptr(slot)).as_ptr(), n as u32) }
}
unsafe extern "C" fn append_all(slot: *mut Val, from: Val) -> u32 {
    // SAFETY: the caller's slot; a slot that shared the other array has one of its own now.
    unsafe { array::append_all(own(slot), arr(from)).is_ok() as u32 }
}
unsafe extern "C" fn put_all(slot: *mut Val, from: Val) {
    // SAFETY: as in `append_all`.
    unsafe { array::put_all(own(slot), arr(from)) }
}
unsafe extern "C" fn hash_new(cap: usize) -> Val {
    array::val(array::new_hash(u32::try_from(cap).map_or(0, |n| n.min(u32::MAX / 64))))
}
unsafe extern "C" fn hash_room(slot: *mut Val, n: usize) -> u32 {
    // SAFETY: the caller's slot.
    unsafe { array::build::hash_room(own(slot), n) as u32 }
}
unsafe extern "C" fn hash_filled(slot: *mut Val, n: usize, unique: u32) {
    // SAFETY: the caller's slot; what was written is within the room that it got.
    unsafe { array::build::hash_filled((*slot).as_ptr(), n as u32, unique != 0) }
}
unsafe extern "C" fn pop(slot: *mut Val) -> Val {
    // SAFETY: the caller's slot; the element's share goes to the caller.
    unsafe {
        let empty = array::count((*value::deref_ptr(slot)).as_ptr()) == 0;
        if empty { Val::UNDEF } else { array::build::pop(own(slot)).unwrap_or(Val::UNDEF) }
    }
}
unsafe extern "C" fn splice(
    slot: *mut Val,
    at: usize,
    removed: usize,
    vals: *const Val,
    n: usize,
    out: *mut Val,
) -> u32 {
    // SAFETY: the caller's slot, values and room.
    unsafe {
        let a = (*slot).as_ptr();
        array::build::splice(a, at, removed, vals, n, out) as u32
    }
}

/// A list of strings.
pub(crate) fn names(it: impl IntoIterator<Item = *mut StrHdr>) -> Val {
    array::val(array::from_vals(it.into_iter().map(|s| crate::rt::copy(string::val(s)))))
}

/// The table.
pub static TABLE: ArrTable = ArrTable {
    size: size_of::<ArrTable>() as u32,
    reserved: 0,
    new,
    from_vals,
    from_pairs,
    view,
    count,
    find_int,
    find_str,
    find_exact,
    separate,
    set,
    set_str,
    push,
    entry,
    remove,
    refill,
    key_of,
    is_list,
    next_index,
    set_next_index,
    cursor,
    set_cursor,
    next_live,
    prev_live,
    entry_at,
    key_at,
    make_ref,
    watch,
    watched,
    watch_set,
    unwatch,
    find,
    shift,
    edited,
    room,
    filled,
    append_all,
    hash_new,
    hash_room,
    hash_filled,
    pop,
    splice,
    watch_step,
    put_all,
};
