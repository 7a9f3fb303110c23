--TEST--
extract() keeps the table of variables whole; walked arrays are the variable's own
--FILE--
<?php
$s = ["J" => 1, "j" => 2];
echo extract($s), extract($s, EXTR_SKIP), extract($s, EXTR_IF_EXISTS), "\n";
foreach (range('a', 'z') as $c) {
    $s = ["v$c" => $c, "V$c" => 1];
    if (extract($s) !== 2 || extract($s, EXTR_SKIP) !== 0) echo "lost $c\n";
}
echo json_encode(compact('j', 'J', 'va', 'Vz')), "\n";
$a = [1 => 25, 5 => 30, 0 => -80];
array_walk($a, function ($v, $k) { echo "$k=$v "; });
try {
    array_walk($a, function () use (&$a) { $a = 5; });
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
$x = [1]; $x[1] = &$x;
echo json_encode(array_pop($x) === [1]), count($x), "\n";
var_dump(isset(unserialize('O:3:"Nop":1:{s:1:"a";i:1;}')->a));
?>
--EXPECTF--
202
{"j":2,"J":1,"va":"a","Vz":1}
1=25 5=30 0=-80 Iterated value is no longer an array or object
true1

Warning: main(): The script tried to access a property on an incomplete object. Please ensure that the class definition "Nop" of the object you are trying to operate on was loaded _before_ unserialize() gets called or provide an autoloader to load the class definition in %s on line %d
bool(false)
