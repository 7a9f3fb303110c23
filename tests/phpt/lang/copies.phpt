--TEST--
Copies of arrays, text that grows, strings that are compared
--FILE--
<?php
// Copies of literals, of arrays with and without holes, with references and with keys of all kinds.
function literal() { return ['a' => 1, 'b' => ['x', 'y'], 5 => 'five', 'long key of many letters' => 1.5, 'e' => [], 'n' => null]; }
function items() { return [1, 'two', [3], null, 4.5, true, 'seven', 8, 9, 10]; }
for ($i = 0; $i < 3; $i++) {
    $l = literal();
    $l["new$i"] = $i;
    $l['b'][] = "z$i";
    unset($l['a']);
    $m = $l;
    $m['a'] = 'again';
    echo json_encode($l), json_encode($m), json_encode(literal()), "\n";
    $p = items();
    $p[] = "eleven$i";
    $p[2][] = $i;
    $q = $p;
    unset($q[0], $q[4]);
    $r = $q;
    $r[] = 'r';
    echo json_encode($p), json_encode($q), json_encode($r), json_encode(items()), "\n";
}
// References: alone in an array they are values in its copy, shared ones stay.
$one = 1;
$a = ['k' => &$one, 'alone' => 2, 'list' => [1]];
$alone = &$a['alone'];
unset($alone);
$b = $a;
$b['k'] = 'changed';
$b['alone'] = 'only b';
$b['list'][] = 2;
var_dump($a, $one);
$c = [&$one, 2, 3];
$d = $c;
$d[0] = 'through';
$d[1] = 'only d';
var_dump($c[0], $c[1], $one);
// Elements that stand for variables.
function symbols() {
    $x = 1;
    $y = [2];
    $z = 'z' . rand(3, 3);
    $all = get_defined_vars();
    $all['x'] = 'changed';
    unset($$z);
    return json_encode([$x, $y, $z, $all]);
}
echo symbols(), symbols(), "\n";
$GLOBALS['made' . 'here'] = str_repeat('g', 3);
$copy = $GLOBALS;
unset($GLOBALS['madehere']);
var_dump($copy['madehere'], isset($madehere), isset($copy['copy']));
class Props { public $a = 1; public $b = [2]; private $c = 'c'; function all() { $v = get_object_vars($this); $v['a'] = 'x'; return $v; } }
$o = new Props;
$o->dyn = 'dynamic';
$v = (array) $o;
$v['a'] = 'changed';
$w = $v;
$w['b'][] = 3;
var_dump(count($v), $o->a, $o->all() === ['a' => 'x', 'b' => [2], 'c' => 'c', 'dyn' => 'dynamic'], $v['b']);
// Appending pieces of all lengths, also of the text itself, to what is held once and twice.
$sum = '';
$piece = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ';
for ($n = 0; $n <= 46; $n++) {
    $s = 'start' . $n;
    $shared = $s;
    for ($i = 0; $i < 12; $i++) {
        $s .= substr($piece, 0, $n);
        if ($i === 5) {
            $t = $s;
        }
        if ($i % 4 === 1) {
            $s .= $s;
        }
    }
    $sum .= "$shared|$s|$t\n";
    $h = [$s => 1];
    $s .= 'x';
    $sum .= isset($h[$s]) ? 'wrong' : isset($h[substr($s, 0, -1)]);
}
echo md5($sum), ' ', strlen($sum), "\n";
// Strings compared as numbers, or not.
$texts = ['', '0', '9', 'a', ' ', '.', '-', '+', '1', ' 1', '1 ', '01', '1.0', '1e0', '10', '9a', 'abc', 'abd', 'ab', '-1', '+1', '.5', '0.5', '1e1000', '2e1000', "\0", "\n7", '7', '９'];
$line = '';
foreach ($texts as $x) {
    foreach ($texts as $y) {
        $line .= ($x <=> $y) + 1;
        $line .= $x == $y ? '=' : ($x < $y ? '<' : '>');
        $line .= $x <= $y ? 'y' : 'n';
    }
}
echo md5($line), "\n", substr($line, 0, 200), "\n";
--EXPECTF--
{"b":["x","y","z0"],"5":"five","long key of many letters":1.5,"e":[],"n":null,"new0":0}{"b":["x","y","z0"],"5":"five","long key of many letters":1.5,"e":[],"n":null,"new0":0,"a":"again"}{"a":1,"b":["x","y"],"5":"five","long key of many letters":1.5,"e":[],"n":null}
[1,"two",[3,0],null,4.5,true,"seven",8,9,10,"eleven0"]{"1":"two","2":[3,0],"3":null,"5":true,"6":"seven","7":8,"8":9,"9":10,"10":"eleven0"}{"1":"two","2":[3,0],"3":null,"5":true,"6":"seven","7":8,"8":9,"9":10,"10":"eleven0","11":"r"}[1,"two",[3],null,4.5,true,"seven",8,9,10]
{"b":["x","y","z1"],"5":"five","long key of many letters":1.5,"e":[],"n":null,"new1":1}{"b":["x","y","z1"],"5":"five","long key of many letters":1.5,"e":[],"n":null,"new1":1,"a":"again"}{"a":1,"b":["x","y"],"5":"five","long key of many letters":1.5,"e":[],"n":null}
[1,"two",[3,1],null,4.5,true,"seven",8,9,10,"eleven1"]{"1":"two","2":[3,1],"3":null,"5":true,"6":"seven","7":8,"8":9,"9":10,"10":"eleven1"}{"1":"two","2":[3,1],"3":null,"5":true,"6":"seven","7":8,"8":9,"9":10,"10":"eleven1","11":"r"}[1,"two",[3],null,4.5,true,"seven",8,9,10]
{"b":["x","y","z2"],"5":"five","long key of many letters":1.5,"e":[],"n":null,"new2":2}{"b":["x","y","z2"],"5":"five","long key of many letters":1.5,"e":[],"n":null,"new2":2,"a":"again"}{"a":1,"b":["x","y"],"5":"five","long key of many letters":1.5,"e":[],"n":null}
[1,"two",[3,2],null,4.5,true,"seven",8,9,10,"eleven2"]{"1":"two","2":[3,2],"3":null,"5":true,"6":"seven","7":8,"8":9,"9":10,"10":"eleven2"}{"1":"two","2":[3,2],"3":null,"5":true,"6":"seven","7":8,"8":9,"9":10,"10":"eleven2","11":"r"}[1,"two",[3],null,4.5,true,"seven",8,9,10]
array(3) {
  ["k"]=>
  &string(7) "changed"
  ["alone"]=>
  int(2)
  ["list"]=>
  array(1) {
    [0]=>
    int(1)
  }
}
string(7) "changed"
string(7) "through"
int(2)
string(7) "through"
[1,[2],"z3",{"x":"changed","y":[2],"z":"z3"}][1,[2],"z3",{"x":"changed","y":[2],"z":"z3"}]
string(3) "ggg"
bool(false)
bool(false)

Deprecated: Creation of dynamic property Props::$dyn is deprecated in %s on line 54
int(4)
int(1)
bool(true)
array(1) {
  [0]=>
  int(2)
}
b1499dca2c5a52e8377db76b3e9b471e 57747
f4d23a6f0a54dea73c1ebca493210a2c
1=y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y2>n1=y0<y0<y2>n2>n2>n2>n0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y0<y2>n0<y0<y0<y0<y0<y2>n0<y0<y0<y2>n2>n1=y0<y2>n2>n2>n2>n2>
