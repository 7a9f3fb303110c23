--TEST--
Differences and steps over an offset change
--FILE--
<?php
$zone = new DateTimeZone('America/New_York');
$before = new DateTimeImmutable('2024-11-02 12:00', $zone);
$after = new DateTimeImmutable('2024-11-03 12:00', $zone);
echo $before->diff($after)->format('%R %a %d %h:%i'), "\n";
echo $before->setTimezone(new DateTimeZone('UTC'))->diff($after)->format('%R %a %d %h:%i'), "\n";
echo $before->add(new DateInterval('PT24H'))->format('c T'), "\n";
echo $before->add(new DateInterval('P1D'))->format('c T'), "\n";
echo $before->add(DateInterval::createFromDateString('24 hours'))->format('c T'), "\n";
echo (new DateTimeImmutable('2024-01-31'))->add(new DateInterval('P1M'))->format('Y-m-d'), "\n";
$interval = new DateInterval('P1Y2M10DT2H30M');
$interval->d = 40;
$interval->f = 0.25;
$interval->note = 'kept';
var_dump($interval);
var_dump($interval->__serialize() == (array) $interval);
var_dump(isset($interval->y, $interval->days), empty($interval->s), $interval == $interval);
foreach (['P', 'P1', '1D', 'PT', 'P1S'] as $text) {
    try {
        new DateInterval($text);
    } catch (DateMalformedIntervalStringException $e) {
        echo $e->getMessage(), "\n";
    }
}
--EXPECTF--
+ 1 1 0:0
+ 1 1 1:0
2024-11-03T11:00:00-05:00 EST
2024-11-03T12:00:00-05:00 EST
2024-11-03T12:00:00-05:00 EST
2024-03-02

Deprecated: Creation of dynamic property DateInterval::$note is deprecated in %s on line 14
object(DateInterval)#6 (11) {
  ["note"]=>
  string(4) "kept"
  ["y"]=>
  int(1)
  ["m"]=>
  int(2)
  ["d"]=>
  int(40)
  ["h"]=>
  int(2)
  ["i"]=>
  int(30)
  ["s"]=>
  int(0)
  ["f"]=>
  float(0.25)
  ["invert"]=>
  int(0)
  ["days"]=>
  bool(false)
  ["from_string"]=>
  bool(false)
}
bool(true)
bool(true)
bool(true)
bool(true)
Unknown or bad format (P)
Unknown or bad format (P1)
Unknown or bad format (1D)
Unknown or bad format (PT)
Unknown or bad format (P1S)

