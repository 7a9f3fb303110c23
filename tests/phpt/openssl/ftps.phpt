--TEST--
openssl: ftps://, with its data encrypted too
--EXTENSIONS--
openssl
pcntl
--FILE--
<?php
$key = openssl_pkey_new(['private_key_bits' => 2048]);
$cert = openssl_csr_sign(openssl_csr_new(['CN' => 'howdah.example'], $key), null, $key, 2, ['digest_alg' => 'sha256']);
openssl_x509_export($cert, $pem);
openssl_pkey_export($key, $keyPem);
$file = tempnam(sys_get_temp_dir(), "how");
file_put_contents($file, $pem . $keyPem);
$ctx = stream_context_create(['ssl' => ['local_cert' => $file, 'cafile' => $file, 'peer_name' => 'howdah.example', 'verify_peer' => false]]);
$listen = fn() => stream_socket_server("tcp://127.0.0.1:0", $n, $s, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $ctx);
$port = fn($s) => (int) substr(strrchr(stream_socket_get_name($s, false), ":"), 1);
$server = $listen();
if (pcntl_fork() === 0) {
    $c = stream_socket_accept($server, 20);
    fwrite($c, "220 ready\r\n");
    $log = [];
    while (($line = fgets($c)) !== false) {
        [$word, $about] = explode(" ", trim($line), 2) + [1 => ""];
        $log[] = $word;
        if ($word === "EPSV") {
            $data = $listen();
        }
        fwrite($c, match ($word) {
            "AUTH" => "234 go on\r\n", "USER" => "331 and?\r\n", "PASS" => "230 in\r\n", "SIZE" => "213 5\r\n",
            "EPSV" => "229 at (|||{$port($data)}|)\r\n", "RETR" => "150 here\r\n", default => "200 fine\r\n",
        });
        if ($word === "AUTH") {
            stream_socket_enable_crypto($c, true, STREAM_CRYPTO_METHOD_TLS_SERVER);
        } elseif ($word === "RETR") {
            $d = stream_socket_accept($data, 20);
            stream_socket_enable_crypto($d, true, STREAM_CRYPTO_METHOD_TLS_SERVER);
            fwrite($d, implode(" ", $log));
            fclose($d);
            fwrite($c, "226 done\r\n");
        }
    }
    posix_kill(getmypid(), SIGKILL);
}
echo file_get_contents("ftps://me:secret@127.0.0.1:{$port($server)}/file", false, $ctx), "\n";
pcntl_wait($status);
unlink($file);
?>
--EXPECT--
AUTH PBSZ PROT USER PASS TYPE SIZE EPSV RETR
