<?php
// json_encode and json_decode.
$rows = [];
for ($i = 0; $i < 1000; $i++) {
    $rows[] = ['id' => $i, 'name' => "Name $i", 'price' => $i / 7, 'tags' => ['a', 'b', "t$i"], 'active' => $i % 2 == 0,
        'note' => null, 'text' => "some \"quoted\" text / with slash\n"];
}
$json = json_encode($rows);
$unicode = json_encode(array_fill(0, 500, 'Ünïcödé – текст 漢字'));

return [
    'encode' => fn() => strlen(json_encode($rows)),
    'encode pretty' => fn() => strlen(json_encode($rows, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES)),
    'encode numbers' => fn() => strlen(json_encode(range(0, 20000))),
    'encode floats' => fn() => strlen(json_encode(array_map(fn($x) => $x / 3, range(0, 3000)))),
    'encode unicode' => fn() => strlen(json_encode(array_fill(0, 1000, 'Ünïcödé – текст 漢字')))
        + strlen(json_encode(array_fill(0, 1000, 'Ünïcödé – текст 漢字'), JSON_UNESCAPED_UNICODE)),
    'encode short' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += strlen(json_encode(['id' => $i, 'ok' => true]));
        }
        return $n;
    },
    'decode arrays' => fn() => count(json_decode($json, true)),
    'decode objects' => fn() => count(json_decode($json)),
    'decode unicode' => fn() => count(json_decode($unicode)),
    'decode short' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += json_decode('{"id":12,"ok":true,"x":[1,2.5]}', true)['id'];
        }
        return $n;
    },
    'validate' => fn() => (int) json_validate($json),
];
