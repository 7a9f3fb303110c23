--TEST--
What suspended generators hold, and chains of them with several readers
--FILE--
<?php
// What a generator holds in temporaries while it is suspended: arguments of an open call, foreach positions, parts of strings.
function show(...$a) { return implode(',', $a); }
function inner($n) { for ($i = 0; $i < $n; $i++) { yield "i$i" => $i; } return "r$n"; }
function middle($n) {
    foreach (['a' => 1, 'b' => 2] as $k => $v) {
        echo show($k, yield $v, "<" . (yield $k . '!') . ">", [yield 'x', 'y' => yield from inner($n)]['y']), "\n";
    }
    return yield from inner(1);
}
function outer() { $x = yield from middle(2); yield 'end' => $x; return yield from middle(1); }
$g = outer();
for ($i = 0; $g->valid(); $i++) {
    echo $g->key(), '=>', $g->current(), ' ';
    if ($i % 2) $g->next(); else $g->send("s$i");
}
echo "\n", $g->getReturn(), "\n";
// Three levels, two readers of the innermost.
function relay($g) { yield 'before'; yield from $g; yield 'after'; }
$shared = inner(5);
$a = relay(relay($shared)); $b = relay(relay($shared));
foreach ($a as $k => $v) { echo "$k:$v "; if ($b->valid()) { echo '[', $b->current(), '] '; $b->next(); } }
echo "\n";

--EXPECT--
0=>1 1=>a! 2=>x i0=>0 i1=>1 a,s0,<>,r2
3=>2 4=>b! 5=>x i0=>0 i1=>1 b,,<s6>,r2
i0=>0 end=>r1 0=>1 1=>a! 2=>x i0=>0 a,s12,<>,r1
3=>2 4=>b! 5=>x i0=>0 b,s16,<>,r1
i0=>0 
r1
0:before [before] 0:before [before] i1:1 [1] i3:3 [3] 1:after [4] 1:after [after] 
