"""What does the ledger of this home say, and is it as it was written?"""

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import ProjectError
from joinedup.office.folder import find, load
from joinedup.office.house import default_home

if TYPE_CHECKING:
    from joinedup.records.ledger import Anchor, Event, Verdict


def verdict(
    office: Path | None,
    home: Path | None,
    *,
    against: Path | None = None,
    public_key: Path | None = None,
) -> "Verdict":
    """Verify the ledger of a home and the rows it bears out; with `home`, no folder is needed.

    Args:
        office: the office folder, or one below it.
        home: of the records.
        against: an anchor that was kept elsewhere.
        public_key: the anchor must be signed with its private half.

    Raises:
        RecordsError: the anchor is not as it was written.
    """
    _connect(office, home)
    from joinedup.records.anchors import read  # noqa: PLC0415 - Django, as below
    from joinedup.records.borne_out import forged_rows  # noqa: PLC0415 - as below
    from joinedup.records.ledger import Verdict, verify  # noqa: PLC0415 - only once connected

    found = verify(read(against, public_key) if against else None)
    forged = forged_rows() if found.ok else []
    if forged:
        first = forged[0]
        article = "an" if first.what == "approval" else "a"
        reason = f"{article} {first.what} on record is not what this event says"
        return Verdict(ok=False, events=found.events, first_bad=first.event, reason=reason)
    return found


def anchored(office: Path | None, home: Path | None, *, out: Path, key: Path | None) -> "Anchor":
    """Write where the chain ends now to a file to be kept elsewhere; signed, with a key."""
    _connect(office, home)
    from joinedup.records.anchors import write  # noqa: PLC0415 - as above

    return write(out, key)


def last_events(office: Path | None, home: Path | None, last: int) -> "list[tuple[Event, str]]":
    """The last events, newest last, each with its line of JSON."""
    _connect(office, home)
    from joinedup.records.ledger import events, export_line  # noqa: PLC0415 - as above

    return [(event, export_line(event)) for event in deque(events(), maxlen=last)]


def _connect(office: Path | None, home: Path | None) -> None:
    from joinedup.records.home import connect  # noqa: PLC0415 - as above

    place = home or default_home(load(find(office or Path())).card.id)
    if not place.is_dir():
        raise ProjectError(
            "there is no home here.", fix="name it with --home DIR.", where=str(place.name)
        )
    connect(place)
