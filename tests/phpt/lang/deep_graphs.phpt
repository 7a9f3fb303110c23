--TEST--
Deep graphs are freed
--FILE--
<?php
class N { public $next; }

$h = null;
for ($i = 0; $i < 300000; $i++) { $n = new N; $n->next = $h; $h = $n; }
unset($h, $n);
$h = [];
for ($i = 0; $i < 300000; $i++) { $h = [$h]; }
unset($h);
echo "done\n";
--EXPECT--
done
