--TEST--
Message queues of System V
--EXTENSIONS--
sysvmsg
--FILE--
<?php
$key = 0x7d000000 + getmypid();
var_dump(msg_queue_exists($key));
$q = msg_get_queue($key, 0600);
var_dump(msg_queue_exists($key), msg_send($q, 1, ['a', 1]), msg_send($q, 2, 'plain', false), msg_send($q, 3, 7, false), msg_send($q, 4, 1.25, false), msg_send($q, 5, true, false), msg_stat_queue($q)['msg_qnum']);
var_dump(msg_receive($q, 2, $type, 100, $message, false), $type, $message);
var_dump(msg_receive($q, 0, $type, 100, $message), $type, $message);
foreach ([1, 2, 3] as $_) {
    var_dump(msg_receive($q, 0, $type, 100, $message, false), $type, $message);
}
var_dump(msg_receive($q, 0, $type, 100, $message, false, MSG_IPC_NOWAIT, $error), $type, $message, $error === MSG_ENOMSG);
msg_send($q, 1, 'not serialized', false);
var_dump(msg_receive($q, 0, $type, 100, $message), $message);
msg_send($q, 1, str_repeat('long', 100), false);
var_dump(msg_receive($q, 0, $type, 10, $message, false, 0, $error), $error, msg_receive($q, 0, $type, 10, $message, false, MSG_NOERROR), $message);
var_dump(msg_set_queue($q, ['msg_perm.mode' => 0400]), decoct(msg_stat_queue($q)['msg_perm.mode']));
foreach ([fn() => msg_send($q, 1, [], false), fn() => msg_receive($q, 0, $type, 0, $message), fn() => new SysvMessageQueue, fn() => clone $q] as $f) {
    try {
        $f();
    } catch (Throwable $e) {
        echo $e->getMessage(), "\n";
    }
}
var_dump(msg_remove_queue($q), msg_queue_exists($key), @msg_send($q, 1, 'x'), msg_stat_queue($q));
?>
--EXPECTF--
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
int(5)
bool(true)
int(2)
string(5) "plain"
bool(true)
int(1)
array(2) {
  [0]=>
  string(1) "a"
  [1]=>
  int(1)
}
bool(true)
int(3)
string(1) "7"
bool(true)
int(4)
string(8) "1.250000"
bool(true)
int(5)
string(1) "1"
bool(false)
int(0)
bool(false)
bool(true)

Warning: msg_receive(): Message corrupted in %s on line %d
bool(false)
bool(false)
bool(false)
int(7)
bool(true)
string(10) "longlonglo"
bool(true)
string(3) "400"
msg_send(): Argument #3 ($message) must be of type string|int|float|bool, array given
msg_receive(): Argument #4 ($max_message_size) must be greater than 0
Cannot directly construct SysvMessageQueue, use msg_get_queue() instead
Trying to clone an uncloneable object of class SysvMessageQueue
bool(true)
bool(false)
bool(false)
bool(false)
