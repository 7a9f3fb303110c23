--TEST--
The history of lines, without a terminal
--EXTENSIONS--
readline
--FILE--
<?php
// Without a terminal.
var_dump(READLINE_LIB, readline_list_history());
var_dump(readline_add_history('one'), readline_add_history('two words'), readline_add_history(3));
var_dump(readline_list_history());
$file = tempnam(sys_get_temp_dir(), 'rl');
var_dump(readline_write_history($file), file_get_contents($file));
var_dump(readline_clear_history(), readline_list_history());
var_dump(readline_read_history($file), readline_list_history());
var_dump(readline_read_history('/no/such/file'), readline_write_history('/no/such/folder/file'));
unlink($file);
var_dump(array_keys(readline_info()), readline_info('point'), readline_info('END'), readline_info('nothing'));
var_dump(readline_info('readline_name', 'me'), readline_info('readline_name'));
var_dump(readline_info('line_buffer', 'text'), readline_info('line_buffer'), readline_info('end'));
var_dump(readline_info('attempted_completion_over', 1), readline_info('attempted_completion_over'));
var_dump(is_string(readline_info('library_version')));
var_dump(readline_completion_function('strtoupper'), readline_callback_handler_remove());
var_dump(readline_callback_read_char());
foreach ([
    fn() => readline_completion_function('nothing'), fn() => readline_read_history("a\0"),
    fn() => readline_write_history("\0"), fn() => readline_add_history(), fn() => readline_info('line_buffer', []),
    fn() => readline_info('readline_name', new stdClass), fn() => readline_callback_handler_install('', 'nothing'),
] as $call) {
    try {
        var_dump($call());
    } catch (Error $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
var_dump(ini_get('cli.pager'), ini_get('cli.prompt'), ini_set('cli.prompt', '> '), ini_get('cli.prompt'));
--EXPECTF--
string(7) "libedit"
array(0) {
}
bool(true)
bool(true)
bool(true)
array(3) {
  [0]=>
  string(3) "one"
  [1]=>
  string(9) "two words"
  [2]=>
  string(1) "3"
}
bool(true)
string(32) "_HiStOrY_V2_
one
two\040words
3
"
bool(true)
array(0) {
}
bool(true)
array(3) {
  [0]=>
  string(3) "one"
  [1]=>
  string(9) "two words"
  [2]=>
  string(1) "3"
}
bool(false)
bool(false)
array(7) {
  [0]=>
  string(11) "line_buffer"
  [1]=>
  string(5) "point"
  [2]=>
  string(3) "end"
  [3]=>
  string(16) "erase_empty_line"
  [4]=>
  string(15) "library_version"
  [5]=>
  string(13) "readline_name"
  [6]=>
  string(25) "attempted_completion_over"
}
int(0)
int(0)
NULL
string(0) ""
string(2) "me"
string(0) ""
string(4) "text"
int(4)
int(0)
int(1)
bool(true)
bool(true)
bool(false)
NULL
TypeError: readline_completion_function(): Argument #1 ($callback) must be a valid callback, function "nothing" not found or invalid function name
ValueError: readline_read_history(): Argument #1 ($filename) must not contain any null bytes
ValueError: readline_write_history(): Argument #1 ($filename) must not contain any null bytes
ArgumentCountError: readline_add_history() expects exactly 1 argument, 0 given

Warning: Array to string conversion in %s on line 21
string(4) "text"
Error: Object of class stdClass could not be converted to string
TypeError: readline_callback_handler_install(): Argument #2 ($callback) must be a valid callback, function "nothing" not found or invalid function name
string(0) ""
string(6) "\b \> "
string(6) "\b \> "
string(2) "> "
