--TEST--
sodium: boxes, signatures, hashes, streams of messages, text; traces that show no arguments
--EXTENSIONS--
sodium
--FILE--
<?php
$key = str_repeat("\1", 32);
$nonce = str_repeat("\2", 24);
echo bin2hex(sodium_crypto_secretbox('text', $nonce, $key)), ' ', sodium_crypto_secretbox_open(sodium_crypto_secretbox('text', $nonce, $key), $nonce, $key), "\n";
$pair = sodium_crypto_box_seed_keypair($key);
echo bin2hex(sodium_crypto_box_publickey($pair)), ' ', sodium_crypto_box_seal_open(sodium_crypto_box_seal('sealed', sodium_crypto_box_publickey($pair)), $pair), "\n";
$sign = sodium_crypto_sign_seed_keypair($key);
$signed = sodium_crypto_sign('m', sodium_crypto_sign_secretkey($sign));
echo bin2hex($signed), ' ', sodium_crypto_sign_open($signed, sodium_crypto_sign_publickey($sign)), "\n";
echo bin2hex(sodium_crypto_aead_chacha20poly1305_ietf_encrypt('m', 'ad', substr($nonce, 0, 12), $key)), ' ', bin2hex(sodium_crypto_aead_xchacha20poly1305_ietf_encrypt('m', 'ad', $nonce, $key)), "\n";
echo bin2hex(sodium_crypto_generichash('m')), ' ', bin2hex(sodium_crypto_shorthash('m', substr($key, 16))), ' ', bin2hex(sodium_crypto_auth('m', $key)), "\n";
$state = sodium_crypto_generichash_init('', 16);
sodium_crypto_generichash_update($state, 'a');
sodium_crypto_generichash_update($state, 'b');
echo bin2hex(sodium_crypto_generichash_final($state, 16)), ' ', bin2hex(sodium_crypto_generichash('ab', '', 16)), ' ', json_encode($state), "\n";
echo bin2hex(sodium_crypto_kdf_derive_from_key(16, 7, 'contexts', $key)), ' ', bin2hex(sodium_crypto_stream_xchacha20_xor_ic('abc', $nonce, 1, $key)), "\n";
echo bin2hex(sodium_crypto_pwhash(16, 'password', substr($nonce, 0, 16), 1, 8192)), ' ', sodium_crypto_pwhash_str_verify(sodium_crypto_pwhash_str('p', 1, 8192), 'p') ? 'ok' : 'no', "\n";
[$push, $header] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key);
$first = sodium_crypto_secretstream_xchacha20poly1305_push($push, 'one', 'ad');
$last = sodium_crypto_secretstream_xchacha20poly1305_push($push, 'two', '', SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL);
$pull = sodium_crypto_secretstream_xchacha20poly1305_init_pull($header, $key);
echo json_encode([sodium_crypto_secretstream_xchacha20poly1305_pull($pull, $first, 'ad'), sodium_crypto_secretstream_xchacha20poly1305_pull($pull, $last), sodium_crypto_secretstream_xchacha20poly1305_pull($pull, 'x')]), "\n";
$client = sodium_crypto_kx_seed_keypair($key);
$server = sodium_crypto_kx_seed_keypair(strrev($nonce) . substr($key, 24));
echo json_encode(sodium_crypto_kx_client_session_keys($client, sodium_crypto_kx_publickey($server)) === array_reverse(sodium_crypto_kx_server_session_keys($server, sodium_crypto_kx_publickey($client)))), "\n";
$n = "\xff\x01";
sodium_increment($n);
sodium_add($n, "\x01\x01");
echo bin2hex($n), ' ', sodium_compare("\1\2", "\2\1"), ' ', sodium_memcmp('a', 'b'), ' ', bin2hex(sodium_pad('abc', 8)), ' ', sodium_unpad(sodium_pad('abc', 8), 8), ' ', sodium_hex2bin('61:62', ':'), ' ', sodium_bin2base64('??>', 7), ' ', sodium_base642bin('Pz8-', 5), "\n";
$p = sodium_crypto_core_ristretto255_from_hash(str_repeat("\3", 64));
echo bin2hex(sodium_crypto_core_ristretto255_add($p, $p)), ' ', bin2hex(sodium_crypto_core_ristretto255_scalar_invert($key)), "\n";
$secret = 'x' . rand();
sodium_memzero($secret);
var_dump($secret);
function f($hidden) { return sodium_crypto_secretbox($hidden, 'short', 'key'); }
foreach ([fn() => f('text'), fn() => sodium_crypto_auth('m', ''), fn() => sodium_hex2bin('x'), fn() => sodium_unpad('abc', 8), fn() => sodium_bin2base64('a', 2),
    fn() => sodium_crypto_generichash('a', 'short'), fn() => sodium_crypto_pwhash(16, 'p', 'salt', 1, 8192), fn() => sodium_bin2hex([]), fn() => sodium_crypto_kdf_derive_from_key(1, 1, '', ''), fn() => sodium_memcmp('a', 'bc')] as $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ': ', $e->getMessage(), ' ', json_encode($e->getTrace()[0]['args']), "\n";
    }
}
?>
--EXPECTF--
941389de46a3746618936c84ef55adba8900a689 text
1b1b58dd50ea14b60da17b790cd02754d970c9bab864ebb3c0f3016fe51d3f57 sealed
fe700dffb59e8d759e8ce85fc01ed2f9d46a1612ee41950675337c9cac90d435d7c1121d12fb967713433f1d8ac6f3d9184909eebd60d4906095861199114c096d m
8bc5fda2b694ab9be62694e35b0fd9bf33 a18ae0ba2def780d6e625fe562fa6484b9
74251f61829e506fefe285ade22e26f0931850cd50b0079f232a6c6a416d329a f1257fb42f818e03 b48e11bd07d401bb1c98b5942730f3fa1c3918bde00c8fb561c4e8d1ca7a7f0c
3dc9ae220222e2e156b2a5abb60d01c7 3dc9ae220222e2e156b2a5abb60d01c7 null
112d0b79bb66eaf210209f5a643be037 ad0455
50469b2abee73b2e8cffa9198ebe7b77 ok
[["one",0],["two",3],false]
true
0103 1 -1 6162638000000000 abc ab Pz8- ??>
66213692d2e36ed4b8d600fa81ba3c5ba56b025a171fc419cf790e68fe826910 442a1d24f485545ed8390cea70cafdce5a7856fac6515af9fb97b28c0c966704
NULL
SodiumException: sodium_crypto_secretbox(): Argument #2 ($nonce) must be SODIUM_CRYPTO_SECRETBOX_NONCEBYTES bytes long []
SodiumException: sodium_crypto_auth(): Argument #2 ($key) must be SODIUM_CRYPTO_AUTH_KEYBYTES bytes long []
SodiumException: sodium_hex2bin(): Argument #1 ($string) must be a valid hexadecimal string []
SodiumException: sodium_unpad(): Argument #1 ($string) must be at least as long as the block size []
SodiumException: sodium_bin2base64(): Argument #2 ($id) must be a valid base64 variant identifier []
SodiumException: unsupported key length []
SodiumException: sodium_crypto_pwhash(): Argument #3 ($salt) must be SODIUM_CRYPTO_PWHASH_SALTBYTES bytes long []
TypeError: sodium_bin2hex(): Argument #1 ($string) must be of type string, array given []
SodiumException: sodium_crypto_kdf_derive_from_key(): Argument #1 ($subkey_length) must be greater than or equal to SODIUM_CRYPTO_KDF_BYTES_MIN []
SodiumException: sodium_memcmp(): Argument #1 ($string1) and argument #2 ($string_2) must have the same length []
