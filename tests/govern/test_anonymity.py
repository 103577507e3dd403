"""Records that stand alone are found: drawn by eye, then as published for a real survey."""

import csv

import numpy as np
import pytest

from joinedup.core.errors import ReleaseError
from joinedup.govern.disclosure.anonymity import group_sizes, violates

KEYS = ("urbrur", "roof", "walls", "water", "electcon", "relat", "sex")


def test_a_record_that_no_other_is_like_violates():
    sex, age = ["f", "f", "m", "m"], [30, 30, 30, 31]
    assert group_sizes([sex, age]).tolist() == [2, 2, 1, 1]
    assert violates([sex, age], k=2).tolist() == [False, False, True, True]
    assert not violates([sex], k=2).any()


def test_combinations_are_told_apart_though_their_texts_run_together():
    assert group_sizes([["a", "ab"], ["bc", "c"]]).tolist() == [1, 1]


@pytest.mark.parametrize(
    "column",
    [["a", None, None], np.array([1.0, np.nan, np.nan]), [1.0, float("nan"), float("nan")]],
)
def test_missing_is_a_value_of_its_own(column):
    assert group_sizes([column]).tolist() == [1, 2, 2]


def test_many_records_of_one_person_are_one_person():
    visits = [["f", "f", "f"]]
    assert violates(visits, k=2, persons=[7, 7, 7]).all()
    assert not violates(visits, k=2, persons=[7, 7, 8]).any()
    with pytest.raises(ReleaseError, match="1 rows do not say which person"):
        violates(visits, k=2, persons=[7, 7, None])


def test_no_records_violate_nothing():
    assert violates([[], []], k=2).tolist() == []


@pytest.mark.real
def test_the_published_counts_of_a_real_survey_are_found_again(real_data):
    path = real_data / "disclosure_survey" / "testdata.csv"
    if not path.is_file():
        pytest.skip("the real data folder holds no disclosure_survey")
    with path.open(newline="", encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    columns = [[record[name] for record in records] for name in KEYS]
    # As sdcMicro prints them for these key variables (Templ, Kowarik and Meindl, 2015,
    # doi:10.18637/jss.v067.i04).
    found = {k: int(violates(columns, k=k).sum()) for k in (2, 3, 5)}
    assert (len(records), found) == (4580, {2: 157, 3: 281, 5: 458})
