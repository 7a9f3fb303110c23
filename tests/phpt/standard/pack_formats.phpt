--TEST--
pack() and unpack(): every code, formats that are used again, and what is wrong with them
--FILE--
<?php
set_error_handler(function ($n, $m) { echo "[$m]\n"; return true; });
for ($i = 0; $i < 3; $i++) {
    $s = pack('cCsSvnlLVNqQPJ', -1, 255, -2, 3, 4, 5, -6, 7, 8, 9 + $i, -10, 11, 12, 13);
    echo bin2hex($s), "\n";
    echo json_encode(unpack('ca/Cb/sc/Sd/ve/nf/lg/Lh/Vi/Nj/qk/Ql/Pm/Jn', $s)), "\n";
}
echo bin2hex(pack('fgGdeE', 1.5, 1.5, 1.5, -2.25, -2.25, -2.25)), "\n";
echo json_encode(unpack('ff/gg/Gh/dd/ee/Ei', pack('fgGdeE', 1.5, 1.5, 1.5, -2.25, -2.25, -2.25))), "\n";
echo bin2hex(pack('a4A4Z4a2A2Z2aAZ', 'ab', 'ab', 'ab', 'xyz', 'xyz', 'xyz', 'q', 'q', 'q')), "\n";
echo bin2hex(pack('a*A*Z*', 'ab', 'ab', 'ab')), bin2hex(pack('H*h3Hx2X@9', 'a1f', 'a1f', 'b')), "\n";
echo bin2hex(pack('n3C*', 1, '2', 3.9, true, null, 'x')), bin2hex(pack('N0')), "|\n";
// Arguments that are texts only once they are asked.
$o = new class { public function __toString(): string { return 'text'; } };
echo bin2hex(pack('a6N', $o, 1)), bin2hex(pack('A*', 12)), "\n";
foreach ([['N'], ['N', 1, 2], ['a'], ['n2', 1], ['y', 1], ['x*'], ['H4', 'zz1'], ['X']] as $args) {
    try {
        echo bin2hex(pack(...$args)), "\n";
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
// Names, numbers and both.
for ($i = 0; $i < 2; $i++) {
    echo json_encode(unpack('n2w/Cx/C*r', "\0\1\0\2\3\4\5")), json_encode(unpack('C3', 'abc')), "\n";
}
echo json_encode(unpack('C2a/C1a/Ca1', 'abcd')), json_encode(unpack('C7/C12', str_repeat('a', 19))), "\n";
echo json_encode(unpack('a3a/A5b/Z*c', "ab\0 c \t\0yz\0q")), json_encode(unpack('H*a', 'az') + unpack('h3b', 'az')), "\n";
echo json_encode(unpack('x2/Ca/X1/Cb/@1/Cc', 'abc')), json_encode(unpack('', 'a')), json_encode(unpack('Ca/', 'ab')), "\n";
echo count(unpack('C40k', str_repeat('z', 40))), json_encode(unpack('N', "\0\0\0\1\0\0\0\2", 4)), "\n";
$n = 3;
echo json_encode(unpack("a{$n}name/C", 'abcd')), json_encode(unpack("a2name/C", 'abc')), "\n";
foreach ([['N', 'abc'], ['a9', 'abc'], ['y', 'a'], ['Ca//Cb', 'ab'], ['X*', 'a'], ['C', 'a', 5]] as $args) {
    try {
        echo json_encode(unpack(...$args)), "\n";
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
fffffeff030004000005faffffff070000000800000000000009f6ffffffffffffff0b000000000000000c00000000000000000000000000000d
{"a":-1,"b":255,"c":-2,"d":3,"e":4,"f":5,"g":-6,"h":7,"i":8,"j":9,"k":-10,"l":11,"m":12,"n":13}
fffffeff030004000005faffffff07000000080000000000000af6ffffffffffffff0b000000000000000c00000000000000000000000000000d
{"a":-1,"b":255,"c":-2,"d":3,"e":4,"f":5,"g":-6,"h":7,"i":8,"j":10,"k":-10,"l":11,"m":12,"n":13}
fffffeff030004000005faffffff07000000080000000000000bf6ffffffffffffff0b000000000000000c00000000000000000000000000000d
{"a":-1,"b":255,"c":-2,"d":3,"e":4,"f":5,"g":-6,"h":7,"i":8,"j":11,"k":-10,"l":11,"m":12,"n":13}
0000c03f0000c03f3fc0000000000000000002c000000000000002c0c002000000000000
{"f":1.5,"g":1.5,"h":1.5,"d":-2.25,"e":-2.25,"i":-2.25}
616200006162202061620000787978797800717100
61626162616200a1f01a0fb000000000
000100020003010000|
746578740000000000013132
Type N: too few arguments
[pack(): 1 arguments unused]
00000001
Type a: not enough arguments
Type n: too few arguments
Type y: unknown format code
[pack(): Type x: '*' ignored]
00
[pack(): Type H: not enough characters in string]
[pack(): Type H: illegal hex digit z]
[pack(): Type H: illegal hex digit z]
0010
[pack(): Type X: outside of string]

{"w1":1,"w2":2,"x":3,"r1":4,"r2":5}{"1":97,"2":98,"3":99}
{"w1":1,"w2":2,"x":3,"r1":4,"r2":5}{"1":97,"2":98,"3":99}
{"a1":100,"a2":98,"a":99}{"1":97,"2":97,"3":97,"4":97,"5":97,"6":97,"7":97,"8":97,"9":97,"10":97,"11":97,"12":97}
{"a":"ab\u0000","b":" c","c":"yz"}{"a":"617a","b":"16a"}
{"a":99,"b":99,"c":98}[]{"a":97}
40{"1":2}
{"name":"abc","1":100}{"name":"ab","1":99}
[unpack(): Type N: not enough input values, need 4 values but only 3 were provided]
false
[unpack(): Type a: not enough input values, need 9 values but only 3 were provided]
false
Invalid format type y
Invalid format type /
[unpack(): Type X: '*' ignored]
[]
unpack(): Argument #3 ($offset) must be contained in argument #2 ($data)
