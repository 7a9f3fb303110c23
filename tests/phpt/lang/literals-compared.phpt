--TEST--
Values of every type compared with literals
--FILE--
<?php
function t($x) {
  $r = [];
  $r[] = $x === 'abc'; $r[] = $x !== 'abc'; $r[] = 'abc' === $x; $r[] = $x == 'abc'; $r[] = 'abc' != $x; $r[] = $x == ''; $r[] = $x === ''; 
  $r[] = $x === null; $r[] = null !== $x; $r[] = $x === true; $r[] = $x === false; $r[] = $x == null; $r[]= $x == '10'; $r[] = strtolower((string)@$x) === 'abc';
  if ($x === 'abc') $r[] = 1; if ($x !== 'abc') $r[] = 2; if ('abc' == $x) $r[] = 3; if ($x != 'abc') $r[] = 4;
  if ($x === null) $r[] = 5; if ($x !== null) $r[] = 6; if (false === $x) $r[] = 7; if (false !== $x) $r[] = 8;
  switch ($x) { case 'abc': $r[] = 'c1'; break; case 'x': $r[] = 'c2'; break; default: $r[] = 'd'; }
  $r[] = match ($x) { 'abc' => 1, 'x' => 2, null => 3, default => 4 };
  return json_encode($r);
}
foreach ([null, true, false, 0, 1, 1.5, 'abc', 'ABC', 'x', '', '0', '10', str_repeat('abc', 1), substr('xabc', 1), 'a longer string than that', [], ['abc']] as $v) echo t($v), "\n";
class S { function __toString() { return 'abc'; } }
try { echo t(new S); } catch (Error $e) { echo $e->getMessage(); }
function &r() { static $v = 'abc'; return $v; }
$q = &r(); var_dump($q === 'abc', r() === 'abc', r() !== null, $undef === null, $undef === 'abc', $undef == 'abc');
class D { function __destruct() { echo "gone\n"; } } var_dump((new D) === 'abc', (new D) === null, new D === true);
$p = new class { public $name = 'foo'; public ?object $n = null; }; $p->name .= 'bar';
for ($i = 0; $i < 3; $i++) { var_dump($p->name === 'foobar', $p->n === null, $p->name == 'foobar'); }
--EXPECTF--
[false,true,false,false,true,true,false,true,false,false,false,true,false,false,2,4,5,8,"d",3]
[false,true,false,true,false,false,false,false,true,true,false,false,true,false,2,3,6,8,"c1",4]
[false,true,false,false,true,true,false,false,true,false,true,true,false,false,2,4,6,7,"d",4]
[false,true,false,false,true,false,false,false,true,false,false,true,false,false,2,4,6,8,"d",4]
[false,true,false,false,true,false,false,false,true,false,false,false,false,false,2,4,6,8,"d",4]
[false,true,false,false,true,false,false,false,true,false,false,false,false,false,2,4,6,8,"d",4]
[true,false,true,true,false,false,false,false,true,false,false,false,false,true,1,3,6,8,"c1",1]
[false,true,false,false,true,false,false,false,true,false,false,false,false,true,2,4,6,8,"d",4]
[false,true,false,false,true,false,false,false,true,false,false,false,false,false,2,4,6,8,"c2",2]
[false,true,false,false,true,true,true,false,true,false,false,true,false,false,2,4,6,8,"d",4]
[false,true,false,false,true,false,false,false,true,false,false,false,false,false,2,4,6,8,"d",4]
[false,true,false,false,true,false,false,false,true,false,false,false,true,false,2,4,6,8,"d",4]
[true,false,true,true,false,false,false,false,true,false,false,false,false,true,1,3,6,8,"c1",1]
[true,false,true,true,false,false,false,false,true,false,false,false,false,true,1,3,6,8,"c1",1]
[false,true,false,false,true,false,false,false,true,false,false,false,false,false,2,4,6,8,"d",4]

Warning: Array to string conversion in %s on line 5
[false,true,false,false,true,false,false,false,true,false,false,true,false,false,2,4,6,8,"d",4]

Warning: Array to string conversion in %s on line 5
[false,true,false,false,true,false,false,false,true,false,false,false,false,false,2,4,6,8,"d",4]
[false,true,false,true,false,false,false,false,true,false,false,false,false,true,2,3,6,8,"c1",4]
Warning: Undefined variable $undef in %s on line 16

Warning: Undefined variable $undef in %s on line 16

Warning: Undefined variable $undef in %s on line 16
bool(true)
bool(true)
bool(true)
bool(true)
bool(false)
bool(false)
gone
gone
gone
bool(false)
bool(false)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
