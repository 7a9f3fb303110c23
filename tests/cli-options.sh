#!/bin/bash
# What the options of `php` do: what is run, what is told where, and the exit status.
# Usage: tests/cli-options.sh [PHP]
set -u
php=$(realpath "${1:-target/quick/php}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
passed=0 failed=0
is() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); printf 'FAIL %s\n--- expected\n%s\n--- got\n%s\n' "$1" "$2" "$3"
  fi
}
# Standard output in [], standard error in {}, then the exit status; lines joined by |. Standard input is empty.
p() { pin /dev/null "$@"; }
pin() { # INPUT ARGUMENTS
  local in=$1 code
  shift
  "$php" -n "$@" < "$in" > out 2> err
  code=$?
  printf '[%s]{%s}%s' "$(join < out)" "$(join < err)" $code
}
join() { sed "s#$dir#DIR#g" | tr '\n' '|'; }
first() { "$php" "$@" < /dev/null 2> /dev/null | head -n 1; }

echo '<?php echo json_encode($argv), $argc;' > args.php
echo '<?php exit(3);' > exit3.php
echo '<?php if (;' > bad.php
echo '<?php nofunc();' > fatal.php
printf '#!/usr/bin/env php\n<?php echo __LINE__, "x";' > shebang.php
echo '<?php fwrite(STDERR, "err\n"); echo "out\n"; exit("bye\n");' > both.php
echo 'precision=5' > my.ini
mkdir sub
printf 'a\nb\r\nc' > in

usage='{Error in argument'
# What is run.
is run '[1]{}0' "$(p -r 'echo 1;')"
is "run, long" '[2]{}0' "$(p --run 'echo 2;')"
is "run, long with =" '[2]{}0' "$(p --run='echo 2;')"
is "run, joined" '[1]{}0' "$(p -recho\ 1\;)"
is "run, arguments" '[["Standard input code","a","-b"]]{}0' "$(p -r 'echo json_encode($argv);' a -b)"
is "run, dashes" '[["Standard input code","-a","--"]]{}0' "$(p -r 'echo json_encode($argv);' -- -a --)"
is "run, place" '[Command line code,DIR,1]{}0' "$(p -r 'echo __FILE__, ",", __DIR__, ",", __LINE__;')"
is "run, parse error" '[|Parse error: syntax error, unexpected end of file, expecting "," or ";" in Command line code on line 1|]{}255' "$(p -r 'echo 1')"
is "run, fatal" '[|Fatal error: Uncaught Exception: x in Command line code:1|Stack trace:|#0 {main}|  thrown in Command line code on line 1|]{}255' \
  "$(p -r 'throw new Exception("x");')"
is "run, its handler is not asked" 255 "$(p -r 'set_exception_handler(fn($e) => print("h")); throw new Exception;' | sed 's/.*}//')"
is file '[["args.php","a","-b"]3]{}0' "$(p args.php a -b)"
is "file, option" '[["args.php","a"]2]{}0' "$(p -f args.php a)"
is "file, joined" '[["args.php"]1]{}0' "$(p -fargs.php)"
is "file, dashes" '[["args.php","-a"]2]{}0' "$(p -f args.php -- -a)"
is "file, its own dashes" '[["args.php","--","x"]3]{}0' "$(p args.php -- x)"
is "file, missing" '[]{Could not open input file: none.php|}1' "$(p none.php)"
is "file, a folder" '[]{}0' "$(p sub)"
is "file, status" '[]{}3' "$(p exit3.php)"
is "file, parse error" '[|Parse error: syntax error, unexpected token ";" in DIR/bad.php on line 1|]{}255' "$(p bad.php)"
is "file, fatal" 255 "$(p fatal.php | sed 's/.*}//')"
is "file, both streams" '[out|bye|]{err|}0' "$(p both.php)"
is "file, shebang" '[2x]{}0' "$(p shebang.php)"
is stdin '[["Standard input code"]1]{}0' "$(pin args.php)"
is "stdin, arguments" '[["Standard input code","-a","b"]3]{}0' "$(pin args.php -- -a b)"
is "stdin, dash" '[["-"]1]{}0' "$(cd "$dir" && cp args.php - && p - | sed 's/\["[^"]*"\]/["-"]/')"
is "handler of a file" '[h]{}0' "$(echo '<?php set_exception_handler(fn($e) => print("h")); throw new Exception;' > h.php; p h.php)"
# Each line of standard input.
is lines '[<a1><b2><c3>]{}0' "$(pin in -R 'echo "<$argn$argi>";')"
is "lines, begin and end" '[(<a><b><c>)]{}0' "$(pin in -B 'echo "(";' -R 'echo "<$argn>";' -E 'echo ")";')"
is "lines, nothing to read" '[()]{}0' "$(p -B 'echo "(";' -R 'echo 1;' -E 'echo ")";')"
is "lines, file" '[["args.php"]1["args.php"]1["args.php"]1]{}0' "$(pin in -F args.php)"
is "lines, exit" '[e]{}4' "$(pin in -R 'exit(4);' -E 'echo "e";')"
is "lines, exit without status" '[abce]{}0' "$(pin in -R 'echo $argn; exit(0);' -E 'echo "e";')"
is "lines, error at the beginning" '[be]{}255' "$(pin in -B 'echo "b"; exit(255);' -R 'echo $argn;' -E 'echo "e";')"
is "lines, file that exits" '[e]{}3' "$(pin in -F exit3.php -E 'echo "e";')"
is "lines, handler" '[hhh]{}0' "$(pin in -F h.php)"
is "lines, long" '[babce]{}0' "$(pin in --process-begin 'echo "b";' --process-code 'echo $argn;' --process-end 'echo "e";')"
# Options that exclude each other.
one='[Either execute direct code, process stdin or use a file.|]{}1'
is "code and file" "$one" "$(p -r 'echo 1;' -f args.php)"
is "code and lines" "$one" "$(p -R 'echo 1;' -r 'echo 2;')"
is "code twice" '[You can use -r only once.|]{}1' "$(p -r 'echo 1;' -r 'echo 2;')"
is "file twice" '[You can use -f only once.|]{}1' "$(p -f args.php -f args.php)"
is "lines twice" '[You can use -R or -F only once.|]{}1' "$(p -R 'echo 1;' -F args.php)"
is "begin twice" '[You can use -B only once.|]{}1' "$(p -B 'echo 1;' -B 'echo 2;')"
is "end twice" '[You can use -E only once.|]{}1' "$(p -E 'echo 1;' -E 'echo 2;')"
is "strip code" '[Source stripping only works for files.|]{}1' "$(p -r 'echo 1;' -w)"
is "highlight code" '[Source highlighting only works for files.|]{}1' "$(p -r 'echo 1;' -s)"
# Wrong options and missing arguments.
is unknown "$usage 2, char 2: option not found Z|}1" "$(p -Z | sed 's/.*]{/{/')"
is "unknown, in a row" "$usage 2, char 3: option not found Z|}1" "$(p -qZ | sed 's/.*]{/{/')"
is "no argument" "$usage 2, char 2: no argument for option r|}1" "$(p -r | sed 's/.*]{/{/')"
is "no argument, long" "$usage 2, char 1: no argument for option -|}1" "$(p --rf | sed 's/.*]{/{/')"
is "usage to standard output" "Usage: php [options] [-f] <file> [--] [args...]" "$(first -Z)"
is help "Usage: php [options] [-f] <file> [--] [args...]" "$(first -h)"
is "help, long" "Usage: php [options] [-f] <file> [--] [args...]" "$(first --help)"
is "help, status" 0 "$("$php" --usage > /dev/null; echo $?)"
# Settings.
is define '[0.333]{}0' "$(p -d precision=3 -r 'echo 1/3;')"
is "define, joined" '[0.333]{}0' "$(p -dprecision=3 -r 'echo 1/3;')"
is "define, long" '[0.333]{}0' "$(p --define precision=3 -r 'echo 1/3;')"
is "define, the last counts" '[0.3333]{}0' "$(p -d precision=3 -d precision=4 -r 'echo 1/3;')"
is "define, no value" '[["1",""]]{}0' "$(p -d foo -d bar= -r 'echo json_encode([get_cfg_var("foo"), get_cfg_var("bar")]);')"
is "define, quoted" '[["a b","a b","a b;c"]]{}0' "$(p -d 'a="a b"' -d "b='a b'" -d 'c="a b;c"' -r 'echo json_encode([get_cfg_var("a"), get_cfg_var("b"), get_cfg_var("c")]);')"
is "define, list" '{"0":"1","1":"2"}' "$(p -d 'foo[]=1' -d 'foo[]=2' -r 'echo json_encode((object) get_cfg_var("foo"));' | sed 's/^\[\(.*\)\]{}0$/\1/')"
is "ini file" '[0.33333]{}0' "$("$php" -c my.ini -r 'echo 1/3;' > out 2> err; printf '[%s]{%s}%s' "$(join < out)" "$(join < err)" 0)"
is "no ini file" '[false]{}0' "$(cd sub; p -r 'echo json_encode(php_ini_loaded_file());')"
is "errors off" '[]{}255' "$(p -d display_errors=0 -r 'echo $x; nofunc();')"
is "errors to stderr" '[]{Warning: Undefined variable $x in Command line code on line 1|}0' "$(p -d display_errors=stderr -r 'echo $x;')"
is "errors logged" '[]{PHP Warning:  Undefined variable $x in Command line code on line 1|}0' \
  "$(p -d display_errors=0 -d log_errors=1 -r 'echo $x;')"
is "directive gone" "[|Fatal error: Directive 'register_globals' is no longer available in PHP in Unknown on line 0|]{}1" \
  "$(p -d register_globals=1 -r 'echo 1;')"
is "directive deprecated" "[|Deprecated: Directive 'allow_url_include' is deprecated in Unknown on line 0|1]{}0" \
  "$(p -d allow_url_include=1 -r 'echo 1;')"
is "functions disabled" '[Call to undefined function strlen(),Call to undefined function is_int()]{}0' \
  "$(p -d disable_functions=strlen,is_int -r 'try { strlen("a"); } catch (Error $e) { echo $e->getMessage(); } try { is_int(1); } catch (Error $e) { echo ",", $e->getMessage(); }')"
is "exit cannot be disabled" '[|Warning: Cannot disable function exit() in Unknown on line 0|]{}3' "$(p -d disable_functions=exit -r 'exit(3);')"
is "no such extension" "Warning: PHP Startup: Unable to load dynamic library 'nosuch'" \
  "$("$php" -n -d extension=nosuch -r 'echo 1;' 2>&1 | sed -n "2s/ (tried.*//p")"
is "no such extension, logged" "PHP Warning:  PHP Startup: Unable to load dynamic library 'nosuch'" \
  "$("$php" -n -d extension=nosuch -d display_startup_errors=0 -r 'echo 1;' 2>&1 > /dev/null | sed "s/ (tried.*//")"
is "no such zend extension" '[1]{Failed loading none.so:  none.so: cannot open shared object file: No such file or directory|}0' "$(p -z none.so -r 'echo 1;')"
is "zend extension that is none" '[1]{Failed loading ./my.ini:  ./my.ini: file too short|}0' "$(p -z ./my.ini -r 'echo 1;')"
is "zend extension, setting" "Warning: Failed loading Zend extension 'nosuch'" "$("$php" -n -d zend_extension=nosuch -r 'echo 1;' | sed -n "2s/ (tried.*//p")"
is "prepended and appended" '[3x3x3x]{}0' "$(printf '<?php echo 3, "x";' > x.php; p -d auto_prepend_file=x.php -d auto_append_file=x.php x.php)"
# About files.
is lint '[No syntax errors detected in args.php|]{}0' "$(p -l args.php)"
is "lint, wrong" '[|Parse error: syntax error, unexpected token ";" in bad.php on line 1|Errors parsing bad.php|]{}255' "$(p -l bad.php)"
is "lint, several" '[No syntax errors detected in args.php|No syntax errors detected in exit3.php|]{}0' "$(p -l args.php exit3.php)"
is "lint, missing" '[]{Could not open input file: none.php|}1' "$(p -l none.php)"
is "lint, standard input" '[No syntax errors detected in Standard input code|]{}0' "$(pin args.php -l)"
is strip '[<?php  echo 1; ]{}0' "$(printf '<?php // x\necho  1; /* y */' > c.php; p -w c.php)"
is "strip, shebang" '[<?php echo __LINE__, "x";]{}0' "$(p -w shebang.php)"
is highlight '[<pre><code style="color: #000000"><span style="color: #0000BB">&lt;?php </span><span style="color: #007700">echo </span><span style="color: #0000BB">1</span><span style="color: #007700">;</span></code></pre>]{}0' \
  "$(printf '<?php echo 1;' > c.php; p -s c.php)"
# About PHP.
is version "PHP 8.4.24 (cli)" "$(first -v | cut -c1-16)"
is "version goes first" "PHP 8.4.24 (cli)" "$(first -r 'echo 1;' -v | cut -c1-16)"
is modules "[PHP Modules]" "$(first -m)"
is info "phpinfo()" "$(first -i)"
is "ini files" "Loaded Configuration File:         $dir/my.ini" "$("$php" -c my.ini --ini | sed -n 2p)"
is "a function" '[Exception: Function none() does not exist|]{}1' "$(p --rf none)"
is "a function that exists" 'Function [ <internal:json> function json_encode ] {' "$(first -n --rf json_encode)"
is "a class" 'Class [ <internal:Core> class stdClass ] {' "$(first -n --rc stdClass)"
is "a class that does not exist" '[Exception: Class "none" does not exist|]{}1' "$(p --rc none)"
is "an extension" 'Extension [ <persistent> extension' "$(first -n --re json | cut -c1-34)"
is "an extension that does not exist" '[Exception: Extension "none" does not exist|]{}1' "$(p --re none)"
is "a zend extension" '[Exception: Zend Extension "none" does not exist|]{}1' "$(p --rz none)"
is "extension info" "[|json||json support => enabled|]{}0" "$(p --ri JSON)"
is "extension info, none" "[Extension 'none' not present.|]{}1" "$(p --ri none)"
is binary '[true]{}0' "$(p -r 'echo json_encode(PHP_BINARY === realpath(PHP_BINARY) && PHP_SAPI === "cli");')"
is server '["Standard input code","","",2]{}0' "$(p -r 'echo json_encode([$_SERVER["PHP_SELF"], $_SERVER["SCRIPT_FILENAME"], $_SERVER["DOCUMENT_ROOT"], $_SERVER["argc"]]);' x | sed 's/^\[\[/[/; s/\]\]{/]{/')"
is title '[true"x y"]{}0' "$(p -r 'echo json_encode(cli_set_process_title("x y")), json_encode(cli_get_process_title());')"
is "title, seen" "seen" "$("$php" -n -r 'cli_set_process_title("seen"); echo strtok(file_get_contents("/proc/self/cmdline"), "\0");')"
is "title, environment stays" "here" "$(T=here "$php" -n -r 'cli_set_process_title(str_repeat("t", 100)); echo getenv("T");')"
echo '<?php echo json_encode($argv), trim(str_replace("\0", " ", strstr(file_get_contents("/proc/self/cmdline"), "\0")));' > cl.php
is hidden '[["cl.php","secret"]]{}0' "$(p -H cl.php secret)"
is repeated '[Executing for the first time...|1Finished execution, repeating...|1]{}0' "$(p --repeat 2 -r 'echo 1;')"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
