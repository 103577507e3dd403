"""Only the rows that were granted: taken out before the engine sees any.

The filter is a tree of names and values, never text of a query, and a filtered table holds nothing
else: whoever finds a way to the source behind a view finds the same rows there.
"""

from contextlib import suppress
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from joinedup.core.errors import MethodError
from joinedup.core.policy import RowFilter, Values

if TYPE_CHECKING:
    import pyarrow.compute as pc
    import pyarrow.dataset as ds


def only_rows(data: "pa.Table | ds.Dataset", columns: list[str], rows: RowFilter) -> pa.Table:
    """The granted rows, with these columns and those that rows are chosen by.

    An empty cell is in no row that is granted.

    Raises:
        MethodError: a column that rows are chosen by is not there; then no row is given.
    """
    missing = sorted(set(rows.fields) - set(data.schema.names))
    if missing:
        raise MethodError(
            f"rows are granted by {', '.join(missing)}, which the table does not hold.",
            fix="deliver the dataset with that field, or have the policy choose rows by another.",
        )
    kept = [*columns, *(name for name in rows.fields if name not in columns)]
    chosen = _every(rows, data.schema)
    if isinstance(data, pa.Table):
        return data.select(kept).filter(chosen)
    return data.to_table(columns=kept, filter=chosen)


def _every(rows: RowFilter, schema: pa.Schema) -> "pc.Expression":
    """In every clause one alternative, in that alternative every field."""
    return reduce(and_, (_one(clause, schema) for clause in rows.clauses), _always(holds=True))


def _one(clause: tuple[tuple[Values, ...], ...], schema: pa.Schema) -> "pc.Expression":
    each = (
        reduce(and_, (_among(values, schema) for values in alternative), _always(holds=True))
        for alternative in clause
    )
    return reduce(or_, each, _always(holds=False))


def _among(values: Values, schema: pa.Schema) -> "pc.Expression":
    """One field has one of these values, each read as the column's own type.

    A value that is none of that type is in no row.
    """
    import pyarrow.compute as pc  # noqa: PLC0415 - only where rows are chosen

    name, texts = values
    kind = schema.field(name).type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    found: list[Any] = []
    for text in texts:
        with suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError):
            found.append(pa.scalar(text, pa.string()).cast(kind).as_py())
    return pc.field(name).cast(kind).isin(pa.array(found, kind))


def _always(*, holds: bool) -> "pc.Expression":
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    return pc.scalar(holds)
