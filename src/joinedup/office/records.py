"""What does the ledger of this home say, and is it as it was written?"""

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import ProjectError
from joinedup.office.folder import find, load
from joinedup.office.house import default_home

if TYPE_CHECKING:
    from joinedup.records.ledger import Event, Verdict


def verdict(office: Path | None, home: Path | None) -> "Verdict":
    """Verify the ledger of a home; with `home` given, no office folder is needed."""
    _connect(office, home)
    from joinedup.records.borne_out import forged_signatures  # noqa: PLC0415 - Django, as below
    from joinedup.records.ledger import Verdict, verify  # noqa: PLC0415 - only once connected

    found = verify()
    forged = forged_signatures() if found.ok else []
    if forged:
        reason = "a signature on record is not what this event says was signed"
        return Verdict(ok=False, events=found.events, first_bad=forged[0], reason=reason)
    return found


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
