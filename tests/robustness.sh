#!/bin/bash
# Scripts that never end, that recurse without end, and that want all memory: each ends with PHP's own message and status 255
# (or does what it should), never with a signal.
# Usage: tests/robustness.sh [PHP]
set -u
php=$(realpath "${1:-target/quick/php}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
passed=0 failed=0
run() { # CODE
  echo "<?php $1" > t.php
  (ulimit -v 8000000; exec timeout 60 "$php" -n -d memory_limit=128M t.php) > out 2> err < /dev/null
  code=$?
}
wrong() { # NAME WANTED
  failed=$((failed + 1))
  printf 'FAIL %s\n--- expected\n%s\n--- got (%s)\n%s\n' "$1" "$2" "$code" "$(head -c 300 out; head -c 300 err)"
}
dies() { # NAME MESSAGE CODE
  run "$3"
  if [ "$code" = 255 ] && grep -q "$2" out; then passed=$((passed + 1)); else wrong "$1" "$2 (255)"; fi
}
prints() { # NAME TEXT CODE
  run "$3"
  if [ "$code" = 0 ] && [ "$(cat out)" = "$2" ]; then passed=$((passed + 1)); else wrong "$1" "$2 (0)"; fi
}
memory='Allowed memory size of 134217728 bytes exhausted (tried to allocate [0-9]* bytes)'
stack='Maximum call stack size of [0-9]* bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?'
either="$memory\\|$stack"

# Without end.
dies loop 'Maximum execution time of 1 second exceeded' 'set_time_limit(1); while (1);'
dies "loop of callbacks" 'Maximum execution time of 1 second exceeded' \
  'set_time_limit(1); $a = range(1, 100000); while (1) usort($a, fn($x, $y) => $x <=> $y);'
dies destructor "$stack" 'class A { function __destruct() { new A; } } new A;'
dies "two destructors" "$stack" \
  'class A { function __destruct() { new B; } } class B { function __destruct() { new A; } } $a = new A;'
dies "shutdown functions" "$memory" 'function f() { register_shutdown_function("f"); } f();'
# Recursion.
dies "function" "$memory" 'function f() { return f() + 1; } f();'
dies "string conversion" "$either" 'class A { function __toString(): string { return "" . $this; } } echo new A;'
dies "callback" "$either" 'function f($x) { return array_map("f", [$x]); } f(1);'
dies "constructor" "$either" 'class A { function __construct() { new A; } } new A;'
dies "clone" "$either" 'class A { function __clone() { $x = clone $this; } } $y = clone new A;'
dies "include" "$either" 'include __FILE__;'
dies "serialize" "$either" 'class A { function __serialize(): array { return [new A]; } } serialize(new A);'
prints json false 'class A implements JsonSerializable { function jsonSerialize(): mixed { return json_encode($this); } } echo json_encode(new A);'
dies "count" "$either" 'class A implements Countable { function count(): int { return count($this); } } echo count(new A);'
dies "generators" "$either" 'function g($n) { yield from g($n + 1); } foreach (g(0) as $x) ;'
dies "sort" "$either" 'function f($a, $b) { $x = [2, 1]; usort($x, "f"); return 0; } f(1, 2);'
dies "regular expression" "$either" 'function f($m) { return preg_replace_callback("/a/", "f", "a"); } f([]);'
# Deep values.
deep='ini_set("memory_limit", -1); $a = $b = []; for ($i = 0; $i < 200000; $i++) { $a = [$a]; $b = [$b]; } '
prints "comparison" 'bool(true)' "$deep"'var_dump($a == $b);'
dies "references to themselves" 'Nesting level too deep - recursive dependency?' '$a = []; $a[0] = &$a; $b = []; $b[0] = &$b; var_dump($a == $b);'
prints "a list's end" done 'ini_set("memory_limit", -1); $h = null; for ($i = 0; $i < 1000000; $i++) { $o = new stdClass; $o->n = $h; $h = $o; } $o = $h = null; echo "done";'
prints "a list's end, destructors" 300000 'ini_set("memory_limit", -1); class N { public $n; static $c = 0; function __destruct() { self::$c++; } }
  $h = null; for ($i = 0; $i < 300000; $i++) { $o = new N; $o->n = $h; $h = $o; } $o = $h = null; echo N::$c;'
prints "an array's end" done "$deep"'$a = $b = null; echo "done";'
prints "a ring's collection" 300000 'ini_set("memory_limit", -1); $h = null; for ($i = 0; $i < 300000; $i++) { $o = new stdClass; $o->n = $h; $h = $o; if (!$i) $f = $o; } $f->n = $h; $h = $f = $o = null; gc_disable(); echo gc_collect_cycles();'
prints "json's depth" 'Maximum stack depth exceeded' "$deep"'json_encode($a); echo json_last_error_msg();'
# Deep source text.
dies "parentheses" 'Maximum call stack size\|memory exhausted' 'eval("return " . str_repeat("(", 100000) . "1" . str_repeat(")", 100000) . ";");'
dies "brackets" 'Maximum call stack size\|memory exhausted' 'eval("return " . str_repeat("[", 100000) . "1" . str_repeat("]", 100000) . ";");'
dies "blocks" 'Maximum call stack size\|memory exhausted' 'eval(str_repeat("{", 100000) . str_repeat("}", 100000));'
dies "arrow functions" 'Maximum call stack size\|memory exhausted' 'eval("return " . str_repeat("fn() => ", 100000) . "1;");'
# Memory.
dies "output buffer" "$memory" 'ob_start(); while (1) echo str_repeat("x", 100000);'
dies "memory stream" "$memory" '$f = fopen("php://memory", "w+"); while (1) fwrite($f, str_repeat("x", 1000000));'
dies "endless file" "$memory" 'file_get_contents("/dev/zero");'
dies "endless stream" "$memory" 'stream_get_contents(fopen("/dev/zero", "r"));'
dies "code" "$memory" 'for ($i = 0; ; $i++) eval("function f$i() { return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]; }");'
dies "string" "$memory" '$s = "x"; while (1) $s .= $s;'
dies "array" "$memory" 'while (1) $a[] = 1;'
dies "objects" "$memory" 'while (1) $a[] = new stdClass;'
dies "str_repeat" "$memory" 'str_repeat("x", PHP_INT_MAX);'
dies "str_pad" "$memory" 'str_pad("x", 1000000000);'
dies "chunk_split" "$memory" 'chunk_split(str_repeat("x", 1000000), 1, str_repeat("y", 1000));'
dies "implode" "$memory" 'implode(str_repeat("y", 1000), range(1, 1000000));'
dies "range" "$memory" 'range(1, 100000000);'
dies "array_fill" "$memory" 'array_fill(0, 100000000, 1);'
dies "array_fill, elsewhere" "$memory" 'array_fill(5, 100000000, 1);'
dies "array_pad" "$memory" 'array_pad([], 100000000, 1);'
dies "caught by nobody" "$memory" 'try { while (1) $a[] = 1; } catch (Throwable $t) { echo "caught"; } finally { echo "finally"; }'
dies "the system's memory" 'Out of memory' 'ini_set("memory_limit", -1); $s = "x"; while (1) $s .= $s;'
# Regular expressions.
prints "backtracking" "Backtrack limit exhausted" 'ini_set("pcre.jit", 0); preg_match("/^(a+)+$/", str_repeat("a", 1000) . "b"); echo preg_last_error_msg();'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
