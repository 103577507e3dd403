"""A person is erased: gone from every version of every table, from results, pages and files.

Two people: one asks, another approves, and with the approval it is done. Broken off, it goes on
where it was when it is approved again. The receipt says how much went, and of nobody.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.office.destroyed import destroy_results, remove_files
from joinedup.office.house import Office
from joinedup.office.subject import cases
from joinedup.office.subject.asked import Asked
from joinedup.office.subject.cases import Case
from joinedup.office.subject.find import BEHIND, Found, find
from joinedup.office.subject.looked import marks_of
from joinedup.office.subject.object import bar
from joinedup.office.subject.shown import copies, showing
from joinedup.records import tombstones
from joinedup.records.overwritten import overwritten, settle
from joinedup.store import rewrite

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion

WHY = "erased at the request of a person"
UNITS = ("unit", "household")


@dataclass(frozen=True, slots=True)
class Erased:
    """The receipt: what went.

    Attributes:
        tables: table to how many rows of all its versions.
        results: how many results of runs.
        files: files of clear text, with their SHA-256.
        backups: that were made before; a restore of one takes away what the list tells of.
    """

    case: int
    tables: Mapping[str, int]
    parts: int
    results: int
    files: Mapping[str, str]
    backups: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For a program, and the receipt."""
        return {
            "case": self.case,
            "rows": dict(self.tables),
            "parts_removed": self.parts,
            "results_destroyed": self.results,
            "files_removed": dict(self.files),
            "backups": list(self.backups),
        }


def request(office: Office, question: Asked, *, reason: str) -> tuple[Case, dict[str, int]]:
    """Ask for an erasure: tells what would go; nothing goes before another approves.

    Raises:
        ProjectError: nobody is named, or no reason is given.
    """
    case = cases.opened(office, question, "erasure", reason=reason)
    found = find(office, question)
    rows = _rows(found)
    return cases.add(office, case, "requested", reason=reason, tables=rows), rows


def approve(office: Office, question: Asked, *, reason: str) -> Erased:
    """Approve what another asked for, and do it.

    Raises:
        ProjectError: nobody has asked for it, or no reason is given.
        ReleaseError: who approves is who asked.
        RecordsError: something of theirs is left; do it again.
    """
    cases.require_reason(reason)
    case = _requested(office, question)
    asked = case.step("requested")
    cases.require_another(office, asked.by if asked else "", where=f"case {case.number}")
    if case.step("approved") is None:
        case = cases.add(office, case, "approved", reason=reason)
    found = find(office, question)
    receipt = _carry_out(office, case, found)
    _require_gone(office, found)
    case = cases.add(office, case, "erased", receipt=receipt.as_json())
    _forget(office, found)
    return receipt


def _requested(office: Office, question: Asked) -> Case:
    subject = cases.subject_of(office, question)
    for one in cases.cases(office):
        mine = one.subject == subject and one.right == "erasure" and not one.closed
        if mine and one.step("requested") and not one.step("erased"):
            return one
    raise ProjectError(
        "nobody has asked for this person to be erased.",
        fix="ask first, without --approve; then a second person approves, naming the same person"
        " by the same identifiers.",
        where="subject",
    )


def _carry_out(office: Office, case: Case, found: Found) -> Erased:
    """Bar the way in first, then take out row by row; each version is a transaction."""
    marks = marks_of(office, found.looked)
    bar(office, case.subject, marks)
    tombstones.bar(office.home, marks.as_json())
    runs = showing(office, found)
    clear = copies(office, found)
    parts, done = 0, dict[str, int]()
    for one in found.held:
        gone = rewrite.without(office.lake, one.version, one.rows, why=WHY, actor=office.who)
        parts += len(gone.files)
        done[one.version.table] = done.get(one.version.table, 0) + gone.rows
    parts += _units(office, found) + _index(office, found)
    results = destroy_results(office, runs, why=WHY)
    files = remove_files(office, clear, why=WHY)
    _rows_of_records(office, case.subject)
    return Erased(case.number, done, parts, results, files, backups_known())


def _units(office: Office, found: Found) -> int:
    """Who is behind the counts of a result: the place stays, and stands for nobody."""
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, when needed

    wanted = pa.array(sorted(found.values), pa.string())
    parts = 0
    for version in TableVersion.objects.filter(table__startswith=BEHIND).order_by("id"):
        if version.parts and set(UNITS) & set(version.columns):
            parts += _units_of(office, version, wanted)
    return parts


def _index(office: Office, found: Found) -> int:
    """The index of what was released forgets their key: the place stays, and is nobody's."""
    from joinedup.office.leaving.population import INDEX, KEY, KEY_BYTES, keyed  # noqa: PLC0415
    from joinedup.records import keyring  # noqa: PLC0415 - Django's room, when needed
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

    there = [one for one in TableVersion.objects.every(INDEX) if one.parts]
    if not there:
        return 0
    units = pa.array(sorted(found.values), pa.string())
    wanted = keyed(units, keyring.key(office.home, KEY).secret).cast(pa.binary())

    def change(_side: str, table: pa.Table) -> pa.Table:
        who = table["who"].cast(pa.binary())
        mine = pc.is_in(who, value_set=wanted)
        drawn = [secrets.token_bytes(KEY_BYTES) for _ in range(table.num_rows)]
        changed = pc.if_else(mine, pa.array(drawn, pa.binary()), who)
        return pa.table({"who": changed.cast(table.schema.field("who").type)})

    parts = 0
    for version in there:
        who = rewrite.side(office.lake, version, version.parts[0])["who"].cast(pa.binary())
        seen = pc.sum(pc.is_in(who, value_set=wanted)).as_py() or 0
        if seen:
            gone = rewrite.rewrite(
                office.lake, version, change, why=WHY, actor=office.who, rows=seen
            )
            parts += len(gone.files)
    return parts


def _units_of(office: Office, version: "TableVersion", wanted: pa.Array) -> int:
    seen = 0

    def change(_side: str, table: pa.Table) -> pa.Table:
        nonlocal seen
        for name in UNITS:
            if name in table.column_names:
                mine = pc.is_in(table[name], value_set=wanted)
                number = pc.sum(mine).as_py() or 0
                if number:
                    seen += number
                    nobody = pa.array([secrets.token_hex(16)] * table.num_rows, pa.string())
                    place = table.column_names.index(name)
                    column = pc.if_else(mine, nobody, table[name])
                    table = table.set_column(place, name, column)
        return table

    for part in version.parts:
        change(part["side"], rewrite.side(office.lake, version, part))
    if not seen:
        return 0
    gone = rewrite.rewrite(office.lake, version, change, why=WHY, actor=office.who, rows=seen)
    return len(gone.files)


def _rows_of_records(office: Office, subject: str) -> None:
    """Values that were put right are theirs too."""
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.models import Rectification  # noqa: PLC0415 - as above

    theirs = Rectification.objects.filter(subject=subject)
    names = [tombstones.name_of(one.right) for one in theirs]
    tombstones.add(office.home, kind=tombstones.SEALED, names=names)
    with overwritten(), transaction():
        theirs.delete()
    settle("records_rectification")


def _require_gone(office: Office, found: Found) -> None:
    """Look again with the same eyes.

    Raises:
        RecordsError: something is left.
    """
    again = find(office, found.asked)
    left = sorted({str(one.version) for one in again.held})
    left += [path.as_posix() for path in copies(office, found)]
    if left:
        raise RecordsError(
            f"something is left in {', '.join(left)}.",
            fix="see what is wrong with it by `joinedup fsck`, then approve again.",
            where="erasure",
        )


def _forget(office: Office, found: Found) -> None:
    """Destroy what ties the ledger's events to them; the one place that asks for it."""
    from joinedup.records import subjects  # noqa: PLC0415 - Django's room, when needed

    references = {found.asked.reference}
    for one in found.asked.identifiers:
        references |= {one.form, f"{one.kind}={one.form}"}
    for reference in sorted(references):
        subjects.erase(office.home, reference, actor=office.who)


def backups_known() -> tuple[str, ...]:
    """The backups that the ledger tells of, oldest first, as their day and digest or place."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    rows = LedgerEvent.objects.filter(kind="backup").order_by("seq")
    return tuple(f"{at[:10]} event {seq}" for seq, at in rows.values_list("seq", "at"))


def _rows(found: Found) -> dict[str, int]:
    """Table to how many rows of all its versions."""
    return _summed((one.version.table, one.count) for one in found.held)


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    done: dict[str, int] = {}
    for table, count in pairs:
        done[table] = done.get(table, 0) + count
    return done
