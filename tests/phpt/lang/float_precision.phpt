--TEST--
Any precision prints all digits that a float has, and no more
--FILE--
<?php
foreach ([1, 17, 40, 2000, 1100000000] as $precision) {
    ini_set('precision', $precision);
    echo 0.1, ' ', -1 * 2 ** -10, ' ', 1e300 * 10 === (float) (string) (1e300 * 10) ? 'same' : 'other', "\n";
}
ini_set('precision', 100000);
echo strlen(5e-324), ' ', strlen(1.7976931348623157e308), "\n";
?>
--EXPECT--
0.1 -0.001 same
0.10000000000000001 -0.0009765625 same
0.1000000000000000055511151231257827021182 -0.0009765625 same
0.1000000000000000055511151231257827021181583404541015625 -0.0009765625 same
0.1000000000000000055511151231257827021181583404541015625 -0.0009765625 same
757 309
