--TEST--
foreach with keys: variables that hold what comes next, loops over what goes, counters by short keys
--FILE--
<?php
// Keys and values that share one string, in variables that hold it already.
function walk(array $a) {
    $k = $v = 'x' . count($a);
    foreach ($a as $k => $v) {
        echo "$k=$v ";
    }
    echo "| $k $v\n";
    foreach ($a as $x => $x) {
        echo "$x ";
    }
    echo "| $x\n";
}
$s = 'key' . rand(1, 1);
walk([$s => $s, 'b' . $s => $s, 'c' => 1, 'd' => null, 5 => 'five', 'e' => $s]);
walk(['a' => 1.5, 'b' => true]);

// The array goes while the loop runs; the variables keep what they have.
function gone() {
    $a = ['p' . rand(1, 1) => 'q' . rand(1, 1), 'r' . rand(1, 1) => 's' . rand(1, 1)];
    foreach ($a as $k => $v) {
        $a = null;
        yield $k => $v;
    }
    return "$k $v";
}
$g = gone();
foreach ($g as $k => $v) {
    echo "$k=$v ";
}
echo $g->getReturn(), "\n";

// Counters by keys of other strings with the same text, of every length around a word's.
$n = [];
for ($i = 0; $i < 20; $i++) {
    $n[str_repeat('k', $i) . 'x'] = PHP_INT_MAX - 1;
}
for ($i = 0; $i < 20; $i++) {
    $n[str_repeat('k', $i) . 'x'] += 1;
    $n[str_repeat('k', $i) . 'y'] = $i;
}
$n['x'] += 1;
var_dump(count($n), array_sum(array_filter($n, fn($v) => $v < 100)), $n['x'], $n['kx'], isset($n['kkkkkkkz']));
// References and destructors.
class D { function __construct(public $n) {} function __destruct() { echo "~$this->n "; } }
function objects() {
    foreach (['a' => new D(1), 'b' => new D(2)] as $k => $v) {
        echo "$k ";
    }
    $v = 0;
    echo "\n";
}
objects();
$r = ['one' => 1, 'two' => 2];
$two = &$r['two'];
foreach ($r as $k => $v) {
    $two = 7;
    echo "$k=$v ";
}
echo "\n";
--EXPECT--
key1=key1 bkey1=key1 c=1 d= 5=five e=key1 | e key1
key1 bkey1 c d 5 e | e
a=1.5 b=1 | b 1
a b | b
p1=q1 r1=s1 r1 s1
int(40)
int(190)
float(9.223372036854776E+18)
int(9223372036854775807)
bool(false)
a b ~1 ~2 
one=1 two=7 
