--TEST--
Values pass filters or do not
--FILE--
<?php
function show(array $values, int $filter, array|int $options = 0): void
{
    foreach ($values as $value) {
        echo json_encode($value), ' => ', json_encode(filter_var($value, $filter, $options)), "\n";
    }
}
show(['12', ' 12 ', '012', '0x1F', '-0', '+5', '9223372036854775808', '-9223372036854775808', '1.0', ''], FILTER_VALIDATE_INT);
show(['0x1F', '017', '0o17', '0'], FILTER_VALIDATE_INT, FILTER_FLAG_ALLOW_HEX | FILTER_FLAG_ALLOW_OCTAL);
show(['5', '11'], FILTER_VALIDATE_INT, ['options' => ['min_range' => 6, 'max_range' => 20, 'default' => 7]]);
show(['yes', 'OFF', 'maybe', ''], FILTER_VALIDATE_BOOL, FILTER_NULL_ON_FAILURE);
show(['1,000.5', '1,00', '1e3', '.5', '5.', '1e999', "1'000"], FILTER_VALIDATE_FLOAT, FILTER_FLAG_ALLOW_THOUSAND);
show(['a@b.co', 'a@b', '"a b"@c.de', 'a..b@c.de', 'a@[127.0.0.1]', 'a@[IPv6:::1]', 'a@-b.de', 'ä@b.de', str_repeat('a', 65) . '@b.de'], FILTER_VALIDATE_EMAIL);
show(['ä@b.de'], FILTER_VALIDATE_EMAIL, FILTER_FLAG_EMAIL_UNICODE);
show(['1.2.3.4', '01.2.3.4', '::', '::1', '1::2::3', '::ffff:1.2.3.4', '1:2:3:4:5:6:7', 'fe80::1'], FILTER_VALIDATE_IP);
show(['10.0.0.1', '8.8.8.8', '127.0.0.1', '192.88.99.1', 'fd00::1', '2001:db8::1'], FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE);
show(['http://a.b/c?d', 'http://', 'mailto:x', '//a', 'http://u%41:p@h', 'http://[::1]/', 'http://a_b'], FILTER_VALIDATE_URL);
show(['01-23-45-67-89-ab', '0123.4567.89ab', '01:23-45:67:89:ab'], FILTER_VALIDATE_MAC);
show(["<b>a</b> & 'b' < c\x01\xff"], FILTER_SANITIZE_SPECIAL_CHARS, FILTER_FLAG_STRIP_HIGH);
show([['1', ['2', 'x']], '3'], FILTER_VALIDATE_INT, FILTER_FORCE_ARRAY);
show(['abc'], FILTER_CALLBACK, ['options' => 'strtoupper']);
var_dump(filter_var_array(['a' => '1', 'b' => 'x'], ['a' => FILTER_VALIDATE_INT, 'b' => ['filter' => FILTER_VALIDATE_INT, 'flags' => FILTER_NULL_ON_FAILURE], 'c' => FILTER_DEFAULT]));
--EXPECT--
"12" => 12
" 12 " => 12
"012" => false
"0x1F" => false
"-0" => 0
"+5" => 5
"9223372036854775808" => false
"-9223372036854775808" => -9223372036854775808
"1.0" => false
"" => false
"0x1F" => 31
"017" => 15
"0o17" => 15
"0" => 0
"5" => 7
"11" => 11
"yes" => true
"OFF" => false
"maybe" => null
"" => false
"1,000.5" => 1000.5
"1,00" => false
"1e3" => 1000
".5" => 0.5
"5." => 5
"1e999" => false
"1'000" => 1000
"a@b.co" => "a@b.co"
"a@b" => false
"\"a b\"@c.de" => false
"a..b@c.de" => false
"a@[127.0.0.1]" => "a@[127.0.0.1]"
"a@[IPv6:::1]" => "a@[IPv6:::1]"
"a@-b.de" => false
"\u00e4@b.de" => false
"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.de" => false
"\u00e4@b.de" => "\u00e4@b.de"
"1.2.3.4" => "1.2.3.4"
"01.2.3.4" => false
"::" => "::"
"::1" => "::1"
"1::2::3" => false
"::ffff:1.2.3.4" => "::ffff:1.2.3.4"
"1:2:3:4:5:6:7" => false
"fe80::1" => "fe80::1"
"10.0.0.1" => false
"8.8.8.8" => "8.8.8.8"
"127.0.0.1" => false
"192.88.99.1" => "192.88.99.1"
"fd00::1" => false
"2001:db8::1" => "2001:db8::1"
"http:\/\/a.b\/c?d" => "http:\/\/a.b\/c?d"
"http:\/\/" => false
"mailto:x" => "mailto:x"
"\/\/a" => false
"http:\/\/u%41:p@h" => "http:\/\/u%41:p@h"
"http:\/\/[::1]\/" => "http:\/\/[::1]\/"
"http:\/\/a_b" => false
"01-23-45-67-89-ab" => "01-23-45-67-89-ab"
"0123.4567.89ab" => "0123.4567.89ab"
"01:23-45:67:89:ab" => false
 => "&#60;b&#62;a&#60;\/b&#62; &#38; &#39;b&#39; &#60; c&#1;"
["1",["2","x"]] => [1,[2,false]]
"3" => [3]
"abc" => "ABC"
array(3) {
  ["a"]=>
  int(1)
  ["b"]=>
  NULL
  ["c"]=>
  NULL
}
