"""What time is it? The only place that asks.

The system clock, so that a faked clock works, always in UTC.
"""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, with its time zone (UTC)."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in UTC: the day on which agreements begin and end."""
    return now().date()


def stamp(moment: datetime) -> str:
    """A moment as ISO 8601 text with microseconds and Z: the same moment, the same bytes."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
