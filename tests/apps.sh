#!/usr/bin/env bash
# Real applications, from Debian's packages as they are, under our PHP and under the reference: what they print, their exit
# status and the files that they make must be the same.
#
#     tests/apps.sh PHP REFERENCE_PHP
#
#   HOWDAH_APPS     a folder in which the packages are unpacked (`dpkg -x`). Unset: they are downloaded and unpacked.
#   HOWDAH_APT_GET  the command that downloads them (`apt-get`). Packages that cannot be had are skipped, loudly.
#
# Both PHPs load what their own php.ini says; for the reference it is looked for in HOWDAH_REFERENCE_PHPRC. Debian's autoloaders
# name /usr/share/php: where that is not there, it becomes a link to the packages' for the time of the run.
# Ends with a line "N passed, N failed", N being programs' runs. Without a reference nothing is compared.
set -u
php=$(realpath "$1") reference=${2:-}
here=$(realpath "$(dirname "$0")")/apps
if [ -z "$reference" ]; then
  echo "*** APPLICATIONS WERE NOT COMPARED: no reference PHP was named ***"
  echo "0 passed, 0 failed"
  exit 0
fi
work=$(mktemp -d)
linked=
trap 'rm -rf "$work"; [ -z "$linked" ] || rm -f /usr/share/php' EXIT
passed=0 failed=0

packages="composer jsonlint php-codecoverage php-composer-ca-bundle php-composer-class-map-generator
  php-composer-metadata-minifier php-composer-pcre php-composer-semver php-composer-spdx-licenses php-composer-xdebug-handler
  php-deepcopy php-enum php-file-iterator php-getid3 php-invoker php-json-schema php-nikic-fast-route php-parsedown php-parser
  php-phar-io-manifest php-phar-io-version php-phpmyadmin-sql-parser php-psr-container php-psr-log php-react-promise
  php-seld-signal-handler php-staabm-side-effects-detector php-symfony-console php-symfony-deprecation-contracts
  php-symfony-filesystem php-symfony-finder php-symfony-process php-symfony-service-contracts php-symfony-string
  php-symfony-yaml php-text-template php-timer php-tokenizer php-twig phpunit phpunit-cli-parser phpunit-code-unit
  phpunit-code-unit-reverse-lookup phpunit-comparator phpunit-complexity phpunit-diff phpunit-environment phpunit-exporter
  phpunit-global-state phpunit-lines-of-code phpunit-object-enumerator phpunit-object-reflector phpunit-recursion-context
  phpunit-type phpunit-version wordpress"
root=${HOWDAH_APPS:-}
if [ -z "$root" ]; then
  root=$work/root
  mkdir -p "$root" "$work/packages"
  for p in $packages; do
    (cd "$work/packages" && ${HOWDAH_APT_GET:-apt-get} download -qq "$p") >/dev/null 2>&1 || echo "*** NO PACKAGE $p ***"
  done
  for p in "$work"/packages/*.deb; do [ -e "$p" ] && dpkg -x "$p" "$root"; done
fi
if [ ! -e /usr/share/php ] && [ -d "$root/usr/share/php" ]; then
  ln -s "$root/usr/share/php" /usr/share/php && linked=1
fi

# Both have what symfony/string asks of intl.
options=()
has() { "$1" -r 'exit(extension_loaded($argv[1]) ? 0 : 1);' -- "$2" >/dev/null 2>&1; }
ref() { PHPRC=${HOWDAH_REFERENCE_PHPRC:-${PHPRC:-}} "$reference" "$@"; }
if ! has "$php" intl || ! has ref intl; then options=(-d "auto_prepend_file=$here/intl.php"); fi

# Runs one PHP in a fresh folder of always the same name: WHICH PREPARE ARGUMENTS...
one() {
  local which=$1 prepare=$2
  shift 2
  rm -rf "$work/run" "$work/home"
  mkdir -p "$work/run" "$work/home"
  (
    cd "$work/run" || exit 1
    $prepare
    export HOME=$work/home COMPOSER_HOME=$work/home COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_DISABLE_NETWORK=1 COLUMNS=100 LC_ALL=C.UTF-8
    if [ "$which" = ours ]; then "$php" "${options[@]}" "$@"; else ref "${options[@]}" "$@"; fi
  ) >"$work/$which.out" 2>"$work/$which.err" </dev/null
  echo "exit status $?" >>"$work/$which.out"
  # What tells of the machine's speed, of the process, and of the PHP itself: its path, its libraries, its objects' numbers.
  sed -Ei -e 's/^(Time: ).*/\1/' -e "s/(duration|flowId)='[0-9]+'/\\1=''/g" -e 's/^(Dependency resolution completed in|Analyzed) [0-9.]+ /\1 /' \
    -e 's/^(PHP version [0-9.]+ ).*/\1/' -e 's/Object #[0-9]+/Object #/g' "$work/$which.out" "$work/$which.err"
  find "$work/run" -name '*.xml' -exec sed -Ei 's/time="[0-9.]+"/time=""/g' {} +
  rm -rf "$work/$which.files"
  mv "$work/run" "$work/$which.files"
}
# NAME NEEDED-FILE PREPARE ARGUMENTS...
run() {
  local name=$1 needed=$2 from to ours
  shift 2
  if [ ! -e "$root/$needed" ] || [ ! -e "/usr/share/php" ]; then
    echo "*** $name WAS SKIPPED: its package could not be had ***"
    return
  fi
  from=${EPOCHREALTIME/./}
  one theirs "$@"
  to=${EPOCHREALTIME/./}
  one ours "$@"
  ours=$((${EPOCHREALTIME/./} - to))
  if diff "$work/theirs.out" "$work/ours.out" >"$work/diff" && diff "$work/theirs.err" "$work/ours.err" >>"$work/diff" \
    && diff -r "$work/theirs.files" "$work/ours.files" >>"$work/diff"; then
    passed=$((passed + 1))
    echo "ok $name: $((ours / 1000)) ms, the reference $(((to - from) / 1000)) ms"
  else
    failed=$((failed + 1))
    echo "FAIL $name"
    head -n 20 "$work/diff"
  fi
}
empty() { :; }

composer=usr/bin/composer
# A project whose packages are folders beside it.
project() {
  mkdir -p src packages/{one,two}/src packages/two/bin
  cat >composer.json <<'J'
{
  "name": "acme/project", "description": "A project", "license": "MIT", "type": "project", "version": "1.2.3",
  "repositories": [{"type": "path", "url": "packages/*", "options": {"symlink": false}}, {"packagist.org": false}],
  "require": {"php": ">=8.1", "acme/one": "^1.0"}, "require-dev": {"acme/two": "~2.1.0 || dev-main"},
  "autoload": {"psr-4": {"Acme\\": "src/"}, "files": ["src/functions.php"], "classmap": ["src/Old.php"]},
  "scripts": {"post-autoload-dump": "Acme\\Script::dumped", "greet": ["@php -r \"echo 'hello';\"", "echo bye"]},
  "config": {"autoloader-suffix": "Acme", "sort-packages": true, "optimize-autoloader": false, "platform": {"php": "8.4.0"}}, "minimum-stability": "stable"
}
J
  echo '<?php namespace Acme; class Script { static function dumped($e) { $e->getIO()->write("dumped " . $e->getName()); } }' >src/Script.php
  echo '<?php namespace Acme; function f() { return 1; }' >src/functions.php
  echo '<?php class Old { const A = <<<X
    class NotThis {}
    X; } interface Older {} enum Cases { case A; }' >src/Old.php
  echo '{"name": "acme/one", "version": "1.4.0", "require": {"ext-json": "*"}, "autoload": {"psr-0": {"One_": "src/"}}}' >packages/one/composer.json
  echo '<?php class One_Thing {}' >packages/one/src/Thing.php
  echo '{"name": "acme/two", "version": "2.1.7", "bin": ["bin/two"], "autoload": {"psr-4": {"Two\\": ["src", "lib"]}}, "suggest": {"acme/three": "for more"}}' >packages/two/composer.json
  printf '#!/usr/bin/env php\n<?php echo "two\\n";\n' >packages/two/bin/two
}
installed() { project; ref "$root/$composer" install -q >/dev/null 2>&1; }
wrong() { echo '{"name": "No Name", "require": {"acme/gone": "^1"}, "license": "X", "autoload": {"psr-4": {"A": "a"}}, "repositories": [{"packagist.org": false}],}' >composer.json; }
wrong_names() { wrong; sed -i 's/,}$/}/' composer.json; }

for arguments in --version about list 'help install' 'list --format=json'; do
  run "composer $arguments" $composer empty "$root/$composer" $arguments
done
for arguments in validate 'validate --strict --no-check-all' 'install --no-progress' 'install --no-dev -o' 'update --dry-run -vv' \
  'dump-autoload' 'dump-autoload --optimize --classmap-authoritative' 'run-script --list' 'run-script greet'; do
  run "composer $arguments" $composer project "$root/$composer" --no-interaction $arguments
done
for arguments in 'show' 'show --all acme/one' 'licenses' 'status' 'why acme/one' 'prohibits acme/one 2.0' 'suggests' 'check-platform-reqs --lock' \
  'reinstall acme/two' 'remove acme/one --no-progress' 'require acme/two:2.1.7 --no-progress' 'config --list' 'exec --list' 'show --tree' 'outdated'; do
  run "composer $arguments" $composer installed "$root/$composer" --no-interaction $arguments
done
run "composer validate, not JSON" $composer wrong "$root/$composer" --no-interaction validate
run "composer validate, wrong names" $composer wrong_names "$root/$composer" --no-interaction validate
run "composer install, nothing there" $composer wrong_names "$root/$composer" --no-interaction install

suite() { cp -r "$here/phpunit/." .; }
phpunit=usr/bin/phpunit
for arguments in --version --help 'tests/CartTest.php' '--testdox' '--debug' '--teamcity' '--log-junit junit.xml --testdox-text doc.txt --testdox-html doc.html' \
  '--order-by=reverse --stop-on-error' '--filter Total' '--list-tests' '--list-tests-xml tests.xml' '--group slow --display-all-issues' \
  '--fail-on-risky --strict-coverage --do-not-fail-on-warning' '--colors=always' '--no-such-option' '--process-isolation --filter Files'; do
  run "phpunit $arguments" $phpunit suite "$root/$phpunit" --do-not-cache-result $arguments
done

library=usr/share/php
run "php-parser, its own source" $library/PhpParser empty "$here/parser.php" "$root/$library/PhpParser"
run "php-parse" $library/PhpParser empty "$root/usr/bin/php-parse" --dump --pretty-print --json-dump --var-dump --resolve-names --with-positions --with-column-info '<?php namespace A; use B\{C, function d}; /** doc */ #[E(1)] class F extends C { final const G = self::H . "x{$y[1]}"; function &i(?int ...$j): static|null { return match(true) { default => fn() => yield }; } }'
run twig $library/Twig empty "$here/twig.php"
run "symfony/console" $library/Symfony/Component/Console empty "$here/console.php"
run "symfony/yaml" $library/Symfony/Component/Yaml empty "$here/yaml.php"
run parsedown $library/Parsedown empty "$here/markdown.php"
run "sql-parser" $library/PhpMyAdmin/SqlParser empty "$here/sql.php"
run "fast-route" $library/FastRoute empty "$here/router.php"
run "jsonlint" usr/bin/jsonlint-php wrong "$root/usr/bin/jsonlint-php" composer.json
wordpress=usr/share/wordpress/wp-includes
run "WordPress's declarations" $wordpress empty "$here/declarations.php" "$root/$wordpress"
if [ -e "$root/$wordpress" ]; then
  run "WordPress, php -l" $wordpress empty -l $(find "$root/usr/share/wordpress" -name '*.php' -xtype f | sort)
fi
if [ -e "$root/$library" ]; then
  run "libraries, php -l" $library empty -l $(find "$root/$library" -name '*.php' -xtype f | sort)
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
