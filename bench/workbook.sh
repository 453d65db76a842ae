#!/usr/bin/env bash
# A workbook of 100,000 rows and 20 columns: a load beside calamine alone reading it, in turn, and the ratio.
# usage: bench/workbook.sh [ROWS=100000] [ROUNDS=3]     for a trial: bench/workbook.sh 1000
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
rows="${1:-100000}"; rounds="${2:-3}"
program; packages; reader
if [ ! -s "$work/rows-$rows.xlsx" ]; then
  "$koridor" generate visitor_flow --rows "$rows" --faults 0.01 --output "$work/rows.csv" 2>"$work/expected-$rows.json"
  "$python" bench/gen_workbooks.py wide "$work/rows.csv" "$work/rows-$rows.xlsx"
fi
"$python" - "$koridor" "$reader" "$work" "$rows" "$rounds" <<'PY'
import json, shutil, sys
from measure import in_turn, medians, ratio, run

koridor, reader, work, rows, rounds = sys.argv[1:]
book = f"{work}/rows-{rows}.xlsx"
expected = json.load(open(f"{work}/expected-{rows}.json"))


def load():
    shutil.rmtree(f"{work}/lake", ignore_errors=True)
    cost = run([koridor, "--lake", f"{work}/lake", "--format", "json", "ingest", book,
                "--dataset", "visitor_flow", "--source", "SAMPLE_SYNTHETIC", "--allow-rejected"])
    found = json.loads(cost.out)[0]
    assert (found["rows_read"], found["rows_rejected"]) == (expected["rows"], expected["bad"]), (found, expected)
    return cost


costs = in_turn(int(rounds), {"koridor": load, "calamine": lambda: run([reader, book])})
medians(costs)
ratio("koridor / calamine", costs["koridor"], costs["calamine"])
PY
