--TEST--
Elements of SPL's objects: keys, references, what goes when they are replaced, subclasses
--FILE--
<?php
function tell(callable $f) {
    try {
        var_dump($f());
    } catch (Throwable $t) {
        echo get_class($t), ': ', $t->getMessage(), "\n";
    }
}
set_error_handler(function ($n, $m) { echo "[$m]\n"; return true; });

echo "-- ArrayObject\n";
$plain = [1, 'two' => 2, '3' => 'three', 'null' => null];
$o = new ArrayObject($plain);
$o[0] = 'changed';
$o['two'] = [5];
$o['new' . count($o)] = 'added';
$o[] = 'next';
$o[null] = 'null is an empty string';
$o[true] = 'true is one';
$o[1.0] = 'one again';
tell(fn() => $plain);
tell(fn() => $o->getArrayCopy());
tell(fn() => [$o['3'], $o[3], $o['two'][0], isset($o['null']), isset($o['none']), empty($o['null']), empty($o[0]), $o['none'] ?? 'default', $o['null'] ?? 'default']);
tell(fn() => $o['none']);
tell(fn() => $o[$undefined]);
tell(fn() => $o[$undefined] = $unknown);
tell(fn() => $o[[]]);
tell(fn() => isset($o[new stdClass]));
tell(fn() => $o[1.5]);
tell(fn() => ($o['assigned'] = 7) + 1);
tell(fn() => count($o));
$copy = $o->getArrayCopy();
$o[0] = 'only here';
tell(fn() => $copy[0]);
$value = 'by reference';
$with = ['r' => &$value];
$o = new ArrayObject($with);
$o['r'] = 'replaced';
tell(fn() => [$value, $o['r']]);
$r = &$value;
$key = 'r';
$k = &$key;
$o[$k] = $r;
tell(fn() => [$o[$k], isset($o[$k]), count($o)]);
$o['nested'] = ['a' => []];
$o['nested']['a'][] = 1;
tell(fn() => $o['nested']);
tell(fn() => (new ArrayObject([1, 2]))[1]);
tell(fn() => count(new ArrayObject([1, 2])));
$o->uasort(function ($a, $b) use ($o) {
    tell(fn() => $o['r'] = 1);
    return 0;
});

echo "-- values that go\n";
class Going {
    function __construct(public $o, public $what) {}
    function __destruct() {
        echo "gone\n";
        if ($this->what == 'throw') {
            throw new Exception('from the destructor');
        }
        $this->o['late'] = 'set by the destructor';
    }
}
$o = new ArrayObject(['late' => 1]);
$o['x'] = new Going($o, 'set');
$o['x'] = 1;
tell(fn() => $o->getArrayCopy());
$o['x'] = new Going($o, 'throw');
tell(function () use ($o) { $o['x'] = 2; return 'not reached'; });
tell(fn() => $o['x']);
$f = new SplFixedArray(2);
$f[0] = new Going(new ArrayObject, 'throw');
tell(function () use ($f) { $f[0] = 2; return 'not reached'; });
tell(fn() => $f[0]);

echo "-- SplFixedArray\n";
$f = new SplFixedArray(3);
$f[0] = 'a';
$f['1'] = 'b';
$f[true] = 'c';
tell(fn() => [$f[0], $f['1'], $f[2], isset($f[0]), isset($f[2]), isset($f[3]), isset($f[-1]), empty($f[0]), $f[9] ?? 'default', count($f)]);
tell(fn() => $f[3]);
tell(fn() => $f[-1] = 0);
tell(fn() => $f[] = 0);
tell(fn() => $f['x']);
tell(fn() => $f[0.5]);
unset($f[0]);
tell(fn() => $f->toArray());

echo "-- SplObjectStorage\n";
$s = new SplObjectStorage;
$a = new stdClass;
$b = new stdClass;
$s[$a] = null;
$s[$b] = 5;
tell(fn() => [isset($s[$a]), empty($s[$a]), isset($s[$b]), empty($s[$b]), $s[$a] ?? 'default', $s[$b] ?? 'default', isset($s[new stdClass]), count($s)]);
tell(fn() => $s[new stdClass]);
tell(fn() => $s['text']);
$s[$b] = 6;
tell(fn() => $s[$b]);
unset($s[$a]);
tell(fn() => [count($s), isset($s[$a])]);

echo "-- subclasses\n";
class Loud extends ArrayObject {
    function offsetGet($k): mixed { echo "get ", var_export($k, true), "\n"; return parent::offsetGet($k); }
    function offsetSet($k, $v): void { echo "set ", var_export($k, true), "\n"; parent::offsetSet($k, $v); }
    function offsetExists($k): bool { echo "exists ", var_export($k, true), "\n"; return parent::offsetExists($k); }
    function count(): int { return 42; }
}
$l = new Loud(['a' => 0]);
$l['b'] = 1;
$l[] = 2;
tell(fn() => [$l['a'], isset($l['a']), isset($l['z']), empty($l['a']), $l['b'] ?? 'default', count($l)]);
class Quiet extends SplFixedArray {}
$q = new Quiet(1);
$q[0] = 'in a subclass';
tell(fn() => [$q[0], isset($q[0]), count($q)]);
--EXPECT--
-- ArrayObject
array(4) {
  [0]=>
  int(1)
  ["two"]=>
  int(2)
  [3]=>
  string(5) "three"
  ["null"]=>
  NULL
}
array(8) {
  [0]=>
  string(7) "changed"
  ["two"]=>
  array(1) {
    [0]=>
    int(5)
  }
  [3]=>
  string(5) "three"
  ["null"]=>
  NULL
  ["new4"]=>
  string(5) "added"
  [4]=>
  string(4) "next"
  [5]=>
  string(23) "null is an empty string"
  [1]=>
  string(9) "one again"
}
array(9) {
  [0]=>
  string(5) "three"
  [1]=>
  string(5) "three"
  [2]=>
  int(5)
  [3]=>
  bool(false)
  [4]=>
  bool(false)
  [5]=>
  bool(true)
  [6]=>
  bool(false)
  [7]=>
  string(7) "default"
  [8]=>
  string(7) "default"
}
[Undefined array key "none"]
NULL
[Undefined variable $undefined]
[Undefined array key ""]
NULL
[Undefined variable $undefined]
[Undefined variable $unknown]
NULL
TypeError: Cannot access offset of type array on ArrayObject
TypeError: Cannot access offset of type stdClass in isset or empty
[Implicit conversion from float 1.5 to int loses precision]
string(9) "one again"
int(8)
int(10)
string(7) "changed"
array(2) {
  [0]=>
  string(12) "by reference"
  [1]=>
  string(8) "replaced"
}
array(3) {
  [0]=>
  string(12) "by reference"
  [1]=>
  bool(true)
  [2]=>
  int(1)
}
array(1) {
  ["a"]=>
  array(1) {
    [0]=>
    int(1)
  }
}
int(2)
int(2)
Error: Modification of ArrayObject during sorting is prohibited
-- values that go
gone
array(2) {
  ["late"]=>
  string(21) "set by the destructor"
  ["x"]=>
  int(1)
}
gone
Exception: from the destructor
int(2)
gone
Exception: from the destructor
int(2)
-- SplFixedArray
array(10) {
  [0]=>
  string(1) "a"
  [1]=>
  string(1) "c"
  [2]=>
  NULL
  [3]=>
  bool(true)
  [4]=>
  bool(false)
  [5]=>
  bool(false)
  [6]=>
  bool(false)
  [7]=>
  bool(false)
  [8]=>
  string(7) "default"
  [9]=>
  int(3)
}
OutOfBoundsException: Index invalid or out of range
OutOfBoundsException: Index invalid or out of range
Error: [] operator not supported for SplFixedArray
TypeError: Cannot access offset of type string on SplFixedArray
[Implicit conversion from float 0.5 to int loses precision]
string(1) "a"
array(3) {
  [0]=>
  NULL
  [1]=>
  string(1) "c"
  [2]=>
  NULL
}
-- SplObjectStorage
array(8) {
  [0]=>
  bool(true)
  [1]=>
  bool(true)
  [2]=>
  bool(true)
  [3]=>
  bool(false)
  [4]=>
  string(7) "default"
  [5]=>
  int(5)
  [6]=>
  bool(false)
  [7]=>
  int(2)
}
UnexpectedValueException: Object not found
TypeError: SplObjectStorage::offsetGet(): Argument #1 ($object) must be of type object, string given
int(6)
array(2) {
  [0]=>
  int(1)
  [1]=>
  bool(false)
}
-- subclasses
set 'b'
set NULL
get 'a'
exists 'a'
exists 'z'
exists 'a'
get 'a'
exists 'b'
get 'b'
array(6) {
  [0]=>
  int(0)
  [1]=>
  bool(true)
  [2]=>
  bool(false)
  [3]=>
  bool(true)
  [4]=>
  int(1)
  [5]=>
  int(42)
}
array(3) {
  [0]=>
  string(13) "in a subclass"
  [1]=>
  bool(true)
  [2]=>
  int(1)
}
