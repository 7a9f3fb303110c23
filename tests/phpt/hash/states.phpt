--TEST--
Hashes of every algorithm go on from a serialized state and from a copy
--FILE--
<?php
$text = str_repeat("Sphinx of black quartz, judge my vow. ", 20);
foreach (hash_algos() as $algo) {
    foreach ([0, 1, 15, 63, 64, 129, 300] as $cut) {
        $context = hash_init($algo);
        hash_update($context, substr($text, 0, $cut));
        $copy = hash_copy($context);
        hash_update($copy, substr($text, $cut));
        $whole = hash($algo, $text);
        if (hash_final($copy) !== $whole) {
            echo "$algo: the copy at $cut differs\n";
        }
        if (in_array($algo, ['xxh3', 'xxh128'])) {
            continue;
        }
        $again = unserialize(serialize($context));
        hash_update($again, substr($text, $cut));
        if (hash_final($again) !== $whole) {
            echo "$algo: the state at $cut differs\n";
        }
    }
    echo $algo, ' ', $whole, "\n";
}
$context = hash_init('sha256', HASH_HMAC, 'key');
hash_update($context, $text);
var_dump(hash_final($context) === hash_hmac('sha256', $text, 'key'));
try {
    serialize(hash_init('xxh3'));
} catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
try {
    hash_final($context);
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
--EXPECT--
md2 99641fa7d416ffd4faa8d60d1fc52bbf
md4 93936ed98c89413bd15156669900458e
md5 382339bba53239829230af85dee53f7a
sha1 9a776d1e7d6b68b3de6a3d5da152de520c81377d
sha224 66750d5f11167316550c5f0565ddc3e5d043f096677ed3b4a0edb73a
sha256 1a4f683d611512d78ebf673780d2aa5fccf5e98f91032fca8fc1101f45a0e2d7
sha384 e690467bec286ccfb40503d316b9dae774026113ebab13e387725272bc21e898f7442a9df83cf736113ed2ab1b5d794a
sha512/224 1c7340efcb88b93ec544aba571d6bb3f59be3993303b5c5020bace94
sha512/256 1ec703d0aadea07c2f090badb37712e39957529ea2a874177e98355932f1ab45
sha512 0b3aa3409339474a163e9789e014280e1774da462681a0b6835a7119dd5a71c19f04f13fa5898a9a264abd5f78b99fdae092404a3e10242ae1c1ea9ad5edd186
sha3-224 722aecce65c16deed4dda63364e74c8516bb6e063a999e62250676a2
sha3-256 8dcbd7c0d5ccdb3fd05726d1f321ddf2af2a283dfb52ef33aa30f61310f81944
sha3-384 6be3fe5658ea2c5a0cfd679582a1f788c61e498b5d9c79a8362169b784749749ad7213e70c569c5bc3a30fe9c04fd6eb
sha3-512 5b3e80a7d9d33a418acb82e6e4f481636c557ee107bf9722623fd705def59bb380e58ff770ee981956fa5b782bf51c65bebc4221d746fdc3e5dad63307121344
ripemd128 7964447ac754a2243b28874c33190025
ripemd160 6d39b088e5cb597bfabcd2e18821f0feb9c24cdb
ripemd256 356de68953330f19aa18ed12f97498781bc0a860a682b793f7355d51769e92cb
ripemd320 826f3369ab5484c56800ccd1295622e6077132746f45638936c13f3e566d3c4127818c720e4cf5cb
whirlpool 648b6aa5f05dc725f89ff0d27ead092984fae53f576e786bb07dba8300a1822e8ae2a014d95c92638696a9a37bc10adfbd48a3fcd1e5c5aa7e9c83936b9a63ae
tiger128,3 c11d8bd8c45ddc6d079234599a17d631
tiger160,3 c11d8bd8c45ddc6d079234599a17d631325870b6
tiger192,3 c11d8bd8c45ddc6d079234599a17d631325870b6dbede0ed
tiger128,4 fa4c612e353e30f6493b3171f3477d8a
tiger160,4 fa4c612e353e30f6493b3171f3477d8a1ff18afa
tiger192,4 fa4c612e353e30f6493b3171f3477d8a1ff18afadd63a26e
snefru 8ac2e594339f008fc4e86795e163cb6b9b51fcba717ef40e5ed07535aca1196b
snefru256 8ac2e594339f008fc4e86795e163cb6b9b51fcba717ef40e5ed07535aca1196b
gost cca5ad861a361ebd83da37c67298fe4cd2ab8757cc5885860d4911ee15b3ad8e
gost-crypto a8f52dbc2f04560c0e5d30d75e9b4d92dc22cf319abeb187ee11196dbc7d81eb
adler32 c52f0de8
crc32 1ef6aa98
crc32b 9d8c1601
crc32c 2652ab75
fnv132 1df9e8f5
fnv1a32 516c19d5
fnv164 341cb3aa27266f55
fnv1a64 c1368d487d0f0b35
joaat 98768a24
murmur3a 90779e3d
murmur3c 16c572868f10ace50e3a975703e7637a
murmur3f c5e1e55519ba68af818e0440db2fb38f
xxh32 d33e4e01
xxh64 519929a3203c4c31
xxh3 2033ceb1449b02e1
xxh128 75a149862ce9a2262033ceb1449b02e1
haval128,3 e464bd007d8a236f7ca283b978d89ce4
haval160,3 b219961036d2da117d7ceefb06f2b588ceca7a41
haval192,3 68a2771770e9b55801b657979b3d800478dc608e76ab7d18
haval224,3 48368a7b20a0db965b0fe5bd2c76a9dbbe602268097fa0fc9b1cba28
haval256,3 f74e5c1078dc6a7045676abf8a20c755fd68123a7bcb101e29ea2f0641d8ec8f
haval128,4 026e5c96bf4a0a65e0e2139d77aca6b1
haval160,4 af05ba233f1c3218c6da376d6426bfb372cd241c
haval192,4 4bdeaffeb032d5e5e3fef1b4b091c111caabf5b859ce7ea0
haval224,4 5f6687d38dafc2afe768f650b01794767eb8b6242b47005db76bcb86
haval256,4 6daa94410e27da628c7ff24673e9c5012103a8bb0aff56f0096d64f7fab9f6c3
haval128,5 c11ada4e6d028f3542500b99e161ec51
haval160,5 011a400c7852c7370cf4838ba890cc8cc1a6c35f
haval192,5 3336a687e4f9309d4d5df6383fe9af7b8ca47a37a8ab99c2
haval224,5 4eba79a5a257dabb46f9e3580e6c3ff19f6dedf37071d70ff3a648f4
haval256,5 a604475758b4da5d9715a9dd1741a800a9560d17dad9bd50b025e112ef885d0e
bool(true)
HashContext for algorithm "xxh3" cannot be serialized
hash_final(): Argument #1 ($context) must be a valid, non-finalized HashContext
