"""Warm application work: benches/applications/*.php, each a number of iterations and a function that does one of them.

The scripts load libraries as Debian packages them, from /usr/share/php; those of libraries that are not there are skipped."""
import os, re, statistics

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "applications")

# One process loads the library, does the work for a while (so that everything is compiled and cached) and then times batches
# of iterations; their median counts.
DRIVER = """<?php
[$howdah_n, $howdah_work] = require %r;
$howdah_end = hrtime(true) + %d;
do {
    $howdah_result = $howdah_work();
} while (hrtime(true) < $howdah_end);
$howdah_times = [];
for ($howdah_round = 0; $howdah_round < 9; $howdah_round++) {
    $howdah_t = hrtime(true);
    for ($howdah_i = 0; $howdah_i < $howdah_n; $howdah_i++) {
        $howdah_work();
    }
    $howdah_times[] = (hrtime(true) - $howdah_t) / $howdah_n;
}
sort($howdah_times);
echo $howdah_result, "\\n@@", (int) $howdah_times[4], "\\n";
"""
WARM_UP = 200_000_000


def names():
    """Names of the scripts."""
    return sorted(f[:-4] for f in os.listdir(FOLDER) if f.endswith(".php"))


def run(report, ours, ref, rounds, tmp, only):
    """Reports every application (or those named in `only`) to `report`: medians of `rounds` processes in turns."""
    print(f"apps: ms per iteration (median of {rounds} processes), ours, PHP, ratio")
    for name in names():
        if only and name not in only:
            continue
        source = os.path.join(FOLDER, name + ".php")
        library = re.search(r"require '([^']+)'", open(source).read()).group(1)
        if not os.path.exists(library):
            print(f"  {name:36} SKIPPED: no {library}")
            continue
        script = os.path.join(tmp, f"application-{name}.php")
        with open(script, "w") as f:
            f.write(DRIVER % (source, WARM_UP))
        times, outputs = {}, set()
        for _ in range(rounds):
            for key, engine in (("ours", ours), ("ref", ref)):
                if engine:
                    t, out = engine.timed(script)
                    outputs.add(out)
                    times.setdefault(key, []).append(t)
        median = {key: None if None in ts else statistics.median(ts) for key, ts in times.items()}
        if len(outputs) > 1:
            median["ours"] = None
        report.line("apps", name, median.get("ours"), median.get("ref"))
