"""Who looked where they need not, as a page for whoever must look closer.

Drawn from the ledger alone, for a nightly job. Every line says how to look closer; none of them
shows that anything was wrong.
"""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from joinedup.core import clock
from joinedup.result.blocks import Caution, Column, Prose, Table
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.records.watch import Limits, Sight

METHOD = "audit.watch"
NO_ACCUSATION = (
    "Counts for a person to judge. A night shift, a big case or an audit looks the same as prying:"
    " ask before you conclude, and keep what you are told."
)
COLUMNS = (
    Column(name="who", kind="text", label="Who"),
    Column(name="count", kind="number", label="How many", digits=0),
    Column(name="where", kind="text", label="Day, person or reason"),
    Column(name="first", kind="text", label="From (UTC)"),
    Column(name="last", kind="text", label="To (UTC)"),
    Column(name="events", kind="text", label="Events"),
)


def report(sights: "Sequence[Sight]", limits: "Limits", *, since: str, overdue: str = "") -> Result:
    """The sights as a Result: what to look at, by what was seen, most pressing first.

    Args:
        sights: as `records.watch.watch` gives them.
        limits: by which they were found.
        since: the day from which events were counted; all if empty.
        overdue: what is to be said of anchors that are late; nothing if they are not.
    """
    from joinedup.records.watch import KINDS  # noqa: PLC0415 - Django, only when needed

    people = len({sight.who for sight in sights})
    headline = (
        f"{len(sights):,} things to look at, by {people:,} persons."
        if sights
        else "Nothing unusual by these limits."
    )
    tables = []
    for what, says in KINDS.items():
        rows = tuple(_row(sight) for sight in sights if sight.what == what)
        if rows:
            title = f"{what[0].upper()}{what[1:]}: who {says}"
            tables.append(Table(title=title, columns=COLUMNS, rows=rows, about="records"))
    cautions = [Caution(text=NO_ACCUSATION), *([Caution(text=overdue)] if overdue else [])]
    return Result(
        method=METHOD,
        headline=headline,
        blocks=(
            *cautions,
            *tables,
            *([Prose(heading="To look closer", text=_closest(sights[0]))] if sights else []),
            Prose(heading="How it was looked for", text=_how(limits, since)),
        ),
    )


def _row(sight: "Sight") -> tuple[str | int, ...]:
    return (
        sight.who,
        sight.count,
        _short(sight.where),
        sight.first_at[:16].replace("T", " "),
        sight.last_at[:16].replace("T", " "),
        f"{sight.first} to {sight.last}",
    )


def _short(where: str) -> str:
    """A token is long; its beginning is enough to tell two apart in a table."""
    mark, colon, digits = where.partition(":")
    return f"{mark}:{digits[:12]}…" if colon and " " not in where else where


def _closest(first: "Sight") -> str:
    return (
        "List the events behind a line by who acted and the numbers of the first and the last. For"
        f" the first line: {closer(first)}"
    )


def closer(sight: "Sight") -> str:
    """The command that lists the events behind a sight."""
    who = shlex.quote(sight.who)
    return f"joinedup audit show --by {who} --between {sight.first} {sight.last}"


def _how(limits: "Limits", since: str) -> str:
    return (
        f"Events {f'since {since}' if since else 'of all time'}, seen at"
        f" {clock.stamp(clock.now())[:16].replace('T', ' ')} UTC. Out of hours is before"
        f" {limits.opens}:00, from {limits.shuts}:00, and at weekends ({limits.zone}). Many is"
        f" more than {limits.tables} tables, {limits.people} people, or {limits.away} releases and"
        f" exports, by one person in a day; again is {limits.repeats} events about one person by"
        " one other. One's own and a colleague's record are found where a person is known by the"
        " name that they act under."
    )
