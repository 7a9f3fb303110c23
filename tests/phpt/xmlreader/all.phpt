--TEST--
XMLReader: walking, open() and XML() with and without an object, properties, what is refused
--EXTENSIONS--
dom
xmlreader
--FILE--
<?php
$xml = '<?xml version="1.0"?><r xmlns:p="urn:p" a="1" p:b="2"><p:c>text</p:c><!--note--><d/></r>';
$r = new XMLReader;
var_dump($r->XML($xml), XMLReader::XML($xml) instanceof XMLReader, call_user_func([$r, 'XML'], $xml) instanceof XMLReader);
while ($r->read()) {
    echo str_repeat(' ', $r->depth), $r->nodeType, ' ', $r->name, ' ', $r->localName, ' ', $r->namespaceURI, ' ', $r->value, ' ', (int) $r->isEmptyElement, "\n";
    while ($r->moveToNextAttribute()) {
        echo '  @', $r->name, '=', $r->value, "\n";
    }
    $r->moveToElement();
}
class Mine extends XMLReader {
    public static function open(string $uri, ?string $encoding = null, int $flags = 0): bool { return $uri === 'mine'; }
    public function both() { return [$this->XML('<a/>'), parent::XML('<a/>')::class]; }
}
var_dump(Mine::open('mine'), (new Mine)->open('other'), (new Mine)->both());
$m = Mine::fromString('<a><b x="y">z</b></a>');
$m->read();
var_dump($m::class, $m->next('b'), $m->close(), isset($m->name), $m->depth);
$m = Mine::fromString('<a><b x="y">z</b></a>');
$m->read();
$m->read();
var_dump($m->readOuterXml(), $m->readInnerXml(), $m->readString(), $m->getAttribute('x'), $m->getAttributeNo(7), $m->expand()->nodeName);
$d = new DOMDocument;
$d->loadXML('<root/>');
$d->documentElement->appendChild($m->expand($d));
echo $d->saveXML();
foreach ([fn() => $m->getAttribute(''), fn() => $m->name = 'x', function () use ($m) { unset($m->name); }, fn() => (new XMLReader)->read(),
    fn() => XMLReader::open(''), fn() => XMLReader::XML('<a/>', 'no-such'), fn() => XMLReader::fromUri("a\0b"), fn() => clone $m,
    fn() => XMLReader::fromStream(1), fn() => $m->setParserProperty(99, true), fn() => (new XMLReader)->setSchema('x')] as $f) {
    try {
        var_dump($f());
    } catch (Error $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
var_dump(XMLReader::open(__DIR__ . '/missing.xml'));
$s = fopen('php://memory', 'w+');
fwrite($s, '<a><b>');
rewind($s);
$r = XMLReader::fromStream($s, documentUri: 'urn:it');
libxml_use_internal_errors(true);
while ($r->read());
echo count(libxml_get_errors()), ' ', $r->baseURI, ' ', is_resource($s) ? 'open' : 'closed', "\n";
?>
--EXPECTF--
bool(true)
bool(true)
bool(true)
1 r r   0
  @xmlns:p=urn:p
  @a=1
  @p:b=2
 1 p:c c urn:p  0
  3 #text #text  text 0
 15 p:c c urn:p  0
 8 #comment #comment  note 0
 1 d d   1
15 r r   0
  @xmlns:p=urn:p
  @a=1
  @p:b=2
bool(true)
bool(false)
array(2) {
  [0]=>
  bool(true)
  [1]=>
  string(9) "XMLReader"
}
string(4) "Mine"
bool(false)
bool(true)
bool(true)
int(0)
string(14) "<b x="y">z</b>"
string(1) "z"
string(1) "z"
string(1) "y"
NULL
string(1) "b"
<?xml version="1.0"?>
<root><b x="y">z</b></root>
ValueError: XMLReader::getAttribute(): Argument #1 ($name) must not be empty
Error: Cannot modify readonly property Mine::$name
Error: Cannot unset Mine::$name
Error: Data must be loaded before reading
ValueError: XMLReader::open(): Argument #1 ($uri) must not be empty
ValueError: XMLReader::XML(): Argument #2 ($encoding) must be a valid character encoding
ValueError: XMLReader::fromUri(): Argument #1 ($uri) must not contain any null bytes
Error: Trying to clone an uncloneable object of class Mine
TypeError: XMLReader::fromStream(): Argument #1 ($stream) must be of type resource, int given
ValueError: XMLReader::setParserProperty(): Argument #1 ($property) must be a valid parser property
Error: Schema must be set prior to reading

Warning: XMLReader::open(): Unable to open source data in %s on line %d
bool(false)
1 urn:it open
