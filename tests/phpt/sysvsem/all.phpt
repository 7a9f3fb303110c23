--TEST--
Semaphores of System V
--EXTENSIONS--
sysvsem
--FILE--
<?php
$key = 0x7b000000 + getmypid();
$s = sem_get($key, 2);
var_dump($s, sem_acquire($s), sem_acquire($s, true), sem_acquire($s, true), sem_release($s), sem_acquire($s, true), sem_release($s), sem_release($s));
echo preg_replace('/0x[0-9a-f]+/', 'KEY', (function () use ($s) { ob_start(); var_dump(sem_release($s)); return ob_get_clean(); })());
foreach ([fn() => new SysvSemaphore, fn() => clone $s] as $f) {
    try {
        $f();
    } catch (Error $e) {
        echo $e->getMessage(), "\n";
    }
}
var_dump(sem_remove($s), @sem_remove($s), @sem_acquire($s));
?>
--EXPECTF--
object(SysvSemaphore)#1 (0) {
}
bool(true)
bool(true)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)

Warning: sem_release(): SysV semaphore for key KEY is not currently acquired in %s on line %d
bool(false)
Cannot directly construct SysvSemaphore, use sem_get() instead
Trying to clone an uncloneable object of class SysvSemaphore
bool(true)
bool(false)
bool(false)
