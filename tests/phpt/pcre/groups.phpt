--TEST--
Groups of matches in every form; properties of objects as JSON
--FILE--
<?php
// Groups with and without names, marks, places that took no part, patterns without matches.
var_dump(preg_match('/(?<a>x)?(?<b>y)(z)?/', 'y', $m), $m);
var_dump(preg_match('/(x)?(y)(z)?/', 'y', $m, PREG_UNMATCHED_AS_NULL | PREG_OFFSET_CAPTURE), count($m), $m[1], preg_match('/q/', 'y', $m), $m);
var_dump(preg_match_all('/(?<w>\w)(\d)?/', 'a1b', $m), json_encode($m), preg_match_all('/(\w)(\d)?/', 'a1b', $m, PREG_SET_ORDER), json_encode($m));
var_dump(preg_match_all('/(*MARK:m)a/', 'aa', $m), json_encode($m), preg_match_all('/b/', 'aa', $m), json_encode($m), preg_match_all('/a/', 'aa'));
var_dump(preg_replace('/x/', 'y', 'abc'), preg_replace('/(b)|(c)/', '[$1$2]', 'abcd'), preg_replace('/a/', 'b', 'aaa', 0), preg_replace('/\d/u', 'x', "\xff"), preg_last_error());
var_dump(json_encode(preg_split('/(-)|,/', 'a-b,c', -1, PREG_SPLIT_DELIM_CAPTURE)), json_encode(preg_split('/,/', '')), json_encode(preg_grep('/a/', ['a', 'b', 'ca'], PREG_GREP_INVERT)));
class J implements JsonSerializable { public $a = 1; function jsonSerialize(): mixed { return [1, new K]; } }
class K { public $p = 1; protected $q = 2; private $r = 3; public $o; }
$k = new K; $k->o = new J;
echo json_encode([$k, new J, $k]), "\n";
?>
--EXPECT--
int(1)
array(5) {
  [0]=>
  string(1) "y"
  ["a"]=>
  string(0) ""
  [1]=>
  string(0) ""
  ["b"]=>
  string(1) "y"
  [2]=>
  string(1) "y"
}
int(1)
int(4)
array(2) {
  [0]=>
  NULL
  [1]=>
  int(-1)
}
int(0)
array(0) {
}
int(2)
string(57) "{"0":["a1","b"],"w":["a","b"],"1":["a","b"],"2":["1",""]}"
int(2)
string(26) "[["a1","a","1"],["b","b"]]"
int(2)
string(32) "{"0":["a","a"],"MARK":["m","m"]}"
int(0)
string(4) "[[]]"
int(2)
string(3) "abc"
string(8) "a[b][c]d"
string(3) "aaa"
NULL
int(4)
string(17) "["a","-","b","c"]"
string(4) "[""]"
string(9) "{"1":"b"}"
[{"p":1,"o":[1,{"p":1,"o":null}]},[1,{"p":1,"o":null}],{"p":1,"o":[1,{"p":1,"o":null}]}]
