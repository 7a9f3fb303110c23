--TEST--
A generator goes on wherever it is resumed: in loops, by methods, by natives, at any depth
--FILE--
<?php
class Sink
{
    public array $got = [];

    public function put(...$values): static
    {
        $this->got[] = implode('/', $values);
        return $this;
    }
}

function source(Sink $s)
{
    $x = 1;
    $s->put('a', yield 1, $x)->put('b', $s->put('inner', yield 2) === $s, yield 3);
    try {
        $s->put('c', ...[yield 4, strlen(yield 5)]);
    } finally {
        $s->put('finally');
    }
    return 'end';
}

function deep(int $n, Generator $g, string $v)
{
    return $n ? deep($n - 1, $g, $v) : $g->send($v);
}

$s = new Sink;
$g = source($s);
echo $g->current(), "\n";
echo deep(3, $g, 'three'), "\n";
echo $g->send('zero'), "\n";
echo implode(',', array_map(fn($v) => deep(1, $g, $v), ['mapped'])), "\n";
foreach ((function () use ($g) { yield deep(2, $g, 'from a generator'); })() as $v) {
    echo $v, "\n";
}
var_dump(deep(0, $g, 'last'));
echo $g->getReturn(), "\n", implode("\n", $s->got), "\n";

// Stepped in a loop, and meanwhile by others.
function count_up($n)
{
    for ($i = 0; $i < $n; $i++) {
        $sent = yield "k$i" => $i;
        if ($sent) {
            echo "sent $sent\n";
        }
    }
}
$g = count_up(6);
foreach ($g as $k => $v) {
    echo "$k $v\n";
    if ($v === 1) {
        echo 'to ', $g->send('two'), "\n";
    }
}

// Loops over one generator share its place; delegation shares it, too.
function outer($inner)
{
    yield 'before';
    yield from $inner;
    yield 'after';
}
$inner = count_up(3);
$a = outer($inner);
$b = outer($inner);
foreach ($a as $v) {
    echo "a $v\n";
    if ($b->valid()) {
        echo 'b ', $b->current(), "\n";
        $b->next();
    }
}

// Exceptions pass through loops over generators, and are met in the generators that delegate.
function thrower($n)
{
    foreach (range(1, $n) as $i) {
        if ($i === 3) {
            throw new Exception("at $i");
        }
        yield $i;
    }
}
function guard($g)
{
    try {
        yield from $g;
    } catch (Exception $e) {
        yield 'caught ' . $e->getMessage() . ' on line ' . $e->getTrace()[0]['function'];
    }
    yield 'on';
}
foreach (guard(thrower(5)) as $v) {
    echo $v, "\n";
}
try {
    foreach (thrower(5) as $v) {
        echo $v, "\n";
    }
} catch (Exception $e) {
    echo $e->getMessage(), ' ', count($e->getTrace()), "\n";
}

// It cannot step itself.
function itself()
{
    global $self;
    yield 1;
    try {
        $self->next();
    } catch (Error $e) {
        yield $e->getMessage();
    }
    foreach ($self as $v) {
        yield "again $v";
        break;
    }
}
$self = itself();
foreach ($self as $v) {
    echo $v, "\n";
    if ($v !== 1) {
        break;
    }
}
?>
--EXPECT--
1
2
3
4
5
NULL
end
a/three/1
inner/zero
b/1/mapped
c/from a generator/4
finally
k0 0
k1 1
to sent two
2
k3 3
k4 4
k5 5
a before
b before
a 0
b 0
a 2
b 2
a after
b after
1
2
caught at 3 on line thrower
on
1
2
at 3 1
1
Cannot resume an already running generator
