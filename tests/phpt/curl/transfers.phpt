--TEST--
curl: files, callbacks, forms, several transfers at once, what is refused
--EXTENSIONS--
curl
--FILE--
<?php
$file = tempnam(sys_get_temp_dir(), "how");
file_put_contents($file, "the content\n");
$url = "file://$file";
$c = curl_init($url);
curl_exec($c);
curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
var_dump(curl_exec($c), curl_errno($c), curl_error($c), curl_getinfo($c, CURLINFO_EFFECTIVE_URL) === $url);
$copy = curl_copy_handle($c);
curl_setopt($copy, CURLOPT_WRITEFUNCTION, function ($ch, $data) use ($copy) {
    echo $ch === $copy ? "same" : "other", " ", strtoupper($data);
    return strlen($data);
});
var_dump(curl_exec($copy));
$out = fopen("php://memory", "w+");
curl_setopt_array($c, [CURLOPT_FILE => $out, CURLOPT_PRIVATE => ["mine"], CURLOPT_NOPROGRESS => false,
    CURLOPT_XFERINFOFUNCTION => fn($ch, $all, $now, ...$up) => 0]);
var_dump(curl_exec($c), stream_get_contents($out, -1, 0), curl_getinfo($c, CURLINFO_PRIVATE));
$bad = curl_init("file:///no/such/file");
var_dump(@curl_exec($bad), curl_errno($bad) === CURLE_FILE_COULDNT_READ_FILE, curl_strerror(0));

$m = curl_multi_init();
$all = [];
foreach ([$url, $url] as $u) {
    $all[] = $h = curl_init($u);
    curl_setopt($h, CURLOPT_RETURNTRANSFER, true);
    curl_multi_add_handle($m, $h);
}
do {
    $status = curl_multi_exec($m, $running);
    curl_multi_select($m, 0.1);
} while ($running && $status === CURLM_OK);
while ($told = curl_multi_info_read($m, $left)) {
    echo $told['result'], " ", in_array($told['handle'], $all, true) ? "known" : "?", " $left\n";
}
foreach ($all as $h) {
    echo curl_multi_getcontent($h);
    curl_multi_remove_handle($m, $h);
}
$share = curl_share_init();
var_dump(curl_share_setopt($share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE), curl_setopt($c, CURLOPT_SHARE, $share));
echo curl_escape($c, "a b/ü"), " ", curl_unescape($c, "a%20b"), "\n";
$f = new CURLFile($file, "text/plain", "name.txt");
$f->setMimeType("text/html");
echo $f->getMimeType(), " ", $f->getPostFilename(), " ", (new CURLStringFile("data", "d.bin"))->mime, "\n";
foreach ([fn() => curl_setopt($c, 123456, 1), fn() => curl_setopt($c, CURLOPT_URL, "a\0b"), fn() => curl_setopt($c, CURLOPT_HTTPHEADER, "x"),
    fn() => curl_setopt($c, CURLOPT_READFUNCTION, "no such"), fn() => curl_setopt($c, CURLOPT_FILE, fopen($file, "r")), fn() => new CurlHandle,
    fn() => curl_multi_setopt($m, 9, 1), fn() => curl_setopt_array($c, ["x" => 1]), fn() => serialize($f)] as $try) {
    try {
        var_dump($try());
    } catch (Throwable $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
fclose($out);
unlink($file);
?>
--EXPECT--
the content
string(12) "the content
"
int(0)
string(0) ""
bool(true)
same THE CONTENT
bool(true)
bool(true)
string(12) "the content
"
array(1) {
  [0]=>
  string(4) "mine"
}
bool(false)
bool(true)
string(8) "No error"
0 known 1
0 known 0
the content
the content
bool(true)
bool(true)
a%20b%2F%C3%BC a b
text/html name.txt application/octet-stream
ValueError: curl_setopt(): Argument #2 ($option) is not a valid cURL option
ValueError: curl_setopt(): cURL option must not contain any null bytes
TypeError: curl_setopt(): The CURLOPT_HTTPHEADER option must have an array value
TypeError: curl_setopt(): Argument #3 ($value) must be a valid callback for option CURLOPT_READFUNCTION, function "no such" not found or invalid function name
ValueError: curl_setopt(): The provided file handle must be writable
Error: Cannot directly construct CurlHandle, use curl_init() instead
ValueError: curl_multi_setopt(): Argument #2 ($option) is not a valid cURL multi option
ValueError: curl_setopt_array(): Argument #2 ($options) contains an invalid cURL option
Exception: Serialization of 'CURLFile' is not allowed
