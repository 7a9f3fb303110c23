--TEST--
Messages with ancillary data
--EXTENSIONS--
sockets
--FILE--
<?php
$u = socket_create(AF_UNIX, SOCK_DGRAM, 0);
$s = socket_create(AF_INET, SOCK_DGRAM, SOL_UDP);
foreach ([
    [$s, ['name' => 5]], [$s, ['name' => ['family' => 99]]], [$s, ['name' => ['family' => AF_UNIX]]], [$u, ['name' => ['family' => AF_INET]]], [$s, ['name' => ['port' => 70000]]], [$s, ['name' => ['port' => 'x']]], [$s, ['name' => ['port' => []]]],
    [$u, ['name' => ['path' => '']]], [$u, ['name' => ['path' => str_repeat('x', 108)]]], [$u, ['name' => ['path' => '/nonexistent/socket']]],
    [$s, ['iov' => 5]], [$s, ['control' => 5]], [$s, ['control' => [5]]], [$s, ['control' => [['level' => SOL_SOCKET, 'type' => 99]]]], [$s, ['control' => [['level' => SOL_SOCKET, 'type' => SCM_RIGHTS]]]],
    [$s, ['control' => [['level' => SOL_SOCKET, 'type' => SCM_RIGHTS, 'data' => []]]]], [$s, ['control' => [['level' => SOL_SOCKET, 'type' => SCM_RIGHTS, 'data' => [$u, 5]]]]], [$s, ['control' => [['level' => SOL_SOCKET, 'type' => SCM_RIGHTS, 'data' => [fopen('php://memory', 'r')]]]]],
    [$s, ['control' => [['level' => SOL_SOCKET, 'type' => SCM_CREDENTIALS, 'data' => ['pid' => 1]]]]], [$s, ['control' => [['level' => SOL_SOCKET, 'type' => SCM_CREDENTIALS, 'data' => ['pid' => 1, 'uid' => -1]]]]],
] as [$socket, $message]) {
    var_dump(socket_sendmsg($socket, $message));
}
foreach ([[], ['controllen' => 0], ['controllen' => 'x'], ['buffer_size' => -1], ['controllen' => 1 << 40], ['controllen' => 1]] as $message) {
    var_dump(socket_recvmsg($s, $message, MSG_DONTWAIT));
}
foreach ([[SOL_SOCKET, SCM_RIGHTS], [SOL_SOCKET, SCM_RIGHTS, 3], [SOL_SOCKET, SCM_CREDENTIALS], [IPPROTO_IPV6, IPV6_PKTINFO], [SOL_SOCKET, 99], [SOL_SOCKET, SCM_RIGHTS, -1], [PHP_INT_MAX, 0]] as $of) {
    try {
        var_dump(socket_cmsg_space(...$of));
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}

// Descriptors of a socket and of a file go through.
socket_create_pair(AF_UNIX, SOCK_DGRAM, 0, $pair);
socket_create_pair(AF_UNIX, SOCK_STREAM, 0, $sent);
$file = tmpfile();
fwrite($file, 'in the file');
var_dump(socket_sendmsg($pair[0], ['iov' => ['data ', 'in ', 'parts'], 'control' => [['level' => SOL_SOCKET, 'type' => SCM_RIGHTS, 'data' => [$sent[0], $file]]]]));
$message = ['name' => [], 'buffer_size' => 8, 'controllen' => socket_cmsg_space(SOL_SOCKET, SCM_RIGHTS, 2)];
var_dump(socket_recvmsg($pair[1], $message), $message['name'], $message['iov'], $message['flags'] & MSG_TRUNC);
[$socket, $stream] = $message['control'][0]['data'];
var_dump($socket instanceof Socket, get_resource_type($stream), stream_get_meta_data($stream)['stream_type'], stream_get_meta_data($stream)['mode']);
socket_write($socket, 'by the copy');
var_dump(socket_read($sent[1], 100));
rewind($stream);
var_dump(fread($stream, 100));

// Who sent it.
socket_set_option($pair[1], SOL_SOCKET, SO_PASSCRED, true);
socket_sendmsg($pair[0], ['iov' => ['x']]);
$message = ['controllen' => socket_cmsg_space(SOL_SOCKET, SCM_CREDENTIALS)];
socket_recvmsg($pair[1], $message);
var_dump($message['name'], $message['control'][0]['data']['pid'] === getmypid());

// What is not known.
socket_set_option($pair[1], SOL_SOCKET, SO_PASSCRED, false);
socket_set_option($pair[1], SOL_SOCKET, 29 /* SO_TIMESTAMP */, true);
socket_sendmsg($pair[0], ['iov' => ['x']]);
$message = ['controllen' => 100];
var_dump(socket_recvmsg($pair[1], $message), $message);

// Where a packet of IPv6 came to.
$r = socket_create(AF_INET6, SOCK_DGRAM, SOL_UDP);
socket_bind($r, '::1');
socket_getsockname($r, $_, $port);
socket_set_option($r, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
socket_set_option($r, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
$w = socket_create(AF_INET6, SOCK_DGRAM, SOL_UDP);
var_dump(socket_sendmsg($w, ['name' => ['addr' => '::1', 'port' => $port], 'iov' => ['six'], 'control' => [['level' => IPPROTO_IPV6, 'type' => IPV6_TCLASS, 'data' => 40]]]));
$message = ['name' => [], 'controllen' => 200];
socket_recvmsg($r, $message);
unset($message['name']['port']);
print_r($message['name']);
foreach ($message['control'] as $c) {
    echo $c['type'] === IPV6_TCLASS ? 'class' : 'address', ' ', is_array($c['data']) ? $c['data']['addr'] : $c['data'], "\n";
}
--EXPECTF--

Warning: socket_sendmsg(): error converting user data (path: msghdr > name): expected an array here in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name): the only families currently supported are AF_INET, AF_INET6 and AF_UNIX in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name): the specified family (AF_UNIX) is not supported on this socket in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name): the specified family (number 2) is not supported on this socket in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name > port): given PHP integer is out of bounds for an unsigned 16-bit integer in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name > port): expected an integer, but got a non numeric string (possibly from a converted object): 'x' in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name > port): expected an integer, either of a PHP integer type or of a convertible type in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name > path): the path is must not be empty in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > name > path): the path is too long, the maximum permitted length is 107 in %s on line 11
bool(false)

Warning: socket_sendmsg(): Error in sendmsg [2]: No such file or directory in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > iov): expected an array here in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control): expected an array here in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0): expected an array here in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0): cmsghdr with level 1 and type 99 not supported in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0): cmsghdr should have a 'data' element here in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0): expected at least one element in this array in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0 > data > element #2): expected a Socket object or a stream resource in %s on line 11
bool(false)

Warning: socket_sendmsg(): Cannot represent a stream of type MEMORY as a File Descriptor in %s on line 11

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0 > data > element #1): cast stream to file descriptor failed in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0 > data): The key 'uid' is required in %s on line 11
bool(false)

Warning: socket_sendmsg(): error converting user data (path: msghdr > control > element #0 > data > uid): given PHP integer is out of bounds for a uid_t value in %s on line 11
bool(false)

Warning: socket_recvmsg(): error converting user data (path: msghdr): The key 'controllen' is required in %s on line 14
bool(false)

Warning: socket_recvmsg(): error converting user data (path: msghdr > controllen): controllen cannot be 0 in %s on line 14
bool(false)

Warning: socket_recvmsg(): error converting user data (path: msghdr > controllen): expected an integer, but got a non numeric string (possibly from a converted object): 'x' in %s on line 14
bool(false)

Warning: socket_recvmsg(): error converting user data (path: msghdr > buffer_size): the buffer size must be between 1 and 104857600; given -1 in %s on line 14
bool(false)

Warning: socket_recvmsg(): error converting user data (path: msghdr > controllen): given PHP integer is out of bounds for an unsigned 32-bit integer in %s on line 14
bool(false)

Warning: socket_recvmsg(): Error in recvmsg [11]: Resource temporarily unavailable in %s on line 14
bool(false)
int(16)
int(32)
int(32)
int(40)
Pair level 1 and/or type 99 is not supported
socket_cmsg_space(): Argument #3 ($num) must be greater than or equal to 0
socket_cmsg_space(): Argument #1 ($level) must be between -2147483648 and 2147483647
int(13)
int(8)
NULL
array(1) {
  [0]=>
  string(8) "data in "
}
int(32)
bool(true)
string(6) "stream"
string(5) "STDIO"
string(2) "rw"
string(11) "by the copy"
string(11) "in the file"
NULL
bool(true)

Warning: socket_recvmsg(): error converting native data (path: msghdr > control > element #1 > data): cmsghdr with level 1 and type 29 not supported in %s on line 51
int(1)
bool(false)
int(3)
Array
(
    [family] => 10
    [addr] => ::1
    [flowinfo] => 0
    [scope_id] => 0
)
address ::1
class 40
