"""What does the ledger of this home say, and is it as it was written?"""

import errno
import os
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core import clock
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.office.folder import Folder, find, load
from joinedup.office.house import acting, default_home
from joinedup.office.permit import require, require_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joinedup.records.anchors import Anchor
    from joinedup.records.checking import Verdict
    from joinedup.records.ledger import Event
    from joinedup.records.watch import Sight
    from joinedup.records.who import Deed
    from joinedup.records.witness import Witnessed
    from joinedup.result.model import Result


ASKED, EXPORTED, ANCHORED = "asked", "exported", "anchor"
"""Kinds of the events that say who asked the ledger, took it away, or made its anchor."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a ledger, and how many anchors it was held against."""

    verdict: "Verdict"
    anchors: int


def verdict(
    office: Path | None,
    home: Path | None,
    *,
    against: Path | None = None,
    public_key: Path | None = None,
) -> Checked:
    """Verify the ledger of a home and the rows it bears out; with `home`, no folder is needed.

    Args:
        office: the office folder, or one below it.
        home: of the records.
        against: an anchor that was kept elsewhere, or a folder of them; the folder that the office
            has its anchors written to, if not given.
        public_key: the anchors must be signed with its private half.

    Raises:
        RecordsError: an anchor is not as it was written.
    """
    place = _connect(office, home)
    from joinedup.records.borne_out import forged_rows  # noqa: PLC0415 - Django, once connected
    from joinedup.records.checking import Verdict, verify  # noqa: PLC0415 - as above

    own = None if against else _own_anchors(office, home)
    kept = own_anchors(place, own) if own else _anchors(against, public_key)
    found = verify(*kept)
    forged = forged_rows() if found.ok else []
    if forged:
        first = forged[0]
        reason = f"a {first.what} on record is not what this event says"
        found = Verdict(ok=False, events=found.events, first_bad=first.event, reason=reason)
    return Checked(found, len(kept))


def verdict_of_export(file: Path, *, against: Path | None, public_key: Path | None) -> Checked:
    """Verify exported lines alone, against anchors if there are; needs no home and no keys.

    Raises:
        ProjectError: a file cannot be read.
        RecordsError: a line is no event, or an anchor is not as it was written.
    """
    from joinedup.records.export import verify  # noqa: PLC0415 - as above

    kept = _anchors(against, public_key)
    return Checked(verify(file, kept), len(kept))


def _own_anchors(office: Path | None, home: Path | None) -> Path | None:
    """The folder that the office has its anchors written to, if there is one yet."""
    if home is not None and office is None:
        return None
    folder = load(find(office or Path()))
    place = folder.root / folder.card.audit.anchors
    return place if folder.card.audit.anchors and place.is_dir() else None


def own_anchors(home: Path, folder: Path) -> "list[Anchor]":
    """The anchors that the home has written by itself; each must bear its own signature."""
    from joinedup.records import anchors  # noqa: PLC0415 - as above

    kept, ours = anchors.read_all(folder), anchors.own_public_keys(home)
    strange = next((one for one in kept if ours and one.key not in ours), None)
    if strange is not None:
        raise RecordsError(
            "the anchor is not signed with this home's own key.",
            fix="ask whoever keeps the anchors for this one again, and find out who wrote it.",
            where=strange.path.name,
        )
    return [one.anchor for one in kept]


def _anchors(against: Path | None, public_key: Path | None) -> "list[Anchor]":
    """The anchors of a file or a folder that was kept elsewhere."""
    from joinedup.records import anchors  # noqa: PLC0415 - as above

    if against is None:
        return []
    if not against.is_dir():
        return [anchors.read(against, public_key)]
    return [one.anchor for one in anchors.read_all(against, public_key)]


def anchored(
    office: Path | None,
    home: Path | None,
    *,
    out: Path,
    key: Path | None,
    own_key: bool = False,
    who: str = "",
) -> "Anchor":
    """Write where the chain ends now to a file to be kept elsewhere; signed, with a key.

    The last event that it vouches for tells of it.
    """
    place = _connect(office, home)
    from joinedup.records.anchors import write  # noqa: PLC0415 - as above
    from joinedup.records.together import record  # noqa: PLC0415 - as above

    if os.path.lexists(out):
        raise ProjectError(
            "there is a file of this name already.",
            fix="name another; an anchor is not overwritten.",
            where=out.name,
        )
    record(place, ANCHORED, actor=acting(who), facts={"file": out.name})
    return write(out, key, own=own_key)


def own_public_key(office: Path | None, home: Path | None) -> str:
    """The public half of the key that signs this home's anchors, as PEM."""
    place = _connect(office, home)
    from joinedup.records.anchors import public_pem  # noqa: PLC0415 - as above

    return public_pem(place)


def witnessed(anchor: Path, register: Path, public_key: Path | None) -> "Witnessed":
    """Take an anchor into a witness's register, unless it is of another past; needs no home."""
    from joinedup.records.witness import add  # noqa: PLC0415 - keeps `--help` quick

    return add(register, anchor, public_key)


def clock_accepted(office: Path | None, home: Path | None, *, who: str, reason: str) -> int:
    """Say that the clock is right though the last event is later; gives the event's number."""
    from joinedup.office.house import open_office  # noqa: PLC0415 - only here a person acts

    acts = open_office(office, home, who)
    require(acts, "audit", about="clock")
    from joinedup.records.steady import accept  # noqa: PLC0415 - as above

    return accept(actor=acts.who, reason=reason)


def clock_state(office: Path | None, home: Path | None) -> dict[str, str]:
    """What the clock says, and the moment by which rights are decided."""
    _connect(office, home)
    from joinedup.records import steady  # noqa: PLC0415 - as above

    return {"clock": clock.stamp(clock.now()), "rights": clock.stamp(steady.now())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which events are asked for.

    Attributes:
        last: at most so many, the newest.
        by: of this person alone; of everybody if empty.
        kind: of this kind alone.
        between: the first and the last number.
    """

    last: int
    by: str = ""
    kind: str = ""
    between: tuple[int, int] | None = None


def last_events(
    office: Path | None, home: Path | None, which: Which, *, who: str = ""
) -> "list[tuple[Event, str]]":
    """The last events that are asked for, newest last, each with its line of JSON.

    Raises:
        PolicyDenied: no role that the person holds may read the ledger; so for all that tell of it.
    """
    _read_by(who, _connect(office, home))
    from joinedup.records.ledger import events, export_line  # noqa: PLC0415 - as above

    first, last = which.between or (1, None)
    found = (
        event
        for event in events(since=first - 1, until=last)
        if which.by in {"", event.actor} and which.kind in {"", event.kind}
    )
    return [(event, export_line(event)) for event in deque(found, maxlen=which.last)]


def done_with(
    office: Path | None,
    home: Path | None,
    *,
    table: str = "",
    subject: str = "",
    who_asks: str = "",
) -> "list[Deed]":
    """Who read, wrote, reviewed or released what: of a table, or of one person's reference.

    That it was asked is on record first, without saying of whom: the answer is what others did.

    Raises:
        ProjectError: neither is named, or both are.
        RecordsError: a person is asked for, and this home has no key to know them by.
        AuditUnavailable: that it was asked cannot be written down.
    """
    if bool(table) == bool(subject):
        raise ProjectError(
            "one question at a time.", fix="give --table NAME or --subject REF.", where="who"
        )
    place = _read_by(who_asks, _connect(office, home))
    from joinedup.records import who  # noqa: PLC0415 - as above
    from joinedup.records.subjects import known_token  # noqa: PLC0415 - as above
    from joinedup.records.together import record  # noqa: PLC0415 - as above

    about = {"question": "who", "of": table or "a person"}
    record(place, ASKED, actor=acting(who_asks), facts=about)
    if table:
        return who.of_table(table)
    token = known_token(place, subject)
    return [] if token is None else who.of_subject(token)


@dataclass(frozen=True, slots=True)
class Watched:
    """What is unusual, as facts and as a page's content."""

    sights: "list[Sight]"
    result: "Result"
    overdue: str


def watched(
    office: Path | None,
    home: Path | None,
    limits: "Mapping[str, Any]",
    since: str,
    *,
    who: str = "",
) -> Watched:
    """What the events show that is unusual by these limits, and whether anchors are overdue."""
    place = _read_by(who, _connect(office, home))
    from joinedup.office.snooper import report  # noqa: PLC0415 - as above
    from joinedup.records.watch import Limits, watch  # noqa: PLC0415 - as above

    bounds, late = Limits(**limits), _overdue(office, home)
    sights = watch(bounds, since=since, home=place)
    return Watched(sights, report(sights, bounds, since=since, overdue=late), late)


def write_page(result: "Result", out: Path, *, since: str) -> None:
    """The report as a page for its owner alone; a page of before is written over.

    Raises:
        ProjectError: it cannot be written there.
    """
    from joinedup.result import html  # noqa: PLC0415 - as above

    subtitle = f"Events since {since}" if since else "All events"
    content = html.page(result, title="Who looked where they need not", subtitle=subtitle)
    try:
        out.touch(mode=0o600)
        out.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"the page cannot be written ({error.strerror}).",
            fix="name a file in a folder that you may write to.",
            where=out.name,
        ) from None


def _overdue(office: Path | None, home: Path | None) -> str:
    """What is to be said of the anchors that the office wants written, if they are late."""
    if home is not None and office is None:
        return ""
    return overdue(load(find(office or Path())))


def overdue(folder: Folder) -> str:
    """As `_overdue`, of the folder of an office whose records are open."""
    told = folder.card.audit
    if not told.anchors:
        return ""
    from joinedup.records.anchors import read_all  # noqa: PLC0415 - as above
    from joinedup.records.ledger import end  # noqa: PLC0415 - as above

    place, events = folder.root / told.anchors, end().seq
    kept = read_all(place) if place.is_dir() else []
    last = kept[-1].anchor.seq if kept else 0
    if events - last <= 2 * told.every:
        return ""
    return (
        f"Anchors are overdue: {events - last:,} events since the last, and one is wanted every"
        f" {told.every:,}. See that {place.name} can be written to."
    )


def exported(office: Path | None, home: Path | None, out: Path, *, who: str = "") -> int:
    """Write every event as a line of JSON to a new file, for its owner alone; gives how many.

    The last of them says that it was exported, and by whom.

    Raises:
        PolicyDenied: no role that the person holds may read the ledger.
        ProjectError: the file is there already or cannot be written.
        AuditUnavailable: that it is exported cannot be written down.
    """
    place = _read_by(who, _connect(office, home))
    from joinedup.records.ledger import events, export_line  # noqa: PLC0415 - as above
    from joinedup.records.together import record  # noqa: PLC0415 - as above

    staged = out.with_name(f".{out.name}.{secrets.token_hex(8)}")
    try:
        if os.path.lexists(out):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        staged.touch(mode=0o600, exist_ok=False)
        last = record(place, EXPORTED, actor=acting(who), facts={"file": out.name})
        with staged.open("w", encoding="ascii", newline="\n") as file:
            for event in events(until=last):
                file.write(export_line(event) + "\n")
        os.link(staged, out)  # unlike a renaming, never over a file that is there
    except OSError as error:
        raise ProjectError(
            f"the events cannot be written ({error.strerror}).",
            fix="name a new file in a folder that you may write to.",
            where=out.name,
        ) from None
    finally:
        with suppress(OSError):
            staged.unlink()
    return last


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
