<?php
// Sorting: integers, floats, strings, by key, by callback, several columns.
$ints = $floats = $strings = $numeric = $mixed = [];
for ($i = 0, $x = 987; $i < 5000; $i++) {
    $x = ($x * 1103515245 + 12345) & 0x7fffffff;
    $ints[] = $x;
    $floats[] = $x / 1000;
    $strings[] = 'item-' . md5((string) $x);
    $numeric[] = (string) ($x % 100000);
    $mixed[] = $i % 2 ? $x % 1000 : (string) ($x % 1000);
}
$rows = [];
foreach ($ints as $i => $v) {
    $rows[] = ['id' => $i, 'value' => $v % 100];
}

return [
    'sort ints' => function () use ($ints) {
        for ($i = 0; $i < 5; $i++) {
            $a = $ints;
            sort($a);
        }
        return $a[0] + $a[4999];
    },
    'rsort floats' => function () use ($floats) {
        for ($i = 0; $i < 5; $i++) {
            $a = $floats;
            rsort($a);
        }
        return $a[0] + $a[4999];
    },
    'sort strings' => function () use ($strings) {
        for ($i = 0; $i < 5; $i++) {
            $a = $strings;
            sort($a);
        }
        return $a[0] . $a[4999];
    },
    'sort as strings' => function () use ($strings) {
        for ($i = 0; $i < 5; $i++) {
            $a = $strings;
            sort($a, SORT_STRING);
        }
        return $a[0] . $a[4999];
    },
    'sort without case' => function () use ($strings) {
        $a = $strings;
        sort($a, SORT_STRING | SORT_FLAG_CASE);
        return $a[0] . $a[4999];
    },
    'sort numeric strings' => function () use ($numeric) {
        $a = $numeric;
        sort($a);
        return $a[0] . $a[4999];
    },
    'sort mixed' => function () use ($mixed) {
        $a = $mixed;
        sort($a);
        return $a[0] . $a[4999];
    },
    'sort sorted' => function () use ($ints) {
        sort($ints);
        for ($i = 0; $i < 10; $i++) {
            $a = $ints;
            sort($a);
        }
        return $a[0];
    },
    'asort' => function () use ($ints, $strings) {
        asort($ints);
        arsort($strings);
        return key($ints) + key($strings);
    },
    'ksort' => function () use ($ints, $strings) {
        $a = array_flip($ints);
        $b = array_flip($strings);
        ksort($a);
        krsort($b);
        return key($a) . key($b);
    },
    'usort' => function () use ($ints) {
        usort($ints, fn($a, $b) => $a <=> $b);
        return $ints[0];
    },
    'usort rows' => function () use ($rows) {
        usort($rows, function ($a, $b) { return $a['value'] - $b['value']; });
        return $rows[0]['id'] + $rows[4999]['id'];
    },
    'uksort' => function () use ($strings) {
        $a = array_flip($strings);
        uksort($a, 'strcmp');
        return key($a);
    },
    'sort short' => function () {
        for ($i = $n = 0; $i < 5000; $i++) {
            $a = [5, 3, $i, 1, 9, 2];
            sort($a);
            $n += $a[0];
        }
        return $n;
    },
    'natsort' => function () use ($numeric) {
        $a = array_slice($numeric, 0, 1000);
        natsort($a);
        return key($a);
    },
    'array_multisort' => function () use ($ints, $floats) {
        array_multisort($ints, $floats);
        return $ints[0] + $floats[0];
    },
];
