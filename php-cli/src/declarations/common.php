<?php
// What the extensions declare, read through reflection, as PHP writes it. Run by `php --stubs` and `php --reference`, which add
// Howdah\documentation() for what the sources tell of a function, method or class.
namespace Howdah;

use ReflectionAttribute;
use ReflectionClass;
use ReflectionExtension;
use ReflectionFunctionAbstract;
use ReflectionMethod;
use ReflectionParameter;
use ReflectionProperty;

/** A string as a literal: printable whatever it holds. */
function quoted(string $s): string
{
    if (!preg_match('/[^\x20-\x7e]/', $s) || (preg_match('//u', $s) && !preg_match('/[\x00-\x1f\x7f]/', $s))) {
        return "'" . addcslashes($s, "'\\") . "'";
    }
    $escape = fn ($m) => match ($m[0]) {
        "\n" => '\n', "\r" => '\r', "\t" => '\t', '"' => '\"', '\\' => '\\\\', '$' => '\$',
        default => sprintf('\x%02x', ord($m[0])),
    };
    return '"' . preg_replace_callback('/[^\x20-\x7e]|["$\\\\]/', $escape, $s) . '"';
}

/** A value as PHP source. */
function source(mixed $v): string
{
    return match (true) {
        is_string($v) => quoted($v),
        is_float($v) && is_nan($v) => '\NAN',
        is_float($v) && is_infinite($v) => ($v < 0 ? '-' : '') . '\INF',
        is_null($v) => 'null',
        is_bool($v) => $v ? 'true' : 'false',
        is_array($v) && array_is_list($v) => '[' . implode(', ', array_map(source(...), $v)) . ']',
        is_array($v) => '[' . implode(', ', array_map(fn ($k) => source($k) . ' => ' . source($v[$k]), array_keys($v))) . ']',
        $v instanceof \UnitEnum => '\\' . $v::class . '::' . $v->name,
        is_resource($v) => "\\fopen('" . stream_get_meta_data($v)['uri'] . "', '" . stream_get_meta_data($v)['mode'] . "')",
        is_object($v) => 'null',
        default => var_export($v, true),
    };
}

/** A type with its classes named from the root. */
function type(\ReflectionType|string|null $type): string
{
    $own = [
        'array', 'bool', 'callable', 'false', 'float', 'int', 'iterable', 'mixed', 'never', 'null', 'object', 'parent', 'self',
        'static', 'string', 'true', 'void',
    ];
    $named = fn ($m) => in_array(strtolower($m[0]), $own, true) ? $m[0] : '\\' . $m[0];
    return preg_replace_callback('/[\w\\\\]+/', $named, (string) $type);
}

/** The attributes of something, one a line. */
function attributes(ReflectionClass|ReflectionFunctionAbstract|ReflectionParameter|\ReflectionClassConstant $of, string $end): string
{
    $line = function (ReflectionAttribute $a) use ($end) {
        $given = [];
        foreach ($a->getArguments() as $name => $v) {
            $given[] = (is_string($name) ? "$name: " : '') . source($v);
        }
        return '#[\\' . $a->getName() . ($given ? '(' . implode(', ', $given) . ')' : '') . ']' . $end;
    };
    return implode('', array_map($line, $of->getAttributes()));
}

function parameter(ReflectionParameter $p): string
{
    $type = type($p->getType());
    $text = attributes($p, ' ') . ($type === '' ? '' : "$type ");
    $text .= ($p->isPassedByReference() ? '&' : '') . ($p->isVariadic() ? '...' : '') . '$' . $p->getName();
    if ($p->isDefaultValueAvailable()) {
        $constant = $p->isDefaultValueConstant() ? $p->getDefaultValueConstantName() : null;
        $constant = $constant === null ? null : preg_replace('/^(?!self::|static::|parent::|\\\\)/', '\\', $constant);
        $text .= ' = ' . ($constant ?? source($p->getDefaultValue()));
    } elseif ($p->isOptional() && !$p->isVariadic()) {
        // As PHP's own stubs have it where leaving an argument out is no value's equal.
        $text .= ' = UNKNOWN';
    }
    return $text;
}

/** The return type, the tentative one too. */
function returned(ReflectionFunctionAbstract $f): string
{
    $type = type($f->getReturnType() ?? $f->getTentativeReturnType());
    return $type === '' ? '' : ": $type";
}

/** A function's head from `function` on. */
function signature(ReflectionFunctionAbstract $f): string
{
    $parameters = implode(', ', array_map(parameter(...), $f->getParameters()));
    return 'function ' . ($f->returnsReference() ? '&' : '') . $f->getShortName() . "($parameters)" . returned($f);
}

/** What the sources tell, without the links of Rust's documentation. */
function told(ReflectionClass|ReflectionFunctionAbstract $of): string
{
    $text = $of instanceof ReflectionMethod
        ? documentation($of->getName(), $of->getDeclaringClass()->getName())
        : documentation($of->getName(), $of instanceof ReflectionClass ? '' : null);
    return trim(preg_replace('/\[(`[^`]+`)\](\([^)]*\))?/', '$1', (string) $text));
}

/** The words before a property's or class constant's name. */
function words(ReflectionProperty|\ReflectionClassConstant|ReflectionMethod $m): array
{
    return array_diff(\Reflection::getModifierNames($m->getModifiers()), ['virtual']);
}

/** A class's head. */
function head(ReflectionClass $c): string
{
    $inherited = $c->getParentClass() ? $c->getParentClass()->getInterfaceNames() : [];
    $declared = array_diff($c->getInterfaceNames(), $inherited, ['UnitEnum', 'BackedEnum']);
    foreach ($declared as $name) {
        $declared = array_diff($declared, (new ReflectionClass($name))->getInterfaceNames());
    }
    $interfaces = implode(', ', array_map(fn ($n) => "\\$n", $declared));
    $parent = $c->getParentClass() ? ' extends \\' . $c->getParentClass()->getName() : '';
    $name = $c->getShortName();
    if ($c->isEnum()) {
        $backing = (new \ReflectionEnum($c->getName()))->getBackingType();
        return "enum $name" . ($backing ? ": $backing" : '') . ($interfaces === '' ? '' : " implements $interfaces");
    }
    if ($c->isInterface()) {
        return "interface $name" . ($interfaces === '' ? '' : " extends $interfaces");
    }
    $abstract = array_filter($c->getMethods(), fn ($m) => $m->isAbstract());
    $word = ($c->isFinal() ? 'final ' : '') . ($c->isReadOnly() ? 'readonly ' : '') . ($abstract || $c->isAbstract() ? 'abstract ' : '');
    return $word . ($c->isTrait() ? 'trait' : 'class') . " $name$parent" . ($interfaces === '' ? '' : " implements $interfaces");
}

/** A class's own members of a kind. */
function own(ReflectionClass $c, array $members): array
{
    return array_filter($members, fn ($m) => $m->getDeclaringClass()->getName() === $c->getName());
}

/** A class's own methods, without those that every enum has. */
function methods(ReflectionClass $c): array
{
    $of_enums = $c->isEnum() ? ['cases', 'from', 'tryfrom'] : [];
    return array_filter(own($c, $c->getMethods()), fn ($m) => !in_array(strtolower($m->getName()), $of_enums, true));
}

/** A class's own properties, without those that every enum has. */
function properties(ReflectionClass $c): array
{
    return $c->isEnum() ? [] : own($c, $c->getProperties());
}

function property(ReflectionProperty $p): string
{
    $type = type($p->getType());
    $default = $p->hasDefaultValue() && !($type === '' && $p->getDefaultValue() === null) ? ' = ' . source($p->getDefaultValue()) : '';
    $words = $p->isReadOnly() ? array_diff(words($p), ['protected(set)']) : words($p);
    return implode(' ', $words) . ($type === '' ? '' : " $type") . ' $' . $p->getName() . $default;
}

function method(ReflectionMethod $m): string
{
    $words = $m->getDeclaringClass()->isInterface() ? array_diff(words($m), ['abstract']) : words($m);
    return implode(' ', [...$words, signature($m)]);
}

/** The extensions by their names, in any case. */
function extensions(): array
{
    $names = get_loaded_extensions();
    natcasesort($names);
    return array_map(fn ($n) => new ReflectionExtension($n), array_values($names));
}

/** An extension's constants by name. */
function constants(ReflectionExtension $e): array
{
    $all = $e->getConstants();
    ksort($all, SORT_STRING);
    return $all;
}

/** An extension's functions, without this program's helper. */
function functions(ReflectionExtension $e): array
{
    $all = array_filter($e->getFunctions(), fn ($n) => stripos($n, 'howdah\\') !== 0, ARRAY_FILTER_USE_KEY);
    ksort($all, SORT_STRING);
    return array_values($all);
}

/** An extension's classes by name; second names are in aliases(). */
function classes(ReflectionExtension $e): array
{
    $all = [];
    foreach ($e->getClasses() as $c) {
        $all[$c->getName()] = $c;
    }
    ksort($all, SORT_STRING | SORT_FLAG_CASE);
    return $all;
}

/** Second names of classes: alias => name. */
function aliases(ReflectionExtension $e): array
{
    $namespaces = [];
    foreach (classes($e) as $c) {
        $namespaces[strtolower($c->getNamespaceName())] = $c->getNamespaceName();
    }
    $all = [];
    foreach ($e->getClasses() as $name => $c) {
        if (strcasecmp($name, $c->getName()) !== 0) {
            // Second names are kept in lower case; their words are known from elsewhere mostly.
            $parts = explode('\\', $name);
            $short = array_pop($parts);
            $short = strcasecmp($short, $c->getShortName()) === 0 ? $c->getShortName() : $short;
            $namespace = implode('\\', $parts);
            $all[($namespace === '' ? '' : ($namespaces[$namespace] ?? $namespace) . '\\') . $short] = $c->getName();
        }
    }
    return $all;
}

/** Writes a file into a folder, which is made where it is missing. */
function put(string $folder, string $name, string $text): void
{
    if (!is_dir($folder) && !@mkdir($folder, 0777, true)) {
        fail("$folder: the folder cannot be made");
    }
    if (@file_put_contents("$folder/$name", $text) !== strlen($text)) {
        fail("$folder/$name: the file cannot be written");
    }
}

function fail(string $why): never
{
    fwrite(STDERR, "$why\n");
    exit(1);
}
