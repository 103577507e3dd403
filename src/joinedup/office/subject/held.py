"""What is held about them, record by record, with where it came from and who may see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.govern.rights import kept_back
from joinedup.office.house import Office
from joinedup.office.subject.find import (
    ADMITTED,
    BEHIND,
    Found,
    Held,
    columns_of,
    dataset_of,
    read,
    ways,
)
from joinedup.office.subject.looked import RAW
from joinedup.office.subject.shown import Listed, listed, releases

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of an admitted table came from."""

    partner: str
    file: str
    on: str


@dataclass(frozen=True, slots=True)
class TableHeld:
    """Rows of one table that are theirs.

    Attributes:
        how: they were found: by identifiers, by tokens, by what it rests on.
        records: of the newest version, each column under its name; tokens as `token`.
        older: numbers of earlier versions that hold rows of theirs too.
        kept_back: columns that a copy for them leaves out, each with why.
    """

    table: str
    title: str
    how: str
    purposes: tuple[str, ...]
    agreements: tuple[str, ...]
    sources: tuple[Source, ...]
    records: tuple[Record, ...] = field(repr=False)
    older: tuple[int, ...]
    kept_back: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the records, in order."""
        return tuple(dict.fromkeys(name for record in self.records for name in record))


@dataclass(frozen=True, slots=True)
class Received:
    """A release that held them, and who received it."""

    project: str
    step: str
    on: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Everything:
    """All of it, as it is told."""

    tables: tuple[TableHeld, ...]
    lists: tuple[Listed, ...]
    releases: tuple[Received, ...]

    def as_json(self) -> dict[str, Any]:
        """For a program; only for who may see it."""
        return {
            "tables": [
                {
                    "table": one.table,
                    "title": one.title,
                    "found_by": one.how,
                    "rows": len(one.records),
                    "older_versions": list(one.older),
                    "purposes": list(one.purposes),
                    "agreements": list(one.agreements),
                    "sources": [
                        {"partner": source.partner, "file": source.file, "on": source.on}
                        for source in one.sources
                    ],
                    "records": [dict(record) for record in one.records],
                    "left_out_of_a_copy": dict(one.kept_back),
                }
                for one in self.tables
            ],
            "lists": [
                {
                    "project": one.run.project,
                    "step": one.run.step,
                    "on": one.run.at[:10],
                    "rows": [dict(row) for row in one.rows],
                }
                for one in self.lists
            ],
            "releases": [
                {
                    "project": one.project,
                    "step": one.step,
                    "on": one.on,
                    "recipient": one.recipient,
                }
                for one in self.releases
            ],
        }


def everything(office: Office, found: Found) -> Everything:
    """All that is held; the event of it must have been written before."""
    shown = listed(office, found)
    left = tuple(
        Received(row.run.project, row.run.step, row.at[:10], recipient)
        for row, recipient in releases(office, [one.run for one in shown])
    )
    return Everything(tuple(_tables(office, found)), shown, left)


def _tables(office: Office, found: Found) -> Iterator[TableHeld]:
    current = {one.version.pk for one in found.current}
    by_table: dict[str, list[Held]] = {}
    for one in found.held:
        by_table.setdefault(one.version.table, []).append(one)
    for table, held in sorted(by_table.items()):
        if table.startswith(BEHIND):
            continue
        newest = held[-1]
        now = newest.version.pk in current
        dataset = dataset_of(office, newest.version)
        records = _records(office, newest) if now else ()
        of = found.asked.of or "person"
        yield TableHeld(
            table=table,
            title=dataset.title if dataset else f"Worked out by us: {_spoken(table)}",
            how=newest.how,
            purposes=tuple(newest.version.purposes),
            agreements=tuple(newest.version.agreements),
            sources=_sources(office, newest.version),
            records=records,
            older=tuple(one.version.number for one in held if not (now and one is newest)),
            kept_back=kept_back(dataset, newest.version.columns, of) if dataset else {},
        )


def _records(office: Office, one: Held) -> tuple[Record, ...]:
    """Whole rows: as they came where they are so held, else that a token stands there."""
    keep = pa.array(one.rows)
    raw = columns_of(one.version, RAW)
    rows = (
        read(office, one.version, raw).filter(keep).to_pylist()
        if raw
        else [{} for _ in range(one.count)]
    )
    tokens = {name for way in ways(one.version) if way for name in columns_of(one.version, way)}
    hidden = dict.fromkeys(sorted(tokens - set(raw)), "a token, not the value")
    return tuple(
        {
            name: row[name] if name in row else hidden[name]
            for name in one.version.columns
            if name in row or name in hidden
        }
        for row in rows
    )


def _sources(office: Office, version: "TableVersion") -> tuple[Source, ...]:
    """The deliveries of an admitted version; of a derived one, the step that wrote it."""
    from joinedup.records.models import Delivery  # noqa: PLC0415 - Django, only when needed

    if not version.table.startswith(ADMITTED):
        step = version.origin.removeprefix("step:")
        return (Source(office.folder.card.name, f"worked out by {step}", version.event.at[:10]),)
    rows = Delivery.objects.filter(version=version).order_by("id")
    names = office.folder.partners
    return tuple(
        Source(
            names[row.sender].name if row.sender in names else row.sender,
            row.file_name,
            row.at[:10],
        )
        for row in rows
    )


def partners_told(office: Office, tables: Sequence[TableHeld]) -> tuple[str, ...]:
    """The partners whose data it is."""
    names = {
        office.folder.datasets[one.table.removeprefix(ADMITTED)].partner
        for one in tables
        if one.table.removeprefix(ADMITTED) in office.folder.datasets
    }
    return tuple(sorted(names))


def _spoken(table: str) -> str:
    return table.partition(".")[2].replace("_", " ")
