#!/usr/bin/env bash
# The same weighbridge file through koridor and through DuckDB, in turn: CPU seconds, wall, peak memory and the ratio.
# usage: bench/weighbridge.sh [ROWS=10000000] [ROUNDS=3]     for a trial: bench/weighbridge.sh 10000
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
rows="${1:-10000000}"; rounds="${2:-3}"
program; packages; tickets "$rows"
"$python" - "$koridor" "$work" "$rows" "$rounds" <<'PY'
import json, shutil, sys
from measure import in_turn, medians, ratio, run

koridor, work, rows, rounds = sys.argv[1:]
tickets = f"{work}/tickets-{rows}.csv"
expected = json.load(open(f"{work}/expected-{rows}.json"))


def by_koridor():
    shutil.rmtree(f"{work}/lake", ignore_errors=True)
    cost = run([koridor, "--lake", f"{work}/lake", "--format", "json", "ingest", tickets,
                "--dataset", "waste_weighbridge", "--source", "TPA_WEIGHBRIDGE", "--allow-rejected"])
    found = json.loads(cost.out)[0]
    assert (found["rows_read"], found["rows_rejected"]) == (expected["rows"], expected["bad"]), (found, expected)
    return cost


def by_duckdb():
    shutil.rmtree(f"{work}/duckdb", ignore_errors=True)
    cost = run([sys.executable, "bench/duckdb_weighbridge.py", tickets, f"{work}/duckdb", "unique"])
    assert json.loads(cost.out)["rejected"] == expected["bad"], (cost.out, expected)
    return cost


costs = in_turn(int(rounds), {"koridor": by_koridor, "DuckDB": by_duckdb})
medians(costs)
ratio("koridor / DuckDB", costs["koridor"], costs["DuckDB"])
PY
