--TEST--
ResourceBundle, IntlChar, UConverter
--EXTENSIONS--
intl
--FILE--
<?php
$b = new ResourceBundle("de", null);
var_dump($b["Version"] !== null, $b->get("nope"), $b->getErrorMessage(), $b["nope"] ?? "missing", count($b) > 5, resourcebundle_count($b) === count($b), $b->get(9999), intl_get_error_message());
$calendar = $b["calendar"]["gregorian"];
var_dump($calendar["DateTimePatterns"][0] !== "", get_class($calendar), is_string($calendar["dayNames"]["format"]["wide"][1]), $calendar->getErrorCode());
foreach ($calendar["dayNames"]["format"]["wide"] as $i => $day) {
    echo $i, "=", $day, " ";
}
foreach ($b["Countries"] ?? ResourceBundle::create("en", "ICUDATA-region")["Countries"] as $code => $name) {
    echo $code, "=", $name, "\n";
    break;
}
var_dump(ResourceBundle::create("no_such_locale", "nothere"), intl_get_error_message(), ResourceBundle::create("de_XX", null, false), intl_get_error_code() != 0, in_array("de_AT", ResourceBundle::getLocales("")), ResourceBundle::getLocales("/nowhere"));
var_dump($b->getIterator() instanceof Iterator);
var_dump(IntlChar::ord("ä"), IntlChar::chr(0x1F600), IntlChar::chr("é"), bin2hex(IntlChar::chr(0xD800)), IntlChar::charName("ä"), IntlChar::charFromName("LATIN SMALL LETTER A WITH DIAERESIS"), IntlChar::toupper("ä"), IntlChar::tolower(0xC4), IntlChar::isalpha("1"), IntlChar::isdigit("1"), IntlChar::charType("A") === IntlChar::CHAR_CATEGORY_UPPERCASE_LETTER, IntlChar::getNumericValue("½"), IntlChar::digit("f", 16), IntlChar::digit("z"), IntlChar::forDigit(11, 16), IntlChar::charMirror("("), IntlChar::getBidiPairedBracket("["), IntlChar::foldCase("ẞ"), IntlChar::hasBinaryProperty("a", IntlChar::PROPERTY_ALPHABETIC), IntlChar::getPropertyName(IntlChar::PROPERTY_ALPHABETIC), IntlChar::getPropertyEnum("Alpha"), IntlChar::getPropertyValueName(IntlChar::PROPERTY_GENERAL_CATEGORY, 1), IntlChar::getPropertyValueEnum(IntlChar::PROPERTY_GENERAL_CATEGORY, "Lu"), json_encode(IntlChar::charAge("€")), IntlChar::getFC_NFKC_Closure("\u{37A}") !== "");
var_dump(IntlChar::ord("ab"), intl_get_error_message(), IntlChar::ord(-1), intl_get_error_message(), IntlChar::ord("\xff"), IntlChar::ord(""), IntlChar::getPropertyName(-7), intl_get_error_message(), IntlChar::charFromName("x", -1), IntlChar::charFromName("nothing"));
$n = 0;
IntlChar::enumCharNames("a", "e", function (int $c, int $kind, string $name) use (&$n) {
    $n++;
    echo $c, " ", $name, "\n";
});
try {
    IntlChar::enumCharTypes(function ($from, $to, $type) use (&$n) {
        if ($n++ > 10) {
            throw new Exception("enough at $from, $to of $type");
        }
    });
} catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
$u = new UConverter("latin1", "utf-8");
var_dump(bin2hex($u->convert("äb")), $u->convert("\xe4", true), bin2hex($u->convert("€")), $u->getSourceEncoding(), $u->getDestinationEncoding(), $u->getSourceType() === UConverter::UTF8, bin2hex($u->getSubstChars()), $u->setSubstChars("?"), $u->convert("€"), $u->setSourceEncoding("no such"), $u->getErrorMessage(), UConverter::reasonText(UConverter::REASON_RESET));
var_dump(UConverter::transcode("\xe4", "utf-8", "latin1"), bin2hex(UConverter::transcode("€x", "ascii", "utf-8", ["to_subst" => "!"])), UConverter::transcode("a", "utf-8", "none"), intl_get_error_message(), in_array("UTF-8", UConverter::getAvailable()), UConverter::getAliases("utf-8")[0], in_array("IANA", UConverter::getStandards()));
class Told extends UConverter {
    function fromUCallback(int $reason, array $source, int $codePoint, &$error): string|int|array|null {
        if ($reason > UConverter::REASON_IRREGULAR) {
            return null;
        }
        $error = U_ZERO_ERROR;
        return ["<", dechex($codePoint), 62];
    }
    function toUCallback(int $reason, string $source, string $codeUnits, &$error): string|int|array|null {
        if ($reason == UConverter::REASON_ILLEGAL && $codeUnits === "\xfe") {
            throw new Exception("thrown within");
        }
        if ($reason == UConverter::REASON_ILLEGAL) {
            $error = U_ZERO_ERROR;
        }
        return $reason > UConverter::REASON_IRREGULAR ? null : 0x1F600;
    }
}
$t = new Told("ascii", "utf-8");
var_dump($t->convert("aäb"), $t->convert("a\xffb"), (new Told("utf-8", "utf-8"))->convert("\xff"));
foreach ([fn() => $t->convert("\xfe"), fn() => $t->convert("ok"), fn() => UConverter::reasonText(9), fn() => $b[""], fn() => $b[[]], fn() => $b[1 << 40], fn() => $b->get(""), fn() => clone $b, fn() => new ResourceBundle("de", str_repeat("x", 5000)), fn() => (new ReflectionClass("ResourceBundle"))->newInstanceWithoutConstructor()->count(), fn() => $b->__construct("de", null)] as $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
bool(true)
NULL
string(61) "Cannot load resource element 'nope': U_MISSING_RESOURCE_ERROR"
string(7) "missing"
bool(true)
bool(true)
NULL
string(59) "Cannot load resource element 9999: U_MISSING_RESOURCE_ERROR"
bool(true)
string(14) "ResourceBundle"
bool(true)
int(0)
0=Sonntag 1=Montag 2=Dienstag 3=Mittwoch 4=Donnerstag 5=Freitag 6=Samstag 001=world
NULL
string(81) "resourcebundle_ctor: Cannot load libICU resource bundle: U_MISSING_RESOURCE_ERROR"
NULL
bool(true)
bool(true)
bool(false)
bool(true)
int(228)
string(4) "😀"
string(2) "é"
string(6) "eda080"
string(35) "LATIN SMALL LETTER A WITH DIAERESIS"
int(228)
string(2) "Ä"
int(228)
bool(false)
bool(true)
bool(true)
float(0.5)
int(15)
bool(false)
int(98)
string(1) ")"
string(1) "]"
string(2) "ß"
bool(true)
string(10) "Alphabetic"
int(0)
string(16) "Uppercase_Letter"
int(1)
string(9) "[2,1,0,0]"
bool(true)
NULL
string(126) "Passing a UTF-8 character for codepoint requires a string which is exactly one UTF-8 codepoint long.: U_ILLEGAL_ARGUMENT_ERROR"
NULL
string(48) "Codepoint out of range: U_ILLEGAL_ARGUMENT_ERROR"
NULL
NULL
bool(false)
string(53) "Failed to get property name: U_ILLEGAL_ARGUMENT_ERROR"
NULL
NULL
97 LATIN SMALL LETTER A
98 LATIN SMALL LETTER B
99 LATIN SMALL LETTER C
100 LATIN SMALL LETTER D
enough at 42, 43 of 23
string(4) "e462"
string(2) "ä"
string(2) "1a"
string(5) "UTF-8"
string(10) "ISO-8859-1"
bool(true)
string(6) "efbfbd"
bool(true)
string(1) "?"
bool(false)
string(70) "ucnv_open() returned error 4: U_FILE_ACCESS_ERROR: U_FILE_ACCESS_ERROR"
string(12) "REASON_RESET"
string(2) "ä"
string(4) "2178"
bool(false)
string(68) "Error setting encoding: 4 - U_FILE_ACCESS_ERROR: U_FILE_ACCESS_ERROR"
bool(true)
string(5) "UTF-8"
bool(true)
string(6) "a<e4>b"
string(9) "a<1f600>b"
string(4) "😀"
Exception: thrown within
string(2) "ok"
ValueError: UConverter::reasonText(): Argument #1 ($reason) must be a UConverter::REASON_* constant
ValueError: Offset must not be empty
TypeError: Cannot access offset of type array on ResourceBundle
ValueError: Index must be between -2147483648 and 2147483647
ValueError: ResourceBundle::get(): Argument #1 ($index) must not be empty
Error: Trying to clone an uncloneable object of class ResourceBundle
ValueError: ResourceBundle::__construct(): Argument #2 ($bundle) is too long
Error: Found unconstructed ResourceBundle
Error: ResourceBundle object is already constructed
