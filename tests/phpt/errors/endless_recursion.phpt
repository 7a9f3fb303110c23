--TEST--
Endless recursion through native code is an Error that code can catch
--FILE--
<?php
class Magic implements ArrayAccess, IteratorAggregate, Countable, JsonSerializable {
    public $hooked { get => (new Magic)->hooked; }
    function __get($n) { $m = "x$n"; return $this->$m; }
    function __toString(): string { return "$this"; }
    function __isset($n) { $m = "x$n"; return isset($this->$m); }
    function __clone() { return clone $this; }
    function offsetGet($o): mixed { return $this[$o]; }
    function offsetSet($o, $v): void {}
    function offsetExists($o): bool { return true; }
    function offsetUnset($o): void {}
    function getIterator(): Iterator { foreach ($this as $x); return new ArrayIterator([]); }
    function count(): int { return count($this); }
    function jsonSerialize(): mixed { return [new Magic]; }
    function __serialize(): array { return [new Magic]; }
}
function map($x) { return array_map('map', [1]); }
function sorted($a, $b) { $x = [2, 1]; usort($x, 'sorted'); return 0; }
function replace($m) { return preg_replace_callback('/a/', 'replace', 'a'); }
$file = __DIR__ . '/endless_recursion.inc';
file_put_contents($file, '<?php include __FILE__;');
$m = new Magic;
$cases = [
    '__get' => fn() => $m->a,
    '__toString' => fn() => strlen($m),
    '__isset' => fn() => isset($m->a),
    'clone' => fn() => clone $m,
    'offsetGet' => fn() => $m[0],
    'foreach' => fn() => iterator_to_array($m),
    'count' => fn() => count($m),
    'json_encode' => fn() => json_encode($m, 0, PHP_INT_MAX),
    'serialize' => fn() => serialize($m),
    'hook' => fn() => $m->hooked,
    'array_map' => fn() => map(1),
    'usort' => fn() => sorted(1, 2),
    'preg_replace_callback' => fn() => replace([]),
    'include' => fn() => include $file,
];
foreach ($cases as $what => $case) {
    try {
        $case();
        echo "$what: returned\n";
    } catch (Error $e) {
        echo "$what: ", preg_replace('/\d+/', 'N', $e->getMessage()), "\n";
    }
}
unlink($file);
$a = $b = 1;
for ($i = 0; $i < 50000; $i++) {
    $a = ['k' => $a];
    $b = ['k' => $b];
}
var_dump($a == $b, $a === $b, count($a, COUNT_RECURSIVE));
$s = serialize($a);
var_dump(strlen($s), unserialize($s, ['max_depth' => 0]) === $b);
$j = json_encode($a, 0, 60000);
var_dump(strlen($j), json_decode($j, true, 60000) == $a);
var_dump(count(array_merge_recursive($a, $b)), count(array_replace_recursive($a, $b)));
try {
    $x = [];
    $x[0] = &$x;
    $y = [];
    $y[0] = &$y;
    var_dump($x == $y);
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
__get: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
__toString: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
__isset: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
clone: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
offsetGet: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
foreach: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
count: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
json_encode: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
serialize: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
hook: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
array_map: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
usort: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
preg_replace_callback: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
include: Maximum call stack size of N bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached. Infinite recursion?
bool(true)
bool(true)
int(50000)
int(700004)
bool(true)
int(300001)
bool(true)
int(1)
int(1)
Nesting level too deep - recursive dependency?
