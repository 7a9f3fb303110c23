--TEST--
number_format() of integers, groups in preg_split(), slashes in strip_tags(), what is no stream in stream_select()
--FILE--
<?php
foreach ([[PHP_INT_MAX, 0], [PHP_INT_MIN, -3], [PHP_INT_MAX, -20], [-4, -1], [15, -1], [(float) PHP_INT_MIN, -1], [1e15, 1], [-0.4, 0], ['12345678901234567', 2]] as [$n, $d]) {
    echo number_format($n, $d), "\n";
}
foreach (['x', []] as $odd) {
    try {
        number_format($odd);
    } catch (TypeError $e) {
        echo $e->getMessage(), "\n";
    }
}
echo new ReflectionParameter('number_format', 0), "\n";
echo json_encode(preg_split('/(-)|(,)/', 'a-b,c', -1, PREG_SPLIT_DELIM_CAPTURE)), "\n";
echo json_encode(preg_split('/(-)|(,)/', 'a,b', -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_OFFSET_CAPTURE)), "\n";
echo json_encode(preg_split('/(-)|(,)/', 'a,b', -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY)), "\n";
echo strip_tags('<//b>x</b/>y<b/>z</b>', '<b>'), "\n";
$none = null;
foreach ([['x', 1], [STDERR, 'x'], []] as $write) {
    try {
        stream_select($none, $write, $none, 0);
    } catch (Error $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
var_dump(round(996525650984967000, -2) === 996525650984967168.0);
?>
--EXPECT--
9,223,372,036,854,775,807
-9,223,372,036,854,776,000
0
0
20
-9,223,372,036,854,775,810
1,000,000,000,000,000.0
0
12,345,678,901,234,567.00
number_format(): Argument #1 ($num) must be of type int|float, string given
number_format(): Argument #1 ($num) must be of type int|float, array given
Parameter #0 [ <required> float $num ]
["a","-","b","",",","c"]
[["a",0],["",-1],[",",1],["b",2]]
["a",",","b"]
x</b/>y<b/>z</b>
ValueError: No stream arrays were passed
TypeError: stream_select(): supplied argument is not a valid stream resource
ValueError: No stream arrays were passed
bool(true)
