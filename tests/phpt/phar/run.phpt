--TEST--
Archives that run: mapPhar, aliases, includes below, running(), interceptFileFuncs(), mount(), other formats and compressed ones
--EXTENSIONS--
phar
zlib
--INI--
phar.readonly=0
--FILE--
<?php
$file = __DIR__ . '/run.phar';
$p = new Phar($file);
$p->startBuffering();
$p['index.php'] = '<?php
echo "index of ", basename(Phar::running(false)), " in ", basename(__DIR__), "\n";
require_once "phar://app/lib/a.php";
Phar::interceptFileFuncs();
require "phar://app/lib/b.php";
';
$p['lib/a.php'] = '<?php echo "a: ", basename(__FILE__), "\n"; const A = 1; include __DIR__ . "/deep/c.php"; include_once "phar://app/lib/a.php";';
$p['lib/deep/c.php'] = '<?php echo "c\n";';
$p['lib/b.php'] = '<?php
var_dump(file_exists("lib/a.php"), is_file("lib/none.php"), file_get_contents("data.txt"), filesize("data.txt"), is_dir("lib"));
Phar::mount("outside.txt", $GLOBALS["outside"]);
echo file_get_contents("phar://app/outside.txt"), "\n";
';
$p['data.txt'] = 'the data';
$stub = '<?php Phar::mapPhar("app"); include "phar://app/index.php"; __HALT_COMPILER(); ?>';
$p->setStub($stub);
$p->stopBuffering();
unset($p);
$outside = __DIR__ . '/run.txt';
file_put_contents($outside, 'from outside');
include $file;

$q = new Phar(__DIR__ . '/run2.phar.tar');
$q['x.php'] = '<?php echo "x of a tar\n";';
$q->setStub('<?php include "phar://" . __FILE__ . "/x.php"; __HALT_COMPILER();');
unset($q);
include __DIR__ . '/run2.phar.tar';
$q = new Phar(__DIR__ . '/run2.phar.tar');
$q->convertToExecutable(Phar::PHAR, Phar::GZ)->setStub('<?php include "phar://" . __FILE__ . "/x.php"; __HALT_COMPILER();');
include __DIR__ . '/run2.phar.gz';
try {
    Phar::mapPhar('nothing');
} catch (PharException $e) {
    echo $e->getMessage(), "\n";
}
?>
--CLEAN--
<?php
foreach (['run.phar', 'run.txt', 'run2.phar.tar', 'run2.phar.gz'] as $f) {
    @unlink(__DIR__ . "/$f");
}
?>
--EXPECT--
index of run.phar in run.phar
a: a.php
c
bool(true)
bool(false)
string(8) "the data"
int(8)
bool(true)
from outside
x of a tar
x of a tar
__HALT_COMPILER(); must be declared in a phar
