<?php
spl_autoload_register(function (string $class) {
    $file = __DIR__ . '/src/' . str_replace('Shop\\', '', $class) . '.php';
    if (is_file($file)) {
        require $file;
    }
});
