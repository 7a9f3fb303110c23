--TEST--
What files are, by their beginnings
--EXTENSIONS--
fileinfo
--FILE--
<?php
$png = base64_decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==');
$f = new finfo(FILEINFO_MIME_TYPE);
var_dump($f->buffer($png), $f->buffer("%PDF-1.4\n"), $f->buffer("GIF89a\1\0\1\0"), $f->buffer(''), $f->buffer("Ein Text.\n"));
var_dump($f->buffer("Ein Text.\n", FILEINFO_MIME), $f->buffer("a\xff\0", FILEINFO_MIME_ENCODING), $f->buffer($png));
var_dump($f->set_flags(FILEINFO_MIME), $f->buffer($png), $f->file(__FILE__) === 'text/x-php; charset=us-ascii');
var_dump($f->file(__DIR__, FILEINFO_MIME_TYPE));
$file = tempnam(sys_get_temp_dir(), 'fi');
file_put_contents($file, $png);
$f = finfo_open();
var_dump($f, finfo_buffer($f, $png), finfo_file($f, $file, FILEINFO_MIME_TYPE));
var_dump(finfo_set_flags($f, FILEINFO_MIME_ENCODING), finfo_file($f, $file), finfo_close($f));
var_dump(mime_content_type($file));
$s = fopen($file, 'rb');
fread($s, 4);
var_dump(mime_content_type($s), ftell($s));
var_dump(finfo_file($f, 'data:text/plain,hello', FILEINFO_MIME_TYPE));
foreach ([
    fn() => finfo_file($f, ''), fn() => finfo_file($f, "a\0"), fn() => $f->file(''), fn() => mime_content_type(''),
    fn() => mime_content_type(1), fn() => finfo_open(0, "\0"), fn() => $f->buffer('', 0, 1), fn() => clone $f,
    fn() => serialize($f), fn() => finfo_open(0, '/no/such/file'), fn() => new finfo(0, '/no/such/file'),
    fn() => finfo_file($f, '/no/such/file'), fn() => mime_content_type('/no/such/file'),
    fn() => (new ReflectionClass('finfo'))->newInstanceWithoutConstructor()->buffer(''),
] as $call) {
    try {
        var_dump($call());
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
class Own extends finfo { public $more = 1; }
$o = new Own(FILEINFO_MIME_TYPE);
var_dump($o, $o->buffer($png));
unlink($file);
--EXPECTF--
string(9) "image/png"
string(15) "application/pdf"
string(9) "image/gif"
string(19) "application/x-empty"
string(10) "text/plain"
string(28) "text/plain; charset=us-ascii"
string(6) "binary"
string(9) "image/png"
bool(true)
string(25) "image/png; charset=binary"
bool(false)
string(9) "directory"
object(finfo)#%d (0) {
}
string(55) "PNG image data, 1 x 1, 8-bit/color RGBA, non-interlaced"
string(9) "image/png"
bool(true)
string(6) "binary"
bool(true)
string(9) "image/png"
string(9) "image/png"
int(4)
string(10) "text/plain"
ValueError: finfo_file(): Argument #2 ($filename) must not be empty
TypeError: finfo_file(): Argument #2 ($filename) must not contain any null bytes
ValueError: finfo::file(): Argument #2 ($flags) must not be empty
ValueError: mime_content_type(): Argument #1 ($filename) must not be empty
TypeError: mime_content_type(): Argument #1 ($filename) must be of type resource|string, int given
ValueError: finfo_open(): Argument #2 ($magic_database) must not contain any null bytes
TypeError: finfo::buffer(): Argument #3 ($context) must be of type resource or null, int given
Error: Trying to clone an uncloneable object of class finfo
Exception: Serialization of 'finfo' is not allowed

Warning: finfo_open(/no/such/file): Failed to open stream: No such file or directory in %s on line 21

Warning: finfo_open(/no/such/file): Failed to open stream: No such file or directory in %s on line 21

Warning: finfo_open(): Failed to load magic database at "/no/such/file" in %s on line 21
bool(false)
Exception: finfo::__construct(/no/such/file): Failed to open stream: No such file or directory

Warning: finfo_file(/no/such/file): Failed to open stream: No such file or directory in %s on line 22
bool(false)

Warning: mime_content_type(/no/such/file): Failed to open stream: No such file or directory in %s on line 22
bool(false)
Error: Invalid finfo object
object(Own)#%d (1) {
  ["more"]=>
  int(1)
}
string(9) "image/png"
