--TEST--
(int) of null, bools and floats in and out of range
--FILE--
<?php
foreach ([null, true, false, 0, -7, 1.9, -1.9, 0.0, -0.0, 1e18, -9.2e18, 9223372036854775807.0, -9223372036854775808.0, 1e19, 1e300, NAN, INF, '12', 'x', []] as $v) {
    var_dump((int) $v);
}
$r = &$x;
$x = 2.5;
var_dump((int) $r, (int) !$r, (int) isset($x), (int) (fn() => null)());
--EXPECT--
int(0)
int(1)
int(0)
int(0)
int(-7)
int(1)
int(-1)
int(0)
int(0)
int(1000000000000000000)
int(-9200000000000000000)
int(-9223372036854775808)
int(-9223372036854775808)
int(-8446744073709551616)
int(0)
int(0)
int(0)
int(12)
int(0)
int(0)
int(2)
int(0)
int(1)
int(0)
