--TEST--
What socket functions refuse
--EXTENSIONS--
sockets
--FILE--
<?php
function attempt(Closure $f): void
{
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo $e::class, ': ', $e->getMessage(), "\n";
    }
}
$udp = socket_create(AF_INET, SOCK_DGRAM, SOL_UDP);
$udp6 = socket_create(AF_INET6, SOCK_DGRAM, SOL_UDP);
$unix = socket_create(AF_UNIX, SOCK_STREAM, 0);
$closed = socket_create(AF_INET, SOCK_DGRAM, SOL_UDP);
socket_close($closed);
$long = str_repeat('x', 108);
foreach ([
    fn() => new Socket, fn() => new AddressInfo, fn() => clone $udp, fn() => serialize($udp), fn() => $udp->x = 1, fn() => $udp == $unix,
    fn() => socket_create(99, SOCK_STREAM, 0), fn() => socket_create(AF_INET, 77, 0), fn() => socket_create(AF_INET, SOCK_STREAM, 999),
    fn() => socket_create_pair(99, SOCK_STREAM, 0, $p), fn() => socket_create_pair(AF_INET, SOCK_STREAM, 0, $p),
    fn() => socket_close($closed), fn() => socket_read($closed, 1), fn() => socket_last_error($closed),
    fn() => socket_listen($udp), fn() => socket_last_error($udp) === SOCKET_EOPNOTSUPP, fn() => socket_accept($unix), fn() => socket_last_error($unix),
    fn() => socket_connect($udp, '127.0.0.1'), fn() => socket_connect($udp6, '::1'), fn() => socket_connect($unix, $long), fn() => socket_connect($unix, '/nonexistent/socket'),
    fn() => socket_bind($unix, $long), fn() => socket_bind($udp, '192.0.2.1'),
    fn() => socket_write($unix, 'x', -1), fn() => socket_send($udp, 'x', -1, 0), fn() => socket_send($unix, 'x', 1, 0),
    fn() => socket_read($unix, 0), fn() => socket_read($unix, 10), fn() => socket_recv($unix, $d, -1, 0),
    fn() => socket_recvfrom($udp, $d, 10, 0, $a), fn() => socket_recvfrom($udp, $d, 10, MSG_DONTWAIT, $a, $p),
    fn() => socket_sendto($udp, 'x', 1, 0, '127.0.0.1'), fn() => socket_sendto($udp, 'x', -1, 0, '127.0.0.1', 1), fn() => socket_sendto($unix, 'x', 1, 0, $long),
    fn() => socket_getpeername($udp, $a), fn() => socket_shutdown($udp), fn() => socket_atmark($closed),
    fn() => socket_strerror(PHP_INT_MAX), fn() => socket_strerror(SOCKET_ECONNREFUSED), fn() => socket_strerror(-10001),
    fn() => socket_import_stream(fopen('php://memory', 'r')), fn() => socket_import_stream(fopen('php://temp', 'r')), fn() => socket_import_stream(1), fn() => socket_export_stream($closed),
] as $f) {
    attempt($f);
}
attempt(function () use ($udp) {
    $read = [$udp, 'x'];
    $none = null;
    return socket_select($read, $none, $none, 0);
});
attempt(function () use ($closed) {
    $read = [$closed];
    $none = null;
    return socket_select($none, $read, $none, 0);
});
attempt(function () {
    $none = null;
    $empty = [];
    return socket_select($none, $none, $empty, 0);
});
attempt(function () use ($udp) {
    $read = [$udp];
    $none = null;
    return socket_select($read, $none, $none, -1);
});
--EXPECTF--
Error: Cannot directly construct Socket, use socket_create() instead
Error: Cannot directly construct AddressInfo, use socket_addrinfo_lookup() instead
Error: Trying to clone an uncloneable object of class Socket
Exception: Serialization of 'Socket' is not allowed
Error: Cannot create dynamic property Socket::$x
bool(false)
ValueError: socket_create(): Argument #1 ($domain) must be one of AF_UNIX, AF_INET6, or AF_INET
ValueError: socket_create(): Argument #2 ($type) must be one of SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW, or SOCK_RDM optionally OR'ed with SOCK_CLOEXEC, SOCK_NONBLOCK

Warning: socket_create(): Unable to create socket [22]: Invalid argument in %s on line 18
bool(false)
ValueError: socket_create_pair(): Argument #1 ($domain) must be one of AF_UNIX, AF_INET6, or AF_INET

Warning: socket_create_pair(): Unable to create socket pair [95]: Operation not supported in %s on line 19
bool(false)
Error: socket_close(): Argument #1 ($socket) has already been closed
Error: socket_read(): Argument #1 ($socket) has already been closed
Error: socket_last_error(): Argument #1 ($socket) has already been closed

Warning: socket_listen(): unable to listen on socket [95]: Operation not supported in %s on line 21
bool(false)
bool(true)

Warning: socket_accept(): unable to accept incoming connection [22]: Invalid argument in %s on line 21
bool(false)
int(0)
ValueError: socket_connect(): Argument #3 ($port) cannot be null when the socket type is AF_INET
ValueError: socket_connect(): Argument #3 ($port) cannot be null when the socket type is AF_INET6
ValueError: socket_connect(): Argument #2 ($address) must be less than 108

Warning: socket_connect(): unable to connect [2]: No such file or directory in %s on line 22
bool(false)
ValueError: socket_bind(): Argument #2 ($address) must be less than 108

Warning: socket_bind(): Unable to bind address [99]: Cannot assign requested address in %s on line 23
bool(false)
ValueError: socket_write(): Argument #3 ($length) must be greater than or equal to 0
ValueError: socket_send(): Argument #3 ($length) must be greater than or equal to 0

Warning: socket_send(): Unable to write to socket [107]: Transport endpoint is not connected in %s on line 24
bool(false)
bool(false)

Warning: socket_read(): unable to read from socket [22]: Invalid argument in %s on line 25
bool(false)
bool(false)
ArgumentCountError: Wrong parameter count for socket_recvfrom()
bool(false)
ValueError: socket_sendto(): Argument #6 ($port) cannot be null when the socket type is AF_INET
ValueError: socket_sendto(): Argument #3 ($length) must be greater than or equal to 0
ValueError: socket_sendto(): Argument #5 ($address) must be less than 108

Warning: socket_getpeername(): unable to retrieve peer name [107]: Transport endpoint is not connected in %s on line 28
bool(false)

Warning: socket_shutdown(): Unable to shutdown socket [107]: Transport endpoint is not connected in %s on line 28
bool(false)
Error: socket_atmark(): Argument #1 ($socket) has already been closed
ValueError: socket_strerror(): Argument #1 ($error_code) must be between -2147483648 and 2147483647
string(18) "Connection refused"
string(12) "Unknown host"

Warning: socket_import_stream(): Cannot represent a stream of type MEMORY as a Socket Descriptor in %s on line 30
bool(false)

Warning: socket_import_stream(): Cannot represent a stream of type STDIO as a Socket Descriptor in %s on line 30

Warning: socket_import_stream(): Cannot represent a stream of type TEMP as a Socket Descriptor in %s on line 30
bool(false)
TypeError: socket_import_stream(): Argument #1 ($stream) must be of type resource, int given
Error: socket_export_stream(): Argument #1 ($socket) has already been closed
TypeError: socket_select(): Argument #1 ($read) must only have elements of type Socket, string given
TypeError: socket_select(): Argument #2 ($write) contains a closed socket
ValueError: socket_select(): At least one array argument must be passed

Warning: socket_select(): Unable to select [22]: Invalid argument in %s on line 52
bool(false)
