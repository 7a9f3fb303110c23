--TEST--
SPL's structures: what subclasses override is asked, what they do not is not
--FILE--
<?php
// Counted, read and written past methods only where no class of PHP code says otherwise.
class Counting extends ArrayObject {
    function count(): int { return 42; }
    function offsetGet($k): mixed { return "get $k"; }
    function offsetExists($k): bool { return $k === 'yes'; }
    function offsetSet($k, $v): void { parent::offsetSet($k, "set $v"); }
}
$c = new Counting(['a' => null]);
$c['b'] = 1;
var_dump(count($c), $c['zz'], isset($c['yes']), isset($c['a']), $c->getArrayCopy());
foreach ([ArrayObject::class, ArrayIterator::class] as $class) {
    $o = new $class(['n' => null, '7' => 'seven', 'x' => 1]);
    $o[7] = 'eight';
    $o['x'] .= 'y';
    $o[] = 'end';
    $copy = clone $o;
    $o['n'] = [1];
    echo json_encode([count($o), $o['7'], isset($o['n']), isset($copy['n']), empty($o['x']), $o->getArrayCopy(), $copy['n']]), "\n";
    echo @$o['missing'] ?? 'none', "\n";
}
class Queue2 extends SplQueue { function count(): int { return 0; } }
$q = new Queue2;
$q[] = 1;
var_dump(count($q), $q->isEmpty(), (new SplQueue)->isEmpty());
class Fixed extends SplFixedArray { function offsetGet($i): mixed { return parent::offsetGet($i) * 2; } }
$f = Fixed::fromArray([1, 2]);
$g = new Fixed(2);
$g[1] = 4;
var_dump(count($f), $g[1]);
class Least extends SplMinHeap {}
class Odd extends SplMaxHeap { protected function compare($a, $b): int { return ($a % 2 <=> $b % 2) ?: parent::compare($a, $b); } }
class Own extends SplHeap { protected function compare($a, $b): int { return strlen($a) - strlen($b); } }
foreach ([SplMinHeap::class, SplMaxHeap::class, Least::class, Odd::class, Own::class] as $class) {
    $h = new $class;
    foreach ([5, 1, 44, 3, '2'] as $x) $h->insert($x);
    echo $class, ':', count($h);
    foreach ($h as $k => $x) echo " $k=>$x";
    echo "\n";
}
$p = new SplPriorityQueue;
foreach (['a' => 1, 'b' => [2], 'c' => 'x', 'd' => 1.5] as $k => $pr) $p->insert($k, $pr);
while (!$p->isEmpty()) echo $p->extract();
echo "\n";
class Same extends SplObjectStorage { function getHash($o): string { return get_class($o); } }
$s = new Same;
$s[new stdClass] = 1;
$s[new stdClass] = 2;
$s[$s] = 3;
var_dump(count($s), isset($s[new stdClass]), $s[new stdClass]);
// A walk over an array goes on while it changes.
$it = new ArrayIterator([1, 2, 3, 4]);
foreach ($it as $k => $v) {
    echo "$k=>$v ";
    if ($v === 2) unset($it[2]);
    if ($v === 1) $it[] = 'added';
}
$ao = new ArrayObject(['a' => 1, 'b' => 2, 'c' => 3]);
foreach ($ao as $k => $v) {
    echo "$k=>$v ";
    if ($k === 'a') unset($ao['b']);
}
echo "\n";
--EXPECT--
int(42)
string(6) "get zz"
bool(true)
bool(false)
array(2) {
  ["a"]=>
  NULL
  ["b"]=>
  string(5) "set 1"
}
[4,"eight",true,false,false,{"n":[1],"7":"eight","x":"1y","8":"end"},null]
none
[4,"eight",true,true,false,{"n":[1],"7":"eight","x":"1y","8":"end"},[1]]
none
int(0)
bool(true)
bool(true)
int(2)
int(8)
SplMinHeap:5 4=>1 3=>2 2=>3 1=>5 0=>44
SplMaxHeap:5 4=>44 3=>5 2=>3 1=>2 0=>1
Least:5 4=>1 3=>2 2=>3 1=>5 0=>44
Odd:5 4=>5 3=>3 2=>1 1=>44 0=>2
Own:5 4=>44 3=>2 2=>3 1=>5 0=>1
bcda
int(2)
bool(true)
int(2)
0=>1 1=>2 3=>4 4=>added a=>1 c=>3 
