"""Which rows and fields is a table made from, and where is it kept for whoever may use some rows?

Whoever may use every row makes the office's own tables. Whoever may use some rows only makes
tables of their own, beside them, under the same names: nobody else's steps read those, and theirs
read no others. So nothing of other rows comes to them by a table that somebody else made.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from joinedup.core.digest import digest
from joinedup.core.method import Reads
from joinedup.core.policy import RowFilter

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion

ADMITTED = "admitted."
SHORT = 12
BESIDE = "__"
MADE_FROM = "made_from"
"""Under this key the event of a derived table says which fields it was made from."""
Fields = Mapping[str, frozenset[str]]
"""Dataset to fields of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the tables of a node are made from.

    Attributes:
        rows: dataset to the rows read of it, where they were not all.
        fields: dataset to the fields that the node and those before it read.
    """

    rows: Mapping[str, RowFilter] = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)

    @property
    def scope(self) -> str:
        """One word for the rows; empty if they are all."""
        limited = {name: rows.clauses for name, rows in self.rows.items() if rows}
        return digest(limited)[:SHORT] if limited else ""

    def stored(self, table: str) -> str:
        """The name in the lake of a table that is made from these rows."""
        return f"{table}{BESIDE}{self.scope}" if self.scope else table


World = Mapping[str, Made]
"""Table to what it is made from, of the tables that whoever acts may make for themselves."""


def made(reads: Reads, rows: Mapping[str, RowFilter], world: World, told: Fields) -> Made:
    """What a node's tables are made from.

    Args:
        reads: table to the columns it reads.
        rows: dataset to the rows that may be read of it.
        world: what the tables it reads are made from.
        told: the same of tables that somebody else made, as the records tell it.
    """
    fields = [{dataset_of(table): columns} for table, columns in reads.items() if admitted(table)]
    before = [world[table] for table in reads if table in world]
    return Made(
        rows=_rows(rows, *(one.rows for one in before)),
        fields=joined(*fields, *(one.fields for one in before), told),
    )


def made_from(version: "TableVersion") -> Fields:
    """The fields that a derived table was made from, as its event tells; none if it does not."""
    told = json.loads(version.event.facts).get(MADE_FROM, {})
    return {name: frozenset(fields) for name, fields in told.items()}


def joined(*parts: Mapping[str, Iterable[str]]) -> Fields:
    """All fields of all parts, by dataset."""
    found: dict[str, frozenset[str]] = {}
    for part in parts:
        for name, fields in part.items():
            found[name] = found.get(name, frozenset()) | frozenset(fields)
    return found


def as_lists(fields: Fields) -> dict[str, list[str]]:
    """Dataset to its fields, sorted, as the records keep them."""
    return {name: sorted(found) for name, found in sorted(fields.items())}


def _rows(*parts: Mapping[str, RowFilter]) -> dict[str, RowFilter]:
    """All limits of all parts, by dataset: a row must be within each."""
    found: dict[str, RowFilter] = {}
    for part in parts:
        for name, limit in part.items():
            found[name] = found.get(name, RowFilter()) & limit
    return found


def plain(table: str) -> str:
    """The name by which steps speak of a stored table, whichever rows it was made from."""
    name, mark, scope = table.rpartition(BESIDE)
    return name if mark and len(scope) == SHORT else table


def admitted(table: str) -> bool:
    """Whether it is a partner's table, as it was admitted."""
    return table.startswith(ADMITTED)


def dataset_of(table: str) -> str:
    """The dataset that an admitted table holds."""
    return table.removeprefix(ADMITTED)
