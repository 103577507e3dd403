"""What a cell means, told exactly or not at all."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.sources.typed import _blank, typed

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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", 1234.5),
        ("12,345,678", 12345678.0),
        ("£1,234.50", 1234.5),
        ("-£5", -5.0),
        ("£ -5.25", -5.25),
        ("00123.45", 123.45),
    ],
)
def test_pounds_and_thousands_are_told(text, value):
    assert told([text], "number") == ([value], [False])


@pytest.mark.parametrize("text", ["1,23", "12,34.5", ",234", "1,234,56", "$5", "-£-5", "££5", "£"])
def test_a_comma_that_is_not_between_thousands_is_not_guessed_at(text):
    assert told([text], "number") == ([None], [True])


def test_an_identifier_that_was_a_number_stays_as_sent():
    assert told(["999000123.0"], "text") == (["999000123.0"], [False])


@pytest.mark.parametrize(
    ("text", "date_format", "value"),
    [
        ("31-Jul-2026", "%d-%b-%Y", date(2026, 7, 31)),
        ("31-JUL-26", "%d-%b-%y", date(2026, 7, 31)),
        ("1 Mar 2025", "%d %b %Y", date(2025, 3, 1)),
        ("1Mar2025", "%d%b%Y", date(2025, 3, 1)),
        ("1 Sept 2025", "%d %b %Y", date(2025, 9, 1)),
        ("1 March 2025", "%d %B %Y", date(2025, 3, 1)),
        ("31-07-2026", "%d-%b-%Y", None),
        ("31-Juli-2026", "%d-%b-%Y", None),
        ("31-Jul-Jul-2026", "%d-%b-%Y", None),
    ],
)
def test_a_months_name_is_english(text, date_format, value):
    assert told([text], "date", date_format) == ([value], [value is None])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("60", None),
        ("61", date(1900, 3, 1)),
        ("45292", date(2024, 1, 1)),
        ("45292.0", date(2024, 1, 1)),
        ("45292.5", None),
        ("2958465", date(9999, 12, 31)),
        ("2958466", None),
        ("0", None),
        ("-1", None),
        ("2024-01-01", None),
        ("2024-01-01T00:00:00", date(2024, 1, 1)),
    ],
)
def test_a_spreadsheets_day_number_is_a_day_but_its_29_february_1900_is_none(text, value):
    assert told([text], "date", "serial") == ([value], [value is None])


def test_a_spreadsheets_day_number_may_hold_the_time_or_be_a_number():
    assert told(["45292.75"], "datetime", "serial")[0] == [datetime(2024, 1, 1, 18)]  # noqa: DTZ001
    assert told(pa.array([45292, None]), "date", "serial")[0] == [date(2024, 1, 1), None]
    assert told(pa.array([45292.0]), "date", "serial")[0] == [date(2024, 1, 1)]
    assert told(pa.array([45292]), "date") == ([None], [True])


def test_the_first_format_that_fits_counts_and_each_is_counted():
    cells = pa.array(
        ["01/02/2025", "1 Mar 2025", "13/12/2025", "1 Mar 2025", "12/13/2025", "", "?"]
    )
    others = ("%m/%d/%Y", "%d %b %Y")
    column = typed(cells, "date", date_format="%d/%m/%Y", other_formats=others)
    assert column.values.to_pylist() == [
        date(2025, 2, 1),
        date(2025, 3, 1),
        date(2025, 12, 13),
        date(2025, 3, 1),
        date(2025, 12, 13),
        None,
        None,
    ]
    assert column.wrong.tolist() == [False] * 6 + [True]
    assert column.formats == (2, 1, 2)


SIGNS = st.sampled_from(
    [*"0123456789+-.eExXinfa ,_/", "\t", "\u00a0", "\uff11", "2026", "-03-", "01"]
)
ALIKE = st.lists(SIGNS, max_size=10).map("".join)
USUAL = st.integers(-(10**17), 10**17).map(str) | st.dates().map(str) | st.floats().map(repr)


@settings(max_examples=400)
@given(
    kind=st.sampled_from(["text", "integer", "number", "date"]),
    cells=st.lists(ALIKE | USUAL | st.none(), min_size=1, max_size=4),
)
def test_a_column_that_is_plainly_of_its_type_is_told_as_the_careful_way_tells_it(kind, cells):
    column = pa.array(cells, pa.string())
    quick = typed(column, kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("joinedup.sources.typed.QUICK", {})
        careful = typed(column, kind)
    assert quick.values.equals(careful.values)
    assert quick.wrong.tolist() == careful.wrong.tolist()
    assert quick.formats == careful.formats


def test_every_sign_that_is_blank_for_trimming_is_blank_for_us():
    signs = [chr(n) for n in range(0x110000) if not 0xD800 <= n <= 0xDFFF]
    trimmed = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(pa.array(signs))), 0)
    assert _blank(pa.array(signs)).equals(trimmed)
