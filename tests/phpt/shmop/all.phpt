--TEST--
Shared memory as a string
--EXTENSIONS--
shmop
--FILE--
<?php
$key = 0x7a000000 + getmypid();
$s = shmop_open($key, 'n', 0600, 32);
var_dump(shmop_size($s), shmop_write($s, 'abc', 30), shmop_write($s, 'xyz', 0), shmop_read($s, 0, 3), bin2hex(shmop_read($s, 28, 0)));
$r = shmop_open($key, 'a', 0, 0);
foreach ([fn() => shmop_write($r, 'x', 0), fn() => shmop_read($r, 33, 1), fn() => shmop_read($r, 0, 33), fn() => shmop_write($s, 'x', -1), fn() => shmop_open($key, 'z', 0, 0),
    fn() => shmop_open($key, 'c', 0600, 0), fn() => new Shmop, fn() => clone $s, fn() => $s == $r, fn() => serialize($s)] as $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
var_dump(@shmop_open($key, 'n', 0600, 32), shmop_delete($s), @shmop_open($key, 'w', 0, 0));
shmop_close($s);
?>
--EXPECTF--
int(32)
int(2)
int(3)
string(3) "xyz"
string(8) "00006162"
Error: Read-only segment cannot be written
ValueError: shmop_read(): Argument #2 ($offset) must be between 0 and the segment size
ValueError: shmop_read(): Argument #3 ($size) is out of range
ValueError: shmop_write(): Argument #3 ($offset) is out of range
ValueError: shmop_open(): Argument #2 ($mode) must be a valid access mode
ValueError: shmop_open(): Argument #4 ($size) must be greater than 0 for the "c" and "n" access modes
Error: Cannot directly construct Shmop, use shmop_open() instead
Error: Trying to clone an uncloneable object of class Shmop
bool(false)
Exception: Serialization of 'Shmop' is not allowed
bool(false)
bool(true)
bool(false)

Deprecated: Function shmop_close() is deprecated since 8.0, as Shmop objects are freed automatically in %s on line %d
