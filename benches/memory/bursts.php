<?php
// A worker whose jobs need much at times: a hundred bursts of 8 MB in small pieces, little in between.
function work(int $n): int
{
    $sum = 0;
    for ($burst = 0; $burst < max(1, intdiv($n, 100000)); ++$burst) {
        $all = [];
        for ($i = 0; $i < 50000; ++$i) {
            $all[] = "piece $i of burst $burst, long enough to need a block";
        }
        $sum += count($all);
        $all = null;
    }
    return $sum;
}
