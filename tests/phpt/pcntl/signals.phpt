--TEST--
Children, signals at safepoints and ticks, interrupted sleep, masks
--EXTENSIONS--
pcntl
posix
--FILE--
<?php
echo "before\n";
$pid = pcntl_fork();
if ($pid === 0) {
    echo "child\n";
    exit(42);
}
var_dump(pcntl_waitpid($pid, $status) === $pid, pcntl_wifexited($status), pcntl_wexitstatus($status));
$pid = pcntl_fork();
if ($pid === 0) {
    pcntl_exec('/bin/sh', ['-c', 'echo $WORD; kill -TERM $$'], ['WORD' => 'become']);
}
pcntl_wait($status, 0, $usage);
var_dump(pcntl_wifsignaled($status), pcntl_wtermsig($status) === SIGTERM, isset($usage['ru_utime.tv_sec']));

pcntl_signal(SIGUSR1, function (int $signal, array $info) {
    echo "handler ", $signal === SIGUSR1, " ", $info['pid'] === getmypid(), "\n";
});
posix_kill(getmypid(), SIGUSR1);
echo "waiting\n";
pcntl_signal_dispatch();
pcntl_async_signals(true);
posix_kill(getmypid(), SIGUSR1);
echo "at once\n";
pcntl_signal(SIGALRM, fn() => throw new Exception('alarm'));
pcntl_alarm(1);
try {
    while (true);
} catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
pcntl_signal(SIGALRM, function () { echo "awake\n"; });
pcntl_alarm(1);
var_dump(sleep(30) > 20);

pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2], $old);
posix_kill(getmypid(), SIGUSR2);
var_dump($old, pcntl_sigwaitinfo([SIGUSR2], $info) === SIGUSR2, $info['signo'] === SIGUSR2);
var_dump(pcntl_sigtimedwait([SIGUSR2], $info, 0, 1000));
var_dump(pcntl_signal_get_handler(SIGUSR1) instanceof Closure, pcntl_signal_get_handler(SIGHUP));
foreach ([fn() => pcntl_signal(0, SIG_DFL), fn() => pcntl_signal(SIGHUP, 7), fn() => pcntl_signal(SIGHUP, 'no such'),
    fn() => pcntl_sigprocmask(9, [SIGHUP]), fn() => pcntl_sigwaitinfo([]), fn() => pcntl_unshare(1 << 40 | 1),
    fn() => pcntl_setcpuaffinity(null, ['x'])] as $f) {
    try {
        $f();
    } catch (Error $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
before
child
bool(true)
bool(true)
int(42)
become
bool(true)
bool(true)
bool(true)
waiting
handler 1 1
handler 1 1
at once
alarm
awake
bool(true)
array(0) {
}
bool(true)
bool(true)
bool(false)
bool(true)
int(0)
ValueError: pcntl_signal(): Argument #1 ($signal) must be greater than or equal to 1
ValueError: pcntl_signal(): Argument #2 ($handler) must be either SIG_DFL or SIG_IGN when an integer value is given
TypeError: pcntl_signal(): Argument #2 ($handler) must be of type callable|int, string given
ValueError: pcntl_sigprocmask(): Argument #1 ($mode) must be one of SIG_BLOCK, SIG_UNBLOCK, or SIG_SETMASK
ValueError: pcntl_sigwaitinfo(): Argument #1 ($signals) must not be empty
ValueError: pcntl_unshare(): Argument #1 ($flags) must be a combination of CLONE_* flags, or at least one flag is unsupported by the kernel
ValueError: pcntl_setcpuaffinity(): Argument #2 ($cpu_ids) cpu id invalid value (x)
