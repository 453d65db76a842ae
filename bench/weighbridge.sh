#!/usr/bin/env bash
# The same weighbridge file through koridor and through DuckDB, in turn: times, peak memory and the ratio.
# usage: bench/weighbridge.sh [ROWS] [ROUNDS]     needs Python 3 with numpy and duckdb (made in a folder of its own)
set -euo pipefail
cd "$(dirname "$0")/.."
rows="${1:-10000000}"; rounds="${2:-3}"
work="${BENCH_DIR:-$(mktemp -d)}"; mkdir -p "$work"
cargo build --release --workspace
koridor="${CARGO_TARGET_DIR:-$PWD/target}/release/koridor"
[ -x "$work/venv/bin/python" ] || { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet numpy duckdb==2.0.0; }
[ -s "$work/tickets-$rows.csv" ] || "$work/venv/bin/python" bench/gen_weighbridge.py "$rows" "$work/tickets-$rows.csv" | tee "$work/expected-$rows.json"
"$work/venv/bin/python" - "$koridor" "$work" "$rows" "$rounds" <<'PY'
import json, os, resource, shutil, subprocess, sys, time
koridor, work, rows, rounds = sys.argv[1:]
csv = f"{work}/tickets-{rows}.csv"
expected = json.load(open(f"{work}/expected-{rows}.json"))

def timed(command):
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, (command, status)
    return time.monotonic() - started, usage.ru_maxrss / 1024, out

times = {"koridor": [], "duckdb": []}
for _ in range(int(rounds)):
    shutil.rmtree(f"{work}/lake", ignore_errors=True)
    seconds, peak, out = timed([koridor, "--lake", f"{work}/lake", "--format", "json", "ingest", csv, "--dataset", "waste_weighbridge", "--source", "TPA_WEIGHBRIDGE", "--allow-rejected"])
    found = json.loads(out)[0]
    assert found["rows_rejected"] == expected["bad"] and found["rows_read"] == expected["rows"], (found, expected)
    times["koridor"].append(seconds)
    print(f"koridor {seconds:6.2f} s  {peak:6.0f} MB  {found['rows_accepted']} accepted, {found['rows_rejected']} refused")
    shutil.rmtree(f"{work}/duckdb", ignore_errors=True)
    seconds, peak, out = timed([f"{work}/venv/bin/python", "bench/duckdb_weighbridge.py", csv, f"{work}/duckdb", "unique"])
    assert json.loads(out)["rejected"] == expected["bad"], out
    times["duckdb"].append(seconds)
    print(f"duckdb  {seconds:6.2f} s  {peak:6.0f} MB")
median = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
print(f"median koridor {median['koridor']:.2f} s, duckdb {median['duckdb']:.2f} s, ratio {median['koridor'] / median['duckdb']:.2f}")
PY
