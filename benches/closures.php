<?php
// Closures, arrow functions, callbacks of library functions, first-class callables.
function compose(callable ...$fs): Closure
{
    return function ($x) use ($fs) {
        foreach ($fs as $f) {
            $x = $f($x);
        }
        return $x;
    };
}

function bench(): int
{
    $total = 0;
    $k = 3;
    $f = compose(fn($x) => $x + $k, fn($x) => $x * 2, 'abs', strlen(...) === null ? 'abs' : static fn(int $x): int => $x - 1);
    for ($i = 0; $i < 40000; $i++) {
        $total += $f($i);
    }
    $list = range(1, 2000);
    for ($i = 0; $i < 20; $i++) {
        $m = array_map(fn($x) => $x * $i, $list);
        $e = array_filter($m, fn($x) => $x % 3 === 0);
        $total += array_reduce($e, fn($c, $x) => $c + $x, 0);
        usort($m, fn($a, $b) => $b <=> $a);
        $total += $m[0];
    }
    $acc = 0;
    $inc = function (int $by) use (&$acc) {
        $acc += $by;
    };
    for ($i = 0; $i < 50000; $i++) {
        $inc($i);
    }
    return $total + $acc;
}
