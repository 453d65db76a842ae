#!/usr/bin/env python3
"""A statement over Parquet files in DuckDB, as CSV: what `koridor sql --format csv` is compared with.

usage: duckdb_sql.py FILES.json SQL     FILES.json: a list of paths, seen as the table `tickets`
"""
import csv
import json
import sys

import duckdb

files, sql = sys.argv[1:]
connection = duckdb.connect()
connection.execute("set enable_progress_bar = false; set timezone = 'UTC'; set preserve_insertion_order = false")
paths = ", ".join("'" + path.replace("'", "''") + "'" for path in json.load(open(files)))
connection.execute(f"create view tickets as select * from read_parquet([{paths}], hive_partitioning = false)")
result = connection.execute(sql)
writer = csv.writer(sys.stdout)
writer.writerow([column[0] for column in result.description])
writer.writerows(result.fetchall())
