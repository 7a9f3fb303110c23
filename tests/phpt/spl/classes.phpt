--TEST--
Interfaces, cloning and texts of built-in classes
--FILE--
<?php
foreach (['IteratorIterator', 'FilterIterator', 'CachingIterator', 'RecursiveCachingIterator', 'ArrayObject', 'SplHeap',
    'LogicException', 'BadFunctionCallException', 'ReflectionMethod'] as $class) {
    echo $class, ": ", implode(" ", (new ReflectionClass($class))->getInterfaceNames()), "\n";
}
foreach (['LogicException', 'Error', 'Random\Randomizer', 'ArrayObject'] as $class) {
    var_dump((new ReflectionClass($class))->isCloneable());
}
try {
    clone new RuntimeException;
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
echo (new ReflectionMethod('MultipleIterator', 'current'))->getTentativeReturnType(), "\n";

$f = new SplFixedArray(1);
$f[0] = $f;
var_export($f);
echo "\n";

$t = new SplTempFileObject;
$t->fwrite("a,b\n\"c\nd\",e\nf\n");
$t->rewind();
while ($row = $t->fgetcsv(',', '"', '')) {
    echo json_encode($row), ' ', json_encode((string) $t), "\n";
}
--EXPECTF--
IteratorIterator: OuterIterator Traversable Iterator
FilterIterator: Iterator Traversable OuterIterator
CachingIterator: Stringable Iterator Traversable OuterIterator ArrayAccess Countable
RecursiveCachingIterator: Countable ArrayAccess OuterIterator Traversable Iterator Stringable RecursiveIterator
ArrayObject: IteratorAggregate Traversable ArrayAccess Serializable Countable
SplHeap: Iterator Traversable Countable
LogicException: Throwable Stringable
BadFunctionCallException: Stringable Throwable
ReflectionMethod: Stringable Reflector
bool(false)
bool(false)
bool(false)
bool(true)
Trying to clone an uncloneable object of class RuntimeException
array

Warning: var_export does not handle circular references in %s on line 18
\SplFixedArray::__set_state(array(
   0 => NULL,
))
["a","b"] "a,b\n"
["c\nd","e"] "\"c\n"
["f"] "f\n"
