<?php
// Dispatches requests with FastRoute, by each of its ways to combine expressions; what it caches is a file made.
require '/usr/share/php/FastRoute/autoload.php';

use FastRoute\{DataGenerator, Dispatcher, RouteCollector};

$routes = function (RouteCollector $r) {
    $r->addGroup('/api/v{version:\d+}', function (RouteCollector $r) {
        foreach (['users', 'posts', 'comments', 'tags'] as $what) {
            $r->get("/$what", "$what.list");
            $r->get("/$what/{id:[0-9]+}[/{part:[a-z]+}[.{format}]]", "$what.show");
            $r->addRoute(['PUT', 'PATCH'], "/$what/{id}", "$what.update");
        }
    });
    $r->get('/', 'home');
    $r->post('/login', ['Auth', 'login']);
    for ($i = 0; $i < 40; $i++) {
        $r->get("/page$i/{slug:[^/]+}/{rest:.*}", "page$i");
    }
    $r->addRoute('*', '/any/{x:(?:en|de)}', 'any');
};
$requests = [['GET', '/'], ['HEAD', '/'], ['POST', '/'], ['POST', '/login'], ['GET', '/api/v2/users'], ['GET', '/api/v2/posts/42/body.json'],
    ['PATCH', '/api/v11/tags/x'], ['DELETE', '/api/v1/tags/1'], ['GET', '/page39/a-b/c/d'], ['GET', '/page7/ü/'], ['TRACE', '/any/de'], ['GET', '/none']];
foreach (['CharCountBased', 'GroupCountBased', 'GroupPosBased', 'MarkBased'] as $way) {
    $options = ['dataGenerator' => "FastRoute\\DataGenerator\\$way", 'dispatcher' => "FastRoute\\Dispatcher\\$way", 'cacheFile' => "routes-$way.php"];
    foreach (['written', 'read'] as $cache) {
        $dispatcher = FastRoute\cachedDispatcher($routes, $options);
        foreach ($requests as [$method, $path]) {
            echo "$way $cache $method $path: ", json_encode($dispatcher->dispatch($method, $path), JSON_UNESCAPED_UNICODE), "\n";
        }
    }
}
foreach (['/a[/b', '/a[]', '/{x}/{x}', '/{a:(b)}', '/[a]/b'] as $wrong) {
    try {
        FastRoute\simpleDispatcher(fn($r) => $r->get($wrong, 'x'));
    } catch (Exception $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
