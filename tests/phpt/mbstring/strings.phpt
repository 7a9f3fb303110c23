--TEST--
mbstring: lengths, parts, places, case, encodings, headers, patterns
--EXTENSIONS--
mbstring
--FILE--
<?php
$s = "Grüße aus 東京, Ελλάς ΣΟΦΟΣ";
echo mb_strlen($s), " ", mb_substr($s, -5), " ", mb_strpos($s, "京"), " ", mb_stripos($s, "σοφοσ"), " ", mb_strwidth($s), "\n";
echo mb_strtoupper($s), " | ", mb_strtolower($s), " | ", mb_convert_case("élan vital's ǆ", MB_CASE_TITLE), "\n";
echo mb_strimwidth($s, 0, 14, "…"), " ", mb_strcut($s, 3, 4), " ", mb_str_pad("é", 5, "東京", STR_PAD_BOTH), " [", mb_trim("　 x\u{A0}"), "]\n";
foreach (["EUC-JP", "SJIS", "ISO-2022-JP", "CP50220", "UTF-16LE", "UTF-7", "HZ", "GB18030", "BIG-5", "UHC"] as $e) {
    $b = mb_convert_encoding("東京 ｶﾞ Ω", $e);
    echo $e, " ", bin2hex($b), " ", mb_convert_encoding($b, "UTF-8", $e), " ", mb_strlen($b, $e), "\n";
}
var_dump(mb_detect_encoding("\xE6\x97\xA5\xE6\x9C\xAC", ["SJIS", "UTF-8", "EUC-JP"]), mb_check_encoding("\xC3", "UTF-8"), mb_scrub("a\xFFb"));
echo mb_encode_mimeheader("Grüße aus Berlin", "UTF-8", "Q"), " ", mb_decode_mimeheader("=?UTF-8?B?R3LDvMOfZQ==?= x"), "\n";
echo mb_encode_numericentity("aé", [0x80, 0xFFFF, 0, 0xFFFF]), mb_convert_kana("ｶﾞｷﾞ ＡＢ", "KVas"), "\n";
var_dump(mb_ereg("(?<y>\\d+)年", "2026年", $m), $m["y"], mb_ereg_replace("[^ -~]+", "<\\0>", "a東b京"), mb_split("、", "あ、い"));
?>
--EXPECT--
25 ΣΟΦΟΣ 11 20 27
GRÜSSE AUS 東京, ΕΛΛΆΣ ΣΟΦΟΣ | grüße aus 東京, ελλάς σοφος | Élan Vital's ǅ
Grüße aus 東… üß 東京é東京 [x]
EUC-JP c5ecb5fe208eb68ede20a6b8 東京 ｶﾞ Ω 7
SJIS 938c8b9e20b6de2083b6 東京 ｶﾞ Ω 7
ISO-2022-JP 1b2442456c357e1b2842203f3f201b244226381b2842 東京 ?? Ω 7
CP50220 1b2442456c357e1b2842201b2442252c1b2842201b244226381b2842 東京 ガ Ω 6
UTF-16LE 7167ac4e200076ff9eff2000a903 東京 ｶﾞ Ω 7
UTF-7 2b5a33464f7241202b2f33622f6e67202b41366b2d 東京 ｶﾞ Ω 7
HZ 3f7e7b3e297e7d203f3f207e7b26387e7d ?京 ?? Ω 7
GB18030 967cbea9208431973884319b3820a6b8 東京 ｶﾞ Ω 7
BIG-5 aa46a8ca203f3f20a35b 東京 ?? Ω 7
UHC d4d4ccc8203f3f20a5d8 東京 ?? Ω 7
string(5) "UTF-8"
bool(false)
string(3) "a?b"
=?UTF-8?Q?Gr=C3=BC=C3=9Fe=20aus=20Berlin?= Grüße x
a&#233;ガギ AB
bool(true)
string(4) "2026"
string(12) "a<東>b<京>"
array(2) {
  [0]=>
  string(3) "あ"
  [1]=>
  string(3) "い"
}
