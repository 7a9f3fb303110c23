<?php
// What symfony/string needs of intl, for a PHP without it: enough for text that is normalized already. Prepended to a
// program's run by both PHPs when either lacks the extension.
if (!extension_loaded('intl')) {
    class Normalizer
    {
        const NFD = 4, FORM_D = 4, NFKD = 8, FORM_KD = 8, NFC = 16, FORM_C = 16, NFKC = 32, FORM_KC = 32;
        static function isNormalized(string $text, int $form = self::FORM_C): bool { return mb_check_encoding($text, 'UTF-8'); }
        static function normalize(string $text, int $form = self::FORM_C): string|false { return mb_check_encoding($text, 'UTF-8') ? $text : false; }
    }
    function normalizer_is_normalized(string $text, int $form = Normalizer::FORM_C): bool { return Normalizer::isNormalized($text, $form); }
    function normalizer_normalize(string $text, int $form = Normalizer::FORM_C): string|false { return Normalizer::normalize($text, $form); }
    function howdah_graphemes(string $text): array { return preg_match_all('/\X/u', $text, $m) ? $m[0] : []; }
    function grapheme_strlen(string $text): int { return count(howdah_graphemes($text)); }
    function grapheme_str_split(string $text, int $length = 1): array
    {
        return array_map('implode', array_chunk(howdah_graphemes($text), $length));
    }
    function grapheme_substr(string $text, int $offset, ?int $length = null): string
    {
        return implode('', array_slice(howdah_graphemes($text), $offset, $length));
    }
    function grapheme_strpos(string $text, string $needle, int $offset = 0): int|false
    {
        $at = strpos($text, $needle, strlen(grapheme_substr($text, 0, $offset)));
        return $at === false ? false : grapheme_strlen(substr($text, 0, $at));
    }
    function grapheme_strrpos(string $text, string $needle, int $offset = 0): int|false
    {
        $at = strrpos($text, $needle);
        return $at === false ? false : grapheme_strlen(substr($text, 0, $at));
    }
}
