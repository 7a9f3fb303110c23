--TEST--
GMP: operators, functions, conversions, what is refused
--EXTENSIONS--
gmp
--FILE--
<?php
$a = gmp_init("0xff");
$b = new GMP("123456789012345678901234567890");
echo $a + 1, " ", 1 - $a, " ", $b * $a, " ", $b / 7, " ", $b % 7, " ", $a ** 5, " ", -$a, " ", ~$a, "\n";
echo $a << 70, " ", $b >> 60, " ", $a & 15, " ", $a | 256, " ", $a ^ "255", " ", 2 ** gmp_init(70), "\n";
$a += "45";
var_dump($a == 300, $a > "299", $a <=> $b, (int) $a, (float) $b, (string) $b, (bool) gmp_init(0));
var_dump($a, clone $b, unserialize(serialize($b)) == $b);
echo implode(" ", gmp_div_qr(-7, 2)), " ", gmp_div_q(-7, 2, GMP_ROUND_MINUSINF), " ", gmp_div_r(7, -2, GMP_ROUND_PLUSINF), "\n";
echo gmp_strval("-255", 16), " ", gmp_strval(255, -16), " ", gmp_fact(30), " ", gmp_powm(3, "100", 1000007), "\n";
echo gmp_sqrt(99), " ", implode(" ", gmp_rootrem(1000001, 3)), " ", gmp_nextprime("1000000000000"), " ", gmp_prob_prime(97), "\n";
echo implode(" ", gmp_gcdext(12, 21)), " ", gmp_invert(3, 11), " ", gmp_lcm(4, 6), " ", gmp_jacobi(2, 7), " ", gmp_binomial(40, 20), "\n";
echo bin2hex(gmp_export("0x102030405", 2, GMP_LSW_FIRST | GMP_LITTLE_ENDIAN)), " ", gmp_import("\1\0\0", 1), "\n";
$n = gmp_init(5);
gmp_setbit($n, 100);
gmp_clrbit($n, 0);
echo $n, " ", gmp_popcount($n), " ", gmp_scan1($n, 3), " ", gmp_scan0($n, 2), " ", gmp_hamdist(5, 2), "\n";
var_dump(gmp_testbit($n, 100), gmp_random_bits(80) < gmp_pow(2, 80), gmp_cmp(gmp_random_range(5, 9), 4));
foreach ([fn() => $a / 0, fn() => $a % 0, fn() => $a << -1, fn() => $a + "x", fn() => $a + [], fn() => $a ** "x", fn() => gmp_add("1.5", 1),
    fn() => gmp_add([], 1), fn() => gmp_add(1.0, true), fn() => gmp_add(1.5, 1), fn() => gmp_init("9", 8), fn() => gmp_init("1", 99), fn() => gmp_sqrt(-1),
    fn() => gmp_root(-8, 2), fn() => gmp_random_range(3, 3), fn() => $a == null, fn() => gmp_invert(2, 4), fn() => $a . ""] as $f) {
    try {
        var_dump($f());
    } catch (Error $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
?>
--EXPECTF--
256 -254 31481481198148148119814814811950 17636684144620811271604938270 0 1078203909375 -255 -256
301050863282939882373120 107081695084 15 511 0 1180591620717411303424
bool(true)
bool(true)
int(-1)
int(300)
float(1.2345678901234568E+29)
string(30) "123456789012345678901234567890"
bool(false)
object(GMP)#4 (1) {
  ["num"]=>
  string(3) "300"
}
object(GMP)#1 (1) {
  ["num"]=>
  string(30) "123456789012345678901234567890"
}
bool(true)
-3 -1 -4 1
-ff FF 265252859812191058636308480000000 664323
9 100 1 1000000000039 2
3 2 -1 4 12 1 137846528820
050403020100 65536
1267650600228229401496703205380 2 100 3 3
bool(true)
bool(true)
int(1)
DivisionByZeroError: Division by zero
DivisionByZeroError: Modulo by zero
ValueError: Shift must be greater than or equal to 0
ValueError: Number is not an integer string
TypeError: Number must be of type GMP|string|int, array given
ValueError: Number is not an integer string
ValueError: gmp_add(): Argument #1 ($num1) is not an integer string
TypeError: gmp_add(): Argument #1 ($num1) must be of type GMP|string|int, array given
object(GMP)#22 (1) {
  ["num"]=>
  string(1) "2"
}

Deprecated: Implicit conversion from float 1.5 to int loses precision in %s on line 20
object(GMP)#22 (1) {
  ["num"]=>
  string(1) "2"
}
ValueError: gmp_init(): Argument #1 ($num) is not an integer string
ValueError: gmp_init(): Argument #2 ($base) must be 0 or between 2 and 62
ValueError: gmp_sqrt(): Argument #1 ($num) must be greater than or equal to 0
ValueError: gmp_root(): Argument #2 ($nth) must be odd if argument #1 ($a) is negative
ValueError: gmp_random_range(): Argument #1 ($min) must be less than argument #2 ($maximum)
bool(false)
bool(false)
string(3) "300"
