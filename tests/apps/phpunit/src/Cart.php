<?php
namespace Shop;

final class Cart implements \Countable, \IteratorAggregate
{
    /** @var array<string, array{price: int, amount: int}> */
    private array $items = [];

    public function __construct(private readonly Rates $rates, public readonly string $currency = 'EUR') {}

    public function add(string $name, int $price, int $amount = 1): static
    {
        if ($amount < 1) {
            throw new \DomainException("Amount of $name must be positive", 42);
        }
        $this->items[$name] = ['price' => $price, 'amount' => ($this->items[$name]['amount'] ?? 0) + $amount];
        return $this;
    }

    public function total(?string $currency = null): float
    {
        $sum = array_sum(array_map(fn($i) => $i['price'] * $i['amount'], $this->items));
        return $currency === null ? $sum : round($sum * $this->rates->rate($this->currency, $currency), 2);
    }

    public function count(): int { return count($this->items); }
    public function getIterator(): \Generator { yield from $this->items; }
}
