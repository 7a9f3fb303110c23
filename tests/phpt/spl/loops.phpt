--TEST--
Loops over SPL's iterators: backtraces, changes meanwhile, keys, destructors
--FILE--
<?php
// Loops over native iterators: what is seen of the calls, of changes meanwhile, of keys and of what goes.
function dump($m) { echo $m, "\n"; foreach (debug_backtrace() as $f) echo '  ', $f['class'] ?? '', $f['type'] ?? '', str_replace(__FILE__, 'FILE', $f['function']), ':', $f['line'] ?? '-', "\n"; }
$it = new ArrayIterator([1,2,3]);
foreach (new CallbackFilterIterator($it, function($x) { dump("cb $x"); return $x > 1; }) as $k => $v) { echo "$k=>$v\n"; }
class F extends FilterIterator { function accept(): bool { dump('accept'); return true; } }
foreach (new F(new ArrayIterator(['a'=>1])) as $k => $v) { echo "$k=>$v\n"; }
class I extends ArrayIterator { function current(): mixed { dump('current'); return parent::current(); } }
foreach (new LimitIterator(new I([1,2,3,4]), 1, 2) as $k => $v) { echo "$k=>$v\n"; }
foreach (new IteratorIterator(new I([1,2])) as $k => $v) { echo "$k=>$v\n"; }
try { foreach (new LimitIterator(new ArrayIterator([1]), 5) as $v); } catch (Exception $e) { echo $e->getMessage(), "\n", str_replace(__FILE__, "FILE", $e->getTraceAsString()), "\n"; }
class U extends IteratorIterator { function __construct() {} }
try { foreach (new U as $v); } catch (Error $e) { echo $e->getMessage(), "\n", str_replace(__FILE__, "FILE", $e->getTraceAsString()), "\n"; }
try { foreach (new LimitIterator(new IteratorIterator(new ArrayIterator([1,2,3]))) as $k => &$v); } catch (Error $e) { echo $e->getMessage(), "\n", str_replace(__FILE__, "FILE", $e->getTraceAsString()), "\n"; }
class R2 extends RecursiveArrayIterator { function hasChildren(): bool { dump('hc'); return parent::hasChildren(); } }
foreach (new RecursiveIteratorIterator(new R2([1,[2,3]])) as $k => $v) echo "$k=>$v\n";
foreach (new RecursiveIteratorIterator(new RecursiveArrayIterator([1,[2,[3,new ArrayObject([7,8])]],4]), RecursiveIteratorIterator::SELF_FIRST) as $k => $v) echo "$k=>", json_encode($v), "\n";
foreach (new RecursiveIteratorIterator(new RecursiveArrayIterator([1,[2,[3,new ArrayObject([7,8])]],4, []]), RecursiveIteratorIterator::CHILD_FIRST) as $k => $v) echo "$k=>", json_encode($v), "\n";
$r = new RecursiveIteratorIterator(new RecursiveArrayIterator([1,[2,[3,4]],[],5]));
foreach ($r as $k => $v) { echo $r->getDepth(), ":$k=>$v\n"; }
var_dump(iterator_count($r), iterator_to_array($r, false));
$r->setMaxDepth(1);
foreach ($r as $k => $v) { echo $r->getDepth(), ":$k=>", json_encode($v), "\n"; }
$a = new ArrayObject([1,2,3,4,5]);
foreach ($a as $k => $v) { echo "$k=>$v\n"; if ($k == 1) unset($a[2]); if ($k == 3) $a[] = 9; }
foreach (new LimitIterator($a->getIterator(), 1, 3) as $k => $v) { echo "$k=>$v\n"; if ($k == 1) unset($a[3]); }
// destructor of the old loop value moves the iterator
class D { public $it; function __destruct() { echo "d\n"; $this->it?->next(); } }
$ai = new ArrayIterator(range(0,9));
$v = new D; $v->it = $ai;
foreach ($ai as $k => $v) echo "$k=>$v\n";
$k = new D; $k->it = $ai;
foreach ($ai as $k => $v) { echo "$k=>$v\n"; }
// references
$x = 5; $arr = [1,&$x,3]; $ai = new ArrayIterator($arr);
foreach ($ai as $k => $v) { echo "$v\n"; $v = 100; } var_dump($x);
foreach ($ai as $k => [$p]) { var_dump($p); break; }
$ref = &$loop; foreach ($ai as $kk => $loop) {} var_dump($ref, $kk);
foreach ($ai as $ai2 => $ai2) {} var_dump($ai2);
// Keys are read before the value before goes; what its destructor throws ends the loop before the key is set.
class Bad { function __destruct() { throw new Exception('bad'); } }
$k = 'before';
$v = new Bad;
try { foreach (new ArrayIterator([1, 2]) as $k => $v) { echo "not reached\n"; } } catch (Exception $e) { var_dump($k, $v, $e->getMessage()); }
class ByHand implements Iterator {
    private $i = 0;
    function current(): mixed { echo "current\n"; return $this->i; }
    function key(): mixed { echo "key\n"; if ($this->i == 1) throw new Exception('no key'); return "k$this->i"; }
    function next(): void { $this->i++; }
    function rewind(): void {}
    function valid(): bool { return true; }
}
try { foreach (new ByHand as $k => $v) { echo "$k=>$v\n"; } } catch (Exception $e) { var_dump($k, $v, $e->getMessage()); }
// Lists, queues, heaps and storages.
$q = new SplQueue; foreach (range(1, 4) as $i) $q[] = $i;
foreach ($q as $k => $v) { echo "$k=>$v "; if ($k == 1) $q[] = 9; } echo count($q), "\n";
$q->setIteratorMode(SplQueue::IT_MODE_DELETE);
foreach ($q as $k => $v) { echo "$k=>$v "; } echo count($q), "\n";
$s = new SplStack; foreach (range(1, 4) as $i) $s[] = $i;
foreach ($s as $k => $v) { echo "$k=>$v "; if ($v == 3) $s->pop(); } echo count($s), "\n";
foreach ([new SplMinHeap, new SplMaxHeap] as $h) { foreach ([3, 1.5, 'b', 2, 'a', -1, 2.5, null, 1.5, NAN, 7] as $x) $h->insert($x); foreach ($h as $k => $v) { echo $k, '=>', var_export($v, true), ' '; } echo count($h), "\n"; }
$p = new SplPriorityQueue; $p->setExtractFlags(3); foreach ([5, 2, 9, 2, 7.5, 7, '7'] as $i => $x) $p->insert($i, $x);
foreach ($p as $k => $v) { echo $k, json_encode($v), ' '; } echo "\n";
class Odd extends SplMinHeap { function compare($a, $b): int { if ($a === 3 || $b === 3) throw new Exception('three'); return parent::compare($a, $b); } }
$h = new Odd; try { foreach ([1, 2, 3] as $x) $h->insert($x); } catch (Exception $e) { echo $e->getMessage(), ' ', count($h), ' ', var_export($h->isCorrupted(), true), "\n"; }
$o = new SplObjectStorage; $all = []; for ($i = 0; $i < 5; $i++) { $o[$all[] = (object) ['n' => $i]] = $i * 10; }
foreach ($o as $i => $x) { echo "$i:$x->n:", $o->getInfo(), ' '; if ($i == 1) unset($o[$all[4]]); } echo count($o), "\n";
try { foreach ($o as &$x) {} } catch (Error $e) { echo $e->getMessage(), "\n"; }
var_dump(iterator_count($o), array_keys(iterator_to_array(new LimitIterator($o, 1, 2))), [...new ArrayIterator(['x' => 1, 2])]);
function gen() { yield from new LimitIterator(new ArrayIterator(['a', 'b', 'c']), 1); }
foreach (gen() as $k => $v) echo "$k=>$v ";
echo "\n";
// Iterators over another one: where they stand, and what they hold.
$l = new LimitIterator(new ArrayIterator(range('a', 'f')), 1, 3);
foreach ($l as $k => $v) { echo $l->getPosition(), ":$k=>$v "; } echo $l->getPosition(), var_export($l->valid(), true), var_export($l->current(), true), "\n";
try { foreach (new LimitIterator(new ArrayIterator([1, 2, 3]), 0, 0) as $v) echo "none\n"; } catch (Exception $e) { echo $e->getMessage(), "\n"; }
foreach (new LimitIterator(new LimitIterator(new ArrayIterator(range(0, 9)), 2, 6), 1, 3) as $k => $v) echo "$k=>$v ";
foreach (new IteratorIterator(new ArrayObject(['p' => 'q'])) as $k => $v) echo "$k=>$v ";
$times = 0;
foreach (new InfiniteIterator(new ArrayIterator([1, 2])) as $k => $v) { echo "$k=>$v "; if (++$times > 4) break; }
foreach (new NoRewindIterator(new ArrayIterator([1, 2])) as $k => $v) echo "$k=>$v ";
foreach (new ParentIterator(new RecursiveArrayIterator([1, [2], 3, [[4]]])) as $k => $v) echo $k, json_encode($v), ' ';
foreach (new RegexIterator(new ArrayIterator(['apple', 'bob', 'avocado']), '/^a/') as $k => $v) echo "$k=>$v ";
class Keyed extends LimitIterator { function key(): mixed { return 'K' . parent::key(); } }
foreach (new Keyed(new ArrayIterator([1, 2, 3]), 1) as $k => $v) echo "$k=>$v ";
echo "\n";
--EXPECT--
cb 1
  dump:5
  {closure:FILE:5}:-
  CallbackFilterIterator->accept:-
  FilterIterator->rewind:5
cb 2
  dump:5
  {closure:FILE:5}:-
  CallbackFilterIterator->accept:-
  FilterIterator->rewind:5
1=>2
cb 3
  dump:5
  {closure:FILE:5}:-
  CallbackFilterIterator->accept:-
  FilterIterator->next:5
2=>3
accept
  dump:6
  F->accept:-
  FilterIterator->rewind:7
a=>1
current
  dump:8
  I->current:-
  LimitIterator->rewind:9
1=>2
current
  dump:8
  I->current:-
  LimitIterator->next:9
2=>3
current
  dump:8
  I->current:-
  IteratorIterator->rewind:10
0=>1
current
  dump:8
  I->current:-
  IteratorIterator->next:10
1=>2
Seek position 5 is out of range
#0 [internal function]: ArrayIterator->seek(5)
#1 FILE(11): LimitIterator->rewind()
#2 {main}
The object is in an invalid state as the parent constructor was not called
#0 FILE(13): IteratorIterator->rewind()
#1 {main}
An iterator cannot be used with foreach by reference
#0 {main}
hc
  dump:15
  R2->hasChildren:16
0=>1
hc
  dump:15
  R2->hasChildren:16
hc
  dump:15
  R2->hasChildren:16
0=>2
hc
  dump:15
  R2->hasChildren:16
1=>3
0=>1
1=>[2,[3,{"0":7,"1":8}]]
0=>2
1=>[3,{"0":7,"1":8}]
0=>3
1=>{"0":7,"1":8}
0=>7
1=>8
2=>4
0=>1
0=>2
0=>3
0=>7
1=>8
1=>{"0":7,"1":8}
1=>[3,{"0":7,"1":8}]
1=>[2,[3,{"0":7,"1":8}]]
2=>4
3=>[]
0:0=>1
1:0=>2
2:0=>3
2:1=>4
0:3=>5
int(5)
array(5) {
  [0]=>
  int(1)
  [1]=>
  int(2)
  [2]=>
  int(3)
  [3]=>
  int(4)
  [4]=>
  int(5)
}
0:0=>1
1:0=>2
0:3=>5
0=>1
1=>2
3=>4
4=>5
5=>9
1=>2
4=>5
5=>9
d
0=>0
2=>2
3=>3
4=>4
5=>5
6=>6
7=>7
8=>8
9=>9
d
0=>0
2=>2
3=>3
4=>4
5=>5
6=>6
7=>7
8=>8
9=>9
1
5
3
int(5)
NULL
int(3)
int(2)
int(2)
string(6) "before"
int(1)
string(3) "bad"
current
key
k0=>0
current
key
string(2) "k0"
int(0)
string(6) "no key"
0=>1 1=>2 2=>3 3=>4 4=>9 5
0=>1 0=>2 0=>3 0=>4 0=>9 0
3=>4 2=>3 1=>2 0=>1 3
10=>NULL 9=>-1 8=>NAN 7=>1.5 6=>1.5 5=>2 4=>2.5 3=>3 2=>7 1=>'a' 0=>'b' 0
10=>'b' 9=>'a' 8=>NAN 7=>7 6=>3 5=>2.5 4=>2 3=>1.5 2=>1.5 1=>-1 0=>NULL 0
6{"data":2,"priority":9} 5{"data":4,"priority":7.5} 4{"data":6,"priority":"7"} 3{"data":5,"priority":7} 2{"data":0,"priority":5} 1{"data":1,"priority":2} 0{"data":3,"priority":2} 
three 3 true
0:0:0 1:1:10 2:2:20 3:3:30 4
An iterator cannot be used with foreach by reference
int(4)
array(2) {
  [0]=>
  int(1)
  [1]=>
  int(2)
}
array(2) {
  ["x"]=>
  int(1)
  [0]=>
  int(2)
}
1=>b 2=>c 
1:1=>b 2:2=>c 3:3=>d 4falseNULL
Cannot seek to 0 which is behind offset 0 plus count 0
3=>3 4=>4 5=>5 p=>q 0=>1 1=>2 0=>1 1=>2 0=>1 0=>1 1=>2 1[2] 3[[4]] 0=>apple 2=>avocado K1=>2 K2=>3 
