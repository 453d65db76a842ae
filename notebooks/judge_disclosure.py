#!/usr/bin/env python3
"""An independent judge: an attack on everything that the open tier publishes, all releases on top of each other.

It takes what the open tier gives of each release (the extract of indicators; the changes, targets and scores that are made of them) and nothing
else, writes down all that it knows about the cells (a value is a ratio, the corridor is the sum of its regencies, a year the sum of its
quarters and months, one quantity stands in several indicators, a difference and a percentage tie two periods, a target and how far it is met
give the value, what does not change between releases is the same, nothing is negative, persons are whole), and lets HiGHS find the least and the greatest value that each
suppressed cell can have. A cell leaks if it was published in another release, or if its range is too narrow: for persons narrower than 1 to
9 is, for money and other magnitudes within 10 % to either side of the middle. Counts of persons from 1 to 9 in the open are leaks too, and
digits beside a suppressed value. What a single respondent knows of himself is not part of this attack.

Then the digits: the operator's own tables tell which numbers are withheld, and everything that is written for others is searched for them:
extracts in each format (workbooks unpacked, Parquet read), tables of the open tier, the yearly sheet, explanations, comparisons of releases.

usage: judge_disclosure.py KORIDOR [LAKE ...] [--project DIR] [--plant] [--keep DIR]

Lakes that are given are attacked, and a lake that the script makes itself, with few respondents, small counts and a correction that makes a
second release. `--plant` is the test of the test: one suppressed cell of each kind is published after all, or a margin is, or a change, a
target or a score is made of it, or its digits stand in a workbook, and the leak that follows must be found.
"""
import argparse
import collections
import csv
import datetime as dt
import fractions
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

import numpy
import pyarrow.parquet
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

# Of an indicator: scale, and the quantities that its numerator and denominator are.
KNOWN = {
    "umkm_turnover": (1, "turnover", None), "umkm_turnover_per_business": (1, "turnover", "businesses_in_frame"), "umkm_revenue_per_visit": (1, "tourism_turnover", "visits"),
    "visits_total": (1, "visits", None), "wisman_share": (100, "visits:wisman", "visits_by_market"), "visits_per_visitor": (1, "visits", "visitors"),
    "guest_nights": (1, "nights", None), "alos_rlmt": (1, "nights", "guests"), "tourism_intensity": (1, "nights", "residents"),
    "tpk_room_occupancy": (100, "rooms_sold", "rooms_available"), "revpar": (1, "room_revenue", "rooms_with_revenue"), "accom_capture_rate": (100, "guests", "arrivals"),
    "waste_per_visitor_night": (1000, "tourist_waste", "nights"), "seats_per_arrival": (1, "seats", "arrivals"), "seats_offered_inbound": (1, "seats", None),
    "sapa_victims_per_100k": (100000, "victims", "residents"), "sapa_service_rate": (100, "victims_served", "victims"),
    "perda_reports_per_10k": (10000, "reports", "residents"), "perda_resolution_rate": (100, "reports_resolved", "reports_due"),
    "umkm_active": (1, "businesses", None), "umkm_nib_rate": (100, "businesses_with_nib", "businesses"), "umkm_tourism_share": (100, "businesses_in_tourism", "businesses_with_kbli"),
    "kur_avg_loan": (1, "loans", "debtors"), "kur_reach": (100, "debtors", "businesses"), "qris_penetration": (100, "merchants", "businesses"),
    "waste_generated": (1, "waste", None), "waste_handling_rate": (100, "waste_handled", "waste"), "waste_reduction_rate": (100, "waste_reduced", "waste"),
    "waste_managed_rate": (100, "waste_managed", "waste"),
}
# What may not be known closely, and how: persons in whole numbers, or magnitudes.
PERSONS = {"victims", "victims_served"}
MAGNITUDES = {"turnover", "tourism_turnover", "nights", "guests", "rooms_sold", "rooms_available", "room_revenue", "rooms_with_revenue"}
# One quantity is part of another.
PART_OF = {"victims_served": "victims", "tourism_turnover": "turnover", "rooms_sold": "rooms_available"}
# Stocks are not added over time; of residents a quarter and a year have the same figure.
STOCKS = {"businesses", "businesses_with_nib", "businesses_in_tourism", "businesses_with_kbli", "merchants", "residents"}
NARROW_COUNT, NARROW_SHARE = 8, 0.1
OPEN = ("ok", "partial_coverage", "denom_zero")


def months_later(day, months):
    at = day.year * 12 + day.month - 1 + months
    return dt.date(at // 12, at % 12 + 1, 1)


def parts_of(grain, period):
    """The ways to take a period apart."""
    if grain == "Y":
        return [("Q", [months_later(period, n) for n in (0, 3, 6, 9)]), ("M", [months_later(period, n) for n in range(12)])]
    return [("M", [months_later(period, n) for n in range(3)])] if grain == "Q" else []


def number(text):
    return float(text) if text not in (None, "") else None


class Cell:
    def __init__(self, release, row):
        self.release, self.indicator, self.region, self.grain = release, row["indicator_id"], row["region_code"], row["grain"]
        self.period, self.breakdown, self.state = dt.date.fromisoformat(row["period"][:10]), row["breakdown"] or "", row["state"]
        self.numerator, self.denominator, self.value = number(row["numerator"]), number(row["denominator"]), number(row["value"])
        self.missing = {code.strip() for code in (row.get("missing_regions") or "").split(",") if code.strip()}
        self.flags = row.get("flags") or ""
        self.scale, self.over, self.under = KNOWN[self.indicator]
        self.suppressed = self.state == "suppressed"

    def key(self):
        return self.release, self.indicator, self.breakdown, self.region, self.grain, self.period


def asked(koridor, lake, project):
    return [koridor, "--lake", lake, *(["--project", project] if project else [])]


def published(koridor, lake, release, project):
    """The open tier's extract of a release."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "extract.csv"
        subprocess.run([*asked(koridor, lake, project), "--quiet", "--lang", "en", "--format", "csv", "--output", str(path), "extract", "indicators", "--as-of", release],
                       check=True, stdout=subprocess.DEVNULL)
        with open(path, newline="") as file:
            return [Cell(release, row) for row in csv.DictReader(file) if row["indicator_id"] in KNOWN]


def releases_of(koridor, lake, project):
    out = subprocess.run([*asked(koridor, lake, project), "--format", "json", "releases", "list"], check=True, capture_output=True, text=True).stdout
    return sorted({row.get("release_id") or row.get("id") or row.get("release") for row in json.loads(out)})


# ---- What follows from what -----------------------------------------------------------------------------------------------------
class Attack:
    """Unknown numbers, and the equations and inequalities among them."""

    def __init__(self, cells, releases_agree=True, facts=()):
        self.releases_agree, self.facts = releases_agree, facts
        self.cells = {cell.key(): cell for cell in cells}
        self.parent, self.known, self.rows, self.less = {}, {}, [], []
        self.quantity_of = {}
        self.clashes, self.fits = 0, {}
        self.regions = sorted({cell.region for cell in cells if cell.region != "CORR"})
        withheld = sorted((cell for cell in cells if cell.suppressed), key=lambda cell: cell.release, reverse=True)
        self.first_withheld = {cell.key()[1:]: cell.release for cell in withheld}
        self.is_told_apart = any(is_count(cell) and "secondary" in cell.flags for cell in withheld)
        self.write_down()

    def find(self, name):
        self.parent.setdefault(name, name)
        while self.parent[name] != name:
            self.parent[name] = self.parent[self.parent[name]]
            name = self.parent[name]
        return name

    def name(self, cell, side):
        return self.find((*cell.key(), side))

    def write_down(self):
        for cell in self.cells.values():
            for side, quantity in (("n", cell.over), ("d", cell.under)):
                if quantity:
                    name = (*cell.key(), side)
                    self.find(name)
                    quantity, _, market = quantity.partition(":")
                    self.quantity_of[name] = (quantity, market or cell.breakdown)
        self.same_quantity()
        if self.releases_agree:
            self.same_in_other_releases()
        for cell in self.cells.values():
            if cell.state in OPEN:
                self.tell(cell, "n", cell.numerator if cell.numerator is not None else cell.value if cell.under is None else None)
                if cell.under:
                    self.tell(cell, "d", cell.denominator)
            if cell.value is not None and cell.under:
                self.rows.append(([(self.name(cell, "n"), float(cell.scale)), (self.name(cell, "d"), -cell.value)], 0.0))
        self.sums()
        for fact in self.facts:
            self.use(*fact)

    def use(self, kind, keys, number):
        """What is made of values: `ratio` of several cells added up, `difference` of two, and their `factor`."""
        cells = [self.cells.get(key) for key in keys]
        if None in cells or not any(cell.suppressed for cell in cells):
            return
        first, scale = cells[0], float(cells[0].scale)
        if kind == "ratio":
            terms = [(self.name(cell, "n"), scale) for cell in cells]
            if first.under:
                self.rows.append((terms + [(self.name(cell, "d"), -number) for cell in cells], 0.0))
            else:
                self.rows.append((terms, number))
        elif first.under is None:
            before = -1.0 if kind == "difference" else -number
            self.rows.append(([(self.name(first, "n"), scale), (self.name(cells[1], "n"), before * scale)], number if kind == "difference" else 0.0))
        elif cells[1].value is not None:
            self.use("ratio", keys[:1], cells[1].value + number if kind == "difference" else cells[1].value * number)
        elif first.value is not None and (kind == "difference" or number):
            self.use("ratio", keys[1:], first.value - number if kind == "difference" else first.value / number)

    def tell(self, cell, side, value):
        if value is None:
            return
        name = self.name(cell, side)
        if name in self.known and abs(self.known[name] - value) > 1e-6 * max(1, abs(value)):
            self.clashes += 1
        self.known.setdefault(name, value)

    def figure(self, cell, side):
        """What is printed of one side."""
        if cell.state not in OPEN:
            return None
        return (cell.numerator if cell.numerator is not None else cell.value if cell.under is None else None) if side == "n" else cell.denominator

    def same_quantity(self):
        """Sides of several indicators that are one quantity, unless the figures of the year say that they are not."""
        groups = collections.defaultdict(list)
        for cell in self.cells.values():
            if cell.region == "CORR" and cell.missing:
                continue
            for side, quantity in (("n", cell.over), ("d", cell.under)):
                if quantity:
                    groups[cell.release, *self.quantity_of[(*cell.key(), side)], cell.region, cell.grain, cell.period].append((cell, side))
        apart = set()
        for members in groups.values():
            figures = [(cell, side, self.figure(cell, side)) for cell, side in members]
            figures = [found for found in figures if found[2] is not None]
            for a in figures:
                for b in figures:
                    if abs(a[2] - b[2]) > 1e-6 * max(1, abs(a[2])):
                        apart.add((a[0].indicator, b[0].indicator, a[0].region, a[0].period.year))
        for members in groups.values():
            for (a, side_a), (b, side_b) in zip(members, members[1:]):
                if (a.indicator, b.indicator, a.region, a.period.year) not in apart:
                    self.join((*a.key(), side_a), (*b.key(), side_b))

    def join(self, a, b):
        self.parent[self.find(a)] = self.find(b)

    def same_in_other_releases(self):
        """A cell is the same as in the release before, unless something that is printed of the indicator, region and year has changed, or the
        corridor has by more than what is printed of its regencies."""
        by_cell = collections.defaultdict(list)
        changed = set()
        moved = collections.defaultdict(dict)
        for cell in self.cells.values():
            by_cell[cell.indicator, cell.breakdown, cell.region, cell.grain, cell.period].append(cell)
        for versions in by_cell.values():
            versions.sort(key=lambda cell: cell.release)
            for a, b in zip(versions, versions[1:]):
                for side in "nd":
                    x, y = self.figure(a, side), self.figure(b, side)
                    if x is not None and y is not None:
                        moved[a.indicator, a.period.year, b.release][a.breakdown, a.grain, a.period, side, a.region] = y - x
                        if abs(x - y) > 1e-6 * max(1, abs(x)):
                            changed.add((a.indicator, a.region, a.period.year, b.release))
        for (indicator, year, release), by in moved.items():
            for (*place, region), difference in by.items():
                if region == "CORR":
                    printed = [found for (*at, other), found in by.items() if at == place and other != "CORR"]
                    if abs(difference - sum(printed)) > 1e-6 * max(1, abs(difference)):
                        changed.update((indicator, other, year, release) for other in self.regions)
        # What is made of the same rows has changed with it, and so has the corridor.
        quantities = {indicator: {over, under} - {None} for indicator, (_, over, under) in KNOWN.items()}
        for indicator, region, year, release in list(changed):
            for other, theirs in quantities.items():
                if theirs & quantities[indicator]:
                    changed.update({(other, region, year, release), (other, "CORR", year, release)})
        for versions in by_cell.values():
            for a, b in zip(versions, versions[1:]):
                if (a.indicator, a.region, a.period.year, b.release) not in changed and a.missing == b.missing:
                    for side, quantity in (("n", a.over), ("d", a.under)):
                        if quantity:
                            self.join((*a.key(), side), (*b.key(), side))

    def add(self, whole, parts):
        whole, parts = self.find(whole), [self.find(part) for part in parts]
        self.rows.append(([(whole, -1.0)] + [(part, 1.0) for part in parts], 0.0))

    def sums(self):
        regions = self.regions
        for cell in self.cells.values():
            if cell.state not in OPEN + ("suppressed",):
                continue
            for side, quantity in (("n", cell.over), ("d", cell.under)):
                if not quantity or (quantity == "seats" and cell.region == "CORR"):
                    continue
                quantity = self.quantity_of[(*cell.key(), side)][0]
                # The corridor is the sum of the regencies that are in it.
                if cell.region == "CORR":
                    keys = [(cell.release, cell.indicator, cell.breakdown, region, cell.grain, cell.period) for region in regions if region not in cell.missing]
                    if all(key in self.cells and self.cells[key].state in OPEN + ("suppressed",) for key in keys):
                        self.add((*cell.key(), side), [(*key, side) for key in keys])
                # A period is the sum of its parts.
                if quantity not in STOCKS and "annual_source" not in cell.flags:
                    for grain, days in parts_of(cell.grain, cell.period):
                        keys = [(cell.release, cell.indicator, cell.breakdown, cell.region, grain, day) for day in days]
                        if all(key in self.cells and self.cells[key].state in OPEN + ("suppressed",) and self.cells[key].missing == cell.missing for key in keys):
                            self.add((*cell.key(), side), [(*key, side) for key in keys])
                # Markets add up to the total.
                if not cell.breakdown and quantity in ("visits", "nights", "guests"):
                    keys = [(cell.release, cell.indicator, market, cell.region, cell.grain, cell.period) for market in ("wisman", "wisnus")]
                    if all(key in self.cells and self.cells[key].state in OPEN + ("suppressed",) and self.cells[key].missing == cell.missing for key in keys):
                        self.add((*cell.key(), side), [(*key, side) for key in keys])
        # Parts are not above their whole.
        whole = {}
        for name, quantity in self.quantity_of.items():
            release, _, _, region, grain, period, _ = name
            whole[release, *quantity, region, grain, period] = self.find(name)
        for name, (quantity, market) in self.quantity_of.items():
            release, _, _, region, grain, period, _ = name
            other = whole.get((release, PART_OF.get(quantity), market, region, grain, period))
            if other and region != "CORR":
                self.less.append((self.find(name), other))

    # ---- The attack ---------------------------------------------------------------------------------------------------------
    def protected(self, cell):
        """The sides of a suppressed cell that may not be known closely."""
        sides = [side for side, quantity in (("n", cell.over), ("d", cell.under)) if quantity]
        return [side for side in sides if cell.suppressed and self.quantity_of[(*cell.key(), side)][0] in PERSONS | MAGNITUDES]

    def targets(self):
        found = {}
        for cell in self.cells.values():
            for side in self.protected(cell):
                found.setdefault(self.name(cell, side), (self.quantity_of[(*cell.key(), side)][0], []))[1].append(cell)
        return found

    def told_of(self, cells):
        """Between what a count is for a reader of the reasons. A zero is kept, unless the cell was withheld before. Where counts have two reasons,
        those of the second are no small ones."""
        new = [cell for cell in cells if is_count(cell) and cell.release == self.first_withheld[cell.key()[1:]]]
        least, most = (1 if new else 0), numpy.inf
        for cell in new if self.is_told_apart else []:
            least, most = (max(least, 10), most) if "secondary" in cell.flags else (least, min(most, 9))
        return least, most

    def components(self, names):
        """Unknown numbers that hang together, with their equations."""
        touching = collections.defaultdict(list)
        for at, (terms, _) in enumerate(self.rows):
            for name, _ in terms:
                if name not in self.known:
                    touching[name].append(at)
        inequalities = collections.defaultdict(list)
        for at, pair in enumerate(self.less):
            for name in pair:
                if name not in self.known:
                    inequalities[name].append(at)
        seen = set()
        for start in names:
            if start in seen or start in self.known:
                continue
            unknown, rows, less, queue = {}, set(), set(), [start]
            while queue:
                name = queue.pop()
                if name in seen:
                    continue
                seen.add(name)
                unknown[name] = len(unknown)
                for at in touching[name]:
                    rows.add(at)
                    queue += [other for other, _ in self.rows[at][0] if other not in self.known and other not in seen]
                for at in inequalities[name]:
                    less.add(at)
                    queue += [other for other in self.less[at] if other not in self.known and other not in seen]
            yield unknown, sorted(rows), sorted(less)

    def ranges(self, targets):
        """The least and the greatest value of each target."""
        found = {name: (self.known[name], self.known[name]) for name in targets if name in self.known}
        for unknown, rows, less in self.components(targets):
            quantities = {name: targets[name][0] if name in targets else self.quantity_of.get(name, ("",))[0] for name in unknown}
            whole = any(quantity in PERSONS for quantity in quantities.values())
            scale = 1.0 if whole else max([abs(self.known[name]) for at in rows for name, _ in self.rows[at][0] if name in self.known] + [1.0])
            data, where, across, low, high = [], [], [], [], []

            def line(terms, least, most):
                at = len(low)
                fixed = sum(factor * self.known[name] for name, factor in terms if name in self.known)
                free = [(unknown[name], factor) for name, factor in terms if name not in self.known]
                largest = max(abs(factor) for _, factor in free)
                for column, factor in free:
                    data.append(factor / largest)
                    where.append(at)
                    across.append(column)
                slack = 1e-9 * max(scale, abs(fixed)) / scale / largest if not whole else 1e-6
                low.append((least - fixed) / scale / largest - slack)
                high.append((most - fixed) / scale / largest + slack)

            for at in rows:
                line(self.rows[at][0], self.rows[at][1], self.rows[at][1])
            for at in less:
                if any(name in unknown for name in self.less[at]):
                    line([(self.less[at][0], 1.0), (self.less[at][1], -1.0)], -numpy.inf, 0.0)
            constraints = LinearConstraint(csr_array((data, (where, across)), shape=(len(low), len(unknown))), low, high) if low else None
            integrality = [1 if quantities[name] in PERSONS else 0 for name in unknown]
            least = numpy.zeros(len(unknown))
            most = numpy.full(len(unknown), numpy.inf)
            for name, column in unknown.items():
                if quantities[name] in PERSONS and name in targets:
                    least[column], most[column] = self.told_of(targets[name][1])
            for name in [name for name in targets if name in unknown]:
                ends = []
                for sign in (1.0, -1.0):
                    aim = numpy.zeros(len(unknown))
                    aim[unknown[name]] = sign
                    answer = milp(aim, constraints=constraints, integrality=integrality, bounds=Bounds(least, most))
                    if answer.status == 2:
                        raise RuntimeError(f"the relations contradict each other at {name}")
                    if answer.status == 0:  # numbers that fit all that is known
                        self.fits.update({other: float(round(answer.x[column] * scale)) for other, column in unknown.items()})
                    ends.append(sign * answer.fun * scale if answer.status == 0 else (0.0 if sign > 0 else numpy.inf))
                found[name] = tuple(ends)
        return found


def is_count(cell):
    """What is told of the cell is told of one count."""
    return cell.over in PERSONS and cell.under not in PERSONS


def leaks(quantity, low, high):
    if high == numpy.inf:
        return False
    if quantity in PERSONS:
        return high - low < NARROW_COUNT - 1e-6
    return high - low <= max(2 * NARROW_SHARE * (low + high) / 2, 1.0)


def attack(cells, say=print, facts=()):
    """Every suppressed cell that can be pinned down."""
    try:
        it = Attack(cells, facts=facts)
        targets = it.targets()
        ranges = it.ranges(targets)
    except RuntimeError as problem:
        say(f"  {problem}: the releases are attacked one by one")
        it = Attack(cells, releases_agree=False, facts=facts)
        targets = it.targets()
        ranges = it.ranges(targets)
    wrong = []
    for cell in it.cells.values():
        sides = it.protected(cell)
        # A ratio is closed for the sake of one of its sides: the other may be in the open.
        if sides and all(leaks(it.quantity_of[(*cell.key(), side)][0], *ranges[it.name(cell, side)]) for side in sides):
            wrong.append(({cell.key()}, it.name(cell, sides[0])))
            found = ", ".join(f"{it.quantity_of[(*cell.key(), side)][0]} is between {ranges[it.name(cell, side)][0]:.6g} and {ranges[it.name(cell, side)][1]:.6g}" for side in sides)
            say(f"  LEAKS {cell.release} {cell.indicator} {cell.region} {cell.grain} {cell.period} {cell.breakdown}: {found}")
    for cell in it.cells.values():
        if cell.suppressed and (cell.value is not None or cell.numerator is not None or cell.denominator is not None or re.search(r"(?<!\w)\d", cell.flags)):
            wrong.append(({cell.key()}, None))
            say(f"  LEAKS {cell.release} {cell.indicator} {cell.region} {cell.grain} {cell.period}: suppressed, and printed all the same")
        for what, quantity in ((cell.numerator, cell.over), (cell.denominator, cell.under)):
            if not cell.suppressed and quantity in PERSONS and what is not None and 0 < what < 10:
                wrong.append(({cell.key()}, None))
                say(f"  LEAKS {cell.release} {cell.indicator} {cell.region} {cell.grain} {cell.period}: a small count in the open ({quantity})")
    return it, targets, ranges, wrong


# ---- What is made of values ------------------------------------------------------------------------------------------------------
def day(text):
    return dt.date.fromisoformat(str(text)[:10])


def change_facts(release, rows):
    """What `indicators.changes` tells of its cells."""
    facts = []
    for row in rows:
        if row["indicator_id"] not in KNOWN:
            continue
        place = (release, row["indicator_id"], row["breakdown"] or "", row["region_code"], row["grain"])
        figure = {name: number(str(row[name])) if row.get(name) not in (None, "") else None
                  for name in ("value", "value_before", "difference", "percent", "pooled_value", "pooled_value_before")}
        now, step = day(row["period"]), {"M": 1, "Q": 3, "Y": 12}[row["grain"]]
        if row["change_kind"] == "c-to-c":
            # Of a year so far that is not whole only what is published is added up.
            so_far = [dt.date(now.year, month, 1) for month in range(1, now.month + 1, step)]
            if row["state"] in OPEN and figure["value"] is not None:
                facts.append(("ratio", [(*place, at) for at in so_far], figure["value"]))
            if row["state"] in OPEN and figure["value_before"] is not None:
                facts.append(("ratio", [(*place, months_later(at, -12)) for at in so_far], figure["value_before"]))
            continue
        before = day(row["period_before"]) if row.get("period_before") else months_later(now, -12 if row["change_kind"] == "y-on-y" else -step)
        own, base = (*place, now), (*place, before)
        facts += [("ratio", [key], figure[name]) for key, name in ((own, "value"), (base, "value_before")) if figure[name] is not None]
        if figure["difference"] is not None:
            facts.append(("difference", [own, base], figure["difference"]))
        if figure["percent"] is not None:
            facts.append(("factor", [own, base], 1 + figure["percent"] / 100))
        if row.get("pooled_with"):
            other = (*place, day(row["pooled_with"]))
            year_before = [(*key[:5], months_later(key[5], -12)) for key in (own, other)]
            facts += [("ratio", keys, figure[name]) for keys, name in (([own, other], "pooled_value"), (year_before, "pooled_value_before")) if figure[name] is not None]
    return facts


def target_facts(release, targets, scores):
    """What `indicators.targets` and `indicators.dimension_scores` tell, and scores that count what no target shows."""
    facts, wrong = [], []
    figure = lambda row, name: number(str(row[name])) if row.get(name) not in (None, "") else None
    met = collections.defaultdict(dict)
    for row in targets:
        key = (release, row["indicator_id"], "", row["region_code"], "Y", dt.date(int(row["year"]), 1, 1))
        percent, capped = figure(row, "raw_percent"), figure(row, "capped_percent")
        if str(row["is_newest_version"]) == "true" and row.get("dimension") and row.get("note") != "context_indicator":
            met[row["region_code"], int(row["year"]), row["dimension"]].setdefault(row["indicator_id"], []).append((capped, key, row))
        if row["indicator_id"] in KNOWN:
            facts += [("ratio", [key], value) for value in (figure(row, "value"), judged(row, percent if percent is not None else capped)) if value is not None]
    for score in scores:
        own = met[score["region_code"], int(score["year"]), score["dimension"]]
        printed = {indicator: found[0][0] for indicator, found in own.items() if found[0][0] is not None}
        hidden = [found[0] for indicator, found in own.items() if indicator not in printed]
        mean, measured = figure(score, "score"), int(score["measured"])
        if measured > len(printed):
            wrong.append(({key for _, key, _ in hidden}, None))
            if mean is not None and measured == len(printed) + 1 and len(hidden) == 1:
                _, key, row = hidden[0]
                value = judged(row, mean * measured - sum(printed.values()))
                facts += [("ratio", [key], value)] if value is not None and row["indicator_id"] in KNOWN else []
    return facts, wrong


def judged(row, percent):
    """The value that is so far from its target."""
    bound = next((number(str(row[name])) for name in ("bound", "target_value") if row.get(name) not in (None, "")), None)
    if percent is None or not bound:
        return None
    return percent * bound / 100 if row["polarity"] == "up" else 2 * bound - percent * bound / 100


def told(koridor, lake, project, release, table):
    """The rows of a table of the open tier, as a release shows it."""
    out = subprocess.run([*asked(koridor, lake, project), "--quiet", "--lang", "en", "--format", "csv", "sql", "--tier", "open", "--as-of", release, f"select * from indicators.{table}"],
                         check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(io.StringIO(out)))


def all_facts(koridor, lake, project, releases):
    facts, wrong = [], []
    for release in releases:
        facts += change_facts(release, told(koridor, lake, project, release, "changes"))
        of_targets, of_scores = target_facts(release, told(koridor, lake, project, release, "targets"), told(koridor, lake, project, release, "dimension_scores"))
        facts += of_targets
        wrong += of_scores
        for keys, _ in of_scores:
            print(f"  LEAKS {release}: a score counts what no target shows: {sorted(map(str, keys))}")
    return facts, wrong


# ---- Digits ------------------------------------------------------------------------------------------------------------------------
def text_of(path):
    """The text of a file; of a workbook that of its parts, of Parquet that of its values."""
    path = pathlib.Path(path)
    if path.suffix == ".parquet":
        return json.dumps(pyarrow.parquet.read_table(path).to_pylist(), default=str)
    data = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            data = b"\n".join(parts.read(name) for name in parts.namelist())
    return data.decode("utf-8", "replace")


def digits_in(text, is_grouped=True):
    """Numbers as they are read, also where their digits are grouped."""
    forms = [text, *([re.sub(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(?!\d))", "", text)] if is_grouped else [])]
    return {significant(run) for form in forms for run in re.findall(r"\d+(?:\.\d+)?", form)}


def significant(run):
    """A number by the digits that tell it from others: all of a whole one, twelve of another; nothing of what any two small counts may give."""
    whole, _, part = run.partition(".")
    if not part.strip("0"):
        return whole.lstrip("0")
    if abs(fractions.Fraction(run).limit_denominator(1000) - fractions.Fraction(run)) < fractions.Fraction(1, 10**11):
        return ""
    return (whole + part).lstrip("0")[:12]


def withheld_digits(koridor, lake, project):
    """Numbers that the current release withholds, and that are long enough to be told from others."""
    query = ("select f.numerator, f.denominator, f.value, v.state from indicators.full_values f join indicators.values v on v.indicator_id = f.indicator_id "
             "and v.region_code = f.region_code and v.grain = f.grain and v.period = f.period and v.breakdown = f.breakdown")
    out = subprocess.run([*asked(koridor, lake, project), "--quiet", "--format", "csv", "sql", query], check=True, capture_output=True, text=True).stdout
    hidden, shown = set(), set()
    for row in csv.DictReader(io.StringIO(out)):
        own = {significant(row[name]) for name in ("numerator", "denominator", "value") if row[name]}
        (hidden if row["state"] == "suppressed" else shown).update(run for run in own if len(run) >= 7)
    return hidden - shown


def written(koridor, lake, project, releases, folder):
    """Everything that is written for others, as files of a folder."""
    def write(name, *words):
        done = subprocess.run([*asked(koridor, lake, project), "--quiet", "--lang", "en", "--output", str(folder / name), *words], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(words)}: {done.stderr[-500:]}")

    for n, release in enumerate(releases):
        for form in ("csv", "json", "xlsx", "parquet"):
            write(f"extract{n}.{form}", "extract", "indicators", "--as-of", release)
        for table in ("values", "changes", "targets", "dimension_scores", "quick_wins", "all_releases"):
            write(f"{table}{n}.csv", "sql", "--tier", "open", "--as-of", release, f"select * from indicators.{table}")
    # The newest year that withholds something: a sheet takes as long as all of the others.
    for year in sorted({row["year"] for row in csv.DictReader(io.StringIO(subprocess.run(
            [*asked(koridor, lake, project), "--quiet", "--format", "csv", "sql", "select distinct date_part('year', period) as year from indicators.values where state = 'suppressed'"],
            check=True, capture_output=True, text=True).stdout))})[-1:]:
        for form in ("xlsx", "json"):
            write(f"evaluation{year}.{form}", "evaluate", "--year", str(int(float(year))))
    if len(releases) > 1:
        write("diff.json", "releases", "diff", releases[-2], releases[-1])
    write("status.json", "status")
    write("explained.json", "explain", "umkm_turnover", "--region", "CORR", "--period", "2025")
    return sorted(path for path in folder.iterdir() if path.is_file())


def search(koridor, lake, project, releases, planting):
    """Withheld digits in what is written; of a planted one whether it is found."""
    hidden = withheld_digits(koridor, lake, project)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if planting and hidden:
            workbook = folder / "planted.xlsx"
            with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as parts:
                parts.writestr("xl/worksheets/sheet1.xml", f"<c><v>{int(sorted(hidden)[0]):,}</v></c>")
            is_found = bool(hidden & digits_in(text_of(workbook)))
            print(f"  planted, digits in a workbook: 1, found: {int(is_found)}")
            return is_found
        files = written(koridor, lake, project, releases, folder)
        leaking = [(path.name, sorted(hidden & digits_in(text_of(path), path.suffix != ".csv"))) for path in files]
    print(f"  {len(hidden)} withheld numbers searched for in {len(files)} files")
    for name, found in leaking:
        if found:
            print(f"  LEAKS {name} holds {found[:5]}")
    return not any(found for _, found in leaking)


# ---- The test of the test --------------------------------------------------------------------------------------------------------
def plant(cells):
    """Leaks of three kinds, each of which must be found: a cell that was published once, a second suppression that is missing, a margin."""
    it, targets, ranges, _ = attack(cells, say=lambda line: None)
    # Cells of which one side alone is protected: that side in the open is a leak.
    tight = {name: (quantity, [cell for cell in protected if len(it.protected(cell)) == 1]) for name, (quantity, protected) in targets.items()
             if not leaks(quantity, *ranges[name])}
    tight = {name: found for name, found in tight.items() if found[1]}
    results = [planted_once(cells, it, tight), planted_second(cells, it, tight), plant_margins(cells)]
    kinds = ["published in another release", "second suppression taken away", "margin published"]
    for kind, of in (("difference", True), ("percent", True), ("year so far", True), ("target", False), ("score", False)):
        results.append(planted_facts(cells, it, tight, kind, of))
        kinds.append(f"made of it and published, {kind}")
    for what, (tried, found) in zip(kinds, results):
        print(f"  planted, {what}: {tried}, found: {found}")
    # Of what is made of withheld numbers a lake may have none of a kind to plant.
    made = results[3:]
    return all(tried == found for tried, found in results) and all(tried > 0 for tried, _ in results[:3]) and any(tried > 0 for tried, _ in made)


def caught(cells, name_of, say_of, facts=()):
    """Whether the attack finds one of the cells."""
    found = attack(cells, say=lambda line: None, facts=facts)[3]
    hit = any(name_of & keys for keys, _ in found)
    if not hit:
        print(f"  NOT FOUND: {say_of}")
    return hit


def planted_once(cells, it, tight):
    """Each kind of cell in the open once, and closed in a release that follows."""
    tried = found = 0
    done = set()
    for name, (_, protected) in sorted(tight.items(), key=lambda item: str(item[0])):
        cell = protected[0]
        if (cell.indicator, cell.region == "CORR") in done:
            continue
        done.add((cell.indicator, cell.region == "CORR"))
        before = [copy_of(other) for other in cells if other.release == cell.release and other.period.year == cell.period.year]
        after = [copy_of(other) for other in before]
        for other in before:
            if it.name(other, "n") == name and other.suppressed:
                publish(other, it.fits[name])
        for other in after:
            other.release = cell.release + "+"
        tried += 1
        found += caught(before + after, {(cell.release + "+", *other.key()[1:]) for other in protected}, f"{cell.key()} published once")
    return tried, found


def planted_second(cells, it, tight):
    """Where two unknown numbers keep each other, one of them in the open."""
    tried = found = 0
    done = set()
    for terms, _ in it.rows:
        unknown = {name for name, _ in terms if name not in it.known}
        if len(unknown) != 2 or not unknown <= set(tight):
            continue
        kept, opened = sorted(unknown, key=str)
        cell = tight[kept][1][0]
        if (cell.indicator, cell.region == "CORR") in done:
            continue
        done.add((cell.indicator, cell.region == "CORR"))
        copies = [copy_of(other) for other in cells if other.period.year == cell.period.year]
        for other in copies:
            if other.suppressed and it.name(other, "n") == opened:
                publish(other, it.fits[opened])
        tried += 1
        found += caught(copies, {other.key() for other in tight[kept][1]}, f"{cell.key()} without its second suppression")
    return tried, found


def planted_facts(cells, it, tight, kind, is_change):
    """A suppressed value in the open as what is made of it: beside an open one of another period, or against a target."""
    tried = found = 0
    done = set()
    for name, (_, protected) in sorted(tight.items(), key=lambda item: str(item[0])):
        for cell in protected:
            release, indicator, breakdown, region, grain, period = cell.key()
            if not (cell.suppressed and cell.under is None and breakdown == "" and name in it.fits) or (indicator, region == "CORR") in done:
                continue
            value = cell.scale * it.fits[name]
            if is_change:
                before = months_later(period, {"M": -1, "Q": -3, "Y": -12}[grain])
                base = it.cells.get((*cell.key()[:5], before))
                if base is None or base.value is None or not base.value or (kind == "year so far" and (grain != "Q" or period.month != 4)):
                    continue
                row = dict(indicator_id=indicator, breakdown=breakdown, region_code=region, grain=grain, period=str(period), period_before=str(before), state="ok")
                row |= {"difference": dict(change_kind="q-to-q", difference=value - base.value), "percent": dict(change_kind="q-to-q", percent=100 * (value / base.value - 1)),
                        "year so far": dict(change_kind="c-to-c", value=value + base.value)}[kind]
                facts = change_facts(release, [row])
            elif grain == "Y":
                row = dict(doc="RPJMD", is_newest_version="true", dimension="economy", indicator_id=indicator, region_code=region, year=period.year, polarity="up",
                           target_value=3 * value, bound=3 * value, raw_percent=100 / 3, capped_percent=100 / 3)
                other = dict(row, indicator_id="another", capped_percent=50.0, raw_percent=50.0)
                if kind == "target":
                    facts = target_facts(release, [row], [])[0]
                else:
                    row |= dict(raw_percent=None, capped_percent=None, bound=None)
                    score = dict(region_code=region, year=period.year, dimension="economy", measured=2, score=(50 + 100 / 3) / 2)
                    facts = target_facts(release, [row, other], [score])[0]
            else:
                continue
            done.add((indicator, region == "CORR"))
            tried += 1
            found += caught(cells, {cell.key()}, f"{cell.key()} as a {kind}", facts)
    return tried, found


def plant_margins(cells):
    """A corridor's total beside one suppressed regency and the others in the open."""
    tried = found = 0
    done = set()
    by_key = {cell.key(): cell for cell in cells}
    for cell in cells:
        quantity = cell.over.partition(":")[0]
        both = cell.under in PERSONS | MAGNITUDES
        if not cell.suppressed or cell.region == "CORR" or cell.indicator in done or quantity not in PERSONS | MAGNITUDES or both:
            continue
        regions = {other.region for other in cells} - {"CORR"}
        siblings = [by_key.get((*cell.key()[:3], region, *cell.key()[4:])) for region in regions]
        total = by_key.get((*cell.key()[:3], "CORR", *cell.key()[4:]))
        if None in siblings or total is None:
            continue
        done.add(cell.indicator)
        tried += 1
        copies = []
        for other in cells:
            copy = copy_of(other)
            if other.key() == total.key():
                publish(copy, 1000.0 * (len(siblings) - 1) + 3)
                copy.missing, copy.denominator = set(), None
            elif other in siblings and other is not cell:
                publish(copy, 1000.0)
            if other.release == cell.release or other.key() == cell.key():
                copies.append(copy)
        alone = [copy for copy in copies if copy.key()[1:3] == cell.key()[1:3] and copy.key()[4:] == cell.key()[4:]]
        found += caught(alone, {cell.key()}, f"{cell.key()} beside its margin")
    return tried, found


def made(indicator, figures, grain="Y", period=dt.date(2024, 1, 1), release="1", under=100_000.0):
    """Cells by region; nothing is a suppressed cell."""
    for region, figure in figures.items():
        cell = Cell.__new__(Cell)
        cell.release, cell.indicator, cell.region, cell.grain, cell.period, cell.breakdown = release, indicator, region, grain, period, ""
        cell.scale, cell.over, cell.under = KNOWN[indicator]
        cell.missing, cell.flags, cell.suppressed = set(), "", figure is None
        cell.state = "suppressed" if cell.suppressed else "ok"
        cell.numerator, cell.denominator = figure, under if cell.under and not cell.suppressed else None
        cell.value = None if cell.suppressed else cell.scale * figure / (under if cell.under else 1)
        yield cell


def self_test():
    """Small tables by hand: what is safe passes, what is not is found."""
    quarters = [dt.date(2024, month, 1) for month in (1, 4, 7, 10)]

    def row(a, b, c, d, total):
        return dict(zip([*CORRIDOR, "CORR"], (a, b, c, d, total)))

    def by_quarter(hidden, year):
        for n, day in enumerate(quarters):
            yield from made("umkm_turnover", {"7401": None if n in hidden else 1e9 + n}, "Q", day)
        yield from made("umkm_turnover", {"7401": year}, "Y")

    victims = "sapa_victims_per_100k"
    cases = [
        ("the catalogue's example: two are hidden", False, made(victims, row(None, None, 34.0, 21.0, 74.0))),
        ("the only hidden cell of a row", True, made(victims, row(None, 12.0, 34.0, 21.0, 74.0))),
        ("two small ones whose sum is small: nothing is negative", True, made(victims, row(None, None, 34.0, 21.0, 58.0))),
        ("two cells share two persons: a zero would be printed", True, made(victims, row(None, None, 34.0, 21.0, 57.0))),
        ("one person and ten under one word", False, flagged(made(victims, row(None, None, 34.0, 21.0, 66.0)), {"7401": "small_count", "7405": "small_count"})),
        ("one person and ten, and it is told which is the small count", True,
         flagged(made(victims, row(None, None, 34.0, 21.0, 66.0)), {"7401": "small_count", "7405": "secondary"})),
        ("a count of two releases that stays withheld", False, [*made(victims, row(None, None, 34.0, 21.0, 74.0)), *made(victims, row(None, None, 34.0, 21.0, 67.0), release="2")]),
        ("a zero in the open beside two hidden cells", False, made("guest_nights", row(0.0, None, None, 2200.0, 6200.0), "M")),
        ("a zero in the open beside one hidden cell", True, made("guest_nights", row(0.0, None, 2000.0, 2200.0, 6200.0), "M")),
        ("a rate beside its denominator", True, [*made(victims, row(None, None, 34.0, 21.0, 74.0)), *made("tourism_intensity", {"7401": 9.0}), *rate_alone()]),
        ("two quarters of a year", False, by_quarter((1, 3), 4e9)),
        ("one quarter of a year", True, by_quarter((1,), 4e9)),
        ("the same figure under another indicator", True, [*made("umkm_turnover", {"7401": None}), *made("umkm_turnover_per_business", {"7401": 5e8}, under=40.0)]),
        ("two releases with other cells hidden", True, [*made(victims, row(None, None, 34.0, 21.0, 74.0)), *made(victims, row(None, 12.0, None, 21.0, 74.0), release="2")]),
        ("two releases with the same cells hidden", False, [*made(victims, row(None, None, 34.0, 21.0, 74.0)), *made(victims, row(None, None, 34.0, 21.0, 74.0), release="2")]),
        ("a correction that moves the total alone", True, [*made(victims, row(None, None, 34.0, 21.0, 74.0)), *made(victims, row(12.0, None, 34.0, 21.0, None), release="2"),
                                                           *made(victims, row(None, None, 34.0, 21.0, 74.0), release="3")]),
        ("a small count in the open", True, made(victims, {"7401": 5.0})),
        ("nobody is no small count", False, made(victims, {"7401": 0.0})),
    ]
    wrong = []
    for what, leaking, cells in cases:
        found = bool(attack(list(cells), say=lambda line: None)[3])
        if found != leaking:
            wrong.append(what)
        print(f"  by hand: {what}: {'leaks' if found else 'safe'}{'' if found == leaking else ', WRONG'}")
    return not wrong


def flagged(cells, reasons):
    """Cells with the reasons that are told, by region."""
    for cell in cells:
        cell.flags = f"suppressed: {reasons[cell.region]}" if cell.region in reasons else ""
        yield cell


def rate_alone():
    """A rate without its numerator, of persons that are hidden elsewhere."""
    for cell in made("sapa_victims_per_100k", {"7401": 7.0}, release="2"):
        cell.numerator = None
        yield cell


def copy_of(cell):
    copy = Cell.__new__(Cell)
    copy.__dict__.update(cell.__dict__)
    return copy


def publish(cell, numerator):
    cell.state, cell.suppressed, cell.numerator = "ok", False, float(numerator)
    if cell.under is None:
        cell.value = cell.scale * cell.numerator
    else:
        cell.value, cell.denominator = None, None


# ---- A lake with something to attack ----------------------------------------------------------------------------------------------
CORRIDOR = ["7401", "7405", "7407", "7472"]
HEADERS = {
    "umkm_turnover": "region_code,period_quarter,kbli2,scale,is_tourism,n_frame,n_resp,turnover_resp_rp,turnover_est_rp,top2_rp",
    "accommodation_month": "region_code,period_month,accom_class,estab_operating,estab_responding,rooms_end,beds_end,room_nights_avail,room_nights_sold,bed_nights_avail,"
                           "guests_wisman,guests_wisnus,nights_wisman,nights_wisnus,room_revenue_rp",
    "population": "region_code,year,pop_mid",
    "visitor_flow": "region_code,point_id,period_month,channel,method,measure,market,origin_code,stay,value,period_type",
    "sapa_case": "region_code,case_id,month_reported,month_occurred,n_victims,age_group,sex,violence_type,service_given,referral",
}
# Victims of a year by regency, in the catalogue's example and beside it: one small, two small, small and zero, all small.
VICTIMS = {2023: (7, 12, 34, 21), 2024: (3, 5, 40, 28), 2025: (9, 0, 15, 11)}


def turnover(correction):
    for year in (2024, 2025):
        for quarter in (1, 4, 7, 10):
            for n, region in enumerate(CORRIDOR):
                for kbli, tourism in (("55", "true"), ("56", "true"), ("47", "false")):
                    answered, frame, largest = 20 + n, 60 + 3 * n, 0.3
                    if region == "7401" and quarter == 4:  # two businesses answer in all
                        answered, frame = (1, 3) if kbli != "47" else (0, 3)
                    if region == "7407" and quarter == 10 and year == 2025:  # two of them are nearly all of it
                        largest = 0.95
                    if region == "7405" and kbli != "47" and quarter == 7:  # tourism alone is small
                        answered, frame = 1, 4
                    money = sum(3_000_000 + 517_003 * ((7 * n + 3 * k + quarter + year) % 11) for k in range(answered))
                    if correction and region == "7472" and year == 2025 and quarter == 7:
                        money += 9_000_000
                    yield [region, dt.date(year, quarter, 1), kbli, "mikro", tourism, frame, answered, money if answered else "", money * frame // answered if answered else "",
                           int(money * largest) if answered else ""]


def stays():
    for month in range(1, 13):
        for n, region in enumerate(CORRIDOR):
            for accom, hotels in (("bintang", 1 if region in ("7401", "7407") else 4), ("homestay", 1 if region == "7401" else 6)):
                rooms = 30 + 7 * n
                yield [region, dt.date(2025, month, 1), accom, hotels, hotels, rooms, rooms * 2, rooms * 28, rooms * 9 + month, rooms * 60, 3 + month, 150 + 11 * n + month, 9 + month, 310 + 17 * n, 10**7 * (n + 2)]


def visits():
    for year in (2024, 2025):
        for month in range(1, 13):
            for n, region in enumerate(CORRIDOR):
                for market, size in (("wisman", 40), ("wisnus", 900)):
                    yield [region, "", dt.date(year, month, 1), "attraction", "ticket", "visits", market, "XXX", "unknown", size + 13 * n + month, "M"]


def victims(correction):
    for year, counts in VICTIMS.items():
        for region, count in zip(CORRIDOR, counts):
            late = correction and year == 2025 and region == "7472"
            for n in range(count + (1 if late else 0)):
                yield [region, f"K{region}{year}{n:03}", dt.date(year, n % 12 + 1, 1), "", 1, "18+" if n % 3 else "0-17", "P" if n % 4 else "L", "fisik", "true" if n % 5 else "false", ""]


def deliver(folder, correction, datasets):
    files = {("SAMPLE_SYNTHETIC", "umkm_turnover"): turnover(correction), ("SAMPLE_SYNTHETIC", "sapa_case"): victims(correction)}
    if not correction:
        files.update({("SAMPLE_SYNTHETIC", "accommodation_month"): stays(), ("SAMPLE_SYNTHETIC", "visitor_flow"): visits(),
                      ("SAMPLE_SYNTHETIC", "population"): [[region, year, 100_000 + 50_000 * n] for n, region in enumerate(CORRIDOR) for year in (2023, 2024, 2025)]})
    for (source, dataset), lines in files.items():
        if dataset in datasets:
            path = folder / source / dataset / f"{dataset}_{'correction' if correction else 'first'}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "w", newline="") as file:
                csv.writer(file).writerows([HEADERS[dataset].split(","), *lines])


def make_lake(koridor, lake, project):
    """Two deliveries, two releases. All figures are made up."""
    base = pathlib.Path(project) if project else pathlib.Path(__file__).resolve().parent.parent
    datasets = {path.stem for root in (base, pathlib.Path(__file__).resolve().parent.parent) for path in (root / "schemas" / "datasets").glob("*.json")}
    with tempfile.TemporaryDirectory() as folder:
        for correction in (False, True):
            deliver(pathlib.Path(folder), correction, datasets)
            done = subprocess.run([*asked(koridor, lake, project), "--quiet", "--lang", "en", "run", "--landing", folder],
                                  capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stdout[-3000:] + done.stderr[-3000:])


def judge(koridor, lake, project, planting):
    releases = releases_of(koridor, lake, project)
    cells = [cell for release in releases for cell in published(koridor, lake, release, project)]
    facts, of_scores = all_facts(koridor, lake, project, releases)
    it, targets, ranges, wrong = attack(cells, facts=facts)
    wrong += of_scores
    closed = sum(cell.suppressed for cell in cells)
    states = collections.Counter(cell.state for cell in cells)
    print(f"{lake}: {len({cell.release for cell in cells})} releases, {len(cells)} cells, {closed} suppressed, {len(it.rows)} equations, "
          f"{len(facts)} facts of changes, targets and scores, {len(targets)} protected quantities attacked, {len(wrong)} leaks; by state {dict(states)}")
    is_clean = search(koridor, lake, project, releases, planting)
    return ((plant(cells) and is_clean) if planting else True), not wrong and is_clean, len(targets)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("koridor")
    arguments.add_argument("lakes", nargs="*")
    arguments.add_argument("--project")
    arguments.add_argument("--plant", action="store_true")
    arguments.add_argument("--keep")
    options = arguments.parse_intermixed_args()
    failed = []
    if options.plant and not self_test():
        failed.append("a table made by hand is judged wrongly")
    with tempfile.TemporaryDirectory() as folder:
        own = options.keep or f"{folder}/lake"
        if not pathlib.Path(own).exists():
            make_lake(options.koridor, own, options.project)
        for lake in [own, *options.lakes]:
            planted, tight, attacked = judge(options.koridor, lake, options.project, options.plant and lake == own)
            if not planted:
                failed.append(f"{lake}: a planted leak was not found")
            if not tight and not options.plant:
                failed.append(f"{lake}: it leaks")
            if lake == own and not attacked:
                failed.append(f"{lake}: there is nothing to attack")
    sys.exit("; ".join(failed) or 0)


if __name__ == "__main__":
    main()
