#!/usr/bin/env bash
# `php --stubs` and `php --reference`: each loaded extension has a file, each file is PHP that lints (with the reference PHP, too,
# where HOWDAH_REFERENCE_PHP names one) and can be included, and the pages in docs/reference are current.
# Usage: tests/stubs.sh PHP, with all extensions loaded. Ends with a line "N passed, N failed".
set -u
php=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAIL $*"; }
"$php" --stubs "$dir/stubs" >"$dir/out" 2>&1 || bad "--stubs: $(cat "$dir/out")"
while read -r name; do
  file=$dir/stubs/${name,,}.php
  [ -s "$file" ] && ok || bad "$name has no stubs"
done < <("$php" -m | sed '/^\[/d;/^$/d')
for file in "$dir"/stubs/*.php; do
  said=$("$php" -l "$file" 2>&1) && ok || bad "$said"
  said=$("$php" "$file" 2>&1) && [ -z "$said" ] && ok || bad "$(basename "$file") included: $said"
  if [ -n "${HOWDAH_REFERENCE_PHP:-}" ]; then
    said=$(PHPRC='' "$HOWDAH_REFERENCE_PHP" -n -l "$file" 2>&1) && ok || bad "the reference: $said"
  fi
done
# What is not loaded is declared by its stubs.
declared=$("$php" -n -r 'require $argv[1]; echo (new ReflectionFunction("bcadd"))->getNumberOfRequiredParameters(),
  (new ReflectionClass("BcMath\Number"))->isReadOnly() ? " readonly" : "";' -- "$dir/stubs/bcmath.php" 2>&1)
[ "$declared" = "2 readonly" ] && ok || bad "declared by stubs: $declared"
(cd "$dir" && "$php" --stubs >/dev/null && [ -s stubs/core.php ]) && ok || bad "--stubs without a folder"
said=$("$php" --stubs /dev/null/x 2>&1)
[ $? = 1 ] && [ "$said" = "/dev/null/x: the folder cannot be made" ] && ok || bad "a folder that cannot be made: $said"
"$php" --reference "$dir/reference" >"$dir/out" 2>&1 || bad "--reference: $(cat "$dir/out")"
if diff -r docs/reference "$dir/reference" >"$dir/diff"; then
  ok
else
  bad "docs/reference is not current (php --reference docs/reference writes it):"
  head -n 40 "$dir/diff"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
