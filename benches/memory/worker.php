<?php
// Ten million small steps of a queue worker: jobs with a payload, closures, generators, exceptions, listeners that come and go.
class Job
{
    public array $listeners = [];
    public function __construct(public string $name, public array $payload)
    {
        $this->listeners[] = function () {
            return $this->name;
        };
    }
}

function steps(Job $job)
{
    foreach ($job->payload as $k => $v) {
        yield $k => $v . $job->name;
    }
}

function handle(int $i): int
{
    $job = new Job("job$i", ['id' => $i, 'text' => "text of $i", 'tags' => 'a,b,c']);
    $n = 0;
    foreach (steps($job) as $text) {
        $n += strlen($text);
    }
    try {
        if ($i % 10 === 0) {
            throw new RuntimeExceptionLike("job $i failed");
        }
    } catch (RuntimeExceptionLike $e) {
        $n += strlen($e->getMessage());
    }
    return $n + strlen(($job->listeners[0])());
}

class RuntimeExceptionLike extends Exception
{
}

function work(int $n): int
{
    $sum = 0;
    for ($i = 0; $i < $n; $i += 10) {
        $sum += handle($i);
    }
    return $sum;
}
