#!/usr/bin/env bash
# Aggregates over silver.waste_weighbridge, over core.waste_weighbridge and by DuckDB over the lake's Parquet, in turn.
# usage: bench/core.sh [ROWS=10000000] [ROUNDS=3]     for a trial: bench/core.sh 10000
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
rows="${1:-10000000}"; rounds="${2:-3}"
program; packages; tickets "$rows"
"$python" - "$koridor" "$work" "$rows" "$rounds" <<'PY'
import csv, json, shutil, statistics, sys
from measure import active_files, in_turn, medians, pair_by_pair, ratio, run, together

koridor, work, rows, rounds = sys.argv[1:]
lake, empty = f"{work}/lake-core", f"{work}/empty"
QUERIES = {
    "month and facility": """select facility_id, date_trunc('month', ts_in) as month, count(*) as tickets,
        sum(net_ton) as net_ton from {table} group by 1, 2 order by 1, 2""",
    "region": """select region_origin, count(*) as tickets, sum(net_ton) as net_ton, avg(gross_kg) as gross_kg
        from {table} group by 1 order by 1""",
    "one region and year": """select source_class, count(*) as tickets, sum(net_ton) as net_ton from {table}
        where region_origin = '7407' and ts_in >= timestamp '2024-01-01' and ts_in < timestamp '2025-01-01'
        group by 1 order by 1""",
    "trucks": "select count(distinct plate_hash) as trucks from {table}",
    "count": "select count(*) as tickets from {table}",
}
MONTHS = "select count(*) as tickets, sum(net_ton) as net_ton from core.waste_weighbridge where is_headline"


def cells(text):
    """The rows of a CSV, comparable across programs: numbers as numbers, times without their zone."""
    def cell(value):
        try:
            return round(float(value), 3)
        except ValueError:
            return value.replace("T", " ").removesuffix("Z").removesuffix("+00:00")
    return [[cell(value) for value in row] for row in list(csv.reader(text.splitlines()))[1:]]


shutil.rmtree(lake, ignore_errors=True)
load = run([koridor, "--lake", lake, "ingest", f"{work}/tickets-{rows}.csv", "--dataset", "waste_weighbridge",
            "--source", "TPA_WEIGHBRIDGE", "--allow-rejected"])
print(f"load      {'':<18} {load}", flush=True)
run(["mkdir", "-p", empty])
night = run([koridor, "--lake", lake, "run", "--landing", empty, "--extracts", f"{work}/extracts", "--allow-rejected"])
print(f"release   {'':<18} {night}", flush=True)
files = active_files(f"{lake}/silver/waste_weighbridge")
json.dump(files, open(f"{work}/files.json", "w"))
print(f"{len(files)} Parquet files")


def by_koridor(sql):
    return run([koridor, "--lake", lake, "--format", "csv", "sql", sql])


def by_duckdb(sql):
    return run([sys.executable, "bench/duckdb_sql.py", f"{work}/files.json", sql])


SIDES = {
    "silver": lambda sql: by_koridor(sql.format(table="silver.waste_weighbridge")),
    "core": lambda sql: by_koridor(sql.format(table="core.waste_weighbridge")),
    "DuckDB": lambda sql: by_duckdb(sql.format(table="tickets")),
}
found = {}
for name, sql in QUERIES.items():
    print(f"\n{name}")
    found[name] = in_turn(int(rounds), {side: lambda go=go: go(sql) for side, go in SIDES.items()})
    answers = {side: cells(costs[0].out) for side, costs in found[name].items()}
    for side in ("core", "DuckDB"):
        if answers[side] != answers["silver"]:
            sys.exit(f"{side} answers {answers[side][:3]} ..., silver {answers['silver'][:3]} ...")
print("\nbeside them: nothing but the start, and the rows of headline sources")
beside = in_turn(int(rounds), {
    "koridor select 1": lambda: by_koridor("select 1"),
    "DuckDB select 1": lambda: by_duckdb("select 1"),
    "core, headline": lambda: by_koridor(MONTHS),
})

print(f"\n{'median CPU s':<22} {'silver':>8} {'core':>8} {'DuckDB':>8} {'core/silver':>12} {'core/DuckDB':>12}")
for name, costs in found.items():
    cpu = [statistics.median(cost.cpu for cost in costs[side]) for side in SIDES]
    pairs = [statistics.median(pair_by_pair(costs["core"], costs[side])) for side in ("silver", "DuckDB")]
    print(f"{name:<22} {cpu[0]:8.2f} {cpu[1]:8.2f} {cpu[2]:8.2f} {pairs[0]:12.2f} {pairs[1]:12.2f}")
every = {side: [together(round) for round in zip(*(costs[side] for costs in found.values()))] for side in SIDES}
medians({**{f"all, {side}": costs for side, costs in every.items()}, **beside})
ratio("core / silver", every["core"], every["silver"])
ratio("core / DuckDB", every["core"], every["DuckDB"])
shutil.rmtree(lake)
PY
