"""Is everything in the home there and as it was written? What `joinedup fsck` reads and tells.

The lake is held against the records, the records against the ledger and the ledger against the
anchors that the office keeps; outbox, desk and certificates against records and ledger.
The pages under `results/` are not looked at: they are made anew when they are shown.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import JoinedupError, Problem
from joinedup.office.house import Office
from joinedup.office.leaving.candidate import DESK
from joinedup.office.leaving.files import WAY_OUT, changed
from joinedup.office.leaving.out import OUTBOX, left_so_far
from joinedup.office.records import overdue, own_anchors
from joinedup.office.retention.destroy import faults as certificates

if TYPE_CHECKING:
    from joinedup.records.anchors import Anchor

FROM_BACKUP = "restore the home from a backup."


def scrub(office: Office, *, sweep: bool = False) -> list[Problem]:
    """What is wrong, nothing if all is well.

    Args:
        office: whose home.
        sweep: remove the parts that no version names and the leftovers of broken-off writings.
            Nothing else is removed or mended.
    """
    from joinedup.records.ledger import BROKEN  # noqa: PLC0415 - Django, only when needed

    problems: list[Problem] = []
    parts: tuple[Callable[[], Iterable[Problem]], ...] = (
        lambda: _records(office),
        lambda: office.lake.fsck(sweep=sweep),
        lambda: _laid_out(office),
        lambda: certificates(office),
        lambda: _strays(office, sweep=sweep),
    )
    for part in parts:
        try:
            problems += part()
        except BROKEN as error:
            what = f"the records cannot be read ({type(error).__name__})."
            problems.append(Problem("records", what, FROM_BACKUP))
    return problems


def _records(office: Office) -> Iterator[Problem]:
    """The ledger, held against the office's own anchors, and the rows that it bears out.

    An older anchor that is gone is no loss: a newer one vouches for all that it did.
    """
    from joinedup.records.borne_out import forged_rows  # noqa: PLC0415 - as above
    from joinedup.records.ledger import verify  # noqa: PLC0415 - as above

    anchored: list[Anchor] = []
    place = office.folder.root / office.folder.card.audit.anchors
    try:
        if office.folder.card.audit.anchors and place.is_dir():
            anchored = own_anchors(office.home, place)
        if late := overdue(office.folder):
            yield Problem(place.name, late, "ask whoever keeps copies of the anchors.")
    except JoinedupError as error:
        yield from error.problems
    found = verify(*anchored)
    if not found.ok:
        what = f"the ledger is not as it was written: {found.reason}"
        if found.first_bad is not None:
            what = f"the ledger is not as it was written: event {found.first_bad}: {found.reason}"
        yield Problem("records", f"{what}.", FROM_BACKUP)
        return
    for one in forged_rows():
        what = f"a {one.what} on record is not what event {one.event} says."
        yield Problem("records", what, FROM_BACKUP)


def _laid_out(office: Office) -> Iterator[Problem]:
    """Files that left, or were made ready to, and are others; what was taken away is no fault."""
    from joinedup.records.models import Candidate  # noqa: PLC0415 - as above

    for left in left_so_far():
        folder = office.home / OUTBOX / left.path
        yield from _others(folder, left.files, "was released", FROM_BACKUP)
    for ready in Candidate.objects.every():
        folder = office.home / DESK / ready.name
        yield from _others(folder, ready.files, "was made ready", "delete the folder.")


def _others(folder: Path, told: Mapping[str, str], what: str, fix: str) -> Iterator[Problem]:
    for name in changed(folder, told) if told and folder.exists() else ():
        yield Problem(
            f"{folder.parent.name}/{folder.name}/{name}",
            f"this file is missing, or another than {what}.",
            f"find out who changed it; {fix}",
        )


def _strays(office: Office, *, sweep: bool) -> Iterator[Problem]:
    """What lies in the outbox and never left, or on the desk and was never made ready.

    What is laid aside there is left while somebody is at it; what they left when they broke off is
    named, and swept. A whole folder in the outbox is not: somebody may have put it there.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import lock  # noqa: PLC0415 - as above
    from joinedup.records.locks import idle  # noqa: PLC0415 - as above
    from joinedup.records.models import Candidate  # noqa: PLC0415 - as above

    outbox, desk = office.home / OUTBOX, office.home / DESK
    if not any(place.is_dir() and any(place.iterdir()) for place in (outbox, desk)):
        return
    with idle(office.home, WAY_OUT) as free:
        if free:
            yield from _broken_off([*desk.glob(".*"), *outbox.glob(".*")], sweep=sweep)
        with transaction():
            lock()  # nothing can be laid and not yet committed
            there = {
                OUTBOX: ({row.path for row in left_so_far()}, "left the office"),
                DESK: ({row.name for row in Candidate.objects.every()}, "was made ready"),
            }
            found = {name: sorted((office.home / name).glob("[!.]*")) for name in there}
        for place, (told, what) in there.items():
            for path in found[place]:
                if path.name not in told:
                    said = f"nothing on record says that this {what}."
                    fix = "take it away, or release it again."
                    yield Problem(f"{place}/{path.name}", said, fix)


def _broken_off(found: Iterable[Path], *, sweep: bool) -> Iterator[Problem]:
    for path in sorted(found):
        if sweep:
            shutil.rmtree(path)
            continue
        what = "no release names this: a writing broke off."
        yield Problem(f"{path.parent.name}/{path.name}", what, "run `joinedup fsck --sweep`.")
