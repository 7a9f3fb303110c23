<?php
// Strings: built by appending, interpolation and joining; read by offset; searched, cut, replaced.
function bench(): string
{
    $out = '';
    for ($i = 0; $i < 60000; $i++) {
        $out .= "item $i: " . ($i * 2) . "\n";
    }
    $n = strlen($out);
    $parts = [];
    for ($i = 0; $i < 30000; $i++) {
        $parts[] = 'x' . $i;
    }
    $joined = implode(',', $parts);
    $n += strlen($joined);
    foreach (explode(',', $joined) as $p) {
        $n += strlen($p);
    }
    $h = 0;
    for ($i = 0, $l = strlen($joined); $i < $l; $i += 3) {
        $h = ($h * 31 + ord($joined[$i])) & 0xffffff;
    }
    $words = 0;
    for ($i = 0; $i < 20000; $i++) {
        $s = "The quick brown fox $i";
        $words += substr_count($s, ' ');
        if (strpos($s, 'brown') !== false) {
            $words++;
        }
        $n += strlen(str_replace('quick', 'slow', $s)) + strlen(strtoupper(substr($s, 4, 5)));
    }
    $rev = '';
    for ($i = 0; $i < 20000; $i++) {
        $rev = chr(97 + $i % 26) . $rev;
        if (strlen($rev) > 200) {
            $rev = trim(substr($rev, 0, 100));
        }
    }
    return "$n $h $words " . strlen($rev) . ' ' . crc($out);
}

function crc(string $s): int
{
    $c = 0;
    for ($i = 0; $i < 20000; $i++) {
        $c = (($c << 1) ^ ($s[$i] === 'i' ? 7 : 3)) & 0x7fffffff;
    }
    return $c;
}
