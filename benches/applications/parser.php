<?php
// php-parser: reads three of its own sources, walks the trees, prints them anew.
require '/usr/share/php/PhpParser/autoload.php';

$parser = (new PhpParser\ParserFactory)->createForNewestSupportedVersion();
$printer = new PhpParser\PrettyPrinter\Standard;
$codes = array_map(fn($f) => file_get_contents("/usr/share/php/PhpParser/$f.php"), ['Node/Stmt/Class_', 'NameContext', 'BuilderFactory']);
return [10, function () use ($parser, $printer, $codes) {
    $out = '';
    foreach ($codes as $code) {
        $tree = (new PhpParser\NodeTraverser(new PhpParser\NodeVisitor\NameResolver))->traverse($parser->parse($code));
        $out .= $printer->prettyPrintFile($tree);
    }
    return md5($out);
}];
