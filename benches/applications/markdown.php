<?php
// Parsedown: renders a text with all that Markdown has.
require '/usr/share/php/Parsedown/autoload.php';

$text = str_repeat(<<<'MD'
# A *title*

Some **text** with `code`, a [link](https://example.org "title"), ![image](a.png) and <https://example.org/>;
it goes on\* with _more_ & less and https://example.org/path?x=y as it is.

* one
* two with **bold**
    1. nested
    2. again

> quoted text
> of two lines

| a | b |
|---|:-:|
| 1 | *2* |

```php
echo "<code>";
```

    more code


MD, 10);
$parsedown = new Parsedown;
return [30, fn() => md5($parsedown->text($text))];
