#!/usr/bin/env python3
"""Runs every notebook of this folder against a lake, with the doors open beside it, and fails where a cell does.

usage: run.py LAKE KORIDOR
"""
import os
import pathlib
import socket
import subprocess
import sys
import time

import nbformat
from nbclient import NotebookClient

lake, program = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
here = pathlib.Path(__file__).resolve().parent


def address():
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{own.getsockname()[1]}"


def wait_for(place):
    host, port = place.split(":")
    for _ in range(200):
        with socket.socket() as own:
            if own.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"nobody answers at {place}")


doors = {name: address() for name in ["pg", "flight", "http"]}
made = subprocess.run([program, "--lake", lake, "key", "create", "--name", "analyst", "--role", "analyst"], check=True, capture_output=True, text=True)
os.environ |= {f"KORIDOR_{name.upper()}": own for name, own in doors.items()}
os.environ |= {"KORIDOR": str(program), "KORIDOR_LAKE": str(lake), "KORIDOR_KEY": made.stdout.strip(), "KORIDOR_PROJECT_FILES": str(here.parent)}
server = subprocess.Popen([program, "--lake", lake, "serve", *(word for name, own in doors.items() for word in (f"--{name}", own))])
try:
    for own in doors.values():
        wait_for(own)
    for path in sorted(here.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
        print(f"{path.name}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells ran")
finally:
    server.terminate()
    server.wait(30)
