<?php
// symfony/yaml: reads a file of services and writes it again.
require '/usr/share/php/Symfony/Component/Yaml/autoload.php';

use Symfony\Component\Yaml\Yaml;

$text = "parameters:\n    locale: en\n    numbers: [1, 2.5, 0x1F, -3]\nservices:\n";
for ($i = 0; $i < 40; $i++) {
    $text .= "    app.service_$i:\n        class: App\\Service\\Thing$i\n        arguments: ['@logger', '%locale%', { a: $i, b: [x, \"y z\", ~] }]\n"
        . "        tags:\n            - { name: kernel.event_listener, event: 'kernel.request', priority: $i }\n"
        . "        public: true # a comment\n        description: >\n            folded text\n            of two lines\n";
}
return [20, fn() => md5(serialize($value = Yaml::parse($text)) . Yaml::dump($value, 4))];
