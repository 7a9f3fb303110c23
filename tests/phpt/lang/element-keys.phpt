--TEST--
Elements by keys of all kinds: read, tested, written, with references; foreach into variables in use
--FILE--
<?php
function read($a, $k) { return $a[$k] ?? 'none'; }
function has($a, $k) { return (int) isset($a[$k]) . (int) empty($a[$k]); }
$long = str_repeat('k', 40);
$hash = ['a' => 1, 'b' => null, '' => 'empty', ' 1' => 'blank', '-' => 'minus', '-5' => 'neg', '10' => 'ten', '010' => 'no', 'a longer key of some bytes' => 'l', $long => 'L', "\x80" => 'high', '/' => 'slash', ':' => 'colon', 7 => 0, 8 => '0', 9 => [], 11 => 'x'];
$keys = ['a', 'b', 'c', '', ' 1', '-', '-5', -5, '10', 10, '010', 'a longer key of some bytes', "\x80", '/', ':', 7, '7', 8, 9, 11, 12, '12', 1.7, true, null];
foreach ([$hash, ['p', 'q', 3 => 'r', 4 => null], 'text', null, 5, []] as $c) {
    foreach ($keys as $k) {
        $made = is_string($k) ? substr("<$k>", 1, -1) : $k;
        foreach ([$k, $made] as $k) {
            try { $r = @read($c, $k); echo is_array($r) ? 'arr' : $r; } catch (TypeError $e) { echo 'E'; }
            try { echo @has($c, $k), ' '; } catch (TypeError $e) { echo 'E '; }
        }
    }
    echo read($c, str_repeat('k', 40)) === 'L' ? 'L' : '-', "\n";
}
function fill($keys) {
    $a = [];
    foreach ($keys as $i => $k) { $a[$k] = $i; $a[$k] = [$i]; $a[$k] = "s$i"; $b[] = $k; }
    $c = ['x' => $a, 'y' => $b];
    $d = ['5' => 1, 'x' => 2, 'x' => 3, 6 => 4];
    $d[] = 5;
    return [count($a), array_key_last($a), count($c['y']), $d];
}
echo json_encode(fill(['a', 'b', 'a', '1', 1, -3, 'zz', '', 2])), "\n";
// References among the elements
$x = 1; $a = [&$x, 2, 'k' => &$x]; $b = $a;
$a[0] = 5; $a['k'] .= '6'; $b[1] = 7;
foreach ($a as $k => $v) { echo "$k=$v "; }
echo $x, $b[0], $b['k'], $b[1], "\n";
// Variables of foreach that hold shared values, themselves, or one string twice
$s = str_repeat('v', 3); $t = [$s => $s, 'o' => new ArrayObject([1]), 'n' => [1, 2]];
$k = $v = $t;
foreach ($t as $k => $v) { echo $k, gettype($v), ' '; }
foreach ($t as $t) { echo gettype($t), ' '; }
echo gettype($t), "\n";
$l = [1, 2, 3]; unset($l[1]);
foreach ($l as $i => $l2) { echo "$i:$l2 "; }
// Bytes of strings
$str = 'héllo'; $i = 0; $p = &$i;
for ($out = ''; $i < 6; $i++) { $out .= $str[$i] . $str[-1 - $p]; }
echo bin2hex($out), ' ', @$str[17] === '' ? 'none' : 'some', ' ', $str[17] ?? 'null', "\n";
function assign() { $a = new ArrayObject; $o = $a; $a = 5; $b = [1]; $c = &$b; $c = $o; $b = $b; return [$a, get_class($c), get_class($b)]; }
echo json_encode(assign()), "\n";
$q = [1]; $q['self'] = $q; $q[] = $q; echo json_encode($q), "\n";
class Typed { public int $n = 1; public array $a = []; }
$ty = new Typed; $rn = &$ty->n; $el = [&$ty->n];
try { $el[0] = 'x'; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
$el[0] = '7'; var_dump($ty->n);
try { $rn = []; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
--EXPECT--
110 110 none01 none01 none01 none01 empty10 empty10 blank10 blank10 minus10 minus10 neg10 neg10 neg10 neg10 ten10 ten10 ten10 ten10 no10 no10 l10 l10 high10 high10 slash10 slash10 colon10 colon10 011 011 011 011 011 011 arr11 arr11 x10 x10 none01 none01 none01 none01 none01 none01 none01 none01 empty10 empty10 L
none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 q10 q10 q10 q10 none01 none01 -
none01 none01 none01 none01 none01 none01 none01 none01 e10 e10 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 e10 e10 e10 e10 t10 t10 -
none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 -
none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 -
none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 none01 -
[7,2,9,{"5":1,"x":3,"6":4,"7":5}]
0=56 1=2 k=56 5656567
vvvstring oobject narray string object array array
0:1 2:3 686fc36ca96c6ca96cc36f68 none null
[5,"ArrayObject","ArrayObject"]
{"0":1,"self":[1],"1":{"0":1,"self":[1]}}
Cannot assign string to reference held by property Typed::$n of type int
int(7)
Cannot assign array to reference held by property Typed::$n of type int
