--TEST--
phpcredits(): its parts, and phpinfo()'s
--FILE--
<?php
function lines(callable $print, int ...$flags): array
{
    ob_start();
    var_dump($print(...$flags));
    return explode("\n", ob_get_clean());
}
$all = lines('phpcredits');
foreach (['GROUP', 'GENERAL', 'SAPI', 'MODULES', 'DOCS', 'QA', 'ALL', 'FULLPAGE'] as $name) {
    $part = lines('phpcredits', constant("CREDITS_$name"));
    echo $name, ' ', $part[0], ' ', trim($part[2] ?? ''), ' ', array_diff($part, $all) === [] ? 'within all' : 'not all', "\n";
}
echo implode("\n", array_slice(lines('phpcredits', CREDITS_SAPI), 0, 5)), "\n";
var_dump(in_array('Howdah', $all, true), count($all) > 100);
$info = lines('phpinfo', INFO_CREDITS);
var_dump(array_diff($all, $info) === [], $info[0], trim($info[3]) === str_repeat('_', 71));
?>
--EXPECT--
GROUP PHP Credits PHP Group within all
GENERAL PHP Credits Language Design & Concept within all
SAPI PHP Credits SAPI Modules within all
MODULES PHP Credits Module Authors within all
DOCS PHP Credits PHP Documentation within all
QA PHP Credits PHP Quality Assurance Team within all
ALL PHP Credits PHP Group within all
FULLPAGE PHP Credits  within all
PHP Credits

                               SAPI Modules                               
Contribution => Authors
Apache 2 Handler => Ian Holsman, Justin Erenkrantz (based on Apache 2 Filter code)
bool(true)
bool(true)
bool(true)
string(9) "phpinfo()"
bool(true)
