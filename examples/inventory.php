<?php
// Reads a data set, checks it with classes and enums, and prints a report.
declare(strict_types=1);

enum Unit: string
{
    case Piece = 'pc';
    case Kilogram = 'kg';
    case Litre = 'l';

    public function label(): string
    {
        return match ($this) {
            self::Piece => 'pieces',
            self::Kilogram => 'kilograms',
            self::Litre => 'litres',
        };
    }
}

final class Item
{
    public function __construct(
        public readonly string $name,
        public readonly Unit $unit,
        public readonly float $amount,
        public readonly int $cents,
    ) {
        if ($amount < 0) {
            throw new DomainError("$name: negative amount");
        }
    }

    public int $total {
        get => (int) ($this->amount * $this->cents);
    }
}

class DomainError extends Exception
{
}

function rows(string $data): Generator
{
    foreach (explode("\n", trim($data)) as $n => $line) {
        yield $n + 1 => explode(',', $line);
    }
}

function items(string $data, array &$errors): Generator
{
    foreach (rows($data) as $line => $row) {
        try {
            [$name, $unit, $amount, $cents] = $row;
            yield new Item($name, Unit::from($unit), (float) $amount, (int) $cents);
        } catch (ValueError | DomainError $e) {
            $errors[] = "line $line: " . $e->getMessage();
        }
    }
}

$errors = [];
$items = iterator_to_array(items(require __DIR__ . '/inventory-data.php', $errors), false);
usort($items, fn(Item $a, Item $b) => $b->total <=> $a->total);
foreach ($items as $item) {
    printf("%-12s %8.2f %-10s %10.2f\n", $item->name, $item->amount, $item->unit->label(), $item->total / 100);
}
$byUnit = [];
foreach ($items as $item) {
    $byUnit[$item->unit->value] = ($byUnit[$item->unit->value] ?? 0) + $item->total;
}
ksort($byUnit);
foreach ($byUnit as $unit => $cents) {
    printf("%-32s %10.2f\n", 'all ' . Unit::from($unit)->label(), $cents / 100);
}
foreach ($errors as $error) {
    echo "rejected: $error\n";
}
