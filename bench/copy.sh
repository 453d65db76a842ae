#!/usr/bin/env bash
# All rows of core.waste_weighbridge into one file, CSV and Parquet, and the same by DuckDB's COPY over the lake's Parquet, in turn.
# usage: bench/copy.sh [ROWS=10000000] [ROUNDS=3]     for a trial: bench/copy.sh 10000
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
rows="${1:-10000000}"; rounds="${2:-3}"
program; packages; tickets "$rows"
"$python" - "$koridor" "$work" "$rows" "$rounds" <<'PY'
import json, os, shutil, sys
from measure import active_files, in_turn, medians, ratio, run

koridor, work, rows, rounds = sys.argv[1:]
lake = f"{work}/lake-copy"
shutil.rmtree(lake, ignore_errors=True)
run([koridor, "--lake", lake, "ingest", f"{work}/tickets-{rows}.csv", "--dataset", "waste_weighbridge",
     "--source", "TPA_WEIGHBRIDGE", "--allow-rejected"])
json.dump(active_files(f"{lake}/silver/waste_weighbridge"), open(f"{work}/files.json", "w"))
# The columns that both know by their names.
COLUMNS = ("ticket_id, facility_id, ts_in, region_origin, source_class, gross_kg, tare_kg, net_ton, source_id, "
           "release_date, slice_id, src_row")
written = {}


def sizes(form, path):
    """The rows of a file, counted by DuckDB, which reads both forms."""
    read = {"csv": "read_csv", "parquet": "read_parquet"}[form]
    code = f"import duckdb; print(duckdb.connect(config={{'enable_progress_bar': 'false'}}).execute(\"select count(*) from {read}('{path}')\").fetchone()[0])"
    return int(run([sys.executable, "-c", code]).out)


def by_koridor(form):
    path = f"{work}/koridor.{form}"
    cost = run([koridor, "--lake", lake, "--quiet", "--format", form, "--output", path, "sql", "--head",
                f"select {COLUMNS} from core.waste_weighbridge"])
    written[form, "koridor"] = path
    return cost


def by_duckdb(form):
    path = f"{work}/duckdb.{form}"
    options = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}[form]
    cost = run([sys.executable, "bench/duckdb_sql.py", f"{work}/files.json",
                f"copy (select {COLUMNS} from tickets) to '{path}' ({options})"])
    written[form, "DuckDB"] = path
    return cost


for form in ("csv", "parquet"):
    print(f"\n{form}")
    costs = in_turn(int(rounds), {"koridor": lambda: by_koridor(form), "DuckDB": lambda: by_duckdb(form)})
    medians(costs)
    ratio("koridor / DuckDB", costs["koridor"], costs["DuckDB"])
    counted = {side: sizes(form, written[form, side]) for side in ("koridor", "DuckDB")}
    print(f"rows      {counted}   MiB {[os.path.getsize(written[form, side]) >> 20 for side in ('koridor', 'DuckDB')]}")
    if len(set(counted.values())) != 1:
        sys.exit("the two sides wrote other rows")
    for side in ("koridor", "DuckDB"):
        os.remove(written[form, side])
shutil.rmtree(lake)
PY
