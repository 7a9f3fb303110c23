--TEST--
Texts of old formats number their values on from those around them
--INI--
error_reporting=24575
--FILE--
<?php
class Old implements Serializable
{
    public $data;
    public function serialize() { return serialize($this->data); }
    public function unserialize($text) { $this->data = unserialize($text); }
    public function __serialize(): array { return []; }
    public function __unserialize(array $a): void {}
}

class Plain implements Serializable
{
    public $data;
    public function serialize() { return serialize($this->data); }
    public function unserialize($text) { $this->data = unserialize($text); }
}

$o = new stdClass;
$p = new Plain;
$p->data = [$o, $o];
echo $text = serialize([$o, $p, $o]), "\n";
$a = unserialize($text);
var_dump($a[0] === $a[2], $a[1]->data[0] === $a[0], $a[1]->data[1] === $a[0]);

$s = new SplObjectStorage;
$s[$o] = 1;
$s[new ArrayObject([$o])] = $o;
echo $text = $s->serialize(), "\n";
$t = new SplObjectStorage;
$t->unserialize($text);
foreach ($t as $i => $each) {
    echo get_class($each), " ", is_object($t[$each]) ? get_class($t[$each]) : $t[$each], "\n";
}

$l = new SplDoublyLinkedList;
$l->push($o);
$l->push($o);
echo $text = $l->serialize(), "\n";
$m = new SplDoublyLinkedList;
$m->unserialize($text);
var_dump($m[0] === $m[1]);

foreach (['x:i:0;r:1;;m:a:0:{}', 'x:i:0;a:1:{i:0;O:8:"stdClass":0:{}};m:i:5;'] as $text) {
    try {
        unserialize('a:2:{i:0;C:11:"ArrayObject":' . strlen($text) . ':{' . $text . '}i:1;i:5;}');
    } catch (UnexpectedValueException $e) {
        echo $e->getMessage(), "\n";
    }
}
--EXPECT--
a:3:{i:0;O:8:"stdClass":0:{}i:1;C:5:"Plain":22:{a:2:{i:0;r:2;i:1;r:2;}}i:2;r:2;}
bool(true)
bool(true)
bool(true)
x:i:2;O:8:"stdClass":0:{},i:1;;O:11:"ArrayObject":4:{i:0;i:0;i:1;a:1:{i:0;r:2;}i:2;a:0:{}i:3;N;},r:2;;m:a:0:{}
stdClass 1
ArrayObject stdClass
i:0;:O:8:"stdClass":0:{}:r:2;
bool(true)
Error at offset 10 of 19 bytes
Error at offset 42 of 42 bytes
