<?php
// `php --stubs`: a file an extension that declares what it has, for editors and analyzers.
namespace Howdah;

/** Names that PHP lets no script declare. */
const UNDECLARABLE = ['assert', 'die', 'exit'];

function indented(string $text): string
{
    return preg_replace('/^(?=.)/m', '    ', $text);
}

/** A comment of lines, with an end of line; nothing of no lines. */
function comment(array $lines): string
{
    $lines = array_filter($lines, fn ($l) => $l !== '');
    $text = str_replace('*/', '* /', implode("\n", $lines));
    return match (true) {
        $text === '' => '',
        str_contains($text, "\n") => "/**\n" . preg_replace('/^ ?/m', ' * ', $text) . "\n */\n",
        default => "/** $text */\n",
    };
}

/** What is told of a function or method, and its attributes. */
function introduction(\ReflectionFunctionAbstract $f): string
{
    $lines = [told($f)];
    if ($f->hasTentativeReturnType()) {
        $lines[] = '@tentative-return-type';
    }
    foreach ($f->getParameters() as $p) {
        if ($p->isPassedByReference() && $p->canBePassedByValue()) {
            $lines[] = '@prefer-ref $' . $p->getName();
        }
    }
    if ($f->isDeprecated()) {
        $lines[] = '@deprecated';
    }
    return comment($lines) . attributes($f, "\n");
}

function declaration(\ReflectionClass $c): string
{
    $body = [];
    foreach (own($c, $c->getReflectionConstants()) as $k) {
        $type = type($k->getType());
        $value = $k->getValue();
        if ($k->isEnumCase()) {
            $backed = $value instanceof \BackedEnum ? ' = ' . source($value->value) : '';
            $body[] = attributes($k, "\n") . "case {$k->getName()}$backed;\n";
        } else {
            $words = implode(' ', [...words($k), 'const']) . ($type === '' ? '' : " $type");
            $body[] = ($k->isDeprecated() ? attributes($k, "\n") : '') . "$words {$k->getName()} = " . source($value) . ";\n";
        }
    }
    foreach (properties($c) as $p) {
        $body[] = property($p) . ";\n";
    }
    foreach (methods($c) as $m) {
        $body[] = "\n" . introduction($m) . method($m) . ($m->isAbstract() ? ";\n" : " {}\n");
    }
    $text = comment([told($c)]) . attributes($c, "\n") . head($c) . "\n{\n" . indented(ltrim(implode('', $body), "\n")) . "}\n";
    return $text;
}

/** What an extension declares, by namespace. */
function parts(\ReflectionExtension $e): array
{
    $parts = [];
    foreach (constants($e) as $name => $value) {
        $namespace = substr($name, 0, (int) strrpos($name, '\\'));
        $parts[$namespace]['constants'][] = '\define(' . source((string) $name) . ', ' . source($value) . ");\n";
    }
    foreach (functions($e) as $f) {
        $text = introduction($f) . signature($f) . " {}\n";
        if (in_array($f->getName(), UNDECLARABLE, true)) {
            $text = "// No script may declare this one.\n// " . signature($f) . "\n";
        }
        $parts[$f->getNamespaceName()]['functions'][] = "\n$text";
    }
    foreach (classes($e) as $c) {
        $parts[$c->getNamespaceName()]['classes'][] = "\n" . declaration($c);
    }
    foreach (aliases($e) as $alias => $name) {
        $namespace = substr($alias, 0, (int) strrpos($alias, '\\'));
        $parts[$namespace]['aliases'][] = "\n\\class_alias(" . source($name) . ', ' . source($alias) . ");\n";
    }
    ksort($parts, SORT_STRING);
    return $parts;
}

$extensions = extensions();
foreach ($extensions as $e) {
    $name = $e->getName();
    $text = "<?php\n\n// What the extension $name declares, for editors and analyzers. Written by `php --stubs`: signatures are PHP's, values\n"
        . "// those of this machine. Where the extension is loaded this file does nothing.\n";
    foreach (parts($e) as $namespace => $part) {
        $inner = implode('', array_map(fn ($kind) => implode('', $part[$kind] ?? []), ['constants', 'functions', 'classes', 'aliases']));
        $inner = indented(ltrim($inner, "\n"));
        $text .= "\nnamespace" . ($namespace === '' ? '' : " $namespace") . "\n{\n"
            . indented('if (!\extension_loaded(' . source($name) . ")) {\n{$inner}}\n") . "}\n";
    }
    put($folder, strtolower($name) . '.php', $text);
}
echo count($extensions), " files written to $folder\n";
