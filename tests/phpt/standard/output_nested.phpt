--TEST--
Nested output buffers, chunks, handlers that fail or print
--FILE--
<?php
// Nested buffers: what is printed goes to the topmost one that keeps it.
$log = [];
ob_start();
ob_start(function ($text, $mode) use (&$log) { $log[] = [$text, $mode]; return "[$text]"; });
echo 'one', 2, 3.5, '', null;
ob_start();
echo 'inner';
$inner = ob_get_clean();
echo strrev($inner);
$middle = ob_get_contents();
ob_end_flush();
$outer = ob_get_clean();
var_dump($inner, $middle, $outer, $log);
// A chunk size: the handler runs as soon as it is full.
$log = [];
ob_start();
ob_start(function ($text, $mode) use (&$log) { $log[] = [$text, $mode]; return strtoupper($text); }, 5);
echo 'abc';
echo 'defg';
echo 'hi';
ob_end_flush();
var_dump(ob_get_clean(), $log);
// A handler that fails is passed over.
ob_start();
ob_start(function () { return false; });
echo 'kept';
ob_flush();
echo ' as it is';
ob_end_flush();
var_dump(ob_get_clean());
// A handler that prints.
ob_start();
ob_start(function ($text) { echo 'lost'; return $text . '!'; });
echo 'text';
ob_end_flush();
var_dump(ob_get_clean());
// What is refused names the buffer.
class Marking { function __invoke($text) { return "<$text>"; } }
ob_start();
ob_start(new Marking, 0, 0);
echo 'a';
ob_clean();
ob_flush();
ob_end_clean();
ob_get_clean();
echo 'b', "\n";
print_r(ob_list_handlers());
var_dump(ob_get_status()['name'], ob_get_level(), ob_get_length() > 100);
// Large pieces, and many.
ob_start();
for ($i = 0; $i < 20000; $i++) {
    echo $i, ',';
}
$many = ob_get_clean();
ob_start();
echo str_repeat('x', 200000);
echo 'y';
$large = ob_get_clean();
var_dump(strlen($many), md5($many), strlen($large), substr($large, -3));
--EXPECTF--
string(5) "inner"
string(12) "one23.5renni"
string(14) "[one23.5renni]"
array(1) {
  [0]=>
  array(2) {
    [0]=>
    string(12) "one23.5renni"
    [1]=>
    int(9)
  }
}
string(9) "ABCDEFGHI"
array(2) {
  [0]=>
  array(2) {
    [0]=>
    string(7) "abcdefg"
    [1]=>
    int(1)
  }
  [1]=>
  array(2) {
    [0]=>
    string(2) "hi"
    [1]=>
    int(8)
  }
}
string(13) "kept as it is"
string(5) "text!"
<a
Notice: ob_clean(): Failed to delete buffer of Marking::__invoke (1) in %s on line 43

Notice: ob_flush(): Failed to flush buffer of Marking::__invoke (1) in %s on line 44

Notice: ob_end_clean(): Failed to discard buffer of Marking::__invoke (1) in %s on line 45

Notice: ob_get_clean(): Failed to discard buffer of Marking::__invoke (1) in %s on line 46

Notice: ob_get_clean(): Failed to delete buffer of Marking::__invoke (1) in %s on line 46
b
Array
(
    [0] => default output handler
    [1] => Marking::__invoke
)
string(17) "Marking::__invoke"
int(2)
bool(true)
int(108890)
string(32) "198a3dd91fe14ca57a92030fd5fe5b38"
int(200001)
string(3) "xxy"
>
