--TEST--
Two generators that delegate to the same one
--FILE--
<?php
function source() {
    foreach ([1, 2, 3, 4] as $i) {
        $got = yield $i;
        if ($got) echo "got $got\n";
    }
    return "result";
}
function via($name, $g) {
    $r = yield from $g;
    echo "$name: $r\n";
    yield "$name last";
}
$s = source();
$a = via("a", $s);
$b = via("b", $s);
echo $a->current(), $b->current(), "\n";
$a->next();
echo $b->current(), "\n";
echo $b->send("hello"), "\n";
$a->next();
$a->next();
echo $a->current(), "\n", $b->current(), "\n";
function chain($n) {
    if ($n) {
        yield from chain($n - 1);
    }
    yield $n;
}
$sum = 0;
foreach (chain(20000) as $v) {
    $sum += $v;
}
echo $sum, "\n";
--EXPECT--
11
2
got hello
3
a: result
a last
4
200010000

