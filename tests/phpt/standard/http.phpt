--TEST--
http://: requests, redirections, chunked bodies, headers of answers, notifications and failures
--INI--
allow_url_fopen=1
--FILE--
<?php
// Gives each answer to one request and prints what it was asked.
$server = <<<'CODE'
$s = stream_socket_server('tcp://127.0.0.1:0');
echo stream_socket_get_name($s, false), "\n";
foreach (json_decode(getenv('ANSWERS')) as $answer) {
    $c = stream_socket_accept($s, 20);
    $n = 0;
    do {
        $line = fgets($c);
        echo $line;
        if (sscanf($line, 'Content-Length: %d', $m)) $n = $m;
    } while (trim($line) !== '');
    if ($n) echo fread($c, $n), "\n";
    fwrite($c, $answer);
    fclose($c);
}
CODE;
function serve(array $answers, callable $client) {
    global $server;
    $env = getenv();
    $env['ANSWERS'] = json_encode($answers);
    $p = proc_open([PHP_BINARY, '-r', $server], [1 => ['pipe', 'w']], $pipes, null, $env);
    $address = trim(fgets($pipes[1]));
    $client("http://$address");
    echo str_replace($address, 'ADDRESS', str_replace("\r", '', stream_get_contents($pipes[1])));
    proc_close($p);
}

serve(["HTTP/1.1 303 See Other\r\nLocation: /there\r\n\r\n",
       "HTTP/1.1 200 OK\r\nX: 1\r\n  folded\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"], function ($url) {
    $c = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => ['Content-Type: text/plain', 'A: b'],
        'content' => 'abc',
        'user_agent' => 'tester',
        'protocol_version' => 1.0,
    ]]);
    $f = fopen(str_replace('//', '//me:pw@', "$url/a?q"), 'r', false, $c);
    echo stream_get_contents($f), "\n";
    echo json_encode(stream_get_meta_data($f)['wrapper_data']), "\n";
    var_dump(stream_get_meta_data($f)['wrapper_data'] === $http_response_header);
    var_dump(http_get_last_response_headers() === $http_response_header);
    http_clear_last_response_headers();
    var_dump(http_get_last_response_headers(), fstat($f));
});

serve(["HTTP/1.0 200 OK\r\nContent-Type: text/x\r\nContent-Length: 3\r\n\r\nabc"], function ($url) {
    $c = stream_context_create();
    stream_context_set_params($c, ['notification' => fn(...$a) => print(json_encode($a) . "\n")]);
    file_get_contents($url, false, $c);
});

serve(["HTTP/1.0 404 No\r\nX: 1\r\n\r\nsorry", "HTTP/1.0 404 No\r\n\r\nsorry"], function ($url) {
    $f = @file_get_contents($url);
    var_dump($f);
    echo trim(str_replace($url, 'URL', error_get_last()['message'])), "\n";
    echo file_get_contents($url, false, stream_context_create(['http' => ['ignore_errors' => true]])), "\n";
});

serve(["HTTP/1.0 200 OK\r\nA: 1\r\nA: 2\r\n\r\n", "HTTP/1.0 200 OK\r\nBad\r\n\r\n"], function ($url) {
    echo json_encode(get_headers($url, true)), "\n";
    @file_get_contents($url);
    echo str_replace($url, 'URL', error_get_last()['message']), "\n";
});
@fopen('http://127.0.0.1/', 'w');
echo error_get_last()['message'], "\n";
?>
--EXPECT--
body
["HTTP\/1.1 303 See Other","Location: \/there","HTTP\/1.1 200 OK","X: 1 folded"]
bool(true)
bool(true)
NULL
bool(false)
POST /a?q HTTP/1.0
Authorization: Basic bWU6cHc=
Host: ADDRESS
Connection: close
User-Agent: tester
Content-Length: 3
Content-Type: text/plain
A: b

abc
GET /there HTTP/1.0
Host: ADDRESS
Connection: close
User-Agent: tester
A: b

[2,0,null,0,0,0]
[4,0,"text\/x",0,0,0]
[5,0,"Content-Length: 3",0,0,3]
[7,0,null,0,0,3]
[7,0,null,0,3,3]
[8,0,null,0,3,3]
GET / HTTP/1.1
Host: ADDRESS
Connection: close

bool(false)
file_get_contents(URL): Failed to open stream: HTTP request failed! HTTP/1.0 404 No
sorry
GET / HTTP/1.1
Host: ADDRESS
Connection: close

GET / HTTP/1.1
Host: ADDRESS
Connection: close

{"0":"HTTP\/1.0 200 OK","A":["1","2"]}
file_get_contents(URL): Failed to open stream: HTTP invalid response format (no colon in header line)!
GET / HTTP/1.1
Host: ADDRESS
Connection: close

GET / HTTP/1.1
Host: ADDRESS
Connection: close

fopen(http://127.0.0.1/): Failed to open stream: HTTP wrapper does not support writeable connections
