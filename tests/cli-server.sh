#!/bin/bash
# The built-in server: static files, index files, path info, a router, uploads, what one request leaves for the next.
# Usage: tests/cli-server.sh [PHP]; needs curl, and is skipped without it.
set -u
php=$(realpath "${1:-target/quick/php}")
command -v curl >/dev/null || { echo "0 passed, 0 failed, 1 skipped"; exit 0; }
dir=$(mktemp -d)
mkdir -p "$dir/www/sub" "$dir/www/empty"
passed=0 failed=0 pid=
trap 'kill -INT $pid 2>/dev/null; rm -rf "$dir"' EXIT

is() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); printf 'FAIL %s\n--- expected\n%s\n--- got\n%s\n' "$1" "$2" "$3"
  fi
}
start() { # ARGUMENTS
  [ -n "$pid" ] && { kill -INT "$pid"; wait "$pid"; }
  "$php" -n -S 127.0.0.1:0 -t "$dir/www" "$@" 2> "$dir/log" &
  pid=$!
  for _ in $(seq 50); do grep -q started "$dir/log" && break; sleep 0.1; done
  port=$(sed -n 's/.*127.0.0.1:\([0-9]*\)) started/\1/p' "$dir/log")
}
get() { curl -s -m 10 "http://127.0.0.1:$port$1" "${@:2}"; }

echo '<?php echo "index|", $_SERVER["PATH_INFO"] ?? "none", "|", $_SERVER["SCRIPT_NAME"];' > "$dir/www/index.php"
echo '<p>sub</p>' > "$dir/www/sub/index.html"
echo 'body {}' > "$dir/www/a.css"
echo '<?php function f() {} class C {} $n = ($n ?? 0) + 1; echo $n, $_SERVER["REQUEST_METHOD"], getallheaders()["X-Y"];' > "$dir/www/n.php"
echo '<?php header("X-A: 1"); http_response_code(404); echo "gone";' > "$dir/www/gone.php"
echo '<?php echo $_POST["a"]["b"], $_FILES["f"]["size"], $_COOKIE["c"];' > "$dir/www/up.php"
echo '<?php $f = fopen(__FILE__, "r"); echo $f, " of ", count(scandir("/proc/self/fd"));' > "$dir/www/open.php"
echo '<?php if ($_SERVER["REQUEST_URI"] === "/a.css") { header("X-R: 1"); return false; } echo "routed ", $_SERVER["REQUEST_URI"];' \
  > "$dir/router.php"

start
is index "index|none|/index.php" "$(get /)"
is fallback "index|/no/file.txt|/index.php" "$(get /no/file.txt)"
is folder "<p>sub</p>" "$(get /sub)"
is css "text/css; charset=UTF-8 8" "$(get /a.css -o "$dir/o" -w '%{content_type} %{size_download}')"
is empty "404" "$(get /empty/ -o "$dir/o" -w '%{http_code}')"
is method "405" "$(get /a.css -X PUT -o "$dir/o" -w '%{http_code}')"
is fresh "1GETz 1GETz 1POSTz" "$(get /n.php -H 'X-Y: z') $(get /n.php -H 'X-Y: z') $(get /n.php -H 'X-Y: z' -d x=1)"
is "open streams" "$(get /open.php)" "$(get /open.php)"
is code "404 gone" "$(get /gone.php -o "$dir/o" -w '%{http_code}') $(cat "$dir/o")"
is post "x5k" "$(printf 12345 > "$dir/f"; get /up.php -F 'a[b]=x' -F "f=@$dir/f" -b c=k)"
is head "200 0" "$(get /n.php -I -H 'X-Y: z' -o "$dir/o" -w '%{http_code} %{size_download}')"
is dots "index|/etc/passwd|/index.php" "$(get /../../etc/passwd --path-as-is)"
is log "yes" "$(grep -Eq '^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4}\] 127.0.0.1:[0-9]+ \[404\]: GET /gone.php$' "$dir/log" && echo yes)"
start "$dir/router.php"
is routed "routed /x?y" "$(get '/x?y')"
is declined "body {} 0" "$(get /a.css) $(get /a.css -i | grep -c X-R)"
kill -INT "$pid"; wait "$pid"
is stop 0 $?
pid=
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
