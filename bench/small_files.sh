#!/usr/bin/env bash
# A night of many small office workbooks: the whole night, the load alone, and calamine alone reading them, in turn.
# usage: bench/small_files.sh [FILES=1000] [ROWS=40] [ROUNDS=3]     for a trial: bench/small_files.sh 20
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
files="${1:-1000}"; rows="${2:-40}"; rounds="${3:-3}"
program; packages; reader
landing="$work/landing-$files-$rows"
if [ ! -d "$landing" ]; then
  rm -rf "$landing.part"
  "$python" bench/gen_workbooks.py landing "$files" "$rows" "$landing.part"
  mv "$landing.part" "$landing"
fi
"$python" - "$koridor" "$reader" "$work" "$landing" "$files" "$rows" "$rounds" <<'PY'
import csv, itertools, shutil, sys
from measure import in_turn, median, medians, ratio, run

koridor, reader, work, landing, files, rows, rounds = sys.argv[1:]
lakes = f"{work}/lakes"
shutil.rmtree(lakes, ignore_errors=True)
made = itertools.count()
ACCEPTED = "select count(distinct src_file_sha256) as files, count(*) as rows from silver.visitor_flow"


def into_new_lake(*command):
    # No lake takes the place of another: a file system that has just deleted thousands of files is slow to make others.
    lake = f"{lakes}/{next(made)}"
    cost = run([koridor, "--lake", lake, *command])
    counted = run([koridor, "--lake", lake, "--format", "csv", "sql", "--head", ACCEPTED]).out
    found = [int(value) for value in list(csv.reader(counted.splitlines()))[1]]
    assert found == [int(files), int(files) * int(rows)], f"accepted: {found} files and rows"
    return cost


costs = in_turn(int(rounds), {
    "night (run)": lambda: into_new_lake("run", "--landing", landing, "--extracts", f"{work}/extracts"),
    "load (ingest)": lambda: into_new_lake("ingest", landing),
    "calamine": lambda: run([reader, landing]),
})
medians(costs)
ratio("load / calamine", costs["load (ingest)"], costs["calamine"])
ratio("night / calamine", costs["night (run)"], costs["calamine"])
for side in ("night (run)", "load (ingest)"):
    print(f"a file    {side:<18} CPU {1000 * median(costs[side], 'cpu') / int(files):8.2f} ms")
shutil.rmtree(lakes)
PY
