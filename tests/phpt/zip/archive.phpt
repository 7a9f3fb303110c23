--TEST--
An archive from its making to its end: contents, comments, attributes, times, compression, encryption, statuses
--EXTENSIONS--
zip
--FILE--
<?php
$file = __DIR__ . '/archive.zip';
$z = new ZipArchive;
var_dump($z->open($file));
var_dump($z->open($file, ZipArchive::CREATE));
$z->addFromString('plain.txt', str_repeat('abc', 100));
$z->addFromString('secret.txt', 'nobody knows');
$z->addEmptyDir('folder');
$z->addFile(__FILE__, 'part.php', 0, 5);
var_dump($z->lastId, $z->numFiles, count($z));
var_dump($z->addFromString('plain.txt', '', 0), $z->getStatusString());
$z->clearError();
var_dump($z->status);

$z->setArchiveComment('of the archive');
$z->setCommentName('plain.txt', 'of an entry');
$z->setExternalAttributesName('plain.txt', ZipArchive::OPSYS_UNIX, 0100600 << 16);
$z->setMtimeName('plain.txt', mktime(12, 0, 0, 6, 15, 2020));
foreach ([ZipArchive::CM_STORE, ZipArchive::CM_DEFLATE, ZipArchive::CM_BZIP2, ZipArchive::CM_XZ, ZipArchive::CM_ZSTD] as $m) {
    $z->addFromString("method$m", str_repeat('x', 1000));
    $z->setCompressionName("method$m", $m);
}
foreach ([ZipArchive::EM_TRAD_PKWARE, ZipArchive::EM_AES_128, ZipArchive::EM_AES_192, ZipArchive::EM_AES_256] as $m) {
    $z->addFromString("encrypted$m", "with $m");
    $z->setEncryptionName("encrypted$m", $m, 'word');
}
$z->setEncryptionName('secret.txt', ZipArchive::EM_AES_256, 'other');
var_dump($z->close(), $z->numFiles, $z->filename);

$z->open($file);
var_dump($z->comment, $z->getCommentName('plain.txt'), $z->getCommentIndex(1));
$z->getExternalAttributesName('plain.txt', $system, $attributes);
printf("%d %o\n", $system, $attributes >> 16);
echo date('Y-m-d H:i', $z->statName('plain.txt')['mtime']), "\n";
var_dump($z->getFromName('plain.txt', 6), $z->getFromName('part.php'), $z->getFromName('folder/'));
foreach ([0, 8, 12, 95, 93] as $m) {
    $s = $z->statName("method$m");
    echo $s['comp_method'], ' ', $s['size'], ' ', $z->getFromName("method$m") === str_repeat('x', 1000) ? 'good' : 'bad', "\n";
}
var_dump($z->getFromName('encrypted1'), $z->status === ZipArchive::ER_NOPASSWD);
$z->setPassword('word');
foreach ([1, 257, 258, 259] as $m) echo $z->statName("encrypted$m")['encryption_method'], ' ', $z->getFromName("encrypted$m"), "\n";
var_dump($z->getFromName('secret.txt'), $z->getStatusString());

var_dump($z->renameName('plain.txt', 'renamed.txt'), $z->locateName('RENAMED.txt'), $z->locateName('RENAMED.txt', ZipArchive::FL_NOCASE));
var_dump($z->deleteName('part.php'), $z->getFromName('part.php'), $z->unchangeIndex(3), $z->getFromName('part.php'));
var_dump($z->unchangeAll(), $z->locateName('plain.txt'));
$z->close();

var_dump($z->open($file, ZipArchive::RDONLY), $z->deleteIndex(0), $z->getStatusString());
$z->close();
try {
    $z->count();
} catch (ValueError $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
int(9)
bool(true)
int(3)
int(4)
int(4)
bool(false)
string(19) "File already exists"
int(0)
bool(true)
int(0)
string(0) ""
string(14) "of the archive"
string(11) "of an entry"
string(0) ""
3 100600
2020-06-15 12:00
string(6) "abcabc"
string(5) "<?php"
string(0) ""
0 1000 good
8 1000 good
12 1000 good
95 1000 good
93 1000 good
bool(false)
bool(true)
1 with 1
257 with 257
258 with 258
259 with 259
bool(false)
string(23) "Wrong password provided"
bool(true)
bool(false)
int(0)
bool(true)
bool(false)
bool(true)
string(5) "<?php"
bool(true)
int(0)
bool(true)
bool(false)
string(17) "Read-only archive"
Invalid or uninitialized Zip object
--CLEAN--
<?php @unlink(__DIR__ . '/archive.zip'); ?>
