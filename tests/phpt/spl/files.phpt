--TEST--
Files and folders as objects
--FILE--
<?php
$dir = __DIR__ . "/files_dir"; @mkdir("$dir/sub", 0777, true);
$f = new SplFileObject("$dir/one.txt", "w+"); echo $f->fwrite("first\nsecond\n\nlast"), " "; $f->rewind();
foreach ($f as $n => $line) echo $n, ":", trim($line), " "; echo "\n";
$f->setFlags(SplFileObject::DROP_NEW_LINE | SplFileObject::SKIP_EMPTY | SplFileObject::READ_AHEAD);
foreach ($f as $n => $line) echo $n, ":", $line, " "; $f->seek(1); echo "| ", $f->current(), " ", $f->getSize(), "\n";
$i = new SplFileInfo("$dir/one.txt"); echo $i->getExtension(), $i->getBasename(".txt"), $i->isFile(), $i->getPathInfo()->getFilename(), "\n";
try { new SplFileObject("$dir/none"); } catch (RuntimeException $e) { echo str_replace($dir, "", $e->getMessage()), "\n"; }
try { new SplFileObject($dir); } catch (LogicException $e) { echo $e->getMessage(), "\n"; }
file_put_contents("$dir/sub/two.php", "2");
$all = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($dir, FilesystemIterator::SKIP_DOTS), RecursiveIteratorIterator::SELF_FIRST);
$names = []; foreach ($all as $path => $e) $names[] = $all->getSubPathname() . ($e->isDir() ? "/" : ""); sort($names); echo implode(" ", $names), "\n";
$g = new GlobIterator("$dir/*.txt"); echo count($g), " "; foreach ($g as $e) echo $e->getFilename(), "\n";
$t = new SplTempFileObject; $t->fwrite("abc"); $t->ftruncate(2); $t->rewind(); echo $t->fread(9), $t->eof(), " ", $t->getPathname(), "\n";
$dots = 0; foreach (new DirectoryIterator($dir) as $e) $dots += $e->isDot(); echo $dots, "\n";
--CLEAN--
<?php
$dir = __DIR__ . "/files_dir"; unlink("$dir/sub/two.php"); unlink("$dir/one.txt"); rmdir("$dir/sub"); rmdir($dir);
--EXPECT--
18 0:first 1:second 2: 3:last 
0:first 1:second 2:last | second 18
txtone1files_dir
SplFileObject::__construct(/none): Failed to open stream: No such file or directory
Cannot use SplFileObject with directories
one.txt sub/ sub/two.php
1 one.txt
ab1 php://temp
2
