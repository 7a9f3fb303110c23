<?php
// phpMyAdmin's SQL parser: reads statements, builds and formats them.
require '/usr/share/php/PhpMyAdmin/SqlParser/autoload.php';

use PhpMyAdmin\SqlParser\{Parser, Utils\Formatter, Utils\Query};

$queries = [
    "SELECT a.id, b.`name` AS n, COUNT(*) c FROM db.a LEFT JOIN b ON a.id = b.a_id WHERE a.t LIKE '%x%' AND (a.d BETWEEN '2020-01-01' AND NOW() OR NOT a.e) GROUP BY a.id HAVING c > 5 ORDER BY n DESC LIMIT 10, 20",
    "INSERT INTO `t` (a, b, c) VALUES (1, 'x', NOW()), (2, 'y', NULL), (3, 'z', 1.5) ON DUPLICATE KEY UPDATE b = VALUES(b)",
    "CREATE TABLE `o` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `name` varchar(255) DEFAULT 'x' COMMENT 'text', PRIMARY KEY (`id`), KEY `n` (`name`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "UPDATE t SET a = a + 1, b = CONCAT(b, 'x') WHERE id IN (SELECT id FROM u WHERE v > 3) LIMIT 5",
    "ALTER TABLE t ADD COLUMN x INT NOT NULL AFTER y, DROP KEY z",
];
return [20, function () use ($queries) {
    $out = '';
    foreach ($queries as $query) {
        $parser = new Parser($query);
        $out .= $parser->statements[0]->build() . Formatter::format($query, ['type' => 'text']) . json_encode(Query::getFlags($parser->statements[0]));
    }
    return md5($out);
}];
