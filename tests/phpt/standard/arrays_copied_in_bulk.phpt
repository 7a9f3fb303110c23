--TEST--
Arrays copied, merged, sorted and walked in bulk: references, keys, symbol tables, cursors
--FILE--
<?php
class D {
    function __construct(public string $name) {}
    function __destruct() { echo "gone $this->name\n"; }
}
function show(mixed $v): void { echo json_encode($v), "\n"; }

// References: those that nobody else holds become values.
$x = 1;
$a = ['k' => &$x, 'l' => 2, 7 => 3];
$m = array_merge($a, ['k' => 5]);
$m2 = array_merge($a, [9]);
$m2['k'] = 6;
show([$x, $m, $m2]);
$r = array_replace($a, ['l' => 4, 7 => 5, 12 => 6]);
$r[] = 'next';
show($r);
unset($a, $m, $m2, $r);
$f = function () { $y = 1; $b = [&$y, 2]; unset($y); return $b; };
$b = $f();
$c = [...$b, ...['x' => 1], ...$b];
$c[0] = 'mine';
show([$b, $c]);

// String keys are replaced in place, integer keys are given anew.
show(array_merge(['a' => 1, 5 => 'five', 'b' => 2], [5 => 'again', 'a' => 3, -3 => 'neg']));
show(array_merge([], ['a' => 1]));
show(array_merge([1, 2], ['a' => 1], [3]));
show(array_merge([3 => 1]));
show(array_replace([1, 2, 3], [1 => 'b'], ['x' => 1, 5 => 'f']));
show(array_replace([], [3 => 1, 'a' => 2]));
$n = array_replace([], [-5 => 1]);
$n[] = 2;
show($n);
show([...['a' => 1, 'b' => 2], ...[1, 2], ...['b' => 3]]);
$holes = [1, 2, 3, 4];
unset($holes[1], $holes[3]);
show(array_merge($holes, $holes));
show([...$holes, ...['k' => 1], ...$holes]);
show(array_replace(['k' => 1], $holes));

// Replaced values go in order; the arrays are whole then.
$d = ['o' => new D('first'), 'p' => 1];
$e = [...$d, ...['o' => 2]];
unset($d);
echo "spread\n";
unset($e);
$d = array_merge(['o' => new D('merged')], ['o' => new D('second')]);
echo "merged\n";
unset($d);
try {
    $max = [PHP_INT_MAX => 1];
    $z = [...['q' => 1], ...[1]];
    show($z);
    array_merge($max, 5);
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
try { array_replace([], [1], 'no'); } catch (TypeError $e) { echo $e->getMessage(), "\n"; }

// Recursive ones leave what they were given.
$a = ['a' => ['x' => 1, 'z' => [1, 2]], 'n' => null, 's' => 'text'];
$b = ['a' => ['y' => 2, 'z' => [3]], 'n' => ['now'], 's' => ['more']];
show(array_merge_recursive($a, $b, ['a' => 9]));
show(array_replace_recursive($a, $b, ['a' => ['z' => [1 => 'one']]]));
show([$a, $b]);
$inner = ['p' => 1];
$withRef = ['r' => &$inner];
show(array_replace_recursive($withRef, ['r' => ['q' => 2]]));
show(array_merge_recursive($withRef, ['r' => ['q' => 2]]));
show($inner);
show(array_merge_recursive(['e' => []], ['e' => ['k' => 1, 5 => 2]]));

// compact() and extract() of names in symbol tables.
function vars() {
    $i = 0;
    extract(['dyn' => 1, 'dyn2' => 2, 'i' => 'five']);
    $one = 1;
    $ref = &$one;
    extract(['ref' => 7, 'not a name' => 1, 3 => 4]);
    show(compact('dyn', ['dyn2', ['i', 'one']], 'ref'));
    show(extract(['dyn' => 'kept', 'new' => 1], EXTR_SKIP));
    show(compact('dyn', 'new'));
    show(extract(['dyn' => 'changed', 'unknown' => 1], EXTR_IF_EXISTS));
    $name = 'dy' . 'n';
    show([$$name, compact($name), isset($unknown)]);
    compact('missing');
    $arr = ['arr' => 'lost', 'after' => 2];
    show(extract($arr));
    show([$arr, $after]);
}
vars();

// Walks: by reference, by value, of arrays that change.
$a = [3, 4, 5];
array_walk($a, function (&$v, $k, $add) { $v += $k * $add; }, 10);
show($a);
$sum = 0;
array_walk($a, function ($v) use (&$sum) { $sum += $v; });
show($sum);
$s = 'text';
$calc = function () use (&$s, &$sum) { $sum -= 1; $sum *= 2; $t = $sum + $sum; $u = PHP_INT_MAX; $w = &$u; $w += 1; return [$sum, $t, $u]; };
show($calc());
class T { public int $n = 1; }
$t = new T;
$p = &$t->n;
$p += 5;
try { $p += 0.5; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
show($t->n);
try { $p *= PHP_INT_MAX; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
usort($a, fn($x, $y) => $y <=> $x);
show($a);
show(array_map(function (&$x) { return $x; }, [1]));

// Sorting.
$a = [3, 1, 2];
next($a);
ksort($a);
show([$a, current($a)]);
krsort($a);
show($a);
$k = ['b' => 1, 'a' => 2, 'c' => 0];
uksort($k, 'strcmp');
show($k);
uksort($k, fn($x, $y) => strcmp($y, $x));
show($k);
$c1 = [3, 1, 3, 1, 2]; $c2 = ['b', 'z', 'a', 'y', 'm']; $c3 = [1, 2, 3, 4, 5];
array_multisort($c1, SORT_DESC, $c2, SORT_ASC, $c3);
show([$c1, $c2, $c3]);
$c1 = ['x' => 1, 'y' => 1, 0 => 1]; $c2 = [10, '9', 8.5]; 
array_multisort($c1, $c2, SORT_DESC);
show([$c1, $c2]);
foreach (["abcdefgh", "abcdefgi", "abcdefghi", "abc", ""] as $l) {
    echo strcmp($l, "abcdefgh"), ' ', strcmp("abcdefgh", $l), ' ';
}
echo "\n";

// Columns.
class Row { public $id = 7; public $v = 'obj'; }
$rows = [['id' => 1, 'v' => 'a'], ['id' => '2', 'v' => 'b'], ['v' => 'c'], ['id' => 3]];
show(array_column($rows, 'v'));
show(array_column($rows, 'v', 'id'));
show(array_column([...$rows, new Row, 5], 'v', 'id'));
show(array_column([['id' => null, 'v' => 1], ['id' => true, 'v' => 2]], 'v', 'id'));
show(array_column([[1, 2], [3, 4]], 1, 0));
show(array_column($rows, null, 'id'));

// Slices and the like of lists with references.
$v = 1;
$l = [&$v, 2, 3, 4];
$sl = array_slice($l, 0, 2);
$rv = array_reverse($l);
$ch = array_chunk($l, 3);
$v = 'changed';
show([$sl, $rv, $ch, array_slice($l, 1, -1), array_slice($l, 2, null, true)]);
show(array_splice($l, 1, 2, ['x', 'y', 'z']));
show($l);
show(array_splice($l, 0, 1, 'one'));
show(array_splice($l, 1, 0, [['deep'], null]));
array_unshift($l, 'front', 'second');
show([$l, $v]);
show([array_fill(0, 3, [1]), array_fill(5, 2, 'x'), array_fill(0, 0, 1)]);
show([range(3, 1), range(0, 10, 5), range('a', 'e', 2), range(PHP_INT_MAX - 1, PHP_INT_MAX)]);
show(array_filter([1, 0, '', 'a', null, [], [0]]));
show(array_filter(['a' => 1, 'b' => 2, 'c' => 3], fn($v, $k) => $v > 1 && $k < 'c', ARRAY_FILTER_USE_BOTH));
show([array_key_first([]), array_key_last([]), array_key_first(['k' => 1]), array_key_last([1, 2])]);

// Cursors.
$l = ['a' => 1, 'b' => 2, 'c' => 3];
$copy = $l;
show([next($l), key($l), current($copy), end($l), key($l), next($l), key($l), current($l), reset($l), prev($l)]);
show([key([]), current([])]);
$o = new Row;
show([@current($o), @key($o)]);
show([array_key_exists('a', $l), array_key_exists('12', [12 => null]), array_key_exists(null, ['' => 1]), array_key_exists('zz', $l)]);
show([count([...$l, 5]), count(array_merge($l, $l))]);
?>
--EXPECTF--
[6,{"k":5,"l":2,"0":3},{"k":6,"l":2,"0":3,"1":9}]
{"k":6,"l":4,"7":5,"12":6,"13":"next"}
[[1,2],{"0":"mine","1":2,"x":1,"2":1,"3":2}]
{"a":3,"0":"five","b":2,"1":"again","2":"neg"}
{"a":1}
{"0":1,"1":2,"a":1,"2":3}
[1]
{"0":1,"1":"b","2":3,"x":1,"5":"f"}
{"3":1,"a":2}
{"-5":1,"-4":2}
{"a":1,"b":3,"0":1,"1":2}
[1,3,1,3]
{"0":1,"1":3,"k":1,"2":1,"3":3}
{"k":1,"0":1,"2":3}
gone first
spread
gone merged
merged
gone second
{"q":1,"0":1}
array_merge(): Argument #2 must be of type array, int given
array_replace(): Argument #3 must be of type array, string given
{"a":{"x":1,"z":[1,2,3],"y":2,"0":9},"n":[null,"now"],"s":["text","more"]}
{"a":{"x":1,"z":[3,"one"],"y":2},"n":["now"],"s":["more"]}
[{"a":{"x":1,"z":[1,2]},"n":null,"s":"text"},{"a":{"y":2,"z":[3]},"n":["now"],"s":["more"]}]
{"r":{"p":1,"q":2}}
{"r":{"p":1,"q":2}}
{"p":1}
{"e":{"k":1,"0":2}}
{"dyn":1,"dyn2":2,"i":"five","one":7,"ref":7}
1
{"dyn":1,"new":1}
1
["changed",{"dyn":"changed"},false]

Warning: compact(): Undefined variable $missing in %s on line 87
2
["lost",2]
[3,14,25]
42
[82,164,9.223372036854776e+18]

Deprecated: Implicit conversion from float 6.5 to int loses precision in %s on line 108
6
Cannot assign float to reference held by property T::$n of type int
[25,14,3]

Warning: {closure:%s:113}(): Argument #1 ($x) must be passed by reference, value given in %s on line 113
[1]
[[3,1,2],3]
{"2":2,"1":1,"0":3}
{"a":2,"b":1,"c":0}
{"c":0,"b":1,"a":2}
[[3,3,2,1,1],["a","b","m","y","z"],[3,1,5,4,2]]
[{"x":1,"y":1,"0":1},[10,"9",8.5]]
0 0 1 -1 1 -1 -1 1 -1 1 
["a","b","c"]
{"1":"a","2":"b","3":"c"}
{"1":"a","2":"b","3":"c","7":"obj"}
{"":1,"1":2}
{"1":2,"3":4}
{"1":{"id":1,"v":"a"},"2":{"id":"2","v":"b"},"3":{"id":3}}
[["changed",2],[4,3,2,"changed"],[["changed",2,3],[4]],[2,3],{"2":3,"3":4}]
[2,3]
["changed","x","y","z",4]
["changed"]
[]
[["front","second","one",["deep"],null,"x","y","z",4],"changed"]
[[[1],[1],[1]],{"5":"x","6":"x"},[]]
[[3,2,1],[0,5,10],["a","c","e"],[9223372036854775806,9223372036854775807]]
{"0":1,"3":"a","6":[0]}
{"b":2}
[null,null,"k",1]
[2,"b",1,3,"c",false,null,false,1,false]
[null,false]
[7,"id"]
[true,true,true,false]
[4,3]
