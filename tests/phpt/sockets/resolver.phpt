--TEST--
Addresses of hosts
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
[$tcp] = socket_addrinfo_lookup('127.0.0.1', '8080', ['ai_family' => AF_INET, 'ai_socktype' => SOCK_STREAM, 'ai_flags' => AI_NUMERICHOST | AI_CANONNAME]);
print_r(socket_addrinfo_explain($tcp));
[$udp] = socket_addrinfo_lookup('::1', null, ['ai_family' => AF_INET6, 'ai_socktype' => SOCK_DGRAM]);
print_r(socket_addrinfo_explain($udp)['ai_addr']);
attempt(fn() => socket_addrinfo_lookup('host.invalid'));
attempt(fn() => socket_addrinfo_lookup('127.0.0.1', null, ['family' => AF_INET]));
attempt(fn() => count(socket_addrinfo_lookup('127.0.0.1', null, [1, 2])));

$listener = socket_create_listen(0);
socket_getsockname($listener, $_, $port);
[$to] = socket_addrinfo_lookup('127.0.0.1', (string) $port, ['ai_family' => AF_INET, 'ai_socktype' => SOCK_STREAM]);
$client = socket_addrinfo_connect($to);
var_dump($client, socket_write($client, 'hello'), socket_read(socket_accept($listener), 10));
attempt(fn() => socket_addrinfo_bind($to));
socket_close($client);
[$any] = socket_addrinfo_lookup('127.0.0.1', '0', ['ai_family' => AF_INET, 'ai_socktype' => SOCK_DGRAM]);
$bound = socket_addrinfo_bind($any);
var_dump(socket_getsockname($bound, $address), $address);
--EXPECTF--
Array
(
    [ai_flags] => 6
    [ai_family] => 2
    [ai_socktype] => 1
    [ai_protocol] => 6
    [ai_canonname] => 127.0.0.1
    [ai_addr] => Array
        (
            [sin_port] => 8080
            [sin_addr] => 127.0.0.1
        )

)
Array
(
    [sin6_port] => 0
    [sin6_addr] => ::1
)
bool(false)
ValueError: socket_addrinfo_lookup(): Argument #3 ($hints) must only contain array keys "ai_flags", "ai_socktype", "ai_protocol", or "ai_family"
int(3)
object(Socket)#%d (0) {
}
int(5)
string(5) "hello"

Warning: socket_addrinfo_bind(): Unable to bind address [98]: Address already in use in %s on line 23
bool(false)
bool(true)
string(9) "127.0.0.1"
