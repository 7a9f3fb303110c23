#!/bin/bash
# Resident memory (KiB) of long-running programs under two engines: after the warm-up and near the end, and the peak, with
# the time taken.
#
#     benches/memory/run.sh [-n ITERATIONS] ENGINE [OTHER ENGINE] [-- PROGRAM...]
#
# Each program is run in ten parts; memory is read as part 1 and part 9 end.
here=$(cd "$(dirname "$0")" && pwd)
n=10000000
[ "$1" = -n ] && { n=$2; shift 2; }
engines=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do engines+=("$1"); shift; done
shift
programs=("$@")
[ $# -gt 0 ] || programs=(cycles strings arrays worker bursts)

field() { sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$1/status" 2>/dev/null; }

measure() {
    local out pid part rest warm end peak start
    out=$(mktemp -u) && mkfifo "$out"
    start=$(date +%s%N)
    "$1" -n -d memory_limit=-1 "$here/run.php" "$2" "$n" >"$out" 2>&1 &
    pid=$!
    while read -r part rest; do
        case $part in
        1) warm=$(field $pid VmRSS) ;;
        9) end=$(field $pid VmRSS); peak=$(field $pid VmHWM) ;;
        [2-8] | 10) ;;
        *) echo "$part $rest" >&2 ;;
        esac
    done <"$out"
    wait $pid
    rm -f "$out"
    printf '%10s %10s %10s %9d ms' "$warm" "$end" "$peak" $((($(date +%s%N) - start) / 1000000))
}

for p in "${programs[@]}"; do
    for e in "${engines[@]}"; do
        printf '%-10s %-8s %s\n' "$p" "$(basename "$e")" "$(measure "$e" "$p")"
    done
done
