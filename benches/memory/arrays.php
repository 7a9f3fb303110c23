<?php
// Ten million times: arrays that grow, are copied on write, and go; an array that holds itself now and then.
function work(int $n): int
{
    $sum = 0;
    $table = [];
    for ($i = 0; $i < $n; $i += 5) {
        $row = ['id' => $i, 'name' => "n$i", 'list' => [$i, $i + 1]];
        $copy = $row;
        $copy['list'][] = 1;
        $table[$i % 512] = $copy;
        if ($i % 50 === 0) {
            $row['self'] = &$row;
        }
        $sum += count($copy['list']);
        unset($row);
    }
    return $sum + count($table);
}
