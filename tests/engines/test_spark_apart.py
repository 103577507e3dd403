"""What can be seen from outside of a Spark that holds granted cells?"""

import sys
import traceback
from pathlib import Path

import pyarrow as pa
import pytest

from joinedup.core.errors import MethodError
from joinedup.store import spark as room
from joinedup.store.access import one_select, open_access
from joinedup.store.engine import Granted

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CELL = "ZQX77CELL"


def listening(process):
    """The addresses at which a process waits for others, as the kernel writes them."""
    links = (one.readlink() for one in Path(f"/proc/{process}/fd").iterdir() if one.is_symlink())
    sockets = {str(one)[8:-1] for one in links if str(one).startswith("socket:")}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            part = line.split()
            if part[3] == "0A" and part[9] in sockets:
                found.add(part[1].partition(":")[0])
    return found


def test_spark_waits_for_nobody_from_another_machine(java):
    process = java.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    here = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    assert listening(process)
    assert listening(process) <= here


def test_what_spark_puts_aside_holds_no_cell_in_clear(java):
    cells = pa.table({"n": range(5_000), "name": [f"{CELL}{row}" for row in range(5_000)]})
    folder = Path(java.conf.get("spark.local.dir"))
    with room.spark({"t": Granted(cells, ("n", "name"))}) as session:
        session.table(room.view_of("t")).repartition(3, "name").toArrow()
        written = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
        held = [path.name for path in written if CELL.encode() in path.read_bytes()]
    assert any(path.name.startswith("shuffle") for path in written)
    assert not held


@pytest.mark.usefixtures("java")
def test_a_cell_that_cannot_be_worked_with_is_told_nowhere(capfd):
    cells = pa.table({"name": [CELL], "n": [1]})
    grants = {"t": Granted(cells, ("name", "n"))}
    with open_access(grants, step="s", purpose="p", calculates="spark") as access:
        wrong = one_select("select a.n from t a where a.name = 1", where="it")
        with pytest.raises(MethodError, match="for at least one row") as caught:
            access.query(wrong)
    out, err = capfd.readouterr()
    assert CELL not in "".join((*traceback.format_exception(caught.value), out, err))


def test_after_the_block_nothing_is_kept_in_a_session_that_was_there_before(java):
    with room.spark({"t": Granted(pa.table({"n": [1]}), ("n",))}) as session:
        assert session is not java
        assert [one.name for one in session.catalog.listTables()] == [room.view_of("t")]
        assert not java.catalog.listTables()
    assert not session.catalog.listTables()
    assert java.range(3).count() == 3


def test_without_spark_the_way_out_is_told(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with (
        pytest.raises(MethodError, match=r"install joinedup\[spark\]"),
        open_access({}, step="s", purpose="p", calculates="spark"),
    ):
        pytest.fail("it started")


def test_without_java_the_way_out_is_told(monkeypatch):
    monkeypatch.setattr(room, "_session_beside", lambda: None)
    monkeypatch.setattr(room.shutil, "which", lambda _: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with (
        pytest.raises(MethodError, match="Java is not on this machine"),
        room.spark(),
    ):
        pytest.fail("it started")
