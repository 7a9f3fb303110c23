--TEST--
Connections over TCP, UDP and Unix sockets
--EXTENSIONS--
sockets
--FILE--
<?php
// TCP: a listener, a client, and the connection between them.
$server = socket_create_listen(0);
socket_getsockname($server, $host, $port);
var_dump($host, $port > 0);
$client = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
var_dump(socket_connect($client, 'localhost', $port));
$peer = socket_accept($server);
socket_getpeername($peer, $theirs, $from);
socket_getsockname($client, $mine, $own);
var_dump($theirs === $mine, $from === $own);
var_dump(socket_write($client, "one\ntwo\rthree", 9), socket_send($client, 'XYZ', 1, 0));
foreach ([100, 2, 100] as $length) {
    var_dump(socket_read($peer, $length, PHP_NORMAL_READ));
}
var_dump(socket_recv($peer, $data, 100, MSG_PEEK), $data, socket_read($peer, 100));
var_dump(socket_shutdown($client, 1), socket_read($peer, 10), socket_recv($peer, $data, 10, 0), $data);
var_dump(socket_atmark($peer));

// Without waiting.
var_dump(socket_set_nonblock($client), socket_read($client, 10), socket_last_error($client) === SOCKET_EAGAIN, socket_last_error() === SOCKET_EAGAIN);
socket_clear_error($client);
socket_clear_error();
var_dump(socket_last_error($client), socket_last_error());
var_dump(socket_set_block($client));

// UDP, of both families.
foreach ([[AF_INET, '127.0.0.1'], [AF_INET6, '::1']] as [$family, $address]) {
    $a = socket_create($family, SOCK_DGRAM, SOL_UDP);
    $b = socket_create($family, SOCK_DGRAM, SOL_UDP);
    var_dump(socket_bind($a, $address), socket_bind($b, $address));
    socket_getsockname($a, $_, $first);
    socket_getsockname($b, $_, $second);
    var_dump(socket_sendto($a, 'datagram', 4, 0, $address, $second));
    var_dump(socket_recvfrom($b, $data, 100, 0, $from, $port), $data, $from, $port === $first);
}

// Unix sockets, one with a name in the file system, one with an abstract name.
foreach ([sys_get_temp_dir() . '/howdah-' . getmypid() . '.sock', "\0howdah-" . getmypid()] as $path) {
    $a = socket_create(AF_UNIX, SOCK_DGRAM, 0);
    $b = socket_create(AF_UNIX, SOCK_DGRAM, 0);
    var_dump(socket_bind($a, $path), socket_connect($b, $path), socket_write($b, 'through'), socket_recvfrom($a, $data, 100, 0, $from), $data, $from);
    socket_getsockname($a, $name);
    var_dump($name === ($path[0] === "\0" ? '' : $path));
    if ($name !== '') {
        unlink($path);
    }
}

// Pairs.
var_dump(socket_create_pair(AF_UNIX, SOCK_STREAM, 0, $pair), count($pair));
socket_write($pair[0], 'paired');
var_dump(socket_read($pair[1], 100));
socket_close($pair[0]);
var_dump(socket_read($pair[1], 100));
--EXPECTF--
string(7) "0.0.0.0"
bool(true)
bool(true)
bool(true)
bool(true)
int(9)
int(1)
string(4) "one
"
string(2) "tw"
string(2) "o"
int(2)
string(2) "tX"
string(2) "tX"
bool(true)
string(0) ""
int(0)
NULL
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
int(0)
int(0)
bool(true)
bool(true)
bool(true)
int(4)
int(4)
string(4) "data"
string(9) "127.0.0.1"
bool(true)
bool(true)
bool(true)
int(4)
int(4)
string(4) "data"
string(3) "::1"
bool(true)
bool(true)
bool(true)
int(7)
int(7)
string(7) "through"
string(0) ""
bool(true)
bool(true)
bool(true)
int(7)
int(7)
string(7) "through"
string(0) ""
bool(true)
bool(true)
int(2)
string(6) "paired"
string(0) ""
