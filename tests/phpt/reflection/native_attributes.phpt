--TEST--
Attributes of native functions and class constants, and a required parameter that the function counts itself
--FILE--
<?php
$f = new ReflectionFunction('utf8_encode');
foreach ($f->getAttributes() as $a) {
    echo $a->getName(), ' ', json_encode($a->getArguments()), ' ', $a->newInstance()->since, "\n";
}
echo count((new ReflectionFunction('strlen'))->getAttributes()), "\n";
$p = (new ReflectionFunction('password_hash'))->getParameters()[0];
echo $p->getAttributes()[0]->getName(), "\n";
echo (new ReflectionClass('Attribute'))->getAttributes()[0]->getName(), "\n";
$k = new ReflectionClassConstant('DatePeriod', 'EXCLUDE_START_DATE');
echo count($k->getAttributes()), "\n";
class A { public $p; static $s; }
$set = new ReflectionMethod('ReflectionProperty', 'setValue');
echo $set->getNumberOfRequiredParameters(), ' ', $set->getParameters()[0]->isOptional() ? 'optional' : 'required', "\n";
foreach (['p', 's'] as $name) {
    try {
        (new ReflectionProperty('A', $name))->setValue();
    } catch (ArgumentCountError $e) {
        echo $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
Deprecated {"since":"8.2","message":"visit the php.net documentation for various alternatives"} 8.2
0
SensitiveParameter
Attribute
0
1 required
ReflectionProperty::setValue() expects exactly 2 arguments, 0 given
ReflectionProperty::setValue() expects exactly 2 arguments, 0 given
