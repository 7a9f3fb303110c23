--TEST--
Pairs of strtr(), searching without case, versions, parts of texts and paths
--FILE--
<?php
// strtr(): the longest key first, nothing twice; few pairs, many, numbers as keys, values that are no strings.
var_dump(strtr('hello hell', ['hell' => 'heaven', 'hello' => 'hi', 'hi' => 'no']));
var_dump(strtr('a1b12c', [1 => 'one', 12 => 'twelve', 'c' => 3.5]));
$many = [];
foreach (range('a', 'z') as $i => $c) {
    $many[$c] = chr(ord('z') - $i);
    $many[$c . $c] = "<$i>";
}
var_dump(strtr('aab xyz zz', $many), strtr('123', $many), strtr('', $many));
var_dump(strtr('abc', ['x' => 1]), strtr('abc', ['abcd' => 1]), strtr('aXa', 'a', 'bc'), strtr('abcabc', 'abc', 'xy'));
var_dump(@strtr('abc', ['' => 'x', 'b' => null, 'c' => true]));
// Searching without case.
var_dump(stripos('xxABCabc', 'aBc'), stripos('xxABCabc', 'C', -1), stripos('abc', ''), stripos('ab', 'abc'));
var_dump(stripos(str_repeat('aB', 200) . 'ABA!x', 'aba!X'), stristr('Hello World', 'WOR', true));
// Versions.
foreach ([['1.0', '1.0.0'], ['1.0rc1', '1.0RC1'], ['1.0', '1.0pl1'], ['1.0-dev', '1.0alpha'], ['1..2', '1.2'], ['5', '5b'],
    ['99999999999999999999', '1'], ['', '1'], ['1.a', '1.1'], ['#', '1']] as [$a, $b]) {
    echo version_compare($a, $b), version_compare($b, $a), ' ';
}
echo "\n";
var_dump(explode(',', 'a,,b,'), explode(',', 'a,b,c', 2), explode(',', ',', 1), explode(',', 'abc'));
var_dump(count_chars('hello', 3), soundex('Tymczak'), ucwords("a-b c\td"), ucwords('a-b c', '-'));
var_dump(substr_replace('Hello', 'XX', 1, -1), str_pad('x', 8, 'ab', STR_PAD_BOTH), str_repeat('-', 5), str_word_count("it's a-b -c- 'd"));
var_dump(pathinfo('/a/b.c/d'), dirname('/a//b/'), dirname('x'), basename('/a/b.txt/', '.txt'));
var_dump(html_entity_decode('&lt;&quot;&#39;&apos;&amp;lt;&nope;', ENT_NOQUOTES), htmlspecialchars_decode('&quot;&gt;&#039;'));
?>
--EXPECT--
string(9) "hi heaven"
string(14) "aonebtwelve3.5"
string(13) "<0>y cba <25>"
string(3) "123"
string(0) ""
string(3) "abc"
string(3) "abc"
string(3) "bXb"
string(6) "xycxyc"
string(2) "a1"
int(2)
int(7)
int(0)
bool(false)
int(400)
string(6) "Hello "
-11 00 -11 -11 00 1-1 1-1 -11 -11 00 
array(4) {
  [0]=>
  string(1) "a"
  [1]=>
  string(0) ""
  [2]=>
  string(1) "b"
  [3]=>
  string(0) ""
}
array(2) {
  [0]=>
  string(1) "a"
  [1]=>
  string(3) "b,c"
}
array(1) {
  [0]=>
  string(1) ","
}
array(1) {
  [0]=>
  string(3) "abc"
}
string(4) "ehlo"
string(4) "T522"
string(7) "A-b C	D"
string(5) "A-B c"
string(4) "HXXo"
string(8) "abaxabab"
string(5) "-----"
int(4)
array(3) {
  ["dirname"]=>
  string(6) "/a/b.c"
  ["basename"]=>
  string(1) "d"
  ["filename"]=>
  string(1) "d"
}
string(2) "/a"
string(1) "."
string(1) "b"
string(28) "<&quot;&#39;&apos;&lt;&nope;"
string(3) "">'"
