"""What may a project's step see of each table, and how may it know the people in it?

The second gate has let it read the columns; here each is taken from the side of the table that its
purpose rests on: identifiers as they are where an agreement lets people be named, else the tokens
of the project. The step sees the same names either way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.core.digest import digest
from joinedup.core.errors import AgreementError, Problem, RecordsError
from joinedup.core.method import Reads
from joinedup.core.project import Project
from joinedup.govern import allow
from joinedup.govern.covers import Known, known_by, narrowed
from joinedup.govern.pseudonyms.keys import Key, derive
from joinedup.office.house import Office, in_force
from joinedup.store.engine import Granted
from joinedup.store.sides import identifiers_of, tokens_key

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion


@dataclass(frozen=True, slots=True)
class Reading:
    """One table as a step will read it: pinned to a version.

    Attributes:
        columns: those granted.
        known: which of them name people, and how the step may know them.
        project: whose tokens it may read.
    """

    version: "TableVersion"
    columns: tuple[str, ...]
    known: Known
    project: str

    @property
    def digest(self) -> str:
        """What decides the numbers: the version, and whether people are known by tokens."""
        if not self.known.tokens:
            return self.version.digest
        return digest([self.version.digest, self.project, sorted(self.known.tokens)])


def readings(office: Office, project: Project, reads: Reads) -> dict[str, Reading]:
    """The tables that a step reads, each pinned to its current version.

    Raises:
        RecordsError: a table was never written; all that are missing at once.
        AgreementError: tables whose tokens were made with different keys, which join nothing.
    """
    agreements = narrowed(in_force(office), office.folder.datasets)
    found: dict[str, Reading] = {}
    missing = []
    for table, columns in sorted(reads.items()):
        version = office.lake.current(table)
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
        found[table] = Reading(version, tuple(columns), known, project.id)
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
            office.lake.read(
                table,
                one.version.number,
                columns=one.columns,
                named=one.known.named,
                tokens=one.project if one.known.tokens else "",
            ),
            one.columns,
        )
        for table, one in found.items()
    }


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
