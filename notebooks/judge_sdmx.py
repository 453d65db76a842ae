#!/usr/bin/env python3
"""An independent judge: sdmx1 reads the SDMX-CSV of the indicators under its structure, and must find each value of the CSV.

usage: judge_sdmx.py KORIDOR LAKE
"""
import csv
import pathlib
import subprocess
import sys
import tempfile

import sdmx

koridor, lake = sys.argv[1:]
file = pathlib.Path(__file__).parent.parent / "docs" / "sdmx" / "structure.xml"
structure = sdmx.read_sdmx(file).structure["INDICATORS"]
with tempfile.TemporaryDirectory() as folder:
    paths = {form: pathlib.Path(folder) / f"{form}.csv" for form in ("csv", "sdmx-csv")}
    for form, path in paths.items():
        subprocess.run([koridor, "--lake", lake, "extract", "indicators", "--format", form, "--output", str(path)], check=True)
    rows = list(csv.DictReader(paths["csv"].open(newline="")))
    message = sdmx.read_sdmx(paths["sdmx-csv"], structure=structure)
found = {}
for dataset in message.data:
    for one in dataset.obs:
        key = {name: str(value.value) for name, value in one.key.values.items()}
        found[tuple(key.values())] = one
FREQUENCIES = {"Y": "A", "Q": "Q", "M": "M"}
wrong = abs(len(found) - len(rows))
for row in rows:
    year, month = row["period"][:4], int(row["period"][5:7])
    period = {"Y": year, "Q": f"{year}-Q{(month + 2) // 3}", "M": row["period"][:7]}[row["grain"]]
    key = (FREQUENCIES[row["grain"]], row["region_code"], row["indicator_id"], row["breakdown"] or "_T", period)
    one = found.get(key)
    theirs = None if one is None else str(one.value)
    same = theirs == (row["value"] or "NaN")
    if not same:
        wrong += 1
        print(f"DIFFERS {key}: sdmx1 {theirs}, koridor {row['value']}")
print(f"{len(rows)} values, {len(found)} observations")
sys.exit(f"{wrong} values differ" if wrong else 0)
