"""Is every part of the lake there and as it was written, and does nothing else lie there?

Sweeping waits for a commit of its own before it removes a part that no version names: a commit
whose end the disk refused may still come to light until another is made after it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import JoinedupError, Problem
from joinedup.records import keyring, tombstones
from joinedup.store import parts, versions

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion
    from joinedup.store.lake import Lake

SWEPT = "sweep"


def scrub(lake: "Lake", *, sweep: bool = False) -> list[Problem]:
    """What is wrong, nothing if all is well; with `sweep`, broken-off writings are cleared away."""
    from joinedup.records.models import Rewriting, TableVersion  # noqa: PLC0415 - Django

    problems: list[Problem] = []
    keys = _keys(lake, problems)
    erased = _erased(lake, problems)
    rewritten = Rewriting.objects.newest()
    gone = {name for row in Rewriting.objects.every() for name in row.files}
    for version in TableVersion.objects.every():
        problems += _faults(lake, version, keys, erased)
        if versions.differs(version, rewritten.get(version.pk)):
            problems.append(
                Problem(
                    str(version),
                    "its row in the records is not what the ledger tells.",
                    "run `joinedup audit verify`, and restore the records from a backup.",
                )
            )
    left = [*_swept(lake, "", sweep=sweep), *parts.leftovers(lake.folder, sweep=sweep)]
    if sweep:
        return problems
    return problems + [
        Problem(
            path.relative_to(lake.folder).as_posix(),
            "it holds rows that were erased or destroyed, and is still there."
            if path.name in gone
            else "no version names this part: a writing broke off.",
            "run `joinedup fsck --sweep`.",
        )
        for path in left
    ]


def is_whole(lake: "Lake", version: "TableVersion") -> bool:
    """Whether every part of a version is as it was written, and its key is on the ring.

    One that was destroyed is not whole.
    """
    keys = keyring.ids(lake.home).there
    return bool(version.parts) and not any(_faults(lake, version, keys))


def _keys(lake: "Lake", problems: list[Problem]) -> frozenset[str] | None:
    """The keys that are there, or were destroyed on purpose; None if they cannot be read."""
    try:
        found = keyring.ids(lake.home)
    except JoinedupError as error:
        problems += error.problems
        return None
    return found.there | found.destroyed


def _erased(lake: "Lake", problems: list[Problem]) -> frozenset[str]:
    """The parts that were erased on purpose, as the list beside the keys tells."""
    try:
        return tombstones.of(lake.home).of(tombstones.PART)
    except JoinedupError as error:
        problems += [one for one in error.problems if one not in problems]
        return frozenset()


def _faults(
    lake: "Lake",
    version: "TableVersion",
    keys: frozenset[str] | None,
    erased: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """Parts that are missing, changed, or without their key; or there, though erased."""
    where = str(version)
    for part in version.parts:
        if part["sha256"] in erased:
            if (lake.folder_of(version.table) / part["file"]).exists():
                what = f"part {part['file']} was erased, and is there."
                yield Problem(where, what, "remove it; ask who brought it back.")
            continue
        problem = parts.unfit(lake.folder_of(version.table), part, where=where, whole=True)
        if problem:
            yield problem
        elif keys is not None and part["key"] not in keys:
            what = f"the key {part['key']} of part {part['file']} is not on the ring."
            yield Problem(where, what, "bring back the ring from where it is in reserve.")


def clear(lake: "Lake", table: str) -> None:
    """After a writing: remove what earlier ones of the table left when they broke off."""
    from joinedup.records.refused import recorded  # noqa: PLC0415 - Django, as above

    # The writing is done: what cannot be cleared now is left to the next.
    with suppress(OSError, JoinedupError), recorded(table):
        parts.leftovers(lake.folder, sweep=True)
        _swept(lake, table, sweep=True)


def _swept(lake: "Lake", table: str, *, sweep: bool) -> list[Path]:
    """The parts that no version names, of a table or of all; removed, if asked, and told of."""
    from joinedup.records import ledger  # noqa: PLC0415 - Django, as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above

    if not _orphans(lake, table):
        return []
    with transaction():
        ledger.lock()  # no part can be placed and not yet committed
        found = _orphans(lake, table)
    if not found or not sweep:
        return found
    with transaction():
        ledger.append(SWEPT, actor="joinedup", subject="lake", facts={"parts": len(found)})
    with transaction():
        ledger.lock()
        for path in _orphans(lake, table):
            path.unlink(missing_ok=True)
    return found


def _orphans(lake: "Lake", table: str) -> list[Path]:
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

    there = parts.files(lake.folder_of(table) if table else lake.folder)
    kept = {
        lake.folder_of(version.table) / part["file"]
        for version in (TableVersion.objects.every(table) if there else ())
        for part in version.parts
    }
    return [path for path in there if path not in kept]
