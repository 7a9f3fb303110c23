--TEST--
Case of ASCII text, by itself and beside other letters
--EXTENSIONS--
mbstring
--FILE--
<?php
$all = implode('', array_map(chr(...), range(0, 127)));
$texts = [$all, '', 'a', "it's o'clock A.B.C. x:y i^j k`l m_n 3rd 4TH", "ONE two-THREE\tfour.five;six", strrev($all)];
for ($mode = 0; $mode < 8; $mode++) {
    foreach ($texts as $i => $text) {
        // The other letter stands after a space, so that it changes nothing of what is before.
        $beside = mb_convert_case("$text é", $mode, 'UTF-8');
        $alone = mb_convert_case($text, $mode, 'UTF-8');
        echo $mode, ' ', $i, ' ', md5($alone), ' ', str_starts_with($beside, $alone) ? 'same' : 'DIFFERS', "\n";
    }
}
echo mb_convert_case($texts[3], MB_CASE_TITLE), "\n", mb_ucfirst('straße'), mb_strtoupper('straße i', 'ISO-8859-9'), "\n";
--EXPECT--
0 0 783010e1ba27f43ca2cfef1181b9afa9 same
0 1 d41d8cd98f00b204e9800998ecf8427e same
0 2 7fc56270e7a70fa81a5935b72eacbe29 same
0 3 ebdea768be8845257e158d971e1d43b2 same
0 4 aaeb1c7fd83b08c31e6fda39a8c7bfcf same
0 5 4325395886c649bf5b7215ebd2ebede7 same
1 0 b22716dbd4bc526b5e620a6719177f9d same
1 1 d41d8cd98f00b204e9800998ecf8427e same
1 2 0cc175b9c0f1b6a831c399e269772661 same
1 3 083df95b4debe4724a1a2ff92b7b19b4 same
1 4 34da73905a26b5504814b3db43a9ae81 same
1 5 a4f5098b25d27e3c0f5429b001199439 same
2 0 1684df491e716b0b6070502559bfbce7 same
2 1 d41d8cd98f00b204e9800998ecf8427e same
2 2 7fc56270e7a70fa81a5935b72eacbe29 same
2 3 4aa19d9c96387dad207ea4acf5b44d38 same
2 4 ad13deb1979c7b8a8cddfdac2c18828f same
2 5 58eb65514b8b0ab835d5628d62397043 same
3 0 b22716dbd4bc526b5e620a6719177f9d same
3 1 d41d8cd98f00b204e9800998ecf8427e same
3 2 0cc175b9c0f1b6a831c399e269772661 same
3 3 083df95b4debe4724a1a2ff92b7b19b4 same
3 4 34da73905a26b5504814b3db43a9ae81 same
3 5 a4f5098b25d27e3c0f5429b001199439 same
4 0 783010e1ba27f43ca2cfef1181b9afa9 same
4 1 d41d8cd98f00b204e9800998ecf8427e same
4 2 7fc56270e7a70fa81a5935b72eacbe29 same
4 3 ebdea768be8845257e158d971e1d43b2 same
4 4 aaeb1c7fd83b08c31e6fda39a8c7bfcf same
4 5 4325395886c649bf5b7215ebd2ebede7 same
5 0 b22716dbd4bc526b5e620a6719177f9d same
5 1 d41d8cd98f00b204e9800998ecf8427e same
5 2 0cc175b9c0f1b6a831c399e269772661 same
5 3 083df95b4debe4724a1a2ff92b7b19b4 same
5 4 34da73905a26b5504814b3db43a9ae81 same
5 5 a4f5098b25d27e3c0f5429b001199439 same
6 0 1684df491e716b0b6070502559bfbce7 same
6 1 d41d8cd98f00b204e9800998ecf8427e same
6 2 7fc56270e7a70fa81a5935b72eacbe29 same
6 3 4aa19d9c96387dad207ea4acf5b44d38 same
6 4 ad13deb1979c7b8a8cddfdac2c18828f same
6 5 58eb65514b8b0ab835d5628d62397043 same
7 0 b22716dbd4bc526b5e620a6719177f9d same
7 1 d41d8cd98f00b204e9800998ecf8427e same
7 2 0cc175b9c0f1b6a831c399e269772661 same
7 3 083df95b4debe4724a1a2ff92b7b19b4 same
7 4 34da73905a26b5504814b3db43a9ae81 same
7 5 a4f5098b25d27e3c0f5429b001199439 same
It's O'clock A.b.c. X:y I^j K`l M_N 3Rd 4Th
StraßeSTRAßE �
