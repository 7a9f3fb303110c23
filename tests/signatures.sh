#!/usr/bin/env bash
# Compares what every extension declares (functions, methods, constants, properties, ini defaults) with what the reference PHP
# tells of itself:
#
#     tests/signatures.sh PHP REFERENCE_PHP
#
# Extensions that the reference lacks are left out, and so are the values of constants and settings that tell of the machine or
# of a library's version. What differs is printed; a difference fails unless tests/signatures-missing.txt lists it, and so does
# a listed one that is gone. Ends with a line "N passed, N failed", N being extensions.
set -u
php=$1 reference=$2
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Names whose values differ from machine to machine.
own='^[^:]*: (const (PEAR_EXTENSION_DIR|PEAR_INSTALL_DIR|PHP_BINARY|PHP_(BIN|CONFIG_FILE_SCAN_|DATA|EXTENSION_|LIB|LOCALSTATE|MAN|SBIN|SYSCONF)DIR|PHP_CONFIG_FILE_(PATH|SCAN_DIR)|PHP_DATADIR|PHP_LOCALSTATEDIR|PHP_PREFIX|PHP_SYSCONFDIR|DEFAULT_INCLUDE_PATH|PHP_BUILD_DATE|PHP_BUILD_PROVIDER|[A-Z0-9_]*VERSION(_[A-Z]+)?|[A-Z]*_VERNUM|LIBXML_DOTTED_VERSION|PHP_OS|PHP_EXTRA_VERSION)|ini (extension_dir|include_path|session.save_path|sendmail_path|error_reporting|date.timezone|openssl.*)) '
declared() {
  "$1" "$here/signatures.php" "$2" 2>/dev/null | sed -E "s/($own)= .*/\\1/" | LC_ALL=C sort
}
has() { "$1" -r 'exit(extension_loaded($argv[1]) ? 0 : 1);' -- "$2" >/dev/null 2>&1; }
passed=0 failed=0
while read -r name; do
  has "$reference" "$name" || continue
  declared "$reference" "$name" >"$work/theirs"
  declared "$php" "$name" >"$work/ours"
  diff "$work/theirs" "$work/ours" | sed -n 's/^\([<>]\) /\1 /p' | LC_ALL=C sort >"$work/differ"
  grep -E "^[<>] $name: " "$here/signatures-missing.txt" | LC_ALL=C sort >"$work/known"
  # Nothing at all is what a script that failed leaves.
  if [ -s "$work/theirs" ] && [ -s "$work/ours" ] && cmp -s "$work/differ" "$work/known"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $name (<: only the reference's, >: only ours, in a line of diff's: also not as listed)"
    diff "$work/known" "$work/differ"
  fi
done < <("$php" -m | sed '/^\[/d;/^$/d' | sort -u)
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
