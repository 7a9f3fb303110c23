<?php
// Regular expressions: short and long subjects, captures, replacing, splitting, callbacks.
$text = '';
for ($i = 0; $i < 300; $i++) {
    $text .= "2024-0" . ($i % 9 + 1) . "-1" . ($i % 10) . " user$i@example.com GET /path/$i?x=$i HTTP/1.1 [error] something went wrong\n";
}
$lines = explode("\n", $text);

return [
    'preg_match short' => function () {
        for ($i = $n = 0; $i < 20000; $i++) {
            $n += preg_match('/^\d+$/', "$i") + preg_match('~^/user/(\d+)$~', "/user/$i", $m);
        }
        return $n;
    },
    'preg_match lines' => function () use ($lines) {
        $n = 0;
        foreach ($lines as $l) {
            if (preg_match('/^(\d{4})-(\d\d)-(\d\d) (\S+)@(\S+) (GET|POST) (\S+)/', $l, $m)) {
                $n += (int) $m[1] + strlen($m[7]);
            }
        }
        return $n;
    },
    'preg_match named' => function () use ($lines) {
        $n = 0;
        foreach ($lines as $l) {
            if (preg_match('/(?<year>\d{4})-(?<month>\d\d)/', $l, $m)) {
                $n += (int) $m['year'] + (int) $m['month'];
            }
        }
        return $n;
    },
    'preg_match_all' => function () use ($text) {
        for ($i = $n = 0; $i < 5; $i++) {
            $n += preg_match_all('/\b(\w+)@(\w+)\.com\b/', $text, $m) + preg_match_all('/\d+/', $text, $m, PREG_SET_ORDER);
        }
        return $n;
    },
    'preg_match_all words' => function () use ($text) {
        return preg_match_all('/\w+/', $text, $m) + count($m[0]);
    },
    'preg_replace' => function () use ($text) {
        for ($i = $n = 0; $i < 5; $i++) {
            $n += strlen(preg_replace('/\s+/', ' ', $text)) + strlen(preg_replace('/(\w+)@(\w+)/', '$2 at $1', $text));
        }
        return $n;
    },
    'preg_replace short' => function () {
        for ($i = $n = 0; $i < 10000; $i++) {
            $n += strlen(preg_replace('/[^a-z0-9]+/i', '-', "Some Title: Part $i"));
        }
        return $n;
    },
    'preg_replace_callback' => function () use ($text) {
        return strlen(preg_replace_callback('/\d+/', fn($m) => $m[0] + 1, $text));
    },
    'preg_split' => function () use ($text) {
        for ($i = $n = 0; $i < 5; $i++) {
            $n += count(preg_split('/[\s,]+/', $text)) + count(preg_split('//', substr($text, 0, 2000), -1, PREG_SPLIT_NO_EMPTY));
        }
        return $n;
    },
    'utf-8' => function () use ($text) {
        $t = str_replace('error', 'Fehler ä', $text);
        return preg_match_all('/\p{Lu}\w*/u', $t) + strlen(preg_replace('/ä/u', 'ae', $t));
    },
    'preg_quote and grep' => function () use ($lines) {
        $n = 0;
        for ($i = 0; $i < 5000; $i++) {
            $n += strlen(preg_quote("a.b*c?d[$i]"));
        }
        return $n + count(preg_grep('/user\d*7@/', $lines));
    },
    'backtracking' => function () use ($text) {
        return preg_match_all('/(?:a|e|i|o|u)+[^aeiou\s]+?(?=\s)/', $text) + preg_match('/(.*)wrong(.*)$/s', $text, $m);
    },
];
