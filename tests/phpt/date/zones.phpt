--TEST--
Zones: kinds, changes, comparison, default
--FILE--
<?php
foreach (['Europe/Amsterdam', 'cest', '+01:30', '-00:00:30'] as $name) {
    $zone = new DateTimeZone($name);
    var_dump($zone->getName(), $zone->getOffset(new DateTime('2024-07-01')));
}
$copy = new DateTimeZone('UTC');
$copy->__unserialize($zone->__serialize());
var_dump($copy == $zone);
foreach ((new DateTimeZone('Europe/London'))->getTransitions(1700000000, 1740000000) as $change) {
    echo "$change[ts] $change[time] $change[offset] $change[abbr]", $change['isdst'] ? ' summer' : '', "\n";
}
try {
    var_dump(new DateTimeZone('UTC') == new DateTimeZone('+00:00'));
} catch (DateException $e) {
    echo $e->getMessage(), "\n";
}
try {
    new DateTimeZone('Mars/Olympus');
} catch (DateInvalidTimeZoneException $e) {
    echo $e->getMessage(), "\n";
}
var_dump(date_default_timezone_get(), date_default_timezone_set('Asia/Kathmandu'), date('e P', 0));
var_dump(@date_default_timezone_set('Nowhere'), timezone_name_from_abbr('', 3600, 1));
var_dump(DateTimeZone::listIdentifiers(DateTimeZone::PER_COUNTRY, 'NZ'));
--EXPECT--
string(16) "Europe/Amsterdam"
int(7200)
string(4) "CEST"
int(7200)
string(6) "+01:30"
int(5400)
string(9) "-00:00:30"
int(-30)
bool(true)
1700000000 2023-11-14T22:13:20+00:00 0 GMT
1711846800 2024-03-31T01:00:00+00:00 3600 BST summer
1729990800 2024-10-27T01:00:00+00:00 0 GMT
Cannot compare two different kinds of DateTimeZone objects
DateTimeZone::__construct(): Unknown or bad timezone (Mars/Olympus)
string(3) "UTC"
bool(true)
string(21) "Asia/Kathmandu +05:30"
bool(false)
string(13) "Europe/London"
array(2) {
  [0]=>
  string(16) "Pacific/Auckland"
  [1]=>
  string(15) "Pacific/Chatham"
}

