<?php
// Renders templates with Twig, twice: the second time from the cache, whose files are files made.
require '/usr/share/php/Twig/autoload.php';

use Twig\{Environment, Error\Error, Extension\SandboxExtension, Loader\ArrayLoader, Loader\ChainLoader, Sandbox\SecurityPolicy, TwigFilter, TwigFunction, TwigTest};

class Person
{
    public function __construct(public string $name, private int $age, protected array $tags = []) {}
    public function getAge(): int { return $this->age; }
    public function isAdult(): bool { return $this->age >= 18; }
    public function hasTag(string $tag): bool { return in_array($tag, $this->tags); }
    public function __toString(): string { return "<$this->name>"; }
}
$templates = [
    'layout' => '<title>{% block title %}Site{% endblock %}</title>{% block body %}{% endblock %}{% block foot %}{{ "now"|length }} &copy;{% endblock %}',
    'macros' => '{% macro input(name, value = "", type = "text") %}<input type="{{ type }}" name="{{ name }}" value="{{ value }}">{% endmacro %}{% macro twice(x) %}{{ _self.input(x) }}{{ _self.input(x, varargs|join("/")) }}{% endmacro %}',
    'page' => <<<'T'
        {% extends "layout" %}{% import "macros" as m %}{% from "macros" import twice as two %}
        {% block title %}{{ parent() }}: {{ title|title }}{% endblock %}
        {%- block body -%}
        {% for p in people|filter(p => p.age > 10)|sort((a, b) => a.name <=> b.name) %}
            {{ loop.index }}/{{ loop.length }}{{ loop.last ? "." : "," }} {{ p }} {{ p.name|upper }} is {{ p.age }}{% if p.adult %} adult{% elseif p.hasTag("x") %} x{% else %} child{% endif ~%}
        {% else %}nobody{% endfor %}
        {{ m.input("a", "<\"&'>") }}{{ two("b", 1, 2) }}
        {% set list = [1, 2.5, "three", null, true, {"k": "v", (title): 1, title}] %}{% set text %}captured {{ list|length }}{% endset %}
        {{ text }} {{ list|json_encode }} {{ list[5].k }} {{ list[5][title] ?? "none" }} {{ missing.at.all ?? "default" }} {{ missing|default("d") }}
        {% with {a: 1} only %}{{ a }}{{ b|default("unset") }}{% endwith %}{% apply upper|escape %}<i>{{ title }}</i>{% endapply %}
        {{ 7 // 2 }} {{ 7 % 3 }} {{ 2 ** 10 }} {{ -7 // 2 }} {{ 1..5|join(",") }} {{ "a".."e"|join }} {{ "abc" starts with "a" }} {{ "abc" matches "/^A/i" ? "m" }} {{ 3 in [1, 3] }} {{ "x" is same as("x") ? "same" }} {{ 5 b-and 3 }} {{ 1 <=> 2 }} {{ "#{title}: #{1 + 2}" }}
        {{ "<b>"|raw }} {{ "<b>"|e("js") }} {{ "a b&c"|e("url") }} {{ "a<'"|e("html_attr") }} {{ "a{}"|e("css") }} {{ "x\ny"|nl2br }} {{ "Hello %s, %05.2f"|format("W", 3.14159) }}
        {{ 1234567.891|number_format(2, ",", ".") }} {{ "2024-02-29 12:30"|date("D, d M Y H:i", "Europe/Paris") }} {{ date("2024-01-31").modify("+1 month")|date("Y-m-d") }} {{ interval|date("%d %h") }}
        {{ "über straße"|capitalize }} {{ "über"|length }} {{ "abcdef"[1:3] }} {{ "äbc"|reverse }} {{ ["c", "a", "b"]|sort|reverse|first }} {{ [1, 2, 3, 4, 5]|slice(1, 3)|last }} {{ max([3, 1]|merge([2])) }} {{ {a: 1, b: 2}|keys|join }} {{ [1, 2, 3]|reduce((c, v) => c + v, 10) }} {{ [1, 2, 3]|map(x => x * 2)|join("-", " and ") }} {{ [1, 2, 3, 4, 5]|batch(2, "-")|map(r => r|join)|join("|") }} {{ "a-b_c"|replace({"-": "+", "_": "="}) }} {{ "1,2,3"|split(",")|length }} {{ " x "|trim }}. {{ "<p>a</p>"|striptags }} {{ "a b"|url_encode }} {{ 3.6|round }} {{ 3.14159|round(2, "floor") }} {{ [{n: 1}, {n: 2}]|column("n")|join }} {{ "abc"|shuffle|length }} {{ range(0, 10, 5)|join(";") }} {{ cycle(["a", "b"], 3) }} {{ constant("PHP_INT_SIZE") }} {{ constant("name", people[0]) is defined ? 1 : 0 }} {{ include("part", {x: 1}, with_context = false) }} {{ source("part") }} {{ block("title")|upper }} {{ dump is defined }} {{ random([5]) }} {{ "word"|plural }} {{ greet("you", sep: "!") }}
        {% include ["absent", "part"] with {x: 2} %}{% include "absent" ignore missing %}{% embed "layout" %}{% block body %}embedded{% endblock %}{% endembed %}
        {% verbatim %}{{ raw }}{% endverbatim %}{# comment #}{% autoescape "js" %}{{ "<'>" }}{% endautoescape %}{{ title is even_length ? "even" : "odd" }}
        {% for k, v in {a: 1, b: 2} %}{{ k }}={{ v }}{{ not loop.last ? ", " }}{% endfor %}{% do 1 + 1 %}{% guard function nothere %}never{% else %}guarded{% endguard %}
        {%- endblock %}
        T,
    'part' => '[{{ x }}{{ title|default("-") }}]',
];
$wrong = [
    '{{ a|nofilter }}', '{{ nofunction() }}', '{% if %}', "{% for x in\n y %}", '{{ "unclosed }}', '{% block a %}', '{{ 1 is notest }}', '{% extends "absent" %}', '{{ missing }}', '{{ people.x }}', '{{ people[9] }}', '{{ people[0].nothing }}', '{{ 1 / 0 }}', '{% include "absent" %}', '{{ include(template_from_string("x")) }}', '{{ [1, 2 }}', '{% endif %}', '{{ people|join }}', '{% unknown %}', '{{ "a"|slice() }}', '{{ attribute(people[0], "fly") }}',
];
$twig = new Environment(new ChainLoader([new ArrayLoader($templates)]), ['cache' => 'cache', 'strict_variables' => true, 'autoescape' => 'html']);
$twig->addFilter(new TwigFilter('plural', fn($s) => $s . 's'));
$twig->addFunction(new TwigFunction('greet', fn(string $who, string $sep = ' ') => "Hello$sep$who", ['is_safe' => ['html']]));
$twig->addTest(new TwigTest('even_length', fn($s) => strlen($s) % 2 === 0));
$data = ['interval' => new DateInterval('P1DT2H'), 'title' => 'a "page"', 'people' => [new Person('Zoë', 30), new Person('Ann', 12, ['x']), new Person('<Bo>', 3)]];
for ($i = 0; $i < 2; $i++) {
    echo $twig->render('page', $data), "\n";
}
foreach ($wrong as $text) {
    try {
        echo $twig->createTemplate($text)->render($data), "\n";
    } catch (Error $e) {
        echo get_class($e), ': ', preg_replace('/__string_template__\w+/', 'T', $e->getMessage()), ' at ', $e->getTemplateLine(), "\n";
    }
}
$source = [$twig->compileSource(new Twig\Source($templates['page'], 'page')), $twig->parse($twig->tokenize(new Twig\Source($templates['macros'], 'm')))];
$twig = new Environment(new ArrayLoader($templates));
$twig->addExtension(new SandboxExtension(new SecurityPolicy(['if'], ['upper'], [Person::class => ['getAge']], [Person::class => ['name']]), true));
foreach (['{{ people[0].name|upper }}', '{{ people[0].age }}', '{{ people[0].isAdult }}', '{{ people[0] }}', '{% for x in people %}{% endfor %}', '{{ "a"|lower }}'] as $text) {
    try {
        echo $twig->createTemplate($text)->render($data), "\n";
    } catch (Error $e) {
        echo get_class($e), ': ', preg_replace('/__string_template__\w+/', 'T', $e->getMessage()), "\n";
    }
}
echo implode("\n", $source), "\n";
