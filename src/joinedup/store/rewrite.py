"""How do rows leave a version for good? It is written anew without them, and the old parts go.

The only change that a version ever sees: rows of one person are taken out, or everything. Its row
then says what is there now, a `Rewriting` with an event of its own says why, and the event of the
first writing stays. A crash leaves the version as it was or as it will be; parts that are no longer
named are swept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from joinedup.core.errors import RecordsError
from joinedup.records import tombstones
from joinedup.store import parts, sealing, versions
from joinedup.store.sides import Side

if TYPE_CHECKING:
    from joinedup.records.models import Part, TableVersion
    from joinedup.store.lake import Lake

ERASED, DESTROYED = "erased", "destroyed"
KIND = "rewriting"

Change = Callable[[str, pa.Table], pa.Table]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gone:
    """What was removed of one version.

    Attributes:
        files: of the parts that are no longer on the disk: name to SHA-256.
        left: files that the disk would not let go.
    """

    table: str
    number: int
    rows: int
    files: Mapping[str, str]
    left: tuple[str, ...] = ()


def side(lake: "Lake", version: "TableVersion", part: "Part") -> pa.Table:
    """Every row of one part, in the order of the table's rows.

    Raises:
        RecordsError: it is missing or changed, or its key is gone.
    """
    where = str(version)
    key = sealing.of_part(lake.home, version.table, part, where=where)
    data = parts.dataset(lake.folder_of(version.table), part, key, where=where)
    with parts.readable(part, where=where):
        table = data.to_table(part["columns"])
    if part["side"] == sealing.IDENTIFIERS:
        order = sealing.secret_order(key, part["rows"])
        table = table.combine_chunks().take(pa.array(sealing.back_again(order)))
    return table


def without(
    lake: "Lake", version: "TableVersion", gone: Rows, *, why: str, actor: str, kind: str = ERASED
) -> Gone:
    """Take rows out of a version.

    Args:
        lake: that holds it.
        version: to be written anew.
        gone: which rows go, shape (rows,).
        why: in words, of nobody.
        actor: who does it.
        kind: of the rewriting.

    Raises:
        RecordsError: a part is missing or changed, or the disk refuses.
    """
    keep = pa.array(~gone)
    return rewrite(
        lake,
        version,
        lambda _name, table: table.filter(keep),
        why=why,
        actor=actor,
        kind=kind,
        rows=int(gone.sum()),
    )


def rewrite(
    lake: "Lake",
    version: "TableVersion",
    change: Change,
    *,
    why: str,
    actor: str,
    rows: int,
    kind: str = ERASED,
) -> Gone:
    """Write a version anew, side by side, under fresh keys of its parts; the old parts go.

    Args:
        lake: that holds it.
        version: to be written anew.
        change: from a side's name and rows, in the table's order, to those it shall hold.
        why: in words, of nobody.
        actor: who does it.
        rows: how many are changed or go.
        kind: of the rewriting.

    Raises:
        RecordsError: a part is missing or changed, or the disk refuses.
    """
    from joinedup.records import ledger  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.refused import is_undone, recorded  # noqa: PLC0415 - as above

    folder, table = lake.folder_of(version.table), version.table
    sides = [
        Side(one["side"], change(one["side"], side(lake, version, one)), one["made_with"])
        for one in version.parts
    ]
    work = [(one, sealing.fresh(lake.home, table, one.name)) for one in sides]
    old = list(version.parts)
    tombstones.add(lake.home, kind=tombstones.PART, names=[one["sha256"] for one in old])
    with parts.staged(lake.folder, work, table=table) as made:
        new = versions.made(lake.home, table, made, version.columns)
        with (
            parts.cleared(made, folder, when=is_undone),
            recorded(table),
            transaction(),
        ):
            ledger.lock()
            _require_same(version, old)
            with parts.placed(made, folder, table=table):
                said = _Said(kind, why, actor, rows, version.digest)
                version.parts, version.digest, version.rows = new.parts, new.digest, new.rows
                _tell(version, old, said)
    return _removed(folder, version, old, rows=rows)


def destroy(
    lake: "Lake", version: "TableVersion", *, why: str, actor: str, certificate: str = ""
) -> Gone:
    """Remove every part of a version; its row stays and says so."""
    from joinedup.records import ledger  # noqa: PLC0415 - Django, as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.refused import recorded  # noqa: PLC0415 - as above

    old, rows = list(version.parts), version.rows
    tombstones.add(lake.home, kind=tombstones.PART, names=[one["sha256"] for one in old])
    with recorded(version.table), transaction():
        ledger.lock()
        _require_same(version, old)
        version.parts = []
        said = _Said(DESTROYED, why, actor, rows, version.digest, certificate)
        _tell(version, old, said)
    return _removed(lake.folder_of(version.table), version, old, rows=rows)


def require_there(version: "TableVersion") -> None:
    """Refuse to read a version of which nothing is left.

    Raises:
        RecordsError: says when and why it was destroyed.
    """
    if version.parts:
        return
    from joinedup.records.models import Rewriting  # noqa: PLC0415 - as above

    told = Rewriting.objects.of(version)
    when = f" on {told.at[:10]} ({told.why})" if told else ""
    seen = f"; certificate {told.certificate} tells of it" if told and told.certificate else ""
    raise RecordsError(
        f"it was destroyed{when}, and cannot be read{seen}.",
        fix="deliver the dataset again, or run the step that writes it, if it may still be kept.",
        where=str(version),
    )


def _require_same(version: "TableVersion", parts_read: "Sequence[Part]") -> None:
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

    now = TableVersion.objects.get(pk=version.pk)
    if now.parts != list(parts_read):
        raise RecordsError(
            "somebody else rewrote it at this moment.", fix="do it again.", where=str(version)
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """Why a version is rewritten, by whom, and the digest it had."""

    kind: str
    why: str
    actor: str
    rows: int
    before: str
    certificate: str = ""


def _tell(version: "TableVersion", old: "Sequence[Part]", said: _Said) -> None:
    """The row as it is now, and the event and row that say why."""
    from joinedup.records import ledger  # noqa: PLC0415 - as above
    from joinedup.records.models import Rewriting  # noqa: PLC0415 - as above

    facts: dict[str, Any] = {
        "kind": said.kind,
        "why": said.why,
        "rows": said.rows,
        "files": {one["file"]: one["sha256"] for one in old},
        "certificate": said.certificate,
        versions.WRITING: versions.told(version),
    }
    event = ledger.append(KIND, actor=said.actor, subject=version.table, facts=facts)
    version.save(update_fields=["parts", "digest", "rows"])
    Rewriting.objects.create(
        version=version,
        kind=said.kind,
        why=said.why,
        certificate=said.certificate,
        before=said.before,
        files=facts["files"],
        at=event.at,
        event=event,
    )


def _removed(folder: Path, version: "TableVersion", old: "Sequence[Part]", *, rows: int) -> Gone:
    """Unlink what no version names any more; it is held against the disk."""
    there = {one["file"] for one in version.parts}
    files = {one["file"]: one["sha256"] for one in old if one["file"] not in there}
    for name in files:
        parts.forget(folder / name)
    left = tuple(sorted(name for name in files if (folder / name).exists()))
    gone = {name: sha for name, sha in files.items() if name not in left}
    return Gone(version.table, version.number, rows, gone, left)
