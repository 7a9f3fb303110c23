//! Requests and their memory: what is kept is named as a root, and nothing outlives a request.

mod support;

use howdah_runtime::memory::{MemoryManager, SapiMode, guard, usage};
use howdah_runtime::{array, gc};
use howdah_vm::core_functions;
use howdah_vm::native::function;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, OBJ, STR, Status, StrHdr, Val};
use std::cell::RefCell;
use std::rc::Rc;
use support::{TestHost, script};

struct Engine {
    vm: Box<Vm>,
    out: Rc<RefCell<Vec<u8>>>,
}

fn engine(sapi: SapiMode, files: &[(&str, &str)]) -> Engine {
    engine_with(MemoryManager::new(sapi), files)
}

fn engine_with(memory: MemoryManager, files: &[(&str, &str)]) -> Engine {
    let files = files.iter().map(|(k, v)| (k.as_bytes().to_vec(), v.as_bytes().to_vec())).collect();
    let host = TestHost { files, ..TestHost::default() };
    let out = host.out.clone();
    let mut vm = Vm::with_memory(Box::new(host), memory);
    core_functions::register(&mut vm);
    core_functions::register_list(&mut vm, LIBRARY);
    Engine { vm, out }
}

/// What the scripts here use of PHP's library, which extensions bring elsewhere.
const LIBRARY: &[(&str, howdah_vm::native::Native)] = &[
    ("str_repeat(string $string, int $times): string", |_, a, out| {
        *out = howdah_runtime::string::new_val(&a.bytes(0).repeat(a.int(1, 0) as usize));
        Status::Ok
    }),
    ("strlen(string $string): int", |_, a, out| {
        *out = Val::int(a.bytes(0).len() as i64);
        Status::Ok
    }),
    ("count(Countable|array $value): int", |vm, a, out| vm.count(a.get(0), out)),
    ("implode(string $separator, array $array): string", |_, a, out| {
        // SAFETY: an array of strings that the frame holds.
        let parts: Vec<&[u8]> =
            unsafe { array::iter(a.get(1).as_ptr()).map(|(_, v)| StrHdr::bytes((*v).as_ptr())).collect() };
        *out = howdah_runtime::string::new_val(&parts.join(a.bytes(0)));
        Status::Ok
    }),
];

impl Engine {
    /// Runs code in a request of its own, asks `then` before the request ends, and gives the output.
    fn request<R>(&mut self, code: &str, then: impl FnOnce(&mut Vm) -> R) -> (String, R) {
        self.vm.request_start(usize::MAX);
        let s = script(format!("<?php {code}").as_bytes(), b"/test.php", false).expect("compiles");
        self.vm.run_program(&s);
        drop(s);
        let r = then(&mut self.vm);
        self.vm.request_end();
        (String::from_utf8_lossy(&self.out.borrow_mut().split_off(0)).into_owned(), r)
    }

    fn run(&mut self, code: &str) -> String {
        self.request(code, |_| ()).0
    }
}

/// Strings among a holder's roots and within its arrays.
fn texts(vm: &Vm, holder: &str) -> Vec<String> {
    fn add(v: Val, out: &mut Vec<String>, depth: u32) {
        let v = howdah_runtime::value::deref(v);
        // SAFETY: roots are live.
        unsafe {
            match v.tag() {
                STR => out.push(String::from_utf8_lossy(StrHdr::bytes(v.as_ptr())).into_owned()),
                ARR if depth < 3 => {
                    for (_, p) in array::iter(v.as_ptr()) {
                        let p = if (*p).tag() == array::INDIRECT { (*p).as_ptr::<Val>() } else { p };
                        add(*p, out, depth + 1);
                    }
                }
                OBJ => {
                    let class = (*(*v.as_ptr::<howdah_runtime::layout::Obj>()).class).name;
                    out.push(format!("object {}", String::from_utf8_lossy(StrHdr::bytes(class))));
                }
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    vm.visit_roots(&mut |name, v| {
        if name == holder {
            add(v, &mut out, 0);
        }
    });
    out
}

thread_local! { static SEEN: RefCell<Vec<(String, Vec<String>)>> = const { RefCell::new(Vec::new()) }; }

/// `probe()`: notes what each holder names at this moment.
fn add_probe(vm: &mut Vm) {
    let desc: &'static _ = Box::leak(Box::new(function(
        "probe(mixed ...$args): void",
        Some(|vm, _, _| {
            for holder in ["stack", "globals", "constants", "classes", "request"] {
                let found = texts(vm, holder);
                SEEN.with_borrow_mut(|s| s.push((holder.to_owned(), found)));
            }
            Status::Ok
        }),
    )));
    let f = howdah_vm::func::Entry::native(desc, 0);
    vm.functions.insert(howdah_vm::class::Sym(howdah_runtime::interner::intern(b"probe")), f);
}

fn seen(holder: &str) -> Vec<String> {
    SEEN.with_borrow(|s| s.iter().filter(|(h, _)| h == holder).flat_map(|(_, t)| t.clone()).collect())
}

#[test]
fn every_holder_names_its_roots() {
    let mut e = engine(SapiMode::Cli, &[]);
    add_probe(&mut e.vm);
    let out = e.run(
        r#"
        class Kept { const C = ["in a constant"]; public static $s = "x"; public $d = ["a default"]; }
        class Listener { function handle() {} }
        define("GLOBAL_CONSTANT", str_repeat("constant ", 2));
        Kept::$s = str_repeat("static ", 2);
        $global = str_repeat("global ", 2);
        $list = [str_repeat("element ", 2)];
        set_error_handler([new Listener, "handle"]);
        register_shutdown_function("strlen", str_repeat("argument ", 2));
        function inner($p) {
            static $kept = [];
            $kept[] = str_repeat("memo ", 2);
            $local = str_repeat("local ", 2);
            probe(new Kept, str_repeat("temporary ", 2));
        }
        inner(str_repeat("parameter ", 2));
        "#,
    );
    assert_eq!(out, "");
    let has = |holder: &str, text: &str| {
        assert!(seen(holder).iter().any(|t| t == text), "{holder} names {:?}, not {text:?}", seen(holder));
    };
    has("globals", "global global ");
    has("globals", "element element ");
    has("stack", "local local ");
    has("stack", "parameter parameter ");
    has("stack", "temporary temporary ");
    has("stack", "object Kept");
    has("constants", "constant constant ");
    has("classes", "static static ");
    has("classes", "memo memo ");
    has("classes", "a default");
    has("request", "object Listener");
    has("request", "argument argument ");
}

/// Code that uses most of what a request can hold, with its output.
const BUSY: &str = r#"
    interface Shape { const SIDES = [1, 2, [3]]; public function area(): float; }
    trait Named { public static $made = 0; public $name = "n"; public function name() { return $this->name . self::SIDES[0]; } }
    abstract class Base implements Shape { use Named; protected array $tags = ["a", ["b"]]; }
    class Square extends Base {
        public ?Square $self = null; public int $n = 1; private $fn;
        public $hooked { get => $this->n * 2; set => $this->n = $value; }
        public function __construct(private float $side) { self::$made++; $this->fn = fn($x) => $x * $this->side; }
        public function area(): float { return ($this->fn)($this->side); }
        public function __destruct() { $GLOBALS["gone"] = ($GLOBALS["gone"] ?? 0) + 1; }
        public function __call($n, $a) { return $n . count($a); }
    }
    enum Suit: string { case Hearts = "h"; case Spades = "s"; const D = self::Hearts; }
    function gen($n) { for ($i = 0; $i < $n; ++$i) { $got = yield $i => str_repeat("v", $i); } return "done"; }
    function memo() { static $all = [[0]]; $all[] = str_repeat("m", 10); return count($all); }
    $s = new Square(3); $s->self = $s; $s->hooked = 4;
    $r = &$s->n; $r = 5;
    $copy = clone $s; $copy->self = $copy;
    echo $s->area(), $s->name(), $s->thing(1, 2), $s->hooked, Suit::from("s")->name, Suit::D->value, memo(), memo(), "\n";
    $g = gen(5); foreach ($g as $k => $v) { if ($k == 3) break; }
    $h = gen(3); $h->current();
    $list = [5, 3, "k" => [1, 2]]; $list["self"] = &$list; $list[] = $list["k"];
    $c = function () use (&$list, $s) { static $calls = 0; return ++$calls + count($list); };
    echo $c(), $c(), "\n";
    try { throw new ErrorException("text " . count($list)); } catch (Exception $e) { echo get_class($e), "\n"; }
    $wr = WeakReference::create($s); $map = new WeakMap; $map[$s] = [1, 2]; $map[$e] = new Square(1);
    $anon = new class(7) extends Square { public $extra = ["x"]; };
    eval('class Evaled extends Base { public function area(): float { return 1.5; } } $ev = new Evaled; echo $ev->area(), "\n";');
    include "part.php";
    echo part([1, 2, 3]), Part::VALUES["k"], "\n";
    $dyn = new stdClass; $dyn->{"p" . count($list)} = new ArrayLike; $$v = 1;
    class ArrayLike implements IteratorAggregate { public function getIterator(): Iterator { return gen(2); } }
    foreach (new ArrayLike as $x) { echo $x; }
    echo "\n";
"#;

const PART: &str = r#"<?php
    function part(array $a) { return count($a) . implode(",", ["lit", "eral"]); }
    class Part { const VALUES = ["k" => "v", "n" => [1, 2]]; static $cache = []; }
    Part::$cache[] = new Part;
    return [1, 2, 3];
"#;

#[test]
fn counts_are_right_at_the_end_of_requests() {
    for sapi in [SapiMode::Cli, SapiMode::FpmFcgi] {
        let mut e = engine_with(MemoryManager::with_checks(sapi, true), &[("part.php", PART)]);
        assert!(e.vm.memory.checks());
        let first = e.run(BUSY);
        assert!(first.starts_with("9n1thing2"), "{first}");
        for _ in 0..3 {
            assert_eq!(e.run(BUSY), first);
        }
        assert_eq!(e.vm.memory.faults(), 0);
    }
}

fn resident() -> usize {
    let s = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    s.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) * 4096
}

#[test]
fn requests_leave_no_memory_behind() {
    let mut e = engine(SapiMode::FpmFcgi, &[("part.php", PART)]);
    let between = usage(true);
    for _ in 0..300 {
        e.run(BUSY);
    }
    let warm = resident();
    for _ in 0..2000 {
        e.run(BUSY);
    }
    let end = resident();
    assert!(end < warm + warm / 20 + (1 << 20), "resident memory went from {warm} to {end}");
    assert_eq!(usage(true), between);
}

#[test]
fn a_request_knows_nothing_of_the_one_before() {
    let mut e = engine(SapiMode::FpmFcgi, &[]);
    let code = r#"
        echo isset($x) ? "x" : "", defined("K") ? "K" : "", class_exists("A") ? "A" : "", function_exists("f") ? "f" : "";
        $x = new stdClass; define("K", [1]); class_alias("stdClass", "B");
        if (true) { class A { static $n = 0; } function f() { static $n = 0; return ++$n; } }
        echo ++A::$n, f();
        var_dump(new A, $x);
        set_error_handler("f"); echo gc_status()["runs"], "\n";
    "#;
    let first = e.run(code);
    assert_eq!(first, "11object(A)#2 (0) {\n}\nobject(stdClass)#1 (0) {\n}\n0\n");
    assert_eq!(e.run(code), first);
}

#[test]
fn a_fatal_error_ends_a_request_cleanly() {
    let mut e = engine(SapiMode::FpmFcgi, &[]);
    for _ in 0..50 {
        let out = e.run("class D { function __destruct() { echo 'never'; } } $d = new D; $f = function () use ($d) { nothing(); }; $f();");
        assert!(out.contains("undefined function nothing") && !out.contains("never"), "{out}");
        assert_eq!(e.run("echo 1; exit(3);"), "1");
    }
}

#[test]
fn the_memory_limit_ends_a_request_with_phps_words() {
    let mut e = engine(SapiMode::FpmFcgi, &[]);
    for _ in 0..3 {
        e.vm.request_start(8 << 20);
        let s = script(b"<?php $a = []; while (true) { $a[] = str_repeat('x', 1000); }", b"/t.php", false);
        e.vm.run_program(&s.expect("compiles"));
        e.vm.request_end();
        let out = String::from_utf8_lossy(&e.out.borrow_mut().split_off(0)).into_owned();
        assert!(
            out.starts_with("Allowed memory size of 8388608 bytes exhausted (tried to allocate "),
            "{out}"
        );
    }
    assert_eq!(e.run("echo 'fine';"), "fine");
}

#[test]
fn values_borrowed_under_a_guard_outlive_their_last_owner() {
    let mut e = engine(SapiMode::Cli, &[]);
    let desc: &'static _ = Box::leak(Box::new(function(
        "borrow(array $a, callable $f): string",
        Some(|vm, a, out| {
            let _guard = guard();
            let v = a.get(0);
            // SAFETY: the frame holds the array, the guard whatever dies during the call.
            let text = unsafe {
                let cell = array::find_int(v.as_ptr(), 0);
                StrHdr::bytes(howdah_runtime::value::deref(*cell).as_ptr())
            };
            let mut r = Val::NULL;
            let st = vm.call_callable(a.get(1), &[], &mut r);
            *out = howdah_runtime::string::new_val(text);
            st
        }),
    )));
    let f = howdah_vm::func::Entry::native(desc, 0);
    e.vm.functions.insert(howdah_vm::class::Sym(howdah_runtime::interner::intern(b"borrow")), f);
    let out = e.run(
        r#"
        $list = [str_repeat("borrowed ", 3)];
        $cell = &$list[0];
        echo borrow($list, function () use (&$cell) {
            $cell = null;
            for ($i = 0; $i < 1000; ++$i) { $other = str_repeat("othertext", 3); }
        });
        "#,
    );
    assert_eq!(out, "borrowed borrowed borrowed ");
}

#[test]
fn collections_count_as_phps_do() {
    let mut e = engine(SapiMode::Cli, &[]);
    let code = r#"
        class N { public $o; } class D { public $o; public $m; function __destruct() { echo "d"; } }
        for ($i = 0; $i < 5; ++$i) { $n = new N; $n->o = $n; }
        unset($n); echo gc_collect_cycles(), " ";
        $d = new D; $d->o = new N; $d->o->o = $d; $d->m = [1]; unset($d); echo gc_collect_cycles(), " ";
        $a = [1]; $a[] = &$a; unset($a); echo gc_collect_cycles(), " ", gc_status()["runs"], gc_status()["collected"];
    "#;
    assert_eq!(e.run(code), "5 d2 1 48");
    assert!(gc::enabled());
}
