#!/usr/bin/env python3
"""Workbooks as offices send them.

usage: gen_workbooks.py wide ROWS.csv OUT.xlsx       a returns file as a sheet of twenty columns
       gen_workbooks.py landing FILES ROWS FOLDER    a landing folder: visits, a month of an office in each workbook
"""
import csv
import os
import random
import sys

from openpyxl import Workbook

MONTHS = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "November", "Desember"]
OFFICES = {"7401": "Kabupaten Buton", "7405": "Kabupaten Konawe Selatan", "7407": "Kabupaten Wakatobi",
           "7472": "Kota Baubau"}
# As `schemas/sources/DISPAR_VISITS.json` describes them.
HEADER = ["Kabupaten/Kota", "Tahun", "Bulan", "Saluran", "Metode", "Ukuran", "Pasar", "Asal", "Menginap", "Jumlah"]


def wide(source, out):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Kunjungan")
    for number, line in enumerate(csv.reader(open(source), delimiter=";")):
        # The columns that the office keeps for itself, to make twenty.
        more = range(20 - len(line))
        sheet.append(line + [f"Catatan {index}" if number == 0 else number * index for index in more])
    workbook.save(out)


def landing(files, rows, folder):
    values = random.Random(7)
    for number in range(files):
        code, region = list(OFFICES.items())[number % len(OFFICES)]
        # Backwards from the end of 2024, so that no month is in the future and no workbook takes another's place.
        year, month = divmod(2025 * 12 - 1 - number // len(OFFICES), 12)
        workbook = Workbook()
        sheet = workbook.active
        sheet.title = "Kunjungan"
        sheet.append([f"Laporan kunjungan wisatawan {region}"])
        sheet.append([f"{MONTHS[month]} {year}"])
        sheet.append([])
        sheet.append(HEADER)
        for row in range(rows):
            origin = "".join(chr(65 + row // power % 26) for power in (676, 26, 1))
            sheet.append([region, year, MONTHS[month], "objek wisata", "karcis", "kunjungan", "wisman", origin,
                          "tidak diketahui", values.randint(50, 5000)])
        os.makedirs(f"{folder}/DISPAR_{code}", exist_ok=True)
        workbook.save(f"{folder}/DISPAR_{code}/kunjungan_{year}_{month + 1:02}.xlsx")


match sys.argv[1:]:
    case ["wide", source, out]:
        wide(source, out)
    case ["landing", files, rows, folder]:
        landing(int(files), int(rows), folder)
    case _:
        sys.exit(__doc__)
