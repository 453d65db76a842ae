#!/usr/bin/env bash
# Whether memory follows the file: a weighbridge file and one of a tenth of its rows, loaded in turn.
# usage: bench/memory.sh [ROWS=100000000] [ROUNDS=3]     for a trial: bench/memory.sh 100000
# Needs disk: about 280 bytes a row (28 GB at 100 million) in $BENCH_DIR, or in the temporary folder.
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
rows="${1:-100000000}"; rounds="${2:-3}"; tenth=$((rows / 10))
free="$(df -Pk "$work" | awk 'NR == 2 { print int($4 / 1024) }')"; need=$((rows * 280 / 1048576))
echo "$work: $free MiB free, about $need MiB needed"
[ "$free" -ge "$need" ] || { echo "not enough: give fewer rows, or another folder in BENCH_DIR" >&2; exit 1; }
program; packages; tickets "$tenth"; tickets "$rows"
"$python" - "$koridor" "$work" "$tenth" "$rows" "$rounds" <<'PY'
import json, os, shutil, sys
from measure import in_turn, median, medians, run

koridor, work, *sizes, rounds = sys.argv[1:]
lake = f"{work}/lake"


def load(rows):
    shutil.rmtree(lake, ignore_errors=True)
    expected = json.load(open(f"{work}/expected-{rows}.json"))
    cost = run([koridor, "--lake", lake, "--format", "json", "ingest", f"{work}/tickets-{rows}.csv",
                "--dataset", "waste_weighbridge", "--source", "TPA_WEIGHBRIDGE", "--allow-rejected"])
    found = json.loads(cost.out)[0]
    assert (found["rows_read"], found["rows_rejected"]) == (expected["rows"], expected["bad"]), (found, expected)
    return cost


print(f"memory setting: {os.environ.get('KORIDOR_MEMORY_MB', 'as the program has it')}")
costs = in_turn(int(rounds), {f"{int(rows):,} rows": lambda rows=rows: load(rows) for rows in sizes})
medians(costs)
small, large = costs.values()
for rows, of_size in zip(sizes, (small, large)):
    cpu, wall = median(of_size, "cpu"), median(of_size, "wall")
    size = os.path.getsize(f"{work}/tickets-{rows}.csv") / 1e6
    speed = f"{int(rows) / wall:,.0f} rows a second, {1e6 * cpu / int(rows):.2f} CPU us a row"
    print(f"{int(rows):,} rows, {size:,.0f} MB: {speed}")
peak, cpu = (median(large, what) / median(small, what) for what in ("peak_mib", "cpu"))
print(f"ratio     ten times the rows: peak memory {peak:.2f}, CPU a row {cpu / 10:.2f}")
shutil.rmtree(lake)
PY
