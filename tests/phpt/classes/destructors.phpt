--TEST--
Destructors run when the last reference goes
--FILE--
<?php
#[AllowDynamicProperties] class D { function __construct(public string $n) {} function __destruct() { echo "~{$this->n} "; } }
$a = new D("a"); $b = $a; unset($a); echo "still "; $b = null; echo "gone\n";
function f() { $x = new D("local"); return 1; } f(); echo "\n";
new D("temp"); echo "\n";
$c = new D("cycle"); $c->self = $c; unset($c); echo "before "; echo gc_collect_cycles(), "\n";
$z = new D("end");
--EXPECT--
still ~a gone
~local 
~temp 
before ~cycle 1
~end 
