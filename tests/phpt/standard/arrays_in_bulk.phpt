--TEST--
Arrays filled and cut in bulk: keys that come twice, copies, loops by reference
--FILE--
<?php
// The last value of a key stays, in the place of the first.
var_dump(array_flip(['a', 'b', 'a', 7, '7']) === ['a' => 2, 'b' => 1, 7 => 4]);
echo json_encode(array_combine(['x', 'y', 'x', '1', 1], [1, 2, 3, 4, 5])), "\n";
echo json_encode(array_fill_keys(['k', 5, '5', 'k', null, 1.5], 0)), "\n";
echo json_encode(array_column([['i' => 'p', 'v' => 1], ['v' => 2], ['i' => 'p', 'v' => 3], ['i' => 9, 'v' => 4], ['v' => 5]], 'v', 'i')), "\n";
echo json_encode(array_change_key_case(['A' => 1, 'a' => 2, 3 => 4])), "\n";
$a = array_fill(5, 3, 'x');
$a[] = 'next';
echo json_encode($a), ' ', json_encode(array_fill(-3, 3, 0)), "\n";
$f = array_flip([10, 20]);
$f[] = 'n';
echo json_encode($f), "\n";

// Copies do not change with what is cut in place.
$a = $b = range(1, 6);
$gone = array_splice($a, 1, 2, ['x', 'y', 'z']);
echo json_encode([$a, $b, $gone]), "\n";
$gone = array_splice($a, -1, 1, $a);
echo json_encode([$a, $gone]), "\n";
unset($a[2]);
echo json_encode(array_splice($a, 1, 2)), json_encode($a), "\n";
$m = ['s' => 1, 4 => 2, 't' => 3, 8 => 4];
echo json_encode(array_splice($m, 1, 2, ['n'])), json_encode($m), "\n";
$m[] = 'end';
array_unshift($m, 'u', 'v');
echo json_encode($m), "\n";
$s = $t = [1, 2];
array_unshift($s, 0);
echo json_encode([$s, $t]), "\n";

// A loop by reference goes on behind what is put before it.
$a = [1, 2, 3, 4];
foreach ($a as $k => &$v) {
    echo "$k=>$v ";
    if ($v === 2) {
        array_splice($a, 0, 0, ['p', 'q']);
    }
    if ($v === 3) {
        array_unshift($a, 'z');
    }
}
unset($v);
echo "\n", json_encode($a), "\n";

// The last key is free again after array_pop().
$a = [1, 2, 3];
next($a);
var_dump(array_pop($a), current($a));
$a[] = 'again';
$h = ['x' => 1, 10 => 2];
var_dump(array_pop($h));
$h[] = 3;
unset($h[10]);
$h[] = 4;
echo json_encode([$a, $h]), "\n";
$r = [1];
$ref = &$r[0];
var_dump(array_pop($r), $r === [], $ref);

// One empty array: the other as it is.
$l = [3 => 'a'];
echo json_encode(array_merge([], $l)), json_encode(array_merge(['k' => 1], [])), json_encode(array_merge([], [7 => 1, 'k' => 2])), "\n";
echo json_encode(array_slice([1, 2, 'k' => 3, 4], 1, 3)), json_encode(array_slice([5 => 1, 6 => 2], 1, 1, true)), "\n";
echo json_encode(array_reverse(['a' => 1, 2, 3])), json_encode(array_reverse([1, 2], true)), "\n";

// Texts are compared, whatever they come from.
echo json_encode(array_diff([1, '1', 1.0, 1.5, true, null, '', 'x', PHP_INT_MIN], ['1', (string) PHP_INT_MIN])), "\n";
echo json_encode(array_intersect(['01', 1, 'a', null], ['1', 'A', ''])), "\n";
echo json_encode(array_unique([1, '1', 'a', 'A', 1.0, null, ''])), "\n";
echo json_encode([in_array('1e1', ['10']), in_array('abc', [0]), in_array(0, ['abc', 'x']), array_search('b', ['a', 'b'], true), in_array(null, [0])]), "\n";

// Orders keep the places of equals.
$w = ['b' => 'Pear', 'a' => 'apple', 'c' => 'pear', 'd' => 'APPLE'];
sort($w, SORT_STRING | SORT_FLAG_CASE);
echo json_encode($w), "\n";
$w = ['x' => 2, 'y' => 1, 'z' => 2, 'w' => 1];
arsort($w);
echo json_encode($w);
asort($w);
$w[] = 'n';
echo json_encode($w), "\n";
$c = [3, 'k' => 1, 2];
array_multisort($c, SORT_DESC);
echo json_encode($c), "\n";
--EXPECT--
bool(true)
{"x":3,"y":2,"1":5}
{"k":0,"5":0,"":0,"1.5":0}
{"p":3,"0":2,"9":4,"10":5}
{"a":2,"3":4}
{"5":"x","6":"x","7":"x","8":"next"} {"-3":0,"-2":0,"-1":0}
{"10":0,"20":1,"21":"n"}
[[1,"x","y","z",4,5,6],[1,2,3,4,5,6],[2,3]]
[[1,"x","y","z",4,5,1,"x","y","z",4,5,6],[6]]
["x","z"][1,4,5,1,"x","y","z",4,5,6]
{"0":2,"t":3}{"s":1,"0":"n","1":4}
{"0":"u","1":"v","s":1,"2":"n","3":4,"4":"end"}
[[0,1,2],[1,2]]
0=>1 1=>2 4=>3 6=>4 
["z","p","q",1,2,3,4]
int(3)
int(1)
int(2)
[[1,2,"again"],{"x":1,"11":4}]
int(1)
bool(true)
int(1)
["a"]{"k":1}{"0":1,"k":2}
{"0":2,"k":3,"1":4}{"6":2}
{"0":3,"1":2,"a":1}{"1":2,"0":1}
{"3":1.5,"5":null,"6":"","7":"x"}
{"1":1,"3":null}
{"0":1,"2":"a","3":"A","5":null}
[true,false,false,1,true]
["apple","APPLE","Pear","pear"]
{"x":2,"z":2,"y":1,"w":1}{"y":1,"w":1,"x":2,"z":2,"0":"n"}
{"0":3,"1":2,"k":1}
