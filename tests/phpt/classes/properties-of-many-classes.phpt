--TEST--
Properties read and written at one place on objects of many classes; computed names; static:: of several classes
--FILE--
<?php
abstract class Node {
    public ?Node $next = null;
    protected array $list = [];
    public $any;
    private int $n = 0;
    function set(?Node $x) { $this->next = $x; $this->any = $x; $this->list = [$x]; return $this; }
    function next() { return $this->next; }
    function any() { return $this->any; }
    function list() { return $this->list; }
    function bump() { return $this->n++ . $this->n; }
    function &ref() { return $this->any; }
}
class A extends Node { public $own = 'A'; private int $n = 10; function mine() { return $this->n; } }
class B extends Node { public $before; public $own = 'B'; }
class C extends Node { public $before; public $two; public $own = 'C'; }
class D extends Node { public function __get($name) { return "magic $name"; } }
$all = [new A, new B, new C, new D];
function own($o) { return $o->own; }
for ($turn = 0; $turn < 3; $turn++) {
    foreach ($all as $i => $o) {
        $o->set($all[($i + $turn) % 4]);
        echo own($o), get_class($o->next()), get_class($o->any()), count($o->list()), $o->bump(), ' ';
    }
}
echo "\n";
// A property that became a reference is read and written through it.
$r = &$all[0]->ref();
foreach ($all as $o) { $o->set($all[1]); }
var_dump($r === $all[1]);
$r = 'through';
var_dump($all[0]->any(), $all[1]->any() === $all[1]);
// Values of other types are still refused.
try { $all[2]->next = new stdClass; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
// Computed names
$names = ['own', 'any', 'before'];
foreach ($all as $o) {
    foreach ($names as $n) {
        $v = @$o->$n;
        echo is_object($v) ? get_class($v) : var_export($v, true), ' ';
        $w = str_repeat($n[0], 1) . substr($n, 1);
        var_dump(@$o->$w === $v);
    }
}
unset($all[0]->own);
try { echo @own($all[0]), '|', own($all[1]), "\n"; } finally { }
function name($o, $n) { return $o->$n; }
echo @name($all[0], 'own'), name($all[3], 'own'), name($all[1], 'own'), "\n";
try { name($all[1], 'list'); } catch (Error $e) { echo $e->getMessage(), "\n"; }
try { name(new class { public int $own; }, 'own'); } catch (Error $e) { echo $e->getMessage(), "\n"; }
echo @name(5, 'own') ?? 'null', "\n";
class S { public static $list = ['S']; static function get() { return static::$list; } static function add($x) { static::$list[] = $x; } }
class T extends S { public static $list = ['T']; }
class U extends S {}
foreach ([S::class, T::class, U::class, T::class, S::class] as $c) { $c::add(strtolower($c)); echo implode(',', $c::get()), ' '; }
(new T)->add('x'); echo implode(',', T::get()), "\n";
--EXPECT--
AAA101 BBB101 CCC101 magic ownDD101 ABB112 BCC112 CDD112 magic ownAA112 ACC123 BDD123 CAA123 magic ownBB123 
bool(true)
string(7) "through"
bool(true)
Cannot assign stdClass to property Node::$next of type ?Node
'A' bool(true)
'through' bool(true)
NULL bool(true)
'B' bool(true)
B bool(true)
NULL bool(true)
'C' bool(true)
B bool(true)
NULL bool(true)
'magic own' bool(true)
B bool(true)
'magic before' bool(true)
|B
magic ownB
Cannot access protected property B::$list
Typed property class@anonymous::$own must not be accessed before initialization
null
S,s T,t S,s,u T,t,t S,s,u,s T,t,t,x
