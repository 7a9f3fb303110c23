--TEST--
Graphemes, normal forms, domain names, transliteration, spoofs
--EXTENSIONS--
intl
--FILE--
<?php
$combined = "e\u{301}a\u{308}\u{1F468}\u{200D}\u{1F469}x";
var_dump(grapheme_strlen($combined), grapheme_strlen("a\r\nb"), grapheme_strlen("\xff"), intl_get_error_message(), json_encode(grapheme_str_split($combined)), json_encode(grapheme_str_split("abcde", 2)), grapheme_str_split(""));
var_dump(grapheme_strpos($combined, "x"), grapheme_strpos("abcabc", "c", -2), grapheme_strrpos("abcabc", "b"), grapheme_stripos("ÄÖÜ", "ö"), grapheme_strripos("äöÄö", "Ä"), grapheme_strpos("aé", ""), grapheme_strrpos("aé", ""), grapheme_strpos("abc", "\xff"), grapheme_strpos("é", "\xff"), grapheme_strpos("e\u{301}", "e"));
var_dump(grapheme_substr($combined, 1, 1), grapheme_substr($combined, -1), grapheme_substr($combined, 1, -2), grapheme_substr("abc", 5), grapheme_substr("äbc", 5), grapheme_substr("äbc", -9, 2), grapheme_substr("äbc", 2, -2), grapheme_substr("äbc", 0, 0), grapheme_substr("\xff", 0));
var_dump(grapheme_strstr("häuser", "u"), grapheme_strstr("häuser", "u", true), grapheme_stristr("HÄUSER", "äu"), grapheme_strstr("abc", "z"), grapheme_stristr("äb", "z"));
var_dump(bin2hex(grapheme_extract($combined, 2)), bin2hex(grapheme_extract($combined, 4, GRAPHEME_EXTR_MAXBYTES, 0, $next)), $next, bin2hex(grapheme_extract($combined, 3, GRAPHEME_EXTR_MAXCHARS, $next, $next)), $next, grapheme_extract("abc", 2, 0, -2), grapheme_extract("abc", 1, 0, 9), intl_get_error_message(), grapheme_extract("\x80", 1), bin2hex(grapheme_extract("\x80é", 1, 0, 0, $next)), $next, grapheme_extract("abc", 0));
var_dump(bin2hex(Normalizer::normalize("é", Normalizer::NFD)), normalizer_is_normalized("e\u{301}"), Normalizer::normalize("ﬁ", Normalizer::FORM_KC), Normalizer::normalize("Ａß", Normalizer::NFKC_CF), Normalizer::normalize("\xff"), intl_get_error_message(), bin2hex(Normalizer::getRawDecomposition("é")), Normalizer::getRawDecomposition("a"), Normalizer::getRawDecomposition("ab"), Normalizer::getRawDecomposition(""), Normalizer::getRawDecomposition("\xff"), intl_get_error_message());
var_dump(idn_to_ascii("täst.de"), idn_to_utf8("xn--tst-qla.de"), idn_to_ascii("a..b", 0, INTL_IDNA_VARIANT_UTS46, $info), $info, idn_to_ascii(str_repeat("a", 300)), idn_to_ascii("faß.de", IDNA_DEFAULT & ~IDNA_NONTRANSITIONAL_TO_ASCII));
$t = Transliterator::create("Any-Latin; Latin-ASCII; Upper()");
var_dump($t->id, $t->transliterate("Пример ß"), transliterator_transliterate("Upper", "äb"), $t->createInverse()->id, $t->transliterate("ab", 0, 9), $t->getErrorMessage(), $t->transliterate("\xff"), $t->getErrorCode(), count(Transliterator::listIDs()) > 100, (clone $t)->transliterate("я"));
$r = Transliterator::createFromRules("a > b; b > ccc;");
var_dump($r->transliterate("aba", 1), Transliterator::createFromRules("a > \$x;"), intl_get_error_message(), Transliterator::create("No-Such"), intl_get_error_message(), @transliterator_transliterate("No-Such", "a"));
$s = new Spoofchecker;
var_dump($s->isSuspicious("paypal"), $s->isSuspicious("p\u{430}ypal", $why), $why, $s->areConfusable("a", "\u{430}", $why), $why > 0, $s->setChecks(Spoofchecker::INVISIBLE), $s->isSuspicious("a\u{301}\u{301}"), $s->setAllowedChars("[a-c]"), $s->setRestrictionLevel(Spoofchecker::ASCII), $s->setAllowedLocales("en"));
foreach ([fn() => grapheme_strpos("a", "b", 5), fn() => grapheme_strpos("é", "e", -5), fn() => grapheme_str_split("a", 0), fn() => grapheme_extract("a", -1), fn() => grapheme_extract("a", 1, 7), fn() => grapheme_substr("a", PHP_INT_MAX), fn() => Normalizer::normalize("a", 5), fn() => idn_to_ascii(""), fn() => idn_to_ascii("a", 0, 9), fn() => new Transliterator, fn() => Transliterator::create("Upper", 9), fn() => $t->transliterate("a", -1), fn() => $t->transliterate("a", 2, 1), fn() => $t->id = "x", fn() => $s->setRestrictionLevel(5), fn() => $s->setAllowedChars("a"), fn() => $s->setAllowedChars("[a", 0), fn() => $s->setAllowedChars("[z-a]"), fn() => $s->__construct()] as $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
int(4)
int(3)
NULL
string(61) "Error converting input string to UTF-16: U_INVALID_CHAR_FOUND"
string(58) "["e\u0301","a\u0308","\ud83d\udc68\u200d\ud83d\udc69","x"]"
string(15) "["ab","cd","e"]"
array(0) {
}
int(3)
int(5)
int(4)
int(1)
int(2)
int(0)
int(2)
bool(false)
bool(false)
bool(false)
string(3) "ä"
string(1) "x"
string(3) "ä"
string(0) ""
string(0) ""
string(3) "äb"
string(0) ""
string(0) ""
bool(false)
string(4) "user"
string(3) "hä"
string(6) "ÄUSER"
bool(false)
bool(false)
string(12) "65cc8161cc88"
string(6) "65cc81"
int(3)
string(6) "61cc88"
int(6)
string(2) "bc"
bool(false)
string(73) "grapheme_extract: start not contained in string: U_ILLEGAL_ARGUMENT_ERROR"
bool(false)
string(4) "c3a9"
int(2)
string(0) ""
string(6) "65cc81"
bool(false)
string(2) "fi"
string(3) "ass"
bool(false)
string(61) "Error converting input string to UTF-16: U_INVALID_CHAR_FOUND"
string(6) "65cc81"
NULL
NULL
NULL
NULL
string(49) "Code point out of range: U_ILLEGAL_ARGUMENT_ERROR"
string(14) "xn--tst-qla.de"
string(8) "täst.de"
bool(false)
array(3) {
  ["result"]=>
  string(4) "a..b"
  ["isTransitionalDifferent"]=>
  bool(false)
  ["errors"]=>
  int(1)
}
bool(false)
string(7) "fass.de"
string(29) "Any-Latin;Latin-ASCII;Upper()"
string(9) "PRIMER SS"
string(3) "ÄB"
string(28) "(Upper);ASCII-Latin;Any-Null"
bool(false)
string(156) "transliterator_transliterate: Neither "start" nor the "end" arguments can exceed the number of UTF-16 code units (in this case, 2): U_ILLEGAL_ARGUMENT_ERROR"
bool(false)
int(10)
bool(true)
string(1) "A"
string(5) "acccb"
NULL
string(152) "transliterator_create_from_rules: unable to create ICU transliterator from rules (parse error at offset 0, before or at "a > $x;"): U_UNDEFINED_VARIABLE"
NULL
string(88) "transliterator_create: unable to open ICU transliterator with id "No-Such": U_INVALID_ID"
bool(false)
bool(false)
bool(true)
int(16)
bool(true)
bool(true)
NULL
bool(true)
NULL
NULL
NULL
ValueError: grapheme_strpos(): Argument #3 ($offset) must be contained in argument #1 ($haystack)
ValueError: grapheme_strpos(): Argument #3 ($offset) must be contained in argument #1 ($haystack)
ValueError: grapheme_str_split(): Argument #2 ($length) must be greater than 0 and less than or equal to 1073741823
ValueError: grapheme_extract(): Argument #2 ($size) must be greater than or equal to 0
ValueError: grapheme_extract(): Argument #3 ($type) must be one of GRAPHEME_EXTR_COUNT, GRAPHEME_EXTR_MAXBYTES, or GRAPHEME_EXTR_MAXCHARS
ValueError: grapheme_substr(): Argument #2 ($offset) is too large
ValueError: Normalizer::normalize(): Argument #2 ($form) must be a a valid normalization form
ValueError: idn_to_ascii(): Argument #1 ($domain) must not be empty
ValueError: idn_to_ascii(): Argument #2 ($flags) must be INTL_IDNA_VARIANT_UTS46
Error: Call to private Transliterator::__construct() from global scope
ValueError: Transliterator::create(): Argument #2 ($direction) must be either Transliterator::FORWARD or Transliterator::REVERSE
ValueError: Transliterator::transliterate(): Argument #2 ($start) must be greater than or equal to 0
ValueError: Transliterator::transliterate(): Argument #2 ($start) must be less than or equal to argument #3 ($end)
Error: Cannot modify readonly property Transliterator::$id
ValueError: Spoofchecker::setRestrictionLevel(): Argument #1 ($level) must be one of Spoofchecker::ASCII, Spoofchecker::SINGLE_SCRIPT_RESTRICTIVE, Spoofchecker::HIGHLY_RESTRICTIVE, Spoofchecker::MODERATELY_RESTRICTIVE, Spoofchecker::MINIMALLY_RESTRICTIVE, or Spoofchecker::UNRESTRICTIVE
ValueError: Spoofchecker::setAllowedChars(): Argument #1 ($pattern) must be a valid regular expression character set pattern
ValueError: Spoofchecker::setAllowedChars(): Argument #1 ($pattern) must be a valid regular expression character set pattern
ValueError: Spoofchecker::setAllowedChars(): Argument #1 ($pattern) must be a valid regular expression character set pattern (65538) U_MALFORMED_SET
Error: Spoofchecker object is already constructed
