"""The library's functions: benches/library/*.php, each a list of small programs by name that return what they found."""
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "library")

# One process times every program of a file again and again for a while, so that the best time is one that nothing else on
# the machine disturbed; what a program returns must be the same on both engines.
DRIVER = """<?php
$howdah_programs = require %r;
foreach ($howdah_programs as $howdah_name => $howdah_program) {
    $howdah_best = PHP_INT_MAX;
    $howdah_end = hrtime(true) + %d;
    for ($howdah_i = 0; $howdah_i < 3 || $howdah_t0 < $howdah_end; $howdah_i++) {
        $howdah_t0 = $howdah_t = hrtime(true);
        $howdah_r = $howdah_program();
        $howdah_t = hrtime(true) - $howdah_t;
        if ($howdah_t < $howdah_best) $howdah_best = $howdah_t;
    }
    echo $howdah_name, "\\t", $howdah_best, "\\t", is_float($howdah_r) ? sprintf('%%.6e', $howdah_r) : $howdah_r, "\\n";
}
"""
NANOSECONDS = 80_000_000


def files():
    """Names of the files of programs."""
    return sorted(f[:-4] for f in os.listdir(FOLDER) if f.endswith(".php"))


def measure(engine, script):
    """{program: (seconds, result)} of one process; empty when it failed."""
    out, _ = engine.run([script])
    rows = [line.split("\t", 2) for line in (out or b"").decode("utf-8", "surrogateescape").splitlines() if line.count("\t") >= 2]
    return {name: (int(ns) / 1e9, result) for name, ns, result in rows}


def run(report, ours, ref, rounds, tmp, only):
    """Reports every program of every file (or of those named in `only`) to `report`."""
    for name in files():
        if only and name not in only:
            continue
        print(f"library/{name}: ms (best of {rounds} processes), ours, PHP, ratio")
        script = os.path.join(tmp, f"library-{name}.php")
        with open(script, "w") as f:
            f.write(DRIVER % (os.path.join(FOLDER, name + ".php"), NANOSECONDS))
        best, results = {}, {}
        for _ in range(rounds):
            for key, engine in (("ours", ours), ("ref", ref)):
                if engine:
                    for program, (t, result) in measure(engine, script).items():
                        best[key, program] = min(t, best.get((key, program), t))
                        results.setdefault(program, set()).add(result)
        for program in results:
            good = len(results[program]) == 1
            report.line("library", f"{name}: {program}", best.get(("ours", program)) if good else None, best.get(("ref", program)))
