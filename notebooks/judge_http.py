"""Judges the HTTP door of `koridor serve` from outside, with nothing but sockets and the standard library.

    python judge_http.py KORIDOR LAKE

- every form of every kind of answer is what it says: JSON, NDJSON, CSV, Parquet, Arrow, XLSX, SDMX-CSV, ZIP;
- tags, 304, HEAD, OPTIONS, compression, paging and problems are as HTTP has them;
- what the release withholds stands in no answer for a caller without a key, at any route, nor in an error;
- an upload is marked or refused, never kept; a steward's file lies under the folder of the office, once;
- keys in URLs, ways out of a folder, line breaks in headers, scripts in cells, oversized and slow bodies,
  a ZIP bomb, a thousand connections that say nothing: each is answered or closed, and the next page comes;
- 64 callers at once get no error; the server ends when it is told to.
"""

import csv
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from pathlib import Path

checks = 0


def check(is_right, told):
    global checks
    checks += 1
    if not is_right:
        raise SystemExit(f"wrong: {told}")


class Server:
    """`koridor serve` on a free port, until it is told to stop."""

    def __init__(self, koridor, lake, landing):
        with socket.socket() as own:
            own.bind(("127.0.0.1", 0))
            self.port = own.getsockname()[1]
        words = [koridor, "--lake", lake, "--lang", "en", "serve", "--http", f"127.0.0.1:{self.port}"]
        words += ["--timeout", "300", "--landing", landing, "--rate", "0", "--patience", "3", "--upload", "8", "--connections", "3000"]
        words += ["--cors", "https://friend.example"]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stderr=self.log, stdout=self.log)
        until = time.time() + 300
        while True:
            check(self.process.poll() is None and time.time() < until, "the server is not ready")
            try:
                if self.ask("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.3)

    def ask(self, path, method="GET", headers=None, body=None, timeout=300):
        own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        own.request(method, path, body=body, headers=headers or {})
        answer = own.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        data = answer.read()
        own.close()
        return answer.status, found, data

    def raw(self, data, timeout=20):
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as own:
            own.sendall(data)
            parts = []
            try:
                while part := own.recv(65536):
                    parts.append(part)
            except (TimeoutError, ConnectionError):
                pass
            return b"".join(parts)

    def resident_mb(self):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        check(code == 0, f"it ended with {code}")
        self.log.seek(0)
        return self.log.read().decode(errors="replace")


def form(name, data, fields=None):
    """A form with a file: its media type and its bytes."""
    mark = "x7f3a91"
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in (fields or {}).items()]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = b"".join(parts) + head.encode() + data + f"\r\n--{mark}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={mark}"}, body


def problem(answer, status):
    code, headers, data = answer
    check(code == status, f"{code} in the place of {status}: {data[:300]}")
    check(headers["content-type"] == "application/problem+json", headers)
    own = json.loads(data)
    check(own["status"] == status and own["detail"], own)
    return own


def pages(server):
    code, headers, data = server.ask("/")
    check(code == 200 and headers["content-type"].startswith("text/html"), "the first page")
    policy = headers["content-security-policy"]
    check("default-src 'none'" in policy and "unsafe-inline" not in policy, policy)
    check(headers["x-content-type-options"] == "nosniff", headers)
    check(b"<script" not in data, "a script")
    tag = headers["etag"]
    check(server.ask("/", headers={"If-None-Match": tag})[0] == 304, "304")
    check(server.ask("/", headers={"If-None-Match": '"other"'})[0] == 200, "another tag")
    code, head, nothing = server.ask("/", method="HEAD")
    check(code == 200 and not nothing and head["etag"] == tag, "HEAD")
    code, zipped, data_zipped = server.ask("/", headers={"Accept-Encoding": "gzip"})
    check(zipped.get("content-encoding") == "gzip", zipped)
    check(zlib.decompress(data_zipped, 31) == data, "gzip")
    check(server.ask("/", headers={"Accept-Encoding": "zstd"})[1].get("content-encoding") == "zstd", "zstd")
    # Ways of the first page lead to pages.
    seen, waiting = set(), ["/id/index.html", "/en/index.html", "/sql", "/kirim", "/send", "/docs"]
    while waiting and len(seen) < 60:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        code, headers, data = server.ask(path)
        check(code == 200, f"{path}: {code}")
        for link in re.findall(rb'href="([^"#]+)"', data)[:40]:
            there = re.sub(r"/[^/]*$", "/", path) + link.decode().replace("&amp;", "&")
            parts = []
            for part in there.split("/"):
                parts = parts[:-1] if part == ".." else parts + [part]
            if len(waiting) < 200:
                waiting.append("/".join(parts))
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        server.ask("/id/index.html")
        times.append(time.perf_counter() - begun)
    print(f"pages: {len(seen)} followed, a page in {sorted(times)[10] * 1000:.1f} ms")
    release = server.ask("/readyz")[2].decode().strip()
    code, headers, _ = server.ask("/en/indicators.html?as_of=2099-01-01")
    check(code == 303 and headers["location"] == f"/as-of/{release}/en/indicators.html", headers)
    check(server.ask(headers["location"])[0] == 200, "as of")
    problem(server.ask("/as-of/1999-01-01.1/"), 404)
    problem(server.ask("/id/none.html"), 404)


def forms(server):
    own = "/v1/indicators/visits_total/values"
    rows = json.loads(server.ask(own + "?limit=10000")[2])
    check(len(rows) > 50, len(rows))
    begins = {"parquet": b"PAR1", "xlsx": b"PK", "arrow": b"\xff\xff\xff\xff", "sdmx-csv": b"STRUCTURE,"}
    for name, begin in begins.items():
        code, headers, data = server.ask(f"{own}?format={name}")
        check(code == 200 and data.startswith(begin), f"{name}: {code} {data[:20]}")
        check(not re.search(r"[\r\n]", headers["content-disposition"]), headers)
    table = list(csv.DictReader(io.StringIO(server.ask(own, headers={"Accept": "text/csv"})[2].decode())))
    check([row["state"] for row in table] == [row["state"] for row in rows], "CSV and JSON differ")
    lines = server.ask(own, headers={"Accept": "application/x-ndjson"})[2].splitlines()
    check([json.loads(line) for line in lines] == rows, "NDJSON and JSON differ")
    paged, path = [], own + "?limit=37"
    while path:
        code, headers, data = server.ask(path)
        check(code == 200, code)
        paged += json.loads(data)
        link = re.fullmatch(r'<([^>]+)>; rel="next"', headers.get("link", ""))
        path = link and link[1]
    check(paged == rows, "paging loses or doubles values")
    archive = zipfile.ZipFile(io.BytesIO(server.ask("/v1/extracts/indicators?format=datapackage&region=CORR")[2]))
    check("datapackage.json" in archive.namelist(), archive.namelist())
    wrong = problem(server.ask(own + "?regio=1"), 400)
    check("region" in wrong["hint"], wrong)
    problem(server.ask(own + "?format=gif"), 400)
    problem(server.ask(own, headers={"Accept": "image/gif"}), 406)
    problem(server.ask("/v1/indicators/none/values"), 404)
    problem(server.ask("/v1/nothing"), 404)
    code, headers, data = server.ask("/v1/check")
    check(code == 405 and headers["allow"] == "POST", headers)
    code, headers, _ = server.ask("/v1/sql", method="OPTIONS", headers={"Origin": "https://friend.example", "Access-Control-Request-Method": "POST"})
    check(code in (200, 204) and headers["access-control-allow-origin"] == "https://friend.example", headers)
    foreign = server.ask("/v1/status", headers={"Origin": "https://other.example"})[1]
    check("access-control-allow-origin" not in foreign, foreign)


def sql(server):
    def ask(statement, **more):
        headers = {"Content-Type": "application/sql", **more}
        return server.ask("/v1/sql", method="POST", body=statement.encode(), headers=headers)

    check(json.loads(ask("select 1 as one")[2]) == [{"one": 1}], "select 1")
    refused = ["drop table indicators.values", "copy (select 1) to '/tmp/judge.csv'", "set datafusion.x = 1",
               "create external table a stored as csv location '/etc/passwd'", "select * from '/etc/passwd'",
               "select * from core.visitor_flow", "select * from ops.quarantine", "select", "insert into ref.source values (1)"]
    for statement in refused:
        own = problem(ask(statement), 400)
        check("/etc" not in own["detail"] or "/etc" in statement, own)
    check(not Path("/tmp/judge.csv").exists(), "a file was written")
    text = "<script>alert(1)</script>"
    from urllib.parse import quote
    code, _, page = server.ask("/sql?q=" + quote(f"select '{text}' as \"<b>\", n from generate_series(1, 2000) t(n)"))
    check(b"<script>alert" not in page and b"<b>" not in page, "a script of a cell")
    if code == 200:
        check(page.count(b"<tr>") <= 1001, "more rows than are said")


def withheld(server):
    """Every number that the lake withholds, looked for in what anybody is given."""
    code, _, data = server.ask("/v1/sql?q=" + "select+indicator_id,region_code,grain,period,value,numerator+from+indicators.values+where+state='suppressed'")
    rows = json.loads(data)
    check(code == 200 and all(row["value"] is None and row["numerator"] is None for row in rows), "a withheld number")
    for row in rows[:12]:
        period = row["period"][:4] if row["grain"] == "Y" else row["period"][:7]
        if row["grain"] == "Q":
            period = f"{row['period'][:4]}-Q{(int(row['period'][5:7]) + 2) // 3}"
        path = f"/v1/explain?id={row['indicator_id']}&region={row['region_code']}&period={period}"
        found = json.loads(server.ask(path)[2])
        check(all(own["value"] is None for own in found), path)
        for name in ("parts", "rows", "files", "refused_rows"):
            check(all(name not in own for own in found), f"{path}: {name}")
    code, _, data = server.ask("/v1/status")
    check(code == 200, data)
    status = json.loads(data)
    needs = status["needs"]
    for name in ("refused_files", "held_files", "withheld", "open_refusals", "stopped_by"):
        check(not needs[name], f"status tells {name}")
    print(f"withheld: {len(rows)} values looked for")


def keys(koridor, lake, server, landing):
    made = subprocess.run([koridor, "--lake", lake, "--lang", "en", "--format", "json", "key", "create", "--name", "judge", "--role", "steward", "--region", "7472"], capture_output=True, text=True)
    check(made.returncode == 0, made.stderr)
    key = re.search(r"koridor_[0-9a-f]+_[0-9a-f]+", made.stdout + made.stderr)[0]
    bearer = {"Authorization": f"Bearer {key}"}
    problem(server.ask(f"/v1/status?key={key}"), 400)
    problem(server.ask(f"/v1/sql?q={key}"), 400)
    problem(server.ask("/v1/status", headers={"Authorization": "Bearer koridor_00_00"}), 401)
    data = b"region_code,period_month,reduced_ton,handled_ton\n7472,2024-01,1,2\n"
    headers, body = form("kiriman.csv", data)
    problem(server.ask("/v1/submissions?source=DLH_7472", "POST", headers, body), 401)
    problem(server.ask("/v1/submissions?source=DLH_7407", "POST", {**headers, **bearer}, body), 403)
    code, _, told = server.ask("/v1/submissions?source=DLH_7472", "POST", {**headers, **bearer}, body)
    own = json.loads(told)
    check(code == 201 and not own["is_known"], told)
    check((Path(landing) / "DLH_7472" / own["name"]).read_bytes() == data, "the bytes in the landing folder")
    code, _, told = server.ask("/v1/submissions?source=DLH_7472", "POST", {**headers, **bearer}, body)
    check(code == 200 and json.loads(told)["is_known"], told)
    headers, body = form("kiriman.csv", data + b"7472,2024-02,1,2\n")
    code, _, told = server.ask("/v1/submissions?source=DLH_7472", "POST", {**headers, **bearer}, body)
    check(code == 201 and json.loads(told)["name"] == "kiriman_2.csv", told)
    for name in ("../out.csv", "..\\out.csv", "/etc/out.csv", ".hidden.csv", "a\x00.csv"):
        headers, body = form(name, data)
        code, _, told = server.ask("/v1/submissions?source=DLH_7472", "POST", {**headers, **bearer}, body)
        check(code in (400, 201), f"{name!r}: {code}")
    outside = [path for path in Path(landing).rglob("*") if path.is_file() and path.parent.name != "DLH_7472"]
    check(not outside, outside)
    return key


def files(server, landing):
    before = sorted(Path(landing).rglob("*"))
    bad = b"region_code,period_month,reduced_ton,handled_ton\n7472,2024-01,1,2\n7472,2024-02,<script>alert(1)</script>,2\n"
    headers, body = form("berkas.csv", bad)
    code, _, told = server.ask("/v1/check?dataset=waste_handling&source=DLH_7472", "POST", headers, body)
    own = json.loads(told)
    check(code == 200 and own[0]["file"]["rows_rejected"] == 1, told[:500])
    excel = {**headers, "Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    code, _, book = server.ask("/v1/check?dataset=waste_handling&source=DLH_7472", "POST", excel, body)
    check(code == 200 and book.startswith(b"PK"), "a marked workbook")
    headers, body = form("DLH_7472_<b>.csv", bad, {"do": "check"})
    code, _, page = server.ask("/kirim", "POST", headers, body)
    check(b"<script>" not in page, "a script of a cell on a page")
    for name, data in {"bom.xlsx": bomb(), "leer.csv": b"", "kaputt.xlsx": b"PK\x03\x04" + b"\0" * 999, "noise.xls": os.urandom(5000)}.items():
        headers, body = form(name, data)
        code, _, told = server.ask("/v1/check", "POST", headers, body)
        check(code in (200, 400, 413, 422), f"{name}: {code} {told[:200]}")
    check(server.process.poll() is None, "the server fell")
    headers, body = form("gross.csv", b"x" * (9 << 20))
    try:
        problem(server.ask("/v1/check", "POST", headers, body), 413)
    except (BrokenPipeError, ConnectionResetError):
        check(True, "closed before all was sent")
    check(sorted(Path(landing).rglob("*")) == before, "a check kept something")


def bomb():
    """A workbook of a few KB that unpacks to a gigabyte."""
    own = io.BytesIO()
    with zipfile.ZipFile(own, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(256):
                sheet.write(b" " * (4 << 20))
    return own.getvalue()


def hostile(server):
    host = b"Host: x\r\n\r\n"
    for line in (b"GET /../../etc/passwd HTTP/1.1\r\n", b"GET /id/..%2f..%2fetc/passwd HTTP/1.1\r\n", b"GET /as-of/..%2f../x HTTP/1.1\r\n",
                 b"GET /v1/extracts/..%2f..%2fetc%2fpasswd HTTP/1.1\r\n", b"GET /%0d%0aSet-Cookie:a=b HTTP/1.1\r\n",
                 b"GET /?as_of=%0d%0aSet-Cookie:a=b HTTP/1.1\r\n", b"GET http://[::1 HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\x01\x00\r\n"):
        answer = server.raw(line + b"Connection: close\r\n" + host)
        check(b"root:" not in answer and b"\r\nset-cookie" not in answer.lower(), line)
        check(not answer or answer.split(b" ", 2)[1][:1] in (b"4", b"3"), f"{line}: {answer[:80]}")
    answer = server.raw(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"a" * 200_000 + b"\r\n\r\n")
    check(b" 431 " in answer[:40] or b" 400 " in answer[:40] or not answer, answer[:40])
    begun = time.time()
    answer = server.raw(b"POST /v1/sql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sql\r\nContent-Length: 100\r\n\r\nsel", 30)
    check(b" 408 " in answer[:40] and time.time() - begun < 20, f"a slow body: {answer[:40]}")
    idle = []
    for _ in range(1000):
        try:
            idle.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        except OSError:
            break
    check(len(idle) >= 900, f"{len(idle)} connections")
    begun = time.time()
    check(server.ask("/id/index.html", timeout=20)[0] == 200, "a page beside idle connections")
    print(f"hostile: {len(idle)} idle connections, a page in {time.time() - begun:.3f} s")
    deadline = time.time() + 30
    idle[0].settimeout(30)
    idle[0].recv(4096)
    check(time.time() < deadline, "an idle connection stays")
    for own in idle:
        own.close()


def at_once(server):
    paths = ["/id/index.html", "/v1/indicators/visits_total/values?region=CORR&grain=Y", "/en/indicators.html", "/v1/indicators/tpk_room_occupancy"]
    wrong, times, until = [], [], time.time() + 10

    def work(place):
        while time.time() < until:
            begun = time.perf_counter()
            code = server.ask(paths[place % len(paths)], timeout=120)[0]
            times.append(time.perf_counter() - begun)
            if code != 200:
                wrong.append((paths[place % len(paths)], code))

    before = server.resident_mb()
    threads = [threading.Thread(target=work, args=(place,)) for place in range(64)]
    [own.start() for own in threads]
    [own.join() for own in threads]
    check(not wrong, f"{len(wrong)} of {len(times)}: {wrong[:3]}")
    after = server.resident_mb()
    times.sort()
    print(f"64 at once: {len(times)} requests, p99 {times[int(len(times) * 0.99)]:.3f} s, {before:.0f} to {after:.0f} MB")
    check(after < before + 1500, "memory grows")


def described(server):
    document = json.loads(server.ask("/openapi.json")[2])
    check(document["openapi"].startswith("3.1"), document["openapi"])
    metrics = server.ask("/metrics")[2].decode()
    for name in ("koridor_http_requests_total{", "koridor_release_timestamp_seconds ", "koridor_lake_readable 1"):
        check(f"\n{name}" in metrics, f"metrics: {name}")
    check("koridor_rows_" not in metrics and "koridor_needs_" not in metrics, "metrics of the lake without a key")


def main():
    koridor, lake = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as landing:
        server = Server(koridor, lake, landing)
        try:
            pages(server)
            forms(server)
            sql(server)
            withheld(server)
            key = keys(koridor, lake, server, landing)
            files(server, landing)
            hostile(server)
            at_once(server)
            described(server)
        finally:
            log = server.end()
        check(key not in log, "a key stands in the log")
        check("fault" not in log.lower(), log)
    print(f"HTTP: {checks} checks are right")


main()
