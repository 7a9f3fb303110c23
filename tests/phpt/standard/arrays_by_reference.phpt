--TEST--
Functions that change arrays take nothing else
--FILE--
<?php
foreach (['array_push', 'array_pop', 'array_shift', 'array_splice', 'sort', 'krsort', 'usort', 'array_walk', 'reset', 'end', 'shuffle', 'stream_select'] as $f) {
    foreach ([5, null, new ArrayObject([1])] as $x) {
        try {
            $none = null;
            $result = match ($f) {
                'array_push', 'array_splice' => $f($x, 1),
                'usort', 'array_walk' => $f($x, fn() => 0),
                'stream_select' => $f($none, $x, $none, 0),
                default => $f($x),
            };
            echo $f, ': ', json_encode($result), "\n";
        } catch (TypeError | ValueError $e) {
            echo $e->getMessage(), "\n";
        }
    }
}
try {
    array_pop($undefined);
} catch (TypeError $e) {
    echo $e->getMessage(), "\n";
}
--EXPECTF--
array_push(): Argument #1 ($array) must be of type array, int given
array_push(): Argument #1 ($array) must be of type array, null given
array_push(): Argument #1 ($array) must be of type array, ArrayObject given
array_pop(): Argument #1 ($array) must be of type array, int given
array_pop(): Argument #1 ($array) must be of type array, null given
array_pop(): Argument #1 ($array) must be of type array, ArrayObject given
array_shift(): Argument #1 ($array) must be of type array, int given
array_shift(): Argument #1 ($array) must be of type array, null given
array_shift(): Argument #1 ($array) must be of type array, ArrayObject given
array_splice(): Argument #1 ($array) must be of type array, int given
array_splice(): Argument #1 ($array) must be of type array, null given
array_splice(): Argument #1 ($array) must be of type array, ArrayObject given
sort(): Argument #1 ($array) must be of type array, int given
sort(): Argument #1 ($array) must be of type array, null given
sort(): Argument #1 ($array) must be of type array, ArrayObject given
krsort(): Argument #1 ($array) must be of type array, int given
krsort(): Argument #1 ($array) must be of type array, null given
krsort(): Argument #1 ($array) must be of type array, ArrayObject given
usort(): Argument #1 ($array) must be of type array, int given
usort(): Argument #1 ($array) must be of type array, null given
usort(): Argument #1 ($array) must be of type array, ArrayObject given
array_walk(): Argument #1 ($array) must be of type array, int given
array_walk(): Argument #1 ($array) must be of type array, null given
array_walk: true
reset(): Argument #1 ($array) must be of type array, int given
reset(): Argument #1 ($array) must be of type array, null given

Deprecated: reset(): Calling reset() on an object is deprecated in %s on line 10
reset: false
end(): Argument #1 ($array) must be of type array, int given
end(): Argument #1 ($array) must be of type array, null given

Deprecated: end(): Calling end() on an object is deprecated in %s on line 10
end: false
shuffle(): Argument #1 ($array) must be of type array, int given
shuffle(): Argument #1 ($array) must be of type array, null given
shuffle(): Argument #1 ($array) must be of type array, ArrayObject given
stream_select(): Argument #2 ($write) must be of type ?array, int given
No stream arrays were passed
stream_select(): Argument #2 ($write) must be of type ?array, ArrayObject given
array_pop(): Argument #1 ($array) must be of type array, null given
