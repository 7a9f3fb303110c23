<?php
// Writes unicode.bin: letter case, width and frequency of characters, as a PHP with mbstring takes them. The layout is told in
// src/unicode.rs.   php -d extension=mbstring unicode.php > unicode.bin
ini_set('memory_limit', -1);
function varint(int $n): string {
    for ($s = ''; $n > 127; $n >>= 7) $s .= chr($n & 127 | 128);
    return $s . chr($n);
}
function zigzag(int $n): string { return varint($n < 0 ? -2 * $n - 1 : 2 * $n); }
/** Runs of points with the same nonzero class: gap, length, class. */
function runs(array $class): string {
    $out = '';
    $n = 0;
    $at = 0;
    $points = array_keys($class);
    for ($i = 0; $i < count($points);) {
        $j = $i;
        while ($j + 1 < count($points) && $points[$j + 1] == $points[$j] + 1 && $class[$points[$j + 1]] == $class[$points[$i]]) $j++;
        $out .= varint($points[$i] - $at) . varint($j - $i + 1) . varint($class[$points[$i]]);
        $at = $points[$j] + 1;
        $n++;
        $i = $j + 1;
    }
    return varint($n) . $out;
}
$all = array_merge(range(0, 0xD7FF), range(0xE000, 0x323AF), range(0xE0000, 0xE01EF));
$out = '';
$simple = [];
foreach ([MB_CASE_UPPER_SIMPLE, MB_CASE_LOWER_SIMPLE, MB_CASE_TITLE_SIMPLE, MB_CASE_FOLD_SIMPLE] as $i => $mode) {
    $entries = '';
    $n = $at = $last = 0;
    foreach ($all as $cp) {
        $to = mb_ord(mb_convert_case(mb_chr($cp), $mode));
        $simple[$i][$cp] = $to;
        if ($to != $cp) {
            $entries .= varint($cp - $at) . zigzag($to - $cp - $last);
            $at = $cp;
            $last = $to - $cp;
            $n++;
        }
    }
    $out .= varint($n) . $entries;
}
foreach ([MB_CASE_UPPER, MB_CASE_LOWER, MB_CASE_TITLE, MB_CASE_FOLD] as $i => $mode) {
    $entries = '';
    $n = 0;
    foreach ($all as $cp) {
        $to = array_map('mb_ord', mb_str_split(mb_convert_case(mb_chr($cp), $mode)));
        if ($to != [$simple[$i][$cp]]) {
            $entries .= varint($cp) . varint(count($to)) . implode('', array_map('varint', $to));
            $n++;
        }
    }
    $out .= varint($n) . $entries;
}
$class = $wide = [];
foreach ($all as $cp) {
    $c = mb_chr($cp);
    $cased = str_ends_with(mb_convert_case("{$c}a", MB_CASE_TITLE_SIMPLE), 'a');
    $kept = str_ends_with(mb_convert_case("b{$c}a", MB_CASE_TITLE_SIMPLE), 'a');
    if ($cased) $class[$cp] = 1;
    elseif ($kept) $class[$cp] = 2;
    if (mb_strwidth($c) == 2) $wide[$cp] = 1;
}
$out .= runs($class) . runs($wide);

// Rare characters count 30 when an encoding is guessed, others 1. A text is weighed as UCS-2BE against ISO-8859-1, where the
// weight of every byte is known, with so much beside it that the two weights fall on different sides.
function latin(int $b): int {
    if ($b >= 0x21 && $b <= 0x2F) return 6;
    $common = in_array($b, [9, 10, 13]) || $b >= 0x20 && $b <= 0x7E || $b >= 0xA1 && $b <= 0xAC || $b >= 0xAE;
    return $common ? 1 : 30;
}
function lighter(string $s): bool { return mb_detect_encoding($s, ['UCS-2BE', 'ISO-8859-1']) == 'UCS-2BE'; }
// A pair of letters that is one rare character in UCS-2BE, and one that is a common character.
$common = "0B"; // HIRAGANA LETTER A
$rareTest = null;
$weigh = function (int $cp, string $rare) use ($common): int {
    // UCS-2BE: w + p + 30 q; ISO-8859-1: (s + 2 p + 2 q) * 1.15. Aim at a threshold for w between 6 and 30.
    $s = latin($cp >> 8) + latin($cp & 255);
    for ($q = 0; $q < 4; $q++) for ($p = 0; $p < 60; $p++) {
        $limit = floor(($s + 2 * $p + 2 * $q) * 1.15) - $p - 30 * $q;
        if ($limit > 12 && $limit < 24) return lighter(pack('n', $cp) . str_repeat($common, $p) . str_repeat($rare, $q)) ? 1 : 30;
    }
    fprintf(STDERR, "undecided %x\n", $cp);
    return 1;
};
$rare = null;
for ($i = 0x61; $i < 0x7B && !$rare; $i++) for ($j = 0x61; $j < 0x7B; $j++) if ($weigh($i << 8 | $j, '') == 30) { $rare = chr($i) . chr($j); break; }
fprintf(STDERR, "rare pair %s\n", $rare);
$seldom = [];
for ($cp = 0; $cp < 0x10000; $cp++) {
    $surrogate = $cp >= 0xD800 && $cp < 0xE000 || $cp == 0xFEFF || $cp == 0xFFFE;
    $w = $cp < 256 ? latin($cp) : ($surrogate ? 30 : $weigh($cp, $rare));
    if ($w == 30) $seldom[$cp] = 1;
}
fprintf(STDERR, "%d rare\n", count($seldom));
$out .= runs($seldom);
echo $out;
