<?php
// Reads php-parser's own sources with php-parser, prints them anew and reads that: the trees must be equal.
// Usage: parser.php FOLDER
ini_set('memory_limit', -1);
require '/usr/share/php/PhpParser/autoload.php';

use PhpParser\{Error, Node, NodeDumper, NodeFinder, NodeTraverser, NodeVisitor, ParserFactory, PhpVersion, PrettyPrinter};

$files = array_map(strval(...), iterator_to_array(new RegexIterator(new RecursiveIteratorIterator(
    new RecursiveDirectoryIterator($argv[1], FilesystemIterator::SKIP_DOTS)), '/\.php$/'), false));
sort($files);
$parser = (new ParserFactory)->createForNewestSupportedVersion();
$printer = new PrettyPrinter\Standard;
$dumper = new NodeDumper(['dumpComments' => true]);
$kinds = [];
foreach ($files as $file) {
    $code = file_get_contents($file);
    $tree = $parser->parse($code);
    $tokens = $parser->getTokens();
    $dump = $dumper->dump($tree);
    $printed = $printer->prettyPrintFile($tree);
    $again = $dumper->dump($parser->parse($printed));
    $traverser = new NodeTraverser(new NodeVisitor\CloningVisitor, new NodeVisitor\NameResolver(null, ['replaceNodes' => false]));
    $clone = $traverser->traverse($tree);
    $kept = $printer->printFormatPreserving($clone, $tree, $tokens) === $code;
    foreach ((new NodeFinder)->findInstanceOf($tree, Node::class) as $node) {
        @$kinds[$node->getType()]++;
    }
    printf("%s: %d tokens, tree %s, %s, printed %s, again %s, format %s, json %s\n", substr($file, strlen($argv[1])), count($tokens),
        md5($dump), strlen($dump), md5($printed), $dump === $again ? 'same' : md5($again), $kept ? 'kept' : 'lost',
        md5(json_encode($tree)));
}
ksort($kinds);
print_r($kinds);
foreach (['8.0', '7.4'] as $version) {
    $old = (new ParserFactory)->createForVersion(PhpVersion::fromString($version));
    foreach (['<?php enum A { case B; }', '<?php $x = match(1) { 1 => 2 };', '<?php echo $a[', "<?php\nclass { function", '<?php "a $b[0] {$c->d()} ${e}";'] as $code) {
        $errors = new PhpParser\ErrorHandler\Collecting;
        $tree = $old->parse($code, $errors);
        foreach ($errors->getErrors() as $error) {
            echo $error->getMessageWithColumnInfo($code), "\n";
        }
        echo $tree ? $dumper->dump($tree) . "\n" : "nothing\n";
    }
}
