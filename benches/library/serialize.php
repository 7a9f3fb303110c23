<?php
// serialize, unserialize, var_export and their like.
class Point
{
    public function __construct(public int $x = 0, protected ?float $y = null, private array $z = [])
    {
    }
}
$rows = $points = [];
for ($i = 0; $i < 1000; $i++) {
    $rows[] = ['id' => $i, 'name' => "Name $i", 'price' => $i / 7, 'tags' => ['a', 'b', "t$i"], 'active' => $i % 2 == 0, 'note' => null];
    $points[] = new Point($i, $i / 3, [1, 2]);
}
$serialized = serialize($rows);
$objects = serialize($points);

return [
    'serialize' => fn() => strlen(serialize($rows)),
    'serialize objects' => fn() => strlen(serialize($points)),
    'unserialize' => fn() => count(unserialize($serialized)),
    'unserialize objects' => fn() => count(unserialize($objects)),
    'serialize short' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += count(unserialize(serialize([1, 'a' => 'b', $i])));
        }
        return $n;
    },
    'var_export' => fn() => strlen(var_export($rows, true)) + strlen(var_export($points, true)),
    'print_r' => fn() => strlen(print_r($rows, true)),
    'var_dump' => function () use ($rows) {
        ob_start();
        var_dump($rows);
        return strlen(ob_get_clean());
    },
    'http_build_query' => fn() => strlen(http_build_query(array_slice($rows, 0, 200))),
    'pack and unpack' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += array_sum(unpack('Na/nb/Cc', pack('NnC', $i, $i & 0xffff, 7)));
        }
        return $n;
    },
];
