"""What says who a row is about, held apart from what is said of them.

A table has up to three kinds of sides: its `attributes`; its `identifiers`, in a secret order and
under a key of their own; and `tokens` in their place, a side for each project that may know people
by tokens alone. A reader is given the columns of the sides it may have, under the same names.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.core.ahead import ahead
from joinedup.core.errors import AgreementError, MethodError
from joinedup.store.sealing import ATTRIBUTES, IDENTIFIERS, TOKENS

if TYPE_CHECKING:
    from joinedup.records.models import Part, TableVersion


@dataclass(frozen=True, slots=True)
class Tokens:
    """The identifiers of a table as one project may know them: made while they are written.

    Attributes:
        columns: the names of the identifiers.
        key: the id of the key they are made with; with those of another key they join nothing.
        pieces: makes them, each time anew, rows as the attributes have them.
    """

    columns: tuple[str, ...]
    key: str
    pieces: Callable[[], Iterable[pa.RecordBatch]]

    @property
    def reader(self) -> "pa.RecordBatchReader":
        """The tokens piece by piece."""
        schema = pa.schema([(name, pa.string()) for name in self.columns])
        return pa.RecordBatchReader.from_batches(schema, ahead(iter(self.pieces())))


@dataclass(frozen=True, slots=True)
class Apart:
    """A table in its sides, rows in one order, to be written.

    Attributes:
        identifiers: as they are, where an agreement lets them be named.
        tokens: project to the tokens it may read.
        columns: of all sides, each name once, in the order readers see.
    """

    attributes: pa.Table
    columns: tuple[str, ...]
    identifiers: pa.Table | None = None
    tokens: Mapping[str, Tokens] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """Columns that lie together under one key.

    Attributes:
        made_with: the id of the key that made its tokens; empty if it holds none.
    """

    name: str
    data: "pa.Table | pa.RecordBatchReader"
    made_with: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(self.data.schema.names)


def sides_of(data: "pa.Table | pa.RecordBatchReader | Apart") -> tuple[Side, ...]:
    """The sides that hold something; a table that is not held apart has one."""
    if not isinstance(data, Apart):
        return (Side(ATTRIBUTES, data),)
    sides = [Side(ATTRIBUTES, data.attributes)]
    if data.identifiers is not None:
        sides.append(Side(IDENTIFIERS, data.identifiers))
    sides += [
        Side(f"{TOKENS} {project}", made.reader, made.key)
        for project, made in sorted(data.tokens.items())
    ]
    return tuple(side for side in sides if side.columns)


def columns_of(data: "pa.Table | pa.RecordBatchReader | Apart") -> tuple[str, ...]:
    """The names that readers may see, in order."""
    return data.columns if isinstance(data, Apart) else tuple(data.schema.names)


def require_sound(table: str, data: "pa.Table | pa.RecordBatchReader | Apart") -> None:
    """Sides of one length, and columns with names of their own.

    Raises:
        MethodError: two columns of a side have one name, there is none, or rows do not match.
    """
    sides = sides_of(data)
    if not sides or not all(side.columns for side in sides):
        raise MethodError("it has no column.", fix="give it one.", where=table)
    for side in sides:
        twice = sorted({name for name in side.columns if side.columns.count(name) > 1})
        if twice:
            what = f"two columns are named {', '.join(twice)}."
            raise MethodError(what, fix="give each column a name of its own.", where=table)
    if isinstance(data, Apart):
        counts = {side.data.num_rows for side in sides if isinstance(side.data, pa.Table)}
        if len(counts) > 1 or {name for side in sides for name in side.columns} != {*data.columns}:
            what = "its sides do not hold the same rows, or not the columns it names."
            raise MethodError(what, fix="take them apart from one table.", where=table)


def chosen(
    version: "TableVersion",
    columns: Sequence[str] | None,
    *,
    named: Collection[str],
    tokens: str,
) -> "dict[str, Part]":
    """Each column that is read to the part it lies in; all that may be, if none is asked for.

    Args:
        version: of the table.
        columns: in the order wanted.
        named: the identifiers that may be read as they are.
        tokens: the project that may read tokens in place of the others; none if empty.

    Raises:
        AgreementError: a column that is not there, or not for this reader.
    """
    held: dict[str, Any] = {}
    for part in version.parts:
        side = part["side"]
        if side == IDENTIFIERS:
            held |= dict.fromkeys([name for name in part["columns"] if name in named], part)
        elif side == ATTRIBUTES or (tokens and side == f"{TOKENS} {tokens}"):
            held = dict.fromkeys(part["columns"], part) | held
    asked = [name for name in version.columns if name in held] if columns is None else columns
    missing = [name for name in asked if name not in held]
    if missing:
        raise AgreementError(
            f"there is no column {', '.join(missing)} that may be read here.",
            fix="deliver the dataset again if an agreement changed since, or drop the columns.",
            where=str(version),
        )
    return {name: held[name] for name in asked}


def identifiers_of(version: "TableVersion") -> tuple[str, ...]:
    """The columns of a version that name people, whether kept as they are or as tokens alone."""
    held = {
        name for part in version.parts if part["side"] != ATTRIBUTES for name in part["columns"]
    }
    return tuple(name for name in version.columns if name in held)


def tokens_key(version: "TableVersion", project: str) -> str:
    """The id of the key that made a project's tokens; empty if there are none for it."""
    side = f"{TOKENS} {project}"
    return next((part["made_with"] for part in version.parts if part["side"] == side), "")


def seen(data: Apart, *, tokens: str = "") -> pa.Table:
    """The table as a reader may see it who may know people by name, or else by these tokens."""
    held: dict[str, pa.ChunkedArray] = {}
    if tokens in data.tokens:
        held |= _columns(data.tokens[tokens].reader.read_all())
    if data.identifiers is not None:
        held |= _columns(data.identifiers)
    held |= _columns(data.attributes)
    return pa.table({name: held[name] for name in data.columns if name in held})


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return {name: table[name] for name in table.column_names}


def layout(version: "TableVersion") -> set[tuple[str, tuple[str, ...], str]]:
    """The sides of a version, each with its columns and the key that made its tokens."""
    return {
        (part.get("side", ""), tuple(part.get("columns", ())), part.get("made_with", ""))
        for part in version.parts
    }
