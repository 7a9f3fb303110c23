--TEST--
xml: a document is parsed piece by piece, with handlers and into arrays
--EXTENSIONS--
xml
--FILE--
<?php
$parser = xml_parser_create_ns('UTF-8', '|');
xml_parser_set_option($parser, XML_OPTION_CASE_FOLDING, 0);
xml_set_element_handler(
    $parser,
    function ($p, string $name, array $attributes) { echo "<$name> ", json_encode($attributes), "\n"; },
    function ($p, string $name) { echo "</$name>\n"; },
);
xml_set_character_data_handler($parser, function ($p, string $text) { echo '"', $text, "\"\n"; });
xml_set_default_handler($parser, function ($p, string $rest) { echo 'rest: ', $rest, "\n"; });
foreach (['<a xmlns:n="urn:n" n:k', '="v"><n:b>te', 'xt</n:b><!-- c -->&amp;</a>'] as $i => $piece) {
    var_dump(xml_parse($parser, $piece, $i == 2));
}
$parser = xml_parser_create();
xml_parser_set_option($parser, XML_OPTION_SKIP_WHITE, 1);
var_dump(xml_parse_into_struct($parser, "<list>\n<item n='1'>one</item> <item/></list>", $values, $index));
foreach ($values as $v) {
    echo json_encode($v), "\n";
}
echo json_encode($index), "\n";
$parser = xml_parser_create();
var_dump(xml_parse($parser, "<a>\n<b></a>", true), xml_error_string(xml_get_error_code($parser)));
var_dump(xml_get_current_line_number($parser));
xml_set_element_handler($parser = xml_parser_create(), fn () => throw new Exception('stopped'), null);
try {
    xml_parse($parser, '<a><b/></a>', true);
} catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
int(1)
<a> {"urn:n|k":"v"}
<urn:n|b> []
int(1)
"text"
</urn:n|b>
rest: <!-- c -->
"&"
</a>
int(1)
int(1)
{"tag":"LIST","type":"open","level":1}
{"tag":"ITEM","type":"complete","level":2,"attributes":{"N":"1"},"value":"one"}
{"tag":"ITEM","type":"complete","level":2}
{"tag":"LIST","type":"close","level":1}
{"LIST":[0,3],"ITEM":[1,2]}
int(0)
string(14) "Mismatched tag"
int(2)
stopped
