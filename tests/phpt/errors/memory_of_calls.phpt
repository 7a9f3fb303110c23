--TEST--
Endless recursion of functions ends at the memory limit
--INI--
memory_limit=32M
--FILE--
<?php
register_shutdown_function(function () {
    echo "shut down\n";
});
function deeper($n) { return deeper($n + 1) + 1; }
deeper(0);
?>
--EXPECTF--

Fatal error: Allowed memory size of 33554432 bytes exhausted (tried to allocate %d bytes) in %s on line %d
shut down
