--TEST--
The zip_* functions of old
--EXTENSIONS--
zip
--INI--
error_reporting=8191
--FILE--
<?php
$file = __DIR__ . '/procedural.zip';
$z = new ZipArchive;
$z->open($file, ZipArchive::CREATE);
$z->addFromString('a.txt', 'some text');
$z->addFromString('b.txt', str_repeat('b', 100));
$z->close();
var_dump(zip_open('/there/is/none'));
$d = zip_open($file);
echo get_resource_type($d), "\n";
while ($e = zip_read($d)) {
    echo get_resource_type($e), ': ', zip_entry_name($e), ' ', zip_entry_filesize($e), ' ', zip_entry_compressionmethod($e), ' ';
    var_dump(zip_entry_open($d, $e), zip_entry_read($e, 4), substr(zip_entry_read($e), 0, 5), zip_entry_close($e));
    try {
        zip_entry_name($e);
    } catch (TypeError $t) {
        echo $t->getMessage(), "\n";
    }
}
$d2 = zip_open($file);
$e = zip_read($d2);
zip_close($d2);
unset($d2);
var_dump(zip_entry_name($e));
try {
    zip_read('no resource');
} catch (TypeError $t) {
    echo $t->getMessage(), "\n";
}
error_reporting(E_ALL);
zip_close($d);
?>
--EXPECTF--
int(9)
Zip Directory
Zip Entry: a.txt 9 stored bool(true)
string(4) "some"
string(5) " text"
bool(true)
zip_entry_name(): supplied resource is not a valid Zip Entry resource
Zip Entry: b.txt 100 deflated bool(true)
string(4) "bbbb"
string(5) "bbbbb"
bool(true)
zip_entry_name(): supplied resource is not a valid Zip Entry resource
bool(false)
zip_read(): Argument #1 ($zip) must be of type resource, string given

Deprecated: Function zip_close() is deprecated since 8.0, use ZipArchive::close() instead in %s on line %d
--CLEAN--
<?php @unlink(__DIR__ . '/procedural.zip'); ?>
