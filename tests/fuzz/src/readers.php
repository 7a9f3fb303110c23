<?php
// What reads bytes from outside, each by a function of the data. What it refuses it may refuse by any warning or exception.

class Holder
{
    public $a;
    protected $b;
    private $c;
    public ?Holder $next = null;

    public function __wakeup() {}
}

class Waker
{
    public function __unserialize(array $data): void {}
}

class Nowhere implements SessionHandlerInterface
{
    public function open(string $path, string $name): bool { return true; }
    public function close(): bool { return true; }
    public function read(string $id): string|false { return ''; }
    public function write(string $id, string $data): bool { return true; }
    public function destroy(string $id): bool { return true; }
    public function gc(int $max_lifetime): int|false { return 0; }
}

/** What some of the functions give that the readers below call: they are there, and they run. */
function what_is_read(string $data): string
{
    $gif = getimagesizefromstring("GIF89a\x02\0\x01\0\x80\0\0");
    $iptc = iptcparse("\x1c\x02\x05\0\x01a");
    session_set_save_handler(new Nowhere, false);
    session_start(['use_cookies' => '0', 'cache_limiter' => '']);
    session_decode('n|i:7;');
    $read = $_SESSION['n'];
    session_abort();
    return implode(' ', [
        unserialize($data)[0], $read, 'x' . parse_url('//h:80', PHP_URL_PORT), (new DateTime('last day of february 2024'))->format('Y-m-d'),
        $gif[0], $iptc['2#005'][0], class_exists('PharData') && function_exists('exif_read_data'),
    ]);
}

function read_unserialize(string $data): void
{
    $value = unserialize($data, ['max_depth' => 60]);
    strlen(serialize($value));
    unserialize($data, ['allowed_classes' => false]);
}

function read_session(string $data): void
{
    static $handler = session_set_save_handler(new Nowhere, false);
    $kinds = ['php', 'php_binary', 'php_serialize'];
    ini_set('session.serialize_handler', $kinds[crc32($data) % 3]);
    session_start(['use_cookies' => '0', 'cache_limiter' => '']);
    session_decode($data);
    session_status() === PHP_SESSION_ACTIVE && session_encode() !== false;
    session_abort();
}

function read_image(string $data): void
{
    getimagesizefromstring($data, $info);
    foreach ((array) $info as $part) {
        iptcparse($part);
    }
}

function read_iptc(string $data): void
{
    iptcparse($data);
}

function read_exif(string $data): void
{
    $file = fopen('php://memory', 'w+b');
    fwrite($file, $data);
    rewind($file);
    exif_read_data($file, null, true, true);
    rewind($file);
    exif_thumbnail($file, $width, $height, $type);
}

function read_url(string $data): void
{
    $parts = parse_url($data);
    foreach ([PHP_URL_HOST, PHP_URL_PORT, PHP_URL_QUERY] as $one) {
        parse_url($data, $one);
    }
    parse_str(is_array($parts) ? $parts['query'] ?? $data : $data, $values);
    http_build_query($values);
    filter_var($data, FILTER_VALIDATE_URL);
    filter_var($data, FILTER_VALIDATE_EMAIL);
    filter_var($data, FILTER_VALIDATE_IP);
    filter_var($data, FILTER_VALIDATE_DOMAIN, FILTER_FLAG_HOSTNAME);
}

/** Lets exceptions pass: what throws them is not wrong. */
function attempt(callable $read): void
{
    try {
        $read();
    } catch (Throwable) {
    }
}

function read_date(string $data): void
{
    date_parse($data);
    strtotime($data, 86400);
    [$format, $text] = explode("\n", "$data\n");
    attempt(fn () => date_parse_from_format($format, $text));
    attempt(fn () => DateTime::createFromFormat($format, $text));
    attempt(fn () => (new DateTimeImmutable('2024-02-29 12:00', new DateTimeZone('Europe/Berlin')))->modify($data));
    attempt(fn () => (new DateTime($data))->format($data));
    attempt(fn () => new DateInterval($data));
    attempt(fn () => DateInterval::createFromDateString($data));
    attempt(fn () => DatePeriod::createFromISO8601String($data)->getStartDate());
    attempt(fn () => (new DateTimeZone($data))->getOffset(new DateTime('@0')));
}

function read_text(string $data): void
{
    attempt(fn () => json_decode($data, true, 40));
    json_decode($data, false, 40, JSON_INVALID_UTF8_SUBSTITUTE | JSON_BIGINT_AS_STRING);
    str_getcsv($data, ',', '"', '\\');
    convert_uudecode($data);
    quoted_printable_decode($data);
    html_entity_decode($data, ENT_QUOTES | ENT_HTML5);
    htmlspecialchars($data, ENT_SUBSTITUTE);
    strip_tags($data, '<a><b>');
    base64_decode($data);
    // A width may well be more than there is memory for.
    preg_match('/\d{5}/', $data) || attempt(fn () => sprintf($data, 1, 2, 3));
    attempt(fn () => sscanf($data, $data));
    attempt(fn () => unpack($data, str_repeat("\x80", 64)));
    attempt(fn () => parse_ini_string($data));
    attempt(fn () => token_get_all($data));
    attempt(fn () => preg_match($data, $data));
    iconv_mime_decode($data, 2);
    attempt(fn () => iconv('UTF-8', 'UTF-16//IGNORE', $data));
}

function read_phar(string $data): void
{
    static $n = 0;
    foreach (['zip', 'tar', 'phar'] as $kind) {
        $path = sys_get_temp_dir() . '/howdah-fuzz-' . getmypid() . '-' . ++$n . ".$kind";
        file_put_contents($path, $data);
        attempt(function () use ($path, $kind) {
            $archive = $kind === 'phar' ? new Phar($path) : new PharData($path);
            $left = 20;
            foreach (new RecursiveIteratorIterator($archive) as $file) {
                if (--$left === 0) {
                    break;
                }
                attempt(fn () => $file->getContent());
                attempt(fn () => $file->getMetadata());
            }
            $archive->getMetadata();
            $archive->getSignature();
            unset($archive);
        });
        attempt(fn () => Phar::unlinkArchive($path));
        @unlink($path);
    }
}

function read_http(string $data, int $port): void
{
    $options = ['http' => ['follow_location' => 0, 'timeout' => 2, 'ignore_errors' => crc32($data) & 1]];
    file_get_contents("http://127.0.0.1:$port/x", false, stream_context_create($options), 0, 65536);
}

function read_ftp(string $data, int $port): void
{
    file_get_contents("ftp://127.0.0.1:$port/x", false, stream_context_create(['ftp' => []]), 0, 65536);
}
