#!/usr/bin/env python3
"""An independent judge: the Python package `jsonschema` holds every contract, source description, card and corridor of the project, and of
the second corridor, against the JSON Schemas that are shipped for editors; and finds what is planted.

usage: judge_schemas.py
"""
import copy
import json
import pathlib
import sys

from jsonschema import Draft7Validator

root = pathlib.Path(__file__).parent.parent
shipped = root / "schemas" / "json-schema"
schemas = {name: json.loads((shipped / f"{name}.schema.json").read_text()) for name in ("contract", "source", "card", "corridor")}
KINDS = [("schemas/datasets/*.json", "contract"), ("schemas/sources/*.json", "source"), ("sql/indicators/*/*/card.json", "card"), ("schemas/corridor.json", "corridor")]
wrong = checked = planted = 0
for schema in schemas.values():
    Draft7Validator.check_schema(schema)
for base in (root, root / "examples" / "second-corridor"):
    for pattern, kind in KINDS:
        judge = Draft7Validator(schemas[kind])
        for path in sorted(base.glob(pattern)):
            document = json.loads(path.read_text())
            checked += 1
            for error in judge.iter_errors(document):
                wrong += 1
                print(f"{path.relative_to(root)}: {error.json_path}: {error.message}")
            for change in ({"no_such_key": 1}, {"$schema": 7}):
                spoilt = copy.deepcopy(document) | change
                planted += 1
                if judge.is_valid(spoilt):
                    wrong += 1
                    print(f"{path.relative_to(root)}: {change} is not found")
print(f"{checked} files follow their schema, {planted} planted mistakes are found" if not wrong else f"{wrong} wrong")
sys.exit(1 if wrong or not checked else 0)
