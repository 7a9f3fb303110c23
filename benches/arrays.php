<?php
// Arrays: lists and maps built, read, changed, copied on write, nested, sorted, iterated.
function bench(): string
{
    $total = 0;
    $a = [];
    for ($i = 0; $i < 50000; $i++) {
        $a[] = $i * 7 % 1013;
    }
    foreach ($a as $k => $v) {
        $total += $k ^ $v;
    }
    $h = [];
    foreach ($a as $v) {
        $h["k$v"] = ($h["k$v"] ?? 0) + 1;
    }
    foreach ($h as $k => $n) {
        $total += strlen($k) * $n;
    }
    $grid = [];
    for ($y = 0; $y < 100; $y++) {
        for ($x = 0; $x < 100; $x++) {
            $grid[$y][$x] = $x * $y;
        }
    }
    for ($r = 0; $r < 3; $r++) {
        for ($y = 1; $y < 99; $y++) {
            for ($x = 1; $x < 99; $x++) {
                $grid[$y][$x] = ($grid[$y - 1][$x] + $grid[$y + 1][$x] + $grid[$y][$x - 1] + $grid[$y][$x + 1]) >> 2;
            }
        }
    }
    foreach ($grid as $row) {
        $row[] = 1;
        $total += count($row) + array_sum($row);
    }
    $rows = [];
    for ($i = 0; $i < 5000; $i++) {
        $rows[] = ['id' => $i, 'name' => "n$i", 'group' => $i % 10];
    }
    $groups = [];
    foreach ($rows as $row) {
        $groups[$row['group']][] = $row['id'];
    }
    foreach ($groups as $g => $ids) {
        $total += $g * count($ids);
        [$first, $second] = $ids;
        $total += $first + $second;
    }
    sort($a);
    $total += $a[100] + count(array_unique($a));
    $stack = [];
    for ($i = 0; $i < 50000; $i++) {
        $stack[] = $i;
        if ($i % 3 === 0) {
            $total += array_pop($stack);
        }
    }
    for ($i = 0; $i < 20000; $i++) {
        unset($h["k" . ($i % 1013)]);
        $h["k" . ($i % 977)] = $i;
    }
    return $total . ' ' . count($h) . ' ' . count($stack);
}
