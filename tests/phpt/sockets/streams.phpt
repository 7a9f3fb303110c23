--TEST--
Sockets of streams and streams of sockets
--EXTENSIONS--
sockets
--FILE--
<?php
// A stream's socket.
[$a, $b] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$socket = socket_import_stream($a);
var_dump(socket_export_stream($socket) === $a, socket_write($socket, 'from the socket'), fread($b, 100));
fwrite($b, 'to both');
var_dump(fread($a, 3), socket_read($socket, 100));
var_dump(socket_set_nonblock($socket), stream_get_meta_data($a)['blocked']);
socket_close($socket);
var_dump(is_resource($a), get_resource_type($a));

// The stream stays open as long as the socket is there.
[$a, $b] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$socket = socket_import_stream($a);
unset($a);
socket_write($socket, 'still there');
var_dump(fread($b, 100));
unset($socket);
var_dump(fread($b, 100), feof($b));

// A socket's stream, and what each kind is called.
foreach ([[AF_INET, SOCK_DGRAM], [AF_INET6, SOCK_DGRAM], [AF_UNIX, SOCK_STREAM], [AF_UNIX, SOCK_DGRAM], [AF_UNIX, SOCK_SEQPACKET]] as [$family, $type]) {
    $socket = socket_create($family, $type, 0);
    $m = stream_get_meta_data(socket_export_stream($socket));
    echo $m['stream_type'], ' ', $m['mode'], ' ', $m['uri'] ?? '-', ' ', var_export($m['blocked'], true), "\n";
}

socket_create_pair(AF_UNIX, SOCK_STREAM, 0, $pair);
$stream = socket_export_stream($pair[0]);
socket_write($pair[1], "line one\nline two\n");
var_dump(fgets($stream), fgets($stream), fwrite($stream, 'back'), socket_read($pair[1], 100));
unset($pair[0]);
var_dump(fwrite($stream, 'more'), socket_read($pair[1], 100));
fclose($stream);
var_dump(socket_read($pair[1], 100));

// Its stream closed, the socket's descriptor is none.
socket_create_pair(AF_UNIX, SOCK_STREAM, 0, $pair);
fclose(socket_export_stream($pair[0]));
var_dump(socket_set_block($pair[0]), socket_get_option($pair[0], SOL_SOCKET, SO_TYPE));
var_dump(get_resource_type(socket_export_stream($pair[0])));
foreach ([fn() => socket_close($pair[0]), fn() => socket_export_stream($pair[0])] as $f) {
    try {
        $f();
    } catch (Error $e) {
        echo $e->getMessage(), "\n";
    }
}
--EXPECTF--
bool(true)
int(15)
string(15) "from the socket"
string(3) "to "
string(4) "both"
bool(true)
bool(false)
bool(false)
string(7) "Unknown"
string(11) "still there"
string(0) ""
bool(true)
udp_socket r+ udp:// true
udp_socket r+ udp:// true
unix_socket r+ unix:// true
udg_socket r+ udg:// true
generic_socket r+ - true
string(9) "line one
"
string(9) "line two
"
int(4)
string(4) "back"
int(4)
string(4) "more"
string(0) ""

Warning: socket_set_block(): unable to set blocking mode [9]: Bad file descriptor in %s on line 40

Warning: socket_get_option(): Unable to retrieve socket option [9]: Bad file descriptor in %s on line 40
bool(false)
bool(false)
string(7) "Unknown"
socket_close(): supplied resource is not a valid stream resource
socket_export_stream(): Argument #1 ($socket) has already been closed
