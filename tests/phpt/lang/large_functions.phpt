--TEST--
Functions with tens of thousands of literals, arguments, array elements, cases and string parts
--FILE--
<?php
$s = '';
for ($i = 0; $i < 40000; $i++) {
    $s .= "\$x = 's$i'; \$y = \$x; ";
}
eval($s . 'try { throw new LogicException("l"); } catch (RuntimeException | LogicException $e) { echo get_class($e), "\n"; }');
echo $x, ' ', $y, "\n";

eval('echo max(' . implode(',', range(1, 20000)) . '), " ", count(array_merge(' . str_repeat('[1],', 30000) . '[2])), "\n";');

$s = '';
for ($i = 0; $i < 70000; $i++) {
    $s .= "'k$i' => \$x . '/$i', ";
}
eval("\$map = [$s];");
echo count($map), ' ', $map['k69999'], ' ', $map['k0'], "\n";

$s = '';
for ($i = 0; $i < 20000; $i++) {
    $s .= "case $i: return 'n$i'; ";
}
eval("function pick(\$n) { switch (\$n) { $s } return 'none'; }");
echo pick(0), ' ', pick(16384), ' ', pick(19999), ' ', pick(20000), "\n";

eval('echo strlen("' . str_repeat('a{$y}', 20000) . '"), " ", strlen(' . str_repeat('$y . ', 20000) . '""), "\n";');

$s = '';
for ($i = 0; $i < 20000; $i++) {
    $s .= "const C$i = $i; public \$p$i = 'v$i'; function m$i() { return self::C$i . \$this->p$i; } ";
}
eval("class Large { $s }");
$o = new Large;
echo $o->m0(), ' ', $o->m19999(), "\n";

$s = '';
for ($i = 0; $i < 20000; $i++) {
    $s .= "if (\$o->m$i() !== '{$i}v$i' || Large::C$i !== $i || \$o->p$i !== 'v$i') echo 'wrong'; ";
}
eval($s);
?>
--EXPECT--
LogicException
s39999 s39999
20000 30001
70000 s39999/69999 s39999/0
n0 n16384 n19999 none
140000 120000
0v0 19999v19999
