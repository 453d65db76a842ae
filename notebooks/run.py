#!/usr/bin/env python3
"""Runs every notebook of this folder against a lake and fails where a cell does.

usage: run.py LAKE
"""
import os
import pathlib
import sys

import nbformat
from nbclient import NotebookClient

lake = pathlib.Path(sys.argv[1]).resolve()
os.environ["KORIDOR_LAKE"] = str(lake)
for path in sorted(pathlib.Path(__file__).parent.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    print(f"{path.name}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells ran")
