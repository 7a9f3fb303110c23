<?php
namespace Shop;

interface Rates
{
    public function rate(string $from, string $to): float;
    public function known(string ...$currencies): bool;
    public static function name(): string;
}
