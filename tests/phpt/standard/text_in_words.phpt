--TEST--
Texts of every length around the words they are handled in; texts and numbers; elements of lists
--FILE--
<?php
// What is searched, cut and encoded in words of many bytes, at every length around them.
$text = '';
for ($i = 0; $i < 300; $i++) {
    $text .= chr(97 + $i * $i % 26);
}
$sums = [];
for ($n = 0; $n <= 300; $n++) {
    $t = substr($text, 0, $n);
    $with = substr_replace($t, "'\0\"\\", intdiv($n, 2), 0);
    $sums['md5'][] = md5($t);
    $sums['base64'][] = base64_encode($with);
    $sums['hex'][] = bin2hex($with);
    $sums['back'][] = base64_decode(base64_encode($with)) === $with && hex2bin(bin2hex($with)) === $with;
    $sums['slashes'][] = addslashes($with);
    $sums['explode'][] = implode('|', [...explode('e', $t), ...explode('ej', $t), ...explode('j', $t, 3), ...explode('ab', $t, -1)]);
    $sums['replace'][] = str_replace('e', 'EE', $t, $a) . str_replace('b', 'X', $t, $b) . str_replace('j', '', $t) . "$a $b";
    $sums['place'][] = strpos($t . 'zyz', 'zyz') . strpos($t . '#', '#');
    $sums['compare'][] = strcmp($t . 'a', $t . 'c') . strcmp($t, $t . 'c') . strcasecmp($t . 'A', strtoupper($t) . 'b')
        . strncmp($t . 'a', $t . 'c', $n) . strncmp($t . 'a', $t . 'c', $n + 1);
    $sums['pad'][] = str_pad('x', $n) . str_pad($t, $n + $n % 40, '-', STR_PAD_BOTH) . str_pad('ab', $n % 50, 'xyz', STR_PAD_LEFT)
        . str_repeat('ab', $n % 33) . str_repeat('abcdefghijk', $n % 7);
}
foreach ($sums as $what => $list) {
    echo $what, ' ', md5(implode("\n", $list)), ' ', strlen(implode("\n", $list)), "\n";
}

foreach (['YQ==', 'YQ', 'YQ=a', '=', 'YW Jj', 'YW*Jj', 'YWJj=', 'YWJjZA=', 'YWJjZB==', ''] as $coded) {
    echo json_encode([$coded, base64_decode($coded), base64_decode($coded, true)]), "\n";
}
foreach (['4a4B', 'zz', 'abc', ''] as $coded) {
    var_dump(@hex2bin($coded));
}

foreach (['0', '-0', '-0.0', '.5', '-.5', '5.', '1e3', '1.5e-7', ' 12', '12 ', '123456789012345', '12345678901234.5',
    '1234567890123.25', '0.1', '0.30000000000000004', '9223372036854775807', '9223372036854775808', '1e999', '0x1A', '1e', '.', '-'] as $t) {
    var_dump((int) $t, (float) $t, is_numeric($t));
}

// Elements are taken out of lists of every kind; what was in the variables goes.
function &place(array &$a, $k) { return $a[$k]; }
$from = ['p' . 1, 'k' => 'q' . 2, '7' => ['r' . 3]];
$r = &$from['k'];
for ($i = 0; $i < 3; $i++) {
    [0 => $x, 'k' => $y, 7 => [$z]] = $from;
    $y .= $i;
    $r .= '!';
    echo "$x $y $z\n";
}
[$x, , $y] = 'text';
var_dump($x, $y);
[$x] = [];
var_dump($x);
$s = 'own' . $i;
$t = &$s;
$s = $t;
$t = $s;
var_dump($s, $t);
$s = $s;
var_dump($s);
--EXPECTF--
md5 f6707fef15d60e45c7985d2d0b5b475a 9932
base64 b98b1dcc764682b9ecc929518764f027 62508
hex 8fe336eb5c08c17f64fb80a6bce2f3c9 93008
back 81731f05f79d0fb284bdcf0d557f4926 601
slashes 23cd6035d1a8ca715cacffca573c414e 47858
explode 6e497333bf0a50ee8d1a5d30556f3433 174128
replace 9b5fa99d9dc4fe20332058ab881c4abf 136997
place 448830a663b2b366c56beaebb35ff433 1886
compare ae944725cbaef668655279d9e1ede50a 3009
pad 8528ddcdff903eaf8f915b354d165673 123090
["YQ==","a","a"]
["YQ","a","a"]
["YQ=a","a\u0006",false]
["=","",false]
["YW Jj","abc","abc"]
["YW*Jj","abc",false]
["YWJj=","abc",false]
["YWJjZA=","abcd",false]
["YWJjZB==","abcd","abcd"]
["","",""]
string(2) "JK"
bool(false)
bool(false)
string(0) ""
int(0)
float(0)
bool(true)
int(0)
float(-0)
bool(true)
int(0)
float(-0)
bool(true)
int(0)
float(0.5)
bool(true)
int(0)
float(-0.5)
bool(true)
int(5)
float(5)
bool(true)
int(1000)
float(1000)
bool(true)
int(0)
float(1.5E-7)
bool(true)
int(12)
float(12)
bool(true)
int(12)
float(12)
bool(true)
int(123456789012345)
float(123456789012345)
bool(true)
int(12345678901234)
float(12345678901234.5)
bool(true)
int(1234567890123)
float(1234567890123.25)
bool(true)
int(0)
float(0.1)
bool(true)
int(0)
float(0.30000000000000004)
bool(true)
int(9223372036854775807)
float(9.223372036854776E+18)
bool(true)
int(9223372036854775807)
float(9.223372036854776E+18)
bool(true)
int(0)
float(INF)
bool(true)
int(0)
float(0)
bool(false)
int(1)
float(1)
bool(false)
int(0)
float(0)
bool(false)
int(0)
float(0)
bool(false)
p1 q20 r3
p1 q2!1 r3
p1 q2!!2 r3
NULL
NULL

Warning: Undefined array key 0 in %s on line 52
NULL
string(4) "own3"
string(4) "own3"
string(4) "own3"
