--TEST--
NumberFormatter: formatting, reading, attributes, what is refused
--EXTENSIONS--
intl
--FILE--
<?php
$f = new NumberFormatter("de_DE", NumberFormatter::DECIMAL);
var_dump($f->format(1234567.891), $f->format(-3), $f->format(2.5, NumberFormatter::TYPE_INT32), $f->format(1e300, NumberFormatter::TYPE_INT64), $f->format(NAN), numfmt_format($f, PHP_INT_MIN));
var_dump($f->parse("1.234,5"), $f->parse("1.234,5", NumberFormatter::TYPE_INT32), $f->parse("99999999999", NumberFormatter::TYPE_INT64), $f->parse("x"), $f->getErrorMessage(), intl_get_error_code(), $f->parse("\xff"), $f->getErrorMessage());
$at = 2;
var_dump($f->parse("ab12cd", NumberFormatter::TYPE_DOUBLE, $at), $at);
$at = 50;
var_dump($f->parse("12", NumberFormatter::TYPE_INT32, $at), $at);
$e = numfmt_create("en_US", NumberFormatter::CURRENCY);
var_dump($e->formatCurrency(1234.5, "EUR"), $e->formatCurrency(5, "x"), $e->formatCurrency(5, "\xff"), $e->parseCurrency("$5.25", $c), $c, $e->parseCurrency("", $c), $e->getErrorMessage(), $e->parseCurrency("x$5", $c, $at), $at);
$s = new NumberFormatter("en", NumberFormatter::SPELLOUT);
var_dump($s->format(1234), $s->parse("twenty-one"), $s->parseCurrency("five", $c), $s->getErrorMessage(), $s->getPattern() !== "", $s->getTextAttribute(NumberFormatter::DEFAULT_RULESET), $s->format(PHP_INT_MIN), (new NumberFormatter("en@numbers=roman", NumberFormatter::DECIMAL))->format(1999));
var_dump($f->setAttribute(NumberFormatter::MAX_FRACTION_DIGITS, 1), $f->getAttribute(NumberFormatter::MAX_FRACTION_DIGITS), $f->format(0.25), $f->setAttribute(NumberFormatter::ROUNDING_INCREMENT, 0.5), $f->getAttribute(NumberFormatter::ROUNDING_INCREMENT), $f->getAttribute(99), $f->setAttribute(99, 1), $f->getErrorMessage());
var_dump($f->setTextAttribute(NumberFormatter::NEGATIVE_PREFIX, "MINUS "), $f->format(-2), $f->getTextAttribute(NumberFormatter::NEGATIVE_PREFIX), $f->getTextAttribute(77));
var_dump($f->setSymbol(NumberFormatter::DECIMAL_SEPARATOR_SYMBOL, "·"), $f->getSymbol(0), $f->format(1.5), $f->getSymbol(-1), intl_get_error_message(), $f->setSymbol(1000, ""), $f->setSymbol(0, "\xff"));
var_dump($f->setPattern("#,##0.00 'x'"), $f->format(3), $f->getPattern(), $f->setPattern("0.0.0"), $f->getErrorMessage(), $f->getLocale(), $f->getLocale(Locale::VALID_LOCALE));
$g = clone $f;
$g->setPattern("0");
var_dump($g->format(7), $f->format(7));
class Mine extends NumberFormatter { function __construct() {} }
foreach ([fn() => $f->format(1, 4), fn() => numfmt_format($f, 1, 42), fn() => numfmt_parse($f, "1", 4), fn() => $f->parse("1", -1), fn() => new NumberFormatter("xx_invalid_language_name", 1), fn() => new NumberFormatter("en", 77), fn() => numfmt_create("en", NumberFormatter::PATTERN_DECIMAL, "\xff"), fn() => (new Mine)->format(1), fn() => clone new Mine, fn() => $f->__construct("de", 1), fn() => $f->format("x")] as $t) {
    try {
        var_dump($t());
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
string(13) "1.234.567,891"
string(2) "-3"
string(1) "2"
string(26) "-9.223.372.036.854.775.808"
string(3) "NaN"
string(26) "-9.223.372.036.854.775.808"
float(1234.5)
int(1234)
int(99999999999)
bool(false)
string(36) "Number parsing failed: U_PARSE_ERROR"
int(0)
bool(false)
string(56) "String conversion to UTF-16 failed: U_INVALID_CHAR_FOUND"
float(12)
int(4)
int(0)
int(50)
string(11) "€1,234.50"
bool(false)
bool(false)
float(5.25)
string(3) "USD"
bool(false)
string(36) "Number parsing failed: U_PARSE_ERROR"
bool(false)
int(50)
string(36) "one thousand two hundred thirty-four"
float(21)
bool(false)
string(42) "Number parsing failed: U_UNSUPPORTED_ERROR"
bool(true)
string(19) "%spellout-numbering"
string(26) "-9,223,372,036,854,775,808"
string(7) "MCMXCIX"
bool(true)
int(1)
string(3) "0,2"
bool(true)
float(0.5)
bool(false)
bool(false)
string(50) "Error setting attribute value: U_UNSUPPORTED_ERROR"
bool(true)
string(7) "MINUS 2"
string(6) "MINUS "
bool(false)
bool(true)
string(2) "·"
string(4) "1·5"
bool(false)
string(65) "numfmt_get_symbol: invalid symbol value: U_ILLEGAL_ARGUMENT_ERROR"
bool(false)
bool(false)
bool(true)
string(7) "3·00 x"
string(31) "#,##0.00 'x';MINUS #,##0.00 'x'"
bool(false)
string(67) "Error setting pattern value at line 0, offset 0: U_UNQUOTED_SPECIAL"
string(5) "de_DE"
string(5) "de_DE"
string(1) "7"
string(7) "7·00 x"
ValueError: NumberFormatter::format(): Argument #2 ($type) cannot be NumberFormatter::TYPE_CURRENCY constant, use NumberFormatter::formatCurrency() method instead
ValueError: numfmt_format(): Argument #3 ($type) must be a NumberFormatter::TYPE_* constant
ValueError: numfmt_parse(): Argument #3 ($type) cannot be NumberFormatter::TYPE_CURRENCY constant, use numfmt_parse_currency() function instead
ValueError: NumberFormatter::parse(): Argument #2 ($type) must be a NumberFormatter::TYPE_* constant
ValueError: NumberFormatter::__construct(): Argument #1 ($locale) "xx_invalid_language_name" is invalid
IntlException: Constructor failed
NULL
Error: Found unconstructed NumberFormatter
Error: Cannot clone uninitialized NumberFormatter
Error: NumberFormatter object is already constructed
TypeError: NumberFormatter::format(): Argument #1 ($num) must be of type int|float, string given
