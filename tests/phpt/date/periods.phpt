--TEST--
Periods: ends, options, iteration
--FILE--
<?php
$start = new DateTimeImmutable('2024-01-31', new DateTimeZone('UTC'));
$month = new DateInterval('P1M');
foreach (new DatePeriod($start, $month, 3) as $index => $date) {
    echo $index, ' ', get_class($date), ' ', $date->format('Y-m-d'), "\n";
}
$period = new DatePeriod($start, $month, $start->modify('+2 months'), DatePeriod::EXCLUDE_START_DATE | DatePeriod::INCLUDE_END_DATE);
foreach ($period as $index => $date) {
    echo $index, ' ', $date->format('Y-m-d'), "\n";
}
var_dump($period->include_start_date, $period->include_end_date, $period->recurrences, $period->getRecurrences());
$period = DatePeriod::createFromISO8601String('R2/2024-01-01T00:00:00Z/P1DT12H');
foreach ($period->getIterator() as $date) {
    echo $date->format('c'), "\n";
}
try {
    $period->start = null;
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
try {
    new DatePeriod($start, $month, 0);
} catch (DateMalformedPeriodStringException $e) {
    echo $e->getMessage(), "\n";
}
try {
    new DatePeriod('R2/2024-01-01T00:00:00Z');
} catch (DateMalformedPeriodStringException $e) {
    echo $e->getMessage(), "\n";
}
--EXPECTF--
0 DateTimeImmutable 2024-01-31
1 DateTimeImmutable 2024-03-02
2 DateTimeImmutable 2024-04-02
3 DateTimeImmutable 2024-05-02
0 2024-03-02
bool(false)
bool(true)
int(1)
NULL
2024-01-01T00:00:00+00:00
2024-01-02T12:00:00+00:00
2024-01-04T00:00:00+00:00
Cannot modify readonly property DatePeriod::$start
DatePeriod::__construct(): Recurrence count must be greater or equal to 1 and lower than 2147483640

Deprecated: Calling DatePeriod::__construct(string $isostr, int $options = 0) is deprecated, use DatePeriod::createFromISO8601String() instead in %s on line 27
DatePeriod::__construct(): ISO interval must contain an interval, "R2/2024-01-01T00:00:00Z" given

