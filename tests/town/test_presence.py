"""Are spells at homes counted and found as by hand, and is there always one liable adult?"""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.town import counciltax, days, holidays, outreach, presence, register
from joinedup.town.counciltax import AdultStays
from joinedup.town.days import NEVER
from joinedup.town.presence import LAST, Spells

HOMES = st.integers(0, 3)
DAYS = st.integers(0, 12)


@st.composite
def spells(draw):
    rows = draw(st.lists(st.tuples(HOMES, DAYS, DAYS, st.booleans()), min_size=1, max_size=12))
    return [
        (home, first, NEVER if for_ever else first + 1 + length)
        for home, first, length, for_ever in rows
    ]


def stands(row, home, day) -> bool:
    return row[0] == home and row[1] <= day and (row[2] == NEVER or day < row[2])


@given(spells(), HOMES, DAYS)
def test_spells_are_counted_as_by_hand(rows, home, day):
    home_column, first, last = (np.array(column) for column in zip(*rows, strict=True))
    count = Spells.of(home_column, first, last).count(np.array([home]), np.array([day]))
    assert count[0] == sum(stands(row, home, day) for row in rows)


@given(spells(), HOMES, DAYS, DAYS)
def test_beginnings_are_counted_as_by_hand(rows, home, day, length):
    home_column, first, last = (np.array(column) for column in zip(*rows, strict=True))
    count = Spells.of(home_column, first, last).since(np.array([home]), day, days=length)
    assert count[0] == sum(row[0] == home and day - length < row[1] <= day for row in rows)


@given(spells())
def test_somebody_is_liable_on_every_day_an_adult_is_there_and_never_two(rows):
    rows = sorted(rows, key=lambda row: (row[0], row[1]))
    home, first, last = (np.array(column) for column in zip(*rows, strict=True))
    stays = AdultStays(
        person=np.arange(len(rows)),
        home=home,
        from_day=first,
        until=np.where(last == NEVER, LAST, last),
    )
    at, opened = counciltax.chain(stays)
    for day in range(26):
        for one in range(4):
            held = sum(
                home[row] == one and begin <= day < stays.until[row]
                for row, begin in zip(at, opened, strict=True)
            )
            assert held == any(stands(row, one, day) for row in rows)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ((2022, 12, 26), "Boxing Day"),
        ((2022, 12, 27), "Christmas Day"),
        ((2023, 1, 2), "New Year's Day"),
        ((2023, 5, 8), "Coronation of King Charles III"),
        ((2024, 3, 29), "Good Friday"),
        ((2025, 4, 21), "Easter Monday"),
        ((2026, 5, 4), "Early May bank holiday"),
        ((2026, 5, 25), "Spring bank holiday"),
        ((2026, 8, 31), "Summer bank holiday"),
    ],
)
def test_a_bank_holiday_is_on_its_day(day, name):
    assert holidays.bank_holidays()[days.day(*day)] == name


def test_none_is_at_a_weekend_or_after_the_last_day():
    days_off = np.array(list(holidays.bank_holidays()))
    assert ((days_off + 3) % 7 < 5).all()
    assert days_off.max() <= days.END
    assert (np.diff(days_off) > 0).all()


def test_a_year_has_eight_bank_holidays_and_the_coronation_a_ninth():
    years = [days.as_date(day).year for day in holidays.bank_holidays()]
    assert [years.count(year) for year in (2023, 2024, 2025)] == [9, 8, 8]


@pytest.mark.parametrize("module", [outreach, presence, register])
def test_the_examples_hold(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0
