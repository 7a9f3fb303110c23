#!/usr/bin/env bash
# A pool's settings without a web server: slow log, time limits, .user.ini, php_value, status and ping pages. Speaks
# FastCGI by itself. Prints "N passed, N failed".
#   tests/fpm-pool.sh [PHP-FPM]
set -u
cd "$(dirname "$0")/.."
fpm=$(realpath "${1:-target/release/php-fpm}")
command -v python3 >/dev/null || { echo "0 passed, 0 failed, 1 skipped"; exit 0; }
dir=$(mktemp -d)
pid=
trap '[ -n "$pid" ] && kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
passed=0 failed=0
is() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); printf 'FAIL %s\n--- expected\n%s\n--- got\n%s\n' "$1" "$2" "$3"
  fi
}
mkdir -p "$dir/www/sub/deep" "$dir/other"
cat > "$dir/fpm.conf" <<C
[global]
error_log = $dir/error.log
daemonize = no
[www]
user = $(id -un)
listen = $dir/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 2
pm.status_path = /status
ping.path = /ping
ping.response = here
slowlog = $dir/slow.log
request_slowlog_timeout = 1
request_terminate_timeout = 3
catch_workers_output = yes
php_value[precision] = 5
php_flag[html_errors] = off
php_admin_value[memory_limit] = 32M
php_admin_flag[log_errors] = on
env[COLOUR] = green
C
cat > "$dir/get.py" <<'P'
import socket, struct, sys
sock, script, query, root = (sys.argv[1:] + ["", ""])[:4]
s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sock)
def pair(k, v):
    k, v = k.encode(), v.encode()
    n = lambda b: bytes([len(b)]) if len(b) < 128 else struct.pack(">I", len(b) | 1 << 31)
    return n(k) + n(v) + k + v
rec = lambda t, b: struct.pack(">BBHHBx", 1, t, 1, len(b), 0) + b
uri = script if not root else script[len(root):]
params = {"SCRIPT_FILENAME": script, "SCRIPT_NAME": uri, "REQUEST_URI": uri + ("?" + query if query else ""),
          "REQUEST_METHOD": "GET", "QUERY_STRING": query, "DOCUMENT_ROOT": root}
s.sendall(rec(1, b"\0\1\0\0\0\0\0\0") + rec(4, b"".join(pair(*p) for p in params.items())) + rec(4, b"") + rec(5, b""))
data, out, ended = b"", b"", False
try:
    while chunk := s.recv(65536):
        data += chunk
except OSError:
    pass
while len(data) >= 8:
    _, t, _, n, pad = struct.unpack(">BBHHBx", data[:8])
    if t == 6: out += data[8:8 + n]
    if t == 3: ended = True
    data = data[8 + n + pad:]
sys.stdout.buffer.write(out.split(b"\r\n\r\n", 1)[-1] if ended else b"(cut off)")
P
get() { python3 "$dir/get.py" "$dir/fpm.sock" "$@"; }
cat > "$dir/www/slow.php" <<'P'
<?php
function spin(float $s) { $t = microtime(true); while (microtime(true) - $t < $s) { } }
function outer(float $s) {
    spin($s);
}
register_shutdown_function(function () { file_put_contents(__DIR__ . "/shutdown", "ran"); });
outer((float)$_GET["s"]);
echo "done";
P
echo '<?php foreach (["precision", "memory_limit", "html_errors", "log_errors", "user_agent", "arg_separator.output", "short_open_tag"] as $n) echo $n, "=", ini_get($n), " "; echo getenv("COLOUR"); ini_set("precision", 9); echo " ", ini_get("precision"), var_export(ini_set("memory_limit", "64M"), true);' > "$dir/www/ini.php"
cp "$dir/www/ini.php" "$dir/www/sub/deep/ini.php"
cp "$dir/www/ini.php" "$dir/other/ini.php"
printf 'user_agent=root\nmemory_limit=1G\nshort_open_tag=0\n' > "$dir/www/.user.ini"
printf 'user_agent=sub\narg_separator.output=;\nprecision=3\n' > "$dir/www/sub/.user.ini"
printf '[Section]\narg_separator.output="&amp;"\n' > "$dir/www/sub/deep/.user.ini"
printf 'arg_separator.output="&amp;"\n' > "$dir/other/.user.ini"
flags=-F
[ "$(id -u)" = 0 ] && flags="-F -R"
"$fpm" -n $flags -y "$dir/fpm.conf" > "$dir/out" 2>&1 &
pid=$!
for _ in $(seq 100); do [ -S "$dir/fpm.sock" ] && break; sleep 0.05; done
is "settings of the pool and of .user.ini in the root" \
  "precision=5 memory_limit=32M html_errors=0 log_errors=1 user_agent=root arg_separator.output=& short_open_tag=0 green 9false" \
  "$(get "$dir/www/ini.php" "" "$dir/www")"
is "inner folders win, the pool's admin settings stay" \
  "precision=3 memory_limit=32M html_errors=0 log_errors=1 user_agent=sub arg_separator.output=&amp; short_open_tag=0 green 9false" \
  "$(get "$dir/www/sub/deep/ini.php" "" "$dir/www")"
is "outside the root only the script's folder counts" \
  "precision=5 memory_limit=32M html_errors=0 log_errors=1 user_agent= arg_separator.output=&amp; short_open_tag=1 green 9false" \
  "$(get "$dir/other/ini.php" "" "$dir/www/sub")"
is "ping" here "$(get /ping)"
is "a request in time" done "$(get "$dir/www/slow.php" s=0)"
is "shutdown functions run" ran "$(cat "$dir/www/shutdown")"
rm "$dir/www/shutdown"
is "a slow request" done "$(get "$dir/www/slow.php" s=1.9)"
is "the slow log" "  [pool www] pid N
script_filename = DIR/www/slow.php
[0xN] spin() DIR/www/slow.php:4
[0xN] outer() DIR/www/slow.php:7" \
  "$(sed -E "1d; s|$dir|DIR|g; s/^\[[^]]*\](  \[pool)/\1/; s/pid [0-9]+/pid N/; s/0x[0-9a-f]{16}/0xN/" "$dir/slow.log" | grep -v microtime)"
rm "$dir/www/shutdown"
is "a request without end" "(cut off)" "$(get "$dir/www/slow.php" s=30)"
is "nothing of it runs on" no "$(sleep 0.5; [ -e "$dir/www/shutdown" ] && echo yes || echo no)"
is "the pool serves on" "done done" "$(get "$dir/www/slow.php" s=0) $(get "$dir/www/slow.php" s=0)"
is "what the log says" "WARNING: [pool www] child N, script 'DIR/www/slow.php' (request: \"GET DIR/www/slow.php?s=1.9\") executing too slow (N sec), logging
NOTICE: about to trace N
NOTICE: finished trace of N
WARNING: [pool www] child N, script 'DIR/www/slow.php' (request: \"GET DIR/www/slow.php?s=30\") executing too slow (N sec), logging
NOTICE: about to trace N
NOTICE: finished trace of N
WARNING: [pool www] child N, script 'DIR/www/slow.php' (request: \"GET DIR/www/slow.php?s=30\") execution timed out (N sec), terminating" \
  "$(sed -E "s|$dir|DIR|g; s/^\[[^]]*\] //; s/child [0-9]+/child N/; s/(trace|trace of) [0-9]+$/\1 N/; s/\([0-9]\.[0-9]{6} sec\)/(N sec)/" "$dir/error.log" | grep -E 'slow|trace|timed' | grep -v stopped)"
is "the status page" "pool: www|process manager: static|slow requests: 2" \
  "$(get /status | grep -E '^(pool|process manager|slow requests):' | sed -E 's/: +/: /' | paste -sd'|')"
kill -QUIT "$pid"; wait "$pid"
is stop 0 $?
pid=
[ "$failed" -gt 0 ] && { echo "--- logs"; cat "$dir/error.log" "$dir/out"; }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
