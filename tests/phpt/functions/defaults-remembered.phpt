--TEST--
Constant expressions as defaults, time and again, in several scopes
--FILE--
<?php
const WORD = 'word';
define('MADE', str_repeat('m', 3));
class A {
    const NUMBER = 1;
    const LIST = [1, 2, self::NUMBER + 2];
    #[\Deprecated]
    const OLD = 'old';
    function a($n = self::NUMBER + 1, int|string $t = WORD . '!', ?array $l = self::LIST, $m = MADE, float $f = self::NUMBER) {
        return func_num_args() . json_encode([$n, $t, $l, $m, $f]);
    }
    function old($x = self::OLD) { return $x; }
    function typed(int $x = WORD) { return $x; }
    function fresh($o = new ArrayObject([self::NUMBER]), $e = Suit::Hearts) { $o[] = 1; return count($o) . $e->name; }
    function written(array $l = self::LIST, $k = self::class) { $l[] = count($l); return json_encode($l) . $k; }
    function late($x = \Later\VALUE, $y = __CLASS__ . '::' . __FUNCTION__) { return $x . $y; }
}
class B extends A { const NUMBER = 5; }
enum Suit { case Hearts; }
trait T { 
    const NAME = 'T';
    function who($c = self::class, $n = self::NAME, $k = __CLASS__) { return "$c $n $k"; }
    static function still($c = self::class . '()') { return $c; }
}
class U { use T; }
class V { use T; }
function loops($n = WORD . '1', $m = A::NUMBER * 3, $o = PHP_INT_SIZE . 'x') {
    $s = 0;
    for ($i = 0; $i < 3; $i++) { $s += $i * $m; }
    return "$n $m $o $s";
}
foreach ([1, 2, 3] as $_) {
    foreach ([new A, new B] as $o) {
        echo $o->a(), $o->a(7), $o->a(t: 'named'), "\n";
        echo $o->fresh(), $o->written(), $o->old(), "\n";
        try {
            $o->typed();
        } catch (TypeError $e) {
            echo $e->getMessage(), "\n";
        }
        try {
            echo $o->late(), "\n";
        } catch (Error $e) {
            echo $e->getMessage(), "\n";
            define('Later\VALUE', 'now');
        }
    }
    echo (new U)->who(), ' ', (new V)->who(), ' ', U::still(), ' ', V::still(), "\n";
    echo loops(), ' ', loops(1), "\n";
}
// One closure, bound to several classes.
class C1 { private const P = 'P of C1'; }
class C2 { private const P = 'P of C2'; }
$f = function ($p = self::P . '!', $q = self::P) { return "$p $q"; };
foreach ([1, 2] as $_) {
    foreach ([C1::class, C2::class] as $class) {
        echo Closure::bind($f, null, $class)(), "\n";
    }
}
for ($i = 0; $i < 3; $i++) {
    $g = fn($x = self::class ?? 1) => $x;
    foreach ([C1::class, C2::class] as $class) {
        echo Closure::bind($g, null, $class)(), "\n";
    }
}
--EXPECTF--
0[2,"word!",[1,2,3],"mmm",1]1[7,"word!",[1,2,3],"mmm",1]2[2,"named",[1,2,3],"mmm",1]
2Hearts[1,2,3,3]A
Deprecated: Constant A::OLD is deprecated in %s on line 12
old
A::typed(): Argument #1 ($x) must be of type int, string given, called in %s on line 37
Undefined constant "Later\VALUE"
0[2,"word!",[1,2,3],"mmm",1]1[7,"word!",[1,2,3],"mmm",1]2[2,"named",[1,2,3],"mmm",1]
2Hearts[1,2,3,3]Aold
A::typed(): Argument #1 ($x) must be of type int, string given, called in %s on line 37
nowA::late
U T U V T V U() V()
word1 3 8x 9 1 3 8x 9
0[2,"word!",[1,2,3],"mmm",1]1[7,"word!",[1,2,3],"mmm",1]2[2,"named",[1,2,3],"mmm",1]
2Hearts[1,2,3,3]Aold
A::typed(): Argument #1 ($x) must be of type int, string given, called in %s on line 37
nowA::late
0[2,"word!",[1,2,3],"mmm",1]1[7,"word!",[1,2,3],"mmm",1]2[2,"named",[1,2,3],"mmm",1]
2Hearts[1,2,3,3]Aold
A::typed(): Argument #1 ($x) must be of type int, string given, called in %s on line 37
nowA::late
U T U V T V U() V()
word1 3 8x 9 1 3 8x 9
0[2,"word!",[1,2,3],"mmm",1]1[7,"word!",[1,2,3],"mmm",1]2[2,"named",[1,2,3],"mmm",1]
2Hearts[1,2,3,3]Aold
A::typed(): Argument #1 ($x) must be of type int, string given, called in %s on line 37
nowA::late
0[2,"word!",[1,2,3],"mmm",1]1[7,"word!",[1,2,3],"mmm",1]2[2,"named",[1,2,3],"mmm",1]
2Hearts[1,2,3,3]Aold
A::typed(): Argument #1 ($x) must be of type int, string given, called in %s on line 37
nowA::late
U T U V T V U() V()
word1 3 8x 9 1 3 8x 9
P of C1! P of C1
P of C2! P of C2
P of C1! P of C1
P of C2! P of C2
C1
C2
C1
C2
C1
C2
