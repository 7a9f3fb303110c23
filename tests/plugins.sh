#!/usr/bin/env bash
# Plugins, loaded: what works, and every way in which one is refused. Prints "N passed, N failed".
#   tests/plugins.sh PHP FOLDER-WITH-PLUGINS
set -u
cd "$(dirname "$0")/.."
php=$(realpath "${1:-target/release/php}") plugins=$(realpath "${2:-target/plugins}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
target=${CARGO_TARGET_DIR:-target}
CARGO_TARGET_DIR="$target/third-party" cargo build --quiet --release --manifest-path examples/plugin/Cargo.toml || exit 1
cp "$target/third-party/release/libgreeting.so" "$dir/greeting.so"

is() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); printf 'FAILED: %s\n--- expected\n%s\n--- got\n%s\n' "$1" "$2" "$3"
  fi
}
run() { "$php" -n -d extension_dir="$dir" "$@" 2>&1 | sed "s|$dir|DIR|g"; }
# Startup of a plugin, with what it says; the script runs all the same.
startup() { run -d extension="$1" -r 'echo "ran";'; }
warning() { printf '\nWarning: PHP Startup: %s in Unknown on line 0\nran' "$1"; }
# A copy of the plugin with bytes of its manifest changed: OFFSET HEX…
manifest() { # FILE OFFSET BYTES
  cp "$dir/greeting.so" "$dir/$1.so"
  local at
  at=$(grep -abo HOWDAHX1 "$dir/$1.so" | head -1 | cut -d: -f1)
  printf "$3" | dd of="$dir/$1.so" bs=1 seek=$((at + $2)) conv=notrunc status=none
}

is "a function" "Hello, Ada! Hello, Ada!" "$(run -d extension=greeting -r 'echo greet("Ada", 2);')"
is "a TypeError" "greet(): Argument #1 (\$name) must be of type string, array given" \
  "$(run -d extension=greeting -r 'try { greet([]); } catch (TypeError $e) { echo $e->getMessage(); }')"
is "a class with a payload" "2 b 1" \
  "$(run -d extension=greeting -r '$c = (new GreetingCounter)->add("a")->add("b"); echo count($c), " ", $c->last(), " ", $c > new GreetingCounter;')"
is "cycles through a payload are collected" "1" \
  "$(run -d extension=greeting -r '$c = new GreetingCounter; $c->add($c); unset($c); echo gc_collect_cycles();')"
is "an ini entry bound to globals" "HELLO, X!" "$(run -d extension=greeting -d greeting.loud=1 -r 'echo greet("x");')"
is "a constant" "0.1.0" "$(run -d extension=greeting -r 'echo GREETING_VERSION;')"
is "a stream wrapper" "Hello, Ada! 11 1" \
  "$(run -d extension=greeting -r '$f = "greeting://Ada"; echo file_get_contents($f), " ", filesize($f), " ", is_file($f);')"
is "a stream of its own" "Ada! 7 greeting greetings" \
  "$(run -d extension=greeting -r '$s = fopen("greeting://Ada", "r"); fseek($s, -4, SEEK_END); echo fread($s, 99); fseek($s, 7); $m = stream_get_meta_data($s); echo " ", ftell($s), " $m[stream_type] $m[wrapper_type]";')"
is "a wrapper's reason" "
Warning: fopen(greeting://Ada): Failed to open stream: greetings are read-only in Command line code on line 1" \
  "$(run -d extension=greeting -r 'fopen("greeting://Ada", "w");')"
is "php -m" "1" "$(run -d extension=greeting -m | grep -cx greeting)"
is "a panic is the request's fatal error" "
Fatal error: Extension greeting panicked in greeting_panic(): somebody asked for it at src/lib.rs:44 in Command line code on line 1" \
  "$(run -d extension=greeting -r 'greeting_panic();')"
run -d extension=greeting -r 'greeting_panic();' >/dev/null
is "exit status after a panic" 255 "$("$php" -n -d extension_dir="$dir" -d extension=greeting -r 'greeting_panic();' >/dev/null 2>&1; echo $?)"
is "zip, loaded" "hello" \
  "$("$php" -n -d extension_dir="$plugins" -d extension=zip -r '$f = tempnam(sys_get_temp_dir(), "z"); $z = new ZipArchive; $z->open($f, 8|1); $z->addFromString("a", "hello"); $z->close(); $z->open($f); echo $z->getFromName("a"); unlink($f);' 2>&1)"

is "what it tells goes to the error log" \
  "Plugin warning:  greeting: that is a lot of greetings times=1001 in src/lib.rs:25" \
  "$(run -d extension=greeting -r 'greet("x", 1001);')"
is "in the file that error_log names" 1 \
  "$(run -d extension=greeting -d error_log="$dir/events.log" -r 'greet("x", 1001);'; grep -c '^\[.*\] Plugin warning:  greeting: that is a lot' "$dir/events.log")"
is "howdah.plugin_log=error leaves it out" "" "$(run -d extension=greeting -d howdah.plugin_log=error -r 'greet("x", 1001);')"

# dl(): the same for a script that runs.
is "dl()" "bool(true)
int(3)" "$(run -r 'var_dump(dl("greeting"), greeting_add(1, 2));')"
is "dl() twice" "
Warning: Module \"greeting\" is already loaded in Unknown on line 0
bool(false)" "$(run -d extension=greeting -r 'var_dump(dl("greeting"));')"
is "dl() of a path" "
Warning: dl(): Temporary module name should contain only filename in Command line code on line 1" \
  "$(run -r 'dl("/a/b.so");')"
is "dl() switched off" "
Warning: dl(): Dynamically loaded extensions aren't enabled in Command line code on line 1" \
  "$(run -d enable_dl=0 -r 'dl("greeting");')"
is "dl() of a name too long" "
Warning: dl(): Filename exceeds the maximum allowed length of 4096 characters in Command line code on line 1" \
  "$(run -r 'dl(str_repeat("x", 4096));')"
is "dl() of nothing" "
Warning: dl(): Unable to load dynamic library 'nosuch' (tried: DIR/nosuch (DIR/nosuch: cannot open shared object file: No such file or directory), DIR/nosuch.so (DIR/nosuch.so: cannot open shared object file: No such file or directory)) in Command line code on line 1" \
  "$(run -r 'dl("nosuch");')"
is "--rf" "Function [ <internal:greeting> function greeting_add ] {

  - Parameters [2] {
    Parameter #0 [ <required> int \$a ]
    Parameter #1 [ <required> int \$b ]
  }
  - Return [ int ]
}" "$(run -d extension=greeting --rf greeting_add)"
is "--rc of nothing" 'Exception: Class "nosuch" does not exist' "$(run --rc nosuch)"
is "--re" 1 "$(run -d extension=greeting --re greeting | grep -c '^    Entry \[ greeting.loud <ALL> \]')"
is "--ri" "
greeting

Version => 0.1.0

Directive => Local Value => Master Value
greeting.loud => Off => Off" "$(run -d extension=greeting --ri greeting)"

is "missing file" "$(warning "Unable to load dynamic library 'nosuch' (tried: DIR/nosuch (DIR/nosuch: cannot open shared object file: No such file or directory), DIR/nosuch.so (DIR/nosuch.so: cannot open shared object file: No such file or directory))")" "$(startup nosuch)"
echo "this is no library, but a text of more than sixty-four bytes, so that it has room" > "$dir/text.so"
is "a text" "$(warning "Unable to load dynamic library 'text' (tried: DIR/text (DIR/text: cannot open shared object file: No such file or directory), DIR/text.so (DIR/text.so: invalid ELF header))")" "$(startup text)"
head -c 20 "$dir/greeting.so" > "$dir/short.so"
is "too short" "$(warning "Unable to load dynamic library '$dir/short.so' (tried: $dir/short.so ($dir/short.so: file too short))" | sed "s|$dir|DIR|g")" "$(startup "$dir/short.so")"
cp "$dir/greeting.so" "$dir/class.so"; printf '\x01' | dd of="$dir/class.so" bs=1 seek=4 conv=notrunc status=none
is "32 bits" "$(warning "Unable to load dynamic library 'DIR/class.so' (tried: DIR/class.so (DIR/class.so: wrong ELF class: ELFCLASS32))")" "$(startup "$dir/class.so")"
cp "$dir/greeting.so" "$dir/machine.so"; printf '\xb7\x00' | dd of="$dir/machine.so" bs=1 seek=18 conv=notrunc status=none
is "another machine" "$(warning "Unable to load dynamic library 'DIR/machine.so' (tried: DIR/machine.so (DIR/machine.so: built for AArch64, this engine runs on x86-64))")" "$(startup "$dir/machine.so")"
head -c 5000 "$dir/greeting.so" > "$dir/cut.so"
is "truncated" 1 "$(startup "$dir/cut.so" | grep -c 'truncated file (5000 bytes, needs at least [0-9]*)')"
manifest newer 12 '\x02\x00'
is "a newer major version" "$(warning "greeting: Unable to initialize module
'greeting' 0.1.0 needs plugin API ^2.0, this engine provides 1.0")" "$(startup newer)"
manifest minor 14 '\x09\x00'
is "a newer minor version" "$(warning "greeting: Unable to initialize module
'greeting' 0.1.0 needs plugin API ^1.9, this engine provides 1.0")" "$(startup minor)"
manifest abort 24 '\x02'
is "panic=abort" 1 "$(startup abort | grep -c 'built with panic=abort')"
manifest layout 16 '\x00'
is "another layout" 1 "$(startup layout | grep -c 'another layout of plugin API 1.0')"
is "twice" "
Warning: Module \"greeting\" is already loaded in Unknown on line 0
Hello, a!" "$(run -d extension=greeting -d extension=greeting -r 'echo greet("a");')"
cp /lib/x86_64-linux-gnu/libm.so.6 "$dir/foreign.so" 2>/dev/null || cp "$(ldconfig -p | awk '/libm.so.6/ { print $NF; exit }')" "$dir/foreign.so"
is "not ours" "$(warning "Invalid library (maybe not a PHP library) 'DIR/foreign.so'")" "$(startup foreign)"
# Extensions that cannot be started: crates of a few lines each.
variants="$target/third-party/variants"
mkdir -p "$variants"
api=$(realpath plugin-api)
members=
variant() { # NAME MODULE-FIELDS [CODE]
  mkdir -p "$variants/$1/src"
  printf '[package]\nname = "%s"\nversion = "0.3.0"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nplugin-api = { path = "%s" }\n' \
    "$1" "$api" > "$variants/$1/Cargo.toml"
  printf '#[allow(unused_imports)]\nuse plugin_api::{Ctx, Module, R, php_function, php_module};\n%s\nphp_module! { name: "%s", %s }\nplugin_api::export_plugin!(crate);\n' \
    "${3-}" "$1" "$2" > "$variants/$1/src/lib.rs"
  members="$members\"$1\", "
}
variant minitfail 'minit: start,' 'fn start(_: &mut Module) -> Result<(), String> { Err("no licence".into()) }'
variant minitpanic 'minit: start,' 'fn start(_: &mut Module) -> Result<(), String> { panic!("no way") }'
variant rinitfail 'rinit: begin,' 'fn begin(ctx: &mut Ctx) -> R<()> { Err(ctx.error("no request")) }'
variant depreq 'requires: ["nosuchext"],'
variant depversion 'requires: ["json >=99.0"],'
variant depconf 'conflicts: ["json"],'
variant dupfn 'functions: [strlen],' '#[php_function("strlen(string $s): int")]
fn length(s: &[u8]) -> i64 { s.len() as i64 }'
printf '[workspace]\nresolver = "3"\nmembers = [%s]\n' "$members" > "$variants/Cargo.toml"
CARGO_TARGET_DIR="$target/third-party" cargo build --quiet --manifest-path "$variants/Cargo.toml" || exit 1
for v in minitfail minitpanic rinitfail depreq depversion depconf dupfn; do cp "$target/third-party/debug/lib$v.so" "$dir/$v.so"; done
status() { "$php" -n -d extension_dir="$dir" "$@" >/dev/null 2>&1; echo $?; }
core() { printf '\nWarning: %s in Unknown on line 0\nran' "$1"; }
is "module startup fails" "PHP Fatal error:  Unable to start minitfail module: no licence in Unknown on line 0 254" \
  "$(startup minitfail) $(status -d extension=minitfail -r '')"
is "module startup panics" "PHP Fatal error:  Unable to start minitpanic module: panicked: no way in Unknown on line 0" \
  "$(startup minitpanic)"
is "request startup fails" 1 "$(status -d extension=rinitfail -r 'echo "ran";')"
is "what it says" 1 "$(startup rinitfail | grep -c 'request_startup() for rinitfail module failed')"
is "no script runs then" 0 "$(startup rinitfail | grep -c ran)"
is "a dependency is missing" \
  "$(core 'Cannot load module "depreq" because required module "nosuchext" is not loaded')" "$(startup depreq)"
is "a dependency is too old" 1 \
  "$(startup depversion | grep -c 'Cannot load module "depversion" because required module "json" has version [0-9.]*, needs >=99.0')"
is "a conflict" \
  "$(core 'Cannot load module "depconf" because conflicting module "json" is already loaded')" "$(startup depconf)"
is "a function that is there already" "
Warning: Function registration failed - duplicate name - strlen in Unknown on line 0

Warning: dupfn: Unable to register functions, unable to load in Unknown on line 0
ran" "$(startup dupfn)"
is "dl(): module startup fails" "
Fatal error: Unable to start minitfail module: no licence in Unknown on line 0 255" \
  "$(run -r 'dl("minitfail"); echo "on";') $(status -r 'dl("minitfail");')"
is "dl(): request startup fails" "
Warning: dl(): Unable to initialize module 'rinitfail' in Command line code on line 1
bool(false)" "$(run -r 'var_dump(dl("rinitfail"));')"
is "dl(): a dependency is missing" "
Warning: Cannot load module \"depreq\" because required module \"nosuchext\" is not loaded in Unknown on line 0
bool(false)" "$(run -r 'var_dump(dl("depreq"));')"

is "a refused plugin leaves the exit status alone" 0 "$("$php" -n -d extension=nosuch -r '' >/dev/null 2>&1; echo $?)"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
