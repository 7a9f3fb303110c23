--TEST--
Options of sockets
--EXTENSIONS--
sockets
--FILE--
<?php
function attempt(Socket $s, int $level, int $option, mixed $value): void
{
    try {
        var_dump(socket_set_option($s, $level, $option, $value));
    } catch (Throwable $e) {
        echo $e::class, ': ', $e->getMessage(), "\n";
    }
}
$tcp = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
$udp = socket_create(AF_INET, SOCK_DGRAM, SOL_UDP);
$udp6 = socket_create(AF_INET6, SOCK_DGRAM, SOL_UDP);
$unix = socket_create(AF_UNIX, SOCK_DGRAM, 0);

attempt($tcp, SOL_SOCKET, SO_REUSEADDR, true);
var_dump(socket_get_option($tcp, SOL_SOCKET, SO_REUSEADDR), socket_getopt($tcp, SOL_SOCKET, SO_TYPE) === SOCK_STREAM);
foreach ([['l_onoff' => 1, 'l_linger' => 7], (object) ['l_onoff' => 1, 'l_linger' => 8], [], ['l_onoff' => 1], ['l_onoff' => -1, 'l_linger' => 1], 5] as $v) {
    attempt($tcp, SOL_SOCKET, SO_LINGER, $v);
}
print_r(socket_get_option($tcp, SOL_SOCKET, SO_LINGER));
foreach ([['sec' => 2, 'usec' => 500000], ['sec' => 1], ['usec' => 1], null, ['sec' => 1, 'usec' => 2000000]] as $v) {
    attempt($tcp, SOL_SOCKET, SO_RCVTIMEO, $v);
}
print_r(socket_get_option($tcp, SOL_SOCKET, SO_RCVTIMEO));
attempt($tcp, SOL_TCP, TCP_CONGESTION, 'none such');
var_dump(array_keys(socket_get_option($tcp, SOL_TCP, TCP_CONGESTION)), socket_get_option($udp, SOL_TCP, TCP_CONGESTION));
attempt($tcp, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, 5);
attempt($tcp, SOL_SOCKET, SO_BINDTODEVICE, 'none such');
attempt($tcp, SOL_SOCKET, 9999, 1);
var_dump(array_keys(socket_get_option($udp, SOL_SOCKET, SO_MEMINFO)));

// Multicasting.
foreach ([7, '8', 256, -1] as $v) {
    attempt($udp, IPPROTO_IP, IP_MULTICAST_TTL, $v);
}
var_dump(socket_get_option($udp, IPPROTO_IP, IP_MULTICAST_TTL));
attempt($udp, IPPROTO_IP, IP_MULTICAST_LOOP, false);
var_dump(socket_get_option($udp, IPPROTO_IP, IP_MULTICAST_LOOP));
foreach (['none0', -1, 0] as $v) {
    attempt($udp, IPPROTO_IP, IP_MULTICAST_IF, $v);
}
var_dump(socket_get_option($udp, IPPROTO_IP, IP_MULTICAST_IF));
attempt($udp, IPPROTO_IP, MCAST_JOIN_GROUP, []);
attempt($udp, IPPROTO_IP, MCAST_JOIN_GROUP, ['group' => '224.0.0.23', 'interface' => 'none0']);
attempt($udp, IPPROTO_IP, MCAST_JOIN_GROUP, ['group' => '127.0.0.1']);
attempt($udp, IPPROTO_IP, MCAST_BLOCK_SOURCE, ['group' => '224.0.0.23']);
attempt($unix, IPPROTO_IP, MCAST_LEAVE_GROUP, ['group' => '224.0.0.23']);
foreach ([-1, 5, 256] as $v) {
    attempt($udp6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, $v);
}
var_dump(socket_get_option($udp6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS));
foreach ([5, [], ['addr' => '::1'], ['addr' => '::1', 'ifindex' => -1], ['addr' => '::1', 'ifindex' => 'none0']] as $v) {
    attempt($udp6, IPPROTO_IPV6, IPV6_PKTINFO, $v);
}
print_r(socket_get_option($udp6, IPPROTO_IPV6, IPV6_PKTINFO));
--EXPECTF--
bool(true)
int(1)
bool(true)
bool(true)
bool(true)
ValueError: socket_set_option(): Argument #4 ($value) must have key "l_onoff"
ValueError: socket_set_option(): Argument #4 ($value) must have key "l_linger"
ValueError: socket_set_option(): Argument #4 ($value) "l_onoff" must be between 0 and 65535
TypeError: socket_set_option(): Argument #4 ($value) must be of type array when argument #3 ($option) is SO_LINGER, int given
Array
(
    [l_onoff] => 1
    [l_linger] => 8
)
bool(true)
ValueError: socket_set_option(): Argument #4 ($value) must have key "usec"
ValueError: socket_set_option(): Argument #4 ($value) must have key "sec"
TypeError: socket_set_option(): Argument #4 ($value) must be of type array when argument #3 ($option) is SO_RCVTIMEO, null given

Warning: socket_set_option(): Unable to set socket option [33]: Numerical argument out of domain in %s on line 5
bool(false)
Array
(
    [sec] => 2
    [usec] => 500000
)

Warning: socket_set_option(): Unable to set socket option [2]: No such file or directory in %s on line 5
bool(false)

Warning: socket_get_option(): Unable to retrieve socket option [95]: Operation not supported in %s on line 26
array(1) {
  [0]=>
  string(4) "name"
}
bool(false)

Warning: socket_set_option(): Unsupported CBPF filter in %s on line 5
bool(false)

Warning: socket_set_option(): Unable to set socket option [19]: No such device in %s on line 5
bool(false)

Warning: socket_set_option(): Unable to set socket option [92]: Protocol not available in %s on line 5
bool(false)
array(9) {
  [0]=>
  string(10) "rmem_alloc"
  [1]=>
  string(6) "rcvbuf"
  [2]=>
  string(10) "wmem_alloc"
  [3]=>
  string(6) "sndbuf"
  [4]=>
  string(9) "fwd_alloc"
  [5]=>
  string(11) "wmem_queued"
  [6]=>
  string(6) "optmem"
  [7]=>
  string(7) "backlog"
  [8]=>
  string(5) "drops"
}
bool(true)
bool(true)
ValueError: socket_set_option(): Argument #4 ($value) must be between 0 and 255
ValueError: socket_set_option(): Argument #4 ($value) must be between 0 and 255
int(8)
bool(true)
int(0)

Warning: socket_set_option(): No interface with name "none0" could be found in %s on line 5
bool(false)
ValueError: Index must be between 0 and 4294967295
bool(true)
int(0)
ValueError: No key "group" passed in optval

Warning: socket_set_option(): No interface with name "none0" could be found in %s on line 5
bool(false)

Warning: socket_set_option(): Unable to set socket option [22]: Invalid argument in %s on line 5
bool(false)
ValueError: No key "source" passed in optval

Warning: socket_set_option(): IP address used in the context of an unexpected type of socket in %s on line 5
bool(false)
bool(true)
bool(true)
ValueError: socket_set_option(): Argument #4 ($value) must be between -1 and 255
int(5)

Warning: socket_set_option(): error converting user data (path: in6_pktinfo): expected an array here in %s on line 5
bool(false)

Warning: socket_set_option(): error converting user data (path: in6_pktinfo): The key 'addr' is required in %s on line 5
bool(false)

Warning: socket_set_option(): error converting user data (path: in6_pktinfo): The key 'ifindex' is required in %s on line 5
bool(false)

Warning: socket_set_option(): error converting user data (path: in6_pktinfo > ifindex): the interface index cannot be negative or larger than 4294967295; given -1 in %s on line 5
bool(false)

Warning: socket_set_option(): error converting user data (path: in6_pktinfo > ifindex): no interface with name "none0" could be found in %s on line 5
bool(false)

Warning: socket_get_option(): unable to get socket option [92]: Protocol not available in %s on line 55
