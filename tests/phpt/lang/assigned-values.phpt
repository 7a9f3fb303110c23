--TEST--
Values of assignments, and values behind references
--FILE--
<?php
function f() {
  $r = ["a" => 1]; $x = &$r; $s = "str" . rand(1, 1); $y = &$s; $u = &$undef;
  $n = count($r) + strlen($s) ; $c = $x; $c["b"] = 2; echo json_encode([$r, $c, $s, $u, $n]), "\n";
  $k = null; for ($i = 0; $i < 5; $i++) { if (($k = "key$i") !== null) echo $k, ","; $t = ($k = $k); $w = ($k = [$i]); $z = ($w = $k); echo count($z), ($k = "x"), "|"; }
  $o = new stdClass; $p = ($o = null); var_dump($p, $q = $o ?? "d"); $ref = &$k; echo ($k = "via"), $ref, "\n";
  class_exists('D') || eval('class D { function __destruct() { echo "D gone\n"; } }'); $d = new D; echo ($d = "str"), "\n";
}
f();
--EXPECT--
[{"a":1},{"a":1,"b":2},"str1",null,5]
key0,1x|key1,1x|key2,1x|key3,1x|key4,1x|NULL
string(1) "d"
viavia
D gone
str
