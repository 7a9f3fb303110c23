//! Nanoseconds per allocation and release on the VM's heap, best of seven rounds.
//!
//! `cargo bench -p howdah-runtime --bench heap`

use howdah_runtime::{array, memory, string, value};
use plugin_api_abi::Val;
use std::hint::black_box;
use std::time::Instant;

const N: usize = 4_000_000;

fn best(name: &str, per: usize, mut f: impl FnMut()) {
    let ns = (0..7)
        .map(|_| {
            let t = Instant::now();
            f();
            t.elapsed().as_nanos() as f64 / per as f64
        })
        .fold(f64::MAX, f64::min);
    println!("{name:<44} {ns:6.2} ns");
}

/// Replaces random members of 1024 live blocks of 32 to 128 bytes.
fn mixed() {
    let mut live: Vec<(*mut u8, usize)> =
        (0..1024).map(|i| 32 + i % 7 * 16).map(|n| (memory::alloc(n), n)).collect();
    let mut seed = 1u32;
    for _ in 0..N {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let slot = &mut live[(seed >> 22) as usize];
        let n = 32 + (seed >> 8) as usize % 7 * 16;
        // SAFETY: the block came from `alloc` with that size, and only `live` knows it.
        unsafe { memory::free(slot.0, slot.1) };
        *slot = (memory::alloc(n), n);
    }
    for (p, n) in live {
        // SAFETY: as above.
        unsafe { memory::free(p, n) };
    }
}

fn main() {
    best("32-128 bytes, 1024 live", N, mixed);
    best("reference cell, made and dropped", N, || {
        for i in 0..N {
            let r = black_box(value::new_ref(Val::int(i as i64)));
            // SAFETY: the share is ours.
            unsafe { memory::val_release(value::ref_val(r)) };
        }
    });
    best("string of 20 bytes, made and dropped", N, || {
        for _ in 0..N {
            let v = black_box(string::new_val(black_box(b"twenty bytes of text")));
            // SAFETY: the share is ours.
            unsafe { memory::val_release(v) };
        }
    });
    best("list of 4 integers, made and dropped", N / 4, || {
        for i in 0..N / 4 {
            let a = array::from_vals((0..4).map(|k| Val::int(k + i as i64)));
            // SAFETY: the share is ours.
            unsafe { memory::val_release(black_box(array::val(a))) };
        }
    });
    best("block of 8 KiB, made and dropped", N / 4, || {
        for _ in 0..N / 4 {
            let p = black_box(memory::alloc(8192));
            // SAFETY: ours.
            unsafe { memory::free(p, 8192) };
        }
    });
}
