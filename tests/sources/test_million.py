"""A million rows of every format, read whole, in a memory that does not grow with the file."""

import subprocess
import sys
from datetime import date

import pytest
from test_readers import AGREED, every_format, visits_in
from visit_files import HEADER, write

from joinedup.sources import read

pytestmark = pytest.mark.deep

ROWS = 1_000_000
SEEN = date(2014, 1, 31)
FAR = 777_777
MOST_GIGABYTES = 1.5
"""The typed rows are about 0.1 GB; the rest is Python, Arrow and what a chunk takes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("million")


def million(folder, kind):
    if kind != "xlsx":
        return write(folder, kind, [(n, "ZT1 1AB", SEEN, "x") for n in range(ROWS)])
    import xlsxwriter  # the other writer holds the whole book

    path = folder / "visits.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, days = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADER)
        for n in range(ROWS):
            sheet.write_row(n + 1, 0, (n, "ZT1 1AB"))
            sheet.write_datetime(n + 1, 2, SEEN, days)
            sheet.write_string(n + 1, 3, "x")
    return path


@every_format
def test_a_million_rows_are_read_whole(folder, kind):
    delivery = read(million(folder, kind), visits_in(kind), AGREED)
    assert delivery.rows == delivery.table.num_rows == ROWS
    assert delivery.table.slice(FAR, 1).to_pylist() == [
        {"visit": FAR, "postcode": "ZT1 1AB", "seen_on": SEEN}
    ]


@every_format
def test_a_million_rows_are_read_in_little_memory(folder, kind):
    path = million(folder, kind)
    reading = f"""
import resource
import sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from test_readers import AGREED, visits_in
from joinedup.sources import read
read(Path({str(path)!r}), visits_in({kind!r}), AGREED)
from joinedup.sources.child import ask
ask._forget()
told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print((int(told["VmHWM"].split()[0]) + child) / 2**20)
"""
    done = subprocess.run(
        [sys.executable, "-c", reading], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < MOST_GIGABYTES
