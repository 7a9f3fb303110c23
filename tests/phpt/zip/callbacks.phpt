--TEST--
Callbacks while an archive is written: progress, cancelling, exceptions, and use of the archive meanwhile
--EXTENSIONS--
zip
--FILE--
<?php
$file = __DIR__ . '/callbacks.zip';
$z = new ZipArchive;
$z->open($file, ZipArchive::CREATE);
$z->addFromString('a', 'a');
$seen = [];
$z->registerProgressCallback(0.1, function (float $part) use (&$seen, $z) {
    $seen[] = $part;
});
var_dump($z->close(), $seen[0], end($seen), $seen === array_unique($seen));

$z->open($file);
$z->addFromString('b', 'b');
$z->registerCancelCallback(fn() => true);
var_dump($z->close(), $z->status === ZipArchive::ER_CANCELLED, $z->getStatusString());

$z->open($file);
var_dump($z->numFiles);
$z->addFromString('b', 'b');
$z->registerProgressCallback(0.5, function () {
    throw new Exception('from the callback');
});
try {
    $z->close();
} catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
$z->open($file);
var_dump($z->numFiles);
try {
    $z->registerCancelCallback('no such function');
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}

// An object that goes without being closed writes its archive.
$z->addFromString('c', 'c');
$z->registerProgressCallback(0.5, function ($part) {
    if ($part == 1) echo "written\n";
});
unset($z);
$z = new ZipArchive;
$z->open($file);
var_dump($z->numFiles);
$z->close();

// Nothing runs while a cycle is taken apart.
$z->open($file);
$z->addFromString('d', 'd');
$z->registerProgressCallback(0.5, function () use ($z) {
});
unset($z);
gc_collect_cycles();
echo "collected\n";
?>
--EXPECTF--
bool(true)
float(0)
float(1)
bool(true)

Warning: ZipArchive::close(): Operation cancelled in %s on line %d
bool(false)
bool(true)
string(19) "Operation cancelled"
int(1)
from the callback
int(2)
ZipArchive::registerCancelCallback(): Argument #1 ($callback) must be a valid callback, function "no such function" not found or invalid function name
written
int(3)
collected
--CLEAN--
<?php @unlink(__DIR__ . '/callbacks.zip'); ?>
