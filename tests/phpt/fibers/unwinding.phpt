--TEST--
Destroying a suspended fiber runs finally blocks, not catch blocks
--FILE--
<?php
class D {
    function __construct(public string $name) {}
    function __destruct() { echo "free $this->name\n"; }
}
function inner() {
    $d = new D("inner");
    try {
        Fiber::suspend(1);
    } catch (Throwable $e) {
        echo "never\n";
    } finally {
        echo "inner finally\n";
    }
}
$f = new Fiber(function () {
    $d = new D("outer");
    try {
        array_map(fn ($x) => inner(), [1, 2]);
    } finally {
        echo "outer finally\n";
        try {
            Fiber::suspend(2);
        } catch (FiberError $e) {
            echo $e->getMessage(), "\n";
        }
    }
});
echo $f->start(), "\n";
$f = null;
$g = new Fiber(function () {
    try {
        Fiber::suspend();
    } finally {
        throw new Exception("from finally");
    }
});
$g->start();
try {
    $g = null;
} catch (Exception $e) {
    echo get_class($e), ": ", $e->getMessage(), "\n";
}
--EXPECT--
1
inner finally
free inner
outer finally
Cannot suspend in a force-closed fiber
free outer
Exception: from finally

