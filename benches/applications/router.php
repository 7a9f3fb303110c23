<?php
// FastRoute: dispatches requests over a hundred routes.
require '/usr/share/php/FastRoute/autoload.php';

$dispatcher = FastRoute\simpleDispatcher(function (FastRoute\RouteCollector $r) {
    for ($i = 0; $i < 50; $i++) {
        $r->get("/things$i/{id:\d+}[/{part:[a-z]+}]", "show$i");
        $r->addRoute(['GET', 'POST'], "/things$i", "list$i");
    }
    $r->get('/files/{path:.*}', 'file');
});
return [200, function () use ($dispatcher) {
    $found = 0;
    for ($i = 0; $i < 50; $i++) {
        $a = $dispatcher->dispatch('GET', "/things$i/$i");
        $b = $dispatcher->dispatch('GET', "/things$i/4$i/body");
        $c = $dispatcher->dispatch('POST', "/things$i");
        $d = $dispatcher->dispatch('DELETE', "/things$i/1");
        $e = $dispatcher->dispatch('GET', "/nothing/$i");
        $found += $a[0] + count($b[2]) + strlen($c[1]) + count($d[1]) + $e[0];
    }
    return $found + strlen($dispatcher->dispatch('GET', '/files/a/b/c.txt')[2]['path']);
}];
