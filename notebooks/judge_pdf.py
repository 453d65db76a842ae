"""Judges bulletins as PDF from their bytes alone: can they be kept, read aloud, handed over?

    python judge_pdf.py KORIDOR LAKE [TYPESET] [--keep DIR] [--all]

Without TYPESET the program itself writes PDF (`--format pdf`); with it, that program makes PDF of what
`koridor bulletin --format json` gives (`cargo build --package koridor-pdf --features typeset --example typeset`).
For the corridor and each region, the newest year and month; the corridor in both languages, with `--all` all in both:

- PDF/A-2b as far as its bytes say: identification in XMP, one colour profile as output intent, every font
  embedded, no script, no file, no encryption, the same title and dates in both kinds of metadata;
- tagged: language, title shown, every picture with a text in its place, every table with heading cells;
- the date is that of the release, and the same content gives the same bytes;
- every text of the bulletin stands in it, and each page names the area, the period, the release, its own
  number, and what the marks on it mean;
- texts are never read as markup: a planted bulletin shows its `#`, `*` and `$` as they are, and what the font
  has not is replaced.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2

LANGUAGES = ["id", "en"]
ODD = "#panic() *bold* _it_ $x$ = h `c` <l> @r [b] \\ // 日"


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, **more).stdout


def plain(text):
    """Without what line breaks change: spaces, and hyphens, which an end of a line may be told as."""
    return re.sub(r"[\s\u00ad\ufffe\u200b-]+", "", text)


def bulletins(koridor, lake, takes_all):
    """What is asked: the newest year and month with values of each area."""
    query = """select region_code, grain, max(period) as period from indicators.values
        where value is not null and breakdown = '' and grain in ('M', 'Y') group by 1, 2 order by 1, 2"""
    rows = json.loads(run(koridor, "--lake", lake, "--format", "json", "sql", query))
    for row in rows:
        period = ["--year", row["period"][:4]] if row["grain"] == "Y" else ["--month", row["period"][:7]]
        # The corridor in both languages, a region's year in one and its month in the other.
        languages = LANGUAGES if takes_all or row["region_code"] == "CORR" else [LANGUAGES[row["grain"] == "M"]]
        for language in languages:
            name = f"{row['region_code']}-{row['period'][: 4 if row['grain'] == 'Y' else 7]}-{language}"
            yield name, [koridor, "--lake", lake, "bulletin", "--region", row["region_code"], *period, "--lang", language]


def texts(content):
    """All that a bulletin says in words, but the words of pictures."""
    silent = {"id", "kind", "class", "svg", "spark", "spark_says", "lang", "released", "nothing", "title"}
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for own in content:
            yield from texts(own)
    elif isinstance(content, dict):
        for name, own in content.items():
            if name not in silent or name == "title" and "blocks" in content:
                yield from texts(own)


def elements(node):
    """The elements of the structure, from a node down."""
    if isinstance(node, pikepdf.Array):
        for own in node:
            yield from elements(own)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def archived(pdf, content):
    """What PDF/A-2b asks for."""
    with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
        known = {name: str(meta.get(name, "")) for name in (
            "pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:title", "xmp:CreateDate")}
        language = meta.get("dc:language")
    if (known["pdfaid:part"], known["pdfaid:conformance"], known["pdfuaid:part"]) != ("2", "B", "1"):
        yield f"says {known}"
    if known["dc:title"] != content["title"] or str(pdf.docinfo.get("/Title", known["dc:title"])) != content["title"]:
        yield f"its title is {known['dc:title']!r}"
    if content["lang"] not in str(language) or str(pdf.Root.get("/Lang", "")) != content["lang"]:
        yield f"its language is {language} and {pdf.Root.get('/Lang')}"
    date = str(pdf.docinfo.get("/CreationDate", ""))
    if not known["xmp:CreateDate"].startswith(content["released"]) or date[2:10] != content["released"].replace("-", ""):
        yield f"dates {known['xmp:CreateDate']} and {date}, released {content['released']}"
    intents = pdf.Root.get("/OutputIntents", [])
    if len(intents) != 1 or "/DestOutputProfile" not in intents[0] or intents[0].S != pikepdf.Name.GTS_PDFA1:
        yield "no output intent"
    if pdf.is_encrypted:
        yield "is encrypted"
    for own in pdf.objects:
        if not isinstance(own, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        kind, sub = own.get("/Type"), own.get("/Subtype")
        if kind == pikepdf.Name.Font and sub != pikepdf.Name.Type0:
            described = own.get("/FontDescriptor", {})
            if not any(f"/FontFile{number}" in described for number in ("", "2", "3")):
                yield f"the font {own.get('/BaseFont')} is not embedded"
        if own.get("/S") in (pikepdf.Name.JavaScript, pikepdf.Name.Launch, pikepdf.Name.URI) or "/JS" in own:
            yield f"does something: {own.get('/S')}"
        if "/EF" in own or kind == pikepdf.Name.EmbeddedFile:
            yield "holds a file"


def tagged(pdf, content):
    """What a reader of tags is told."""
    if not pdf.Root.get("/MarkInfo", {}).get("/Marked") or not pdf.Root.ViewerPreferences.get("/DisplayDocTitle"):
        yield "is not marked, or shows its file name for its title"
    kinds = {}
    for own in elements(pdf.Root.StructTreeRoot.K):
        kinds.setdefault(str(own.S), []).append(own)
    for own in kinds.get("/Figure", []):
        if not str(own.get("/Alt", "")).strip():
            yield "a picture without a text in its place"
    blocks = [own for section in content["sections"] for own in section["blocks"]]
    pictures = sum(own["kind"] == "figure" and own["svg"] != "" for own in blocks)
    pictures += sum(number["spark"] != "" for own in blocks if own["kind"] == "numbers" for number in own["numbers"])
    if len(kinds.get("/Figure", [])) != pictures:
        yield f"{len(kinds.get('/Figure', []))} pictures are tagged, {pictures} are there"
    tables = [own for own in blocks if own["kind"] == "table"]
    if len(kinds.get("/Table", [])) != len(tables):
        yield f"{len(kinds.get('/Table', []))} tables are tagged, {len(tables)} are there"
    headings = sum(len(own["columns"]) + len(own["rows"]) for own in tables)
    if len(kinds.get("/TH", [])) != headings:
        yield f"{len(kinds.get('/TH', []))} heading cells are tagged, {headings} are there"
    if len(kinds.get("/H1", [])) != 1 or len(kinds.get("/H2", [])) != len(content["sections"]):
        yield f"headings: {[(name, len(own)) for name, own in kinds.items() if name[:2] == '/H']}"


def read(bytes_, content):
    """What a person reads on the pages."""
    pages = pypdfium2.PdfDocument(bytes_)
    said = [plain(page.get_textpage().get_text_range()) for page in pages]
    foot = plain(f"{content['area']} · {content['kind']} {content['period']}")
    meanings = plain(" · ".join(f"{mark} {means}" for mark, means in content["marks"]))
    body = ""
    for number, text in enumerate(said, 1):
        for wanted in (foot, plain(f"{content['release']} · {number}/{len(said)}"), meanings):
            if wanted not in text:
                yield f"page {number} does not say {wanted!r}"
        body += text.replace(meanings, "", 1) if meanings else text
        body = body.replace(foot, "", 1) if foot in body else body
        body = body.replace(plain(f"{content['release']} · {number}/{len(said)}"), "", 1)
    for text in texts(content["sections"]):
        if plain(text) not in body:
            yield f"does not say {text!r}"


def judged(bytes_, content):
    import io

    with pikepdf.open(io.BytesIO(bytes_)) as pdf:
        yield from archived(pdf, content)
        yield from tagged(pdf, content)
    yield from read(bytes_, content)


def planted(content):
    """The same bulletin with a text that a typesetter must not read, and a character that it has not."""
    content = json.loads(json.dumps(content))
    content["area"] = f"Kab. {ODD}"
    content["sections"][0]["title"] = ODD
    blocks = [own for section in content["sections"] for own in section["blocks"]]
    table = next(own for own in blocks if own["kind"] == "table" and own["rows"])
    table["rows"][0][0]["text"] = table["caption"] = table["columns"][0]["heading"] = ODD
    return content


def main(arguments):
    keep, takes_all = None, "--all" in arguments
    arguments = [own for own in arguments if own != "--all"]
    if "--keep" in arguments:
        place = arguments.index("--keep")
        keep = Path(arguments[place + 1])
        keep.mkdir(parents=True, exist_ok=True)
        del arguments[place : place + 2]
    koridor, lake, *rest = arguments
    typeset = rest[0] if rest else None
    found, pages, heaviest, last = [], 0, 0, None
    names = list(bulletins(koridor, lake, takes_all))
    for name, command in names:
        raw = run(*command, "--format", "json")
        content = json.loads(raw)
        make = (lambda: run(typeset, input=raw)) if typeset else (lambda: run(*command, "--format", "pdf"))
        bytes_ = make()
        if keep:
            (keep / f"{name}.pdf").write_bytes(bytes_)
        found += [f"{name}: {own}" for own in judged(bytes_, content)]
        if last is None and make() != bytes_:
            found.append(f"{name}: other bytes the second time")
        last = content
        pages += len(pypdfium2.PdfDocument(bytes_))
        heaviest = max(heaviest, len(bytes_))
    if typeset:
        content = planted(last)
        bytes_ = run(typeset, input=json.dumps(content).encode())
        shown = json.loads(json.dumps(content, ensure_ascii=False).replace("日", "\ufffd"))
        found += [f"planted: {own}" for own in judged(bytes_, shown)]
        if not list(judged(bytes_, last)):
            found.append("planted: the judge does not see what was planted")
    for line in found[:50]:
        print(line)
    print(f"{len(names)} bulletins, {pages} pages, the heaviest {heaviest / 1000:.0f} KB; {len(found)} findings")
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
