#!/usr/bin/env python3
"""Readers of others: the tables and the released Parquet open in deltalake, Polars, DuckDB and Sail, with equal totals.

usage: judge_readers.py KORIDOR LAKE CATALOGUE

Of each table of the current release, at the version that the release names, and of each Parquet file of a folder that
`koridor catalogue` wrote, every reader counts rows and, by column, values; it adds up the numbers. Rows of released files
are also counted by `koridor sql`.
"""
import json
import math
import os
import pathlib
import subprocess
import sys

import duckdb
import polars
import pyarrow.compute
import pyarrow.parquet
import pyarrow.types
from deltalake import DeltaTable
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

koridor, lake, catalogue = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()

server = SparkConnectServer(port=0)
server.start(background=True)
spark = SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()


def is_number(kind):
    return pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind) or pyarrow.types.is_decimal(kind)


def columns(schema):
    """Columns that all readers can count, and those that they can add up."""
    plain = [field.name for field in schema if not pyarrow.types.is_nested(field.type)]
    return plain, [field.name for field in schema if is_number(field.type)]


def by_arrow(table, plain, numbers):
    counts = [table.num_rows - table[name].null_count for name in plain]
    sums = [pyarrow.compute.sum(table[name]).as_py() or 0 for name in numbers]
    return [table.num_rows, *counts, *sums]


def by_polars(frame, plain, numbers):
    counts = [polars.col(name).count().alias(f"count_{name}") for name in plain]
    sums = [polars.col(name).cast(polars.Float64).sum().alias(f"sum_{name}") for name in numbers]
    return list(frame.select(polars.len(), *counts, *sums).collect().row(0))


def statement(relation, plain, numbers, mark):
    counts = [f"count({mark}{name}{mark})" for name in plain]
    sums = [f"coalesce(sum(cast({mark}{name}{mark} as double)), 0)" for name in numbers]
    return f"select {', '.join(['count(*)', *counts, *sums])} from {relation}"


def by_duckdb(files, plain, numbers):
    if not files:
        return [0] * (1 + len(plain) + len(numbers))
    return list(duckdb.sql(statement(f"read_parquet({files!r}, hive_partitioning = false)", plain, numbers, '"')).fetchall()[0])


def by_sail(frame, plain, numbers):
    frame.createOrReplaceTempView("what")
    return list(spark.sql(statement("what", plain, numbers, "`")).collect()[0])


failed = 0


def compare(name, answers):
    """Whether all readers say the same; sums to twelve digits."""
    global failed
    names, said = list(answers), list(answers.values())
    for other, own in zip(names[1:], said[1:]):
        same = len(own) == len(said[0]) and all(math.isclose(float(a), float(b), rel_tol=1e-12, abs_tol=1e-9) for a, b in zip(own, said[0]))
        if not same:
            failed += 1
            print(f"DIFFERS {name}: {names[0]} {said[0]}, {other} {own}")
    return said[0][0]


release = json.loads((lake / "_koridor/release.json").read_text())["id"]
versions = json.loads((lake / f"_koridor/releases/{release}.json").read_text())["tables"]
rows = 0
for name, version in sorted(versions.items()):
    delta = DeltaTable(str(lake / name), version=version)
    table = delta.to_pyarrow_table()
    plain, numbers = columns(table.schema)
    answers = {
        "deltalake": by_arrow(table, plain, numbers),
        "polars": by_polars(polars.scan_delta(str(lake / name), version=version), plain, numbers),
        "duckdb": by_duckdb([uri.removeprefix("file://") for uri in delta.file_uris()], plain, numbers),
        "sail": by_sail(spark.read.format("delta").option("versionAsOf", version).load(str(lake / name)), plain, numbers),
    }
    rows += compare(name, answers)
print(f"{len(versions)} tables of {release}: {rows} rows, read by {', '.join(answers)}")

files = sorted((catalogue / "nightly/data").glob("*.parquet"))
assert files, "the catalogue holds no Parquet"
for path in files:
    table = pyarrow.parquet.read_table(path)
    plain, numbers = columns(table.schema)
    answers = {
        "pyarrow": by_arrow(table, plain, numbers),
        "polars": by_polars(polars.scan_parquet(path), plain, numbers),
        "duckdb": by_duckdb([str(path)], plain, numbers),
        "sail": by_sail(spark.read.parquet(str(path)), plain, numbers),
    }
    rows = compare(path.name, answers)
    if path.stem == "indicators":
        counted = subprocess.run([koridor, "--lake", str(lake), "--format", "json", "sql", "select count(*) as n from indicators.values"], check=True, capture_output=True, text=True)
        compare("indicators.values", {"parquet": [rows], "koridor": [json.loads(counted.stdout)[0]["n"]]})
print(f"{len(files)} released Parquet files, read by {', '.join(answers)}")
sys.stdout.flush()
# Sail's server now and then waits for its own threads when it is stopped: the process just ends.
os._exit(1 if failed else 0)
