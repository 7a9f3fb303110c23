<?php
// Reads SQL statements with phpMyAdmin's parser, builds them anew, formats and splits them.
require '/usr/share/php/PhpMyAdmin/SqlParser/autoload.php';

use PhpMyAdmin\SqlParser\{Context, Lexer, Parser, Utils};

$queries = [
    "SELECT a.id, b.`name` AS n, COUNT(*) c FROM db.a LEFT JOIN b ON a.id = b.a_id AND b.x IN (1,2,3) WHERE a.t LIKE '%x\\'y%' AND (a.d BETWEEN '2020-01-01' AND NOW() OR NOT a.e) GROUP BY a.id HAVING c > 5 ORDER BY n DESC, 2 LIMIT 10, 20 -- end",
    "INSERT INTO `t` (a, b) VALUES (1, 'x'), (NULL, \"y\") ON DUPLICATE KEY UPDATE b = VALUES(b)",
    "UPDATE t1, t2 SET t1.a = t2.b + 1 WHERE t1.id = t2.id LIMIT 5",
    "DELETE FROM t USING t JOIN u ON t.x = u.x WHERE u.y IS NULL",
    "CREATE TABLE IF NOT EXISTS `o` (\n `id` int(11) unsigned NOT NULL AUTO_INCREMENT COMMENT 'key', name varchar(255) DEFAULT 'x' COLLATE utf8mb4_bin, e ENUM('a','b'), PRIMARY KEY (`id`), UNIQUE KEY `n` (`name`(10)), CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `p` (`id`) ON DELETE CASCADE) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 PARTITION BY RANGE(id) (PARTITION p0 VALUES LESS THAN (10))",
    "CREATE VIEW v AS SELECT 1 UNION ALL (SELECT 2)", "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT * FROM c",
    "ALTER TABLE t ADD COLUMN x INT AFTER y, DROP KEY z, RENAME TO u", "SELECT CASE WHEN a > 1 THEN 'b' ELSE c END FROM d",
    "SET @a := 1; CALL p(@a, 2); START TRANSACTION; SELECT 1; COMMIT", "SELECT * FORM t WHERE", "SELECT 'unclosed", "SELECT 0x1F, b'01', 1.5e-3, .5, @@global.x, :named, ?",
    "DELIMITER //\nCREATE PROCEDURE p(IN a INT) BEGIN SELECT a; END//\nDELIMITER ;\nSELECT 2",
];
foreach (['', 'MySql80000', 'MariaDb100600'] as $context) {
    Context::load($context);
    foreach ($queries as $query) {
        $lexer = new Lexer($query);
        echo $lexer->list->count, ' tokens, ', implode(' ', array_map(fn($t) => "$t->type/$t->flags", $lexer->list->tokens)), "\n";
        $parser = new Parser($query);
        foreach ($parser->statements as $statement) {
            echo get_class($statement), ': ', $statement->build(), "\n";
        }
        foreach (Utils\Error::get([$lexer, $parser]) as $error) {
            echo 'error: ', json_encode($error), "\n";
        }
        echo Utils\Formatter::format($query, ['type' => 'text']), "\n", Utils\Formatter::format($query, ['type' => 'html', 'parts_newline' => true]), "\n";
        echo json_encode(Utils\Query::getFlags($parser->statements[0] ?? null)), ' ', json_encode(Utils\Query::getTables($parser->statements[0] ?? null)), "\n";
    }
}
$buffered = new Utils\BufferedQuery(implode(";\n", $queries), ['parse_delimiter' => true]);
while (($statement = $buffered->extract(true)) !== false && $statement !== '') {
    echo json_encode($statement), "\n";
}
