"""What a cell means, told exactly or not at all."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from joinedup.sources.typed import typed

WKB = bytes.fromhex("0101000000000000000000f03f0000000000000040")


def told(cells, kind, date_format=""):
    array = cells if isinstance(cells, pa.Array) else pa.array(cells)
    column = typed(array, kind, date_format=date_format)
    return column.values.to_pylist(), column.wrong.tolist()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "007", "007"),
        ("text", " a ", " a "),
        ("integer", " 42", 42),
        ("integer", "+42", 42),
        ("integer", "-1", -1),
        ("integer", "60607.0", 60607),
        ("number", "1e3", 1000.0),
        ("number", "-.5", -0.5),
        ("number", "5.", 5.0),
        ("date", "2014-02-28", date(2014, 2, 28)),
        ("date", "2014-02-28T00:00:00.000", date(2014, 2, 28)),
        ("datetime", "2014-02-28 09:30:00", datetime(2014, 2, 28, 9, 30)),  # noqa: DTZ001
        ("datetime", "2014-02-28T09:30:00+02:00", datetime(2014, 2, 28, 7, 30)),  # noqa: DTZ001
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("geometry", WKB.hex(), WKB),
    ],
)
def test_text_that_is_of_the_type_is_told_exactly(kind, text, value):
    assert told([text], kind) == ([value], [False])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1.5"),
        ("integer", "1,000"),
        ("integer", "9" * 19),
        ("integer", "\u0661"),
        ("number", "nan"),
        ("number", "1e999"),
        ("number", "1,5"),
        ("date", "2014-02-30"),
        ("date", "20140228"),
        ("date", "2014-02-28 09:30"),
        ("datetime", "soon"),
        ("boolean", "perhaps"),
        ("boolean", "2"),
        ("geometry", "POINT (1 2)"),
        ("geometry", "ff00"),
    ],
)
def test_text_that_is_not_of_the_type_is_marked_wrong(kind, text):
    assert told([text], kind) == ([None], [True])


@pytest.mark.parametrize("kind", ["text", "integer", "number", "date", "datetime", "boolean"])
def test_blanks_are_an_empty_cell_of_any_type(kind):
    assert told(["", "  ", None], kind) == ([None] * 3, [False] * 3)


def test_a_date_format_is_followed_and_a_workbooks_own_date_is_not_mistaken():
    cells = ["2014-05-01", "2014-05-01T00:00:00", "2014-13-01"]
    want = [date(2014, 1, 5), date(2014, 5, 1), date(2014, 1, 13)]
    assert told(cells, "date", "%Y-%d-%m") == (want, [False] * 3)


@pytest.mark.parametrize(
    ("cells", "kind", "value"),
    [
        (pa.array([7], pa.int8()), "integer", 7),
        (pa.array([7], pa.uint64()), "integer", 7),
        (pa.array([7], pa.int32()), "number", 7.0),
        (pa.array([7], pa.int32()), "text", "7"),
        (pa.array([1], pa.int8()), "boolean", True),
        (pa.array([60607.0]), "integer", 60607),
        (pa.array([60607.0]), "text", "60607"),
        (pa.array([0.5], pa.float32()), "number", 0.5),
        (pa.array([Decimal("1.50")]), "number", 1.5),
        (pa.array(["7"], pa.large_string()), "integer", 7),
        (pa.array(["a"]).dictionary_encode(), "text", "a"),
        (pa.array([True]), "boolean", True),
        (pa.array([date(2014, 1, 1)]), "date", date(2014, 1, 1)),
        (pa.array([date(2014, 1, 1)], pa.date64()), "date", date(2014, 1, 1)),
        (pa.array([datetime(2014, 1, 1)]), "date", date(2014, 1, 1)),  # noqa: DTZ001
        (pa.array([date(2014, 1, 1)]), "datetime", datetime(2014, 1, 1)),  # noqa: DTZ001
        (pa.array([datetime(2014, 1, 1, 9, tzinfo=UTC)]), "datetime", datetime(2014, 1, 1, 9)),  # noqa: DTZ001
        (pa.array([WKB]), "geometry", WKB),
        (pa.array([WKB], pa.large_binary()), "geometry", WKB),
    ],
)
def test_a_files_own_type_may_be_wider_if_nothing_is_lost(cells, kind, value):
    assert told(cells, kind) == ([value], [False])


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (pa.array([2**63], pa.uint64()), "integer"),
        (pa.array([1.5]), "integer"),
        (pa.array([float("inf")]), "number"),
        (pa.array([2]), "boolean"),
        (pa.array([1]), "date"),
        (pa.array([1.0]), "geometry"),
        (pa.array([True]), "integer"),
        (pa.array([date(2014, 1, 1)]), "text"),
        (pa.array([datetime(2014, 1, 1, 9)]), "date"),  # noqa: DTZ001
        (pa.array([b"\xff"]), "geometry"),
        (pa.array([[1]]), "text"),
    ],
)
def test_a_files_own_type_that_would_lose_something_is_marked_wrong(cells, kind):
    assert told(cells, kind) == ([None], [True])


def test_a_number_that_is_not_a_number_is_an_empty_cell():
    assert told([float("nan"), 1.0], "number") == ([None, 1.0], [False, False])
    assert told([float("nan"), 1.0], "integer") == ([None, 1], [False, False])


def test_a_geometry_in_an_extension_type_is_told_as_plain_wkb():
    class Shape(pa.ExtensionType):
        def __init__(self):
            super().__init__(pa.binary(), "test.wkb")

        def __arrow_ext_serialize__(self):
            return b""

        @classmethod
        def __arrow_ext_deserialize__(cls, _storage, _serialized):
            return cls()

    cells = pa.ExtensionArray.from_storage(Shape(), pa.array([WKB]))
    assert told(cells, "geometry") == ([WKB], [False])
