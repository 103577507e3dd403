"""An office at work: its folder, its home, and who is asking."""

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from joinedup.core.agreement import Agreement
from joinedup.core.digest import file_digest
from joinedup.govern import allow, lifecycle
from joinedup.office.folder import Folder, find, load
from joinedup.store.lake import Lake


@dataclass(frozen=True, slots=True)
class Office:
    """What every verb of the office needs, and nothing that changes.

    Attributes:
        who: the person acting, as written into the ledger.
    """

    folder: Folder
    home: Path
    who: str

    @property
    def lake(self) -> Lake:
        """Where the data is kept."""
        return Lake(self.home)


def open_office(office: Path | None = None, home: Path | None = None, who: str = "") -> Office:
    """Read the folder, open the records, and say who is acting.

    Raises:
        ProjectError: mistakes in the folder, or its anchors would lie in the home.
    """
    from joinedup.records.home import connect  # noqa: PLC0415 - Django, only when needed

    folder = load(find(office or Path()))
    place = home or default_home(folder.card.id)
    connect(place)
    _see_to_anchors(folder, place)
    return Office(folder, place, acting(who))


def acting(who: str = "") -> str:
    """Who is acting, as the ledger writes it: as named, else `$JOINEDUP_USER`, else the user."""
    return who or os.environ.get("JOINEDUP_USER") or getpass.getuser()


def _see_to_anchors(folder: Folder, home: Path) -> None:
    """Anchors go by themselves to where the office says, if it says so."""
    from joinedup.records import anchoring  # noqa: PLC0415 - Django, as above

    told = folder.card.audit
    if told.anchors:
        place = folder.root / told.anchors
        anchoring.keep(home, place, every=told.every, minutes=told.minutes)
    else:
        anchoring.stop()


def default_home(office: str) -> Path:
    """`$JOINEDUP_HOME`, else a folder named after the office under the user's data directory."""
    if named := os.environ.get("JOINEDUP_HOME"):
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "joinedup" / re.sub(r"[^a-z0-9-]+", "-", office.lower())


def refreshed(office: Office) -> Office:
    """The office with its agreements as their files are now: read again if one was edited.

    Raises:
        ProjectError: mistakes in the folder as it is now.
    """
    files = sorted(office.folder.root.glob("agreements/*.toml"))
    if {file.stem: file_digest(file) for file in files} == office.folder.digests:
        return office
    now = load(office.folder.root)
    return replace(
        office, folder=replace(office.folder, agreements=now.agreements, digests=now.digests)
    )


def standings(office: Office) -> Mapping[str, allow.Standing]:
    """How each agreement stands today: in force, or why not."""
    from joinedup.records import steady  # noqa: PLC0415 - Django, as above
    from joinedup.records.models import Signature  # noqa: PLC0415 - as above

    today, found = steady.today(), {}
    for name, agreement in office.folder.agreements.items():
        digest = office.folder.digests[name]
        now = allow.standing(
            agreement,
            digest=digest,
            signed=Signature.objects.signed(name, digest),
            signed_before=Signature.objects.filter(agreement=name).exclude(digest=digest).exists(),
            today=today,
        )
        stopped = lifecycle.reasons(state_of(office, name))
        found[name] = allow.Standing(now.in_force and not stopped, (*stopped, *now.reasons))
    return found


def state_of(office: Office, name: str) -> lifecycle.State:
    """Where an agreement is on its way from draft to data destroyed, today."""
    from joinedup.records import steady  # noqa: PLC0415 - as above
    from joinedup.records.models import Signature  # noqa: PLC0415 - as above
    from joinedup.records.moves import moved  # noqa: PLC0415 - as above

    digest = office.folder.digests[name]
    return lifecycle.state(
        office.folder.agreements[name],
        digest=digest,
        signed=Signature.objects.signed(name, digest),
        moves=[
            lifecycle.Move(
                to=event.facts["to"],
                digest=event.facts["digest"],
                by=event.actor,
                reason=event.facts["reason"],
            )
            for event in moved(name)
        ],
        today=steady.today(),
    )


def in_force(office: Office) -> tuple[Agreement, ...]:
    """The agreements in force today."""
    now = standings(office)
    return tuple(
        agreement for name, agreement in office.folder.agreements.items() if now[name].in_force
    )
