--TEST--
What is refused: writing where phar.readonly says so, broken archives and signatures, names outside the archive
--EXTENSIONS--
phar
--INI--
phar.readonly=1
--FILE--
<?php
$try = function (callable $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ': ', preg_replace('~[^ "\']*/(?=refused)~', '', $e->getMessage()), "\n";
    }
};
$file = __DIR__ . '/refused.phar';
var_dump(ini_set('phar.readonly', 0));
$try(fn() => new Phar($file));
$stub = "<?php __HALT_COMPILER(); ?>\n";
file_put_contents($file, $stub);
$try(fn() => new Phar($file));
file_put_contents(__DIR__ . '/refused2.phar', $stub . pack('VVnVVV', 18, 0, 0x1110, 0, 0, 0));
$try(fn() => new Phar(__DIR__ . '/refused2.phar'));
file_put_contents(__DIR__ . '/refused3.phar', $stub . pack('VVnVVV', 40, 1, 0x1110, 0x10000, 0, 0) . str_repeat("\0", 60));
$try(fn() => new Phar(__DIR__ . '/refused3.phar'));
file_put_contents(__DIR__ . '/refused4.phar', 'no archive at all, and long enough to be read');
$try(fn() => new Phar(__DIR__ . '/refused4.phar'));
$d = new PharData(__DIR__ . '/refused.tar');
$d['in.txt'] = 'in';
foreach (['../out', 'a//b', 'a\\b', 'a*'] as $bad) {
    $try(fn() => $d[$bad] = 'x');
}
$try(fn() => $d['.phar/x'] = 'x');
$try(fn() => $d['none']);
$try(fn() => $d->setStub($stub));
$try(fn() => new Phar(__DIR__ . '/refused.tar'));
$try(fn() => new PharFileInfo('in.txt'));
$try(fn() => $d->extractTo(__DIR__ . '/refused-out', 'none'));
$try(fn() => $d->__construct(__DIR__ . '/refused.tar'));
?>
--CLEAN--
<?php
foreach (['.phar', '2.phar', '3.phar', '4.phar', '.tar'] as $f) {
    @unlink(__DIR__ . "/refused$f");
}
@rmdir(__DIR__ . '/refused-out');
?>
--EXPECT--
bool(false)
UnexpectedValueException: creating archive "refused.phar" disabled by the php.ini setting phar.readonly
UnexpectedValueException: internal corruption of phar "refused.phar" (truncated manifest at manifest length)
UnexpectedValueException: in phar "refused2.phar", manifest claims to have zero entries.  Phars must have at least 1 entry
UnexpectedValueException: phar "refused3.phar" has a broken signature
UnexpectedValueException: internal corruption of phar "refused4.phar" (__HALT_COMPILER(); not found)
string(1) "x"
BadMethodCallException: Entry a//b does not exist and cannot be created: phar error: invalid path "a//b" contains double slash
BadMethodCallException: Entry a\b does not exist and cannot be created: phar error: invalid path "a\b" contains back-slash
BadMethodCallException: Entry a* does not exist and cannot be created: phar error: invalid path "a*" contains star
BadMethodCallException: Cannot set any files or directories in magic ".phar" directory
BadMethodCallException: Entry none does not exist
UnexpectedValueException: A Phar stub cannot be set in a plain tar archive
UnexpectedValueException: Cannot create phar 'refused.tar', file extension (or combination) not recognised or the directory does not exist
RuntimeException: 'in.txt' is not a valid phar archive URL (must have at least phar://filename.phar)
PharException: phar error: attempted to extract non-existent file or directory "none" from phar "refused.tar"
BadMethodCallException: Cannot call constructor twice
