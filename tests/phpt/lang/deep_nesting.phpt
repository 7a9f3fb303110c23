--TEST--
Source that nests or chains too deeply is an error, and what is just deep works
--FILE--
<?php
function tries(string $what, string $code) {
    try {
        eval($code);
        echo "$what: fine\n";
    } catch (ParseError $e) {
        echo "$what: ", $e->getMessage(), "\n";
    }
}
foreach (['(' => ')', '[' => ']', '!' => '', '- ' => '', '@' => '', 'fn() => ' => '', '$a = ' => '', '2 ** ' => '', 'print ' => ''] as $open => $close) {
    tries("$open 100000", '$x = ' . str_repeat($open, 100000) . '1' . str_repeat($close, 100000) . ';');
    tries("$open unclosed", '$x = ' . str_repeat($open, 100000));
}
foreach (['if (1) {' => '}', 'while (0) {' => '}', '{' => '}', 'try {' => '} finally {}'] as $open => $close) {
    tries("$open 100000", str_repeat($open, 100000) . str_repeat($close, 100000));
    tries("$open 1000", str_repeat($open, 1000) . str_repeat($close, 1000));
}
tries('heredoc', "\$x = <<<A\n" . str_repeat("text\n", 1000));
$o = new stdClass;
$o->o = $o;
$a[0] = &$a;
eval('$r = $o' . str_repeat('->o', 20000) . ';');
var_dump($r === $o);
eval('$o' . str_repeat('->o', 20000) . '->n = 5; unset($a' . str_repeat('[0]', 20000) . '["x"]);');
var_dump($o->n, isset($a['x']));
eval('$r = 1' . str_repeat(' + $o->n', 40000) . ';');
var_dump($r);
eval('const SUM = 1' . str_repeat(' + M_PI', 30000) . '; $r = 1' . str_repeat(' && 1', 50000) . ';');
var_dump(round(SUM), $r);
eval('$x = $o' . str_repeat('->o', 100000) . ';');
?>
--EXPECTF--
( 100000: memory exhausted
( unclosed: memory exhausted
[ 100000: memory exhausted
[ unclosed: memory exhausted
! 100000: memory exhausted
! unclosed: memory exhausted
-  100000: memory exhausted
-  unclosed: memory exhausted
@ 100000: memory exhausted
@ unclosed: memory exhausted
fn() =>  100000: memory exhausted
fn() =>  unclosed: memory exhausted
$a =  100000: memory exhausted
$a =  unclosed: memory exhausted
2 **  100000: memory exhausted
2 **  unclosed: memory exhausted
print  100000: memory exhausted
print  unclosed: memory exhausted
if (1) { 100000: memory exhausted
if (1) { 1000: fine
while (0) { 100000: memory exhausted
while (0) { 1000: fine
{ 100000: memory exhausted
{ 1000: fine
try { 100000: memory exhausted
try { 1000: fine
heredoc: syntax error, unexpected end of file, expecting variable or heredoc end or "${" or "{$"
bool(true)
int(5)
bool(false)
int(200001)
float(94249)
bool(true)

Fatal error: Maximum call stack size of %d bytes (zend.max_allowed_stack_size - zend.reserved_stack_size) reached during compilation. Try splitting expression in %s(%d) : eval()'d code on line 1
