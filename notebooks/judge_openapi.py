#!/usr/bin/env python3
"""Independent judge of the HTTP door: schemathesis reads /openapi.json and asks what it allows and what it does not.

No answer may be a fault of the server, of a status, type or shape that the description does not have; what the description
allows is answered, what it does not is refused. It asks without a key, and with one of each role.

usage: judge_openapi.py KORIDOR LAKE [EXAMPLES]
"""
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

koridor, sample = sys.argv[1:3]
examples = sys.argv[3] if len(sys.argv) > 3 else "2"
# What the description cannot say: what SQL is, that the bytes of a file need a name beside them, which office a key sends for
# where it is not said, that the first period is not later than the last.
CONFIG = """
[[operations]]
include-path-regex = "(sql|check|submissions|values)$"
checks.positive_data_acceptance.expected-statuses = ["2xx", 304, 400, 401, 403, 404]
"""
ROLES = {"viewer": [], "analyst": [], "steward": ["--region", "7472"], "auditor": [], "admin": []}
schemathesis = pathlib.Path(sys.executable).with_name("schemathesis")


def free_port():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


def wait_for(url, server):
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("the server has ended")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server is not ready")


with tempfile.TemporaryDirectory() as folder:
    lake = pathlib.Path(folder, "lake")
    shutil.copytree(sample, lake)
    landing = pathlib.Path(folder, "landing")
    landing.mkdir()
    callers = {"anybody": []}
    for role, more in ROLES.items():
        create = [koridor, "--lake", str(lake), "key", "create", "--name", f"schemathesis {role}", "--role", role, *more]
        key = subprocess.run(create, capture_output=True, text=True, check=True).stdout.strip()
        callers[role] = ["-H", f"Authorization: Bearer {key}"]
    config = pathlib.Path(folder, "schemathesis.toml")
    config.write_text(CONFIG)
    address = f"127.0.0.1:{free_port()}"
    serve = [koridor, "--lake", str(lake), "serve", "--http", address, "--rate", "0", "--landing", str(landing)]
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/readyz", server)
        for who, headers in callers.items():
            print(f"== {who}", flush=True)
            # Extracts are asked for elsewhere: one is the work of seconds.
            asked = [str(schemathesis), "--config-file", str(config), "run", f"http://{address}/openapi.json",
                     "--max-examples", examples, "--checks", "all", "--max-response-time", "60",
                     "--request-timeout", "60", "--phases", "examples,coverage,fuzzing", "--exclude-path-regex", "extracts",
                     "--seed", "20261127", "--no-color", *headers]
            if subprocess.run(asked, cwd=folder).returncode:
                sys.exit(f"asked as {who}: schemathesis found something, see above")
    finally:
        server.terminate()
        server.wait(60)
print("the HTTP door does what its description says")
