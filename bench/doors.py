"""Clients that look values up at the doors and in PostgreSQL; started by doors.sh.

Each client is a connection of its own that asks again as soon as it is answered. Clients are shared among processes, so
that Python is not what is measured; all sides are asked by the same clients.
"""
import csv
import getpass
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import psycopg

koridor, lake, work, clients, seconds, postgres = sys.argv[1:]
clients, seconds = int(clients), float(seconds)
SQL = "select period, state, value from indicators.values where indicator_id = %s and region_code = %s order by period, state, value"
PROCESSES = 4
# A key runs four statements at once.
CLIENTS_OF_A_KEY = 4


def free():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


def pairs():
    with open(f"{work}/values.csv", newline="") as file:
        return sorted({(row["indicator_id"], row["region_code"]) for row in csv.DictReader(file)})


def by_wire(arguments):
    own = psycopg.connect(autocommit=True, **arguments)
    return lambda pair: own.execute(SQL, pair, prepare=True).fetchall()


def by_http(port, key):
    own = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(pair):
        own.request("GET", f"/v1/indicators/{pair[0]}/values?region={pair[1]}&format=json", headers={"Authorization": f"Bearer {key}"})
        answer = own.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:200]}")
    return ask


def client(open_one, own, until, times, errors):
    chosen = random.Random(own)
    asked = pairs()
    try:
        ask = open_one(own)
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}")
        return
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            ask(chosen.choice(asked))
            times.append(time.monotonic() - begun)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
            if len(errors) > 1000:
                return


def some(open_one, numbers, told):
    """The clients of one process."""
    until, times, errors = time.monotonic() + seconds, [], []
    threads = [threading.Thread(target=client, args=(open_one, own, until, times, errors)) for own in numbers]
    for own in threads:
        own.start()
    for own in threads:
        own.join()
    told.put((times, errors))


def side(name, open_one, process):
    before = resident(process)
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    parts = [context.Process(target=some, args=(open_one, range(at, clients, PROCESSES), told)) for at in range(PROCESSES)]
    for own in parts:
        own.start()
    found = [told.get() for _ in parts]
    for own in parts:
        own.join()
    times = sorted(own for part, _ in found for own in part)
    errors = [own for _, part in found for own in part]
    p50, p99 = (times[int(len(times) * part)] * 1000 if times else float("nan") for part in (0.5, 0.99))
    print(f"{name:<22} {len(times):8d} answers {len(times) / seconds:9.0f}/s   p50 {p50:8.1f} ms   p99 {p99:8.1f} ms   errors {len(errors):5d}"
          f"   memory {before:5.0f} -> {resident(process):5.0f} MiB", flush=True)
    for own in sorted(set(errors))[:3]:
        print(f"    {own}")
    return p99


def resident(process):
    """MiB of a process and of those that it started."""
    kibibytes, waiting = 0, [process.pid]
    while waiting:
        own = waiting.pop()
        try:
            status = pathlib.Path(f"/proc/{own}/status").read_text()
            waiting += map(int, pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
        kibibytes += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return kibibytes / 1024


def await_port(port):
    for _ in range(600):
        with socket.socket() as own:
            if own.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"nobody answers at {port}")


def begun(arguments):
    """A connection to a server that has just been started."""
    await_port(arguments["port"])
    for _ in range(600):
        try:
            return psycopg.connect(autocommit=True, **arguments)
        except psycopg.OperationalError:
            time.sleep(0.1)
    sys.exit("PostgreSQL does not begin")


def key(number):
    out = subprocess.run([koridor, "--lake", lake, "key", "create", "--name", f"Bench {number}", "--role", "analyst"], capture_output=True, text=True, check=True).stdout.strip()
    return out.split("_")[1], out


def doors():
    keys = [key(number) for number in range((clients + CLIENTS_OF_A_KEY - 1) // CLIENTS_OF_A_KEY)]
    pg, web = free(), free()
    log = open(f"{work}/doors.log", "w")
    process = subprocess.Popen([koridor, "--lake", lake, "serve", "--pg", f"127.0.0.1:{pg}", "--http", f"127.0.0.1:{web}", "--rate", "0"], stdout=log, stderr=log)
    try:
        for port in (pg, web):
            await_port(port)
        of = [keys[own // CLIENTS_OF_A_KEY] for own in range(clients)]
        arguments = [{"host": "127.0.0.1", "port": pg, "dbname": "koridor", "user": user, "password": secret} for user, secret in of]
        wire = side("koridor, PostgreSQL", lambda own: by_wire(arguments[own]), process)
        side("koridor, HTTP", lambda own: by_http(web, of[own][1]), process)
        with psycopg.connect(autocommit=True, **arguments[0]) as own:
            answer = own.execute(SQL, pairs()[0]).fetchall()
        return wire, answer
    finally:
        process.terminate()
        process.wait(60)


def beside():
    """PostgreSQL with the same rows, as another user where this one may do everything."""
    folder = tempfile.mkdtemp(prefix="koridor-bench-")
    port = free()
    user = "postgres" if os.getuid() == 0 else getpass.getuser()
    as_user = ["runuser", "-u", user, "--"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, user)
    subprocess.run([*as_user, f"{postgres}/initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "bench"], check=True, capture_output=True)
    process = subprocess.Popen([*as_user, f"{postgres}/postgres", "-D", f"{folder}/data", "-p", str(port), "-k", folder, "-c", f"max_connections={clients + 20}"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        arguments = {"host": "127.0.0.1", "port": port, "dbname": "postgres", "user": "bench"}
        with begun(arguments) as own:
            own.execute("create schema indicators; create table indicators.values (indicator_id text, region_code text, grain text, period text, state text, value double precision)")
            with own.cursor().copy("copy indicators.values from stdin with (format csv, header)") as copy, open(f"{work}/values.csv", "rb") as file:
                while block := file.read(1 << 16):
                    copy.write(block)
            own.execute("create index on indicators.values (indicator_id, region_code); analyze")
            answer = own.execute(SQL, pairs()[0]).fetchall()
        return side("PostgreSQL", lambda own: by_wire(arguments), process), answer
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    with open(f"{work}/values.csv") as file:
        rows = sum(1 for _ in file) - 1
    print(f"{clients} clients, {seconds:.0f} s each side, {rows} rows of indicators.values, {len(pairs())} different questions")
    wire, ours = doors()
    if not postgres:
        print("no PostgreSQL under /usr/lib/postgresql: the ratio is left away")
        return
    theirs, answer = beside()
    plain = lambda found: [[None if own is None else str(own) for own in row[:2]] for row in found]
    if plain(ours) != plain(answer):
        sys.exit(f"other rows: {json.dumps(plain(ours)[:3])} and {json.dumps(plain(answer)[:3])}")
    print(f"ratio of p99, koridor over the wire / PostgreSQL: {wire / theirs:.1f}")


main()
