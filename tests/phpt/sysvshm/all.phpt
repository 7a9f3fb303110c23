--TEST--
Values in shared memory of System V
--EXTENSIONS--
sysvshm
--FILE--
<?php
$key = 0x7c000000 + getmypid();
$s = shm_attach($key, 1000, 0600);
var_dump(shm_put_var($s, 1, ['a' => 1.5, 'o' => new ArrayObject([1])]), shm_put_var($s, 2, 'two'), shm_has_var($s, 1), shm_has_var($s, 3), shm_get_var($s, 1), shm_get_var($s, 2));
var_dump(shm_put_var($s, 1, 'short'), shm_get_var($s, 1), shm_get_var(shm_attach($key), 2), shm_remove_var($s, 2), shm_has_var($s, 2), shm_get_var($s, 1));
var_dump(@shm_put_var($s, 9, str_repeat('x', 2000)), shm_get_var($s, 9), shm_remove_var($s, 9));
foreach ([fn() => shm_attach($key, 0), fn() => new SysvSharedMemory, fn() => clone $s, fn() => shm_put_var($s, 1, fn() => 1)] as $f) {
    try {
        $f();
    } catch (Throwable $e) {
        echo $e->getMessage(), "\n";
    }
}
var_dump(shm_remove($s), shm_detach($s));
try {
    shm_detach($s);
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECTF--
bool(true)
bool(true)
bool(true)
bool(false)
array(2) {
  ["a"]=>
  float(1.5)
  ["o"]=>
  object(ArrayObject)#2 (1) {
    ["storage":"ArrayObject":private]=>
    array(1) {
      [0]=>
      int(1)
    }
  }
}
string(3) "two"
bool(true)
string(5) "short"
string(3) "two"
bool(true)
bool(false)
string(5) "short"

Warning: shm_get_var(): Variable key 9 doesn't exist in %s on line %d

Warning: shm_remove_var(): Variable key 9 doesn't exist in %s on line %d
bool(false)
bool(false)
bool(false)
shm_attach(): Argument #2 ($size) must be greater than 0
Cannot directly construct SysvSharedMemory, use shm_attach() instead
Trying to clone an uncloneable object of class SysvSharedMemory
Serialization of 'Closure' is not allowed
bool(true)
bool(true)
Shared memory block has already been destroyed
