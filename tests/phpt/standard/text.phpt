--TEST--
CSV, scanf, pack, entities, URLs and tags
--FILE--
<?php
echo json_encode(str_getcsv('a,"b ""c""",,"d', escape: '')), "\n";
$h = fopen('php://memory', 'w+');
fputcsv($h, ['x y', 'q"q', 'plain', ''], escape: '');
rewind($h);
echo fgets($h);
fprintf($h, "%05.1f|%'*8s|%b\n", 3.14159, 'right', 5);
echo json_encode(sscanf("age: 25 name: Bob", "age: %d name: %[A-Z]%s")), "\n";
echo bin2hex(pack('nvCa4H4', 258, 258, 65, 'ab', 'beef')), "\n";
echo json_encode(unpack('nbig/vlittle/Cbyte', "\1\2\2\1A")), "\n";
echo htmlentities("\u{e9} < \u{2260} & 'q'"), ' ', html_entity_decode('&eacute;&#8364;&apos;&notit;', ENT_QUOTES | ENT_HTML5), "\n";
echo json_encode(parse_url('https://u:p@host:81/p/a?q=1#f')), "\n";
parse_str('a[b][]=1&a[b][]=2&c.d=3', $out);
echo json_encode($out), "\n";
echo strip_tags('<p>Hello <b>big</b><!-- no --> world</p>', '<b>'), "\n";
echo metaphone('Thompson'), ' ', soundex('Robert'), ' ', quoted_printable_encode("h\u{e9}="), "\n";
var_dump(unserialize('a:1:{i:0;s:2:"abc";}'));
echo json_encode(range('a', 'i', 4)), json_encode(range(0, 1, 0.25)), "\n";
?>
--EXPECTF--
["a","b \"c\"","","d"]
"x y","q""q",plain,
[25,"B","ob"]
010202014161620000beef
{"big":258,"little":258,"byte":65}
&eacute; &lt; &ne; &amp; &#039;q&#039; é€'&notit;
{"scheme":"https","host":"host","port":81,"user":"u","pass":"p","path":"\/p\/a","query":"q=1","fragment":"f"}
{"a":{"b":["1","2"]},"c_d":"3"}
Hello <b>big</b> world
0MPSN R163 h=C3=A9=3D

Warning: unserialize(): Error at offset 16 of 20 bytes in %s on line %d
bool(false)
["a","e","i"][0,0.25,0.5,0.75,1]
