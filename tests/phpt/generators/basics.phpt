--TEST--
Generators: send, keys, return, yield from, finally
--FILE--
<?php
function g() { try { $got = yield "k" => 1; echo "got $got\n"; yield 2; return "ret"; } finally { echo "finally\n"; } }
$g = g(); echo $g->key(), $g->current(), "\n"; echo $g->send("hello"), "\n"; $g->next(); var_dump($g->valid()); echo $g->getReturn(), "\n";
function outer() { $r = yield from inner(); yield $r; yield from [10, 20]; } function inner() { yield 1; yield 2; return 3; }
foreach (outer() as $k => $v) { echo "$k=>$v "; } echo "\n";
function thrower() { try { yield 1; } catch (Exception $e) { yield "caught " . $e->getMessage(); } }
$t = thrower(); $t->current(); echo $t->throw(new Exception("in")), "\n";
function endless() { $i = 0; while (true) yield $i++; }
foreach (endless() as $i) { if ($i > 3) break; echo $i; } echo "\n";
--EXPECT--
k1
got hello
2
finally
bool(false)
ret
0=>1 1=>2 0=>3 0=>10 1=>20 
caught in
0123

