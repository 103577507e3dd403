"""What does the ledger of this home say, and is it as it was written?"""

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.errors import ProjectError
from joinedup.office.folder import find, load
from joinedup.office.house import acting, default_home
from joinedup.office.permit import require_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joinedup.records.ledger import Anchor, Event, Verdict
    from joinedup.records.watch import Sight
    from joinedup.records.who import Deed


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


def last_events(
    office: Path | None, home: Path | None, last: int, *, who: str = ""
) -> "list[tuple[Event, str]]":
    """The last events, newest last, each with its line of JSON.

    Raises:
        PolicyDenied: no role that the person holds may read the ledger; so for all that tell of it.
    """
    _read_by(who, _connect(office, home))
    from joinedup.records.ledger import events, export_line  # noqa: PLC0415 - as above

    return [(event, export_line(event)) for event in deque(events(), maxlen=last)]


def done_with(
    office: Path | None, home: Path | None, *, table: str = "", subject: str = "", who: str = ""
) -> "list[Deed]":
    """Who read, wrote, approved or released what: of a table, or of one person's reference.

    Raises:
        ProjectError: neither is named, or both are.
        RecordsError: a person is asked for, and this home has no key to know them by.
    """
    if bool(table) == bool(subject):
        raise ProjectError(
            "one question at a time.", fix="give --table NAME or --subject REF.", where="who"
        )
    place = _read_by(who, _connect(office, home))
    from joinedup.records.subjects import known_token  # noqa: PLC0415 - as above
    from joinedup.records.who import of_subject, of_table  # noqa: PLC0415 - as above

    return of_table(table) if table else of_subject(known_token(place, subject))


def watched(
    office: Path | None,
    home: Path | None,
    limits: "Mapping[str, Any]",
    since: str,
    *,
    who: str = "",
) -> "list[Sight]":
    """What the events show that is unusual by these limits."""
    _read_by(who, _connect(office, home))
    from joinedup.records.watch import Limits, watch  # noqa: PLC0415 - as above

    return watch(Limits(**limits), since=since)


def exported(office: Path | None, home: Path | None, out: Path, *, who: str = "") -> int:
    """Write every event as a line of JSON to a new file, for its owner alone; gives how many.

    Raises:
        ProjectError: the file is there already or cannot be written.
    """
    _read_by(who, _connect(office, home))
    from joinedup.records.ledger import events, export_line  # noqa: PLC0415 - as above

    count = 0
    try:
        out.touch(mode=0o600, exist_ok=False)
        with out.open("w", encoding="ascii", newline="\n") as file:
            for event in events():
                file.write(export_line(event) + "\n")
                count += 1
    except OSError as error:
        raise ProjectError(
            f"the events cannot be written ({error.strerror}).",
            fix="name a new file in a folder that you may write to.",
            where=out.name,
        ) from None
    return count


def _read_by(who: str, place: Path) -> Path:
    """Ask the policy in force whether this person may read the ledger of the home."""
    require_alone(place, acting(who), "audit", about="ledger")
    return place


def _connect(office: Path | None, home: Path | None) -> Path:
    from joinedup.records.home import connect  # noqa: PLC0415 - as above

    place = home or default_home(load(find(office or Path())).card.id)
    if not place.is_dir():
        raise ProjectError(
            "there is no home here.", fix="name it with --home DIR.", where=str(place.name)
        )
    connect(place)
    return place
