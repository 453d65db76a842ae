#!/usr/bin/env bash
# Look-ups of published values by many clients at once, over the wire of PostgreSQL and over HTTP, and the same rows and
# question in PostgreSQL: median and 99th percentile, errors, memory of the program before and after.
# usage: bench/doors.sh [CLIENTS=64] [SECONDS=60]     for a trial: bench/doors.sh 8 5
# PostgreSQL is that of the system (Debian: postgresql-15), started in a temporary folder; without it the ratio is left away.
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
clients="${1:-64}"; seconds="${2:-60}"
program; door_packages
lake="$work/lake-doors"
[ -e "$lake/koridor.json" ] || "$koridor" --lake "$lake" demo --lang en >/dev/null
"$koridor" --lake "$lake" --format csv sql "select indicator_id, region_code, grain, period, state, value
  from indicators.values" >"$work/values.csv"
postgres="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)"
"$python" bench/doors.py "$koridor" "$lake" "$work" "$clients" "$seconds" "$postgres"
