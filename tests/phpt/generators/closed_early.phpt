--TEST--
A generator that ends early runs its finally blocks
--FILE--
<?php
function gen() {
    try {
        try {
            yield 1;
            echo "never\n";
        } finally {
            echo "inner\n";
        }
    } catch (Exception $e) {
        echo "never\n";
    } finally {
        echo "outer\n";
        try {
            yield 2;
        } catch (Error $e) {
            echo $e->getMessage(), "\n";
        }
    }
}
foreach (gen() as $v) {
    break;
}
$g = gen();
$g->current();
$g = null;
echo "done\n";
--EXPECT--
inner
outer
Cannot yield from finally in a force-closed generator
inner
outer
Cannot yield from finally in a force-closed generator
done

