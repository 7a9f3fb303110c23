--TEST--
References and copy on write
--FILE--
<?php
$a = [1, 2]; $b = $a; $b[] = 3; $r = &$a[0]; $r = 9; $c = $a; $c[0] = 7;
echo implode(",", $a), " ", implode(",", $b), " ", implode(",", $c), "\n";
function inc(&$x) { $x++; } $n = 1; inc($n); inc($new["k"]); echo $n, $new["k"], "\n";
foreach ($b as &$v) { $v *= 2; } unset($v); echo implode(",", $b), "\n";
$x = 1; $f = function () use (&$x) { return ++$x; }; $f(); echo $f(), $x, "\n";
function &at(array &$a, $k) { return $a[$k]; } $q = &at($b, 1); $q = "set"; echo $b[1], "\n";
--EXPECT--
7,2 1,2,3 7,2
21
2,4,6
33
set

