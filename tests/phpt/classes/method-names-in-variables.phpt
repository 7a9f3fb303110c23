--TEST--
Methods called by a name in a variable
--FILE--
<?php
class A { private function p() { return 'A::p'; } function q($m) { return $this->$m(); } static function s() { return static::class; } function __call($n, $a) { return "call $n"; } }
class B extends A { private function p() { return 'B::p'; } }
foreach ([new A, new B, new A] as $o) foreach (['p', 'q', 's', 'zz', 'P'] as $m) { if ($m == 'q') continue; for ($i = 0; $i < 2; $i++) echo get_class($o), " $m ", $o->q($m), " ", $o->$m(), "\n"; }
class C { public $f; function go($n) { return [$this, $n]; } } $c = new C; foreach (['go', 'GO', 'g' . 'o'] as $n) for ($i = 0; $i < 2; $i++) echo count($c->$n(5)), count((new C)->$n(4)), "\n";
foreach (['go', 3] as $n) { try { $c->$n(); } catch (Error $e) { echo $e->getMessage(), "\n"; } } $f = fn($x = 1) => $x; foreach (['__invoke', 'call'] as $m) try { echo $f->$m(...($m === 'call' ? [$c, 2] : [7])), "\n"; } catch (Error $e) { echo $e->getMessage(); }
$n = null; foreach ([null, $c] as $o) try { $m = 'go'; $o->$m(1); echo "ok"; } catch (Error $e) { echo $e->getMessage(), "\n"; }
--EXPECTF--
A p A::p call p
A p A::p call p
A s A A
A s A A
A zz call zz call zz
A zz call zz call zz
A P A::p call P
A P A::p call P
B p A::p call p
B p A::p call p
B s B B
B s B B
B zz call zz call zz
B zz call zz call zz
B P A::p call P
B P A::p call P
A p A::p call p
A p A::p call p
A s A A
A s A A
A zz call zz call zz
A zz call zz call zz
A P A::p call P
A P A::p call P
22
22
22
22
22
22
Too few arguments to function C::go(), 0 passed in %s on line 6 and exactly 1 expected
Method name must be a string
7
2
Call to a member function go() on null
ok