--TEST--
ArrayObject and ArrayIterator: storage, overridden offsets, references, properties
--FILE--
<?php
$o = new ArrayObject(["b" => 2, "a" => 1], ArrayObject::ARRAY_AS_PROPS);
$o->c = 3; unset($o->b); $o["d"]["e"] = 5; echo json_encode($o), isset($o->a), empty($o["zz"]), count($o), "\n";
$o->ksort(); $o->uasort(fn($x, $y) => is_array($x) <=> is_array($y)); echo implode(",", array_keys($o->getArrayCopy())), "\n";
class Lower extends ArrayObject {
    function offsetGet(mixed $k): mixed { return "got " . parent::offsetGet(strtolower($k)); }
    function offsetExists(mixed $k): bool { return parent::offsetExists(strtolower($k)); }
}
$l = new Lower(["x" => 0]); echo $l["X"], isset($l["X"]), var_export(empty($l["X"]), true), "\n";
class Point { public $x = 1; protected $y = 2; private $z = 3; }
$p = new Point; $w = new ArrayObject($p); $w["x"]++; $w["n"] = 4; echo $p->x, $p->n, count($w), json_encode(iterator_to_array($w)), "\n";
$it = new ArrayIterator([1, 2, 3]); foreach ($it as $k => &$v) $v *= $k + 1; unset($v); echo implode(",", $it->getArrayCopy()), "\n";
$it->seek(2); echo $it->current(); try { $it->seek(3); } catch (OutOfBoundsException $e) { echo " ", $e->getMessage(), "\n"; }
foreach ($it as $k => $v) if ($k == 0) $it->offsetUnset(1); echo json_encode($it), "\n";
$c = clone $o; $c["new"] = 1; var_dump(isset($o["new"]), $o == $c);
echo serialize(new ArrayObject([1])), "\n"; var_dump(unserialize(serialize($it)) == $it, $l);
try { $o->exchangeArray(5); } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
foreach (new RecursiveIteratorIterator(new RecursiveArrayIterator([1, [2, [3]]])) as $n) echo $n; echo "\n";
--EXPECT--
{"a":1,"c":3,"d":{"e":5}}113
a,c,d
got 01false
242{"x":2,"n":4}
1,4,9
9 Seek position 3 is out of range
{"0":1,"2":9}
bool(false)
bool(false)
O:11:"ArrayObject":4:{i:0;i:0;i:1;a:1:{i:0;i:1;}i:2;a:0:{}i:3;N;}
bool(true)
object(Lower)#2 (1) {
  ["storage":"ArrayObject":private]=>
  array(1) {
    ["x"]=>
    int(0)
  }
}
ArrayObject::exchangeArray(): Argument #1 ($array) must be of type array, int given
123
