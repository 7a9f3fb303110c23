--TEST--
dom: HTML is parsed, selected and written by the rules of HTML 5
--EXTENSIONS--
dom
--FILE--
<?php
$doc = Dom\HTMLDocument::createFromString('<!doctype html><p class="a b">One<p class="b">Two &lt; three<table><td>x', LIBXML_NOERROR);
foreach ($doc->querySelectorAll('p.b:not(.c)') as $p) {
    echo $p->tagName, ' ', $p->getAttribute('class'), ': ', $p->textContent, "\n";
}
$first = $doc->querySelector('p:first-of-type');
var_dump($first->classList->contains('a'), $first->classList->toggle('a'), $first->className);
$first->innerHTML = '<b>bold<i>both</b>italic';
echo $doc->saveHtml(), "\n";
echo $doc->saveXml($first), "\n";
var_dump($doc->querySelector('td')->closest('body') === $doc->body);
try {
    $doc->querySelector('p:::x');
} catch (DOMException $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
P a b: One
P b: Two < three
bool(true)
bool(false)
string(1) "b"
<!DOCTYPE html><html><head></head><body><p class="b"><b>bold<i>both</i></b><i>italic</i></p><p class="b">Two &lt; three</p><table><tbody><tr><td>x</td></tr></tbody></table></body></html>
<p xmlns="http://www.w3.org/1999/xhtml" class="b"><b>bold<i>both</i></b><i>italic</i></p>
bool(true)
Invalid selector (Selectors. Unexpected token: x)
