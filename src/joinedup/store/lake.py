"""Where is the data kept? In encrypted Parquet parts that never change, named by their bytes.

Which parts make up which version of which table is a row in the records, written in the same
transaction as the event that tells of it: a part no row names does not exist for any reader.
`home.connect` must have been called; this module loads Django only when a verb is used.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.core.errors import Problem, RecordsError
from joinedup.store import parts, scrub, sealing, sides, versions
from joinedup.store.engine import NOTHING, split_name

if TYPE_CHECKING:
    import pyarrow.dataset as ds

    from joinedup.records.models import Part, TableVersion
    from joinedup.store.sealing import PartKey


@dataclass(frozen=True, slots=True)
class Lake:
    """The tables of one home, `<home>/lake/<schema>/<name>/<sha256>.parquet`.

    1. A version never changes; a reader sees one version, whatever is written meanwhile.
    2. A crash leaves the version before or the version after; `fsck(sweep=True)` clears the rest.
    3. The same rows in the same order give the same digest, however they are batched.
    4. No row is on the disk unencrypted, and the keys do not lie in the home.
    """

    home: Path

    @property
    def folder(self) -> Path:
        """The folder that holds the parts."""
        return self.home / "lake"

    def write(
        self,
        table: str,
        data: "pa.Table | pa.RecordBatchReader | sides.Apart",
        *,
        kind: str,
        actor: str,
        facts: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        purposes: Sequence[str],
        agreements: Sequence[str],
        origin: str,
        subject: str = "",
        also: "Callable[[TableVersion], object] | None" = None,
    ) -> "TableVersion":
        """Make a new version of a table, in one transaction with its event.

        Writing what is already current, for the same purposes and agreements, adds the event
        and keeps the version, if its parts are whole.

        Args:
            table: `admitted.visits`.
            data: the rows, whole or held apart. A reader is written as it comes, never held whole.
            kind: of the event.
            actor: who writes.
            facts: of the event, or what gives them once the rows are written; no cell.
            purposes: for which the table may be read.
            agreements: that it rests on.
            origin: the delivery or step it comes from.
            subject: of the event; the table if not said.
            also: called with the version, in the same transaction; its exception undoes it all.

        Raises:
            MethodError: the name is not a table's, two columns have one name, or sides do not fit.
            RecordsError: the disk refuses, keys are missing, or the ledger has lost its head.
        """
        from joinedup.records import ledger  # noqa: PLC0415 - Django, only when needed
        from joinedup.records.home import transaction  # noqa: PLC0415 - as above
        from joinedup.records.refused import is_undone, recorded  # noqa: PLC0415 - as above

        folder, about = self.folder_of(table), subject or table
        sides.require_sound(table, data)
        with parts.staged(self.folder, self._work(table, data), table=table) as made:
            told = facts() if callable(facts) else facts
            new = versions.made(self.home, table, made, sides.columns_of(data))
            new.purposes, new.agreements = sorted(set(purposes)), sorted(set(agreements))
            new.origin = origin
            with parts.cleared(made, folder, when=is_undone), recorded(table), transaction():
                ledger.lock()
                version = versions.current_or(new, is_whole=self.is_whole)
                with parts.placed(made if version is new else (), folder, table=table):
                    said = {**told, versions.WRITING: versions.told(version)}
                    version.told = ledger.append(kind, actor=actor, subject=about, facts=said)
                    if version is new:
                        version.event = version.told
                        version.save(force_insert=True)
                    if also is not None:
                        also(version)
        scrub.clear(self, table)
        return version

    def read(
        self,
        table: str,
        number: int | None = None,
        *,
        columns: Sequence[str] | None = None,
        named: Collection[str] = (),
        tokens: str = "",
    ) -> "ds.Dataset":
        """One version of a table, opened; its attributes are loaded only as they are asked for.

        Without `named` or `tokens`, columns that name people do not exist for the reader. Which of
        them it may have is decided before, by the second gate; and the event of it is written.

        Args:
            table: `admitted.visits`.
            number: of the version; the newest if not given.
            columns: those wanted, in order; all that may be read if not said.
            named: the identifiers that may be read as they are.
            tokens: the project that may read tokens in place of the other identifiers.

        Raises:
            RecordsError: there is no such version, a part is missing, changed or cut short, or
                its key is.
            AgreementError: a column is not there for this reader.
        """
        version = self.version(table, number)
        held = sides.chosen(version, columns, named=named, tokens=tokens)
        files = {part["file"]: part for part in held.values()}
        folder, where = self.folder_of(table), str(version)
        problems = [parts.unfit(folder, part, where=where) for part in files.values()]
        if found := [problem for problem in problems if problem]:
            raise RecordsError.of(found)
        opened = {name: self._opened(version, part) for name, part in files.items()}
        if [part["side"] for part in files.values()] == [sealing.ATTRIBUTES]:
            ((data, _),) = opened.values()
            return data.replace_schema(pa.schema([data.schema.field(name) for name in held]))
        return _together(version, held, opened)

    def version(self, table: str, number: int | None = None) -> "TableVersion":
        """One version of a table, the newest if no number is given.

        Raises:
            RecordsError: there is no such version.
        """
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, as above

        found = TableVersion.objects
        version = found.current(table) if number is None else found.numbered(table, number)
        if version is None:
            raise _unknown([table], number)
        return version

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

    def is_whole(self, version: "TableVersion") -> bool:
        """Whether every part is as it was written, byte for byte, and its key is there."""
        return scrub.is_whole(self, version)

    def fsck(self, *, sweep: bool = False) -> list[Problem]:
        """Read every part and hold it against the records; what is wrong, nothing if all is well.

        Args:
            sweep: remove the parts that no version names and the leftovers of broken-off
                writings; they are then no problem. A writing that is under way is left alone.
        """
        return scrub.scrub(self, sweep=sweep)

    def folder_of(self, table: str) -> Path:
        """The folder that holds a table's parts.

        Raises:
            MethodError: the name is not a table's.
        """
        schema, name = split_name(table)
        return self.folder / schema / name

    def _work(
        self, table: str, data: "pa.Table | pa.RecordBatchReader | sides.Apart"
    ) -> "list[tuple[sides.Side, PartKey]]":
        """The sides to be written, each with a key of its own."""
        return [(side, sealing.fresh(self.home, table, side.name)) for side in sides.sides_of(data)]

    def _opened(self, version: "TableVersion", part: "Part") -> "tuple[ds.Dataset, PartKey]":
        where = str(version)
        key = sealing.of_part(self.home, version.table, part, where=where)
        return parts.dataset(self.folder_of(version.table), part, key, where=where), key


def _together(
    version: "TableVersion",
    held: "Mapping[str, Part]",
    opened: "Mapping[str, tuple[ds.Dataset, PartKey]]",
) -> "ds.Dataset":
    """The columns of several sides, loaded, each row whole again."""
    import pyarrow.dataset as ds  # noqa: PLC0415 - heavy; only when something is read

    if not held:
        return ds.dataset(pa.table({NOTHING: pa.nulls(version.rows, pa.int8())}))
    found: dict[str, pa.ChunkedArray] = {}
    for file, (data, key) in opened.items():
        names = [name for name, part in held.items() if part["file"] == file]
        part = held[names[0]]
        with parts.readable(part, where=str(version)):
            table = data.to_table(names)
        if part["side"] == sealing.IDENTIFIERS:
            order = sealing.secret_order(key, part["rows"])
            table = table.combine_chunks().take(pa.array(sealing.back_again(order)))
        found |= {name: table[name] for name in names}
    return ds.dataset(pa.table({name: found[name] for name in held}))


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
