--TEST--
What cameras tell in TIFF and JPEG files
--EXTENSIONS--
exif
mbstring
--FILE--
<?php
$file = tempnam(sys_get_temp_dir(), 'exif');
function entry(int $tag, int $type, int $count, int|string $value, bool $big): string {
    $v = is_string($value) ? str_pad($value, 4, "\0") : ($type == 3 && $count == 1 ? pack($big ? 'nn' : 'vv', $value, 0) : pack($big ? 'N' : 'V', $value));
    return pack($big ? 'nnN' : 'vvV', $tag, $type, $count) . $v;
}
function tiff(bool $big): string {
    $n = fn($i) => pack($big ? 'N' : 'V', $i);
    $entries = [
        entry(0x100, 3, 1, 12, $big), entry(0x101, 4, 1, 7, $big), entry(0x106, 3, 1, 2, $big),
        entry(0x10f, 2, 4, "Cam", $big), entry(0x11a, 5, 1, 200, $big), entry(0x8298, 2, 12, 208, $big),
        entry(0x8769, 4, 1, 240, $big),
    ];
    $ifd = pack($big ? 'n' : 'v', count($entries)) . implode('', $entries) . $n(0);
    $out = ($big ? "MM\0*" : "II*\0") . $n(8) . $ifd;
    $out = str_pad($out, 200, "\0") . $n(72) . $n(1) . "Anna\0Otto\0\0\0";
    $out = str_pad($out, 240, "\0");
    $exif = [
        entry(0x829a, 5, 1, 312, $big), entry(0x829d, 5, 1, 320, $big), entry(0x9000, 7, 4, "0220", $big),
        entry(0x9286, 7, 13, 328, $big), entry(0xfffe, 3, 1, 3, $big),
    ];
    $out .= pack($big ? 'n' : 'v', count($exif)) . implode('', $exif) . $n(0);
    return str_pad($out, 312, "\0") . $n(1) . $n(125) . $n(28) . $n(10) . "ASCII\0\0\0Hallo";
}
foreach ([false, true] as $big) {
    file_put_contents($file, tiff($big) . str_repeat("\0", 40));
    $data = @exif_read_data($file, null, true);
    if (is_array($data)) {
        unset($data['FILE']['FileName'], $data['FILE']['FileDateTime']);
    }
    var_dump($data);
}
// In a JPEG file.
$body = "Exif\0\0" . tiff(false) . str_repeat("\0", 40);
$comment = "Ein Wort";
$jpeg = "\xff\xd8\xff\xe1" . pack('n', strlen($body) + 2) . $body
    . "\xff\xfe" . pack('n', strlen($comment) + 2) . $comment
    . "\xff\xc0" . pack('nCnnC', 17, 8, 7, 12, 3) . "\1\x11\0\2\x11\1\3\x11\1"
    . "\xff\xda\0\x08\1\1\0\0\x3f\0" . "\xff\xd9";
file_put_contents($file, $jpeg);
$data = @exif_read_data($file);
unset($data['FileName'], $data['FileDateTime']);
var_dump($data);
var_dump(@exif_read_data($file, 'GPS'), count(@exif_read_data($file, 'IFD0, COMMENT')) > 5);
$stream = fopen($file, 'rb');
fread($stream, 3);
var_dump(@exif_read_data($stream)['Make'], ftell($stream));
var_dump(@exif_thumbnail($file));
var_dump(exif_imagetype($file), exif_tagname(0x10f), exif_tagname(-1), exif_tagname(0x10000));
file_put_contents($file, "GIF89a" . str_repeat("\0", 20));
var_dump(exif_imagetype($file) === IMAGETYPE_GIF);
foreach (["", "nosuch\0", "/no/such/file"] as $name) {
    foreach (['exif_read_data', 'exif_thumbnail', 'exif_imagetype'] as $f) {
        try {
            var_dump($f($name));
        } catch (Error $e) {
            echo get_class($e), ": ", $e->getMessage(), "\n";
        }
    }
}
var_dump(exif_read_data(__DIR__));
file_put_contents($file, "x");
var_dump(exif_read_data($file) === false);
var_dump(ini_get_all('exif', false));
unlink($file);
--EXPECTF--
array(4) {
  ["FILE"]=>
  array(4) {
    ["FileSize"]=>
    int(381)
    ["FileType"]=>
    int(7)
    ["MimeType"]=>
    string(10) "image/tiff"
    ["SectionsFound"]=>
    string(19) "ANY_TAG, IFD0, EXIF"
  }
  ["COMPUTED"]=>
  array(11) {
    ["html"]=>
    string(21) "width="12" height="7""
    ["Height"]=>
    int(7)
    ["Width"]=>
    int(12)
    ["IsColor"]=>
    int(1)
    ["ByteOrderMotorola"]=>
    int(0)
    ["ApertureFNumber"]=>
    string(5) "f/2.8"
    ["UserComment"]=>
    string(5) "Hallo"
    ["UserCommentEncoding"]=>
    string(5) "ASCII"
    ["Copyright"]=>
    string(10) "Anna, Otto"
    ["Copyright.Photographer"]=>
    string(4) "Anna"
    ["Copyright.Editor"]=>
    string(4) "Otto"
  }
  ["IFD0"]=>
  array(6) {
    ["ImageWidth"]=>
    int(12)
    ["ImageLength"]=>
    int(7)
    ["PhotometricInterpretation"]=>
    int(2)
    ["Make"]=>
    string(3) "Cam"
    ["XResolution"]=>
    string(4) "72/1"
    ["Copyright"]=>
    string(4) "Anna"
  }
  ["EXIF"]=>
  array(5) {
    ["ExposureTime"]=>
    string(5) "1/125"
    ["FNumber"]=>
    string(5) "28/10"
    ["ExifVersion"]=>
    string(4) "0220"
    ["UserComment"]=>
    string(13) "ASCII%0%0%0Hallo"
    ["Computed value"]=>
    int(3)
  }
}
array(4) {
  ["FILE"]=>
  array(4) {
    ["FileSize"]=>
    int(381)
    ["FileType"]=>
    int(8)
    ["MimeType"]=>
    string(10) "image/tiff"
    ["SectionsFound"]=>
    string(19) "ANY_TAG, IFD0, EXIF"
  }
  ["COMPUTED"]=>
  array(11) {
    ["html"]=>
    string(21) "width="12" height="7""
    ["Height"]=>
    int(7)
    ["Width"]=>
    int(12)
    ["IsColor"]=>
    int(1)
    ["ByteOrderMotorola"]=>
    int(1)
    ["ApertureFNumber"]=>
    string(5) "f/2.8"
    ["UserComment"]=>
    string(5) "Hallo"
    ["UserCommentEncoding"]=>
    string(5) "ASCII"
    ["Copyright"]=>
    string(10) "Anna, Otto"
    ["Copyright.Photographer"]=>
    string(4) "Anna"
    ["Copyright.Editor"]=>
    string(4) "Otto"
  }
  ["IFD0"]=>
  array(6) {
    ["ImageWidth"]=>
    int(12)
    ["ImageLength"]=>
    int(7)
    ["PhotometricInterpretation"]=>
    int(2)
    ["Make"]=>
    string(3) "Cam"
    ["XResolution"]=>
    string(4) "72/1"
    ["Copyright"]=>
    string(4) "Anna"
  }
  ["EXIF"]=>
  array(5) {
    ["ExposureTime"]=>
    string(5) "1/125"
    ["FNumber"]=>
    string(5) "28/10"
    ["ExifVersion"]=>
    string(4) "0220"
    ["UserComment"]=>
    string(13) "ASCII%0%0%0Hallo"
    ["Computed value"]=>
    int(3)
  }
}
array(18) {
  ["FileSize"]=>
  int(436)
  ["FileType"]=>
  int(2)
  ["MimeType"]=>
  string(10) "image/jpeg"
  ["SectionsFound"]=>
  string(28) "ANY_TAG, IFD0, COMMENT, EXIF"
  ["COMPUTED"]=>
  array(11) {
    ["html"]=>
    string(21) "width="12" height="7""
    ["Height"]=>
    int(7)
    ["Width"]=>
    int(12)
    ["IsColor"]=>
    int(1)
    ["ByteOrderMotorola"]=>
    int(0)
    ["ApertureFNumber"]=>
    string(5) "f/2.8"
    ["UserComment"]=>
    string(5) "Hallo"
    ["UserCommentEncoding"]=>
    string(5) "ASCII"
    ["Copyright"]=>
    string(10) "Anna, Otto"
    ["Copyright.Photographer"]=>
    string(4) "Anna"
    ["Copyright.Editor"]=>
    string(4) "Otto"
  }
  ["ImageWidth"]=>
  int(12)
  ["ImageLength"]=>
  int(7)
  ["PhotometricInterpretation"]=>
  int(2)
  ["Make"]=>
  string(3) "Cam"
  ["XResolution"]=>
  string(4) "72/1"
  ["Copyright"]=>
  string(4) "Anna"
  ["Exif_IFD_Pointer"]=>
  int(240)
  ["COMMENT"]=>
  array(1) {
    [0]=>
    string(8) "Ein Wort"
  }
  ["ExposureTime"]=>
  string(5) "1/125"
  ["FNumber"]=>
  string(5) "28/10"
  ["ExifVersion"]=>
  string(4) "0220"
  ["UserComment"]=>
  string(13) "ASCII%0%0%0Hallo"
  ["Computed value"]=>
  int(3)
}
bool(false)
bool(true)
string(3) "Cam"
int(3)
bool(false)
int(2)
string(4) "Make"
bool(false)
bool(false)
bool(true)
ValueError: exif_read_data(): Argument #1 ($file) must not be empty
ValueError: exif_thumbnail(): Argument #1 ($file) must not be empty
ValueError: Path must not be empty
ValueError: exif_read_data(): Argument #1 ($file) must not contain any null bytes
ValueError: exif_thumbnail(): Argument #1 ($file) must not contain any null bytes
ValueError: exif_imagetype(): Argument #1 ($filename) must not contain any null bytes

Warning: exif_read_data(): Unable to open file in %s on line 55
bool(false)

Warning: exif_thumbnail(): Unable to open file in %s on line 55
bool(false)

Warning: exif_imagetype(/no/such/file): Failed to open stream: No such file or directory in %s on line 55
bool(false)

Warning: exif_read_data(): Not a file in %s on line 61
bool(false)

Warning: exif_read_data(exif%s): File too small (1) in %s on line 63
bool(true)
array(6) {
  ["exif.decode_jis_intel"]=>
  string(3) "JIS"
  ["exif.decode_jis_motorola"]=>
  string(3) "JIS"
  ["exif.decode_unicode_intel"]=>
  string(7) "UCS-2LE"
  ["exif.decode_unicode_motorola"]=>
  string(7) "UCS-2BE"
  ["exif.encode_jis"]=>
  string(0) ""
  ["exif.encode_unicode"]=>
  string(11) "ISO-8859-15"
}
