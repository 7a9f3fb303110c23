use super::*;
use crate::value::Value;
use crate::{array, string};
use plugin_api_abi::Val;

fn text(n: usize) -> Val {
    string::new_val(&vec![b'x'; n])
}

#[test]
fn heap_alloc_get_roundtrip() {
    for mode in [SapiMode::Cli, SapiMode::FpmFcgi] {
        let mut mm = MemoryManager::new(mode);
        let h = mm.alloc_val(Value::from_val(string::new_val(b"kept by an extension")));
        let v = mm.get(h).expect("alive");
        // SAFETY: the handle holds the string.
        assert_eq!(unsafe { string::bytes(v.as_ptr()) }, b"kept by an extension");
        assert!(mm.free(h));
        assert!(mm.get(h).is_none() && !mm.free(h));
        let again = mm.alloc_val(Value::from_val(Val::int(7)));
        assert_ne!(h, again, "a freed handle is not given out again");
        assert!(mm.get(h).is_none());
    }
}

#[test]
fn heap_policy_switches_by_sapi() {
    let cli = MemoryManager::new(SapiMode::Cli);
    let fpm = MemoryManager::new(SapiMode::FpmFcgi);
    assert_eq!((cli.policy_name(), fpm.policy_name()), ("epoch", "arena"));
    assert_eq!(MemoryManager::new(SapiMode::CliServer).policy_name(), "arena");
    assert_eq!(MemoryManager::new(SapiMode::Embed).policy_name(), "epoch");
}

#[test]
fn two_managers_of_a_thread_keep_apart() {
    let mut a = MemoryManager::new(SapiMode::Cli);
    let x = a.alloc_val(Value::from_val(text(100)));
    let mut b = MemoryManager::new(SapiMode::FpmFcgi);
    let y = b.alloc_val(Value::from_val(text(100)));
    a.activate();
    assert!(a.free(x));
    b.activate();
    assert!(b.get(y).is_some());
}

#[test]
fn epoch_policy_retires_on_free() {
    let mut mm = MemoryManager::with_checks(SapiMode::Cli, false);
    let h = mm.alloc_val(Value::from_val(text(40)));
    assert_eq!(mm.len(), 1);
    let g = guard();
    mm.free(h);
    assert_eq!(mm.len(), 0);
    assert_eq!(mm.retired(), 1);
    drop(g);
    assert_eq!(mm.retired(), 0);
}

#[test]
fn a_guard_keeps_dead_blocks_readable() {
    for mode in [SapiMode::Cli, SapiMode::FpmFcgi] {
        let mut mm = MemoryManager::with_checks(mode, false);
        let outer = guard();
        let inner = guard();
        let h = mm.alloc_val(Value::from_val(string::new_val(b"borrowed across a callback")));
        // SAFETY: read below only while the guard is active.
        let borrowed = unsafe { string::bytes(mm.get(h).expect("alive").as_ptr()) };
        mm.free(h);
        drop(inner);
        for _ in 0..10_000 {
            // SAFETY: ours.
            unsafe { val_release(string::new_val(b"something else of its size")) };
        }
        assert_eq!(borrowed, b"borrowed across a callback", "{mode:?}");
        drop(outer);
        assert_eq!(mm.retired(), 0);
    }
}

#[test]
fn blocks_are_reused_at_once_without_a_guard() {
    for mode in [SapiMode::Cli, SapiMode::FpmFcgi] {
        let _mm = MemoryManager::with_checks(mode, false);
        let p = alloc(48);
        // SAFETY: ours.
        unsafe { free(p, 48) };
        assert_eq!(alloc(48), p);
    }
}

#[test]
fn memory_api_alloc_bytes_roundtrip() {
    for mode in [SapiMode::Cli, SapiMode::FpmFcgi] {
        let mut mm = MemoryManager::new(mode);
        for len in [0, 1, 100, 5000, 300_000, 5 << 20] {
            let mut b = mm.alloc_bytes(len).expect("no limit");
            assert!(b.bytes().iter().all(|&x| x == 0) && b.len() == len);
            b.bytes_mut().fill(42);
            assert!(b.bytes().iter().all(|&x| x == 42));
        }
    }
}

#[test]
fn a_block_is_dead_after_its_request() {
    let mut mm = MemoryManager::new(SapiMode::FpmFcgi);
    mm.request_start(usize::MAX);
    let mut b = mm.alloc_bytes(64).expect("no limit");
    let h = mm.alloc_val(Value::from_val(text(64)));
    // SAFETY: only the block and the handle are left, and they know that their request is over.
    unsafe { mm.request_end() };
    assert!(b.bytes().is_empty() && b.bytes_mut().is_empty());
    assert!(mm.get(h).is_none() && mm.is_empty());
}

#[test]
fn alloc_bytes_fails_with_the_limits_error() {
    let mut mm = MemoryManager::new(SapiMode::Cli);
    mm.request_start(32 << 20);
    let e = mm.alloc_bytes(64 << 20).err().expect("over the limit");
    assert_eq!(
        e.to_string(),
        "Allowed memory size of 33554432 bytes exhausted (tried to allocate 67108864 bytes)"
    );
    assert!(mm.alloc_bytes(16 << 20).is_ok());
}

#[test]
fn running_out_reclaims_cycles_first() {
    let mut mm = MemoryManager::new(SapiMode::Cli);
    mm.request_start(16 << 20);
    // An array that holds itself and eight megabytes.
    let a = array::new(0);
    let cell = crate::value::new_ref(array::val(a));
    // SAFETY: fresh and ours; the array takes the shares over.
    unsafe {
        let big = string::with_len(8 << 20);
        array::set(a, array::Key::Int(0), string::val(big));
        val_addref(crate::value::ref_val(cell));
        array::set(a, array::Key::Int(1), crate::value::ref_val(cell));
        val_release(crate::value::ref_val(cell));
    }
    assert!(mm.alloc_bytes(10 << 20).is_ok(), "the cycle went");
}

#[test]
fn the_end_of_a_request_keeps_its_chunks() {
    let mut mm = MemoryManager::with_checks(SapiMode::FpmFcgi, false);
    let mut first = 0;
    for round in 0..50 {
        mm.request_start(usize::MAX);
        let list: Vec<*mut u8> = (0..20_000).map(|_| alloc(64)).collect();
        let large = alloc(1 << 20);
        assert!(!large.is_null() && usage(false) >= 20_000 * 64 + (1 << 20));
        if round == 0 {
            first = list[0] as usize;
        }
        assert!(usage(true).is_multiple_of(2 << 20));
        // SAFETY: nothing of it is used again.
        unsafe { mm.request_end() };
    }
    assert_ne!(first, 0);
    assert!(usage(false) < 1 << 20);
}

#[test]
fn engine_blocks_outlive_requests() {
    let mut mm = MemoryManager::new(SapiMode::FpmFcgi);
    let v = text(200);
    for _ in 0..3 {
        mm.request_start(usize::MAX);
        let _gone = text(200);
        // SAFETY: nothing of the request is used again.
        unsafe { mm.request_end() };
        // SAFETY: allocated outside of requests.
        assert!(unsafe { string::bytes(v.as_ptr()) }.iter().all(|&b| b == b'x'));
    }
    // SAFETY: ours.
    unsafe { val_release(v) };
}

#[test]
fn cli_epoch_reclamation_does_not_leak() {
    let mut mm = MemoryManager::with_checks(SapiMode::Cli, false);
    mm.pin_run_loop(true);
    let mut after_warm_up = 0;
    for i in 0..2_000_000u32 {
        // SAFETY: ours.
        unsafe { val_release(text(40 + i as usize % 200)) };
        if i == 100_000 {
            after_warm_up = usage(true);
        }
        assert!(mm.retired() < 16 * epoch::BAG);
    }
    assert_eq!(usage(true), after_warm_up);
    mm.pin_run_loop(false);
    assert_eq!(mm.retired(), 0);
}

#[test]
fn large_blocks_grow_shrink_and_come_back() {
    let _mm = MemoryManager::new(SapiMode::Cli);
    let before = usage(false);
    // SAFETY: the block is ours throughout.
    unsafe {
        let mut p = alloc(2049);
        let mut size = 2049;
        p.write_bytes(7, size);
        for next in [3000, 4096, 5000, 70_000, 3 << 20, 100_000, 60_000, 2500, 100] {
            p = realloc(p, size, next);
            let kept = size.min(next).min(100);
            assert!(core::slice::from_raw_parts(p, kept).iter().all(|&b| b == 7));
            size = next;
        }
        free(p, size);
    }
    assert!(usage(false) <= before + 4096, "{before} {}", usage(false));
}

#[test]
fn usage_counts_blocks_that_come_and_go_between_two_looks() {
    let _mm = MemoryManager::with_checks(SapiMode::Cli, false);
    let before = usage(false);
    for round in 1..200usize {
        let blocks: Vec<*mut u8> = (0..round * 7).map(|_| alloc(64)).collect();
        assert_eq!(usage(false), before + blocks.len() * 64);
        let (some, rest) = blocks.split_at(round * 3);
        for p in some {
            // SAFETY: ours.
            unsafe { free(*p, 64) };
        }
        assert_eq!(usage(false), before + rest.len() * 64);
        for p in rest {
            // SAFETY: ours.
            unsafe { free(*p, 64) };
        }
        if round % 50 == 0 {
            trim();
        }
        assert_eq!(usage(false), before);
    }
}

#[test]
fn idle_runs_are_found_and_returned() {
    let _mm = MemoryManager::with_checks(SapiMode::Cli, false);
    let keep = alloc(64);
    let list: Vec<*mut u8> = (0..200_000).map(|_| alloc(64)).collect();
    let high = usage(true);
    for p in list {
        // SAFETY: ours.
        unsafe { free(p, 64) };
    }
    assert!(trim() > 8 << 20);
    assert!(usage(true) < high / 2);
    // SAFETY: ours.
    unsafe { free(keep, 64) };
}

#[test]
fn checks_find_bad_frees_and_late_writes() {
    let mm = MemoryManager::with_checks(SapiMode::Cli, true);
    let p = alloc(64);
    // SAFETY: the point is to break the rules; checked heaps keep dead blocks back.
    unsafe {
        free(p, 64);
        assert_eq!(mm.faults(), 0);
        p.write(1);
        heap::with(|h| h.debug.as_mut().map(debug::Debug::check_quarantine));
        assert_eq!(mm.faults(), 1);
        free(p, 64);
        assert_eq!(mm.faults(), 2);
        let q = alloc(64);
        free(q, 640);
        assert_eq!(mm.faults(), 3);
    }
}
