<?php
// String functions: searching, cutting, replacing, case, padding, splitting and joining.
$text = '';
for ($i = 0; $i < 400; $i++) {
    $text .= "The quick brown fox number $i jumps over <b>the lazy dog</b> & runs; ";
}
$words = explode(' ', $text);

return [
    'strpos' => function () use ($text) {
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += strpos($text, 'number 19') + strlen(strstr($text, 'number 2'));
        }
        return $n;
    },
    'strpos absent' => function () use ($text) {
        for ($i = $n = 0; $i < 500; $i++) {
            $n += (int) str_contains($text, 'zebra');
        }
        return $n;
    },
    'stripos' => function () use ($text) {
        for ($i = $n = 0; $i < 100; $i++) {
            $n += stripos($text, 'NUMBER 390');
        }
        return $n;
    },
    'substr' => function () use ($text) {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += strlen(substr($text, $i, 7)) + ord(substr($text, -$i - 1, 3));
        }
        return $n;
    },
    'substr_count' => function () use ($text) {
        for ($i = $n = 0; $i < 100; $i++) {
            $n += substr_count($text, 'fox') + substr_count($text, 'o');
        }
        return $n;
    },
    'str_replace' => function () use ($text) {
        for ($i = $n = 0; $i < 50; $i++) {
            $n += strlen(str_replace('fox', 'elephant', $text)) + strlen(str_replace(['a', 'b', 'c'], ['x', 'yy', ''], $text));
        }
        return $n;
    },
    'str_replace short' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += strlen(str_replace('_', '-', "some_option_$i"));
        }
        return $n;
    },
    'strtr' => function () use ($text) {
        for ($i = $n = 0; $i < 20; $i++) {
            $n += crc32(strtr($text, 'abc', 'xyz')) + crc32(strtr($text, ['fox' => 'cat', 'lazy' => 'active', '<b>' => '*']));
        }
        return $n;
    },
    'case' => function () use ($text, $words) {
        for ($i = $n = 0; $i < 50; $i++) {
            $n += strlen(strtoupper($text)) + strlen(strtolower($text)) + strlen(ucwords($text));
        }
        foreach ($words as $w) {
            $n += strlen(ucfirst($w)) + strlen(strtolower($w)) + strlen(strtoupper($w));
        }
        return $n;
    },
    'trim' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += strlen(trim("  word $i \n")) + strlen(rtrim('/path/to/', '/')) + strlen(ltrim('0042', '0'));
        }
        return $n;
    },
    'explode and implode' => function () use ($text) {
        for ($i = $n = 0; $i < 50; $i++) {
            $n += strlen(implode('-', explode(' ', $text)));
        }
        return $n;
    },
    'explode short' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            [$a, $b] = explode('::', "Some\\Name$i::method");
            $n += strlen($a) + strlen($b);
        }
        return $n;
    },
    'str_pad and str_repeat' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += strlen(str_pad((string) $i, 8, '0', STR_PAD_LEFT)) + strlen(str_repeat('ab', $i % 20));
        }
        return $n;
    },
    'sprintf' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += strlen(sprintf('%05d %s %.2f %x', $i, 'name', $i / 7, $i));
        }
        return $n;
    },
    'number_format' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += strlen(number_format($i * 1234.567, 2)) + strlen(number_format($i * 1000));
        }
        return $n;
    },
    'htmlspecialchars' => function () use ($text, $words) {
        for ($i = $n = 0; $i < 30; $i++) {
            $n += strlen(htmlspecialchars($text));
        }
        foreach ($words as $w) {
            $n += strlen(htmlspecialchars($w));
        }
        return $n;
    },
    'addslashes and nl2br' => function () use ($text) {
        for ($i = $n = 0; $i < 50; $i++) {
            $n += strlen(addslashes($text)) + strlen(nl2br($text)) + strlen(strip_tags($text));
        }
        return $n;
    },
    'wordwrap and chunk_split' => function () use ($text) {
        for ($i = $n = 0; $i < 30; $i++) {
            $n += strlen(wordwrap($text, 72, "\n", true)) + strlen(chunk_split($text, 76));
        }
        return $n;
    },
    'strrev and ucwords' => function () use ($text) {
        for ($i = $n = 0; $i < 100; $i++) {
            $n += ord(strrev($text)) + str_word_count($text);
        }
        return $n;
    },
    'compare' => function () use ($words) {
        $n = 0;
        for ($k = 0; $k < 5; $k++) {
            foreach ($words as $i => $w) {
                $n += strcmp($w, 'lazy') + strcasecmp($w, 'LAZY') + strncmp($w, 'num', 3) + strnatcmp($w, 'x10');
            }
        }
        return $n;
    },
    'similar_text and levenshtein' => function () {
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += similar_text('configuration', 'confirmation') + levenshtein('configuration', 'confirmation');
        }
        return $n;
    },
    'base64, hex and url' => function () use ($text) {
        for ($i = $n = 0; $i < 50; $i++) {
            $n += strlen(base64_decode(base64_encode($text))) + strlen(hex2bin(bin2hex($text))) + strlen(urldecode(urlencode($text)));
        }
        return $n;
    },
    'md5, crc32 and sha1' => function () use ($text) {
        for ($i = $n = 0; $i < 20; $i++) {
            $n += ord(md5($text)) + ord(sha1($text)) + crc32($text);
        }
        for ($i = 0; $i < 5000; $i++) {
            $n += ord(md5("key$i"));
        }
        return $n;
    },
    'str_split' => function () use ($text) {
        $n = 0;
        for ($i = 0; $i < 10; $i++) {
            $n += count(str_split($text)) + count(str_split($text, 5));
        }
        return $n;
    },
    'numbers to text' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += strlen((string) ($i / 3)) + strlen(dechex($i)) + strlen((string) ($i * 12345));
        }
        return $n;
    },
    'text to numbers' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += (int) "$i" + (float) "$i.5" + intval('0x1A', 16) + (is_numeric('12.5e3') ? 1 : 0);
        }
        return $n;
    },
];
