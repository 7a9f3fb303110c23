--TEST--
dom: a node has one object, and the document lives as long as any of its nodes is held
--EXTENSIONS--
dom
--FILE--
<?php
function child(): DOMElement
{
    $doc = new DOMDocument();
    $doc->loadXML('<shelf><book id="a">Dune</book><book id="b"/></shelf>');
    return $doc->documentElement->firstChild;
}
$book = child();
var_dump($book === $book->ownerDocument->documentElement->childNodes->item(0));
$book->mark = 'kept as long as an object is held';
$again = $book->parentNode->firstChild;
var_dump($again->mark);
foreach ($book->parentNode->getElementsByTagName('book') as $i => $one) {
    echo $i, ': ', $one->getAttribute('id'), "\n";
}
$copy = clone $book;
var_dump($copy->parentNode, $copy->textContent, $copy->isSameNode($book));
$book->remove();
echo $book->ownerDocument->saveXML($book), "\n";
try {
    $book->appendChild($book->ownerDocument);
} catch (DOMException $e) {
    echo $e->getMessage(), ' (', $e->getCode(), ")\n";
}
?>
--EXPECTF--
bool(true)

Deprecated: Creation of dynamic property DOMElement::$mark is deprecated in %s on line %d
string(33) "kept as long as an object is held"
0: a
1: b
NULL
string(4) "Dune"
bool(false)
<book id="a">Dune</book>
Hierarchy Request Error (3)
