--TEST--
Formats of dates and their patterns
--EXTENSIONS--
intl
--FILE--
<?php
date_default_timezone_set('Europe/Lisbon');
$moment = new DateTime('2020-02-29 12:30:00.250', new DateTimeZone('+01:00'));
$other = new IntlGregorianCalendar('UTC', 'en');
$other->setTime(1774828799000.0);
// Formats.
$format = new IntlDateFormatter('en_US', pattern: "yyyy-MM-dd'T'HH:mm:ss.SSS VV", timezone: 'Asia/Tokyo');
var_dump($format->format(0), $format->format($moment), $format->format($other), $format->format('1e3'), $format->format("x\0"));
var_dump(substr($format->format(['tm_year' => 100, 'tm_mon' => 1, 'tm_mday' => 29]), 0, 10), $format->format(['tm_year' => 'a']), $format->getErrorMessage());
var_dump($format->getCalendar(), $format->getTimeZoneId(), $format->getPattern(), $format->getLocale());
$format->setPattern('yyyy/MM/dd');
$at = 3;
var_dump($format->parse('on 2001/02/03 and on', $at), $at, $format->localtime('2001/02/03')['tm_year']);
$at = 0;
var_dump($format->parse('never', $at), $at, $format->getErrorCode(), intl_get_error_message());
var_dump(IntlDateFormatter::formatObject($moment, 'EEEE d MMMM y HH:mm', 'fr'), IntlDateFormatter::formatObject($moment, ''));
var_dump((new IntlDatePatternGenerator('de'))->getBestPattern('MMMd'));
try {
    new IntlDateFormatter('en', 77);
} catch (IntlException $e) {
    var_dump($e->getMessage(), $e->getCode());
}
var_dump(datefmt_create('en', -2, 0), intl_get_error_message());
?>
--EXPECT--
string(34) "1970-01-01T09:00:00.000 Asia/Tokyo"
string(34) "2020-02-29T20:30:00.250 Asia/Tokyo"
string(34) "2026-03-30T08:59:59.000 Asia/Tokyo"
string(34) "1970-01-01T09:16:40.000 Asia/Tokyo"
bool(false)
string(10) "2000-02-29"
bool(false)
string(64) "datefmt_format: date formatting failed: U_ILLEGAL_ARGUMENT_ERROR"
int(1)
string(10) "Asia/Tokyo"
string(28) "yyyy-MM-dd'T'HH:mm:ss.SSS VV"
string(2) "en"
int(981126000)
int(13)
int(101)
bool(false)
int(0)
int(9)
string(12) "U_ZERO_ERROR"
string(29) "samedi 29 février 2020 12:30"
bool(false)
string(6) "d. MMM"
string(67) "datefmt_create: invalid date format style: U_ILLEGAL_ARGUMENT_ERROR"
int(1)
NULL
string(133) "datefmt_create: time format must be IntlDateFormatter::PATTERN if date format is IntlDateFormatter::PATTERN: U_ILLEGAL_ARGUMENT_ERROR"
