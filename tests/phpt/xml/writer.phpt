--TEST--
XMLWriter: to memory, to a stream, and what is refused
--EXTENSIONS--
xmlwriter
--FILE--
<?php
$w = XMLWriter::toMemory();
$w->setIndent(true);
$w->startDocument('1.0', 'UTF-8');
$w->startElementNs('p', 'list', 'urn:p');
$w->writeAttribute('kind', 'a "b"');
$w->writeElement('one', 'x < y');
$w->startElement('two');
$w->writeCdata('<raw>');
$w->fullEndElement();
$w->writeComment(' done ');
$w->endDocument();
echo $w->outputMemory();
$s = fopen('php://memory', 'w+');
$w = XMLWriter::toStream($s);
$w->writeElement('a');
var_dump($w->flush());
rewind($s);
echo stream_get_contents($s), "\n";
try {
    xmlwriter_start_element($w, '1');
} catch (ValueError $e) {
    echo $e->getMessage(), "\n";
}
try {
    (new XMLWriter)->text('x');
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
<?xml version="1.0" encoding="UTF-8"?>
<p:list kind="a &quot;b&quot;" xmlns:p="urn:p">
 <one>x &lt; y</one>
 <two><![CDATA[<raw>]]></two>
 <!-- done -->
</p:list>
int(4)
<a/>
xmlwriter_start_element(): Argument #2 ($name) must be a valid element name, "1" given
Invalid or uninitialized XMLWriter object
