--TEST--
Dom\DOMException is DOMException
--FILE--
<?php
try {
    (new DOMDocument)->createElement('<');
} catch (Dom\DOMException $e) {
    echo get_class($e), ' ', $e->getCode(), "\n";
}
var_dump((new ReflectionClass('Dom\DOMException'))->getName(), Dom\DOMException::class === DOMException::class);
$names = array_filter(array_keys((new ReflectionExtension('dom'))->getClasses()), fn ($n) => stripos($n, 'exception'));
sort($names);
echo implode(', ', $names), "\n";
var_dump(class_alias('stdClass', 'dom\DOMEXCEPTION'));
?>
--EXPECTF--
DOMException 5
string(12) "DOMException"
bool(false)
DOMException, dom\domexception

Warning: Cannot redeclare class dom\DOMEXCEPTION in %s on line %d
bool(false)
