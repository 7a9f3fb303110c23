--TEST--
A generator that suspends the fiber that runs it
--FILE--
<?php
function steps($n) {
    try {
        for ($i = 0; $i < $n; $i++) {
            $got = Fiber::suspend("at $i");
            yield $i => $got;
        }
        return "over";
    } finally {
        echo "steps end\n";
    }
}
$f = new Fiber(function ($n) {
    $g = steps($n);
    foreach ($g as $k => $v) {
        echo "$k => $v\n";
    }
    return $g->getReturn();
});
$x = $f->start(3);
for ($i = 10; !$f->isTerminated(); $i++) {
    echo $x, "\n";
    $x = $f->resume($i);
}
echo $f->getReturn(), "\n";
$h = new Fiber(function () {
    foreach (steps(5) as $v) {
        echo "never\n";
    }
});
$h->start();
unset($h);
echo "done\n";
--EXPECT--
at 0
0 => 10
at 1
1 => 11
at 2
2 => 12
steps end
over
steps end
done

