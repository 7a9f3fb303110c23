--TEST--
dom: expressions call PHP functions, that may change the document
--EXTENSIONS--
dom
--FILE--
<?php
$doc = new DOMDocument();
$doc->loadXML('<list><item n="3"/><item n="1"/><item n="2"/></list>');
$xpath = new DOMXPath($doc);
$xpath->registerNamespace('php', 'http://php.net/xpath');
$xpath->registerPhpFunctions(['odd' => fn (array $attributes): bool => $attributes[0]->value % 2 == 1]);
foreach ($xpath->query('//item[php:function("odd", @n)]') as $item) {
    echo $doc->saveXML($item), "\n";
}
var_dump($xpath->evaluate('sum(//@n)'), $xpath->evaluate('count(//item)'), $xpath->evaluate('string(//item[2]/@n)'));
$xpath->registerPhpFunctionNS('urn:mine', 'times', fn (float $a, float $b): float => $a * $b);
$xpath->registerNamespace('m', 'urn:mine');
var_dump($xpath->evaluate('m:times(6, 7)'));
var_dump($xpath->query('//['));
?>
--EXPECTF--
<item n="3"/>
<item n="1"/>
float(6)
float(3)
string(1) "1"
string(2) "42"

Warning: DOMXPath::query(): Invalid expression in %s on line %d
bool(false)
