"""Do the words of the house and its clock mean what they say?"""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from joinedup.core import clock
from joinedup.core.vocabulary import Dataset, Field, Layout, Period


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_period_holds_its_first_and_its_last_day(day, inside):
    assert Period(starts=date(2026, 1, 1), ends=date(2026, 12, 31)).holds(day) is inside


def test_the_senders_name_of_a_field_is_the_layouts_or_our_own():
    dataset = Dataset(
        id="visits",
        partner="fire",
        title="Visits",
        grain="one row per visit",
        key=("visit",),
        fields={"visit": Field(type="text", description="Number.")},
        layout=Layout(format="csv", file="v.csv", rename={"postcode": "post_code"}),
    )
    assert dataset.sender_column("postcode") == "post_code"
    assert dataset.sender_column("visit") == "visit"


def test_the_clock_says_its_zone():
    assert clock.now().tzinfo is UTC
    assert clock.today() in {clock.now().date(), clock.now().date() - timedelta(days=1)}


def test_the_same_moment_in_two_zones_has_one_stamp():
    here = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    there = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert clock.stamp(here) == clock.stamp(there) == "2026-02-28T23:30:00.000000Z"
