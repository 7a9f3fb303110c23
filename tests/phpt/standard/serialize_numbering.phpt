--TEST--
Serialized texts with and without pointers; objects that an element replaces; many levels
--FILE--
<?php
class D
{
    public $n;
    public function __destruct() { echo "end of $this->n\n"; }
}
class W
{
    public $v = 1;
    public function __sleep() { return ['v']; }
    public function __wakeup() { echo "wake\n"; }
}
$q = [1];
$o = new W;
$all = ['r:1;', &$q, &$q, $o, $o, new W, 'R:2;', 'k' => ['C:1'], 1.5, -3, true, null];
echo $s = serialize($all), "\n";
echo serialize(unserialize($s)) === $s ? 'same' : 'other', "\n";
$u = unserialize($s);
$u[1][] = 2;
echo json_encode([$u[2], $u[3] === $u[4], $u[3] === $u[5]]), "\n";
unserialize('a:3:{i:0;O:1:"D":1:{s:1:"n";i:1;}i:0;O:1:"D":1:{s:1:"n";i:2;}i:1;O:1:"W":1:{s:1:"v";i:7;}}');
foreach (['i:5', 'i:-0012;', 'i:9223372036854775808;', 'i:+7;', 'd:.5;', 's:3:"ab";', 'a:1:{i:0;i:1}', 'a:2:{s:1:"1";i:3;i:1;i:4;}', 'a:1:{b:1;i:3;}',
    'a:2:{i:0;s:2:"hi";i:1;R:2;}', 'O:8:"stdClass":2:{s:1:"a";i:1;i:5;r:1;}', 'a:1:{i:0;r:1;}', 'b:2;', 'N;x'] as $t) {
    echo $t, ' => ';
    var_dump(unserialize($t));
}
var_dump(unserialize('a:1:{i:0;a:1:{i:0;a:0:{}}}', ['max_depth' => 2]), @unserialize('a:1:{i:0;a:1:{i:0;a:1:{i:0;i:1;}}}', ['max_depth' => 2]));
$deep = 1;
for ($i = 0; $i < 3000; $i++) {
    $deep = [$deep];
}
var_dump(unserialize(serialize($deep)) === $deep);
--EXPECTF--
a:12:{i:0;s:4:"r:1;";i:1;a:1:{i:0;i:1;}i:2;R:3;i:3;O:1:"W":1:{s:1:"v";i:1;}i:4;r:5;i:5;O:1:"W":1:{s:1:"v";i:1;}i:6;s:4:"R:2;";s:1:"k";a:1:{i:0;s:3:"C:1";}i:7;d:1.5;i:8;i:-3;i:9;b:1;i:10;N;}
wake
wake
same
wake
wake
[[1,2],true,false]
end of 1
wake
end of 2
i:5 => 
Warning: unserialize(): Error at offset 0 of 3 bytes in %s on line 25
bool(false)
i:-0012; => int(-12)
i:9223372036854775808; => 
Warning: unserialize(): Numerical result out of range in %s on line 25
int(9223372036854775807)
i:+7; => int(7)
d:.5; => float(0.5)
s:3:"ab"; => 
Warning: unserialize(): Error at offset 8 of 9 bytes in %s on line 25
bool(false)
a:1:{i:0;i:1} => 
Warning: unserialize(): Error at offset 9 of 13 bytes in %s on line 25
bool(false)
a:2:{s:1:"1";i:3;i:1;i:4;} => array(1) {
  [1]=>
  int(4)
}
a:1:{b:1;i:3;} => 
Warning: unserialize(): Error at offset 9 of 14 bytes in %s on line 25
bool(false)
a:2:{i:0;s:2:"hi";i:1;R:2;} => array(2) {
  [0]=>
  &string(2) "hi"
  [1]=>
  &string(2) "hi"
}
O:8:"stdClass":2:{s:1:"a";i:1;i:5;r:1;} => object(stdClass)#7 (2) {
  ["a"]=>
  int(1)
  ["5"]=>
  *RECURSION*
}
a:1:{i:0;r:1;} => 
Warning: unserialize(): Error at offset 13 of 14 bytes in %s on line 25
bool(false)
b:2; => 
Warning: unserialize(): Error at offset 0 of 4 bytes in %s on line 25
bool(false)
N;x => 
Warning: unserialize(): Extra data starting at offset 2 of 3 bytes in %s on line 25
NULL
array(1) {
  [0]=>
  array(1) {
    [0]=>
    array(0) {
    }
  }
}
bool(false)
bool(true)
