#!/usr/bin/env python3
"""An independent judge: DuckDB reads the lake's Parquet files and must come to the same totals and ratios as the program.

usage: judge_totals.py KORIDOR LAKE
"""
import json
import subprocess
import sys

import duckdb
from deltalake import DeltaTable

koridor, lake = sys.argv[1:3]


def table(name):
    """Arrow rows of a table at the version that the current release names."""
    release = json.load(open(f"{lake}/_koridor/release.json"))["id"]
    versions = json.load(open(f"{lake}/_koridor/releases/{release}.json"))["tables"]
    return DeltaTable(f"{lake}/{name}", version=versions[name]).to_pyarrow_table()


def ours(sql):
    out = subprocess.run([koridor, "--lake", lake, "--format", "json", "sql", sql], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


con = duckdb.connect()
for name in ["ops/files", "ops/quarantine", "ops/slices", "silver/waste_generation", "silver/waste_handling", "silver/accommodation_month", "indicators/values"]:
    con.register(name.replace("/", "_"), table(name))
wrong = []


def agree(what, theirs, mine):
    ok = theirs == mine or (theirs is not None and mine is not None and abs(theirs - mine) <= 1e-6)
    print(f"{'agrees ' if ok else 'DIFFERS'} {what}: {theirs} / {mine}")
    if not ok:
        wrong.append(what)


# 1. Accounting, file by file, against the rows themselves.
for sha, read, accepted, rejected, ignored, erased in con.execute("select sha256, rows_read, rows_accepted, rows_rejected, rows_ignored, rows_erased from ops_files").fetchall():
    agree(f"accounting of {sha[:12]}", accepted + rejected + ignored + erased, read)
    agree(f"refused rows of {sha[:12]}", con.execute(f"select count(*) from ops_quarantine where sha256 = '{sha}'").fetchone()[0], rejected)

# 2. Current rows: the newest submission of each slice, written down a second time.
con.execute("""create view speaks as select dataset, source_id, slice_region, period, period_type, arg_max(sha256, (release_date, sequence)) as sha256
  from ops_slices group by all""")


def current(dataset, region, period):
    return f"""(select s.* from silver_{dataset} s join speaks k on k.dataset = '{dataset}' and k.sha256 = s.src_file_sha256 and k.source_id = s.source_id
      and k.slice_region = s.{region} and k.period = s.{period} and k.period_type = s.period_type)"""


for dataset in ["waste_generation", "waste_handling", "accommodation_month"]:
    theirs = con.execute(f"select count(*) from {current(dataset, 'region_code', 'period_month')}").fetchone()[0]
    agree(f"current rows of {dataset}", theirs, ours(f"select count(*) as n from core.{dataset}")[0]["n"])

# 3. Indicators from scratch: the managed rate of Kota Baubau 2024 (published: 98.01) and the corridor's room occupancy of 2025.
theirs = con.execute(f"""select 100 * (h.reduced_ton + h.handled_ton)::double / g.gen_ton from {current('waste_handling', 'region_code', 'period_month')} h
  join {current('waste_generation', 'region_code', 'period_month')} g using (region_code, period_month, source_id)
  where region_code = '7472' and period_month = '2024-01-01' and source_id = 'SIPSN'""").fetchone()[0]
mine = ours("select value from indicators.waste_managed_rate where region_code = '7472' and grain = 'Y' and period = date '2024-01-01'")[0]["value"]
agree("managed rate, Kota Baubau 2024", theirs, mine)
agree("managed rate, as published", round(theirs, 2), 98.01)
# A regency counts with all classes that it filed in the year in each of its months.
theirs = con.execute(f"""with filed as (
    select * from {current('accommodation_month', 'region_code', 'period_month')} where year(period_month) = 2025 and period_type = 'M'
  ), complete as (
    select region_code from filed group by region_code
    having count(*) filter (where room_nights_sold is not null and room_nights_avail is not null) = 12 * count(distinct accom_class)
  )
  select 100.0 * sum(room_nights_sold) / sum(room_nights_avail) from filed semi join complete using (region_code)""").fetchone()[0]
mine = ours("select value from indicators.tpk_room_occupancy where region_code = 'CORR' and grain = 'Y' and period = date '2025-01-01'")[0]["value"]
agree("room occupancy, corridor 2025", theirs, mine)
sys.exit(f"the judges differ on: {wrong}" if wrong else 0)
