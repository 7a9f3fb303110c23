--TEST--
Endless loops end at the time limit, whatever they do
--FILE--
<?php
register_shutdown_function(function () {
    echo "shut down\n";
});
set_time_limit(1);
function endless() {
    while (true) {
        try {
            throw new Exception;
        } catch (Exception $e) {
            continue;
        } finally {
            strlen('x');
        }
    }
}
endless();
?>
--EXPECTF--

Fatal error: Maximum execution time of 1 second exceeded in %s on line %d
shut down
