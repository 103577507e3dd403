"""What may a partner's rows say when they leave the partner, if they may not say who?

Identifiers as tokens, attributes as they are, nothing else. A cell that is not what its field may
hold (a name typed among the codes) is emptied and counted; a column of numbers that look like NHS
numbers stops the file. Rows leave in the order of their tokens, for theirs may be by name.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import DeliveryError, Problem
from joinedup.core.identifiers import is_nhs_number
from joinedup.core.vocabulary import Dataset, Field
from joinedup.govern.pseudonyms.keys import Key
from joinedup.govern.pseudonyms.made import Making, from_other, made, own

AREA = "^[A-Z][0-9]{8}$"  # as the Office for National Statistics writes a place: E05000001
SEX = "(?i)^(?:m|f|x|u|male|female|other|unknown|not known|not specified|[0129])$"
NHS_DIGITS = "^[0-9]{10}$"
NHS_SHARE = 0.5  # by chance one number of ten digits in eleven has the right last digit
NHS_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Departed:
    """Rows that do not say who they are about.

    Attributes:
        emptied: field to its cells that were emptied, for they were not what it may hold.
    """

    table: pa.Table
    tokens: tuple[str, ...]
    kept: tuple[str, ...]
    emptied: Mapping[str, int]


def depart(table: pa.Table, dataset: Dataset, key: Key) -> Departed:
    """The rows of a dataset as they may leave: tokens and attributes, in the order of the tokens.

    Raises:
        DeliveryError: a column to be kept looks like NHS numbers; every such column at once.
    """
    makings = own(dataset)
    there = {name: makings[name] for name in table.column_names if name in makings}
    return _departed(table, there, dataset, key)


def depart_as(
    table: pa.Table, dataset: Dataset, source: Dataset, fields: Collection[str], key: Key
) -> Departed:
    """The rows of one dataset as another, which says what each of its fields is made from.

    Args:
        table: of the source, with the fields that are `needed`.
        dataset: what leaves.
        source: what the table is.
        fields: those of the dataset that may leave.
        key: of the project.

    Raises:
        DeliveryError: as `depart` does.
    """
    makings = from_other(dataset, source)
    return _departed(table, {name: makings[name] for name in fields}, dataset, key)


def _departed(
    table: pa.Table, makings: Mapping[str, Making], dataset: Dataset, key: Key
) -> Departed:
    tokens = tuple(name for name, one in makings.items() if one.how in {"token", "passed"})
    kept = tuple(name for name in makings if name not in tokens)
    columns = {name: made(table[one.source], one, key) for name, one in makings.items()}
    problems = [problem for name in kept for problem in _number_like(name, columns[name], dataset)]
    if problems:
        raise DeliveryError.of(problems)
    emptied: dict[str, int] = {}
    for name in kept:
        before = columns[name].null_count
        columns[name] = _as_agreed(columns[name], dataset.fields[name])
        if lost := columns[name].null_count - before:
            emptied[name] = lost
    whole = pa.table(columns)
    ordered = whole.sort_by([(name, "ascending") for name in tokens]) if tokens else whole
    return Departed(ordered, tokens, kept, emptied)


def _as_agreed(column: pa.ChunkedArray, field: Field) -> pa.ChunkedArray:
    """The cells a field may hold; the others empty."""
    if field.type != "text":
        return column
    plain = column.cast(pa.string())
    if field.codes:
        may = pc.is_in(plain, value_set=pa.array(field.codes, pa.string()))
    else:
        shape = SEX if field.standard == "sex" else AREA
        may = pc.match_substring_regex(plain, shape)
    return pc.if_else(pc.fill_null(may, fill_value=False), plain, pa.scalar(None, pa.string()))


def _number_like(name: str, column: pa.ChunkedArray, dataset: Dataset) -> Iterator[Problem]:
    if dataset.fields[name].type not in {"integer", "number"}:
        return
    whole = column.cast(pa.int64(), safe=False) if pa.types.is_floating(column.type) else column
    found = pc.unique(whole.drop_null()).slice(0, NHS_LOOKED_AT).cast(pa.string())
    ten = found.filter(pc.match_substring_regex(found, NHS_DIGITS)).to_pylist()
    if ten and sum(map(is_nhs_number, ten)) >= NHS_SHARE * len(found):
        yield Problem(
            f"dataset {dataset.id}, field {name}",
            "the numbers look like NHS numbers, and the field is declared an attribute.",
            'declare it as text with standard = "nhs_number", or have it left out.',
        )
