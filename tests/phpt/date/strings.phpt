--TEST--
Date strings by their kinds
--FILE--
<?php
date_default_timezone_set('Europe/Amsterdam');
$base = new DateTimeImmutable('2024-02-28 12:34:56.789012');
$changes = ['tomorrow noon', 'last day of next month', 'first monday of january 2025', '+3 weekdays', '-1 year +1 day',
    'monday this week', 'last friday', '@86400.5', '2024W105', 'back of 7pm', '10:15 America/New_York', '2 weeks ago'];
foreach ($changes as $change) {
    echo $change, ': ', (new DateTimeImmutable($change, null) ? $base->modify($change) : null)->format('D Y-m-d H:i:s.u T'), "\n";
}
foreach (['2024-02-30', '10:99', 'Mars/Olympus', '2024-01-01 2024-01-02', ''] as $text) {
    $parsed = date_parse($text);
    echo "'$text':";
    foreach ([...$parsed['warnings'], ...$parsed['errors']] as $message) {
        echo " $message;";
    }
    echo "\n";
}
try {
    new DateTime('next 2 days from whenever');
} catch (DateMalformedStringException $e) {
    echo $e->getMessage(), "\n";
}
try {
    $base->modify('gibberish');
} catch (DateMalformedStringException $e) {
    echo $e->getMessage(), "\n";
}
--EXPECT--
tomorrow noon: Thu 2024-02-29 12:00:00.000000 CET
last day of next month: Sun 2024-03-31 12:34:56.789012 CEST
first monday of january 2025: Mon 2025-01-06 00:00:00.000000 CET
+3 weekdays: Mon 2024-03-04 12:34:56.789012 CET
-1 year +1 day: Wed 2023-03-01 12:34:56.789012 CET
monday this week: Mon 2024-02-26 00:00:00.000000 CET
last friday: Fri 2024-02-23 00:00:00.000000 CET
@86400.5: Fri 1970-01-02 00:00:00.500000 GMT+0000
2024W105: Fri 2024-03-08 12:34:56.789012 CET
back of 7pm: Wed 2024-02-28 19:15:00.000000 CET
10:15 America/New_York: Wed 2024-02-28 10:15:00.000000 CET
2 weeks ago: Wed 2024-02-14 12:34:56.789012 CET
'2024-02-30': The parsed date was invalid;
'10:99': Unexpected character;
'Mars/Olympus': The timezone could not be found in the database;
'2024-01-01 2024-01-02': Double date specification;
'': Empty string;
Failed to parse time string (next 2 days from whenever) at position 0 (n): The timezone could not be found in the database
DateTimeImmutable::modify(): Failed to parse time string (gibberish) at position 0 (g): The timezone could not be found in the database

