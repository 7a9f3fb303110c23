<?php
// Generators: plain, keyed, with send(), delegating.
function numbers(int $n)
{
    for ($i = 0; $i < $n; $i++) {
        yield $i;
    }
}

function pairs(iterable $in)
{
    foreach ($in as $k => $v) {
        yield "k$k" => $v * 2;
    }
}

function both(int $n)
{
    yield from numbers($n);
    yield from pairs(numbers($n));
    return $n;
}

function averager()
{
    $sum = $n = 0;
    $out = 0;
    while (true) {
        $x = yield $out;
        $sum += $x;
        $n++;
        $out = intdiv($sum, $n);
    }
}

function bench(): int
{
    $total = 0;
    foreach (numbers(100000) as $i => $v) {
        $total += $v - $i + 1;
    }
    foreach (both(30000) as $v) {
        $total += $v;
    }
    $a = averager();
    $a->current();
    for ($i = 0; $i < 50000; $i++) {
        $total += $a->send($i);
    }
    for ($i = 0; $i < 10000; $i++) {
        foreach (numbers(2) as $v) {
            $total += $v;
        }
    }
    return $total;
}
