"""What the benchmarks share: the cost of a program, two sides in turn, medians and ratios.

The cost is the child's own, from getrusage. A child's peak memory is never below that of the process which starts it,
so a script that measures imports nothing large: files are made by other processes.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from dataclasses import dataclass


@dataclass
class Cost:
    """What a program took, and what it printed."""

    cpu: float
    wall: float
    peak_mib: float
    out: str

    def __str__(self):
        return f"CPU {self.cpu:8.2f} s   wall {self.wall:8.2f} s   peak {self.peak_mib:6.0f} MiB"


def run(command, folder=None, **environment):
    """Runs a program to its end; user and system time of it and of what it started. A failure ends the benchmark."""
    with tempfile.TemporaryFile("w+") as errors:
        started = time.monotonic()
        child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=errors, text=True,
                                 cwd=folder, env={**os.environ, **environment})
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            errors.seek(0)
            sys.exit(f"{command[0]} ended with {child.returncode}\n{out[-2000:]}\n{errors.read()[-4000:]}")
    kibibytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Cost(usage.ru_utime + usage.ru_stime, wall, kibibytes / 1024, out)


def in_turn(rounds, sides):
    """Runs the sides (name -> function that gives a Cost) A B A B; the costs of each, round by round."""
    costs = {name: [] for name in sides}
    for number in range(1, rounds + 1):
        for name, side in sides.items():
            costs[name].append(side())
            print(f"round {number}   {name:<18} {costs[name][-1]}", flush=True)
    return costs


def medians(costs):
    """Prints each side's medians."""
    print()
    for name, of_side in costs.items():
        cpu, wall, peak = (median(of_side, what) for what in ("cpu", "wall", "peak_mib"))
        print(f"median    {name:<18} {Cost(cpu, wall, peak, '')}")


def median(costs, what):
    """The median of `cpu`, `wall` or `peak_mib`."""
    return statistics.median(getattr(cost, what) for cost in costs)


def pair_by_pair(ours, theirs, what="cpu"):
    """Our cost over theirs, round by round."""
    return [getattr(a, what) / max(getattr(b, what), 1e-6) for a, b in zip(ours, theirs)]


def ratio(name, ours, theirs):
    """Prints the ratios of two sides, median first, then pair by pair."""
    parts = []
    for what, title in (("cpu", "CPU"), ("wall", "wall")):
        pairs = pair_by_pair(ours, theirs, what)
        parts.append(f"{title} {statistics.median(pairs):.2f} ({', '.join(f'{pair:.2f}' for pair in pairs)})")
    print(f"ratio     {name:<18} {'   '.join(parts)}")


def together(costs):
    """One cost out of several that follow each other."""
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs),
                max(cost.peak_mib for cost in costs), "")


def active_files(table):
    """The Parquet files that a Delta table's log names as active. The log must be whole: a table just written."""
    active = {}
    for entry in sorted((pathlib.Path(table) / "_delta_log").glob("*.json")):
        for line in entry.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                active[action["add"]["path"]] = True
            if "remove" in action:
                active.pop(action["remove"]["path"], None)
    return [str(pathlib.Path(table) / urllib.parse.unquote(path)) for path in active]
