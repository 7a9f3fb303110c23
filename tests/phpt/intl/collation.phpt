--TEST--
Collator, and how the extension tells of errors
--EXTENSIONS--
intl
--FILE--
<?php
$c = new Collator("sv_SE");
$words = ["zebra", "ö", "ä", "å", "apa", "Ö", 10, "9", "2e1", null, true];
$c->sort($words);
echo json_encode($words, JSON_UNESCAPED_UNICODE), "\n";
$words = ["x" => "zoo", "y" => "äpple", "z" => "apa"];
$c->asort($words, Collator::SORT_STRING);
echo json_encode($words, JSON_UNESCAPED_UNICODE), "\n";
$n = ["10", "9", "1e1", "x", 2.5];
collator_sort($c, $n, Collator::SORT_NUMERIC);
echo json_encode($n), "\n";
$k = ["b", "å", "a", 7];
var_dump($c->sortWithSortKeys($k), json_encode($k, JSON_UNESCAPED_UNICODE));
var_dump($c->compare("a", "b"), collator_compare($c, "å", "z"), $c->compare("a", "\xff"), $c->getErrorCode(), $c->getErrorMessage(), intl_get_error_code());
var_dump($c->getStrength(), $c->setStrength(Collator::PRIMARY), $c->compare("A", "a"), $c->getAttribute(Collator::NUMERIC_COLLATION), $c->setAttribute(Collator::NUMERIC_COLLATION, Collator::ON), $c->compare("a10", "a9"));
var_dump($c->setAttribute(99, 1), $c->getErrorMessage(), $c->getAttribute(-5), $c->getLocale(Locale::VALID_LOCALE), $c->getLocale(7));
var_dump($c->getSortKey("a") < $c->getSortKey("b"), collator_get_sort_key($c, "\xc3"));
class Mine extends Collator { function __construct() {} }
foreach ([fn() => new Collator(str_repeat("x", 200)), fn() => $c->__construct("de"), fn() => clone $c, fn() => serialize($c), fn() => (new Mine)->compare("a", "b"), fn() => (new Mine)->getStrength(), fn() => collator_create(str_repeat("x", 200))] as $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
echo intl_get_error_message(), " ", intl_error_name(-128), " ", intl_error_name(9999), "\n";
var_dump(intl_is_failure(0), intl_is_failure(-3), intl_is_failure(7));
set_error_handler(function ($level, $message) { echo "$level: $message\n"; });
ini_set("intl.error_level", E_WARNING);
var_dump($c->compare("\xff", ""));
ini_set("intl.error_level", 0);
ini_set("intl.use_exceptions", true);
try {
    collator_get_sort_key($c, "\xff");
} catch (IntlException $e) {
    echo $e->getMessage(), " ", $e->getCode(), " ", intl_get_error_message(), "\n";
}
?>
--EXPECT--
[null,"9",10,"2e1","apa","zebra","å","ä","ö","Ö",true]
{"z":"apa","x":"zoo","y":"äpple"}
["x",2.5,"9","10","1e1"]
bool(true)
string(16) "[7,"a","b","å"]"
int(-1)
int(1)
bool(false)
int(10)
string(64) "Error converting second argument to UTF-16: U_INVALID_CHAR_FOUND"
int(0)
int(2)
bool(true)
int(0)
int(16)
bool(true)
int(1)
bool(false)
string(55) "Error setting attribute value: U_ILLEGAL_ARGUMENT_ERROR"
bool(false)
string(2) "sv"
bool(false)
bool(true)
bool(false)
IntlException: Constructor failed
Error: Collator object is already constructed
Error: Trying to clone an uncloneable object of class Collator
Exception: Serialization of 'Collator' is not allowed
Error: Object not initialized
int(-1)
NULL
Locale string too long, should be no longer than 156 characters: U_ILLEGAL_ARGUMENT_ERROR U_USING_FALLBACK_WARNING [BOGUS UErrorCode]
bool(false)
bool(false)
bool(true)
2: Collator::compare(): Error converting first argument to UTF-16
bool(false)
Error converting first argument to UTF-16 0 Error converting first argument to UTF-16: U_INVALID_CHAR_FOUND
