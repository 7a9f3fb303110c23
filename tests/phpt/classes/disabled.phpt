--TEST--
disable_classes: classes by name alone
--INI--
disable_classes=SplStack,DateTimeZone,ErrorException no-such,ArrayAccess
--FILE--
<?php
var_dump(class_exists('SplStack'), get_class_methods('SplStack'));
class Below extends SplStack { public $own = 1; }
echo (new Below)->own, "\n";
try {
    (new SplStack)->push(1);
} catch (Error $e) {
    echo $e->getMessage(), "\n";
}
$zone = new DateTimeZone('UTC');
try {
    timezone_name_get($zone);
} catch (Error $e) {
    echo get_class($e), "\n";
}
$e = new ErrorException('text');
var_dump($e->message);
var_dump(count(new ArrayObject([1, 2])), interface_exists('ArrayAccess'));
?>
--EXPECTF--
bool(true)
array(0) {
}

Warning: Below() has been disabled for security reasons in %s on line %d
1

Warning: SplStack() has been disabled for security reasons in %s on line %d
Call to undefined method SplStack::push()

Warning: DateTimeZone() has been disabled for security reasons in %s on line %d
DateObjectError

Warning: ErrorException() has been disabled for security reasons in %s on line %d

Warning: Undefined property: ErrorException::$message in %s on line %d
NULL
int(2)
bool(true)
