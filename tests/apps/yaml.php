<?php
// Writes and reads YAML with symfony/yaml.
require '/usr/share/php/Symfony/Component/Yaml/autoload.php';

use Symfony\Component\Yaml\{Exception\ParseException, Tag\TaggedValue, Yaml};

enum Suit: string { case Hearts = 'H'; const Wild = 'wild'; }
$text = <<<'YAML'
# a service file
parameters:
    locale: 'en_US'
    numbers: [1, 0x1F, 0o17, 1_000, -3.5e2, .inf, -.INF, .nan, 12e03]
    dates: {day: 2001-12-14, time: 2001-12-14t21:59:43.10-05:00}
    nothing: ~
    yes: true
    texts: ["a \"quoted\" \u263A\n", 'it''s', plain text, "", '']
    folded: >-
        one
        two

        three
    literal: |+
        kept
          as it is

    anchors: &base {a: 1, b: [2, 3]}
    merged:
        <<: *base
        c: 4
    binary: !!binary R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7
services:
    _defaults: { autowire: true }
    App\Service\Mailer:
        arguments: ['@mailer', '%locale%', !tagged_iterator { tag: app.handler }]
        calls:
            - [setLogger, ['@logger']]
            -   - setOther
                - []
YAML;
$value = Yaml::parse($text, Yaml::PARSE_CUSTOM_TAGS | Yaml::PARSE_DATETIME | Yaml::PARSE_CONSTANT);
var_dump($value);
echo $dumped = Yaml::dump($value, 4, 2, Yaml::DUMP_MULTI_LINE_LITERAL_BLOCK | Yaml::DUMP_EMPTY_ARRAY_AS_SEQUENCE), "\n";
echo Yaml::dump($value, 2), "\n";
var_dump(serialize(Yaml::parse($dumped, Yaml::PARSE_CUSTOM_TAGS | Yaml::PARSE_DATETIME)) === serialize($value));
echo Yaml::dump([Suit::Hearts, 'o' => new ArrayObject([1, 2]), 's' => (object)['a' => null], 'f' => [1.0, 1e100, -0.0, NAN], 't' => "a: b\n#c", 'tag' => new TaggedValue('x', [1])], 3, 4,
    Yaml::DUMP_OBJECT_AS_MAP | Yaml::DUMP_OBJECT), "\n";
print_r(Yaml::parse("- !php/enum Suit::Hearts\n- !php/const Suit::Wild\n- !php/const PHP_INT_MAX", Yaml::PARSE_CONSTANT));
foreach (["a: b: c", "a:\n\tb: 1", "- a\nb: c", "a: [1, 2", "a: \"x", "a: &x 1\nb: *y", "a: 1\na: 2", "{a: 1, a: 2}", "a: @b", "a: !php/object 'x'", "foo: {bar: baz", "%YAML 1.1\n---\na\n...\nb"] as $wrong) {
    try {
        var_dump(Yaml::parse($wrong, Yaml::PARSE_EXCEPTION_ON_INVALID_TYPE));
    } catch (ParseException $e) {
        echo get_class($e), ': ', $e->getMessage(), ' @', $e->getParsedLine(), ' ', $e->getSnippet(), "\n";
    }
}
