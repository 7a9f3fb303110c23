<?php
// What an extension declares, one item a line and sorted, to be compared between two PHPs:
//     diff <(php tests/signatures.php hash) <(howdah tests/signatures.php hash)

function attributes(Reflector $of): string
{
    $all = '';
    foreach ($of->getAttributes() as $a) {
        $all .= '#[' . $a->getName() . ($a->getArguments() ? json_encode($a->getArguments()) : '') . '] ';
    }
    return $all;
}

function parameter(ReflectionParameter $p): string
{
    $text = $p->getType() === null ? '' : $p->getType() . ' ';
    $text .= ($p->isPassedByReference() ? '&' : '') . ($p->isVariadic() ? '...' : '') . '$' . $p->getName();
    $text = attributes($p) . $text;
    if ($p->isDefaultValueAvailable()) {
        $text .= ' = ' . ($p->getDefaultValueConstantName() ?? var_export($p->getDefaultValue(), true));
    } elseif ($p->isOptional() && !$p->isVariadic()) {
        $text .= ' = ?';
    }
    return $text;
}

function signature(ReflectionFunctionAbstract $f): string
{
    $text = attributes($f) . ($f->isDeprecated() ? 'deprecated ' : '') . ($f->returnsReference() ? '&' : '') . $f->getName();
    $text .= '(' . implode(', ', array_map('parameter', $f->getParameters())) . ')';
    if ($f->hasReturnType()) {
        $text .= ': ' . $f->getReturnType();
    } elseif ($f->hasTentativeReturnType()) {
        $text .= ': tentative ' . $f->getTentativeReturnType();
    }
    return $text;
}

function declared(string $extension): array
{
    $e = new ReflectionExtension($extension);
    $lines = [];
    foreach ($e->getFunctions() as $f) {
        $lines[] = 'function ' . signature($f);
    }
    foreach ($e->getConstants() as $name => $value) {
        $lines[] = "const $name = " . var_export($value, true);
    }
    foreach ($e->getINIEntries() as $name => $value) {
        $access = ini_get_all($extension)[$name]['access'] ?? '?';
        $lines[] = "ini $name = " . var_export($value, true) . " ($access)";
    }
    foreach ($e->getDependencies() as $name => $kind) {
        $lines[] = "needs $name: $kind";
    }
    foreach ($e->getClasses() as $c) {
        $name = $c->getName();
        $head = implode(' ', Reflection::getModifierNames($c->getModifiers()));
        $head .= $c->isInterface() ? ' interface' : ($c->isEnum() ? ' enum' : ($c->isTrait() ? ' trait' : ' class'));
        $interfaces = $c->getInterfaceNames();
        sort($interfaces);
        $parent = $c->getParentClass() ? ' extends ' . $c->getParentClass()->getName() : '';
        $lines[] = "class $name: " . attributes($c) . trim($head) . $parent . ' implements ' . implode(', ', $interfaces);
        foreach ($c->getReflectionConstants() as $k) {
            if ($k->getDeclaringClass()->getName() === $name) {
                $shown = $k->isEnumCase() ? 'case' : var_export($k->getValue(), true);
                $modifiers = implode(' ', Reflection::getModifierNames($k->getModifiers()));
                $modifiers = attributes($k) . $modifiers;
                $lines[] = "class $name: $modifiers const {$k->getType()} {$k->getName()} = $shown";
            }
        }
        foreach ($c->getProperties() as $p) {
            if ($p->getDeclaringClass()->getName() === $name) {
                $modifiers = implode(' ', Reflection::getModifierNames($p->getModifiers()));
                $default = $p->hasDefaultValue() ? ' = ' . var_export($p->getDefaultValue(), true) : '';
                $lines[] = "class $name: $modifiers {$p->getType()} \${$p->getName()}$default";
            }
        }
        foreach ($c->getMethods() as $m) {
            if ($m->getDeclaringClass()->getName() === $name) {
                $modifiers = implode(' ', Reflection::getModifierNames($m->getModifiers()));
                $lines[] = "class $name: $modifiers " . signature($m);
            }
        }
    }
    sort($lines);
    return $lines;
}

foreach (array_slice($argv, 1) as $extension) {
    foreach (declared($extension) as $line) {
        echo "$extension: $line\n";
    }
}
