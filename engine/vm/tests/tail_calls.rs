//! The interpreter's handlers pass control on by jumps: ten million bytecodes run on a small stack. A build in which they
//! call each other instead would need gigabytes (`src/dispatch/mod.rs` says what such builds use).

mod support;

use howdah_runtime::memory::{MemoryManager, SapiMode};
use howdah_vm::core_functions;
use howdah_vm::vm::Vm;
use std::sync::Arc;
use support::{TestHost, script};

/// Bytes of stack for everything that runs: making the VM, the script, and the end of the request.
const STACK: usize = 64 << 10;

/// Runs a script on a thread with a small stack; what it printed.
fn on_small_stack(code: &str) -> String {
    // Parsing nests with the source, and is no part of what is tested.
    let compiled = script(code.as_bytes(), b"/test.php", false);
    let compiled: Arc<_> = compiled.unwrap_or_else(|e| panic!("{}", String::from_utf8_lossy(&e.message)));
    let run = move || {
        let host = TestHost::default();
        let out = host.out.clone();
        let mut vm = Vm::with_memory(Box::new(host), MemoryManager::new(SapiMode::Cli));
        core_functions::register(&mut vm);
        vm.request_start(usize::MAX);
        vm.run_script(&compiled);
        vm.finish();
        vm.request_end();

        String::from_utf8_lossy(&out.borrow()).into_owned()
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    thread.ok().and_then(|t| t.join().ok()).unwrap_or_else(|| panic!("the thread failed"))
}

#[test]
fn loops() {
    // Four bytecodes and more a turn.
    let code = "<?php $s = 0; for ($i = 0; $i < 2500000; $i++) { $s += $i & 7; } echo $s;";
    assert_eq!(on_small_stack(code), "8750000");
}

#[test]
fn strings_and_arrays() {
    let code = r#"<?php
        $a = []; $n = 0;
        for ($i = 0; $i < 500000; $i++) {
            $k = "k" . ($i % 100);
            $a[$k] = ($a[$k] ?? 0) + 1;
            if ($a[$k] === 7) { $n++; }
            foreach ([1, 2] as $v) { $n += $v; }
        }
        echo $n, " ", $a["k5"];"#;
    assert_eq!(on_small_stack(code), "1500100 5000");
}

#[test]
fn texts_and_numbers() {
    let code = r#"<?php
        $n = 0; $s = "";
        for ($i = 0; $i < 300000; $i++) {
            $s = "t$i";
            $s = $s . "x";
            $t = (string) $i;
            $n += (int) $t + (int) "$i" + (int) (float) "$i.5" + strlen("a$i") - strlen((string) $i);
            [$a, [1 => $b]] = [$i, [$t, $s]];
            $n += $a;
            $b . "";
        }
        echo $n, " ", $b;"#;
    assert_eq!(on_small_stack(code), "179999700000 t299999x");
}

#[test]
fn calls_nest_without_the_stack() {
    let code = r#"<?php
        class A { public int $n = 0; function add(int $x): static { $this->n += $x; return $this; } }
        function depth(int $n): int { return $n === 0 ? 0 : 1 + depth($n - 1); }
        function gen(int $n) { for ($i = 0; $i < $n; $i++) { yield $i; } }
        $a = new A; $sum = 0;
        for ($i = 0; $i < 400000; $i++) { $a->add($i & 3)->add(1); }
        foreach (gen(300000) as $v) { $sum += $v & 1; }
        for ($i = 0; $i < 100000; $i++) { try { throw new Exception("x"); } catch (Exception $e) { $sum++; } }
        echo $a->n, " ", depth(20000), " ", $sum;"#;
    assert_eq!(on_small_stack(code), "1000000 20000 250000");
}
