#!/usr/bin/env bash
# What the README's two commands cost from nothing, in CPU seconds, and the size of the release binary.
# usage: bench/build.sh [release]
# With `release` the release binary is built too, from nothing; otherwise the one that is there is measured.
set -euo pipefail
source "$(dirname "$0")/prepare.sh"
cargo fetch --locked
python3 - "$work" "$target" "${KORIDOR:-}" "${1:-}" <<'PY'
import os, shutil, sys
from measure import run

work, target, program, release = sys.argv[1:]
fresh = f"{work}/fresh"
shutil.rmtree(fresh, ignore_errors=True)
STEPS = {
    "demo from nothing": ["cargo", "run", "--", "demo"],
    "tests built after it": ["cargo", "test", "--workspace", "--no-run"],
    "tests": ["cargo", "test", "--workspace"],
}
if release:
    STEPS["release build"] = ["cargo", "build", "--release", "--package", "koridor"]
    program = program or f"{fresh}/release/koridor"
costs = {}
for name, command in STEPS.items():
    lake = {"KORIDOR_LAKE": f"{work}/lake"} if "demo" in command else {}
    costs[name] = run(command, CARGO_TARGET_DIR=fresh, **lake)
    print(f"{name:<22} {costs[name]}", flush=True)
tests = costs["tests built after it"].cpu + costs["tests"].cpu
print(f"the second command     CPU {tests:8.2f} s (tests built and run)")
program = program or f"{target}/release/koridor"
if os.path.exists(program):
    size = os.path.getsize(program) / 2**20
    print(f"{program}: {size:.1f} MiB", end="")
    if shutil.which("strip"):
        run(["strip", "-o", f"{work}/stripped", program])
        print(f", {os.path.getsize(f'{work}/stripped') / 2**20:.1f} MiB stripped", end="")
    print()
shutil.rmtree(fresh)
PY
