--TEST--
Sorting, searching, extremes, shifting and slicing of arrays of every kind
--FILE--
<?php
// Sorting: keys of one kind, equal ones in their order both ways.
$a = ['x' => 3, 'y' => '3', 'z' => 1, 'w' => '01', 'v' => -5];
asort($a); echo json_encode($a), "\n";
arsort($a); echo json_encode($a), "\n";
$a = ['b', 'a', '', "a\0", 'abcdefghi', 'abcdefgh', 'B', 'é'];
sort($a); echo bin2hex(implode(',', $a)), "\n";
rsort($a); echo bin2hex(implode(',', $a)), "\n";
$a = ['10', '9', '1e1', 'x', ' 9', '9 ', '09', '.5'];
sort($a); echo json_encode($a), "\n";
sort($a, SORT_STRING); echo json_encode($a), "\n";
sort($a, SORT_NUMERIC); echo json_encode($a), "\n";
$a = [1.5, -0.0, 0.0, INF, -INF, 1.5];
sort($a); echo implode(' ', $a), "\n";
rsort($a); echo implode(' ', $a), "\n";
$a = ['9223372036854775807', '9223372036854775808', '123456789012345678', 5];
sort($a); echo json_encode($a), "\n";
$a = [3 => 'c', 1 => 'a', 2 => 'b', -7 => 'd'];
ksort($a); echo json_encode($a), "\n";
krsort($a); echo json_encode($a), "\n";
$a = ['b' => 1, 'a' => 2, 'B' => 3, '' => 4];
ksort($a); echo json_encode($a), "\n";
$a = ['b' => 1, 10 => 2, '9a' => 3];
ksort($a); echo json_encode($a), "\n";
$x = 2; $a = [3, &$x, 1];
sort($a); $x = 9; echo json_encode($a), "\n";

// Searching.
foreach ([0, '0', 'a', '1e1', 10, '', null, true, 1.0, ' 10', '10 '] as $n) {
    foreach ([['a', 'b'], [10, '10'], ['1e1'], [0], [null], ['']] as $h) {
        echo (int) in_array($n, $h), (int) in_array($n, $h, true), json_encode(array_search($n, $h)), ' ';
    }
    echo "\n";
}

// The least and the greatest.
var_dump(max([1, '1', 1.0]), min(['1', 1, 1.0]), max('abc', 0), min('abc', 0), max([1, 2], [1, 3]), max(['a' => 4, 'b' => 4.0]));
var_dump(max(NAN, 1), max(1, NAN), min([NAN, 1]));
var_dump(array_sum([1, 2.5, '3', true, null]), array_sum([PHP_INT_MAX, 1]), array_product(['2', 3, 1.5]), array_product([PHP_INT_MAX, 2]), array_sum([0.0, -0.0]));

// Shifting where somebody stands in the array, or holds it, or its elements.
$a = [1, 2, 3, 4];
$b = $a;
echo array_shift($a), json_encode($a), json_encode($b), key($a), "\n";
next($a);
echo array_shift($a), json_encode($a), key($a), "\n";
$a[] = 'n';
echo json_encode($a), "\n";
$r = 5; $a = [&$r, 6, 7];
echo array_shift($a), json_encode($a), "\n";
$a = [1, 2, 3]; unset($a[0]);
echo array_shift($a), json_encode($a), "\n";
$a = [5 => 'x', 'k' => 'y', 9 => 'z'];
echo array_shift($a), json_encode($a), "\n";
$a = [1]; array_shift($a); $a[] = 'first'; echo json_encode($a), "\n";

// Slicing and merging.
$a = [1, 2, 3, 4, 5];
echo json_encode([array_slice($a, 1, 2), array_slice($a, -2), array_slice($a, 1, 2, true), array_slice($a, 9)]), "\n";
unset($a[1]);
echo json_encode([array_slice($a, 1, 2), array_merge($a, [8]), array_merge(['x' => 1], $a), array_merge()]), "\n";
echo json_encode(array_slice(['a' => 1, 5 => 2, 'b' => 3, 9 => 4], 1, 2)), "\n";
?>
--EXPECT--
{"v":-5,"z":1,"w":"01","x":3,"y":"3"}
{"x":3,"y":"3","z":1,"w":"01","v":-5}
2c422c612c61002c61626364656667682c6162636465666768692c622cc3a9
c3a92c622c6162636465666768692c61626364656667682c61002c612c422c
[".5","9"," 9","9 ","09","10","1e1","x"]
[" 9",".5","09","10","1e1","9","9 ","x"]
["x",".5"," 9","09","9","9 ","10","1e1"]
-INF -0 0 1.5 1.5 INF
INF 1.5 1.5 -0 0 -INF
[5,"123456789012345678","9223372036854775807","9223372036854775808"]
{"-7":"d","1":"a","2":"b","3":"c"}
{"3":"c","2":"b","1":"a","-7":"d"}
{"":4,"B":3,"a":2,"b":1}
{"10":2,"9a":3,"b":1}
[1,9,3]
00false 00false 00false 110 100 00false 
00false 00false 00false 100 00false 00false 
110 00false 00false 00false 00false 00false 
00false 100 110 00false 00false 00false 
00false 110 100 00false 00false 00false 
00false 00false 00false 00false 100 110 
00false 00false 00false 100 110 100 
100 100 100 00false 00false 00false 
00false 00false 00false 00false 00false 00false 
00false 100 100 00false 00false 00false 
00false 100 100 00false 00false 00false 
int(1)
string(1) "1"
string(3) "abc"
int(0)
array(2) {
  [0]=>
  int(1)
  [1]=>
  int(3)
}
int(4)
int(1)
float(NAN)
int(1)
float(7.5)
float(9.223372036854776E+18)
float(9)
float(1.8446744073709552E+19)
float(0)
1[2,3,4][1,2,3,4]0
2[3,4]0
[3,4,"n"]
5[6,7]
2[3]
x{"k":"y","0":"z"}
["first"]
[[2,3],[4,5],{"1":2,"2":3},[]]
[[3,4],[1,3,4,5,8],{"x":1,"0":1,"1":3,"2":4,"3":5},[]]
{"0":2,"b":3}
