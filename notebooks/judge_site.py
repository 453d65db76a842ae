"""Judges a site that `koridor site` wrote: does it hold what it promises, from its bytes alone?

    python judge_site.py KORIDOR LAKE SITE [--tools DIR] [--all]

- every link leads to a file of the site or to a part of a page; nothing names another host;
- every page has its heading, language, area and the same page in the other language;
- a page weighs at most 100 KB with its style;
- every figure has its picture and its table, every table of numbers its CSV, with the rows that the page shows;
- what the release withholds stands on no page and in no file;
- titles of figures have ten words or fewer.

With `--tools DIR` (a folder into which npm has put vnu-jar, axe-core and playwright-core; java, node and
chromium are on the path) vnu checks all pages and axe-core some of each kind, or all with `--all`.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

MOST_BYTES = 100_000
MOST_WORDS = 10
# Pages of a kind that axe-core sees, in each language.
OF_A_KIND = 2


class Page(HTMLParser):
    """What matters of a page: links, ids, headings, tables, figures."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.links, self.ids, self.headings, self.lang = [], set(), [], None
        self.tables, self.figures, self.scripts = {}, 0, 0
        self.titles, self.text = [], []
        self._row = self._cell = self._table = self._heading = None
        self._in_caption = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        own = dict(attributes)
        if "id" in own:
            if own["id"] in self.ids:
                raise SystemExit(f"id {own['id']} stands twice")
            self.ids.add(own["id"])
        self.links += [own[name] for name in ("href", "src") if name in own]
        if tag == "html":
            self.lang = own.get("lang")
        if tag in ("script", "iframe", "object", "embed"):
            self.scripts += 1
        if tag == "figure":
            self.figures += 1
        if tag == "figcaption":
            self._in_caption = True
        if re.fullmatch(r"h[1-6]", tag):
            self._heading = [int(tag[1]), ""]
        if tag == "table":
            # Tables of texts have none: there is nothing in them to take along.
            self._table = self.tables.setdefault(own["id"], []) if "id" in own else []
        if tag == "tr":
            self._row = []
        if tag in ("td", "th"):
            self._cell = ""

    def handle_endtag(self, tag):
        if tag == "figcaption":
            self._in_caption = False
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(tuple(self._heading))
            if self._in_caption:
                self.titles.append(self._heading[1])
            self._heading = None
        if tag in ("td", "th"):
            self._row.append(self._cell.strip())
            self._cell = None
        if tag == "tr":
            self._table.append(self._row)

    def handle_data(self, data):
        self.text.append(data)
        if self._cell is not None:
            self._cell += data
        if self._heading is not None:
            self._heading[1] += data


def links(site, path, page, pages):
    for link in page.links:
        if re.match(r"[a-z]+:|//", link):
            yield f"{path}: names another host: {link}"
            continue
        address, part = urldefrag(unquote(link))
        target = (path.parent / address).resolve() if address else path
        if not target.is_file() or not target.is_relative_to(site.resolve()):
            yield f"{path}: {link} leads nowhere"
        elif part and target in pages and part not in pages[target].ids:
            yield f"{path}: {link} has no such part"


def number(text):
    """A cell's number without the marks of a language, and its marks."""
    marks = re.findall(r"\[[a-z]\]", text)
    digits = re.sub(r"[^0-9-]", "", re.sub(r"\[[a-z]\]", "", text))
    return digits.lstrip("0") if digits.strip("-0") else "0", marks


def tables(site, path, page):
    for name, rows in page.tables.items():
        # The first page is that of the first language, with its files.
        place = site.resolve() / "id/index.html" if path.parent == site.resolve() else path
        file = place.with_name(f"{place.stem}-{name}.csv")
        if not file.is_file():
            yield f"{path}: the table {name} has no CSV"
            continue
        taken = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8"), newline="")))
        shown = rows[1:] if len(rows) > 1 and len(rows[1]) == len(rows[0]) else []
        if len(taken) - 1 != len(shown):
            yield f"{file}: {len(taken) - 1} rows, the page shows {len(shown)}"
            continue
        places, at = [], 0
        for heading in rows[0]:
            places.append(at)
            has_marks = at + 1 < len(taken[0]) and taken[0][at + 1].startswith(f"{heading}: ")
            at += 2 if has_marks else 1
        for one, other in zip(shown, taken[1:]):
            for cell, place in zip(one, places):
                raw = other[place]
                same = cell == raw or cell == raw.lstrip("'")
                is_number = re.fullmatch(r"-?[0-9.,]*[0-9]?(\s*\[[a-z]\])*", cell) is not None
                if not same and not (is_number and number(cell)[0] == number(raw)[0]):
                    if not (is_number and not raw and number(cell)[0] == "0" and number(cell)[1]):
                        yield f"{file}: {raw!r} for {cell!r}"
                        return


def withheld(koridor, lake):
    """Digits of numbers that the release withholds, as its operator sees them, long enough to be told."""
    query = """
        select v.value, v.numerator, v.denominator from indicators.values_log v
        join indicators.disclosure_log d
          on d.indicator_id = v.indicator_id and d.region_code = v.region_code and d.grain = v.grain
          and d.period = v.period and d.breakdown = v.breakdown"""
    run = [koridor, "--lake", lake, "--format", "json", "sql", "--head", query]
    rows = json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)
    found = set()
    for row in rows:
        for value in row.values():
            text = "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
            if len(re.sub(r"[^0-9]", "", text)) >= 5:
                found.add(text)
    return found


def check(koridor, lake, site):
    paths = sorted(site.rglob("*.html"))
    pages = {path.resolve(): Page(path.read_text("utf-8")) for path in paths}
    style = (site / "style.css").stat().st_size
    secret = withheld(koridor, lake)
    weights = {}
    for path, page in pages.items():
        text = path.read_text("utf-8")
        weights[path] = len(text.encode()) + style
        if weights[path] > MOST_BYTES:
            yield f"{path}: {weights[path]} bytes with its style"
        if page.scripts:
            yield f"{path}: runs or embeds something"
        own = path.relative_to(site.resolve()).parts
        if page.lang not in ("id", "en") or len(own) > 1 and own[0] != page.lang:
            yield f"{path}: its language is {page.lang}"
        if len(own) > 1:
            other = {"id": "en", "en": "id"}[own[0]]
            if not site.joinpath(other, *own[1:]).is_file():
                yield f"{path}: not there in the other language"
        levels = [level for level, _ in page.headings]
        if levels.count(1) != 1 or any(b - a > 1 for a, b in zip(levels, levels[1:])):
            yield f"{path}: headings {levels}"
        for title in page.titles:
            if not title or len(title.split()) > MOST_WORDS:
                yield f"{path}: a figure's title has {len(title.split())} words: {title}"
        if page.figures > len(page.tables):
            yield f"{path}: a figure without its table"
        yield from links(site, path, page, pages)
        yield from tables(site, path, page)
    for path in site.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".csv", ".svg"):
            text = path.read_text("utf-8")
            for digits in secret:
                if re.search(rf"(?<![0-9.,]){re.escape(digits)}(?![0-9])", text):
                    yield f"{path}: holds {digits}, which is withheld"
    heavy = sorted(weights.items(), key=lambda own: -own[1])[:5]
    mean = sum(weights.values()) / len(weights)
    print(f"{len(pages)} pages, {mean / 1000:.1f} KB in the mean, {len(secret)} withheld numbers looked for")
    for path, weight in heavy:
        print(f"  {weight / 1000:6.1f} KB  {path.relative_to(site.resolve())}")


def chosen(site, takes_all):
    """Some pages of each kind, in each language."""
    kinds = {}
    for path in sorted(site.rglob("*.html")):
        own = path.relative_to(site)
        kind = own.parent if len(own.parts) > 2 else own
        kinds.setdefault(str(kind), []).append(str(own))
    return [path for own in kinds.values() for path in (own if takes_all else own[:OF_A_KIND])]


def browse(site, tools, takes_all):
    jar = tools / "node_modules/vnu-jar/build/dist/vnu.jar"
    files = [str(path) for path in sorted(site.rglob("*.html"))]
    run = ["java", "-Xss2m", "-jar", str(jar), "--format", "gnu", "--also-check-css", str(site / "style.css"), *files]
    said = subprocess.run(run, capture_output=True, text=True).stderr
    yield from (f"vnu: {line}" for line in said.splitlines())
    print(f"vnu: {len(files)} pages")
    pages = chosen(site, takes_all)
    listed = tools / "pages.json"
    listed.write_text(json.dumps(pages))
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    script = Path(__file__).resolve().with_suffix(".mjs")
    run = ["node", str(script), str(site.resolve()), browser, str(listed.resolve())]
    said = subprocess.run(run, capture_output=True, text=True, cwd=tools)
    if said.returncode:
        yield f"browser: {said.stderr.strip()}"
    for line in said.stdout.splitlines():
        own = json.loads(line)
        if "seen" in own:
            print(f"axe-core: {own['seen']} pages and widths")
        else:
            yield f"{own['page']}: {own['what']}"


def main(arguments):
    takes_all = "--all" in arguments
    arguments = [own for own in arguments if own != "--all"]
    tools = None
    if "--tools" in arguments:
        place = arguments.index("--tools")
        tools = Path(arguments[place + 1])
        del arguments[place : place + 2]
    koridor, lake, site = arguments
    site = Path(site)
    found = list(check(koridor, lake, site))
    if tools:
        found += browse(site, tools, takes_all)
    for line in found[:50]:
        print(line)
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
