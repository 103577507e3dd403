"""The way in: which fields of a dataset may be taken, and a last look before they are kept.

Pure: facts in, a decision out. `sources` reads only what `admissible` gives; `admit` looks again.
"""

from collections.abc import Sequence

import pyarrow as pa

from joinedup.core.agreement import Agreement
from joinedup.core.errors import AgreementError, Problem
from joinedup.core.vocabulary import Dataset


def admissible(dataset: Dataset, agreements_in_force: Sequence[Agreement]) -> tuple[str, ...]:
    """The fields that agreements in force let us take, in the dataset's order.

    Raises:
        AgreementError: none covers the dataset, or none covers part of its key; says what would do.
    """
    covered = {
        field for agreement in agreements_in_force for field in agreement.covers.get(dataset.id, ())
    }
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


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column
