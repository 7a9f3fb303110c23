--TEST--
Time zones and calendars
--EXTENSIONS--
intl
--FILE--
<?php
date_default_timezone_set('Europe/Lisbon');
// Zones.
$zone = IntlTimeZone::createTimeZone('America/New_York');
var_dump($zone->getID(), $zone->getRawOffset(), $zone->getDSTSavings(), $zone->useDaylightTime());
var_dump($zone->getOffset(1720000000000.0, false, $raw, $dst), $raw, $dst);
var_dump($zone == IntlTimeZone::createTimeZone('America/New_York'), $zone == IntlTimeZone::getGMT());
var_dump(IntlTimeZone::createTimeZone('Mars/Base')->getID(), IntlTimeZone::getWindowsID('Europe/Berlin'));
var_dump(IntlTimeZone::getCanonicalID('Asia/Calcutta', $system), $system);
foreach (['Europe/Paris', '+02:30', '-00:30', 'EST'] as $name) {
    echo $name, ' => ', IntlTimeZone::fromDateTimeZone(new DateTimeZone($name))->getID(), "\n";
}
foreach (['Asia/Tokyo', 'GMT+05:45', 'GMT-03:00', 'GMT'] as $id) {
    echo $id, ' => ', IntlTimeZone::createTimeZone($id)->toDateTimeZone()->getName(), "\n";
}
var_dump(intltz_create_time_zone("\xff"), intl_get_error_message());

// Calendars.
$calendar = IntlCalendar::createInstance('UTC', 'en_US');
var_dump(get_class($calendar), get_class(IntlCalendar::createInstance(null, 'th_TH@calendar=buddhist')));
$calendar->clear();
$calendar->setDateTime(2024, IntlCalendar::FIELD_MONTH - 1, 28, 23, 59, 59);
$calendar->add(IntlCalendar::FIELD_DATE, 1);
var_dump($calendar->toDateTime()->format('c'), $calendar->isWeekend(), $calendar->getType());
$calendar->roll(IntlCalendar::FIELD_MONTH, true);
var_dump($calendar->getTime(), $calendar->getActualMaximum(IntlCalendar::FIELD_DATE));
$other = clone $calendar;
$other->add(IntlCalendar::FIELD_YEAR, 2);
var_dump($calendar->before($other), $calendar->equals($other), $calendar->fieldDifference($other->getTime(), IntlCalendar::FIELD_MONTH));
$moment = new DateTime('2020-02-29 12:30:00.250', new DateTimeZone('+01:00'));
$of = IntlCalendar::fromDateTime($moment);
var_dump($of->getTime(), $of->getTimeZone()->getID(), $of->toDateTime()->format('c e'));
$gregorian = new IntlGregorianCalendar('UTC', 'en');
var_dump($gregorian->isLeapYear(2000), $gregorian->isLeapYear(1900), $gregorian->getGregorianChange());
$date = IntlGregorianCalendar::createFromDate(2000, 0, 1);
var_dump(get_class($date), $date->get(IntlCalendar::FIELD_YEAR), $date->getTimeZone()->getID());
foreach ([fn() => intlcal_get($calendar, -1), fn() => $calendar->add(1, PHP_INT_MAX),
    fn() => new IntlGregorianCalendar('Nowhere')] as $f) {
    try {
        var_dump($f());
    } catch (Throwable $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
?>
--EXPECTF--
string(16) "America/New_York"
int(-18000000)
int(3600000)
bool(true)
bool(true)
int(-18000000)
int(3600000)
bool(true)
bool(false)
string(11) "Etc/Unknown"
string(23) "W. Europe Standard Time"
string(13) "Asia/Calcutta"
bool(true)
Europe/Paris => Europe/Paris
+02:30 => GMT+02:30
-00:30 => GMT+00:30
EST => EST
Asia/Tokyo => Asia/Tokyo
GMT+05:45 => +05:45
GMT-03:00 => -03:00
GMT => +00:00
NULL
string(62) "could not convert time zone id to UTF-16: U_INVALID_CHAR_FOUND"
string(21) "IntlGregorianCalendar"
string(12) "IntlCalendar"
string(25) "2024-02-29T23:59:59+00:00"
bool(false)
string(9) "gregorian"

Deprecated: IntlCalendar::roll(): Passing bool is deprecated, use 1 or -1 instead in %s on line %d
float(1711756799000)
int(31)
bool(true)
bool(false)
int(24)
float(1582975800000)
string(9) "GMT+01:00"
string(32) "2020-02-29T12:30:00+01:00 +01:00"
bool(true)
bool(false)
float(-12219292800000)
string(21) "IntlGregorianCalendar"
int(2000)
string(13) "Europe/Lisbon"
ValueError: intlcal_get(): Argument #2 ($field) must be a valid field
ValueError: IntlCalendar::add(): Argument #2 ($value) must be between -2147483648 and 2147483647
IntlException: Constructor failed
