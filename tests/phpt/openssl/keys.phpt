--TEST--
openssl: keys, certificates, signatures, messages, ciphers
--EXTENSIONS--
openssl
--FILE--
<?php
$key = openssl_pkey_new(['private_key_bits' => 2048]);
$details = openssl_pkey_get_details($key);
echo $details['bits'], " ", $details['type'] === OPENSSL_KEYTYPE_RSA ? "rsa" : "?", " ", strlen($details['rsa']['n']), "\n";
$csr = openssl_csr_new(['CN' => 'howdah.example', 'O' => ['One', 'Two']], $key, ['digest_alg' => 'sha256']);
print_r(openssl_csr_get_subject($csr));
$cert = openssl_csr_sign($csr, null, $key, 30, ['digest_alg' => 'sha256'], 77);
$parsed = openssl_x509_parse($cert);
echo $parsed['name'], " ", $parsed['serialNumber'], " ", $parsed['validTo_time_t'] - $parsed['validFrom_time_t'], "\n";
var_dump(openssl_x509_verify($cert, openssl_pkey_get_public($cert)), openssl_x509_check_private_key($cert, $key));
openssl_x509_export($cert, $pem);
echo openssl_x509_fingerprint($cert, 'sha256') === openssl_x509_fingerprint(openssl_x509_read($pem), 'sha256') ? "same" : "differs", "\n";

openssl_sign("text", $signature, $key, OPENSSL_ALGO_SHA256);
var_dump(openssl_verify("text", $signature, $pem, 'sha256'), openssl_verify("tExt", $signature, $pem, 'sha256'));
openssl_public_encrypt("secret", $sealed, $pem, OPENSSL_PKCS1_OAEP_PADDING);
openssl_private_decrypt($sealed, $open, $key, OPENSSL_PKCS1_OAEP_PADDING);
echo $open, "\n";
openssl_pkey_export($key, $locked, "pass");
var_dump(openssl_pkey_get_private($locked, "wrong"), openssl_pkey_get_private([$locked, "pass"]) instanceof OpenSSLAsymmetricKey);
openssl_pkcs12_export($cert, $p12, $key, "p", ['friendly_name' => "me"]);
var_dump(openssl_pkcs12_read($p12, $parts, "p"), array_keys($parts));

$a = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
$b = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
$public = fn($k) => openssl_pkey_get_public(openssl_pkey_get_details($k)['key']);
var_dump(openssl_pkey_derive($public($a), $b) === openssl_pkey_derive($public($b), $a));

$c = openssl_encrypt("attack at dawn", "aes-256-gcm", str_repeat("k", 32), 0, "nonce nonce!", $tag, "header");
echo $c, " ", bin2hex($tag), "\n";
var_dump(openssl_decrypt($c, "aes-256-gcm", str_repeat("k", 32), 0, "nonce nonce!", $tag, "header"));
var_dump(openssl_decrypt($c, "aes-256-gcm", str_repeat("k", 32), 0, "nonce nonce!", $tag, "Header"));
echo openssl_digest("abc", "sha256"), "\n";
foreach ([fn() => openssl_pkey_get_private("file://\0"), fn() => openssl_cipher_iv_length(""), fn() => new OpenSSLCertificate,
    fn() => openssl_encrypt("x", "nope", "k"), fn() => openssl_x509_read("nothing"), fn() => clone $key] as $f) {
    try {
        var_dump($f());
    } catch (Error $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
while (openssl_error_string() !== false);

$in = tempnam(sys_get_temp_dir(), "how");
$signed = tempnam(sys_get_temp_dir(), "how");
file_put_contents($in, "a message\n");
var_dump(openssl_cms_sign($in, $signed, $cert, $key, ["To" => "you"], OPENSSL_CMS_DETACHED, OPENSSL_ENCODING_PEM));
var_dump(openssl_cms_verify($in, OPENSSL_CMS_NOVERIFY | OPENSSL_CMS_DETACHED, null, [], null, null, null, $signed, OPENSSL_ENCODING_PEM));
file_put_contents($in, "another message\n");
var_dump(openssl_cms_verify($in, OPENSSL_CMS_NOVERIFY | OPENSSL_CMS_DETACHED, null, [], null, null, null, $signed, OPENSSL_ENCODING_PEM));
unlink($in);
unlink($signed);
?>
--EXPECTF--
2048 rsa 256
Array
(
    [CN] => howdah.example
    [O] => Array
        (
            [0] => One
            [1] => Two
        )
%A)
%S/CN=howdah.example/O=One/O=Two%S 77 2592000
int(1)
bool(true)
same
int(1)
int(0)
secret
bool(false)
bool(true)
bool(true)
array(2) {
  [0]=>
  string(4) "cert"
  [1]=>
  string(4) "pkey"
}
bool(true)
gzgBvG2Pj/jtyxashq4= 9cf4a7e53689fc13d7d7050c4af2972b
string(14) "attack at dawn"
bool(false)
ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
ValueError: openssl_pkey_get_private(): Argument #1 ($private_key) must not contain any null bytes
ValueError: openssl_cipher_iv_length(): Argument #1 ($cipher_algo) must not be empty
Error: Cannot directly construct OpenSSLCertificate, use openssl_x509_read() instead

Warning: openssl_encrypt(): Unknown cipher algorithm in %s on line %d
bool(false)

Warning: openssl_x509_read(): X.509 Certificate cannot be retrieved in %s on line %d
bool(false)
Error: Trying to clone an uncloneable object of class OpenSSLAsymmetricKey
bool(true)
bool(true)
bool(false)
