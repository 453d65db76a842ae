#!/usr/bin/env python3
"""Independent judges of the catalogue: pySHACL with the shapes of DCAT-AP 3.0.1, Frictionless on the Data Package, and what is promised.

- `dcat.jsonld` conforms to the mandatory shapes and to the ranges, and its distributions have size and hash of the files that are there.
- `datapackage.json` with all its files is valid: types, constraints, keys, code lists, sizes, hashes.
- `ckan/*.json` have what `package_create` asks for.
- `satu-data.json`: every line has a reason, a principle is met where all its lines are, and both values occur.
- No suppressed number, no unpublished column: of the lake's own answers.

usage: judge_catalogue.py KORIDOR LAKE [--plant]       --plant: mistakes are put in, and each must be found
"""
import csv
import hashlib
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pyshacl
import rdflib
from frictionless import Package

koridor, lake = sys.argv[1:3]
SHAPES = pathlib.Path(__file__).parent / "shapes"
DCAT, DCT, SPDX = (rdflib.Namespace(own) for own in ("http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://spdx.org/rdf/terms#"))
BASE = "https://data.example.go.id/"
CHECKSUMS = rdflib.URIRef("http://spdx.org/rdf/terms#checksumValue")


def ask(statement, *tier):
    out = subprocess.run([koridor, "--lake", lake, "--format", "csv", "sql", *tier, statement], capture_output=True, text=True, check=True).stdout
    return list(csv.DictReader(io.StringIO(out)))


def dcat(folder):
    graph = rdflib.Graph().parse(folder / "dcat.jsonld", format="json-ld", publicID=BASE + "nightly/")
    for shapes in sorted(SHAPES.glob("dcat-ap-*.ttl")):
        conforms, _, text = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes))
        if not conforms:
            yield f"{shapes.name}: {text[:600]}"
    datasets = set(graph.subjects(rdflib.RDF.type, DCAT.Dataset))
    if len(datasets) < 2 or datasets != set(graph.objects(None, DCAT.dataset)):
        yield f"{len(datasets)} datasets, not all of the catalogue"
    for own in datasets:
        for needed in (DCT.title, DCT.description, DCT.publisher, DCT.temporal, DCT.accrualPeriodicity, DCT.modified, DCAT.keyword, DCAT.distribution):
            if (own, needed, None) not in graph:
                # A calendar or a list without rows of its own has no time that is published.
                yield f"{own}: no {needed}"
    for own in graph.subjects(rdflib.RDF.type, DCAT.Distribution):
        address = str(graph.value(own, DCAT.downloadURL))
        file = folder / address.removeprefix(BASE + "nightly/")
        if not file.is_file():
            yield f"{address}: no such file"
            continue
        data = file.read_bytes()
        said = graph.value(graph.value(own, SPDX.checksum), CHECKSUMS)
        if str(said) != hashlib.sha256(data).hexdigest() or int(graph.value(own, DCAT.byteSize)) != len(data):
            yield f"{address}: size or hash"


def package(folder):
    report = Package(str(folder / "datapackage.json")).validate()
    for task in report.tasks:
        for error in task.errors[:5]:
            yield f"{task.name}: {error.type} {error.message}"
    for error in report.errors[:5]:
        yield f"{error.type} {error.message}"
    document = json.loads((folder / "datapackage.json").read_text())
    named = {own["path"] for own in document["resources"]}
    there = {str(own.relative_to(folder)) for own in (folder / "data").iterdir()}
    if named != there:
        yield f"files without a resource, or the other way: {sorted(named ^ there)}"


def ckan(folder):
    files = sorted((folder / "ckan").glob("*.json"))
    if not files:
        yield "no package"
    for file in files:
        own = json.loads(file.read_text())
        if not re.fullmatch(r"[a-z0-9_-]{2,100}", own["name"]) or not own["title"] or not own["resources"]:
            yield f"{file.name}: name, title or resources"
        for tag in own["tags"]:
            if not re.fullmatch(r"[\w .-]{2,100}", tag["name"]):
                yield f"{file.name}: tag {tag['name']}"
        keys = [extra["key"] for extra in own["extras"]]
        if len(keys) != len(set(keys)) or not all(isinstance(extra["value"], str) for extra in own["extras"]):
            yield f"{file.name}: extras"
        for resource in own["resources"]:
            if not resource["url"].startswith(BASE) or not resource["hash"].startswith("sha256:"):
                yield f"{file.name}: {resource['url']}"


def checklist(folder):
    document = json.loads((folder / "satu-data.json").read_text())
    seen = set()
    for own in document["datasets"]:
        if [principle["principle"] for principle in own["principles"]] != ["standard", "metadata", "interoperability", "reference_codes"]:
            yield f"{own['name']}: not the four principles"
        for principle in own["principles"]:
            lines = principle["items"]
            seen |= {line["met"] for line in lines}
            if not lines or principle["met"] != all(line["met"] for line in lines):
                yield f"{own['name']}: {principle['principle']}"
            for line in lines:
                if not (line["reason"] + line["reason_en"]).strip():
                    yield f"{own['name']}: {line['item']} has no reason"
    if seen != {True, False}:
        yield f"the sample meets some lines and not others, and here are {seen}"


def disclosed(folder):
    rows = list(csv.DictReader(open(folder / "data" / "indicators.csv", encoding="utf-8", newline="")))
    key = lambda own: tuple(own[name] for name in ("indicator_id", "region_code", "grain", "period", "breakdown"))
    published = {key(own): own for own in ask("select * from indicators.values")}
    if {key(own) for own in rows} != set(published):
        yield "indicators.csv has not the rows of indicators.values"
    suppressed = [own for own in published.values() if own["state"] == "suppressed"]
    if not suppressed:
        yield "the sample suppresses something, and here is nothing"
    for own in rows:
        theirs = published.get(key(own), {})
        for name in ("numerator", "denominator", "value"):
            if own["state"] == "suppressed" and own[name]:
                yield f"{key(own)}: {name} {own[name]} is suppressed"
            elif own[name] != theirs.get(name):
                yield f"{key(own)}: {name} {own[name]}, published {theirs.get(name)}"
    columns = {}
    for own in ask('select dataset, column_name from ref."column" where is_published'):
        # Beside the contract's own columns each file says which rows the indicators go on without, and why.
        columns.setdefault(own["dataset"], {"withheld"}).add(own["column_name"])
    for file in sorted((folder / "data").glob("*.csv")):
        if file.stem == "indicators" or file.stem.startswith("codes-"):
            continue
        header = set(next(csv.reader(open(file, encoding="utf-8", newline=""))))
        if header - columns.get(file.stem, set()):
            yield f"{file.name}: columns that are not published: {sorted(header - columns.get(file.stem, set()))}"
    data = {own.stem for own in (folder / "data").glob("*.csv") if not own.stem.startswith("codes-")}
    counts = ask(" union all ".join(f"select '{name}' as name, count(*) as rows from core.{name}" for name in columns))
    filed = {own["name"] for own in counts if own["rows"] != "0"}
    if data - {"indicators"} != filed:
        yield f"published datasets without a file, or the other way: {sorted((data - {'indicators'}) ^ filed)}"


JUDGES = {"dcat": dcat, "package": package, "ckan": ckan, "checklist": checklist, "disclosed": disclosed}


def judged(folder, names=JUDGES):
    return {name: list(JUDGES[name](folder)) for name in names}


def change(folder, path, old, new):
    """Writes something else in a file, once."""
    file = folder / path
    text = file.read_text()
    assert old in text, (path, old)
    file.write_text(text.replace(old, new, 1))


def plant_suppressed(folder):
    path = folder / "data" / "indicators.csv"
    rows = list(csv.reader(open(path, encoding="utf-8", newline="")))
    at, state = rows[0].index("numerator"), rows[0].index("state")
    next(own for own in rows if own[state] == "suppressed")[at] = "7"
    csv.writer(open(path, "w", encoding="utf-8", newline="")).writerows(rows)


def plant_column(folder):
    path = next(own for own in sorted((folder / "data").glob("*.csv")) if own.stem not in ("indicators",) and not own.stem.startswith("codes-"))
    path.write_text("".join(f"{line},{'owner' if at == 0 else 'x'}\n" for at, line in enumerate(path.read_text().splitlines())))


MISTAKES = {
    "dcat: no publisher": ("dcat", lambda own: change(own, "dcat.jsonld", '"dct:publisher"', '"dct:nobody"')),
    "dcat: no title": ("dcat", lambda own: change(own, "dcat.jsonld", '"dct:title"', '"dct:name"')),
    "dcat: a size that is no number": ("dcat", lambda own: change(own, "dcat.jsonld", '"xsd:nonNegativeInteger"', '"xsd:string"')),
    "dcat: no address": ("dcat", lambda own: change(own, "dcat.jsonld", '"dcat:accessURL"', '"dcat:accessUrl"')),
    "a byte of a data file": ("dcat package", lambda own: change(own, "data/population.csv", "7407", "7408")),
    "a value that is no number": ("package", lambda own: change(own, "data/waste_composition.csv", "final", "final\n7407,2024,plastic,x,SIPSN,2024-01-01,Y,final")),
    "a file that nobody names": ("package", lambda own: (own / "data" / "more.csv").write_text("a\n1\n")),
    "ckan: a name with a blank": ("ckan", lambda own: change(own, "ckan/indicators.json", '-indicators"', ' indicators"')),
    "a principle that claims to be met": ("checklist", lambda own: change(own, "satu-data.json", '"met": false,\n          "items"', '"met": true,\n          "items"')),
    "a suppressed number": ("disclosed", plant_suppressed),
    "an unpublished column": ("disclosed", plant_column),
}

with tempfile.TemporaryDirectory() as place:
    place = pathlib.Path(place)
    subprocess.run([koridor, "--lake", lake, "--quiet", "catalogue", str(place / "web"), "--base-url", BASE, "--stable"], check=True)
    folder = place / "web" / "nightly"
    if "--plant" not in sys.argv:
        found = judged(folder)
        for name, mistakes in found.items():
            print(f"{name}: {'as it should be' if not mistakes else f'{len(mistakes)} MISTAKES'}")
            for mistake in mistakes[:10]:
                print(f"  {mistake}")
        sys.exit(1 if any(found.values()) else 0)
    missed = 0
    for name, (judges, plant) in MISTAKES.items():
        planted = place / "planted"
        shutil.copytree(folder, planted)
        plant(planted)
        silent = [judge for judge, mistakes in judged(planted, judges.split()).items() if not mistakes]
        missed += bool(silent)
        print(f"{name}: {'found' if not silent else f'MISSED by {silent}'}")
        shutil.rmtree(planted)
    sys.exit(f"{missed} mistakes were not found" if missed else 0)
