<?php
// Fibers: a round-robin of long ones, and many short ones.
function worker(int $n): int
{
    $sum = 0;
    for ($i = 0; $i < $n; $i++) {
        $sum += Fiber::suspend($i);
    }
    return $sum;
}

function bench(): int
{
    $fibers = [];
    $total = 0;
    for ($i = 0; $i < 10; $i++) {
        $fibers[] = $f = new Fiber(worker(...));
        $total += $f->start(8000);
    }
    for ($r = 0; $r < 7999; $r++) {
        foreach ($fibers as $f) {
            $total += $f->resume($r);
        }
    }
    foreach ($fibers as $f) {
        $f->resume(1);
        $total += $f->getReturn();
    }
    for ($i = 0; $i < 5000; $i++) {
        $f = new Fiber(fn(int $x) => Fiber::suspend($x) + 1);
        $total += $f->start($i);
        $f->resume($i);
        $total += $f->getReturn();
    }
    return $total;
}
