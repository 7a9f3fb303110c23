<?php
// Writes charsets.bin: what bytes stand for which characters in each table-driven encoding, as a PHP with mbstring converts
// them. The layout is told in src/charset/table.rs.   php -d extension=mbstring generate.php > charsets.bin
ini_set('memory_limit', -1);
const BAD = -1;
const MARK = 0xFFFD;

function varint(int $n): string {
    for ($s = ''; $n > 127; $n >>= 7) $s .= chr($n & 127 | 128);
    return $s . chr($n);
}
function zigzag(int $n): string { return varint($n < 0 ? -2 * $n - 1 : 2 * $n); }

mb_substitute_character(0x10FFFD);
/** @return int[] code points; BAD for what is none */
function decode(string $bytes, string $enc): array {
    $u = array_values(unpack('N*', mb_convert_encoding($bytes, 'UCS-4BE', $enc)));
    return array_map(fn($c) => $c == 0x10FFFD ? BAD : $c, $u);
}
/** Points that are not scalar values cannot be told from errors. */
function encode(array $cps, string $enc): ?string {
    $r = mb_convert_encoding(pack('N*', ...$cps), $enc, 'UCS-4BE');
    $before = mb_get_info('illegal_chars');
    return $r;
}

$single = ['CP1252' => 'Windows-1252', 'CP1254' => 'Windows-1254', 'Windows-1251', 'ISO-8859-1', 'ISO-8859-2', 'ISO-8859-3',
    'ISO-8859-4', 'ISO-8859-5', 'ISO-8859-6', 'ISO-8859-7', 'ISO-8859-8', 'ISO-8859-9', 'ISO-8859-10', 'ISO-8859-13',
    'ISO-8859-14', 'ISO-8859-15', 'ISO-8859-16', 'CP866', 'KOI8-R', 'KOI8-U', 'ArmSCII-8', 'CP850'];
$multi = ['EUC-JP', 'SJIS', 'eucJP-win', 'EUC-JP-2004', 'SJIS-Mobile#DOCOMO', 'SJIS-Mobile#KDDI', 'SJIS-Mobile#SOFTBANK',
    'SJIS-mac', 'SJIS-2004', 'CP932', 'SJIS-win', 'CP51932', 'EUC-CN', 'CP936', 'EUC-TW', 'BIG-5', 'CP950', 'EUC-KR', 'UHC',
    'GB18030', 'GB18030-2022'];

function table(string $enc, bool $wide): string {
    $map = $odd = []; // code => cp, code => [cps]
    $leads = [];
    $put = function (int $code, array $cps) use (&$map, &$odd) {
        if (in_array(BAD, $cps, true) || !$cps) return;
        if (count($cps) == 1) $map[$code] = $cps[0]; else $odd[$code] = $cps;
    };
    for ($b = 0; $b < 256; $b++) {
        $put($b, decode(chr($b), $enc));
    }
    $runs = '';
    if ($wide) {
        for ($b = 0x80; $b < 256; $b++) {
            if (isset($map[$b])) continue;
            $bits = '';
            $any = false;
            for ($t = 0; $t < 256; $t++) {
                // Two characters follow, so that an error shows how many bytes it takes.
                $tail = 'AB';
                $got = decode(chr($b) . chr($t) . $tail, $enc);
                $end = array_slice($got, -2);
                $two = true;
                if ($end == [65, 66]) {
                    $head = array_slice($got, 0, -2);
                    if (in_array(BAD, $head, true)) {
                        $two = count($head) == 1 && $head[0] == BAD && !($t < 0x80 && decode(chr($t), $enc) === $head);
                        $two = $two && count($head) == 1;
                    } else {
                        $put($b << 8 | $t, $head);
                    }
                }
                $bits .= $two ? '1' : '0';
                if ($two) $any = true;
            }
            if (!$any) continue;
            $leads[] = $b;
            preg_match_all('/1+|0+/', $bits, $m);
            $runs .= chr($b) . varint(count($m[0])) . varint((int) $bits[0]);
            foreach ($m[0] as $r) $runs .= varint(strlen($r));
        }
        $third = match ($enc) { 'EUC-JP', 'eucJP-win', 'EUC-JP-2004' => [0x8F], default => [] };
        foreach ($third as $b) for ($t = 0xA1; $t < 255; $t++) for ($u = 0xA1; $u < 255; $u++)
            $put($b << 16 | $t << 8 | $u, decode(chr($b) . chr($t) . chr($u), $enc));
        if ($enc == 'EUC-TW') for ($p = 0xA1; $p < 0xB1; $p++) for ($t = 0xA1; $t < 255; $t++) for ($u = 0xA1; $u < 255; $u++)
            $put(0x8E << 24 | $p << 16 | $t << 8 | $u, decode(chr(0x8E) . chr($p) . chr($t) . chr($u), $enc));
        if (str_starts_with($enc, 'GB18030'))
            for ($a = 0x81; $a < 0x85; $a++) for ($b = 0x30; $b < 0x3a; $b++) for ($c = 0x81; $c < 0xff; $c++) for ($d = 0x30; $d < 0x3a; $d++)
                $put($a << 24 | $b << 16 | $c << 8 | $d, decode(chr($a) . chr($b) . chr($c) . chr($d), $enc));
    }
    // The other way: what differs from the inverse.
    $inverse = array_flip($map);
    $diff = [];
    $top = $wide ? 0x30000 : 0x10000;
    $points = [...range(0, $top), ...range(0xF0000, 0xF4000), ...range(0xFE000, 0xFEFFF)];
    foreach ($points as $cp) {
        if ($cp >= 0xD800 && $cp < 0xE000) continue;
        mb_substitute_character('none');
        $bytes = mb_convert_encoding(pack('N', $cp), $enc, 'UCS-4BE');
        $code = 0;
        foreach (str_split($bytes) as $c) $code = $code << 8 | ord($c);
        if ($bytes === '') $code = -1;
        if (str_starts_with($enc, 'GB18030') && $cp >= 0x10000) continue;
        if ($code != ($inverse[$cp] ?? -1)) $diff[$cp] = $code;
    }
    mb_substitute_character(0x10FFFD);
    ksort($map);
    // Runs of codes and points that go up by one together.
    $segments = [];
    foreach ($map as $code => $cp) {
        $n = count($segments) - 1;
        $next = $n >= 0 ? $segments[$n] : null;
        if ($next && $next[0] + $next[2] == $code && $next[1] + $next[2] == $cp) $segments[$n][2]++;
        else $segments[] = [$code, $cp, 1];
    }
    $out = chr(strlen($enc)) . $enc . varint(count($segments));
    $pc = $pp = 0;
    foreach ($segments as [$code, $cp, $len]) {
        $out .= varint($code - $pc) . zigzag($cp - $pp) . varint($len);
        $pc = $code + $len;
        $pp = $cp + $len;
    }
    $out .= varint(count($odd));
    foreach ($odd as $code => $cps) $out .= varint($code) . varint($cps[0]) . varint($cps[1]);
    ksort($diff);
    $out .= varint(count($diff));
    $pp = 0;
    foreach ($diff as $cp => $code) {
        $out .= varint($cp - $pp) . varint($code + 1);
        $pp = $cp;
    }
    $out .= varint(count($leads)) . $runs;
    fprintf(STDERR, "%s: %d codes, %d segments, %d sequences, %d back, %d bytes\n", $enc, count($map), count($segments), count($odd), count($diff), strlen($out));
    return varint(strlen($out)) . $out;
}

foreach ($single as $e) echo table($e, false);
foreach ($multi as $e) echo table($e, true);
