--TEST--
sprintf() with a constant format: order of evaluation, conversions, errors
--FILE--
<?php
function f($a, $b) { return sprintf('%s-%d%%|%s', $a, $b, sprintf("%d", $a)); }
echo f("12ab", "7.9x"), "\n", f(1.5, 3e3), "\n", sprintf("x"), sprintf("%%"), sprintf("100%% %s", "y"), sprintf(''), "\n";
var_dump(sprintf("%s", 5), sprintf("%d", "0x1A"), sprintf('%s%s', $x ?? 'n', [1][0]));
$a = 1; echo sprintf('%s %s', $a, $a = 5), "\n";
echo sprintf('%s', [1]), "\n"; echo sprintf('[%s]', null), sprintf('%s %s', true, false), "|\n";
echo sprintf('%d', new stdClass), "\n";
try { echo sprintf('%s %s', 1); } catch (ArgumentCountError $e) { echo $e->getMessage(), "\n"; }
try { echo sprintf('%s', new stdClass); } catch (Error $e) { echo $e->getMessage(), "\n"; }
class S { function __toString() { echo "(s)"; return "S"; } }
echo sprintf('%s-%s', new S, print("p")), "\n";
echo sprintf('%5s|%-5d|%1$s', 'a', 3), "\n";
echo sprintf(...["%s", 1]), "\n";
echo sprintf('%d %d', 1.9, "12abc"), sprintf('%s', 1.0), sprintf('%s', 0.1 + 0.2), sprintf('%d', PHP_INT_MAX), "\n";
echo sprintf('%s', $undef), sprintf('%d', $undef), "\n";
--EXPECTF--
12ab-7%|12
1.5-3000%|1
x%100% y
string(1) "5"
string(1) "0"
string(2) "n1"
5 5

Warning: Array to string conversion in %s on line 6
Array
[]1 |

Warning: Object of class stdClass could not be converted to int in %s on line 7
1
3 arguments are required, 2 given
Object of class stdClass could not be converted to string
p(s)S-1
    a|3    |a
1
1 1210.39223372036854775807

Warning: Undefined variable $undef in %s on line 15

Warning: Undefined variable $undef in %s on line 15
0
