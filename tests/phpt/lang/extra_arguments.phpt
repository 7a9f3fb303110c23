--TEST--
Extra arguments outlive what the function calls
--FILE--
<?php
function h(...$x) { return count($x); }
function f($a) {
    h(1, 2, 3, h(4, 5), h());
    $x = array_map(fn ($v) => h($v, $v), [1, 2, 3]);
    return implode(",", func_get_args());
}
function g($a) {
    yield func_get_args();
    h(1, 2, 3);
    yield func_get_args();
}
echo f(1, "two" . "x", [3][0], 4.5), "\n";
foreach (g("a", "b" . "c", "d") as $v) {
    echo implode(",", $v), "\n";
}
--EXPECT--
1,twox,3,4.5
a,bc,d
a,bc,d

