--TEST--
A class with __toString() implements Stringable, so it is not bound before its statement runs
--FILE--
<?php
eval('if (true) { class Shown extends ArrayObject {} return; } class Shown { function __toString(): string { return ""; } }');
echo get_parent_class('Shown'), "\n";
eval('class Later { function __toString(): string { return "later"; } }');
echo new Later, ' ', (new Later) instanceof Stringable ? 'is' : 'is not', " Stringable\n";
?>
--EXPECT--
ArrayObject
later is Stringable
