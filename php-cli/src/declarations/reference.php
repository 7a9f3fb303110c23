<?php
// `php --reference`: a page an extension of what it declares, and one that lists them. Values, which may be those of a library or a
// machine, are left out.
namespace Howdah;

/** What is told of something, as comment lines. */
function remarks(\ReflectionFunctionAbstract $f, string $before): string
{
    $text = told($f);
    if ($f->isDeprecated()) {
        $text = trim("Deprecated.\n$text");
    }
    return $text === '' ? '' : preg_replace('/^ ?/m', "$before// ", $text) . "\n";
}

/** PHP source, marked as such. */
function block(array $lines): string
{
    return $lines === [] ? '' : "```php\n" . implode('', $lines) . "```\n\n";
}

function settings(\ReflectionExtension $e): string
{
    $where = [1 => 'scripts', 2 => '.user.ini', 4 => 'php.ini', 6 => 'php.ini and .user.ini', 7 => 'everywhere'];
    $rows = '';
    foreach (ini_get_all(strtolower($e->getName())) ?: [] as $name => $entry) {
        $rows .= "| `$name` | {$where[$entry['access']]} |\n";
    }
    return $rows === '' ? '' : "## Settings\n\n| name | may be changed in |\n|---|---|\n$rows\n";
}

function constant_names(\ReflectionExtension $e): string
{
    $names = array_keys(constants($e));
    return $names === [] ? '' : "## Constants\n\n" . implode("\n", array_map(fn ($n) => "`$n`", $names)) . "\n\n";
}

function class_page(\ReflectionClass $c): string
{
    $lines = [];
    foreach (own($c, $c->getReflectionConstants()) as $k) {
        $words = implode(' ', [...words($k), 'const']) . ($k->getType() ? ' ' . type($k->getType()) : '');
        $lines[] = ($k->isEnumCase() ? 'case' : $words) . " {$k->getName()}\n";
    }
    foreach (properties($c) as $p) {
        $lines[] = property($p) . "\n";
    }
    foreach (methods($c) as $m) {
        $lines[] = remarks($m, '') . method($m) . "\n";
    }
    $namespace = $c->getNamespaceName();
    $text = "### {$c->getName()}\n\n" . (told($c) === '' ? '' : told($c) . "\n\n");
    $head = ($namespace === '' ? '' : "namespace $namespace;\n") . attributes($c, "\n") . head($c) . "\n";
    return $text . block([$head, ...($lines === [] ? [] : ["\n", ...$lines])]);
}

function page(\ReflectionExtension $e): string
{
    $text = "# {$e->getName()}\n\nWritten by `php --reference`; see [the index](README.md).\n\n";
    foreach ($e->getDependencies() as $name => $kind) {
        $text .= "- " . strtolower($kind) . ": $name\n";
    }
    $text .= $e->getDependencies() ? "\n" : '';
    $text .= settings($e) . constant_names($e);
    $functions = array_map(function ($f) {
        $namespace = $f->getNamespaceName();
        return remarks($f, '') . str_replace('function ', 'function ' . ($namespace === '' ? '' : "$namespace\\"), signature($f)) . "\n";
    }, functions($e));
    $text .= $functions === [] ? '' : "## Functions\n\n" . block($functions);
    $classes = implode('', array_map(class_page(...), classes($e)));
    $text .= $classes === '' ? '' : "## Classes\n\n$classes";
    foreach (aliases($e) as $alias => $name) {
        $text .= "`$alias` is a second name of `$name`.\n";
    }
    return rtrim($text) . "\n";
}

$index = "# What the extensions declare\n\nWritten by `php --reference docs/reference` from the declarations themselves, those that reflection,\n"
    . "`php --rf`, named arguments and `php --stubs` go by. Values are not shown: `php --re NAME` shows those of a machine.\n\n"
    . "| extension | functions | classes | constants |\n|---|---|---|---|\n";
$extensions = extensions();
foreach ($extensions as $e) {
    $file = strtolower($e->getName()) . '.md';
    $numbers = [count(functions($e)), count(classes($e)), count(constants($e))];
    $index .= "| [{$e->getName()}]($file) | " . implode(' | ', $numbers) . " |\n";
    put($folder, $file, page($e));
}
put($folder, 'README.md', $index);
echo count($extensions) + 1, " files written to $folder\n";
