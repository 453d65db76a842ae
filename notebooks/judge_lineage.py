#!/usr/bin/env python3
"""An independent judge: the events of a night against the JSON Schemas of OpenLineage (`openlineage/`), by the Python package `jsonschema`.
The core is checked, each facet by the schema that it names itself, and that an event which is spoilt is found.

usage: judge_lineage.py KORIDOR FOLDER
"""
import copy
import json
import os
import pathlib
import subprocess
import sys

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

koridor, folder = sys.argv[1], pathlib.Path(sys.argv[2])
spec = pathlib.Path(__file__).parent / "openlineage"
documents = [json.loads(path.read_text()) for path in sorted(spec.glob("*.json"))]
registry = Registry().with_resources([(own["$id"], Resource.from_contents(own)) for own in documents])
core = next(own["$id"] for own in documents if own["$id"].endswith("OpenLineage.json"))


def judge(address: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": address}, registry=registry, format_checker=FormatChecker())


def facets(event: dict):
    holders = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    for holder in holders:
        for key in ("facets", "inputFacets", "outputFacets"):
            yield from holder.get(key, {}).items()


folder.mkdir(parents=True, exist_ok=True)
events_path = folder.resolve() / "events.ndjson"
events_path.unlink(missing_ok=True)
office = folder / "landing" / "DLH_7407" / "waste_handling"
office.mkdir(parents=True, exist_ok=True)
(office / "a.csv").write_text("region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n")
command = [koridor, "--lake", "lake", "run", "--landing", "landing", "--allow-rejected"]
environment = os.environ | {"KORIDOR_OPENLINEAGE": f"file:{events_path}"}
subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
events = [json.loads(line) for line in events_path.read_text().splitlines()]
event_judge = judge(f"{core}#/$defs/RunEvent")
wrong = checked = 0
for event in events:
    for error in event_judge.iter_errors(event):
        wrong += 1
        print(f"{event['job']['name']}: {error.json_path}: {error.message}")
    for name, facet in facets(event):
        checked += 1
        definition = facet["_schemaURL"]
        for error in judge(definition).iter_errors(facet):
            wrong += 1
            print(f"{event['job']['name']}, {name}: {error.json_path}: {error.message}")
    for spoil in (("run", "runId"), ("job", "name"), ("eventTime",)):
        spoilt = copy.deepcopy(event)
        holder = spoilt
        for step in spoil[:-1]:
            holder = holder[step]
        holder[spoil[-1]] = 7
        if event_judge.is_valid(spoilt):
            wrong += 1
            print(f"{spoil} spoilt is not found")
kinds = {(event["job"]["name"], event["eventType"]) for event in events}
wanted = {(f"koridor.{job}", kind) for job in ("run", "load", "release") for kind in ("START", "COMPLETE")}
if kinds != wanted:
    wrong += 1
    print(f"events: {sorted(kinds)}")
print(f"{len(events)} events and {checked} facets follow the spec" if not wrong else f"{wrong} wrong")
sys.exit(1 if wrong else 0)
