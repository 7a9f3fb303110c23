--TEST--
SimpleXML: a tree is read, changed, searched and written
--EXTENSIONS--
simplexml
--FILE--
<?php
$x = simplexml_load_string('<shop xmlns:n="urn:n"><item id="1" n:k="v">pear</item><item id="2">fig &amp; nut</item><empty/></shop>');
echo $x->getName(), ' ', count($x), ' ', count($x->item), "\n";
echo $x->item, '|', $x->item[1], '|', $x->item[1]['id'], '|', $x->item[0]->attributes('n', true)->k, "\n";
var_dump(isset($x->item[2]), isset($x->item['id']), isset($x->none), empty($x->empty), (bool) $x->item);
foreach ($x as $name => $node) {
    echo "$name=$node\n";
}
$x->item[0] = 'plum <';
$x->item[0]['id'] = 7;
$x->item[] = 'new';
$x->box->part = 'deep';
unset($x->item[1], $x->empty);
$c = $x->addChild('n:child', 'c', 'urn:n');
$c->addAttribute('a', 'b');
echo $x->asXML();
foreach ($x->xpath('//item[@id=7] | //box/part') as $found) {
    echo $found->getName(), ': ', $found, "\n";
}
print_r($x->getDocNamespaces());
try {
    $x->item = [];
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
$part = $x->box->part;
unset($x->box);
echo $part, "\n";
var_dump(simplexml_load_string('<a><b>'));
?>
--EXPECTF--
shop 3 2
pear|fig & nut|2|v
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
item=pear
item=fig & nut
empty=
<?xml version="1.0"?>
<shop xmlns:n="urn:n"><item id="7" n:k="v">plum &lt;</item><item>new</item><box><part>deep</part></box><n:child a="b">c</n:child></shop>
item: plum <
part: deep
Array
(
    [n] => urn:n
)
It's not possible to assign a complex type to properties, array given
deep

Warning: simplexml_load_string(): Entity: line 1: parser error : %s in %s on line %d

Warning: simplexml_load_string(): <a><b> in %s on line %d

Warning: simplexml_load_string():       ^ in %s on line %d
bool(false)
