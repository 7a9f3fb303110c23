--TEST--
calendar: days and dates, names, Easter
--EXTENSIONS--
calendar
--FILE--
<?php
date_default_timezone_set("UTC");
echo gregoriantojd(10, 15, 1582), " ", juliantojd(10, 4, 1582), " ", jdtogregorian(2299161), " ", jdtojulian(2299160), "\n";
echo jewishtojd(1, 1, 5784), " ", jdtojewish(2460204), " ", bin2hex(jdtojewish(2460204, true, CAL_JEWISH_ADD_GERESHAYIM)), " ", jdtofrench(2375840), "\n";
foreach ([0, 1, 2, 3] as $c) {
    echo json_encode(cal_from_jd(2376000, $c)), "\n";
}
echo cal_days_in_month(CAL_GREGORIAN, 2, 2024), " ", cal_days_in_month(CAL_FRENCH, 13, 14), " ", easter_days(2024), " ", easter_date(2025), " ", unixtojd(0), "\n";
for ($d = 2000000, $sum = 0; $d < 2500000; $d += 997) {
    [$m, $day, $y] = explode("/", jdtojewish($d));
    $sum += jewishtojd($m, $day, $y) - $d + $m;
}
echo $sum, " ", jddayofweek(2451545, CAL_DOW_LONG), " ", jdmonthname(2451545, CAL_MONTH_JEWISH), "\n";
try {
    cal_days_in_month(9, 1, 1);
} catch (ValueError $e) {
    echo $e->getMessage(), "\n";
}
?>
--EXPECT--
2299161 2299160 10/15/1582 10/4/1582
2460204 1/1/5784 e02720faf9f8e920e4faf9f422e3 1/1/1
{"date":"3\/1\/1793","month":3,"day":1,"year":1793,"dow":5,"abbrevdayname":"Fri","dayname":"Friday","abbrevmonth":"Mar","monthname":"March"}
{"date":"2\/18\/1793","month":2,"day":18,"year":1793,"dow":5,"abbrevdayname":"Fri","dayname":"Friday","abbrevmonth":"Feb","monthname":"February"}
{"date":"7\/17\/5553","month":7,"day":17,"year":5553,"dow":5,"abbrevdayname":"Fri","dayname":"Friday","abbrevmonth":"Adar","monthname":"Adar"}
{"date":"6\/11\/1","month":6,"day":11,"year":1,"dow":5,"abbrevdayname":"Fri","dayname":"Friday","abbrevmonth":"Ventose","monthname":"Ventose"}
29 5 10 1745107200 2440588
3534 Saturday Tevet
cal_days_in_month(): Argument #1 ($calendar) must be a valid calendar ID
