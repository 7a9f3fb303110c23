<?php
// Ten million times: strings of many lengths made, joined and dropped.
function work(int $n): int
{
    $sum = 0;
    $keep = [];
    for ($i = 0; $i < $n; ++$i) {
        $s = "key number $i";
        $s .= str_repeat('x', $i % 97);
        $keep[$i % 1000] = $s;
        $sum += strlen($s);
    }
    return $sum + count($keep);
}
