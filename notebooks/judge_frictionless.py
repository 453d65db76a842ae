#!/usr/bin/env python3
"""An independent judge: the Frictionless package reads the same files under the same contracts and must refuse the same cells.

Row rules, code lists and dates in the future are words of the `koridor` block, which the standard does not know; the files here break
types and constraints only.

usage: judge_frictionless.py KORIDOR
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from frictionless import Resource, Schema, system

koridor = sys.argv[1]
datasets = pathlib.Path(__file__).parent.parent / "schemas" / "datasets"
FILES = {
    "waste_handling": ("region_code,period_month,reduced_ton,handled_ton,recycled_ton,feedstock_ton,collected_ton,landfilled_ton", [
        "7407,2024-01-01,10.5,20,,,,5", "7407,2024-02-01,abc,20,,,,", "7472,2024-31-01,1,2,,,,", "7472,2024-03-01,-1,2,,,,", ",2024-04-01,1,2,,,,", "7401,,1,2,,,,",
        "7401,2024-05-01,1.5,0,0,0,0,0", "7401,2024-06-01,\"1,5\",0,,,,",
    ]),
    "population": ("region_code,year,pop_mid,pop_women,pop_0_17,area_km2,area_vintage", [
        "7407,2024,118793,59626,,450.8,BIG", "7472,2024,0,1,,,", "7401,20x4,122024,,,,", "7405,2024,33.5,,,,", "7405,2023,,1,,,", "7407,2023,118000,-5,,,",
    ]),
    "umkm_turnover": ("region_code,period_quarter,kbli2,scale,is_tourism,n_frame,n_resp,turnover_resp_rp,turnover_est_rp,top2_rp", [
        "7407,2024-01-01,55,mikro,true,40,10,1000,4000,", "7407,2024-04-01,5,mikro,true,40,10,1000,4000,", "7407,2024-07-01,55,mikro,maybe,40,10,1000,4000,",
        "7407,2024-10-01,56,mikro,false,40,10,x,4000,", "7472,2024-01-01,55,kecil,false,-1,0,,,",
    ]),
}
RULES = {"type-error": {"not_a_number", "not_whole", "not_a_date", "not_a_boolean"}, "constraint-error": {"required", "below_minimum", "above_maximum", "pattern", "not_allowed", "too_long", "too_short"}}
wrong = 0
with tempfile.TemporaryDirectory() as folder:
    for dataset, (header, rows) in FILES.items():
        path = pathlib.Path(folder) / f"{dataset}.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        document = json.loads((datasets / f"{dataset}.json").read_text())
        document.pop("koridor")
        for field in document["fields"]:
            field.pop("koridor", None)
        # Table Schema has no 'first of month'; every date here is one.
        with system.use_context(trusted=True):
            report = Resource(path=str(path), schema=Schema.from_descriptor(document)).validate()
        theirs = {(error.row_number, error.field_name): error.type for task in report.tasks for error in task.errors if hasattr(error, "field_name")}
        out = subprocess.run([koridor, "--format", "json", "check", str(path), "--dataset", dataset, "--source", "SAMPLE_SYNTHETIC", "--allow-rejected"], capture_output=True, text=True, check=True)
        ours = {}
        for row in json.loads(out.stdout)[0]["rejected"]:
            ours[(row["row_number"], row["field"])] = row["rule"]
            for also in row["also"]:
                field, rule = also.split(": ")
                ours[(row["row_number"], field)] = rule
        for cell in sorted(set(theirs) | set(ours)):
            mine, other = ours.get(cell), theirs.get(cell)
            ok = other is not None and mine in RULES.get(other, set())
            wrong += not ok
            print(f"{'agrees ' if ok else 'DIFFERS'} {dataset} row {cell[0]} {cell[1]}: frictionless {other}, koridor {mine}")
sys.exit(f"{wrong} cells differ" if wrong else 0)
