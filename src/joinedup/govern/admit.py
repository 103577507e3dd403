"""The way in: which fields of a dataset may be taken, and how what names people is held apart.

Pure: facts in, a decision out. `sources` reads only what `admissible` gives; `admit` looks again;
`apart` parts what says who a row is about from what it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from joinedup.core.agreement import Agreement
from joinedup.core.errors import AgreementError, Problem
from joinedup.core.vocabulary import Dataset
from joinedup.govern.covers import identity, narrowed, without_condition
from joinedup.govern.pseudonyms.keys import Key
from joinedup.govern.pseudonyms.pseudonym import scope_of, token, treatments
from joinedup.store.sealing import ATTRIBUTES, IDENTIFIERS, TOKENS
from joinedup.store.sides import Apart, Tokens

PIECE = 1 << 20
"""Rows whose tokens are held at once."""


@dataclass(frozen=True, slots=True)
class Holding:
    """How the fields of a dataset are kept, each list in the dataset's order.

    Attributes:
        attributes: as they are; they say nothing of who a row is about.
        identifiers: as they are, in a side of their own: an agreement lets people be named.
        tokens: project to the fields it may know as tokens.
        keyless: fields that tokens alone may tell, while no project states the purpose yet.
    """

    attributes: tuple[str, ...]
    identifiers: tuple[str, ...] = ()
    tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keyless: tuple[str, ...] = ()

    def kept(self, dataset: Dataset) -> tuple[str, ...]:
        """The fields that readers may come to see in one way or another, in order."""
        tokens = {name for fields in self.tokens.values() for name in fields}
        held = {*self.attributes, *self.identifiers, *tokens}
        return tuple(name for name in dataset.fields if name in held)

    def sides(self, keys: Mapping[str, Key]) -> set[tuple[str, tuple[str, ...], str]]:
        """The sides of a table so kept: their names, columns, and the key of their tokens."""
        found = {
            (ATTRIBUTES, self.attributes, ""),
            (IDENTIFIERS, self.identifiers, ""),
            *((f"{TOKENS} {name}", told, keys[name].id) for name, told in self.tokens.items()),
        }
        return {side for side in found if side[1]}


def admissible(dataset: Dataset, agreements_in_force: Sequence[Agreement]) -> tuple[str, ...]:
    """The fields that agreements in force let us take, in the dataset's order.

    Raises:
        AgreementError: none covers the dataset, or none covers part of its key; a field of the
            highest sensitivity has no condition in law. Says what would do.
    """
    if problems := tuple(without_condition(dataset, agreements_in_force)):
        raise AgreementError.of(problems)
    inside = narrowed(agreements_in_force, {dataset.id: dataset})
    covered = {field for agreement in inside for field in agreement.covers.get(dataset.id, ())}
    fields = tuple(name for name in dataset.fields if name in covered)
    where = f"dataset {dataset.id}"
    if not fields:
        raise AgreementError(
            f"no agreement in force covers any field of {dataset.id}.",
            fix=f"have an agreement that names {dataset.id} under [covers] signed by every party"
            f" ({dataset.partner} among them), and look at its dates.",
            where=where,
        )
    keys = [name for name in dataset.key if name not in covered]
    if keys:
        raise AgreementError(
            f"no agreement in force covers {', '.join(keys)}, without which rows of {dataset.id}"
            " cannot be told apart.",
            fix=f"have the agreement amended to name {', '.join(keys)} under [covers]"
            f" {dataset.id}, and signed.",
            where=where,
        )
    return fields


def holding(
    dataset: Dataset,
    agreements_in_force: Sequence[Agreement],
    projects: Mapping[str, Sequence[str]],
) -> Holding:
    """How what may be taken is to be kept.

    Args:
        dataset: whose fields.
        agreements_in_force: as `admissible` takes them.
        projects: purpose to the projects that state it: each has tokens of its own.
    """
    inside = narrowed(agreements_in_force, {dataset.id: dataset})
    becomes = treatments(dataset)
    covered = {name for one in inside for name in one.covers.get(dataset.id, ())}
    ways = identity(dataset, inside)
    tokens: dict[str, set[str]] = {}
    for one in (one for one in inside if one.identity == "tokens"):
        found = identity(dataset, [one])
        for project in projects.get(one.purpose, ()):
            tokens.setdefault(project, set()).update(found)
    held = set().union(*tokens.values()) | {name for name, way in ways.items() if way == "named"}

    def ordered(names: set[str]) -> tuple[str, ...]:
        return tuple(name for name in dataset.fields if name in names)

    return Holding(
        attributes=ordered({name for name in covered if becomes[name].becomes == "kept"}),
        identifiers=ordered({name for name, way in ways.items() if way == "named"}),
        tokens={project: ordered(names) for project, names in sorted(tokens.items()) if names},
        keyless=ordered(set(ways) - held),
    )


def admit(delivery_table: pa.Table, dataset: Dataset, allowed: Sequence[str]) -> pa.Table:
    """The rows as they may be kept: the allowed fields, in the dataset's order, and nothing beside.

    What an Arrow table can carry unseen is dropped: metadata of table and fields, and values of a
    dictionary that no row uses. Admitting again changes nothing.

    Args:
        delivery_table: as `sources.read` gave it, under our names.
        dataset: what it is a delivery of.
        allowed: the fields that may be kept, from `admissible`.

    Raises:
        AgreementError: a column that may not be kept, or a column twice.
    """
    names = delivery_table.column_names
    may = set(allowed) & set(dataset.fields)
    outside = sorted(set(names) - may)
    twice = sorted({name for name in names if names.count(name) > 1})
    problems = [
        Problem(
            f"dataset {dataset.id}",
            f"the column {name} is not covered by an agreement in force.",
            "leave it out of the delivery, or have an agreement amended and signed.",
        )
        for name in outside
    ] + [
        Problem(f"dataset {dataset.id}", f"the column {name} is there twice.", "keep one.")
        for name in twice
    ]
    if problems:
        raise AgreementError.of(problems)
    kept = [name for name in dataset.fields if name in names]
    columns = [_plain(delivery_table[name]) for name in kept]
    schema = pa.schema(
        [pa.field(name, column.type) for name, column in zip(kept, columns, strict=True)]
    )
    return pa.Table.from_arrays(columns, schema=schema)


def apart(table: pa.Table, dataset: Dataset, held: Holding, keys: Mapping[str, Key]) -> Apart:
    """What says who a row is about, apart from what it says; tokens in place of what may not stay.

    Args:
        table: from `admit`.
        dataset: what it is a delivery of.
        held: how each field is kept; a field it does not name is dropped.
        keys: of each project that `held` gives tokens to.
    """

    def columns(names: Sequence[str]) -> pa.Table:
        return table.select([name for name in names if name in table.column_names])

    return Apart(
        attributes=columns(held.attributes),
        identifiers=columns(held.identifiers),
        tokens={
            project: _tokens(columns(names), dataset, keys[project])
            for project, names in held.tokens.items()
        },
        columns=tuple(name for name in held.kept(dataset) if name in table.column_names),
    )


def _tokens(table: pa.Table, dataset: Dataset, key: Key) -> Tokens:
    """Made a piece at a time, while they are written: they are longer than what they stand for."""

    def of(piece: pa.Table) -> pa.Table:
        fields = {name: dataset.fields[name] for name in table.column_names}
        return pa.table(
            {
                name: piece[name]
                if field.token_of  # the partner made it, under this very key or one of its own
                else token(piece[name], field.standard, key, scope=scope_of(name, dataset))
                for name, field in fields.items()
            }
        )

    def pieces() -> Iterator[pa.RecordBatch]:
        for first in range(0, table.num_rows, PIECE):
            yield from of(table.slice(first, PIECE)).combine_chunks().to_batches()

    return Tokens(tuple(table.column_names), key.id, pieces)


def remade(value: str, name: str, dataset: Dataset, key: Key) -> str:
    """The token of one value of a field, as `apart` would make it; empty for an empty value."""
    field = dataset.fields[name]
    cells = pa.array([value], pa.string())
    made = token(cells, field.standard, key, scope=scope_of(name, dataset))
    told: str | None = made[0].as_py()
    return told or ""


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column
