--TEST--
Lists, heaps, queues, fixed arrays and maps of objects
--FILE--
<?php
$l = new SplDoublyLinkedList; foreach ([3, 1, 2] as $n) $l[] = $n;
$l->add(1, "between"); unset($l[0]); echo implode(",", iterator_to_array($l)), " ", $l->top(), count($l), "\n";
$l->setIteratorMode(SplDoublyLinkedList::IT_MODE_DELETE); foreach ($l as $k => $v) echo "$k=$v "; echo count($l), "\n";
try { (new SplStack)->pop(); } catch (RuntimeException $e) { echo $e->getMessage(), "\n"; }
class ByLength extends SplHeap { protected function compare($a, $b): int { return strlen($a) - strlen($b); } }
$h = new ByLength; foreach (["bb", "dddd", "a", "ccc"] as $s) $h->insert($s);
foreach ($h as $s) echo $s, " "; echo $h->isEmpty() ? "empty" : "left", "\n";
$q = new SplPriorityQueue; $q->setExtractFlags(SplPriorityQueue::EXTR_BOTH);
$q->insert("low", 1); $q->insert("high", [2, 0]); echo json_encode($q->extract()), "\n";
$f = SplFixedArray::fromArray([1, 2, 3]); $f->setSize(2); $f[0] += 10; echo json_encode($f), " ", $f->getSize(), "\n";
foreach ([2, "x"] as $i) try { $f[$i] = 0; } catch (Throwable $e) { echo get_class($e), ": ", $e->getMessage(), "\n"; }
$s = new SplObjectStorage; $a = new stdClass; $s[$a] = "data"; $s->attach(new ArrayObject);
echo count($s), $s[$a], var_export(isset($s[new stdClass]), true), "\n";
$t = unserialize(serialize($s)); echo count($t), " "; $t->rewind(); echo $t->getInfo(), get_class($t->current()), "\n";
$m = new MultipleIterator(MultipleIterator::MIT_KEYS_ASSOC | MultipleIterator::MIT_NEED_ANY);
$m->attachIterator(new ArrayIterator([1, 2]), "a"); $m->attachIterator(new ArrayIterator([3]), "b");
foreach ($m as $row) echo json_encode($row); echo "\n";
print_r(new SplQueue);
--EXPECT--
between,1,2 23
0=between 0=1 0=2 0
Can't pop from an empty datastructure
dddd ccc bb a empty
{"data":"high","priority":[2,0]}
[11,2] 2
OutOfBoundsException: Index invalid or out of range
TypeError: Cannot access offset of type string on SplFixedArray
2datafalse
2 datastdClass
{"a":1,"b":3}{"a":2,"b":null}
SplQueue Object
(
    [flags:SplDoublyLinkedList:private] => 4
    [dllist:SplDoublyLinkedList:private] => Array
        (
        )

)
