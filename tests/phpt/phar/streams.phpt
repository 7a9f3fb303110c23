--TEST--
phar:// as a stream: writing, appending refused, folders, renaming, open handles, contexts
--EXTENSIONS--
phar
zlib
--INI--
phar.readonly=0
--FILE--
<?php
$file = __DIR__ . '/streams.phar';
$url = "phar://$file";
file_put_contents("$url/a/one.txt", 'one');
mkdir("$url/b");
$context = stream_context_create(['phar' => ['compress' => Phar::GZ, 'metadata' => [1, 'k' => 2]]]);
file_put_contents("$url/b/two.txt", str_repeat('two', 100), 0, $context);
print_r(scandir($url));
var_dump(is_dir("$url/a"), is_file("$url/a/one.txt"), filesize("$url/b/two.txt"), fileperms("$url/b/two.txt") === 0100666);
$p = new Phar($file);
var_dump($p['b/two.txt']->isCompressed(), $p['b/two.txt']->getMetadata() === [1, 'k' => 2]);

$f = fopen("$url/a/one.txt", 'r+');
fseek($f, 0, SEEK_END);
fwrite($f, ' and more');
rewind($f);
echo fread($f, 100), "\n";
fclose($f);
echo file_get_contents("$url/a/one.txt"), "\n";
var_dump(@fopen("$url/a/one.txt", 'a'));
echo str_replace(__DIR__, '', error_get_last()['message']), "\n";
$r = fopen("$url/a/one.txt", 'r');
var_dump(@file_put_contents("$url/a/one.txt", 'x'));
echo str_replace(__DIR__, '', error_get_last()['message']), "\n";
var_dump(fseek($r, -4, SEEK_END), fread($r, 10), feof($r), fseek($r, 1000));
fclose($r);
var_dump(rename("$url/a", "$url/c"), file_exists("$url/a"), file_get_contents("$url/c/one.txt"));
var_dump(@rmdir("$url/c"), unlink("$url/c/one.txt"), @file_get_contents("$url/c/one.txt"));
$d = opendir("$url/b");
var_dump(readdir($d), readdir($d));
rewinddir($d);
var_dump(readdir($d));
closedir($d);
$copy = clone $p;
unset($p);
echo count($copy), "\n";
unset($copy);
var_dump(Phar::unlinkArchive($file), file_exists($file));
?>
--CLEAN--
<?php
@unlink(__DIR__ . '/streams.phar');
?>
--EXPECT--
Array
(
    [0] => a
    [1] => b
)
bool(true)
bool(true)
int(300)
bool(true)
bool(true)
bool(true)
one and more
one and more
bool(false)
fopen(phar:///streams.phar/a/one.txt): Failed to open stream: phar error: open mode append not supported
bool(false)
file_put_contents(phar:///streams.phar/a/one.txt): Failed to open stream: phar error: file "a/one.txt" in phar "/streams.phar" cannot be opened for writing, readable file pointers are open
int(0)
string(4) "more"
bool(true)
int(-1)
bool(true)
bool(false)
string(12) "one and more"
bool(false)
bool(true)
bool(false)
string(7) "two.txt"
bool(false)
string(7) "two.txt"
2
bool(true)
bool(false)
