#!/bin/bash
# php-fpm behind nginx: static files, scripts, path info, uploads, keep-alive, many requests at once, reload and stop.
# Usage: tests/fpm-nginx.sh [PHP-FPM]; needs nginx and curl, and is skipped without them.
set -u
fpm=$(realpath "${1:-target/quick/php-fpm}")
nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "0 passed, 0 failed, 1 skipped"; exit 0; }
command -v curl >/dev/null || { echo "0 passed, 0 failed, 1 skipped"; exit 0; }
dir=$(mktemp -d)
chmod 755 "$dir"
mkdir "$dir/www" "$dir/tmp"
passed=0 failed=0
trap 'kill "$fpm_pid" 2>/dev/null; "$nginx" -p "$dir" -c "$dir/nginx.conf" -s stop 2>/dev/null; rm -rf "$dir"' EXIT

is() { # NAME WANTED GOT
  if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1)); printf 'FAIL %s\n--- expected\n%s\n--- got\n%s\n' "$1" "$2" "$3"
  fi
}

cat > "$dir/fpm.conf" <<C
[global]
error_log = $dir/error.log
pid = $dir/fpm.pid
[www]
user = $(id -un)
group = $(id -gn)
listen = $dir/fpm.sock
listen.mode = 0666
pm = dynamic
pm.max_children = 4
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
ping.path = /ping
access.log = $dir/access.log
C
cat > "$dir/nginx.conf" <<C
worker_processes 1;
user $(id -un);
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp; uwsgi_temp_path $dir/tmp;
  scgi_temp_path $dir/tmp;
  upstream php { server unix:$dir/fpm.sock; keepalive 2; }
  server {
    listen unix:$dir/http.sock;
    root $dir/www;
    location ~ \.php(/|$) {
      fastcgi_pass php;
      fastcgi_keep_conn on;
      fastcgi_split_path_info ^(.+?\.php)(/.*)$;
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
      fastcgi_param PATH_INFO \$fastcgi_path_info;
    }
    location = /ping { fastcgi_pass php; include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME /ping; }
  }
}
C
echo '<?php echo "hello ", $_GET["q"] ?? "", "|", $_SERVER["PATH_INFO"] ?? "", "|", $_SERVER["REQUEST_METHOD"];' > "$dir/www/a.php"
echo '<?php function f() {} class C {} define("X", 1); static $n = 0; echo ++$n, isset($g) ? "kept" : ""; $g = 1;' > "$dir/www/fresh.php"
cat > "$dir/www/up.php" <<'P'
<?php
$f = $_FILES["f"];
echo $f["name"], "|", $f["type"], "|", $f["size"], "|", $f["error"], "|", is_uploaded_file($f["tmp_name"]) ? "yes" : "no", "|",
  move_uploaded_file($f["tmp_name"], __DIR__ . "/moved") ? "moved" : "lost", "|", $_POST["x"]["y"];
P
echo '<?php header("Location: /x", true, 307); header("X-A: 1"); header("X-A: 2", false);' > "$dir/www/head.php"
echo '<?php echo str_repeat("0123456789", 100000);' > "$dir/www/long.php"
echo 'still' > "$dir/www/still.txt"

flags=-F
[ "$(id -u)" = 0 ] && flags="-F -R"
"$fpm" -n $flags -y "$dir/fpm.conf" > "$dir/fpm.out" 2>&1 &
fpm_pid=$!
for _ in $(seq 50); do [ -S "$dir/fpm.sock" ] && break; sleep 0.1; done
"$nginx" -p "$dir" -c "$dir/nginx.conf" 2>/dev/null || { cat "$dir/nginx.log"; exit 1; }
get() { curl -s --unix-socket "$dir/http.sock" "$@"; }

is static still "$(get http://h/still.txt)"
is query "hello 1||GET" "$(get 'http://h/a.php?q=1')"
is path-info "hello 2|/x/y|GET" "$(get 'http://h/a.php/x/y?q=2')"
is missing "File not found." "$(get http://h/none.php)"
is ping pong "$(get http://h/ping)"
is head "HTTP/1.1 200 OK" "$(get -I http://h/a.php | head -1 | tr -d '\r')"
is redirect "HTTP/1.1 307 Temporary Redirect 1,2" \
  "$(get -i http://h/head.php | tr -d '\r' | awk '/^HTTP/ {h=$0} /^X-A/ {a = a (a ? "," : "") $2} END {print h, a}')"
is fresh "1 1 1 1 1 1" "$(for _ in 1 2 3 4 5 6; do get http://h/fresh.php; echo; done | xargs)"
head -c 300000 /dev/urandom > "$dir/blob"
is upload "b.bin|application/octet-stream|300000|0|yes|moved|z" \
  "$(get -F 'x[y]=z' -F "f=@$dir/blob;filename=b.bin" http://h/up.php)"
is moved same "$(cmp -s "$dir/blob" "$dir/www/moved" && echo same)"
is long 1000000 "$(get http://h/long.php | wc -c)"
seq 60 | xargs -P 8 -I{} curl -s -o "$dir/many.{}" --unix-socket "$dir/http.sock" "http://h/a.php?q={}"
is many "60 60" "$(for i in $(seq 60); do [ "$(cat "$dir/many.$i")" = "hello $i||GET" ] && echo "$i"; done | wc -l) $(ls "$dir"/many.* | wc -l)"
kill -USR2 "$fpm_pid"; sleep 2
is reload "hello 3||GET" "$(get 'http://h/a.php?q=3')"
kill -USR1 "$fpm_pid"; sleep 0.5
kill -QUIT "$fpm_pid"; wait "$fpm_pid"
is stop 0 $?
is socket-gone gone "$([ -e "$dir/fpm.sock" ] || echo gone)"
is log "$(printf '%s\n' 'fpm is running' 'ready to handle connections' 'Reloading in progress' 'reloading' \
  'using inherited socket' 'fpm is running' 'ready to handle connections' 'error log file re-opened' \
  'access log file re-opened' 'Finishing' 'exiting, bye-bye!')" \
  "$(grep -v 'pm.start_servers' "$dir/error.log" |
    sed -E 's/^\[[^]]*\] NOTICE: //; s/(running|socket|progress|Finishing|reloading)[,: ].*/\1/')"
is access yes "$(grep -q '"GET /a.php" 200' "$dir/access.log" && echo yes)"
[ "$failed" -gt 0 ] && { echo "--- logs"; cat "$dir/error.log" "$dir/nginx.log" "$dir/fpm.out"; }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
