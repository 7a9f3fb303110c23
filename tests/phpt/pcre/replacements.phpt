--TEST--
Replacements: groups, backslashes, one match within another, matches of the same pattern from a callback
--FILE--
<?php
foreach (['[$0]', '\1', '${1}1', '$12', '\\\\1', 'a\\$1', '$', '\\', '${1', '\0\0', ''] as $r) {
    echo $r, ' => ', preg_replace('/(b)(c)?/', $r, 'abcab', -1, $n), " $n\n";
}
echo preg_replace_callback('/\d+/', function ($m) {
    preg_match('/\d+/', 'x' . ($m[0] + 1) . 'y', $inner);
    return preg_replace('/\d+/', '<$0>', $inner[0]);
}, '1 22 333'), "\n";
echo preg_replace_callback('/b/', fn($m) => strlen($m[0]), 'abcb'), "\n";
preg_match('/(?<a>x)?(?<b>y)/', 'y', $m);
echo json_encode($m), "\n";
preg_match('/(?<a>x)?(?<b>y)(z)?/', 'y', $m, PREG_UNMATCHED_AS_NULL | PREG_OFFSET_CAPTURE);
echo json_encode($m), "\n";
echo preg_match_all('/(?<w>\w)(\d)?/', 'a1 b', $m), json_encode($m), "\n";
echo preg_match_all('/(?<w>\w)(\d)?/', 'a1 b', $m, PREG_SET_ORDER), json_encode($m), "\n";
echo preg_match('/(*MARK:one)b/', 'ab', $m), json_encode($m), "\n";
echo json_encode(preg_split('/(-)|,/', 'a-b,c-', -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY)), json_encode(preg_split('//u', 'aéb', -1, PREG_SPLIT_NO_EMPTY)),
    json_encode(preg_split('/b/', 'abc', 1)), json_encode(preg_split('/x/', '')), "\n";
echo preg_quote("a.b\0c/#-d", '/'), ' ', preg_quote('plain'), "\n";
--EXPECT--
[$0] => a[bc]a[b] 2
\1 => abab 2
${1}1 => ab1ab1 2
$12 => aa 2
\\1 => a\1a\1 2
a\$1 => aa$1aa$1 2
$ => a$a$ 2
\ => a\a\ 2
${1 => a${1a${1 2
\0\0 => abcbcabb 2
 => aa 2
<2> <23> <334>
a1c1
{"0":"y","a":"","1":"","b":"y","2":"y"}
{"0":["y",0],"a":[null,-1],"1":[null,-1],"b":["y",0],"2":["y",0],"3":[null,-1]}
2{"0":["a1","b"],"w":["a","b"],"1":["a","b"],"2":["1",""]}
2[{"0":"a1","w":"a","1":"a","2":"1"},{"0":"b","w":"b","1":"b"}]
1{"0":"b","MARK":"one"}
["a","-","b","c","-"]["a","\u00e9","b"]["abc"][""]
a\.b\000c\/\#\-d plain
