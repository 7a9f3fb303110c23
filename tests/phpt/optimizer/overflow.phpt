--TEST--
Loops over ints and floats: overflow, division by zero, other types than at first
--FILE--
<?php
function up($n) {
    $x = PHP_INT_MAX - 2;
    for ($i = 0; $i < $n; $i++) {
        $x++;
    }
    return $x;
}
function times($n) {
    $x = 3;
    for ($i = 0; $i < $n; ++$i) {
        $x = $x * 1000003;
    }
    return $x;
}
function halves($n) {
    $s = 0.5;
    for ($i = $n; $i >= 0; $i--) {
        $s = $s + 1.0 / $i;
    }
    return $s;
}
function nan($n) {
    $x = NAN;
    $r = '';
    for ($i = 0; $i < $n; $i++) {
        $r .= ($x < 1.5 ? 'a' : 'b') . (!($x >= 1.5) ? 'c' : 'd');
    }
    return $r;
}
function by_reference(&$v) {
    $v = 'text';
}
function passed($n) {
    $v = 1;
    for ($i = 0; $i < $n; $i++) {
        if ($i == 2) {
            by_reference($v);
        }
        echo is_int($v) ? $v + 1 : $v, ' ';
    }
    echo "\n";
}
var_dump(up(2), up(3), up('3'), times(3), times(5));
try {
    halves(3);
} catch (DivisionByZeroError $e) {
    echo $e->getMessage(), ' ', $e->getLine(), "\n";
}
var_dump(nan(2), up(1.5), up(null));
passed(4);
?>
--EXPECT--
int(9223372036854775807)
float(9.223372036854776E+18)
float(9.223372036854776E+18)
int(3000027000081000081)
float(3.0000450002700007E+30)
Division by zero 19
string(4) "bcbc"
int(9223372036854775807)
int(9223372036854775805)
2 2 text text 
