--TEST--
Callbacks of array functions: what they are called on, with what, and what they throw away
--FILE--
<?php
// What a callback throws away while it runs stays until it is over.
class Box {
    public $f;
    function __construct() { $this->f = function ($x) { $this->f = null; gc_collect_cycles(); return $x . get_class($this); }; }
    function own($x) { return "$x:" . count(debug_backtrace()) . debug_backtrace()[0]['type']; }
    static function st($x) { return static::class . $x; }
    function __call($n, $a) { return "$n(" . implode(',', $a) . ')'; }
    function __invoke($x) { return "inv$x"; }
    function __destruct() { echo "gone\n"; }
}
$b = new Box;
echo json_encode(array_map($b->f, [1])), "\n";
echo json_encode([array_map([$b, 'own'], [1, 2]), array_map('Box::st', [1]), array_map([$b, 'magic'], [1]), array_map($b, [3])]), "\n";
unset($b);
echo json_encode(array_map([new Box, 'own'], [5])), "\n";

// Defaults, missing and extra arguments, references, generators.
echo json_encode(array_map(fn($x, $y = 'd') => "$x$y", [1, 2])), "\n";
try {
    array_map(fn($x, $y) => 1, [1]);
} catch (ArgumentCountError $e) {
    echo str_replace(__FILE__, "FILE", $e->getMessage()), "\n";
}
echo json_encode(array_map(fn() => func_get_args(), [1, 2])), "\n";
$gens = array_map(function ($x) { yield $x; yield $x * 2; }, [1, 2]);
foreach ($gens as $g) echo implode(',', iterator_to_array($g)), ' ';
echo "\n";
function &byref(&$x) { return $x; }
$v = [1, 2];
echo json_encode(@array_map('byref', $v)), "\n";
try {
    usort($v, fn($a, $b) => throw new Exception("from $a"));
} catch (Exception $e) {
    echo $e->getMessage(), ' ', count($e->getTrace()), "\n";
}
$f = new Fiber(fn() => array_map(fn($x) => Fiber::suspend($x) . $x, ['a', 'b']));
$got = $f->start();
while (!$f->isTerminated()) {
    echo $got, ' ';
    $got = $f->resume('r');
}
echo json_encode($f->getReturn()), "\n";
$n = 0;
$walk = ['a' => 1, 'b' => [2, 3]];
array_walk($walk, function ($v, $k, $e) use (&$n) { $n += is_array($v) ? 10 : $v; }, 'extra');
array_walk_recursive($walk, function (&$v, $k) { $v = "$k$v"; });
array_walk($walk, function (&$v, $k) { if ($k === 'a') $v = 'new'; });
echo $n, json_encode($walk), "\n";
$grow = [1, 2, 3];
array_walk($grow, function ($v, $k) use (&$grow) { if ($k < 2) $grow[] = $v * 10; });
echo json_encode($grow), "\n";
$r = 5;
echo json_encode(array_reduce([1, 2], function ($c, $x) use (&$r) { $r++; return $c + $x; })), $r, "\n";
--EXPECT--
["1Box"]
[["1:2->","2:2->"],["Box1"],["magic(1)"],["inv3"]]
gone
["5:2->"]
["1d","2d"]
Too few arguments to function {closure:FILE:21}(), 1 passed and exactly 2 expected
[[1],[2]]
1,2 2,4 
[1,2]
from 1 2
a b ["ra","rb"]
11{"a":"new","b":["02","13"]}
[1,2,3,10,20]
37
gone
