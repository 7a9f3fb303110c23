--TEST--
Calls with constant arguments: results, what they report, and who is called
--INI--
disable_functions=strrev
--FILE--
<?php
namespace Other {
    function trim($s) { return "own($s)"; }

    function calls() {
        var_dump(trim(' a '), \trim(' a '), strtoupper('x'), \strtoupper('y'));
    }
}

namespace {
    function strrev($s) { return "mine($s)"; }

    function results() {
        var_dump(strlen(trim('  a ')), rtrim('/path/to/', '/'), intval('0x1A', 16), intdiv(7, 2) + 1);
        var_dump(str_repeat('ab', 3) . '|' . ucfirst('word'), max(1, 100000, 3), round(5), sqrt(16));
        var_dump(explode(',', 'a,b,c', 2), array_slice(['x' => 1, 2, 3], 1), implode('-', [1, 'b', true]));
        var_dump(strrev('abc'), is_numeric('12.5e3') ? 'number' : 'text');
        foreach (explode(',', 'k,l') as $v) {
            echo $v, "\n";
        }
        foreach (explode(',', 'm,n') as &$v) {
            $v .= '!';
            echo $v, "\n";
        }
        [$a, $b] = explode('-', '1-2');
        echo $a, $b, "\n";
        $list = array_values(['a' => 1, 'b' => 2]);
        $list[] = 3;
        echo count($list), ' ', array_key_last($list), "\n";
        echo trim(string: ' named '), trim(...[' unpacked ']), "\n";
    }

    function &reference() { return ucfirst('by value'); }

    function references() {
        $a = &ucfirst('a');
        $a .= 'b';
        var_dump($a);
        $o = new stdClass;
        $o->p = &ucfirst('p');
        var_dump($o);
        $r = &reference();
        var_dump($r);
    }

    function reports() {
        var_dump(hex2bin('abc'));
        var_dump(array_sum([1, 'x']));
        var_dump(@hex2bin('z'));
        try {
            str_repeat('a', -1);
        } catch (ValueError $e) {
            echo get_class($e), ' ', $e->getLine(), ': ', $e->getMessage(), "\n";
        }
        try {
            echo intdiv(1, 0);
        } catch (DivisionByZeroError $e) {
            echo get_class($e), ' ', $e->getLine(), ': ', $e->getMessage(), "\n";
        }
        try {
            echo trim();
        } catch (ArgumentCountError $e) {
            echo $e->getMessage(), "\n";
        }
        try {
            echo strtoupper([]);
        } catch (TypeError $e) {
            echo $e->getMessage(), "\n";
        }
        echo strtoupper(null), "|\n";
    }

    function settings() {
        foreach ([3, 17] as $precision) {
            ini_set('precision', $precision);
            echo strval(0.1), ' ', implode(' ', [1 / 3, 2.5]), ' ', trim(0.1), "\n";
        }
    }

    function large() {
        return strlen(str_repeat('x', 100000)) + count(array_pad([], 5000, 0));
    }

    set_error_handler(function ($level, $message, $file, $line) {
        echo "[$level $line] $message\n";
        return true;
    });
    Other\calls();
    results();
    references();
    reports();
    settings();
    var_dump(large());
    $words = ['a' => strtolower('UPPER'), strtolower('KEY') => str_pad('7', 3, '0', STR_PAD_LEFT)];
    var_dump($words);
    try {
        eval('const C = strlen("abc");');
    } catch (Error $e) {
        echo $e->getMessage(), "\n";
    }
}
--EXPECTF--
string(8) "own( a )"
string(1) "a"
string(1) "X"
string(1) "Y"
int(1)
string(8) "/path/to"
int(26)
int(4)
string(11) "ababab|Word"
int(100000)
float(5)
float(4)
array(2) {
  [0]=>
  string(1) "a"
  [1]=>
  string(3) "b,c"
}
array(2) {
  [0]=>
  int(2)
  [1]=>
  int(3)
}
string(5) "1-b-1"
string(9) "mine(abc)"
string(6) "number"
k
l
m!
n!
12
3 2
namedunpacked
[8 36] Only variables should be assigned by reference
string(2) "Ab"
[8 40] Only variables should be assigned by reference
object(stdClass)#2 (1) {
  ["p"]=>
  string(1) "P"
}
[8 33] Only variable references should be returned by reference
string(8) "By value"
[2 47] hex2bin(): Hexadecimal input string must have an even length
bool(false)
[2 48] array_sum(): Addition is not supported on type string
int(1)
[2 49] hex2bin(): Hexadecimal input string must have an even length
bool(false)
ValueError 51: str_repeat(): Argument #2 ($times) must be greater than or equal to 0
DivisionByZeroError 56: Division by zero
trim() expects at least 1 argument, 0 given
strtoupper(): Argument #1 ($string) must be of type string, array given
[8192 70] strtoupper(): Passing null to parameter #1 ($string) of type string is deprecated
|
0.1 0.333 2.5 0.1
0.10000000000000001 0.33333333333333331 2.5 0.10000000000000001
int(105000)
array(2) {
  ["a"]=>
  string(5) "upper"
  ["key"]=>
  string(3) "007"
}

Fatal error: Constant expression contains invalid operations in %s(97) : eval()'d code on line 1
