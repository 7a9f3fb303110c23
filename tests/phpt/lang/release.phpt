--TEST--
What goes with arrays and objects
--FILE--
<?php
// References that typed properties are bound to outlive the object: they take any value afterwards.
class Typed {
    public int $a = 1;
    public ?Typed $next = null;
    public string $s = 's';
    public array $list = [1, 2];
}
function &bind(): mixed {
    $o = new Typed;
    $o->next = new Typed;
    $r = &$o->next->a;
    try {
        $r = 'not a number';
    } catch (TypeError $e) {
        echo $e->getMessage(), "\n";
    }
    return $r;
}
$free = &bind();
$free = 'anything';
var_dump($free);
// Two properties bound to one reference.
$o = new Typed;
$p = new Typed;
$r = &$o->a;
$p->a = &$r;
unset($o);
try {
    $r = [];
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
unset($p);
$r = [];
var_dump($r);
// Destructors run in the order of the elements, and see what is still there.
class Tells {
    function __construct(public string $name, public mixed $holds = null) {}
    function __destruct() { echo '-', $this->name, is_object($this->holds) ? '(' . $this->holds->name . ')' : '', ' '; }
}
$list = [new Tells('a'), 'k' => new Tells('b', new Tells('c')), [new Tells('d'), [new Tells('e')]], 'f' => (object) ['x' => new Tells('f')]];
$weak = WeakReference::create($list['k']);
unset($list);
echo "\n";
var_dump($weak->get());
// Shared elements stay; keys of all kinds go.
$shared = [str_repeat('x', 3), [1, 2], new Tells('shared')];
for ($i = 0; $i < 3; $i++) {
    $t = [];
    foreach ($shared as $j => $v) {
        $t["key$i$j"] = $v;
        $t[$j] = [$v, "text$i$j"];
    }
    unset($t['key00'], $t[1]);
    unset($t);
}
echo strlen($shared[0]), count($shared[1]), "\n";
// Arrays that a loop by reference stands in, and that hold themselves.
$a = [1, 2, 3];
foreach ($a as $k => &$v) {
    if ($k === 1) {
        $a = null;
    }
}
unset($v);
$self = ['x' => str_repeat('y', 4)];
$self['self'] = &$self;
unset($self);
gc_collect_cycles();
// Deeper than what is taken apart by recursion.
$deep = null;
for ($i = 0; $i < 100000; $i++) {
    $deep = $i % 3 ? [$deep] : (object) ['in' => $deep];
}
$deep = null;
$deep = [];
for ($i = 0; $i < 100000; $i++) {
    $deep = ["k$i" => $deep, 'end' => $i % 1000 ? 1 : new Tells("n$i")];
}
unset($deep);
echo "\nend\n";
--EXPECTF--
Cannot assign string to reference held by property Typed::$a of type int
string(8) "anything"
Cannot assign array to reference held by property Typed::$a of type int
array(0) {
}
-a -b(c) -c -d -e -f 
NULL
32

Warning: foreach() argument must be of type array|object, null given in %s on line 61
-n0 -n1000 -n2000 -n3000 -n4000 -n5000 -n6000 -n7000 -n8000 -n9000 -n10000 -n11000 -n12000 -n13000 -n14000 -n15000 -n16000 -n17000 -n18000 -n19000 -n20000 -n21000 -n22000 -n23000 -n24000 -n25000 -n26000 -n27000 -n28000 -n29000 -n30000 -n31000 -n32000 -n33000 -n34000 -n35000 -n36000 -n37000 -n38000 -n39000 -n40000 -n41000 -n42000 -n43000 -n44000 -n45000 -n46000 -n47000 -n48000 -n49000 -n50000 -n51000 -n52000 -n53000 -n54000 -n55000 -n56000 -n57000 -n58000 -n59000 -n60000 -n61000 -n62000 -n63000 -n64000 -n65000 -n66000 -n67000 -n68000 -n69000 -n70000 -n71000 -n72000 -n73000 -n74000 -n75000 -n76000 -n77000 -n78000 -n79000 -n80000 -n81000 -n82000 -n83000 -n84000 -n85000 -n86000 -n87000 -n88000 -n89000 -n90000 -n91000 -n92000 -n93000 -n94000 -n95000 -n96000 -n97000 -n98000 -n99000 
end
-shared 
