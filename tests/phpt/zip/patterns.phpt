--TEST--
addGlob(), addPattern() and their options; extracting names that try to lead out
--EXTENSIONS--
zip
--FILE--
<?php
$dir = __DIR__ . '/patterns';
mkdir($dir);
foreach (['one.txt', 'two.txt', 'three.md'] as $n) file_put_contents("$dir/$n", $n);
$file = "$dir/a.zip";
$z = new ZipArchive;
$z->open($file, ZipArchive::CREATE);
echo json_encode(array_map('basename', $z->addGlob("$dir/*.txt", 0, ['remove_all_path' => true, 'add_path' => 'g/']))), "\n";
echo json_encode(array_map('basename', $z->addPattern('/^t.*\.(txt|md)$/', $dir, ['remove_path' => $dir, 'comp_method' => ZipArchive::CM_STORE]))), "\n";
var_dump($z->addGlob("$dir/*.none"), $z->addPattern('/none/', $dir), $z->addPattern('/open', $dir));
foreach ([['remove_path' => ''], ['add_path' => 1], ['flags' => null]] as $o) {
    try {
        $z->addGlob("$dir/*", 0, $o);
    } catch (Error $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
$z->replaceFile("$dir/three.md", 0);
foreach (['../../up.txt', '/abs/olute.txt', 'x/../y/./z.txt', 'sub/'] as $n) {
    str_ends_with($n, '/') ? $z->addEmptyDir($n) : $z->addFromString($n, $n);
}
$z->close();

$z->open($file);
for ($i = 0; $i < $z->numFiles; $i++) echo $z->getNameIndex($i), ' ', $z->statIndex($i)['comp_method'], "\n";
var_dump($z->extractTo("$dir/out"));
foreach (['g/one.txt', 'g/two.txt', 'up.txt', 'abs/olute.txt', 'y/z.txt'] as $n) echo "$n: ", file_get_contents("$dir/out/$n"), "\n";
var_dump(is_dir("$dir/out/sub"), $z->extractTo("$dir/out", 'none'), $z->extractTo("$dir/out", ['g/one.txt']), $z->extractTo("$dir/out", []));
?>
--EXPECTF--
["one.txt","two.txt"]
["three.md","two.txt"]

Warning: ZipArchive::addPattern(): No ending delimiter '/' found in %s on line %d

Warning: ZipArchive::addPattern(): Invalid expression in %s on line %d
array(0) {
}
array(0) {
}
bool(false)
ValueError: Option "remove_path" must not be empty
TypeError: Option "add_path" must be of type string, int given
TypeError: Option "flags" must be of type int, null given
g/one.txt 0
g/two.txt 0
three.md 0
two.txt 0
../../up.txt 0
/abs/olute.txt 0
x/../y/./z.txt 0
sub/ 0
bool(true)
g/one.txt: three.md
g/two.txt: two.txt
up.txt: ../../up.txt
abs/olute.txt: /abs/olute.txt
y/z.txt: x/../y/./z.txt
bool(true)
bool(false)
bool(true)
bool(false)
--CLEAN--
<?php
function clear($d) {
    foreach (scandir($d) as $n) if ($n[0] != '.') is_dir("$d/$n") ? clear("$d/$n") : unlink("$d/$n");
    rmdir($d);
}
clear(__DIR__ . '/patterns');
?>
