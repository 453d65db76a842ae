#!/usr/bin/env python3
"""An independent judge: the Frictionless package validates the Data Package of every extract, hashes and sizes among them.

usage: judge_packages.py KORIDOR LAKE
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from frictionless import Package, system

koridor, lake = sys.argv[1:]
listed = subprocess.run([koridor, "--lake", lake, "extract", "--format", "json"], capture_output=True, text=True, check=True)
wrong = 0
with tempfile.TemporaryDirectory() as folder:
    for name in (own["name"] for own in json.loads(listed.stdout)):
        path = pathlib.Path(folder) / name
        arguments = [koridor, "--lake", lake, "--quiet", "extract", name, "--format", "datapackage", "--output", str(path)]
        if subprocess.run(arguments, check=False).returncode == 2:
            print(f"empty   {name}")
            continue
        with system.use_context(trusted=True):
            report = Package(str(path / "datapackage.json")).validate()
        wrong += not report.valid
        print(f"{'valid  ' if report.valid else 'INVALID'} {name}", *report.flatten(["type", "message"])[:3])
sys.exit(f"{wrong} packages are invalid" if wrong else 0)
