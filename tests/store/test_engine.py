"""What calculates, and what it may use."""

from pathlib import Path

import pyarrow as pa
import pytest

from joinedup.core.errors import MethodError
from joinedup.store.engine import Granted, Limits, engine, quoted, split_name

ROWS = pa.table({"n": [1, 2, 3]})


def test_a_name_has_a_schema_or_lives_in_main():
    assert split_name("admitted.visits") == ("admitted", "visits")
    assert split_name("visits") == ("main", "visits")


@pytest.mark.parametrize("name", ["", ".", "a.b.c", "A.b", "a b", "a;drop", '"a"', "a.", "1a", "é"])
def test_what_is_not_a_name_is_refused(name):
    with pytest.raises(MethodError, match="not a table's name"):
        split_name(name)


def test_a_quote_in_a_name_stays_in_the_name():
    assert quoted('a"b') == '"a""b"'
    odd = pa.table({'a" from x; --': [1]})
    with engine({"t": Granted(odd, ('a" from x; --',))}) as connection:
        assert connection.execute("select * from t").fetchall() == [(1,)]


def test_the_limits_are_those_that_were_given():
    with engine({"t": Granted(ROWS, ("n",))}, Limits(threads=1, memory="300MB")) as connection:
        settings = "select current_setting('threads'), current_setting('memory_limit')"
        ((threads, memory),) = connection.execute(settings).fetchall()
    assert threads == 1
    assert memory.startswith("286")  # MiB, which is 300 MB


def test_the_folder_it_spills_into_is_gone_afterwards():
    with engine({"t": Granted(ROWS, ("n",))}) as connection:
        place = "select current_setting('temp_directory')"
        ((folder,),) = connection.execute(place).fetchall()
        assert Path(folder).is_dir()
    assert not Path(folder).exists()
