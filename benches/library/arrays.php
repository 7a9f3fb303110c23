<?php
// Array functions: building, slicing, searching, mapping, set operations.
$ints = [];
for ($i = 0, $x = 12345; $i < 5000; $i++) {
    $x = ($x * 1103515245 + 12345) & 0x7fffffff;
    $ints[] = $x % 10000;
}
$map = [];
foreach ($ints as $i => $v) {
    $map["key$v"] = $i;
}
$rows = [];
for ($i = 0; $i < 2000; $i++) {
    $rows[] = ['id' => $i, 'name' => "name$i", 'group' => $i % 10];
}

return [
    'array_map' => function () use ($ints) {
        for ($i = $n = 0; $i < 10; $i++) {
            $n += count(array_map(fn($x) => $x * 2, $ints)) + count(array_map('abs', $ints));
        }
        return $n;
    },
    'array_filter' => function () use ($ints) {
        for ($i = $n = 0; $i < 10; $i++) {
            $n += count(array_filter($ints, fn($x) => $x & 1)) + count(array_filter($ints));
        }
        return $n;
    },
    'array_reduce' => function () use ($ints) {
        for ($i = $n = 0; $i < 10; $i++) {
            $n += array_reduce($ints, fn($c, $x) => $c + $x, 0);
        }
        return $n;
    },
    'array_walk' => function () use ($ints) {
        $a = $ints;
        for ($i = 0; $i < 10; $i++) {
            array_walk($a, function (&$v, $k) { $v += $k; });
        }
        return array_sum($a);
    },
    'array_sum and max' => function () use ($ints) {
        for ($i = $n = 0; $i < 200; $i++) {
            $n += array_sum($ints) + max($ints) + min($ints);
        }
        return $n;
    },
    'range' => function () {
        for ($i = $n = 0; $i < 100; $i++) {
            $n += count(range(0, 5000));
        }
        return $n;
    },
    'array_keys and values' => function () use ($map) {
        for ($i = $n = 0; $i < 50; $i++) {
            $n += count(array_keys($map)) + count(array_values($map));
        }
        return $n;
    },
    'array_flip' => function () use ($ints, $map) {
        for ($i = $n = 0; $i < 20; $i++) {
            $n += count(array_flip($ints)) + count(array_flip($map));
        }
        return $n;
    },
    'array_merge' => function () use ($ints, $map) {
        for ($i = $n = 0; $i < 30; $i++) {
            $n += count(array_merge($ints, $ints)) + count(array_merge($map, $map)) + count([...$ints, ...$ints]);
        }
        return $n;
    },
    'array_merge short' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += count(array_merge(['a' => 1, 'b' => 2], ['b' => 3, 'c' => $i]));
        }
        return $n;
    },
    'array_combine' => function () use ($ints) {
        for ($i = $n = 0; $i < 20; $i++) {
            $n += count(array_combine($ints, $ints)) + count(array_fill_keys($ints, true));
        }
        return $n;
    },
    'array_slice and splice' => function () use ($ints) {
        $n = 0;
        for ($i = 0; $i < 100; $i++) {
            $n += count(array_slice($ints, $i, 1000)) + count(array_slice($ints, -$i));
        }
        $a = $ints;
        for ($i = 0; $i < 100; $i++) {
            array_splice($a, $i * 3, 2, [1, 2, 3]);
        }
        return $n + count($a);
    },
    'push, pop, shift, unshift' => function () {
        $a = [];
        for ($i = 0; $i < 10000; $i++) {
            array_push($a, $i, $i + 1);
            array_pop($a);
        }
        for ($i = $n = 0; $i < 9000; $i++) {
            $n += array_shift($a);
        }
        for ($i = 0; $i < 200; $i++) {
            array_unshift($a, $i);
        }
        return $n + count($a);
    },
    'in_array' => function () use ($ints, $map) {
        for ($i = $n = 0; $i < 300; $i++) {
            $n += (int) in_array($i * 40, $ints, true) + (int) in_array(-$i - 1, $ints) + (int) array_search("x$i", ['a', 'b', 'x5']);
        }
        return $n;
    },
    'array_key_exists' => function () use ($map) {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += (int) array_key_exists("key$i", $map) + (int) isset($map["key$i"]);
        }
        return $n;
    },
    'array_unique' => function () use ($ints) {
        for ($i = $n = 0; $i < 5; $i++) {
            $n += count(array_unique($ints)) + count(array_count_values($ints));
        }
        return $n;
    },
    'array_diff and intersect' => function () use ($ints, $map) {
        $half = array_slice($ints, 0, 500);
        $other = array_slice($map, 0, 1000);
        for ($i = $n = 0; $i < 5; $i++) {
            $n += count(array_diff($ints, $half)) + count(array_intersect($half, $ints));
            $n += count(array_diff_key($map, $other)) + count(array_intersect_key($map, $other));
        }
        return $n;
    },
    'array_column' => function () use ($rows) {
        for ($i = $n = 0; $i < 20; $i++) {
            $n += count(array_column($rows, 'name')) + count(array_column($rows, 'name', 'id'));
        }
        return $n;
    },
    'array_chunk and pad' => function () use ($ints) {
        for ($i = $n = 0; $i < 30; $i++) {
            $n += count(array_chunk($ints, 10)) + count(array_pad($ints, 6000, 0)) + count(array_reverse($ints));
        }
        return $n;
    },
    'compact and extract' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $a = $i;
            $b = 2;
            $n += count(compact('a', 'b')) + extract(['c' => 1, 'd' => 2]);
        }
        return $n;
    },
    'array_fill' => function () {
        for ($i = $n = 0; $i < 200; $i++) {
            $n += count(array_fill(0, 5000, 'x'));
        }
        return $n;
    },
    'walk with pointers' => function () use ($map) {
        for ($i = $n = 0; $i < 5; $i++) {
            for (reset($map); ($k = key($map)) !== null; next($map)) {
                $n += current($map) + strlen($k);
            }
        }
        return $n;
    },
    'array_find, any, all' => function () use ($ints) {
        for ($i = $n = 0; $i < 10; $i++) {
            $n += (int) array_find($ints, fn($x) => $x < 0) + (int) array_any($ints, fn($x) => $x > 99999);
            $n += (int) array_all($ints, fn($x) => $x >= 0);
        }
        return $n;
    },
    'array_walk by value' => function () use ($map) {
        $n = 0;
        for ($i = 0; $i < 10; $i++) {
            array_walk($map, function ($v, $k) use (&$n) { $n += $v; });
        }
        return $n;
    },
    'short lists' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $a = [$i, 2, 3];
            $n += count(array_keys($a)) + count(array_flip($a)) + count(array_slice($a, 1)) + count(array_reverse($a));
            $n += count(array_combine($a, $a)) + count(array_values(['k' => $i])) + count(array_fill(0, 3, $i));
            $n += (int) in_array('x', ['a', 'b', 'x']) + array_key_first($a) + array_key_last($a) + count(array_unique($a));
            ksort($a);
            sort($a);
            array_splice($a, 1, 1, ['y']);
        }
        return $n;
    },
    'array_replace and recursive kin' => function () use ($map) {
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += count(array_replace(['a' => 1, 'b' => 2], ['b' => $i]));
            $n += count(array_merge_recursive(['a' => ['x' => 1]], ['a' => ['y' => $i]])) + count(array_replace_recursive(['a' => ['x' => 1]], ['a' => ['y' => $i]]));
        }
        return $n + count(array_replace($map, $map)) + count(array_change_key_case($map, CASE_UPPER));
    },
    'array_multisort' => function () use ($ints) {
        for ($i = $n = 0; $i < 3; $i++) {
            $a = $b = $ints;
            array_multisort($a, SORT_DESC, $b);
            array_multisort($b);
            $n += $a[0] + $b[0];
        }
        return $n;
    },
];
