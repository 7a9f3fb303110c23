--TEST--
Date objects: inheritance, clone, comparison, state
--FILE--
<?php
class Day extends DateTimeImmutable
{
    public $note = 'mine';
}
$day = new Day('2024-05-06 07:08:09', new DateTimeZone('+02:00'));
$other = clone $day;
var_dump($day == $other, $day <=> $other->modify('+1 usec'), $day < new DateTime('2030-01-01'));
var_dump($day, $day->add(new DateInterval('P1D')) instanceof Day);
$copy = new Day();
$copy->__unserialize(['note' => 'other'] + $day->__serialize());
var_dump($copy == $day, $copy->note, $day->__serialize(), (array) DateTime::createFromInterface($day));
class Lazy extends DateTime
{
    public function __construct()
    {
    }
}
try {
    (new Lazy())->format('c');
} catch (DateObjectError $e) {
    echo $e->getMessage(), "\n";
}
try {
    DateTime::__set_state(['date' => 'x']);
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
try {
    DateTimeImmutable::createFromTimestamp(NAN);
} catch (DateRangeError $e) {
    echo $e->getMessage(), "\n";
}
--EXPECT--
bool(true)
int(-1)
bool(true)
object(Day)#1 (4) {
  ["note"]=>
  string(4) "mine"
  ["date"]=>
  string(26) "2024-05-06 07:08:09.000000"
  ["timezone_type"]=>
  int(1)
  ["timezone"]=>
  string(6) "+02:00"
}
bool(true)
bool(true)
string(5) "other"
array(4) {
  ["date"]=>
  string(26) "2024-05-06 07:08:09.000000"
  ["timezone_type"]=>
  int(1)
  ["timezone"]=>
  string(6) "+02:00"
  ["note"]=>
  string(4) "mine"
}
array(3) {
  ["date"]=>
  string(26) "2024-05-06 07:08:09.000000"
  ["timezone_type"]=>
  int(1)
  ["timezone"]=>
  string(6) "+02:00"
}
Object of type Lazy (inheriting DateTime) has not been correctly initialized by calling parent::__construct() in its constructor
Invalid serialization data for DateTime object
DateTimeImmutable::createFromTimestamp(): Argument #1 ($timestamp) must be a finite number between -9223372036854775808 and 9223372036854775807.999999, NAN given

