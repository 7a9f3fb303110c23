--TEST--
Cases of letters, sets of bytes, strings in switch and match
--FILE--
<?php
// Every byte, at every place of a text of every length up to some.
$bytes = '';
for ($i = 0; $i < 256; $i++) {
    $bytes .= chr($i);
}
$sum = '';
for ($n = 0; $n < 20; $n++) {
    for ($at = 0; $at + $n <= 256; $at++) {
        $s = substr($bytes, $at, $n);
        $sum .= strtoupper($s) . '|' . strtolower($s) . "\n";
    }
}
echo md5($sum), ' ', strlen($sum), "\n";
echo strtoupper("m\xe9lange \xc3\xa9"), ' ', strtolower("M\xc9LANGE \xc3\x89"), "\n";
// Sets of no, one and many bytes.
$text = "abc\0def\xff ghi";
foreach (['', 'a', 'z', 'cba', "\0", "\xff", "fed\0cba", 'abcdefghijklmnopqrstuvwxyz', $bytes] as $set) {
    $line = [strspn($text, $set), strcspn($text, $set), strspn($text, $set, 4), strcspn($text, $set, -5, 3), strspn($text, $set, 2, -2), strspn('', $set), strcspn('', $set)];
    try {
        $line[] = bin2hex((string) strpbrk($text, $set));
        $line[] = var_export(strpbrk('', $set), true);
    } catch (ValueError $e) {
        $line[] = $e->getMessage();
    }
    echo implode(' ', $line), "\n";
}
// Strings in switch and match: of one length, of many, as prefixes of each other.
function arm($s) {
    return match ($s) {
        '' => 'none', 'a', 'b' => 'one', 'ab' => 'two', 'ba' => 'two turned', 'abc', 'abd', 'acb' => 'three', 'B' => 'capital',
        "a\0" => 'with NUL', 'longer than any other' => 'long', 7 => 'seven', '7' => 'text of seven', default => 'other',
    };
}
function at($s) {
    switch ($s) {
        case 'x': return 1;
        case 'xyz': return 2;
        case 'xy': return 3;
        case 'yx': return 4;
        case 'XYZ': return 5;
        case 'xy': return 6;
        case '': return 7;
        default: return 0;
    }
}
foreach (['', 'a', 'b', 'c', 'ab', 'ba', 'bb', 'abc', 'abd', 'abe', 'acb', 'B', "a\0", 'longer than any other', 7, '7', 7.0, null] as $s) {
    echo arm($s), ', ';
}
echo "\n";
foreach (['', 'x', 'y', 'xy', 'yx', 'xyz', 'xyy', 'XYZ', 'wxyz', 0, null, false] as $s) {
    echo at($s), ' ';
}
echo "\n";
--EXPECT--
6398deb0b8be8bda2bde58f985e136ac 102620
MÈLANGE √© m…lange √â
0 12 0 3 0 0 0 strpbrk(): Argument #2 ($characters) must be a non-empty string
1 0 0 3 0 0 0 61626300646566ff20676869 false
0 12 0 3 0 0 0  false
3 0 0 3 1 0 0 61626300646566ff20676869 false
0 3 0 3 0 0 0 00646566ff20676869 false
0 7 0 0 0 0 0 ff20676869 false
7 0 3 3 5 0 0 61626300646566ff20676869 false
3 0 3 2 1 0 0 61626300646566ff20676869 false
12 0 8 0 8 0 0 61626300646566ff20676869 false
none, one, one, other, two, two turned, other, three, three, other, three, capital, with NUL, long, seven, text of seven, other, other, 
7 1 0 3 4 2 0 5 0 0 7 7 
