--TEST--
Loops, switch and match
--FILE--
<?php
for ($i = 0, $s = ""; $i < 5; $i++) { if ($i === 3) continue; $s .= $i; }
echo $s, "\n";
$n = 3; while (true) { if (--$n < 0) break; echo $n; } echo "\n";
foreach (["a" => 1, "b" => [2, 3]] as $k => $v) { echo $k, is_array($v) ? implode(",", $v) : $v, "\n"; }
switch ("x") { case "y": echo "no"; case "x": echo "x falls "; default: echo "through\n"; }
echo match (true) { $i > 100 => "big", $i >= 5 => "five or more", default => "small" }, "\n";
["k" => $c, "l" => [, $d]] = ["k" => 4, "l" => [1, 2]]; echo $c, $d, "\n";
--EXPECT--
0124
210
a1
b2,3
x falls through
five or more
42

