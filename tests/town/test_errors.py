"""Errors are drawn at their rates, one kind to a field, and the same again."""

import numpy as np
import pytest

from joinedup.town import errors
from joinedup.town.errors import COVERS, KINDS, RATES, plant

RECORDS = 40_000
CULTURES = ("british", "patronymic")
FAR = 4.0
"""Standard errors; of some ninety comparisons, one in two hundred such tests would fail by chance,
and the seed is fixed."""


@pytest.fixture(scope="module")
def culture():
    return (np.arange(RECORDS) % 3).astype(np.uint8)


@pytest.fixture(scope="module")
def possible():
    everywhere = np.ones(RECORDS, np.bool_)
    source = "home_safety_visits"
    half = np.arange(RECORDS) % 2 == 0
    return {
        (name, kind): half if kind == "nickname" else everywhere
        for name, kinds in errors.kinds_of(source).items()
        for kind in kinds
    }


@pytest.fixture(scope="module")
def planted(possible, culture):
    return plant(3, "home_safety_visits", possible, culture=culture, cultures=CULTURES)


def test_every_rate_is_a_small_share_of_a_known_kind():
    assert {kind for _, _, kind in RATES} == set(KINDS) - {""}
    assert all(0 < rate <= 0.55 for rate in RATES.values())
    by_field: dict[tuple[str, str], float] = {}
    for (source, name, _), rate in RATES.items():
        by_field[source, name] = by_field.get((source, name), 0) + rate
    factor = errors.GROUP_FACTOR["patronymic"]
    for (_, name), rate in by_field.items():
        assert rate * (factor if name in errors.NAME_FIELDS else 1) < 1


def test_as_many_are_planted_as_the_rate_says_in_every_group(planted):
    counts = planted.counts(np.arange(RECORDS))
    assert {count["culture"] for count in counts} == {"british", "patronymic", ""}
    for count in counts:
        rate, eligible = count["rate"], count["eligible"]
        spread = np.sqrt(eligible * rate * (1 - rate))
        assert abs(count["planted"] - eligible * rate) < FAR * spread, count


def test_names_of_one_group_go_wrong_two_and_a_half_times_as_often(planted):
    rates = {
        (count["field"], count["kind"], count["culture"]): count["rate"]
        for count in planted.counts(np.arange(RECORDS))
    }
    for name, kind, _ in rates:
        times = rates[name, kind, "patronymic"] / rates[name, kind, "british"]
        assert times == pytest.approx(2.5 if name in errors.NAME_FIELDS else 1)


def test_nothing_goes_wrong_where_it_could_not(planted):
    assert (planted.wrong["forename"].of("nickname").rows % 2 == 0).all()


def test_a_field_has_one_error_and_none_where_another_covers_it(planted):
    for wrong in planted.wrong.values():
        assert (np.diff(wrong.rows) > 0).all()
    for cover, parts in COVERS.items():
        for part in parts:
            if cover in planted.wrong:
                both = np.intersect1d(planted.wrong[cover].rows, planted.wrong[part].rows)
                assert not len(both)


def test_what_another_field_draws_changes_nothing(planted, possible, culture):
    fewer = {key: mask for key, mask in possible.items() if key[0] not in {"postcode", "uprn"}}
    again = plant(3, "home_safety_visits", fewer, culture=culture, cultures=CULTURES)
    for name in ("forename", "surname", "birth_date", "address"):
        assert np.array_equal(again.wrong[name].rows, planted.wrong[name].rows)
        assert np.array_equal(again.wrong[name].salt, planted.wrong[name].salt)


def test_another_seed_errs_elsewhere(planted, possible, culture):
    other = plant(4, "home_safety_visits", possible, culture=culture, cultures=CULTURES)
    one, two = (made.wrong["address"].rows for made in (planted, other))
    assert len(np.intersect1d(one, two)) < len(one) / 4


def test_errors_are_found_among_any_records_in_any_order(planted):
    wrong = planted.wrong["forename"]
    rows = np.array([wrong.rows[5], wrong.rows[2], wrong.rows[5], RECORDS - 1])
    place, found = wrong.among(rows[:3])
    assert place.tolist() == [0, 1, 2]
    assert found.rows.tolist() == rows[:3].tolist()
    assert found.kind.tolist() == wrong.kind[[5, 2, 5]].tolist()
