<?php
// Dates: formatting, parsing, arithmetic.
date_default_timezone_set('UTC');
$berlin = new DateTimeZone('Europe/Berlin');

return [
    'date' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += strlen(date('Y-m-d H:i:s', $i * 86399)) + strlen(date('D, d M Y', $i * 3601));
        }
        return $n;
    },
    'mktime' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += mktime(1, 2, $i, 3, 4, 2020) + (int) checkdate(2, $i % 31, 2021);
        }
        return $n;
    },
    'strtotime' => function () {
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += strtotime('2021-03-04 05:06:07') + strtotime('+1 week', 1000000) + strtotime('10 September 2000');
        }
        return $n;
    },
    'DateTime' => function () use ($berlin) {
        for ($i = $n = 0; $i < 2000; $i++) {
            $d = new DateTimeImmutable('2021-03-04 05:06:07', $berlin);
            $n += $d->getTimestamp() + strlen($d->format(DATE_ATOM));
        }
        return $n;
    },
    'modify and add' => function () use ($berlin) {
        $d = new DateTimeImmutable('2021-01-01', $berlin);
        $p = new DateInterval('P1DT3H');
        for ($i = 0; $i < 2000; $i++) {
            $d = $d->add($p)->modify('+1 day')->setTime(3, $i % 60);
        }
        return $d->format('c');
    },
    'diff' => function () {
        $a = new DateTime('2000-02-29 12:00:00');
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += $a->diff(new DateTime("@" . ($i * 1000003)))->days;
        }
        return $n;
    },
    'createFromFormat' => function () {
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += DateTime::createFromFormat('Y-m-d H:i:s', '2021-03-04 05:06:07')->getTimestamp();
        }
        return $n;
    },
    'getdate and date_parse' => function () {
        for ($i = $n = 0; $i < 2000; $i++) {
            $n += getdate($i * 86400)['yday'] + date_parse('2006-12-12 10:00:00.5')['month'];
        }
        return $n;
    },
];
