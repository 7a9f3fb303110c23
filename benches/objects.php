<?php
// Method calls, polymorphism, typed properties, getters, static members, interfaces.
interface Shape
{
    public function area(): float;
}

abstract class Base implements Shape
{
    protected static int $made = 0;

    public function __construct(protected string $name)
    {
        self::$made++;
    }

    public function name(): string
    {
        return $this->name;
    }

    public static function made(): int
    {
        return static::$made;
    }
}

final class Circle extends Base
{
    public function __construct(private float $r)
    {
        parent::__construct('circle');
    }

    public function area(): float
    {
        return $this->r * $this->r * 3.0;
    }
}

final class Rect extends Base
{
    private int $uses = 0;

    public function __construct(private int $w, private int $h)
    {
        parent::__construct('rect');
    }

    public function area(): float
    {
        $this->uses++;
        return $this->w * $this->h;
    }
}

class Counter
{
    private int $n = 0;
    private array $log = [];

    public function add(int $by): static
    {
        $this->n += $by;
        $this->log[] = $by;
        return $this;
    }

    public function total(): int
    {
        return $this->n + count($this->log);
    }
}

function bench(): string
{
    $sum = 0.0;
    $len = 0;
    for ($i = 0; $i < 60000; $i++) {
        $s = $i % 3 ? new Rect($i & 15, 3) : new Circle($i & 7);
        $sum += $s->area();
        $len += strlen($s->name());
        if ($s instanceof Circle) {
            $len--;
        }
    }
    $c = new Counter();
    for ($i = 0; $i < 60000; $i++) {
        $c->add($i)->add(1);
    }
    return $sum . ' ' . $len . ' ' . $c->total() . ' ' . (Base::made() > 0);
}
