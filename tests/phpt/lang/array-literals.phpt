--TEST--
Array literals with string keys: constant and computed values, in any order
--FILE--
<?php
function f($x, $y) { return ['a' => $x, 'b' => 1, 'c' => [1,2], 'd' => $y, 'e' => ['z' => $x, 'q' => @$undef]]; }
$r = 5; $s = &$r;
var_dump(f($s, "abc")); $a = f(1, 2); $b = f(3, [4]); $a['c'][] = 3; $a['new'] = 1; unset($a['a']); print_r($a); print_r($b);
var_dump(['a' => $r, 'a' => 2, '1' => $r]);
function g() { return ['k' => yield 1, 'l' => yield 2]; }
$g = g(); foreach ($g as $v) echo $v; print_r($g->getReturn());
try { $q = ['x' => 1, 'y' => throw new Exception('no')]; } catch (Exception $e) { echo $e->getMessage(), "\n"; }
$self = ['u' => 1, 'w' => $self ?? null]; $self = ['u' => $self, 'w' => $self]; print_r($self);
--EXPECT--
array(5) {
  ["a"]=>
  int(5)
  ["b"]=>
  int(1)
  ["c"]=>
  array(2) {
    [0]=>
    int(1)
    [1]=>
    int(2)
  }
  ["d"]=>
  string(3) "abc"
  ["e"]=>
  array(2) {
    ["z"]=>
    int(5)
    ["q"]=>
    NULL
  }
}
Array
(
    [b] => 1
    [c] => Array
        (
            [0] => 1
            [1] => 2
            [2] => 3
        )

    [d] => 2
    [e] => Array
        (
            [z] => 1
            [q] => 
        )

    [new] => 1
)
Array
(
    [a] => 3
    [b] => 1
    [c] => Array
        (
            [0] => 1
            [1] => 2
        )

    [d] => Array
        (
            [0] => 4
        )

    [e] => Array
        (
            [z] => 3
            [q] => 
        )

)
array(2) {
  ["a"]=>
  int(2)
  [1]=>
  int(5)
}
12Array
(
    [k] => 
    [l] => 
)
no
Array
(
    [u] => Array
        (
            [u] => 1
            [w] => 
        )

    [w] => Array
        (
            [u] => 1
            [w] => 
        )

)
