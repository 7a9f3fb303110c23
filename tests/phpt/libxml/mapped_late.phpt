--TEST--
libxml2 is mapped when one of its functions is first called, not before
--SKIPIF--
<?php
if (php_uname('m') !== 'x86_64' || PHP_OS !== 'Linux') die('skip the library comes with the program there');
?>
--FILE--
<?php
function mapped() {
    return str_contains(file_get_contents('/proc/self/maps'), '/libxml2.so');
}
var_dump(LIBXML_VERSION > 20000, mapped());
libxml_use_internal_errors();
var_dump(libxml_get_errors(), mapped());
$d = new DOMDocument;
var_dump($d->loadXML('<a>b</a>'), $d->documentElement->textContent, mapped());
libxml_use_internal_errors(true);
var_dump($d->loadXML('<a>'), count(libxml_get_errors()) > 0);
?>
--EXPECT--
bool(true)
bool(false)
array(0) {
}
bool(false)
bool(true)
string(1) "b"
bool(true)
bool(false)
bool(true)
