--TEST--
The order in which interfaces of a parent are told: turned around in a class that adds none
--FILE--
<?php
interface X {}
interface Y {}
interface Z extends Y {}
class A implements X, Y, Countable { function count(): int { return 0; } }
class B extends A {}
class C extends B {}
class D extends B implements Z {}
class E extends D {}
class F extends A { function __toString(): string { return ''; } }
class G extends F {}
abstract class H extends Exception {}
class I extends H {}
class J extends Error {}
class K extends ArrayIterator {}
class L extends SplObjectStorage implements JsonSerializable { function jsonSerialize(): mixed { return 1; } }
enum M: int implements X { case One = 1; }
$n = new class extends H {};
foreach (['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', get_class($n)] as $class) {
    echo strlen($class) > 1 ? 'anonymous' : $class, ': ', implode(', ', class_implements($class)), "\n";
}
?>
--EXPECT--
A: X, Y, Countable
B: Countable, Y, X
C: X, Y, Countable
D: Countable, Y, X, Z
E: Z, X, Y, Countable
F: X, Y, Countable, Stringable
G: Stringable, Countable, Y, X
H: Throwable, Stringable
I: Stringable, Throwable
J: Throwable, Stringable
K: Countable, Serializable, ArrayAccess, Iterator, Traversable, SeekableIterator
L: Countable, SeekableIterator, Traversable, Iterator, Serializable, ArrayAccess, JsonSerializable
M: X, UnitEnum, BackedEnum
anonymous: Stringable, Throwable
