<?php
// A template included, and code evaluated, a hundred thousand times each.
function work(int $n): int
{
    $sum = 0;
    for ($i = 0; $i < $n; $i += 100) {
        $sum += include __DIR__ . '/parts/row.php';
        $sum += eval("return $i % 7 + 1;");
    }
    return $sum;
}
