--TEST--
$GLOBALS as an argument, and other values for parameters by reference
--FILE--
<?php
class B { function __construct($x) { var_dump(is_array($x)); } }
class A { function m($x, &$y = null) { $y = 5; return count($x) > 3; } static function s($a) { return is_array($a); } function __call($n, $a) { return is_array($a[0]); } }
function later($x) { return is_array($x); }
$a = new A; $f = 'later'; $m = 'm'; $n = 'byref';
var_dump($a->m($GLOBALS), $a->zz($GLOBALS), A::s($GLOBALS), later($GLOBALS), $f($GLOBALS), [$a, 'm']($GLOBALS), $a->$m($GLOBALS), new B($GLOBALS), $a?->m($GLOBALS), $a->m(x: $GLOBALS), (fn($x) => is_array($x))($GLOBALS));
if (1) { function byref(&$x) { var_dump(count($x) > 3); $x = 3; } function byref2(&$x) { $x['new'] = 1; }}
try { $f = 'byref'; $f($GLOBALS); } catch (Error $e) { echo $e->getMessage(), "\n"; }
try { $f = 'byref2'; $f($GLOBALS); var_dump(isset($new)); } catch (Error $e) { echo $e->getMessage(), "\n"; }
try { $a->m([], $GLOBALS); } catch (Error $e) { echo $e->getMessage(), "\n"; }
function g() { global $a; return $a->m($GLOBALS); } var_dump(g());
var_dump($a->s($GLOBALS['f']), $a->m(...[$GLOBALS]), is_array($GLOBALS), $f);
function plain(&$x) {}
function plain2(&...$x) {}
for ($i = 0; $i < 5; $i++) {
    $f = 'plain';
    try { $f([$i, [count($GLOBALS)]] + []); } catch (Error $e) { echo $e->getMessage(), "\n"; }
    $made = [$i, $i + 1];
    echo $made[1], "\n";
}
try { plain($GLOBALS); } catch (Error $e) { echo $e->getMessage(), "\n"; }
try { plain2(1, $GLOBALS); } catch (Error $e) { echo $e->getMessage(), "\n"; }
try { plain(x: $GLOBALS); } catch (Error $e) { echo $e->getMessage(), "\n"; }
try { sort($GLOBALS); } catch (Error $e) { echo $e->getMessage(), "\n"; }
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
object(B)#2 (0) {
}
bool(true)
bool(true)
bool(true)
byref(): Argument #1 ($x) could not be passed by reference
byref2(): Argument #1 ($x) could not be passed by reference
A::m(): Argument #2 ($y) could not be passed by reference
bool(true)
bool(false)
bool(true)
bool(true)
string(6) "byref2"
plain(): Argument #1 ($x) could not be passed by reference
1
plain(): Argument #1 ($x) could not be passed by reference
2
plain(): Argument #1 ($x) could not be passed by reference
3
plain(): Argument #1 ($x) could not be passed by reference
4
plain(): Argument #1 ($x) could not be passed by reference
5
plain(): Argument #1 ($x) could not be passed by reference
plain2(): Argument #1 could not be passed by reference
plain(): Argument #1 ($x) could not be passed by reference
sort(): Argument #1 ($array) could not be passed by reference
