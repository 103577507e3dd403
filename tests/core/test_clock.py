"""What time is it? Always said with its zone, always in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core import clock

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - as above
    timezones=OFFSETS,
)


def test_now_has_a_zone_and_does_not_stand_still():
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert second >= first


def test_today_is_the_date_in_utc(monkeypatch):
    late = datetime(2026, 3, 31, 23, 30, tzinfo=timezone(-timedelta(hours=5)))
    monkeypatch.setattr(clock, "now", lambda: late.astimezone(UTC))
    assert clock.today().isoformat() == "2026-04-01"


@pytest.mark.parametrize("hours", [-5, 0, 9])
def test_one_moment_has_one_stamp_whatever_zone_it_is_said_in(hours):
    moment = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
    told = moment.astimezone(timezone(timedelta(hours=hours)))
    assert clock.stamp(told) == "2026-03-01T12:00:00.000005Z"


@given(MOMENTS, MOMENTS)
def test_stamps_sort_as_the_moments_do(one, other):
    assert (clock.stamp(one) < clock.stamp(other)) == (one < other)


@given(MOMENTS)
def test_a_stamp_can_be_read_back(moment):
    assert datetime.fromisoformat(clock.stamp(moment)) == moment
