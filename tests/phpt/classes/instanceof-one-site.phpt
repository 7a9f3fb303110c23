--TEST--
instanceof at one place: classes that come later, aliases, interfaces, self and static
--FILE--
<?php
function is($o) { return $o instanceof Later; }
class Early {}
interface Shape {}
$e = new Early;
var_dump(is($e), is(null), is(5));
if (true) { class Later extends Early implements Shape {} }
var_dump(is($e), is(new Later));
function isAlias($o) { return $o instanceof Other; }
var_dump(isAlias($e));
class_alias('Early', 'Other');
var_dump(isAlias($e), isAlias(new Later), isAlias([]));
function shape($o) { return $o instanceof Shape; }
$r = &$e;
function mine() { return new Later; }
var_dump(shape($e), shape(mine()), mine() instanceof Shape, $r instanceof Early);
abstract class Base {
    function a($o) { return $o instanceof self; }
    function b($o) { return $o instanceof static; }
    static function c($o) { return $o instanceof static; }
}
class One extends Base {}
class Two extends Base {}
foreach ([new One, new Two] as $x) {
    foreach ([new One, new Two, $e] as $y) {
        echo (int) $x->a($y), (int) $x->b($y), (int) $x::c($y), ' ';
    }
}
echo "\n";
try { var_dump(@$nothing instanceof One); } catch (Error $e) { echo get_class($e); }
--EXPECT--
bool(false)
bool(false)
bool(false)
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
bool(false)
bool(false)
bool(true)
bool(true)
bool(true)
111 100 000 100 111 000 
bool(false)
