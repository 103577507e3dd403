"""Where is the data kept? In Parquet parts that never change, named by their content.

Which parts make up which version of which table is a row in the records, written in the same
transaction as the event that tells of it: a part no row names does not exist for any reader.
`home.connect` must have been called; this module loads Django only when a verb is used.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.core.digest import digest
from joinedup.core.errors import MethodError, Problem, RecordsError
from joinedup.store import parts
from joinedup.store.engine import split_name

if TYPE_CHECKING:
    import pyarrow.dataset as ds

    from joinedup.records.models import LedgerEvent, TableVersion

WRITING = "lake"
"""Under this key an event's facts say which version it tells of."""


@dataclass(frozen=True, slots=True)
class Lake:
    """The tables of one home, `<home>/lake/<schema>/<name>/<sha256>.parquet`.

    1. A version never changes; a reader sees one version, whatever is written meanwhile.
    2. A crash leaves the version before or the version after; `fsck(sweep=True)` clears the rest.
    3. The same rows in the same order give the same bytes, however they are batched.
    """

    home: Path

    @property
    def folder(self) -> Path:
        """The folder that holds the parts."""
        return self.home / "lake"

    def write(
        self,
        table: str,
        data: pa.Table | pa.RecordBatchReader,
        *,
        kind: str,
        actor: str,
        facts: Mapping[str, Any],
        purposes: Sequence[str],
        agreements: Sequence[str],
        origin: str,
        subject: str = "",
        also: "Callable[[TableVersion], object] | None" = None,
    ) -> "TableVersion":
        """Make a new version of a table, in one transaction with its event.

        Writing what is already current, for the same purposes and agreements, adds the event
        and keeps the version.

        Args:
            table: `admitted.visits`.
            data: the rows. A reader is written as it comes, never held whole.
            kind: of the event.
            actor: who writes.
            facts: of the event; no cell.
            purposes: for which the table may be read.
            agreements: that it rests on.
            origin: the delivery or step it comes from.
            subject: of the event; the table if not said.
            also: called with the version, in the same transaction; its exception undoes it all.

        Raises:
            MethodError: the name is not a table's, or two columns have one name.
            RecordsError: the disk refuses, or the ledger has lost its head.
        """
        from joinedup.records import ledger  # noqa: PLC0415 - Django, only when needed
        from joinedup.records.home import transaction  # noqa: PLC0415 - as above

        folder = self._folder_of(table)
        _require_distinct_columns(table, data.schema)
        with parts.staged(self.folder, data, table=table) as made, transaction():
            ledger.lock()
            with parts.placed(made, folder, table=table):
                version = _version(table, made, purposes, agreements, origin)
                said = {**facts, WRITING: _told(version)}
                version.told = ledger.append(
                    kind, actor=actor, subject=subject or table, facts=said
                )
                if not version.event_id:
                    version.event = version.told
                    version.save(force_insert=True)
                if also is not None:
                    also(version)
        return version

    def read(self, table: str, number: int | None = None) -> "ds.Dataset":
        """One version of a table, the newest if no number is given, opened but not loaded.

        Raises:
            RecordsError: there is no such version, or a part of it is missing or cut short.
        """
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, as above

        versions = TableVersion.objects
        version = versions.current(table) if number is None else versions.numbered(table, number)
        if version is None:
            raise _unknown([table], number)
        folder = self._folder_of(table)
        problems = [
            problem
            for part in version.parts
            if (problem := parts.unfit(folder, part, where=str(version)))
        ]
        if problems:
            raise RecordsError.of(problems)
        return parts.dataset([folder / part["file"] for part in version.parts], where=str(version))

    def current(self, table: str) -> "TableVersion | None":
        """The newest version of a table, if it was ever written."""
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, as above

        return TableVersion.objects.current(table)

    def tables(self) -> "list[TableVersion]":
        """The newest version of every table, by name."""
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, as above

        return TableVersion.objects.all_current()

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """Table to the digest of its newest version.

        Raises:
            RecordsError: a table was never written; all that are missing at once.
        """
        known = {version.table: version.digest for version in self.tables()}
        wanted = list(names)
        missing = [name for name in wanted if name not in known]
        if missing:
            raise _unknown(missing, None)
        return {name: known[name] for name in wanted}

    def fsck(self, *, sweep: bool = False) -> list[Problem]:
        """Read every part and hold it against the records; what is wrong, nothing if all is well.

        Args:
            sweep: remove the parts that no version names and the leftovers of broken-off
                writings; they are then no problem. A writing that is under way is left alone.
        """
        from joinedup.records import ledger  # noqa: PLC0415 - Django, as above
        from joinedup.records.home import transaction  # noqa: PLC0415 - as above
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

        problems = list(self._faults(TableVersion.objects.every()))
        with transaction():
            ledger.lock()  # no part can be placed between the two looks
            kept = {
                self._folder_of(version.table) / part["file"]
                for version in TableVersion.objects.every()
                for part in version.parts
            }
            orphans = parts.orphans(self.folder, kept)
            if sweep:
                for orphan in orphans:
                    orphan.unlink(missing_ok=True)
        orphans += parts.leftovers(self.folder, sweep=sweep)
        if sweep:
            return problems
        return problems + [
            Problem(
                orphan.relative_to(self.folder).as_posix(),
                "no version names this part: a writing broke off.",
                "run `joinedup fsck --sweep`.",
            )
            for orphan in orphans
        ]

    def _faults(self, versions: "Iterable[TableVersion]") -> Iterator[Problem]:
        """Parts that are missing or changed, and versions that their event tells otherwise."""
        for version in versions:
            folder = self._folder_of(version.table)
            for part in version.parts:
                problem = parts.unfit(folder, part, where=str(version), whole=True)
                if problem:
                    yield problem
            if _differs(version):
                yield Problem(
                    str(version),
                    "its row in the records is not what the ledger tells.",
                    "run `joinedup audit verify`, and restore the records from a backup.",
                )

    def _folder_of(self, table: str) -> Path:
        schema, name = split_name(table)
        return self.folder / schema / name


def _version(
    table: str,
    made: parts.Made,
    purposes: Sequence[str],
    agreements: Sequence[str],
    origin: str,
) -> "TableVersion":
    """The version that these parts are: the current one if it is the same, else a new one."""
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, as above

    new = TableVersion(
        table=table,
        parts=[made.part],
        digest=digest([made.part["sha256"]]),
        rows=made.part["rows"],
        columns=list(made.columns),
        purposes=sorted(set(purposes)),
        agreements=sorted(set(agreements)),
        origin=origin,
    )
    now = TableVersion.objects.current(table)
    if now is not None and _same(now, new):
        return now
    new.number = now.number + 1 if now is not None else 1
    return new


def _same(now: "TableVersion", new: "TableVersion") -> bool:
    return (now.digest, now.purposes, now.agreements) == (new.digest, new.purposes, new.agreements)


def _told(version: "TableVersion") -> dict[str, Any]:
    """What an event tells of a version: enough to notice a row that was changed."""
    return {
        "table": version.table,
        "version": version.number,
        "digest": version.digest,
        "rows": version.rows,
        "columns": digest(version.columns),
        "purposes": version.purposes,
        "agreements": version.agreements,
    }


def _differs(version: "TableVersion") -> bool:
    import json  # noqa: PLC0415 - small

    event: LedgerEvent = version.event
    told = json.loads(event.facts).get(WRITING)
    listed = digest([part["sha256"] for part in version.parts])
    return bool(told != _told(version) or listed != version.digest)


def _require_distinct_columns(table: str, schema: pa.Schema) -> None:
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice or not schema.names:
        what = f"two columns are named {', '.join(twice)}." if twice else "it has no column."
        raise MethodError(what, fix="give each column a name of its own.", where=table)


def _unknown(tables: Sequence[str], number: int | None) -> RecordsError:
    version = "" if number is None else f" version {number} of"
    return RecordsError.of(
        Problem(
            table,
            f"there is no{version or ' such'} table in the lake.",
            "deliver the dataset, or run the step that writes it.",
        )
        for table in tables
    )
