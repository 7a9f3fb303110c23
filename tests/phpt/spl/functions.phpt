--TEST--
Autoloaders, relations of classes, ids of objects
--FILE--
<?php
spl_autoload_register($one = function ($c) { echo "one($c) "; });
spl_autoload_register(function ($c) { echo "two($c) "; if ($c == "Found") { class Found {} } }, prepend: true);
var_dump(class_exists("Nope"), class_exists("Found"), count(spl_autoload_functions()));
spl_autoload_unregister($one); var_dump(class_exists("Nope", false), count(spl_autoload_functions()));
interface I {} trait T {} class A implements I { use T; } class B extends A {}
echo json_encode([class_parents("B"), class_implements(new B), class_uses("A"), class_uses("B")]), "\n";
var_dump(spl_object_hash($o = new B) === str_pad(dechex(spl_object_id($o)), 16, "0", STR_PAD_LEFT) . str_repeat("0", 16));
var_dump((new ReflectionClass("ArrayObject"))->isInternal(), isset(spl_classes()["SplObserver"]), class_parents("none"));
--EXPECTF--
two(Nope) one(Nope) two(Found) bool(false)
bool(true)
int(2)
bool(false)
int(1)
[{"A":"A"},{"I":"I"},{"T":"T"},[]]
bool(true)
two(none) 
Warning: class_parents(): Class none does not exist and could not be loaded in %s on line %d
bool(true)
bool(true)
bool(false)
