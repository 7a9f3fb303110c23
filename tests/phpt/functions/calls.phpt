--TEST--
Defaults, variadics, named arguments, closures, callables
--FILE--
<?php
function f($a, $b = [1, 2], ...$rest) { return $a . count($b) . implode("|", $rest); }
echo f(1), f(1, [], 3, 4), f(b: [1], a: "n"), f(...[5, [6]], ...["x", "y"]), "\n";
$mul = fn($x) => fn($y) => $x * $y; echo $mul(6)(7), "\n";
$len = strlen(...); echo $len("four"), implode(",", array_map($len, ["a", "bb"])), "\n";
class C { function m($x) { return "m$x"; } static function s($x) { return "s$x"; } function __invoke($x) { return "i$x"; } }
foreach ([[new C, "m"], ["C", "s"], "C::s", new C, (new C)->m(...)] as $c) echo $c(1); echo "\n";
function counter() { static $n = 0; return ++$n; } counter(); counter(); echo counter(), "\n";
function typed(int $i, ?string $s = null, int|float $n = 1.5): string { return "$i$s$n"; } echo typed("5", "x"), "\n";
try { typed("five"); } catch (TypeError $e) { echo preg_replace_none($e->getMessage()), "\n"; }
function preg_replace_none($m) { return substr($m, 0, strpos($m, ", called")); }
try { typed(); } catch (ArgumentCountError $e) { echo substr($e->getMessage(), 0, 40), "\n"; }
--EXPECT--
12103|4n151x|y
42
41,2
m1s1s1i1m1
3
5x1.5
typed(): Argument #1 ($i) must be of type int, string given
Too few arguments to function typed(), 0

