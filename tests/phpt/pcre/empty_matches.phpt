--TEST--
What comes behind an empty match, and groups by name
--FILE--
<?php
$show = fn($v) => print(json_encode($v, JSON_UNESCAPED_UNICODE) . "\n");
// A longer match at the same place, or one further on.
$show(preg_split('//', 'abc', -1, PREG_SPLIT_NO_EMPTY));
$show(preg_split('//u', 'aß語', -1, PREG_SPLIT_NO_EMPTY));
$show(preg_split('/(\d*)/', 'ab2c3u', -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_OFFSET_CAPTURE));
$show(preg_replace('/a*/', '-', 'baac'));
$show(preg_replace('/\b|\d/', '|', 'ab 12'));
$show(preg_replace('/x*?/u', '.', 'äx語'));
$show(preg_match_all('/a*?|b/', 'aab', $m) . json_encode($m));
$show(preg_match_all('/(?<=a)|b/', 'aabb', $m, PREG_OFFSET_CAPTURE) . json_encode($m));
$show(preg_match_all('/$|^/m', "a\nb\r\nc", $m, PREG_OFFSET_CAPTURE) . json_encode($m));
// Where a match depends on where the search began.
$show(preg_replace('/\G\d?/', '<$0>', '12a3'));
$show(preg_replace('/a\K/', '!', 'aaba'));
$show(preg_match_all('/\Ga*/', 'aaba', $m) . json_encode($m));
$show(preg_match_all('/a*/A', 'aaba', $m) . json_encode($m));
$show(preg_match_all('/.*?/s', "a\nb", $m) . json_encode($m));
$show(preg_match_all('/(*ANYCRLF)^/m', "a\r\nb", $m, PREG_OFFSET_CAPTURE) . json_encode($m));
$show(preg_match_all('/(*MARK:one)a*/', 'ba', $m) . json_encode($m));
// A limit for the interpreter of patterns.
ini_set('pcre.recursion_limit', 1);
$show([preg_split('/(\d*)/', 'ab2c3u'), preg_last_error_msg()]);
ini_restore('pcre.recursion_limit');
// Groups.
$show([preg_match('/(?<y>\d+)(?<m>-\d+)?(?<r>x)?/', '12', $m), $m]);
$show([preg_match('/(?<y>\d+)(?<m>-\d+)?(x)?/', '12', $m, PREG_UNMATCHED_AS_NULL | PREG_OFFSET_CAPTURE), $m]);
$show([preg_match('/(?J)(?<n>a)|(?<n>b)/', 'b', $m), $m]);
$show([preg_match('/(?<y>q)/', 'b', $m), $m]);
$show([preg_match('/(a)?(b)?(c)/', 'c', $m, PREG_OFFSET_CAPTURE), $m]);
// Arrays of subjects, patterns and replacements.
$show(preg_replace(['/a/', '/b/', '/c/'], ['1', '2'], ['k' => 'abc', 'xyz']));
$show(preg_filter('/a/', '1', ['abc', 'xyz']));
$show(preg_filter('/q/', '1', 'abc'));
$show(preg_replace_callback(['/a/', '/b/'], fn($m) => "<$m[0]>", ['abc', 'b'], 1, $n) + ['n' => $n]);
$show(preg_replace_callback('/\d/', fn($m) => $m[0] * 2, 'a1b2', -1, $n, PREG_OFFSET_CAPTURE === 0 ? 0 : 0) . $n);
try {
    preg_replace_callback('/\d/', fn($m) => throw new Exception("at $m[0]"), 'a1');
} catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
$show(@preg_replace('/(/', '', ['a']));
// A typed variable that takes the groups.
class T { public array $m = []; public int $i = 1; }
$t = new T;
$show([preg_match('/b/', 'abc', $t->m), $t->m]);
try {
    preg_match('/b/', 'abc', $t->i);
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
["a","b","c"]
["a","ß","語"]
[["",0],["",0],["a",0],["",1],["b",1],["2",2],["",3],["",3],["c",3],["3",4],["",5],["",5],["u",5],["",6],["",6]]
"-b--c-"
"|ab| ||||"
".ä...語."
"7[[\"\",\"a\",\"\",\"a\",\"\",\"b\",\"\"]]"
"4[[[\"\",1],[\"\",2],[\"b\",2],[\"b\",3]]]"
"6[[[\"\",0],[\"\",1],[\"\",2],[\"\",4],[\"\",5],[\"\",6]]]"
"<1><2><>a<3><>"
"a!a!ba!"
"4[[\"aa\",\"\",\"a\",\"\"]]"
"4[[\"aa\",\"\",\"a\",\"\"]]"
"7[[\"\",\"a\",\"\",\"\\n\",\"\",\"b\",\"\"]]"
"2[[[\"\",0],[\"\",3]]]"
"3{\"0\":[\"\",\"a\",\"\"],\"MARK\":[\"one\",\"one\",\"one\"]}"
[false,"Recursion limit exhausted"]
[1,{"0":"12","y":"12","1":"12"}]
[1,{"0":["12",0],"y":["12",0],"1":["12",0],"m":[null,-1],"2":[null,-1],"3":[null,-1]}]
[1,{"0":"b","n":"b","1":"","2":"b"}]
[0,[]]
[1,[["c",0],["",-1],["",-1],["c",0]]]
{"k":"12","0":"xyz"}
["1bc"]
null
{"0":"<a><b>c","1":"<b>","n":3}
"a2b42"
at 1
[]
[1,["b"]]
Cannot assign array to reference held by property T::$i of type int
