"""What may a project's step see of each table, and how may it know the people in it?

The second gate has let it read the columns; here each is taken from the side of the table that its
purpose rests on: identifiers as they are where an agreement lets people be named, else the tokens
of the project. The step sees the same names either way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from joinedup.core.digest import digest
from joinedup.core.errors import AgreementError, Problem, RecordsError
from joinedup.core.method import Reads
from joinedup.core.policy import RowFilter
from joinedup.core.project import Project
from joinedup.govern import allow
from joinedup.govern.covers import Known, known_by, narrowed
from joinedup.govern.pseudonyms.keys import Key, derive
from joinedup.office.house import Office, in_force
from joinedup.office.subject.object import left_out
from joinedup.store.engine import Granted
from joinedup.store.rows import only_rows
from joinedup.store.sides import identifiers_of, tokens_key

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

    from joinedup.records.models import TableVersion


@dataclass(frozen=True, slots=True)
class Reading:
    """One table as a step will read it: pinned to a version.

    Attributes:
        columns: those granted.
        known: which of them name people, and how the step may know them.
        project: whose tokens it may read.
        left_out: the places of rows of people who object to the purpose: never given.
    """

    version: "TableVersion"
    columns: tuple[str, ...]
    known: Known
    project: str
    left_out: tuple[int, ...] = ()

    @property
    def digest(self) -> str:
        """What decides the numbers: the version, how people are known, and who is left out."""
        if not self.known.tokens and not self.left_out:
            return self.version.digest
        told = [self.version.digest, self.project, sorted(self.known.tokens)]
        return digest([*told, list(self.left_out)] if self.left_out else told)


def readings(
    office: Office, project: Project, reads: Reads, stored: Mapping[str, str] | None = None
) -> dict[str, Reading]:
    """The tables that a step reads, each pinned to its current version.

    Args:
        office: whose tables.
        project: of the step.
        reads: table to the columns it reads.
        stored: table to the name it is kept under for whoever acts, where that is another.

    Raises:
        RecordsError: a table was never written; all that are missing at once.
        AgreementError: tables whose tokens were made with different keys, which join nothing.
    """
    agreements = narrowed(in_force(office), office.folder.datasets)
    found: dict[str, Reading] = {}
    missing = []
    for table, columns in sorted(reads.items()):
        version = office.lake.current((stored or {}).get(table, table))
        if version is None:
            missing.append(table)
            continue
        dataset = office.folder.datasets.get(table.removeprefix(allow.ADMITTED))
        known = Known()
        if table.startswith(allow.ADMITTED) and dataset is not None:
            apart = set(identifiers_of(version))
            known = known_by(
                dataset, [c for c in columns if c in apart], project.purpose, agreements
            )
        left = left_out(office, version, project.purpose)
        found[table] = Reading(version, tuple(columns), known, project.id, left)
    if missing:
        raise RecordsError.of(
            Problem(table, "there is no such table in the lake.", "deliver it, or run its step.")
            for table in missing
        )
    _require_one_key(found)
    return found


def granted(office: Office, found: Mapping[str, Reading]) -> dict[str, Granted]:
    """The tables opened for the engine. The event of it must be written before.

    Raises:
        RecordsError: a part is missing, changed or cannot be opened.
    """
    return {
        table: Granted(
            _without(
                office.lake.read(
                    one.version.table,
                    one.version.number,
                    columns=one.columns,
                    named=one.known.named,
                    tokens=one.project if one.known.tokens else "",
                ),
                one.left_out,
            ),
            one.columns,
        )
        for table, one in found.items()
    }


def only_granted(
    office: Office, found: Mapping[str, Reading], rows: Mapping[str, RowFilter]
) -> dict[str, Granted]:
    """The tables of which whoever acts may read some rows only, with those rows taken out.

    Rows of people who object are left out before. The event of it must be written before.

    Raises:
        RecordsError: as `granted`.
        MethodError: a column that rows are chosen by is not there.
    """
    wanted = {table: _with(found[table], limit) for table, limit in rows.items()}
    return {
        table: Granted(
            only_rows(data.data, list(found[table].columns), rows[table]), found[table].columns
        )
        for table, data in granted(office, wanted).items()
    }


def _with(one: Reading, limit: RowFilter) -> Reading:
    """The reading with the columns that rows are chosen by, as far as the version holds them."""
    more = [c for c in limit.fields if c not in one.columns and c in one.version.columns]
    apart = set(identifiers_of(one.version))
    named = (*one.known.named, *(c for c in more if c in apart))
    return replace(one, columns=(*one.columns, *more), known=replace(one.known, named=named))


def _without(data: "ds.Dataset", places: Sequence[int]) -> "ds.Dataset | pa.Table":
    """The rows but those at these places; loaded only if there are any."""
    if not places:
        return data
    import numpy as np  # noqa: PLC0415 - heavy; only where somebody objects
    import pyarrow as pa  # noqa: PLC0415 - as above

    table = data.to_table()
    keep = np.ones(table.num_rows, dtype=bool)
    keep[list(places)] = False
    return table.filter(pa.array(keep))


def known(found: Mapping[str, Reading]) -> dict[str, tuple[str, ...]]:
    """Table to its columns that say who somebody is, as they are or by tokens.

    For the event of a reading. Tables of which nothing of the kind is read are left out.
    """
    return {
        table: (*one.known.named, *one.known.tokens)
        for table, one in found.items()
        if one.known.named or one.known.tokens
    }


def token_keys(office: Office, projects: Iterable[str]) -> dict[str, Key]:
    """The key of each project's tokens: that of the project for its purpose.

    It is the key that `joinedup key` gives the project's partners, so that what they send as tokens
    meets what is made into tokens here.
    """
    wanted = list(projects)
    if not wanted:
        return {}
    from joinedup.records.keyring import roots_of  # noqa: PLC0415 - only who needs a key

    roots = roots_of(office.home)
    found = {}
    for name in wanted:
        project = office.folder.projects[name].project
        found[name] = derive(roots, project=project.id, purpose=project.purpose)
    return found


def projects_of(office: Office) -> dict[str, list[str]]:
    """Purpose to the projects that state it."""
    found: dict[str, list[str]] = {}
    for name, folder in office.folder.projects.items():
        found.setdefault(folder.project.purpose, []).append(name)
    return found


def _require_one_key(found: Mapping[str, Reading]) -> None:
    keys = {
        table: tokens_key(one.version, one.project)
        for table, one in found.items()
        if one.known.tokens
    }
    if len(set(keys.values())) > 1:
        raise AgreementError(
            f"the tokens of {', '.join(keys)} were made with different keys, so they join nothing.",
            fix="deliver the older of them again: the project's key was changed since.",
            where="tokens",
        )
