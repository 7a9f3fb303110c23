--TEST--
Boundaries in texts
--EXTENSIONS--
intl
--FILE--
<?php
// Words.
$words = IntlBreakIterator::createWordInstance('en');
var_dump(get_class($words), $words->getText(), $words->next(), $words->setText('Ein Wort, ßo.'));
echo implode(' ', iterator_to_array($words)), "\n";
echo json_encode(iterator_to_array($words->getPartsIterator(), false), JSON_UNESCAPED_UNICODE), "\n";
foreach ([IntlPartsIterator::KEY_SEQUENTIAL, IntlPartsIterator::KEY_LEFT, IntlPartsIterator::KEY_RIGHT] as $kind) {
    echo implode(' ', array_keys(iterator_to_array($words->getPartsIterator($kind)))), "\n";
}
var_dump($words->first(), $words->next(2), $words->following(5), $words->preceding(5), $words->isBoundary(4), $words->last(), $words->next());
var_dump($words->following(3), $words->getRuleStatus(), $words->getRuleStatusVec());
$copy = clone $words;
var_dump($copy == $words, $copy->getText() === $words->getText());
$parts = $words->getPartsIterator();
var_dump($parts->getBreakIterator() === $words, $words->getErrorCode());
// What is not UTF-8, and null bytes.
$words->setText("a\xffb\0 \xe2\x82c");
echo implode(' ', iterator_to_array($words)), "\n";
// Code points.
$points = IntlBreakIterator::createCodePointInstance();
$points->setText("aé€😀\xff");
for ($at = $points->first(); ($at = $points->next()) !== IntlBreakIterator::DONE;) {
    printf("%d U+%04X\n", $at, $points->getLastCodePoint());
}
var_dump($points->next(), $points->previous(), $points->following(-5), $points->preceding(99), $points->isBoundary(2), $points->next(-1));
// Rules.
$rules = new IntlRuleBasedBreakIterator('$digit = [0-9]; $digit+ {7}; [^0-9]+ {8};');
$rules->setText('ab12cd');
foreach ($rules as $at) {
    echo $at, ':', $rules->getRuleStatus(), ' ';
}
$compiled = new IntlRuleBasedBreakIterator($rules->getBinaryRules(), true);
$compiled->setText('x9');
$copy = clone $compiled;
unset($compiled, $rules);
echo implode(' ', iterator_to_array($copy)), "\n";
foreach ([fn() => new IntlRuleBasedBreakIterator('[a'), fn() => new IntlRuleBasedBreakIterator('xyz', true),
    fn() => new IntlRuleBasedBreakIterator("\xff"), fn() => $words->next(PHP_INT_MAX), fn() => $words->getPartsIterator(9)] as $f) {
    try {
        $f();
    } catch (Throwable $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
?>
--EXPECT--
string(26) "IntlRuleBasedBreakIterator"
NULL
int(-1)
bool(true)
0 3 4 8 9 10 13 14
["Ein"," ","Wort",","," ","ßo","."]
0 1 2 3 4 5 6
0 3 4 8 9 10 13
3 4 8 9 10 13 14
int(0)
int(4)
int(8)
int(4)
bool(true)
int(14)
int(-1)
int(4)
int(0)
array(1) {
  [0]=>
  int(0)
}
bool(true)
bool(true)
bool(true)
int(0)
0 1 2 3 4 5 7 8
1 U+0061
3 U+00E9
6 U+20AC
10 U+1F600
11 U+FFFD
int(-1)
int(10)
int(1)
int(10)
bool(false)
int(0)
0:0 2:8 4:7 6:8 0 1 2
IntlException: IntlRuleBasedBreakIterator::__construct(): unable to create RuleBasedBreakIterator from rules (parse error on line 1, offset 1)
IntlException: IntlRuleBasedBreakIterator::__construct(): unable to create instance from compiled rules
IntlException: IntlRuleBasedBreakIterator::__construct(): rules were not a valid UTF-8 string
ValueError: IntlBreakIterator::next(): Argument #1 ($offset) must be between -2147483648 and 2147483647
ValueError: IntlBreakIterator::getPartsIterator(): Argument #1 ($type) must be one of IntlPartsIterator::KEY_SEQUENTIAL, IntlPartsIterator::KEY_LEFT, or IntlPartsIterator::KEY_RIGHT
