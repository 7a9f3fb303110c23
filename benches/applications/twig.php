<?php
// Twig: renders a page with inheritance, a macro, loops, filters and escaping; compiled before.
require '/usr/share/php/Twig/autoload.php';

$twig = new Twig\Environment(new Twig\Loader\ArrayLoader([
    'layout' => '<html><title>{% block title %}Shop{% endblock %}</title><body>{% block body %}{% endblock %}</body></html>',
    'macros' => '{% macro field(name, value) %}<input name="{{ name }}" value="{{ value }}">{% endmacro %}',
    'row' => '<td>{{ item.name|title }}</td><td>{{ item.price|number_format(2, ",", ".") }}</td>',
    'page' => <<<'T'
        {% extends "layout" %}{% import "macros" as forms %}
        {% block title %}{{ parent() }}: {{ title|upper }}{% endblock %}
        {% block body %}<table>
        {% for item in items|filter(i => i.price > 3) %}
            <tr class="{{ cycle(["odd", "even"], loop.index0) }}">{{ include("row") }}<td>{{ item.tags|join(", ") }}</td>
            <td>{% if item.left == 0 %}none{% elseif item.left < 5 %}{{ item.left }} only{% else %}{{ item.left }}{% endif %}{{ loop.last ? "." : "," }}</td></tr>
        {% endfor %}</table>
        {{ forms.field("q", '<"' ~ title ~ '">') }} {{ items|length }} {{ items|map(i => i.price)|reduce((a, p) => a + p)|round(1) }}
        {% set text %}{{ missing ?? "nothing" }} {{ title|replace({"a": "b"}) }}{% endset %}{{ text }}{% endblock %}
        T,
]), ['autoescape' => 'html']);
$items = [];
for ($i = 0; $i < 50; $i++) {
    $items[] = ['name' => "thing <$i>", 'price' => $i * 1.1, 'tags' => ["t$i", 'a&b'], 'left' => $i % 9];
}
return [100, fn() => md5($twig->render('page', ['title' => 'a list', 'items' => $items]))];
