"""The lake keeps its promises whichever database holds its versions."""

import subprocess
import sys

import pyarrow as pa

from joinedup.store.lake import Lake

WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from joinedup.records.home import connect
from joinedup.store.lake import Lake
home, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
connect(home)
for number in range(count):
    Lake(home).write(
        "admitted.visits", pa.table({"by": [name], "n": [number]}), kind="delivery", actor=name,
        facts={}, purposes=["p"], agreements=["a"], origin=f"{name}:{number}",
    )
"""


def write(lake, rows):
    return lake.write(
        "admitted.visits",
        pa.table({"n": rows}),
        kind="delivery",
        actor="ana",
        facts={},
        purposes=["p"],
        agreements=["a"],
        origin="delivery:1",
    )


def test_a_version_is_written_and_read(home):
    lake = Lake(home)
    assert [write(lake, rows).number for rows in ([1], [1], [2])] == [1, 1, 2]
    assert lake.read("admitted.visits").to_table().to_pydict() == {"n": [2]}
    assert lake.fsck() == []


def test_processes_that_write_one_table_at_once_lose_no_version(home):
    from joinedup.records import ledger
    from joinedup.records.models import TableVersion

    each = 6
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(home), name, str(each)])
        for name in ("ana", "bo", "cy")
    ]
    lake = Lake(home)
    while any(writer.poll() is None for writer in writers):
        if lake.current("admitted.visits") is not None:
            assert lake.read("admitted.visits").count_rows() == 1
        lake.fsck(sweep=True)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    versions = TableVersion.objects.every()
    assert [version.number for version in versions] == list(range(1, 3 * each + 1))
    assert len({version.origin for version in versions}) == 3 * each
    assert lake.fsck() == []
    assert ledger.verify().events == 3 * each
