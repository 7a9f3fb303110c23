<?php
// Exceptions: thrown far and near, finally, rethrown, previous ones.
class AppError extends RuntimeException
{
    public function __construct(string $m, private int $extra = 0)
    {
        parent::__construct($m, $extra);
    }

    public function extra(): int
    {
        return $this->extra;
    }
}

function deep(int $d, int $i): int
{
    if ($d === 0) {
        if ($i % 2) {
            throw new AppError('odd', $i);
        }
        return $i;
    }
    return deep($d - 1, $i) + 1;
}

function guarded(int $i): int
{
    try {
        return deep(5, $i);
    } catch (AppError $e) {
        return $e->extra() + strlen($e->getMessage());
    } finally {
        $i++;
    }
}

function wrap(int $i): void
{
    try {
        deep(1, $i * 2 + 1);
    } catch (Exception $e) {
        throw new LogicException('wrapped', 1, $e);
    }
}

function bench(): int
{
    $total = 0;
    for ($i = 0; $i < 40000; $i++) {
        $total += guarded($i);
    }
    for ($i = 0; $i < 15000; $i++) {
        try {
            wrap($i);
        } catch (InvalidArgumentException | LogicException $e) {
            $total += $e->getPrevious()->extra();
        }
    }
    return $total;
}
