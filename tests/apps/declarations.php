<?php
// Reads every PHP file below a folder: its tokens by the tokenizer, and, compiled and run, every file that only declares.
// Usage: declarations.php FOLDER
ini_set('memory_limit', -1);
$folder = $argv[1];
$files = array_map(strval(...), iterator_to_array(new RegexIterator(new RecursiveIteratorIterator(
    new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS)), '/\.php$/'), false));
$files = array_values(array_filter($files, is_file(...)));
sort($files);
$declaring = [];
foreach ($files as $file) {
    $code = file_get_contents($file);
    $tokens = token_get_all($code);
    $objects = PhpToken::tokenize($code);
    $text = implode('', array_map(fn($t) => is_array($t) ? $t[1] : $t, $tokens));
    printf("%s: %d tokens %s %s\n", substr($file, strlen($folder)), count($tokens), md5(serialize($tokens)),
        $text === $code && implode('', $objects) === $code ? 'whole' : 'NOT WHOLE');
    // What stands outside of braces: nothing but declarations?
    $depth = 0;
    $first = null;
    $only = true;
    foreach ($objects as $t) {
        if ($t->is(['{', T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES])) {
            $depth++;
        } elseif ($t->is('}')) {
            $depth--;
            $first = $depth ? $first : null;
        } elseif ($depth === 0 && !$t->isIgnorable()) {
            $first ??= $t;
            $only = $only && $first->is([T_CLASS, T_ABSTRACT, T_FINAL, T_INTERFACE, T_TRAIT, T_FUNCTION, T_NAMESPACE, T_USE, T_ATTRIBUTE]);
            $first = $t->is(';') ? null : $first;
        }
    }
    if ($only) {
        $declaring[] = $file;
    }
}
echo count($files), ' files, ', count($declaring), " of them only declare\n";
define('ABSPATH', dirname($folder) . '/');
define('WPINC', basename($folder));
// Classes are looked for in the files that declare them, so that the order of files does not matter; what declares a name
// anew is left out.
$where = $included = [];
foreach ($declaring as $file) {
    $code = file_get_contents($file);
    $space = preg_match('/^namespace ([\w\\\\]+)/m', $code, $m) ? $m[1] . '\\' : '';
    preg_match_all('/^\s*(?:abstract |final )*(?:class|interface|trait) (\w+)|^function &?(\w+)/mi', $code, $m, PREG_SET_ORDER);
    $names = array_map(fn($n) => strtolower(($n[2] ?? '') !== '' ? "$space$n[2]()" : $space . $n[1]), $m);
    if (!array_intersect_key($where, array_flip($names))) {
        $included[] = $file;
        $where += array_fill_keys($names, $file);
    }
}
spl_autoload_register(function ($class) use ($where) {
    if (isset($where[strtolower($class)])) {
        require_once $where[strtolower($class)];
    }
});
foreach ($included as $file) {
    try {
        require_once $file;
    } catch (Error $e) {
        echo substr($file, strlen($folder)), ': ', get_class($e), ': ', $e->getMessage(), "\n";
    }
}
echo count($included), " files included\n";
// What was declared, as reflection has it.
function told(ReflectionFunctionAbstract $f): array
{
    $parameters = [];
    foreach ($f->getParameters() as $p) {
        try {
            $default = $p->isDefaultValueAvailable() ? [$p->getDefaultValueConstantName(), $p->getDefaultValue()] : null;
        } catch (Error $e) {
            $default = $e->getMessage();
        }
        $parameters[] = [$p->getName(), (string) $p->getType(), $p->isPassedByReference(), $p->isVariadic(), $default];
    }
    return [(string) $f->getReturnType(), $f->getDocComment(), $f->getStartLine(), $f->getEndLine(), $f->isGenerator(), $parameters];
}
$classes = array_filter(array_merge(get_declared_classes(), get_declared_interfaces(), get_declared_traits()), fn($c) => (new ReflectionClass($c))->isUserDefined());
sort($classes);
foreach ($classes as $name) {
    $class = new ReflectionClass($name);
    $facts = [$class->getDocComment(), $class->getInterfaceNames(), $class->getModifiers(), $class->getConstants(), $class->getTraitNames(), $class->getParentClass()->name ?? null];
    foreach ($class->getProperties() as $p) {
        $facts[] = [$p->getName(), $p->class, $p->getModifiers(), (string) $p->getType(), $p->getDocComment(), $p->getDefaultValue()];
    }
    foreach ($class->getMethods() as $m) {
        $facts[] = [$m->getName(), $m->class, $m->getModifiers(), told($m)];
    }
    echo $name, ' ', count($facts), ' ', md5(json_encode($facts, JSON_PARTIAL_OUTPUT_ON_ERROR)), "\n";
}
$functions = get_defined_functions()['user'];
sort($functions);
foreach ($functions as $function) {
    echo $function, ' ', md5(json_encode(told(new ReflectionFunction($function)), JSON_PARTIAL_OUTPUT_ON_ERROR)), "\n";
}
