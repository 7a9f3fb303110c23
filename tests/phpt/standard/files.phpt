--TEST--
Files are touched, linked, copied, locked, cut and listed
--FILE--
<?php
$dir = sys_get_temp_dir() . '/howdah-' . getmypid();
mkdir($dir);
$f = "$dir/a.txt";
var_dump(touch($f, 1000, 2000), filemtime($f), fileatime($f));
var_dump(file_put_contents($f, ['one', "\n", 'two'], LOCK_EX), filesize($f));
var_dump(symlink('a.txt', "$dir/b.txt"), readlink("$dir/b.txt"), filetype("$dir/b.txt"), is_link($f));
var_dump(copy($f, "$dir/c.txt"), file("$dir/c.txt", FILE_IGNORE_NEW_LINES));
chmod($f, 0640);
printf("%o\n", fileperms($f) & 0777);
$h = fopen($f, 'r+');
var_dump(flock($h, LOCK_EX), ftruncate($h, 2), stream_get_contents($h), fclose($h));
print_r(array_map('basename', glob("$dir/*.txt")));
$d = dir($dir);
while (($n = $d->read()) !== false) if ($n[0] != '.') $seen[] = $n;
$d->close();
sort($seen);
echo implode(' ', $seen), "\n";
foreach ($seen as $n) unlink("$dir/$n");
var_dump(rmdir($dir), @rmdir($dir));
chmod("$dir/none", 0600);
try { fread($h, 1); } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
?>
--EXPECTF--
bool(true)
int(1000)
int(2000)
int(7)
int(7)
bool(true)
string(5) "a.txt"
string(4) "link"
bool(false)
bool(true)
array(2) {
  [0]=>
  string(3) "one"
  [1]=>
  string(3) "two"
}
640
bool(true)
bool(true)
string(2) "on"
bool(true)
Array
(
    [0] => a.txt
    [1] => b.txt
    [2] => c.txt
)
a.txt b.txt c.txt
bool(true)
bool(false)

Warning: chmod(): No such file or directory in %s on line %d
fread(): supplied resource is not a valid stream resource
