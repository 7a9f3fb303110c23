--TEST--
Digests of whole messages, names of algorithms in any case
--FILE--
<?php
$base = str_repeat("The quick brown fox jumps over the lazy dog. \x00\xff", 30);
foreach (['xxh3', 'xxh128'] as $algo) {
    foreach ([0, 1, 2, 3, 4, 7, 8, 9, 16, 17, 32, 64, 127, 128, 129, 239, 240, 241, 512, 1024, 1300] as $n) {
        $data = substr($base, 0, $n);
        $whole = hash($algo, $data);
        $h = hash_init($algo);
        foreach (str_split($data, 50) as $part) {
            hash_update($h, $part);
        }
        $same = hash_final($h) === $whole && hash($algo, $data, false, ['seed' => 0]) === $whole
            && bin2hex(hash($algo, $data, true)) === $whole;
        echo $algo, ' ', $n, ' ', $whole, ' ', var_export($same, true), "\n";
    }
}
foreach (hash_algos() as $algo) {
    $same = hash(strtoupper($algo), 'abc') === hash($algo, 'abc') && hash(ucfirst($algo), 'abc') === hash($algo, 'abc');
    echo $algo, ' ', hash($algo, 'abc'), ' ', strlen(hash($algo, 'abc', true)), ' ', var_export($same, true), "\n";
}
foreach (['', 'x', 'md', 'md55', 'sha-256', "md5\0", 'haval256,6', str_repeat('a', 300)] as $name) {
    try {
        hash($name, 'abc');
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
--EXPECT--
xxh3 0 2d06800538d394c2 true
xxh3 1 20948828081ddcb4 true
xxh3 2 9f7d14ddaec31723 true
xxh3 3 178e97a55c30304f true
xxh3 4 3094195fbd46ee2a true
xxh3 7 8706dee3383094a1 true
xxh3 8 4fdd94d918ebefb3 true
xxh3 9 fef27d9106f45256 true
xxh3 16 4246951ded1f9054 true
xxh3 17 a429a74ff039e59b true
xxh3 32 7faa8dfb9e729c7b true
xxh3 64 962394d9c66efaed true
xxh3 127 3550a73d04cb58fe true
xxh3 128 e2266de45988d9a1 true
xxh3 129 1caa1ff818bbf11b true
xxh3 239 798e11ab1011d90b true
xxh3 240 e82fccfe2971db79 true
xxh3 241 93bda0e6cbeca026 true
xxh3 512 8f8ca0fce205a2ec true
xxh3 1024 8806b6e76631d2f0 true
xxh3 1300 9a560ee924e8a753 true
xxh128 0 99aa06d3014798d86001c324468d497f true
xxh128 1 1d33c0bd3511c80d20948828081ddcb4 true
xxh128 2 fd97a380afa99e609f7d14ddaec31723 true
xxh128 3 07048067bde56c7a178e97a55c30304f true
xxh128 4 ef85022afa08420643891f3c003f5a7b true
xxh128 7 39d469522e90e41a99c6d2418c84e58d true
xxh128 8 ed018a48369e32f4cdd8fde3d093fce5 true
xxh128 9 827e0c7980cffff9b60c3306fe6af141 true
xxh128 16 681d7227d1bed3a0cc714398c4171e5c true
xxh128 17 3b844d52b8e5d142bffe295e9546b528 true
xxh128 32 3d0ad54105d2a770a1f6091a9c053d8f true
xxh128 64 6bf694a65400982ebd3ead3fd2cf8b2c true
xxh128 127 05487b374979d7e210b00379f5cfe426 true
xxh128 128 547a3543b497a47ab9158c092d08f815 true
xxh128 129 b9bea4aad11730a6d005a67d21dac92e true
xxh128 239 8d436a237f3c4b46adaa7ba2cc311955 true
xxh128 240 0568e6970b46ac8458f2799ba3b4607d true
xxh128 241 8f41b51b70ff0a1293bda0e6cbeca026 true
xxh128 512 246a1e04a317bccc8f8ca0fce205a2ec true
xxh128 1024 0f38760a5a888f338806b6e76631d2f0 true
xxh128 1300 d83b1d05173a2e639a560ee924e8a753 true
md2 da853b0d3f88d99b30283a69e6ded6bb 16 true
md4 a448017aaf21d8525fc10ae87aa6729d 16 true
md5 900150983cd24fb0d6963f7d28e17f72 16 true
sha1 a9993e364706816aba3e25717850c26c9cd0d89d 20 true
sha224 23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7 28 true
sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 32 true
sha384 cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7 48 true
sha512/224 4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa 28 true
sha512/256 53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23 32 true
sha512 ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f 64 true
sha3-224 e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf 28 true
sha3-256 3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532 32 true
sha3-384 ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25 48 true
sha3-512 b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0 64 true
ripemd128 c14a12199c66e4ba84636b0f69144c77 16 true
ripemd160 8eb208f7e05d987a9b044a8e98c6b087f15a0bfc 20 true
ripemd256 afbd6e228b9d8cbbcef5ca2d03e6dba10ac0bc7dcbe4680e1e42d2e975459b65 32 true
ripemd320 de4c01b3054f8930a79d09ae738e92301e5a17085beffdc1b8d116713e74f82fa942d64cdbc4682d 40 true
whirlpool 4e2448a4c6f486bb16b6562c73b4020bf3043e3a731bce721ae1b303d97e6d4c7181eebdb6c57e277d0e34957114cbd6c797fc9d95d8b582d225292076d4eef5 64 true
tiger128,3 2aab1484e8c158f2bfb8c5ff41b57a52 16 true
tiger160,3 2aab1484e8c158f2bfb8c5ff41b57a525129131c 20 true
tiger192,3 2aab1484e8c158f2bfb8c5ff41b57a525129131c957b5f93 24 true
tiger128,4 538883c8fc5f28250299018e66bdf4fd 16 true
tiger160,4 538883c8fc5f28250299018e66bdf4fdb5ef7b65 20 true
tiger192,4 538883c8fc5f28250299018e66bdf4fdb5ef7b65f2e91753 24 true
snefru 7d033205647a2af3dc8339f6cb25643c33ebc622d32979c4b612b02c4903031b 32 true
snefru256 7d033205647a2af3dc8339f6cb25643c33ebc622d32979c4b612b02c4903031b 32 true
gost f3134348c44fb1b2a277729e2285ebb5cb5e0f29c975bc753b70497c06a4d51d 32 true
gost-crypto b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c 32 true
adler32 024d0127 4 true
crc32 73bb8c64 4 true
crc32b 352441c2 4 true
crc32c 364b3fb7 4 true
fnv132 439c2f4b 4 true
fnv1a32 1a47e90b 4 true
fnv164 d8dcca186bafadcb 8 true
fnv1a64 e71fa2190541574b 8 true
joaat ed131f5b 4 true
murmur3a b3dd93fa 4 true
murmur3c 75cdc6d1a2b006a5a2b006a5a2b006a5 16 true
murmur3f b4963f3f3fad78673ba2744126ca2d52 16 true
xxh32 32d153ff 4 true
xxh64 44bc2cf5ad770999 8 true
xxh3 78af5f94892f3950 8 true
xxh128 06b05ab6733a618578af5f94892f3950 16 true
haval128,3 9e40ed883fb63e985d299b40cda2b8f2 16 true
haval160,3 b21e876c4d391e2a897661149d83576b5530a089 20 true
haval192,3 a7b14c9ef3092319b0e75e3b20b957d180bf20745629e8de 24 true
haval224,3 5bc955220ba2346a948d2848eca37bdd5eca6ecca7b594bd32923fab 28 true
haval256,3 8699f1e3384d05b2a84b032693e2b6f46df85a13a50d93808d6874bb8fb9e86c 32 true
haval128,4 6f2132867c9648419adcd5013e532fa2 16 true
haval160,4 77aca22f5b12cc09010afc9c0797308638b1cb9b 20 true
haval192,4 7e29881ed05c915903dd5e24a8e81cde5d910142ae66207c 24 true
haval224,4 124c43d2ba4884599d013e8c872bfea4c88b0b6bf6303974cbe04e68 28 true
haval256,4 8f409f1bb6b30c5016fdce55f652642261575bedca0b9533f32f5455459142b5 32 true
haval128,5 d054232fe874d9c6c6dc8e6a853519ea 16 true
haval160,5 ae646b04845e3351f00c5161d138940e1fa0c11c 20 true
haval192,5 d12091104555b00119a8d07808a3380bf9e60018915b9025 24 true
haval224,5 8081027a500147c512e5f1055986674d746d92af4841abeb89da64ad 28 true
haval256,5 976cd6254c337969e5913b158392a2921af16fca51f5601d486e0a9de01156e7 32 true
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
hash(): Argument #1 ($algo) must be a valid hashing algorithm
