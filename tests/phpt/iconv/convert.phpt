--TEST--
iconv: conversions, positions, encoded words, output handler and stream filter
--EXTENSIONS--
iconv
--FILE--
<?php
var_dump(bin2hex(iconv('UTF-8', 'UTF-16BE', "a\u{20ac}\u{1f600}")), iconv('UTF-8', 'ASCII//TRANSLIT', 'x'));
var_dump(@iconv('UTF-8', 'ASCII//IGNORE', "a\u{e9} b"), iconv('UTF-8', 'ASCII', "\u{e9}"), iconv('UTF-8', 'ASCII', "a\xc3"));
var_dump(iconv('UTF-8', 'no such', 'x'), iconv(str_repeat('x', 64), 'UTF-8', 'x'));
$s = "\u{e4}b\u{e4}b\u{f6}";
var_dump(iconv_strlen($s), iconv_substr($s, -3, 2), iconv_substr($s, 9), iconv_strpos($s, "\u{e4}b", 1), iconv_strrpos($s, 'b'));
try {
    iconv_strpos($s, 'b', 6);
} catch (ValueError $e) {
    echo $e->getMessage(), "\n";
}
foreach (['B', 'Q'] as $scheme) {
    $field = iconv_mime_encode('Subject', str_repeat("Gr\u{fc}\u{df}e ", 8), ['scheme' => $scheme, 'line-length' => 50, 'line-break-chars' => "\n"]);
    echo $field, "\n", iconv_mime_decode($field), "\n";
}
print_r(iconv_mime_decode_headers("A: =?UTF-8?Q?x_=C3=A9?= =?UTF-8?B?eQ==?=\nB: one\n two\nA: =?bad?=\nA: 3", ICONV_MIME_DECODE_CONTINUE_ON_ERROR));
var_dump(iconv_mime_decode('=?UTF-8?X?a?='));
$f = fopen('php://memory', 'r+');
fwrite($f, "\xe9t\xe9");
rewind($f);
stream_filter_append($f, 'convert.iconv.ISO-8859-1/UTF-8');
var_dump(fread($f, 100));
$f = fopen('php://memory', 'r+');
stream_filter_append($f, 'convert.iconv.UTF-8.UTF-16LE', STREAM_FILTER_WRITE);
fwrite($f, "\xe2\x82");
fwrite($f, "\xac");
rewind($f);
var_dump(bin2hex(fread($f, 9)));
var_dump(iconv_get_encoding(), iconv_set_encoding('output_encoding', 'ISO-8859-1'));
ob_start();
ob_start('ob_iconv_handler');
echo "\u{e9}";
ob_end_flush();
var_dump(bin2hex(ob_get_clean()));
?>
--EXPECTF--
string(16) "006120acd83dde00"
string(1) "x"

Notice: iconv(): Detected an illegal character in input string in %s/phpt/iconv/convert.php on line 3

Notice: iconv(): Detected an incomplete multibyte character in input string in %s/phpt/iconv/convert.php on line 3
string(3) "a b"
bool(false)
bool(false)

Warning: iconv(): Wrong encoding, conversion from "UTF-8" to "no such" is not allowed in %s/phpt/iconv/convert.php on line 4

Warning: iconv(): Encoding parameter exceeds the maximum allowed length of 64 characters in %s/phpt/iconv/convert.php on line 4
bool(false)
bool(false)
int(5)
string(3) "äb"
string(0) ""
int(2)
int(3)
iconv_strpos(): Argument #3 ($offset) must be contained in argument #1 ($haystack)
Subject: =?UTF-8?B?R3LDvMOfZSBHcsO8w59lIEc=?=
 =?UTF-8?B?csO8w59lIEdyw7zDn2UgR3LDvMOfZSA=?=
 =?UTF-8?B?R3LDvMOfZSBHcsO8w59lIEdyw7zDn2U=?=
 =?UTF-8?B?IA==?=
Subject: Grüße Grüße Grüße Grüße Grüße Grüße Grüße Grüße 
Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe=20Gr=C3=BC?=
 =?UTF-8?Q?=C3=9Fe=20Gr=C3=BC=C3=9Fe=20Gr=C3=BC?=
 =?UTF-8?Q?=C3=9Fe=20Gr=C3=BC=C3=9Fe=20Gr=C3=BC?=
 =?UTF-8?Q?=C3=9Fe=20Gr=C3=BC=C3=9Fe=20Gr=C3=BC?=
 =?UTF-8?Q?=C3=9Fe=20?=
Subject: Grüße Grüße Grüße Grüße Grüße Grüße Grüße Grüße 
Array
(
    [A] => Array
        (
            [0] => x éy
            [1] => =?bad?=
A: 3
        )

    [B] => one two
)

Warning: iconv_mime_decode(): Malformed string in %s/phpt/iconv/convert.php on line 17
bool(false)
string(5) "été"
string(4) "ac20"

Deprecated: iconv_set_encoding(): Use of iconv.output_encoding is deprecated in %s/phpt/iconv/convert.php on line 29
array(3) {
  ["input_encoding"]=>
  string(5) "UTF-8"
  ["output_encoding"]=>
  string(5) "UTF-8"
  ["internal_encoding"]=>
  string(5) "UTF-8"
}
bool(true)
string(4) "c3a9"
