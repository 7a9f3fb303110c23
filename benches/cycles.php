<?php
// Makes and drops cycles of two objects; resident memory must stay flat.
class Node
{
    public ?Node $other = null;
    public array $data = [];
}

function cycles(int $n): void
{
    for ($i = 0; $i < $n; $i++) {
        $a = new Node();
        $b = new Node();
        $a->other = $b;
        $b->other = $a;
        $a->data[] = $i;
    }
}

cycles((int) ($argv[1] ?? 10000000));
