--TEST--
Waiting for several sockets
--EXTENSIONS--
sockets
--FILE--
<?php
socket_create_pair(AF_UNIX, SOCK_STREAM, 0, $a);
socket_create_pair(AF_UNIX, SOCK_STREAM, 0, $b);
$none = null;
$read = ['first' => $a[0], 7 => $b[0]];
var_dump(socket_select($read, $none, $none, 0, 1500), $read, $none);
socket_write($b[1], 'x');
$read = ['first' => $a[0], 7 => $b[0]];
$write = ['k' => $a[1]];
$except = [$a[0]];
var_dump(socket_select($read, $write, $except, null), array_keys($read), $read[7] === $b[0], array_keys($write), $except);
socket_close($a[1]);
$read = [$a[0], $b[0]];
var_dump(socket_select($read, $none, $none, 0, 2000000), array_keys($read));
--EXPECTF--
int(0)
array(0) {
}
NULL
int(2)
array(1) {
  [0]=>
  int(7)
}
bool(true)
array(1) {
  [0]=>
  string(1) "k"
}
array(0) {
}
int(2)
array(2) {
  [0]=>
  int(0)
  [1]=>
  int(1)
}
