<?php
// SPL's structures and iterators, pack() and unpack(), callbacks on short lists.
$ints = [];
for ($i = 0, $x = 12345; $i < 1000; $i++) {
    $x = ($x * 1103515245 + 12345) & 0x7fffffff;
    $ints[] = $x % 10000;
}

return [
    'ArrayObject' => function () use ($ints) {
        $o = new ArrayObject($ints);
        for ($i = $n = 0; $i < 10000; $i++) {
            $o[$i % 1000] = $i;
            $n += $o[$i % 777] + (int) isset($o[$i]) + count($o);
        }
        return $n;
    },
    'ArrayIterator' => function () use ($ints) {
        for ($i = $n = 0; $i < 10; $i++) {
            foreach (new ArrayIterator($ints) as $k => $v) {
                $n += $k + $v;
            }
            $n += iterator_count(new ArrayIterator($ints)) + count(iterator_to_array(new ArrayObject($ints)));
        }
        return $n;
    },
    'SplFixedArray' => function () {
        $a = new SplFixedArray(1000);
        for ($i = $n = 0; $i < 10000; $i++) {
            $a[$i % 1000] = $i;
            $n += $a[$i % 500] + count($a);
        }
        foreach ($a as $v) {
            $n += $v;
        }
        return $n + count($a->toArray());
    },
    'SplDoublyLinkedList' => function () {
        $q = new SplQueue;
        $s = new SplStack;
        for ($i = $n = 0; $i < 5000; $i++) {
            $q->enqueue($i);
            $s->push($i);
            if ($i % 3) {
                $n += $q->dequeue() + $s->pop() + (int) $q->isEmpty();
            }
        }
        foreach ($q as $v) {
            $n += $v;
        }
        return $n;
    },
    'heaps' => function () use ($ints) {
        $h = new SplMinHeap;
        $p = new SplPriorityQueue;
        foreach ($ints as $i => $v) {
            $h->insert($v);
            $p->insert($i, $v);
        }
        for ($n = 0; !$h->isEmpty();) {
            $n = ($n * 31 + $h->extract() + $p->extract()) % 1000003;
        }
        return $n;
    },
    'SplObjectStorage' => function () {
        $s = new SplObjectStorage;
        $all = [];
        for ($i = $n = 0; $i < 1000; $i++) {
            $s[$all[] = new stdClass] = $i;
        }
        foreach ($all as $o) {
            $n += (int) $s->contains($o) + $s[$o] + spl_object_id($o) % 2 * 0;
        }
        foreach ($s as $i => $o) {
            $n += $i;
        }
        return $n + count($s);
    },
    'iterators of iterators' => function () use ($ints) {
        $n = 0;
        foreach (new CallbackFilterIterator(new ArrayIterator($ints), fn($x) => $x & 1) as $v) {
            $n += $v;
        }
        foreach (new LimitIterator(new ArrayIterator($ints), 100, 500) as $v) {
            $n += $v;
        }
        foreach (new RecursiveIteratorIterator(new RecursiveArrayIterator([$ints, [$ints]])) as $v) {
            $n += $v;
        }
        return $n;
    },
    'pack and unpack' => function () {
        for ($i = $n = 0; $i < 5000; $i++) {
            $s = pack('nvCa4', $i & 0xffff, 2, 3, 'abcd') . pack('V*', $i, 2, 3);
            $u = unpack('nlen/vb/Cc/a4name/V3w', $s);
            $n += $u['len'] + $u['w1'] + strlen($u['name']);
        }
        return $n;
    },
    'callbacks of short lists' => function () {
        for ($i = $n = 0; $i < 5000; $i++) {
            $list = [3, $i, 2];
            $n += count(array_map(fn($x) => $x + 1, $list)) + count(array_filter($list, fn($x) => $x > 2));
            usort($list, fn($a, $b) => $a <=> $b);
            $n += $list[0] + array_reduce($list, fn($c, $x) => $c + $x, 0) + (int) array_any($list, fn($x) => $x === 2);
        }
        return $n;
    },
    'methods and functions as callbacks' => function () use ($ints) {
        $o = new class {
            function twice($x) { return $x * 2; }
            static function half($x) { return $x >> 1; }
        };
        for ($i = $n = 0; $i < 5; $i++) {
            $n += count(array_map([$o, 'twice'], $ints)) + count(array_map([$o::class, 'half'], $ints));
            $n += array_sum(array_map('abs', $ints)) + call_user_func([$o, 'twice'], $i) + call_user_func_array('max', [$i, 2]);
        }
        return $n;
    },
];
