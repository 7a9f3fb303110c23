--TEST--
zlib: strings, pieces, dictionaries, files, filters
--EXTENSIONS--
zlib
--FILE--
<?php
$text = str_repeat("Howdy, partner. ", 200);
foreach ([ZLIB_ENCODING_RAW, ZLIB_ENCODING_GZIP, ZLIB_ENCODING_DEFLATE] as $encoding) {
    $packed = zlib_encode($text, $encoding, 9);
    var_dump(strlen($packed) < 100, zlib_decode($packed) === $text, strlen(zlib_decode($packed, 4000)));
}
var_dump(gzinflate(gzdeflate("x")), @gzuncompress("nothing of the kind"), gzinflate(gzdeflate($text), 10));
foreach ([fn() => gzcompress("x", 10), fn() => gzencode("x", 1, 3), fn() => gzinflate("x", -1), fn() => new InflateContext,
    fn() => deflate_init(7), fn() => inflate_init(ZLIB_ENCODING_RAW, ['window' => 3]),
    fn() => deflate_init(15, ['dictionary' => ['a', '']]), fn() => inflate_add(inflate_init(15), "x", 9)] as $f) {
    try {
        var_dump($f());
    } catch (Error $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
$d = deflate_init(ZLIB_ENCODING_DEFLATE, ['dictionary' => ['partner', 'Howdy']]);
$i = inflate_init(ZLIB_ENCODING_DEFLATE, ['dictionary' => ['partner', 'Howdy']]);
$parts = [deflate_add($d, "Howdy, "), deflate_add($d, "partner", ZLIB_FINISH)];
foreach ($parts as $part) {
    var_dump(inflate_add($i, $part), inflate_get_status($i), inflate_get_read_len($i));
}
$file = sys_get_temp_dir() . '/howdah-zlib-' . getmypid() . '.gz';
$f = gzopen($file, 'wb9');
var_dump(gzwrite($f, "one\ntwo\nthree\n"), gzputs($f, "four", 2), gztell($f), gzclose($f));
var_dump(gzfile($file), readgzfile($file));
$f = fopen("compress.zlib://$file", 'r');
var_dump(gzgets($f), gzread($f, 2), gzseek($f, 8), gzgetc($f), gzeof($f), gzpassthru($f), gzeof($f), gzrewind($f), ftell($f));
var_dump(stream_get_meta_data($f)['stream_type'], @gzseek($f, 0, SEEK_END));
fclose($f);
var_dump(file_get_contents("compress.zlib://$file", false, null, 4, 3), gzopen($file, 'r+'));
$f = fopen($file, 'w');
stream_filter_append($f, 'zlib.deflate', STREAM_FILTER_WRITE, ['level' => 9, 'window' => 31]);
fwrite($f, $text);
fclose($f);
var_dump(gzdecode(file_get_contents($file)) === $text);
file_put_contents($file, gzdeflate($text));
var_dump(file_get_contents("php://filter/read=zlib.inflate/resource=$file") === $text);
unlink($file);
?>
--EXPECTF--
bool(true)
bool(true)
int(3200)
bool(true)
bool(true)
int(3200)
bool(true)
bool(true)
int(3200)

Warning: gzinflate(): insufficient memory in %s on line 7
string(1) "x"
bool(false)
bool(false)
ValueError: gzcompress(): Argument #2 ($level) must be between -1 and 9
ValueError: gzencode(): Argument #3 ($encoding) must be one of ZLIB_ENCODING_RAW, ZLIB_ENCODING_GZIP, or ZLIB_ENCODING_DEFLATE
ValueError: gzinflate(): Argument #2 ($max_length) must be greater than or equal to 0
Error: Cannot directly construct InflateContext, use inflate_init() instead
ValueError: deflate_init(): Argument #1 ($encoding) must be one of ZLIB_ENCODING_RAW, ZLIB_ENCODING_GZIP, or ZLIB_ENCODING_DEFLATE
ValueError: zlib window size (logarithm) (3) must be within 8..15
ValueError: deflate_init(): Argument #2 ($options) must not contain empty strings
ValueError: inflate_add(): Argument #3 ($flush_mode) must be one of ZLIB_NO_FLUSH, ZLIB_PARTIAL_FLUSH, ZLIB_SYNC_FLUSH, ZLIB_FULL_FLUSH, ZLIB_BLOCK, or ZLIB_FINISH
string(7) "Howdy, "
int(0)
int(10)
string(7) "partner"
int(1)
int(19)
int(14)
int(2)
int(16)
bool(true)
one
two
three
foarray(4) {
  [0]=>
  string(4) "one
"
  [1]=>
  string(4) "two
"
  [2]=>
  string(6) "three
"
  [3]=>
  string(2) "fo"
}
int(16)
hree
fostring(4) "one
"
string(2) "tw"
int(0)
string(1) "t"
bool(false)
int(7)
bool(true)
bool(true)
int(0)
string(4) "ZLIB"
int(-1)

Warning: gzopen(): Cannot open a zlib stream for reading and writing at the same time! in %s on line 31
string(3) "two"
bool(false)
bool(true)
bool(true)
