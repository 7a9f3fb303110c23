--TEST--
ord() of every kind of value, searches of longer texts, natural order
--FILE--
<?php
function byte($s) { return ord($s); }
function texts() {
    $n = 0;
    foreach (['', 'a', "\0b", 'ÿ', 'long ' . str_repeat('x', 3000)] as $s) {
        $n += ord($s) + ord($s . 'z') + byte(substr($s, -1));
        $r = &$s;
        $n += ord($r);
    }
    return $n;
}
var_dump(texts(), ord(7), ord(true), ord(1.5), ord('constant'));
class Text { function __toString() { return 'object'; } }
var_dump(ord(new Text));
foreach ([[], null, new stdClass] as $v) {
    try {
        var_dump(ord($v));
    } catch (TypeError $e) {
        echo $e->getMessage(), "\n", preg_replace('~^#0 .*\): ~m', '#0 ', strtok($e->getTraceAsString(), "\n")), "\n";
    }
}
var_dump(ord($undefined));
try {
    ord();
} catch (ArgumentCountError $e) {
    echo $e->getMessage(), "\n";
}
var_dump(call_user_func('ord', 'b'), array_map('ord', ['c', 'd']), ord(character: 'e'), (ord(...))('f'));

// Longer texts are searched from one place of the first byte to the next, until that is often in vain.
$text = str_repeat('abcabdabeabfab', 60);
foreach (['abc', 'abf', 'aba', 'bab', 'ab', 'fababc', 'zz', str_repeat('a', 300)] as $needle) {
    echo substr_count($text, $needle), ' ', count(explode($needle, $text)), ' ', md5(str_replace($needle, '<>', $text)), "\n";
}
foreach (['abc', 'Abc', '1bc', ' abc', "\0", 'b', 'a1', 'a01', '-1'] as $a) {
    foreach (['abd', 'aBc', '2', '  x', 'a', 'a10', 'a2'] as $b) {
        echo strnatcmp($a, $b), strnatcasecmp($a, $b), ' ';
    }
}
echo "\n";
--EXPECTF--
int(1828)
int(55)
int(49)
int(49)
int(99)
int(111)
ord(): Argument #1 ($character) must be of type string, array given
#0 ord(Array)

Deprecated: ord(): Passing null to parameter #1 ($character) of type string is deprecated in %s on line 17
int(0)
ord(): Argument #1 ($character) must be of type string, stdClass given
#0 ord(Object(stdClass))

Warning: Undefined variable $undefined in %s on line 22

Deprecated: ord(): Passing null to parameter #1 ($character) of type string is deprecated in %s on line 22
int(0)
ord() expects exactly 1 argument, 0 given
int(98)
array(2) {
  [0]=>
  int(99)
  [1]=>
  int(100)
}
int(101)
int(102)
60 61 b7ee2356b0486acea2e6d023efe55792
60 61 a684c34e3c0e233f7fb4013273f27b0a
59 60 4527c7515831e0738cfc578857fb2822
59 60 7c89efeb8779a402b914b830e492035b
300 301 40a22c05a33f6d2f8f39115650c7282a
59 60 4af8e013b5e65e48feea6b6d18fadf6b
0 1 c5a4d3111c51570a049ba958547e6a2d
0 1 c5a4d3111c51570a049ba958547e6a2d
-1-1 10 11 -1-1 11 11 11 -1-1 -10 11 -1-1 -11 -11 -11 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 10 11 -1-1 11 11 11 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 11 11 11 -1-1 11 11 11 -1-1 -1-1 11 -1-1 11 -1-1 -1-1 -1-1 -1-1 11 -1-1 11 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 -1-1 
