--TEST--
Inheritance, traits, enums, readonly, hooks
--FILE--
<?php
trait T { private int $n = 0; function hit(): static { $this->n++; return $this; } function n() { return $this->n; } }
abstract class Base { function __construct(protected readonly string $name = "base") {} abstract function say(); static function make(...$a) { return new static(...$a); } }
final class Dog extends Base { use T; const SOUND = "wuff" . "!"; function say() { return $this->name . " " . self::SOUND; } }
$d = Dog::make(name: "Rex"); echo $d->say(), $d->hit()->hit()->n(), "\n";
try { (fn() => $this->name = "x")->call($d); } catch (Error $e) { echo get_class($e), ": ", $e->getMessage(), "\n"; }
enum Suit: string { case H = "h"; case S = "s"; const Best = self::S; function label(): string { return ucfirst(strtolower($this->name)); } }
echo Suit::from("h")->label(), Suit::tryFrom("q")?->label() ?? "none", Suit::Best->value, count(Suit::cases()), "\n";
class Temp { public float $f { get => $this->c * 1.8 + 32; set { $this->c = ($value - 32) / 1.8; } } function __construct(public float $c) {} }
$t = new Temp(100.0); echo $t->f, " "; $t->f = 50.0; echo $t->c, "\n";
class Magic { private $d = []; function __get($n) { return $this->d[$n] ?? "no $n"; } function __set($n, $v) { $this->d[$n] = $v; } function __call($n, $a) { return $n . implode("-", $a); } static function __callStatic($n, $a) { return "static $n"; } }
$m = new Magic; $m->a = 1; echo $m->a, $m->b, $m->go(1, 2), Magic::away(), "\n";
$o = clone $d; var_dump($o == $d, $o === $d, $o instanceof Base);
--EXPECT--
Rex wuff!2
Error: Cannot modify readonly property Base::$name
Hnones2
212 10
1no bgo1-2static away
bool(true)
bool(false)
bool(true)

