# Sourced by the benchmarks. Sets $work (where files and lakes go), $python (with the packages they need) and
# `program`, which sets $koridor. The rest is in README.md.
if [ -n "${BENCH_DIR:-}" ]; then
  mkdir -p "$BENCH_DIR"; work="$(cd "$BENCH_DIR" && pwd)"
else
  work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
fi
[ -z "${KORIDOR:-}" ] || KORIDOR="$(cd "$(dirname "$KORIDOR")" && pwd)/$(basename "$KORIDOR")"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset KORIDOR_LAKE KORIDOR_LANDING KORIDOR_EXTRACTS KORIDOR_PROJECT
export PYTHONPATH="$PWD/bench" PYTHONDONTWRITEBYTECODE=1 CARGO_TERM_COLOR=never
target="${CARGO_TARGET_DIR:-$PWD/target}"

# The program measured: $KORIDOR where it is set, else a release build.
program() {
  koridor="${KORIDOR:-}"
  [ -n "$koridor" ] || { cargo build --release --package koridor; koridor="$target/release/koridor"; }
}

# A Python of our own; it stays in the cache, so that the packages come once.
packages() {
  local venv="${XDG_CACHE_HOME:-$HOME/.cache}/koridor-bench/venv"
  python="$venv/bin/python"
  "$python" -c "import duckdb, numpy, openpyxl" 2>/dev/null && return
  python3 -m venv --clear "$venv"
  "$python" -m pip install --quiet --disable-pip-version-check numpy duckdb==2.0.0 openpyxl
}

# The same for doors.sh, with a client of PostgreSQL alone.
door_packages() {
  local venv="${XDG_CACHE_HOME:-$HOME/.cache}/koridor-bench/doors"
  python="$venv/bin/python"
  "$python" -c "import psycopg" 2>/dev/null && return
  python3 -m venv --clear "$venv"
  "$python" -m pip install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9"
}

# The reader that a load is compared with: calamine alone.
reader() {
  reader="${READ_WORKBOOK:-}"
  [ -z "$reader" ] || return 0
  cargo build --release --manifest-path bench/read_workbook/Cargo.toml
  reader="${CARGO_TARGET_DIR:-$PWD/bench/read_workbook/target}/release/read_workbook"
}

# A weighbridge file of so many rows, with the counts it must give beside it.
tickets() {
  [ -s "$work/tickets-$1.csv" ] && return
  "$python" bench/gen_weighbridge.py "$1" "$work/tickets.part" >"$work/expected-$1.json"
  mv "$work/tickets.part" "$work/tickets-$1.csv"
}
