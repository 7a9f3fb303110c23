--TEST--
openssl: TLS between two processes, begun at once and later; who the other end is
--EXTENSIONS--
openssl
pcntl
--FILE--
<?php
$key = openssl_pkey_new(['private_key_bits' => 2048]);
$csr = openssl_csr_new(['CN' => 'howdah.example'], $key);
$cert = openssl_csr_sign($csr, null, $key, 2, ['digest_alg' => 'sha256']);
openssl_x509_export($cert, $pem);
openssl_pkey_export($key, $keyPem);
$file = tempnam(sys_get_temp_dir(), "how");
file_put_contents($file, $pem . $keyPem);

$ctx = stream_context_create(['ssl' => ['local_cert' => $file, 'alpn_protocols' => 'h2,http/1.1']]);
$tls = stream_socket_server("tls://127.0.0.1:0", $n, $s, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $ctx);
$plain = stream_socket_server("tcp://127.0.0.1:0", $n, $s, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $ctx);
$pid = pcntl_fork();
if ($pid === 0) {
    $c = stream_socket_accept($tls, 20);
    fwrite($c, "you said " . fgets($c));
    fclose($c);
    @stream_socket_accept($tls, 20);
    $c = stream_socket_accept($plain, 20);
    fwrite($c, "begin\n");
    stream_socket_enable_crypto($c, true, STREAM_CRYPTO_METHOD_TLS_SERVER);
    fwrite($c, strrev(trim(fgets($c))) . "\n");
    fclose($c);
    $c = stream_socket_accept($tls, 20);
    while (trim(fgets($c)) !== "");
    fwrite($c, "HTTP/1.0 200 OK\r\nX-A: b\r\n\r\nbody");
    fclose($c);
    posix_kill(getmypid(), SIGKILL);
}
$at = stream_socket_get_name($tls, false);
$options = ['cafile' => $file, 'peer_name' => 'howdah.example', 'capture_peer_cert' => true, 'alpn_protocols' => 'http/1.1'];
$ctx = stream_context_create(['ssl' => $options]);
$c = stream_socket_client("tlsv1.2://$at", $n, $s, 20, STREAM_CLIENT_CONNECT, $ctx);
$meta = stream_get_meta_data($c);
echo $meta['stream_type'], " ", $meta['crypto']['protocol'], " ", $meta['crypto']['alpn_protocol'], "\n";
fwrite($c, "hello\n");
echo fgets($c);
var_dump(feof($c) || fgets($c) === false);
$peer = stream_context_get_options($ctx)['ssl']['peer_certificate'];
echo openssl_x509_parse($peer)['name'], "\n";

$wrong = stream_context_create(['ssl' => ['peer_name' => 'other.example'] + $options]);
var_dump(stream_socket_client("tls://$at", $n, $s, 20, STREAM_CLIENT_CONNECT, $wrong));

$c = stream_socket_client("tcp://" . stream_socket_get_name($plain, false), $n, $s, 20, STREAM_CLIENT_CONNECT, $ctx);
echo fgets($c);
var_dump(stream_socket_enable_crypto($c, true, STREAM_CRYPTO_METHOD_TLS_CLIENT));
fwrite($c, "abc\n");
echo fgets($c);
fclose($c);

echo file_get_contents("https://$at/", false, $ctx), " ", $http_response_header[1], "\n";
echo implode(" ", array_intersect(stream_get_transports(), ["ssl", "tls", "tlsv1.3"])), " ";
echo implode(" ", array_intersect(stream_get_wrappers(), ["https", "ftps"])), "\n";
pcntl_waitpid($pid, $status);
unlink($file);
try {
    stream_socket_enable_crypto($plain, true);
} catch (ValueError $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECTF--
tcp_socket/ssl TLSv1.2 http/1.1
you said hello
bool(true)
%S/CN=howdah.example%S

Warning: stream_socket_client(): Peer certificate CN=`howdah.example' did not match expected CN=`other.example' in %s on line %d

Warning: stream_socket_client(): Failed to enable crypto in %s on line %d

Warning: stream_socket_client(): Unable to connect to tls://127.0.0.1:%d (Unknown error) in %s on line %d
bool(false)
begin
bool(true)
cba
body X-A: b
ssl tls tlsv1.3 https ftps
stream_socket_enable_crypto(): Argument #3 ($crypto_method) must be specified when enabling encryption
