--TEST--
The three formats: entries, folders, compression, metadata, signatures, and conversions from one to the other
--EXTENSIONS--
phar
zlib
--INI--
phar.readonly=0
phar.require_hash=1
--FILE--
<?php
$base = __DIR__ . '/formats';
$p = new Phar("$base.phar", 0, 'formats.phar');
$p->startBuffering();
$p['a.txt'] = str_repeat('some text, ', 50);
$p->addFromString('dir/b.txt', 'b');
$p->addEmptyDir('empty');
$p['a.txt']->compress(Phar::GZ);
$p['dir/b.txt']->setMetadata(['of' => 'b']);
$p->setMetadata((object) ['of' => 'all']);
$p->setStub('<?php echo "stub\n"; __HALT_COMPILER();');
$p->stopBuffering();

function show(Phar|PharData $p): void {
    echo '-- ', basename($p->getPath()), ' ', count($p), "\n";
    $names = [];
    foreach (new RecursiveIteratorIterator($p, RecursiveIteratorIterator::SELF_FIRST) as $f) {
        $names[] = substr($f->getPathname(), strlen('phar://' . $p->getPath()) + 1) . ($f->isDir() ? '/' : '=' . strlen($f->getContent()));
    }
    sort($names);
    echo implode(' ', $names), "\n";
    echo $p->getSignature()['hash_type'] ?? 'unsigned', ' ', json_encode($p->getMetadata()), ' ', json_encode($p['dir/b.txt']->getMetadata()), "\n";
}
unset($p);
$p = new Phar("$base.phar");
show($p);
var_dump($p['a.txt']->isCompressed(Phar::GZ), $p['a.txt']->getCompressedSize() < 550, $p->getAlias());
foreach ([[Phar::TAR, null], [Phar::ZIP, null], [Phar::TAR, Phar::GZ]] as [$format, $how]) {
    show($p->convertToExecutable($format, $how));
    show($p->convertToData($format, $how));
}
foreach (glob("$base.*") as $f) {
    if (preg_match('~\.(phar|tar|zip|gz)$~', $f)) {
        $again = str_contains($f, '.phar') ? new Phar($f) : new PharData($f);
        echo basename($f), ' ', strlen(file_get_contents("phar://$f/a.txt")), ' ', json_encode($again->isCompressed()), "\n";
        unset($again);
    }
}
foreach ([Phar::MD5, Phar::SHA1, Phar::SHA512] as $algorithm) {
    $p->setSignatureAlgorithm($algorithm);
    [$type, $hash] = [$p->getSignature()['hash_type'], $p->getSignature()['hash']];
    $bytes = file_get_contents("$base.phar");
    $n = strlen($hash) / 2;
    echo $type, ' ', strtoupper(bin2hex(substr($bytes, -8 - $n, $n))) === $hash ? 'as in the file' : 'differs', ' ',
        strtoupper(hash(str_replace('-', '', strtolower($type)), substr($bytes, 0, -8 - $n))) === $hash ? 'right' : 'wrong', "\n";
}
?>
--CLEAN--
<?php
foreach (['phar', 'phar.tar', 'tar', 'phar.zip', 'zip', 'phar.tar.gz', 'tar.gz'] as $x) {
    @unlink(__DIR__ . "/formats.$x");
}
?>
--EXPECT--
-- formats.phar 3
a.txt=550 dir/ dir/b.txt=1 empty/
SHA-256 {"of":"all"} {"of":"b"}
bool(true)
bool(true)
string(12) "formats.phar"
-- formats.phar.tar 6
a.txt=550 dir/ dir/b.txt=1 empty/
SHA-256 {"of":"all"} {"of":"b"}
-- formats.tar 5
a.txt=550 dir/ dir/b.txt=1 empty/
unsigned {"of":"all"} {"of":"b"}
-- formats.phar.zip 4
a.txt=550 dir/ dir/b.txt=1 empty/
SHA-256 {"of":"all"} {"of":"b"}
-- formats.zip 3
a.txt=550 dir/ dir/b.txt=1 empty/
unsigned {"of":"all"} {"of":"b"}
-- formats.phar.tar.gz 6
a.txt=550 dir/ dir/b.txt=1 empty/
SHA-256 {"of":"all"} {"of":"b"}
-- formats.tar.gz 5
a.txt=550 dir/ dir/b.txt=1 empty/
unsigned {"of":"all"} {"of":"b"}
formats.phar 550 false
formats.phar.tar 550 false
formats.phar.tar.gz 550 4096
formats.phar.zip 550 false
formats.tar 550 false
formats.tar.gz 550 4096
formats.zip 550 false
MD5 as in the file right
SHA-1 as in the file right
SHA-512 as in the file right
