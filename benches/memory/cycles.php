<?php
// Ten million times: two objects that hold each other, dropped. Only the cycle collector can free them.
class Node
{
    public ?Node $other = null;
    public array $list = [];
}

function work(int $n): int
{
    $sum = 0;
    for ($i = 0; $i < $n; ++$i) {
        $a = new Node();
        $b = new Node();
        $a->other = $b;
        $b->other = $a;
        $a->list[] = $i;
        $sum += count($a->list);
    }
    return $sum;
}
