"""Everybody is counted once in a cell, and the table says of how many a share is."""

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import joinedup
from joinedup.core.errors import MethodError, ProjectError
from joinedup.result.blocks import Map, Table

HOMES = pa.table(
    {
        "home": ["a", "a", "b", "c", "d", "e"],
        "ward": ["Elm", "Elm", "Elm", "Oak", "Oak", None],
        "unseen": [True, True, False, True, None, True],
    }
)


def counted(table=HOMES, **settings):
    return joinedup.diagnose.counts(
        table=table, **{"id": "home", "by": ("ward",), "case_words": "homes"} | settings
    )


def test_a_home_with_two_rows_is_counted_once_and_one_without_a_ward_is_told():
    data = counted(marks={"unseen": "known to nobody"}).tables["counts"].data
    assert data.to_pylist() == [
        {"ward": "Elm", "cases": 2, "unseen": 1},
        {"ward": "Oak", "cases": 2, "unseen": 1},
        {"ward": "not known", "cases": 1, "unseen": 1},
        {"ward": None, "cases": 5, "unseen": 3},
    ]


def test_the_headline_gives_the_share_and_of_how_many():
    said = counted(marks={"unseen": "are known to nobody"}).result.headline
    assert said == "5 homes in 3 groups by ward; of these 60% are known to nobody."


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.booleans()), min_size=1))
def test_the_members_are_whom_the_numbers_count(rows):
    home, ward, mark = (list(part) for part in zip(*rows, strict=True))
    table = pa.table({"home": home, "ward": ward, "mark": mark})
    output = counted(table, marks={"mark": "marked"})
    (block,) = (block for block in output.result.blocks if isinstance(block, Table))
    members = output.members[block.behind]
    for row, cells in enumerate(block.rows):
        for name, shown in zip(("ward", "cases", "mark", "share_mark"), cells, strict=True):
            if name in ("cases", "mark"):
                assert members.counted[row, name].sum() == shown
    everybody = members.counted[len(block.rows) - 1, "cases"]
    assert sorted(np.array(members.units)[everybody]) == sorted({str(one) for one in home})


def test_somebody_in_two_wards_is_counted_in_each_and_once_in_all():
    table = pa.table({"home": ["a", "a"], "ward": ["Elm", "Oak"]})
    output = counted(table)
    assert output.tables["counts"].data["cases"].to_pylist() == [1, 1, 1]
    (block,) = (block for block in output.result.blocks if isinstance(block, Table))
    assert not block.total_row


def test_areas_with_boundaries_make_a_map():
    areas = pa.table(
        {
            "ward": ["Elm", "Oak"],
            "geometry": [shapely.to_wkb(shapely.box(x, 50, x + 1, 51)) for x in (0, 1)],
        }
    )
    output = counted(areas=areas, area="ward", marks={"unseen": "known to nobody"})
    (drawn,) = (block for block in output.result.blocks if isinstance(block, Map))
    assert (drawn.key, drawn.value) == ("ward", "share_unseen")
    assert [one["properties"] for one in drawn.areas["features"]] == [
        {"ward": "Elm"},
        {"ward": "Oak"},
    ]


def test_two_columns_make_a_cell_for_each_pair_that_there_is():
    table = HOMES.append_column("tenure", pa.array(["own", "own", "let", "let", "let", "own"]))
    data = counted(table, by=("ward", "tenure")).tables["counts"].data
    assert data.num_rows == 5


@pytest.mark.parametrize(
    ("table", "settings", "said"),
    [
        (pa.table({"home": ["a", None], "ward": ["Elm", "Elm"]}), {}, "1 rows have no home"),
        (HOMES.slice(0, 0), {}, "it has no rows"),
        (HOMES, {"marks": {"ward": "x"}, "by": ()}, "where yes and no are needed"),
        (
            pa.table({"home": ["a"], "ward": ["Elm"], "n": [2]}),
            {"marks": {"n": "x"}},
            "numbers other than 0 and 1",
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(table, settings, said):
    with pytest.raises(MethodError, match=said):
        counted(table, **settings)


def test_settings_that_do_not_fit_together_are_refused():
    with pytest.raises(ProjectError, match="named twice"):
        counted(by=("home",))
    with pytest.raises(ProjectError, match="a map needs the column"):
        counted(by=(), areas=HOMES)
