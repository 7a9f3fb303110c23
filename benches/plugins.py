"""Measures of plugins for benches/run: what loading twenty of them costs, and what a call into one costs.

The plugins are copies of examples/plugin under other names, built once into a folder of the target directory. One of them
holds a copy of a function that standard has, so that the same source is called linked in and loaded.
"""
import os, re, shutil, subprocess, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
COUNT = 20
# Most milliseconds that COUNT plugins may add to a start, and the highest ratio of a loaded to a linked function's call.
LOAD_LIMIT, CALL_LIMIT = 2.0, 1.5


def shared_function():
    """standard's intdiv as it is written, and the crate's names that it uses."""
    text = open(os.path.join(ROOT, "plugins", "standard", "src", "math.rs")).read()
    found = re.search(r'#\[php_function\("intdiv\(.*?\n}\n', text, re.S)
    return found.group(0)


def sources(n):
    """Text of plugin number n's lib.rs."""
    text = open(os.path.join(ROOT, "examples", "plugin", "src", "lib.rs")).read()
    text = text.replace("fn greet(", f"fn bench{n}_greet(").replace('"greet(', f'"bench{n}_greet(').replace("[greet,", f"[bench{n}_greet,")
    text = text.replace("Greeting", f"Bench{n}").replace("GREETING", f"BENCH{n}").replace("greeting", f"bench{n}")
    if n == 0:
        copy = shared_function().replace("intdiv", "bench0_intdiv")
        text = text.replace("constants! {", copy + "\nconstants! {", 1)
        text = text.replace("functions: [", "functions: [bench0_intdiv, ", 1)
    return text


def write(path, text):
    """Writes a file where its text differs, so that cargo builds only what changed."""
    if not os.path.exists(path) or open(path).read() != text:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)


def build():
    """Builds the plugins; the folder that holds them as NAME.so."""
    target = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")))
    top = os.path.join(target, "bench-plugins")
    manifest = open(os.path.join(ROOT, "examples", "plugin", "Cargo.toml")).read()
    head, profile = re.search(r"(\[package\].*?)(\[profile\.release\].*?)\[workspace\]", manifest, re.S).groups()
    api = os.path.join(ROOT, "plugin-api")
    for n in range(COUNT):
        crate = head.replace('name = "greeting"', f'name = "bench{n}"').replace('"../../plugin-api"', f'"{api}"')
        write(os.path.join(top, f"bench{n}", "Cargo.toml"), crate)
        write(os.path.join(top, f"bench{n}", "src", "lib.rs"), sources(n))
    members = ", ".join(f'"bench{n}"' for n in range(COUNT))
    write(os.path.join(top, "Cargo.toml"), f'[workspace]\nresolver = "3"\nmembers = [{members}]\n\n{profile}')
    lock = os.path.join(top, "Cargo.lock")
    if not os.path.exists(lock):
        shutil.copy(os.path.join(ROOT, "examples", "plugin", "Cargo.lock"), lock) if os.path.exists(
            os.path.join(ROOT, "examples", "plugin", "Cargo.lock")) else None
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=top, check=True,
                   env={**os.environ, "CARGO_TARGET_DIR": os.path.join(top, "target")})
    out = os.path.join(top, "so")
    os.makedirs(out, exist_ok=True)
    for n in range(COUNT):
        shutil.copy(os.path.join(top, "target", "release", f"libbench{n}.so"), os.path.join(out, f"bench{n}.so"))
    return out


def load(php, rounds):
    """Milliseconds of a start with no plugin and with COUNT of them, the best of all rounds."""
    folder = build()
    with tempfile.TemporaryDirectory() as tmp:
        best = {}
        for key, count in (("none", 0), ("all", COUNT)):
            os.makedirs(os.path.join(tmp, key))
            with open(os.path.join(tmp, key, "php.ini"), "w") as f:
                f.write(f"extension_dir={folder}\n" + "".join(f"extension=bench{n}\n" for n in range(count)))
        for _ in range(rounds * 40):
            for key in ("none", "all"):
                out, seconds = php.run(["-c", os.path.join(tmp, key), "-r", "echo count(get_loaded_extensions());"])
                best.setdefault(key + "-count", int(out))
                best[key] = min(best.get(key, 9e9), seconds * 1e3)
        if best["all-count"] != best["none-count"] + COUNT:
            raise SystemExit("plugins-load: not all plugins were loaded")
        return best["none"], best["all"]


CALLS = """<?php
function loop(int $n) { $t = hrtime(true); for ($i = 0; $i < $n; $i++) { $r = $i; } return hrtime(true) - $t; }
function linked(int $n) { $t = hrtime(true); for ($i = 0; $i < $n; $i++) { $r = intdiv($i, 7); } return hrtime(true) - $t; }
function loaded(int $n) { $t = hrtime(true); for ($i = 0; $i < $n; $i++) { $r = bench0_intdiv($i, 7); } return hrtime(true) - $t; }
if (intdiv(100, 7) !== bench0_intdiv(100, 7)) exit(1);
$best = [];
for ($k = 0; $k < 20; $k++) foreach (['loop', 'linked', 'loaded'] as $f) $best[$f] = min($best[$f] ?? INF, $f(1000000));
echo ($best['linked'] - $best['loop']) / 1e6, ' ', ($best['loaded'] - $best['loop']) / 1e6;
"""


def call(php, rounds):
    """Nanoseconds of a call of the function linked in and of the one loaded, each less the loop around it."""
    folder = build()
    with tempfile.TemporaryDirectory() as tmp:
        script = os.path.join(tmp, "calls.php")
        with open(script, "w") as f:
            f.write(CALLS)
        best = [9e9, 9e9]
        for _ in range(rounds):
            out, _ = php.run(["-n", "-d", f"extension_dir={folder}", "-d", "extension=bench0", script])
            best = [min(b, float(x)) for b, x in zip(best, out.split())]
        return best
