--TEST--
Generators that yield strings, arrays and objects
--FILE--
<?php
function g($n) { for ($i = 0; $i < $n; $i++) { $x = yield "k$i" => "v$i" . $n; if ($x) echo "got $x\n"; } return "r"; }
foreach (g(3) as $k => $v) echo "$k=$v\n"; $z = g(2); echo $z->current(), $z->send("hi"), $z->key(); $z->next(); var_dump($z->valid(), $z->getReturn());
function o() { yield new ArrayObject([1]); yield [1,2]; $a = [str_repeat("x", 3)]; yield $a; yield $a; } foreach (o() as $v) { echo count($v); $keep[] = $v; } var_dump($keep[2]);
function d() { yield from g(2); yield 5 => "a"; } foreach (d() as $k => $v) echo "$k=$v "; unset($v); $q = o(); $q->next(); unset($q);
class D { function __destruct() { echo "D\n"; } } function dd() { yield new D; echo "after\n"; yield new D; } foreach (dd() as $x) { unset($x); echo "loop\n"; }
--EXPECT--
k0=v03
k1=v13
k2=v23
v02got hi
v12k1bool(false)
string(1) "r"
1211array(1) {
  [0]=>
  string(3) "xxx"
}
k0=v02 k1=v12 5=a loop
after
D
loop
D
