--TEST--
Variables that are references as operands and arguments
--FILE--
<?php
function f(int &$i, ?string &$s, float &$d = null) { $n = 0; while ($i < 5) { ++$i; $i += 1; $n = $n + $i; if ($i == 3) $n *= 2; if ($i === 4) $n -= $i; } if (!$s) $n++; if ($s) $n--; return [$n, (bool) $s, !$i, $i <=> 2, g($i, $s), -$i, $i % 3, $i . $s]; }
function g($a, $b) { return [$a, $b]; }
$i = 0; $s = "x"; var_dump(f($i, $s)); var_dump($i, $s);
$i = PHP_INT_MAX - 1; $r = &$i; $r++; $r++; var_dump($i); $q = 5; $w = &$q; $w--; --$w; $w -= 1.5; var_dump($q, $w > 1, $w < 1, 1 > $w, $w == 1.5, $w === 1.5);
class T { public int $a = 1; public ?float $f = 1.5; }
$t = new T; $x = &$t->a; $x += 2; try { $x += 1.5; } catch (TypeError $e) { echo $e->getMessage(); } $x++; var_dump($t->a); $y = &$t->f; $y = 3; $y += 1; var_dump($t);
try { $x = PHP_INT_MAX; $x++; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
function &rr() { static $z = 4; return $z; }
var_dump(rr() < 5, rr() == 4, rr() + 1, rr() === 4, !rr(), (bool) rr(), rr() <= 3);
for ($j = 0, $k = &$j; $k < 3; $k++) echo $j; 
$u = &$undef; var_dump($u == null, $u < 1, $u + 1, !$u);
function h(object &$o, iterable &$it) { return get_class($o) . count($it); } $o = new T; $arr = [1]; echo h($o, $arr), h($o, $arr), "\n";
--EXPECTF--

Deprecated: f(): Implicitly marking parameter $d as nullable is deprecated, the explicit nullable type must be used instead in %s on line 2
array(8) {
  [0]=>
  int(7)
  [1]=>
  bool(true)
  [2]=>
  bool(false)
  [3]=>
  int(1)
  [4]=>
  array(2) {
    [0]=>
    int(6)
    [1]=>
    string(1) "x"
  }
  [5]=>
  int(-6)
  [6]=>
  int(0)
  [7]=>
  string(2) "6x"
}
int(6)
string(1) "x"
float(9.223372036854776E+18)
float(1.5)
bool(true)
bool(false)
bool(false)
bool(true)
bool(true)

Deprecated: Implicit conversion from float 4.5 to int loses precision in %s on line 7
int(5)
object(T)#1 (2) {
  ["a"]=>
  &int(5)
  ["f"]=>
  &float(4)
}
Cannot increment a reference held by property T::$a of type int past its maximal value
bool(true)
bool(true)
int(5)
bool(true)
bool(false)
bool(true)
bool(false)
012bool(true)
bool(true)
int(1)
bool(true)
T1T1
