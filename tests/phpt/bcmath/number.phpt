--TEST--
BcMath\Number: operators, scales, what keeps a number
--EXTENSIONS--
bcmath
--FILE--
<?php
use BcMath\Number;
$a = new Number("10.50");
echo $a + 1, " ", $a - "0.005", " ", $a * $a, " ", $a / 3, " ", $a % 4, " ", $a ** 2, " ", -$a, "\n";
$a += "2.25";
echo $a, " ", $a->scale, " ", $a->round(1, RoundingMode::HalfEven), " ", $a->sqrt(3), "\n";
var_dump($a > 12, $a == "12.7500", [new Number("2"), new Number("1.5")] > [new Number("1")], (bool) new Number("0.0"));
echo implode(" ", $a->divmod("-0.5")), " ", (new Number(7))->powmod(128, 13), "\n";
var_dump(unserialize(serialize($a)) == $a, clone $a);
foreach ([fn() => $a + "x", fn() => $a / 0, fn() => $a->value = 1, fn() => $a << 1, fn() => new Number("1e2")] as $f) {
    try {
        $f();
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
echo bcadd("99999999999999999999.5", "-.6", 1), " ", bcpow("-2", "127"), " ", bcdiv("1", "7", 30), "\n";
?>
--EXPECT--
11.50 10.495 110.2500 3.50 2.50 110.2500 -10.50
12.75 2 12.8 3.570
bool(true)
bool(true)
bool(true)
bool(false)
-25 0.25 3
bool(true)
object(BcMath\Number)#4 (2) {
  ["value"]=>
  string(5) "12.75"
  ["scale"]=>
  int(2)
}
ValueError: Right string operand cannot be converted to BcMath\Number
DivisionByZeroError: Division by zero
Error: Cannot modify readonly property BcMath\Number::$value
TypeError: Unsupported operand types: BcMath\Number << int
ValueError: BcMath\Number::__construct(): Argument #1 ($num) is not well-formed
99999999999999999998.9 -170141183460469231731687303715884105728 0.142857142857142857142857142857
