<?php
// Renders Markdown with Parsedown. Usage: markdown.php [FILE]...
require '/usr/share/php/Parsedown/autoload.php';

$texts = array_map(fn($f) => str_ends_with($f, '.gz') ? gzdecode(file_get_contents($f)) : file_get_contents($f), array_slice($argv, 1));
$texts[] = <<<'MD'
Title
=====

A *text* with **strong**, ***both***, `code`, ~~gone~~ and a [link](https://example.org "its title"), an
![image](/a.png), <https://example.org/?a=1&b=2>, me@example.org and a [reference][one]; ümläute & <b>html</b>.
Two spaces end a line  
so.

1. one
2. two
    * nested
      more of it

      a paragraph

    * > quoted
      > again
3. three

| left | centre | right |
|:-----|:------:|------:|
| `a|b`  | *c*    | 1     |
| d    | \|     |

```php
<?php echo "<b>$x</b>"; // code
```

    indented <code>

***
<div class="x">
*not text*
</div>

> - list in a quote
> - of two

[one]: http://example.org/one 'One'
\*escaped\* _under_score_ snake_case_name http://auto.example.org/path?x=y. <script>alert(1)</script>
MD;
foreach ($texts as $text) {
    foreach ([[false, false], [true, true]] as [$safe, $breaks]) {
        $p = (new Parsedown)->setSafeMode($safe)->setBreaksEnabled($breaks)->setMarkupEscaped($safe);
        echo $p->text($text), "\n", $p->line($text), "\n----\n";
    }
}
