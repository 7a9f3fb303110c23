--TEST--
The value of an assignment to an element of an element, or of a property, is the caller's to keep
--FILE--
<?php
class Node { public $list = []; public ?Node $next = null; public $value; }
class Store
{
    public static $all = [];
    static function keep() { $k = [mt_rand()]; return self::$all['a'] = $k; }
    static function nested() { $k = [mt_rand()]; $a = ['q' => []]; return $a['q']['z'] = $k; }
    static function appended() { $k = [mt_rand()]; $a = ['q' => []]; return $a['q'][] = $k; }
    static function property() { $k = [mt_rand()]; $n = new Node; $n->next = new Node; return $n->next->list = $k; }
    static function fresh() { $k = [mt_rand()]; return (fn() => new Node)()->list = $k; }
    static function called() { $k = [mt_rand()]; return self::node()->list['x'] = $k; }
    static function joined() { $k = [mt_rand()]; return self::node()->list += $k; }
    static function text() { return self::node()->value .= str_repeat('x', 3); }
    static function counted() { return [++self::node()->value, self::node()->value++]; }
    static function linked() { $k = [mt_rand()]; return self::node()->list = &$k; }
    static function node() { return new Node; }
}
foreach (['keep', 'nested', 'appended', 'property', 'fresh', 'called', 'joined', 'linked'] as $f) {
    $r = Store::$f();
    Store::$all = [];
    $again = [mt_rand(), mt_rand()];
    echo $f, ' ', count($r), ' ', is_int($r[0]) ? 'int' : gettype($r[0]), "\n";
}
var_dump(Store::text(), Store::counted());
?>
--EXPECT--
keep 1 int
nested 1 int
appended 1 int
property 1 int
fresh 1 int
called 1 int
joined 1 int
linked 1 int
string(3) "xxx"
array(2) {
  [0]=>
  int(1)
  [1]=>
  NULL
}
