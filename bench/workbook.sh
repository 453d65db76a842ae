#!/usr/bin/env bash
# A workbook of 100,000 rows and 20 columns: the time to load it beside the time calamine alone needs to read it, in turn, and the ratio.
# usage: bench/workbook.sh [ROWS] [ROUNDS]     needs Python 3 with openpyxl (made in a folder of its own)
set -euo pipefail
cd "$(dirname "$0")/.."
rows="${1:-100000}"; rounds="${2:-3}"
work="${BENCH_DIR:-$(mktemp -d)}"; mkdir -p "$work"
cargo build --release --workspace
cargo build --release --manifest-path bench/read_workbook/Cargo.toml
target="${CARGO_TARGET_DIR:-$PWD/target}/release"
[ -x "$work/venv/bin/python" ] || { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet openpyxl; }
[ -s "$work/rows-$rows.csv" ] || "$target/koridor" generate visitor_flow --rows "$rows" --faults 0.01 --output "$work/rows-$rows.csv" 2>"$work/expected-$rows.json"
"$work/venv/bin/python" - "$target" "$work" "$rows" "$rounds" "${CARGO_TARGET_DIR:-$PWD/bench/read_workbook/target}/release/read_workbook" <<'PY'
import csv, json, os, shutil, subprocess, sys, time
from openpyxl import Workbook
target, work, rows, rounds, reader = sys.argv[1:]
book = f"{work}/rows-{rows}.xlsx"
expected = json.load(open(f"{work}/expected-{rows}.json"))
if not os.path.exists(book):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Kunjungan")
    for number, line in enumerate(csv.reader(open(f"{work}/rows-{rows}.csv"), delimiter=";")):
        # The columns that the office keeps for itself, to make twenty.
        more = 20 - len(line)
        sheet.append(line + ([f"Catatan {index}" for index in range(more)] if number == 0 else [number * index for index in range(more)]))
    workbook.save(book)
times = {"koridor": [], "calamine": []}
for _ in range(int(rounds)):
    shutil.rmtree(f"{work}/lake", ignore_errors=True)
    started = time.monotonic()
    out = subprocess.run([f"{target}/koridor", "--lake", f"{work}/lake", "--format", "json", "ingest", book, "--dataset", "visitor_flow", "--source", "SAMPLE_SYNTHETIC", "--allow-rejected"], capture_output=True, text=True, check=True).stdout
    times["koridor"].append(time.monotonic() - started)
    found = json.loads(out)[0]
    assert (found["rows_read"], found["rows_rejected"]) == (expected["rows"], expected["bad"]), (found, expected)
    times["calamine"].append(json.loads(subprocess.run([f"{reader}", book], capture_output=True, text=True, check=True).stdout)["seconds"])
    print(f"koridor {times['koridor'][-1]:6.2f} s   calamine alone {times['calamine'][-1]:6.2f} s")
median = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
print(f"median koridor {median['koridor']:.2f} s, calamine {median['calamine']:.2f} s, ratio {median['koridor'] / median['calamine']:.2f}")
PY
