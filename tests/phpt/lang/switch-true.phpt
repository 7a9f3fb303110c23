--TEST--
switch (true) and comparisons with true and false
--FILE--
<?php
function f($x) { switch (true) { case $x: $r = 'T'; break; default: $r = 'F'; } switch (false) { case $x === 1: case $x: $r .= 't'; break; default: $r .= 'f'; } if ($x == true) $r .= 1; if ($x == false) $r .= 2; if (true != $x) $r .= 3; if (false != $x) $r .= 4; return $r; }
foreach ([null, true, false, 0, 1, 1.5, 0.0, NAN, 'abc', '0', '', '0.0', [], [0], new stdClass] as $v) echo f($v), "\n"; echo f($u), "\n"; $r = &$q; $q = '0'; echo f($r), f(@$r[5]), "\n";
--EXPECTF--
Ft23
Tt14
Ft23
Ft23
Tf14
Tt14
Ft23
Tt14
Tt14
Ft23
Ft23
Tt14
Ft23
Tt14
Tt14

Warning: Undefined variable $u in %s on line 3
Ft23
Ft23Ft23
