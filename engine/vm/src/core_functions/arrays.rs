//! Array functions.

use super::Entry;
use crate::native::Args;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::Arr;
use howdah_runtime::{compare, convert, ops, value};
use plugin_api_abi::{Status, Val};

fn items(v: Val) -> Vec<(Key, Val)> {
    // SAFETY: an array that the frame holds.
    unsafe { array::iter(v.as_ptr::<Arr>()).map(|(k, p)| (k, value::deref(*p))).collect() }
}

fn list(out: &mut Val, it: impl IntoIterator<Item = Val>) -> Status {
    *out = array::val(array::from_vals(it));
    Status::Ok
}

/// The array behind a by-reference argument, unshared.
fn own(a: &Args<'_>, i: usize) -> *mut Arr {
    // SAFETY: the parameter is a reference to an array.
    unsafe { array::separate(value::deref_ptr(a.slot(i))) }
}

fn put(t: *mut Arr, k: Key, v: Val, renumber: bool) {
    // SAFETY: `t` is fresh.
    unsafe {
        match k {
            Key::Int(_) if renumber => {
                let _ = array::push(t, rt::copy(v));
            }
            k => array::set(t, k, rt::copy(v)),
        }
    }
}

/// Sorts the array of argument 0 by `cmp` on entries; keeps keys or renumbers.
fn sort(
    vm: &mut Vm,
    a: &Args<'_>,
    out: &mut Val,
    keep: bool,
    cmp: &mut dyn FnMut(&mut Vm, (Key, Val), (Key, Val)) -> i32,
) -> Status {
    let t = own(a, 0);
    // SAFETY: the array is unshared; its elements are moved out and back. While user code compares, the variable holds an
    // empty array and the elements are ours.
    unsafe {
        let mut pairs: Vec<(Key, Val)> = Vec::with_capacity(array::count(t));
        for i in 0..(*t).used {
            let p = array::entry_at(t, i);
            if !p.is_null() {
                let k = array::key_at(t, i);
                rt::addref(k.val());
                rt::addref(*p);
                pairs.push((k, *p));
            }
        }
        merge_sort(vm, &mut pairs, cmp);
        let n = array::new(pairs.len());
        for (k, v) in pairs {
            match k {
                _ if !keep => {
                    let _ = array::push(n, Val { aux: 0, ..v });
                }
                k => array::set(n, k, Val { aux: 0, ..v }),
            }
            release(k.val());
        }
        let p = value::deref_ptr(a.slot(0));
        let old = *p;
        array::store(p, array::val(n));
        release(old);
    }
    *out = Val::TRUE;
    vm.pending()
}

/// A stable sort whose comparison may run PHP code.
fn merge_sort(
    vm: &mut Vm,
    v: &mut Vec<(Key, Val)>,
    cmp: &mut dyn FnMut(&mut Vm, (Key, Val), (Key, Val)) -> i32,
) {
    let n = v.len();
    let mut width = 1;
    let mut src = std::mem::take(v);
    while width < n {
        let mut dst = Vec::with_capacity(n);
        let mut i = 0;
        while i < n {
            let (mid, end) = ((i + width).min(n), (i + 2 * width).min(n));
            let (mut l, mut r) = (i, mid);
            while l < mid && r < end {
                if cmp(vm, src[l], src[r]) <= 0 {
                    dst.push(src[l]);
                    l += 1;
                } else {
                    dst.push(src[r]);
                    r += 1;
                }
            }
            dst.extend_from_slice(&src[l..mid]);
            dst.extend_from_slice(&src[r..end]);
            i = end;
        }
        src = dst;
        width *= 2;
    }
    *v = src;
}

fn flag_cmp(flags: i64, x: Val, y: Val) -> i32 {
    match flags {
        1 => compare::compare(Val::dbl(convert::to_dbl(x)), Val::dbl(convert::to_dbl(y))),
        2 => {
            let (mut p, mut q) = (Val::NULL, Val::NULL);
            let _ = rt::to_str(x, &mut p);
            let _ = rt::to_str(y, &mut q);
            // SAFETY: owned strings (or null after a failure, which leaves an exception).
            unsafe {
                let r = if p.tag() == 6 && q.tag() == 6 {
                    plugin_api_abi::StrHdr::bytes(p.as_ptr()).cmp(plugin_api_abi::StrHdr::bytes(q.as_ptr()))
                        as i32
                } else {
                    0
                };
                release(p);
                release(q);
                r
            }
        }
        _ => compare::compare(x, y),
    }
}

fn user_cmp(vm: &mut Vm, f: Val, x: Val, y: Val) -> i32 {
    if vm.pending() != Status::Ok {
        return 0;
    }
    let mut out = Val::NULL;
    let _ = vm.call_callable(f, &[value::deref(x), value::deref(y)], &mut out);
    let r = convert::to_int(out).signum() as i32;
    // SAFETY: ours.
    unsafe { release(out) };
    r
}

pub(crate) const LIST: &[Entry] = &[
    ("array_keys(array $array): array", |_, a, out| {
        list(out, items(a.get(0)).into_iter().map(|(k, _)| rt::copy(k.val())))
    }),
    ("array_values(array $array): array", |_, a, out| {
        list(out, items(a.get(0)).into_iter().map(|(_, v)| rt::copy(v)))
    }),
    ("array_merge(array ...$arrays): array", |_, a, out| {
        let t = array::new(0);
        for i in 0..a.len() {
            items(a.get(i)).into_iter().for_each(|(k, v)| put(t, k, v, true));
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("array_combine(array $keys, array $values): array", |vm, a, out| {
        let (k, v) = (items(a.get(0)), items(a.get(1)));
        if k.len() != v.len() {
            return vm.throw_value("array_combine(): Argument #1 ($keys) and argument #2 ($values) must have the same number of elements");
        }
        let t = array::new(0);
        for ((_, k), (_, v)) in k.into_iter().zip(v) {
            if let Ok(convert::KeyOf::Key(k)) = convert::to_key(k) {
                put(t, k, v, false);
            }
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("array_flip(array $array): array", |_, a, out| {
        let t = array::new(0);
        for (k, v) in items(a.get(0)) {
            if let Ok(convert::KeyOf::Key(n)) = convert::to_key(v) {
                put(t, n, k.val(), false);
            }
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("array_reverse(array $array, bool $preserve_keys = false): array", |_, a, out| {
        let t = array::new(0);
        items(a.get(0)).into_iter().rev().for_each(|(k, v)| put(t, k, v, !a.bool(1, false)));
        *out = array::val(t);
        Status::Ok
    }),
    (
        "array_slice(array $array, int $offset, ?int $length = null, bool $preserve_keys = false): array",
        |_, a, out| {
            let all = items(a.get(0));
            let n = all.len() as i64;
            let off = a.int(1, 0);
            let from = if off < 0 { (n + off).max(0) } else { off.min(n) };
            let to = match a.get(2).tag() {
                4 if a.int(2, 0) < 0 => (n + a.int(2, 0)).max(from),
                4 => from.saturating_add(a.int(2, 0)).min(n),
                _ => n,
            };
            let t = array::new(0);
            all[from as usize..to as usize].iter().for_each(|(k, v)| put(t, *k, *v, !a.bool(3, false)));
            *out = array::val(t);
            Status::Ok
        },
    ),
    ("array_map(?callable $callback, array $array, array ...$arrays): array", |vm, a, out| {
        let t = array::new(0);
        *out = array::val(t);
        let f = a.get(0);
        if a.len() == 2 {
            for (k, v) in items(a.get(1)) {
                let mut r = Val::NULL;
                if f.is_nullish() {
                    r = rt::copy(v)
                } else {
                    crate::tri!(vm.call_callable(f, &[v], &mut r))
                }
                // SAFETY: the array is ours.
                unsafe { array::set(t, k, r) };
            }
            return Status::Ok;
        }
        let lists: Vec<_> = (1..a.len()).map(|i| items(a.get(i))).collect();
        let n = lists.iter().map(Vec::len).max().unwrap_or(0);
        for i in 0..n {
            let row: Vec<Val> = lists.iter().map(|l| l.get(i).map_or(Val::NULL, |x| x.1)).collect();
            let mut r = Val::NULL;
            if f.is_nullish() {
                r = array::val(array::from_vals(row.into_iter().map(rt::copy)));
            } else {
                crate::tri!(vm.call_callable(f, &row, &mut r));
            }
            // SAFETY: the array is ours.
            unsafe {
                let _ = array::push(t, r);
            }
        }
        Status::Ok
    }),
    ("array_filter(array $array, ?callable $callback = null, int $mode = 0): array", |vm, a, out| {
        let t = array::new(0);
        *out = array::val(t);
        for (k, v) in items(a.get(0)) {
            let mut r = Val::NULL;
            if a.get(1).is_nullish() {
                r = rt::copy(v);
            } else {
                let args: &[Val] = match a.int(2, 0) {
                    2 => &[k.val()],
                    1 => &[v, k.val()],
                    _ => &[v],
                };
                crate::tri!(vm.call_callable(a.get(1), args, &mut r));
            }
            if rt::truth(vm, r) {
                put(t, k, v, false);
            }
            // SAFETY: ours.
            unsafe { release(r) };
        }
        Status::Ok
    }),
    ("array_reduce(array $array, callable $callback, mixed $initial = null): mixed", |vm, a, out| {
        let mut acc = rt::copy(if a.len() > 2 { a.get(2) } else { Val::NULL });
        for (_, v) in items(a.get(0)) {
            let mut r = Val::NULL;
            crate::tri!(vm.call_callable(a.get(1), &[acc, v], &mut r));
            // SAFETY: ours.
            unsafe { release(acc) };
            acc = r;
        }
        *out = acc;
        Status::Ok
    }),
    ("array_walk(array &$array, callable $callback, mixed $arg = UNKNOWN): true", |vm, a, out| {
        let t = own(a, 0);
        // SAFETY: elements become references, which survive what the callback does to the array.
        let refs: Vec<(Key, Val)> =
            unsafe { array::iter(t).map(|(k, p)| (k, value::ref_val(value::make_ref(p)))).collect() };
        for (k, r) in refs {
            let mut args = vec![r, k.val()];
            if a.len() > 2 {
                args.push(a.get(2));
            }
            let mut o = Val::NULL;
            crate::tri!(vm.call_callable(a.get(1), &args, &mut o));
            // SAFETY: ours.
            unsafe { release(o) };
        }
        *out = Val::TRUE;
        Status::Ok
    }),
    ("array_sum(array $array): int|float", |_, a, out| {
        *out = Val::int(0);
        for (_, v) in items(a.get(0)) {
            crate::tri!(ops::binary(1, out, *out, v));
        }
        Status::Ok
    }),
    ("array_push(array &$array, mixed ...$values): int", |_, a, out| {
        let t = own(a, 0);
        // SAFETY: unshared.
        unsafe {
            for i in 1..a.len() {
                let _ = array::push(t, rt::copy(a.get(i)));
            }
            *out = Val::int(array::count(t) as i64);
        }
        Status::Ok
    }),
    ("array_pop(array &$array): mixed", |_, a, out| {
        let t = own(a, 0);
        // SAFETY: unshared.
        unsafe {
            if let Some(i) = array::prev_live(t, (*t).used) {
                let v = array::remove_at(t, i);
                *out = rt::copy(value::deref(v));
                release(v);
                (*t).next_free = array::iter(t)
                    .filter_map(|(k, _)| if let Key::Int(i) = k { Some(i + 1) } else { None })
                    .max()
                    .unwrap_or(0)
                    .max(0);
                (*t).cursor = 0;
            }
        }
        Status::Ok
    }),
    ("array_shift(array &$array): mixed", |_, a, out| {
        let t = own(a, 0);
        // SAFETY: unshared.
        unsafe {
            let all: Vec<(Key, Val)> = array::iter(t).map(|(k, p)| (k, rt::copy(*p))).collect();
            let Some((first, rest)) = all.split_first() else { return Status::Ok };
            *out = rt::copy(value::deref(first.1));
            let n = array::new(rest.len());
            for (k, v) in rest {
                match k {
                    Key::Int(_) => {
                        let _ = array::push(n, Val { aux: 0, ..*v });
                    }
                    k => array::set(n, *k, Val { aux: 0, ..*v }),
                }
            }
            release(first.1);
            let p = value::deref_ptr(a.slot(0));
            let old = *p;
            array::store(p, array::val(n));
            release(old);
        }
        Status::Ok
    }),
    ("in_array(mixed $needle, array $haystack, bool $strict = false): bool", |vm, a, out| {
        let (n, strict) = (a.get(0), a.bool(2, false));
        let hit = items(a.get(1))
            .into_iter()
            .any(|(_, v)| if strict { compare::identical(n, v) } else { compare::loose_eq(n, v) });
        *out = Val::bool(hit);
        vm.pending()
    }),
    ("array_search(mixed $needle, array $haystack, bool $strict = false): int|string|false", |vm, a, out| {
        let (n, strict) = (a.get(0), a.bool(2, false));
        let hit = items(a.get(1))
            .into_iter()
            .find(|(_, v)| if strict { compare::identical(n, *v) } else { compare::loose_eq(n, *v) });
        *out = hit.map_or(Val::FALSE, |(k, _)| rt::copy(k.val()));
        vm.pending()
    }),
    ("array_fill(int $start_index, int $count, mixed $value): array", |_, a, out| {
        let t = array::new(0);
        for i in 0..a.int(1, 0) {
            put(t, Key::Int(a.int(0, 0) + i), a.get(2), false);
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("range($start, $end, int|float $step = 1): array", |_, a, out| {
        let (x, y) = (a.get(0), a.get(1));
        if x.tag() == 4 && y.tag() == 4 && a.get(2).tag() != 5 {
            let (s, e, step) = (x.as_int(), y.as_int(), a.int(2, 1).abs().max(1));
            let n = s.abs_diff(e) / step as u64;
            return list(
                out,
                (0..=n).map(|i| Val::int(if s <= e { s + i as i64 * step } else { s - i as i64 * step })),
            );
        }
        if x.tag() == 6
            && y.tag() == 6
            && a.bytes(0).len() == 1
            && a.bytes(1).len() == 1
            && !a.bytes(0)[0].is_ascii_digit()
        {
            let (s, e) = (a.bytes(0)[0], a.bytes(1)[0]);
            let step = a.int(2, 1).unsigned_abs().max(1) as usize;
            let all: Vec<u8> =
                if s <= e { (s..=e).step_by(step).collect() } else { (e..=s).rev().step_by(step).collect() };
            return list(out, all.into_iter().map(|c| howdah_runtime::string::new_val(&[c])));
        }
        let (s, e) = (convert::to_dbl(x), convert::to_dbl(y));
        let step = if a.len() > 2 { convert::to_dbl(a.get(2)).abs() } else { 1.0 };
        let n = if step > 0.0 { ((e - s).abs() / step + 1e-9).floor() as i64 } else { 0 };
        list(out, (0..=n).map(|i| Val::dbl(if s <= e { s + i as f64 * step } else { s - i as f64 * step })))
    }),
    ("sort(array &$array, int $flags = SORT_REGULAR): true", |vm, a, out| {
        let f = a.int(1, 0);
        sort(vm, a, out, false, &mut |_, x, y| flag_cmp(f, x.1, y.1))
    }),
    ("rsort(array &$array, int $flags = SORT_REGULAR): true", |vm, a, out| {
        let f = a.int(1, 0);
        sort(vm, a, out, false, &mut |_, x, y| flag_cmp(f, y.1, x.1))
    }),
    ("asort(array &$array, int $flags = SORT_REGULAR): true", |vm, a, out| {
        let f = a.int(1, 0);
        sort(vm, a, out, true, &mut |_, x, y| flag_cmp(f, x.1, y.1))
    }),
    ("arsort(array &$array, int $flags = SORT_REGULAR): true", |vm, a, out| {
        let f = a.int(1, 0);
        sort(vm, a, out, true, &mut |_, x, y| flag_cmp(f, y.1, x.1))
    }),
    ("ksort(array &$array, int $flags = SORT_REGULAR): true", |vm, a, out| {
        let f = a.int(1, 0);
        sort(vm, a, out, true, &mut |_, x, y| flag_cmp(f, x.0.val(), y.0.val()))
    }),
    ("krsort(array &$array, int $flags = SORT_REGULAR): true", |vm, a, out| {
        let f = a.int(1, 0);
        sort(vm, a, out, true, &mut |_, x, y| flag_cmp(f, y.0.val(), x.0.val()))
    }),
    ("usort(array &$array, callable $callback): true", |vm, a, out| {
        let f = a.get(1);
        sort(vm, a, out, false, &mut |vm, x, y| user_cmp(vm, f, x.1, y.1))
    }),
    ("uasort(array &$array, callable $callback): true", |vm, a, out| {
        let f = a.get(1);
        sort(vm, a, out, true, &mut |vm, x, y| user_cmp(vm, f, x.1, y.1))
    }),
    ("uksort(array &$array, callable $callback): true", |vm, a, out| {
        let f = a.get(1);
        sort(vm, a, out, true, &mut |vm, x, y| user_cmp(vm, f, x.0.val(), y.0.val()))
    }),
];
