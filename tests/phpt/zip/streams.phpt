--TEST--
Entries as streams, and zip://
--EXTENSIONS--
zip
--FILE--
<?php
$file = __DIR__ . '/streams.zip';
$z = new ZipArchive;
$z->open($file, ZipArchive::CREATE);
$z->addFromString('stored', '0123456789');
$z->setCompressionName('stored', ZipArchive::CM_STORE);
$z->addFromString('deflated', str_repeat('0123456789', 1000));
$z->addFromString('code.php', '<?php return basename(__FILE__) . " " . __LINE__;');
$z->close();

$z->open($file);
$s = $z->getStreamName('stored');
var_dump(fread($s, 3), ftell($s), feof($s), fseek($s, -2, SEEK_END), stream_get_contents($s), feof($s));
$meta = stream_get_meta_data($s);
var_dump($meta['stream_type'], $meta['mode'], $meta['seekable'], fstat($s));
$d = $z->getStreamIndex(1);
var_dump(stream_get_meta_data($d)['seekable'], strlen(stream_get_contents($d)));
var_dump($z->getStream('nothing'));
$last = $z->getStream('stored');
$z->close();
var_dump(fread($last, 3));

$url = "zip://$file#stored";
var_dump(file_get_contents($url), filesize($file) > 0);
$s = fopen($url, 'r');
$stat = fstat($s);
var_dump($stat['size'], decoct($stat['mode']), stream_get_meta_data($s)['wrapper_type']);
var_dump(include "zip://$file#code.php");
var_dump(@fopen("zip://$file#nothing", 'r'), @fopen($url, 'w'), @fopen("zip://$file", 'r'));
echo preg_replace('~\(.*?\)~', '()', error_get_last()['message']), "\n";
var_dump(in_array('zip', stream_get_wrappers()));
?>
--EXPECTF--
string(3) "012"
int(3)
bool(false)
int(0)
string(2) "89"
bool(true)
string(3) "zip"
string(2) "rb"
bool(true)
bool(false)
bool(false)
int(10000)
bool(false)

Warning: fread(): Zip stream error: Containing zip archive was closed in %s on line %d
bool(false)
string(10) "0123456789"
bool(true)
int(10)
string(6) "100000"
string(11) "zip wrapper"
string(22) "streams.zip#code.php 1"
bool(false)
bool(false)
bool(false)
fopen(): Failed to open stream: operation failed
bool(true)
--CLEAN--
<?php @unlink(__DIR__ . '/streams.zip'); ?>
