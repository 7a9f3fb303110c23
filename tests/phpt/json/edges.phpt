--TEST--
JSON at the edges: broken UTF-8 among text, escapes, options, numbers, nested and repeated keys
--FILE--
<?php
foreach (["a\xffb", "\xc3", "é\xe6\xbc", "漢\xf0\x9f\x98x", "😀/\"\\\x01\u{2028}"] as $s) {
    foreach ([0, JSON_INVALID_UTF8_IGNORE, JSON_INVALID_UTF8_SUBSTITUTE, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_UNICODE,
        JSON_PARTIAL_OUTPUT_ON_ERROR, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS | JSON_UNESCAPED_SLASHES] as $flags) {
        var_dump(json_encode([$s => $s], $flags));
    }
}
echo json_encode("<a href='x'>&</a>", JSON_HEX_TAG | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_HEX_AMP), json_encode(['1', '1.5e3', 'x'], JSON_NUMERIC_CHECK),
    json_encode([1.0, 0.1, 1e25, -0.0], JSON_PRESERVE_ZERO_FRACTION), json_encode([[], new stdClass, [1 => 1]], JSON_PRETTY_PRINT), "\n";
foreach (['"a\u00e9\ud83d\ude00\n\/"', '"\ud83d"', "\"a\x01\"", '"é"', "\"\xff\"", '"unclosed', '[-0,-0.0,1E5,12345678901234567890,0.1]', '{"a":1,"a":2,"1":3,"":4}', '[[1,2],[3,[4]],{}]', '[1,]', '{"a":}', '01', '1 x'] as $j) {
    echo $j, ' => ';
    var_dump(json_decode($j, true));
    echo json_last_error_msg(), ' ', json_encode(json_decode($j)), ' ', json_validate($j) ? 'valid' : 'not valid', "\n";
}
$a = ['k' => 1];
$a['self'] = &$a;
var_dump(json_encode($a), json_last_error_msg(), json_encode($a, JSON_PARTIAL_OUTPUT_ON_ERROR));
var_dump(json_decode('{"\u0000a":1}'), json_last_error_msg(), json_encode(json_decode('[[[1]]]', true, 3)), json_last_error_msg());
--EXPECT--
bool(false)
string(11) "{"ab":"ab"}"
string(23) "{"a\ufffdb":"a\ufffdb"}"
string(17) "{"a�b":"a�b"}"
string(9) "{"":null}"
bool(false)
bool(false)
string(7) "{"":""}"
string(19) "{"\ufffd":"\ufffd"}"
string(13) "{"�":"�"}"
string(9) "{"":null}"
bool(false)
bool(false)
string(19) "{"\u00e9":"\u00e9"}"
string(31) "{"\u00e9\ufffd":"\u00e9\ufffd"}"
string(17) "{"é�":"é�"}"
string(9) "{"":null}"
bool(false)
bool(false)
string(21) "{"\u6f22x":"\u6f22x"}"
string(33) "{"\u6f22\ufffdx":"\u6f22\ufffdx"}"
string(21) "{"漢�x":"漢�x"}"
string(9) "{"":null}"
bool(false)
string(67) "{"\ud83d\ude00\/\"\\\u0001\u2028":"\ud83d\ude00\/\"\\\u0001\u2028"}"
string(67) "{"\ud83d\ude00\/\"\\\u0001\u2028":"\ud83d\ude00\/\"\\\u0001\u2028"}"
string(67) "{"\ud83d\ude00\/\"\\\u0001\u2028":"\ud83d\ude00\/\"\\\u0001\u2028"}"
string(51) "{"😀\/\"\\\u0001\u2028":"😀\/\"\\\u0001\u2028"}"
string(67) "{"\ud83d\ude00\/\"\\\u0001\u2028":"\ud83d\ude00\/\"\\\u0001\u2028"}"
string(43) "{"😀/\"\\\u0001 ":"😀/\"\\\u0001 "}"
"\u003Ca href=\u0027x\u0027\u003E\u0026\u003C\/a\u003E"[1,1500,"x"][1.0,0.1,1.0e+25,-0.0][
    [],
    {},
    {
        "1": 1
    }
]
"a\u00e9\ud83d\ude00\n\/" => string(9) "aé😀
/"
No error "a\u00e9\ud83d\ude00\n\/" valid
"\ud83d" => NULL
Single unpaired UTF-16 surrogate in unicode escape null not valid
"a" => NULL
Control character error, possibly incorrectly encoded null not valid
"é" => string(2) "é"
No error "\u00e9" valid
"�" => NULL
Malformed UTF-8 characters, possibly incorrectly encoded null not valid
"unclosed => NULL
Control character error, possibly incorrectly encoded null not valid
[-0,-0.0,1E5,12345678901234567890,0.1] => array(5) {
  [0]=>
  int(0)
  [1]=>
  float(-0)
  [2]=>
  float(100000)
  [3]=>
  float(1.2345678901234567E+19)
  [4]=>
  float(0.1)
}
No error [0,-0,100000,1.2345678901234567e+19,0.1] valid
{"a":1,"a":2,"1":3,"":4} => array(3) {
  ["a"]=>
  int(2)
  [1]=>
  int(3)
  [""]=>
  int(4)
}
No error {"a":2,"1":3,"":4} valid
[[1,2],[3,[4]],{}] => array(3) {
  [0]=>
  array(2) {
    [0]=>
    int(1)
    [1]=>
    int(2)
  }
  [1]=>
  array(2) {
    [0]=>
    int(3)
    [1]=>
    array(1) {
      [0]=>
      int(4)
    }
  }
  [2]=>
  array(0) {
  }
}
No error [[1,2],[3,[4]],{}] valid
[1,] => NULL
Syntax error null not valid
{"a":} => NULL
Syntax error null not valid
01 => NULL
Syntax error null not valid
1 x => NULL
Syntax error null not valid
bool(false)
string(18) "Recursion detected"
string(19) "{"k":1,"self":null}"
NULL
string(36) "The decoded property name is invalid"
string(4) "null"
string(8) "No error"
