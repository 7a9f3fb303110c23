--TEST--
unserialize(): forms of keys, arrays that stop being lists, properties, references and where errors are
--FILE--
<?php
#[AllowDynamicProperties]
class P
{
    public $a = 1;
    protected ?float $b = null;
    private array $c = [];
    public function __wakeup() { echo "wakeup ", $this->a, "\n"; }
}
class Q extends P
{
    private $c = 'own';
}
class D
{
    public $v;
    public function __serialize(): array { return [1, 'x' => 2, 3]; }
    public function __unserialize(array $d): void { echo json_encode($d), "\n"; }
    public function __destruct() { echo "gone\n"; }
}
// Lists, lists that stop being one, numeric strings and repeated keys.
foreach ([
    'a:3:{i:0;s:1:"a";i:1;s:1:"b";s:1:"k";i:5;}',
    'a:2:{s:1:"7";i:1;i:7;i:2;}',
    'a:3:{i:0;i:1;i:0;i:2;i:1;N;}',
    'a:2:{i:-1;b:1;i:+3;d:0.5;}',
    'a:1:{S:2:"\61b";i:1;}',
    'a:0:{}',
] as $text) {
    echo json_encode(@unserialize($text)), "\n";
}
// Where reading stops.
foreach ([
    'i', 'i:', 'i:;', 's', 's:2:"a";', 's:1:"a"', 'N', 'N:', 'b:2;', 'd:x;', 'a:1:{N;i:1;}', 'a:1:{i:0;', 'a:2:{i:0;i:1;}',
    'a:1:{s:1:"a;i:1;}', 'a:1:{b:1;i:1;}', 'O:8:"stdClass":1:{s:1:"a";i:1', 'a:1:{a:0:{}i:1;}', 'i:1;x',
] as $text) {
    set_error_handler(function ($n, $m) { echo $m, "\n"; return true; });
    echo $text, ' ', json_encode(unserialize($text)), "\n";
    restore_error_handler();
}
// Properties of every kind, dynamic ones too.
$p = unserialize("O:1:\"P\":4:{s:1:\"a\";i:2;s:4:\"\0*\0b\";d:1.5;s:4:\"\0P\0c\";a:1:{i:0;i:1;}s:1:\"e\";i:9;}");
var_dump($p);
var_dump(unserialize(serialize(new Q)));
try {
    unserialize("O:1:\"P\":1:{s:4:\"\0*\0b\";s:1:\"x\";}");
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
var_dump(unserialize(serialize(new D)) instanceof D);
// References and repeated objects.
$a = [1, 'o' => new stdClass];
$a['r'] = &$a[0];
$a['p'] = $a['o'];
$b = unserialize(serialize($a));
$b['r'] = 5;
var_dump($b[0], $b['o'] === $b['p']);
// An object that another element replaces lives to the end.
$c = unserialize('a:2:{i:0;O:1:"D":0:{}i:0;i:1;}');
echo json_encode($c), "\n";
?>
--EXPECT--
{"0":"a","1":"b","k":5}
{"7":2}
[2,null]
{"-1":true,"3":0.5}
{"ab":1}
[]
i unserialize(): Error at offset 0 of 1 bytes
false
i: unserialize(): Error at offset 0 of 2 bytes
false
i:; unserialize(): Error at offset 0 of 3 bytes
false
s unserialize(): Error at offset 0 of 1 bytes
false
s:2:"a"; unserialize(): Error at offset 7 of 8 bytes
false
s:1:"a" unserialize(): Error at offset 7 of 7 bytes
false
N unserialize(): Error at offset 0 of 1 bytes
false
N: unserialize(): Error at offset 0 of 2 bytes
false
b:2; unserialize(): Error at offset 0 of 4 bytes
false
d:x; unserialize(): Error at offset 0 of 4 bytes
false
a:1:{N;i:1;} unserialize(): Error at offset 7 of 12 bytes
false
a:1:{i:0; unserialize(): Error at offset 9 of 9 bytes
false
a:2:{i:0;i:1;} unserialize(): Unexpected end of serialized data
unserialize(): Error at offset 13 of 14 bytes
false
a:1:{s:1:"a;i:1;} unserialize(): Error at offset 11 of 17 bytes
false
a:1:{b:1;i:1;} unserialize(): Error at offset 9 of 14 bytes
false
O:8:"stdClass":1:{s:1:"a";i:1 unserialize(): Error at offset 26 of 29 bytes
false
a:1:{a:0:{}i:1;} unserialize(): Error at offset 10 of 16 bytes
false
i:1;x unserialize(): Extra data starting at offset 4 of 5 bytes
1
wakeup 2
object(P)#1 (4) {
  ["a"]=>
  int(2)
  ["b":protected]=>
  float(1.5)
  ["c":"P":private]=>
  array(1) {
    [0]=>
    int(1)
  }
  ["e"]=>
  int(9)
}
wakeup 1
object(Q)#2 (4) {
  ["a"]=>
  int(1)
  ["b":protected]=>
  NULL
  ["c":"P":private]=>
  array(0) {
  }
  ["c":"Q":private]=>
  string(3) "own"
}
Cannot assign string to property P::$b of type ?float
gone
{"0":1,"x":2,"1":3}
gone
bool(true)
int(5)
bool(true)
[]
gone
[1]
