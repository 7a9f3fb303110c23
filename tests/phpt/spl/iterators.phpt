--TEST--
Iterators over iterators, generators and recursion
--FILE--
<?php
function upto($n) { for ($i = 1; $i <= $n; $i++) yield "k$i" => $i; }
function show(iterable $it) { $s = []; foreach ($it as $k => $v) $s[] = (is_scalar($k) ? "$k=" : "") . (is_array($v) ? json_encode($v) : $v); echo implode(" ", $s), "\n"; }
show(new LimitIterator(new IteratorIterator(upto(9)), 2, 3));
show(new CallbackFilterIterator(upto(6), fn($v, $k, $it) => $v % 2 && $it->valid()));
$a = new AppendIterator; $a->append(new ArrayIterator([1])); $a->append(new EmptyIterator); $a->append(new ArrayIterator([2])); show($a);
show(new LimitIterator(new InfiniteIterator(new ArrayIterator(["a", "b"])), 0, 5));
show(new RegexIterator(new ArrayIterator(["one1", "two", "3"]), '/\d/'));
show(new RegexIterator(new ArrayIterator(["k" => "a1b2"]), '/\d/', RegexIterator::ALL_MATCHES));
$c = new CachingIterator(new ArrayIterator(["x", "y", "z"]), CachingIterator::FULL_CACHE);
foreach ($c as $v) echo $v, $c->hasNext() ? ", " : "\n"; echo json_encode($c->getCache()), count($c), "\n";
$n = new NoRewindIterator(upto(3)); foreach ($n as $v) { echo $v; break; } $n->next(); show($n);
$tree = ["a" => 1, "b" => ["c" => 2, "d" => ["e" => 3]], "f" => 4];
$r = new RecursiveIteratorIterator(new RecursiveArrayIterator($tree), RecursiveIteratorIterator::SELF_FIRST);
foreach ($r as $k => $v) echo str_repeat("-", $r->getDepth()), $k, " "; $r->setMaxDepth(0); echo iterator_count($r), "\n";
foreach (new RecursiveTreeIterator(new RecursiveArrayIterator(["a" => "1", "b" => ["c" => "2"], "d" => "3"])) as $k => $line) echo @$k, " : ", @$line, "\n";
show(new RecursiveIteratorIterator(new ParentIterator(new RecursiveArrayIterator($tree)), 1));
class Odd extends RecursiveFilterIterator { function accept(): bool { return $this->hasChildren() || $this->current() % 2; } }
show(new RecursiveIteratorIterator(new Odd(new RecursiveArrayIterator([1, [2, 3, [4, 5]], 6]))));
echo iterator_apply($it = new ArrayIterator([1, 2, 3]), function () use (&$it) { echo $it->current(); return true; }), "\n";
try { foreach (new IteratorIterator(upto(2)) as $v) throw new LogicException("out"); } catch (LogicException $e) { echo $e->getMessage(), "\n"; }
try { $x = new LimitIterator(new ArrayIterator([]), -1); } catch (ValueError $e) { echo $e->getMessage(), "\n"; }
abstract class Bad extends FilterIterator { function __construct() {} } $b = new class extends Bad { function accept(): bool { return true; } };
try { $b->rewind(); } catch (Error $e) { echo $e->getMessage(), "\n"; }
--EXPECT--
k3=3 k4=4 k5=5
k1=1 k3=3 k5=5
0=1 0=2
0=a 1=b 0=a 1=b 0=a
0=one1 2=3
k=[["1","2"]]
x, y, z
["x","y","z"]3
1k2=2 k3=3
a b -c -d --e f 3
a : |-1
b : |-Array
c : | \-2
d : \-3
b={"c":2,"d":{"e":3}} d={"e":3}
0=1 1=3 1=5
1233
out
LimitIterator::__construct(): Argument #2 ($offset) must be greater than or equal to 0
The object is in an invalid state as the parent constructor was not called
