<?php
// Reads a stock list, checks every line, packs the good ones into a zip archive (an extension that php.ini loads), reads the
// archive back and reports. On the command line the report is text, behind a web server a page.
declare(strict_types=1);

enum Unit: string
{
    case Piece = 'pc';
    case Kilogram = 'kg';
    case Litre = 'l';
    case Metre = 'm';

    public function label(): string
    {
        return match ($this) {
            self::Piece => 'pieces',
            self::Kilogram => 'kilograms',
            self::Litre => 'litres',
            self::Metre => 'metres',
        };
    }
}

final class BadLine extends DomainException
{
}

final class Item implements JsonSerializable
{
    public function __construct(
        public readonly string $sku,
        public readonly string $name,
        public readonly Unit $unit,
        public readonly float $amount,
        public readonly int $cents,
        public readonly DateTimeImmutable $received,
    ) {
    }

    /** Value of the whole lot, in cents. */
    public int $total {
        get => (int) round($this->amount * $this->cents);
    }

    public static function parse(array $row): self
    {
        [$sku, $name, $unit, $amount, $price, $date] = $row + array_fill(0, 6, '');
        if (!preg_match('/^(?<kind>[A-Z]{2})-(?<number>\d{4})$/', $sku)) {
            throw new BadLine("'$sku' is no article number");
        }
        $unit = Unit::tryFrom($unit) ?? throw new BadLine("unknown unit '$unit'");
        if (!is_numeric($amount) || $amount <= 0) {
            throw new BadLine("amount $amount");
        }
        return new self($sku, $name, $unit, (float) $amount, (int) round(100 * (float) $price), self::date($date));
    }

    private static function date(string $text): DateTimeImmutable
    {
        foreach (['!Y-m-d', '!j.n.Y'] as $format) {
            if ($date = DateTimeImmutable::createFromFormat($format, $text, new DateTimeZone('UTC'))) {
                return $date;
            }
        }
        throw new BadLine("'$text' is no date");
    }

    public function jsonSerialize(): array
    {
        return ['sku' => $this->sku, 'name' => $this->name, 'unit' => $this->unit, 'amount' => $this->amount,
            'cents' => $this->cents, 'received' => $this->received->format(DATE_ATOM)];
    }
}

/** Fields of each line of a CSV text, the heading left out, by line number. */
function rows(string $csv): Generator
{
    foreach (preg_split('/\R/', trim($csv)) as $n => $line) {
        if ($n > 0) {
            preg_match_all('/\G(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/', $line, $m, PREG_SET_ORDER);
            yield $n + 1 => array_map(fn($f) => str_replace('""', '"', $f[1] !== '' ? $f[1] : $f[2] ?? ''), array_slice($m, 0, 6));
        }
    }
}

/** Good lines as items; what is wrong with the others goes to $errors. */
function items(string $csv, array &$errors): Generator
{
    foreach (rows($csv) as $line => $row) {
        try {
            yield Item::parse($row);
        } catch (BadLine $e) {
            $errors[$line] = $e->getMessage();
        }
    }
}

/** Writes one JSON file a month to a fresh archive. */
function pack_items(string $file, array $items): void
{
    $zip = new ZipArchive;
    $zip->open($file, ZipArchive::CREATE | ZipArchive::OVERWRITE) === true || throw new RuntimeException("cannot write $file");
    $months = [];
    foreach ($items as $item) {
        $months[$item->received->format('Y-m')][] = $item;
    }
    ksort($months);
    foreach ($months as $month => $list) {
        $zip->addFromString("$month.json", json_encode($list, JSON_PRETTY_PRINT | JSON_THROW_ON_ERROR));
    }
    $zip->setArchiveComment(count($items) . ' items');
    $zip->close() || throw new RuntimeException($zip->getStatusString());
}

/** Reads such an archive: month => [number of items, cents]. */
function unpack_months(string $file): array
{
    $zip = new ZipArchive;
    $zip->open($file) === true || throw new RuntimeException("cannot read $file");
    $out = [];
    for ($i = 0; $i < $zip->numFiles; $i++) {
        $list = json_decode($zip->getFromIndex($i), true, flags: JSON_THROW_ON_ERROR);
        $cents = array_sum(array_map(fn($item) => (int) round($item['amount'] * $item['cents']), $list));
        $out[basename($zip->getNameIndex($i), '.json')] = [count($list), $cents];
    }
    return $out;
}

$errors = [];
$items = iterator_to_array(items(file_get_contents(__DIR__ . '/inventory.csv'), $errors), false);
$file = tempnam(sys_get_temp_dir(), 'inventory');
pack_items($file, $items);
$months = unpack_months($file);
$size = filesize($file);
unlink($file);

$lines = [sprintf('%d items, %d lines refused, %d months in an archive of %s bytes', count($items), count($errors), count($months), number_format($size))];
foreach ($months as $month => [$n, $cents]) {
    $name = (new DateTimeImmutable("$month-01"))->format('F Y');
    $lines[] = sprintf('%-16s %4d items %14s', $name, $n, number_format($cents / 100, 2));
}
$byUnit = [];
foreach ($items as $item) {
    $byUnit[$item->unit->value] = ($byUnit[$item->unit->value] ?? 0) + $item->total;
}
arsort($byUnit);
foreach ($byUnit as $unit => $cents) {
    $lines[] = sprintf('%-16s %10s %14s', Unit::from($unit)->label(), '', number_format($cents / 100, 2));
}
usort($items, fn(Item $a, Item $b) => $b->total <=> $a->total ?: strcmp($a->sku, $b->sku));
foreach (array_slice($items, 0, 5) as $i => $item) {
    $lines[] = sprintf('%d. %s %-14s %10.2f %s', $i + 1, $item->sku, $item->name, $item->amount, $item->unit->label());
}
foreach ($errors as $line => $error) {
    $lines[] = "line $line: $error";
}
if (PHP_SAPI === 'cli') {
    echo implode("\n", $lines), "\n";
} else {
    header('Content-Type: text/html; charset=utf-8');
    echo "<!doctype html><title>Inventory</title><h1>Inventory</h1><pre>", htmlspecialchars(implode("\n", $lines)), "</pre>\n";
}
